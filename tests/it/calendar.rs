//! Meetings: each kind of fault of their files with its place, their dates against tables made by an independent
//! implementation, and what must hold whatever is changed.

use std::collections::BTreeSet;
use std::fs;
use std::sync::LazyLock;

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use firstmate::catalogue::{Catalogue, Files, Judged};
use firstmate::domain::calendar::{
    Change, Exception, Numbering, Occurrence, Parity, Recurrence, Reminder, Rule, Series, Status,
    feed,
};
use proptest::prelude::*;

const GOOD: &str = r#"title = "Coordination"
timezone = "America/New_York"
start = 08:30:00
duration = "1h"
join = "https://example.org/a"
contact = "ann@example.org"
channel = "C1"
[series]
anchor = 2026-11-25
every_weeks = 2
weekday = "wed"
[[reminders]]
before = "48h"
[[exceptions]]
date = 2026-12-23
skip = true
reason = "holidays"
[[exceptions]]
date = 2027-01-06
move_to = 2027-01-07T08:30:00
reason = "the room is taken"
"#;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn judged(files: &[(&str, &str)], today: &str) -> Judged {
    let files: Files = files
        .iter()
        .map(|(name, content)| (format!("meetings/{name}"), *content))
        .collect();
    Catalogue::judge(&files, day(today))
}

fn lines(faults: &[firstmate::catalogue::Fault]) -> Vec<String> {
    faults.iter().map(ToString::to_string).collect()
}

