//! Slack's mrkdwn (<https://docs.slack.dev/messaging/formatting-message-text>) as blocks.

use std::sync::LazyLock;

use regex::Regex;

use super::form::{Block, Inline, Style};
use super::rich::moment;
use crate::domain::inert::visible;

/// What begins and ends code that may have several lines.
const FENCE: &str = "```";
/// A quoted line, as Slack escapes it.
const QUOTE: &str = "&gt;";
/// Everything from here on is quoted.
const QUOTE_ALL: &str = "&gt;&gt;&gt;";

/// The blocks of a text in mrkdwn.
pub(super) fn blocks(text: &str, into: &mut Vec<Block>) {
    let text = visible(text);
    let mut rest = &*text;
    while let Some((before, code, after)) = fenced(rest) {
        prose(before, into);
        let code: String = atoms(code, false).iter().map(Atom::words).collect();
        into.push(Block::Code(code));
        rest = after.trim_start_matches(' ');
    }
    prose(rest, into);
}

/// What stands before the first code, the code, and what follows it.
fn fenced(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once(FENCE)?;
    let (code, after) = rest.split_once(FENCE)?;
    Some((before, code, after))
}

fn prose(text: &str, into: &mut Vec<Block>) {
    let mut said = Vec::new();
    let mut quoted = Vec::new();
    let mut all = false;
    for line in text.split('\n') {
        let trimmed = line.trim_start();
        all |= trimmed.starts_with(QUOTE_ALL);
        let inside = trimmed.strip_prefix(QUOTE_ALL).or_else(|| trimmed.strip_prefix(QUOTE));
        if all || inside.is_some() {
            into.extend(Block::paragraph(std::mem::take(&mut said)));
            push_line(inside.map_or(line, |inside| inside.strip_prefix(' ').unwrap_or(inside)), &mut quoted);
        } else {
            into.extend(Block::paragraph(std::mem::take(&mut quoted)).map(|block| Block::Quote(vec![block])));
            push_line(line, &mut said);
        }
    }
    into.extend(Block::paragraph(said));
    into.extend(Block::paragraph(quoted).map(|block| Block::Quote(vec![block])));
}

fn push_line(line: &str, into: &mut Vec<Inline>) {
    if !into.is_empty() {
        into.push(Inline::text("\n", Style::default()));
    }
    styled(&atoms(line, true), Style::default(), into);
}

/// What styles apply to: a character, or something that they do not look into.
enum Atom {
    Character(char),
    Code(String),
    Whole(Inline),
}

impl Atom {
    fn words(&self) -> String {
        match self {
            Self::Character(character) => character.to_string(),
            Self::Code(code) => code.clone(),
            Self::Whole(inline) => inline.words().to_owned(),
        }
    }

    fn is(&self, character: char) -> bool {
        matches!(self, Self::Character(own) if *own == character)
    }

    fn is_blank(&self) -> bool {
        matches!(self, Self::Character(character) if character.is_whitespace())
    }

    fn is_word(&self) -> bool {
        matches!(self, Self::Character(character) if character.is_alphanumeric())
    }
}

fn atoms(text: &str, with_code: bool) -> Vec<Atom> {
    static PARTS: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"<(?P<tag>[^<>\n]+)>|`(?P<code>[^`\n]+)`|(?P<tone>:skin-tone-[2-6]:)|(?P<text>(?s).)";
        Regex::new(pattern).expect("a pattern that is tested")
    });
    let mut atoms = Vec::new();
    for part in PARTS.captures_iter(text) {
        if let Some(tag) = part.name("tag") {
            atoms.push(Atom::Whole(tagged(tag.as_str())));
        } else if let Some(code) = part.name("code").filter(|_| with_code) {
            atoms.push(Atom::Code(self::atoms(code.as_str(), false).iter().map(Atom::words).collect()));
        } else if part.name("tone").is_none() || !with_code {
            atoms.extend(part[0].chars().map(Atom::Character));
        }
    }
    decoded(atoms)
}

