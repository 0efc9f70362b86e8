//! Compares series with the calendar: times that do not exist, changes to days without a meeting, two series at once, and
//! New Years that swap even and odd weeks.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Months, NaiveDate, TimeDelta};

use super::super::Judged;
use super::super::page::Table;
use super::{Read, Written};
use crate::domain::calendar::{Change, FIRST_DAY, LAST_DAY, Occurrence, Refused, Rule, Status, zone};

/// So far ahead a start must exist. Rules of summer time seldom last longer.
const GAPS_AHEAD: Months = Months::new(12 * 10);
/// So far ahead no two series of a channel may meet at once: two years and every pair of New Years in them.
const OVERLAPS_AHEAD: TimeDelta = TimeDelta::weeks(104);
/// A catalogue with more pairs at once is a mistake that is told by the first ones. Pairs of one channel are all told.
const MOST_OVERLAPS: usize = 100;

/// What was found in a file beside its faults, by place.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) outlived: Vec<(usize, String)>,
    pub(super) warnings: Vec<(usize, String)>,
}

/// What can be told of one file.
pub(super) fn alone(table: &Table<'_>, read: &Read, today: NaiveDate, notes: &mut Notes) {
    let series = &read.series;
    starts_exist(table, read, today);
    for (exception, (date_at, to_at)) in series.exceptions.iter().zip(&read.exceptions_at) {
        if let Err(refused) = series.changed(exception) {
            let of_date = matches!(refused, Refused::NoMeeting { .. });
            table.note(if of_date { *date_at } else { *to_at }, refused.to_string());
        } else if let Change::MoveTo(to) = exception.change
            && to.date() < today
            && exception.date >= today
        {
            let message = format!("{} lies in the past", to.format("%Y-%m-%d %H:%M"));
            notes.outlived.push((*to_at, message));
        }
    }
    if let Some(turn) = series.rule.turn(today) {
        notes.warnings.push((read.rule_at, turn.to_string()));
    }
    if only_leap_days(&series.rule) {
        let message = "29 February comes in leap years only: in the others there is no meeting";
        notes.warnings.push((read.rule_at, message.to_owned()));
    }
}

fn starts_exist(table: &Table<'_>, read: &Read, today: NaiveDate) {
    let series = &read.series;
    let until = today.checked_add_months(GAPS_AHEAD).unwrap_or(LAST_DAY);
    let in_gap = series.rule.dates(&(today..=until)).find_map(|date| {
        let instead = zone::gap(series.zone, date.and_time(series.start))?;
        let planned = series.occurrence(date)?.status == Status::Planned;
        planned.then_some((date, instead))
    });
    if let Some((date, instead)) = in_gap {
        let message = format!(
            "there is no {} on {date}: the clocks of {} are set forward over it, and the meeting would start at {}. Choose another time, or move that date with an exception",
            series.start.format("%H:%M"),
            series.zone,
            instead.format("%H:%M")
        );
        table.note(read.start_at, message);
    }
}

fn only_leap_days(rule: &Rule) -> bool {
    let Rule::Recurrence(_) = rule else {
        return false;
    };
    let mut dates = rule.dates(&(FIRST_DAY..=LAST_DAY)).take(3).peekable();
    dates.peek().is_some() && dates.all(|date| (date.month(), date.day()) == (2, 29))
}

/// What can be told of all files only: series that meet at once.
pub(super) fn together(written: &[Written<'_>], today: NaiveDate, judged: &mut Judged) {
    for ((one, other), overlap) in overlaps(written, today) {
        let (one, other) = (&written[one], &written[other]);
        let same = one.series.channel == other.series.channel;
        let message = format!(
            "meets at the same time as {}.toml{}: on {} at {}{}. {}",
            one.series.id,
            if same { ", in the same channel" } else { "" },
            overlap.first.day(),
            overlap.first.starts.format("%H:%M"),
            match overlap.count {
                1 => String::new(),
                count => format!(" and {} more times within 104 weeks", count - 1),
            },
            if same {
                "Choose another rule or time, or skip or move one of them with an exception"
            } else {
                "Nobody can be in both"
            }
        );
        let fault = other.page.fault(other.at, message);
        if same {
            judged.faults.push(fault);
        } else {
            judged.warnings.push(fault);
        }
    }
}

struct Overlap {
    first: Occurrence,
    count: usize,
}

/// Pairs of series, by their places, that share some time.
fn overlaps(written: &[Written<'_>], today: NaiveDate) -> BTreeMap<(usize, usize), Overlap> {
    let until = today.checked_add_signed(OVERLAPS_AHEAD).unwrap_or(LAST_DAY);
    let mut all: Vec<(usize, Occurrence)> = Vec::new();
    for (place, read) in written.iter().enumerate() {
        let occurrences = read.series.occurrences(&(today..=until)).into_iter();
        all.extend(occurrences.filter(Occurrence::takes_place).map(|one| (place, one)));
    }
    all.sort_by_key(|(place, occurrence)| (occurrence.starts, *place));
    let mut found: BTreeMap<(usize, usize), Overlap> = BTreeMap::new();
    let mut going_on: Vec<usize> = Vec::new();
    for (current, (place, occurrence)) in all.iter().enumerate() {
        going_on.retain(|earlier| all[*earlier].1.ends > occurrence.starts);
        for (other, earlier) in going_on.iter().map(|earlier| &all[*earlier]) {
            if other == place || !earlier.overlaps(occurrence) {
                continue;
            }
            let pair = (*other.min(place), *other.max(place));
            if let Some(overlap) = found.get_mut(&pair) {
                overlap.count += 1;
            } else if found.len() < MOST_OVERLAPS || written[pair.0].series.channel == written[pair.1].series.channel {
                let first = occurrence.clone();
                found.insert(pair, Overlap { first, count: 1 });
            }
        }
        going_on.push(current);
    }
    found
}
