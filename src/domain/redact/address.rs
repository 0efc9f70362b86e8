//! E-mail addresses, and what looks like them: where ssh and git log in.

use std::ops::Range;
use std::sync::LazyLock;

use super::pattern::Pattern;

/// Programs whose argument `user@host` is a login.
const LOGIN: &str = r"\b(?:ssh|scp|sftp|rsync|sshfs|mosh|ssh-copy-id|ssh-keyscan)\b[^\n|;]*$";

/// RFC 5322's addresses as people have them: no quotes, no comments, a host with a top-level domain.
pub(super) fn emails(text: &str) -> Vec<Range<usize>> {
    let around = text.match_indices('@').filter_map(|(at, _)| address(text, at));
    around.filter(|range| !is_login(text, range)).collect()
}

/// The address around an `@`. By hand: with the letters of all scripts, an expression would be larger than all others.
fn address(text: &str, at: usize) -> Option<Range<usize>> {
    let is_name = |c: char| c.is_alphanumeric() || "._%+'-".contains(c);
    let name = text[..at].len() - text[..at].trim_end_matches(is_name).len();
    let name = text[at - name..at].trim_start_matches(|c: char| !c.is_alphanumeric());
    let rest = &text[at + 1..];
    let mut host = &rest[..rest.find(|c: char| !c.is_alphanumeric() && !".-".contains(c)).unwrap_or(rest.len())];
    let is_top = |label: &str| label.chars().count() > 1 && label.chars().all(char::is_alphabetic);
    // What follows the address may cling to it, as in `bob@example.org.-`.
    while !host.rsplit_once('.').is_some_and(|(_, label)| is_top(label)) {
        host = host.rsplit_once(['.', '-'])?.0;
    }
    let whole = !name.is_empty() && host.split('.').all(|label| label.starts_with(char::is_alphanumeric));
    whole.then(|| at - name.len()..at + 1 + host.len())
}

fn is_login(text: &str, address: &Range<usize>) -> bool {
    static LOGIN_LINE: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(LOGIN));
    let before = &text[..address.start];
    let line = &before[before.rfind('\n').map_or(0, |end| end + 1)..];
    let mut after = text[address.end..].chars();
    // `git@host:path`, as scp and git have it; a sentence has a space after its colon.
    let has_path = after.next() == Some(':') && after.next().is_some_and(|c| !c.is_whitespace());
    let word = &line[line.rfind(char::is_whitespace).map_or(0, |end| end + 1)..];
    text[address.clone()].starts_with("git@") || has_path || word.contains("://") || LOGIN_LINE.is_match(line)
}
