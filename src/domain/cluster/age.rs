//! How long something has been there, as kubectl says it: as coarse as people look at it.

use chrono::TimeDelta;

/// A duration in at most two units: `45s`, `3m20s`, `26h`, `12d`, `2y110d`. The steps are those of
/// <https://pkg.go.dev/k8s.io/apimachinery/pkg/util/duration#HumanDuration>.
#[must_use]
pub fn age(span: TimeDelta) -> String {
    let two = |big: i64, unit: &str, small: i64, part: &str| {
        if small == 0 { format!("{big}{unit}") } else { format!("{big}{unit}{small}{part}") }
    };
    let (seconds, minutes, hours, days) = (span.num_seconds(), span.num_minutes(), span.num_hours(), span.num_days());
    match () {
        () if seconds < -1 => "<invalid>".to_owned(),
        () if seconds < 0 => "0s".to_owned(),
        () if seconds < 120 => format!("{seconds}s"),
        () if minutes < 10 => two(minutes, "m", seconds % 60, "s"),
        () if minutes < 180 => format!("{minutes}m"),
        () if hours < 8 => two(hours, "h", minutes % 60, "m"),
        () if hours < 48 => format!("{hours}h"),
        () if hours < 192 => two(days, "d", hours % 24, "h"),
        () if days < 365 * 2 => format!("{days}d"),
        () if days < 365 * 8 => two(days / 365, "y", days % 365, "d"),
        () => format!("{}y", days / 365),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(0, "0s")]
    #[case(-1, "0s")]
    #[case(-9, "<invalid>")]
    #[case(119, "119s")]
    #[case(120, "2m")]
    #[case(200, "3m20s")]
    #[case(599, "9m59s")]
    #[case(7_200, "120m")]
    #[case(10_800, "3h")]
    #[case(11_460, "3h11m")]
    #[case(93_600, "26h")]
    #[case(349_200, "4d1h")]
    #[case(1_036_800, "12d")]
    #[case(43_632_000, "505d")]
    #[case(86_400 * 840, "2y110d")]
    #[case(86_400 * 365 * 9, "9y")]
    fn an_age_is_as_coarse_as_kubectls(#[case] seconds: i64, #[case] told: &str) {
        assert_eq!(age(TimeDelta::seconds(seconds)), told);
    }
}
