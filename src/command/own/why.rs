//! `why`: the last denial that somebody met, by which rule of which file, and whom to ask.

use super::when;
use crate::command::{Caller, Ctx, Result};
use crate::domain::person::Cause;
use crate::domain::reply::{Part, Reply};

/// Most people who are named as those to ask.
const MOST_NAMED: usize = 5;

pub(super) async fn run(ctx: &Ctx, caller: &Caller) -> Result {
    let Some(denied) = ctx.store.denied(&caller.person, caller.at).await? else {
        return Ok(Reply::text("You were not denied anything in the last 30 days."));
    };
    let cause = &denied.cause;
    let what = format!("On {} I denied you `{}`.", when(denied.at), cause.tried);
    Ok(Reply::default()
        .with(Part::Title("Why I said no".to_owned()))
        .with(Part::text(format!("{what} {} {}", rule(cause), whom_to_ask(ctx, cause))))
        .note("Only the newest denial is kept: what was tried and which rule decided, none of your words. It is erased after 30 days."))
}

fn rule(cause: &Cause) -> String {
    let keys: Vec<String> = cause.keys.iter().map(|key| format!("`{key}`")).collect();
    let file = &cause.file;
    match (cause.entry.as_str(), keys.as_slice()) {
        ("", []) => format!("No rule in {file} can allow it."),
        ("", keys) => format!("Nothing in {file} allows it here; {} decide.", keys.join(" and ")),
        (entry, _) if *entry == cause.tried => format!("The rule: a role in {file} must list `{entry}`."),
        (entry, keys) => format!("The nearest rule is `{entry}` in {file}; its {} did not fit.", keys.join(" and ")),
    }
}

/// Who has a role that would have been let through; the maintainers of the file otherwise.
fn whom_to_ask(ctx: &Ctx, cause: &Cause) -> String {
    let change = format!("a maintainer changes {} by pull request", cause.file);
    if cause.roles.is_empty() {
        return format!("Ask in {}: {change}.", ctx.knowledge.support().mention());
    }
    let roles: Vec<String> = cause.roles.iter().map(|role| format!("`{role}`")).collect();
    let roles = roles.join(" or ");
    let people = ctx.knowledge.roles().people_with(&cause.roles);
    if people.is_empty() {
        return format!("It is for the role {roles}, in which nobody is named yet: {change}.");
    }
    let named = people.iter().take(MOST_NAMED).map(|person| format!("[this member](person:{person})"));
    let named: Vec<String> = named.collect();
    format!("It is for the role {roles}. Ask {}, who has it; {change}.", named.join(" or "))
}
