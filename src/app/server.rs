//! Serves the doors over HTTP/1.1. axum's own server waits for ever for a request that somebody began and does not end, and a stop would wait
//! with it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// How long the head of a request may take, and a connection may be idle: longer than the 60 s after which proxies let go of one by themselves,
/// so that none is closed under a request that is on its way.
const HEAD: Duration = Duration::from_secs(75);

/// Connections at a time; more wait to be accepted. A process may hold 1,024 files by default.
const AT_ONCE: usize = 768;

/// How long a stop waits for requests in flight: an acknowledgement waits for the store for 5 s at most.
const LAST: Duration = Duration::from_secs(8);

/// How long nothing is accepted when that fails, as it does when files run out: they are let go of meanwhile.
const BREATH: Duration = Duration::from_millis(100);

/// Serves `router` on `listener` until `stop`, then finishes what is in flight.
#[expect(clippy::disallowed_methods, reason = "without a pause, a failure to accept would keep a processor busy")]
pub(super) async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) -> io::Result<()> {
    let (room, graceful) = (Arc::new(Semaphore::new(AT_ONCE)), GracefulShutdown::new());
    let service = TowerToHyperService::new(router);
    loop {
        let accepted = async {
            // Closed never: it lives as long as this loop.
            let place = Arc::clone(&room).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            accepted = accepted => accepted,
            () = stop.cancelled() => break,
        };
        let Ok((stream, _)) = accepted else {
            tracing::warn!("a connection could not be accepted");
            tokio::time::sleep(BREATH).await;
            continue;
        };
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(HEAD);
        let connection = graceful.watch(builder.serve_connection(TokioIo::new(stream), service.clone()));
        tokio::spawn(async move {
            // Whoever hangs up is nobody's fault.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(LAST, graceful.shutdown()).await.is_err() {
        tracing::info!("somebody's request did not end in time");
    }
    Ok(())
}
