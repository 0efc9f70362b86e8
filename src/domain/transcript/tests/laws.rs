//! What holds for every thread, whatever people write and wherever they write it.

use std::sync::LazyLock;

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use regex::Regex;
use serde_json::{Value, json};

use super::*;
use crate::domain::inert::tests::{acting, nasty, shown};
use crate::domain::redact::secrets;

/// What GitHub would tell the other side of.
static REFERS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^https?://(www\.)?github\.com/.*/(issues|pulls?|discussions|commits?)/.").unwrap()
});

/// Messages in which `text` stands wherever people's text may stand.
fn messages(text: &str) -> Vec<Message> {
    let at = |from: usize| text.char_indices().nth(from).map_or(text.len(), |(at, _)| at);
    let (one, two, three) = (&text[..at(3)], &text[at(3)..at(7)], &text[at(7)..]);
    let bold = json!({ "bold": true });
    let part = |kind: &str, elements: Value| json!({ "type": kind, "elements": elements });
    let words = json!({ "type": "text", "text": text });
    let blocks = json!([{ "type": "rich_text", "elements": [
        part("rich_text_section", json!([words, { "type": "user", "user_id": "U1" }, { "type": "text", "text": text, "style": bold }])),
        part("rich_text_section", json!([
            { "type": "text", "text": one, "style": { "italic": true } }, { "type": "text", "text": two, "style": { "code": true, "bold": true } },
            { "type": "text", "text": three, "style": { "strike": true, "bold": true } }, words,
        ])),
        { "type": "rich_text_list", "style": "ordered", "indent": 2, "elements": [part("rich_text_section", json!([words]))] },
        { "type": "rich_text_list", "style": "bullet", "indent": 7, "elements": [part("rich_text_section", json!([words]))] },
        part("rich_text_quote", json!([words])),
        part("rich_text_preformatted", json!([words])),
        part("rich_text_section", json!([
            { "type": "text", "text": "!" }, { "type": "link", "url": "https://a.example/", "text": text }, words,
            { "type": "link", "url": text, "text": one }, { "type": "link", "url": format!("https://a.example/{text}") },
            { "type": "link", "url": format!("mailto:{text}") }, { "type": "channel", "channel_id": "C1" },
            { "type": "emoji", "name": text }, { "type": "link", "url": "https://b.example/", "text": text, "style": { "code": true } },
        ])),
    ] }]);
    let files = json!([{ "name": text, "permalink": "https://c.example/" }, { "title": text, "permalink": text }]);
    let attachments = json!([{ "title": text, "title_link": text, "text": text, "fields": [{ "title": text, "value": text }], "footer": text }]);
    [
        json!({ "ts": "1.1", "user": "U1", "blocks": blocks, "files": files }),
        json!({ "ts": "2.1", "user": "U2", "user_profile": { "display_name": text }, "text": text }),
        json!({ "ts": "3.1", "username": text, "bot_id": "B1", "text": format!("<https://a.example|{text}>*{text}*`{text}`"), "attachments": attachments }),
        json!({ "ts": "4.1", "user": "U3", "text": format!("&gt; {text}\n```{text}```{text}<{text}>") }),
    ]
    .iter()
    .map(|message| Message::read(message).unwrap())
    .collect()
}

fn transcript(text: &str) -> Transcript {
    let one = |id: &str| HashMap::from([(id.to_owned(), text.to_owned())]);
    let names = Names { people: one("U1"), channels: one("C1") };
    Transcript::of(&messages(text), &names, NAMED)
}

fn events(markdown: &str) -> Parser<'_> {
    let all = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
        | Options::ENABLE_FOOTNOTES;
    Parser::new_ext(markdown, all | Options::ENABLE_MATH)
}

