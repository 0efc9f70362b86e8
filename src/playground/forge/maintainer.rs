//! GitHub in a test: what maintainers and others do there, in words, and what is seen of it. Everything that changes an issue
//! sends its webhook and comes back when the bot has answered it. It must not know the REST API.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::super::Playground;
use super::super::delivery::Delivered;
use super::super::shared::Shared;
use super::hook::{self, Telling};
use super::host::{Close, Draft, Hand, Happened, Host, Repo, VISITOR};
use super::json::Site;
use super::picture;

impl Playground {
    /// The fake GitHub, as people use it.
    pub fn forge(&self) -> Forge<'_> {
        Forge { shared: &self.shared }
    }

    /// Sends exactly this to the bot as a webhook, right or wrong.
    pub async fn send_webhook_raw(&self, headers: &[(String, String)], body: impl Into<Vec<u8>>) -> Delivered {
        self.send_raw(hook::PATH, headers, body).await
    }

    /// The headers of a webhook with this body, rightly signed and with a delivery id of its own.
    pub fn webhook_headers(&self, event: &str, body: &[u8]) -> Vec<(String, String)> {
        self.shared.hook_headers(event, body)
    }
}

/// The fake GitHub, as people use it.
#[derive(Clone, Copy)]
pub struct Forge<'a> {
    shared: &'a Arc<Shared>,
}

