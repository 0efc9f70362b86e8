//! Carries effects out: each looks for its key before it does a thing again, waits when it is told to, and never drops.
//!
//! Knows no command: an answer that is still to be worked out is turned into a post by whoever ticks.

mod edit;
mod entered;
mod in_step;
mod issue;
mod post;
mod upload;

use chrono::{DateTime, TimeDelta, Utc};
use metrics::{counter, histogram};

use crate::domain::clock::Clock;
use crate::domain::effect::{About, Effect};
use crate::domain::silence::Silence;
use crate::github::{self, GitHub};
use crate::slack::{Failure, Slack};
use crate::store::{Claim, Store};

use edit::Standing;
use post::Message;
pub use post::Pace;
use upload::File;

/// Longest wait between two tries of one job.
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(5);

/// Wait after a call that was not answered in time. It may still be under way on the other side, and whoever looks for its
/// effect too early does it twice.
const AFTER_SILENCE: TimeDelta = TimeDelta::seconds(10);

/// What jobs are carried out with.
#[derive(Clone, Debug)]
pub struct Hands {
    /// Where messages go.
    pub slack: std::sync::Arc<Slack>,
    /// Where issues go.
    pub github: std::sync::Arc<GitHub>,
    /// Where jobs are kept.
    pub store: Store,
    /// Tells the time.
    pub clock: Clock,
    /// How fast a channel may be written to.
    pub pace: std::sync::Arc<Pace>,
}

/// What became of a try.
#[derive(Debug)]
enum Outcome {
    /// Done, now or before.
    Done,
    /// It cannot be done, and somebody was told why.
    Failed,
    /// Nothing was tried yet; to be tried at this time.
    NotYet(DateTime<Utc>),
    /// It may or may not have been done; to be looked at again at this time.
    Again(DateTime<Utc>),
}

impl Outcome {
    /// As the label has it.
    fn name(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::NotYet(_) => "not_yet",
            Self::Again(_) => "again",
        }
    }
}

impl Hands {
    /// Carries out the job that was claimed, and records what became of it.
    ///
    /// # Errors
    /// When the store fails, or when the effect is one that has to be worked out first. The claim then runs out by itself.
    pub async fn carry_out(&self, claim: Claim) -> anyhow::Result<()> {
        let key = claim.job.key.clone();
        let kind = claim.job.effect.kind();
        let outcome = match &claim.job.effect {
            Effect::Post { place, reply, tell, about } => {
                let message = Message { place, reply, tell: tell.as_ref(), about: about.as_ref() };
                self.post(&claim, message).await?
            }
            Effect::Direct { person, reply, about } => self.direct(&claim, person, reply, about.as_ref()).await?,
            Effect::Edit { channel, ts, reply, about, of } => {
                self.edit(&claim, Standing { channel, ts, of }, reply, about).await?
            }
            Effect::Whisper { person, place, reply } => self.whisper(&claim, person, place, reply).await?,
            Effect::File { filing } => self.file(&claim, filing).await?,
            Effect::Refresh { repository, number } => self.refresh(&claim, repository, *number).await?,
            Effect::Poll { repository } => self.poll(&claim, repository).await?,
            Effect::Upload { person, place, name, text, comment } => {
                self.upload(&claim, File { person, place: place.as_ref(), name, text, comment }).await?
            }
            Effect::Comment { repository, number, body } => self.remark(&claim, repository, *number, body).await?,
            Effect::KeepInStep { of, reply } => self.keep_in_step(&claim, of, reply).await?,
            Effect::Withdraw { of } => self.withdraw(&claim, of).await?,
            Effect::Answer { .. }
            | Effect::Read { .. }
            | Effect::Remind { .. }
            | Effect::Correct { .. }
            | Effect::Show { .. }
            | Effect::Carry { .. }
            | Effect::Confirm { .. }
            | Effect::Regret { .. } => {
                anyhow::bail!("what the job {key} has to say was not worked out yet")
            }
        };
        let of_issue = match claim.job.effect.about() {
            Some(About::Issue(report)) => Some(report),
            _ => None,
        };
        let outcome = match (outcome, of_issue) {
            (Outcome::Failed, Some(report)) => self.tell_elsewhere(report).await?,
            (outcome, _) => outcome,
        };
        let free = match &outcome {
            // One message an issue: the next change of it is told by a job of the same key.
            Outcome::Done => of_issue.is_some(),
            // Somebody who wished it may wish it again; what nobody wished would be owed anew at the next tick.
            _ => claim.job.effect.is_wished(),
        };
        match (&outcome, self.ended(&claim, &outcome).await?) {
            (Outcome::Done | Outcome::Failed, Some(ended)) => self.store.conclude(&claim, free, &ended).await?,
            (Outcome::Done | Outcome::Failed, None) if free => self.store.give_up(&claim).await?,
            (Outcome::Done | Outcome::Failed, None) => self.store.finish(&claim).await?,
            (Outcome::NotYet(due), _) => self.store.put_off(&claim, *due, true).await?,
            (Outcome::Again(due), _) => self.store.put_off(&claim, *due, false).await?,
        }
        counter!("firstmate_jobs_total", "kind" => kind, "outcome" => outcome.name()).increment(1);
        if matches!(outcome, Outcome::Done) {
            let age = (self.clock.now() - claim.created).to_std().unwrap_or_default();
            histogram!("firstmate_job_age_seconds", "kind" => kind).record(age);
        }
        tracing::debug!(job = %key, kind, ?outcome, "carried out a job");
        Ok(())
    }

    /// When to try again after `failure`, `attempts` tries having been made before.
    fn again(&self, failure: &Failure, attempts: i64) -> DateTime<Utc> {
        let told = match failure {
            Failure::Limited(wait) => Told::Wait(*wait),
            Failure::Unanswered(Silence::TimeOut) => Told::Nothing,
            _ => Told::Failed,
        };
        self.clock.now() + told.patience(attempts)
    }

    /// The same for GitHub.
    fn again_at_github(&self, failure: &github::Failure, attempts: i64) -> DateTime<Utc> {
        let told = match failure {
            github::Failure::Limited(wait) => Told::Wait(*wait),
            github::Failure::Unanswered(Silence::TimeOut) => Told::Nothing,
            _ => Told::Failed,
        };
        self.clock.now() + told.patience(attempts)
    }
}

/// What a call that did not succeed told us, as far as it decides when to try again.
enum Told {
    /// To come back after this long.
    Wait(std::time::Duration),
    /// Nothing within the time-out.
    Nothing,
    /// That it failed.
    Failed,
}

impl Told {
    fn patience(&self, attempts: i64) -> TimeDelta {
        let longer_each_time = TimeDelta::seconds(1 << attempts.clamp(0, 9)).min(LONGEST_WAIT);
        match self {
            Self::Wait(wait) => TimeDelta::from_std(*wait).unwrap_or(LONGEST_WAIT),
            Self::Nothing => AFTER_SILENCE.max(longer_each_time),
            Self::Failed => longer_each_time,
        }
    }
}
