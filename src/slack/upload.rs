//! Files, in three steps: an address to send the bytes to, the bytes, and where the file is to be seen
//! (<https://docs.slack.dev/messaging/working-with-files/#uploading_files>).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use slack_morphism::prelude::*;

use super::client::{Failure, Posted, Slack, within};
use super::find::Look;
use super::mrkdwn;
use crate::domain::effect::Place;

/// A file that is on its way.
#[derive(Clone, Debug)]
pub struct Upload {
    address: url::Url,
    id: String,
    name: String,
}

#[derive(Deserialize)]
struct Begun {
    upload_url: String,
    file_id: String,
}

#[derive(Serialize)]
struct Complete<'a> {
    files: [Named<'a>; 1],
    channel_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    thread_ts: Option<&'a str>,
    initial_comment: &'a str,
}

#[derive(Serialize)]
struct Named<'a> {
    id: &'a str,
    title: &'a str,
}

impl Slack {
    /// An address to send a file of this name and so many bytes to.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn begin_upload(&self, name: &str, bytes: usize) -> Result<Upload, Failure> {
        let parameters = [("filename", Some(name.to_owned())), ("length", Some(bytes.to_string()))];
        let Begun { upload_url, file_id } = self.read("files.getUploadURLExternal", &parameters).await?;
        let address = url::Url::parse(&upload_url).map_err(|_| Failure::Refused("no address".to_owned()))?;
        Ok(Upload { address, id: file_id, name: name.to_owned() })
    }

    /// Sends the bytes of a file. Nobody sees anything of them yet.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn send_file(&self, upload: &Upload, text: &str) -> Result<(), Failure> {
        let span = tracing::Span::none();
        // Whoever knows the address may send a file there: it is kept out of the library's logs, and gets no token.
        let context = SlackClientApiCallContext {
            rate_control_params: None,
            token: None,
            tracing_span: &span,
            is_sensitive_url: true,
        };
        let (address, content_type) = (upload.address.clone(), "text/plain; charset=utf-8".to_owned());
        let sent = self.connector().http_post_uri_binary::<Posted>(address, content_type, text.as_bytes(), context);
        within(sent).await.map(drop)
    }

    /// Puts a file that was sent at `place`, with `comment` beside it, and whoever shows it.
    ///
    /// # Errors
    /// See [`Failure`]. After [`Failure::Unanswered`] it may be there: look with [`Slack::look_for_file`].
    pub async fn show_file(
        &self,
        upload: &Upload,
        place: &Place,
        comment: &str,
        shown_by: Option<&str>,
    ) -> Result<(), Failure> {
        let shown_by = shown_by.map(|person| format!(" Shown by <@{person}>.")).unwrap_or_default();
        let complete = Complete {
            files: [Named { id: &upload.id, title: &upload.name }],
            channel_id: &place.channel,
            thread_ts: place.thread.as_deref(),
            initial_comment: &format!("{}{shown_by}", mrkdwn::escape(comment)),
        };
        self.call::<_, Posted>("files.completeUploadExternal", &complete).await.map(drop)
    }

    /// Looks through one page of the messages at `place` since `since` for a file of the bot's called `name`. The first page has no
    /// cursor.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn look_for_file(
        &self,
        place: &Place,
        name: &str,
        since: DateTime<Utc>,
        cursor: Option<String>,
    ) -> Result<Look, Failure> {
        self.look_through(place, since, cursor, |message| message.holds(name)).await
    }
}
