//! How the calls are answered. A call comes here when it is known who calls and what with. It must not know HTTP.

mod app;
mod comments;
mod issues;
mod repository;
mod search;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::Kept;
use super::access::Access;
use super::asked::Asked;
use super::host::{Hand, Happened, Issue, Repo};
use super::json::Site;
use super::refusal::Refusal;
use super::routes::Endpoint;

/// The longest body of an issue or a comment, in characters. <https://github.com/orgs/community/discussions/27190>
const BODY: usize = 65_536;

/// One call whose sender may make it.
pub(super) struct Call<'a> {
    pub(super) kept: &'a mut Kept,
    pub(super) now: DateTime<Utc>,
    pub(super) site: Site,
    pub(super) access: Access,
    pub(super) asked: Asked,
    /// What stands in the path, in the order of its pattern.
    pub(super) arguments: Vec<String>,
    /// The `If-None-Match` header.
    pub(super) known: Option<String>,
}

/// A yes.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Option<Value>,
    pub(super) headers: Vec<(&'static str, String)>,
    /// What webhooks tell of it.
    pub(super) happened: Vec<Happened>,
    /// What the bot should have done otherwise, though GitHub answers.
    pub(super) faults: Vec<String>,
}

impl Answer {
    fn of(status: u16, body: Value) -> Self {
        Self { status, body: Some(body), ..Self::default() }
    }
}

type Result<T = Answer> = std::result::Result<T, Refusal>;

impl Call<'_> {
    pub(super) fn run(mut self, endpoint: Endpoint) -> Result {
        match endpoint {
            Endpoint::User => Ok(Answer::of(200, self.site.user(self.access.login()))),
            Endpoint::RateLimit => Ok(Answer::of(200, self.kept.quota.told())),
            Endpoint::App => Ok(Answer::of(200, self.app())),
            Endpoint::Installation => self.installation(),
            Endpoint::MakeToken => self.make_token(),
            Endpoint::Repository => Ok(Answer::of(200, self.site.repository(self.repo()?))),
            Endpoint::Contents => self.contents(),
            Endpoint::ListIssues => self.list_issues(),
            Endpoint::OpenIssue => self.open_issue(),
            Endpoint::ReadIssue => self.read_issue(),
            Endpoint::ChangeIssue => self.change_issue(),
            Endpoint::ListComments => self.list_comments(),
            Endpoint::Comment => self.comment(),
            Endpoint::ReadComment => self.read_comment(),
            Endpoint::ChangeComment => self.change_comment(),
            Endpoint::DeleteComment => self.delete_comment(),
            Endpoint::Search => self.search(),
        }
    }

    fn argument(&self, place: usize) -> &str {
        self.arguments.get(place).map_or("", String::as_str)
    }

    /// The name of the repository in the path.
    fn named(&self) -> String {
        format!("{}/{}", self.argument(0), self.argument(1))
    }

    fn repo(&self) -> Result<&Repo> {
        let found = self.kept.host.repo(&self.named()).filter(|repo| self.access.reaches(repo.id));
        found.ok_or_else(Refusal::not_found)
    }

    /// The repository, if it has issues. <https://docs.github.com/en/rest/issues/issues#create-an-issue>
    fn tracker(&self) -> Result<&Repo> {
        let repo = self.repo()?;
        if repo.has_issues { Ok(repo) } else { Err(Refusal::outcome(410, "Issues are disabled for this repo")) }
    }

    /// The repository, if something can be written there.
    fn writable(&self) -> Result<&Repo> {
        let repo = self.tracker()?;
        if repo.archived {
            return Err(Refusal::outcome(403, "Repository was archived so is read-only."));
        }
        Ok(repo)
    }

    fn issue<'r>(&self, repo: &'r Repo) -> Result<&'r Issue> {
        let number = self.argument(2).parse().ok();
        number.and_then(|number| repo.issue(number)).ok_or_else(Refusal::not_found)
    }

    fn hand<'h>(&self, repo: &'h str) -> Hand<'h> {
        Hand { repo, by: self.access.login(), now: self.now }
    }

    /// A body that is there, is not blank and is not too long.
    fn body(&self, resource: &str) -> Result<String> {
        let body = self.asked.text("body")?.unwrap_or_default();
        if body.trim().is_empty() {
            return Err(Refusal::invalid(resource, "body", "missing_field", "Body cannot be blank"));
        }
        short_enough(resource, "body", &body, BODY)?;
        Ok(body)
    }
}

fn short_enough(resource: &str, field: &str, text: &str, most: usize) -> Result<()> {
    if text.chars().count() <= most {
        return Ok(());
    }
    let message = format!("{field} is too long (maximum is {most} characters)");
    Err(Refusal::invalid(resource, field, "custom", &message))
}
