//! The signed door: what Slack sends, verified and decoded into the little that the bot needs.
//!
//! The body is bounded before it is read, the signature is checked over its raw bytes before anything is decoded. The types here
//! are our own and small: the library's models fail a whole event for one unknown block or one number in somebody's message
//! metadata, and a mention must not be lost for that. Nothing about a signature that was expected ever leaves this file.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRef, FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use slack_morphism::prelude::SlackSigningSecret;
use slack_morphism::signature_verifier::SlackEventSignatureVerifier;

/// Most bytes of a body. Slack's own deliveries are far smaller; a modal's state is the largest.
pub const BODY_LIMIT: usize = 1024 * 1024;

/// How long a body may take to arrive. Slack itself gives up on us after 3 s
/// (<https://docs.slack.dev/interactivity/implementing-slash-commands>).
const BODY_TIMEOUT: Duration = Duration::from_secs(5);

/// Fewest characters of a signing secret; Slack's have 32. A short one could be guessed, an empty one would let anybody in
/// (GHSA-gxhx-2686-5h9g).
const SECRET_LENGTH: usize = 32;

/// Checks signatures; cheap to clone.
#[derive(Clone)]
pub struct Verifier(SlackEventSignatureVerifier);

impl Verifier {
    /// A verifier of deliveries signed with `secret`.
    ///
    /// # Errors
    /// A sentence for the operator when the secret is empty or too short to be one.
    pub fn new(secret: &SecretString) -> anyhow::Result<Self> {
        let length = secret.expose_secret().trim().len();
        anyhow::ensure!(
            length >= SECRET_LENGTH,
            "slack.signing_secret has {length} characters, Slack's have {SECRET_LENGTH}: copy the Signing Secret from the app's Basic Information page"
        );
        let secret = SlackSigningSecret::new(secret.expose_secret().trim().to_owned());
        Ok(Self(SlackEventSignatureVerifier::new(&secret)))
    }

    /// Whether `body` was signed by Slack within the last five minutes. The comparison takes the same time wherever it differs.
    fn accepts(&self, headers: &HeaderMap, body: &str) -> bool {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let signature = header(SlackEventSignatureVerifier::SLACK_SIGNED_HASH_HEADER);
        let timestamp = header(SlackEventSignatureVerifier::SLACK_SIGNED_TIMESTAMP);
        match (signature, timestamp) {
            (Some(signature), Some(timestamp)) => self.0.verify(signature, body, timestamp).is_ok(),
            _ => false,
        }
    }
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Verifier")
    }
}

/// Why a delivery was turned away. What the sender sees is the status and two words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not signed, signed with another secret, or not now.
    #[error("not signed by Slack")]
    Unsigned,
    /// More than [`BODY_LIMIT`].
    #[error("body too large")]
    TooLarge,
    /// Took longer than it may.
    #[error("body too slow")]
    TooSlow,
    /// Not UTF-8, or not what Slack sends to this address.
    #[error("body not understood")]
    Undecodable,
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = match self {
            Self::Unsigned => StatusCode::UNAUTHORIZED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Undecodable => StatusCode::BAD_REQUEST,
        };
        tracing::debug!(status = status.as_u16(), reason = %self, "turned a delivery away");
        (status, self.to_string()).into_response()
    }
}

/// A delivery that Slack signed.
#[derive(Debug)]
pub struct Signed<T>(pub T);

/// What can be decoded from a signed body.
pub trait Delivery: Sized {
    /// The delivery in `body`; `None` when it is none.
    fn decode(body: &str) -> Option<Self>;
}

impl<T, S> FromRequest<S> for Signed<T>
where
    T: Delivery,
    S: Send + Sync,
    Verifier: FromRef<S>,
{
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        let (parts, body) = request.into_parts();
        let body = read(&parts.headers, body).await?;
        if !parts
            .headers
            .contains_key(SlackEventSignatureVerifier::SLACK_SIGNED_HASH_HEADER)
        {
            return Err(Refused::Unsigned);
        }
        let body = std::str::from_utf8(&body).map_err(|_| Refused::Undecodable)?;
        if !Verifier::from_ref(state).accepts(&parts.headers, body) {
            return Err(Refused::Unsigned);
        }
        T::decode(body).map(Self).ok_or(Refused::Undecodable)
    }
}

async fn read(headers: &HeaderMap, body: Body) -> Result<axum::body::Bytes, Refused> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > BODY_LIMIT as u64) {
        return Err(Refused::TooLarge);
    }
    match tokio::time::timeout(BODY_TIMEOUT, to_bytes(body, BODY_LIMIT)).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(_)) => Err(Refused::TooLarge),
        Err(_) => Err(Refused::TooSlow),
    }
}

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
        let command: Self = form(body)?;
        let text = super::mrkdwn::unescape(&command.text);
        Some(Self { text, ..command })
    }
}

/// Something that happened in the workspace (<https://docs.slack.dev/apis/events-api>).
#[derive(Clone, Debug)]
pub enum Event {
    /// Slack asks whether we are who it was told; the challenge goes back.
    Verification(String),
    /// Somebody wrote to the bot.
    Written(Written),
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

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Envelope {
    UrlVerification {
        challenge: String,
    },
    EventCallback {
        team_id: String,
        event_id: String,
        event: serde_json::Value,
    },
    #[serde(other)]
    Other,
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
        match serde_json::from_str(body).ok()? {
            Envelope::UrlVerification { challenge } => Some(Self::Verification(challenge)),
            Envelope::EventCallback {
                team_id,
                event_id,
                event,
            } => {
                let Ok(message) = Message::deserialize(event) else {
                    return Some(Self::Other);
                };
                Some(
                    message
                        .addressed(team_id, event_id)
                        .map_or(Self::Other, Self::Written),
                )
            }
            Envelope::Other => Some(Self::Other),
        }
    }
}

