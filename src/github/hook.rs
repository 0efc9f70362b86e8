//! The signed door for GitHub's webhooks: bounded, verified over the raw bytes, and only then decoded. What arrives is a hint that
//! something changed; how it stands is asked for.

use axum::body::to_bytes;
use axum::extract::{FromRef, FromRequest, Request};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sha2::Sha256;

/// Most bytes of a delivery; GitHub sends at most 25 MB (<https://docs.github.com/en/webhooks/webhook-events-and-payloads>), but an
/// event of an issue is the issue and little more.
const BODY_LIMIT: usize = 1024 * 1024;

/// How long a body may take to arrive; GitHub gives up on us after 10 s.
const BODY_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(5);

/// Fewest characters of a webhook secret. A short one could be guessed, and with it anybody could speak as GitHub.
const SECRET_LENGTH: usize = 16;

/// Checks signatures; cheap to clone. Without a secret nothing is let in.
#[derive(Clone)]
pub struct HookVerifier(Option<Hmac<Sha256>>);

impl HookVerifier {
    /// A verifier of deliveries signed with `secret`.
    ///
    /// # Errors
    /// A sentence for the operator when the secret is too short to be one.
    pub fn new(secret: Option<&SecretString>) -> anyhow::Result<Self> {
        let Some(secret) = secret else { return Ok(Self(None)) };
        let secret = secret.expose_secret().trim();
        anyhow::ensure!(
            secret.len() >= SECRET_LENGTH,
            "github.webhook_secret has {} characters and needs {SECRET_LENGTH}: make one with `openssl rand -hex 32` and give it to GitHub and to me",
            secret.len()
        );
        Ok(Self(Some(Hmac::new_from_slice(secret.as_bytes())?)))
    }

    /// Whether `body` was signed by GitHub. The comparison takes the same time wherever it differs.
    fn accepts(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let signature = headers.get("x-hub-signature-256").and_then(|value| value.to_str().ok());
        let signature = signature.and_then(|value| value.strip_prefix("sha256="));
        let (Some(mac), Some(Ok(signature))) = (&self.0, signature.map(hex::decode)) else {
            return false;
        };
        mac.clone().chain_update(body).verify_slice(&signature).is_ok()
    }
}

impl std::fmt::Debug for HookVerifier {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("HookVerifier")
    }
}

/// Something that happened on GitHub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// GitHub's id of the delivery, the same when it is sent again.
    pub delivery: String,
    /// The repository, as in `operate-first/support`.
    pub repository: String,
    /// The number of the issue.
    pub number: i64,
}

#[derive(Deserialize)]
struct Payload {
    issue: Option<Numbered>,
    repository: Option<Named>,
}

#[derive(Deserialize)]
struct Numbered {
    number: i64,
}

#[derive(Deserialize)]
struct Named {
    full_name: String,
}

/// A delivery that GitHub signed; none when it is about nothing that the bot follows.
#[derive(Debug)]
pub struct Signed(pub Option<Hook>);

/// Why a delivery was turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not signed, or with another secret.
    #[error("not signed by GitHub")]
    Unsigned,
    /// More than [`BODY_LIMIT`].
    #[error("body too large")]
    TooLarge,
    /// Took longer than it may.
    #[error("body too slow")]
    TooSlow,
    /// Not what GitHub sends.
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
        (status, self.to_string()).into_response()
    }
}

impl<S> FromRequest<S> for Signed
where
    S: Send + Sync,
    HookVerifier: FromRef<S>,
{
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        let (parts, body) = request.into_parts();
        let body = match tokio::time::timeout(BODY_TIMEOUT, to_bytes(body, BODY_LIMIT)).await {
            Ok(Ok(body)) => body,
            Ok(Err(_)) => return Err(Refused::TooLarge),
            Err(_) => return Err(Refused::TooSlow),
        };
        if !HookVerifier::from_ref(state).accepts(&parts.headers, &body) {
            return Err(Refused::Unsigned);
        }
        let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let followed = matches!(header("x-github-event"), "issues" | "issue_comment");
        let delivery = header("x-github-delivery").to_owned();
        let payload: Payload = serde_json::from_slice(&body).map_err(|_| Refused::Undecodable)?;
        let about = payload.issue.zip(payload.repository).filter(|_| followed && !delivery.is_empty());
        Ok(Self(about.map(|(issue, repository)| Hook {
            delivery,
            repository: repository.full_name,
            number: issue.number,
        })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(secret: &str, body: &[u8]) -> HeaderMap {
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap().chain_update(body);
        let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
        [("x-hub-signature-256".parse().unwrap(), signature.parse().unwrap())].into_iter().collect()
    }

    #[test]
    fn only_the_right_secret_opens_and_none_opens_nothing() {
        let secret = "0123456789abcdef0123456789abcdef";
        let verifier = HookVerifier::new(Some(&secret.into())).unwrap();
        assert!(verifier.accepts(&signed(secret, b"{}"), b"{}"));
        assert!(!verifier.accepts(&signed(secret, b"{}"), b"{ }"));
        assert!(!verifier.accepts(&signed("another secret of some length", b"{}"), b"{}"));
        assert!(!verifier.accepts(&HeaderMap::new(), b"{}"));
        assert!(!HookVerifier::new(None).unwrap().accepts(&signed("", b"{}"), b"{}"));
    }

    #[test]
    fn a_secret_that_could_be_guessed_is_refused() {
        for secret in ["", "hunter2", "first-operator"] {
            let told = HookVerifier::new(Some(&secret.into())).unwrap_err().to_string();
            assert!(told.contains("github.webhook_secret") && (secret.is_empty() || !told.contains(secret)), "{told}");
        }
    }
}
