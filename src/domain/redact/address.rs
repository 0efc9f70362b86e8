//! E-mail addresses, and what looks like them: where ssh and git log in.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// Programs whose argument `user@host` is a login.
const LOGIN: &str = r"\b(?:ssh|scp|sftp|rsync|sshfs|mosh|ssh-copy-id|ssh-keyscan)\b[^\n|;]*$";

/// RFC 5322's addresses as people have them: no quotes, no comments, a host with a top-level domain.
pub(super) fn emails(text: &str) -> Vec<Range<usize>> {
    static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"[\p{L}\p{N}][\p{L}\p{N}._%+'-]{0,63}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})\.)+\p{L}{2,24}")
            .expect("a constant")
    });
    ADDRESS.find_iter(text).map(|found| found.range()).filter(|range| !is_login(text, range)).collect()
}

fn is_login(text: &str, address: &Range<usize>) -> bool {
    static LOGIN_LINE: LazyLock<Regex> = LazyLock::new(|| Regex::new(LOGIN).expect("a constant"));
    let before = &text[..address.start];
    let line = &before[before.rfind('\n').map_or(0, |end| end + 1)..];
    let mut after = text[address.end..].chars();
    // `git@host:path`, as scp and git have it; a sentence has a space after its colon.
    let has_path = after.next() == Some(':') && after.next().is_some_and(|c| !c.is_whitespace());
    let word = &line[line.rfind(char::is_whitespace).map_or(0, |end| end + 1)..];
    text[address.clone()].starts_with("git@") || has_path || word.contains("://") || LOGIN_LINE.is_match(line)
}
