//! `pause` and `resume`: the switch that stops everything that the bot does.

use super::{LONGEST_REASON, Mistake, line, paused};
use crate::command::{Caller, Ctx, Result, UserError};
use crate::domain::person::Permission;
use crate::domain::reply::Reply;
use crate::store::Pause;

/// Stops everything.
pub(super) async fn begin(ctx: &Ctx, caller: &Caller, reason: &str) -> Result {
    ctx.permit(caller, Permission::BotPause)?;
    let reason = line(reason, LONGEST_REASON).ok_or(UserError::from(Mistake::LongReason))?;
    let pause = Pause { person: caller.person.clone(), reason, since: caller.at };
    let new = ctx.store.pause(&pause, &caller.key).await?;
    ctx.operators.refresh(&ctx.store).await?;
    let holds = ctx.operators.paused().unwrap_or(pause);
    if !new {
        return Ok(Reply::text(paused(&holds)));
    }
    tracing::warn!("everything is paused at an operator's wish");
    Ok(Reply::text(
        "I am paused now. Whoever asks me for something reads that you paused me, since when, and your reason. What is on its way waits and is done \
         afterwards; a reminder that falls due meanwhile is said late, or not any more when its meeting has begun.",
    )
    .note("`/firstmate resume` lets me go on. A restart does not."))
}

/// Lets everything go on.
pub(super) async fn end(ctx: &Ctx, caller: &Caller) -> Result {
    ctx.permit(caller, Permission::BotPause)?;
    let ended = ctx.store.resume(&caller.person, &caller.key, caller.at).await?;
    ctx.operators.refresh(&ctx.store).await?;
    if !ended {
        return Ok(Reply::text("I am not paused, so nothing was changed."));
    }
    tracing::warn!("everything goes on at an operator's wish");
    Ok(Reply::text("I go on. What waited is done now."))
}
