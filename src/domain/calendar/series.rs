//! A series of meetings: its occurrences with what became of them, the next one, and the reminders that fall due.

use std::fmt;
use std::ops::RangeInclusive;

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::occurrence::{Occurrence, Status};
use super::rule::Rule;
use super::zone;

/// Clocks differ from UTC by less than this, so an instant's local date is at most one day off its date in UTC.
const ZONES_DIFFER: Days = Days::new(1);

/// A series of meetings.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Stem of its file; unique.
    pub id: String,
    /// As people call it; unique.
    pub title: String,
    /// Where its clock hangs.
    pub zone: Tz,
    /// What that clock shows when it starts.
    pub start: NaiveTime,
    /// How long it takes.
    pub duration: TimeDelta,
    /// Address at which people join.
    pub join: Option<String>,
    /// Whom to ask for an invitation.
    pub contact: Option<String>,
    /// Id of the channel in which it is announced.
    pub channel: String,
    /// On which dates it takes place.
    pub rule: Rule,
    /// When it is announced, the earliest first.
    pub reminders: Vec<Reminder>,
    /// Changes to single dates in the order in which they were made: the last one for a date holds.
    pub exceptions: Vec<Exception>,
}

/// An announcement, so long before the start. Whole minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reminder {
    /// How long before.
    pub before: TimeDelta,
}

impl fmt::Display for Reminder {
    /// `48h` or `10m`: its name in keys and for people.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = self.before.num_minutes();
        if minutes % 60 == 0 { write!(formatter, "{}h", minutes / 60) } else { write!(formatter, "{minutes}m") }
    }
}

/// A change to one date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// The local date on which the series has the occurrence. On other days an exception changes nothing.
    pub date: NaiveDate,
    /// What becomes of it.
    pub change: Change,
    /// Why, for everyone to read.
    pub reason: String,
}

/// What becomes of an occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It does not take place.
    Skip,
    /// It takes place then, by the clock of the series.
    MoveTo(NaiveDateTime),
    /// Back to what the rule says.
    Restore,
}

/// A reminder that falls due.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    /// When.
    pub at: DateTime<Utc>,
    /// Which of the series' reminders.
    pub reminder: Reminder,
    /// Of what. It takes place: nobody is reminded of what was skipped.
    pub occurrence: Occurrence,
}

impl Series {
    /// The same series with further changes, made after those that it has.
    #[must_use]
    pub fn with(&self, changes: &[Exception]) -> Series {
        let mut series = self.clone();
        series.exceptions.extend_from_slice(changes);
        series
    }

    /// The occurrence that the series has on `date`, wherever it was moved to.
    #[must_use]
    pub fn occurrence(&self, date: NaiveDate) -> Option<Occurrence> {
        self.rule.on(date).then(|| self.on(date))
    }

    /// Everything that takes place within `days` by the clock of the series, both ends included, and what was skipped
    /// there, by start. Days outside of [`super::within_bounds`] have none.
    #[must_use]
    pub fn occurrences(&self, days: &RangeInclusive<NaiveDate>) -> Vec<Occurrence> {
        let stays = self.rule.dates(days).filter(|date| self.moved_to(*date).is_none()).map(|date| self.on(date));
        let moved = self.moved().filter(|(_, to)| days.contains(&to.date())).map(|(date, _)| self.on(date));
        let mut found: Vec<Occurrence> = stays.chain(moved).collect();
        found.sort_by_key(|occurrence| (occurrence.starts, occurrence.date));
        found
    }

    /// The first `count` from `day` on, skipped ones among them.
    #[must_use]
    pub fn upcoming(&self, day: NaiveDate, count: usize) -> Vec<Occurrence> {
        // Each change may have carried one of these dates away to a later day.
        let enough = count + self.exceptions.len();
        let last = self.rule.dates(&(day..=NaiveDate::MAX)).take(enough).last();
        let to = last.into_iter().chain(self.moved().map(|(_, to)| to.date())).max();
        let mut found = self.occurrences(&(day..=to.unwrap_or(day)));
        found.truncate(count);
        found
    }

