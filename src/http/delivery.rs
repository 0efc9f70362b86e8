//! A delivery of Slack's, whichever way it came: taken by one function, answered in one way, counted in one place.
//!
//! Knows the two ways in, and not what a delivery is about.

use axum::extract::{FromRequest, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::Door;
use super::count::{Count, Outcome, Transport};
use crate::slack::request::{Delivery, Signed, Verifier};

/// Room for most answers, so that one is not moved while it grows.
const MOST_ANSWERS: usize = 4 * 1024;

/// What Slack is answered, within the time that it waits.
#[derive(Debug)]
pub(super) enum Answer {
    /// Taken; nothing to say, or not yet.
    Nothing,
    /// Taken, with words that only a request over HTTP asks for.
    Words(String),
    /// Taken, with this JSON.
    Json(Vec<u8>),
    /// Not taken: Slack is to send it again.
    Failed,
}

impl Answer {
    /// Taken, with `value`.
    pub(super) fn json(value: &impl serde::Serialize) -> Self {
        let mut body = Vec::with_capacity(MOST_ANSWERS);
        match serde_json::to_writer(&mut body, value) {
            Ok(()) => Self::Json(body),
            Err(error) => {
                tracing::error!(%error, "an answer cannot be rendered");
                Self::Failed
            }
        }
    }

    fn outcome(&self) -> Outcome {
        if matches!(self, Self::Failed) { Outcome::Failed } else { Outcome::Taken }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        match self {
            Self::Nothing => StatusCode::OK.into_response(),
            Self::Words(words) => words.into_response(),
            Self::Json(body) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

/// A kind of delivery, and what is done with one.
pub(super) trait Taken: Delivery + Send {
    /// Its door, as it is counted.
    const DOOR: &'static str;

    /// Takes it.
    fn take(self, door: &Door) -> impl Future<Output = Answer> + Send;
}

/// The door as it stands open over HTTP, to what Slack signed.
#[derive(Clone)]
pub(super) struct SignedDoor {
    pub(super) door: Door,
    pub(super) verifier: Verifier,
}

/// Takes a delivery that came over HTTP.
pub(super) async fn over_http<T: Taken>(State(signed): State<SignedDoor>, request: Request) -> Response {
    let count = Count::arriving(Transport::Http, T::DOOR);
    match Signed::<T>::from_request(request, &signed.verifier).await {
        Ok(Signed(delivery)) => {
            let answer = delivery.take(&signed.door).await;
            count.ends(answer.outcome());
            answer.into_response()
        }
        Err(refused) => {
            count.ends(Outcome::Refused);
            refused.into_response()
        }
    }
}

/// Takes a delivery that came by the socket; `None` is one that cannot be understood.
pub(super) async fn over_socket<T: Taken>(door: &Door, payload: Value) -> Option<Answer> {
    let count = Count::arriving(Transport::Socket, T::DOOR);
    let Some(delivery) = T::from_json(payload) else {
        tracing::debug!(door = T::DOOR, "turned away what came by the socket");
        count.ends(Outcome::Refused);
        return None;
    };
    let answer = delivery.take(door).await;
    count.ends(answer.outcome());
    Some(answer)
}
