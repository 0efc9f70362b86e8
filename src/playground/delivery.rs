//! What went to the bot or is on its way there, and what came back. It must not know how it travels, nor what is made of it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::people::{Channel, Member};

/// How a delivery ended, seen from Slack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// The status of the bot's answer; 0 if there was none, and then the body says why.
    pub status: u16,
    /// The body of the bot's answer.
    pub body: String,
}

impl Delivered {
    pub(super) fn nothing(why: &str) -> Self {
        Self { status: 0, body: why.to_owned() }
    }

    pub(super) fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// One request that went to the bot, byte for byte, and what came of it.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// As in `/slack/commands`.
    pub path: String,
    /// All headers that the playground set, the signature among them.
    pub headers: Vec<(String, String)>,
    /// The raw body.
    pub body: String,
    /// How it ended.
    pub delivered: Delivered,
}

/// One call of the bot, and when it came, by the machine's time.
#[derive(Debug, Clone)]
pub struct Called {
    /// As in `views.open`; a post to a response address is `response_url`.
    pub method: String,
    /// What was passed.
    pub parameters: Value,
    /// When it came.
    pub at: Instant,
    /// How long after the newest delivery set out; none without a delivery before it.
    pub after: Option<Duration>,
}

/// Something that a person did and that the bot has not heard of yet.
pub(super) enum Pending {
    /// The bot will not hear of it, for this reason.
    Nothing(&'static str),
    /// Events, in this order.
    Events(Vec<String>),
    Command(Command),
    /// A press, or a shortcut.
    Press {
        person: Member,
        /// The type of its payload.
        kind: &'static str,
        body: String,
        label: String,
    },
    Closed(String),
}

/// A slash command on its way.
pub(super) struct Command {
    pub(super) person: Member,
    pub(super) channel: Channel,
    pub(super) typed: String,
    pub(super) name: String,
    pub(super) body: String,
    /// The id of its response address.
    pub(super) response: String,
}

/// What became of a submission.
pub(super) struct Submitted {
    pub(super) delivered: Delivered,
    /// What is wrong with what was entered, by block.
    pub(super) errors: BTreeMap<String, String>,
    /// Why the app did not take it: the view is still open.
    pub(super) failed: Option<String>,
}

/// A bot's answer as it came in.
pub(super) struct Answer {
    pub(super) delivered: Delivered,
    pub(super) json: bool,
    pub(super) no_retry: bool,
    /// In the words of `X-Slack-Retry-Reason`, for an answer that did not come.
    pub(super) reason: &'static str,
}

impl From<Answer> for Delivered {
    fn from(answer: Answer) -> Self {
        answer.delivered
    }
}
