//! The table `[series]`: exactly one of the three forms of a rule.

use chrono::{Datelike as _, NaiveDate, NaiveTime, Weekday};
use chrono_tz::Tz;

use super::super::page::{Placed, Table};
use crate::domain::calendar::{FIRST_DAY, LAST_DAY, Numbering, Parity, Recurrence, Rule};

/// Ten years; more is a typing error.
const MOST_WEEKS: i64 = 520;
const FORMS: &str = "`anchor` with `every_weeks`, `weekday` with `weeks`, or `rrule` with `anchor`";
const WEEKDAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Mon),
    ("tue", Weekday::Tue),
    ("wed", Weekday::Wed),
    ("thu", Weekday::Thu),
    ("fri", Weekday::Fri),
    ("sat", Weekday::Sat),
    ("sun", Weekday::Sun),
];

/// The rule of a series that starts at `start` in `zone`.
pub(super) fn read(form: &Table<'_>, start: NaiveTime, zone: Tz) -> Option<Rule> {
    let named: Vec<&str> = ["every_weeks", "weeks", "rrule"].into_iter().filter(|key| form.has(key)).collect();
    // All keys are taken whatever the form, so that none counts as unknown beside the fault that matters.
    let every = form.optional_number("every_weeks");
    let weeks = form.optional_text("weeks");
    let text = form.optional_text("rrule");
    let anchor = anchor(form);
    let weekday = weekday(form);
    let numbering = form.optional_text("numbering");
    let [named] = named[..] else {
        let message = if named.is_empty() {
            format!("`[series]` needs one of three forms: {FORMS}")
        } else {
            format!("`{}` do not go together: choose one of {FORMS}", named.join("` and `"))
        };
        form.note(form.at(), message);
        return None;
    };
    if named != "weeks"
        && let Some(numbering) = &numbering
    {
        form.note(numbering.at, "`numbering` goes with `weeks` only");
    }
    if named == "weeks" {
        if form.has("anchor") {
            let at = anchor.as_ref().map_or(form.at(), |anchor| anchor.at);
            form.note(at, "`anchor` does not go with `weeks`: week numbers need none");
            return None;
        }
        return parity(form, weekday, weeks, numbering);
    }
    if !form.has("anchor") {
        form.note(form.at(), format!("`anchor` is missing: `{named}` needs the date of its first meeting"));
    }
    let anchor = anchor?;
    if let Some(weekday) = weekday
        && weekday.value != anchor.value.weekday()
    {
        let message = format!(
            "`anchor` {} is a {}, and `weekday` says {}",
            anchor.value,
            anchor.value.format("%A"),
            long(weekday.value)
        );
        form.note(weekday.at, message);
    }
    match text {
        Some(text) => match Recurrence::read(&text.value, anchor.value, start, zone) {
            Ok(rule) => Some(Rule::Recurrence(rule)),
            Err(fault) => {
                form.note(text.at, fault.to_string());
                None
            }
        },
        None => every_weeks(form, anchor.value, &every?),
    }
}

fn every_weeks(form: &Table<'_>, anchor: NaiveDate, every: &Placed<i64>) -> Option<Rule> {
    let weeks = u32::try_from(every.value).ok().filter(|_| (1..=MOST_WEEKS).contains(&every.value));
    if weeks.is_none() {
        form.note(every.at, format!("`every_weeks` must be 1 to {MOST_WEEKS}"));
    }
    Some(Rule::EveryWeeks { anchor, weeks: weeks? })
}

fn parity(
    form: &Table<'_>,
    weekday: Option<Placed<Weekday>>,
    weeks: Option<Placed<String>>,
    numbering: Option<Placed<String>>,
) -> Option<Rule> {
    if !form.has("weekday") {
        form.note(form.at(), "`weekday` is missing: `weeks` needs it, as in \"wed\"");
    }
    let weeks = weeks?;
    let parity = [Parity::Even, Parity::Odd].into_iter().find(|parity| parity.name() == weeks.value);
    if parity.is_none() {
        form.note(weeks.at, "`weeks` must be \"even\" or \"odd\"");
    }
    let numbering = match numbering {
        None => Some(Numbering::Iso),
        Some(text) => {
            let known = [Numbering::Iso, Numbering::Us].into_iter().find(|numbering| numbering.name() == text.value);
            if known.is_none() {
                form.note(text.at, "`numbering` must be \"iso\" or \"us\"");
            }
            known
        }
    };
    Some(Rule::Parity { weekday: weekday?.value, parity: parity?, numbering: numbering? })
}

fn anchor(form: &Table<'_>) -> Option<Placed<NaiveDate>> {
    let anchor = form.optional_day("anchor")?;
    if !(FIRST_DAY..=LAST_DAY).contains(&anchor.value) {
        let message = format!("`anchor` must lie between {FIRST_DAY} and {LAST_DAY}");
        form.note(anchor.at, message);
        return None;
    }
    Some(anchor)
}

fn weekday(form: &Table<'_>) -> Option<Placed<Weekday>> {
    let text = form.optional_text("weekday")?;
    let known = WEEKDAYS.iter().find(|(name, _)| *name == text.value);
    if known.is_none() {
        let names = WEEKDAYS.map(|(name, _)| name).join(", ");
        form.note(text.at, format!("`weekday` must be one of {names}"));
    }
    known.map(|(_, weekday)| Placed { value: *weekday, at: text.at })
}

fn long(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}
