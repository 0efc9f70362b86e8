//! Ticks: carries out what is due, writes counts down, forgets what is old.
//!
//! Level-triggered: a tick looks at what the store says and needs no memory of the last one, so that a restart loses nothing.

use std::collections::HashSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use metrics::histogram;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use crate::command::cluster;
use crate::command::issue::{self, Looks};
use crate::command::meetings::{self, Plan, Upcoming};
use crate::command::{self, Caller, Live, Via};
use crate::domain::effect::{Effect, Place};
use crate::jobs::Hands;
use crate::measure::SPAN;
use crate::store::Claim;

/// How often the store is looked at when nothing wakes us: jobs that were put off, and those of replicas that died.
const TICK: Duration = Duration::from_secs(1);

/// Shortest wait, so that jobs for which there is no room now do not keep a processor busy.
const BREATH: Duration = Duration::from_millis(20);

/// How often old keys are forgotten.
const FORGET: TimeDelta = TimeDelta::hours(1);

/// How often a claim is renewed while its job is worked out: well before it runs out.
const RENEWAL: Duration = Duration::from_secs(3);

/// A clock that shows so much less than at the last tick was put back; a smaller step is no more than what clocks do.
const PUT_BACK: TimeDelta = TimeDelta::seconds(5);

/// When something is looked at that may still be under way outside: later than any call may take.
const SOON: TimeDelta = TimeDelta::seconds(10);

/// Jobs carried out at the same time.
const AT_ONCE: usize = 8;

/// What a tick works with; cheap to clone.
#[derive(Clone, Debug)]
pub struct Schedule {
    ctx: Live,
    hands: Hands,
    tasks: TaskTracker,
    room: Arc<Semaphore>,
    plan: Arc<Plan>,
    looks: Arc<Looks>,
    in_hand: Arc<InHand>,
    /// When the last tick was, in epoch milliseconds.
    ticked: Arc<AtomicI64>,
}

/// Keys of the jobs that this process is at. A claim is a time, and a clock that jumps ahead ends it while its job is being done.
#[derive(Debug, Default)]
struct InHand(Mutex<HashSet<String>>);

impl InHand {
    /// The key, until it is let go of, however that comes about; none where somebody here is at it already.
    fn take(self: &Arc<Self>, key: &str) -> Option<Held> {
        let fresh = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned());
        fresh.then(|| Held { of: Arc::clone(self), key: key.to_owned() })
    }
}

/// The key of a job that this process is at.
struct Held {
    of: Arc<InHand>,
    key: String,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.of.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

impl Schedule {
    /// A schedule whose work is counted in `tasks`.
    pub fn new(ctx: Live, hands: Hands, tasks: TaskTracker) -> Self {
        Self {
            ctx,
            hands,
            tasks,
            room: Arc::new(Semaphore::new(AT_ONCE)),
            plan: Arc::default(),
            looks: Arc::default(),
            in_hand: Arc::default(),
            ticked: Arc::new(AtomicI64::new(i64::MIN)),
        }
    }

