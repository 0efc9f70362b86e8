//! What the bot asks of Slack's Web API, each call with a time-out.
//!
//! The library's errors print the body of the answer, which may hold people's words or more: they are turned into [`Failure`]
//! here and go no further.

use std::time::Duration;

use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use slack_morphism::errors::SlackClientError;
use slack_morphism::prelude::*;
use tokio::sync::OnceCell;

use super::blocks::{self, Message};
use super::window;
use crate::domain::effect::Place;
use crate::domain::reply::{Form, Reply};
use crate::domain::silence::Silence;
use crate::measure::{self, Outcome, Service};

/// How long one call may take. Half of the lease of a job, so that a claim never runs out during a call.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(4);

/// Name under which a message says which job made it (<https://docs.slack.dev/messaging/message-metadata>).
pub(super) const METADATA: &str = "firstmate";

/// Every method that the bot calls. The playground serves these and no others; a test compares the two.
pub const METHODS: [&str; 15] = [
    "apps.connections.open",
    "auth.test",
    "chat.getPermalink",
    "chat.postEphemeral",
    "chat.postMessage",
    "chat.update",
    "conversations.history",
    "conversations.info",
    "conversations.open",
    "conversations.replies",
    "files.completeUploadExternal",
    "files.getUploadURLExternal",
    "users.info",
    "views.open",
    "views.update",
];

/// Why a call failed, without anything that Slack said in it but its own short code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Slack refused, with a code of its own such as `not_in_channel`.
    #[error("Slack refused with {0}")]
    Refused(String),
    /// Slack asks to come back later.
    #[error("Slack asks to wait {} s", .0.as_secs())]
    Limited(Duration),
    /// Slack could not be reached, failed, or did not answer in time: whether the thing was done is not known.
    #[error("Slack did not answer ({0})")]
    Unanswered(Silence),
    /// The bot was given no token.
    #[error("no slack.bot_token is set")]
    NoToken,
}

/// What stands beside a message for the bot itself to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The key of the job that made it.
    pub key: String,
    /// What was true when it was written, in the words of whoever wrote it.
    pub version: Option<String>,
}

/// The Web API; cheap to share.
pub struct Slack {
    client: SlackHyperClient,
    token: Option<SlackApiToken>,
    me: OnceCell<Me>,
}

/// Who the bot is in the workspace.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Me {
    pub(super) user_id: String,
    pub(super) bot_id: Option<String>,
}

/// How a reply to what somebody typed or pressed is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// As a message of its own that only they see.
    Below,
    /// In place of what they pressed.
    Instead,
}

#[derive(Serialize)]
struct Post<'a> {
    channel: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    thread_ts: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    #[serde(flatten)]
    message: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Metadata>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unfurl_links: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unfurl_media: Option<bool>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Metadata {
    pub(super) event_type: String,
    pub(super) event_payload: serde_json::Map<String, serde_json::Value>,
}

#[derive(Deserialize)]
pub(super) struct Posted {}

#[derive(Deserialize)]
struct Stands {
    ts: String,
}

#[derive(Deserialize)]
pub(super) struct Next {
    pub(super) next_cursor: Option<String>,
}

impl Slack {
    /// A client of the Web API at `api_url`. Nothing is asked of it yet.
    ///
    /// # Errors
    /// When no client for HTTP can be set up on this machine.
    pub fn new(api_url: &str, token: Option<&SecretString>) -> anyhow::Result<Self> {
        let connector =
            SlackClientHyperConnector::with_connector(connector()?).with_slack_api_url(api_url.trim_end_matches('/'));
        let token = token.map(|token| SlackApiToken::new(SlackApiTokenValue(token.expose_secret().trim().to_owned())));
        Ok(Self { client: SlackClient::new(connector), token, me: OnceCell::new() })
    }

