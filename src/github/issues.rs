//! Issues and their comments: how they are filed, found again, looked at and closed.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Deserialize;
use url::form_urlencoded::byte_serialize;

use super::client::GitHub;
use super::failure::Failure;
use crate::domain::issue::NewIssue;

/// Pages of a list that are read at most; a hundred entries each.
const MOST_PAGES: usize = 50;

/// Most characters of a search (<https://docs.github.com/en/rest/search/search>).
const LONGEST_SEARCH: usize = 256;

/// An issue as it stands (<https://docs.github.com/en/rest/issues/issues>).
#[derive(Clone, Debug, Deserialize)]
pub struct Issue {
    /// Its number in the repository.
    pub number: i64,
    /// Its headline.
    pub title: String,
    /// Markdown.
    pub body: Option<String>,
    /// Its page.
    pub html_url: String,
    /// `open` or `closed`.
    pub state: String,
    /// Why it was closed or opened again: `completed`, `not_planned`, `duplicate`, `reopened`.
    pub state_reason: Option<String>,
    /// Who filed it.
    pub user: Option<User>,
    /// Those who work on it.
    #[serde(default)]
    pub assignees: Vec<User>,
    /// As they were set.
    #[serde(default)]
    pub labels: Vec<Label>,
    /// When it was filed.
    pub created_at: DateTime<Utc>,
    /// There when it is a pull request.
    pub pull_request: Option<serde_json::Value>,
}

/// Somebody on GitHub.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct User {
    /// Their name there.
    pub login: String,
}

/// A label of an issue.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Label {
    /// Its name.
    pub name: String,
}

/// A comment on an issue (<https://docs.github.com/en/rest/issues/comments>).
#[derive(Clone, Debug, Deserialize)]
pub struct Comment {
    /// Its number.
    pub id: i64,
    /// Markdown.
    pub body: Option<String>,
    /// Its place on the issue's page.
    pub html_url: String,
    /// Who wrote it.
    pub user: Option<User>,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// What an issue is recognised by after it may have been filed.
#[derive(Clone, Copy, Debug)]
pub enum Wanted<'a> {
    /// By the marker at the end of its body.
    Marked(&'a str),
    /// By title and body as they are, since a form's body holds nothing else.
    Exactly(&'a NewIssue),
}

impl Wanted<'_> {
    fn is(self, issue: &Issue) -> bool {
        let body = issue.body.as_deref().unwrap_or_default();
        match self {
            Self::Marked(marker) => body.trim_end().ends_with(marker),
            // GitHub gives back line breaks as it was given them, or as carriage returns and line feeds, and titles without blanks
            // around them.
            Self::Exactly(wanted) => {
                issue.title.trim() == wanted.title.trim() && body.replace("\r\n", "\n") == wanted.body
            }
        }
    }
}

impl GitHub {
    /// Files an issue.
    ///
    /// # Errors
    /// See [`Failure`]. After [`Failure::Unanswered`] it may have been filed: look with [`GitHub::find_filed`].
    pub async fn file(&self, repository: &str, issue: &NewIssue) -> Result<Issue, Failure> {
        let NewIssue { title, body, labels, assignees, by_form: _ } = issue;
        let body = serde_json::json!({ "title": title, "body": body, "labels": labels, "assignees": assignees });
        self.call(repository, "POST", &format!("/repos/{repository}/issues"), Some(&body)).await
    }

    /// The issue that we filed since `since`, if there is one that is not among `others`: two people may ask for the same in the
    /// same words.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn find_filed(
        &self,
        repository: &str,
        wanted: Wanted<'_>,
        since: DateTime<Utc>,
        others: &[i64],
    ) -> Result<Option<Issue>, Failure> {
        let me = self.me().await?;
        let list = format!("/repos/{repository}/issues?state=all&sort=created&direction=desc&since={}", instant(since));
        let ours = |issue: &Issue| {
            issue.created_at >= since
                && !others.contains(&issue.number)
                && issue.user.as_ref().is_some_and(|user| user.login == me)
                && wanted.is(issue)
        };
        self.find(repository, &list, ours).await
    }

