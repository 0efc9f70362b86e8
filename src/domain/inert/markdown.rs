//! Markdown that somebody wrote, such as the answer to a form's field, made inert and left as it was otherwise: parsers read it.

use std::ops::Range;
use std::sync::LazyLock;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};
use regex::{Captures, Regex};
use url::Url;

use super::visible::upright;
use super::{ZERO_WIDTH, address, plain};

/// What Prow and its like take for a command: a word behind a slash at a line's start. A path such as `/etc/hosts` is none, but the
/// label plugin asks for no end of its words (<https://docs.prow.k8s.io/docs/components/plugins/label/>).
const COMMANDS: &str =
    r"(?mi)^[ \t]*/(?:(?:remove-)?(?:area|committee|kind|language|priority|sig|triage|wg)|[a-z][\w-]*(?:[^\w/.-]|$))";

/// Entities that GitHub decodes into what it then acts on, beside the numeric ones.
const NAMED: [&str; 3] = ["commat", "num", "sol"];

/// What is made inert may end code that stood behind it; so often it is looked at again before all of it counts as words.
const PASSES: usize = 4;

/// Somebody's words that stay Markdown: shown as before, but nothing in them pings, refers or commands, outside of code. Prow's
/// commands stop being some everywhere, since Prow knows no code. Text that holds nothing of the kind is given back as it is.
pub fn inert(markdown: &str) -> String {
    let mut text = upright(markdown).into_owned();
    for pass in 0..=PASSES {
        let closed = closed(&text);
        let exempt = if pass < PASSES { code(&closed) } else { Vec::new() };
        let quiet = quiet(&closed, &exempt);
        if quiet == text {
            break;
        }
        text = quiet;
    }
    without_commands(&text)
}

/// Somebody's words that will stand in a code block, on which GitHub does not act; Prow would.
pub fn inert_code(code: &str) -> String {
    without_commands(&upright(code))
}

fn without_commands(text: &str) -> String {
    static COMMAND: LazyLock<Regex> = LazyLock::new(|| Regex::new(COMMANDS).expect("a pattern that is tested"));
    COMMAND.replace_all(text, |found: &Captures<'_>| found[0].replacen('/', &format!("{ZERO_WIDTH}/"), 1)).into_owned()
}

/// The text with nothing active but in these ranges.
fn quiet(text: &str, exempt: &[Range<usize>]) -> String {
    let hidden = disguised(text);
    let mut out = String::with_capacity(text.len() + 16);
    let mut done = 0;
    for range in exempt {
        if range.start >= done {
            words(text, done..range.start, &hidden, &mut out);
            out.push_str(&text[range.clone()]);
            done = range.end;
        }
    }
    words(text, done..text.len(), &hidden, &mut out);
    out
}

fn events(text: &str) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH).into_offset_iter()
}

/// Where the text is code, on which GitHub does not act.
fn code(text: &str) -> Vec<Range<usize>> {
    let code = |event: &Event<'_>| matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_)));
    events(text).filter(|(event, _)| code(event)).map(|(_, range)| range).collect()
}

/// Where links begin whose address refers to an issue, though their source does not show it.
fn disguised(text: &str) -> Vec<usize> {
    let refers = |address: &str| Url::parse(address).is_ok_and(|url| address::apart(&url).is_some());
    let links = events(text).filter_map(|(event, range)| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) if refers(&dest_url) => Some(range),
        _ => None,
    });
    links
        .filter(|range| !ACTIVE.find_iter(&text[range.clone()]).any(|found| refers(found.as_str())))
        .map(|range| range.start)
        .collect()
}

/// The text with its last block closed, if it would take in what follows it: the next field of the form.
fn closed(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some((_, range)) = open(&text).filter(|(event, _)| *event == Open::Html) {
        let literal = text[range.clone()].replace('<', "&lt;");
        text.replace_range(range, &literal);
    }
    if let Some((Open::Fence, range)) = open(&text) {
        let rest = &text[range.start..];
        let mark = rest.chars().next().filter(|mark| matches!(mark, '`' | '~')).unwrap_or('`');
        let width = rest.len() - rest.trim_start_matches(mark).len();
        let end = if text.ends_with('\n') { "" } else { "\n" };
        text = format!("{text}{end}{}", mark.to_string().repeat(width.max(3)));
    }
    text
}

