//! The search for issues, in as much of its language as bots use, and with its lag: the index learns of an issue late.
//! It must not know comments. <https://docs.github.com/en/search-github/searching-on-github/searching-issues-and-pull-requests>

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::super::host::{Issue, Repo};
use super::super::refusal::Refusal;
use super::{Answer, Call, Result};

/// The longest query, in characters. <https://docs.github.com/en/rest/search/search#limitations-on-query-length>
const QUERY: usize = 256;

/// What is searched for.
#[derive(Debug, Default)]
struct Query {
    repositories: Vec<String>,
    state: Option<String>,
    author: Option<String>,
    title_only: bool,
    /// All of these must occur, and of each any.
    terms: Vec<Vec<String>>,
    faults: Vec<String>,
}

impl Call<'_> {
    pub(super) fn search(&self) -> Result {
        let text = self.asked.parameter("q").unwrap_or_default().trim();
        if text.is_empty() {
            return Err(Refusal::invalid("Search", "q", "missing", ""));
        }
        if text.chars().count() > QUERY {
            let message = "The search is longer than 256 characters.";
            return Err(Refusal::invalid("Search", "q", "invalid", message));
        }
        let query = Query::parse(text);
        let repos = self.searched(&query)?;
        let lag = TimeDelta::from_std(self.kept.host.index_lag).unwrap_or(TimeDelta::MAX);
        let issues = repos.iter().flat_map(|repo| repo.issues().iter().map(move |issue| (*repo, issue)));
        let mut found: Vec<(&Repo, &Issue)> =
            issues.filter(|(_, issue)| self.now - issue.created >= lag && query.fits(issue)).collect();
        found.sort_by_key(|(_, issue)| std::cmp::Reverse((query.hits(issue), issue.created, issue.number)));
        let total = found.len();
        let (page, link) = self.asked.page(found, &format!("{}/search/issues", self.site.api()));
        let items = page.into_iter().map(|(repo, issue)| {
            let mut item = self.site.issue(repo, issue);
            item["score"] = 1.0.into();
            item
        });
        let body = json!({"total_count": total, "incomplete_results": false, "items": items.collect::<Vec<Value>>()});
        let headers = link.map(|link| ("link", link)).into_iter().collect();
        Ok(Answer { headers, faults: query.faults, ..Answer::of(200, body) })
    }

    fn searched(&self, query: &Query) -> Result<Vec<&Repo>> {
        let host = &self.kept.host;
        let reached = |repo: &&Repo| self.access.reaches(repo.id);
        if query.repositories.is_empty() {
            return Ok(host.repos().iter().filter(reached).collect());
        }
        let find = |name: &String| {
            let message = "The listed users and repositories cannot be searched either because the resources do not exist or \
                           you do not have permission to view them.";
            let none = || Refusal { fault: false, ..Refusal::invalid("Search", "q", "invalid", message) };
            host.repo(name).filter(reached).ok_or_else(none)
        };
        query.repositories.iter().map(find).collect()
    }
}

impl Query {
    fn parse(text: &str) -> Self {
        let mut query = Self::default();
        let mut or = false;
        for (word, quoted) in words(text) {
            let joined = std::mem::take(&mut or);
            match word.split_once(':') {
                Some((name, value)) if !quoted && !value.is_empty() => query.qualify(name, value),
                _ if !quoted && word == "OR" => or = true,
                _ if !quoted && word == "AND" => {}
                _ if !quoted && (word == "NOT" || word.starts_with('-')) => {
                    query.faults.push(format!("this search does not know {word}"));
                }
                _ => match query.terms.last_mut().filter(|_| joined) {
                    Some(term) => term.push(word.to_lowercase()),
                    None => query.terms.push(vec![word.to_lowercase()]),
                },
            }
        }
        query
    }

    fn qualify(&mut self, name: &str, value: &str) {
        match (name, value) {
            ("repo", _) => self.repositories.push(value.to_owned()),
            ("is" | "type", "issue") | ("in", "title,body" | "body,title") => {}
            ("is" | "state", "open" | "closed") => self.state = Some(value.to_owned()),
            ("in", "title") => self.title_only = true,
            ("author", _) => self.author = Some(value.to_owned()),
            _ => self.faults.push(format!("this search does not know {name}:{value}")),
        }
    }

    fn fits(&self, issue: &Issue) -> bool {
        let (title, body) = (issue.title.to_lowercase(), issue.body.to_lowercase());
        let occurs =
            |word: &String| title.contains(word.as_str()) || (!self.title_only && body.contains(word.as_str()));
        self.state.as_ref().is_none_or(|state| issue.state() == state)
            && self.author.as_ref().is_none_or(|author| issue.author.eq_ignore_ascii_case(author))
            && self.terms.iter().all(|term| term.iter().any(occurs))
    }

    /// How many of the words are in the title.
    fn hits(&self, issue: &Issue) -> usize {
        let title = issue.title.to_lowercase();
        self.terms.iter().flatten().filter(|word| title.contains(word.as_str())).count()
    }
}

/// The words of a search, and whether each was quoted; what stands in quotes is one. Parentheses only group, and all groups
/// here are flat.
fn words(text: &str) -> Vec<(String, bool)> {
    let mut words = vec![(String::new(), false)];
    let mut open = false;
    for character in text.chars() {
        let word = words.last_mut().expect("there is always one");
        match character {
            '"' => {
                open = !open;
                word.1 = true;
            }
            '(' | ')' if !open => {}
            _ if character.is_whitespace() && !open => words.push((String::new(), false)),
            _ => word.0.push(character),
        }
    }
    words.retain(|(word, _)| !word.is_empty());
    words
}
