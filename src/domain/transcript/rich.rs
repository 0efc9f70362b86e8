//! Slack's rich text (<https://docs.slack.dev/reference/block-kit/blocks/rich-text-block>) as blocks. What is unknown in it is shown by
//! its text, so that nothing that somebody wrote is lost.

use chrono::DateTime;
use serde_json::Value;

use super::form::{Block, Inline, Style};
use crate::domain::inert::visible;

/// The text at `key`, as far as it can be seen; empty when there is none.
pub(super) fn string(value: &Value, key: &str) -> String {
    visible(value[key].as_str().unwrap_or_default()).into_owned()
}

/// The values of the list at `key`.
pub(super) fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

/// A moment in seconds, as a transcript writes it.
pub(super) fn moment(seconds: i64) -> Option<String> {
    Some(DateTime::from_timestamp(seconds, 0)?.format("%Y-%m-%d %H:%M UTC").to_string())
}

/// The blocks of a rich text, or of a part of one that holds such parts.
pub(super) fn blocks(rich: &Value, into: &mut Vec<Block>) {
    for element in list(rich, "elements") {
        match element["type"].as_str() {
            Some("rich_text_section") => into.extend(Block::paragraph(inlines(element))),
            Some("rich_text_list") => items(element, into),
            Some("rich_text_quote") => into.push(Block::Quote(quoted(element))),
            Some("rich_text_preformatted") => {
                let text: String = inlines(element).iter().map(Inline::words).collect();
                into.push(Block::Code(text));
            }
            _ if element["elements"].is_array() => blocks(element, into),
            _ => into.extend(inline(element).and_then(|inline| Block::paragraph(vec![inline]))),
        }
    }
}

fn items(list_of: &Value, into: &mut Vec<Block>) {
    let depth = usize::try_from(list_of["indent"].as_u64().unwrap_or(0)).unwrap_or(0);
    let first = (list_of["style"] == "ordered").then(|| list_of["offset"].as_u64().unwrap_or(0).saturating_add(1));
    for (at, element) in (0..).zip(list(list_of, "elements")) {
        if element["type"] == "rich_text_list" {
            items(element, into);
            continue;
        }
        let number = first.map(|first| first.saturating_add(at));
        into.push(Block::Item { depth, number, words: inlines(element) });
    }
}

/// A quotation holds pieces, and by some clients whole parts.
fn quoted(quote: &Value) -> Vec<Block> {
    let mut within = Vec::new();
    if list(quote, "elements").any(|element| element["elements"].is_array()) {
        blocks(quote, &mut within);
    } else {
        within.extend(Block::paragraph(inlines(quote)));
    }
    within
}

fn inlines(part: &Value) -> Vec<Inline> {
    list(part, "elements").filter_map(inline).collect()
}

fn inline(element: &Value) -> Option<Inline> {
    let style = style(&element["style"]);
    let id = |key: &str| element[key].as_str().map(str::to_owned);
    let text = match element["type"].as_str().unwrap_or_default() {
        "link" => return Some(Inline::link(id("url")?, string(element, "text"), style)),
        "user" => return Some(Inline::Person { id: id("user_id")?, label: String::new(), style }),
        "channel" => return Some(Inline::Channel { id: id("channel_id")?, label: String::new(), style }),
        "usergroup" => "a group of people".to_owned(),
        "team" => "a workspace".to_owned(),
        "broadcast" => format!("@{}", string(element, "range")),
        "emoji" => emoji(element),
        "date" => element["timestamp"].as_i64().and_then(moment).unwrap_or_else(|| string(element, "fallback")),
        _ => {
            let said = ["text", "value", "fallback", "name", "url"].map(|key| string(element, key));
            said.into_iter().find(|said| !said.is_empty())?
        }
    };
    (!text.is_empty()).then(|| Inline::text(text, style))
}

/// An emoji by its characters where Slack gives them, else by its name, which GitHub mostly knows too.
fn emoji(element: &Value) -> String {
    let points = element["unicode"].as_str().unwrap_or_default();
    let characters = points.split('-').map(|point| char::from_u32(u32::from_str_radix(point, 16).ok()?));
    let characters: Option<String> = characters.collect();
    let shown = characters.map(|characters| visible(&characters).into_owned()).filter(|shown| !shown.is_empty());
    shown.unwrap_or_else(|| {
        let known = |character: &char| character.is_alphanumeric() || matches!(character, '_' | '-' | '+' | '\'');
        format!(":{}:", string(element, "name").chars().filter(known).collect::<String>())
    })
}

fn style(style: &Value) -> Style {
    let set = |name: &str| style[name] == true;
    Style { bold: set("bold"), italic: set("italic"), strike: set("strike"), code: set("code") }
}
