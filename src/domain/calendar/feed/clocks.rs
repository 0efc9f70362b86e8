//! `VTIMEZONE`: what the clocks of a zone showed over the time that is told, every change of them written out.

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, Offset as _, TimeDelta, TimeZone as _, Utc};
use chrono_tz::{OffsetComponents as _, OffsetName as _, Tz};

use super::{Lines, Span};

/// No zone is further ahead of UTC than this.
const EARLIER: TimeDelta = TimeDelta::days(2);
/// No zone changes its clocks twice within this.
const STEP: TimeDelta = TimeDelta::days(1);

/// Writes the clocks of a zone, from the year of the first instant to the end of the year of the last.
pub(super) fn write(lines: &mut Lines, name: &str, span: &Span) {
    let zone = span.zone;
    // A little before New Year, so that a zone ahead of UTC has its clocks told when its own year begins.
    let from = new_year(span.first.year()) - EARLIER;
    let until = new_year(span.last.year() + 1);
    lines.put("BEGIN", "VTIMEZONE");
    lines.put("TZID", name);
    observance(lines, zone, from, from);
    let mut day = from;
    while day < until {
        let next = day + STEP;
        if seconds(zone, day) != seconds(zone, next) {
            observance(lines, zone, day, change(zone, day, next));
        }
        day = next;
    }
    lines.put("END", "VTIMEZONE");
}

/// What the clocks show from `since` on; `before` is an instant before the change.
fn observance(lines: &mut Lines, zone: Tz, before: DateTime<Utc>, since: DateTime<Utc>) {
    let offset = zone.offset_from_utc_datetime(&since.naive_utc());
    let kind = if offset.dst_offset() > TimeDelta::zero() { "DAYLIGHT" } else { "STANDARD" };
    let (from, to) = (seconds(zone, before), seconds(zone, since));
    // By the clocks as they went until then (RFC 5545, 3.6.5).
    let onset = since.naive_utc() + TimeDelta::seconds(i64::from(from));
    lines.put("BEGIN", kind);
    lines.put("DTSTART", &onset.format("%Y%m%dT%H%M%S").to_string());
    lines.put("TZOFFSETFROM", &spelled(from));
    lines.put("TZOFFSETTO", &spelled(to));
    if let Some(name) = offset.abbreviation() {
        lines.put("TZNAME", name);
    }
    lines.put("END", kind);
}

/// The first instant at which the clocks show something else than at `before`; they do at `after`.
fn change(zone: Tz, mut before: DateTime<Utc>, mut after: DateTime<Utc>) -> DateTime<Utc> {
    let old = seconds(zone, before);
    while after - before > TimeDelta::seconds(1) {
        let middle = before + TimeDelta::seconds((after - before).num_seconds() / 2);
        if seconds(zone, middle) == old {
            before = middle;
        } else {
            after = middle;
        }
    }
    after
}

fn new_year(year: i32) -> DateTime<Utc> {
    let day = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(NaiveDate::MAX);
    day.and_time(NaiveTime::MIN).and_utc()
}

fn seconds(zone: Tz, at: DateTime<Utc>) -> i32 {
    zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()
}

/// `-0500`; with seconds only where a zone of old has some.
fn spelled(offset: i32) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    let (minutes, seconds) = (offset.abs() / 60, offset.abs() % 60);
    let mut text = format!("{sign}{:02}{:02}", minutes / 60, minutes % 60);
    if seconds != 0 {
        text.push_str(&format!("{seconds:02}"));
    }
    text
}
