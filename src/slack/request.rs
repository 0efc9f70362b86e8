//! The signed door: what Slack sends is bounded, verified, and only then decoded.
//!
//! The body is bounded before it is read, and the signature is checked over its raw bytes before anything is decoded. Nothing about
//! a signature that was expected ever leaves this file. What a delivery holds is not its business: that is `delivery`.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRef, FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use secrecy::{ExposeSecret, SecretString};
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

/// What Slack delivers, in the two forms in which it does.
pub trait Delivery: Sized {
    /// The delivery in the `body` of a request; `None` when it is none.
    fn decode(body: &str) -> Option<Self>;

    /// The delivery as it comes by a socket: JSON, even where a request has a form.
    fn from_json(payload: serde_json::Value) -> Option<Self>;
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
        if !parts.headers.contains_key(SlackEventSignatureVerifier::SLACK_SIGNED_HASH_HEADER) {
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
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > BODY_LIMIT as u64) {
        return Err(Refused::TooLarge);
    }
    match tokio::time::timeout(BODY_TIMEOUT, to_bytes(body, BODY_LIMIT)).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(_)) => Err(Refused::TooLarge),
        Err(_) => Err(Refused::TooSlow),
    }
}
