//! Socket Mode's door: what comes by the socket goes where the same thing goes that comes over HTTP.

use super::Door;
use super::delivery::{Answer, over_socket};
use crate::slack::delivery::{Event, Interaction, SlashCommand};
use crate::slack::socket::{Ack, Envelope, Kind};

impl Door {
    /// Takes what came by the socket, and says how it is acknowledged. `None` is not at all: what failed Slack sends again, as it
    /// does after a 500 over HTTP.
    pub async fn take(&self, envelope: Envelope) -> Option<Ack> {
        let Envelope { kind, payload } = envelope;
        let answer = match kind {
            Kind::Command => over_socket::<SlashCommand>(self, payload).await?,
            Kind::Event => over_socket::<Event>(self, payload).await?,
            Kind::Interaction => over_socket::<Interaction>(self, payload).await?,
        };
        match answer {
            Answer::Nothing | Answer::Words(_) => Some(Ack::Bare),
            Answer::Json(body) => Some(Ack::With(body)),
            Answer::Failed => None,
        }
    }
}
