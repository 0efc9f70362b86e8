//! The state of the fake GitHub: repositories, their issues and comments, who is who. Here is what is kept and how it is found;
//! `acts` changes it.
//! Pure: time is an argument, and what a webhook would tell comes back. It must not know HTTP, tokens or JSON.

mod acts;

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::seed;

pub(super) use acts::{Close, Draft, Hand, Happened, Told};

/// Whom the bot's token belongs to.
pub(super) const BOT: &str = "firstmate-bot";
/// Who acts when a token was made for the app. <https://docs.github.com/en/apps/creating-github-apps/about-creating-github-apps>
pub(super) const APP: &str = "firstmate[bot]";
/// Whom a visitor of the page acts as.
pub(super) const VISITOR: &str = "bob-maintainer";

/// A bound of our own, so that a playground left open for weeks does not grow: the oldest goes.
const REMEMBERED: usize = 2_000;
/// The first id that is given; GitHub's are no small numbers either.
const FIRST_ID: u64 = 40_000;

/// Everything there is.
#[derive(Debug)]
pub(super) struct Host {
    repositories: Vec<Repo>,
    /// Former names and the names that took their place.
    moved: BTreeMap<String, String>,
    /// The search finds an issue only when it is older than this.
    pub(super) index_lag: Duration,
    last_id: u64,
}

/// A repository.
#[derive(Debug)]
pub(super) struct Repo {
    pub(super) id: u64,
    /// As in `operate-first/support`.
    pub(super) name: String,
    pub(super) about: String,
    pub(super) private: bool,
    pub(super) archived: bool,
    pub(super) has_issues: bool,
    /// May the bot set labels and assignees, and close?
    pub(super) push: bool,
    pub(super) files: BTreeMap<String, String>,
    pub(super) labels: Vec<String>,
    pub(super) collaborators: Vec<String>,
    issues: Vec<Issue>,
    last_number: u64,
}

/// An issue.
#[derive(Debug, Clone)]
pub(super) struct Issue {
    pub(super) id: u64,
    pub(super) number: u64,
    pub(super) title: String,
    pub(super) body: String,
    pub(super) author: String,
    pub(super) closed: Option<Closed>,
    /// GitHub remembers that an issue was opened again.
    pub(super) reopened: bool,
    pub(super) labels: Vec<String>,
    pub(super) assignees: Vec<String>,
    pub(super) locked: bool,
    pub(super) created: DateTime<Utc>,
    pub(super) updated: DateTime<Utc>,
    pub(super) comments: Vec<Comment>,
}

/// How an issue was closed.
#[derive(Debug, Clone)]
pub(super) struct Closed {
    pub(super) at: DateTime<Utc>,
    pub(super) by: String,
    pub(super) reason: Close,
}

/// A comment on an issue.
#[derive(Debug, Clone)]
pub(super) struct Comment {
    pub(super) id: u64,
    pub(super) author: String,
    pub(super) body: String,
    pub(super) created: DateTime<Utc>,
    pub(super) updated: DateTime<Utc>,
}

impl Host {
    /// What is there at the beginning.
    pub(super) fn new(seeds: &[seed::Repository], now: DateTime<Utc>) -> Self {
        let mut host =
            Self { repositories: Vec::new(), moved: BTreeMap::new(), index_lag: Duration::ZERO, last_id: FIRST_ID };
        for seed in seeds {
            let there = seeds.iter().any(|other| seed.moved_to.as_ref() == Some(&other.name));
            if let Some(to) = &seed.moved_to {
                host.moved.insert(seed.name.clone(), to.clone());
            }
            if !there {
                host.plant(seed, now);
            }
        }
        host
    }