impl Forge<'_> {
    /// The issues of a repository as plain text, oldest first.
    ///
    /// # Panics
    /// If there is no such repository.
    pub fn issues(self, repo: &str) -> String {
        self.shared.host(|host, _| picture::issues(there(host, repo)))
    }

    /// One issue as plain text; none if there is none.
    pub fn issue(self, repo: &str, number: u64) -> Option<String> {
        self.shared.host(|host, _| host.repo(repo)?.issue(number).map(picture::issue))
    }

    /// One issue as GitHub's JSON.
    pub fn issue_json(self, repo: &str, number: u64) -> Option<Value> {
        let site = Site { origin: self.shared.origin() };
        self.shared.host(|host, _| {
            let repo = host.repo(repo)?;
            Some(site.issue(repo, repo.issue(number)?))
        })
    }

    /// The numbers of a repository's issues, oldest first.
    ///
    /// # Panics
    /// If there is no such repository.
    pub fn numbers(self, repo: &str) -> Vec<u64> {
        self.shared.host(|host, _| there(host, repo).issues().iter().map(|issue| issue.number).collect())
    }

    /// Somebody opens an issue; gives its number too.
    ///
    /// # Panics
    /// If there is no such repository.
    pub async fn open(self, repo: &str, author: &str, title: &str, body: &str) -> (u64, Delivered) {
        let draft = Draft { title: title.to_owned(), body: body.to_owned(), ..Draft::default() };
        let (number, told) = self.shared.host(|host, now| {
            there(host, repo);
            let (number, happened) = host.open(Hand { repo, by: author, now }, draft);
            (number, self.told(host, &happened))
        });
        (number, self.send(told).await)
    }

    /// A maintainer closes an issue as `completed`, `not_planned` or `duplicate`.
    ///
    /// # Panics
    /// If there is no such issue or reason.
    pub async fn close(self, repo: &str, number: u64, reason: &str) -> Delivered {
        let reason = Close::parse(reason).unwrap_or_else(|| panic!("GitHub knows no reason {reason}"));
        self.act((repo, number), VISITOR, |host, hand| host.close(hand, number, reason)).await
    }

    /// A maintainer opens an issue again.
    ///
    /// # Panics
    /// If there is no such issue.
    pub async fn reopen(self, repo: &str, number: u64) -> Delivered {
        self.act((repo, number), VISITOR, |host, hand| host.reopen(hand, number)).await
    }

    /// A maintainer assigns somebody, who must be a collaborator.
    ///
    /// # Panics
    /// If there is no such issue.
    pub async fn assign(self, repo: &str, number: u64, login: &str) -> Delivered {
        self.act((repo, number), VISITOR, |host, hand| host.assign(hand, number, login)).await
    }

    /// Somebody comments.
    ///
    /// # Panics
    /// If there is no such issue.
    pub async fn comment(self, repo: &str, number: u64, author: &str, text: &str) -> Delivered {
        self.act((repo, number), author, |host, hand| host.comment(hand, number, text)).await
    }

    /// A maintainer changes the title of an issue.
    ///
    /// # Panics
    /// If there is no such issue.
    pub async fn retitle(self, repo: &str, number: u64, title: &str) -> Delivered {
        let title = title.to_owned();
        self.act((repo, number), VISITOR, |host, hand| host.edit(hand, number, (Some(title), None))).await
    }

    /// A maintainer locks an issue: no more comments.
    ///
    /// # Panics
    /// If there is no such issue.
    pub async fn lock(self, repo: &str, number: u64) -> Delivered {
        self.act((repo, number), VISITOR, |host, hand| host.lock(hand, number)).await
    }

    /// A maintainer archives a repository. The hook hears of issues and comments only, so nothing is told.
    ///
    /// # Panics
    /// If there is no such repository.
    pub fn archive(self, repo: &str) {
        self.change(repo, |repo| repo.archived = true);
    }

    /// A maintainer switches a repository's issues on or off.
    ///
    /// # Panics
    /// If there is no such repository.
    pub fn switch_issues(self, repo: &str, on: bool) {
        self.change(repo, |repo| repo.has_issues = on);
    }

    /// Puts a file into a repository, or another in its place.
    ///
    /// # Panics
    /// If there is no such repository.
    pub fn write(self, repo: &str, path: &str, content: &str) {
        self.change(repo, |repo| drop(repo.files.insert(path.to_owned(), content.to_owned())));
    }

    /// Takes a file out of a repository.
    ///
    /// # Panics
    /// If there is no such repository.
    pub fn remove(self, repo: &str, path: &str) {
        self.change(repo, |repo| drop(repo.files.remove(path)));
    }

    /// A repository gets another name; the old one leads there.
    ///
    /// # Panics
    /// If there is no such repository.
    pub fn rename(self, repo: &str, to: &str) {
        self.shared.host(|host, _| {
            there(host, repo);
            host.rename(repo, to);
        });
    }

    /// A repository goes away with all its issues.
    ///
    /// # Panics
    /// If there is no such repository.
    pub fn delete_repository(self, repo: &str) {
        self.shared.host(|host, _| {
            there(host, repo);
            host.remove(repo);
        });
    }

    /// From now on the search finds an issue only when it is older than this.
    pub fn index_lag(self, lag: Duration) {
        self.shared.host(|host, _| host.index_lag = lag);
    }

    /// GitHub greets a new hook. <https://docs.github.com/en/webhooks/webhook-events-and-payloads#ping>
    pub async fn ping(self) -> Delivered {
        let hook = serde_json::json!({"type": "Organization", "id": hook::HOOK, "active": true, "events": ["issues", "issue_comment"]});
        let body = serde_json::json!({"zen": "Keep it logically awesome.", "hook_id": hook::HOOK, "hook": hook});
        self.shared.tell("ping", &body).await
    }

    /// Waits until the webhooks are delivered that the bot's own calls caused.
    pub async fn settle(self) {
        let hooks = &self.shared.forge.hooks;
        hooks.close();
        hooks.wait().await;
        hooks.reopen();
    }

    fn change(self, repo: &str, act: impl FnOnce(&mut Repo)) {
        self.shared.host(|host, _| {
            act(host.repo_mut(repo).unwrap_or_else(|| panic!("there is no repository {repo}")));
        });
    }

    async fn act(
        self,
        (repo, number): (&str, u64),
        by: &str,
        act: impl FnOnce(&mut Host, Hand<'_>) -> Option<Happened>,
    ) -> Delivered {
        let told = self.shared.host(|host, now| {
            assert!(there(host, repo).issue(number).is_some(), "there is no issue #{number} in {repo}");
            let happened: Vec<Happened> = act(host, Hand { repo, by, now }).into_iter().collect();
            self.told(host, &happened)
        });
        self.send(told).await
    }

    fn told(self, host: &Host, happened: &[Happened]) -> Vec<Telling> {
        let site = Site { origin: self.shared.origin() };
        happened.iter().filter_map(|one| hook::payload(host, &site, one)).collect()
    }

    /// Sends them in turn; the first one's end is what counts.
    async fn send(self, told: Vec<Telling>) -> Delivered {
        let mut first = None;
        for (event, body) in told {
            let delivered = self.shared.tell(event, &body).await;
            first.get_or_insert(delivered);
        }
        first.unwrap_or_else(|| Delivered::nothing("nothing changed"))
    }
}

fn there<'h>(host: &'h Host, repo: &str) -> &'h Repo {
    host.repo(repo).unwrap_or_else(|| panic!("there is no repository {repo}"))
}
