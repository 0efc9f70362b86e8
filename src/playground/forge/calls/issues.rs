//! Issues: listed, opened, read and changed. It must not know comments.
//! <https://docs.github.com/en/rest/issues/issues>

use serde_json::Value;

use super::super::host::{Close, Draft, Issue};
use super::super::refusal::Refusal;
use super::{Answer, BODY, Call, Result, short_enough};

/// The longest title, in characters; GitHub says so in its refusal.
const TITLE: usize = 256;

impl Call<'_> {
    pub(super) fn list_issues(&self) -> Result {
        let repo = self.tracker()?;
        let state = self.asked.word("state", &["open", "closed", "all"])?;
        let by = self.asked.word("sort", &["created", "updated", "comments"])?;
        let direction = self.asked.word("direction", &["desc", "asc"])?;
        let since = self.asked.time("since")?;
        let creator = self.asked.parameter("creator");
        let labels: Vec<&str> =
            self.asked.parameter("labels").map(|list| list.split(',').collect()).unwrap_or_default();
        let fits = |issue: &&Issue| {
            (state == "all" || issue.state() == state)
                // GitHub's times have no fractions, so the second itself is still in.
                && since.is_none_or(|since| issue.updated.timestamp() >= since.timestamp())
                && creator.is_none_or(|creator| issue.author.eq_ignore_ascii_case(creator))
                && labels.iter().all(|label| issue.labels.iter().any(|one| one == label))
        };
        let mut found: Vec<&Issue> = repo.issues().iter().filter(fits).collect();
        found.sort_by_key(|issue| match by {
            "created" => (issue.created.timestamp(), issue.number),
            "updated" => (issue.updated.timestamp(), issue.number),
            _ => (i64::try_from(issue.comments.len()).unwrap_or(i64::MAX), issue.number),
        });
        if direction == "desc" {
            found.reverse();
        }
        let at = format!("{}/repositories/{}/issues", self.site.api(), repo.id);
        let (page, link) = self.asked.page(found, &at);
        let body: Value = page.into_iter().map(|issue| self.site.issue(repo, issue)).collect();
        Ok(Answer { headers: link.map(|link| ("link", link)).into_iter().collect(), ..Answer::of(200, body) })
    }

    pub(super) fn open_issue(&mut self) -> Result {
        let (repo, push) = self.writable().map(|repo| (repo.name.clone(), repo.push))?;
        let title = self.title()?.ok_or_else(|| Refusal::invalid("Issue", "title", "missing_field", ""))?;
        let body = self.asked.text("body")?.unwrap_or_default();
        short_enough("Issue", "body", &body, BODY)?;
        let mut draft = Draft { title, body, ..Draft::default() };
        let (labels, assignees) = (self.asked.texts("labels")?, self.asked.texts("assignees")?);
        // Without push access they are dropped in silence, though malformed ones are refused.
        if push {
            draft.labels = labels.unwrap_or_default();
            draft.assignees = assignees.unwrap_or_default();
        }
        let hand = self.hand(&repo);
        let (number, happened) = self.kept.host.open(hand, draft);
        self.issue_now(201, number, happened)
    }

    pub(super) fn read_issue(&self) -> Result {
        let repo = self.tracker()?;
        Ok(Answer::of(200, self.site.issue(repo, self.issue(repo)?)))
    }

    pub(super) fn change_issue(&mut self) -> Result {
        let repo = self.writable()?;
        let issue = self.issue(repo)?;
        if !repo.push && issue.author != self.access.login() {
            return Err(Refusal::outcome(403, "Must have admin rights to Repository."));
        }
        let (name, number) = (repo.name.clone(), issue.number);
        let (title, body, state) = (self.title()?, self.asked.text("body")?, self.state()?);
        if let Some(body) = &body {
            short_enough("Issue", "body", body, BODY)?;
        }
        let hand = self.hand(&name);
        let host = &mut self.kept.host;
        let edited = host.edit(hand, number, (title, body));
        let moved = match state {
            Some(State::Open) => host.reopen(hand, number),
            Some(State::Closed(reason)) => host.close(hand, number, reason),
            None => None,
        };
        self.issue_now(200, number, edited.into_iter().chain(moved).collect())
    }

    fn issue_now(&self, status: u16, number: u64, happened: Vec<super::Happened>) -> Result {
        let repo = self.repo()?;
        let issue = repo.issue(number).ok_or_else(Refusal::not_found)?;
        let body = self.site.issue(repo, issue);
        let location = body["url"].as_str().unwrap_or_default().to_owned();
        let headers = if status == 201 { vec![("location", location)] } else { Vec::new() };
        Ok(Answer { happened, headers, ..Answer::of(status, body) })
    }

    fn title(&self) -> Result<Option<String>> {
        let Some(title) = self.asked.text("title")? else { return Ok(None) };
        if title.trim().is_empty() {
            return Err(Refusal::invalid("Issue", "title", "missing_field", "title can't be blank"));
        }
        short_enough("Issue", "title", &title, TITLE)?;
        Ok(Some(title))
    }

    /// What the issue is to become: a reason alone changes nothing.
    fn state(&self) -> Result<Option<State>> {
        let (state, reason) = (self.asked.text("state")?, self.asked.text("state_reason")?);
        let wrong = |field: &str| Err(Refusal::invalid("Issue", field, "invalid", ""));
        match (state.as_deref(), reason.as_deref()) {
            (None, _) => Ok(None),
            (Some("open"), None | Some("reopened")) => Ok(Some(State::Open)),
            (Some("closed"), None) => Ok(Some(State::Closed(Close::Completed))),
            (Some("closed"), Some(word)) => match Close::parse(word) {
                Some(reason) => Ok(Some(State::Closed(reason))),
                None => wrong("state_reason"),
            },
            (Some("open"), Some(_)) => wrong("state_reason"),
            (Some(_), _) => wrong("state"),
        }
    }
}

enum State {
    Open,
    Closed(Close),
}
