//! The methods that upload files, and the address that takes their content. It must not know who opens them.
//! <https://docs.slack.dev/messaging/working-with-files#upload>

use std::sync::Arc;
use std::time::UNIX_EPOCH;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::super::file;
use super::super::message::Draft;
use super::super::people::{BOT_USER, Channel};
use super::super::shared::Shared;
use super::call::Call;
use super::{Fails, Refusal, fail};

/// The name under which `fail_next`, `slow_next` and `calls` know what is sent to the address of a file.
pub(super) const UPLOAD: &str = "upload_url";
/// The largest file that is taken; Slack takes a thousand times as much.
const FILE_BYTES: usize = 1024 * 1024;

/// Takes the bytes of a file that was announced. Who knows the address needs no token.
pub(super) async fn receive(State(shared): State<Arc<Shared>>, Path(key): Path<String>, request: Request) -> Response {
    let body = axum::body::to_bytes(request.into_body(), FILE_BYTES).await;
    let length = body.as_ref().map_or(FILE_BYTES, |body| body.len());
    shared.log_call(UPLOAD, json!({"length": length}));
    if let Fails::With(failed) = fail(&shared, UPLOAD).await {
        return failed;
    }
    let Ok(body) = body else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "request too large").into_response();
    };
    let taken = shared.with(|world, _| {
        let taken = world.receive_file(&key, body.to_vec());
        taken.inspect_err(|code| world.fault(format!("{UPLOAD}: {code}")))
    });
    match taken {
        Ok(length) => format!("OK - {length}").into_response(),
        Err("no_such_upload") => (StatusCode::NOT_FOUND, "no such upload").into_response(),
        Err(_) => (StatusCode::BAD_REQUEST, "the length is not the one that was announced").into_response(),
    }
}

impl Call<'_> {
    /// <https://docs.slack.dev/reference/methods/files.getUploadURLExternal>
    pub(super) fn announce_file(&mut self) -> Result<Value, Refusal> {
        let name = self.needed("filename")?;
        let given = self.parameters.get("length");
        let length = given.and_then(|given| given.as_u64().or_else(|| given.as_str()?.parse().ok()));
        let length = length.and_then(|length| usize::try_from(length).ok()).filter(|length| *length > 0);
        let length = length.ok_or_else(|| self.wrong("length", "must be a number above zero"))?;
        let file = self.world.announce_file(name, length);
        Ok(json!({"ok": true, "upload_url": format!("{}/upload/{}", self.origin, file.key), "file_id": file.id}))
    }

    /// Shares files in one message. Slack does so a moment later, and this one at once.
    /// <https://docs.slack.dev/reference/methods/files.completeUploadExternal>
    pub(super) fn complete_upload(&mut self) -> Result<Value, Refusal> {
        let channel = self.shared_in()?;
        let (thread_ts, comment) = (self.text("thread_ts")?, self.text("initial_comment")?);
        if let Some(parent) = &thread_ts
            && !self.world.thread_exists(&channel.id, parent)
        {
            return Err(Refusal::unless(self.world.was_deleted(&channel.id, parent), "thread_not_found"));
        }
        let listed = self.parameters.get("files").and_then(Value::as_array).cloned().unwrap_or_default();
        if listed.is_empty() {
            return Err(self.wrong("files", "must be a list that is not empty"));
        }
        let seconds = self.now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let mut files: Vec<Value> = Vec::new();
        for one in &listed {
            let known = one.as_object().is_some_and(|fields| fields.keys().all(|key| key == "id" || key == "title"));
            let Some(id) = one["id"].as_str().filter(|_| known) else {
                return Err(self.wrong("files", "must hold objects of id and title"));
            };
            if files.iter().any(|file| file["id"] == id) {
                return Err("file_not_found".into());
            }
            let file = self.world.sent_file(id)?;
            let title = one["title"].as_str().unwrap_or(&file.name);
            files.push(file::shared(id, (&file.name, title), file.size(), seconds));
        }
        for id in files.iter().filter_map(|file| file["id"].as_str()) {
            self.world.share_file(id);
        }
        let told: Vec<Value> = files.iter().map(|file| json!({"id": file["id"], "title": file["title"]})).collect();
        let draft = Draft {
            channel: channel.id,
            thread_ts,
            user: BOT_USER.to_owned(),
            text: comment.unwrap_or_default(),
            files,
            ..Draft::default()
        };
        self.world.post(draft, self.now);
        Ok(json!({"ok": true, "files": told}))
    }

    /// The channel that the files are for. Unlike a post, this takes no person's id for their direct message.
    fn shared_in(&mut self) -> Result<Channel, Refusal> {
        let channel = self.known("channel_id")?;
        match (channel.bot, channel.archived) {
            (false, _) => Err("not_in_channel".into()),
            (true, true) => Err("is_archived".into()),
            (true, false) => Ok(channel),
        }
    }
}
