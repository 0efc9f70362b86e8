//! Why GitHub did not do what it was asked for, without anything that it said but what decides what to do next: its messages may
//! repeat people's words.

use std::time::Duration;

use axum::http::{HeaderMap, StatusCode};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::domain::silence::Silence;

/// Wait where GitHub asks for one and does not say how long
/// (<https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit>).
const SECONDARY_WAIT: Duration = Duration::from_secs(60);

/// Longest wait that is believed: the primary limit is an hour's.
const LONGEST_WAIT: Duration = Duration::from_secs(3_600);

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// GitHub asks to come back later.
    #[error("GitHub asks to wait {} s", .0.as_secs())]
    Limited(Duration),
    /// GitHub could not be reached, failed, or did not answer in time: whether the thing was done is not known.
    #[error("GitHub did not answer ({0})")]
    Unanswered(Silence),
    /// The repository or issue has another address by now.
    #[error("it was moved")]
    Moved,
    /// There is no such thing, or not for us.
    #[error("it is not there, or not for us")]
    Missing,
    /// The repository takes no issues, or the issue was deleted.
    #[error("it is switched off or was deleted")]
    Gone,
    /// The repository is archived: it can be read and nothing else.
    #[error("the repository is archived")]
    Archived,
    /// The conversation of the issue is locked.
    #[error("the conversation is locked")]
    Locked,
    /// The token or the app may not do that.
    #[error("that is not allowed with this access")]
    Forbidden,
    /// GitHub does not know the token or the app's key.
    #[error("GitHub does not accept the token or key")]
    Unauthorized,
    /// GitHub does not accept what was sent; the names of the fields that it complains about.
    #[error("GitHub does not accept {}", .0.join(", "))]
    Invalid(Vec<String>),
    /// GitHub refused for another reason.
    #[error("GitHub refused with status {0}")]
    Refused(u16),
    /// The bot was given neither a token nor an app.
    #[error("no github.token and no github.app_id is set")]
    NoAccess,
}

impl Failure {
    /// Whether trying again later may help.
    pub fn passes(&self) -> bool {
        matches!(self, Self::Limited(_) | Self::Unanswered(_))
    }

    /// Whether only an operator can mend it.
    pub fn is_for_operators(&self) -> bool {
        matches!(self, Self::Forbidden | Self::Unauthorized | Self::NoAccess)
    }
}

/// What GitHub says beside a status, as far as it matters.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Said {
    message: String,
    errors: Vec<serde_json::Value>,
}

/// The failure that an answer tells of; none for one that succeeded.
pub(super) fn judge(status: StatusCode, headers: &HeaderMap, body: &[u8], now: DateTime<Utc>) -> Option<Failure> {
    if status.is_success() || status == StatusCode::NOT_MODIFIED {
        return None;
    }
    let said: Said = serde_json::from_slice(body).unwrap_or_default();
    let message = said.message.to_lowercase();
    if let Some(wait) = limited(status, headers, &message, now) {
        return Some(Failure::Limited(wait.min(LONGEST_WAIT)));
    }
    Some(match status {
        StatusCode::MOVED_PERMANENTLY | StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => {
            Failure::Moved
        }
        StatusCode::UNAUTHORIZED => Failure::Unauthorized,
        StatusCode::FORBIDDEN if message.contains("archived") => Failure::Archived,
        StatusCode::FORBIDDEN | StatusCode::UNPROCESSABLE_ENTITY if message.contains("is locked") => Failure::Locked,
        StatusCode::FORBIDDEN => Failure::Forbidden,
        StatusCode::NOT_FOUND => Failure::Missing,
        StatusCode::GONE => Failure::Gone,
        StatusCode::UNPROCESSABLE_ENTITY => Failure::Invalid(fields(&said.errors)),
        status if status.is_server_error() => Failure::Unanswered(Silence::Server),
        status => Failure::Refused(status.as_u16()),
    })
}

