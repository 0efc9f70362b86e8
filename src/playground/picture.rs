//! What a person sees, as plain text: made for inline snapshots. Pure. It shows the text beside the blocks too, since that is
//! what a screen reader and a notification say.

use serde_json::Value;

use super::blocks::options_of;
use super::compose::unescape;
use super::message::Message;
use super::people::Directory;
use super::view::{View, key_of};

/// How far blocks stand in from the line that names who said it.
const INDENT: &str = "    ";

/// A channel: each message with its blocks below it, each thread below the message that began it.
pub(super) fn channel_text(messages: &[&Message], known: &Directory) -> String {
    let mut lines = Vec::new();
    let stands_here = |message: &Message| {
        !message.is_reply() || !messages.iter().any(|other| Some(&other.ts) == message.thread_ts.as_ref())
    };
    for message in messages.iter().filter(|message| stands_here(message)) {
        lines.extend(message_lines(message, known));
        for reply in messages.iter().filter(|reply| reply.is_reply() && reply.thread_ts.as_ref() == Some(&message.ts)) {
            let prefixes = std::iter::once("  ↳ ").chain(std::iter::repeat("    "));
            lines.extend(
                message_lines(reply, known).into_iter().zip(prefixes).map(|(line, prefix)| format!("{prefix}{line}")),
            );
        }
    }
    joined(&lines)
}

