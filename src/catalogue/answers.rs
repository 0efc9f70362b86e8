//! `onboard/answers/*.md`: one answer a file, TOML front matter between `+++`, then Markdown.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use chrono::{Months, NaiveDate};
use pulldown_cmark::{Event, Parser, Tag};

use super::Judged;
use super::fault::Fault;
use super::files::Files;
use super::page::{Page, Placed, Table};
use super::spelling::{fault_of_url, is_name};
use crate::domain::answers::{Answer, Source, wording};
use crate::domain::markdown::Markdown;

const FOLDER: &str = "onboard/answers/";
const FENCE: &str = "+++";
/// A section of a Slack message holds 3,000 characters; the rest is left for what stands around the text.
const LONGEST_TEXT: usize = 2_900;
/// Facts are compared with their sources once a year.
const VERIFIED_FOR: Months = Months::new(12);

pub(super) fn read(files: &Files, today: NaiveDate, judged: &mut Judged) {
    let meetings = judged.catalogue.meetings.iter().map(|series| series.id.clone()).collect();
    let mut seen = Seen { meetings, ..Seen::default() };
    for path in files.paths().filter(|path| path.starts_with(FOLDER)) {
        let Some(id) = path[FOLDER.len()..].strip_suffix(".md") else {
            judged.faults.push(Fault::at(path, 1, 1, "answers are files named ID.md"));
            continue;
        };
        if !is_name(id) {
            let message = format!("\"{id}\" is no id: lower-case words and digits with one hyphen between them");
            judged.faults.push(Fault::at(path, 1, 1, &message));
        }
        let Some(page) = Page::open(files, path, &mut judged.faults) else {
            continue;
        };
        let Some((front, body)) = parts(&page) else {
            let message = "an answer begins with a line `+++`, front matter in TOML, and another line `+++`";
            judged.faults.push(page.fault(0, message));
            continue;
        };
        let answer = page.table(front, &mut judged.faults, |table| answer(id, &table, today, &mut seen));
        let text = page.text[body.clone()].trim();
        judge_text(&page, body.start + page.text[body.clone()].find(text).unwrap_or(0), text, &mut judged.faults);
        if let Some(verified) =
            answer.verified.filter(|day| day.checked_add_months(VERIFIED_FOR).is_some_and(|due| due < today))
        {
            let at = page.text.find("\nverified").map_or(0, |newline| newline + 1);
            judged.warnings.push(page.fault(at, format!("not verified since {verified}")));
        }
        judged.catalogue.answers.push(Answer { text: text.into(), ..answer });
    }
}

/// Where titles and asks stand that other files must not repeat.
#[derive(Default)]
struct Seen {
    /// Ids of series of meetings.
    meetings: HashSet<String>,
    titles: HashMap<String, String>,
    asks: HashMap<String, String>,
}

/// Bytes of the front matter and of the text.
fn parts(page: &Page<'_>) -> Option<(Range<usize>, Range<usize>)> {
    let begin = page.text.strip_prefix('\u{feff}').map_or(0, |_| '\u{feff}'.len_utf8());
    let mut lines = page.text[begin..].split_inclusive('\n');
    let first = lines.next()?;
    if first.trim_end() != FENCE {
        return None;
    }
    let start = begin + first.len();
    let mut end = start;
    for line in lines {
        if line.trim_end() == FENCE {
            return Some((start..end, end + line.len()..page.text.len()));
        }
        end += line.len();
    }
    None
}

fn answer(id: &str, table: &Table<'_>, today: NaiveDate, seen: &mut Seen) -> Answer {
    let title = table.text("title").map(|title| {
        note_repeat(table, "title", &title, &mut seen.titles, id);
        title.value
    });
    let asks = table.texts("asks");
    if asks.is_empty() {
        table.note(table.at(), "`asks` is missing: write the ways in which people ask for this");
    }
    for ask in &asks {
        note_repeat(table, "ask", ask, &mut seen.asks, id);
    }
    let verified = table.day("verified");
    if let Some(day) = verified.as_ref().filter(|day| day.value > today) {
        table.note(day.at, format!("`verified` lies in the future: {}", day.value));
    }
    let undocumented = table.flag("undocumented");
    let meetings = table.texts("meetings");
    for meeting in meetings.iter().filter(|meeting| !seen.meetings.contains(&meeting.value)) {
        table.note(meeting.at, format!("there is no meetings/{}.toml", meeting.value));
    }
    let sources: Vec<Source> = table.tables("sources").iter().filter_map(|entry| source(entry, today)).collect();
    if sources.is_empty() && !undocumented {
        table.note(table.at(), "`[[sources]]` is missing: say where this stands, or set `undocumented = true`");
    }
    Answer {
        id: id.to_owned(),
        title: title.unwrap_or_default(),
        asks: asks.into_iter().map(|ask| ask.value).collect(),
        text: Markdown::default(),
        tags: table.texts("tags").into_iter().map(|tag| tag.value).collect(),
        verified: verified.map(|day| day.value),
        undocumented,
        meetings: meetings.into_iter().map(|meeting| meeting.value).collect(),
        sources,
    }
}

fn source(entry: &Table<'_>, today: NaiveDate) -> Option<Source> {
    let title = entry.text("title");
    let url = entry.text("url");
    let dated = entry.day("dated");
    if let Some(fault) = url.as_ref().and_then(|url| fault_of_url(&url.value).map(|fault| (url.at, fault))) {
        entry.note(fault.0, fault.1);
    }
    if let Some(day) = dated.as_ref().filter(|day| day.value > today) {
        entry.note(day.at, format!("`dated` lies in the future: {}", day.value));
    }
    Some(Source { title: title?.value, url: url?.value, dated: Some(dated?.value) })
}

fn note_repeat(table: &Table<'_>, what: &str, text: &Placed<String>, seen: &mut HashMap<String, String>, id: &str) {
    let plain = wording::plain(&text.value).trim().to_owned();
    if let Some(other) = seen.insert(plain, id.to_owned()) {
        let place = if other == id { "here".to_owned() } else { format!("in {other}.md") };
        table.note(text.at, format!("the {what} \"{}\" stands {place} already", text.value));
    }
}

fn judge_text(page: &Page<'_>, start: usize, text: &str, faults: &mut Vec<Fault>) {
    if text.is_empty() {
        faults.push(page.fault(start, "the text is empty"));
    }
    let length = text.chars().count();
    if length > LONGEST_TEXT {
        let message =
            format!("the text has {length} characters; at most {LONGEST_TEXT} fit into one section of a Slack message");
        faults.push(page.fault(start, message));
    }
    for (event, span) in Parser::new(text).into_offset_iter() {
        if let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event
            && let Some(fault) = fault_of_url(&dest_url)
        {
            faults.push(page.fault(start + span.start, fault));
        }
    }
}
