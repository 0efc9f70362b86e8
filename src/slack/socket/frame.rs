//! What goes over the socket, as Slack writes it and as we answer. Knows no connection.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

/// A delivery, as it comes by the socket.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// What it is.
    pub kind: Kind,
    /// What the body of a request would hold, as JSON.
    pub payload: Value,
}

/// What an envelope holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A slash command.
    Command,
    /// Something that happened.
    Event,
    /// Something that was pressed or filled in.
    Interaction,
}

/// How an envelope is acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ack {
    /// Taken.
    Bare,
    /// Taken, with this JSON for an answer.
    With(Vec<u8>),
}

/// What Slack sends.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Frame {
    Hello {
        num_connections: Option<u32>,
        #[serde(default)]
        debug_info: Debug,
    },
    Disconnect {
        #[serde(default)]
        reason: Reason,
    },
    SlashCommands(Wrapped),
    EventsApi(Wrapped),
    Interactive(Wrapped),
    #[serde(other)]
    Other,
}

/// Why Slack is about to close a connection.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reason {
    /// In about ten seconds.
    Warning,
    RefreshRequested,
    LinkDisabled,
    TooManyWebsockets,
    /// One that came after this was written.
    #[default]
    #[serde(other)]
    Other,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Debug {
    /// Seconds that the connection will stand, more or less.
    approximate_connection_time: Option<u64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Wrapped {
    pub(super) envelope_id: String,
    payload: Value,
    #[serde(default)]
    pub(super) accepts_response_payload: bool,
}

impl Debug {
    pub(super) fn stands(&self) -> Option<Duration> {
        self.approximate_connection_time.map(Duration::from_secs)
    }
}

impl Envelope {
    /// What a frame of the socket holds, and the acknowledgement that `ack` makes of it; `None` where it is no envelope.
    pub fn decode(text: &str, ack: Ack) -> Option<(Self, String)> {
        let (id, takes_answer, envelope) = Frame::read(text)?.open()?;
        Some((envelope, ack.written(&id, takes_answer)))
    }
}

impl Frame {
    /// What Slack sent; `None` where it is nothing that Slack sends.
    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The id of an envelope, whether it takes an answer, and what it holds; `None` where it is no envelope.
    pub(super) fn open(self) -> Option<(String, bool, Envelope)> {
        let (kind, wrapped) = match self {
            Self::SlashCommands(wrapped) => (Kind::Command, wrapped),
            Self::EventsApi(wrapped) => (Kind::Event, wrapped),
            Self::Interactive(wrapped) => (Kind::Interaction, wrapped),
            Self::Hello { .. } | Self::Disconnect { .. } | Self::Other => return None,
        };
        let envelope = Envelope { kind, payload: wrapped.payload };
        Some((wrapped.envelope_id, wrapped.accepts_response_payload, envelope))
    }
}

impl Ack {
    /// The acknowledgement of the envelope `id`. An answer that the envelope has no room for is left out: Slack would drop it.
    pub(super) fn written(self, id: &str, takes_answer: bool) -> String {
        let id = Value::from(id);
        match self {
            // What is rendered already is not read again to be written once more.
            Self::With(body) if takes_answer => match String::from_utf8(body) {
                Ok(body) => format!("{{\"envelope_id\":{id},\"payload\":{body}}}"),
                Err(_) => format!("{{\"envelope_id\":{id}}}"),
            },
            Self::With(_) => {
                tracing::warn!("an answer has no place in its acknowledgement and is left out");
                format!("{{\"envelope_id\":{id}}}")
            }
            Self::Bare => format!("{{\"envelope_id\":{id}}}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_slack_may_send_is_read_and_what_it_may_send_some_day_breaks_nothing() {
        let read = |text| Frame::read(text).unwrap();
        let hello = r#"{"type":"hello","num_connections":2,"debug_info":{"host":"a","approximate_connection_time":18060},"connection_info":{"app_id":"A1"}}"#;
        let Frame::Hello { num_connections: Some(2), debug_info } = read(hello) else { panic!("no hello") };
        assert_eq!(debug_info.stands(), Some(Duration::from_secs(18_060)));
        for (word, reason) in [
            ("warning", Reason::Warning),
            ("refresh_requested", Reason::RefreshRequested),
            ("link_disabled", Reason::LinkDisabled),
            ("too_many_websockets", Reason::TooManyWebsockets),
            ("full_moon", Reason::Other),
        ] {
            let text = format!(r#"{{"type":"disconnect","reason":"{word}","debug_info":{{"host":"a"}}}}"#);
            assert!(matches!(Frame::read(&text), Some(Frame::Disconnect { reason: read }) if read == reason), "{word}");
        }
        assert!(matches!(read(r#"{"type":"disconnect"}"#), Frame::Disconnect { reason: Reason::Other }));
        assert!(matches!(read(r#"{"type":"hologram","x":1}"#), Frame::Other));
        assert!(Frame::read("Ping from applink-1").is_none());
        assert!(Frame::read(r#"{"type":"events_api","payload":{}}"#).is_none(), "nothing to acknowledge it by");
    }

    #[test]
    fn an_answer_rides_only_where_it_has_room() {
        let with = || Ack::With(br#"{"text":"a"}"#.to_vec());
        assert_eq!(with().written("e\"1", true), r#"{"envelope_id":"e\"1","payload":{"text":"a"}}"#);
        assert_eq!(with().written("e1", false), r#"{"envelope_id":"e1"}"#);
        assert_eq!(Ack::Bare.written("e1", true), r#"{"envelope_id":"e1"}"#);
    }
}
