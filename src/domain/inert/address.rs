//! Addresses in people's words: which a reader may follow, and how one is written so that it refers to nothing.

use std::fmt::Write as _;
use std::sync::LazyLock;

use regex::Regex;
use url::Url;

/// Schemes that do no more than lead somewhere.
const FOLLOWED: [&str; 3] = ["https", "http", "mailto"];
/// Parts of GitHub's addresses after which the next part names something that keeps a list of who refers to it.
const LISTED: [&str; 6] = ["issues", "pull", "pulls", "discussions", "commit", "commits"];

/// Where addresses may stand in plain words. What GitHub links beyond it is not linked, because its `://` and `www.` are escaped.
pub(super) static BARE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"(?i)\bhttps?://[^\s<>"'`|\\^{}\[\]]+"#).expect("a pattern that is tested"));

/// The address as it may stand in Markdown, if a reader may follow it: with nothing in it that would end it, and through GitHub's
/// redirector where GitHub would tell the other side of it
/// (<https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls>).
pub(crate) fn followed(address: &str) -> Option<String> {
    let address = address.trim();
    let url = Url::parse(address).ok().filter(|url| FOLLOWED.contains(&url.scheme()))?;
    Some(encoded(&apart(&url).unwrap_or_else(|| address.to_owned())))
}

/// The address past GitHub's eyes, if it names something that would list who refers to it.
pub(super) fn apart(url: &Url) -> Option<String> {
    let host = url.host_str()?.trim_end_matches('.');
    if !matches!(host, "github.com" | "www.github.com") {
        return None;
    }
    let parts: Vec<&str> = url.path_segments()?.collect();
    let listed =
        parts.windows(2).any(|pair| LISTED.contains(&pair[0].to_ascii_lowercase().as_str()) && !pair[1].is_empty());
    listed.then(|| {
        let mut apart = format!("https://redirect.github.com{}", url.path());
        url.query().iter().for_each(|query| apart.extend(["?", query]));
        url.fragment().iter().for_each(|fragment| apart.extend(["#", fragment]));
        apart
    })
}

/// An address in running words ends before the punctuation that belongs to the sentence.
pub(super) fn trimmed(address: &str) -> &str {
    let end = address.trim_end_matches(['.', ',', ':', ';', '!', '?', '*', '_', '~']);
    match end.strip_suffix(')') {
        Some(inside) if !inside.contains('(') => trimmed(inside),
        _ => end,
    }
}

/// Percent-encodes what would end an address in Markdown, or be read as an entity.
fn encoded(address: &str) -> String {
    let mut encoded = String::with_capacity(address.len());
    for character in address.chars() {
        match character {
            '<' | '>' | '(' | ')' | '[' | ']' | '\\' | '`' | '"' | '|' | ';' | '*' => percent(&mut encoded, character),
            _ if character.is_whitespace() || character.is_control() => percent(&mut encoded, character),
            _ => encoded.push(character),
        }
    }
    encoded
}

fn percent(into: &mut String, character: char) {
    for byte in character.encode_utf8(&mut [0; 4]).bytes() {
        // Writing to a string cannot fail.
        let _ = write!(into, "%{byte:02X}");
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://a.example/x?y=1&z=2#3", Some("https://a.example/x?y=1&z=2#3"))]
    #[case("https://a.example", Some("https://a.example"))]
    #[case("https://a.example/a(b) <c>", Some("https://a.example/a%28b%29%20%3Cc%3E"))]
    #[case("https://a.example/?x&copy;", Some("https://a.example/?x&copy%3B"))]
    #[case("mailto:ann@a.example", Some("mailto:ann@a.example"))]
    #[case("https://github.com/o/r", Some("https://github.com/o/r"))]
    #[case("https://github.com/o/r/issues", Some("https://github.com/o/r/issues"))]
    #[case(
        "https://github.com/o/r/issues/1#issuecomment-2",
        Some("https://redirect.github.com/o/r/issues/1#issuecomment-2")
    )]
    #[case("HTTP://WWW.GitHub.com/o/r/Pull/1?w=1", Some("https://redirect.github.com/o/r/Pull/1?w=1"))]
    #[case("https://x@github.com:443/o/r/./commit/abc", Some("https://redirect.github.com/o/r/commit/abc"))]
    #[case("javascript:alert(1)", None)]
    #[case("java\nscript:alert(1)", None)]
    #[case("data:text/html,x", None)]
    #[case("file:///etc/passwd", None)]
    #[case("//a.example", None)]
    #[case("no address", None)]
    fn an_address_is_followed(#[case] address: &str, #[case] expected: Option<&str>) {
        assert_eq!(followed(address).as_deref(), expected);
    }

    #[rstest]
    #[case("https://a.example/x).", "https://a.example/x")]
    #[case("https://a.example/x_(y)", "https://a.example/x_(y)")]
    #[case("https://a.example/?!", "https://a.example/")]
    fn an_address_ends_before_punctuation(#[case] address: &str, #[case] expected: &str) {
        assert_eq!(trimmed(address), expected);
    }
}
