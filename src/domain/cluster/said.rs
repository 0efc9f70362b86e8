//! What an object of a cluster says, made fit to be shown: without what steers a terminal or cannot be seen, and without secrets. Not for
//! markup: what shows words to people takes them literally.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::domain::inert::visible;
use crate::domain::redact::{Emails, Kind, Secret, secrets};

/// Most bytes that are looked at for secrets at once: looking takes longer than in proportion to the words, and nobody reads more.
const LONGEST: usize = 16 * 1024;

/// Words of somebody or something, as they may be shown. Of more than 16 KiB, only the beginning.
#[must_use]
pub fn said(words: &str) -> String {
    let bounded = words.floor_char_boundary(LONGEST);
    let (words, rest) = words.split_at(bounded);
    let seen = without_joiners(&visible(&unsteered(words)));
    let mut shown = String::with_capacity(seen.len());
    let mut at = 0;
    for Secret { range, kind } in secrets(&seen, Emails::Keep) {
        if !is_object(&seen, &range) {
            shown.push_str(&seen[at..range.start]);
            shown.push_str(kind.mark());
            at = range.end;
        }
    }
    let shown = without_assigned(&(shown + &seen[at..])).into_owned();
    if rest.is_empty() { shown } else { shown + "…" }
}

/// Without whatever is given to a name of secrets by a sign, however harmless it looks: what machines write so is no prose, and unlike in a
/// thread nobody looks it over before it is shown.
fn without_assigned(words: &str) -> Cow<'_, str> {
    static ASSIGNED: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r#"(?xi)(?<name>(?:^|[^a-z])(?:[a-z0-9]+[_-])*
            (?:password|passwd|passphrase|pwd|token|secret|(?:api|access|secret|private|client)[_-]?(?:key|secret)|credentials?)
            (?:=["']?|\\?"\x20?:\x20?\\?"))(?:[^\s"'&;,<>\\\[]+)"#;
        Regex::new(pattern).expect("a pattern that is tested")
    });
    ASSIGNED.replace_all(words, |found: &Captures<'_>| format!("{}{}", &found["name"], Kind::Password.mark()))
}

/// The same for many lines, each by itself and with those around it: what is long is read in pieces, and a key goes over several lines.
#[must_use]
pub fn said_lines(lines: &str) -> String {
    let mut shown = String::with_capacity(lines.len());
    let mut rest = lines;
    while !rest.is_empty() {
        let bound = rest.floor_char_boundary(LONGEST);
        let end = if bound == rest.len() { bound } else { before_open_key(rest, line_end(rest, bound)) };
        shown.push_str(&said(&rest[..end]));
        rest = &rest[end..];
    }
    shown
}

fn line_end(lines: &str, bound: usize) -> usize {
    lines[..bound].rfind('\n').map_or(bound, |line| line + 1)
}

/// Where the line of a key begins whose end is not before `end`, so that no piece parts the key; `end` where there is none.
fn before_open_key(lines: &str, end: usize) -> usize {
    let piece = &lines[..end];
    let Some(begin) = piece.rfind("-----BEGIN") else { return end };
    let line = piece[..begin].rfind('\n').map_or(0, |line| line + 1);
    if line == 0 || piece[begin..].contains("-----END") { end } else { line }
}

/// Whether it is the name of a Secret that is missed, as the kubelet says it: `secret "s3-credentials" not found`.
fn is_object(words: &str, range: &Range<usize>) -> bool {
    let missed = words[range.end..].starts_with("\" not found");
    missed && words[..range.start].ends_with("secret \"") && is_name(&words[range.clone()])
}

/// One cell of a table, on one line: where it has more, it ends in `...`, as kubectl has it
/// (<https://github.com/kubernetes/cli-runtime/blob/master/pkg/printers/tableprinter.go>).
#[must_use]
pub fn said_cell(cell: &str) -> Cow<'_, str> {
    if is_plain(cell) {
        return Cow::Borrowed(cell);
    }
    let (line, rest) = match cell.split_once(['\n', '\r', '\u{c}']) {
        Some((line, _)) => (line, "..."),
        None => (cell, ""),
    };
    Cow::Owned(said(line).replace(['\n', '\t'], " ") + rest)
}

