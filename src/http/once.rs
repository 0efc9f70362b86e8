//! Remembers deliveries that have no effect, so that a repeat of one has no second answer. In bounded memory, as a hash each.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use moka::policy::EvictionPolicy;
use moka::sync::Cache;

/// Deliveries remembered. At 30,000 events an hour, Slack's own limit (<https://docs.slack.dev/apis/events-api>), half an hour
/// of them.
const REMEMBERED: u64 = 16_384;

/// How long they are remembered: Slack's last repeat comes after 5 minutes.
const REMEMBERED_FOR: Duration = Duration::from_secs(15 * 60);

/// The deliveries of the last minutes.
pub(super) struct Once {
    seen: Cache<u64, ()>,
    hasher: RandomState,
}

impl Default for Once {
    fn default() -> Self {
        // The newest are the ones that are repeated; by default the cache would turn them away in favour of the old.
        let seen = Cache::builder()
            .max_capacity(REMEMBERED)
            .time_to_live(REMEMBERED_FOR)
            .eviction_policy(EvictionPolicy::lru())
            .build();
        Self { seen, hasher: RandomState::new() }
    }
}

impl Once {
    /// Whether none of `names` was seen before; all of them have been now.
    pub(super) fn first(&self, names: &[&[&str]]) -> bool {
        names.iter().fold(true, |first, name| {
            let fresh = self.seen.entry(self.hasher.hash_one(name)).or_insert(()).is_fresh();
            first && fresh
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_remembered_however_many_came_before() {
        let once = Once::default();
        let name = |number: u64| number.to_string();
        for number in 0..REMEMBERED + 4_000 {
            assert!(once.first(&[&["event", &name(number)]]));
        }
        for number in REMEMBERED + 2_000..REMEMBERED + 4_000 {
            assert!(!once.first(&[&["event", &name(number)]]), "{number} was forgotten");
        }
    }

    #[test]
    fn a_delivery_is_first_once_by_any_of_its_names() {
        let once = Once::default();
        assert!(once.first(&[&["event", "1"], &["message", "a"]]));
        assert!(!once.first(&[&["event", "2"], &["message", "a"]]));
        assert!(!once.first(&[&["event", "2"]]), "a repeat's other names are remembered too");
        assert!(once.first(&[&["event", "3"]]));
    }
}
