//! `meetings`: when the community meets, changes to single dates, and what is to be talked about.
//!
//! The catalogue says when a series meets; what people change here is stored beside it, holds from the next moment on, and is
//! shown as the lines that would make it part of the catalogue.

mod agenda;
mod change;
mod coming;
mod plan;
mod wording;

use chrono::{DateTime, TimeDelta, Utc};
use clap::{Args, Subcommand};

use super::{Caller, Ctx, Press, Pressed, Result, UserError};
use crate::domain::calendar::{Change, Refused, Series, feed};
use crate::domain::reply::Reply;
use crate::store::MOST_ITEMS;

use agenda::Agenda;
use change::Wish;

pub(super) use agenda::{item_form, submit};
pub use coming::{Coming, coming};
pub use plan::{Plan, Upcoming, upcoming};
pub(crate) use plan::{announce, correct};

/// The deed of the message shortcut "Add to the agenda".
pub const SHORTCUT: &str = "meetings.item";

/// Meetings that a list shows when nobody says how many, and at most.
const LISTED: usize = 6;
const MOST_LISTED: usize = 20;

/// Most characters of an item of an agenda, and of a reason.
const LONGEST_ITEM: usize = 300;

/// How far a feed looks back and ahead.
const FEED_BACK: TimeDelta = TimeDelta::days(92);
const FEED_AHEAD: TimeDelta = TimeDelta::days(366);

/// Arguments of `meetings`.
#[derive(Debug, Args)]
#[command(
    after_help = "For example:\n- `/meetings` the next of each\n- `/meetings list 10`\n- `/meetings agenda add coordination the new quota form`\n- `/meetings skip coordination 2026-12-23 holidays`"
)]
pub struct Meetings {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// The next meetings, 6 unless you say how many
    List {
        /// How many
        number: Option<usize>,
    },
    /// The address of the calendar, to subscribe to
    Calendar,
    /// What is to be talked about
    Agenda(Agenda),
    /// Skip one date, with a reason (for maintainers)
    Skip {
        /// Which meeting
        meeting: String,
        /// Its date, as in 2026-12-23, or `next`
        date: String,
        /// Why
        #[arg(required = true, num_args = 1.., trailing_var_arg = true, allow_hyphen_values = true)]
        reason: Vec<String>,
    },
    /// Move one date, with a reason (for maintainers)
    Move {
        /// Which meeting
        meeting: String,
        /// Its date, as in 2026-12-23, or `next`
        date: String,
        /// The new time by the meeting's own clock, as in 2026-12-24T08:30
        to: String,
        /// Why
        #[arg(required = true, num_args = 1.., trailing_var_arg = true, allow_hyphen_values = true)]
        reason: Vec<String>,
    },
    /// Undo what was skipped or moved (for maintainers)
    Restore {
        /// Which meeting
        meeting: String,
        /// Its planned date, as in 2026-12-23
        date: String,
        /// Why
        #[arg(num_args = 0.., trailing_var_arg = true, allow_hyphen_values = true)]
        reason: Vec<String>,
    },
}

/// What somebody wished of a meeting that cannot be. The text of each is what they read, in Markdown.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// There are no series at all.
    #[error("No meetings are in my catalogue yet. They are added as files under commands/meetings.")]
    NoMeetings,
    /// No series, or several, are called so.
    #[error("I do not know which meeting you mean. There are: {0}.")]
    WhichMeeting(String),
    /// What should be a date is none.
    #[error("That is no date I can read. Write it as in `2026-12-23`, or `next`.")]
    NoDate,
    /// What should be a time is none.
    #[error("That is no time I can read. Write it as in `2026-12-24T08:30`, by the meeting's own clock.")]
    NoTime,
    /// It is over.
    #[error("That meeting is over; it cannot be changed any more.")]
    Over,
    /// The new time is over.
    #[error("That time is over. Choose one that is still to come.")]
    IntoThePast,
    /// The change makes no sense.
    #[error("That does not go: {0}.")]
    Refused(#[from] Refused),
    /// Another meeting of the channel is then.
    #[error("{0} is at that time. Choose another.")]
    Taken(String),
    /// Nothing would change.
    #[error("That is so already; nothing was changed.")]
    AlreadySo,
    /// A reason or an item is too long.
    #[error("That is too long: {LONGEST_ITEM} characters is the most. Say it in a sentence.")]
    TooLong,
    /// The agenda is full.
    #[error("The agenda is full: {MOST_ITEMS} items is the most. Take one off first.")]
    Full,
    /// The agenda has no such item.
    #[error("The agenda has no item of that number. `/meetings agenda` lists them.")]
    NoItem,
}