fn joined(lines: &[String]) -> String {
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

fn message_lines(message: &Message, known: &Directory) -> Vec<String> {
    let mark = if message.only.is_some() { " (only you)" } else { "" };
    let mut text = words(&message.text, known);
    text.insert_str(0, &format!("{}{mark}: ", known.name_of(&message.user)));
    let mut lines = text.lines();
    let mut all: Vec<String> = lines.next().map(str::to_owned).into_iter().collect();
    all.extend(lines.map(|line| format!("{INDENT}{line}")));
    // What people typed stands in the text already; its block says the same.
    let blocks = message.blocks.as_ref().filter(|_| message.by_bot());
    all.extend(block_lines(blocks, known).map(|line| format!("{INDENT}{line}")));
    all.extend(
        message.files.iter().map(|file| format!("{INDENT}(file: {})", file["name"].as_str().unwrap_or_default())),
    );
    all
}

/// A modal: title, blocks, what is wrong, and its buttons.
pub(super) fn view_text(view: &View, known: &Directory) -> String {
    let mut lines = vec![label(&view.json["title"], known)];
    for block in view.filled_in().as_array().into_iter().flatten() {
        lines.extend(block_text(block, known).lines().map(|line| format!("{INDENT}{line}")));
        if let Some(error) = block["block_id"].as_str().and_then(|id| view.errors.get(id)) {
            lines.push(format!("{INDENT}! {error}"));
        }
    }
    let buttons = ["submit", "close"]
        .iter()
        .filter_map(|name| view.json.get(*name))
        .map(|text| format!("[{}]", label(text, known)));
    lines.push(buttons.collect::<Vec<_>>().join(" "));
    joined(&lines).trim_end().to_owned()
}

fn block_lines(blocks: Option<&Value>, known: &Directory) -> impl Iterator<Item = String> {
    let blocks = blocks.and_then(Value::as_array).into_iter().flatten();
    blocks.flat_map(|block| block_text(block, known).lines().map(str::to_owned).collect::<Vec<_>>())
}

fn block_text(block: &Value, known: &Directory) -> String {
    let label = |text: &Value| label(text, known);
    let element_text = |element: &Value| element_text(element, known);
    let list = |name: &str, between: &str| {
        let items = block[name].as_array().into_iter().flatten();
        items.map(&element_text).collect::<Vec<_>>().join(between)
    };
    match block["type"].as_str().unwrap_or_default() {
        "header" => format!("# {}", label(&block["text"])),
        "divider" => "---".to_owned(),
        "context" => list("elements", " · "),
        "rich_text" => list("elements", "\n"),
        "actions" => list("elements", " "),
        "image" => element_text(block),
        "section" => {
            let parts = [
                label(&block["text"]),
                list("fields", "\n"),
                block.get("accessory").map(&element_text).unwrap_or_default(),
            ];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
        }
        "input" => {
            let optional = if block["optional"] == true { " (optional)" } else { "" };
            let hint = block.get("hint").map(|hint| format!("\n({})", label(hint))).unwrap_or_default();
            format!("{}{optional}: {}{hint}", label(&block["label"]), element_text(&block["element"]))
        }
        other => format!("({other})"),
    }
}

fn element_text(element: &Value, known: &Directory) -> String {
    let label = |text: &Value| label(text, known);
    if element["type"].as_str().is_some_and(|kind| kind.starts_with("rich_text")) {
        return rich_text(element, known);
    }
    let chosen = |option: &Value| {
        let initial = element["initial_options"].as_array().into_iter().flatten().chain(element.get("initial_option"));
        initial.into_iter().any(|initial| initial["value"] == option["value"])
    };
    let marked = |yes: &str, no: &str| {
        let options = options_of(element)
            .map(|option| format!("{} {}", if chosen(option) { yes } else { no }, label(&option["text"])));
        options.collect::<Vec<_>>().join("  ")
    };
    match element["type"].as_str().unwrap_or_default() {
        "button" => match element["url"].as_str() {
            Some(url) => format!("[{} → {url}]", label(&element["text"])),
            None => format!("[{}]", label(&element["text"])),
        },
        "image" => format!("(image: {})", element["alt_text"].as_str().unwrap_or_default()),
        "plain_text_input" => format!("[{}]", element["initial_value"].as_str().unwrap_or_default()),
        "datepicker" | "timepicker" => {
            let chosen = ["initial_date", "initial_time"].iter().find_map(|name| element[*name].as_str());
            let shown = chosen.map_or_else(|| label(&element["placeholder"]), str::to_owned);
            format!("[{shown} ▾]")
        }
        "checkboxes" => marked("[x]", "[ ]"),
        "radio_buttons" => marked("(x)", "( )"),
        "static_select" | "multi_static_select" => {
            debug_assert!(key_of(element) != "value", "a menu keeps options");
            let picked: Vec<String> =
                options_of(element).filter(|option| chosen(option)).map(|option| label(&option["text"])).collect();
            let shown = if picked.is_empty() { label(&element["placeholder"]) } else { picked.join(", ") };
            format!("[{shown} ▾]")
        }
        _ => label(element),
    }
}

fn rich_text(element: &Value, known: &Directory) -> String {
    let parts = || element["elements"].as_array().into_iter().flatten();
    let runs = || parts().map(|run| rich_run(run, known)).collect::<String>();
    match element["type"].as_str() {
        Some("rich_text_quote") => runs().lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n"),
        Some("rich_text_list") => {
            let indent = "  ".repeat(element["indent"].as_u64().and_then(|deep| deep.try_into().ok()).unwrap_or(0));
            let first = element["offset"].as_u64().unwrap_or(0) + 1;
            let mark = |number: u64| if element["style"] == "ordered" { format!("{number}.") } else { "-".to_owned() };
            let items = parts().zip(first..);
            items
                .map(|(item, at)| format!("{indent}{} {}", mark(at), rich_text(item, known)))
                .collect::<Vec<_>>()
                .join("\n")
        }
        _ => runs(),
    }
}

fn rich_run(run: &Value, known: &Directory) -> String {
    let field = |name: &str| run[name].as_str().unwrap_or_default();
    match field("type") {
        "user" => angle(&format!("@{}", field("user_id")), known),
        "channel" => angle(&format!("#{}", field("channel_id")), known),
        "broadcast" => format!("@{}", field("range")),
        "emoji" => format!(":{}:", field("name")),
        "link" if run["text"].is_string() => format!("[{}]({})", field("text"), field("url")),
        "link" => field("url").to_owned(),
        _ => field("text").to_owned(),
    }
}

/// The words of a text object, as a person reads them.
pub(super) fn label(text: &Value, known: &Directory) -> String {
    let written = text["text"].as_str().unwrap_or_default();
    if text["type"] == "mrkdwn" { words(written, known) } else { written.to_owned() }
}

/// Slack's markup as a person reads it: ids become names, `<address|label>` becomes `[label](address)`.
/// <https://docs.slack.dev/messaging/formatting-message-text>
fn words(text: &str, known: &Directory) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, marked)) = rest.split_once('<') {
        let Some((inside, after)) = marked.split_once('>') else {
            break;
        };
        out.push_str(&unescape(before));
        out.push_str(&angle(inside, known));
        rest = after;
    }
    out + &unescape(rest)
}

fn angle(inside: &str, known: &Directory) -> String {
    let (target, label) = inside
        .split_once('|')
        .map_or((inside, None), |(target, label)| (target, Some(label).filter(|label| !label.is_empty())));
    match target.split_at_checked(1) {
        Some(("@", id)) => format!("@{}", known.name_of(id)),
        Some(("#", id)) => format!("#{}", known.channel(id).map_or(id, |channel| &channel.name)),
        // Tests read the same wherever and whenever they run: what stands there for those who cannot be shown their own time.
        Some(("!", date)) if date.starts_with("date^") => label.map(unescape).unwrap_or_default(),
        Some(("!", range)) => label.map_or_else(|| format!("@{range}"), unescape),
        _ => match label {
            Some(label) => format!("[{}]({})", unescape(label), unescape(target)),
            None => unescape(target),
        },
    }
}
