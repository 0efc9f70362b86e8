//! A rule: how a secret is written, which part of that is the secret, and whether it is one after all.

use std::ops::Range;

use regex::bytes::Captures;

use super::Kind;
use super::candidate::{Candidate, Check};
use super::pattern::Pattern;
use super::value::bare_length;

/// A value as people write it: quoted in one of the usual ways, or bare up to the next space.
pub(super) const VALUE: &str = r#"(?:\\+"(?<escaped>[^"\\\n\x1a]+)\\*"|"(?<double>(?:[^"\\\n\x1a]|\\[^\n\x1a])+)"
    |'(?<single>(?:[^'\\\n\x1a]|\\[^\n\x1a])+)'|`+(?<code>[^`\n\x1a]+)`
    |(?u:[“„«‚‘「『](?<typeset>[^”“»’‘」』\n\x1a]+)[”“»’‘」』])
    |(?<bare>(?u:[^\t\n\r "'`“„«‚‘「『\x1a])[^\s"`\x1a]*))"#;

/// The names that `VALUE` gives to what stands between quotes.
const QUOTED: [&str; 5] = ["escaped", "double", "single", "code", "typeset"];

/// A value that is none is searched for the next name, unless it is so long that many of them would take minutes.
const LONGEST_SEARCHED_AGAIN: usize = 2048;

/// How one kind of secret is recognised.
pub(super) struct Rule {
    pub(super) kind: Kind,
    pattern: Pattern,
    is_secret: Check,
}

impl Rule {
    /// The secret is the group `secret` of the pattern, or its `VALUE`, or else all of it.
    pub(super) fn new(kind: Kind, pattern: &str, is_secret: Check) -> Self {
        Self { kind, pattern: Pattern::new(pattern), is_secret }
    }

    /// Whether there can be any, in a text given in lower case.
    pub(super) fn may_match(&self, lower: &str) -> bool {
        self.pattern.may_match(lower)
    }

    /// Where it is found, in order, not overlapping.
    pub(super) fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut at = 0;
        let pattern = self.pattern.compiled();
        while let Some(captures) = pattern.captures_at(text.as_bytes(), at) {
            let all = captures.get_match().range();
            let (range, quoted) = value(text, &captures);
            let is_secret = !range.is_empty() && (self.is_secret)(&candidate(text, &all, &range, quoted));
            // What was taken for the value may be the name of the next one, as in `password: token: …`.
            let again = !is_secret && range.len() <= LONGEST_SEARCHED_AGAIN;
            at = if again { range.start } else { range.end }.max(all.start + 1);
            if is_secret {
                found.push(range);
            }
        }
        found
    }
}

/// The part of a match that is the secret, and whether it stands in quotes.
fn value(text: &str, captures: &Captures<'_>) -> (Range<usize>, bool) {
    if let Some(bare) = captures.name("bare") {
        return (bare.start()..bare.start() + bare_length(&text[bare.range()]), false);
    }
    if let Some(quoted) = QUOTED.iter().find_map(|name| captures.name(name)) {
        return (quoted.range(), true);
    }
    (captures.name("secret").unwrap_or(captures.get_match()).range(), false)
}

fn candidate<'a>(text: &'a str, all: &Range<usize>, range: &Range<usize>, quoted: bool) -> Candidate<'a> {
    let after = &text[range.end..];
    Candidate {
        value: &text[range.clone()],
        quoted,
        before: &text[all.start..range.start],
        after: after.find('\n').map_or(after, |end| &after[..end]),
    }
}
