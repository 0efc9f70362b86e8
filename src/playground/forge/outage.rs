//! How GitHub fails when a test wants it to: before a call is looked at, or after it was carried out. It must not know which
//! call it was.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};

use super::super::outage::{broken, silence};
use super::super::setup::Failure;
use super::refusal::said;

/// The headers of an answer.
type Headers = Vec<(&'static str, String)>;

/// <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit>
const SECONDARY: &str = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
const PRIMARY: &str = "API rate limit exceeded for user ID 1.";

/// Does the call fail before it is looked at?
pub(super) fn is_before(failure: Failure) -> bool {
    !matches!(failure, Failure::DoneThenClosed | Failure::DoneThenBadGateway | Failure::DoneUnheard { .. })
}

/// What comes in place of an answer; `headers` are those that every answer has.
pub(super) async fn answer(failure: Failure, mut headers: Headers) -> Response {
    match failure {
        Failure::NoAnswer | Failure::DoneUnheard { .. } => silence().await,
        Failure::Closed | Failure::DoneThenClosed => broken(),
        Failure::RateLimited { retry_after } => limited(429, retry_after, headers),
        Failure::Secondary { retry_after } => limited(403, retry_after, headers),
        Failure::Primary => {
            for (_, value) in headers.iter_mut().filter(|(name, _)| *name == "x-ratelimit-remaining") {
                *value = "0".to_owned();
            }
            respond(403, headers, PRIMARY)
        }
        Failure::ServerError => respond(500, headers, "Server Error"),
        Failure::DoneThenBadGateway => respond(502, headers, "Server Error"),
        Failure::Status(status) => respond(status, headers, message(status)),
        Failure::Malformed => ([("content-type", "application/json; charset=utf-8")], "{\"id\":4").into_response(),
        Failure::Huge => (StatusCode::NOT_IMPLEMENTED, "only a cluster fails like this").into_response(),
    }
}

fn limited(status: u16, retry_after: u64, mut headers: Headers) -> Response {
    headers.push(("retry-after", retry_after.to_string()));
    respond(status, headers, SECONDARY)
}

fn respond(status: u16, headers: Headers, message: &str) -> Response {
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (code, Json(said(status, message))).into_response();
    super::wire::decorate(&mut response, headers);
    response
}

fn message(status: u16) -> &'static str {
    match status {
        401 => "Bad credentials",
        403 => "Resource not accessible by personal access token",
        404 => "Not Found",
        410 => "Issues are disabled for this repo",
        422 => "Validation Failed",
        503 => "Service unavailable",
        _ => "Server Error",
    }
}
