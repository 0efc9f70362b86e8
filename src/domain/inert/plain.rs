//! Plain words as Markdown that shows them literally, and in which GitHub finds nothing to do.
//!
//! GitHub looks for names and references in the rendered text, so that escapes do not stop it; a character without width does.

use super::{ZERO_WIDTH, address};

/// What has a meaning anywhere in a line. GitHub adds `$` for formulas to what the specification knows (<https://github.github.com/gfm/>).
const MARKUP: [char; 9] = ['\\', '`', '*', '[', ']', '~', '|', '$', '_'];
/// The longest number of a list (<https://spec.commonmark.org/0.31.2/#list-items>).
const LONGEST_NUMBER: usize = 9;
/// How wide a tab at a line's start is shown.
const TAB: &str = "\u{A0}\u{A0}\u{A0}\u{A0}";

/// One line of visible words, literally; `first` when it stands at a line's start, where more characters have a meaning.
pub(crate) fn line(words: &str, first: bool) -> String {
    let mut out = String::with_capacity(words.len() + 16);
    let words = if first { indented(words, &mut out) } else { words };
    let mut done = 0;
    for found in address::BARE.find_iter(words) {
        let bare = address::trimmed(found.as_str());
        if let Some(followed) = address::followed(bare) {
            escaped(&words[done..found.start()], first && done == 0, &mut out);
            out.extend(["<", &followed, ">"]);
            done = found.start() + bare.len();
        }
    }
    escaped(&words[done..], first && done == 0, &mut out);
    out
}

/// Blanks at a line's start would be lost, or make the line code: they become such as do not.
fn indented<'a>(words: &'a str, out: &mut String) -> &'a str {
    let rest = words.trim_start_matches([' ', '\t']);
    for blank in words[..words.len() - rest.len()].chars() {
        out.push_str(if blank == '\t' { TAB } else { "\u{A0}" });
    }
    rest
}

fn escaped(words: &str, first: bool, out: &mut String) {
    let start = if first { starting(words, out) } else { 0 };
    let mut before = words[..start].chars().next_back();
    for (at, character) in words[start..].char_indices() {
        let at = start + at;
        let after = &words[at + character.len_utf8()..];
        let next = after.chars().next();
        match character {
            '_' if alphanumeric(before) && alphanumeric(next) => out.push('_'),
            _ if MARKUP.contains(&character) => out.extend(['\\', character]),
            '<' => out.push_str("&lt;"),
            '&' if entity(after) => out.push_str("&amp;"),
            '\t' => out.push(' '),
            // What would make GitHub link an address that is none of those above.
            '/' if before == Some(':') && next == Some('/') => out.push_str("\\/"),
            '.' if ends_with(&words[..at], "www") => out.push_str("\\."),
            _ => out.push(character),
        }
        if active(words, at) {
            out.push(ZERO_WIDTH);
        }
        before = Some(character);
    }
}

/// Writes what only a line's start gives a meaning to, and says how much of the line that is.
fn starting(words: &str, out: &mut String) -> usize {
    let digits = words.bytes().take_while(u8::is_ascii_digit).count();
    let mark = &words[digits..];
    let blank = |after: &str| after.is_empty() || after.starts_with([' ', '\t']);
    let escape = match mark.chars().next() {
        Some('.' | ')') => (1..=LONGEST_NUMBER).contains(&digits) && blank(&mark[1..]),
        _ if digits > 0 => false,
        Some('#') => blank(mark.trim_start_matches('#')),
        Some('+') => blank(&mark[1..]),
        Some('-') => blank(&mark[1..]) || mark[1..].starts_with('-'),
        Some('=' | '>') => true,
        Some(':') => mark[1..].starts_with('-'),
        _ => false,
    };
    if escape {
        out.push_str(&words[..digits]);
        out.extend(["\\", &mark[..1]]);
        return digits + 1;
    }
    0
}

