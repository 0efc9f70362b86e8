//! Entries of a transcript in texts of bounded length.
//!
//! An entry is only cut when it is longer than a text: between its lines, else within a line where that changes no meaning. Code that is
//! cut is closed on the one side and opened again on the other.

use crate::domain::inert::ZERO_WIDTH;

/// Between entries, and between the lead and the first.
const GAP: &str = "\n\n";
/// The least width of a text in which a cut makes sense: room for a quotation's mark, a fence and some words.
const LEAST: usize = 64;
/// Lines before what somebody wrote: the header and a blank one.
const HEADER_LINES: usize = 2;

/// `entries` behind `lead`, in as few texts as fit within `limit` characters each.
pub(super) fn pages(entries: &[String], lead: &str, limit: usize) -> Vec<String> {
    let limit = limit.max(LEAST);
    let mut pages = Pages { done: Vec::new(), page: String::new(), used: 0, limit, fresh: true, fence: None };
    if length(lead) <= limit {
        pages.push(lead);
    } else {
        pages.cut(lead);
    }
    for entry in entries {
        let needed = length(entry);
        if pages.used > 0 && needed <= limit && pages.used + GAP.len() + needed > limit {
            pages.turn();
        }
        if pages.used > 0 {
            pages.push(GAP);
        }
        if needed <= limit { pages.push(entry) } else { pages.cut(entry) }
    }
    pages.turn();
    pages.done
}

fn length(text: &str) -> usize {
    text.chars().count()
}

struct Pages {
    done: Vec<String>,
    page: String,
    /// Characters on the page.
    used: usize,
    limit: usize,
    /// Whether the page is at a line's start.
    fresh: bool,
    /// The fence that is open, with what stands before it on its line.
    fence: Option<Fence>,
}

struct Fence {
    quote: String,
    mark: String,
}

impl Pages {
    fn push(&mut self, text: &str) {
        self.fresh = text.ends_with('\n');
        self.page.push_str(text);
        self.used += length(text);
    }

    /// Begins a new page.
    fn turn(&mut self) {
        let page = std::mem::take(&mut self.page);
        let page = page.trim_end_matches('\n');
        if !page.is_empty() {
            self.done.push(page.to_owned());
        }
        self.used = 0;
        self.fresh = true;
    }

    /// Closes the code that is open, begins a new page, and opens it again.
    fn turn_within(&mut self) {
        if let Some(Fence { quote, mark }) = self.fence.take() {
            let line = format!("{quote}{mark}");
            if !self.fresh {
                self.push("\n");
            }
            self.push(&line);
            self.turn();
            self.push(&line);
            self.push("\n");
            self.fence = Some(Fence { quote, mark });
        } else {
            self.turn();
        }
    }

    /// What is left on the page, beside what closes the open code.
    fn room(&self) -> usize {
        let closing = self.fence.as_ref().map_or(0, |fence| fence.quote.len() + fence.mark.len() + 1);
        self.limit.saturating_sub(self.used + closing)
    }

    /// Writes an entry that is longer than a page.
    fn cut(&mut self, entry: &str) {
        let lines: Vec<&str> = entry.split('\n').collect();
        for (at, line) in lines.iter().enumerate() {
            if !self.fresh {
                self.push("\n");
            }
            let (quote, rest) = line.split_at(quote(line));
            if self.fence.as_ref().is_some_and(|fence| fence.quote == quote && fence.mark == rest) {
                self.push(line);
                self.fence = None;
                continue;
            }
            let needed = self.needed(&lines, at);
            if needed > self.room() && self.used > 0 {
                self.turn_within();
            }
            if self.used == 0 && rest.is_empty() {
                continue;
            }
            if length(line) < self.room() {
                self.push(line);
                self.fresh = false;
            } else {
                self.cut_line(quote, rest);
            }
            if let Some(mark) = fence(rest).filter(|_| self.fence.is_none()) {
                self.fence = Some(Fence { quote: quote.to_owned(), mark: mark.to_owned() });
            }
        }
    }

    /// The room for a line and for what it must not be parted from: what stands behind a header, and the first line of code.
    fn needed(&self, lines: &[&str], at: usize) -> usize {
        let Some(line) = lines.get(at) else { return 0 };
        let (quote, rest) = line.split_at(quote(line));
        let closing = if self.fence.is_none() { fence(rest).map(|mark| quote.len() + mark.len() + 1) } else { None };
        let own = length(line) + 1 + closing.unwrap_or(0);
        let next = if at < HEADER_LINES || closing.is_some() { self.needed(lines, at + 1) } else { 0 };
        // What is longer than a page is cut anyway, and may begin on this one.
        if own > self.limit { LEAST } else { (own + next).min(self.limit) }
    }

    /// Writes a line that is longer than a page in parts.
    fn cut_line(&mut self, quote: &str, rest: &str) {
        let mut rest = rest.to_owned();
        let mut lead = quote.to_owned();
        while !rest.is_empty() {
            if self.room() < length(&lead) + LEAST / 4 {
                self.turn_within();
            }
            let room = self.room().saturating_sub(length(&lead) + 1).max(1);
            let (now, later) = if self.fence.is_some() { hard(&rest, room) } else { super::cut::cut(&rest, room) };
            self.push(&lead);
            self.push(&now);
            rest = later;
            if !rest.is_empty() {
                self.turn_within();
                lead = if self.fence.is_some() { quote.to_owned() } else { format!("{quote}{ZERO_WIDTH}") };
            }
        }
    }
}

/// The first `room` characters, and the others.
fn hard(text: &str, room: usize) -> (String, String) {
    let at = text.char_indices().nth(room).map_or(text.len(), |(at, _)| at);
    (text[..at].to_owned(), text[at..].to_owned())
}

/// How much of a line is marks of quotations.
fn quote(line: &str) -> usize {
    let mut width = 0;
    while line[width..].starts_with("> ") {
        width += 2;
    }
    width
}

/// The fence that a line is, if it is one that begins code.
fn fence(line: &str) -> Option<&str> {
    (line.len() >= 3 && line.bytes().all(|byte| byte == b'`')).then_some(line)
}
