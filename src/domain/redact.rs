//! What must not leave Slack in text that is about to become public: tokens, keys, passwords, and by choice e-mail
//! addresses. Knows neither Slack nor Markdown, and of a secret only how people write it: nothing is asked of anybody.
//!
//! Rather too much than too little: what is hidden by mistake is seen in the preview and asked for again, what is
//! published by mistake has to be revoked.

mod address;
mod assigned;
mod candidate;
mod login;
mod manifest;
mod pattern;
mod rule;
mod shape;
#[cfg(test)]
mod tests;
mod value;
mod words;

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// What kind of thing must not become public.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Whoever holds it may do what its owner may: tokens, API keys, session cookies, addresses that are secret.
    Token,
    /// The private half of a pair of keys.
    PrivateKey,
    /// What somebody types to be let in, and any value of a Kubernetes Secret.
    Password,
    /// Keys and certificates of a kubeconfig.
    Kubeconfig,
    /// Where a person can be written to.
    Email,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Token, Self::PrivateKey, Self::Password, Self::Kubeconfig, Self::Email];

    /// What stands in its place.
    #[must_use]
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Token => "[redacted: token]",
            Self::PrivateKey => "[redacted: private key]",
            Self::Password => "[redacted: password]",
            Self::Kubeconfig => "[redacted: kubeconfig data]",
            Self::Email => "[redacted: e-mail address]",
        }
    }

    /// How many of them there are, in words, as in `2 tokens`.
    #[must_use]
    pub fn counted(self, count: usize) -> String {
        let (one, many) = match self {
            Self::Token => ("token", "tokens"),
            Self::PrivateKey => ("private key", "private keys"),
            Self::Password => ("password", "passwords"),
            Self::Kubeconfig => ("piece of kubeconfig data", "pieces of kubeconfig data"),
            Self::Email => ("e-mail address", "e-mail addresses"),
        };
        format!("{count} {}", if count == 1 { one } else { many })
    }
}

/// Whether e-mail addresses may stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Emails {
    /// They may.
    Keep,
    /// They are hidden as secrets are.
    Hide,
}

/// A place in a text that must not become public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// Where, in bytes, on character boundaries.
    pub range: Range<usize>,
    /// What.
    pub kind: Kind,
}

/// Makes the rules ready, which takes a moment the first time.
pub fn prepare() {
    let _ = secrets("", Emails::Hide);
}

/// All that must not become public in `text`, in order, not overlapping.
#[must_use]
pub fn secrets(text: &str, emails: Emails) -> Vec<Secret> {
    let lower = text.to_lowercase();
    let rules = || shape::RULES.iter().chain(login::RULES.iter()).chain(assigned::RULES.iter());
    let rules: Vec<&rule::Rule> = rules().filter(|rule| rule.may_match(&lower)).collect();
    let mut search = Search::of(text);
    // Until nothing more is found in what is left. This is what makes a second redaction change nothing.
    loop {
        let before = search.found.len();
        manifest::values(&search.left).into_iter().for_each(|range| search.take(range, Kind::Password));
        rules.iter().for_each(|rule| search.apply(rule));
        if emails == Emails::Hide {
            address::emails(&search.left).into_iter().for_each(|range| search.take(range, Kind::Email));
        }
        if search.found.len() == before {
            break;
        }
    }
    search.found.sort_by_key(|secret| secret.range.start);
    search.found
}

/// `text` with each of them replaced by its mark, and their kinds in order.
#[must_use]
pub fn redact(text: &str, emails: Emails) -> (String, Vec<Kind>) {
    let secrets = secrets(text, emails);
    let mut public = String::with_capacity(text.len());
    let mut at = 0;
    for Secret { range, kind } in &secrets {
        public.push_str(&text[at..range.start]);
        public.push_str(kind.mark());
        at = range.end;
    }
    public.push_str(&text[at..]);
    (public, secrets.into_iter().map(|secret| secret.kind).collect())
}

/// Stands in the text that is searched for each byte of what is found already, so that offsets stay. A control
/// character, since no rule lets one into a secret.
const GONE: &str = "\u{1a}";

/// A text, what was found in it, and what is left to be searched.
struct Search {
    left: String,
    found: Vec<Secret>,
}

impl Search {
    fn of(text: &str) -> Self {
        // Marks of an earlier redaction are no text either.
        let marked = |text: String, kind: Kind| text.replace(kind.mark(), &GONE.repeat(kind.mark().len()));
        Self { left: Kind::ALL.into_iter().fold(text.to_owned(), marked), found: Vec::new() }
    }

    fn apply(&mut self, rule: &rule::Rule) {
        for range in rule.ranges(&self.left) {
            self.take(range, rule.kind);
        }
    }

    fn take(&mut self, mut range: Range<usize>, kind: Kind) {
        // A private key may hold what was found before; then they are one.
        self.found.retain(|other| {
            let apart = other.range.end <= range.start || range.end <= other.range.start;
            if !apart {
                range = range.start.min(other.range.start)..range.end.max(other.range.end);
            }
            apart
        });
        self.left.replace_range(range.clone(), &GONE.repeat(range.len()));
        self.found.push(Secret { range, kind });
    }
}
