//! The blocks of a message as lines of Markdown, which the caller puts behind `> `.

use super::form::Block;
use super::runs;

/// The least width of a fence (<https://spec.commonmark.org/0.31.2/#fenced-code-blocks>).
const FENCE: usize = 3;

/// What is written so far.
#[derive(Default)]
struct Page {
    lines: Vec<String>,
    /// The entries of lists around the next one: how deep Slack has them, and how wide their marks are.
    around: Vec<(usize, usize)>,
}

/// Blocks as lines, with a blank line between those that are no entries of one list.
pub(super) fn lines(blocks: &[Block]) -> Vec<String> {
    let mut page = Page::default();
    for block in blocks {
        match block {
            Block::Paragraph(words) => page.push(paragraph(runs::lines(words))),
            Block::Item { depth, number, words } => page.item(*depth, *number, item(runs::lines(words))),
            Block::Quote(blocks) => page.push(quoted(&lines(blocks))),
            Block::Code(code) => page.push(fenced(code)),
        }
    }
    page.lines
}

/// Lines behind `> `; a blank one too, since every line that somebody wrote begins so.
pub(super) fn quoted(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| format!("> {line}")).collect()
}

impl Page {
    fn push(&mut self, lines: Vec<String>) {
        if !lines.is_empty() {
            self.around.clear();
            self.separate();
            self.lines.extend(lines);
        }
    }

    /// Writes an entry of a list, indented to where the words of the entry around it begin.
    fn item(&mut self, depth: usize, number: Option<u64>, lines: Vec<String>) {
        if self.around.is_empty() {
            self.separate();
        }
        while self.around.pop_if(|(outer, _)| *outer >= depth).is_some() {}
        let indent: usize = self.around.iter().map(|(_, width)| width).sum();
        let mark = number.map_or_else(|| "- ".to_owned(), |number| format!("{number}. "));
        let mut lead = " ".repeat(indent) + &mark;
        for line in lines {
            self.lines.push(format!("{lead}{line}"));
            lead = " ".repeat(indent + mark.len());
        }
        self.around.push((depth, mark.len()));
    }

    fn separate(&mut self) {
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
    }
}

/// Lines without blank ones at the ends or in a row.
fn paragraph(mut lines: Vec<String>) -> Vec<String> {
    lines.dedup_by(|line, before| line.is_empty() && before.is_empty());
    lines.pop_if(|line| line.is_empty());
    if lines.first().is_some_and(String::is_empty) {
        lines.remove(0);
    }
    lines
}

/// Lines of an entry: no blank ones, which would end it; at least one.
fn item(mut lines: Vec<String>) -> Vec<String> {
    lines.retain(|line| !line.is_empty());
    if lines.is_empty() { vec![String::new()] } else { lines }
}

/// Code as it is, behind a fence that is longer than any in it.
fn fenced(code: &str) -> Vec<String> {
    let code = code.trim_matches('\n');
    if code.is_empty() {
        return Vec::new();
    }
    let fence = "`".repeat(FENCE.max(runs::longest(code) + 1));
    let within = code.split('\n').map(str::to_owned);
    std::iter::once(fence.clone()).chain(within).chain([fence.clone()]).collect()
}
