//! Which years of 53 weeks swap even and odd. 30 December 2026 and 6 January 2027 both lie in odd ISO weeks: a series of
//! "odd weeks" meets twice in a row then, one of "even weeks" pauses for three, and one that strictly alternates goes from
//! even to odd. People must hear of it before, and choose.

use std::fmt;

use chrono::{Datelike as _, NaiveDate, TimeDelta, Weekday};

use super::rule::Rule;
use super::weeks::{Numbering, Parity};

/// A quarter ahead, people can still tell each other.
const AHEAD: TimeDelta = TimeDelta::days(92);
const WEEK: TimeDelta = TimeDelta::days(7);
/// So far around New Year an RFC 5545 rule must alternate to count as alternating.
const AROUND: TimeDelta = TimeDelta::weeks(13);

/// A New Year with two odd weeks in a row, and what it does to a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Whose weeks.
    pub numbering: Numbering,
    /// The series' weekday in the year's last week, which is odd.
    pub last: NaiveDate,
    /// The same weekday in the next year's first week, odd too.
    pub first: NaiveDate,
    /// What happens to the series.
    pub effect: Effect,
}

/// What such a New Year does to a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// On odd weeks: it meets in both.
    Twice,
    /// On even weeks: it meets in neither, three weeks pass.
    Pause {
        /// The last meeting before.
        from: NaiveDate,
        /// The first after.
        to: NaiveDate,
    },
    /// Strictly alternating: it goes on, and its weeks are of the other kind.
    Swap {
        /// The last meeting before.
        from: NaiveDate,
        /// The first after.
        to: NaiveDate,
        /// What its weeks were until then.
        was: Parity,
    },
}

impl Rule {
    /// The swap of even and odd within the next quarter that this series meets, if any.
    #[must_use]
    pub fn turn(&self, today: NaiveDate) -> Option<Turn> {
        let (weekday, numbering) = match self {
            Rule::EveryWeeks { anchor, weeks } if weeks.is_multiple_of(2) => (anchor.weekday(), Numbering::Iso),
            Rule::EveryWeeks { .. } => return None,
            Rule::Parity { weekday, numbering, .. } => (*weekday, *numbering),
            Rule::Recurrence(rule) => (rule.anchor().weekday(), Numbering::Iso),
        };
        let (last, first) = two_odd_weeks(today, weekday, numbering)?;
        let effect = match self {
            Rule::Parity { parity: Parity::Odd, .. } => Effect::Twice,
            Rule::Parity { parity: Parity::Even, .. } => Effect::Pause { from: last - WEEK, to: first + WEEK },
            Rule::EveryWeeks { .. } => self.swap(last)?,
            Rule::Recurrence(_) => self.alternates(last, first).then(|| self.swap(last)).flatten()?,
        };
        Some(Turn { numbering, last, first, effect })
    }

    fn swap(&self, last: NaiveDate) -> Option<Effect> {
        let from = self.dates(&(last - AROUND..=last)).last()?;
        let to = self.on_or_after(last.succ_opt()?)?;
        let was = Parity::of(Numbering::Iso.week(from));
        Some(Effect::Swap { from, to, was })
    }

    /// Whether an even number of weeks lies between any two dates around New Year.
    fn alternates(&self, last: NaiveDate, first: NaiveDate) -> bool {
        let dates: Vec<NaiveDate> = self.dates(&(last - AROUND..=first + AROUND)).collect();
        dates.len() > 2 && dates.windows(2).all(|pair| (pair[1] - pair[0]).num_days() % 14 == 0)
    }
}

/// The next such pair of days, when its second comes within the quarter.
fn two_odd_weeks(today: NaiveDate, weekday: Weekday, numbering: Numbering) -> Option<(NaiveDate, NaiveDate)> {
    let until = today.checked_add_signed(AHEAD)?;
    let wait = i64::from(weekday.days_since(today.weekday()));
    // The second day of the pair may be the next one already.
    let mut last = today.checked_add_signed(TimeDelta::days(wait) - WEEK)?;
    loop {
        let first = last.checked_add_signed(WEEK).filter(|day| *day <= until)?;
        let parity = |day| Parity::of(numbering.week(day));
        if parity(last) == parity(first) && first > today {
            return Some((last, first));
        }
        last = first;
    }
}

