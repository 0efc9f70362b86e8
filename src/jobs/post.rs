//! Posts a message exactly once, as fast as Slack lets a channel be written to.

use std::num::NonZeroU32;

use chrono::TimeDelta;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::{Hands, Outcome};
use crate::domain::effect::{About, Announces, Place, Report, Tell};
use crate::domain::reply::Reply;
use crate::slack::{Failure, Look, Mark, Shown};
use crate::store::{Announcement, Claim};

/// About one message a second in a channel (<https://docs.slack.dev/apis/web-api/rate-limits>).
pub struct Pace(DefaultKeyedRateLimiter<String>);

impl Default for Pace {
    fn default() -> Self {
        Self(RateLimiter::keyed(Quota::per_second(NonZeroU32::MIN)))
    }
}

impl Pace {
    /// How long `channel` is to be left alone; `None` when it may be written to now, which is then counted.
    pub(super) fn wait(&self, channel: &str) -> Option<TimeDelta> {
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

/// A message that is to stand somewhere.
#[derive(Clone, Copy, Debug)]
pub(super) struct Message<'a> {
    pub(super) place: &'a Place,
    pub(super) reply: &'a Reply,
    pub(super) tell: Option<&'a Tell>,
    pub(super) about: Option<&'a About>,
}

/// How long a message waits for an operator to mend the token. It may hold people's words, which are not kept for longer.
pub(super) const LONGEST_HOPE: TimeDelta = TimeDelta::days(1);

impl Hands {
    /// Posts a message where it is to stand.
    pub(super) async fn post(&self, claim: &Claim, message: Message<'_>) -> anyhow::Result<Outcome> {
        let (key, place) = (&claim.job.key, message.place);
        if claim.attempts > 0 {
            match self.stands(claim, place).await? {
                Ok(Some((ts, version))) => {
                    // What stands was written at an earlier try, and tells what was true then.
                    let told = message.about.map(|about| about.as_of(version.as_deref()));
                    return self.stood(place, told, key, ts).await;
                }
                Ok(None) => {}
                Err(failure) => return Ok(self.refused(claim, message.tell, &failure).await),
            }
        }
        if let Some(wait) = self.pace.wait(&place.channel) {
            let due = self.clock.now() + wait;
            // With an attempt behind it, the next try must look again.
            return Ok(if claim.attempts > 0 { Outcome::Again(due) } else { Outcome::NotYet(due) });
        }
        self.hold(claim).await?;
        let mark = Mark { key: key.clone(), version: message.about.map(About::version) };
        match self.slack.post(place, message.reply, &mark).await {
            Ok(ts) => self.stood(place, message.about.cloned(), key, ts).await,
            Err(failure) => Ok(self.refused(claim, message.tell, &failure).await),
        }
    }

    /// Posts a message to one person.
    pub(super) async fn direct(
        &self,
        claim: &Claim,
        person: &str,
        reply: &Reply,
        about: Option<&About>,
    ) -> anyhow::Result<Outcome> {
        self.hold(claim).await?;
        match self.slack.direct(person).await {
            Ok(place) => self.post(claim, Message { place: &place, reply, tell: None, about }).await,
            Err(failure) => Ok(self.refused(claim, None, &failure).await),
        }
    }

    /// Shows something to one person among others; once more than once does no harm.
    pub(super) async fn whisper(
        &self,
        claim: &Claim,
        person: &str,
        place: &Place,
        reply: &Reply,
    ) -> anyhow::Result<Outcome> {
        self.hold(claim).await?;
        match self.slack.whisper(place, person, reply).await {
            Ok(()) => Ok(Outcome::Done),
            Err(failure) => Ok(self.refused(claim, None, &failure).await),
        }
    }

