//! What an object of a cluster says, made fit to be shown: without what steers a terminal or cannot be seen, and without secrets. Not for
//! markup: what shows words to people takes them literally.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use crate::domain::inert::visible;
use crate::domain::redact::{Emails, redact};

/// Words of somebody or something, as they may be shown.
#[must_use]
pub fn said(words: &str) -> String {
    let seen = visible(&unsteered(words)).replace(JOINER, "");
    redact(&seen, Emails::Keep).0
}

/// One cell of a table, on one line: where it has more, it ends in `...`, as kubectl has it
/// (<https://github.com/kubernetes/cli-runtime/blob/master/pkg/printers/tableprinter.go>).
#[must_use]
pub fn said_cell(cell: &str) -> Cow<'_, str> {
    if is_plain(cell) {
        return Cow::Borrowed(cell);
    }
    match cell.split_once(['\n', '\r', '\u{c}']) {
        Some((line, _)) => Cow::Owned(said(line) + "..."),
        None => Cow::Owned(said(cell).replace('\n', " ")),
    }
}

/// Joins emoji, and would part the letters of a secret.
const JOINER: char = '\u{200D}';

/// Without sequences that steer terminals, each as a whole (ECMA-48,
/// <https://ecma-international.org/publications-and-standards/standards/ecma-48>): CSI, then the strings OSC, DCS, SOS, PM and APC, which
/// may lack their end, then all others.
fn unsteered(words: &str) -> Cow<'_, str> {
    static SEQUENCE: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"(?x)(?:\x1b\[|\u{9b})[0-?]*[\x20-/]*[@-~]?
            |(?:\x1b[\]PX^_]|[\u{9d}\u{90}\u{98}\u{9e}\u{9f}])[^\x07\x1b\u{9c}\n]*(?:\x07|\x1b\\|\u{9c})?
            |\x1b[\x20-/]*[0-~]?";
        Regex::new(pattern).expect("a pattern that is tested")
    });
    SEQUENCE.replace_all(words, "")
}

/// From this length on a word may be a token by itself: see the shapes of [`crate::domain::redact`].
const SHORTEST_TOKEN: usize = 13;
/// From here on letters alone may be.
const SHORTEST_OF_LETTERS: usize = 20;
/// From here on letters and digits in a row may be.
const SHORTEST_ROW: usize = 24;
/// Longer cells are rare, so that there is no haste.
const LONGEST_PLAIN: usize = 64;

/// Whether a cell is shown as it is, by a look that takes next to no time: most cells of a table are numbers, ages and names.
///
/// A secret needs a name before it, joined by a sign or a space, or a shape of its own; both are far from what is plain here.
fn is_plain(cell: &str) -> bool {
    if cell.len() >= LONGEST_PLAIN {
        return false;
    }
    is_short_word(cell) || is_restarts(cell) || is_state(cell) || is_name(cell)
}

fn is_short_word(cell: &str) -> bool {
    let inside = cell.strip_prefix('<').and_then(|cell| cell.strip_suffix('>')).unwrap_or(cell);
    cell.len() < SHORTEST_TOKEN && inside.bytes().all(|c| c.is_ascii_alphanumeric() || b"./()%_+,-".contains(&c))
}

/// As in `187 (2m48s ago)`.
fn is_restarts(cell: &str) -> bool {
    let parts = cell.strip_suffix(" ago)").and_then(|cell| cell.split_once(" ("));
    parts.is_some_and(|(count, age)| {
        age.len() < SHORTEST_TOKEN
            && count.bytes().all(|c| c.is_ascii_digit())
            && age.bytes().all(|c| c.is_ascii_digit() || b"ydhms".contains(&c))
    })
}

/// As in `ContainerCreating`.
fn is_state(cell: &str) -> bool {
    cell.len() < SHORTEST_OF_LETTERS && cell.bytes().all(|c| c.is_ascii_alphabetic())
}

/// A name as Kubernetes has them (<https://kubernetes.io/docs/concepts/overview/working-with-objects/names>), or an address, unless it begins
/// as tokens do that could be names.
fn is_name(cell: &str) -> bool {
    static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"xox|xapp-|xwfp-|ya29\.|pypi-|hv[sbr]\.|atlasv1|dp\.|gl[a-z]{2,5}-|sk-|tskey-|age-secret|(?:gsk|xai|nvapi|pplx|r8|fw|csk|whsec)-";
        Regex::new(pattern).expect("a pattern that is tested")
    });
    let mut row = 0;
    let named = cell.bytes().all(|c| {
        row = if c.is_ascii_alphanumeric() { row + 1 } else { 0 };
        row < SHORTEST_ROW && (c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'.' || c == b'-')
    });
    named && !TOKEN.is_match(cell)
}
