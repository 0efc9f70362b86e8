//! Posts a message exactly once, as fast as Slack lets a channel be written to.

use std::num::NonZeroU32;

use chrono::TimeDelta;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::{Hands, Outcome};
use crate::domain::effect::{Place, Tell};
use crate::domain::reply::Reply;
use crate::slack::{Failure, Shown};
use crate::store::Claim;

/// About one message a second in a channel (<https://docs.slack.dev/apis/web-api/rate-limits>).
pub struct Pace(DefaultKeyedRateLimiter<String>);

impl Default for Pace {
    fn default() -> Self {
        Self(RateLimiter::keyed(Quota::per_second(NonZeroU32::MIN)))
    }
}

impl Pace {
    /// How long `channel` is to be left alone; `None` when it may be written to now, which is then counted.
    fn wait(&self, channel: &str) -> Option<TimeDelta> {
        self.0.retain_recent();
        let not_until = self.0.check_key(&channel.to_owned()).err()?;
        TimeDelta::from_std(not_until.wait_time_from(DefaultClock::default().now())).ok()
    }
}

impl std::fmt::Debug for Pace {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Pace")
    }
}

impl Hands {
    pub(super) async fn post(
        &self,
        claim: &Claim,
        place: &Place,
        reply: &Reply,
        tell: Option<&Tell>,
    ) -> anyhow::Result<Outcome> {
        let key = &claim.job.key;
        if claim.attempts > 0 {
            match self.slack.posted(place, key, claim.created).await {
                Ok(true) => return Ok(Outcome::Done),
                // A place that cannot be read cannot have been written to either.
                Ok(false) => {}
                Err(failure) if unreachable(&failure) => {}
                Err(failure) => return Ok(Outcome::Again(self.again(&failure, claim.attempts))),
            }
        }
        if let Some(wait) = self.pace.wait(&place.channel) {
            let due = self.clock.now() + wait;
            // With an attempt behind it, the next try must look again.
            return Ok(if claim.attempts > 0 {
                Outcome::Again(due)
            } else {
                Outcome::NotYet(due)
            });
        }
        if !self.store.renew(claim, self.clock.now()).await? {
            anyhow::bail!("the claim on the job {key} ran out");
        }
        match self.slack.post(place, reply, key).await {
            Ok(()) => {
                self.tell(tell, tell.map(|tell| tell.done.as_str())).await;
                Ok(Outcome::Done)
            }
            Err(failure) if unreachable(&failure) => {
                tracing::warn!(job = %key, channel = %place.channel, %failure, "a message cannot be posted");
                self.tell(tell, Some(excuse(&failure))).await;
                Ok(Outcome::Failed)
            }
            Err(failure) => {
                tracing::warn!(job = %key, channel = %place.channel, %failure, "a message waits");
                Ok(Outcome::Again(self.again(&failure, claim.attempts)))
            }
        }
    }

    /// Tells whoever asked, once and without insisting: the message itself is what counts.
    async fn tell(&self, tell: Option<&Tell>, words: Option<&str>) {
        let (Some(tell), Some(words)) = (tell, words) else {
            return;
        };
        if words.is_empty() {
            return;
        }
        if let Err(failure) = self
            .slack
            .respond(&tell.response_url, &Reply::text(words), Shown::Below)
            .await
        {
            tracing::info!(%failure, "somebody could not be told what became of their wish");
        }
    }
}

/// Whether waiting will not help: the place is closed to the bot.
fn unreachable(failure: &Failure) -> bool {
    let Failure::Refused(code) = failure else {
        return false;
    };
    matches!(
        code.as_str(),
        "not_in_channel"
            | "channel_not_found"
            | "is_archived"
            | "restricted_action"
            | "restricted_action_read_only_channel"
            | "restricted_action_thread_only_channel"
            | "thread_not_found"
            | "user_not_in_channel"
            | "msg_too_long"
            | "invalid_blocks"
    )
}

fn excuse(failure: &Failure) -> &'static str {
    match failure {
        Failure::Refused(code)
            if matches!(code.as_str(), "not_in_channel" | "channel_not_found") =>
        {
            "I could not post there, because I am not a member of that channel. Invite me with `/invite @firstmate`, then press the button again."
        }
        Failure::Refused(code) if code == "is_archived" => {
            "I could not post there: the channel is archived. Ask in another one."
        }
        Failure::Refused(code) if code == "thread_not_found" => {
            "I could not post there: the thread is gone. Ask again in the channel."
        }
        _ => {
            "I could not post there: the channel does not take messages from me. Ask one of its admins, or post in another channel."
        }
    }
}