#[derive(PartialEq, Eq)]
enum Open {
    Html,
    Fence,
}

/// The block at the end of the text that goes on behind a blank line.
fn open(text: &str) -> Option<(Open, Range<usize>)> {
    let probed = format!("{text}\n\nprobe");
    let within = |range: Range<usize>| (range.end == probed.len()).then_some(range.start..text.len());
    events(&probed)
        .filter_map(|(event, range)| match event {
            Event::Start(Tag::HtmlBlock) => within(range).map(|range| (Open::Html, range)),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => within(range).map(|range| (Open::Fence, range)),
            _ => None,
        })
        .last()
}

/// What may be active in running Markdown. An address and an entity come first, since signs within them are theirs.
static ACTIVE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r#"(?i)(?P<address>\b(?:https?://|www\.)[^\s<>"'`|\\^{}\[\]()*~]+)|(?P<entity>&(?:#[0-9a-z]+|[0-9a-z]+);)|<!--|[@#-]"#;
    Regex::new(pattern).expect("a pattern that is tested")
});

/// Writes a range of the text that is no code.
fn words(text: &str, range: Range<usize>, hidden: &[usize], out: &mut String) {
    let mut done = range.start;
    for start in hidden.iter().copied().filter(|start| range.contains(start)) {
        gap(text, done..start, out);
        out.push('\\');
        done = start;
    }
    gap(text, done..range.end, out);
}

fn gap(text: &str, range: Range<usize>, out: &mut String) {
    let mut done = range.start;
    while let Some(found) = ACTIVE.captures_at(&text[..range.end], done) {
        let all = found.get_match();
        out.push_str(&text[done..all.start()]);
        done = all.end();
        if found.name("address").is_some() {
            let bare = bare(all.as_str());
            out.push_str(&address_of(bare));
            done = all.start() + bare.len();
        } else if found.name("entity").is_some() {
            out.push_str(&entity(all.as_str()));
        } else if all.as_str() == "<!--" {
            out.push_str("&lt;!--");
        } else {
            out.push_str(all.as_str());
            if plain::active(text, all.start()) {
                out.push(ZERO_WIDTH);
            }
        }
    }
    out.push_str(&text[done..range.end]);
}

/// An address without what follows it in its sentence. It ends before an entity, which may be the end of it for GitHub too.
fn bare(found: &str) -> &str {
    static ENTITY: LazyLock<Regex> =
        LazyLock::new(|| Regex::new("&#?[0-9A-Za-z]+;").expect("a pattern that is tested"));
    address::trimmed(ENTITY.find(found).map_or(found, |entity| &found[..entity.start()]))
}

/// An address, past GitHub's eyes if it refers; a name in it is encoded, for the case that GitHub links no address here.
fn address_of(bare: &str) -> String {
    let whole = if bare.to_ascii_lowercase().starts_with("www.") { format!("https://{bare}") } else { bare.to_owned() };
    let apart = Url::parse(&whole).ok().and_then(|url| address::apart(&url));
    let shown = apart.as_deref().unwrap_or(bare);
    let mut encoded = String::with_capacity(bare.len());
    for (at, character) in shown.char_indices() {
        if character == '@' && plain::active(shown, at) { encoded.push_str("%40") } else { encoded.push(character) }
    }
    encoded
}

/// An entity, literally if GitHub would decode it into a part of a name, a reference or a command.
fn entity(found: &str) -> String {
    let name = &found[1..found.len() - 1];
    let code = match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(number) => u32::from_str_radix(number, 16).ok(),
            None => number.parse().ok(),
        },
        None => NAMED.contains(&name).then_some(u32::from('@')),
    };
    let acts = |character: char| character.is_ascii_alphanumeric() || "@#-/".contains(character);
    if !code.and_then(char::from_u32).is_some_and(acts) {
        return found.to_owned();
    }
    match name.strip_prefix('#') {
        Some(number) if number.starts_with(|first: char| first.is_ascii_digit()) => {
            format!("&amp;#{ZERO_WIDTH}{number};")
        }
        _ => format!("&amp;{name};"),
    }
}
