//! The third form of a rule: RFC 5545, as far as it speaks of days. The crate `rrule` reads and expands it, once; what is
//! kept is a bit a day, so that asking whether a date is one costs the same in any year and never expands anything.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use chrono_tz::Tz;
use rrule::{Frequency, RRule, RRuleSet, Unvalidated};
use thiserror::Error;

use super::{FIRST_DAY, LAST_DAY};

/// A rule of people fits in a line; the longest of RFC 5545's own examples has 75 characters.
const LONGEST: usize = 200;
const BITS: i64 = 64;

/// A rule and its first date.
#[derive(Clone, PartialEq, Eq)]
pub struct Recurrence {
    text: String,
    anchor: NaiveDate,
    /// A bit a day from the anchor on, up to the last one that is set.
    days: Arc<[u64]>,
}

/// Why a text is no rule for meetings, worded for its author.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Faulty {
    /// Not RFC 5545.
    #[error("`rrule` cannot be read: {0}")]
    Unreadable(String),
    /// The rule names times of day.
    #[error("`rrule` must speak of days only, and `{0}` does not: the time stands in `start`")]
    TimeOfDay(String),
    /// The end is written in no known way.
    #[error("`UNTIL={0}` must be a day like 20271231, or an instant like 20271231T133000Z")]
    Until(String),
    /// Two ends.
    #[error("`rrule` may end with `COUNT` or with `UNTIL`, not with both")]
    TwoEnds,
    /// The anchor is none of its dates.
    #[error(
        "`anchor` {anchor} is no date of `rrule`; the first one after it is {first}. The anchor is the first occurrence"
    )]
    AnchorElsewhere {
        /// As written.
        anchor: NaiveDate,
        /// As it should be.
        first: NaiveDate,
    },
    /// No date at all.
    #[error("`rrule` has no date from `anchor` {0} to 2099")]
    Never(NaiveDate),
}

impl Recurrence {
    /// Reads `text`, whose first date is `anchor`, for meetings at `start` in `zone` (which say when an `UNTIL` in UTC ends it).
    ///
    /// # Errors
    /// When it is no rule, speaks of times of day, or does not begin on `anchor`.
    pub fn read(text: &str, anchor: NaiveDate, start: NaiveTime, zone: Tz) -> Result<Recurrence, Faulty> {
        let (rule, until) = parts(text)?;
        let last = match until {
            Some(until) => last_day(&until, start, zone)?.min(LAST_DAY),
            None => LAST_DAY,
        };
        let dates = expand(&rule, anchor, last)?;
        let Some(&first) = dates.first() else {
            return Err(Faulty::Never(anchor));
        };
        if first != anchor {
            return Err(Faulty::AnchorElsewhere { anchor, first });
        }
        Ok(Recurrence { text: text.to_owned(), anchor, days: bits(anchor, &dates) })
    }

    /// As its author wrote it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its first date.
    #[must_use]
    pub fn anchor(&self) -> NaiveDate {
        self.anchor
    }

    /// Whether it takes place on `date`.
    #[must_use]
    pub fn on(&self, date: NaiveDate) -> bool {
        let day = (date - self.anchor).num_days();
        usize::try_from(day / BITS)
            .ok()
            .filter(|_| day >= 0)
            .and_then(|word| self.days.get(word))
            .is_some_and(|word| word >> (day % BITS) & 1 == 1)
    }

    /// Its first date that is not before `date`.
    #[must_use]
    pub fn on_or_after(&self, date: NaiveDate) -> Option<NaiveDate> {
        let day = (date - self.anchor).num_days().max(0);
        let first = usize::try_from(day / BITS).ok()?;
        let mut kept = u64::MAX << (day % BITS);
        for (place, word) in self.days.iter().enumerate().skip(first) {
            let left = word & kept;
            kept = u64::MAX;
            if left != 0 {
                let day = i64::try_from(place).ok()? * BITS + i64::from(left.trailing_zeros());
                return self.anchor.checked_add_signed(TimeDelta::days(day));
            }
        }
        None
    }
}

