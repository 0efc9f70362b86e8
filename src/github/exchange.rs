//! One request to GitHub and its answer, with a time-out and never repeated by itself: whether a write may be tried again is for whoever
//! looked whether it was done.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use chrono::{DateTime, Utc};
use octocrab::Octocrab;
use serde::de::DeserializeOwned;

use super::failure::{self, Failure};
use crate::domain::silence::Silence;
use crate::measure::{self, Outcome, Service};

/// How long one call may take, what it needs beforehand included. Shorter than the lease of a job (8 s), so that a claim never runs out during a call.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(7);

/// Most bytes of an answer: a page of a hundred issues with the longest bodies is less than half of it.
const LONGEST_ANSWER: usize = 64 * 1024 * 1024;

/// An answer that was no failure.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Answer {
    /// What it says.
    pub(super) fn read<A: DeserializeOwned>(&self) -> Result<A, Failure> {
        decode(&self.body)
    }

    /// Whether more pages follow (<https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api>).
    pub(super) fn has_more(&self) -> bool {
        let link = self.headers.get(header::LINK).and_then(|link| link.to_str().ok()).unwrap_or_default();
        link.contains("rel=\"next\"")
    }
}

/// What a body says.
pub(super) fn decode<A: DeserializeOwned>(body: &[u8]) -> Result<A, Failure> {
    serde_json::from_slice(body).map_err(|_| Failure::Unanswered(Silence::Server))
}

/// One request and its answer, within [`CALL_TIMEOUT`].
pub(super) async fn send(
    client: &Octocrab,
    method: &'static str,
    path: &str,
    body: Option<&serde_json::Value>,
    tag: Option<&HeaderValue>,
    now: DateTime<Utc>,
) -> Result<Answer, Failure> {
    let mut request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap_or_default()).uri(path);
    if let Some(tag) = tag {
        request = request.header(header::IF_NONE_MATCH, tag);
    }
    let request = client.build_request(request, body).map_err(|_| Failure::Refused(0))?;
    let exchange = async {
        let response = client.execute(request).await.map_err(|_| Failure::Unanswered(Silence::Connection))?;
        let (head, body) = response.into_parts();
        let body = to_bytes(Body::new(body), LONGEST_ANSWER).await;
        let body = body.map_err(|_| Failure::Unanswered(Silence::Connection))?;
        match failure::judge(head.status, &head.headers, &body, now) {
            Some(failure) => Err(failure),
            None => Ok(Answer { status: head.status, headers: head.headers, body }),
        }
    };
    let counted = measure::call(Service::GitHub, within(exchange), |failure| match failure {
        Failure::Limited(_) => Outcome::Limited,
        Failure::Unanswered(_) => Outcome::Unanswered,
        failure if failure.is_for_operators() => Outcome::Refused,
        _ => Outcome::Ok,
    });
    counted.await
}

/// Something that takes no longer than one call may. Boxed at once: a call lies within calls within a job, and each would hold it by
/// value again, until a thread's stack is full.
pub(super) fn within<'a, T: 'a>(
    work: impl Future<Output = Result<T, Failure>> + Send + 'a,
) -> impl Future<Output = Result<T, Failure>> + Send + 'a {
    let timed = tokio::time::timeout(CALL_TIMEOUT, Box::pin(work));
    async move { timed.await.unwrap_or(Err(Failure::Unanswered(Silence::TimeOut))) }
}
