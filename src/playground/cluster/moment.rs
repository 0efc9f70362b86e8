//! Recorded times as seen from now, and ages in a server's words. Pure; it must not know what they are the times of.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::Value;

/// When the seed was recorded: 2026-11-20, 07:25:56 UTC.
const RECORDED: i64 = 1_795_159_556;

/// A point in time at which a cluster is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// When the cluster began to be as it was recorded.
    pub(super) began: DateTime<Utc>,
    pub(super) now: DateTime<Utc>,
}

impl Moment {
    /// A recorded time, moved to where it lies for this cluster; nothing if this is no time.
    fn moved(&self, text: &str) -> Option<DateTime<Utc>> {
        // Nearly every text is none, and this is seen at once.
        if !text.ends_with('Z') || text.as_bytes().get(10) != Some(&b'T') {
            return None;
        }
        let at: DateTime<Utc> = DateTime::parse_from_rfc3339(text).ok()?.into();
        Some(at + (self.began - DateTime::from_timestamp(RECORDED, 0)?))
    }

    fn text(&self, text: &str) -> Option<String> {
        let precision = if text.contains('.') { SecondsFormat::Micros } else { SecondsFormat::Secs };
        Some(self.moved(text)?.to_rfc3339_opts(precision, true))
    }

    /// Moves every time in it.
    pub(super) fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text).unwrap_or_else(|| text.clone())),
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(fields) => {
                Value::Object(fields.iter().map(|(name, value)| (name.clone(), self.value(value))).collect())
            }
            other => other.clone(),
        }
    }

    /// A cell: times in braces become ages, as in `187 ({2026-11-20T07:23:08Z} ago)`.
    pub(super) fn cell(&self, cell: &Value) -> Value {
        let Value::String(text) = cell else { return cell.clone() };
        let aged = text.split_once('{').and_then(|(before, rest)| {
            let (time, after) = rest.split_once('}')?;
            Some(format!("{before}{}{after}", human(self.now - self.moved(time)?)).into())
        });
        aged.unwrap_or_else(|| self.value(cell))
    }
}

/// So long, in at most two units. <https://pkg.go.dev/k8s.io/apimachinery/pkg/util/duration#HumanDuration>
pub(super) fn human(lasted: TimeDelta) -> String {
    let (seconds, minutes, hours, days) =
        (lasted.num_seconds(), lasted.num_minutes(), lasted.num_hours(), lasted.num_days());
    let two = |most: i64, unit: char, rest: i64, smaller: char| match rest {
        0 => format!("{most}{unit}"),
        _ => format!("{most}{unit}{rest}{smaller}"),
    };
    match () {
        () if seconds < -1 => "<invalid>".to_owned(),
        () if seconds < 120 => format!("{}s", seconds.max(0)),
        () if minutes < 10 => two(minutes, 'm', seconds % 60, 's'),
        () if minutes < 180 => format!("{minutes}m"),
        () if hours < 8 => two(hours, 'h', minutes % 60, 'm'),
        () if hours < 48 => format!("{hours}h"),
        () if hours < 192 => two(days, 'd', hours % 24, 'h'),
        () if days < 365 * 2 => format!("{days}d"),
        () if days < 365 * 8 => two(days / 365, 'y', days % 365, 'd'),
        () => format!("{}y", days / 365),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use rstest::rstest;
    use serde_json::json;

    use super::{Moment, RECORDED, human};

    #[rstest]
    #[case(-5, "<invalid>")]
    #[case(-1, "0s")]
    #[case(45, "45s")]
    #[case(119, "119s")]
    #[case(120, "2m")]
    #[case(200, "3m20s")]
    #[case(600, "10m")]
    #[case(179 * 60, "179m")]
    #[case(180 * 60, "3h")]
    #[case(4 * 3_600 + 12 * 60, "4h12m")]
    #[case(26 * 3_600, "26h")]
    #[case(51 * 3_600, "2d3h")]
    #[case(12 * 86_400, "12d")]
    #[case(505 * 86_400, "505d")]
    #[case(731 * 86_400, "2y1d")]
    #[case(730 * 86_400, "2y")]
    #[case(3_000 * 86_400, "8y")]
    fn ages_are_said_as_kubectl_says_them(#[case] seconds: i64, #[case] said: &str) {
        assert_eq!(human(TimeDelta::seconds(seconds)), said);
    }

    #[test]
    fn what_was_recorded_lies_as_far_back_as_it_did_and_ages_from_there() {
        let began = DateTime::from_timestamp(RECORDED + 86_400, 0).unwrap();
        let moment = Moment { began, now: began + TimeDelta::seconds(60) };
        let cells = [json!("2 ({2026-11-20T07:20:56Z} ago)"), json!("{odd}"), json!("2026-11-20T07:25:56Z"), json!(3)];
        let shown = cells.map(|cell| moment.cell(&cell));
        assert_eq!(shown, [json!("2 (6m ago)"), json!("{odd}"), json!("2026-11-21T07:25:56Z"), json!(3)]);
        let object = json!({"at": ["2026-11-20T05:25:48.482913Z"], "note": "T2026"});
        assert_eq!(moment.value(&object), json!({"at": ["2026-11-21T05:25:48.482913Z"], "note": "T2026"}));
    }
}