    /// Whether there is a token to call with.
    pub fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// Posts `reply`, marked with `mark`, and answers with the message's timestamp, its name in the channel.
    ///
    /// # Errors
    /// See [`Failure`]. After [`Failure::Unanswered`] it may have been posted: look with [`Slack::look`].
    pub async fn post(&self, place: &Place, reply: &Reply, mark: &Mark) -> Result<String, Failure> {
        // Slack takes strings only, and the library's own reading fails a whole page for anything else.
        let mut event_payload = serde_json::Map::new();
        event_payload.insert("key".to_owned(), mark.key.clone().into());
        if let Some(version) = &mark.version {
            event_payload.insert("version".to_owned(), version.clone().into());
        }
        let post = Post {
            channel: &place.channel,
            thread_ts: place.thread.as_deref(),
            user: None,
            message: blocks::message(reply),
            metadata: Some(Metadata { event_type: METADATA.to_owned(), event_payload }),
            unfurl_links: Some(false),
            unfurl_media: Some(false),
        };
        let stands: Stands = self.call("chat.postMessage", &post).await?;
        Ok(stands.ts)
    }

    /// Makes the bot's message `ts` say `reply` instead. Doing it twice does it once.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn update(&self, channel: &str, ts: &str, reply: &Reply) -> Result<(), Failure> {
        #[derive(Serialize)]
        struct Update<'a> {
            channel: &'a str,
            ts: &'a str,
            #[serde(flatten)]
            message: Message,
        }
        let update = Update { channel, ts, message: blocks::message(reply) };
        self.call::<_, Posted>("chat.update", &update).await.map(drop)
    }

    /// The direct message with `person`, opened where it is not.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn direct(&self, person: &str) -> Result<Place, Failure> {
        #[derive(Deserialize)]
        struct Opened {
            channel: Channel,
        }
        #[derive(Deserialize)]
        struct Channel {
            id: String,
        }
        let opened: Opened = self.call("conversations.open", &serde_json::json!({ "users": person })).await?;
        Ok(Place { channel: opened.channel.id, thread: None })
    }

    /// Shows `reply` to `person` alone.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn whisper(&self, place: &Place, person: &str, reply: &Reply) -> Result<(), Failure> {
        let post = Post {
            channel: &place.channel,
            thread_ts: place.thread.as_deref(),
            user: Some(person),
            message: blocks::message(reply),
            metadata: None,
            unfurl_links: None,
            unfurl_media: None,
        };
        self.call::<_, Posted>("chat.postEphemeral", &post).await.map(drop)
    }

    /// Opens a window for whoever made `trigger`, which lives 3 s, and answers with the window's id.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn open(&self, trigger: &str, form: &Form) -> Result<String, Failure> {
        #[derive(Serialize)]
        struct Open<'a> {
            trigger_id: &'a str,
            view: SlackView,
        }
        #[derive(Deserialize)]
        struct Opened {
            view: Window,
        }
        #[derive(Deserialize)]
        struct Window {
            id: String,
        }
        let open = Open { trigger_id: trigger, view: window::modal(form) };
        let opened: Opened = self.call("views.open", &open).await?;
        Ok(opened.view.id)
    }

    /// Makes the window `view` show `form` instead. Doing it twice does it once.
    ///
    /// # Errors
    /// See [`Failure`]; `not_found` when it was closed.
    pub async fn update_window(&self, view: &str, form: &Form) -> Result<(), Failure> {
        #[derive(Serialize)]
        struct Update<'a> {
            view_id: &'a str,
            view: SlackView,
        }
        self.call::<_, Posted>("views.update", &Update { view_id: view, view: window::modal(form) }).await.map(drop)
    }

    /// Replies at `response_url`, which takes five replies within 30 minutes and wants no token.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn respond(&self, response_url: &str, reply: &Reply, shown: Shown) -> Result<(), Failure> {
        #[derive(Serialize)]
        struct Respond {
            response_type: &'static str,
            replace_original: bool,
            #[serde(flatten)]
            message: Message,
        }
        let respond = Respond {
            response_type: "ephemeral",
            replace_original: shown == Shown::Instead,
            message: blocks::message(reply),
        };
        let address = url::Url::parse(response_url).map_err(|_| Failure::Refused("no address".to_owned()))?;
        let span = tracing::Span::none();
        // Whoever knows the address may reply: it is kept out of the library's logs.
        let context = SlackClientApiCallContext {
            rate_control_params: None,
            token: None,
            tracing_span: &span,
            is_sensitive_url: true,
        };
        within(self.client.http_api.connector.http_post_uri::<_, Posted>(address, &respond, context)).await.map(drop)
    }

    /// The wire beneath the methods, for addresses that want no token.
    pub(super) fn connector(&self) -> &SlackClientHyperHttpsConnector {
        &self.client.http_api.connector
    }

    pub(super) async fn read<A>(&self, method: &str, parameters: &[(&str, Option<String>)]) -> Result<A, Failure>
    where
        A: for<'de> Deserialize<'de> + Send,
    {
        let token = self.token.as_ref().ok_or(Failure::NoToken)?;
        let session = self.client.open_session(token);
        let parameters: Vec<(&str, Option<String>)> = parameters.to_vec();
        within(session.http_session_api.http_get(method, &parameters, None)).await
    }

    /// Who the bot is; asked once.
    pub(super) async fn me(&self) -> Result<&Me, Failure> {
        self.me.get_or_try_init(async || self.call("auth.test", &serde_json::json!({})).await).await
    }

    pub(super) async fn call<Q, A>(&self, method: &'static str, request: &Q) -> Result<A, Failure>
    where
        Q: Serialize + Send + Sync,
        A: for<'de> Deserialize<'de> + Send,
    {
        let token = self.token.as_ref().ok_or(Failure::NoToken)?;
        let session = self.client.open_session(token);
        within(session.http_session_api.http_post(method, request, None)).await
    }
}

