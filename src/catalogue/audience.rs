//! The keys `channels` and `who`, alike in every file whose entries are for some and not for others.

use super::page::{Placed, Table};
use super::spelling::nearest;
use crate::domain::person::{Channels, Roles, Who};

/// Where an entry holds.
pub(super) fn channels(entry: &Table<'_>) -> Channels {
    match entry.all_or_some("channels", true) {
        Some(ids) => Channels::Only(checked(entry, ids, is_channel, "a Slack channel id like C01ABCDEF")),
        None => Channels::All,
    }
}

/// For whom.
pub(super) fn who(entry: &Table<'_>, roles: &Roles) -> Who {
    let known: Vec<&str> = roles.roles.iter().map(|role| role.name.as_str()).collect();
    match entry.all_or_some("who", true) {
        Some(names) => {
            for name in names.iter().filter(|name| !known.contains(&name.value.as_str())) {
                let near = nearest(&name.value, &known);
                let fault = format!("\"{}\" is not a role of roles.toml{near}; known: {}", name.value, listed(&known));
                entry.note(name.at, fault);
            }
            Who::Only(names.into_iter().map(|name| name.value).collect())
        }
        None => Who::All,
    }
}

/// The values, those that are not `what` noted.
pub(super) fn checked(
    entry: &Table<'_>,
    values: Vec<Placed<String>>,
    good: impl Fn(&str) -> bool,
    what: &str,
) -> Vec<String> {
    for value in values.iter().filter(|value| !good(&value.value)) {
        entry.note(value.at, format!("\"{}\" is not {what}", value.value));
    }
    values.into_iter().map(|value| value.value).collect()
}

/// What is known, to be told beside what is not.
pub(super) fn listed(names: &[&str]) -> String {
    if names.is_empty() { "none yet".to_owned() } else { names.join(", ") }
}

/// Ids of channels (<https://docs.slack.dev/reference/objects/conversation-object>).
pub(super) fn is_channel(id: &str) -> bool {
    id.starts_with(['C', 'G']) && id.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}
