//! What falls due in 10,000 series: the time of one tick, of a tick after an hour's and after a week's silence, and how much
//! memory 1,000 ticks leave behind.

use std::fs;
use std::io::Write as _;

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use firstmate::domain::calendar::{Change, Exception, Numbering, Parity, Recurrence, Reminder, Rule, Series};

const SERIES: usize = 10_000;
const TICKS: usize = 1_000;
/// The size of a page of memory where this is measured.
const PAGE_KIB: usize = 4;

fn rule(place: usize) -> Rule {
    // Anchored six years back: a series must not cost more for its age.
    let anchor = NaiveDate::from_ymd_opt(2020, 1, 1).expect("a day")
        + TimeDelta::days((place % 365).try_into().expect("less than a year"));
    match place % 3 {
        0 => Rule::EveryWeeks { anchor, weeks: 1 + u32::from(place.is_multiple_of(2)) },
        1 => Rule::Parity { weekday: Weekday::Wed, parity: Parity::Even, numbering: Numbering::Iso },
        _ => {
            let text = format!("FREQ=MONTHLY;BYMONTHDAY={}", anchor.day());
            let rule = Recurrence::read(&text, anchor, NaiveTime::MIN, chrono_tz::Tz::UTC);
            Rule::Recurrence(rule.expect("a rule"))
        }
    }
}

fn series(place: usize) -> Series {
    let zones = [
        chrono_tz::Tz::America__New_York,
        chrono_tz::Tz::Europe__Prague,
        chrono_tz::Tz::Asia__Kolkata,
        chrono_tz::Tz::Australia__Lord_Howe,
    ];
    let minute = u32::try_from(place * 7 % 1_440).expect("a minute of the day");
    let rule = rule(place);
    let dates = rule.dates(&(begin().date_naive()..=NaiveDate::MAX));
    let changed = if place.is_multiple_of(10) { 2 } else { 0 };
    let exceptions = dates.take(changed).enumerate().map(|(change, date)| Exception {
        date,
        change: match change {
            0 => Change::Skip,
            _ => Change::MoveTo(date.and_time(NaiveTime::MIN)),
        },
        reason: "because".to_owned(),
    });
    Series {
        id: format!("series-{place}"),
        title: format!("Series {place}"),
        zone: zones[place % zones.len()],
        start: NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0).expect("a time"),
        duration: TimeDelta::hours(1),
        join: None,
        contact: None,
        channel: format!("C{place}"),
        exceptions: exceptions.collect(),
        rule,
        reminders: [2_880, 120, 10].map(|minutes| Reminder { before: TimeDelta::minutes(minutes) }).to_vec(),
    }
}

fn begin() -> DateTime<Utc> {
    "2026-11-20T00:00:00Z".parse().expect("an instant")
}

fn due(meetings: &[Series], after: DateTime<Utc>, until: DateTime<Utc>) -> usize {
    meetings.iter().map(|series| series.notices(|_| None, after, until).len()).sum()
}

fn resident_kib() -> usize {
    let pages = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = pages.split(' ').nth(1).and_then(|pages| pages.parse().ok());
    pages.unwrap_or(0_usize) * PAGE_KIB
}

fn ticks(criterion: &mut Criterion) {
    let meetings: Vec<Series> = (0..SERIES).map(series).collect();
    let minute = TimeDelta::minutes(1);
    let before = resident_kib();
    let mut now = begin();
    let mut found = 0;
    for _ in 0..TICKS {
        found += due(&meetings, now, now + minute);
        now += minute;
    }
    let after = resident_kib();
    let _ = writeln!(
        std::io::stdout(),
        "{TICKS} ticks of a minute over {SERIES} series: {found} reminders, {before} KiB resident before, {after} KiB after"
    );
    for (name, silence) in [("a minute", minute), ("an hour", TimeDelta::hours(1)), ("a week", TimeDelta::weeks(1))] {
        let mut now = begin();
        criterion.bench_with_input(BenchmarkId::new("tick after", name), &silence, |bencher, silence| {
            bencher.iter(|| {
                now += minute;
                due(&meetings, now - *silence, now)
            });
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(30).without_plots();
    targets = ticks
}
criterion_main!(benches);
