//! One connection: let in by its ticket, greeted, pinged, and closed as it was told. It must not know which delivery goes by it.

use std::sync::Arc;
use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use serde_json::json;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until};
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};
use url::form_urlencoded;

use super::super::people::APP;
use super::super::shared::Shared;
use super::{Disconnect, Order};

/// How often Slack pings.
const PING_EVERY: Duration = Duration::from_secs(10);
/// How long after its announcement a connection is closed.
const CLOSED_AFTER: Duration = Duration::from_secs(10);
/// How long a connection stands, as Slack tells it: five hours.
const STANDS: u64 = 18_060;

/// Serves one connection until it ends.
pub(super) async fn run(shared: Arc<Shared>, stream: TcpStream) {
    let admitted = Arc::clone(&shared);
    #[expect(clippy::result_large_err, reason = "the library asks for this type")]
    let admit = move |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
        let query = request.uri().query().unwrap_or_default();
        let ticket = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "ticket");
        let ticket = ticket.map(|(_, value)| value.into_owned()).unwrap_or_default();
        admitted.switchboard.redeem(&ticket).map(|()| response).map_err(|why| {
            admitted.with(|world, _| world.fault(format!("socket: {why}")));
            let mut refused = ErrorResponse::new(None);
            *refused.status_mut() = tungstenite::http::StatusCode::FORBIDDEN;
            refused
        })
    };
    let Ok(mut wire) = accept_hdr_async(stream, admit).await else { return };
    let Some((id, number, orders)) = shared.switchboard.opens() else {
        let _ = wire.send(Message::text(Disconnect::TooManyWebsockets.text())).await;
        let _ = wire.close(None).await;
        return;
    };
    let hello = json!({
        "type": "hello", "num_connections": number, "connection_info": {"app_id": APP},
        "debug_info": {"host": "applink-playground", "build_number": 1, "approximate_connection_time": STANDS},
    });
    let link = Running { shared: &shared, id, wire, silent: false, close_at: None, closing: false };
    link.serve(hello.to_string(), orders).await;
    shared.switchboard.ends(id);
}

struct Running<'a> {
    shared: &'a Shared,
    id: u64,
    wire: WebSocketStream<TcpStream>,
    silent: bool,
    close_at: Option<Instant>,
    closing: bool,
}

impl Running<'_> {
    async fn serve(mut self, hello: String, mut orders: mpsc::UnboundedReceiver<Order>) {
        if self.wire.send(Message::text(hello)).await.is_err() {
            return;
        }
        let mut pings = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            if self.closing && self.shared.switchboard.is_idle(self.id) {
                let _ = self.wire.close(None).await;
                return;
            }
            let close_at = self.close_at;
            let goes_on = tokio::select! {
                order = orders.recv() => match order {
                    Some(order) => self.obey(order).await,
                    None => return,
                },
                frame = self.wire.next(), if !self.silent => self.hear(frame).await,
                _ = pings.tick(), if !self.silent => self.wire.send(Message::Ping(tungstenite::Bytes::new())).await.is_ok(),
                () = at(close_at), if !self.silent => { self.closing = true; self.close_at = None; true }
            };
            if !goes_on {
                return;
            }
        }
    }

    /// Whether the connection goes on.
    async fn obey(&mut self, order: Order) -> bool {
        match order {
            Order::Drop => false,
            Order::Silence => {
                self.silent = true;
                true
            }
            _ if self.silent => true,
            Order::Close => {
                self.closing = true;
                true
            }
            Order::Send(text) => self.wire.send(Message::text(text)).await.is_ok(),
            Order::Announce(reason) => {
                self.close_at = Some(Instant::now() + CLOSED_AFTER);
                self.wire.send(Message::text(reason.text())).await.is_ok()
            }
        }
    }

    /// Whether the connection goes on.
    async fn hear(&mut self, frame: Option<Result<Message, tungstenite::Error>>) -> bool {
        let wrong = match frame {
            Some(Ok(Message::Text(text))) => self.shared.switchboard.acknowledge(self.id, &text).err(),
            Some(Ok(Message::Ping(_))) => return self.wire.flush().await.is_ok(),
            Some(Ok(Message::Binary(_))) => Some("binary data is no acknowledgement".to_owned()),
            Some(Ok(Message::Pong(_) | Message::Frame(_))) => None,
            Some(Ok(Message::Close(_))) => {
                let _ = self.wire.flush().await;
                return false;
            }
            Some(Err(_)) | None => return false,
        };
        if let Some(wrong) = wrong {
            self.shared.with(|world, _| world.fault(format!("socket: an acknowledgement was refused: {wrong}")));
        }
        true
    }
}

async fn at(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant).await,
        None => std::future::pending().await,
    }
}
