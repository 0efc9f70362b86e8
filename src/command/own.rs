//! `firstmate`: about the bot itself. Who somebody is to it, why it said no, what was done through it, what it keeps and forgets; and for
//! operators the switch that stops it, and notices on top of answers. All of it works while the bot is paused, but for notices.

mod audit;
mod forget;
mod notice;
mod pause;
mod refused;
mod whoami;
mod why;

use chrono::{DateTime, Utc};
use clap::Subcommand;

use super::{Caller, Ctx, Press, Pressed, Result, UserError};
use crate::domain::inert::visible;
use crate::domain::reply::literal;
use crate::store::{MOST_NOTICES, Pause};

use audit::Audit;
use notice::Notice;

pub(super) use notice::above;
pub use refused::tell_of_refusal;

/// Most characters of the reason for a pause: it is a part of one sentence.
const LONGEST_REASON: usize = 200;

/// Most characters of a notice: it stands above an answer, and is none.
const LONGEST_NOTICE: usize = 300;

/// What the bot can be told about itself.
#[derive(Debug, Subcommand)]
pub enum Own {
    /// Who you are to me: your roles, what you may do here, what I keep about you
    Whoami,
    /// Why I last said no to you, and whom to ask
    Why,
    /// What was done through me, and what I denied
    Audit(Audit),
    /// Erase what I keep about you; you see what that is first
    ForgetMe,
    /// Stop everything that I do, until somebody resumes it (for admins)
    Pause {
        /// Why, for everybody to read
        #[arg(num_args = 0.., trailing_var_arg = true, allow_hyphen_values = true)]
        reason: Vec<String>,
    },
    /// Let me go on after a pause (for admins)
    Resume,
    /// What stands on top of answers with a tag, as when something was retired (for admins)
    Notice(Notice),
}

/// What somebody wished that cannot be. The text of each is what they read, in Markdown.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// The reason for a pause is too long.
    #[error("That is too long: {LONGEST_REASON} characters is the most. Give the reason in a sentence.")]
    LongReason,
    /// A notice is too long.
    #[error("That is too long: {LONGEST_NOTICE} characters is the most. More than that belongs into an answer.")]
    LongNotice,
    /// No answer has that tag.
    #[error("No answer has the tag `{word}`.{} There are: {known}.", meant(.suggestion))]
    UnknownTag {
        /// What was typed.
        word: String,
        /// What was probably meant.
        suggestion: Option<String>,
        /// The tags that there are.
        known: String,
    },
    /// What should be a date is none, or is over.
    #[error(
        "`--until` takes a date that is still to come, as in `--until 2026-12-23`: the last day on which it is said."
    )]
    NoDay,
    /// The last day stands in the text.
    #[error("`--until` stands before the text: `/firstmate notice add TAG --until 2026-12-23 TEXT`.")]
    UntilFirst,
    /// There are too many.
    #[error(
        "There are {MOST_NOTICES} notices, which is the most. Remove one first: `/firstmate notice list` shows them."
    )]
    Full,
    /// There is none of that name.
    #[error(
        "There is no notice of that name. `/firstmate notice list` shows them; those of the catalogue are changed in commands/onboard/notices.toml, by pull request."
    )]
    NoNotice,
}

fn meant(suggestion: &Option<String>) -> String {
    suggestion.as_ref().map(|tag| format!(" Did you mean `{tag}`?")).unwrap_or_default()
}

impl Own {
    pub(super) async fn run(self, ctx: &Ctx, caller: &Caller) -> Result {
        match self {
            Self::Whoami => whoami::run(ctx, caller).await,
            Self::Why => why::run(ctx, caller).await,
            Self::Audit(audit) => audit.run(ctx, caller).await,
            Self::ForgetMe => forget::ask(ctx, caller).await,
            Self::Pause { reason } => pause::begin(ctx, caller, &reason.join(" ")).await,
            Self::Resume => pause::end(ctx, caller).await,
            Self::Notice(notice) => notice.run(ctx, caller).await,
        }
    }

    /// Whether it can be done while everything stands still.
    pub(super) const fn goes_on(&self) -> bool {
        !matches!(self, Self::Notice(_))
    }
}

/// Does what the button `deed` promises.
pub(super) async fn press(ctx: &Ctx, caller: &Caller, deed: &str, press: &Press) -> Result<Pressed> {
    match deed {
        "older" => audit::older(ctx, caller, &press.value).await,
        "forget" => forget::erase(ctx, caller).await,
        _ => Err(UserError::UnknownPress.into()),
    }
}

/// Why nothing is done, as a sentence.
pub(super) fn paused(pause: &Pause) -> String {
    let reason = if pause.reason.is_empty() { String::new() } else { format!(" ({})", literal(&pause.reason)) };
    format!(
        "I was paused by {} on {}{reason}: nothing is lost, and nothing is done, until somebody who may says `/firstmate resume`.",
        whom(&pause.person),
        when(pause.since)
    )
}

/// An instant; each reader sees it by their own clock.
fn when(instant: DateTime<Utc>) -> String {
    format!("[{}](time:{})", instant.format("%a %-d %b %Y, %H:%M UTC"), instant.timestamp())
}

/// Somebody; whoever was forgotten has no name.
fn whom(person: &str) -> String {
    if person.is_empty() { "an operator".to_owned() } else { format!("[a member](person:{person})") }
}

/// Somebody's words in one line, without what cannot be seen; none where there are more than `most` characters.
fn line(words: &str, most: usize) -> Option<String> {
    let line = visible(words).split_whitespace().collect::<Vec<_>>().join(" ");
    (line.chars().count() <= most).then_some(line)
}
