//! `firstmate meetings` and `firstmate check`, as people and scripts run them.

use std::fs;
use std::path::Path;
use std::process::Output;

use super::GOOD;

/// Runs the program on a catalogue that holds one file, or on the one that it carries.
fn firstmate(arguments: &[&str], file: Option<&str>) -> Output {
    let folder = tempfile::tempdir().unwrap();
    #[expect(clippy::disallowed_methods, reason = "the program itself is what is tested")]
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_firstmate"));
    if let Some(file) = file {
        let meetings = folder.path().join("commands/meetings");
        fs::create_dir_all(&meetings).unwrap();
        fs::write(Path::new(&meetings).join("coordination.toml"), file).unwrap();
    }
    command.args(arguments).current_dir(folder.path()).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

const NEW_YEAR: [&str; 5] = ["meetings", "--from", "2026-12-09", "--to", "2027-01-20"];

#[test]
fn meetings_are_listed_for_people() {
    let output = firstmate(&NEW_YEAR, Some(GOOD));
    assert_eq!((output.status.code(), err(&output).as_str()), (Some(0), ""));
    insta::assert_snapshot!(out(&output), @r#"
Coordination: Wed 2026-12-09 08:30 EST to 09:30 (13:30 UTC), ISO week 50
Coordination: Wed 2026-12-23 08:30 EST to 09:30 (13:30 UTC), ISO week 52 · skipped (holidays)
Coordination: Thu 2027-01-07 08:30 EST to 09:30 (13:30 UTC), ISO week 1 · moved from Wed 2027-01-06 08:30 (the room is taken)
Coordination: Wed 2027-01-20 08:30 EST to 09:30 (13:30 UTC), ISO week 3
"#);
}

#[test]
fn meetings_are_listed_for_programs() {
    let output = firstmate(&[&NEW_YEAR[..], &["--json"]].concat(), Some(GOOD));
    insta::assert_snapshot!(out(&output), @r#"
{"ends":"2026-12-09T09:30:00-05:00","iso_week":50,"meeting":"coordination","note":null,"original":null,"starts":"2026-12-09T08:30:00-05:00","status":"planned","title":"Coordination"}
{"ends":"2026-12-23T09:30:00-05:00","iso_week":52,"meeting":"coordination","note":"holidays","original":null,"starts":"2026-12-23T08:30:00-05:00","status":"skipped","title":"Coordination"}
{"ends":"2027-01-07T09:30:00-05:00","iso_week":1,"meeting":"coordination","note":"the room is taken","original":"2027-01-06T08:30:00-05:00","starts":"2027-01-07T08:30:00-05:00","status":"moved","title":"Coordination"}
{"ends":"2027-01-20T09:30:00-05:00","iso_week":3,"meeting":"coordination","note":null,"original":null,"starts":"2027-01-20T08:30:00-05:00","status":"planned","title":"Coordination"}
"#);
}

#[test]
fn the_default_meetings_over_new_year() {
    let output = firstmate(&["meetings", "--from", "2026-12-01", "--to", "2027-01-31"], None);
    insta::assert_snapshot!(out(&output), @r#"
MOC/ODH sprint planning: Wed 2026-12-02 08:30 EST to 09:30 (13:30 UTC), ISO week 49
Operate First Project Coordination: Wed 2026-12-09 08:30 EST to 09:30 (13:30 UTC), ISO week 50
MOC/ODH sprint planning: Wed 2026-12-16 08:30 EST to 09:30 (13:30 UTC), ISO week 51
Operate First Project Coordination: Wed 2026-12-23 08:30 EST to 09:30 (13:30 UTC), ISO week 52
MOC/ODH sprint planning: Wed 2026-12-30 08:30 EST to 09:30 (13:30 UTC), ISO week 53
Operate First Project Coordination: Wed 2027-01-06 08:30 EST to 09:30 (13:30 UTC), ISO week 1
MOC/ODH sprint planning: Wed 2027-01-13 08:30 EST to 09:30 (13:30 UTC), ISO week 2
Operate First Project Coordination: Wed 2027-01-20 08:30 EST to 09:30 (13:30 UTC), ISO week 3
MOC/ODH sprint planning: Wed 2027-01-27 08:30 EST to 09:30 (13:30 UTC), ISO week 4
"#);
}

#[test]
fn eight_weeks_are_shown_from_a_day_on() {
    let output = firstmate(&["meetings", "--from", "2026-12-01", "--json"], None);
    let lines = out(&output);
    assert_eq!(lines.lines().count(), 8);
    assert!(lines.lines().last().unwrap().contains("2027-01-20"));
}

#[test]
fn the_year_9999_is_bounded_with_a_word() {
    let output = firstmate(&["meetings", "--from", "2099-12-20", "--to", "9999-12-31"], Some(GOOD));
    assert_eq!(output.status.code(), Some(0));
    insta::assert_snapshot!(out(&output), @"Coordination: Wed 2099-12-30 08:30 EST to 09:30 (13:30 UTC), ISO week 53");
    insta::assert_snapshot!(err(&output), @"meetings are computed from 1970-01-01 to 2099-12-31 only: the rules of summer time are not known beyond");
    let output = firstmate(&["meetings", "--from", "9999-01-01"], Some(GOOD));
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(0), ""));
}

#[test]
fn days_in_the_wrong_order_are_refused() {
    let output = firstmate(&["meetings", "--from", "2027-01-01", "--to", "2026-12-31"], None);
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(2), ""));
    insta::assert_snapshot!(err(&output), @"firstmate: --to 2026-12-31 lies before --from 2027-01-01: give the earlier day to --from");
    let both = firstmate(&["meetings", "--json", "--ics"], None);
    assert_eq!(both.status.code(), Some(2));
    let leap = firstmate(&["meetings", "--from", "2027-02-29"], None);
    assert_eq!(leap.status.code(), Some(2));
}

