//! Keeping a thread and its issue in step: begun by whoever filed it, told to everybody in the thread, stopped by any of them.

use super::Mistake;
use crate::command::{Caller, Ctx, Pressed, Result, UserError};
use crate::domain::effect::Effect;
use crate::domain::redact::Emails;
use crate::domain::reply::{Button, Reply, literal};
use crate::domain::transcript::{Choices, Message, Names, Transcript};
use crate::store::{Became, Entry, Job};

/// Begins it.
pub(super) async fn begin(ctx: &Ctx, caller: &Caller, key: &str) -> Result<Pressed> {
    let filed = ctx.store.filed(key).await?.ok_or(UserError::from(Mistake::Unknown))?;
    if filed.person != caller.person {
        return Err(UserError::from(Mistake::NotYours).into());
    }
    if !filed.in_public || filed.channel.is_empty() {
        return Err(UserError::from(Mistake::NotInPublic).into());
    }
    if filed.in_step > 0 {
        return Ok(Pressed::Below(Reply::text("They are kept in step already. *Stop* in the thread ends it.")));
    }
    let reply = Reply::text(format!(
        "From now on replies in this thread are copied to [{}#{}]({}), where **everybody can read them**, and comments from there come here.",
        literal(&filed.repository),
        filed.number,
        filed.url
    ))
    .buttons(vec![Button::send("Stop", "issue.stop", key)])
    .note("Secrets that I recognise are taken out. To say something to me only, mention me. Anybody here can stop it.");
    // It may be begun, stopped and begun again.
    let job =
        Job { key: format!("step:{key}:{}", filed.version), effect: Effect::KeepInStep { of: key.to_owned(), reply } };
    let asked = caller.asks("issue.step", &format!("{}#{}", filed.repository, filed.number), &job.key);
    ctx.store.take_wish(std::slice::from_ref(&job.key), std::slice::from_ref(&job), &asked).await?;
    Ok(Pressed::Below(Reply::text("I keep them in step from now on, and say so in the thread.")))
}

/// Ends it.
pub(super) async fn stop(ctx: &Ctx, caller: &Caller, key: &str) -> Result<Pressed> {
    let filed = ctx.store.filed(key).await?.ok_or(UserError::from(Mistake::Unknown))?;
    ctx.store.keep_in_step(key, 0).await?;
    let target = format!("{}#{}", filed.repository, filed.number);
    ctx.store.enter(&Entry { became: Became::Done, ..caller.asks("issue.stop", &target, &caller.key) }).await?;
    Ok(Pressed::Instead(Reply::text("Stopped: replies stay here, and comments stay on GitHub.")))
}

/// What a reply says on GitHub. None where it is not carried over any more.
///
/// # Errors
/// When the store fails.
pub(crate) async fn carry(ctx: &Ctx, of: &str, message: &Message) -> anyhow::Result<Option<Effect>> {
    let Some(filed) = ctx.store.filed(of).await?.filter(|filed| filed.in_step > 0) else {
        return Ok(None);
    };
    let names = if filed.named {
        super::source::names(ctx, std::slice::from_ref(message), None).await
    } else {
        Names::default()
    };
    let choices = Choices { named: filed.named, emails: Emails::Hide };
    let transcript = Transcript::of(std::slice::from_ref(message), &names, choices);
    if transcript.entries.is_empty() {
        return Ok(None);
    }
    let (repository, number, body) = (filed.repository, filed.number, transcript.markdown());
    Ok(Some(Effect::Comment { repository, number, body }))
}
