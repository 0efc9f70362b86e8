//! On which dates a series takes place. Every question is answered by arithmetic on one date, so that its cost does not
//! grow with the years that have passed since the anchor.

use std::ops::RangeInclusive;

use chrono::{Datelike as _, NaiveDate, TimeDelta, Weekday};

use super::recurrence::Recurrence;
use super::weeks::{Numbering, Parity};
use super::{FIRST_DAY, LAST_DAY, within_bounds};

/// One of the three forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// Strict alternation.
    EveryWeeks {
        /// The first date.
        anchor: NaiveDate,
        /// Weeks from one date to the next, 1 or more.
        weeks: u32,
    },
    /// Even or odd weeks, as a calendar numbers them. Some New Years have two odd weeks in a row.
    Parity {
        /// The day.
        weekday: Weekday,
        /// The weeks.
        parity: Parity,
        /// Whose weeks.
        numbering: Numbering,
    },
    /// RFC 5545.
    Recurrence(Recurrence),
}

/// No two weeks of equal parity are further apart: odd, odd, even is three.
const LONGEST_PARITY_WAIT: i64 = 3;

impl Rule {
    /// Whether the series takes place on `date`.
    #[must_use]
    pub fn on(&self, date: NaiveDate) -> bool {
        if !(FIRST_DAY..=LAST_DAY).contains(&date) {
            return false;
        }
        match self {
            Rule::EveryWeeks { anchor, weeks } => {
                let days = (date - *anchor).num_days();
                days >= 0 && days % step(*weeks) == 0
            }
            Rule::Parity { weekday, parity, numbering } => {
                date.weekday() == *weekday && Parity::of(numbering.week(date)) == *parity
            }
            Rule::Recurrence(recurrence) => recurrence.on(date),
        }
    }

    /// The first date that is not before `date`.
    #[must_use]
    pub fn on_or_after(&self, date: NaiveDate) -> Option<NaiveDate> {
        let date = date.max(FIRST_DAY);
        let found = match self {
            Rule::EveryWeeks { anchor, weeks } => {
                let step = step(*weeks);
                let behind = (date - *anchor).num_days().max(0);
                let ahead = (behind + step - 1) / step * step;
                anchor.checked_add_signed(TimeDelta::days(ahead))
            }
            Rule::Parity { weekday, .. } => {
                let wait = weekday.days_since(date.weekday());
                (0..=LONGEST_PARITY_WAIT)
                    .filter_map(|week| date.checked_add_signed(TimeDelta::days(i64::from(wait) + 7 * week)))
                    .find(|date| self.on(*date))
            }
            Rule::Recurrence(recurrence) => recurrence.on_or_after(date),
        };
        found.filter(|date| *date <= LAST_DAY)
    }

    /// Its dates within `days`, both ends included, in order.
    pub fn dates(&self, days: &RangeInclusive<NaiveDate>) -> impl Iterator<Item = NaiveDate> + '_ {
        let days = within_bounds(days);
        let mut next = self.on_or_after(*days.start());
        std::iter::from_fn(move || {
            let date = next.filter(|date| date <= days.end())?;
            next = date.succ_opt().and_then(|day| self.on_or_after(day));
            Some(date)
        })
    }
}

/// Days from one date to the next.
fn step(weeks: u32) -> i64 {
    i64::from(weeks.max(1)) * 7
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn dates(rule: &Rule, from: &str, to: &str) -> Vec<String> {
        rule.dates(&(day(from)..=day(to))).map(|date| date.format("%m-%d").to_string()).collect()
    }

    fn every_two(anchor: &str) -> Rule {
        Rule::EveryWeeks { anchor: day(anchor), weeks: 2 }
    }

    fn wednesdays(parity: Parity, numbering: Numbering) -> Rule {
        Rule::Parity { weekday: Weekday::Wed, parity, numbering }
    }

    /// The two New Years of 53 ISO weeks that the community met or will meet: strict ISO weeks break, alternation and
    /// US weeks do not.
    #[rstest::rstest]
    #[case("2020-12-16", "2021-01-20", "2020-12-16")]
    #[case("2026-12-16", "2027-01-20", "2026-12-16")]
    fn the_new_years_of_53_weeks(#[case] from: &str, #[case] to: &str, #[case] sprint: &str) {
        let odd = wednesdays(Parity::Odd, Numbering::Iso);
        let even = wednesdays(Parity::Even, Numbering::Iso);
        assert_eq!(dates(&odd, from, to), ["12-16", "12-30", "01-06", "01-20"]);
        assert_eq!(dates(&even, from, to), ["12-23", "01-13"]);
        let alternate = ["12-16", "12-30", "01-13"];
        assert_eq!(dates(&every_two(sprint), from, to), alternate);
        assert_eq!(dates(&wednesdays(Parity::Odd, Numbering::Us), from, to), alternate);
    }

    #[test]
    fn nothing_occurs_before_an_anchor_or_beyond_the_bounds() {
        let rule = every_two("2026-11-25");
        assert!(!rule.on(day("2026-11-11")) && rule.on(day("2026-11-25")) && rule.on(day("2026-12-09")));
        assert_eq!(rule.on_or_after(day("2020-01-01")), Some(day("2026-11-25")));
        assert_eq!(rule.on_or_after(NaiveDate::MAX), None);
        assert_eq!(rule.dates(&(NaiveDate::MIN..=NaiveDate::MAX)).count(), 1_908);
        let backwards = day("2027-01-01")..=day("2026-01-01");
        assert_eq!(rule.dates(&backwards).count(), 0);
    }
}