    /// The issue as it stands.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn issue(&self, repository: &str, number: i64) -> Result<Issue, Failure> {
        self.call(repository, "GET", &format!("/repos/{repository}/issues/{number}"), None).await
    }

    /// Every issue that changed since `since`, pull requests left out.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn changed(&self, repository: &str, since: DateTime<Utc>) -> Result<Vec<Issue>, Failure> {
        let list = format!("/repos/{repository}/issues?state=all&sort=updated&since={}", instant(since));
        let mut found: Vec<Issue> = self.list(repository, &list).await?;
        found.retain(|issue| issue.pull_request.is_none());
        Ok(found)
    }

    /// Issues, open and closed, that have something to do with `words`: the best first, at most `most`.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn search(&self, repository: &str, words: &str, most: usize) -> Result<Vec<Issue>, Failure> {
        #[derive(Deserialize)]
        struct Found {
            items: Vec<Issue>,
        }
        let about = format!(" repo:{repository} is:issue");
        let room = LONGEST_SEARCH.saturating_sub(about.len());
        let words: String = words.chars().take(room).collect();
        let query: String = byte_serialize(format!("{words}{about}").as_bytes()).collect();
        let path = format!("/search/issues?q={query}&per_page={most}");
        let Found { items } = self.call(repository, "GET", &path, None).await?;
        Ok(items)
    }

    /// Closes an issue as not planned.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn close(&self, repository: &str, number: i64) -> Result<Issue, Failure> {
        let body = serde_json::json!({ "state": "closed", "state_reason": "not_planned" });
        self.call(repository, "PATCH", &format!("/repos/{repository}/issues/{number}"), Some(&body)).await
    }

    /// Comments on an issue.
    ///
    /// # Errors
    /// See [`Failure`]. After [`Failure::Unanswered`] it may stand there: look with [`GitHub::find_comment`].
    pub async fn comment(&self, repository: &str, number: i64, body: &str) -> Result<Comment, Failure> {
        let path = format!("/repos/{repository}/issues/{number}/comments");
        self.call(repository, "POST", &path, Some(&serde_json::json!({ "body": body }))).await
    }

    /// The comment of ours since `since` that ends with `marker`, if there is one.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn find_comment(
        &self,
        repository: &str,
        number: i64,
        marker: &str,
        since: DateTime<Utc>,
    ) -> Result<Option<Comment>, Failure> {
        let me = self.me().await?;
        let list = format!("/repos/{repository}/issues/{number}/comments?since={}", instant(since));
        // A marker that somebody else wrote counts for nothing.
        let ours = |comment: &Comment| {
            comment.user.as_ref().is_some_and(|user| user.login == me)
                && comment.body.as_deref().is_some_and(|body| body.trim_end().ends_with(marker))
        };
        self.find(repository, &list, ours).await
    }

    /// The comments on an issue since `since`, oldest first.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn comments(&self, repository: &str, number: i64, since: DateTime<Utc>) -> Result<Vec<Comment>, Failure> {
        let list = format!("/repos/{repository}/issues/{number}/comments?since={}", instant(since));
        self.list(repository, &list).await
    }

    /// Takes a comment of ours away; one that is away already is no failure.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn uncomment(&self, repository: &str, comment: i64) -> Result<(), Failure> {
        let path = format!("/repos/{repository}/issues/comments/{comment}");
        match self.ask(repository, "DELETE", &path, None).await {
            Ok(_) | Err(Failure::Missing) => Ok(()),
            Err(failure) => Err(failure),
        }
    }

    /// The first of a list's entries that is wanted, looked for page by page.
    async fn find<T: for<'de> Deserialize<'de>>(
        &self,
        repository: &str,
        list: &str,
        wanted: impl Fn(&T) -> bool,
    ) -> Result<Option<T>, Failure> {
        for page in 1..=MOST_PAGES {
            let answer = self.ask(repository, "GET", &format!("{list}&per_page=100&page={page}"), None).await?;
            let found: Vec<T> = answer.read()?;
            let found = found.into_iter().find(|entry| wanted(entry));
            if found.is_some() || !answer.has_more() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    async fn list<T: for<'de> Deserialize<'de>>(&self, repository: &str, list: &str) -> Result<Vec<T>, Failure> {
        let mut all = Vec::new();
        for page in 1..=MOST_PAGES {
            let answer = self.ask(repository, "GET", &format!("{list}&per_page=100&page={page}"), None).await?;
            all.extend(answer.read::<Vec<T>>()?);
            if !answer.has_more() {
                break;
            }
        }
        Ok(all)
    }
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
