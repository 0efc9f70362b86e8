//! What the schedule asks about issues: what has changed and is to be told, and where nobody has looked for a while. Looks at the
//! store each time and remembers only when it last looked.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

use crate::command::Ctx;
use crate::domain::effect::Effect;
use crate::store::Job;

/// How often everything that was filed is looked at: GitHub sends a webhook once, and not again when we did not hear it
/// (<https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries>).
const LOOK: TimeDelta = TimeDelta::minutes(3);

/// When everything was last looked at.
#[derive(Debug)]
pub struct Looks(AtomicI64);

impl Default for Looks {
    fn default() -> Self {
        Self(AtomicI64::new(i64::MIN))
    }
}

/// Records what is to be told of issues, and, every few minutes and at the start, that their repositories are to be looked at: by one
/// of several replicas.
///
/// # Errors
/// When the store fails.
pub async fn owe(ctx: &Ctx, looks: &Looks, now: DateTime<Utc>) -> anyhow::Result<()> {
    for (key, _) in ctx.store.untold().await? {
        ctx.store.owe(&Job { key: format!("show:{key}"), effect: Effect::Show { of: key } }, now).await?;
    }
    let in_step = ctx.store.in_step().await?;
    let known = in_step.into_iter().map(|filed| ((filed.channel, filed.thread), filed.key)).collect();
    ctx.in_step.store(Arc::new(known));
    let slot = now.timestamp().div_euclid(LOOK.num_seconds());
    // While everything stands still, looks would only pile up; the first one afterwards sees all of it.
    if ctx.operators.is_paused() {
        return Ok(());
    }
    if !ctx.github.has_access() || looks.0.swap(slot, Ordering::Relaxed) == slot {
        return Ok(());
    }
    for (repository, _) in ctx.store.followed(now).await? {
        let key = format!("poll:{repository}:{slot}");
        ctx.store.owe(&Job { key, effect: Effect::Poll { repository } }, now).await?;
    }
    Ok(())
}