/// One change to a good series, and the one fault that it must lead to.
#[rstest::rstest]
#[case("title = \"Coordination\"\n", "", "1:1: `title` is missing")]
#[case(
    "America/New_York",
    "America/NewYork",
    "2:12: there is no time zone `America/NewYork`: write one like America/New_York (https://en.wikipedia.org/wiki/List_of_tz_database_time_zones). Did you mean America/New_York?"
)]
#[case(
    "America/New_York",
    "Mars/Olympus",
    "2:12: there is no time zone `Mars/Olympus`: write one like America/New_York (https://en.wikipedia.org/wiki/List_of_tz_database_time_zones)"
)]
#[case(
    "America/New_York",
    "EST",
    "2:12: `EST` is no place and knows no summer time: write one like America/New_York, Europe/Prague or UTC"
)]
#[case(
    "start = 08:30:00",
    "start = \"08:30\"",
    "3:9: `start` must be a time of day like 08:30:00"
)]
#[case(
    "duration = \"1h\"",
    "duration = \"0m\"",
    "4:12: `duration` must be longer than nothing, as in \"10m\""
)]
#[case(
    "duration = \"1h\"",
    "duration = \"25h\"",
    "4:12: `duration` must be at most \"24h\""
)]
#[case(
    "duration = \"1h\"",
    "duration = \"one hour\"",
    "4:12: `duration` must be a span like \"48h\", \"90m\" or \"1h30m\""
)]
#[case(
    "example.org/a\"",
    "example.org/a?authuser=0&hs=122\"",
    "5:8: <https://example.org/a?authuser=0&hs=122> holds an `authuser` query: end the address before the question mark"
)]
#[case(
    "example.org/a\"",
    "example.org/a.\"",
    "5:8: <https://example.org/a.> ends with a full stop"
)]
#[case(
    "https://example.org/a",
    "tbd",
    "5:8: <tbd> is no address; it must begin with https://"
)]
#[case(
    "ann@example.org",
    "ann",
    "6:11: \"ann\" is no mail address like ann@example.org"
)]
#[case(
    "\"C1\"",
    "\"#announcements\"",
    "7:11: `channel` must be a Slack channel id like C01ABCDEF (in Slack: at the end of the channel's details)"
)]
#[case(
    "every_weeks = 2\n",
    "",
    "8:1: `[series]` needs one of three forms: `anchor` with `every_weeks`, `weekday` with `weeks`, or `rrule` with `anchor`"
)]
#[case(
    "every_weeks = 2",
    "every_weeks = 2\nweeks = \"odd\"",
    "8:1: `every_weeks` and `weeks` do not go together: choose one of `anchor` with `every_weeks`, `weekday` with `weeks`, or `rrule` with `anchor`"
)]
#[case(
    "anchor = 2026-11-25\nevery_weeks = 2\nweekday = \"wed\"",
    "rrule = \"FREQ=WEEKLY\"",
    "8:1: `anchor` is missing: `rrule` needs the date of its first meeting"
)]
#[case(
    "every_weeks = 2",
    "every_weeks = 0",
    "10:15: `every_weeks` must be 1 to 520"
)]
#[case(
    "weekday = \"wed\"",
    "weekday = \"thu\"",
    "11:11: `anchor` 2026-11-25 is a Wednesday, and `weekday` says Thursday"
)]
#[case(
    "weekday = \"wed\"",
    "weekday = \"Wednesday\"",
    "11:11: `weekday` must be one of mon, tue, wed, thu, fri, sat, sun"
)]
#[case(
    "anchor = 2026-11-25",
    "anchor = 9999-11-24",
    "9:10: `anchor` must lie between 1970-01-01 and 2099-12-31"
)]
#[case(
    "every_weeks = 2",
    "rrule = \"FREQ=WEEKLY;BYDAY=TH\"",
    "10:9: `anchor` 2026-11-25 is no date of `rrule`; the first one after it is 2026-11-26. The anchor is the first occurrence"
)]
#[case(
    "anchor = 2026-11-25\nevery_weeks = 2",
    "anchor = 2026-11-25\nweeks = \"odd\"",
    "9:10: `anchor` does not go with `weeks`: week numbers need none"
)]
#[case(
    "before = \"48h\"",
    "before = \"0h\"",
    "13:10: `before` must be longer than nothing, as in \"10m\""
)]
#[case(
    "before = \"48h\"",
    "before = \"29d\"",
    "13:10: `before` must be at most \"672h\""
)]
#[case(
    "before = \"48h\"",
    "before = \"48h\"\n[[reminders]]\nbefore = \"2d\"",
    "14:1: there is a reminder 48h before already"
)]
#[case(
    "date = 2026-12-23",
    "date = 2026-12-24",
    "15:8: there is no meeting on 2026-12-24: the nearest are 2026-12-23 and 2027-01-06"
)]
#[case(
    "date = 2026-12-23",
    "date = 2026-11-11",
    "15:8: there is no meeting on 2026-11-11: the first is 2026-11-25"
)]
#[case(
    "date = 2026-12-23",
    "date = 2027-01-06",
    "19:8: there is an exception for 2027-01-06 already"
)]
#[case(
    "skip = true\n",
    "",
    "14:1: an exception needs `skip = true` or `move_to`, one of them"
)]
#[case(
    "skip = true",
    "skip = true\nmove_to = 2026-12-24T08:30:00",
    "14:1: an exception needs `skip = true` or `move_to`, one of them"
)]
#[case("reason = \"holidays\"\n", "", "14:1: `reason` is missing")]
#[case(
    "move_to = 2027-01-07T08:30:00",
    "move_to = 2027-01-20T09:00:00",
    "20:11: `move_to` 2027-01-20 09:00 falls onto the meeting of 2027-01-20, which starts at 2027-01-20 08:30"
)]
#[case(
    "move_to = 2027-01-07T08:30:00",
    "move_to = 2027-03-14T02:30:00",
    "20:11: there is no 2027-03-14 02:30 in America/New_York: the clocks are set forward over it, and the meeting would start at 03:30. Choose another time"
)]
#[case(
    "move_to = 2027-01-07T08:30:00",
    "move_to = 2027-01-07T08:30:00-05:00",
    "20:11: `move_to` must be a day and a time like 2027-01-07T08:30:00, without an offset"
)]
#[case(
    "move_to = 2027-01-07T08:30:00",
    "move_to = 9999-01-07T08:30:00",
    "20:11: `move_to` must lie between 1970-01-01 and 2099-12-31"
)]
#[case(
    "every_weeks = 2",
    "every_weeks = 2\nwhen = 3",
    "11:1: unknown key `when`"
)]
#[case("[series]", "zone = 1\n[series]", "8:1: unknown key `zone`")]
#[case(
    "2026-11-25",
    "2027-02-29",
    "9:10: invalid date, expected day between 01 and 28"
)]
fn each_fault_has_its_place(#[case] good: &str, #[case] bad: &str, #[case] fault: &str) {
    assert!(GOOD.contains(good));
    let found = judged(&[("a.toml", &GOOD.replacen(good, bad, 1))], "2026-11-20");
    assert_eq!(lines(&found.faults), [format!("meetings/a.toml:{fault}")]);
    assert!(found.catalogue.meetings.is_empty());
}

