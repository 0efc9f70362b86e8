//! `forget-me`: what is kept about somebody, and its end.

use std::fmt::Write as _;

use crate::command::{Caller, Ctx, Pressed, Result};
use crate::domain::reply::{Button, Part, Reply};
use crate::store::Kept;

/// What somebody reads about whom nothing is kept.
const NOTHING: &str = "I keep nothing about you, so there is nothing to erase.";

/// Says what would be erased.
pub(super) async fn ask(ctx: &Ctx, caller: &Caller) -> Result {
    let kept = ctx.store.kept(&caller.person).await?;
    if kept.is_nothing() {
        return Ok(Reply::text(NOTHING));
    }
    Ok(Reply::default()
        .with(Part::Title("What I keep about you".to_owned()))
        .with(Part::text(listed(&kept)))
        .with(Part::text(
            "*Erase it* does that for good. Items of agendas are removed, and I no longer follow or tell you of your issues. What has not \
             left me yet is withdrawn. In changes of meetings, in notices and in the audit log your id goes, and the rest stays: the log \
             says `forgotten` where it named you."
                .to_owned(),
        ))
        .note("What I posted in Slack or filed on GitHub for you stays there: delete it there, or ask an admin.")
        .buttons(vec![Button::send("Erase it", "firstmate.forget", "me")]))
}

/// Erases it.
pub(super) async fn erase(ctx: &Ctx, caller: &Caller) -> Result<Pressed> {
    if ctx.store.kept(&caller.person).await?.is_nothing() {
        return Ok(Pressed::Instead(Reply::text(NOTHING)));
    }
    ctx.store.forget(&caller.person, caller.at).await?;
    ctx.operators.refresh(&ctx.store).await?;
    Ok(Pressed::Instead(Reply::text(
        "Erased. I keep nothing about you any more; `/firstmate whoami` shows it. When you ask me for something again, I begin anew.",
    )))
}

/// A line for each kind of thing that is kept.
pub(super) fn listed(kept: &Kept) -> String {
    let kinds = [
        (kept.issues, "issue that you asked for", "issues that you asked for"),
        (kept.drafts, "window that you have not sent", "windows that you have not sent"),
        (kept.items, "item of an agenda", "items of agendas"),
        (kept.changes, "change of a meeting", "changes of meetings"),
        (kept.notices, "notice or pause that you gave", "notices and pauses that you gave"),
        (kept.denials, "rule by which I last said no to you", "rules by which I last said no to you"),
        (kept.waiting, "thing that is on its way for you", "things that are on their way for you"),
        (kept.entries, "entry of the audit log", "entries of the audit log"),
    ];
    let mut list = String::new();
    for (count, one, many) in kinds.into_iter().filter(|(count, ..)| *count > 0) {
        let _ = writeln!(list, "- {count} {}", if count == 1 { one } else { many });
    }
    list
}
