//! What a bot token is and may do, for whoever sets the bot up. Knows nothing of what the bot does with it, but the scopes that it needs
//! ([`super::manifest`]).

use std::collections::BTreeSet;

use axum::http::{HeaderMap, Request, header};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::client::{CALL_TIMEOUT, Failure, connector};
use crate::domain::silence::Silence;

/// Largest answer that is read; Slack's is a few hundred bytes.
const LARGEST: usize = 64 * 1024;

/// Where Slack says what a token may do (<https://docs.slack.dev/reference/scopes>).
const SCOPES: &str = "x-oauth-scopes";

/// Whose a token is, and what it may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The workspace's name.
    pub team: String,
    /// What the bot is called there.
    pub user: String,
    /// Its id there.
    pub user_id: String,
    /// What it may do; none where the other side does not say.
    pub scopes: Option<BTreeSet<String>>,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Answer {
    ok: bool,
    error: String,
    team: String,
    user: String,
    user_id: String,
}

impl Token {
    /// Asks Slack at `api_url` about `token`.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn ask(api_url: &str, token: &SecretString) -> Result<Self, Failure> {
        let asked = tokio::time::timeout(CALL_TIMEOUT, answer(api_url, token)).await;
        let (headers, answer) = asked.unwrap_or(Err(Failure::Unanswered(Silence::TimeOut)))?;
        if !answer.ok {
            return Err(Failure::Refused(answer.error));
        }
        let scopes = headers.get(SCOPES).and_then(|scopes| scopes.to_str().ok());
        let scopes = scopes.map(|scopes| scopes.split(',').map(|scope| scope.trim().to_owned()).collect());
        Ok(Self { team: answer.team, user: answer.user, user_id: answer.user_id, scopes })
    }
}

/// The library gives no headers away, and in one of them stands what is wanted.
async fn answer(api_url: &str, token: &SecretString) -> Result<(HeaderMap, Answer), Failure> {
    let nothing = |_| Failure::Unanswered(Silence::Connection);
    let connector = connector().map_err(|_| Failure::Unanswered(Silence::Connection))?;
    let client = Client::builder(TokioExecutor::new()).build::<_, Empty<axum::body::Bytes>>(connector);
    let request = Request::post(format!("{}/auth.test", api_url.trim_end_matches('/')))
        .header(header::AUTHORIZATION, format!("Bearer {}", token.expose_secret().trim()))
        .body(Empty::new())
        .map_err(|_| Failure::NoToken)?;
    let (head, body) = client.request(request).await.map_err(nothing)?.into_parts();
    let body = Limited::new(body, LARGEST).collect().await.map_err(|_| Failure::Unanswered(Silence::Connection))?;
    let answer = serde_json::from_slice(&body.to_bytes()).map_err(|_| Failure::Unanswered(Silence::Server))?;
    Ok((head.headers, answer))
}