#[test]
fn a_good_series_has_no_fault() {
    let found = judged(&[("a.toml", GOOD)], "2026-09-20");
    assert_eq!(
        (lines(&found.faults), lines(&found.warnings)),
        (vec![], vec![])
    );
    assert_eq!(found.catalogue.meetings[0].exceptions.len(), 2);
}

#[test]
fn a_start_in_a_gap_says_what_happens() {
    let sunday = GOOD
        .replace("08:30:00", "02:30:00")
        .replace(
            "2026-11-25\nevery_weeks = 2\nweekday = \"wed\"",
            "2026-11-29\nevery_weeks = 1",
        )
        .replace("2026-12-23", "2026-12-20")
        .replace("2027-01-06", "2027-01-10");
    let found = judged(&[("a.toml", &sunday)], "2026-11-20");
    let wanted = "meetings/a.toml:3:9: there is no 02:30 on 2027-03-14: the clocks of America/New_York are set forward over it, and the meeting would start at 03:30. Choose another time, or move that date with an exception";
    assert_eq!(lines(&found.faults), [wanted]);
    let kolkata = sunday.replace("America/New_York", "Asia/Kolkata");
    assert_eq!(
        lines(&judged(&[("a.toml", &kolkata)], "2026-11-20").faults),
        [""; 0]
    );
}

/// Time alone makes a past of what was moved to an earlier day; a bot that is started then must start.
#[test]
fn a_move_into_the_past_is_refused_by_the_judge_alone() {
    let early = GOOD.replace("2027-01-07T08:30:00", "2027-01-04T08:30:00");
    let outlived = |today| lines(&judged(&[("a.toml", &early)], today).outlived);
    let wanted = "meetings/a.toml:20:11: `move_to` 2027-01-04 08:30 lies in the past";
    assert_eq!(outlived("2027-01-04"), [""; 0]);
    assert_eq!(outlived("2027-01-05"), [wanted]);
    assert_eq!(outlived("2027-01-07"), [""; 0]);
    let files: Files = [("meetings/a.toml", early.as_str())].into_iter().collect();
    assert!(Catalogue::load(&files, day("2027-01-05")).is_ok());
}

#[test]
fn files_are_compared_with_each_other() {
    let second = GOOD.replace("\"Coordination\"", "\"Planning\"");
    let found = judged(&[("a.toml", GOOD), ("b.toml", GOOD)], "2026-11-20");
    let wanted = "meetings/b.toml:1:9: the title \"Coordination\" stands in a.toml already";
    assert_eq!(lines(&found.faults), [wanted]);
    let found = judged(&[("a.toml", GOOD), ("b.toml", &second)], "2026-11-20");
    let wanted = "meetings/b.toml:8:1: meets at the same time as a.toml, in the same channel: on 2026-11-25 at 08:30 and 50 more times within 104 weeks. Choose another rule or time, or skip or move one of them with an exception";
    assert_eq!(lines(&found.faults), [wanted]);
    let elsewhere = second.replace("\"C1\"", "\"C2\"");
    let found = judged(&[("a.toml", GOOD), ("b.toml", &elsewhere)], "2026-09-20");
    let wanted = "meetings/b.toml:8:1: meets at the same time as a.toml: on 2026-11-25 at 08:30 and 46 more times within 104 weeks. Nobody can be in both";
    assert_eq!(
        (lines(&found.faults), lines(&found.warnings)),
        (vec![], vec![wanted.to_owned()])
    );
    let zones = second
        .replace("America/New_York", "Europe/Prague")
        .replace("start = 08:30:00", "start = 13:30:00")
        .replace("2026-11-25", "2026-11-18")
        .replace("2026-12-23", "2026-12-16")
        .replace("2027-01-06", "2027-01-13");
    let found = judged(&[("a.toml", GOOD), ("b.toml", &zones)], "2026-11-20");
    assert_eq!(lines(&found.faults), [""; 0]);
}

