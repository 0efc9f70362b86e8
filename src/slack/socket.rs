//! Socket Mode (<https://docs.slack.dev/apis/events-api/using-socket-mode>): a connection that we open and Slack delivers by, for
//! bots that nothing from outside can reach.
//!
//! One loop keeps a connection open. When Slack announces that it will close one, when it grows old, falls silent or breaks, the next
//! is opened at once; one that still delivers is read until Slack closes it, so that nothing falls into a gap. Knows what an envelope
//! is, and not what is done about one.

mod connection;
mod desk;
mod frame;
mod line;
mod pace;
mod pulse;
#[cfg(test)]
mod tests;

use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;
use tokio::sync::oneshot;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Failure, Slack};
use connection::{Connection, Leaving};
use desk::Desk;
use line::{Stream, Tls};
use pace::Pace;

pub use frame::{Ack, Envelope, Kind};
pub use pulse::{Heart, Pulse};

/// How often the age of the last ping is told to whoever watches.
const TELL_EVERY: Duration = Duration::from_secs(5);

/// The socket: opens one connection after the other.
#[derive(Debug)]
pub struct Socket {
    api: Slack,
    tls: Tls,
    pulse: Pulse,
}

/// Why no connection came about.
#[derive(Debug, thiserror::Error)]
enum Unopened {
    /// Slack gave no address to connect to.
    #[error("{0}")]
    Refused(#[from] Failure),
    /// There was an address, and no connection.
    #[error(transparent)]
    Broken(#[from] line::Broken),
    /// There was a connection, and Slack did not want it.
    #[error("Slack turned the connection away")]
    Away(Leaving),
}

impl Socket {
    /// A socket to the app whose token is `app_token`, by the Web API at `api_url`. Nothing is asked of it yet.
    ///
    /// # Errors
    /// When no encrypted connection can be set up on this machine.
    pub fn new(api_url: &str, app_token: &SecretString) -> anyhow::Result<Self> {
        let api = Slack::new(api_url, Some(app_token))?;
        Ok(Self { api, tls: Tls::new()?, pulse: Pulse::default() })
    }

    /// Whether it is alive.
    pub fn pulse(&self) -> Pulse {
        self.pulse.clone()
    }

    /// Keeps a connection open until `stop`, then closes it when what is in flight has been acknowledged. Each envelope is given to
    /// `take` in a task of its own, counted in `tasks`; no answer is no acknowledgement, and Slack sends it again.
    pub async fn run<T, F>(self, take: T, tasks: TaskTracker, stop: CancellationToken)
    where
        T: Fn(Envelope) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Option<Ack>> + Send + 'static,
    {
        let connections = TaskTracker::new();
        tokio::select! {
            () = self.keep_open(&take, &tasks, &connections, &stop) => {}
            () = self.tell() => {}
        }
        connections.close();
        connections.wait().await;
    }

    async fn keep_open<T, F>(&self, take: &T, tasks: &TaskTracker, connections: &TaskTracker, stop: &CancellationToken)
    where
        T: Fn(Envelope) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Option<Ack>> + Send + 'static,
    {
        let mut pace = Pace::default();
        while !stop.is_cancelled() {
            let round = async {
                let pause = match self.open().await {
                    Ok(connection) => {
                        let since = Instant::now();
                        let (announce, leaving) = oneshot::channel();
                        let desk = Desk::new(take.clone(), tasks.clone());
                        connections.spawn(connection.serve(desk, announce, stop.clone()));
                        let leaving = leaving.await.unwrap_or(Leaving::Lost);
                        leaving.tell();
                        pace.after(leaving, since.elapsed())
                    }
                    Err(unopened) => unopened.tell(&mut pace),
                };
                wait(pause).await;
            };
            tokio::select! {
                () = round => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Whether Slack would let it be opened. It is not: what is delivered by a connection that nobody reads is lost.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn may_open(&self) -> Result<(), Failure> {
        self.address().await.map(drop)
    }

    /// Asks for an address, which is good for one connection.
    async fn address(&self) -> Result<String, Failure> {
        #[derive(Deserialize)]
        struct Opened {
            url: String,
        }
        let opened: Opened = self.api.call("apps.connections.open", &serde_json::json!({})).await?;
        Ok(opened.url)
    }

    /// Asks for an address and connects there.
    async fn open(&self) -> Result<Connection<Stream>, Unopened> {
        let stream = self.tls.connect(&self.address().await?).await?;
        Connection::greeted(stream, &self.pulse).await
    }

    #[expect(clippy::disallowed_methods, reason = "an age grows by itself")]
    async fn tell(&self) {
        loop {
            self.pulse.tell();
            tokio::time::sleep(TELL_EVERY).await;
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "Slack is not to be asked again at once")]
async fn wait(pause: Duration) {
    if !pause.is_zero() {
        tokio::time::sleep(pause).await;
    }
}

impl Unopened {
    /// Tells whoever runs the bot, and says how long to wait.
    fn tell(self, pace: &mut Pace) -> Duration {
        match self {
            Self::Away(leaving) => {
                leaving.tell();
                pace.after(leaving, Duration::ZERO)
            }
            Self::Refused(Failure::Refused(code)) => {
                tracing::error!(
                    code,
                    "Slack lets the bot open no socket: check that slack.app_token is an app-level token with connections:write, and that Socket Mode is on"
                );
                pace.refused()
            }
            Self::Refused(Failure::Limited(wait)) => {
                tracing::info!(seconds = wait.as_secs(), "Slack asks to wait before the next socket");
                pace.limited(wait)
            }
            error @ (Self::Refused(_) | Self::Broken(_)) => {
                tracing::warn!(%error, "no socket to Slack; trying again");
                pace.failed()
            }
        }
    }
}

impl Leaving {
    /// Counts it, and says why another connection is needed where somebody has to do something about it or may wonder.
    fn tell(self) {
        metrics::counter!("firstmate_socket_reconnects_total", "reason" => self.label()).increment(1);
        match self {
            Self::Refresh => tracing::info!("Slack renews the socket"),
            Self::Lost => tracing::warn!("the socket to Slack broke; opening another"),
            Self::Stale => tracing::warn!("the socket to Slack fell silent; opening another"),
            Self::Disabled => tracing::error!(
                "Socket Mode is switched off for this app: switch it on under Socket Mode in the app's settings, or take slack.app_token away. I look again every minute"
            ),
            Self::TooMany => tracing::error!(
                "ten sockets of this app are open already, which is the most that Slack allows: stop other copies of the bot. I look again every minute"
            ),
        }
    }
}
