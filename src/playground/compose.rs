//! What Slack's composer makes of what a person types: the text with its marks, and the rich text beside it. Pure; it must not
//! know who types or where it goes.
//!
//! In the text, three characters are escaped, known names become ids, addresses are marked
//! (<https://docs.slack.dev/messaging/formatting-message-text>). The block says the same as a tree
//! (<https://docs.slack.dev/reference/block-kit/blocks/rich-text-block>).

mod runs;

use serde_json::{Value, json};

use super::people::{BOT_NAME, BOT_USER, Directory};
use runs::runs;

/// How Slack writes the items of a list into the text, by depth; deeper ones like the last.
const BULLETS: [&str; 3] = ["•", "◦", "▪︎"];
/// What the text indents each level of a list by.
const LEVEL: &str = "    ";
/// Lists are no deeper. <https://docs.slack.dev/reference/block-kit/blocks/rich-text-block#element-types>
const DEEPEST: usize = 8;
/// What encloses a block of code.
const FENCE: &str = "```";

/// What a person typed, as Slack keeps it.
#[derive(Debug)]
pub(super) struct Composed {
    /// Slack's markup.
    pub(super) text: String,
    /// One block of rich text.
    pub(super) blocks: Value,
}

/// One line outside of a block of code.
#[derive(Debug, PartialEq)]
enum Line<'a> {
    Words(&'a str),
    Quote(&'a str),
    /// How far it is indented, its number if it has one, and its words.
    Item(usize, Option<u64>, &'a str),
}

/// Takes what was typed apart.
pub(super) fn compose(typed: &str, directory: &Directory) -> Composed {
    let mut composer = Composer { directory, text: String::new(), elements: Vec::new(), depths: Vec::new() };
    let mut parts: Vec<String> = typed.split(FENCE).map(str::to_owned).collect();
    if parts.len().is_multiple_of(2) {
        // A fence that is never closed is three characters.
        let last = parts.pop().unwrap_or_default();
        let before = parts.pop().unwrap_or_default();
        parts.push(format!("{before}{FENCE}{last}"));
    }
    let last = parts.len() - 1;
    for (at, part) in parts.iter().enumerate() {
        match at % 2 {
            0 => composer.lines(part, at > 0, at < last),
            _ => composer.code(part),
        }
    }
    let text = composer.text.trim_end().to_owned();
    Composed { text, blocks: json!([{"type": "rich_text", "elements": composer.elements}]) }
}

struct Composer<'a> {
    directory: &'a Directory,
    text: String,
    elements: Vec<Value>,
    /// How far the lists that are open are indented, outermost first.
    depths: Vec<usize>,
}

impl Composer<'_> {
    fn code(&mut self, code: &str) {
        let inside = code.trim_matches('\n');
        self.text.push_str(&format!("{FENCE}{}{FENCE}\n", escape(inside)));
        self.elements.push(json!({
            "type": "rich_text_preformatted", "border": 0, "elements": [{"type": "text", "text": inside}],
        }));
    }

    fn lines(&mut self, part: &str, after_code: bool, before_code: bool) {
        // The line that a fence stands on ends with it.
        let part = if after_code { part.strip_prefix('\n').unwrap_or(part) } else { part };
        let part = if before_code { part.strip_suffix('\n').unwrap_or(part) } else { part };
        if part.is_empty() {
            return;
        }
        let mut lines = part.split('\n').map(line).peekable();
        while let Some(first) = lines.next() {
            match first {
                Line::Item(width, number, words) => self.item(width, number, words),
                Line::Words(words) => {
                    let mut all = vec![words];
                    while let Some(Line::Words(more)) = lines.next_if(|next| matches!(next, Line::Words(_))) {
                        all.push(more);
                    }
                    let more = before_code || lines.peek().is_some();
                    self.section("rich_text_section", "", &all, more);
                }
                Line::Quote(words) => {
                    let mut all = vec![words];
                    while let Some(Line::Quote(more)) = lines.next_if(|next| matches!(next, Line::Quote(_))) {
                        all.push(more);
                    }
                    self.section("rich_text_quote", "&gt; ", &all, false);
                }
            }
        }
    }

    fn section(&mut self, kind: &str, mark: &str, lines: &[&str], more: bool) {
        self.depths.clear();
        let marked: Vec<String> = lines.iter().map(|line| self.mark(line)).collect();
        for line in &marked {
            self.text.push_str(&format!("{mark}{line}\n"));
        }
        let mut inside = marked.join("\n");
        if more {
            inside.push('\n');
        }
        self.elements.push(json!({"type": kind, "elements": runs(&inside)}));
    }

    /// Items of one kind and depth that follow each other are one list; deeper ones are lists of their own beside it.
    fn item(&mut self, width: usize, number: Option<u64>, words: &str) {
        self.depths.retain(|open| *open <= width);
        if self.depths.last() != Some(&width) {
            self.depths.push(width);
        }
        let indent = (self.depths.len() - 1).min(DEEPEST);
        let style = if number.is_some() { "ordered" } else { "bullet" };
        let marked = self.mark(words);
        let bullet =
            number.map_or_else(|| BULLETS[indent.min(BULLETS.len() - 1)].to_owned(), |number| format!("{number}."));
        self.text.push_str(&format!("{}{bullet} {marked}\n", LEVEL.repeat(indent)));
        let item = json!({"type": "rich_text_section", "elements": runs(&marked)});
        if let Some(list) = self.elements.last_mut()
            && list["type"] == "rich_text_list"
            && list["style"] == style
            && list["indent"] == indent
            && let Some(items) = list["elements"].as_array_mut()
        {
            items.push(item);
            return;
        }
        let mut list =
            json!({"type": "rich_text_list", "style": style, "indent": indent, "border": 0, "elements": [item]});
        if let Some(number) = number.filter(|number| *number > 1) {
            list["offset"] = (number - 1).into();
        }
        self.elements.push(list);
    }

    /// Escapes, and marks names and addresses; inside of code they are left alone.
    fn mark(&self, line: &str) -> String {
        let mut out = String::new();
        let parts: Vec<&str> = line.split('`').collect();
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                out.push('`');
            }
            // The last of an even number of parts stands behind a tick that nothing closes.
            let code = at % 2 == 1 && at + 1 < parts.len();
            out.push_str(&if code { escape(part) } else { self.mark_words(part) });
        }
        out
    }

    fn mark_words(&self, text: &str) -> String {
        let mut out = String::new();
        for piece in text.split_inclusive(char::is_whitespace) {
            let word = piece.trim_end_matches(char::is_whitespace);
            let start = word.len() - word.trim_start_matches(['(', '"', '*', '_', '~']).len();
            let core = word[start..].trim_end_matches(['.', ',', ':', ';', '!', '?', ')', '"', '*', '_', '~']);
            match self.marked(core) {
                Some(made) => {
                    let (before, after) = (&piece[..start], &piece[start + core.len()..]);
                    out.push_str(&format!("{}{made}{}", escape(before), escape(after)));
                }
                None => out.push_str(&escape(piece)),
            }
        }
        out
    }

    fn marked(&self, word: &str) -> Option<String> {
        if word.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).is_some_and(|inside| self.known(inside)) {
            return Some(word.to_owned());
        }
        match word.split_at_checked(1)? {
            ("@", name) => self.mention(name),
            ("#", name) => self.directory.named(name).map(|channel| format!("<#{}|>", channel.id)),
            _ if word.starts_with("https://") || word.starts_with("http://") => Some(format!("<{}>", escape(word))),
            _ => None,
        }
    }

    fn known(&self, inside: &str) -> bool {
        match inside.split_at_checked(1) {
            Some(("@", id)) => id == BOT_USER || self.directory.person(id).is_some(),
            Some(("#", id)) => self.directory.channel(id.trim_end_matches('|')).is_some(),
            _ => false,
        }
    }

    fn mention(&self, name: &str) -> Option<String> {
        match name {
            "channel" | "here" | "everyone" => Some(format!("<!{name}>")),
            BOT_NAME => Some(format!("<@{BOT_USER}>")),
            _ => self.directory.called(name).map(|person| format!("<@{}>", person.id)),
        }
    }
}