/// Fails unless nothing acts in these texts and all but their headers is quoted.
fn judge(markdown: &str) -> Result<(), TestCaseError> {
    prop_assert_eq!(acting(markdown), Vec::<String>::new(), "in {}", markdown);
    for line in markdown.lines() {
        prop_assert!(
            line.is_empty() || line.starts_with("> ") || line.starts_with("**") && line.contains("** · 1970-01-01 "),
            "{:?}",
            line
        );
    }
    let mut quotes = 0;
    let mut headers = 0;
    for event in events(markdown) {
        match event {
            Event::Start(Tag::BlockQuote(kind)) => {
                prop_assert!(kind.is_none());
                quotes += 1;
            }
            Event::End(TagEnd::BlockQuote(_)) => quotes -= 1,
            Event::Start(Tag::Paragraph) if quotes == 0 => headers += 1,
            Event::Start(Tag::Link { dest_url, .. }) => {
                let scheme = dest_url.split(':').next().unwrap_or_default().to_lowercase();
                prop_assert!(["https", "http", "mailto"].contains(&scheme.as_str()), "{}", dest_url);
                prop_assert!(!REFERS.is_match(&dest_url), "{}", dest_url);
            }
            Event::Start(Tag::List(_) | Tag::Item | Tag::CodeBlock(_)) => prop_assert!(quotes > 0),
            Event::Start(Tag::Paragraph | Tag::Strong | Tag::Emphasis | Tag::Strikethrough) | Event::End(_) => {}
            Event::Text(_) | Event::Code(_) | Event::SoftBreak => {}
            other => prop_assert!(false, "{:?} in {}", other, markdown),
        }
    }
    prop_assert!(headers <= 4);
    Ok(())
}

/// The words of Markdown, without what we put between them.
fn read(markdown: &str) -> String {
    let said = events(markdown).filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.into_string()),
        Event::SoftBreak => Some(" ".to_owned()),
        _ => None,
    });
    plain(&said.collect::<String>())
}