#[test]
fn files_that_are_no_series_are_faults() {
    let found = judged(
        &[("Coordination.toml", GOOD), ("notes.md", "")],
        "2026-11-20",
    );
    assert_eq!(
        lines(&found.faults),
        [
            "meetings/Coordination.toml:1:1: \"Coordination\" is no name for a series: lower-case words and digits with one hyphen between them",
            "meetings/notes.md:1:1: meetings are files named NAME.toml",
        ]
    );
}

#[test]
fn leap_days_are_pointed_out() {
    let leap = GOOD
        .replace(
            "anchor = 2026-11-25\nevery_weeks = 2\nweekday = \"wed\"",
            "anchor = 2028-02-29\nrrule = \"FREQ=YEARLY\"",
        )
        .split("[[exceptions]]")
        .next()
        .unwrap()
        .to_owned();
    let found = judged(&[("a.toml", &leap)], "2026-11-20");
    let wanted = "meetings/a.toml:8:1: 29 February comes in leap years only: in the others there is no meeting";
    assert_eq!(
        (lines(&found.faults), lines(&found.warnings)),
        (vec![], vec![wanted.to_owned()])
    );
}

/// The default catalogue: alternating Wednesdays over New Year, and the warning of the 53-week year.
#[test]
fn the_default_series_alternate_over_new_year() {
    let judged = Catalogue::judge(&Files::embedded(), day("2026-11-20"));
    assert_eq!(lines(&judged.faults), [""; 0]);
    let meetings = judged.catalogue.meetings;
    let wednesdays = |id: &str| -> Vec<String> {
        let series = meetings.iter().find(|series| series.id == id).unwrap();
        let found = series.occurrences(&(day("2026-12-01")..=day("2027-01-31")));
        found
            .iter()
            .map(|one| {
                format!(
                    "{} W{:02} {}",
                    one.day(),
                    one.iso_week(),
                    one.starts.to_utc().format("%H:%M")
                )
            })
            .collect()
    };
    assert_eq!(
        wednesdays("coordination"),
        [
            "2026-12-09 W50 13:30",
            "2026-12-23 W52 13:30",
            "2027-01-06 W01 13:30",
            "2027-01-20 W03 13:30"
        ]
    );
    assert_eq!(
        wednesdays("sprint-planning"),
        [
            "2026-12-02 W49 13:30",
            "2026-12-16 W51 13:30",
            "2026-12-30 W53 13:30",
            "2027-01-13 W02 13:30",
            "2027-01-27 W04 13:30"
        ]
    );
    let contacts: Vec<Option<&str>> = meetings
        .iter()
        .map(|series| series.contact.as_deref())
        .collect();
    assert_eq!(contacts, [Some("bburns@redhat.com"), None]);
    let reminders: Vec<String> = meetings[0]
        .reminders
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(reminders, ["48h", "2h", "10m"]);
    let warned: Vec<String> = lines(&judged.warnings)
        .into_iter()
        .filter(|line| line.starts_with("meetings/"))
        .collect();
    assert_eq!(warned.len(), 2);
    assert!(warned[0].starts_with("meetings/coordination.toml:11:1: 2026-12-30 (ISO week 53) and 2027-01-06 (week 1) both lie in odd weeks: this series meets on 2026-12-23 and 2027-01-06, "));
    assert!(
        Catalogue::judge(&Files::embedded(), day("2026-09-20"))
            .warnings
            .is_empty()
    );
}