fn line(line: &str) -> Line<'_> {
    let words = line.trim_start_matches([' ', '\t']);
    let width = line[..line.len() - words.len()].chars().map(|blank| if blank == '\t' { 4 } else { 1 }).sum();
    let bullet = ["- ", "* ", "• ", "◦ ", "▪︎ "].iter().find_map(|mark| words.strip_prefix(mark));
    let ordered = words.split_once(". ").and_then(|(number, rest)| Some((number.parse().ok()?, rest)));
    match (words.strip_prefix("> "), bullet, ordered) {
        (Some(quoted), ..) => Line::Quote(quoted),
        (_, Some(rest), _) => Line::Item(width, None, rest),
        (.., Some((number, rest))) => Line::Item(width, Some(number), rest),
        _ => Line::Words(line),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Undoes Slack's three escapes.
pub(super) fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::{Directory, compose, unescape};

    fn section(runs: Value) -> Value {
        json!({"type": "rich_text_section", "elements": runs})
    }

    fn text(text: &str) -> Value {
        json!({"type": "text", "text": text})
    }

    fn list(style: &str, indent: usize, items: &[&str]) -> Value {
        let items: Vec<Value> = items.iter().map(|item| section(json!([text(item)]))).collect();
        json!({"type": "rich_text_list", "style": style, "indent": indent, "border": 0, "elements": items})
    }

    #[rstest]
    #[case::plain("hello", "hello", json!([section(json!([text("hello")]))]))]
    #[case::escapes("a < b & c", "a &lt; b &amp; c", json!([section(json!([text("a < b & c")]))]))]
    #[case::quote("> one\n> two\nso", "&gt; one\n&gt; two\nso", json!([
        {"type": "rich_text_quote", "elements": [text("one\ntwo")]}, section(json!([text("so")])),
    ]))]
    #[case::list("see:\n- a\n  - b\n- c", "see:\n• a\n    ◦ b\n• c", json!([
        section(json!([text("see:\n")])), list("bullet", 0, &["a"]), list("bullet", 1, &["b"]), list("bullet", 0, &["c"]),
    ]))]
    #[case::steps("1. a\n2. b", "1. a\n2. b", json!([list("ordered", 0, &["a", "b"])]))]
    #[case::fence("try\n```\noc <get> *x*\n```\nplease", "try\n```oc &lt;get&gt; *x*```\nplease", json!([
        section(json!([text("try\n")])),
        {"type": "rich_text_preformatted", "border": 0, "elements": [text("oc <get> *x*")]},
        section(json!([text("please")])),
    ]))]
    #[case::open_fence("a ```b", "a ```b", json!([section(json!([text("a ```b")]))]))]
    #[case::names("@ann, see #support (https://e.org/x)", "<@U0ANN>, see <#C01RMPVUUK1|> (<https://e.org/x>)", json!([section(json!([
        {"type": "user", "user_id": "U0ANN"}, text(", see "), {"type": "channel", "channel_id": "C01RMPVUUK1"}, text(" ("),
        {"type": "link", "url": "https://e.org/x"}, text(")"),
    ]))]))]
    #[case::names_in_code("`@ann` @here", "`@ann` <!here>", json!([section(json!([
        {"type": "text", "text": "@ann", "style": {"code": true}}, text(" "), {"type": "broadcast", "range": "here"},
    ]))]))]
    fn what_is_made_of_what_is_typed(#[case] typed: &str, #[case] marked: &str, #[case] elements: Value) {
        let composed = compose(typed, &Directory::default());
        assert_eq!(composed.text, marked);
        assert_eq!(composed.blocks[0]["elements"], elements);
    }

    #[test]
    fn a_list_that_goes_on_keeps_its_numbers() {
        let elements = &compose("1. a\n  - b\n2. c", &Directory::default()).blocks[0]["elements"];
        assert_eq!((elements[0].get("offset"), &elements[2]["offset"]), (None, &json!(1)));
    }

    proptest! {
        #[test]
        fn plain_words_are_kept_as_they_are(typed in "[a-z][a-z<>&. ]{0,40}") {
            let composed = compose(&typed, &Directory::default());
            prop_assert_eq!(unescape(&composed.text), typed.trim_end());
        }

        #[test]
        fn nothing_typed_breaks_it(typed in any::<String>()) {
            let composed = compose(&typed, &Directory::default());
            prop_assert!(composed.blocks[0]["elements"].is_array());
        }
    }
}
