//! What must hold for any series, whatever is changed.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use firstmate::domain::calendar::{
    Change, Exception, Numbering, Occurrence, Parity, Recurrence, Reminder, Rule, Series, feed,
};
use proptest::prelude::*;

use super::{GOOD, day, judged};

const WEEKDAYS: [Weekday; 3] = [Weekday::Wed, Weekday::Sun, Weekday::Mon];
/// Read once: to expand a rule to the end of the century is the dear part.
static RECURRENCES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    [
        ("FREQ=DAILY;INTERVAL=3", "2026-01-01"),
        ("FREQ=WEEKLY;BYDAY=TU,FR", "2027-01-05"),
        ("FREQ=MONTHLY;INTERVAL=2", "2026-01-28"),
        ("FREQ=MONTHLY;BYDAY=2TU,-1WE,4SA", "2026-01-13"),
    ]
    .map(|(text, anchor)| Recurrence::read(text, day(anchor), NaiveTime::MIN, chrono_tz::Tz::UTC).unwrap())
    .map(Rule::Recurrence)
    .to_vec()
});

fn any_rule() -> impl Strategy<Value = Rule> {
    let anchor = (0_i64..400).prop_map(|days| day("2026-01-01") + TimeDelta::days(days));
    prop_oneof![
        (anchor, 1_u32..6).prop_map(|(anchor, weeks)| Rule::EveryWeeks { anchor, weeks }),
        (0_usize..3, any::<bool>(), any::<bool>()).prop_map(|(weekday, even, iso)| Rule::Parity {
            weekday: WEEKDAYS[weekday],
            parity: if even { Parity::Even } else { Parity::Odd },
            numbering: if iso { Numbering::Iso } else { Numbering::Us },
        }),
        (0_usize..4).prop_map(|place| RECURRENCES[place].clone()),
    ]
}

/// A change to the n-th date from a day on: skip, restore, or move by so many hours.
type AnyChange = (usize, u8, i64);

fn any_series() -> impl Strategy<Value = (Series, Vec<Exception>)> {
    let zones = [
        chrono_tz::Tz::America__New_York,
        chrono_tz::Tz::Australia__Lord_Howe,
        chrono_tz::Tz::Pacific__Kiritimati,
        chrono_tz::Tz::Asia__Kolkata,
    ];
    let changes = proptest::collection::vec((0_usize..12, 0_u8..3, -200_i64..200), 0..8);
    (any_rule(), 0_usize..4, 0_u32..1_440, changes).prop_map(
        move |(rule, zone, minute, changes): (Rule, usize, u32, Vec<AnyChange>)| {
            let start = NaiveTime::from_hms_opt(minute / 60, minute % 60, 0).unwrap();
            let dates: Vec<NaiveDate> = rule.dates(&(day("2027-01-01")..=NaiveDate::MAX)).take(12).collect();
            let exceptions = changes.into_iter().map(|(place, kind, hours)| Exception {
                date: dates[place],
                change: match kind {
                    0 => Change::Skip,
                    1 => Change::Restore,
                    _ => Change::MoveTo(dates[place].and_time(start) + TimeDelta::hours(hours)),
                },
                reason: "because".into(),
            });
            let exceptions: Vec<Exception> = exceptions.collect();
            let reminders = [48 * 60, 120, 10].map(|minutes| Reminder { before: TimeDelta::minutes(minutes) }).to_vec();
            let series = Series {
                id: "a".into(),
                title: "A".into(),
                zone: zones[zone],
                start,
                duration: TimeDelta::hours(1),
                join: None,
                contact: None,
                channel: "C1".into(),
                rule,
                reminders,
                exceptions: Vec::new(),
            };
            (series, exceptions)
        },
    )
}

fn identities(occurrences: &[Occurrence]) -> BTreeSet<String> {
    occurrences.iter().map(Occurrence::key).collect()
}

