//! `meetings/*.toml`: one series a file. This file reads one; [`judge`] compares them with the calendar and each other.

mod form;
mod judge;
mod span;

use std::collections::HashMap;

use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;

use super::Judged;
use super::fault::Fault;
use super::files::Files;
use super::page::{Page, Placed, Table};
use super::spelling::{fault_of_https_url, is_name};
use super::support;
use crate::domain::calendar::{Change, Exception, Reminder, Series};

const FOLDER: &str = "meetings/";
/// Longer than a day is no meeting.
const LONGEST_MEETING: TimeDelta = TimeDelta::days(1);
/// Who is told earlier has forgotten.
const EARLIEST_REMINDER: TimeDelta = TimeDelta::days(28);

/// A series and where it is written.
struct Written<'a> {
    page: Page<'a>,
    series: Series,
    /// Where its rule begins.
    at: usize,
}

pub(super) fn read(files: &Files, today: NaiveDate, judged: &mut Judged) {
    let mut titles = HashMap::new();
    let mut written = Vec::new();
    for path in files.paths().filter(|path| path.starts_with(FOLDER)) {
        let Some(id) = path[FOLDER.len()..].strip_suffix(".toml") else {
            judged.faults.push(Fault::at(path, 1, 1, "meetings are files named NAME.toml"));
            continue;
        };
        if !is_name(id) {
            let message =
                format!("\"{id}\" is no name for a series: lower-case words and digits with one hyphen between them");
            judged.faults.push(Fault::at(path, 1, 1, &message));
        }
        let Some(page) = Page::open(files, path, &mut judged.faults) else {
            continue;
        };
        let mut notes = judge::Notes::default();
        let before = judged.faults.len();
        let read = page.table(0..page.text.len(), &mut judged.faults, |table| {
            let read = series(id, &table, &mut titles);
            if let Some(read) = &read {
                judge::alone(&table, read, today, &mut notes);
            }
            read
        });
        if let Some(Read { series, rule_at, .. }) = read
            && judged.faults.len() == before
        {
            let outlived = notes.outlived.iter();
            judged.outlived.extend(outlived.map(|(at, message)| page.fault(*at, message)));
            let warnings = notes.warnings.iter();
            judged.warnings.extend(warnings.map(|(at, message)| page.fault(*at, message)));
            written.push(Written { page, series, at: rule_at });
        }
    }
    judge::together(&written, today, judged);
    judged.catalogue.meetings = written.into_iter().map(|read| read.series).collect();
}

/// What a file says, and where.
struct Read {
    series: Series,
    start_at: usize,
    rule_at: usize,
    /// Of each exception: its date and, where it is moved, the new time.
    exceptions_at: Vec<(usize, usize)>,
}

fn series(id: &str, table: &Table<'_>, titles: &mut HashMap<String, String>) -> Option<Read> {
    let title = table.text("title");
    if let Some(title) = &title
        && let Some(other) = titles.insert(title.value.trim().to_lowercase(), id.to_owned())
    {
        let message = format!("the title \"{}\" stands in {other}.toml already", title.value);
        table.note(title.at, message);
    }
    let zone = zone(table);
    let start = table.time("start");
    let duration = span::read(table, "duration", LONGEST_MEETING);
    let join = join(table);
    let contact = contact(table);
    let channel = support::channel(table);
    let form = table.table("series");
    let rule_at = form.as_ref().map_or(table.at(), Table::at);
    let rule = form.and_then(|form| {
        let start = start.as_ref().map(|start| start.value);
        form::read(&form, start.unwrap_or_default(), zone.unwrap_or(Tz::UTC))
    });
    let reminders = reminders(table);
    let (exceptions, exceptions_at) = exceptions(table).into_iter().unzip();
    let start = start?;
    Some(Read {
        series: Series {
            id: id.to_owned(),
            title: title?.value.trim().to_owned(),
            zone: zone?,
            start: start.value,
            duration: duration?,
            join,
            contact,
            channel,
            rule: rule?,
            reminders,
            exceptions,
        },
        start_at: start.at,
        rule_at,
        exceptions_at,
    })
}

