//! How the answer of a cluster looks in a chat: a block of lines that fits a phone, the next rows by a button, all of them as a file.

use serde::{Deserialize, Serialize};

use super::ask::{Answer, From, Listing};
use crate::domain::query::Query;
use crate::domain::reply::{Button, Part, Reply, literal};

/// Rows on a page.
pub(super) const ROWS: u32 = 15;
/// Characters in a line: what a phone shows of a block without breaking it.
const ROOM: usize = 40;
/// Characters of a block of lines, with room for what the edge adds.
const BLOCK: usize = 2_900;
/// What a button can carry (<https://docs.slack.dev/reference/block-kit/block-elements/button-element>).
const CARRIED: usize = 2_000;

/// What the buttons below a list carry: the question itself, which is judged again when one is pressed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Carried {
    /// Cluster and question, as they would be typed.
    #[serde(rename = "q")]
    pub(super) line: String,
    /// Where it goes on.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub(super) token: Option<String>,
    /// Rows before that.
    #[serde(rename = "s", default)]
    pub(super) seen: usize,
}

impl Carried {
    pub(super) fn new(cluster: &str, query: &Query, from: &From) -> Self {
        Self { line: line(cluster, query), token: from.token.clone(), seen: from.seen }
    }

    /// As a button carries it; `None` where it is too long for one.
    fn packed(&self) -> Option<String> {
        serde_json::to_string(self).ok().filter(|packed| packed.chars().count() <= CARRIED)
    }

    pub(super) fn unpacked(value: &str) -> Option<Self> {
        serde_json::from_str(value).ok()
    }

    pub(super) fn from(&self) -> From {
        From { token: self.token.clone(), seen: self.seen }
    }
}

/// Cluster and question as they would be typed.
pub(super) fn line(cluster: &str, query: &Query) -> String {
    format!("{cluster} {query}")
}

/// The answer to `query`, a list from `from` on.
pub(super) fn reply(cluster: &str, query: &Query, from: &From, answer: Answer) -> Reply {
    match answer {
        Answer::Said(reply) => reply,
        Answer::Log(log) => of_log(cluster, query, &log),
        Answer::List(listing) => of_list(cluster, query, from, listing),
    }
}

/// The question, with the namespace that was meant where it names none.
fn headline(cluster: &str, query: &Query, meant: Option<&str>) -> Part {
    let meant = meant.filter(|_| query.namespace().is_none()).map(|meant| format!(" (in {})", literal(meant)));
    Part::text(format!("**{}** {}{}", literal(cluster), literal(&query.to_string()), meant.unwrap_or_default()))
}

fn of_log(cluster: &str, query: &Query, log: &str) -> Reply {
    let log = log.trim_end();
    let reply = Reply::default().with(headline(cluster, query, None));
    if log.is_empty() {
        return reply
            .with(Part::text("It printed nothing, or has not begun to. `why POD` says whether it runs.".to_owned()));
    }
    let shown = newest(log, BLOCK);
    let cut = shown.len() < log.len();
    let reply = reply.with(Part::Code(shown.to_owned()));
    if cut { reply.note("The newest lines; there are more above. `--tail` and `--since` choose.") } else { reply }
}

/// The end of `log`, whole lines of it where there are any.
fn newest(log: &str, most: usize) -> &str {
    let Some((start, _)) = log.char_indices().rev().nth(most) else { return log };
    let end = &log[start..];
    end.split_once('\n').map_or(end, |(_, lines)| lines)
}

fn of_list(cluster: &str, query: &Query, from: &From, mut listing: Listing) -> Reply {
    // A server may give more than it was asked for.
    listing.table.rows.truncate(ROWS as usize);
    if let Some(names) = &mut listing.names {
        names.truncate(ROWS as usize);
    }
    let shown = listing.names.as_ref().map_or(listing.table.rows.len(), Vec::len);
    let reply = Reply::default().with(headline(cluster, query, listing.namespace.as_deref()));
    let reply = if listing.restarted {
        reply.note("The cluster has forgotten where the list was to go on, as it does after some minutes. This is the beginning again.")
    } else {
        reply
    };
    if shown == 0 && listing.next.is_none() {
        let nothing = match listing.missing {
            Some(namespace) => format!("There is no namespace `{namespace}` on {}.", literal(cluster)),
            None if from.seen == 0 => literal(&listing.nothing),
            None => "There are no more rows.".to_owned(),
        };
        return reply.with(Part::text(nothing));
    }
    let lines = listing.names.unwrap_or_else(|| listing.table.for_chat(ROOM));
    let cut = lines.iter().any(|line| line.contains('…'));
    let reply = blocks(&lines).into_iter().fold(reply, |reply, block| reply.with(Part::Code(block)));
    let first = if listing.restarted { 0 } else { from.seen };
    let mut notes = Vec::new();
    if first > 0 || listing.next.is_some() {
        let more = match (listing.remaining, &listing.next) {
            (Some(more), Some(_)) => format!(" of {}", (first + shown) as u64 + more),
            _ => String::new(),
        };
        notes.push(format!("Rows {} to {}{more}.", first + 1, first + shown));
    }
    if listing.unread {
        notes.push(
            "There are more events than I read; newer ones may be missing. `-n` and `KIND/NAME` narrow it down."
                .to_owned(),
        );
    }
    if cut {
        notes.push("`…` stands for the rest of a sentence; the file has it.".to_owned());
    }
    let reply = if notes.is_empty() { reply } else { reply.note(notes.join(" ")) };
    reply.buttons(buttons(cluster, query, first, listing.next.as_ref()))
}

/// Lines in as many blocks as it takes.
fn blocks(lines: &[String]) -> Vec<String> {
    let mut blocks = vec![String::new()];
    for line in lines {
        let last = blocks.last().map_or(0, |block| block.chars().count());
        match blocks.last_mut() {
            Some(block) if last > 0 && last + line.chars().count() < BLOCK => *block = format!("{block}\n{line}"),
            Some(block) if last == 0 => block.clone_from(line),
            _ => blocks.push(line.clone()),
        }
    }
    blocks
}

fn buttons(cluster: &str, query: &Query, first: usize, next: Option<&From>) -> Vec<Button> {
    let carried = |from: &From| Carried::new(cluster, query, from).packed();
    let start = From::default();
    let mut buttons = Vec::new();
    let mut add = |label: &str, action: &str, from: Option<&From>| {
        buttons.extend(from.and_then(carried).map(|value| Button::send(label, action, value)));
    };
    add("Next page", "cluster.next", next);
    add("From the beginning", "cluster.first", (first > 0).then_some(&start));
    add("All of it as a file", "cluster.file", Some(&start));
    buttons
}