    /// Records where a message stands and what it tells, so that it can be kept true.
    async fn stood(&self, place: &Place, told: Option<About>, key: &str, ts: String) -> anyhow::Result<Outcome> {
        match told {
            Some(About::Meeting(Announces { series, date, changes, starts })) => {
                let channel = place.channel.clone();
                let announcement = Announcement { key: key.to_owned(), series, date, channel, ts, changes, starts };
                self.store.announced(&announcement).await?;
            }
            Some(About::Issue(Report { issue, version })) => {
                self.store.told(&issue, Some((&place.channel, &ts)), version).await?;
            }
            None => {}
        }
        Ok(Outcome::Done)
    }

    /// The timestamp and version of the message of `claim`, if it stands at `place` already.
    async fn stands(
        &self,
        claim: &Claim,
        place: &Place,
    ) -> anyhow::Result<Result<Option<(String, Option<String>)>, Failure>> {
        let mut cursor = None;
        loop {
            // There may be many pages; the claim must hold until the last.
            self.hold(claim).await?;
            match self.slack.look(place, &claim.job.key, claim.created, cursor).await {
                Ok(Look::Found(ts, version)) => return Ok(Ok(Some((ts, version)))),
                Ok(Look::End) => return Ok(Ok(None)),
                Ok(Look::Next(next)) => cursor = Some(next),
                Err(failure) => return Ok(Err(failure)),
            }
        }
    }

    /// Makes the claim last through the next call.
    pub(super) async fn hold(&self, claim: &Claim) -> anyhow::Result<()> {
        let held = self.store.renew(claim, self.clock.now()).await?;
        anyhow::ensure!(held, "the claim on the job {} ran out", claim.job.key);
        Ok(())
    }

    /// What follows from a call that did not succeed: a closed place and a wish that has waited too long are told, all else waits.
    pub(super) async fn refused(&self, claim: &Claim, tell: Option<&Tell>, failure: &Failure) -> Outcome {
        let key = &claim.job.key;
        let hopeless = is_for_operators(failure) && self.clock.now() - claim.created > LONGEST_HOPE;
        if is_closed(failure) || hopeless {
            tracing::warn!(job = %key, %failure, "a message cannot be posted");
            self.tell(tell, excuse(failure)).await;
            return Outcome::Failed;
        }
        tracing::warn!(job = %key, %failure, "a message waits");
        Outcome::Again(self.again(failure, claim.attempts))
    }

    /// Tells whoever asked why it cannot be, once and without insisting.
    async fn tell(&self, tell: Option<&Tell>, words: &str) {
        let Some(tell) = tell else { return };
        if let Err(failure) = self.slack.respond(&tell.response_url, &Reply::text(words), Shown::Below).await {
            tracing::info!(%failure, "somebody could not be told what became of their wish");
        }
    }
}

/// Whether waiting will not help: the place is closed to the bot.
pub(super) fn is_closed(failure: &Failure) -> bool {
    const CLOSED: [&str; 10] = [
        "not_in_channel",
        "channel_not_found",
        "is_archived",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "thread_not_found",
        "user_not_in_channel",
        "msg_too_long",
        "invalid_blocks",
    ];
    matches!(failure, Failure::Refused(code) if CLOSED.contains(&code.as_str()))
}

/// Whether only an operator can mend it: a token that is missing, wrong or may too little.
fn is_for_operators(failure: &Failure) -> bool {
    matches!(failure, Failure::NoToken | Failure::Refused(_)) && !is_closed(failure)
}

fn excuse(failure: &Failure) -> &'static str {
    match failure {
        Failure::Refused(code) if matches!(code.as_str(), "not_in_channel" | "channel_not_found") => {
            "I could not post there, because I am not a member of that channel. Invite me with `/invite @firstmate`, then press the button again."
        }
        Failure::Refused(code) if code == "is_archived" => {
            "I could not post there: the channel is archived. Ask in another one."
        }
        Failure::Refused(code) if code == "thread_not_found" => {
            "I could not post there: the thread is gone. Ask again in the channel."
        }
        failure if is_for_operators(failure) => {
            "I could not post there: my access to Slack needs mending by whoever runs me. Ask in the channel yourself meanwhile."
        }
        _ => {
            "I could not post there: the channel does not take messages from me. Ask one of its admins, or post in another channel."
        }
    }
}
