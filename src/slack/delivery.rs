//! What Slack delivers, decoded into the little that the bot needs.
//!
//! The types are our own and small: the library's models fail a whole event for one unknown block or one number in somebody's
//! message metadata, and a mention must not be lost for that. Text arrives here as Slack's markup and leaves as plain words.

mod interaction;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::mrkdwn;
use super::request::Delivery;

pub use interaction::{Interaction, Pressed, Shortcut, Submitted, Window};

/// A slash command (<https://docs.slack.dev/interactivity/implementing-slash-commands>).
#[derive(Clone, Debug, Deserialize)]
pub struct SlashCommand {
    /// Workspace.
    pub team_id: String,
    /// Where it was typed.
    pub channel_id: String,
    /// Who typed it.
    pub user_id: String,
    /// Its name, with the slash.
    pub command: String,
    /// What stood behind the name, as plain text.
    #[serde(default)]
    pub text: String,
    /// Takes replies for 30 minutes.
    pub response_url: String,
    /// Names this press of Enter; opens a window within 3 s.
    pub trigger_id: String,
}

impl Delivery for SlashCommand {
    fn decode(body: &str) -> Option<Self> {
        form::<Self>(body).map(Self::unescaped)
    }

    fn from_json(payload: Value) -> Option<Self> {
        serde_json::from_value::<Self>(payload).ok().map(Self::unescaped)
    }
}

impl SlashCommand {
    fn unescaped(self) -> Self {
        let text = mrkdwn::unescape(&self.text);
        Self { text, ..self }
    }
}

/// Something that happened in the workspace (<https://docs.slack.dev/apis/events-api>).
#[derive(Clone, Debug)]
pub enum Event {
    /// Slack asks whether we are who it was told; the challenge goes back.
    Verification(String),
    /// Somebody wrote to the bot.
    Written(Written),
    /// Somebody replied in a thread, to others.
    Replied(Replied),
    /// Anything else.
    Other,
}

/// A mention of the bot, or a direct message to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Slack's id of the delivery; differs between repeats of one event.
    pub event_id: String,
    /// Workspace.
    pub team: String,
    /// Where.
    pub channel: String,
    /// Who.
    pub user: String,
    /// What, as plain text, without the mention at its beginning.
    pub text: String,
    /// The message's timestamp, which is its name within the channel.
    pub ts: String,
    /// The thread it stands in.
    pub thread: Option<String>,
    /// Whether it is a direct message.
    pub direct: bool,
}

/// A reply in a thread of a channel.
#[derive(Clone, Debug, PartialEq)]
pub struct Replied {
    /// Slack's id of the delivery.
    pub event_id: String,
    /// Workspace.
    pub team: String,
    /// Where.
    pub channel: String,
    /// The thread it stands in.
    pub thread: String,
    /// What was written, as Slack has it: most of it is nobody's business, and not looked at.
    pub message: Value,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Envelope {
    UrlVerification {
        challenge: String,
    },
    EventCallback {
        team_id: String,
        event_id: String,
        event: Value,
        #[serde(default)]
        authorizations: Vec<Authorization>,
    },
    #[serde(other)]
    Other,
}

/// For whom the event was delivered: the bot's own user.
#[derive(Deserialize)]
struct Authorization {
    user_id: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(rename = "type")]
    kind: String,
    channel: String,
    user: Option<String>,
    #[serde(default)]
    text: String,
    ts: String,
    thread_ts: Option<String>,
    channel_type: Option<String>,
    subtype: Option<String>,
    bot_id: Option<String>,
}

impl Delivery for Event {
    fn decode(body: &str) -> Option<Self> {
        serde_json::from_str(body).ok().map(Self::of)
    }

    fn from_json(payload: Value) -> Option<Self> {
        serde_json::from_value(payload).ok().map(Self::of)
    }
}

impl Event {
    fn of(envelope: Envelope) -> Self {
        match envelope {
            Envelope::UrlVerification { challenge } => Self::Verification(challenge),
            Envelope::EventCallback { team_id, event_id, event, authorizations } => {
                let Ok(message) = Message::deserialize(&event) else {
                    return Self::Other;
                };
                let own = authorizations.into_iter().find_map(|ours| ours.user_id);
                if message.is_reply_to_others(own.as_deref()) {
                    let (channel, thread) = (message.channel, message.thread_ts.unwrap_or_default());
                    return Self::Replied(Replied { event_id, team: team_id, channel, thread, message: event });
                }
                let written = message.addressed(team_id, event_id, own.as_deref());
                written.map_or(Self::Other, Self::Written)
            }
            Envelope::Other => Self::Other,
        }
    }
}

impl Message {
    /// Whether a person says it in a thread of a channel, and not to the bot.
    fn is_reply_to_others(&self, own: Option<&str>) -> bool {
        let plain = self.subtype.as_deref().is_none_or(|subtype| matches!(subtype, "file_share" | "thread_broadcast"));
        let by_person = self.bot_id.is_none() && self.user.as_deref().is_some_and(|user| Some(user) != own);
        let in_channel = matches!(self.channel_type.as_deref(), Some("channel" | "group" | "mpim"));
        let in_thread = self.thread_ts.as_ref().is_some_and(|thread| *thread != self.ts);
        let to_us = own.is_some_and(|own| self.text.contains(&format!("<@{own}>")));
        self.kind == "message" && plain && by_person && in_channel && in_thread && !to_us
    }

    /// The message as one written to the bot by a person; `None` for joins, edits, what bots write, and what is said to others.
    fn addressed(self, team: String, event_id: String, own: Option<&str>) -> Option<Written> {
        let direct = self.kind == "message" && self.channel_type.as_deref() == Some("im");
        let mention = self.kind == "app_mention";
        // A file with a comment is still something that a person wrote to us.
        let plain = self.subtype.as_deref().is_none_or(|subtype| matches!(subtype, "file_share" | "thread_broadcast"));
        if !(direct || mention) || !plain || self.bot_id.is_some() {
            return None;
        }
        Some(Written {
            event_id,
            team,
            channel: self.channel,
            user: self.user.filter(|user| !user.is_empty() && Some(user.as_str()) != own)?,
            text: mrkdwn::plain(&mrkdwn::without_mention(&self.text, own)),
            ts: self.ts,
            thread: self.thread_ts,
            direct,
        })
    }
}

fn form<T: DeserializeOwned>(body: &str) -> Option<T> {
    serde_urlencoded::from_str(body).ok()
}