impl Meetings {
    pub(super) async fn run(self, ctx: &Ctx, caller: &Caller) -> Result {
        // What only reads is content with what was known a moment ago; what changes something looks at the store.
        let series = match &self.verb {
            None | Some(Verb::List { .. } | Verb::Calendar) => plan::known(ctx),
            Some(_) => plan::current(ctx, caller.at).await?,
        };
        if series.is_empty() {
            return Err(UserError::from(Mistake::NoMeetings).into());
        }
        match self.verb {
            None => Ok(wording::next_of_each(&series, caller.at)),
            Some(Verb::List { number }) => {
                Ok(wording::list(&series, caller.at, number.unwrap_or(LISTED).clamp(1, MOST_LISTED)))
            }
            Some(Verb::Calendar) => Ok(wording::calendar(ctx.public_url.as_deref(), &series)),
            Some(Verb::Agenda(agenda)) => agenda.run(ctx, caller, &series).await,
            Some(Verb::Skip { meeting, date, reason }) => {
                let wish = Wish { meeting: &meeting, date: &date, change: Change::Skip, reason: &reason.join(" ") };
                change::record(ctx, caller, &series, wish).await
            }
            Some(Verb::Move { meeting, date, to, reason }) => {
                let change = Change::MoveTo(change::time(&to)?);
                let wish = Wish { meeting: &meeting, date: &date, change, reason: &reason.join(" ") };
                change::record(ctx, caller, &series, wish).await
            }
            Some(Verb::Restore { meeting, date, reason }) => {
                let wish = Wish { meeting: &meeting, date: &date, change: Change::Restore, reason: &reason.join(" ") };
                change::record(ctx, caller, &series, wish).await
            }
        }
    }
}

/// Answers the question about a New Year of 53 weeks.
pub(super) fn press(ctx: &Ctx, deed: &str, press: &Press) -> Result<Pressed> {
    match deed {
        "keep" => Ok(Pressed::Instead(Reply::text(
            "Kept: the meetings go on alternating every week. Their week numbers change sides, and the announcements show that.",
        ))),
        "anchor" => Ok(Pressed::Instead(wording::anchors(ctx.knowledge.meetings(), &press.value))),
        // Opens a page; Slack tells us all the same.
        "google" => Ok(Pressed::Nothing),
        _ => Err(UserError::UnknownPress.into()),
    }
}

/// The next dates of the series that `ids` name, Markdown; `None` when there is none to tell.
pub(super) fn next_dates(ctx: &Ctx, ids: &[String], now: DateTime<Utc>) -> Option<String> {
    if ids.is_empty() {
        return None;
    }
    wording::next_lines(&plan::known(ctx), ids, now)
}

/// The iCalendar text of the series `name`, or of all; `None` when there is no such series.
///
/// # Errors
/// When the store fails.
pub async fn calendar(ctx: &Ctx, name: Option<&str>, now: DateTime<Utc>) -> anyhow::Result<Option<String>> {
    let mut series = plan::current_for_anybody(ctx, (now - FEED_BACK).date_naive()).await?;
    if let Some(name) = name {
        series.retain(|one| one.id == name);
        if series.is_empty() {
            return Ok(None);
        }
    }
    let days = (now - FEED_BACK).date_naive()..=(now + FEED_AHEAD).date_naive();
    Ok(Some(feed::text(&series, &days)))
}

/// The series that is called so: by its id, or by the beginning of a word of its id or title.
fn named<'a>(series: &'a [Series], name: &str) -> std::result::Result<&'a Series, UserError> {
    let name = name.to_lowercase();
    if let Some(exact) = series.iter().find(|one| one.id == name) {
        return Ok(exact);
    }
    let called = |one: &&Series| {
        let title = one.title.to_lowercase();
        let mut words = title.split(|c: char| !c.is_alphanumeric()).chain(one.id.split('-'));
        !name.is_empty() && (title == name || words.any(|word| word.starts_with(&name)))
    };
    let mut found = series.iter().filter(called);
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        _ => {
            let names: Vec<String> = series.iter().map(|one| format!("`{}`", one.id)).collect();
            Err(Mistake::WhichMeeting(names.join(", ")).into())
        }
    }
}

fn short(words: &str) -> std::result::Result<String, UserError> {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() > LONGEST_ITEM { Err(Mistake::TooLong.into()) } else { Ok(words) }
}