/// The atoms with entities undone, which go over several characters.
fn decoded(atoms: Vec<Atom>) -> Vec<Atom> {
    let mut decoded = Vec::with_capacity(atoms.len());
    let mut run = String::new();
    let flush = |run: &mut String, decoded: &mut Vec<Atom>| {
        decoded.extend(unescaped(run).chars().map(Atom::Character));
        run.clear();
    };
    for atom in atoms {
        match atom {
            Atom::Character(character) => run.push(character),
            other => {
                flush(&mut run, &mut decoded);
                decoded.push(other);
            }
        }
    }
    flush(&mut run, &mut decoded);
    decoded
}

/// Undoes Slack's three entities once.
pub(super) fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// What stands between angle brackets.
fn tagged(tag: &str) -> Inline {
    let style = Style::default();
    let (target, label) =
        tag.split_once('|').map_or((tag, String::new()), |(target, label)| (target, unescaped(label)));
    let labelled = |other: String| if label.is_empty() { other } else { label.clone() };
    match (target.chars().next(), target.get(1..)) {
        (Some('@'), Some(id)) => {
            Inline::Person { id: id.to_owned(), label: label.trim_start_matches('@').to_owned(), style }
        }
        (Some('#'), Some(id)) => {
            Inline::Channel { id: id.to_owned(), label: label.trim_start_matches('#').to_owned(), style }
        }
        (Some('!'), Some(command)) => match command.split_once('^') {
            Some(("date", rest)) => {
                let seconds = rest.split('^').next().and_then(|seconds| seconds.parse().ok());
                Inline::text(seconds.and_then(moment).unwrap_or(label), style)
            }
            Some(("subteam", _)) => Inline::text(labelled("a group of people".to_owned()), style),
            _ => Inline::text(labelled(format!("@{}", unescaped(command))), style),
        },
        _ => Inline::link(unescaped(target), label, style),
    }
}

/// Finds the styles in a line and writes its pieces.
fn styled(atoms: &[Atom], style: Style, into: &mut Vec<Inline>) {
    let mut words = String::new();
    let last = ['*', '_', '~'].map(|mark| (mark, (0..atoms.len()).rev().find(|at| closes(atoms, *at, mark))));
    let mut at = 0;
    while let Some(atom) = atoms.get(at) {
        let opened =
            last.iter().find(|(mark, last)| last.is_some_and(|last| last > at + 1) && opens(atoms, at, *mark, style));
        let end = opened
            .and_then(|(mark, _)| (at + 2..atoms.len()).find(|end| closes(atoms, *end, *mark)).map(|end| (*mark, end)));
        if let Some((mark, end)) = end {
            flush(&mut words, style, into);
            styled(&atoms[at + 1..end], with(style, mark), into);
            at = end + 1;
            continue;
        }
        match atom {
            Atom::Character(character) => words.push(*character),
            Atom::Code(code) => {
                flush(&mut words, style, into);
                into.push(Inline::text(code.clone(), Style { code: true, ..style }));
            }
            Atom::Whole(inline) => {
                flush(&mut words, style, into);
                into.push(restyled(inline.clone(), style));
            }
        }
        at += 1;
    }
    flush(&mut words, style, into);
}

fn flush(words: &mut String, style: Style, into: &mut Vec<Inline>) {
    if !words.is_empty() {
        into.push(Inline::text(std::mem::take(words), style));
    }
}

/// A mark opens a style where a word begins.
fn opens(atoms: &[Atom], at: usize, mark: char, style: Style) -> bool {
    let starts = at == 0 || !(atoms[at - 1].is_word() || atoms[at - 1].is(mark));
    let inside = atoms.get(at + 1).is_some_and(|next| !next.is_blank() && !next.is(mark));
    atoms[at].is(mark) && starts && inside && with(style, mark) != style
}

/// A mark closes a style where a word ends.
fn closes(atoms: &[Atom], at: usize, mark: char) -> bool {
    let ends = atoms.get(at + 1).is_none_or(|next| !next.is_word());
    at > 0 && atoms[at].is(mark) && ends && !atoms[at - 1].is_blank()
}

fn with(style: Style, mark: char) -> Style {
    match mark {
        '*' => Style { bold: true, ..style },
        '_' => Style { italic: true, ..style },
        _ => Style { strike: true, ..style },
    }
}

fn restyled(mut inline: Inline, with: Style) -> Inline {
    match &mut inline {
        Inline::Text { style, .. }
        | Inline::Link { style, .. }
        | Inline::Person { style, .. }
        | Inline::Channel { style, .. } => {
            *style = with;
        }
    }
    inline
}
