//! Text between Markdown, Slack's mrkdwn and plain words.
//!
//! Our own words are Markdown and become mrkdwn; what people wrote becomes plain text on its way in and is escaped on its way
//! out, so that it can neither ping nor format anything (<https://docs.slack.dev/messaging/formatting-message-text>).

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::LazyLock;

use regex::Regex;

use chrono::DateTime;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// Escapes the three characters that mean something to Slack.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(is_special) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    push_escaped(&mut escaped, text);
    Cow::Owned(escaped)
}

fn push_escaped(into: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(is_special) {
        into.push_str(&rest[..at]);
        into.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            _ => "&gt;",
        });
        rest = &rest[at + 1..];
    }
    into.push_str(rest);
}

/// Whether a byte is one of the three; no part of a longer character is.
fn is_special(byte: u8) -> bool {
    matches!(byte, b'&' | b'<' | b'>')
}

/// Undoes [`escape`].
pub fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// `text` as Slack sends it, without the mentions of the user `own`. Where Slack does not say who that is, it is whoever is
/// mentioned first.
pub fn without_mention(text: &str, own: Option<&str>) -> String {
    let first = || text.trim_start().strip_prefix("<@").and_then(|rest| rest.split_once('>')).map(|(id, _)| id);
    let Some(own) = own.or_else(first) else {
        return text.trim().to_owned();
    };
    let without = text.replace(&format!("<@{own}>"), " ");
    without.trim().trim_start_matches([',', ':']).trim_start().to_owned()
}

/// `text` as Slack sends it, in plain words: links by their address, people and channels by name where Slack gives it.
pub fn plain(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let Some(end) = rest[start..].find('>') else {
            break;
        };
        words.push_str(&rest[..start]);
        let inside = &rest[start + 1..start + end];
        let (target, label) = inside.split_once('|').unwrap_or((inside, ""));
        match target.chars().next() {
            Some('@' | '#') if label.is_empty() => words.push_str(&target[..1]),
            Some(sign @ ('@' | '#' | '!')) => {
                if sign != '!' {
                    words.push(sign);
                }
                words.push_str(if label.is_empty() { &target[1..] } else { label });
            }
            _ => words.push_str(target),
        }
        rest = &rest[start + end + 1..];
    }
    words.push_str(rest);
    unescape(&words)
}

/// Somebody's words without what cannot be seen but turns text around, hides it or ends a line: control, format and separator
/// characters, but line breaks and what joins emoji.
pub fn visible(words: &str) -> Cow<'_, str> {
    static HIDDEN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}--\n\u{200D}]").expect("a pattern that is tested"));
    HIDDEN.replace_all(words, "")
}

/// Somebody's words as a quotation in plain text, each line behind `> `.
pub fn quote(words: &str) -> String {
    visible(words).lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n")
}

/// Our Markdown as mrkdwn.
pub fn mrkdwn(markdown: &str) -> String {
    Writer::default().write(markdown, Style::Mrkdwn)
}

/// Our Markdown in plain words, for notifications and screen readers.
pub fn words(markdown: &str) -> String {
    Writer::default().write(markdown, Style::Words)
}

/// Whether an address is one that a reader can follow. Others could mean something to Slack, as `!channel` does.
fn leads_out(url: &str) -> bool {
    ["https://", "http://", "mailto:"].iter().any(|scheme| url.starts_with(scheme))
}

