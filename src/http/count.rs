//! Counts what comes in, by the way and the door it came by, and how long whoever sent it waited.

use std::time::Instant;

/// The way in.
#[derive(Clone, Copy, Debug)]
pub(super) enum Transport {
    Http,
    Socket,
}

/// How a delivery ended.
#[derive(Clone, Copy, Debug)]
pub(super) enum Outcome {
    Taken,
    /// Not signed, too large, or not understood.
    Refused,
    /// Ours to mend; whoever sent it is to send it again.
    Failed,
}

/// One delivery. Counted as failed unless something else is said of it, so that one whose sender hung up is not lost from sight.
#[must_use = "a delivery is counted when this is dropped"]
pub(super) struct Count {
    transport: Transport,
    door: &'static str,
    arrived: Instant,
    outcome: Outcome,
}

impl Count {
    /// A delivery that begins to arrive.
    pub(super) fn arriving(transport: Transport, door: &'static str) -> Self {
        Self { transport, door, arrived: Instant::now(), outcome: Outcome::Failed }
    }

    /// It is about to be acknowledged, or turned away.
    pub(super) fn ends(mut self, outcome: Outcome) {
        self.outcome = outcome;
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        let transport = match self.transport {
            Transport::Http => "http",
            Transport::Socket => "socket",
        };
        let outcome = match self.outcome {
            Outcome::Taken => "taken",
            Outcome::Refused => "refused",
            Outcome::Failed => "failed",
        };
        metrics::counter!("firstmate_deliveries_total", "transport" => transport, "door" => self.door, "outcome" => outcome)
            .increment(1);
        // What is turned away is answered fast and by the thousand; it would hide how long Slack waits.
        if matches!(self.outcome, Outcome::Taken) {
            metrics::histogram!("firstmate_ack_seconds", "transport" => transport, "door" => self.door)
                .record(self.arrived.elapsed());
        }
    }
}
