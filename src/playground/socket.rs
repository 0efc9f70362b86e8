//! Slack's side of Socket Mode: tickets, the open connections, and the envelopes that wait for their acknowledgement. Each delivery
//! goes to any one of the connections. <https://docs.slack.dev/apis/events-api/using-socket-mode>
//! How one connection runs is in `link`, what a test asks of them in `control`. It must not know what is in a delivery.

mod control;
mod link;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use url::form_urlencoded;

use super::delivery::{Answer, Delivered};
use super::people::APP;
use super::shared::{Shared, lock};

pub use control::{Disconnect, Happened, Sockets};

/// How long a ticket is good for.
const TICKET: Duration = Duration::from_secs(30);
/// Connections that one app may have.
const MOST: usize = 10;
/// Tickets and envelopes that are remembered; the oldest go.
const REMEMBERED: usize = 1_000;

/// An order to a connection.
enum Order {
    Send(String),
    /// Says that it is about to close, and goes on.
    Announce(Disconnect),
    /// Closes when what was sent by it is acknowledged.
    Close,
    /// Neither reads, writes nor pings any more, and does not close.
    Silence,
    /// Breaks off without a word.
    Drop,
}

/// An open connection.
struct Link {
    id: u64,
    leaving: bool,
    orders: mpsc::UnboundedSender<Order>,
}

/// An envelope that was sent.
struct Sent {
    id: String,
    link: u64,
    takes_answer: bool,
    /// Who waits for it; nobody, once it came or the wait was over.
    waiting: Option<oneshot::Sender<Option<Value>>>,
    acknowledged: bool,
}

#[derive(Default)]
struct State {
    /// When each was given out, and whether it was used.
    tickets: VecDeque<(String, Instant, bool)>,
    links: Vec<Link>,
    sent: VecDeque<Sent>,
    /// Connections opened so far.
    opened: u64,
    /// Envelopes sent so far.
    serial: u64,
    /// How many connections are allowed, if a test said so.
    most: Option<usize>,
    happened: Vec<Happened>,
    /// The orders of connections that deliver no more and close when they are done.
    closing: Vec<mpsc::UnboundedSender<Order>>,
}

/// The sockets of the workspace.
pub(super) struct Switchboard {
    address: SocketAddr,
    /// How long the bot may take to acknowledge.
    patience: Duration,
    state: Mutex<State>,
    changed: Notify,
}

/// A delivery as an envelope holds it.
pub(super) struct Letter {
    kind: &'static str,
    payload: Value,
    takes_answer: bool,
}

impl Letter {
    /// What is sent to `path` over HTTP; `None` for what travels by HTTP alone.
    pub(super) fn of(path: &str, body: &str) -> Option<Self> {
        let fields = || -> Map<String, Value> {
            form_urlencoded::parse(body.as_bytes()).map(|(name, value)| (name.into_owned(), value.into())).collect()
        };
        match path {
            "/slack/commands" => {
                Some(Self { kind: "slash_commands", payload: Value::Object(fields()), takes_answer: true })
            }
            "/slack/events" => {
                let payload = serde_json::from_str(body).ok()?;
                Some(Self { kind: "events_api", payload, takes_answer: false })
            }
            "/slack/interactions" => {
                let payload: Value = serde_json::from_str(fields().get("payload")?.as_str()?).ok()?;
                let takes_answer = payload["type"] == "view_submission";
                Some(Self { kind: "interactive", payload, takes_answer })
            }
            _ => None,
        }
    }
}

