//! Remembers deliveries that have no effect, so that a repeat of one has no second answer. In bounded memory, as a hash each.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

/// Deliveries remembered at least. At 30,000 events an hour, Slack's own limit (<https://docs.slack.dev/apis/events-api>), half an
/// hour of them; Slack's last repeat comes after 5 minutes.
const REMEMBERED: usize = 16_384;

/// The deliveries of late.
#[derive(Default)]
pub(super) struct Once {
    seen: Mutex<Seen>,
    hasher: RandomState,
}

/// Two generations: when the newer one is full, the older one is forgotten as a whole. That asks for no clock and no order among them.
#[derive(Default)]
struct Seen {
    newer: HashSet<u64>,
    older: HashSet<u64>,
}

impl Once {
    /// Whether none of `names` was seen before; all of them have been now.
    pub(super) fn first(&self, names: &[&[&str]]) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = names.iter().filter(|name| seen.add(self.hasher.hash_one(name)));
        fresh.count() == names.len()
    }
}

impl Seen {
    /// Whether `name` is new.
    fn add(&mut self, name: u64) -> bool {
        if self.newer.len() >= REMEMBERED {
            std::mem::swap(&mut self.newer, &mut self.older);
            self.newer.clear();
        }
        self.newer.insert(name) && !self.older.contains(&name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_remembered_however_many_came_before() {
        let once = Once::default();
        let name = |number: usize| number.to_string();
        for number in 0..3 * REMEMBERED + 4_000 {
            assert!(once.first(&[&["event", &name(number)]]));
        }
        for number in 2 * REMEMBERED + 4_000..3 * REMEMBERED + 4_000 {
            assert!(!once.first(&[&["event", &name(number)]]), "{number} was forgotten");
        }
    }

    #[test]
    fn memory_is_bounded_however_many_come() {
        let once = Once::default();
        for number in 0..5 * REMEMBERED {
            once.first(&[&["event", &number.to_string()]]);
        }
        let seen = once.seen.lock().unwrap();
        assert!(seen.newer.len() <= REMEMBERED && seen.older.len() <= REMEMBERED);
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
