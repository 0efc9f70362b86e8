//! Spans of time as people write them: `48h`, `90m`, `1h30m`, `2d`.

use chrono::TimeDelta;

use super::super::page::Table;

/// More digits than this are no span of a meeting.
const MOST_DIGITS: usize = 5;

/// The span under `key`, which must be there, longer than nothing and at most `longest`.
pub(super) fn read(table: &Table<'_>, key: &'static str, longest: TimeDelta) -> Option<TimeDelta> {
    let text = table.text(key)?;
    let fault = match parse(&text.value) {
        None => format!("`{key}` must be a span like \"48h\", \"90m\" or \"1h30m\""),
        Some(span) if span.is_zero() => {
            format!("`{key}` must be longer than nothing, as in \"10m\"")
        }
        Some(span) if span > longest => {
            format!("`{key}` must be at most \"{}h\"", longest.num_hours())
        }
        Some(span) => return Some(span),
    };
    table.note(text.at, fault);
    None
}

fn parse(text: &str) -> Option<TimeDelta> {
    let mut rest = text.trim();
    let mut span = TimeDelta::zero();
    let mut last_unit = i64::MAX;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest[..digits].parse().ok().filter(|_| digits <= MOST_DIGITS)?;
        let unit = match rest.as_bytes()[digits] {
            b'd' => 24 * 60,
            b'h' => 60,
            b'm' => 1,
            _ => return None,
        };
        if unit >= last_unit {
            return None;
        }
        last_unit = unit;
        span += TimeDelta::minutes(number * unit);
        rest = &rest[digits + 1..];
    }
    (last_unit != i64::MAX).then_some(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("48h", Some(2_880))]
    #[case("2h", Some(120))]
    #[case("10m", Some(10))]
    #[case("90m", Some(90))]
    #[case("1h30m", Some(90))]
    #[case("2d", Some(2_880))]
    #[case("0h", Some(0))]
    #[case("", None)]
    #[case("h", None)]
    #[case("48", None)]
    #[case("-2h", None)]
    #[case("2 h", None)]
    #[case("30m1h", None)]
    #[case("1h1h", None)]
    #[case("1.5h", None)]
    #[case("2×", None)]
    #[case("99999999999999999999h", None)]
    fn spans_are_read(#[case] text: &str, #[case] minutes: Option<i64>) {
        assert_eq!(parse(text), minutes.map(TimeDelta::minutes));
    }
}
