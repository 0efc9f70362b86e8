//! Inline pieces as lines of Markdown. Styles are delimiters, whose meaning depends on what stands beside them
//! (<https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run>); a character without width keeps them apart where needed.

use std::borrow::Cow;

use super::form::{Inline, Style};
use crate::domain::inert::{ZERO_WIDTH, followed, line as escaped};

/// How a mark of redaction begins in an address, which leads nowhere then; other addresses have this bracket encoded.
const REDACTED: char = '[';

/// A piece of one line.
struct Run<'a> {
    style: Style,
    kind: Kind<'a>,
}

enum Kind<'a> {
    Words(String),
    /// An address that may be followed.
    Link {
        address: String,
        label: &'a str,
    },
}

/// The lines that pieces make; blank ones where the words have such.
pub(super) fn lines(words: &[Inline]) -> Vec<String> {
    split(words).iter().map(|runs| line(runs)).collect()
}

/// Pieces by line; neighbours that look alike are one, so that a name is read as a whole.
fn split(words: &[Inline]) -> Vec<Vec<Run<'_>>> {
    let mut lines = vec![Vec::new()];
    for inline in words {
        if let Inline::Link { address, label, style } = inline
            && !address.contains(REDACTED)
            && let Some(address) = followed(address)
        {
            last(&mut lines).push(Run { style: *style, kind: Kind::Link { address, label } });
            continue;
        }
        let (text, style) = match inline {
            Inline::Text { text, style } => (Cow::Borrowed(text.as_str()), *style),
            Inline::Person { label, style, .. } | Inline::Channel { label, style, .. } => {
                (Cow::Borrowed(label.as_str()), *style)
            }
            Inline::Link { address, label, style } => (Cow::Owned(in_words(address, label)), *style),
        };
        for (at, part) in text.split('\n').enumerate() {
            if at > 0 {
                lines.push(Vec::new());
            }
            match last(&mut lines).last_mut() {
                Some(Run { style: before, kind: Kind::Words(words) }) if *before == style => words.push_str(part),
                _ if part.is_empty() => {}
                _ => last(&mut lines).push(Run { style, kind: Kind::Words(part.to_owned()) }),
            }
        }
    }
    lines
}

fn last<T>(lines: &mut [T]) -> &mut T {
    lines.last_mut().expect("there is always a line that is being written")
}

fn line(runs: &[Run<'_>]) -> String {
    let mut out = String::new();
    for (at, run) in runs.iter().enumerate() {
        match &run.kind {
            Kind::Words(words) if run.style == Style::default() => out.push_str(&escaped(words, out.is_empty())),
            Kind::Words(words) => styled(&mut out, words, run.style, runs.get(at + 1)),
            Kind::Link { address, label } => {
                apart_from_bang(&mut out);
                wrap(&mut out, &link(address, label, run.style), run.style, runs.get(at + 1));
            }
        }
    }
    out.truncate(out.trim_end_matches([' ', '\t']).len());
    out
}

/// Writes words in a style, with the blanks around them outside of its delimiters, within which those would have no meaning.
fn styled(out: &mut String, words: &str, style: Style, next: Option<&Run<'_>>) {
    let core = words.trim();
    if !out.is_empty() && !words.starts_with(core) {
        out.push(' ');
    }
    if !core.is_empty() {
        let shown = if style.code { code(core) } else { escaped(core, false) };
        let ends = words.ends_with(core);
        wrap(out, &shown, style, next.filter(|_| ends));
        out.push_str(if ends { "" } else { " " });
    }
}

/// A link as Markdown.
fn link(address: &str, label: &str, style: Style) -> String {
    let label = label.split_whitespace().collect::<Vec<_>>().join(" ");
    match address.strip_prefix("mailto:") {
        Some(person) if label.is_empty() => format!("[{}]({address})", escaped(person, false)),
        _ if label.is_empty() => format!("<{address}>"),
        _ if style.code => format!("[{}]({address})", code(&label)),
        _ => format!("[{}]({address})", escaped(&label, false)),
    }
}

/// A link that must not be one.
fn in_words(address: &str, label: &str) -> String {
    let address = address.strip_prefix("mailto:").filter(|_| address.contains(REDACTED)).unwrap_or(address);
    let address = address.split_whitespace().collect::<Vec<_>>().join(" ");
    if label.is_empty() { address } else { format!("{} ({address})", label.replace('\n', " ")) }
}

/// A mark before a bracket would make the link an image.
fn apart_from_bang(out: &mut String) {
    if out.ends_with('!') {
        out.pop();
        out.push_str("\\!");
    }
}

/// Code on a line, behind more backticks than it has itself.
pub(super) fn code(text: &str) -> String {
    let text = text.replace('\n', " ");
    let fence = "`".repeat(longest(&text) + 1);
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// The longest run of backticks in a text.
pub(super) fn longest(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

/// Writes `shown` within the delimiters of its style.
fn wrap(out: &mut String, shown: &str, style: Style, next: Option<&Run<'_>>) {
    if out.ends_with(['*', '~', '`', '_']) {
        out.push(ZERO_WIDTH);
    }
    let joined =
        |beside: Option<char>| beside.is_some_and(|beside| !beside.is_whitespace() && !beside.is_ascii_punctuation());
    let beside = (joined(out.chars().next_back()), joined(next.and_then(first)));
    let emphasis = ["", "*", "**", "***"][usize::from(style.italic) + 2 * usize::from(style.bold)];
    let emphasised = delimited(shown, emphasis, beside);
    out.push_str(&delimited(&emphasised, if style.strike { "~~" } else { "" }, beside));
}

/// `shown` between delimiters. Where words stand beside them, what is no letter must not stand right within.
fn delimited(shown: &str, mark: &str, (before, after): (bool, bool)) -> String {
    if mark.is_empty() {
        return shown.to_owned();
    }
    let apart = |joined: bool, edge: Option<char>| {
        if joined && edge.is_some_and(|edge| !edge.is_alphanumeric()) { ZERO_WIDTH.to_string() } else { String::new() }
    };
    let (lead, trail) = (apart(before, shown.chars().next()), apart(after, shown.chars().next_back()));
    format!("{mark}{lead}{shown}{trail}{mark}")
}

/// The character that a piece will begin with.
fn first(run: &Run<'_>) -> Option<char> {
    match &run.kind {
        Kind::Words(words) if run.style == Style::default() => words.chars().next(),
        Kind::Words(words) => words.chars().next().map(|first| if first.is_whitespace() { first } else { ZERO_WIDTH }),
        Kind::Link { .. } => Some(ZERO_WIDTH),
    }
}