impl Switchboard {
    pub(super) fn new(address: SocketAddr, patience: Duration) -> Self {
        Self { address, patience, state: Mutex::default(), changed: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// An address for one connection.
    pub(super) fn address_for_one(&self) -> String {
        let ticket = format!("{:032x}", rand::random::<u128>());
        let mut state = self.state();
        if state.tickets.len() >= REMEMBERED {
            state.tickets.pop_front();
        }
        state.tickets.push_back((ticket.clone(), Instant::now(), false));
        format!("ws://{}/link/?ticket={ticket}&app_id={APP}", self.address)
    }

    /// Takes a ticket, or says what is wrong with it.
    fn redeem(&self, given: &str) -> Result<(), &'static str> {
        let mut state = self.state();
        let found = state.tickets.iter_mut().find(|(ticket, ..)| ticket == given);
        let (_, since, used) = found.ok_or("a ticket that was never given out")?;
        if std::mem::replace(used, true) {
            return Err("a ticket that was used before");
        }
        if since.elapsed() > TICKET { Err("a ticket that is older than 30 seconds") } else { Ok(()) }
    }

    /// A new connection: its number, how many there are with it, and its orders; `None` when there are too many.
    fn opens(&self) -> Option<(u64, usize, mpsc::UnboundedReceiver<Order>)> {
        let mut state = self.state();
        if state.links.len() >= state.most.unwrap_or(MOST) {
            state.happened.push(Happened::TurnedAway);
            self.changed.notify_waiters();
            return None;
        }
        state.opened += 1;
        let (id, (orders, received)) = (state.opened, mpsc::unbounded_channel());
        state.links.push(Link { id, leaving: false, orders });
        state.happened.push(Happened::Opened(id));
        self.changed.notify_waiters();
        Some((id, state.links.len(), received))
    }

    /// A connection ended; whoever waits for an acknowledgement by it waits in vain.
    fn ends(&self, id: u64) {
        let mut state = self.state();
        state.links.retain(|link| link.id != id);
        state.happened.push(Happened::Closed(id));
        for sent in state.sent.iter_mut().filter(|sent| sent.link == id) {
            sent.waiting = None;
        }
        self.changed.notify_waiters();
    }

    /// Whether everything that was sent by this connection was acknowledged, or nobody waits for it.
    fn is_idle(&self, id: u64) -> bool {
        let awaited = |sent: &Sent| sent.waiting.as_ref().is_some_and(|waiting| !waiting.is_closed());
        !self.state().sent.iter().any(|sent| sent.link == id && awaited(sent))
    }

    /// Takes an acknowledgement, or says what is wrong with it.
    fn acknowledge(&self, link: u64, text: &str) -> Result<(), String> {
        let ack: Map<String, Value> = serde_json::from_str(text).map_err(|_| "it is no JSON object".to_owned())?;
        if let Some(field) = ack.keys().find(|field| !["envelope_id", "payload"].contains(&field.as_str())) {
            return Err(format!("unknown field {field}"));
        }
        let id = ack.get("envelope_id").and_then(Value::as_str).ok_or("no envelope_id")?;
        let mut state = self.state();
        let sent = state.sent.iter_mut().find(|sent| sent.id == id).ok_or("an envelope that was never sent")?;
        if sent.link != link {
            return Err("it came by another connection than its envelope".to_owned());
        }
        if std::mem::replace(&mut sent.acknowledged, true) {
            return Err("it was acknowledged before".to_owned());
        }
        let payload = ack.get("payload").cloned();
        if payload.is_some() && !sent.takes_answer {
            return Err("its envelope takes no answer".to_owned());
        }
        if let Some(waiting) = sent.waiting.take() {
            // Whoever waited may have gone.
            let _ = waiting.send(payload);
        }
        Ok(())
    }

    /// Comes back when a connection is open.
    async fn any_open(&self) {
        self.until(|state| !state.links.is_empty()).await;
    }

    /// Comes back when this is so.
    async fn until(&self, so: impl Fn(&State) -> bool) {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            // From here on no change is missed.
            changed.as_mut().enable();
            if so(&self.state()) {
                return;
            }
            changed.await;
        }
    }

    /// Sends by any one connection; comes back with what waits for the acknowledgement.
    fn dispatch(&self, letter: &Letter, retry: (u64, &str)) -> Option<oneshot::Receiver<Option<Value>>> {
        let mut state = self.state();
        state.serial += 1;
        let serial = state.serial;
        let turn = usize::try_from(serial).unwrap_or_default().checked_rem(state.links.len())?;
        let id = format!("{serial:08x}-0000-4000-8000-{:012x}", rand::random::<u32>());
        let mut envelope = json!({
            "envelope_id": id, "type": letter.kind, "payload": letter.payload, "accepts_response_payload": letter.takes_answer,
        });
        if letter.kind == "events_api" {
            envelope["retry_attempt"] = retry.0.into();
            envelope["retry_reason"] = retry.1.into();
        }
        let (waiting, acknowledged) = oneshot::channel();
        let link = &state.links[turn];
        // A connection that just ended has dropped its orders; nothing comes back then.
        let _ = link.orders.send(Order::Send(envelope.to_string()));
        let sent =
            Sent { id, link: link.id, takes_answer: letter.takes_answer, waiting: Some(waiting), acknowledged: false };
        if state.sent.len() >= REMEMBERED {
            state.sent.pop_front();
        }
        state.sent.push_back(sent);
        Some(acknowledged)
    }
}

impl Shared {
    /// Sends by the socket, and waits for the acknowledgement as long as Slack does.
    pub(super) async fn by_socket(&self, letter: &Letter, retry: (u64, &str)) -> Answer {
        let failed =
            |reason, why: &str| Answer { delivered: Delivered::nothing(why), json: false, no_retry: false, reason };
        let mut dispatched = self.switchboard.dispatch(letter, retry);
        if dispatched.is_none() && retry.0 > 0 {
            // A repeat comes minutes later, which is not played; that the app is back by then is.
            let _ = timeout(self.switchboard.patience, self.switchboard.any_open()).await;
            dispatched = self.switchboard.dispatch(letter, retry);
        }
        let Some(acknowledged) = dispatched else {
            return failed("connection_failed", "the app has no socket open");
        };
        match timeout(self.switchboard.patience, acknowledged).await {
            Ok(Ok(payload)) => Answer {
                json: payload.is_some(),
                delivered: Delivered {
                    status: 200,
                    body: payload.map(|payload| payload.to_string()).unwrap_or_default(),
                },
                no_retry: false,
                reason: "",
            },
            Ok(Err(_)) => failed("connection_failed", "the app's socket broke"),
            Err(_) => failed("http_timeout", "operation_timeout"),
        }
    }
}

/// Takes connections until it is dropped, and all of them with it.
pub(super) async fn serve(shared: Arc<Shared>, listener: TcpListener) {
    let mut links = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    links.spawn(link::run(Arc::clone(&shared), stream));
                }
            }
            Some(_) = links.join_next() => {}
        }
    }
}
