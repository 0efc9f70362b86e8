//! How a connection fails that a test wants to fail: late, silent, or in the middle of the answer. It must not know whose call
//! it was.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// A failure that never answers is given up after this, should the client be more patient.
const NEVER: Duration = Duration::from_secs(120);

/// Says nothing until the client gives up.
pub(super) async fn silence() -> Response {
    let _ = tokio::time::timeout(NEVER, std::future::pending::<()>()).await;
    StatusCode::GATEWAY_TIMEOUT.into_response()
}

/// An answer in whose middle the connection breaks.
pub(super) fn broken() -> Response {
    // A body that fails at once makes the server close the connection.
    let broken =
        futures::stream::once(async { Err::<Bytes, _>(std::io::Error::from(std::io::ErrorKind::ConnectionReset)) });
    Response::new(Body::from_stream(broken))
}

#[expect(clippy::disallowed_methods, reason = "a slow answer is what the test asked for")]
pub(super) async fn slow(delay: Duration) {
    tokio::time::sleep(delay).await;
}
