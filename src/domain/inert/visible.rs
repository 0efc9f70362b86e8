//! What of somebody's words can be seen: the rest would turn text around, hide it, or end a line where nobody sees it.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

/// Words without control and format characters, but line breaks, tabs and what joins emoji; every way to end a line is `\n`.
pub(crate) fn visible(words: &str) -> Cow<'_, str> {
    static HIDDEN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"[\p{Cc}\p{Cf}--\n\t\u{200D}]").expect("a pattern that is tested"));
    without(&HIDDEN, words)
}

/// Words as [`visible`], but with the invisible characters that belong to languages or that we put there ourselves.
pub(super) fn upright(words: &str) -> Cow<'_, str> {
    static TURNING: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"[\p{Cc}\u{61C}\u{200E}\u{200F}\u{202A}-\u{202E}\u{2066}-\u{2069}--\n\t]";
        Regex::new(pattern).expect("a pattern that is tested")
    });
    without(&TURNING, words)
}

fn without<'a>(characters: &Regex, words: &'a str) -> Cow<'a, str> {
    static ENDS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new("\r\n|[\r\u{B}\u{C}\u{85}\u{2028}\u{2029}]").expect("a pattern that is tested"));
    match ENDS.replace_all(words, "\n") {
        Cow::Borrowed(words) => characters.replace_all(words, ""),
        Cow::Owned(words) => Cow::Owned(characters.replace_all(&words, "").into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_dropped_and_lines_end_in_one_way() {
        assert_eq!(visible("a\u{202E}b\u{61C}c\u{AD}d\u{7}e\u{200B}f\u{FEFF}g"), "abcdefg");
        assert_eq!(visible("a\r\nb\rc\u{2028}d\u{85}e\tf"), "a\nb\nc\nd\ne\tf");
        assert_eq!(visible("\u{1F468}\u{200D}\u{1F469}"), "\u{1F468}\u{200D}\u{1F469}");
        assert_eq!(upright("\u{202E}a\u{200C}b\u{200B}c\u{0}"), "a\u{200C}b\u{200B}c");
    }
}
