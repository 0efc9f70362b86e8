//! Finding one of the bot's own messages again, after a call of which nobody knows whether it was done.
//!
//! It knows pages and marks, and nothing of why a message was posted.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::client::{Failure, METADATA, Me, Metadata, Next, Slack};
use crate::domain::effect::Place;

/// What one page of messages held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// The message: its timestamp, and the version that it was marked with.
    Found(String, Option<String>),
    /// Not the message; more pages follow from this cursor.
    Next(String),
    /// Not the message, and nothing follows.
    End,
}

#[derive(Deserialize)]
struct Page {
    messages: Vec<Seen>,
    response_metadata: Option<Next>,
}

#[derive(Deserialize)]
pub(super) struct Seen {
    ts: String,
    user: Option<String>,
    bot_id: Option<String>,
    metadata: Option<Metadata>,
    #[serde(default)]
    files: Vec<FileSeen>,
}

#[derive(Deserialize)]
struct FileSeen {
    name: Option<String>,
}

impl Slack {
    /// Looks through one page of the messages at `place` since `since`, newest first, for one of the bot's that is marked with
    /// `key`. The first page has no cursor.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn look(
        &self,
        place: &Place,
        key: &str,
        since: DateTime<Utc>,
        cursor: Option<String>,
    ) -> Result<Look, Failure> {
        self.look_through(place, since, cursor, |message| message.carries(key)).await
    }

    /// The same for one of the bot's messages that is `ours` by any sign.
    pub(super) async fn look_through(
        &self,
        place: &Place,
        since: DateTime<Utc>,
        cursor: Option<String>,
        ours: impl Fn(&Seen) -> bool,
    ) -> Result<Look, Failure> {
        let me = self.me().await?;
        let method = if place.thread.is_some() { "conversations.replies" } else { "conversations.history" };
        let parameters = [
            ("channel", Some(place.channel.clone())),
            ("ts", place.thread.clone()),
            // The job may have been recorded a moment later by our clock than by Slack's.
            ("oldest", Some((since.timestamp() - 60).to_string())),
            ("include_all_metadata", Some("true".to_owned())),
            ("limit", Some("100".to_owned())),
            ("cursor", cursor),
        ];
        let page: Page = self.read(method, &parameters).await?;
        if let Some(ours) = page.messages.iter().find(|message| ours(message) && message.is_by(me)) {
            return Ok(Look::Found(ours.ts.clone(), ours.version()));
        }
        let next = page.response_metadata.and_then(|next| next.next_cursor).filter(|cursor| !cursor.is_empty());
        Ok(next.map_or(Look::End, Look::Next))
    }
}

impl Seen {
    fn carries(&self, key: &str) -> bool {
        self.metadata.as_ref().is_some_and(|metadata| {
            metadata.event_type == METADATA
                && metadata.event_payload.get("key").and_then(|key| key.as_str()) == Some(key)
        })
    }

    /// Whether a file of that name stands beside it.
    pub(super) fn holds(&self, name: &str) -> bool {
        self.files.iter().any(|file| file.name.as_deref() == Some(name))
    }

    fn version(&self) -> Option<String> {
        self.metadata.as_ref()?.event_payload.get("version")?.as_str().map(str::to_owned)
    }

    fn is_by(&self, me: &Me) -> bool {
        let bot = self.bot_id.is_some() && self.bot_id == me.bot_id;
        bot || self.user.as_ref() == Some(&me.user_id)
    }
}
