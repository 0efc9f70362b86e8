//! Numbers of weeks. "Odd weeks" means two different things on two sides of the Atlantic, and neither alternates over
//! every New Year; see [`super::turn`].

use chrono::{Datelike as _, NaiveDate, TimeDelta};

/// Whose calendar numbers the weeks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbering {
    /// Monday begins a week, and week 1 holds the year's first Thursday.
    Iso,
    /// Sunday begins a week, and week 1 holds 1 January.
    Us,
}

impl Numbering {
    /// The number of the week that holds `date`.
    #[must_use]
    pub fn week(self, date: NaiveDate) -> u32 {
        match self {
            Numbering::Iso => date.iso_week().week(),
            // A week is numbered in the year of its Saturday, so its place in the year is that of the Saturday.
            Numbering::Us => {
                let to_saturday = 6 - i64::from(date.weekday().num_days_from_sunday());
                let saturday = date.checked_add_signed(TimeDelta::days(to_saturday)).unwrap_or(NaiveDate::MAX);
                saturday.ordinal0() / 7 + 1
            }
        }
    }

    /// As it is written in `commands/meetings/`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Numbering::Iso => "iso",
            Numbering::Us => "us",
        }
    }

    /// As people call it in a sentence.
    #[must_use]
    pub fn spoken(self) -> &'static str {
        match self {
            Numbering::Iso => "ISO",
            Numbering::Us => "US",
        }
    }
}

/// Even or odd.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parity {
    /// Weeks 2, 4, 6, …
    Even,
    /// Weeks 1, 3, 5, …
    Odd,
}

impl Parity {
    /// The parity of a number.
    #[must_use]
    pub fn of(number: u32) -> Parity {
        if number.is_multiple_of(2) { Parity::Even } else { Parity::Odd }
    }

    /// As it is written and spoken.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Parity::Even => "even",
            Parity::Odd => "odd",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The Wednesdays around two New Years, with their ISO and US weeks, as the community's history was reckoned by hand.
    #[rstest::rstest]
    #[case("2020-12-16", 51, 51)]
    #[case("2020-12-23", 52, 52)]
    #[case("2020-12-30", 53, 1)]
    #[case("2021-01-06", 1, 2)]
    #[case("2021-01-13", 2, 3)]
    #[case("2021-01-20", 3, 4)]
    #[case("2026-11-25", 48, 48)]
    #[case("2026-12-16", 51, 51)]
    #[case("2026-12-23", 52, 52)]
    #[case("2026-12-30", 53, 1)]
    #[case("2027-01-06", 1, 2)]
    #[case("2027-01-13", 2, 3)]
    fn weeks_are_numbered_both_ways(#[case] date: NaiveDate, #[case] iso: u32, #[case] us: u32) {
        assert_eq!((Numbering::Iso.week(date), Numbering::Us.week(date)), (iso, us));
    }

    #[test]
    fn us_weeks_begin_on_sunday() {
        let week = |day| Numbering::Us.week(NaiveDate::from_ymd_opt(2027, 1, day).unwrap());
        assert_eq!([week(1), week(2), week(3), week(9), week(10)], [1, 1, 2, 2, 3]);
        assert_eq!(Numbering::Us.week(NaiveDate::MAX), 53);
    }

    /// A year of Wednesdays is even by both ways of counting, or by neither.
    #[test]
    fn the_two_ways_agree_in_some_years_only() {
        let odd_ones = [2021, 2022, 2027, 2028, 2033];
        for year in 2020..=2037 {
            let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
            let wednesdays = first
                .iter_days()
                .take_while(|day| day.year() == year)
                .filter(|day| day.weekday() == chrono::Weekday::Wed);
            for day in wednesdays {
                // Around New Year the one may have turned before the other.
                if day.iso_week().week() == 53 || Numbering::Us.week(day) == 53 || day.ordinal() > 358 {
                    continue;
                }
                let agree = Parity::of(Numbering::Iso.week(day)) == Parity::of(Numbering::Us.week(day));
                assert_eq!(agree, !odd_ones.contains(&year), "{day}");
            }
        }
    }
}
