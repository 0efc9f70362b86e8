//! What is owed: each effect of which somebody was told, by an answer of 200, that it is on its way; and what became of it, counted at
//! the world. It must not know how it was wished.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use chrono::{DateTime, Utc};
use firstmate::playground::Playground;

use crate::stage::REPOSITORY;

/// What was wished and taken so far.
#[derive(Debug, Default)]
pub(crate) struct Owed {
    wished: Mutex<Wished>,
    /// Those that fall due by themselves, and when.
    reminders: Vec<(String, DateTime<Utc>)>,
    /// The most that stood in the world at any look: of a long play it keeps the newest only.
    seen: Mutex<Standing>,
}

#[derive(Clone, Debug, Default)]
struct Wished {
    /// By the key that stands beside the message.
    messages: BTreeSet<String>,
    /// Title, and the first message of the thread.
    issues: Vec<(String, String)>,
}

/// What became of what was owed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Became {
    pub(crate) owed: usize,
    pub(crate) once: usize,
    pub(crate) doubled: usize,
    pub(crate) lost: usize,
}

impl Became {
    pub(crate) fn is_right(self) -> bool {
        self.doubled == 0 && self.lost == 0 && self.owed == self.once && self.owed > 0
    }
}

/// How often each thing stands in the world.
#[derive(Clone, Debug, Default)]
struct Standing {
    keys: BTreeMap<String, usize>,
    /// By the first message of its thread.
    below: BTreeMap<String, usize>,
    /// By title: how many issues, and how many comments they have.
    issues: BTreeMap<String, (usize, u64)>,
}

impl Standing {
    fn of(world: &Playground) -> Self {
        let mut standing = Self::default();
        for message in world.said_by_bot() {
            let key = message["metadata"]["event_payload"]["key"].as_str().unwrap_or("a message without a key");
            *standing.keys.entry(family(key)).or_default() += 1;
            if let Some(thread) = message["thread_ts"].as_str() {
                *standing.below.entry(thread.to_owned()).or_default() += 1;
            }
        }
        let forge = world.forge();
        for number in forge.numbers(REPOSITORY) {
            let issue = forge.issue_json(REPOSITORY, number).unwrap();
            let entry = standing.issues.entry(issue["title"].as_str().unwrap().to_owned()).or_default();
            (entry.0, entry.1) = (entry.0 + 1, entry.1 + issue["comments"].as_u64().unwrap());
        }
        standing
    }

    /// Takes over what stood there more often.
    fn keep(&mut self, now: Self) {
        for (into, from) in [(&mut self.keys, now.keys), (&mut self.below, now.below)] {
            for (name, times) in from {
                let most = into.entry(name).or_default();
                *most = times.max(*most);
            }
        }
        for (title, (issues, comments)) in now.issues {
            let most = self.issues.entry(title).or_default();
            *most = (issues.max(most.0), comments.max(most.1));
        }
    }
}

/// A reminder's key without its last part, which says how long before; any other as it is.
fn family(key: &str) -> String {
    match key.strip_prefix("reminder:").and_then(|_| key.rsplit_once(':')) {
        Some((family, _)) => family.to_owned(),
        None => key.to_owned(),
    }
}

impl Owed {
    pub(crate) fn with(reminders: Vec<(String, DateTime<Utc>)>) -> Self {
        Self { reminders, ..Self::default() }
    }

    pub(crate) fn message(&self, key: String) {
        self.wished.lock().unwrap().messages.insert(key);
    }

    /// An issue, its comment, and the message below the thread.
    pub(crate) fn issue(&self, title: &str, thread: &str) {
        self.wished.lock().unwrap().issues.push((title.to_owned(), thread.to_owned()));
    }

    /// What is owed by `now`, to be looked at again when more is.
    pub(crate) fn by(&self, now: DateTime<Utc>) -> Self {
        let due = self.reminders.iter().filter(|(_, due)| *due <= now).cloned().collect();
        let (wished, seen) = (self.wished.lock().unwrap().clone(), self.seen.lock().unwrap().clone());
        Self { wished: Mutex::new(wished), reminders: due, seen: Mutex::new(seen) }
    }

    /// Looks at the world, and remembers. To be done more often than the world forgets.
    pub(crate) fn look(&self, world: &Playground) {
        self.seen.lock().unwrap().keep(Standing::of(world));
    }

    fn standing(&self, world: &Playground) -> Standing {
        self.look(world);
        self.seen.lock().unwrap().clone()
    }

    /// How often each effect that is owed stands in the world, and all that stands there twice whether it is owed or not.
    pub(crate) fn became(&self, world: &Playground) -> Became {
        let standing = self.standing(world);
        let wished = self.wished.lock().unwrap();
        let mut times: Vec<usize> = Vec::new();
        let key = |key: &String| standing.keys.get(key).copied().unwrap_or(0);
        times.extend(wished.messages.iter().map(key));
        times.extend(self.reminders.iter().map(|(name, _)| key(name)));
        for (title, thread) in &wished.issues {
            let (issues, comments) = standing.issues.get(title).copied().unwrap_or_default();
            times.extend([
                issues,
                usize::try_from(comments).unwrap(),
                standing.below.get(thread).copied().unwrap_or(0),
            ]);
        }
        let count = |wanted: fn(usize) -> bool| times.iter().filter(|times| wanted(**times)).count();
        let unwished = standing.keys.iter().filter(|(name, times)| **times > 1 && !wished.messages.contains(*name));
        let unwished = unwished.filter(|(name, _)| !self.reminders.iter().any(|(reminder, _)| reminder == *name));
        let titles: BTreeSet<&String> = wished.issues.iter().map(|(title, _)| title).collect();
        let strays = standing.issues.iter().filter(|(title, (issues, _))| *issues > 1 && !titles.contains(title));
        Became {
            owed: times.len(),
            once: count(|times| times == 1),
            doubled: count(|times| times > 1) + unwished.count() + strays.count(),
            lost: count(|times| times == 0),
        }
    }

    /// What is not as it should be, in a few lines.
    pub(crate) fn amiss(&self, world: &Playground) -> Vec<String> {
        let standing = self.standing(world);
        let wished = self.wished.lock().unwrap();
        let names = wished.messages.iter().chain(self.reminders.iter().map(|(name, _)| name));
        let mut amiss: Vec<String> = names
            .filter_map(|name| {
                let times = standing.keys.get(name).copied().unwrap_or(0);
                (times != 1).then(|| format!("{name}: {times} times"))
            })
            .collect();
        for (title, thread) in &wished.issues {
            let (issues, comments) = standing.issues.get(title).copied().unwrap_or_default();
            let below = standing.below.get(thread).copied().unwrap_or(0);
            if (issues, comments, below) != (1, 1, 1) {
                amiss.push(format!("{title}: {issues} issues, {comments} comments, {below} messages"));
            }
        }
        amiss
    }
}
