//! Changes of single dates: who may, what can be, and what is recorded.

use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::{Mistake, named, short, wording};
use crate::command::{Caller, Ctx, Result, UserError};
use crate::domain::calendar::{Change, Exception, Occurrence, Series};
use crate::domain::person::Permission;
use crate::store::MeetingChange;

/// Records a change of one date, when the person's role and `check` allow it.
pub(super) async fn record(
    ctx: &Ctx,
    caller: &Caller,
    series: &[Series],
    meeting: &str,
    date: &str,
    reason: &str,
    check: impl FnOnce(&Series, &Occurrence) -> std::result::Result<Change, Mistake>,
) -> Result {
    ctx.permit(caller, Permission::MeetingsChange)?;
    let reason = short(reason)?;
    let found = named(series, meeting)?;
    let planned = planned(found, date, caller.at)?;
    if planned.starts.max(planned.original) <= caller.at {
        return Err(UserError::from(Mistake::Over).into());
    }
    let change = check(found, &planned).map_err(UserError::from)?;
    let recorded = MeetingChange {
        series: found.id.clone(),
        date: planned.date,
        change,
        reason: reason.clone(),
        person: caller.person.clone(),
        at: caller.at,
    };
    ctx.store.change_meeting(std::slice::from_ref(&caller.key), &recorded).await?;
    let changed = found.with(&[Exception { date: planned.date, change, reason: reason.clone() }]);
    let now = changed.occurrence(planned.date).unwrap_or(planned);
    Ok(wording::changed(found, &now, change, &reason))
}

/// Whether `planned` of `found` can be moved to `to`.
pub(super) fn possible(
    series: &[Series],
    found: &Series,
    planned: &Occurrence,
    to: NaiveDateTime,
    now: DateTime<Utc>,
) -> std::result::Result<(), Mistake> {
    let moved = found.changed(&Exception { date: planned.date, change: Change::MoveTo(to), reason: String::new() })?;
    if moved.starts <= now {
        return Err(Mistake::IntoThePast);
    }
    let days: RangeInclusive<NaiveDate> = (to.date() - TimeDelta::days(2))..=(to.date() + TimeDelta::days(2));
    let other = series
        .iter()
        .filter(|other| other.channel == found.channel)
        .flat_map(|other| other.occurrences(&days).into_iter().map(move |occurrence| (other, occurrence)))
        .find(|(_, occurrence)| occurrence.overlaps(&moved));
    match other {
        Some((other, _)) => Err(Mistake::Taken(wording::name(other))),
        None => Ok(()),
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
