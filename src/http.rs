//! The doors: what comes in is verified, answered within Slack's patience, and taken once.
//!
//! A delivery without an effect never touches the store: its repeats are remembered here, in bounded memory. One with an effect
//! is recorded before it is acknowledged. Knows the commands only as a line of text in and a reply out.

mod count;
mod delivery;
mod events;
mod feeds;
mod front;
mod hooks;
mod interactions;
mod limit;
mod once;
mod slash;
mod socket;
mod tell;
mod windows;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::sync::Mutex;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use crate::command::Live;
use crate::domain::clock::Clock;
use crate::github::HookVerifier;
use crate::slack::Slack;
use crate::slack::delivery::{Event, Interaction, SlashCommand};
use crate::slack::request::Verifier;
use crate::slack::socket::{Heart, Pulse};
use delivery::{SignedDoor, over_http};
use limit::Limit;
use once::Once;

/// How long the work of a command or window may take for its outcome to ride in the HTTP answer. Slack waits 3 s
/// (<https://docs.slack.dev/interactivity/implementing-slash-commands>); the rest is for the way.
const ACK_BUDGET: Duration = Duration::from_millis(800);

/// For how long it is believed that the bot is ready, or not.
const READY_KNOWN: Duration = Duration::from_secs(1);

/// Why the bot cannot do its work, in words for whoever runs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotReady {
    /// The database.
    #[error("the store does not answer")]
    Store,
    /// There is no socket, where there should be one.
    #[error("the socket to Slack is not open; it is tried again and again, and the log says why it failed")]
    SocketClosed,
    /// There is one that nothing comes by.
    #[error("Slack has not pinged the socket for too long; another is being opened")]
    SocketSilent,
}

impl NotReady {
    /// The same for anybody.
    #[must_use]
    pub fn for_anybody(self) -> &'static str {
        match self {
            Self::Store => "its store does not answer",
            Self::SocketClosed | Self::SocketSilent => "it does not hear Slack",
        }
    }
}

/// The ways in.
#[derive(Debug)]
pub struct Ways {
    /// What Slack signs over HTTP; without it, Slack has no door there.
    pub slack: Option<Verifier>,
    /// The socket to Slack, where there is one.
    pub socket: Option<Pulse>,
    /// What GitHub signs.
    pub github: HookVerifier,
}

/// The bot as its doors see it; cheap to clone.
#[derive(Clone)]
pub struct Door(Arc<Inner>);

struct Inner {
    ctx: Live,
    slack: Arc<Slack>,
    clock: Clock,
    ways: Ways,
    tasks: TaskTracker,
    limit: Limit,
    once: Once,
    /// What was found when somebody last asked.
    ready: Mutex<Option<(Instant, Result<(), NotReady>)>>,
}

impl std::fmt::Debug for Door {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Door")
    }
}

impl FromRef<Door> for HookVerifier {
    fn from_ref(door: &Door) -> Self {
        door.0.ways.github.clone()
    }
}

impl Door {
    /// A door to `ctx` by these `ways`, that lets each person give `per_person` commands a minute; 0 is no limit. What goes on after
    /// an acknowledgement is counted in `tasks`.
    pub fn new(ctx: Live, clock: Clock, ways: Ways, tasks: TaskTracker, per_person: u32) -> Self {
        let (limit, once, slack) = (Limit::a_minute(per_person), Once::default(), Arc::clone(&ctx.now().slack));
        Self(Arc::new(Inner { ctx, slack, clock, ways, tasks, limit, once, ready: Mutex::default() }))
    }

    /// All routes.
    pub fn router(self) -> Router {
        let open = Router::new()
            .route("/github/webhook", post(hooks::take))
            .route("/", get(front::show))
            .route("/meetings.ics", get(feeds::all))
            .route("/meetings/{name}", get(feeds::one))
            .route("/healthz", get(|| async { "alive" }))
            .route("/readyz", get(ready))
            .with_state(self.clone());
        let Some(verifier) = self.0.ways.slack.clone() else { return open };
        open.merge(
            Router::new()
                .route("/slack/commands", post(over_http::<SlashCommand>))
                .route("/slack/events", post(over_http::<Event>))
                .route("/slack/interactions", post(over_http::<Interaction>))
                .with_state(SignedDoor { door: self, verifier }),
        )
    }

    /// Whether the bot can do its work now, as of a second ago at most: anybody may ask, and the store is not asked each time.
    ///
    /// # Errors
    /// Why not.
    pub async fn readiness(&self) -> Result<(), NotReady> {
        let mut last = self.0.ready.lock().await;
        if let Some((at, known)) = &*last
            && at.elapsed() < READY_KNOWN
        {
            return *known;
        }
        let before = last.map_or(Ok(()), |(_, known)| known);
        let now = self.look_ready().await;
        if let (Err(why), true) = (now, before != now) {
            tracing::warn!(%why, "not ready");
        }
        *last = Some((Instant::now(), now));
        now
    }

    async fn look_ready(&self) -> Result<(), NotReady> {
        if self.0.ctx.now().store.ping().await.is_err() {
            return Err(NotReady::Store);
        }
        match self.0.ways.socket.as_ref().map(Pulse::heart) {
            None | Some(Heart::Beats) => Ok(()),
            Some(Heart::Stopped) => Err(NotReady::SocketClosed),
            Some(Heart::Silent(_)) => Err(NotReady::SocketSilent),
        }
    }

    /// Forgets what need not be remembered of people who have been silent.
    pub fn sweep(&self) {
        self.0.limit.sweep();
    }
}

async fn ready(State(door): State<Door>) -> Response {
    match door.readiness().await {
        Ok(()) => "ready".into_response(),
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, why.to_string()).into_response(),
    }
}
