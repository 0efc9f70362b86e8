//! Whether a change to one date makes sense, worded for whoever asks for it, in a file or in the chat.

use chrono::{Days, NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use thiserror::Error;

use super::occurrence::Occurrence;
use super::series::{Change, Exception, Series};
use super::{FIRST_DAY, LAST_DAY, zone};

/// A meeting lasts a day at most, and so does what it may meet.
const AROUND: Days = Days::new(2);

/// Why a change is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refused {
    /// The series has nothing on that day.
    #[error("there is no meeting on {date}{}", nearest(*before, *after))]
    NoMeeting {
        /// The day.
        date: NaiveDate,
        /// The last meeting before it.
        before: Option<NaiveDate>,
        /// The first after it.
        after: Option<NaiveDate>,
    },
    /// No calendar reaches so far.
    #[error("{} is too far away: meetings are known from {FIRST_DAY} to {LAST_DAY}", spoken(.0))]
    OutOfBounds(NaiveDateTime),
    /// The clocks are set forward over the new time.
    #[error("there is no {} in {zone}: the clocks are set forward over it, and the meeting would start at {}. Choose another time", spoken(to), instead.format("%H:%M"))]
    Gap {
        /// The new time.
        to: NaiveDateTime,
        /// Where.
        zone: Tz,
        /// What the clocks show instead.
        instead: NaiveDateTime,
    },
    /// Another meeting of the series is going on then.
    #[error("{} falls onto the meeting of {other}, which starts at {}", spoken(to), spoken(starts))]
    Onto {
        /// The new time.
        to: NaiveDateTime,
        /// Original date of the other.
        other: NaiveDate,
        /// When the other starts.
        starts: NaiveDateTime,
    },
}

impl Series {
    /// What would become of the occurrence. Whether that lies in the past is for the caller to say, who knows the time.
    ///
    /// # Errors
    /// When the change makes no sense.
    pub fn changed(&self, exception: &Exception) -> Result<Occurrence, Refused> {
        let Exception { date, change, .. } = *exception;
        if !self.rule.on(date) {
            return Err(Refused::NoMeeting {
                date,
                before: self.rule.dates(&(FIRST_DAY..=date)).last(),
                after: self.rule.on_or_after(date),
            });
        }
        if let Change::MoveTo(to) = change {
            if !(FIRST_DAY..=LAST_DAY).contains(&to.date()) {
                return Err(Refused::OutOfBounds(to));
            }
            if let Some(instead) = zone::gap(self.zone, to) {
                return Err(Refused::Gap { to, zone: self.zone, instead: instead.naive_local() });
            }
        }
        let changed = self.with(std::slice::from_ref(exception)).on(date);
        let day = changed.day();
        let around = self.occurrences(&(day - AROUND..=day + AROUND));
        let other = around.into_iter().find(|other| other.date != date && other.overlaps(&changed));
        match other {
            Some(other) => Err(Refused::Onto {
                to: changed.starts.naive_local(),
                other: other.date,
                starts: other.starts.naive_local(),
            }),
            None => Ok(changed),
        }
    }
}

fn nearest(before: Option<NaiveDate>, after: Option<NaiveDate>) -> String {
    match (before, after) {
        (Some(before), Some(after)) => format!(": the nearest are {before} and {after}"),
        (None, Some(first)) => format!(": the first is {first}"),
        (Some(last), None) => format!(": the last is {last}"),
        (None, None) => String::new(),
    }
}

fn spoken(local: &NaiveDateTime) -> String {
    local.format("%Y-%m-%d %H:%M").to_string()
}
