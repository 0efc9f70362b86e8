//! How a server fails when a test wants it to. It must not know what was asked.

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures::{StreamExt as _, stream};

use super::super::outage::silence;
use super::super::setup::Failure;
use super::status::Refusal;
use super::wire::respond;

/// What an answer that is far too long weighs, and the pieces in which it comes.
const HUGE: usize = 200_000_000;
const PIECE: usize = 1_000_000;

/// What comes in place of an answer; nothing, if the answer itself is only to be cut.
pub(super) async fn instead(failure: Failure) -> Option<Response> {
    Some(match failure {
        Failure::Closed => return None,
        Failure::NoAnswer => silence().await,
        Failure::RateLimited { retry_after } => respond(Err(Refusal::too_many(retry_after))),
        Failure::ServerError => respond(Err(Refusal::of(500))),
        Failure::Status(status) => respond(Err(Refusal::of(status))),
        Failure::Malformed => {
            ([("content-type", "application/json")], "{\"kind\":\"Table\",\"rows\":[{").into_response()
        }
        Failure::Huge => huge(),
        Failure::Secondary { .. }
        | Failure::Primary
        | Failure::DoneThenClosed
        | Failure::DoneThenBadGateway
        | Failure::DoneUnheard { .. } => (StatusCode::NOT_IMPLEMENTED, "no cluster fails like this").into_response(),
    })
}

/// A table of two hundred megabytes, well-formed, and made as it goes.
fn huge() -> Response {
    let row = r#"{"cells":["a-row-like-any-other","1/1","Running","0","12d"],"object":null},"#;
    let piece = Bytes::from(row.repeat(PIECE / row.len()));
    let pieces = std::iter::repeat_n(piece, HUGE / PIECE);
    let begin = r#"{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{},"columnDefinitions":[],"rows":["#;
    let all = std::iter::once(Bytes::from_static(begin.as_bytes())).chain(pieces);
    let all = all.chain([Bytes::from_static(br#"{"cells":[],"object":null}]}"#)]);
    let body = Body::from_stream(stream::iter(all.map(Ok::<_, std::convert::Infallible>)));
    ([("content-type", "application/json")], body).into_response()
}

/// The first half of an answer that promised to be whole.
pub(super) async fn halved(answer: Response) -> Response {
    let (mut head, body) = answer.into_parts();
    let whole = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    head.headers.insert("content-length", whole.len().into());
    let half = whole.slice(..whole.len() / 2);
    let broken = stream::once(async {
        // What was said so far has to leave before the connection breaks.
        tokio::task::yield_now().await;
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
    });
    let half = stream::once(async { Ok::<Bytes, std::io::Error>(half) });
    Response::from_parts(head, Body::from_stream(half.chain(broken)))
}