/// Whether something invisible must follow the character at `at`, lest GitHub reads a name or a reference.
pub(super) fn active(words: &str, at: usize) -> bool {
    let mut characters = words[at..].chars();
    let (character, next) = (characters.next(), characters.next());
    let before = || words[..at].chars().next_back();
    match character {
        // Behind a letter it is an e-mail address, which names nobody, or somebody's commit.
        Some('@') if before().is_some_and(|before| before.is_ascii_alphanumeric()) => commit(&words[at + 1..]),
        // A tag that GitHub removes would leave name or number behind.
        Some('@') => next.is_some_and(|next| next.is_alphanumeric() || next == '<'),
        Some('#') => next.is_some_and(|next| next.is_ascii_digit() || next == '<'),
        Some('-') => {
            next.is_some_and(|next| next.is_ascii_digit()) && ends_with(words[..at].trim_end_matches('\\'), "gh")
        }
        _ => false,
    }
}

/// Whether the words begin with the name of a commit: 7 to 40 hexadecimal digits.
fn commit(words: &str) -> bool {
    let end = words.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(words.len());
    (7..=40).contains(&end)
        && words[..end].bytes().all(|byte| byte.is_ascii_hexdigit())
        && !words[end..].starts_with('.')
}

fn alphanumeric(character: Option<char>) -> bool {
    character.is_some_and(char::is_alphanumeric)
}

/// Whether what follows an ampersand makes it an entity.
fn entity(after: &str) -> bool {
    let name = after.strip_prefix('#').unwrap_or(after);
    let end = name.find(|character: char| !character.is_ascii_alphanumeric());
    end.is_some_and(|end| end > 0 && name[end..].starts_with(';'))
}

/// Whether words end with an ASCII word, in any case.
fn ends_with(words: &str, end: &str) -> bool {
    let words = words.as_bytes();
    words.len() >= end.len() && words[words.len() - end.len()..].eq_ignore_ascii_case(end.as_bytes())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(
        "plain words, with (brackets) and a snake_case_name.",
        "plain words, with (brackets) and a snake_case_name."
    )]
    #[case("*b* _i_ `c` ~s~ [l](u) | $x$ \\", r"\*b\* \_i\_ \`c\` \~s\~ \[l\](u) \| \$x\$ \\")]
    #[case("<b>x</b> <!-- y -->", "&lt;b>x&lt;/b> &lt;!-- y -->")]
    #[case("a && b &lt; &#64; &copy", "a && b &amp;lt; &amp;#\u{200B}64; &copy")]
    #[case("@ann and bob@a.example", "@\u{200B}ann and bob@a.example")]
    #[case("(@ann) .@bob x_@cee", "(@\u{200B}ann) .@\u{200B}bob x\\_@\u{200B}cee")]
    #[case("fixes #12, o/r#12, GH-12, gh-12", "fixes #\u{200B}12, o/r#\u{200B}12, GH-\u{200B}12, gh-\u{200B}12")]
    #[case("o/r@0123abc and o/r@sha256:0123", "o/r@\u{200B}0123abc and o/r@sha256:0123")]
    #[case("# x", r"\# x")]
    #[case("#support", "#support")]
    #[case("- x", r"\- x")]
    #[case("-x", "-x")]
    #[case("---", r"\---")]
    #[case("===", r"\===")]
    #[case(":-:", r"\:-:")]
    #[case("+1", "+1")]
    #[case("+ x", r"\+ x")]
    #[case("> x > y", r"\> x > y")]
    #[case("12. x", r"12\. x")]
    #[case("1.5 x", "1.5 x")]
    #[case("    x", "\u{A0}\u{A0}\u{A0}\u{A0}x")]
    #[case("see https://a.example/x_y_z).", "see <https://a.example/x_y_z>).")]
    #[case("https://github.com/o/r/issues/1", "<https://redirect.github.com/o/r/issues/1>")]
    #[case("ftp://a.example www.a.example", r"ftp:\//a.example www\.a.example")]
    #[case("/close", "/close")]
    fn a_line_is_shown_literally(#[case] words: &str, #[case] expected: &str) {
        assert_eq!(line(words, true), expected);
    }
}
