//! Why a cluster did not answer as wished. What it said of it is kept only where it helps whoever asked, cleaned as any other words.

use std::time::Duration;

use http::StatusCode;
use serde::Deserialize;
use thiserror::Error;

use crate::domain::cluster::said;
use crate::measure::Outcome;

/// Why a look failed. Texts are for logs: what a person reads is worded by the command.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Failure {
    /// Nothing came within the time-out.
    #[error("no answer in time")]
    NoAnswer,
    /// Too many others are asking at this moment.
    #[error("no room among the requests at a time")]
    Busy,
    /// No connection could be made.
    #[error("not reachable")]
    Unreachable,
    /// The answer stopped half way.
    #[error("the answer broke off")]
    BrokeOff,
    /// More came than is ever read.
    #[error("the answer is too large")]
    TooLarge,
    /// There are more objects than are ever read to answer one question.
    #[error("there are too many objects")]
    TooMany,
    /// The answer is nothing that a cluster should say.
    #[error("the answer is not understood")]
    NotUnderstood,
    /// 400 or 422: the question makes no sense there.
    #[error("refused as invalid")]
    Invalid {
        /// The cluster's words.
        said: String,
    },
    /// 401: the bot's own login does not hold.
    #[error("the login does not hold")]
    Unauthorized,
    /// 403.
    #[error("forbidden")]
    Forbidden {
        /// The cluster's words.
        said: String,
    },
    /// 404.
    #[error("not found")]
    NotFound {
        /// The cluster's words.
        said: String,
    },
    /// 405 or 406: the server cannot do what every server should.
    #[error("not supported ({0})")]
    Unsupported(u16),
    /// 410: the place at which a list was to go on is forgotten.
    #[error("the token expired")]
    Expired,
    /// 429: come back later.
    #[error("asks to wait {} s", .0.as_secs())]
    Limited(Duration),
    /// 504: it gave up inside.
    #[error("gave up inside")]
    GaveUp,
    /// Any other status.
    #[error("status {code}")]
    Status {
        /// The status.
        code: u16,
        /// The cluster's words.
        said: String,
    },
}

/// The longest rest that a cluster may ask for; beyond that it is told as an outage.
const LONGEST_REST: Duration = Duration::from_secs(5 * 60);

/// What a server says when it cannot do what was asked
/// (<https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#response-status-kind>).
#[derive(Default, Deserialize)]
struct Status {
    #[serde(default)]
    message: String,
    #[serde(default)]
    details: Option<Details>,
}

#[derive(Deserialize)]
struct Details {
    #[serde(rename = "retryAfterSeconds")]
    retry_after: Option<u64>,
}

impl Failure {
    /// What is counted of it.
    pub(super) fn outcome(&self) -> Outcome {
        match self {
            Self::NoAnswer | Self::Busy | Self::Unreachable | Self::BrokeOff | Self::NotUnderstood | Self::GaveUp => {
                Outcome::Unanswered
            }
            Self::Status { code: 500.., .. } => Outcome::Unanswered,
            Self::Limited(_) => Outcome::Limited,
            Self::Unauthorized | Self::Forbidden { .. } => Outcome::Refused,
            _ => Outcome::Ok,
        }
    }

    /// What a status other than success means; `retry_after` as the header has it.
    pub(super) fn of(status: StatusCode, retry_after: Option<u64>, body: &[u8]) -> Self {
        // Some answers are plain text: their status says enough.
        let told: Status = serde_json::from_slice(body).unwrap_or_default();
        let rest = retry_after.or(told.details.and_then(|details| details.retry_after)).unwrap_or(1);
        let rest = Duration::from_secs(rest.max(1)).min(LONGEST_REST);
        let said = said(&told.message);
        match status.as_u16() {
            400 | 422 => Self::Invalid { said },
            401 => Self::Unauthorized,
            403 => Self::Forbidden { said },
            404 => Self::NotFound { said },
            code @ (405 | 406) => Self::Unsupported(code),
            410 => Self::Expired,
            429 => Self::Limited(rest),
            503 if retry_after.is_some() => Self::Limited(rest),
            504 => Self::GaveUp,
            code => Self::Status { code, said },
        }
    }
}
