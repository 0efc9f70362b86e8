//! The judge of `commands/meetings/`.

use firstmate::catalogue::{Catalogue, Files};

use super::{GOOD, day, judged, lines};

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
#[case("start = 08:30:00", "start = \"08:30\"", "3:9: `start` must be a time of day like 08:30:00")]
#[case("duration = \"1h\"", "duration = \"0m\"", "4:12: `duration` must be longer than nothing, as in \"10m\"")]
#[case("duration = \"1h\"", "duration = \"25h\"", "4:12: `duration` must be at most \"24h\"")]
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
#[case("example.org/a\"", "example.org/a.\"", "5:8: <https://example.org/a.> ends with a full stop")]
#[case("https://example.org/a", "tbd", "5:8: <tbd> is no address; it must begin with https://")]
#[case("ann@example.org", "ann", "6:11: \"ann\" is no mail address like ann@example.org")]
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
#[case("every_weeks = 2", "every_weeks = 0", "10:15: `every_weeks` must be 1 to 520")]
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
#[case("anchor = 2026-11-25", "anchor = 9999-11-24", "9:10: `anchor` must lie between 1970-01-01 and 2099-12-31")]
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
#[case("before = \"48h\"", "before = \"0h\"", "13:10: `before` must be longer than nothing, as in \"10m\"")]
#[case("before = \"48h\"", "before = \"29d\"", "13:10: `before` must be at most \"672h\"")]
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
#[case("date = 2026-12-23", "date = 2026-11-11", "15:8: there is no meeting on 2026-11-11: the first is 2026-11-25")]
#[case("date = 2026-12-23", "date = 2027-01-06", "19:8: there is an exception for 2027-01-06 already")]
#[case("skip = true\n", "", "14:1: an exception needs `skip = true` or `move_to`, one of them")]
#[case(
    "skip = true",
    "skip = true\nmove_to = 2026-12-24T08:30:00",
    "14:1: an exception needs `skip = true` or `move_to`, one of them"
)]
#[case("reason = \"holidays\"\n", "", "14:1: `reason` is missing")]
#[case(
    "move_to = 2027-01-07T08:30:00",
    "move_to = 2027-01-20T09:00:00",
    "20:11: 2027-01-20 09:00 falls onto the meeting of 2027-01-20, which starts at 2027-01-20 08:30"
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
    "20:11: 9999-01-07 08:30 is too far away: meetings are known from 1970-01-01 to 2099-12-31"
)]
#[case("every_weeks = 2", "every_weeks = 2\nwhen = 3", "11:1: unknown key `when`")]
#[case("[series]", "zone = 1\n[series]", "8:1: unknown key `zone`")]
#[case("2026-11-25", "2027-02-29", "9:10: invalid date, expected day between 01 and 28")]
fn each_fault_has_its_place(#[case] good: &str, #[case] bad: &str, #[case] fault: &str) {
    assert!(GOOD.contains(good));
    let found = judged(&[("a.toml", &GOOD.replacen(good, bad, 1))], "2026-11-20");
    assert_eq!(lines(&found.faults), [format!("meetings/a.toml:{fault}")]);
    assert!(found.catalogue.meetings.is_empty());
}

#[test]
fn a_good_series_has_no_fault() {
    let found = judged(&[("a.toml", GOOD)], "2026-09-20");
    assert_eq!((lines(&found.faults), lines(&found.warnings)), (vec![], vec![]));
    assert_eq!(found.catalogue.meetings[0].exceptions.len(), 2);
}

#[test]
fn a_start_in_a_gap_says_what_happens() {
    let sunday = GOOD
        .replace("08:30:00", "02:30:00")
        .replace("2026-11-25\nevery_weeks = 2\nweekday = \"wed\"", "2026-11-29\nevery_weeks = 1")
        .replace("2026-12-23", "2026-12-20")
        .replace("2027-01-06", "2027-01-10");
    let found = judged(&[("a.toml", &sunday)], "2026-11-20");
    let wanted = "meetings/a.toml:3:9: there is no 02:30 on 2027-03-14: the clocks of America/New_York are set forward over it, and the meeting would start at 03:30. Choose another time, or move that date with an exception";
    assert_eq!(lines(&found.faults), [wanted]);
    let kolkata = sunday.replace("America/New_York", "Asia/Kolkata");
    assert_eq!(lines(&judged(&[("a.toml", &kolkata)], "2026-11-20").faults), [""; 0]);
}

/// Time alone makes a past of what was moved to an earlier day; a bot that is started then must start.
#[test]
fn a_move_into_the_past_is_refused_by_the_judge_alone() {
    let early = GOOD.replace("2027-01-07T08:30:00", "2027-01-04T08:30:00");
    let outlived = |today| lines(&judged(&[("a.toml", &early)], today).outlived);
    let wanted = "meetings/a.toml:20:11: 2027-01-04 08:30 lies in the past";
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
    assert_eq!((lines(&found.faults), lines(&found.warnings)), (vec![], vec![wanted.to_owned()]));
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
    let found = judged(&[("Coordination.toml", GOOD), ("notes.md", "")], "2026-11-20");
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
    assert_eq!((lines(&found.faults), lines(&found.warnings)), (vec![], vec![wanted.to_owned()]));
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
            .map(|one| format!("{} W{:02} {}", one.day(), one.iso_week(), one.starts.to_utc().format("%H:%M")))
            .collect()
    };
    assert_eq!(
        wednesdays("coordination"),
        ["2026-12-09 W50 13:30", "2026-12-23 W52 13:30", "2027-01-06 W01 13:30", "2027-01-20 W03 13:30"]
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
    let contacts: Vec<Option<&str>> = meetings.iter().map(|series| series.contact.as_deref()).collect();
    assert_eq!(contacts, [Some("bburns@redhat.com"), None]);
    let reminders: Vec<String> = meetings[0].reminders.iter().map(ToString::to_string).collect();
    assert_eq!(reminders, ["48h", "2h", "10m"]);
    let warned: Vec<String> =
        lines(&judged.warnings).into_iter().filter(|line| line.starts_with("meetings/")).collect();
    assert_eq!(warned.len(), 2);
    assert!(warned[0].starts_with("meetings/coordination.toml:11:1: 2026-12-30 (ISO week 53) and 2027-01-06 (week 1) both lie in odd weeks: this series meets on 2026-12-23 and 2027-01-06, "));
    assert!(Catalogue::judge(&Files::embedded(), day("2026-09-20")).warnings.is_empty());
}

/// What the community had before: one series alternates, the other keeps to odd weeks. They collide from New Year on.
#[test]
fn odd_weeks_collide_with_alternation_after_new_year() {
    let (head, _) = GOOD.split_once("[series]").unwrap();
    let odd = head.replace("\"Coordination\"", "\"Planning\"")
        + "[series]\nweekday = \"wed\"\nweeks = \"odd\"\nnumbering = \"iso\"\n";
    let (good, _) = GOOD.split_once("[[exceptions]]").unwrap();
    let found = judged(&[("a.toml", good), ("b.toml", &odd)], "2026-11-20");
    assert_eq!(
        lines(&found.faults),
        [
            "meetings/b.toml:8:1: meets at the same time as a.toml, in the same channel: on 2027-01-06 at 08:30 and 48 more times within 104 weeks. Choose another rule or time, or skip or move one of them with an exception"
        ]
    );
    let us = odd.replace("\"iso\"", "\"us\"");
    let found = judged(&[("a.toml", good), ("b.toml", &us)], "2026-11-20");
    assert_eq!(lines(&found.faults), [""; 0]);
}