fn zone(table: &Table<'_>) -> Option<Tz> {
    let name = table.text("timezone")?;
    match name.value.parse() {
        // `EST` and its like are in the tables, as clocks that are never changed.
        Ok(_) if !name.value.contains('/') && name.value != "UTC" => {
            let message = format!(
                "`{}` is no place and knows no summer time: write one like America/New_York, Europe/Prague or UTC",
                name.value
            );
            table.note(name.at, message);
            None
        }
        Ok(zone) => Some(zone),
        Err(_) => {
            let message = format!(
                "there is no time zone `{}`: write one like America/New_York (https://en.wikipedia.org/wiki/List_of_tz_database_time_zones){}",
                name.value,
                meant(&name.value)
            );
            table.note(name.at, message);
            None
        }
    }
}

/// The zone that was probably meant.
fn meant(name: &str) -> String {
    let plain = |name: &str| name.to_lowercase().replace([' ', '-'], "_");
    chrono_tz::TZ_VARIANTS
        .iter()
        .map(|zone| (strsim::osa_distance(&plain(name), &plain(zone.name())), zone.name()))
        .min()
        .filter(|(distance, _)| *distance <= 2)
        .map(|(_, zone)| format!(". Did you mean {zone}?"))
        .unwrap_or_default()
}

fn join(table: &Table<'_>) -> Option<String> {
    let join = table.optional_text("join")?;
    if let Some(fault) = fault_of_https_url(&join.value) {
        table.note(join.at, fault);
        return None;
    }
    Some(join.value)
}

fn contact(table: &Table<'_>) -> Option<String> {
    let contact = table.optional_text("contact")?;
    let parts = contact.value.split_once('@');
    let good = parts.is_some_and(|(who, host)| {
        let plain =
            |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "@<>,;:".contains(c));
        plain(who) && plain(host)
    });
    if !good {
        let message = format!("\"{}\" is no mail address like ann@example.org", contact.value);
        table.note(contact.at, message);
        return None;
    }
    Some(contact.value)
}

fn reminders(table: &Table<'_>) -> Vec<Reminder> {
    let mut reminders: Vec<Reminder> = Vec::new();
    for entry in table.tables("reminders") {
        let Some(before) = span::read(&entry, "before", EARLIEST_REMINDER) else {
            continue;
        };
        let reminder = Reminder { before };
        if reminders.contains(&reminder) {
            entry.note(entry.at(), format!("there is a reminder {reminder} before already"));
        }
        reminders.push(reminder);
    }
    reminders.sort_by_key(|reminder| std::cmp::Reverse(reminder.before));
    reminders
}

fn exceptions(table: &Table<'_>) -> Vec<(Exception, (usize, usize))> {
    let mut exceptions: Vec<(Exception, (usize, usize))> = Vec::new();
    for entry in table.tables("exceptions") {
        let date = entry.day("date");
        let change = change(&entry);
        let reason = entry.text("reason");
        let (Some(date), Some(change), Some(reason)) = (date, change, reason) else {
            continue;
        };
        if exceptions.iter().any(|(other, _)| other.date == date.value) {
            entry.note(date.at, format!("there is an exception for {} already", date.value));
        }
        let exception = Exception { date: date.value, change: change.value, reason: reason.value };
        exceptions.push((exception, (date.at, change.at)));
    }
    exceptions
}

fn change(entry: &Table<'_>) -> Option<Placed<Change>> {
    let skip = entry.flag("skip");
    match (skip, entry.has("move_to"), entry.optional_moment("move_to")) {
        (true, false, _) => Some(Placed { value: Change::Skip, at: entry.at() }),
        (false, true, to) => to.map(|to| Placed { value: Change::MoveTo(to.value), at: to.at }),
        (true, true, _) | (false, false, _) => {
            let message = "an exception needs `skip = true` or `move_to`, one of them";
            entry.note(entry.at(), message);
            None
        }
    }
}
