//! `notice`: what stands on top of answers with a tag. The catalogue's notices are our own words; an operator's are somebody's, and stand
//! in a quotation.

use std::fmt::Write as _;

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use super::{LONGEST_NOTICE, Mistake, line, when, whom};
use crate::command::line::harmless;
use crate::command::{Caller, Ctx, Result, UserError};
use crate::domain::answers::{self, Answer};
use crate::domain::person::Permission;
use crate::domain::reply::{Part, Reply, literal};
use crate::store::OperatorNotice;

/// Arguments of `notice`.
#[derive(Debug, Args)]
pub struct Notice {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Every notice, and what it is called
    List,
    /// Put one on top of every answer with a tag
    Add {
        /// The tag
        tag: String,
        /// The last day on which it is said, as in 2026-12-23
        #[arg(long, value_name = "date")]
        until: Option<String>,
        /// What is said
        #[arg(required = true, num_args = 1.., trailing_var_arg = true)]
        text: Vec<String>,
    },
    /// Take one away
    Remove {
        /// What the list calls it
        notice: String,
    },
}

impl Notice {
    pub(super) async fn run(self, ctx: &Ctx, caller: &Caller) -> Result {
        ctx.permit(caller, Permission::BotNotice)?;
        match self.verb {
            Verb::List => list(ctx).await,
            Verb::Add { tag, until, text } => add(ctx, caller, &tag, until.as_deref(), &text.join(" ")).await,
            Verb::Remove { notice } => remove(ctx, caller, &notice).await,
        }
    }
}

async fn list(ctx: &Ctx) -> Result {
    let (own, catalogue) = (ctx.store.notices().await?, ctx.knowledge.notices());
    if own.is_empty() && catalogue.is_empty() {
        return Ok(Reply::text(
            "There is no notice. `/firstmate notice add TAG TEXT` puts one on top of every answer with that tag.",
        ));
    }
    let mut reply = Reply::default().with(Part::Title("Notices on top of answers".to_owned()));
    for notice in own {
        let until = notice.until.map(|until| format!(", until {}", day(until))).unwrap_or_default();
        let told =
            format!("`{}` on `{}`, by {} on {}{until}:", notice.id, notice.tag, whom(&notice.person), when(notice.at));
        reply = reply.with(Part::text(told)).with(Part::Quote(notice.words));
    }
    let mut list = String::new();
    for notice in catalogue {
        let until = notice.until.map(|until| format!(", until {}", day(until))).unwrap_or_default();
        let _ = writeln!(list, "- `{}`, from {}{until}: {}", notice.tag, day(notice.since), notice.text);
    }
    if !list.is_empty() {
        reply = reply.with(Part::text(format!("In commands/onboard/notices.toml, changed by pull request:\n\n{list}")));
    }
    Ok(reply.note("`/firstmate notice remove` and its name takes one away."))
}

async fn add(ctx: &Ctx, caller: &Caller, tag: &str, until: Option<&str>, text: &str) -> Result {
    if text.split_whitespace().any(|word| word == "--until" || word.starts_with("--until=")) {
        return Err(UserError::from(Mistake::UntilFirst).into());
    }
    let tag = known(ctx, tag)?;
    let words = line(text, LONGEST_NOTICE).ok_or(UserError::from(Mistake::LongNotice))?;
    let until = until.map(|until| to_come(until, caller.at.date_naive())).transpose()?;
    let id = format!("{:06x}", rand::random::<u32>() & 0x00ff_ffff);
    let notice = OperatorNotice { id, tag, words, until, person: caller.person.clone(), at: caller.at };
    if !ctx.store.add_notice(&notice, &caller.key).await? {
        return Err(UserError::from(Mistake::Full).into());
    }
    ctx.operators.refresh(&ctx.store).await?;
    let until = until.map(|until| format!(" until {}", day(until))).unwrap_or_default();
    Ok(Reply::text(format!("From now on every answer with the tag `{}` begins with this{until}:", notice.tag))
        .with(Part::Quote(notice.words))
        .note(format!("`/firstmate notice remove {}` takes it away.", notice.id)))
}

async fn remove(ctx: &Ctx, caller: &Caller, id: &str) -> Result {
    if !ctx.store.remove_notice(&id.to_lowercase(), &caller.person, &caller.key, caller.at).await? {
        return Err(UserError::from(Mistake::NoNotice).into());
    }
    ctx.operators.refresh(&ctx.store).await?;
    Ok(Reply::text("Taken away. Answers are without it from now on."))
}

/// The tag of the catalogue that is called so.
fn known(ctx: &Ctx, tag: &str) -> std::result::Result<String, UserError> {
    let tags = ctx.knowledge.tags();
    let tag = tag.to_lowercase();
    if let Some(known) = tags.iter().find(|known| known.to_lowercase() == tag) {
        return Ok((*known).to_owned());
    }
    let near =
        tags.iter().map(|known| (strsim::osa_distance(known, &tag), *known)).filter(|(distance, _)| *distance <= 2);
    let suggestion = near.min().map(|(_, known)| known.to_owned());
    let known: Vec<String> = tags.iter().map(|known| format!("`{known}`")).collect();
    Err(Mistake::UnknownTag { word: harmless(&tag), suggestion, known: known.join(", ") }.into())
}

fn to_come(date: &str, today: NaiveDate) -> std::result::Result<NaiveDate, UserError> {
    let date: Option<NaiveDate> = date.parse().ok();
    date.filter(|date| *date >= today).ok_or(Mistake::NoDay.into())
}

fn day(date: NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

/// What stands on top of `answer` on this day.
pub(in crate::command) fn above(ctx: &Ctx, answer: &Answer, today: NaiveDate) -> Vec<Part> {
    let catalogue =
        ctx.knowledge.notices().iter().filter(|notice| answer.tags.contains(&notice.tag) && notice.holds(today));
    let mut parts: Vec<Part> = catalogue.map(|notice| Part::text(ours(notice))).collect();
    for notice in ctx.operators.notices(&answer.tags, today) {
        parts.push(Part::text(format!("⚠️ **Notice** of {}, by an operator:", day(notice.at.date_naive()))));
        parts.push(Part::Quote(notice.words));
    }
    parts
}

fn ours(notice: &answers::Notice) -> String {
    let source = notice.source.as_ref().map(|url| format!(" [Source](<{url}>)")).unwrap_or_default();
    format!("⚠️ **Notice** of {}: {}{source}", literal(&day(notice.since)), notice.text)
}