impl fmt::Debug for Recurrence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Recurrence({} from {})", self.text, self.anchor)
    }
}

/// The rule without its end, and the end where it is an `UNTIL`.
fn parts(text: &str) -> Result<(String, Option<String>), Faulty> {
    if text.len() > LONGEST || !text.is_ascii() {
        let why = format!("it must be one line of at most {LONGEST} plain characters");
        return Err(Faulty::Unreadable(why));
    }
    let (mut kept, mut until, mut counted) = (Vec::new(), None, false);
    for part in text.trim().split(';').filter(|part| !part.is_empty()) {
        let (key, value) =
            part.split_once('=').ok_or_else(|| Faulty::Unreadable(format!("`{part}` is not written as KEY=VALUE")))?;
        match key.trim().to_ascii_uppercase().as_str() {
            "BYHOUR" | "BYMINUTE" | "BYSECOND" => return Err(Faulty::TimeOfDay(part.to_owned())),
            "UNTIL" => {
                until = Some(value.trim().to_owned());
                continue;
            }
            "COUNT" => counted = true,
            "INTERVAL" if value.trim().parse() == Ok(0_u32) => {
                return Err(Faulty::Unreadable("`INTERVAL` must be 1 or more".to_owned()));
            }
            _ => {}
        }
        kept.push(part);
    }
    if counted && until.is_some() {
        return Err(Faulty::TwoEnds);
    }
    Ok((kept.join(";"), until))
}

/// The last day on which a meeting at `start` is not after `until`.
fn last_day(until: &str, start: NaiveTime, zone: Tz) -> Result<NaiveDate, Faulty> {
    if let Ok(day) = NaiveDate::parse_from_str(until, "%Y%m%d") {
        return Ok(day);
    }
    let (written, in_utc) = match until.strip_suffix('Z') {
        Some(written) => (written, true),
        None => (until, false),
    };
    let end = NaiveDateTime::parse_from_str(written, "%Y%m%dT%H%M%S").map_err(|_| Faulty::Until(until.to_owned()))?;
    let end = if in_utc { end.and_utc().with_timezone(&zone).naive_local() } else { end };
    let day = end.date();
    Ok(if end.time() >= start { day } else { day.pred_opt().unwrap_or(day) })
}

fn expand(rule: &str, anchor: NaiveDate, last: NaiveDate) -> Result<Vec<NaiveDate>, Faulty> {
    let midnight = |day: NaiveDate| -> DateTime<rrule::Tz> {
        day.and_time(NaiveTime::MIN).and_utc().with_timezone(&rrule::Tz::UTC)
    };
    let unreadable = |error: rrule::RRuleError| {
        let words = error.to_string();
        Faulty::Unreadable(words.lines().next().unwrap_or_default().to_owned())
    };
    let rule: RRule<Unvalidated> = rule.parse().map_err(unreadable)?;
    if !matches!(rule.get_freq(), Frequency::Yearly | Frequency::Monthly | Frequency::Weekly | Frequency::Daily) {
        return Err(Faulty::TimeOfDay(format!("FREQ={}", rule.get_freq())));
    }
    if last < anchor {
        return Ok(Vec::new());
    }
    let rule = rule.validate(midnight(anchor)).map_err(unreadable)?;
    // Its own limit of rounds keeps a rule without any date (30 February) from running for ever.
    let set = RRuleSet::new(midnight(anchor)).rrule(rule).before(midnight(last)).limit();
    let dates = set.all(u16::MAX).dates;
    Ok(dates.into_iter().map(|date| date.date_naive()).filter(|date| (FIRST_DAY..=last).contains(date)).collect())
}

