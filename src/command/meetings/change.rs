//! Changes of single dates: who may, what can be, and what is recorded.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::{Mistake, named, short, wording};
use crate::command::{Caller, Ctx, Result, UserError};
use crate::domain::calendar::{Change, Exception, Occurrence, Series};
use crate::domain::person::Permission;
use crate::domain::reply::Reply;
use crate::store::MeetingChange;

/// What somebody wishes of one date.
pub(super) struct Wish<'a> {
    pub(super) meeting: &'a str,
    pub(super) date: &'a str,
    pub(super) change: Change,
    pub(super) reason: &'a str,
}

/// Records a change of one date, when the person's role allows it and it makes sense.
pub(super) async fn record(ctx: &Ctx, caller: &Caller, series: &[Series], wish: Wish<'_>) -> Result {
    ctx.permit(caller, Permission::MeetingsChange)?;
    let reason = short(wish.reason)?;
    let found = named(series, wish.meeting)?;
    let holds = planned(found, wish.date, caller.at)?;
    let exception = Exception { date: holds.date, change: wish.change, reason };
    let then = possible(series, found, &holds, &exception, caller.at).map_err(UserError::from)?;
    let recorded = MeetingChange {
        series: found.id.clone(),
        date: holds.date,
        change: wish.change,
        reason: exception.reason.clone(),
        person: caller.person.clone(),
        at: caller.at,
    };
    if !ctx.store.change_meeting(std::slice::from_ref(&caller.key), &recorded).await? {
        return Ok(Reply::text("That was done already. `/meetings list` shows what holds."));
    }
    Ok(wording::changed(found, &then, wish.change, &exception.reason))
}

/// What becomes of `holds`, an occurrence of `found`, by `exception`.
fn possible(
    series: &[Series],
    found: &Series,
    holds: &Occurrence,
    exception: &Exception,
    now: DateTime<Utc>,
) -> std::result::Result<Occurrence, Mistake> {
    if holds.starts <= now {
        return Err(Mistake::Over);
    }
    let then = found.changed(exception)?;
    if (then.status, then.starts) == (holds.status, holds.starts) {
        return Err(Mistake::AlreadySo);
    }
    if !then.takes_place() {
        return Ok(then);
    }
    if then.starts <= now {
        return Err(Mistake::IntoThePast);
    }
    let days = (then.day() - TimeDelta::days(2))..=(then.day() + TimeDelta::days(2));
    let other = series
        .iter()
        .filter(|other| other.channel == found.channel && other.id != found.id)
        .find(|other| other.occurrences(&days).iter().any(|occurrence| occurrence.overlaps(&then)));
    match other {
        Some(other) => Err(Mistake::Taken(wording::name(other))),
        None => Ok(then),
    }
}

/// The occurrence planned for the day that `date` names.
fn planned(series: &Series, date: &str, now: DateTime<Utc>) -> std::result::Result<Occurrence, UserError> {
    if date.eq_ignore_ascii_case("next") {
        return series.next(now).ok_or(Mistake::Over.into());
    }
    let date: NaiveDate = date.parse().map_err(|_| UserError::from(Mistake::NoDate))?;
    let as_planned = Exception { date, change: Change::Restore, reason: String::new() };
    series.changed(&as_planned).map_err(Mistake::from)?;
    series.occurrence(date).ok_or(Mistake::NoDate.into())
}

/// A time as people write it.
pub(super) fn time(text: &str) -> std::result::Result<NaiveDateTime, UserError> {
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .ok_or(Mistake::NoTime.into())
}
