//! Occurrences, changes to single dates, the next one and what falls due, by example.

use chrono::{DateTime, Utc};
use firstmate::domain::calendar::{Change, Exception, Status};

use super::{coordination, day, told};

#[test]
fn a_moved_meeting_stands_where_it_takes_place() {
    let series = coordination();
    let on = |from: &str, to: &str| told(&series.occurrences(&(day(from)..=day(to))));
    assert_eq!(on("2027-01-06", "2027-01-06"), [""; 0]);
    assert_eq!(on("2027-01-07", "2027-01-07"), ["coordination-2027-01-06 01-07 08:30 moved 1"]);
    assert_eq!(on("2026-12-23", "2026-12-23"), ["coordination-2026-12-23 12-23 08:30 skipped 1"]);
    let further = [
        Exception { date: day("2026-12-23"), change: Change::Restore, reason: "we meet after all".into() },
        Exception {
            date: day("2027-01-06"),
            change: Change::MoveTo(day("2027-02-01").and_hms_opt(9, 0, 0).unwrap()),
            reason: "snow".into(),
        },
        Exception { date: day("2027-01-05"), change: Change::Skip, reason: "no such meeting".into() },
    ];
    let changed = series.with(&further);
    assert_eq!(
        told(&changed.upcoming(day("2026-12-01"), 5)),
        [
            "coordination-2026-12-09 12-09 08:30 planned 0",
            "coordination-2026-12-23 12-23 08:30 planned 2",
            "coordination-2027-01-20 01-20 08:30 planned 0",
            "coordination-2027-01-06 02-01 09:00 moved 2",
            "coordination-2027-02-03 02-03 08:30 planned 0",
        ]
    );
    let moved = changed.occurrence(day("2027-01-06")).unwrap();
    assert_eq!((moved.note.as_deref(), moved.status), (Some("snow"), Status::Moved));
    assert_eq!(moved.original.to_rfc3339(), "2027-01-06T08:30:00-05:00");
}

#[test]
fn reminders_fall_due_once_and_never_for_what_was_skipped() {
    let series = coordination();
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let due = |after: &str, until: &str| -> Vec<String> {
        let due = series.due(at(after), at(until));
        due.iter()
            .map(|due| format!("{} {} {}", due.at.format("%m-%dT%H:%M"), due.reminder, due.occurrence.key()))
            .collect()
    };
    assert_eq!(due("2026-11-23T13:29:59Z", "2026-11-23T13:30:00Z"), ["11-23T13:30 48h coordination-2026-11-25"]);
    assert_eq!(due("2026-11-23T13:30:00Z", "2026-11-25T13:30:00Z"), [""; 0]);
    assert_eq!(due("2026-12-20T00:00:00Z", "2027-01-08T00:00:00Z"), ["01-05T13:30 48h coordination-2027-01-06"]);
}

#[test]
fn the_next_is_the_first_that_takes_place() {
    let series = coordination();
    let next = |text: &str| series.next(text.parse().unwrap()).map(|one| one.key()).unwrap_or_default();
    assert_eq!(next("2020-01-01T00:00:00Z"), "coordination-2026-11-25");
    assert_eq!(next("2026-11-25T13:29:59Z"), "coordination-2026-11-25");
    assert_eq!(next("2026-11-25T13:30:00Z"), "coordination-2026-12-09");
    assert_eq!(next("2026-12-10T00:00:00Z"), "coordination-2027-01-06");
    assert_eq!(next("2099-12-31T00:00:00Z"), "");
    assert_eq!(next("+12000-01-01T00:00:00Z"), "");
}
