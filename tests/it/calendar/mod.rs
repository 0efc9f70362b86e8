//! Meetings: each kind of fault of their files with its place, their dates against tables made by an independent
//! implementation, what must hold whatever is changed, and the program as people run it.

mod files;
mod laws;
mod program;
mod series;
mod tables;

use chrono::NaiveDate;
use firstmate::catalogue::{Catalogue, Fault, Files, Judged};
use firstmate::domain::calendar::{Occurrence, Series};

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
    let files: Files = files.iter().map(|(name, content)| (format!("meetings/{name}"), *content)).collect();
    Catalogue::judge(&files, day(today))
}

fn lines(faults: &[Fault]) -> Vec<String> {
    faults.iter().map(ToString::to_string).collect()
}

fn coordination() -> Series {
    judged(&[("coordination.toml", GOOD)], "2026-11-20").catalogue.meetings.remove(0)
}

fn told(occurrences: &[Occurrence]) -> Vec<String> {
    occurrences
        .iter()
        .map(|one| format!("{} {} {} {}", one.key(), one.starts.format("%m-%d %H:%M"), one.status.name(), one.sequence))
        .collect()
}