    /// Ticks until `stop`, then writes down what is still in memory.
    #[expect(clippy::disallowed_methods, reason = "what is due at a time is waited for")]
    pub async fn run(self, stop: CancellationToken) {
        let mut forgotten = DateTime::<Utc>::MIN_UTC;
        let mut wait = Duration::ZERO;
        let mut begun = Instant::now();
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(wait) => {}
                () = self.hands.store.work() => {}
            }
            // What the last tick took makes this one late as well.
            histogram!("firstmate_tick_late_seconds").record(begun.elapsed().saturating_sub(wait));
            begun = Instant::now();
            let now = self.hands.clock.now();
            wait = match self.tick().await {
                Ok(()) => self.patience(now).await,
                // What is due stays due: whoever asked when the next job is would try again at once, for as long as the store fails.
                Err(error) => {
                    tracing::error!(error = format!("{error:#}"), "a tick failed; the next one tries again");
                    TICK
                }
            };
            // A clock that was put back shows an earlier time than that of the last one.
            if now - forgotten > FORGET || now < forgotten {
                match self.forget(now).await {
                    Ok(()) => forgotten = now,
                    Err(error) => tracing::error!(error = format!("{error:#}"), "old keys could not be forgotten"),
                }
            }
        }
        if let Err(error) = self.ctx.now().gaps.write(&self.hands.store, self.hands.clock.now()).await {
            tracing::error!(error = format!("{error:#}"), "the counts of the last moments are lost");
        }
    }

    /// Forgets what is older than was promised.
    async fn forget(&self, now: DateTime<Utc>) -> anyhow::Result<()> {
        let store = &self.hands.store;
        store.forget_old(now).await?;
        store.forget_old_issues(now).await?;
        store.forget_old_meetings(now).await?;
        store.forget_old_entries(now).await?;
        store.forget_old_denials(now).await?;
        store.forget_old_notices(now).await
    }

    /// How long nothing has to be looked at: until the next job is due that was put off, and a tick at most.
    async fn patience(&self, now: DateTime<Utc>) -> Duration {
        // What waits for the end of a pause is due all the time.
        if self.ctx.now().operators.is_paused() {
            return TICK;
        }
        match self.hands.store.next_due().await {
            Ok(Some(due)) => (due - now).to_std().unwrap_or_default().clamp(BREATH, TICK),
            Ok(None) => TICK,
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "the next job could not be looked for");
                TICK
            }
        }
    }

    /// The reminder of a meeting that falls due next.
    pub fn upcoming(&self) -> Option<Upcoming> {
        meetings::upcoming(&self.ctx.now(), self.hands.clock.now())
    }

    /// Ticks, and comes back when everything that goes on has come to its end: for those who watch, not for serving.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn settle(&self) -> anyhow::Result<()> {
        self.tick().await?;
        self.tasks.close();
        self.tasks.wait().await;
        self.tasks.reopen();
        Ok(())
    }

    /// Starts everything that is due now.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn tick(&self) -> anyhow::Result<()> {
        let (ctx, now) = (self.ctx.now(), self.hands.clock.now());
        if self.was_put_back(now) {
            tracing::warn!("the clock was put back; what waited for a time by the old one is tried soon");
            self.hands.store.hasten(now + SOON).await?;
        }
        ctx.gaps.write(&self.hands.store, now).await?;
        ctx.operators.refresh(&self.hands.store).await?;
        // What falls due in a pause is looked at when it ends, and is then early enough or too late.
        if !ctx.operators.is_paused()
            && let Err(error) = self.plan.record(&ctx, now).await
        {
            tracing::error!(
                error = format!("{error:#}"),
                "the meetings could not be looked at; the next tick tries again"
            );
        }
        issue::owe(&self.ctx.now(), &self.looks, now).await?;
        loop {
            let Ok(room) = Arc::clone(&self.room).try_acquire_owned() else {
                return Ok(());
            };
            // In a pause nothing leaves but the answers of those who ask in a direct message whether there is one, or end it.
            let kind = if ctx.operators.is_paused() { "answer" } else { "" };
            let Some(claim) = self.hands.store.claim_of(self.hands.clock.now(), kind).await? else {
                return Ok(());
            };
            let key = claim.job.key.clone();
            let Some(held) = self.in_hand.take(&key) else {
                // Whoever is at it has lost the claim and comes to its end; then it is looked at what was done.
                self.hands.store.put_off(&claim, now + SOON, false).await?;
                continue;
            };
            let schedule = self.clone();
            let (kind, attempts) = (claim.job.effect.kind(), claim.attempts);
            let span = tracing::trace_span!(target: SPAN, "job", kind, key, attempts);
            let work = async move {
                if let Err(error) = schedule.carry_out(claim).await {
                    tracing::error!(job = %key, error = format!("{error:#}"), "a job failed; it will be looked at again");
                }
                drop((held, room));
                schedule.hands.store.wake();
            };
            self.tasks.spawn(work.instrument(span));
        }
    }

    /// Whether the clock shows an earlier time than at the last tick.
    fn was_put_back(&self, now: DateTime<Utc>) -> bool {
        let millis = now.timestamp_millis();
        let before = self.ticked.swap(millis, Ordering::Relaxed);
        before.saturating_sub(millis) > PUT_BACK.num_milliseconds()
    }

    async fn carry_out(&self, mut claim: Claim) -> anyhow::Result<()> {
        let worked_out = match &claim.job.effect {
            Effect::Answer { person, team, place, text, at } => {
                let caller = Caller {
                    person: person.clone(),
                    team: team.clone(),
                    place: Place::clone(place),
                    via: Via::Direct,
                    at: DateTime::from_timestamp_millis(*at).unwrap_or_default(),
                    key: format!("run:{}", claim.job.key),
                };
                let reply = command::say(&self.ctx.now(), &caller, command::parse_said(text)).await;
                Some(Effect::Post { place: place.clone(), reply, tell: None, about: None })
            }
            Effect::Read { person, team, place, line, share, at } => {
                let caller = Caller {
                    person: person.clone(),
                    team: team.clone(),
                    place: place.clone(),
                    via: Via::Press,
                    at: DateTime::from_timestamp_millis(*at).unwrap_or_default(),
                    key: format!("run:{}", claim.job.key),
                };
                let ctx = self.ctx.now();
                // Reading may take longer than a claim lasts.
                tokio::select! {
                    effect = cluster::whole(&ctx, &caller, line, share.as_ref()) => Some(effect),
                    lost = self.held(&claim) => return Err(lost),
                }
            }
            // These stay what they are in the store and are worked out at each try: what they said a while ago may not be
            // true any more, or not of any use.
            Effect::Remind { series, date } => {
                let said = meetings::announce(&self.ctx.now(), series, *date, self.hands.clock.now()).await?;
                return self.carry_out_now(claim, said).await;
            }
            Effect::Correct { of } => {
                let edit = meetings::correct(&self.ctx.now(), of, self.hands.clock.now()).await?;
                return self.carry_out_now(claim, edit).await;
            }
            Effect::Show { of } => {
                let shown = issue::show(&self.ctx.now(), of, self.hands.clock.now()).await?;
                return self.carry_out_now(claim, shown).await;
            }
            Effect::Carry { of, message } => {
                let comment = issue::carry(&self.ctx.now(), of, message).await?;
                return self.carry_out_now(claim, comment).await;
            }
            Effect::Confirm { of } => {
                let confirmed = issue::confirm(&self.ctx.now(), of, self.hands.clock.now()).await?;
                return self.carry_out_now(claim, confirmed).await;
            }
            Effect::Regret { of, filing, why } => {
                let filed = self.hands.store.filed(of).await?;
                let regret = filed.map(|filed| issue::regret(&filed, filing, *why));
                return self.carry_out_now(claim, regret).await;
            }
            _ => None,
        };
        if let Some(effect) = worked_out {
            self.hands.store.become_effect(&mut claim, effect).await?;
        }
        self.hands.carry_out(claim).await
    }

    /// Keeps a claim ours, and comes back only when it is not any more.
    #[expect(clippy::disallowed_methods, reason = "a claim lasts for a time")]
    async fn held(&self, claim: &Claim) -> anyhow::Error {
        loop {
            tokio::time::sleep(RENEWAL).await;
            match self.hands.store.renew(claim, self.hands.clock.now()).await {
                Ok(true) => {}
                Ok(false) => return anyhow::anyhow!("the claim on the job {} ran out", claim.job.key),
                Err(error) => return error,
            }
        }
    }

    /// Carries out what the job of `claim` comes to now; nothing is left of it when that is nothing.
    async fn carry_out_now(&self, mut claim: Claim, effect: Option<Effect>) -> anyhow::Result<()> {
        let Some(effect) = effect else {
            tracing::info!(job = %claim.job.key, "nothing is left to be said");
            let again = matches!(claim.job.effect, Effect::Show { .. });
            return if again { self.hands.store.give_up(&claim).await } else { self.hands.store.finish(&claim).await };
        };
        claim.job.effect = effect;
        self.hands.carry_out(claim).await
    }
}
