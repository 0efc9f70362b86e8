//! `onboard/support.toml`: where people answer what the catalogue does not.

use super::fault::Fault;
use super::page::{Page, Table};

/// Where people answer, and where the catalogue's texts are edited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Support {
    /// Id of the channel.
    pub channel: String,
    /// Its name, with the sign.
    pub name: String,
    /// Address of the issue forms.
    pub issues: String,
    /// Address under which the files of answers are edited, ending with a slash.
    edit: String,
}

impl Support {
    /// The channel as a link of ours, Markdown.
    #[must_use]
    pub fn mention(&self) -> String {
        format!("[{}](channel:{})", self.name, self.channel)
    }

    /// The page on which the answer `id` is edited.
    #[must_use]
    pub fn edit_page(&self, id: &str) -> String {
        format!("{}{id}.md", self.edit)
    }
}

pub(super) fn read(page: &Page<'_>, faults: &mut Vec<Fault>) -> Support {
    page.table(0..page.text.len(), faults, |table| Support {
        channel: channel(&table),
        name: table.text("name").map(|name| name.value).unwrap_or_default(),
        issues: address(&table, "issues"),
        edit: address(&table, "edit"),
    })
}

/// The id of a channel; empty when it is missing.
pub(super) fn channel(table: &Table<'_>) -> String {
    let Some(channel) = table.text("channel") else {
        return String::new();
    };
    if !channel.value.starts_with(['C', 'G'])
        || !channel.value.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    {
        table.note(
            channel.at,
            "`channel` must be a Slack channel id like C01ABCDEF (in Slack: at the end of the channel's details)",
        );
    }
    channel.value
}

fn address(table: &Table<'_>, key: &'static str) -> String {
    let Some(address) = table.text(key) else {
        return String::new();
    };
    let good = url::Url::parse(&address.value).is_ok_and(|url| matches!(url.scheme(), "https" | "http"));
    if !good {
        table.note(address.at, format!("`{key}` must be an address that begins with https://"));
    }
    address.value
}
