//! Windows: opened within Slack's three seconds with something to look at, and filled when what is slow is done.

use std::time::Duration;

use super::{ACK_BUDGET, Door};
use crate::command::{self, Caller, Opening, issue};
use crate::domain::reply::{Form, Reply};
use crate::slack::{Failure, Slack};

/// How long after an answer the window it is for may be changed again: what Slack has not shown yet would cover the change.
const AFTER_THE_ANSWER: Duration = Duration::from_millis(500);

/// Opens a window at once and fills it when what is slow is done. Answers with what to tell where it did not open.
pub(super) async fn begin(door: &Door, caller: &Caller, trigger: &str, opening: Opening) -> Option<Reply> {
    let Opening { first, draft } = opening;
    let ctx = door.0.ctx.now();
    let (opened, ()) = futures::join!(door.0.slack.open(trigger, &first), command::keep(&ctx, caller, &draft));
    match opened {
        Ok(view) => {
            let form = command::load(&ctx, caller, *draft).await;
            show(&door.0.slack, &view, &form).await;
            None
        }
        Err(failure) => Some(not_opened(&failure)),
    }
}

/// Makes a window show something else. One that was closed meanwhile needs nothing any more; where Slack does not take what it was to
/// show, it says so instead of loading for ever.
pub(super) async fn show(slack: &Slack, view: &str, form: &Form) {
    if let Err(failure @ Failure::Refused(_)) = shown(slack, view, form).await {
        tracing::warn!(%failure, "a window could not be filled");
        let sorry = Reply::text(
            "Slack does not take this window as I made it. File it on GitHub itself meanwhile, and tell #support which form it was.",
        );
        let _ = shown(slack, view, &command::apologetic(&sorry, String::new())).await;
    }
}

async fn shown(slack: &Slack, view: &str, form: &Form) -> Result<(), Failure> {
    // Doing it twice does it once.
    let mut shown = slack.update_window(view, form).await;
    if let Err(failure @ (Failure::Unanswered(_) | Failure::Limited(_))) = &shown {
        tracing::info!(%failure, "a window could not be filled at once");
        shown = slack.update_window(view, form).await;
    }
    match shown {
        Err(Failure::Refused(code)) if code == "not_found" => Ok(()),
        shown => shown,
    }
}

/// What to tell where a window did not open.
pub(super) fn not_opened(failure: &Failure) -> Reply {
    tracing::warn!(%failure, "a window did not open");
    Reply::text(match failure {
        Failure::Refused(code) if code.contains("trigger") => {
            "The window did not open: Slack gives it three seconds, and they were over. Try it once more."
        }
        Failure::NoToken => "The window did not open: nobody gave me a token for it yet. Ask in #support instead.",
        _ => "The window did not open, because Slack did not take it. Try again in a minute.",
    })
}

/// What the window shows next: what follows if that is known in time, else something to look at until it is.
#[expect(clippy::disallowed_methods, reason = "Slack shows this answer when it has read it, and says nothing then")]
pub(super) async fn turn(door: &Door, caller: Caller, view: String, first: Form, draft: issue::Draft) -> Form {
    let bot = door.clone();
    let mut work = door.0.tasks.spawn(async move { command::load(&bot.0.ctx.now(), &caller, draft).await });
    if let Ok(Ok(form)) = tokio::time::timeout(ACK_BUDGET, &mut work).await {
        return form;
    }
    let later = door.clone();
    door.0.tasks.spawn(async move {
        tokio::time::sleep(AFTER_THE_ANSWER).await;
        if let Ok(form) = work.await {
            show(&later.0.slack, &view, &form).await;
        }
    });
    first
}
