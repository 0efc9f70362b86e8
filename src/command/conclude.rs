//! Where every command begins and ends: whether anything is done at all at this moment, and what is counted and noted of what came of it.
//! Knows no command.

use std::time::Duration;

use super::count::{self, Deed};
use super::{Caller, Ctx, Result, UserError};

/// How long noting a denial may keep its answer waiting: a person sees no difference.
const NOTED_WITHIN: Duration = Duration::from_millis(300);

/// Counts what came of a deed, and notes what was denied: the one place that both go through.
pub(super) async fn conclude<T>(ctx: &Ctx, caller: &Caller, deed: Option<Deed>, outcome: Result<T>) -> Result<T> {
    if let Some(deed) = deed {
        deed.ends(&outcome);
    }
    if let Err(error) = &outcome
        && let Some(cause) = count::denial(error)
    {
        let noted = ctx.store.deny(&caller.person, &cause, &caller.key, caller.at);
        match tokio::time::timeout(NOTED_WITHIN, noted).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(error = format!("{error:#}"), "a denial was not noted"),
            Err(_) => tracing::error!("a denial was not noted in time"),
        }
    }
    outcome
}

/// Whether anything but what `goes_on` is refused at this moment.
pub(super) fn stands_still(ctx: &Ctx, goes_on: bool) -> std::result::Result<(), UserError> {
    match ctx.operators.paused() {
        Some(pause) if !goes_on => Err(UserError::Paused(pause)),
        _ => Ok(()),
    }
}