/// Joins emoji; between letters it would part those of a secret.
const JOINER: char = '\u{200D}';

fn without_joiners(words: &str) -> String {
    let is_sign = |sign: Option<char>| sign.is_some_and(|sign| !sign.is_ascii() && !sign.is_alphanumeric());
    let mut kept = String::with_capacity(words.len());
    for (at, sign) in words.char_indices() {
        let next = || words[at + sign.len_utf8()..].chars().next();
        if sign != JOINER || (is_sign(kept.chars().next_back()) && is_sign(next())) {
            kept.push(sign);
        }
    }
    kept
}

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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::Value;

    use super::*;
    use crate::domain::redact::redact;

    #[rstest]
    #[case::colour("\u{1b}[31;1mred\u{1b}[0m", "red")]
    #[case::cursor("a\u{1b}[2J\u{1b}[1;1Hb", "ab")]
    #[case::title("a\u{1b}]0;owned\u{7}b", "ab")]
    #[case::link("\u{1b}]8;;https://evil.example\u{1b}\\here\u{1b}]8;;\u{1b}\\", "here")]
    #[case::without_end("a\u{1b}]0;owned\nb", "a\nb")]
    #[case::device("a\u{1b}Pq#0\u{1b}\\b", "ab")]
    #[case::one_byte("a\u{9b}31mb", "ab")]
    #[case::charset("a\u{1b}(Bb\u{1b}7c", "abc")]
    #[case::torn("a\u{1b}[", "a")]
    #[case::bell("a\u{7}\u{8}b", "ab")]
    #[case::bidi("a\u{202e}b\u{2066}c\u{200b}d\u{200d}e\u{feff}f", "abcdef")]
    #[case::markup("<!channel> `x` *b*", "<!channel> `x` *b*")]
    #[case::address("ask ann@example.org", "ask ann@example.org")]
    #[case::lines("a\r\nb", "a\nb")]
    fn what_steers_or_hides_is_dropped_as_a_whole(#[case] words: &str, #[case] shown: &str) {
        assert_eq!(said(words), shown);
    }

    #[test]
    fn a_key_is_hidden_wherever_in_a_long_log_it_stands() {
        let body = "abcd efgh\n".repeat(30);
        let key = ["-----BEGIN RSA PRIV", "ATE KEY-----\n", &body, "-----END RSA PRIV", "ATE KEY-----\n"].concat();
        for lines in (LONGEST - 2 * key.len()) / 8..=LONGEST / 8 {
            let log = "is well\n".repeat(lines) + &key + "after\n";
            let shown = said_lines(&log);
            assert!(!shown.contains("efgh") && shown.ends_with("after\n"), "{lines}");
        }
    }

    #[test]
    fn secrets_are_hidden_even_when_they_are_coloured_or_parted() {
        let token = ["gh", "p_EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE0"].concat();
        for words in [
            format!("401 for {token}"),
            format!("401 for gh\u{1b}[31mp_{}", &token[4..]),
            format!("401 for gh\u{200d}p_{}", &token[4..]),
        ] {
            assert_eq!(said(&words), "401 for [redacted: token]");
        }
        assert_eq!(
            said("dial postgres://me:hunter2@db:5432/x: refused"),
            "dial postgres://me:[redacted: password]@db:5432/x: refused"
        );
    }

    #[rstest]
    #[case("Error: secret \"s3-credentials-1a2b\" not found")]
    #[case("MountVolume.SetUp failed for volume \"x\" : secret \"db2-password-x7k2\" not found")]
    fn the_name_of_a_secret_that_is_missed_is_no_secret(#[case] words: &str) {
        assert_eq!(said(words), words);
        assert_ne!(said("client_secret \"a1B2c3D4e5F6a7\" was wrong"), "client_secret \"a1B2c3D4e5F6a7\" was wrong");
    }

    #[rstest]
    #[case("one\ntwo", "one...")]
    #[case("one\rtwo", "one...")]
    #[case("one\u{c}two", "one...")]
    #[case("\ntwo", "...")]
    #[case("one\u{2028}two", "one two")]
    #[case("password: hunter2", "password: [redacted: password]")]
    #[case("pw->hunter2a", "pw->[redacted: password]")]
    #[case("GET /x?token=plain-words&a=1", "GET /x?token=[redacted: password]&a=1")]
    #[case("env DB_PASSWORD=plain-words is set", "env DB_PASSWORD=[redacted: password] is set")]
    #[case("{\"client_secret\": \"plain-words\"}", "{\"client_secret\": \"[redacted: password]\"}")]
    #[case("secret=\"plain-words\"", "secret=\"[redacted: password]\"")]
    #[case("\u{1b}[31mRunning", "Running")]
    fn a_cell_is_one_line(#[case] cell: &str, #[case] shown: &str) {
        assert_eq!(said_cell(cell), shown);
    }

    fn text(cell: &Value) -> Option<String> {
        match cell {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    /// Every cell of every table that was recorded, with the file it stands in.
    fn cells() -> Vec<(String, String)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cluster");
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if !name.starts_with("table.") || !name.ends_with(".json") {
                continue;
            }
            let table: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
            for row in table["rows"].as_array().into_iter().flatten() {
                let row = row["cells"].as_array().into_iter().flatten();
                found.extend(row.filter_map(text).map(|cell| (name.clone(), cell)));
            }
        }
        found
    }

    #[test]
    fn recorded_cells_come_out_as_they_were_but_for_the_planted_ones() {
        let cells = cells();
        assert!(cells.len() > 2_000, "{}", cells.len());
        let changed = cells.iter().filter(|(_, cell)| said_cell(cell) != *cell);
        let mut changed: Vec<_> = changed.map(|(_, cell)| said_cell(cell).into_owned()).collect();
        changed.sort();
        changed.dedup();
        insta::assert_snapshot!(changed.join("\n"), @"Readiness probe failed: HTTP probe failed with statuscode: 503: <html><!channel> & <b>Service</b> `unavailable` ```x```...");
        let plain = cells.iter().filter(|(_, cell)| is_plain(cell)).count();
        assert!(plain * 100 > cells.len() * 85, "{plain} of {} are plain", cells.len());
    }

    #[test]
    fn nothing_that_is_plain_is_a_secret() {
        let secrets = include_str!("../../../tests/data/redact/secrets.txt").replace(['¦', '⟦', '⟧'], "");
        let words = secrets.lines().flat_map(|line| line.split(' ').chain([line]));
        let lower: Vec<String> = words.clone().map(str::to_lowercase).collect();
        for word in words.chain(lower.iter().map(String::as_str)).filter(|word| is_plain(word)) {
            assert_eq!(redact(word, Emails::Keep).0, word);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]
        #[test]
        fn what_is_plain_is_what_it_would_be_with_a_long_look(
            cell in "(xox[a-z]-|sk-|gl[a-z]{2}-|pypi-|key-|hvs\\.|v1\\.|dapi|cio|LTAI|AKIA|pass|pw|token)?[A-Za-z0-9.<>()/_+,: -]{0,40}",
            name in "(xox[a-z]|sk|glpat|pypi|key|dapi|cio|secret|token|pw)?[a-z0-9.-]{0,60}",
        ) {
            for cell in [cell, name] {
                if is_plain(&cell) {
                    prop_assert_eq!(said(&cell), cell);
                }
            }
        }

        #[test]
        fn nothing_is_left_that_steers_or_hides(words in "(\\PC|[\u{0}-\u{1f}\u{80}-\u{9f}\u{200b}-\u{200f}\u{202a}-\u{202e}\\[\\]m;0-9]){0,60}") {
            let shown = said(&words);
            prop_assert!(shown.chars().all(|c| c == '\n' || c == '\t' || !c.is_control()), "{shown:?}");
            let hides = |c| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}');
            prop_assert!(!shown.contains(hides), "{shown:?}");
            prop_assert!(!said_cell(&words).contains('\n'));
        }
    }
}
