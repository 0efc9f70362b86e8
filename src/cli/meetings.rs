//! `firstmate meetings`: which meetings take place between two days, for people, for programs, or as a calendar.

use std::io::{self, Write as _};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::{Days, NaiveDate, SecondsFormat};
use clap::Args;
use firstmate::domain::calendar::{FIRST_DAY, LAST_DAY, Occurrence, Series, Status, feed};
use serde_json::{Value, json};

/// People plan so far ahead.
const SHOWN_AHEAD: Days = Days::new(8 * 7);
/// What the shell is told about wrong usage, as clap does.
const WRONG_USAGE: u8 = 2;

/// List the meetings whose local date lies between two days, both included.
#[derive(Debug, Args)]
pub(crate) struct Meetings {
    /// The first day; today by default.
    #[arg(long, value_name = "DATE")]
    from: Option<NaiveDate>,
    /// The last day; 8 weeks after the first by default.
    #[arg(long, value_name = "DATE")]
    to: Option<NaiveDate>,
    /// One JSON object a line: `meeting`, `title`, `starts`, `ends`, `iso_week`, `status`, `original`, `note`.
    #[arg(long)]
    json: bool,
    /// An iCalendar file.
    #[arg(long, conflicts_with = "json")]
    ics: bool,
    /// The catalogue's folder; `commands/` here by default, else the copy in the binary.
    #[arg(long, value_name = "DIR")]
    commands: Option<PathBuf>,
}

impl Meetings {
    /// Lists and prints; `today` is the day by the clock.
    pub(crate) fn run(&self, today: NaiveDate) -> anyhow::Result<ExitCode> {
        let from = self.from.unwrap_or(today);
        let later = || from.checked_add_days(SHOWN_AHEAD).unwrap_or(from);
        let to = self.to.unwrap_or_else(later);
        if to < from {
            writeln!(io::stderr(), "firstmate: --to {to} lies before --from {from}: give the earlier day to --from")?;
            return Ok(ExitCode::from(WRONG_USAGE));
        }
        if from < FIRST_DAY || to > LAST_DAY {
            writeln!(
                io::stderr(),
                "meetings are computed from {FIRST_DAY} to {LAST_DAY} only: the rules of summer time are not known beyond"
            )?;
        }
        let catalogue = super::catalogue(&super::files(self.commands.as_deref())?, today)?;
        let days = from..=to;
        let mut out = io::stdout().lock();
        if self.ics {
            write!(out, "{}", feed::text(&catalogue.meetings, &days))?;
        } else {
            for (series, occurrence) in listed(&catalogue.meetings, &days) {
                if self.json {
                    writeln!(out, "{}", as_json(series, &occurrence))?;
                } else {
                    writeln!(out, "{}: {}", series.title, as_text(&occurrence))?;
                }
            }
        }
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Everything on these days, by start.
fn listed<'a>(meetings: &'a [Series], days: &RangeInclusive<NaiveDate>) -> Vec<(&'a Series, Occurrence)> {
    let mut listed: Vec<(&Series, Occurrence)> = meetings
        .iter()
        .flat_map(|series| {
            let occurrences = series.occurrences(days).into_iter();
            occurrences.map(move |occurrence| (series, occurrence))
        })
        .collect();
    listed.sort_by(|(one, a), (other, b)| (a.starts, &one.id).cmp(&(b.starts, &other.id)));
    listed
}

/// An occurrence for programs.
pub(super) fn as_json(series: &Series, occurrence: &Occurrence) -> Value {
    let written = |at: &chrono::DateTime<_>| at.to_rfc3339_opts(SecondsFormat::Secs, false);
    let moved = occurrence.status == Status::Moved;
    json!({
        "meeting": series.id, "title": series.title,
        "starts": written(&occurrence.starts), "ends": written(&occurrence.ends),
        "iso_week": occurrence.iso_week(), "status": occurrence.status.name(),
        "original": moved.then(|| written(&occurrence.original)), "note": occurrence.note,
    })
}

/// An occurrence for people: by the series' clock and in UTC.
pub(super) fn as_text(occurrence: &Occurrence) -> String {
    let became = match occurrence.status {
        Status::Planned => String::new(),
        Status::Skipped => " · skipped".to_owned(),
        Status::Moved => format!(" · moved from {}", occurrence.original.format("%a %Y-%m-%d %H:%M")),
    };
    let note = occurrence.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
    format!(
        "{} to {} ({} UTC), ISO week {}{became}{note}",
        occurrence.starts.format("%a %Y-%m-%d %H:%M %Z"),
        occurrence.ends.format("%H:%M"),
        occurrence.starts.to_utc().format("%H:%M"),
        occurrence.iso_week(),
    )
}