impl Message {
    /// The message as one written to the bot by a person; `None` for joins, edits, what bots write, and what is said to others.
    fn addressed(self, team: String, event_id: String) -> Option<Written> {
        let direct = self.kind == "message" && self.channel_type.as_deref() == Some("im");
        let mention = self.kind == "app_mention";
        // A file with a comment is still something that a person wrote to us.
        let plain = self
            .subtype
            .as_deref()
            .is_none_or(|subtype| matches!(subtype, "file_share" | "thread_broadcast"));
        if !(direct || mention) || !plain || self.bot_id.is_some() {
            return None;
        }
        Some(Written {
            event_id,
            team,
            channel: self.channel,
            user: self.user.filter(|user| !user.is_empty())?,
            text: super::mrkdwn::plain(super::mrkdwn::without_mention(&self.text)),
            ts: self.ts,
            thread: self.thread_ts,
            direct,
        })
    }
}

/// Something that a person pressed or filled in (<https://docs.slack.dev/interactivity>).
#[derive(Clone, Debug)]
pub enum Interaction {
    /// A button.
    Pressed(Pressed),
    /// A form.
    Submitted(Submitted),
    /// Anything else.
    Other,
}

/// A press of a button.
#[derive(Clone, Debug)]
pub struct Pressed {
    /// Workspace.
    pub team: String,
    /// Who.
    pub user: String,
    /// Where.
    pub channel: String,
    /// The thread that the message stands in.
    pub thread: Option<String>,
    /// Timestamp of the message that the button stands below.
    pub message: String,
    /// Which deed, as `command.deed`.
    pub action: String,
    /// What the button carries.
    pub value: String,
    /// Names this press; opens a window within 3 s.
    pub trigger: String,
    /// Takes replies for 30 minutes.
    pub response_url: Option<String>,
}

/// A form that was sent.
#[derive(Clone, Debug)]
pub struct Submitted {
    /// Workspace.
    pub team: String,
    /// Who.
    pub user: String,
    /// Which deed, as `command.deed`.
    pub action: String,
    /// What the form carried along.
    pub memo: String,
    /// The window, the same however often its button is pressed.
    pub view: String,
    /// What was filled in, by the field's name.
    pub values: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Payload {
    payload: String,
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Action {
    BlockActions {
        team: Option<Id>,
        user: Id,
        channel: Option<Id>,
        container: Option<Container>,
        trigger_id: String,
        response_url: Option<String>,
        actions: Vec<Element>,
    },
    ViewSubmission {
        team: Option<Id>,
        user: Id,
        view: View,
    },
    #[serde(other)]
    Other,
}

#[derive(Default, Deserialize)]
struct Container {
    channel_id: Option<String>,
    message_ts: Option<String>,
    thread_ts: Option<String>,
}

#[derive(Deserialize)]
struct Element {
    action_id: String,
    value: Option<String>,
}

#[derive(Deserialize)]
struct View {
    id: String,
    root_view_id: Option<String>,
    callback_id: String,
    #[serde(default)]
    private_metadata: String,
    #[serde(default)]
    state: State,
}

#[derive(Default, Deserialize)]
struct State {
    values: std::collections::BTreeMap<String, std::collections::BTreeMap<String, Field>>,
}

#[derive(Deserialize)]
struct Field {
    value: Option<String>,
}

impl Delivery for Interaction {
    fn decode(body: &str) -> Option<Self> {
        let Payload { payload } = form(body)?;
        Some(match serde_json::from_str(&payload).ok()? {
            Action::BlockActions {
                team,
                user,
                channel,
                container,
                trigger_id,
                response_url,
                actions,
            } => {
                let Some(element) = actions.into_iter().next() else {
                    return Some(Self::Other);
                };
                let held = container.unwrap_or_default();
                Self::Pressed(Pressed {
                    team: team.map(|team| team.id).unwrap_or_default(),
                    user: user.id,
                    channel: channel
                        .map(|channel| channel.id)
                        .or(held.channel_id)
                        .unwrap_or_default(),
                    thread: held.thread_ts,
                    message: held.message_ts.unwrap_or_default(),
                    action: element.action_id,
                    value: element.value.unwrap_or_default(),
                    trigger: trigger_id,
                    response_url,
                })
            }
            Action::ViewSubmission { team, user, view } => Self::Submitted(Submitted {
                team: team.map(|team| team.id).unwrap_or_default(),
                user: user.id,
                action: view.callback_id,
                memo: view.private_metadata,
                view: view.root_view_id.unwrap_or(view.id),
                values: view
                    .state
                    .values
                    .into_values()
                    .flatten()
                    .map(|(name, field)| (name, field.value.unwrap_or_default()))
                    .collect(),
            }),
            Action::Other => Self::Other,
        })
    }
}

fn form<T: DeserializeOwned>(body: &str) -> Option<T> {
    serde_urlencoded::from_str(body).ok()
}
