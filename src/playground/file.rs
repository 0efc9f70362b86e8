//! A file that a person adds to a message, as Slack writes it. Its content is nowhere: nobody here can open it. Pure; it must
//! not know which message it belongs to.

use serde_json::{Value, json};

use super::people::{Member, TEAM, TEAM_DOMAIN};

/// What every file weighs, in bytes: there is nothing in it.
const SIZE: usize = 2_048;

/// A file on its way into a message.
#[derive(Debug, Clone)]
pub(super) struct Upload {
    pub(super) name: String,
    pub(super) mimetype: String,
    /// What the person says beside it.
    pub(super) comment: String,
}

/// The file as messages carry it. <https://docs.slack.dev/reference/objects/file-object>
pub(super) fn uploaded(upload: &Upload, person: &Member, serial: u64, seconds: u64) -> Value {
    let Upload { name, mimetype, .. } = upload;
    let id = format!("F{serial:08}");
    let filetype = name.rsplit_once('.').map_or("binary", |(_, ending)| if ending == "txt" { "text" } else { ending });
    // Slack keeps text as a snippet, which it can show and edit.
    let mode = if mimetype.starts_with("text/") { "snippet" } else { "hosted" };
    let private = format!("https://files.slack.com/files-pri/{TEAM}-{id}");
    json!({
        "id": id, "created": seconds, "timestamp": seconds, "name": name, "title": name, "mimetype": mimetype,
        "filetype": filetype, "pretty_type": filetype.to_uppercase(), "user": person.id, "user_team": TEAM, "mode": mode,
        "size": SIZE, "editable": mode == "snippet", "is_external": false, "external_type": "", "is_public": true,
        "public_url_shared": false, "display_as_bot": false, "username": "",
        "url_private": format!("{private}/{name}"), "url_private_download": format!("{private}/download/{name}"),
        "permalink": format!("https://{TEAM_DOMAIN}.slack.com/files/{}/{id}/{name}", person.id),
    })
}