impl std::fmt::Debug for Slack {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Slack").field("token", &self.has_token()).finish_non_exhaustive()
    }
}

/// The way to Slack: TLS with the roots that browsers trust, and plain HTTP for a Slack on loopback.
pub(super) fn connector() -> anyhow::Result<HttpsConnector<HttpConnector>> {
    Ok(hyper_rustls::HttpsConnectorBuilder::new()
        .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())?
        .https_or_http()
        .enable_http1()
        .build())
}

/// What Slack says when it does not accept a token, or not for that (<https://docs.slack.dev/reference/methods/auth.test#errors>).
const ABOUT_THE_TOKEN: [&str; 10] = [
    "access_denied",
    "account_inactive",
    "invalid_auth",
    "missing_scope",
    "no_permission",
    "not_allowed_token_type",
    "not_authed",
    "team_access_not_granted",
    "token_expired",
    "token_revoked",
];

pub(super) async fn within<A>(call: impl Future<Output = Result<A, SlackClientError>>) -> Result<A, Failure> {
    let timed = async {
        match tokio::time::timeout(CALL_TIMEOUT, call).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(failure(error)),
            Err(_) => Err(Failure::Unanswered(Silence::TimeOut)),
        }
    };
    measure::call(Service::Slack, timed, |failure| match failure {
        Failure::Refused(code) if !ABOUT_THE_TOKEN.contains(&code.as_str()) => Outcome::Ok,
        Failure::Refused(_) | Failure::NoToken => Outcome::Refused,
        Failure::Limited(_) => Outcome::Limited,
        Failure::Unanswered(_) => Outcome::Unanswered,
    })
    .await
}

fn failure(error: SlackClientError) -> Failure {
    match error {
        SlackClientError::ApiError(error) if error.code == "ratelimited" => Failure::Limited(Duration::from_secs(1)),
        SlackClientError::ApiError(error) => Failure::Refused(error.code),
        SlackClientError::RateLimitError(error) => {
            Failure::Limited(error.retry_after.unwrap_or(Duration::from_secs(1)))
        }
        SlackClientError::HttpError(error) if error.status_code.is_client_error() => {
            Failure::Refused(format!("status_{}", error.status_code.as_u16()))
        }
        SlackClientError::HttpError(_) => Failure::Unanswered(Silence::Server),
        SlackClientError::HttpProtocolError(_) => Failure::Unanswered(Silence::Connection),
        SlackClientError::ProtocolError(_) => Failure::Unanswered(Silence::Server),
        SlackClientError::EndOfStream(_)
        | SlackClientError::SystemError(_)
        | SlackClientError::SocketModeProtocolError(_) => Failure::Unanswered(Silence::Connection),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_library_loses_the_body_it_carries() {
        let body = "{\"ok\":false,\"text\":\"what Xanadu said\"}".to_owned();
        let error = SlackClientError::ApiError(
            slack_morphism::errors::SlackClientApiError::new("not_in_channel".to_owned()).with_http_response_body(body),
        );
        let told = format!("{0} {0:?}", failure(error));
        assert!(told.contains("not_in_channel") && !told.contains("Xanadu"), "{told}");
    }
}
