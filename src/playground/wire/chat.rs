//! The methods that write messages and name them. It must not know who reads them.

use serde_json::{Value, json};

use super::super::message::Draft;
use super::super::people::{BOT_USER, TEAM_DOMAIN};
use super::super::strict;
use super::call::Call;
use super::{Refusal, refuse};

impl Call<'_> {
    /// What is to be posted, judged. The person is filled in by the caller if it is for one only.
    fn draft(&mut self) -> Result<Draft, Refusal> {
        for name in ["mrkdwn", "link_names", "unfurl_links", "unfurl_media"] {
            self.flag(name)?;
        }
        let channel = self.open_channel()?;
        let (text, thread_ts) = (self.text("text")?, self.text("thread_ts")?);
        let (blocks, metadata) = (self.parameters.get("blocks").cloned(), self.parameters.get("metadata").cloned());
        refuse(self.world, self.who, strict::message(text.as_deref(), blocks.as_ref(), metadata.as_ref()))?;
        if let Some(parent) = &thread_ts
            && !self.world.thread_exists(&channel.id, parent)
        {
            return Err(Refusal::unless(self.world.was_deleted(&channel.id, parent), "thread_not_found"));
        }
        Ok(Draft {
            channel: channel.id,
            thread_ts,
            user: BOT_USER.to_owned(),
            text: text.unwrap_or_default(),
            blocks,
            metadata,
            ..Draft::default()
        })
    }

    pub(super) fn post_message(&mut self) -> Result<Value, Refusal> {
        let draft = self.draft()?;
        let message = self.world.post(draft, self.now);
        Ok(
            json!({"ok": true, "channel": message.channel, "ts": message.ts, "message": self.world.wire_message(&message, true)}),
        )
    }

    pub(super) fn post_ephemeral(&mut self) -> Result<Value, Refusal> {
        let user = self.needed("user")?;
        let mut draft = self.draft()?;
        let members = self.directory.channel(&draft.channel).map(|channel| channel.members.as_slice());
        if !members.unwrap_or_default().contains(&user) {
            return Err("user_not_in_channel".into());
        }
        draft.only = Some(user);
        let message = self.world.post(draft, self.now);
        Ok(json!({"ok": true, "message_ts": message.ts}))
    }

    /// What comes in place of a message that the bot posted. Without blocks there are none any more; without metadata
    /// the old one stays, and an empty one takes it away. <https://docs.slack.dev/reference/methods/chat.update>
    pub(super) fn update(&mut self) -> Result<Value, Refusal> {
        self.flag("link_names")?;
        // Unlike a post, an update does not take a person's id for their direct message.
        if self.text("channel")?.is_some_and(|id| self.directory.person(&id).is_some()) {
            return Err("channel_not_found".into());
        }
        let (channel, ts) = (self.open_channel()?, self.needed("ts")?);
        let (text, blocks) = (self.text("text")?, self.parameters.get("blocks").cloned());
        let metadata = self.parameters.get("metadata").cloned();
        let kept = metadata.filter(|given| *given != json!({}));
        refuse(self.world, self.who, strict::message(text.as_deref(), blocks.as_ref(), kept.as_ref()))?;
        let message = self.world.own(&channel.id, &ts)?;
        if self.parameters.contains_key("metadata") {
            message.metadata = kept;
        }
        let edited = self.world.edit((&channel.id, &ts), text.unwrap_or_default(), blocks, self.now);
        let message = edited.ok_or("message_not_found")?;
        Ok(
            json!({"ok": true, "channel": message.channel, "ts": message.ts, "text": message.text, "message": self.world.wire_message(&message, true)}),
        )
    }

    /// The address of a message; that of a reply says in which thread it stands.
    /// <https://docs.slack.dev/reference/methods/chat.getPermalink>
    pub(super) fn permalink(&mut self) -> Result<Value, Refusal> {
        let (channel, ts) = (self.known("channel")?, self.needed("message_ts")?);
        let gone = self.world.was_deleted(&channel.id, &ts);
        let message = self.world.public(&channel.id, &ts).ok_or_else(|| Refusal::unless(gone, "message_not_found"))?;
        let mut permalink = format!("https://{TEAM_DOMAIN}.slack.com/archives/{}/p{}", channel.id, ts.replace('.', ""));
        if let Some(parent) = message.thread_ts.as_ref().filter(|_| message.is_reply()) {
            permalink.push_str(&format!("?thread_ts={parent}&cid={}", channel.id));
        }
        Ok(json!({"ok": true, "channel": channel.id, "permalink": permalink}))
    }
}
