//! Regular expressions that stay small, for there are many: over bytes, with ASCII's classes unless a pattern asks for
//! more, and compiled only when a text holds what they cannot match without.
//!
//! With Unicode's classes, and caches that stay with each rule and thread, the rules of this folder took 180 MB and
//! more; so they take 3 when each has been needed.

use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

/// What a lazy automaton may take while one text is searched; it slows down beyond, and does not fail.
const LARGEST_CACHE: usize = 1 << 18;
/// Shorter ones stand in most texts.
const SHORTEST_NEEDLE: usize = 2;

/// A regular expression, compiled when it is first needed.
pub(super) struct Pattern {
    text: String,
    /// One of these stands in every text that matches, in lower case; none are known if empty.
    needles: Vec<String>,
    compiled: OnceLock<Regex>,
}

impl Pattern {
    /// A pattern may go on over lines; their indentation is no part of it.
    pub(super) fn new(pattern: &str) -> Self {
        let text: String = pattern.lines().map(str::trim_start).collect();
        let parsed = ParserBuilder::new().unicode(false).utf8(false).build().parse(&text);
        let needles = needles(&parsed.expect("a constant that tests compile"));
        Self { text, needles, compiled: OnceLock::new() }
    }

    /// Whether it can match at all in a text, given in lower case.
    pub(super) fn may_match(&self, lower: &str) -> bool {
        self.needles.is_empty() || self.needles.iter().any(|needle| lower.contains(needle.as_str()))
    }

    /// Whether it matches somewhere in a text.
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.compiled().is_match(text.as_bytes())
    }

    /// For the search of one text: a clone has a cache of its own, which goes with it.
    pub(super) fn compiled(&self) -> Regex {
        let build = || RegexBuilder::new(&self.text).unicode(false).dfa_size_limit(LARGEST_CACHE).build();
        self.compiled.get_or_init(|| build().expect("a constant that tests compile")).clone()
    }
}

/// What stands in every text that matches: the best list that can be told from the pattern.
fn needles(pattern: &Hir) -> Vec<String> {
    match pattern.kind() {
        HirKind::Literal(_) => one(&fixed(pattern).unwrap_or_default()),
        HirKind::Repetition(repeated) if repeated.min > 0 => needles(&repeated.sub),
        HirKind::Capture(group) => needles(&group.sub),
        HirKind::Alternation(choices) => {
            let each: Vec<_> = choices.iter().map(needles).collect();
            if each.iter().any(Vec::is_empty) { Vec::new() } else { each.concat() }
        }
        HirKind::Concat(parts) => of_sequence(parts),
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) | HirKind::Repetition(_) => Vec::new(),
    }
}

/// Each part of a sequence would do: the one whose shortest is longest.
fn of_sequence(parts: &[Hir]) -> Vec<String> {
    let mut lists = Vec::new();
    let mut run = String::new();
    for part in parts {
        if let Some(letters) = fixed(part) {
            run += &letters;
        } else {
            lists.extend([one(&run), needles(part)]);
            run.clear();
        }
    }
    lists.push(one(&run));
    let lists = lists.into_iter().filter(|list| !list.is_empty());
    lists.max_by_key(|list| list.iter().map(String::len).min()).unwrap_or_default()
}

fn one(run: &str) -> Vec<String> {
    if run.len() < SHORTEST_NEEDLE { Vec::new() } else { vec![run.to_owned()] }
}

/// The text that a part stands for, in lower case, if it is the same in all matches but for its case.
fn fixed(part: &Hir) -> Option<String> {
    match part.kind() {
        HirKind::Literal(letters) => Some(std::str::from_utf8(&letters.0).ok()?.to_lowercase()),
        HirKind::Class(Class::Unicode(class)) => {
            let mut letters = class.iter().flat_map(|range| range.start()..=range.end()).map(|c| c.to_lowercase());
            let letter = letters.next()?.to_string();
            letters.all(|other| other.to_string() == letter).then_some(letter)
        }
        HirKind::Class(Class::Bytes(class)) => {
            let mut letters = class.iter().flat_map(|range| range.start()..=range.end());
            let letter = letters.next().filter(u8::is_ascii)?.to_ascii_lowercase();
            let same = letters.all(|other| other.to_ascii_lowercase() == letter);
            same.then(|| char::from(letter).to_string())
        }
        HirKind::Look(_) | HirKind::Empty => Some(String::new()),
        HirKind::Repetition(_) | HirKind::Capture(_) | HirKind::Concat(_) | HirKind::Alternation(_) => None,
    }
}
