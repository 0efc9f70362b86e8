//! Where a line of our Markdown may be cut: never within a link or an escape, and code is closed and opened again.

use super::runs;

/// Stands for a link that is longer than a whole page.
const TOO_LONG: &str = "(a link that is too long)";

/// What of a line fits within `room` characters, and the rest; both mean what the line meant.
pub(super) fn cut(line: &str, room: usize) -> (String, String) {
    let mut used = 0;
    let mut at = 0;
    // The last place behind a blank, and the last one at all.
    let (mut blank, mut any) = (0, 0);
    while at < line.len() {
        let part = &line[at..at + part(&line[at..])];
        used += part.chars().count();
        if used > room {
            break;
        }
        at += part.len();
        if part == " " {
            blank = at;
        }
        if splits(&line[at..]) {
            any = at;
        }
    }
    if at == line.len() {
        return (line.to_owned(), String::new());
    }
    match if blank > 0 { blank } else { any } {
        0 => broken(line, room),
        place => (line[..place].to_owned(), line[place..].to_owned()),
    }
}

/// A line that begins with something longer than the room.
fn broken(line: &str, room: usize) -> (String, String) {
    let end = part(line);
    let (first, rest) = line.split_at(end);
    let ticks = first.len() - first.trim_start_matches('`').len();
    let within = first.get(ticks..first.len().saturating_sub(ticks)).unwrap_or_default();
    if ticks == 0 || within.is_empty() {
        let shown = if first.chars().count() > room { TOO_LONG } else { first };
        return (shown.to_owned(), rest.to_owned());
    }
    let inside = room.saturating_sub(2 * (ticks + 1)).max(1);
    let place = within.char_indices().nth(inside).map_or(within.len(), |(at, _)| at);
    let later = if place < within.len() { runs::code(&within[place..]) } else { String::new() };
    (runs::code(&within[..place]), later + rest)
}

/// How long the part is that a line begins with: what cannot be cut without a change of meaning, else one character.
fn part(line: &str) -> usize {
    let bytes = line.as_bytes();
    let whole = match bytes.first() {
        Some(b'\\') => return 1 + line[1..].chars().next().map_or(0, char::len_utf8),
        Some(b'`') => code_end(line),
        Some(b'<') => line.find('>').map(|end| end + 1),
        Some(b'&') => line.find(';').filter(|end| *end < 10).map(|end| end + 1),
        Some(b'[') => link_end(line),
        Some(mark @ (b'*' | b'~')) => Some(bytes.iter().take_while(|byte| *byte == mark).count()),
        _ => None,
    };
    whole.unwrap_or_else(|| line.chars().next().map_or(0, char::len_utf8))
}

/// Where code ends that a line begins with: at as many backticks as it began with.
fn code_end(line: &str) -> Option<usize> {
    let ticks = line.len() - line.trim_start_matches('`').len();
    let mut at = ticks;
    while let Some(next) = line[at..].find('`') {
        let run = line[at + next..].len() - line[at + next..].trim_start_matches('`').len();
        at += next + run;
        if run == ticks {
            return Some(at);
        }
    }
    None
}

/// Where a link ends that a line begins with: every bracket in its label is escaped or in code, and none is in its address.
fn link_end(line: &str) -> Option<usize> {
    let mut at = 1;
    while at < line.len() {
        if line[at..].starts_with("](") {
            return line[at..].find(')').map(|end| at + end + 1);
        }
        at += part(&line[at..]);
    }
    None
}

/// Whether a line may begin with `rest`: GitHub reads no name and no reference there that was none before.
fn splits(rest: &str) -> bool {
    !rest.starts_with(['@', '#', 'g', 'G', '\u{200B}', '\u{200D}'])
}
