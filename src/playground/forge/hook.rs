//! Webhooks: what the bot is told of, signed, and sent once: GitHub repeats none. It must not know who caused it.
//! <https://docs.github.com/en/webhooks/webhook-events-and-payloads>

use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::super::delivery::Delivered;
use super::super::shared::Shared;
use super::host::{Comment, Happened, Host, Issue, Repo, Told};
use super::json::Site;

/// Where the bot takes them.
pub(super) const PATH: &str = "/github/webhook";
/// The id of the hook, which is the same in every delivery.
pub(super) const HOOK: u64 = 314_159;

/// A delivery that is not sent yet: its event and its body.
pub(super) type Telling = (&'static str, Value);

/// What is told of something that happened, as the issue is now.
pub(super) fn payload(host: &Host, site: &Site, happened: &Happened) -> Option<Telling> {
    let repo = host.repo(&happened.repo)?;
    let issue = repo.issue(happened.number)?;
    let with = |action: &str, more: Value| {
        let mut body = json!({
            "action": action, "issue": site.issue(repo, issue), "repository": site.repository(repo),
            "sender": site.user(&happened.by),
        });
        if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
            body.extend(more);
        }
        body
    };
    let plain = |action: &str| ("issues", with(action, Value::Null));
    let commented =
        |action: &str, comment: &Comment| ("issue_comment", with(action, comment_of(site, repo, issue, comment)));
    Some(match &happened.told {
        Told::Opened => plain("opened"),
        // What it was before is left out; a bot that follows issues reads what is.
        Told::Edited => ("issues", with("edited", json!({"changes": {}}))),
        Told::Closed => plain("closed"),
        Told::Reopened => plain("reopened"),
        Told::Locked => plain("locked"),
        Told::Labeled(name) => ("issues", with("labeled", json!({"label": site.label(repo, name)}))),
        Told::Assigned(login) => ("issues", with("assigned", json!({"assignee": site.user(login)}))),
        Told::Commented(comment) => commented("created", comment),
        Told::CommentEdited(comment) => commented("edited", comment),
        Told::CommentDeleted(comment) => commented("deleted", comment),
    })
}

fn comment_of(site: &Site, repo: &Repo, issue: &Issue, comment: &Comment) -> Value {
    json!({"comment": site.comment(repo, issue, comment)})
}

/// Sends them one after the other, without anybody waiting: GitHub answers the bot first.
pub(super) fn send_later(shared: &Arc<Shared>, told: Vec<Telling>) {
    if told.is_empty() {
        return;
    }
    let sender = Arc::clone(shared);
    shared.forge.hooks.spawn(async move {
        for (event, body) in told {
            sender.tell(event, &body).await;
        }
    });
}

impl Shared {
    /// Sends one webhook.
    pub(super) async fn tell(&self, event: &str, body: &Value) -> Delivered {
        let body = body.to_string();
        let headers = self.hook_headers(event, body.as_bytes());
        self.send(PATH, &headers, body.into_bytes()).await.into()
    }

    /// <https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers>
    pub(super) fn hook_headers(&self, event: &str, body: &[u8]) -> Vec<(String, String)> {
        let own = |name: &str, value: String| (name.to_owned(), value);
        vec![
            own("content-type", "application/json".to_owned()),
            own("user-agent", "GitHub-Hookshot/044aadd".to_owned()),
            own("x-github-event", event.to_owned()),
            own("x-github-delivery", guid()),
            own("x-github-hook-id", HOOK.to_string()),
            own("x-hub-signature-256", signature(&self.forge.webhook_secret, body)),
        ]
    }
}

/// <https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries>
fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

fn guid() -> String {
    let digits = format!("{:032x}", rand::random::<u128>());
    let (a, b, c, d, e) = (&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]);
    format!("{a}-{b}-{c}-{d}-{e}")
}