    fn plant(&mut self, seed: &seed::Repository, now: DateTime<Utc>) {
        let repo = Repo {
            id: self.next_id(),
            name: seed.moved_to.as_ref().unwrap_or(&seed.name).clone(),
            about: seed.about.clone(),
            private: seed.private,
            archived: false,
            has_issues: true,
            push: true,
            files: seed.files.iter().cloned().collect(),
            labels: seed.labels.clone(),
            collaborators: seed.collaborators.clone(),
            issues: Vec::new(),
            last_number: 0,
        };
        let name = repo.name.clone();
        self.repositories.push(repo);
        for opened in &seed.opened {
            self.sow(&name, opened, now - opened.ago);
        }
        let repo = self.repo_mut(&name).expect("it was just planted");
        (repo.archived, repo.has_issues, repo.push) = (seed.archived, seed.issues, seed.push);
    }

    fn sow(&mut self, repo: &str, opened: &seed::Opened, at: DateTime<Utc>) {
        let draft = Draft {
            title: opened.title.clone(),
            body: opened.body.clone(),
            labels: opened.labels.clone(),
            assignees: opened.assignees.clone(),
        };
        let by = |by, hours| Hand { repo, by, now: at + TimeDelta::hours(hours) };
        let number = self.open(by(&opened.author, 0), draft).0;
        for (author, text) in &opened.comments {
            self.comment(by(author, 3), number, text);
        }
        if let Some(reason) = &opened.closed {
            let reason = Close::parse(reason).expect("a seed is closed as completed or not_planned");
            self.close(by(VISITOR, 20), number, reason);
        }
    }

    /// An id that was never given before.
    pub(super) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    pub(super) fn repos(&self) -> &[Repo] {
        &self.repositories
    }

    /// The repository of this name; GitHub does not look at case.
    pub(super) fn repo(&self, name: &str) -> Option<&Repo> {
        self.repositories.iter().find(|repo| repo.name.eq_ignore_ascii_case(name))
    }

    pub(super) fn repo_mut(&mut self, name: &str) -> Option<&mut Repo> {
        self.repositories.iter_mut().find(|repo| repo.name.eq_ignore_ascii_case(name))
    }

    /// The repository that took the place of one of this name.
    pub(super) fn moved(&self, name: &str) -> Option<&Repo> {
        let (_, to) = self.moved.iter().find(|(from, _)| from.eq_ignore_ascii_case(name))?;
        self.repo(to)
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.repositories.retain(|repo| !repo.name.eq_ignore_ascii_case(name));
    }

    pub(super) fn rename(&mut self, from: &str, to: &str) {
        if let Some(repo) = self.repo_mut(from) {
            to.clone_into(&mut repo.name);
            self.moved.insert(from.to_owned(), to.to_owned());
        }
    }

    pub(super) fn issue_mut(&mut self, repo: &str, number: u64) -> Option<&mut Issue> {
        self.repo_mut(repo)?.issues.iter_mut().find(|issue| issue.number == number)
    }
}

impl Repo {
    pub(super) fn issues(&self) -> &[Issue] {
        &self.issues
    }

    pub(super) fn issue(&self, number: u64) -> Option<&Issue> {
        self.issues.iter().find(|issue| issue.number == number)
    }

    /// The issue with this comment.
    pub(super) fn commented(&self, comment: u64) -> Option<(&Issue, &Comment)> {
        self.issues.iter().find_map(|issue| Some((issue, issue.comments.iter().find(|one| one.id == comment)?)))
    }

    pub(super) fn is_collaborator(&self, login: &str) -> bool {
        self.collaborators.iter().any(|one| one.eq_ignore_ascii_case(login))
    }
}

impl Issue {
    pub(super) fn state(&self) -> &'static str {
        if self.closed.is_some() { "closed" } else { "open" }
    }

    pub(super) fn reason(&self) -> Option<&'static str> {
        match &self.closed {
            Some(closed) => Some(closed.reason.word()),
            None => self.reopened.then_some("reopened"),
        }
    }
}

fn remember<T>(list: &mut Vec<T>, item: T) {
    if list.len() >= REMEMBERED {
        list.remove(0);
    }
    list.push(item);
}