/// A table of `tests/data/calendar`: a series in each zone, and the instants that python-dateutil found.
struct Tabled {
    zone: String,
    starts: Vec<DateTime<Utc>>,
}

fn tables(text: &str, start: NaiveTime) -> Vec<Tabled> {
    let mut tables: Vec<Tabled> = Vec::new();
    for line in text.lines() {
        if let Some(zone) = line.strip_prefix("= ") {
            let zone = zone.to_owned();
            tables.push(Tabled {
                zone,
                starts: Vec::new(),
            });
            continue;
        }
        let Some(table) = tables.last_mut() else {
            continue;
        };
        let mut words = line.split(' ');
        let year = words.next().unwrap();
        let mut ahead = TimeDelta::zero();
        for word in words {
            if let Some(minutes) = word.strip_suffix(':') {
                ahead = TimeDelta::minutes(minutes.parse().unwrap());
            } else {
                let day = NaiveDate::parse_from_str(&format!("{year}{word}"), "%Y%m%d").unwrap();
                table.starts.push(day.and_time(start).and_utc() - ahead);
            }
        }
    }
    tables
}

#[rstest::rstest]
fn dates_agree_with_an_independent_implementation(
    #[files("tests/data/calendar/*.txt")] path: std::path::PathBuf,
) {
    let text = fs::read_to_string(path).unwrap();
    let (head, _) = text.split_once("\n= ").unwrap();
    let (start, rule) = head.split_once('\n').unwrap();
    let start: NaiveTime = start.strip_prefix("start = ").unwrap().parse().unwrap();
    let tables = tables(&text, start);
    assert_eq!(tables.len(), 4);
    for Tabled { zone, starts } in tables {
        assert!(!starts.is_empty());
        // Read at noon: some of these starts lie in gaps, and the judge would refuse them.
        let file = format!(
            "title = \"A\"\ntimezone = \"{zone}\"\nstart = 12:00:00\nduration = \"1h\"\nchannel = \"C1\"\n[series]\n{rule}\n"
        );
        let found = judged(&[("a.toml", &file)], "2020-01-01");
        assert_eq!(lines(&found.faults), [""; 0]);
        let series = Series {
            start,
            ..found.catalogue.meetings[0].clone()
        };
        let ours = series.occurrences(&(day("2020-01-01")..=day("2040-12-31")));
        let ours: Vec<DateTime<Utc>> = ours.iter().map(|one| one.starts.to_utc()).collect();
        assert_eq!(ours, starts, "{zone}");
    }
}

fn coordination() -> Series {
    judged(&[("coordination.toml", GOOD)], "2026-11-20")
        .catalogue
        .meetings
        .remove(0)
}

fn told(occurrences: &[Occurrence]) -> Vec<String> {
    occurrences
        .iter()
        .map(|one| {
            format!(
                "{} {} {} {}",
                one.key(),
                one.starts.format("%m-%d %H:%M"),
                one.status.name(),
                one.sequence
            )
        })
        .collect()
}

