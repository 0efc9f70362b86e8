//! Repositories, issues and comments as GitHub's JSON: those fields that clients need. It must not know who asked.
//! <https://docs.github.com/en/rest/issues/issues>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::host::{Comment, Issue, Repo};

/// What somebody has an address for.
const USER_URLS: &[&str] = &[
    "followers",
    "following",
    "gists",
    "starred",
    "subscriptions",
    "organizations",
    "repos",
    "events",
    "received_events",
];

/// Where the addresses in an answer lead.
#[derive(Debug, Clone)]
pub(super) struct Site {
    /// As in `http://127.0.0.1:8080`.
    pub(super) origin: String,
}

impl Site {
    pub(super) fn api(&self) -> String {
        format!("{}/api-github", self.origin)
    }

    fn repo_url(&self, repo: &Repo) -> String {
        format!("{}/repos/{}", self.api(), repo.name)
    }

    pub(super) fn repository(&self, repo: &Repo) -> Value {
        let (owner, name) = repo.name.split_once('/').unwrap_or_default();
        json!({
            "id": repo.id, "node_id": node("R", repo.id), "name": name, "full_name": repo.name, "private": repo.private,
            "owner": self.organisation(owner),
            "html_url": format!("{}/forge/{}", self.origin, repo.name), "url": self.repo_url(repo), "fork": false,
            "description": (!repo.about.is_empty()).then_some(&repo.about), "default_branch": "main",
            "archived": repo.archived, "disabled": false, "has_issues": repo.has_issues,
            "visibility": if repo.private { "private" } else { "public" },
            "open_issues_count": repo.issues().iter().filter(|issue| issue.closed.is_none()).count(),
            "permissions": {"admin": false, "maintain": false, "push": repo.push, "triage": repo.push, "pull": true},
        })
    }

    pub(super) fn organisation(&self, login: &str) -> Value {
        let mut owner = self.user(login);
        owner["type"] = "Organization".into();
        owner
    }

    pub(super) fn issue(&self, repo: &Repo, issue: &Issue) -> Value {
        let url = format!("{}/issues/{}", self.repo_url(repo), issue.number);
        let labels = issue.labels.iter().map(|name| self.label(repo, name));
        let assignees: Vec<Value> = issue.assignees.iter().map(|login| self.user(login)).collect();
        json!({
            "id": issue.id, "node_id": node("I", issue.id), "number": issue.number, "url": url,
            "repository_url": self.repo_url(repo), "comments_url": format!("{url}/comments"),
            "labels_url": format!("{url}/labels"), "events_url": format!("{url}/events"),
            "html_url": self.issue_page(repo, issue), "title": issue.title, "user": self.user(&issue.author),
            "body": (!issue.body.is_empty()).then_some(&issue.body),
            "state": issue.state(), "state_reason": issue.reason(), "locked": issue.locked,
            "active_lock_reason": null, "labels": labels.collect::<Vec<_>>(), "assignee": assignees.first(),
            "assignees": assignees, "milestone": null, "comments": issue.comments.len(),
            "created_at": time(issue.created), "updated_at": time(issue.updated),
            "closed_at": issue.closed.as_ref().map(|closed| time(closed.at)),
            "closed_by": issue.closed.as_ref().map(|closed| self.user(&closed.by)),
            "author_association": association(repo, &issue.author),
        })
    }

    fn issue_page(&self, repo: &Repo, issue: &Issue) -> String {
        format!("{}/forge/{}/issues/{}", self.origin, repo.name, issue.number)
    }

    pub(super) fn comment(&self, repo: &Repo, issue: &Issue, comment: &Comment) -> Value {
        let url = format!("{}/issues/comments/{}", self.repo_url(repo), comment.id);
        json!({
            "id": comment.id, "node_id": node("IC", comment.id), "url": url,
            "html_url": format!("{}#issuecomment-{}", self.issue_page(repo, issue), comment.id),
            "issue_url": format!("{}/issues/{}", self.repo_url(repo), issue.number),
            "user": self.user(&comment.author), "body": comment.body,
            "created_at": time(comment.created), "updated_at": time(comment.updated),
            "author_association": association(repo, &comment.author),
        })
    }

    /// A person, a bot or an organisation, with the addresses that strict clients miss when they are not there.
    pub(super) fn user(&self, login: &str) -> Value {
        let id = user_id(login);
        let kind = if login.ends_with("[bot]") { "Bot" } else { "User" };
        let (page, url) = (format!("{}/forge", self.origin), format!("{}/users/{login}", self.api()));
        let mut user = json!({
            "login": login, "id": id, "node_id": node("U", id), "avatar_url": page, "gravatar_id": "", "url": url,
            "html_url": page, "type": kind, "user_view_type": "public", "site_admin": false,
        });
        for of in USER_URLS {
            user[format!("{of}_url")] = format!("{url}/{of}").into();
        }
        user
    }

    pub(super) fn label(&self, repo: &Repo, name: &str) -> Value {
        let id = user_id(name);
        let url = format!("{}/labels/{name}", self.repo_url(repo));
        json!({"id": id, "node_id": node("LA", id), "url": url, "name": name, "color": "ededed", "default": false, "description": null})
    }

    pub(super) fn file(&self, repo: &Repo, path: &str, content: &str) -> Value {
        let mut file = self.entry(repo, path, Some(content));
        file["content"] = STANDARD.encode(content).into();
        file["encoding"] = "base64".into();
        file
    }

    /// A file, or a folder, as it stands in the listing of its folder.
    pub(super) fn entry(&self, repo: &Repo, path: &str, content: Option<&str>) -> Value {
        let name = path.rsplit('/').next().unwrap_or_default();
        let kind = if content.is_some() { "file" } else { "dir" };
        let url = format!("{}/contents/{path}", self.repo_url(repo));
        let page = format!("{}/forge/{}", self.origin, repo.name);
        json!({
            "type": kind, "name": name, "path": path, "sha": digest(content.unwrap_or(path)), "size": content.map_or(0, str::len),
            "url": url, "html_url": page, "git_url": null, "download_url": null, "_links": {"self": url, "git": null, "html": page},
        })
    }
}

/// As long as the name of a Git object; clients compare it and nothing more.
pub(super) fn digest(content: &str) -> String {
    use sha2::Digest as _;
    let mut digest = hex::encode(sha2::Sha256::digest(content));
    digest.truncate(40);
    digest
}

pub(super) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// An id for a login, always the same.
pub(super) fn user_id(login: &str) -> u64 {
    // FNV-1a in 32 bits: small enough for every client's integers. <http://www.isthe.com/chongo/tech/comp/fnv/>
    let hash = |hash: u32, byte: u8| (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(16_777_619);
    u64::from(login.bytes().fold(2_166_136_261, hash))
}

fn node(kind: &str, id: u64) -> String {
    format!("{kind}_{}", STANDARD.encode(id.to_string()).trim_end_matches('='))
}

fn association(repo: &Repo, login: &str) -> &'static str {
    if repo.is_collaborator(login) { "MEMBER" } else { "NONE" }
}
