//! Files in messages, as Slack writes them. What a person adds has no content: nobody here can open it; what the bot uploads is kept
//! elsewhere. Pure; it must not know which message a file belongs to.

use serde_json::{Value, json};

use super::people::{BOT_USER, Member, TEAM, TEAM_DOMAIN};

/// What every file of a person weighs, in bytes: there is nothing in it.
const SIZE: usize = 2_048;

/// A file on its way into a message.
#[derive(Debug, Clone)]
pub(super) struct Upload {
    pub(super) name: String,
    pub(super) mimetype: String,
    /// What the person says beside it.
    pub(super) comment: String,
}

/// What is known of a file.
struct Known<'a> {
    id: &'a str,
    name: &'a str,
    title: &'a str,
    mimetype: &'a str,
    user: &'a str,
    size: usize,
}

/// A person's file as messages carry it.
pub(super) fn uploaded(upload: &Upload, person: &Member, serial: u64, seconds: u64) -> Value {
    let Upload { name, mimetype, .. } = upload;
    let id = format!("F{serial:08}");
    written(&Known { id: &id, name, title: name, mimetype, user: &person.id, size: SIZE }, seconds)
}

/// The bot's file as messages carry it.
pub(super) fn shared(id: &str, (name, title): (&str, &str), size: usize, seconds: u64) -> Value {
    written(&Known { id, name, title, mimetype: mimetype(name), user: BOT_USER, size }, seconds)
}

/// What Slack takes a file for, by the ending of its name.
fn mimetype(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("txt" | "log" | "yaml" | "yml") => "text/plain",
        Some("md") => "text/markdown",
        Some("csv") => "text/csv",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}

/// <https://docs.slack.dev/reference/objects/file-object>
fn written(known: &Known<'_>, seconds: u64) -> Value {
    let Known { id, name, title, mimetype, user, size } = known;
    let filetype = name.rsplit_once('.').map_or("binary", |(_, ending)| if ending == "txt" { "text" } else { ending });
    // Slack keeps text as a snippet, which it can show and edit.
    let mode = if mimetype.starts_with("text/") { "snippet" } else { "hosted" };
    let private = format!("https://files.slack.com/files-pri/{TEAM}-{id}");
    json!({
        "id": id, "created": seconds, "timestamp": seconds, "name": name, "title": title, "mimetype": mimetype,
        "filetype": filetype, "pretty_type": filetype.to_uppercase(), "user": user, "user_team": TEAM, "mode": mode,
        "size": size, "editable": mode == "snippet", "is_external": false, "external_type": "", "is_public": true,
        "public_url_shared": false, "display_as_bot": false, "username": "",
        "url_private": format!("{private}/{name}"), "url_private_download": format!("{private}/download/{name}"),
        "permalink": format!("https://{TEAM_DOMAIN}.slack.com/files/{user}/{id}/{name}"),
    })
}
