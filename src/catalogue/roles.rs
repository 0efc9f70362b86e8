//! `roles.toml`: who may what.

use super::fault::Fault;
use super::page::{Page, Placed, Table};
use super::spelling::nearest;
use crate::domain::person::{Permission, Role, Roles};

pub(super) fn read(page: &Page<'_>, faults: &mut Vec<Fault>) -> Roles {
    page.table(0..page.text.len(), faults, |table| {
        let roles = table.named_tables("roles").into_iter().map(|(name, entry)| role(name.value, &entry)).collect();
        Roles { roles }
    })
}

fn role(name: String, entry: &Table<'_>) -> Role {
    let people =
        ids(entry, "people", &['U', 'W'], "a Slack user id like U01ABCDEF (in Slack: profile, ⋮, Copy member ID)");
    let channels = ids(
        entry,
        "channels",
        &['C', 'G'],
        "a Slack channel id like C01ABCDEF (in Slack: at the end of the channel's details)",
    );
    let mut may = Vec::new();
    for permission in entry.texts("may") {
        match Permission::named(&permission.value) {
            Some(known) => may.push(known),
            None => {
                let known = Permission::ALL.map(Permission::name);
                let near = nearest(&permission.value, &known);
                let known = known.join(", ");
                entry.note(permission.at, format!("unknown permission `{}`{near}; known: {known}", permission.value));
            }
        }
    }
    Role { name, people, channels, may }
}

fn ids(entry: &Table<'_>, key: &'static str, initials: &[char], what: &str) -> Vec<String> {
    let good = |id: &Placed<String>| {
        let good =
            id.value.starts_with(initials) && id.value.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        if !good {
            entry.note(id.at, format!("\"{}\" is not {what}", id.value));
        }
        good
    };
    entry.texts(key).into_iter().filter(good).map(|id| id.value).collect()
}