/// Words one blank apart, without characters that have no width.
fn plain(text: &str) -> String {
    text.replace(crate::domain::inert::ZERO_WIDTH, "").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether nothing in it is redacted: chance writes `pw:#A1b2c` too.
fn stays(pieces: &[&str]) -> bool {
    secrets(&pieces.concat(), Emails::Hide).is_empty()
}

fn quoted(elements: &Value) -> String {
    let blocks = json!([{ "type": "rich_text", "elements": [{ "type": "rich_text_section", "elements": elements }] }]);
    let message = Message::read(&json!({ "ts": "1.1", "username": "b", "blocks": blocks })).unwrap();
    let transcript = Transcript::of(&[message], &Names::default(), NAMED);
    transcript.entries[0].split_once("\n\n").unwrap().1.to_owned()
}

proptest! {
    #[test]
    fn nothing_that_people_write_acts_on_github(text in nasty()) {
        judge(&transcript(&text).markdown())?;
    }

    #[test]
    fn nothing_acts_where_a_thread_is_cut_into_pages(text in nasty(), times in 1_usize..4, limit in 80_usize..600) {
        for page in transcript(&text.repeat(times)).pages("", limit) {
            prop_assert!(page.chars().count() <= limit);
            prop_assert_eq!(acting(&page), Vec::<String>::new(), "in {}", page);
            for event in events(&page) {
                prop_assert!(!matches!(event, Event::Html(_) | Event::InlineHtml(_)), "{:?} in {}", event, page);
                if let Event::Start(Tag::Link { dest_url, .. }) = event {
                    prop_assert!(!REFERS.is_match(&dest_url) && !dest_url.starts_with("javascript"));
                }
            }
        }
    }

    #[test]
    fn plain_words_are_read_as_they_were_written(text in "[ -~é]{0,60}", bold: bool, italic: bool, strike: bool) {
        prop_assume!(!text.contains("://") && !text.trim().is_empty() && stays(&[&text]) && stays(&["x", &text, "y"]));
        let style = json!({ "bold": bold, "italic": italic, "strike": strike });
        let pieces = json!([{ "type": "text", "text": "x" }, { "type": "text", "text": text, "style": style }, { "type": "text", "text": "y" }]);
        let markdown = quoted(&pieces);
        prop_assert_eq!(read(&markdown), plain(&format!("x{text}y")), "in {}", markdown);
        let alone = quoted(&json!([{ "type": "text", "text": text }]));
        prop_assert_eq!(read(&alone), plain(&text), "in {}", alone);
        prop_assert_eq!(shown(&alone).concat().is_empty(), false);
    }

    #[test]
    fn a_style_is_read_as_it_was_set(one in "[ -~]{1,12}", two in "[ -~]{1,12}") {
        prop_assume!(![&one, &two].iter().any(|text| text.contains("://") || text.trim().is_empty()));
        prop_assume!(stays(&[&one, &two, &one]));
        let style = json!({ "bold": true });
        let markdown = quoted(&json!([{ "type": "text", "text": one }, { "type": "text", "text": two, "style": style }, { "type": "text", "text": one }]));
        prop_assert!(events(&markdown).any(|event| event == Event::Start(Tag::Strong)), "{}", markdown);
    }

    #[test]
    fn a_token_is_found_however_it_is_split(one in 0_usize..20, two in 0_usize..20, code: bool) {
        let token = "xoxb-1234567890abcde";
        let (one, two) = (one.min(two), one.max(two));
        let piece = |text: &str, style: Value| json!({ "type": "text", "text": text, "style": style });
        let pieces = json!([
            piece(&token[..one], json!({ "bold": true })), piece(&token[one..two], json!({ "code": code })), piece(&token[two..], json!({ "italic": true })),
        ]);
        prop_assert_eq!(read(&quoted(&pieces)), "[redacted: token]");
    }

    #[test]
    fn pages_hold_every_word_in_order(texts in proptest::collection::vec("[a-z ]{0,300}", 1..8), limit in 100_usize..400) {
        let message = |(at, text): (usize, &String)| Message::read(&json!({ "ts": format!("{at}.0"), "username": "b", "bot_id": "B", "text": text })).unwrap();
        let messages: Vec<_> = texts.iter().enumerate().map(message).collect();
        let transcript = Transcript::of(&messages, &Names::default(), NAMED);
        let pages = transcript.pages("Lead", limit);
        let together: String = pages.iter().map(|page| read(page)).collect();
        let blanks = |text: &str| text.replace(' ', "");
        prop_assert_eq!(blanks(&together), blanks(&format!("Lead{}", read(&transcript.markdown()))));
        for page in pages {
            prop_assert!(page.chars().count() <= limit);
            prop_assert!(page.lines().all(|line| line.is_empty() || line.starts_with("> ") || line.starts_with("**b** · ") || line == "Lead"));
        }
    }

    #[test]
    fn code_is_kept_as_it_is(code in "[ -~\n\t]{1,80}") {
        prop_assume!(!code.trim_matches('\n').trim().is_empty());
        let blocks = json!([{ "type": "rich_text", "elements": [{ "type": "rich_text_preformatted", "elements": [{ "type": "text", "text": code }] }] }]);
        let message = Message::read(&json!({ "ts": "1.1", "username": "b", "blocks": blocks })).unwrap();
        let markdown = Transcript::of(&[message], &Names::default(), NAMED).markdown();
        let mut within = false;
        let mut text = String::new();
        for event in events(&markdown) {
            match event {
                Event::Start(Tag::CodeBlock(_)) => within = true,
                Event::Text(part) if within => text.push_str(&part),
                _ => {}
            }
        }
        prop_assert_eq!(text.trim_end_matches('\n'), code.trim_matches('\n'));
    }
}

#[test]
fn a_long_thread_is_complete_and_in_order() {
    let person = |at: usize| format!("U{}", at % 40);
    let mut messages: Vec<_> = (0..500)
        .map(|at| json!({ "ts": format!("{}.0", 1_795_165_380 + at), "user": person(at), "text": format!("reply *number* `{at}` <@{}>", person(at + 1)) }))
        .map(|message| Message::read(&message).unwrap())
        .collect();
    messages.reverse();
    let transcript = Transcript::of(&messages, &Names::default(), NAMED);
    assert_eq!(transcript.entries.len(), 500);
    for (at, entry) in transcript.entries.iter().enumerate() {
        assert!(entry.contains(&format!("`{at}`")));
    }
}
