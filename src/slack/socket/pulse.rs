//! Whether the socket is alive: how many connections stand, and when Slack was last heard of. A connection that nobody pings may be
//! dead for hours without an error (<https://github.com/slackapi/bolt-js/issues/2496>), so being connected is not believed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long Slack may send nothing of its own accord. Its own library waits as long for a ping
/// (`serverPingTimeout` in <https://docs.slack.dev/tools/node-slack-sdk/reference/socket-mode/interfaces/SocketModeOptions>); pings
/// come about every ten seconds.
pub(super) const PINGED_WITHIN: Duration = Duration::from_secs(30);

/// How the socket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heart {
    /// Open, and heard of lately.
    Beats,
    /// Open, and not heard of for so long.
    Silent(Duration),
    /// Not open.
    Stopped,
}

/// The pulse of all connections; cheap to clone.
#[derive(Clone, Debug)]
pub struct Pulse(Arc<Mutex<Beats>>);

#[derive(Debug)]
struct Beats {
    begun: u64,
    /// When Slack was last heard of, by connection.
    heard: HashMap<u64, Instant>,
    /// When it was last heard of by any, or the bot began to listen.
    last: Instant,
}

impl Default for Pulse {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Beats { begun: 0, heard: HashMap::new(), last: Instant::now() })))
    }
}

impl Pulse {
    /// How the socket is.
    pub fn heart(&self) -> Heart {
        match self.lock().heard.values().map(Instant::elapsed).min() {
            None => Heart::Stopped,
            Some(age) if age > PINGED_WITHIN => Heart::Silent(age),
            Some(_) => Heart::Beats,
        }
    }

    /// Tells whoever watches.
    #[expect(clippy::cast_precision_loss, reason = "there are never more than ten connections")]
    pub(super) fn tell(&self) {
        let (connections, age) = {
            let beats = self.lock();
            (beats.heard.len(), beats.last.elapsed())
        };
        metrics::gauge!("firstmate_socket_connections").set(connections as f64);
        // It goes on growing while nothing is open.
        metrics::gauge!("firstmate_socket_ping_age_seconds").set(age.as_secs_f64());
    }

    /// A connection begins.
    pub(super) fn begins(&self) -> Beat {
        let mut beats = self.lock();
        beats.begun += 1;
        let id = beats.begun;
        beats.hear(id);
        drop(beats);
        self.tell();
        Beat { pulse: self.clone(), id }
    }

    fn lock(&self) -> MutexGuard<'_, Beats> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Beats {
    fn hear(&mut self, connection: u64) {
        self.last = Instant::now();
        self.heard.insert(connection, self.last);
    }
}

/// One connection's part in the pulse; it ends with this.
#[derive(Debug)]
pub(super) struct Beat {
    pulse: Pulse,
    id: u64,
}

impl Beat {
    /// Slack was heard of.
    pub(super) fn beats(&self) {
        self.pulse.lock().hear(self.id);
    }
}

impl Drop for Beat {
    fn drop(&mut self) {
        self.pulse.lock().heard.remove(&self.id);
        self.pulse.tell();
    }
}