    /// The first that takes place and starts after an instant.
    #[must_use]
    pub fn next(&self, after: DateTime<Utc>) -> Option<Occurrence> {
        let day = after.date_naive();
        let from = day.checked_sub_days(ZONES_DIFFER).unwrap_or(day);
        let comes = |occurrence: &Occurrence| occurrence.takes_place() && occurrence.starts > after;
        let stays = self
            .rule
            .dates(&(from..=NaiveDate::MAX))
            .filter(|date| self.moved_to(*date).is_none())
            .map(|date| self.on(date))
            .find(comes);
        let moved = self.moved().map(|(date, _)| self.on(date)).filter(comes);
        stays.into_iter().chain(moved).min_by_key(|occurrence| (occurrence.starts, occurrence.date))
    }

    /// The reminders that fall due after `after` and not after `until`, by instant. Costs as much as the days between
    /// the two, not as the years since the anchor; takes no memory where nothing falls due.
    #[must_use]
    pub fn due(&self, after: DateTime<Utc>, until: DateTime<Utc>) -> Vec<Due> {
        let mut due = Vec::new();
        for reminder in &self.reminders {
            let later = |instant: DateTime<Utc>| {
                instant.checked_add_signed(reminder.before).unwrap_or(DateTime::<Utc>::MAX_UTC)
            };
            let (after, until) = (later(after), later(until));
            let (first, last) = (after.date_naive(), until.date_naive());
            let days = first.checked_sub_days(ZONES_DIFFER).unwrap_or(first)
                ..=last.checked_add_days(ZONES_DIFFER).unwrap_or(last);
            let stays = self.rule.dates(&days).filter(|date| self.moved_to(*date).is_none());
            let moved = self.moved().filter(|(_, to)| days.contains(&to.date())).map(|(date, _)| date);
            due.extend(
                stays
                    .chain(moved)
                    .map(|date| self.on(date))
                    .filter(|occurrence| {
                        occurrence.takes_place() && occurrence.starts > after && occurrence.starts <= until
                    })
                    .map(|occurrence| Due {
                        at: occurrence.starts.to_utc() - reminder.before,
                        reminder: *reminder,
                        occurrence,
                    }),
            );
        }
        due.sort_by_key(|due| due.at);
        due
    }

    /// What stands on a date of the rule.
    pub(super) fn on(&self, date: NaiveDate) -> Occurrence {
        let original = zone::instant(self.zone, date.and_time(self.start));
        let last = self.change(date);
        let (starts, status) = match last.map(|exception| exception.change) {
            None | Some(Change::Restore) => (original, Status::Planned),
            Some(Change::Skip) => (original, Status::Skipped),
            Some(Change::MoveTo(to)) => (zone::instant(self.zone, to), Status::Moved),
        };
        let changes = self.exceptions.iter().filter(|change| change.date == date);
        Occurrence {
            series: self.id.clone(),
            date,
            starts,
            ends: starts + self.duration,
            original,
            status,
            note: last.filter(|_| status != Status::Planned).map(|exception| exception.reason.clone()),
            sequence: u32::try_from(changes.count()).unwrap_or(u32::MAX),
        }
    }

    /// The change that holds for a date.
    fn change(&self, date: NaiveDate) -> Option<&Exception> {
        self.exceptions.iter().rfind(|exception| exception.date == date)
    }

    fn moved_to(&self, date: NaiveDate) -> Option<NaiveDateTime> {
        match self.change(date)?.change {
            Change::MoveTo(to) => Some(to),
            Change::Skip | Change::Restore => None,
        }
    }

    /// Dates of the rule that were moved, and where to.
    fn moved(&self) -> impl Iterator<Item = (NaiveDate, NaiveDateTime)> + '_ {
        self.exceptions.iter().enumerate().filter_map(|(place, exception)| {
            let Change::MoveTo(to) = exception.change else {
                return None;
            };
            let holds = !self.exceptions[place + 1..].iter().any(|later| later.date == exception.date);
            (holds && self.rule.on(exception.date)).then_some((exception.date, to))
        })
    }
}
