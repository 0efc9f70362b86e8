//! The next of each series for pages that anybody may read: no reason that somebody gave, no item of an agenda.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::plan;
use crate::command::Ctx;
use crate::domain::calendar::{Occurrence, Series, Status};

/// One meeting that is to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Coming {
    /// Its series, as the calendar's address has it.
    pub id: String,
    /// As people call it.
    pub title: String,
    /// RFC 3339.
    pub starts: String,
    /// By the meeting's own clock.
    pub local: String,
    /// By everybody's.
    pub utc: String,
    /// That it was moved, or that one before it is skipped.
    pub note: Option<String>,
    /// The way in.
    pub join: Option<String>,
}

/// The next of each series, the soonest first.
pub fn coming(ctx: &Ctx, now: DateTime<Utc>) -> Vec<Coming> {
    let known = plan::known(ctx);
    let mut next: Vec<(&Series, Occurrence)> = known.iter().filter_map(|one| Some((one, one.next(now)?))).collect();
    next.sort_by_key(|(_, occurrence)| occurrence.starts);
    next.into_iter().map(|(series, occurrence)| told(series, &occurrence, now)).collect()
}

fn told(series: &Series, next: &Occurrence, now: DateTime<Utc>) -> Coming {
    let day = |of: &Occurrence| of.original.format("%a %-d %b").to_string();
    let skipped = series
        .upcoming(now.date_naive(), 2)
        .into_iter()
        .find(|one| one.status == Status::Skipped && one.original > now && one.original < next.starts);
    let note = match (next.status, skipped) {
        (Status::Moved, _) => Some(format!("Moved from {}.", next.original.format("%a %-d %b, %H:%M %Z"))),
        (_, Some(skipped)) => Some(format!("Skipped on {}.", day(&skipped))),
        _ => None,
    };
    Coming {
        id: series.id.clone(),
        title: series.title.clone(),
        starts: next.starts.to_rfc3339(),
        local: next.starts.format("%A, %-d %B %Y, %H:%M %Z").to_string(),
        utc: next.starts.to_utc().format("%H:%M UTC").to_string(),
        note,
        join: series.join.clone(),
    }
}
