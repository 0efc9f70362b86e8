//! `whoami`: who somebody is to the bot where they ask.

use std::fmt::Write as _;

use super::forget;
use crate::command::{Caller, Ctx, Result};
use crate::domain::cluster::policy::Asker;
use crate::domain::issue::REPOSITORIES_FILE;
use crate::domain::person::{Permission, ROLES_FILE, Role};
use crate::domain::reply::{Part, Reply};

/// Most names that are told of a list; the files have the rest.
const MOST_TOLD: usize = 5;

pub(super) async fn run(ctx: &Ctx, caller: &Caller) -> Result {
    let kept = ctx.store.kept(&caller.person).await?;
    let kept = if kept.is_nothing() {
        "I keep nothing about you.".to_owned()
    } else {
        format!("I keep about you:\n\n{}", forget::listed(&kept))
    };
    Ok(Reply::default()
        .with(Part::Title("Who you are to me".to_owned()))
        .with(Part::text(format!("You are [this member](person:{}).\n\n{}", caller.person, roles(ctx, caller))))
        .with(Part::text(format!("{} you may:\n\n{}", place(caller), allowed(ctx, caller))))
        .with(Part::text(kept))
        .note("`/firstmate forget-me` erases what I keep; `/firstmate why` says why I last said no to you."))
}

fn place(caller: &Caller) -> &'static str {
    if caller.in_company() { "In this channel" } else { "In our direct messages" }
}

fn roles(ctx: &Ctx, caller: &Caller) -> String {
    let mut list = String::new();
    for role in ctx.knowledge.roles().of(&caller.person, &caller.place.channel) {
        let _ = writeln!(list, "- `{}`: {} (`[roles.{}]` in {ROLES_FILE})", role.name, permits(role), role.name);
    }
    if list.is_empty() {
        return format!("You have no role here. Roles stand in {ROLES_FILE}; a maintainer gives them by pull request.");
    }
    format!("Your roles here:\n\n{list}")
}

fn permits(role: &Role) -> String {
    if role.may.is_empty() {
        return "named by rules, permits nothing by itself".to_owned();
    }
    let may: Vec<String> = role.may.iter().map(|may| format!("{} (`{}`)", may.means(), may.name())).collect();
    format!("may {}", may.join(", "))
}

fn allowed(ctx: &Ctx, caller: &Caller) -> String {
    let (knowledge, place) = (&ctx.knowledge, caller.place.channel.as_str());
    let roles = knowledge.roles();
    let mut list = "- ask me, see the meetings, and add to and take from their agendas, as everybody may\n".to_owned();
    let own = Permission::ALL.into_iter().filter(|may| roles.allows(&caller.person, place, *may).is_ok());
    for may in own {
        let _ = writeln!(list, "- {} (`{}`)", may.means(), may.name());
    }
    let repositories = knowledge.repositories().iter().filter(|one| one.allows(&caller.person, place, roles).is_ok());
    let repositories: Vec<&str> = repositories.map(|one| one.name.as_str()).collect();
    if !repositories.is_empty() {
        let _ = writeln!(list, "- file issues in {} ({REPOSITORIES_FILE})", several(&repositories));
    }
    let asker = Asker { person: &caller.person, channel: place };
    let rules: Vec<&str> = knowledge.policy().rules_for(&asker, roles).map(|rule| rule.name.as_str()).collect();
    if !rules.is_empty() {
        let word = if rules.len() == 1 { "rule" } else { "rules" };
        let _ = writeln!(list, "- look at clusters by the {word} {} (commands/cluster/policy.toml)", several(&rules));
    }
    list
}

fn several(names: &[&str]) -> String {
    let mut told: Vec<String> = names.iter().take(MOST_TOLD).map(|name| format!("`{name}`")).collect();
    if let Some(more) = names.len().checked_sub(MOST_TOLD).filter(|more| *more > 0) {
        told.push(format!("{more} more"));
    }
    told.join(", ")
}
