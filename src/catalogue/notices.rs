//! `onboard/notices.toml`: what is said on top of answers with a tag, from a day on, until another.

use super::audience::listed;
use super::fault::Fault;
use super::page::{Page, Table};
use super::spelling::{fault_of_https_url, nearest};
use crate::domain::answers::{Answer, Notice};

/// Most characters of a notice: it stands above an answer, and is none.
const LONGEST: usize = 500;

pub(super) fn read(page: &Page<'_>, answers: &[Answer], faults: &mut Vec<Fault>) -> Vec<Notice> {
    let mut tags: Vec<&str> = answers.iter().flat_map(|answer| &answer.tags).map(String::as_str).collect();
    tags.sort_unstable();
    tags.dedup();
    page.table(0..page.text.len(), faults, |table| {
        table.tables("notice").into_iter().filter_map(|entry| notice(&entry, &tags)).collect()
    })
}

fn notice(entry: &Table<'_>, tags: &[&str]) -> Option<Notice> {
    let (tag, text) = (entry.text("tag"), entry.text("text"));
    let (since, until) = (entry.day("since"), entry.optional_day("until"));
    let source = entry.optional_text("source");
    if let Some(tag) = tag.as_ref().filter(|tag| !tags.contains(&tag.value.as_str())) {
        let near = nearest(&tag.value, tags);
        entry.note(tag.at, format!("no answer has the tag \"{}\"{near}; known: {}", tag.value, listed(tags)));
    }
    if let Some(text) = text.as_ref().filter(|text| text.value.chars().count() > LONGEST) {
        entry.note(text.at, format!("a notice has at most {LONGEST} characters; more is an answer"));
    }
    if let (Some(since), Some(until)) = (&since, &until)
        && until.value < since.value
    {
        entry.note(until.at, format!("`until` lies before `since`: {}", until.value));
    }
    if let Some(source) = &source
        && let Some(fault) = fault_of_https_url(&source.value)
    {
        entry.note(source.at, fault);
    }
    Some(Notice {
        tag: tag?.value,
        text: text?.value,
        since: since?.value,
        until: until.map(|until| until.value),
        source: source.map(|source| source.value),
    })
}
