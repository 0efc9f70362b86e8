//! Threads as GitHub Markdown: whatever people write, all of it but headers is quoted, and no page is too long.
//!
//! Bytes that are a JSON list are a thread; any others are what somebody wrote wherever they may.

#![no_main]

use firstmate::domain::redact::{Emails, prepare};
use firstmate::domain::transcript::{Choices, Message, Names, Transcript};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

/// Characters of a page: more than once in most texts, and more than the least that is honoured.
const PAGE: usize = 200;
const LEAD: &str = "From a thread.";

fuzz_target!(init: prepare(), |text: &str| {
    let values = match serde_json::from_str(text) {
        Ok(Value::Array(values)) => values,
        _ => thread(text),
    };
    let messages: Vec<Message> = values.iter().filter_map(Message::read).collect();
    for named in [true, false] {
        let choices = Choices { named, emails: Emails::Hide };
        let transcript = Transcript::of(&messages, &Names::default(), choices);
        for entry in &transcript.entries {
            let (_, said) = entry.split_once("\n\n").expect("a header, and what was said");
            assert!(said.lines().all(|line| line.starts_with("> ") || line == ">"), "{said}");
        }
        assert_eq!(transcript, Transcript::of(&messages, &Names::default(), choices), "the same is the same");
        for page in transcript.pages(LEAD, PAGE) {
            assert!(page.chars().count() <= PAGE, "{page}");
        }
    }
});

fn thread(text: &str) -> Vec<Value> {
    let words = json!([{"type": "rich_text_section", "elements": [
        {"type": "text", "text": text}, {"type": "link", "url": format!("https://a.example/{text}"), "text": text},
    ]}]);
    vec![
        json!({"ts": "1.1", "user": "U1", "text": text}),
        json!({"ts": "2.1", "user": "U2", "user_profile": {"display_name": text}, "blocks": [{"type": "rich_text", "elements": words}]}),
        json!({"ts": "3.1", "bot_id": "B1", "username": text, "text": format!("```{text}``` <{text}> &gt; {text}")}),
    ]
}