fn bits(anchor: NaiveDate, dates: &[NaiveDate]) -> Arc<[u64]> {
    let mut words = Vec::new();
    for date in dates {
        let day = (*date - anchor).num_days();
        let Ok(word) = usize::try_from(day / BITS) else {
            continue;
        };
        if words.len() <= word {
            words.resize(word + 1, 0);
        }
        words[word] |= 1_u64 << (day % BITS);
    }
    words.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn read(text: &str, anchor: &str) -> Result<Recurrence, Faulty> {
        let start = NaiveTime::from_hms_opt(8, 30, 0).unwrap();
        Recurrence::read(text, day(anchor), start, Tz::America__New_York)
    }

    fn dates(text: &str, anchor: &str) -> Vec<String> {
        let rule = read(text, anchor).unwrap();
        let mut dates = Vec::new();
        let mut from = FIRST_DAY;
        while let Some(date) = rule.on_or_after(from) {
            assert!(rule.on(date));
            dates.push(date.to_string());
            from = date.succ_opt().unwrap();
        }
        dates
    }

    #[test]
    fn the_last_wednesday_of_each_month() {
        let found = dates("FREQ=MONTHLY;BYDAY=-1WE", "2026-11-25");
        assert_eq!(found[..4], ["2026-11-25", "2026-12-30", "2027-01-27", "2027-02-24"]);
        assert_eq!(found.last().unwrap(), "2099-12-30");
        let rule = read("FREQ=MONTHLY;BYDAY=-1WE", "2026-11-25").unwrap();
        assert!(!rule.on(day("2026-11-24")) && !rule.on(day("2026-10-28")) && !rule.on(day("2199-11-25")));
        assert_eq!(rule.on_or_after(day("1999-01-01")), Some(day("2026-11-25")));
        assert_eq!(rule.on_or_after(day("2100-01-01")), None);
    }

    #[rstest::rstest]
    #[case("FREQ=DAILY;COUNT=3", &["2026-11-25", "2026-11-26", "2026-11-27"])]
    #[case("FREQ=DAILY;UNTIL=20261126", &["2026-11-25", "2026-11-26"])]
    #[case("FREQ=DAILY;UNTIL=20261126T133000Z", &["2026-11-25", "2026-11-26"])]
    #[case("FREQ=DAILY;UNTIL=20261126T132959Z", &["2026-11-25"])]
    #[case("freq=daily;until=20261126T083000", &["2026-11-25", "2026-11-26"])]
    fn rules_end(#[case] text: &str, #[case] wanted: &[&str]) {
        assert_eq!(dates(text, "2026-11-25"), wanted);
    }

    #[rstest::rstest]
    #[case("FREQ=HOURLY", "`rrule` must speak of days only, and `FREQ=HOURLY` does not: the time stands in `start`")]
    #[case(
        "FREQ=DAILY;BYHOUR=9",
        "`rrule` must speak of days only, and `BYHOUR=9` does not: the time stands in `start`"
    )]
    #[case("FREQ=DAILY;COUNT=2;UNTIL=20270101", "`rrule` may end with `COUNT` or with `UNTIL`, not with both")]
    #[case("FREQ=DAILY;UNTIL=soon", "`UNTIL=soon` must be a day like 20271231, or an instant like 20271231T133000Z")]
    #[case("FREQ=DAILY;UNTIL=20261101", "`rrule` has no date from `anchor` 2026-11-25 to 2099")]
    #[case("FREQ=DAILY;INTERVAL=0", "`rrule` cannot be read: `INTERVAL` must be 1 or more")]
    #[case("every week", "`rrule` cannot be read: `every week` is not written as KEY=VALUE")]
    #[case(
        "FREQ=MONTHLY;BYDAY=-1TU",
        "`anchor` 2026-11-25 is no date of `rrule`; the first one after it is 2026-12-29. The anchor is the first occurrence"
    )]
    #[case("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "`rrule` has no date from `anchor` 2026-11-25 to 2099")]
    fn what_is_no_rule_says_why(#[case] text: &str, #[case] why: &str) {
        assert_eq!(read(text, "2026-11-25").unwrap_err().to_string(), why);
    }
}
