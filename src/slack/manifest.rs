//! The app as Slack is told of it (<https://docs.slack.dev/reference/app-manifest>): what it may do, each with its reason, and where it
//! listens. Made from what the bot calls and takes, so that no scope is asked for that is not used.

use std::fmt;

/// A scope of the bot's token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// As Slack calls it (<https://docs.slack.dev/reference/scopes>).
    pub name: &'static str,
    /// What it is for.
    pub reason: &'static str,
    /// What is called with it, or what comes by it.
    pub serves: &'static [&'static str],
}

/// Every scope that is needed, and none besides.
pub const SCOPES: [Scope; 11] = [
    Scope { name: "app_mentions:read", reason: "to hear when somebody mentions it", serves: &["app_mention"] },
    Scope {
        name: "channels:history",
        reason: "to read a thread that becomes an issue, to keep a thread in step, and to see after a crash what was posted",
        serves: &["conversations.history", "conversations.replies", "message.channels"],
    },
    Scope {
        name: "channels:read",
        reason: "to know whether a channel is public, and what public channels are called",
        serves: &["conversations.info"],
    },
    Scope {
        name: "chat:write",
        reason: "to answer, announce, and correct what it announced",
        serves: &["chat.postEphemeral", "chat.postMessage", "chat.update"],
    },
    Scope {
        name: "commands",
        reason: "slash commands and the shortcuts of messages",
        serves: &["slash_commands", "shortcuts"],
    },
    Scope {
        name: "files:write",
        reason: "to give somebody a long list of a cluster as a file",
        serves: &["files.completeUploadExternal", "files.getUploadURLExternal"],
    },
    Scope {
        name: "groups:history",
        reason: "the same as channels:history, in private channels that it was invited to",
        serves: &["conversations.history", "conversations.replies"],
    },
    Scope {
        name: "im:history",
        reason: "to hear direct messages, and to see after a crash whether one was answered",
        serves: &["conversations.history", "message.im"],
    },
    Scope {
        name: "im:write",
        reason: "to tell one person something alone: how their issue stands, a file that they asked for",
        serves: &["conversations.open"],
    },
    Scope {
        name: "mpim:history",
        reason: "to read a thread that becomes an issue in a group message; leave it out if that is not wanted",
        serves: &["conversations.replies"],
    },
    Scope {
        name: "users:read",
        reason: "what people are called, for whoever chooses to name them in an issue",
        serves: &["users.info"],
    },
];

/// Methods that need no scope of the bot's token: any may call them, and a socket is opened with the app's own.
pub const FREE: [&str; 5] = ["apps.connections.open", "auth.test", "chat.getPermalink", "views.open", "views.update"];

/// What Slack sends of its own accord.
const EVENTS: [&str; 3] = ["app_mention", "message.channels", "message.im"];

/// A slash command of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// With the slash.
    pub name: String,
    /// What may stand behind it.
    pub hint: String,
    /// What it does.
    pub description: String,
}

/// What the app is made of beside its scopes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The address by which Slack reaches the bot, without a slash at its end; none in Socket Mode, where the bot reaches Slack.
    pub url: Option<String>,
    /// Its slash commands.
    pub commands: Vec<Command>,
    /// What the menu of a message offers, by callback id and name.
    pub shortcuts: Vec<(String, String)>,
}

/// YAML, as Slack takes it under "From a manifest". The token of Socket Mode and its scope, `connections:write`, have no place in it:
/// it is made by hand (<https://docs.slack.dev/apis/events-api/using-socket-mode>).
impl fmt::Display for Manifest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { url, commands, shortcuts } = self;
        let address = |door: &str| url.as_ref().map(|url| quoted(&format!("{url}/slack/{door}")));
        writeln!(formatter, "# Made by `firstmate manifest`. In Slack: Create New App, From a manifest.")?;
        writeln!(
            formatter,
            "display_information:\n  name: firstmate\n  description: The bot of the Operate First community"
        )?;
        writeln!(formatter, "  background_color: \"#0b2b36\"\nfeatures:\n  app_home:\n    messages_tab_enabled: true")?;
        writeln!(
            formatter,
            "    messages_tab_read_only_enabled: false\n  bot_user:\n    display_name: firstmate\n    always_online: true"
        )?;
        writeln!(formatter, "  shortcuts:")?;
        for (id, name) in shortcuts {
            writeln!(formatter, "    - name: {}\n      type: message\n      callback_id: {id}", quoted(name))?;
            writeln!(formatter, "      description: {}", quoted(name))?;
        }
        writeln!(formatter, "  slash_commands:")?;
        for Command { name, hint, description } in commands {
            writeln!(formatter, "    - command: {name}")?;
            if let Some(address) = address("commands") {
                writeln!(formatter, "      url: {address}")?;
            }
            writeln!(formatter, "      description: {}\n      should_escape: false", quoted(description))?;
            if !hint.is_empty() {
                writeln!(formatter, "      usage_hint: {}", quoted(hint))?;
            }
        }
        writeln!(formatter, "oauth_config:\n  scopes:\n    bot:")?;
        for Scope { name, reason, .. } in SCOPES {
            writeln!(formatter, "      - {name} # {reason}")?;
        }
        writeln!(formatter, "settings:\n  event_subscriptions:")?;
        if let Some(address) = address("events") {
            writeln!(formatter, "    request_url: {address}")?;
        }
        writeln!(formatter, "    bot_events:")?;
        for event in EVENTS {
            writeln!(formatter, "      - {event}")?;
        }
        writeln!(formatter, "  interactivity:\n    is_enabled: true")?;
        if let Some(address) = address("interactions") {
            writeln!(formatter, "    request_url: {address}")?;
        }
        let socket = url.is_none();
        writeln!(
            formatter,
            "  org_deploy_enabled: false\n  socket_mode_enabled: {socket}\n  token_rotation_enabled: false"
        )
    }
}

/// Text in double quotes: of YAML's escapes, JSON's are enough.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::client::METHODS;
    use super::*;

    #[test]
    fn every_method_and_event_has_its_scope_and_no_scope_is_idle() {
        let served: BTreeSet<&str> = SCOPES.iter().flat_map(|scope| scope.serves).copied().collect();
        for called in METHODS.iter().chain(&EVENTS) {
            assert!(served.contains(called) != FREE.contains(called), "{called}");
        }
        let known = |used: &&str| {
            METHODS.contains(used) || EVENTS.contains(used) || ["slash_commands", "shortcuts"].contains(used)
        };
        assert!(SCOPES.iter().all(|scope| !scope.serves.is_empty() && scope.serves.iter().all(known)));
        assert!(SCOPES.is_sorted_by_key(|scope| scope.name));
    }
}
