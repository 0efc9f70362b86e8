//! `audit`: what was done through the bot and what it denied, newest first: one's own for everybody, all of it by permission.

use std::fmt::Write as _;

use clap::{Args, Subcommand};

use super::when;
use crate::command::{Caller, Ctx, Pressed, Result, UserError};
use crate::domain::person::{FORGOTTEN, Permission};
use crate::domain::reply::{Button, Part, Reply};
use crate::store::Entered;

/// Entries of one page: with people and times, as many as fit a section of a message.
const PAGE: usize = 15;

/// Most characters of a target that are shown.
const LONGEST_TARGET: usize = 80;

/// Arguments of `audit`.
#[derive(Debug, Args)]
pub struct Audit {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Only what you did and were denied; anybody may
    Mine,
}

impl Audit {
    pub(super) async fn run(self, ctx: &Ctx, caller: &Caller) -> Result {
        page(ctx, caller, self.verb.is_some(), None).await
    }
}

/// What a button carries: whose entries, and before which one.
fn packed(mine: bool, before: &str) -> String {
    format!("{} {before}", if mine { "mine" } else { "all" })
}

/// The page before the one below which it was pressed. Whoever presses must be allowed to read it now.
pub(super) async fn older(ctx: &Ctx, caller: &Caller, value: &str) -> Result<Pressed> {
    let (whose, before) = value.split_once(' ').ok_or(UserError::UnknownPress)?;
    Ok(Pressed::Instead(page(ctx, caller, whose == "mine", Some(before)).await?))
}

async fn page(ctx: &Ctx, caller: &Caller, mine: bool, before: Option<&str>) -> Result {
    if !mine {
        ctx.permit(caller, Permission::AuditRead)?;
    }
    let person = mine.then_some(caller.person.as_str());
    // One more than is shown tells whether there is another page.
    let mut entries = ctx.store.entries(person, before, PAGE as i64 + 1).await?;
    let more = entries.len() > PAGE;
    entries.truncate(PAGE);
    if entries.is_empty() {
        let whose = if mine { "of yours " } else { "" };
        let older = if before.is_some() { "older " } else { "" };
        return Ok(Reply::text(format!("The audit log has no {older}entry {whose}yet.")));
    }
    let mut list = String::new();
    for entry in &entries {
        let _ = writeln!(list, "- {}", told(entry, mine));
    }
    let title = if mine { "What you did through me" } else { "What was done through me" };
    let reply = Reply::default()
        .with(Part::Title(title.to_owned()))
        .with(Part::text(list))
        .note("The audit log holds ids and verbs, not words, and forgets them after a year.");
    let last = entries.last().map(|entry| entry.id.as_str()).filter(|_| more);
    Ok(match last {
        Some(last) => reply.buttons(vec![Button::send("Older", "firstmate.older", packed(mine, last))]),
        None => reply,
    })
}

fn told(entry: &Entered, mine: bool) -> String {
    let who = match entry.person.as_str() {
        _ if mine => String::new(),
        "" => " firstmate itself,".to_owned(),
        FORGOTTEN => " somebody who was forgotten,".to_owned(),
        person => format!(" [a member](person:{person}),"),
    };
    let target: String = entry.target.chars().filter(|&c| c != '`' && !c.is_control()).take(LONGEST_TARGET).collect();
    let target = if target.is_empty() { String::new() } else { format!(" `{target}`") };
    format!("{}:{who} `{}`{target}, {}", when(entry.at), entry.verb, entry.outcome)
}
