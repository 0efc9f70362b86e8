//! What a cluster answers to a list: a table, or not understood; and as lines for a terminal and a chat, a line an object.
//!
//! The first byte says how it is shown.

#![no_main]

use chrono::DateTime;
use firstmate::kubernetes::Page;
use libfuzzer_sys::fuzz_target;

/// Characters in a line of a chat, up to a bound.
const WIDEST: usize = 200;

fuzz_target!(|bytes: &[u8]| {
    let Some((how, body)) = bytes.split_first() else { return };
    let (wide, namespaces) = (how & 1 == 1, how & 2 == 2);
    let Ok(page) = Page::read(body, namespaces, DateTime::UNIX_EPOCH) else { return };
    assert!(page.next.as_ref().is_none_or(|next| !next.is_empty()), "nothing follows an empty token");
    let rows = page.table.rows.len();
    let table = page.table.shown(wide, namespaces);
    assert_eq!(table.rows.len(), rows, "every object is shown");
    assert_eq!(table.as_kubectl().lines().count(), rows + 1, "a line an object, and one of headlines");
    let lines = table.for_chat(usize::from(*how) % WIDEST);
    assert_eq!(lines.len(), rows + 1);
    let seen = |c: char| c == '\n' || !c.is_control();
    assert!(lines.iter().all(|line| line.chars().all(seen)), "nothing that moves a cursor: {lines:?}");
});
