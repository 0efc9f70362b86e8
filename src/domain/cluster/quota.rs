//! How much of what a namespace may use is used. Pure arithmetic; says nothing in words.

use super::object::Quota;
use super::quantity::Quantity;
use super::said;

/// Cells of a bar.
const CELLS: u64 = 10;

/// From here on somebody should look at it.
pub const NEARLY_FULL: u8 = 80;

/// One resource of one quota.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// The quota's name.
    pub quota: String,
    /// As in `limits.cpu`.
    pub resource: String,
    /// What is used, as the cluster writes it.
    pub used: String,
    /// The most that may be, as the cluster writes it.
    pub hard: String,
    /// How much of it that is.
    pub share: Share,
}

/// How full something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Share {
    /// The cluster did not say, or in no way that we can read.
    Unknown,
    /// None of it may be used, and none is.
    Forbidden,
    /// So many hundredths, rounded down, and whether that is more than [`NEARLY_FULL`].
    Percent(u64, bool),
    /// None of it may be used, and some is.
    Beyond,
}

impl Share {
    /// Whether somebody should look at it.
    #[must_use]
    pub const fn is_nearly_full(self) -> bool {
        matches!(self, Self::Percent(_, true) | Self::Beyond)
    }

    /// Whether more is used than may be.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Percent(101.., _) | Self::Beyond)
    }

    /// Ten cells, as many of them dark as there are full tenths; one at least where anything is used.
    #[must_use]
    pub fn bar(self) -> String {
        let dark = match self {
            Self::Unknown | Self::Forbidden | Self::Percent(0, _) => 0,
            Self::Percent(percent, _) => (percent / CELLS).clamp(1, CELLS),
            Self::Beyond => CELLS,
        };
        (0..CELLS).map(|cell| if cell < dark { '▓' } else { '░' }).collect()
    }
}

/// What is used of each resource of each quota, the fullest first.
#[must_use]
pub fn usage(quotas: &[Quota]) -> Vec<Usage> {
    let mut usage: Vec<Usage> = quotas.iter().flat_map(of_quota).collect();
    usage.sort_by(|a, b| b.share.cmp(&a.share).then_with(|| (&a.quota, &a.resource).cmp(&(&b.quota, &b.resource))));
    usage
}

fn of_quota(quota: &Quota) -> impl Iterator<Item = Usage> {
    let held = if quota.status.hard.is_empty() { &quota.spec.hard } else { &quota.status.hard };
    held.iter().map(|(resource, hard)| {
        let used = quota.status.used.get(resource);
        Usage {
            quota: said(&quota.metadata.name),
            resource: said(resource),
            used: used.map(|used| said(used)).unwrap_or_default(),
            hard: said(hard),
            share: used.map_or(Share::Unknown, |used| share(used, hard)),
        }
    })
}

fn share(used: &str, hard: &str) -> Share {
    let (Some(used), Some(hard)) = (Quantity::read(used), Quantity::read(hard)) else { return Share::Unknown };
    match used.percent_of(hard) {
        Some(percent) => {
            // Rounded down, a little more than all would be all.
            let over = if used > hard { 101 } else { 0 };
            Share::Percent(percent.max(over), used.is_over(NEARLY_FULL, hard))
        }
        None if used.is_none() => Share::Forbidden,
        None => Share::Beyond,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::half("8900m", "16", Share::Percent(55, false), "▓▓▓▓▓░░░░░")]
    #[case::a_little("1m", "16", Share::Percent(0, false), "░░░░░░░░░░")]
    #[case::little("1", "16", Share::Percent(6, false), "▓░░░░░░░░░")]
    #[case::at_the_mark("80", "100", Share::Percent(80, false), "▓▓▓▓▓▓▓▓░░")]
    #[case::past_the_mark("801", "1000", Share::Percent(80, true), "▓▓▓▓▓▓▓▓░░")]
    #[case::full("2Gi", "2048Mi", Share::Percent(100, true), "▓▓▓▓▓▓▓▓▓▓")]
    #[case::over("10001", "10000", Share::Percent(101, true), "▓▓▓▓▓▓▓▓▓▓")]
    #[case::far_over("30", "10", Share::Percent(300, true), "▓▓▓▓▓▓▓▓▓▓")]
    #[case::none_allowed("0", "0", Share::Forbidden, "░░░░░░░░░░")]
    #[case::none_allowed_but_used("1", "0", Share::Beyond, "▓▓▓▓▓▓▓▓▓▓")]
    #[case::nonsense("many", "10", Share::Unknown, "░░░░░░░░░░")]
    fn a_share_is_drawn(#[case] used: &str, #[case] hard: &str, #[case] expected: Share, #[case] bar: &str) {
        assert_eq!(share(used, hard), expected);
        assert_eq!(expected.bar(), bar);
    }

    #[test]
    fn the_fullest_comes_first() {
        let quota = serde_json::from_str(include_str!("../../../tests/data/cluster/resourcequota.json")).unwrap();
        let usage = usage(&[quota]);
        let list: Vec<_> =
            usage.iter().map(|usage| format!("{} {}", usage.resource, usage.share.is_nearly_full())).collect();
        assert_eq!(
            list,
            [
                "requests.storage true",
                "limits.memory false",
                "requests.memory false",
                "limits.cpu false",
                "requests.cpu false",
                "count/objectbucketclaims.objectbucket.io false",
            ]
        );
    }

    #[test]
    fn a_quota_that_nobody_has_counted_yet_is_unknown() {
        let quota = serde_json::from_value(serde_json::json!({"spec": {"hard": {"pods": "4"}}})).unwrap();
        assert_eq!(usage(&[quota])[0].share, Share::Unknown);
    }
}