/// What an address of ours names: `person:U…`, `channel:C…`, or an instant as `time:EPOCH`. Only our own code writes such
/// addresses; the catalogue may not, and what people say is never Markdown.
enum Named<'a> {
    Person(&'a str),
    Channel(&'a str),
    Time(i64),
}

impl<'a> Named<'a> {
    fn by(url: &'a str) -> Option<Self> {
        let (scheme, name) = url.split_once(':')?;
        let id = || name.chars().all(|c| c.is_ascii_alphanumeric()).then_some(name);
        match scheme {
            "person" => id().map(Self::Person),
            "channel" => id().map(Self::Channel),
            "time" => name.parse().ok().map(Self::Time),
            _ => None,
        }
    }

    /// As Slack writes it. Slack shows the name that it knows, and each reader their own time, to which we add the one for all
    /// (<https://docs.slack.dev/messaging/formatting-message-text#date-formatting>); the label is for those who cannot.
    fn markup(&self, label: &str) -> String {
        match self {
            Self::Person(id) => format!("<@{id}>"),
            Self::Channel(id) => format!("<#{id}>"),
            Self::Time(epoch) => {
                let utc = DateTime::from_timestamp(*epoch, 0).unwrap_or_default().format("%H:%M UTC");
                format!("<!date^{epoch}^{{date_long_pretty}} at {{time}}|{label}> ({utc})")
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Mrkdwn,
    Words,
}

#[derive(Default)]
struct Writer {
    out: String,
    /// For each list that is open: the next number, or none for bullets.
    lists: Vec<Option<u64>>,
    quotes: usize,
    link: Option<(String, usize)>,
}

impl Writer {
    fn write(mut self, markdown: &str, style: Style) -> String {
        self.out.reserve(markdown.len() + 32);
        for event in Parser::new_ext(markdown, Options::ENABLE_STRIKETHROUGH) {
            match event {
                Event::Start(tag) => self.open(tag, style),
                Event::End(tag) => self.close(tag, style),
                Event::Text(text) => self.text(&text, style),
                Event::Code(code) => {
                    self.mark("`", style);
                    self.text(&code, style);
                    self.mark("`", style);
                }
                Event::SoftBreak => self.out.push(' '),
                Event::HardBreak => self.line(),
                Event::Rule => self.paragraph(),
                // Raw HTML has no place in our texts, and Slack would show it as it stands.
                _ => {}
            }
        }
        self.out.truncate(self.out.trim_end().len());
        self.out
    }

    fn open(&mut self, tag: Tag<'_>, style: Style) {
        match tag {
            Tag::Paragraph if self.lists.is_empty() => self.paragraph(),
            Tag::Paragraph if !self.out.ends_with(' ') => self.line(),
            Tag::Heading { .. } => {
                self.paragraph();
                self.mark("*", style);
            }
            Tag::BlockQuote(_) => self.quotes += 1,
            Tag::CodeBlock(_) => {
                self.paragraph();
                self.mark("```\n", style);
            }
            Tag::List(first) => {
                if self.lists.is_empty() {
                    self.paragraph();
                }
                self.lists.push(first);
            }
            Tag::Item => {
                if !self.out.is_empty() && !self.out.ends_with('\n') {
                    self.line();
                }
                let depth = self.lists.len().saturating_sub(1);
                self.out.extend(std::iter::repeat_n("    ", depth));
                match self.lists.last_mut() {
                    Some(Some(number)) => {
                        let _ = write!(self.out, "{number}. ");
                        *number += 1;
                    }
                    _ => self.out.push_str("• "),
                }
            }
            Tag::Emphasis => self.mark("_", style),
            Tag::Strong => self.mark("*", style),
            Tag::Strikethrough => self.mark("~", style),
            Tag::Link { dest_url, .. } => {
                if style == Style::Mrkdwn && leads_out(&dest_url) {
                    self.out.push('<');
                    // A bar would end the address.
                    push_escaped(&mut self.out, &dest_url.replace('|', "%7C"));
                    self.out.push('|');
                }
                self.link = Some((dest_url.into_string(), self.out.len()));
            }
            _ => {}
        }
    }

    fn close(&mut self, tag: TagEnd, style: Style) {
        match tag {
            TagEnd::Heading(_) | TagEnd::Strong => self.mark("*", style),
            TagEnd::BlockQuote(_) => self.quotes -= 1,
            TagEnd::CodeBlock => self.mark("```", style),
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::Emphasis => self.mark("_", style),
            TagEnd::Strikethrough => self.mark("~", style),
            TagEnd::Link => self.close_link(style),
            _ => {}
        }
    }

    fn close_link(&mut self, style: Style) {
        let Some((url, start)) = self.link.take() else {
            return;
        };
        match (style, Named::by(&url)) {
            (Style::Mrkdwn, Some(named)) => {
                let label = self.out.split_off(start);
                self.out.push_str(&named.markup(&label));
            }
            (Style::Mrkdwn, None) if leads_out(&url) => self.out.push('>'),
            (Style::Words, None) if leads_out(&url) && self.out[start..] != url => {
                let _ = write!(self.out, " ({url})");
            }
            // What leads nowhere is its label.
            _ => {}
        }
    }

    fn text(&mut self, text: &str, style: Style) {
        match style {
            // A bar would end the link's address.
            Style::Mrkdwn if self.link.is_some() => push_escaped(&mut self.out, &text.replace('|', "/")),
            Style::Mrkdwn => push_escaped(&mut self.out, text),
            Style::Words => self.out.push_str(text),
        }
    }

    fn mark(&mut self, mark: &str, style: Style) {
        if style == Style::Mrkdwn {
            self.out.push_str(mark);
        }
    }

    fn line(&mut self) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n("> ", self.quotes));
    }

    fn paragraph(&mut self) {
        if self.out.is_empty() {
            self.out.extend(std::iter::repeat_n("> ", self.quotes));
            return;
        }
        if !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.line();
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("No. There is **no** guarantee, _ever_.", "No. There is *no* guarantee, _ever_.")]
    #[case(
        "Ask on [the list](https://lists.example/?a=1&b=2).",
        "Ask on <https://lists.example/?a=1&amp;b=2|the list>."
    )]
    #[case("Two ways:\n\n- one\n- two\n\nThat is all.", "Two ways:\n\n• one\n• two\n\nThat is all.")]
    #[case("1. first\n2. second", "1. first\n2. second")]
    #[case("a < b & c", "a &lt; b &amp; c")]
    #[case("<!channel> look", "")]
    #[case("`<!channel>` look", "`&lt;!channel&gt;` look")]
    #[case("> said\n\nafter", "> said\n\nafter")]
    #[case("one\ntwo", "one two")]
    #[case("ask [Ann](person:U0ANN) in [#support](channel:C01)", "ask <@U0ANN> in <#C01>")]
    #[case(
        "on [Wed 25 Nov, 13:30 UTC](time:1795613400)",
        "on <!date^1795613400^{date_long_pretty} at {time}|Wed 25 Nov, 13:30 UTC> (13:30 UTC)"
    )]
    #[case("[x](person:U1>)", "x")]
    #[case("[x](!channel) and [y](javascript:alert)", "x and y")]
    #[case("[x](https://a.example/?q=1|2)", "<https://a.example/?q=1%7C2|x>")]
    #[case("- one\n\n  more of one\n- two", "• one\nmore of one\n• two")]
    fn markdown_becomes_mrkdwn(#[case] markdown: &str, #[case] expected: &str) {
        assert_eq!(mrkdwn(markdown), expected);
    }

    #[rstest]
    #[case("Ask on [the list](https://lists.example/).", "Ask on the list (https://lists.example/).")]
    #[case("<https://a.example/>", "https://a.example/")]
    #[case("**bold** and `code`", "bold and code")]
    fn markdown_becomes_words(#[case] markdown: &str, #[case] expected: &str) {
        assert_eq!(words(markdown), expected);
    }

    #[rstest]
    #[case("<@U0BOT> is there an SLA", "is there an SLA")]
    #[case("<@U0BOT>, hello", "hello")]
    #[case("no mention", "no mention")]
    #[case("<@U0BOT>", "")]
    #[case("hey <@U0BOT>: is there an SLA", "hey  : is there an SLA")]
    #[case("<@U1> asked: backups? <@U0BOT>", "<@U1> asked: backups?")]
    fn the_bot_is_taken_out_of_what_was_said_to_it(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(without_mention(text, Some("U0BOT")), expected);
    }

    #[test]
    fn where_the_bot_is_not_named_it_is_the_first_who_is_mentioned() {
        assert_eq!(without_mention("<@U0BOT> tell <@U1>", None), "tell <@U1>");
        assert_eq!(without_mention("backups?", None), "backups?");
    }

    #[rstest]
    #[case("see <https://a.example|this>", "see https://a.example")]
    #[case("ask <@U1|ann> in <#C1|support>", "ask @ann in #support")]
    #[case("ask <@U1>", "ask @")]
    #[case("<!channel> hey", "channel hey")]
    #[case("a &lt; b &amp;&amp; c", "a < b && c")]
    #[case("open < end", "open < end")]
    fn what_slack_sends_becomes_plain(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(plain(text), expected);
    }

    #[test]
    fn what_cannot_be_seen_is_taken_out_of_a_quotation() {
        let words = "a\u{202E}b\u{061C}c\u{00AD}d\u{2028}e\u{7}f\u{200B}g\r\n\u{FEFF}h";
        assert_eq!(quote(words), "> abcdefg\n> h");
        assert_eq!(visible("\u{1F468}\u{200D}\u{1F469}"), "\u{1F468}\u{200D}\u{1F469}");
    }

    proptest::proptest! {
        #[test]
        fn a_quotation_is_one_in_every_line(words in "(?s).{0,200}") {
            let quoted = quote(&words);
            for line in quoted.lines() {
                proptest::prop_assert!(line.starts_with("> "));
            }
        }

        #[test]
        fn plain_text_survives_the_way_out_and_in(words in "[^<>\\p{C}]{0,80}") {
            proptest::prop_assert_eq!(unescape(&escape(&words)), words);
        }
    }
}