/// How long GitHub wants to be left alone, if that is what it says.
fn limited(status: StatusCode, headers: &HeaderMap, message: &str, now: DateTime<Utc>) -> Option<Duration> {
    if status != StatusCode::FORBIDDEN && status != StatusCode::TOO_MANY_REQUESTS {
        return None;
    }
    let number = |name: &str| headers.get(name)?.to_str().ok()?.parse::<i64>().ok();
    let seconds = |seconds: i64| Duration::from_secs(seconds.max(1).unsigned_abs());
    if let Some(wait) = number("retry-after") {
        return Some(seconds(wait));
    }
    if number("x-ratelimit-remaining") == Some(0) {
        return Some(number("x-ratelimit-reset").map_or(SECONDARY_WAIT, |reset| seconds(reset - now.timestamp())));
    }
    let says = message.contains("rate limit") || message.contains("abuse");
    (says || status == StatusCode::TOO_MANY_REQUESTS).then_some(SECONDARY_WAIT)
}

/// The names of the fields in `errors`, which come as objects or as texts; a text may repeat what was sent, so it is dropped.
fn fields(errors: &[serde_json::Value]) -> Vec<String> {
    let named = |error: &serde_json::Value| {
        let field = error.get("field")?.as_str()?;
        field.chars().all(|c| c.is_ascii_alphanumeric() || c == '_').then(|| field.to_owned())
    };
    let mut fields: Vec<String> = errors.iter().filter_map(named).collect();
    fields.dedup();
    if fields.is_empty() { vec!["what was sent".to_owned()] } else { fields }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_000, 0).unwrap()
    }

    #[rstest]
    #[case(200, &[], "", None)]
    #[case(304, &[], "", None)]
    #[case(301, &[], "Moved Permanently", Some(Failure::Moved))]
    #[case(401, &[], "Bad credentials", Some(Failure::Unauthorized))]
    #[case(403, &[], "Resource not accessible by integration", Some(Failure::Forbidden))]
    #[case(403, &[], "Repository was archived so is read-only.", Some(Failure::Archived))]
    #[case(403, &[], "Unable to create comment because issue is locked.", Some(Failure::Locked))]
    #[case(403, &[("retry-after", "7")], "", Some(Failure::Limited(Duration::from_secs(7))))]
    #[case(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1030")], "", Some(Failure::Limited(Duration::from_secs(30))))]
    #[case(403, &[("x-ratelimit-remaining", "12")], "You have exceeded a secondary rate limit", Some(Failure::Limited(SECONDARY_WAIT)))]
    #[case(429, &[], "", Some(Failure::Limited(SECONDARY_WAIT)))]
    #[case(429, &[("retry-after", "99999999")], "", Some(Failure::Limited(LONGEST_WAIT)))]
    #[case(404, &[], "Not Found", Some(Failure::Missing))]
    #[case(410, &[], "Issues are disabled for this repo", Some(Failure::Gone))]
    #[case(500, &[], "", Some(Failure::Unanswered(Silence::Server)))]
    #[case(418, &[], "", Some(Failure::Refused(418)))]
    fn a_status_becomes_what_to_do_next(
        #[case] status: u16,
        #[case] headers: &[(&'static str, &str)],
        #[case] message: &str,
        #[case] expected: Option<Failure>,
    ) {
        let status = StatusCode::from_u16(status).unwrap();
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        let body = serde_json::json!({ "message": message }).to_string();
        assert_eq!(judge(status, &headers, body.as_bytes(), now()), expected);
    }

    #[test]
    fn what_is_wrong_is_told_by_the_names_of_fields_alone() {
        let body = r#"{"message":"Validation Failed","errors":[{"field":"title","code":"invalid","value":"what Xanadu said"},"Xanadu is too long"]}"#;
        let failure = judge(StatusCode::UNPROCESSABLE_ENTITY, &HeaderMap::new(), body.as_bytes(), now()).unwrap();
        assert_eq!(failure, Failure::Invalid(vec!["title".to_owned()]));
        assert!(!format!("{failure} {failure:?}").contains("Xanadu"));
    }
}