#[test]
fn check_prints_the_next_six_of_each_series() {
    let output = firstmate(&["check", "--from", "2026-12-01"], Some(GOOD));
    assert_eq!(output.status.code(), Some(0));
    insta::assert_snapshot!(out(&output), @r#"
commands/meetings/coordination.toml:8:1: warning: 2026-12-30 (ISO week 53) and 2027-01-06 (week 1) both lie in odd weeks: this series meets on 2026-12-23 and 2027-01-06, until then in even weeks and afterwards in odd ones. Leave it so to keep alternating; or, to stay on even weeks, re-anchor it once 2026-12-23 is over: `anchor = 2027-01-13`
Coordination (meetings/coordination.toml)
  Wed 2026-12-09 08:30 EST to 09:30 (13:30 UTC), ISO week 50
  Wed 2026-12-23 08:30 EST to 09:30 (13:30 UTC), ISO week 52 · skipped (holidays)
  Thu 2027-01-07 08:30 EST to 09:30 (13:30 UTC), ISO week 1 · moved from Wed 2027-01-06 08:30 (the room is taken)
  Wed 2027-01-20 08:30 EST to 09:30 (13:30 UTC), ISO week 3
  Wed 2027-02-03 08:30 EST to 09:30 (13:30 UTC), ISO week 5
  Wed 2027-02-17 08:30 EST to 09:30 (13:30 UTC), ISO week 7
"#);
    insta::assert_snapshot!(err(&output), @"0 answers, 1 series of meetings, 0 faults, 1 warnings");
    let json = firstmate(&["check", "--json", "--from", "2026-12-01"], Some(GOOD));
    let kinds: Vec<bool> = out(&json).lines().map(|line| line.contains("\"severity\"")).collect();
    assert_eq!(kinds, [true, false, false, false, false, false, false]);
}

#[test]
fn check_refuses_a_move_into_the_past() {
    let past = GOOD.replace("2027-01-07T08:30:00", "2026-11-19T08:30:00");
    let output = firstmate(&["check", "--from", "2026-11-20"], Some(&past));
    assert_eq!(output.status.code(), Some(1));
    let first = out(&output).lines().next().unwrap().to_owned();
    assert_eq!(first, "commands/meetings/coordination.toml:20:11: 2026-11-19 08:30 lies in the past");
    assert_eq!(firstmate(&NEW_YEAR, Some(&past)).status.code(), Some(0));
}