proptest! {
    #[test]
    fn occurrences_are_in_order_and_each_is_there_once((series, changes) in any_series(), cut in 0_i64..300) {
        let (from, to) = (day("2026-06-01"), day("2029-12-31"));
        let plain = series.occurrences(&(from..=to));
        let series = series.with(&changes);
        let all = series.occurrences(&(from..=to));
        prop_assert!(all.is_sorted_by_key(|one| one.starts));
        prop_assert_eq!(identities(&all).len(), all.len());
        // Whatever is skipped or moved, it stays the same meetings.
        prop_assert_eq!(identities(&all), identities(&plain));
        let middle = from + TimeDelta::days(cut);
        let mut halves = series.occurrences(&(from..=middle));
        halves.extend(series.occurrences(&(middle.succ_opt().unwrap()..=to)));
        prop_assert_eq!(&halves, &all);
        for one in &all {
            prop_assert!(one.ends - one.starts == TimeDelta::hours(1));
            prop_assert!(series.occurrence(one.date).is_some_and(|same| same == *one));
        }
    }

    #[test]
    fn what_is_restored_is_as_it_was((series, changes) in any_series()) {
        let days = day("2026-06-01")..=day("2029-12-31");
        let restored: Vec<Exception> = changes.iter().map(|change| Exception { change: Change::Restore, ..change.clone() }).collect();
        let back = series.with(&changes).with(&restored).occurrences(&days);
        for (was, is) in series.occurrences(&days).into_iter().zip(back) {
            let times = changes.iter().filter(|change| change.date == was.date).count();
            prop_assert_eq!(is.sequence as usize, 2 * times);
            prop_assert_eq!(Occurrence { sequence: 0, ..is }, was);
        }
    }

    #[test]
    fn each_reminder_falls_due_once((series, changes) in any_series(), step in 1_i64..2_000) {
        let series = series.with(&changes);
        let (begin, end) = ("2027-01-15T00:00:00Z".parse::<DateTime<Utc>>().unwrap(), "2027-04-15T00:00:00Z".parse::<DateTime<Utc>>().unwrap());
        let mut ticked = Vec::new();
        let mut now = begin;
        while now < end {
            let next = (now + TimeDelta::minutes(step)).min(end);
            ticked.extend(series.due(now, next));
            now = next;
        }
        let mut wanted = Vec::new();
        for one in series.occurrences(&(day("2026-12-01")..=day("2027-06-01"))).iter().filter(|one| one.takes_place()) {
            wanted.extend(series.reminders.iter().map(|reminder| (one.starts.to_utc() - reminder.before, one.key(), *reminder)));
        }
        wanted.retain(|(at, ..)| *at > begin && *at <= end);
        wanted.sort();
        let mut found: Vec<_> = ticked.iter().map(|due| (due.at, due.occurrence.key(), due.reminder)).collect();
        prop_assert!(found.is_sorted_by_key(|(at, ..)| *at));
        found.sort();
        prop_assert_eq!(found, wanted);
    }

    #[test]
    fn the_next_one_is_the_earliest((series, changes) in any_series(), hours in 0_i64..8_000) {
        let series = series.with(&changes);
        let now = "2026-12-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::hours(hours);
        let all = series.occurrences(&(day("2026-11-01")..=day("2029-12-31")));
        let wanted = all.into_iter().filter(|one| one.takes_place()).find(|one| one.starts > now);
        prop_assert_eq!(series.next(now), wanted);
    }

    #[test]
    fn a_feed_is_the_same_each_time_and_keeps_its_lines_short((series, changes) in any_series(), words in "\\PC{0,120}") {
        let series = Series { title: words, ..series.with(&changes) };
        let days = day("2027-01-01")..=day("2027-06-30");
        let text = feed::text(std::slice::from_ref(&series), &days);
        prop_assert_eq!(&text, &feed::text(std::slice::from_ref(&series), &days));
        prop_assert!(text.ends_with("END:VCALENDAR\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']));
        prop_assert!(text.split("\r\n").all(|line| line.len() <= 75));
        prop_assert_eq!(text.matches("BEGIN:VEVENT").count(), text.matches("@firstmate").count());
    }
}

/// Any text as a rule is read or refused, and never hangs or breaks.
#[test]
fn any_text_as_a_rule_is_read_or_refused() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let keys = "(FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;(INTERVAL|COUNT|BYDAY|BYMONTHDAY|BYMONTH|BYSETPOS|BYWEEKNO|BYYEARDAY|UNTIL|WKST)=-?[0-9]{0,5}(MO|SU|TH)?(,-?[0-9]{1,3}(MO)?)?){0,4}|\\PC{0,40})";
    runner
        .run(&proptest::string::string_regex(keys).unwrap(), |text| {
            if let Ok(rule) = Recurrence::read(&text, day("2026-11-25"), NaiveTime::MIN, chrono_tz::Tz::UTC) {
                prop_assert!(rule.on(day("2026-11-25")));
                prop_assert!(rule.on_or_after(day("2030-01-01")).is_none_or(|date| date.year() >= 2030));
            }
            Ok(())
        })
        .unwrap();
}

/// Pieces of files, right and wrong, to be put anywhere.
const PIECES: [&str; 16] = [
    "",
    "\n",
    "\"",
    "-",
    "0",
    "9999-12-31",
    "1969-12-31T23:59:59",
    "rrule = \"FREQ=DAILY\"\n",
    "weeks = \"odd\"\n",
    "[[exceptions]]\n",
    "[series]\n",
    "move_to = 2026-12-23T08:30:00\n",
    "skip = true\n",
    "Europe/Prague",
    "\u{feff}",
    "é",
];

proptest! {
    /// Whatever a file holds, it is either a series or has a fault inside it, and the judge never breaks.
    #[test]
    fn a_file_is_a_series_or_has_a_fault(cuts in proptest::collection::vec((0_usize..420, 0_usize..30, 0_usize..16), 1..4)) {
        let mut text = GOOD.to_owned();
        for (at, length, piece) in cuts {
            let at = at.min(text.len());
            let end = (at + length).min(text.len());
            if text.is_char_boundary(at) && text.is_char_boundary(end) {
                text.replace_range(at..end, PIECES[piece]);
            }
        }
        let found = judged(&[("a.toml", &text)], "2026-11-20");
        prop_assert_eq!(found.catalogue.meetings.len(), usize::from(found.faults.is_empty()), "{}", text);
        let lines = text.split('\n').count();
        for fault in &found.faults {
            prop_assert!((1..=lines).contains(&fault.line), "{}", fault);
        }
        for series in &found.catalogue.meetings {
            prop_assert!(series.upcoming(day("2026-11-20"), 6).len() <= 6);
        }
    }
}