#[test]
fn a_moved_meeting_stands_where_it_takes_place() {
    let series = coordination();
    let on = |from: &str, to: &str| told(&series.occurrences(&(day(from)..=day(to))));
    assert_eq!(on("2027-01-06", "2027-01-06"), [""; 0]);
    assert_eq!(
        on("2027-01-07", "2027-01-07"),
        ["coordination-2027-01-06 01-07 08:30 moved 1"]
    );
    assert_eq!(
        on("2026-12-23", "2026-12-23"),
        ["coordination-2026-12-23 12-23 08:30 skipped 1"]
    );
    let further = [
        Exception {
            date: day("2026-12-23"),
            change: Change::Restore,
            reason: "we meet after all".into(),
        },
        Exception {
            date: day("2027-01-06"),
            change: Change::MoveTo(day("2027-02-01").and_hms_opt(9, 0, 0).unwrap()),
            reason: "snow".into(),
        },
        Exception {
            date: day("2027-01-05"),
            change: Change::Skip,
            reason: "no such meeting".into(),
        },
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
    assert_eq!(
        (moved.note.as_deref(), moved.status),
        (Some("snow"), Status::Moved)
    );
    assert_eq!(moved.original.to_rfc3339(), "2027-01-06T08:30:00-05:00");
}

#[test]
fn reminders_fall_due_once_and_never_for_what_was_skipped() {
    let series = coordination();
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let due = |after: &str, until: &str| -> Vec<String> {
        let due = series.due(at(after), at(until));
        due.iter()
            .map(|due| {
                format!(
                    "{} {} {}",
                    due.at.format("%m-%dT%H:%M"),
                    due.reminder,
                    due.occurrence.key()
                )
            })
            .collect()
    };
    assert_eq!(
        due("2026-11-23T13:29:59Z", "2026-11-23T13:30:00Z"),
        ["11-23T13:30 48h coordination-2026-11-25"]
    );
    assert_eq!(due("2026-11-23T13:30:00Z", "2026-11-25T13:30:00Z"), [""; 0]);
    assert_eq!(
        due("2026-12-20T00:00:00Z", "2027-01-08T00:00:00Z"),
        ["01-05T13:30 48h coordination-2027-01-06"]
    );
}

#[test]
fn the_next_is_the_first_that_takes_place() {
    let series = coordination();
    let next = |text: &str| {
        series
            .next(text.parse().unwrap())
            .map(|one| one.key())
            .unwrap_or_default()
    };
    assert_eq!(next("2020-01-01T00:00:00Z"), "coordination-2026-11-25");
    assert_eq!(next("2026-11-25T13:29:59Z"), "coordination-2026-11-25");
    assert_eq!(next("2026-11-25T13:30:00Z"), "coordination-2026-12-09");
    assert_eq!(next("2026-12-10T00:00:00Z"), "coordination-2027-01-06");
    assert_eq!(next("2099-12-31T00:00:00Z"), "");
    assert_eq!(next("+12000-01-01T00:00:00Z"), "");
}

const WEEKDAYS: [Weekday; 3] = [Weekday::Wed, Weekday::Sun, Weekday::Mon];
/// Read once: to expand a rule to the end of the century is the dear part.
static RECURRENCES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    [
        ("FREQ=DAILY;INTERVAL=3", "2026-01-01"),
        ("FREQ=WEEKLY;BYDAY=TU,FR", "2027-01-05"),
        ("FREQ=MONTHLY;INTERVAL=2", "2026-01-28"),
        ("FREQ=MONTHLY;BYDAY=2TU,-1WE,4SA", "2026-01-13"),
    ]
    .map(|(text, anchor)| {
        Recurrence::read(text, day(anchor), NaiveTime::MIN, chrono_tz::Tz::UTC).unwrap()
    })
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
            let dates: Vec<NaiveDate> = rule
                .dates(&(day("2027-01-01")..=NaiveDate::MAX))
                .take(12)
                .collect();
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
            let reminders = [48 * 60, 120, 10]
                .map(|minutes| Reminder {
                    before: TimeDelta::minutes(minutes),
                })
                .to_vec();
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
            if let Ok(rule) =
                Recurrence::read(&text, day("2026-11-25"), NaiveTime::MIN, chrono_tz::Tz::UTC)
            {
                prop_assert!(rule.on(day("2026-11-25")));
                prop_assert!(
                    rule.on_or_after(day("2030-01-01"))
                        .is_none_or(|date| date.year() >= 2030)
                );
            }
            Ok(())
        })
        .unwrap();
}
