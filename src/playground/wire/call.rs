//! One call of the Web API: its parameters as Slack takes them, and which method it means. It must not know how it came in.

use std::sync::Arc;
use std::time::SystemTime;

use serde_json::{Map, Value, json};

use super::super::people::{BOT, BOT_NAME, BOT_USER, Channel, Directory, Kind, Member, TEAM, TEAM_DOMAIN, TEAM_NAME};
use super::super::problem::Problem;
use super::super::world::World;
use super::{Refusal, refuse};

/// Where everybody is: the time zone of the fake workspace.
const TIME_ZONE: &str = "Etc/UTC";

/// One call whose sender and parameter names are in order.
pub(super) struct Call<'a> {
    pub(super) world: &'a mut World,
    pub(super) directory: Arc<Directory>,
    pub(super) now: SystemTime,
    pub(super) who: &'a str,
    /// Where this playground is, for the addresses that it gives out.
    pub(super) origin: &'a str,
    pub(super) parameters: Map<String, Value>,
}

impl<'a> Call<'a> {
    pub(super) fn new(
        world: &'a mut World,
        now: SystemTime,
        (who, origin): (&'a str, &'a str),
        parameters: Map<String, Value>,
    ) -> Self {
        let directory = Arc::clone(&world.directory);
        Self { world, directory, now, who, origin, parameters }
    }
}

impl Call<'_> {
    pub(super) fn run(mut self) -> Result<Value, Refusal> {
        match self.who {
            // The address is added by whoever knows the sockets.
            "apps.connections.open" => Ok(json!({"ok": true})),
            "auth.test" => Ok(json!({
                "ok": true, "url": format!("https://{TEAM_DOMAIN}.slack.com/"), "team": TEAM_NAME, "team_id": TEAM,
                "user": BOT_NAME, "user_id": BOT_USER, "bot_id": BOT, "is_enterprise_install": false,
            })),
            "chat.getPermalink" => self.permalink(),
            "chat.postEphemeral" => self.post_ephemeral(),
            "chat.postMessage" => self.post_message(),
            "chat.update" => self.update(),
            "conversations.history" => self.history(),
            "conversations.info" => self.info(),
            "conversations.open" => self.open_direct(),
            "conversations.replies" => self.replies(),
            "files.completeUploadExternal" => self.complete_upload(),
            "files.getUploadURLExternal" => self.announce_file(),
            "users.info" => self.user(),
            "views.open" => self.open_view(),
            "views.update" => self.update_view(),
            _ => Err("unknown_method".into()),
        }
    }

    /// <https://docs.slack.dev/reference/methods/users.info>
    fn user(&mut self) -> Result<Value, Refusal> {
        self.flag("include_locale")?;
        let id = self.needed("user")?;
        if id == BOT_USER {
            let mut bot = user(&Member::new(BOT_USER, BOT_NAME, BOT_NAME));
            bot["is_bot"] = true.into();
            bot["profile"]["bot_id"] = BOT.into();
            return Ok(json!({"ok": true, "user": bot}));
        }
        // People mention others of whom this workspace knows nothing, so this is nobody's fault.
        let person = self.directory.person(&id).ok_or_else(|| Refusal::noted("user_not_found"))?;
        Ok(json!({"ok": true, "user": user(person)}))
    }

    pub(super) fn wrong(&mut self, name: &str, what: &str) -> Refusal {
        let problems = vec![Problem::new("invalid_arguments", format!("/{name}"), what)];
        let refused = refuse(self.world, self.who, problems);
        refused.err().unwrap_or_else(|| Refusal::noted("invalid_arguments"))
    }

    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        match self.parameters.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(self.wrong(name, "must be a string")),
        }
    }

    pub(super) fn needed(&mut self, name: &str) -> Result<String, Refusal> {
        let found = self.text(name)?.filter(|text| !text.is_empty());
        found.ok_or_else(|| self.wrong(name, &format!("missing required field: {name}")))
    }

    pub(super) fn flag(&mut self, name: &str) -> Result<bool, Refusal> {
        match self.parameters.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::String(text)) if matches!(text.as_str(), "true" | "1") => Ok(true),
            Some(Value::String(text)) if matches!(text.as_str(), "false" | "0") => Ok(false),
            Some(_) => Err(self.wrong(name, "must be true or false")),
        }
    }

    /// The channel that the bot means, if it may know of it: not of private ones that it is not in.
    pub(super) fn known(&mut self, parameter: &str) -> Result<Channel, Refusal> {
        let id = self.needed(parameter)?;
        let found = self.directory.channel(&id).filter(|channel| channel.bot || channel.kind != Kind::Private);
        found.cloned().ok_or_else(|| "channel_not_found".into())
    }

    /// The channel that the bot means, and is a member of. A person's id means their direct message.
    pub(super) fn channel(&mut self) -> Result<Channel, Refusal> {
        let id = self.needed("channel")?;
        let direct = self.directory.person(&id).map(|person| self.directory.dm_of(person).clone());
        let found = direct.map_or_else(|| self.known("channel"), Ok)?;
        if found.bot { Ok(found) } else { Err("not_in_channel".into()) }
    }

    /// The channel, which still takes messages.
    pub(super) fn open_channel(&mut self) -> Result<Channel, Refusal> {
        let channel = self.channel()?;
        if channel.archived { Err("is_archived".into()) } else { Ok(channel) }
    }
}

fn user(person: &Member) -> Value {
    json!({
        "id": person.id, "team_id": TEAM, "name": person.handle, "deleted": false, "real_name": person.name,
        "tz": TIME_ZONE, "tz_label": "Coordinated Universal Time", "tz_offset": 0,
        "profile": {
            "real_name": person.name, "real_name_normalized": person.name,
            "display_name": person.handle, "display_name_normalized": person.handle, "team": TEAM,
        },
        "is_admin": false, "is_owner": false, "is_primary_owner": false, "is_restricted": false, "is_ultra_restricted": false,
        "is_bot": false, "is_app_user": false, "updated": 0,
    })
}
