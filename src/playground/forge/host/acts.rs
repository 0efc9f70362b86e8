//! What is done to issues: each act changes the state and says what a webhook would tell of it. It must not know who may do it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{Closed, Comment, Host, Issue, remember};

/// Who does something, where and when.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Hand<'a> {
    pub(in super::super) repo: &'a str,
    pub(in super::super) by: &'a str,
    pub(in super::super) now: DateTime<Utc>,
}

/// What is to be opened.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Draft {
    pub(in super::super) title: String,
    pub(in super::super) body: String,
    pub(in super::super) labels: Vec<String>,
    pub(in super::super) assignees: Vec<String>,
}

/// Why an issue was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Close {
    Completed,
    NotPlanned,
    Duplicate,
}

impl Close {
    /// From GitHub's word for it.
    pub(in super::super) fn parse(word: &str) -> Option<Self> {
        [Self::Completed, Self::NotPlanned, Self::Duplicate].into_iter().find(|reason| reason.word() == word)
    }

    pub(in super::super) fn word(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::NotPlanned => "not_planned",
            Self::Duplicate => "duplicate",
        }
    }
}

/// Something that a webhook tells of: which repository and issue, who did it, and what.
#[derive(Debug, Clone)]
pub(in super::super) struct Happened {
    pub(in super::super) repo: String,
    pub(in super::super) number: u64,
    pub(in super::super) by: String,
    pub(in super::super) told: Told,
}

/// What was done, in as much as the issue itself does not show it.
#[derive(Debug, Clone)]
pub(in super::super) enum Told {
    Opened,
    Edited,
    Closed,
    Reopened,
    Locked,
    Labeled(String),
    Assigned(String),
    Commented(Comment),
    CommentEdited(Comment),
    CommentDeleted(Comment),
}

impl Host {
    /// Opens an issue. What the repository does not know is dropped, as GitHub does.
    ///
    /// # Panics
    /// If there is no such repository.
    pub(in super::super) fn open(&mut self, hand: Hand<'_>, draft: Draft) -> (u64, Vec<Happened>) {
        let id = self.next_id();
        let found = self.repo_mut(hand.repo).expect("whoever opens an issue has found its repository");
        let Draft { title, body, labels, assignees } = draft;
        found.last_number += 1;
        let issue = Issue {
            id,
            number: found.last_number,
            title,
            body,
            author: hand.by.to_owned(),
            closed: None,
            reopened: false,
            labels: known(&labels, &found.labels),
            assignees: known(&assignees, &found.collaborators),
            locked: false,
            created: hand.now,
            updated: hand.now,
            comments: Vec::new(),
        };
        let labelled = issue.labels.iter().cloned().map(Told::Labeled);
        let assigned = issue.assignees.iter().cloned().map(Told::Assigned);
        let told: Vec<Told> = std::iter::once(Told::Opened).chain(labelled).chain(assigned).collect();
        let number = issue.number;
        remember(&mut found.issues, issue);
        (number, told.into_iter().map(|told| happened(hand, number, told)).collect())
    }

    pub(in super::super) fn close(&mut self, hand: Hand<'_>, number: u64, reason: Close) -> Option<Happened> {
        self.change(hand, number, |issue| {
            let before = issue.closed.replace(Closed { at: hand.now, by: hand.by.to_owned(), reason });
            let done = before.is_none_or(|before| before.reason != reason);
            done.then(|| happened(hand, number, Told::Closed))
        })
    }

    pub(in super::super) fn reopen(&mut self, hand: Hand<'_>, number: u64) -> Option<Happened> {
        self.change(hand, number, |issue| {
            let done = issue.closed.take().is_some();
            issue.reopened |= done;
            done.then(|| happened(hand, number, Told::Reopened))
        })
    }

    pub(in super::super) fn edit(
        &mut self,
        hand: Hand<'_>,
        number: u64,
        (title, body): (Option<String>, Option<String>),
    ) -> Option<Happened> {
        self.change(hand, number, |issue| {
            let (title, body) = (title.unwrap_or(issue.title.clone()), body.unwrap_or(issue.body.clone()));
            let done = (&title, &body) != (&issue.title, &issue.body);
            (issue.title, issue.body) = (title, body);
            done.then(|| happened(hand, number, Told::Edited))
        })
    }

    pub(in super::super) fn assign(&mut self, hand: Hand<'_>, number: u64, login: &str) -> Option<Happened> {
        let allowed = self.repo(hand.repo)?.is_collaborator(login);
        self.change(hand, number, |issue| {
            let done = allowed && !issue.assignees.iter().any(|one| one == login);
            done.then(|| {
                issue.assignees.push(login.to_owned());
                happened(hand, number, Told::Assigned(login.to_owned()))
            })
        })
    }

    pub(in super::super) fn lock(&mut self, hand: Hand<'_>, number: u64) -> Option<Happened> {
        self.change(hand, number, |issue| {
            let done = !std::mem::replace(&mut issue.locked, true);
            done.then(|| happened(hand, number, Told::Locked))
        })
    }

    pub(in super::super) fn comment(&mut self, hand: Hand<'_>, number: u64, body: &str) -> Option<Happened> {
        let id = self.next_id();
        let comment =
            Comment { id, author: hand.by.to_owned(), body: body.to_owned(), created: hand.now, updated: hand.now };
        self.change(hand, number, |issue| {
            remember(&mut issue.comments, comment.clone());
            Some(happened(hand, number, Told::Commented(comment)))
        })
    }

    pub(in super::super) fn edit_comment(&mut self, hand: Hand<'_>, id: u64, body: &str) -> Option<Happened> {
        let number = self.repo(hand.repo)?.commented(id)?.0.number;
        self.change(hand, number, |issue| {
            let comment = issue.comments.iter_mut().find(|comment| comment.id == id)?;
            body.clone_into(&mut comment.body);
            comment.updated = hand.now;
            Some(happened(hand, number, Told::CommentEdited(comment.clone())))
        })
    }

    pub(in super::super) fn delete_comment(&mut self, hand: Hand<'_>, id: u64) -> Option<Happened> {
        let number = self.repo(hand.repo)?.commented(id)?.0.number;
        self.change(hand, number, |issue| {
            let place = issue.comments.iter().position(|comment| comment.id == id)?;
            let comment = issue.comments.remove(place);
            Some(happened(hand, number, Told::CommentDeleted(comment)))
        })
    }

    /// Changes an issue; its time of change moves only if something happened.
    fn change(
        &mut self,
        hand: Hand<'_>,
        number: u64,
        act: impl FnOnce(&mut Issue) -> Option<Happened>,
    ) -> Option<Happened> {
        let issue = self.issue_mut(hand.repo, number)?;
        let happened = act(issue)?;
        issue.updated = hand.now;
        Some(happened)
    }
}

fn happened(hand: Hand<'_>, number: u64, told: Told) -> Happened {
    Happened { repo: hand.repo.to_owned(), number, by: hand.by.to_owned(), told }
}

/// Those of `asked` that are known, as they are written there, each once.
fn known(asked: &[String], there: &[String]) -> Vec<String> {
    let found = asked.iter().filter_map(|one| there.iter().find(|name| name.eq_ignore_ascii_case(one)));
    let mut seen = BTreeSet::new();
    found.filter(|name| seen.insert(name.as_str())).cloned().collect()
}
