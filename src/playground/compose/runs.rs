//! The pieces of a line of rich text, read off Slack's markup: styles, code, what stands between angle brackets, and emoji.
//! Pure; it must not know lists, quotes or who is meant by an id.

use serde_json::{Map, Value, json};

use super::unescape;

/// Emoji that people type here, with their characters as Slack writes them; the community's own ones have none.
const EMOJI: &[(&str, Option<&str>)] = &[
    ("+1", Some("1f44d")),
    ("thumbsup", Some("1f44d")),
    ("-1", Some("1f44e")),
    ("thumbsdown", Some("1f44e")),
    ("anchor", Some("2693")),
    ("bug", Some("1f41b")),
    ("eyes", Some("1f440")),
    ("fire", Some("1f525")),
    ("heart", Some("2764-fe0f")),
    ("pray", Some("1f64f")),
    ("rocket", Some("1f680")),
    ("slightly_smiling_face", Some("1f642")),
    ("smile", Some("1f604")),
    ("tada", Some("1f389")),
    ("thinking_face", Some("1f914")),
    ("warning", Some("26a0-fe0f")),
    ("wave", Some("1f44b")),
    ("white_check_mark", Some("2705")),
    ("x", Some("274c")),
    ("operate-first", None),
];
/// The marks of styles, and what Slack calls these.
const STYLES: [(char, &str); 4] = [('*', "bold"), ('_', "italic"), ('~', "strike"), ('`', "code")];

/// The pieces of a marked line.
pub(super) fn runs(text: &str) -> Vec<Value> {
    let mut found = Runs::default();
    found.read(text, &Map::new());
    found.done
}

#[derive(Default)]
struct Runs {
    done: Vec<Value>,
}

impl Runs {
    fn read(&mut self, text: &str, style: &Map<String, Value>) {
        let (mut plain, mut at) = (0, 0);
        while let Some(char) = text[at..].chars().next() {
            let before = text[..at].chars().next_back();
            match special(text, at, char, before) {
                Some((special, end)) => {
                    self.text(&text[plain..at], style);
                    self.special(special, style);
                    (plain, at) = (end, end);
                }
                None => at += char.len_utf8(),
            }
        }
        self.text(&text[plain..], style);
    }

    fn special(&mut self, special: Special<'_>, style: &Map<String, Value>) {
        match special {
            Special::Styled("code", inside) => self.text(inside, &with(style, "code")),
            Special::Styled(name, inside) => self.read(inside, &with(style, name)),
            Special::Piece(piece) => self.push(piece, style),
        }
    }

    fn text(&mut self, text: &str, style: &Map<String, Value>) {
        if !text.is_empty() {
            self.push(json!({"type": "text", "text": unescape(text)}), style);
        }
    }

    fn push(&mut self, mut piece: Value, style: &Map<String, Value>) {
        if !style.is_empty() {
            piece["style"] = Value::Object(style.clone());
        }
        self.done.push(piece);
    }
}

/// Something in a line that is more than its characters.
enum Special<'a> {
    /// A style by Slack's name, and what stands in it.
    Styled(&'static str, &'a str),
    Piece(Value),
}

fn with(style: &Map<String, Value>, name: &str) -> Map<String, Value> {
    let mut style = style.clone();
    style.insert(name.to_owned(), true.into());
    style
}

/// What begins here, if it is more than a character, and where it ends.
fn special(text: &str, at: usize, char: char, before: Option<char>) -> Option<(Special<'_>, usize)> {
    let rest = &text[at + char.len_utf8()..];
    let begins = !before.is_some_and(char::is_alphanumeric);
    match char {
        '<' => {
            let (inside, _) = rest.split_once('>')?;
            Some((Special::Piece(angle(inside)), at + inside.len() + 2))
        }
        ':' if begins => {
            let (name, _) = rest.split_once(':')?;
            let (_, unicode) = EMOJI.iter().find(|(known, _)| *known == name)?;
            let mut piece = json!({"type": "emoji", "name": name});
            if let Some(unicode) = unicode {
                piece["unicode"] = (*unicode).into();
            }
            Some((Special::Piece(piece), at + name.len() + 2))
        }
        _ => {
            let (_, name) = STYLES.iter().find(|(mark, _)| *mark == char && begins)?;
            let inside = enclosed(rest, char)?;
            Some((Special::Styled(name, inside), at + inside.len() + 2))
        }
    }
}

/// What stands before the mark that closes a style: on one line, not empty, and without blanks at its ends.
fn enclosed(rest: &str, mark: char) -> Option<&str> {
    let mut search = 0;
    loop {
        let end = search + rest[search..].find(mark)?;
        let (inside, after) = (&rest[..end], &rest[end + 1..]);
        let closes = !after.starts_with(char::is_alphanumeric) && !inside.ends_with(char::is_whitespace);
        if inside.is_empty() || inside.contains('\n') || inside.starts_with(char::is_whitespace) {
            return None;
        }
        if mark == '`' || closes {
            return Some(inside);
        }
        search = end + 1;
    }
}

fn angle(inside: &str) -> Value {
    match inside.split_at_checked(1) {
        Some(("@", id)) => json!({"type": "user", "user_id": id}),
        Some(("#", id)) => json!({"type": "channel", "channel_id": id.trim_end_matches('|')}),
        Some(("!", range)) => json!({"type": "broadcast", "range": range}),
        _ => json!({"type": "link", "url": unescape(inside)}),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    fn styled(text: &str, style: Value) -> Value {
        json!({"type": "text", "text": text, "style": style})
    }

    fn text(text: &str) -> Value {
        json!({"type": "text", "text": text})
    }

    #[rstest]
    #[case("a *b* c", json!([text("a "), styled("b", json!({"bold": true})), text(" c")]))]
    #[case("*_b_*", json!([styled("b", json!({"bold": true, "italic": true}))]))]
    #[case("~gone~", json!([styled("gone", json!({"strike": true}))]))]
    #[case("`*x* &lt;y&gt;`", json!([styled("*x* <y>", json!({"code": true}))]))]
    #[case("2*3*4 and snake_case_name", json!([text("2*3*4 and snake_case_name")]))]
    #[case("* a *", json!([text("* a *")]))]
    #[case("at 12:30:45 :thumbsup:", json!([text("at 12:30:45 "), {"type": "emoji", "name": "thumbsup", "unicode": "1f44d"}]))]
    #[case(":operate-first: :nobody:", json!([{"type": "emoji", "name": "operate-first"}, text(" :nobody:")]))]
    #[case("*<@U0BOB>*", json!([{"type": "user", "user_id": "U0BOB", "style": {"bold": true}}]))]
    #[case("see <https://e.org/?a=1&amp;b=2>", json!([text("see "), {"type": "link", "url": "https://e.org/?a=1&b=2"}]))]
    fn pieces_of_a_line(#[case] line: &str, #[case] expected: Value) {
        assert_eq!(Value::from(super::runs(line)), expected);
    }
}
