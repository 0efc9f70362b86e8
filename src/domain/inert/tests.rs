//! What GitHub reads in words that were made inert: nothing that it would act on.

use std::sync::LazyLock;

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use regex::Regex;
use rstest::rstest;

use super::*;

/// What GitHub acts on in rendered text.
static ACTS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?i)(?:^|[^0-9a-z])@[a-z0-9]|#[0-9]|\bGH-[0-9]").unwrap());

/// Text that is made of what means something to somebody.
pub(crate) fn nasty() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("`"),
        Just("```"),
        Just("~~~"),
        Just("~~"),
        Just("*"),
        Just("**"),
        Just("_"),
        Just("@a"),
        Just("@"),
        Just("b"),
        Just("#1"),
        Just("#"),
        Just("1"),
        Just("1."),
        Just("GH-2"),
        Just("<"),
        Just("!--"),
        Just("-->"),
        Just("<!-- firstmate:x -->"),
        Just(">"),
        Just("\n"),
        Just("\n\n"),
        Just("/close"),
        Just("fixes #3"),
        Just("\t"),
        Just("\r"),
        Just(" "),
        Just("    "),
        Just("[x](javascript:1)"),
        Just("["),
        Just("]"),
        Just("("),
        Just(")"),
        Just("!"),
        Just("|"),
        Just("---"),
        Just("==="),
        Just("- "),
        Just("+ "),
        Just("\\"),
        Just("&"),
        Just("&#64;"),
        Just("&commat;"),
        Just("&lt;"),
        Just(";"),
        Just("https://github.com/o/r/issues/1"),
        Just("www.a.example"),
        Just("o/r#4"),
        Just("<b>"),
        Just("<pre>"),
        Just("</pre>"),
        Just("[y]: https://a.example"),
        Just("$"),
        Just(":"),
        Just("\u{202E}"),
        Just("\u{2028}"),
        Just("\u{200B}"),
        Just("é"),
        Just("."),
        Just("ann@b.example"),
        Just("\u{1F468}\u{200D}\u{1F469}"),
    ];
    prop_oneof![
        proptest::collection::vec(part, 0..24).prop_map(|parts| parts.concat()),
        "(?s).{0,60}".prop_map(|text| text)
    ]
}

/// The texts that are shown outside of code and links' addresses, each as the browser has it: in one piece.
pub(crate) fn shown(markdown: &str) -> Vec<String> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
        | Options::ENABLE_FOOTNOTES;
    let mut texts = vec![String::new()];
    let mut code = false;
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => code = true,
            Event::End(TagEnd::CodeBlock) => code = false,
            Event::Text(text) if !code => texts.last_mut().unwrap().push_str(&text),
            Event::Text(_) => {}
            _ => texts.push(String::new()),
        }
    }
    texts.retain(|text| !text.is_empty());
    texts
}

/// What GitHub would act on in the text that is shown; addresses are links there, in which it does not look.
pub(crate) fn acting(markdown: &str) -> Vec<String> {
    let links = Regex::new(r"(?i)(?:https?://|www\.)[^\s<]+").unwrap();
    let texts = shown(markdown).into_iter().map(|text| links.replace_all(&text, "").into_owned());
    texts.filter(|text| ACTS.is_match(text)).collect()
}

#[rstest]
#[case("plain", "plain")]
#[case("# Heading\n\n- [x] **done** `@code` & <b>html</b>", "# Heading\n\n- [x] **done** `@code` & <b>html</b>")]
#[case("```yaml\nusers: @ann #12\n```", "```yaml\nusers: @ann #12\n```")]
#[case("ann@a.example, https://a.example/x#12, C# 5", "ann@a.example, https://a.example/x#12, C# 5")]
#[case("/etc/hosts and and/or", "/etc/hosts and and/or")]
#[case("hello @ann", "hello @\u{200B}ann")]
#[case("fixes #12, o/r#12 or GH-12", "fixes #\u{200B}12, o/r#\u{200B}12 or GH-\u{200B}12")]
#[case(r"\@ann \#12 GH\-12", "\\@\u{200B}ann \\#\u{200B}12 GH\\-\u{200B}12")]
#[case("&#64;ann &commat;ann &#x40;ann &#233;", "&amp;#\u{200B}64;ann &amp;commat;ann &amp;#x40;ann &#233;")]
#[case("<!-- firstmate:x -->", "&lt;!-- firstmate:x -->")]
#[case("/close\n  /assign @ann", "\u{200B}/close\n  \u{200B}/assign @\u{200B}ann")]
#[case("[x](https://github.com/o/r/issues/1)", "[x](https://redirect.github.com/o/r/issues/1)")]
#[case("[x](https:\\//github.com/o/r/issues/1)", "\\[x](https:\\//github.com/o/r/issues/1)")]
#[case("www.github.com/o/r/pull/1.", "https://redirect.github.com/o/r/pull/1.")]
#[case("https://github.com/o/r/issues/1&lt;o/r#4", "https://redirect.github.com/o/r/issues/1&lt;o/r#\u{200B}4")]
#[case("~~https://a.example~~GH-2", "~~https://a.example~~GH-\u{200B}2")]
#[case("https://a.example/@ann", "https://a.example/%40ann")]
#[case("```\nunclosed @ann", "```\nunclosed @ann\n```")]
#[case("<pre>\nunclosed", "&lt;pre>\nunclosed")]
#[case("a\u{202E}b", "ab")]
fn markdown_becomes_inert(#[case] markdown: &str, #[case] expected: &str) {
    assert_eq!(inert(markdown), expected);
}

#[test]
fn plain_words_are_literal_and_no_command() {
    assert_eq!(literal("/close *now*\n  /lgtm\n# x"), "\u{200B}/close \\*now\\*\n\u{200B}\u{A0}\u{A0}/lgtm\n\\# x");
}

proptest! {
    #[test]
    fn nothing_acts_in_what_is_inert(text in nasty()) {
        let out = inert(&text);
        prop_assert_eq!(acting(&out), Vec::<String>::new());
        prop_assert!(!Regex::new(r"(?m)^[ \t]*/close(?:[^\w/.-]|$)").unwrap().is_match(&out));
        prop_assert_eq!(inert(&out), out);
    }

    #[test]
    fn nothing_acts_across_two_fields(one in nasty(), other in nasty()) {
        let body = format!("### A\n\n{}\n\n### B\n\n{}", inert(&one), inert(&other));
        prop_assert_eq!(acting(&body), Vec::<String>::new());
    }

    #[test]
    fn what_is_not_active_stays(text in "[a-zA-Z0-9 .,:;()*_`>\n-]{0,80}") {
        // An open fence and a form of GH-1 are active.
        prop_assume!(!text.contains("``") && !text.to_lowercase().contains("gh-"));
        prop_assert_eq!(inert(&text), text);
    }

    #[test]
    fn literal_words_are_shown_and_do_nothing(text in nasty()) {
        let out = literal(&text);
        prop_assert_eq!(acting(&out), Vec::<String>::new());
        let html = Parser::new_ext(&out, Options::all()).any(|event| matches!(event, Event::Html(_) | Event::InlineHtml(_)));
        prop_assert!(!html);
    }
}
