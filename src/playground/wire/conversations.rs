//! The methods that read conversations and tell of them. It must not know how messages come to be there.

use serde_json::{Value, json};

use super::super::message::{Page, Window, parse_ts};
use super::super::people::{BOT_USER, Channel, Kind, TEAM};
use super::Refusal;
use super::call::Call;

impl Call<'_> {
    /// <https://docs.slack.dev/reference/methods/conversations.open>; direct messages with one person only.
    pub(super) fn open_direct(&mut self) -> Result<Value, Refusal> {
        let users = self.needed("users")?;
        match self.directory.person(&users) {
            Some(person) => Ok(json!({ "ok": true, "channel": { "id": self.directory.dm_of(person).id } })),
            None => Err("user_not_found".into()),
        }
    }

    /// <https://docs.slack.dev/reference/methods/conversations.info>
    pub(super) fn info(&mut self) -> Result<Value, Refusal> {
        let channel = self.known("channel")?;
        self.flag("include_locale")?;
        let mut told = told(&channel);
        if self.flag("include_num_members")? {
            told["num_members"] = (channel.members.len() + usize::from(channel.bot)).into();
        }
        Ok(json!({"ok": true, "channel": told}))
    }

    pub(super) fn history(&mut self) -> Result<Value, Refusal> {
        let (channel, window) = (self.channel()?, self.window()?);
        let page = self.world.history(&channel.id, &window)?;
        Ok(paged(page))
    }

    pub(super) fn replies(&mut self) -> Result<Value, Refusal> {
        let (channel, window) = (self.channel()?, self.window()?);
        let ts = self.needed("ts")?;
        if self.world.was_deleted(&channel.id, &ts) {
            return Err(Refusal::noted("thread_not_found"));
        }
        let page = self.world.replies(&channel.id, &ts, &window)?;
        Ok(paged(page))
    }

    fn window(&mut self) -> Result<Window, Refusal> {
        let limit = match self.parameters.get("limit") {
            None => None,
            Some(given) => {
                let number = given
                    .as_u64()
                    .or_else(|| given.as_str()?.parse().ok())
                    .filter(|number| (1..=1_000).contains(number));
                Some(usize::try_from(number.ok_or("invalid_limit")?).unwrap_or(usize::MAX))
            }
        };
        let window = Window {
            oldest: self.text("oldest")?,
            latest: self.text("latest")?,
            inclusive: self.flag("inclusive")?,
            limit,
            cursor: self.text("cursor")?.filter(|cursor| !cursor.is_empty()),
            metadata: self.flag("include_all_metadata")?,
        };
        for (ts, code) in [(&window.oldest, "invalid_ts_oldest"), (&window.latest, "invalid_ts_latest")] {
            if ts.as_ref().is_some_and(|ts| parse_ts(ts).is_none()) {
                return Err(code.into());
            }
        }
        Ok(window)
    }
}

/// A conversation as Slack describes it. <https://docs.slack.dev/reference/objects/conversation-object>
fn told(channel: &Channel) -> Value {
    if channel.is_dm() {
        return json!({
            "id": channel.id, "created": 0, "is_im": true, "is_archived": false, "is_org_shared": false,
            "user": channel.members.first(), "context_team_id": TEAM,
        });
    }
    json!({
        "id": channel.id, "name": channel.name, "name_normalized": channel.name, "created": 0, "creator": BOT_USER,
        // Private ones are channels too, since March 2021.
        "is_channel": true, "is_group": false, "is_im": false, "is_mpim": false, "is_private": channel.kind == Kind::Private,
        "is_archived": channel.archived, "is_general": channel.name == "general", "is_member": channel.bot,
        "is_shared": false, "is_ext_shared": false, "is_org_shared": false, "context_team_id": TEAM,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0}, "purpose": {"value": "", "creator": "", "last_set": 0},
    })
}

fn paged(page: Page) -> Value {
    let mut answer = json!({"ok": true, "messages": page.messages, "has_more": page.next_cursor.is_some()});
    if let Some(cursor) = page.next_cursor {
        answer["response_metadata"] = json!({"next_cursor": cursor});
    }
    answer
}