impl fmt::Display for Turn {
    /// What happens, on which dates, and the choice: for those who edit the series.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Turn { numbering, last, first, effect } = self;
        let numbered = numbering.spoken();
        write!(
            formatter,
            "{last} ({numbered} week {}) and {first} (week {}) both lie in odd weeks: ",
            numbering.week(*last),
            numbering.week(*first)
        )?;
        match effect {
            Effect::Twice => write!(
                formatter,
                "this series of odd weeks meets on both, two weeks in a row. To keep alternating, give it an `anchor` with `every_weeks = 2` instead of `weeks`; or leave it so"
            ),
            Effect::Pause { from, to } => write!(
                formatter,
                "this series of even weeks meets on {from} and then not before {to}, three weeks later. To keep alternating, give it an `anchor` with `every_weeks = 2` instead of `weeks`; or leave it so"
            ),
            Effect::Swap { from, to, was } => {
                let (was, now) = match was {
                    Parity::Even => ("even", "odd"),
                    Parity::Odd => ("odd", "even"),
                };
                let back = *to + WEEK;
                write!(
                    formatter,
                    "this series meets on {from} and {to}, until then in {was} weeks and afterwards in {now} ones. Leave it so to keep alternating; or, to stay on {was} weeks, re-anchor it once {from} is over: `anchor = {back}`"
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn every_two(anchor: &str) -> Rule {
        Rule::EveryWeeks { anchor: day(anchor), weeks: 2 }
    }

    fn wednesdays(parity: Parity, numbering: Numbering) -> Rule {
        Rule::Parity { weekday: Weekday::Wed, parity, numbering }
    }

    fn words(rule: &Rule, today: &str) -> String {
        rule.turn(day(today)).map(|turn| turn.to_string()).unwrap_or_default()
    }

    #[test]
    fn alternation_swaps_its_weeks() {
        insta::assert_snapshot!(words(&every_two("2026-11-25"), "2026-11-20"), @"2026-12-30 (ISO week 53) and 2027-01-06 (week 1) both lie in odd weeks: this series meets on 2026-12-23 and 2027-01-06, until then in even weeks and afterwards in odd ones. Leave it so to keep alternating; or, to stay on even weeks, re-anchor it once 2026-12-23 is over: `anchor = 2027-01-13`");
        insta::assert_snapshot!(words(&every_two("2026-12-02"), "2026-11-20"), @"2026-12-30 (ISO week 53) and 2027-01-06 (week 1) both lie in odd weeks: this series meets on 2026-12-30 and 2027-01-13, until then in odd weeks and afterwards in even ones. Leave it so to keep alternating; or, to stay on odd weeks, re-anchor it once 2026-12-30 is over: `anchor = 2027-01-20`");
    }

    #[test]
    fn series_of_numbered_weeks_break() {
        insta::assert_snapshot!(words(&wednesdays(Parity::Odd, Numbering::Iso), "2026-11-20"), @"2026-12-30 (ISO week 53) and 2027-01-06 (week 1) both lie in odd weeks: this series of odd weeks meets on both, two weeks in a row. To keep alternating, give it an `anchor` with `every_weeks = 2` instead of `weeks`; or leave it so");
        insta::assert_snapshot!(words(&wednesdays(Parity::Even, Numbering::Iso), "2026-11-20"), @"2026-12-30 (ISO week 53) and 2027-01-06 (week 1) both lie in odd weeks: this series of even weeks meets on 2026-12-23 and then not before 2027-01-13, three weeks later. To keep alternating, give it an `anchor` with `every_weeks = 2` instead of `weeks`; or leave it so");
        insta::assert_snapshot!(words(&wednesdays(Parity::Even, Numbering::Us), "2028-11-20"), @"2028-12-27 (US week 53) and 2029-01-03 (week 1) both lie in odd weeks: this series of even weeks meets on 2028-12-20 and then not before 2029-01-10, three weeks later. To keep alternating, give it an `anchor` with `every_weeks = 2` instead of `weeks`; or leave it so");
    }

    #[rstest::rstest]
    #[case("2026-10-05", false)]
    #[case("2026-10-06", true)]
    #[case("2027-01-05", true)]
    #[case("2027-01-06", false)]
    #[case("2027-11-20", false)]
    #[case("2032-11-20", true)]
    fn the_warning_lasts_a_quarter(#[case] today: &str, #[case] warned: bool) {
        assert_eq!(every_two("2026-11-25").turn(day(today)).is_some(), warned);
        let odd = wednesdays(Parity::Odd, Numbering::Iso);
        assert_eq!(odd.turn(day(today)).is_some(), warned);
    }

    #[test]
    fn other_series_are_left_in_peace() {
        let weekly = Rule::EveryWeeks { anchor: day("2026-11-25"), weeks: 1 };
        assert_eq!(weekly.turn(day("2026-11-20")), None);
        assert_eq!(wednesdays(Parity::Odd, Numbering::Us).turn(day("2026-11-20")), None);
        let rule = |text| {
            let start = chrono::NaiveTime::MIN;
            let rule = super::super::Recurrence::read(text, day("2026-11-25"), start, chrono_tz::Tz::UTC);
            Rule::Recurrence(rule.unwrap()).turn(day("2026-11-20"))
        };
        assert_eq!(rule("FREQ=MONTHLY;BYDAY=-1WE"), None);
        assert_eq!(rule("FREQ=WEEKLY;COUNT=2"), None);
        assert_eq!(rule("FREQ=WEEKLY;INTERVAL=2"), every_two("2026-11-25").turn(day("2026-11-20")));
    }

    #[rstest::rstest]
    #[case(Numbering::Iso, &[2021, 2027, 2033, 2038])]
    #[case(Numbering::Us, &[2023, 2029, 2034, 2040])]
    fn new_years_of_two_odd_weeks(#[case] numbering: Numbering, #[case] years: &[i32]) {
        let rule = wednesdays(Parity::Odd, numbering);
        let found = (2021..=2040).filter(|year| {
            let autumn = NaiveDate::from_ymd_opt(year - 1, 11, 20).unwrap();
            rule.turn(autumn).is_some()
        });
        assert_eq!(found.collect::<Vec<i32>>(), years);
    }
}
