//! Occurrences from 2020 to 2040, all three forms in four zones, against python-dateutil.

use std::fs;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use firstmate::domain::calendar::Series;

use super::{day, judged, lines};

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
            tables.push(Tabled { zone, starts: Vec::new() });
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
fn dates_agree_with_an_independent_implementation(#[files("tests/data/calendar/*.txt")] path: std::path::PathBuf) {
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
        let series = Series { start, ..found.catalogue.meetings[0].clone() };
        let ours = series.occurrences(&(day("2020-01-01")..=day("2040-12-31")));
        let ours: Vec<DateTime<Utc>> = ours.iter().map(|one| one.starts.to_utc()).collect();
        assert_eq!(ours, starts, "{zone}");
    }
}
