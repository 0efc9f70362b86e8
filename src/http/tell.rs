//! Tells one person something that nobody else sees: tried again where Slack is in trouble, and not for ever, since what they
//! asked for a while ago they have asked again by then. Messages that others see are jobs, not this.

use std::time::Duration;

use crate::domain::effect::Place;
use crate::domain::reply::Reply;
use crate::slack::{Failure, Shown, Slack};

/// Tries, and the wait before each.
const TRIES: [Duration; 3] = [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(5)];

/// Longest wait that Slack may ask for between them.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Shows `reply` to `person` alone at `place`.
pub(super) async fn whisper(slack: &Slack, place: &Place, person: &str, reply: &Reply) {
    patiently(|| slack.whisper(place, person, reply)).await;
}

/// Replies at the address that came with what they typed or pressed.
pub(super) async fn respond(slack: &Slack, url: &str, reply: &Reply, shown: Shown) {
    patiently(|| slack.respond(url, reply, shown)).await;
}

#[expect(clippy::disallowed_methods, reason = "waiting before the next try is the point")]
async fn patiently<C: Future<Output = Result<(), Failure>>>(call: impl Fn() -> C) {
    let mut asked = Duration::ZERO;
    for wait in TRIES {
        tokio::time::sleep(wait.max(asked)).await;
        match call().await {
            Ok(()) => return,
            Err(failure @ (Failure::Refused(_) | Failure::NoToken)) => {
                tracing::warn!(%failure, "somebody cannot be told");
                return;
            }
            Err(failure) => {
                asked = if let Failure::Limited(wait) = failure { wait.min(LONGEST_WAIT) } else { Duration::ZERO };
                tracing::info!(%failure, "somebody could not be told at once");
            }
        }
    }
    tracing::warn!("somebody could not be told");
}
