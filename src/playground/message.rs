//! Messages: as they stand in a channel, as they are about to be posted, and as Slack writes them; and which part of a
//! conversation is asked for. Pure; it must not know who may see what.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::compose::Composed;
use super::people::{APP, BOT, BOT_USER, Channel, Member, TEAM};

/// A message as it stands in a channel.
#[derive(Debug, Clone)]
pub(super) struct Message {
    pub(super) ts: String,
    pub(super) channel: String,
    pub(super) thread_ts: Option<String>,
    /// A person's id, or the bot's user id.
    pub(super) user: String,
    pub(super) text: String,
    pub(super) blocks: Option<Value>,
    pub(super) files: Vec<Value>,
    /// The only person who sees it, if it is ephemeral.
    pub(super) only: Option<String>,
    /// When it was last edited, written as the time of a message is.
    pub(super) edited: Option<String>,
    pub(super) metadata: Option<Value>,
}

impl Message {
    pub(super) fn by_bot(&self) -> bool {
        self.user == BOT_USER
    }

    pub(super) fn seen_by(&self, person: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only == person)
    }

    pub(super) fn is_reply(&self) -> bool {
        self.thread_ts.as_ref().is_some_and(|parent| *parent != self.ts)
    }
}

/// A message that is about to be posted.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub(super) channel: String,
    pub(super) thread_ts: Option<String>,
    pub(super) user: String,
    pub(super) text: String,
    pub(super) blocks: Option<Value>,
    pub(super) files: Vec<Value>,
    pub(super) only: Option<String>,
    pub(super) metadata: Option<Value>,
}

impl Draft {
    /// What a person says, for everybody.
    pub(super) fn said(person: &Member, channel: &Channel, Composed { text, blocks }: Composed) -> Self {
        let (channel, user) = (channel.id.clone(), person.id.clone());
        Self { channel, user, text, blocks: Some(blocks), ..Self::default() }
    }
}

/// Which part of a conversation is asked for.
#[derive(Debug, Default)]
pub(super) struct Window {
    pub(super) oldest: Option<String>,
    pub(super) latest: Option<String>,
    pub(super) inclusive: bool,
    pub(super) limit: Option<usize>,
    pub(super) cursor: Option<String>,
    pub(super) metadata: bool,
}

impl Window {
    pub(super) fn holds(&self, ts: &str) -> bool {
        let at = micros_of(ts);
        let after = |from: &String| micros_of(from) < at || (self.inclusive && micros_of(from) == at);
        let before = |to: &String| at < micros_of(to) || (self.inclusive && micros_of(to) == at);
        self.oldest.as_ref().is_none_or(after) && self.latest.as_ref().is_none_or(before)
    }
}

/// One page of a conversation, as Slack writes it.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) messages: Vec<Value>,
    pub(super) next_cursor: Option<String>,
}

pub(super) fn on_wire(message: &Message, counts: &HashMap<&str, usize>, metadata: bool) -> Value {
    let mut wire =
        json!({"type": "message", "user": message.user, "text": message.text, "ts": message.ts, "team": TEAM});
    if message.by_bot() {
        wire["bot_id"] = BOT.into();
        wire["app_id"] = APP.into();
    } else {
        wire["client_msg_id"] =
            format!("00000000-0000-4000-8000-{:0>12}", micros_of(&message.ts) % 1_000_000_000_000).into();
    }
    if let Some(blocks) = &message.blocks {
        wire["blocks"] = blocks.clone();
    }
    if let Some(parent) = &message.thread_ts {
        wire["thread_ts"] = parent.as_str().into();
    }
    if let Some(count) = counts.get(message.ts.as_str()) {
        wire["thread_ts"] = message.ts.as_str().into();
        wire["reply_count"] = (*count).into();
    }
    if !message.files.is_empty() {
        wire["files"] = message.files.clone().into();
        wire["upload"] = false.into();
    }
    if let Some(edited) = &message.edited {
        wire["edited"] = json!({"user": message.user, "ts": edited});
    }
    if let (true, Some(given)) = (metadata, &message.metadata) {
        wire["metadata"] = given.clone();
    }
    wire
}

/// A message's time as a number; Slack also takes whole seconds.
pub(super) fn parse_ts(ts: &str) -> Option<u64> {
    let (seconds, fraction) = ts.split_once('.').unwrap_or((ts, "0"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty();
    if !digits(seconds) || !digits(fraction) || fraction.len() > 6 {
        return None;
    }
    let seconds: u64 = seconds.parse().ok()?;
    let fraction: u64 = format!("{fraction:0<6}").parse().ok()?;
    seconds.checked_mul(1_000_000)?.checked_add(fraction)
}

fn micros_of(ts: &str) -> u64 {
    parse_ts(ts).unwrap_or(0)
}

pub(super) fn cursor_of(ts: &str) -> String {
    hex::encode(format!("next_ts:{ts}"))
}

pub(super) fn ts_of(cursor: &str) -> Option<String> {
    let plain = String::from_utf8(hex::decode(cursor).ok()?).ok()?;
    Some(plain.strip_prefix("next_ts:")?.to_owned())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::parse_ts;

    #[rstest]
    #[case("1700000000.123456", Some(1_700_000_000_123_456))]
    #[case("1700000000", Some(1_700_000_000_000_000))]
    #[case("0", Some(0))]
    #[case("", None)]
    #[case("1.", None)]
    #[case("1.1234567", None)]
    #[case("-1.0", None)]
    #[case("99999999999999999999", None)]
    fn times_of_messages(#[case] ts: &str, #[case] expected: Option<u64>) {
        assert_eq!(parse_ts(ts), expected);
    }
}
