//! When the community meets: series, the rules by which they recur, changes to single dates, and what follows from them.
//! Pure: days and instants are arguments, and nothing here knows where series are written down or who reads them.
//!
//! 1. [`rule`]: on which dates a series takes place, in one of three forms; [`weeks`] numbers weeks, [`recurrence`] is the
//!    third form, RFC 5545;
//! 2. [`zone`]: from a wall clock to an instant, over the nights on which clocks are changed;
//! 3. [`series`]: occurrences, changes to single dates, the next one, and which reminders fall due;
//! 4. [`change`]: whether a change to one date makes sense;
//! 5. [`turn`]: which years of 53 weeks swap even and odd;
//! 6. [`notice`]: which announcements are to be made now;
//! 7. [`feed`]: the same as iCalendar text.

pub mod change;
pub mod feed;
pub mod notice;
pub mod recurrence;
pub mod rule;
pub mod series;
pub mod turn;
pub mod weeks;
pub mod zone;

mod occurrence;

use std::ops::RangeInclusive;

use chrono::NaiveDate;

pub use change::Refused;
pub use notice::{Call, Notice};
pub use occurrence::{Occurrence, Status};
pub use recurrence::Recurrence;
pub use rule::Rule;
pub use series::{Change, Due, Exception, Reminder, Series};
pub use turn::Turn;
pub use weeks::{Numbering, Parity};

/// Nothing occurs before this day: zones had no common rules before it, and nobody asks.
pub const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(1970, 1, 1).expect("a day");
/// Nothing occurs after this day: the tables of `chrono-tz` hold no change of clocks beyond 2099, so that from then on
/// every summer would be an hour wrong.
pub const LAST_DAY: NaiveDate = NaiveDate::from_ymd_opt(2099, 12, 31).expect("a day");

/// The part of `days` in which anything can occur. May be empty.
#[must_use]
pub fn within_bounds(days: &RangeInclusive<NaiveDate>) -> RangeInclusive<NaiveDate> {
    *days.start().max(&FIRST_DAY)..=*days.end().min(&LAST_DAY)
}
