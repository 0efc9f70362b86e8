//! The messages of apps: Slack's other blocks and attachments (<https://docs.slack.dev/reference/block-kit/blocks>) as blocks of ours.
//! What a person presses is left out, it says nothing to those who read later.

use serde_json::Value;

use super::form::{Block, Inline, Style};
use super::mrkdwn;
use super::rich::{self, list, string};

const BOLD: Style = Style { bold: true, italic: false, strike: false, code: false };
/// Blocks that hold nothing but what a person presses or sees between other blocks.
const SILENT: [&str; 4] = ["actions", "divider", "input", "file"];
/// Entities that somebody typed, as Slack escapes them.
const TYPED: [&str; 3] = ["&amp;amp;", "&amp;lt;", "&amp;gt;"];
/// What tells an attachment that Slack made of a link: it may show another conversation, even a private one.
const UNFURLS: [&str; 6] =
    ["is_msg_unfurl", "is_reply_unfurl", "is_thread_root_unfurl", "is_app_unfurl", "is_share", "from_url"];

/// The blocks of a message or an attachment.
pub(super) fn blocks(holder: &Value, into: &mut Vec<Block>) {
    for block in list(holder, "blocks") {
        match block["type"].as_str().unwrap_or_default() {
            "rich_text" => rich_text(block, &holder["text"], into),
            "section" => section(block, into),
            "header" => into.extend(bold(&string(&block["text"], "text"))),
            "context" => list(block, "elements").for_each(|element| text(element, into)),
            "image" | "video" => into.extend(picture(block)),
            "markdown" => into.extend(plain(&string(block, "text"))),
            "table" => list(block, "rows").for_each(|row| into.extend(cells(row))),
            silent if SILENT.contains(&silent) => {}
            _ => unknown(block, into),
        }
    }
}

/// What an app attached, each quoted as Slack shows it: behind a bar.
pub(super) fn attachments(message: &Value, into: &mut Vec<Block>) {
    for attachment in list(message, "attachments") {
        if UNFURLS.iter().any(|key| attachment[*key] == true || !string(attachment, key).is_empty()) {
            continue;
        }
        let mut within = Vec::new();
        mrkdwn::blocks(attachment["pretext"].as_str().unwrap_or_default(), into);
        attached(attachment, &mut within);
        if within.is_empty() {
            within.extend(plain(&string(attachment, "fallback")));
        }
        if !within.is_empty() {
            into.push(Block::Quote(within));
        }
    }
}

fn attached(attachment: &Value, into: &mut Vec<Block>) {
    into.extend(plain(&string(attachment, "author_name")));
    let title = mrkdwn::unescaped(&string(attachment, "title"));
    if !title.is_empty() {
        let title = match attachment["title_link"].as_str() {
            Some(address) => Inline::link(address.to_owned(), title, BOLD),
            None => Inline::text(title, BOLD),
        };
        into.push(Block::Paragraph(vec![title]));
    }
    mrkdwn::blocks(attachment["text"].as_str().unwrap_or_default(), into);
    for field in list(attachment, "fields") {
        into.extend(bold(&string(field, "title")));
        mrkdwn::blocks(field["value"].as_str().unwrap_or_default(), into);
    }
    blocks(attachment, into);
    into.extend(plain(&string(attachment, "footer")));
}

/// Slack escapes rich text on some of its ways and not on others. `escaped` is the same in mrkdwn, which always is: an entity that
/// somebody typed is escaped twice there, and then the rich text is taken at its word.
fn rich_text(block: &Value, escaped: &Value, into: &mut Vec<Block>) {
    let mut within = Vec::new();
    rich::blocks(block, &mut within);
    let escaped = escaped.as_str().unwrap_or_default();
    if !TYPED.iter().any(|entity| escaped.contains(entity)) {
        within.iter_mut().for_each(|block| block.each_text(&mut |text| *text = mrkdwn::unescaped(text)));
    }
    into.append(&mut within);
}

fn section(block: &Value, into: &mut Vec<Block>) {
    text(&block["text"], into);
    list(block, "fields").for_each(|field| text(field, into));
}

/// A text object, or an image beside texts by what it shows.
fn text(object: &Value, into: &mut Vec<Block>) {
    match object["type"].as_str() {
        Some("mrkdwn") => mrkdwn::blocks(object["text"].as_str().unwrap_or_default(), into),
        Some("image") => into.extend(picture(object)),
        _ => into.extend(plain(&string(object, "text"))),
    }
}

/// A picture or a film by its title, else by what it shows, linked where it lies in the open.
fn picture(block: &Value) -> Option<Block> {
    let shown = [string(&block["title"], "text"), string(block, "alt_text")];
    let shown = shown.into_iter().find(|shown| !shown.is_empty()).unwrap_or_else(|| "an image".to_owned());
    let address = ["image_url", "title_url", "video_url"].iter().find_map(|key| block[*key].as_str());
    let words = match address {
        Some(address) => Inline::link(address.to_owned(), shown, Style::default()),
        None => Inline::text(shown, Style::default()),
    };
    Block::paragraph(vec![words])
}

/// The cells of a row on one line.
fn cells(row: &Value) -> Option<Block> {
    let cell = |cell: &Value| {
        let mut blocks = Vec::new();
        match cell["type"].as_str() {
            Some("rich_text") => rich::blocks(cell, &mut blocks),
            _ => blocks.extend(plain(&string(cell, "text"))),
        }
        let words = |block: Block| match block {
            Block::Paragraph(words) | Block::Item { words, .. } => words,
            Block::Code(code) => vec![Inline::text(code, Style { code: true, ..Style::default() })],
            Block::Quote(_) => Vec::new(),
        };
        blocks.into_iter().flat_map(words).collect::<Vec<_>>()
    };
    let mut words = Vec::new();
    for (at, cell) in row.as_array().into_iter().flatten().map(cell).enumerate() {
        if at > 0 {
            words.push(Inline::text(" | ", Style::default()));
        }
        words.extend(cell);
    }
    Block::paragraph(words)
}

/// A block that we do not know: by the texts that such a block would have.
fn unknown(block: &Value, into: &mut Vec<Block>) {
    let before = into.len();
    match &block["text"] {
        Value::String(_) => into.extend(plain(&string(block, "text"))),
        object => text(object, into),
    }
    rich::blocks(block, into);
    if into.len() == before {
        let name = string(block, "type");
        into.extend(plain(&format!("(something that only Slack can show: {name})")));
    }
}

fn plain(text: &str) -> Option<Block> {
    Block::paragraph(vec![Inline::text(mrkdwn::unescaped(text), Style::default())])
}

fn bold(text: &str) -> Option<Block> {
    Block::paragraph(vec![Inline::text(mrkdwn::unescaped(text), BOLD)])
}
