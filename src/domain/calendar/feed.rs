//! Meetings as iCalendar text (RFC 5545): every occurrence an event of its own, so that no reader has to understand rules,
//! and the clocks of each zone written out beside them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, TimeDelta};
use chrono_tz::Tz;

use super::occurrence::{Occurrence, Status};
use super::series::Series;
use super::zone;

mod clocks;

/// RFC 5545, 3.1: a line has at most so many octets beside its break.
const LONGEST_LINE: usize = 75;
/// What readers call a calendar of several series.
const NAME: &str = "Meetings";
/// Readers are asked to come back so often: a change within the hour is early enough for a meeting that is announced two days ahead.
const REFRESH: &str = "PT1H";
/// Before the occurrence: an event of a feed was written down in the past, and without a clock this is sure to be one.
const STAMPED_BEFORE: TimeDelta = TimeDelta::days(366);

/// All occurrences of `meetings` on these days, and those that were moved away from them.
#[must_use]
pub fn text(meetings: &[Series], days: &RangeInclusive<NaiveDate>) -> String {
    let mut events: Vec<(&Series, Occurrence)> = meetings
        .iter()
        .flat_map(|series| occurrences(series, days).map(move |occurrence| (series, occurrence)))
        .collect();
    events.sort_by(|(one, a), (other, b)| (a.starts, &one.id).cmp(&(b.starts, &other.id)));
    let mut lines = Lines::default();
    lines.put("BEGIN", "VCALENDAR");
    lines.put("VERSION", "2.0");
    lines.put("PRODID", "-//Operate First//firstmate//EN");
    lines.put("CALSCALE", "GREGORIAN");
    let name = match meetings {
        [series] => &series.title,
        _ => NAME,
    };
    lines.words("NAME", name);
    // The same, for readers older than RFC 7986.
    lines.words("X-WR-CALNAME", name);
    lines.put("REFRESH-INTERVAL;VALUE=DURATION", REFRESH);
    lines.put("X-PUBLISHED-TTL", REFRESH);
    for (zone, seen) in clocks_needed(&events) {
        clocks::write(&mut lines, zone, &seen);
    }
    for (series, occurrence) in &events {
        event(&mut lines, series, occurrence);
    }
    lines.put("END", "VCALENDAR");
    lines.0
}

/// What was moved away from these days is still told, by its new time: who saw it there must see it go.
fn occurrences<'a>(series: &'a Series, days: &RangeInclusive<NaiveDate>) -> impl Iterator<Item = Occurrence> + use<'a> {
    let changed: BTreeSet<NaiveDate> =
        series.exceptions.iter().map(|exception| exception.date).filter(|date| days.contains(date)).collect();
    let left = changed
        .into_iter()
        .filter_map(|date| series.occurrence(date))
        .filter(|occurrence| !days.contains(&occurrence.day()));
    let mut found = series.occurrences(days);
    found.extend(left);
    found.into_iter()
}

/// Which instants of each zone are told: the first and the last.
fn clocks_needed(events: &[(&Series, Occurrence)]) -> BTreeMap<&'static str, Span> {
    let mut needed: BTreeMap<&'static str, Span> = BTreeMap::new();
    for (series, occurrence) in events {
        let span = needed.entry(series.zone.name()).or_insert(Span {
            zone: series.zone,
            first: occurrence.starts,
            last: occurrence.ends,
        });
        span.first = span.first.min(occurrence.starts);
        span.last = span.last.max(occurrence.ends);
    }
    needed
}

struct Span {
    zone: Tz,
    first: DateTime<Tz>,
    last: DateTime<Tz>,
}

fn event(lines: &mut Lines, series: &Series, occurrence: &Occurrence) {
    let stamp = occurrence.original.to_utc() - STAMPED_BEFORE + TimeDelta::seconds(i64::from(occurrence.sequence));
    lines.put("BEGIN", "VEVENT");
    lines.put("UID", &format!("{}@firstmate", occurrence.key()));
    lines.put("DTSTAMP", &stamp.format("%Y%m%dT%H%M%SZ").to_string());
    lines.put("SEQUENCE", &occurrence.sequence.to_string());
    lines.local("DTSTART", series.zone, &occurrence.starts);
    // Where clocks are set back an end exists twice, and its text means the first of them.
    let local_end = occurrence.ends.naive_local();
    if zone::instant(series.zone, local_end) == occurrence.ends {
        lines.local("DTEND", series.zone, &occurrence.ends);
    } else {
        let minutes = series.duration.num_minutes();
        lines.put("DURATION", &format!("PT{minutes}M"));
    }
    lines.words("SUMMARY", &series.title);
    lines.words("DESCRIPTION", &description(series, occurrence));
    if let Some(join) = &series.join {
        lines.words("LOCATION", join);
        lines.put("URL", join);
    }
    let status = match occurrence.status {
        Status::Planned | Status::Moved => "CONFIRMED",
        Status::Skipped => "CANCELLED",
    };
    lines.put("STATUS", status);
    lines.put("END", "VEVENT");
}

fn description(series: &Series, occurrence: &Occurrence) -> String {
    let note = occurrence.note.as_ref().filter(|note| !note.is_empty());
    let because = note.map(|note| format!(": {note}")).unwrap_or_default();
    let mut paragraphs = Vec::new();
    match occurrence.status {
        Status::Planned => {}
        Status::Skipped => paragraphs.push(format!("Does not take place{because}")),
        Status::Moved => {
            paragraphs.push(format!("Moved from {}{because}", occurrence.original.format("%A %-d %B %Y, %H:%M")))
        }
    }
    if let Some(join) = &series.join {
        paragraphs.push(format!("Join: {join}"));
    }
    if let Some(contact) = &series.contact {
        paragraphs.push(format!("For an invitation: {contact}"));
    }
    paragraphs.push(format!("ISO week {}", occurrence.iso_week()));
    paragraphs.join("\n")
}

/// Content lines: folded, ended by CR LF.
#[derive(Default)]
struct Lines(String);

impl Lines {
    /// A line whose value is no free text.
    fn put(&mut self, name: &str, value: &str) {
        let mut used = 0;
        for character in name.chars().chain([':']).chain(value.chars()) {
            // No value of ours holds a break; one that does must not begin a line of its own.
            if character.is_control() {
                continue;
            }
            if used + character.len_utf8() > LONGEST_LINE {
                self.0.push_str("\r\n ");
                used = 1;
            }
            self.0.push(character);
            used += character.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    /// A line of people's words.
    fn words(&mut self, name: &str, words: &str) {
        let mut escaped = String::with_capacity(words.len());
        for character in words.chars() {
            match character {
                '\\' | ';' | ',' => {
                    escaped.push('\\');
                    escaped.push(character);
                }
                '\n' => escaped.push_str("\\n"),
                other => escaped.push(other),
            }
        }
        self.put(name, &escaped);
    }

    /// A time by a zone's clock.
    fn local(&mut self, name: &str, zone: Tz, at: &DateTime<Tz>) {
        let mut tagged = String::new();
        // Writing to a text cannot fail.
        let _ = write!(tagged, "{name};TZID={}", zone.name());
        self.put(&tagged, &at.format("%Y%m%dT%H%M%S").to_string());
    }
}
