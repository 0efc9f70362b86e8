//! Which announcements are to be made now: one for each reminder that falls due, said while the meeting has not begun, and never
//! two at once for one meeting. What is too late, or was told by a change already, is named too, so that it can be recorded.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{Due, Occurrence, Series, Status};

/// Something that was to be said about an occurrence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// By which it is recognised everywhere, whoever works it out and when.
    pub key: String,
    /// The series' id.
    pub series: String,
    /// The day on which the occurrence was planned.
    pub date: NaiveDate,
    /// Whether it is to be said.
    pub call: Call,
    /// When the occurrence begins: until then at least the key must be remembered.
    pub starts: DateTime<Utc>,
}

/// Whether something is to be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Now.
    Say,
    /// Not any more: the meeting has begun, or something nearer to its start says it all.
    TooLate,
    /// It fell due before somebody changed the occurrence. What was announced by then is corrected, and that says it; where nothing
    /// was, it is to be said after all.
    UnlessAnnounced,
}

impl Series {
    /// How long before a start this series has anything to say.
    #[must_use]
    pub fn foresight(&self) -> TimeDelta {
        self.reminders.iter().map(|reminder| reminder.before).max().unwrap_or_default()
    }

    /// The notices that fall due after `after` and not after `now`. `changed` tells when the occurrence planned for a day was last
    /// changed by somebody: what fell due before that is told by the change itself.
    #[must_use]
    pub fn notices(
        &self,
        changed: impl Fn(NaiveDate) -> Option<DateTime<Utc>>,
        after: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Vec<Notice> {
        let due = self.due(after, now);
        let told = |date: NaiveDate, at: DateTime<Utc>| changed(date).is_some_and(|changed| at <= changed);
        let reminders = due.iter().enumerate().map(|(place, one)| {
            // Of several that fell due while nobody was there to say them, the nearest to the start says it all.
            let last = !due[place + 1..].iter().any(|later| later.occurrence.date == one.occurrence.date);
            let call = match last && one.occurrence.starts > now {
                false => Call::TooLate,
                true if told(one.occurrence.date, one.at) => Call::UnlessAnnounced,
                true => Call::Say,
            };
            one.notice(call)
        });
        reminders.chain(self.cancellations(after, now)).collect()
    }

    /// Once for each occurrence that was skipped before anything was said about it.
    fn cancellations(&self, after: DateTime<Utc>, now: DateTime<Utc>) -> Vec<Notice> {
        let foresight = self.foresight();
        if foresight.is_zero() || self.exceptions.is_empty() {
            return Vec::new();
        }
        // A day more on both sides: these are days by the clock of the series.
        let days = (after.date_naive() - TimeDelta::days(1))..=((now + foresight).date_naive() + TimeDelta::days(1));
        let falls_due = |occurrence: &Occurrence| {
            let at = occurrence.starts.to_utc() - foresight;
            !occurrence.takes_place() && at > after && at <= now
        };
        self.occurrences(&days)
            .into_iter()
            .filter(falls_due)
            .map(|occurrence| Notice {
                key: format!("reminder:{}:skipped", occurrence.key()),
                starts: occurrence.starts.to_utc(),
                // An announcement that stands is corrected instead, whoever skipped it and wherever.
                call: if occurrence.starts > now { Call::UnlessAnnounced } else { Call::TooLate },
                series: occurrence.series,
                date: occurrence.date,
            })
            .collect()
    }

    /// The next instant after `after` at which a reminder falls due, and what it is.
    #[must_use]
    pub fn next_reminder(&self, after: DateTime<Utc>) -> Option<Due> {
        let next = self.next(after)?;
        // The reminders of the meeting after it may come first, when they are very early.
        self.due(after, next.starts.to_utc()).into_iter().next().or_else(|| {
            let following = self.next(next.starts.to_utc())?;
            self.due(after, following.starts.to_utc()).into_iter().next()
        })
    }
}

impl Notice {
    /// How the keys of all notices of the occurrence begin.
    #[must_use]
    pub fn family(&self) -> String {
        format!("reminder:{}-{}:", self.series, self.date)
    }
}

impl Due {
    fn notice(&self, call: Call) -> Notice {
        Notice {
            key: match self.occurrence.status {
                // Of a new time there is something new to say.
                Status::Moved => {
                    let start = self.occurrence.starts.timestamp();
                    format!("reminder:{}:{}@{start}", self.occurrence.key(), self.reminder)
                }
                _ => format!("reminder:{}:{}", self.occurrence.key(), self.reminder),
            },
            starts: self.occurrence.starts.to_utc(),
            series: self.occurrence.series.clone(),
            date: self.occurrence.date,
            call,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveTime;

    use super::*;
    use crate::domain::calendar::{Change, Exception, Reminder, Rule};

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    /// Every second Wednesday from 25 November 2026, 8:30 in New York, which is 13:30 UTC.
    fn series() -> Series {
        Series {
            id: "talk".into(),
            title: "Talk".into(),
            zone: chrono_tz::America::New_York,
            start: NaiveTime::from_hms_opt(8, 30, 0).unwrap(),
            duration: TimeDelta::hours(1),
            join: None,
            contact: None,
            channel: "C1".into(),
            rule: Rule::EveryWeeks { anchor: day(25), weeks: 2 },
            reminders: [48 * 60, 120, 10].map(|minutes| Reminder { before: TimeDelta::minutes(minutes) }).to_vec(),
            exceptions: Vec::new(),
        }
    }

    fn at(date: u32, hour: u32, minute: u32) -> DateTime<Utc> {
        day(date).and_hms_opt(hour, minute, 0).unwrap().and_utc()
    }

    fn told(
        series: &Series,
        changed: Option<DateTime<Utc>>,
        after: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Vec<(String, Call)> {
        let notices = series.notices(|_| changed, after, now);
        let name =
            |key: &str| key.replace("reminder:talk-2026-11-25:", "").split('@').next().unwrap_or_default().to_owned();
        notices.into_iter().map(|notice| (name(&notice.key), notice.call)).collect()
    }

    fn pairs(of: &[(&str, Call)]) -> Vec<(String, Call)> {
        of.iter().map(|(key, call)| ((*key).to_owned(), *call)).collect()
    }

    #[test]
    fn each_reminder_is_said_when_it_falls_due() {
        let series = series();
        assert_eq!(told(&series, None, at(23, 13, 29), at(23, 13, 30)), pairs(&[("48h", Call::Say)]));
        assert_eq!(told(&series, None, at(23, 13, 30), at(25, 11, 29)), pairs(&[]));
        assert_eq!(told(&series, None, at(25, 11, 0), at(25, 11, 30)), pairs(&[("2h", Call::Say)]));
    }

    #[test]
    fn after_an_outage_the_nearest_to_the_start_says_it_all_and_nothing_is_said_after_the_start() {
        let series = series();
        assert_eq!(
            told(&series, None, at(22, 0, 0), at(25, 12, 0)),
            pairs(&[("48h", Call::TooLate), ("2h", Call::Say)])
        );
        let late = pairs(&[("48h", Call::TooLate), ("2h", Call::TooLate), ("10m", Call::TooLate)]);
        assert_eq!(told(&series, None, at(22, 0, 0), at(25, 13, 30)), late);
    }

    #[test]
    fn what_was_skipped_in_time_is_said_once_and_reminds_of_nothing() {
        let mut series = series();
        series.exceptions.push(Exception { date: day(25), change: Change::Skip, reason: "holidays".into() });
        assert_eq!(
            told(&series, Some(at(20, 0, 0)), at(23, 13, 29), at(23, 13, 30)),
            pairs(&[("skipped", Call::UnlessAnnounced)])
        );
        assert_eq!(told(&series, Some(at(20, 0, 0)), at(23, 13, 30), at(25, 13, 29)), pairs(&[]));
        // Skipped after it was announced: the announcement is edited instead.
        assert_eq!(
            told(&series, Some(at(24, 0, 0)), at(23, 13, 0), at(24, 0, 1)),
            pairs(&[("skipped", Call::UnlessAnnounced)])
        );
    }

    #[test]
    fn a_move_tells_what_fell_due_before_it_and_the_rest_is_said_anew() {
        let mut series = series();
        let to = day(26).and_hms_opt(8, 30, 0).unwrap();
        series.exceptions.push(Exception { date: day(25), change: Change::MoveTo(to), reason: "room".into() });
        // Moved on the 25th at noon, a day ahead: 48 hours before the new start lie in the past.
        assert_eq!(
            told(&series, Some(at(25, 12, 0)), at(23, 0, 0), at(25, 12, 1)),
            pairs(&[("48h", Call::UnlessAnnounced)])
        );
        assert_eq!(told(&series, Some(at(25, 12, 0)), at(25, 12, 1), at(26, 11, 30)), pairs(&[("2h", Call::Say)]));
    }

    #[test]
    fn the_next_reminder_is_the_next_to_fall_due() {
        let series = series();
        let next = |after| series.next_reminder(after).map(|due| (due.at, due.reminder.to_string())).unwrap();
        assert_eq!(next(at(20, 0, 0)), (at(23, 13, 30), "48h".to_owned()));
        assert_eq!(next(at(23, 13, 30)), (at(25, 11, 30), "2h".to_owned()));
        let december = day(30) + TimeDelta::days(7);
        assert_eq!(next(at(25, 13, 25)).0, december.and_hms_opt(13, 30, 0).unwrap().and_utc());
    }
}
