//! What Slack delivers, decoded into the little that the bot needs.
//!
//! The types are our own and small: the library's models fail a whole event for one unknown block or one number in somebody's
//! message metadata, and a mention must not be lost for that. Text arrives here as Slack's markup and leaves as plain words.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::mrkdwn;
use super::request::Delivery;

/// A slash command (<https://docs.slack.dev/interactivity/implementing-slash-commands>).
#[derive(Clone, Debug, Deserialize)]
pub struct SlashCommand {
    /// Workspace.
    pub team_id: String,
    /// Where it was typed.
    pub channel_id: String,
    /// Who typed it.
    pub user_id: String,
    /// Its name, with the slash.
    pub command: String,
    /// What stood behind the name, as plain text.
    #[serde(default)]
    pub text: String,
    /// Takes replies for 30 minutes.
    pub response_url: String,
    /// Names this press of Enter; opens a window within 3 s.
    pub trigger_id: String,
}

impl Delivery for SlashCommand {
    fn decode(body: &str) -> Option<Self> {
        let command: Self = form(body)?;
        let text = mrkdwn::unescape(&command.text);
        Some(Self { text, ..command })
    }
}

/// Something that happened in the workspace (<https://docs.slack.dev/apis/events-api>).
#[derive(Clone, Debug)]
pub enum Event {
    /// Slack asks whether we are who it was told; the challenge goes back.
    Verification(String),
    /// Somebody wrote to the bot.
    Written(Written),
    /// Somebody replied in a thread, to others.
    Replied(Replied),
    /// Anything else.
    Other,
}

/// A mention of the bot, or a direct message to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Slack's id of the delivery; differs between repeats of one event.
    pub event_id: String,
    /// Workspace.
    pub team: String,
    /// Where.
    pub channel: String,
    /// Who.
    pub user: String,
    /// What, as plain text, without the mention at its beginning.
    pub text: String,
    /// The message's timestamp, which is its name within the channel.
    pub ts: String,
    /// The thread it stands in.
    pub thread: Option<String>,
    /// Whether it is a direct message.
    pub direct: bool,
}

/// A reply in a thread of a channel.
#[derive(Clone, Debug, PartialEq)]
pub struct Replied {
    /// Slack's id of the delivery.
    pub event_id: String,
    /// Workspace.
    pub team: String,
    /// Where.
    pub channel: String,
    /// The thread it stands in.
    pub thread: String,
    /// What was written, as Slack has it: most of it is nobody's business, and not looked at.
    pub message: serde_json::Value,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Envelope {
    UrlVerification {
        challenge: String,
    },
    EventCallback {
        team_id: String,
        event_id: String,
        event: serde_json::Value,
        #[serde(default)]
        authorizations: Vec<Authorization>,
    },
    #[serde(other)]
    Other,
}

/// For whom the event was delivered: the bot's own user.
#[derive(Deserialize)]
struct Authorization {
    user_id: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(rename = "type")]
    kind: String,
    channel: String,
    user: Option<String>,
    #[serde(default)]
    text: String,
    ts: String,
    thread_ts: Option<String>,
    channel_type: Option<String>,
    subtype: Option<String>,
    bot_id: Option<String>,
}

impl Delivery for Event {
    fn decode(body: &str) -> Option<Self> {
        match serde_json::from_str(body).ok()? {
            Envelope::UrlVerification { challenge } => Some(Self::Verification(challenge)),
            Envelope::EventCallback { team_id, event_id, event, authorizations } => {
                let Ok(message) = Message::deserialize(&event) else {
                    return Some(Self::Other);
                };
                let own = authorizations.into_iter().find_map(|ours| ours.user_id);
                if message.is_reply_to_others(own.as_deref()) {
                    let (channel, thread) = (message.channel, message.thread_ts.unwrap_or_default());
                    return Some(Self::Replied(Replied { event_id, team: team_id, channel, thread, message: event }));
                }
                let written = message.addressed(team_id, event_id, own.as_deref());
                Some(written.map_or(Self::Other, Self::Written))
            }
            Envelope::Other => Some(Self::Other),
        }
    }
}

impl Message {
    /// Whether a person says it in a thread of a channel, and not to the bot.
    fn is_reply_to_others(&self, own: Option<&str>) -> bool {
        let plain = self.subtype.as_deref().is_none_or(|subtype| matches!(subtype, "file_share" | "thread_broadcast"));
        let by_person = self.bot_id.is_none() && self.user.as_deref().is_some_and(|user| Some(user) != own);
        let in_channel = matches!(self.channel_type.as_deref(), Some("channel" | "group" | "mpim"));
        let in_thread = self.thread_ts.as_ref().is_some_and(|thread| *thread != self.ts);
        let to_us = own.is_some_and(|own| self.text.contains(&format!("<@{own}>")));
        self.kind == "message" && plain && by_person && in_channel && in_thread && !to_us
    }

    /// The message as one written to the bot by a person; `None` for joins, edits, what bots write, and what is said to others.
    fn addressed(self, team: String, event_id: String, own: Option<&str>) -> Option<Written> {
        let direct = self.kind == "message" && self.channel_type.as_deref() == Some("im");
        let mention = self.kind == "app_mention";
        // A file with a comment is still something that a person wrote to us.
        let plain = self.subtype.as_deref().is_none_or(|subtype| matches!(subtype, "file_share" | "thread_broadcast"));
        if !(direct || mention) || !plain || self.bot_id.is_some() {
            return None;
        }
        Some(Written {
            event_id,
            team,
            channel: self.channel,
            user: self.user.filter(|user| !user.is_empty() && Some(user.as_str()) != own)?,
            text: mrkdwn::plain(&mrkdwn::without_mention(&self.text, own)),
            ts: self.ts,
            thread: self.thread_ts,
            direct,
        })
    }
}

/// Something that a person pressed or filled in (<https://docs.slack.dev/interactivity>).
#[derive(Clone, Debug)]
pub enum Interaction {
    /// A button.
    Pressed(Pressed),
    /// A form.
    Submitted(Submitted),
    /// A shortcut in the menu of a message.
    Shortcut(Shortcut),
    /// Anything else.
    Other,
}

/// A press of a button.
#[derive(Clone, Debug)]
pub struct Pressed {
    /// Workspace.
    pub team: String,
    /// Who.
    pub user: String,
    /// Where.
    pub channel: String,
    /// The thread that the message stands in.
    pub thread: Option<String>,
    /// Timestamp of the message that the button stands below.
    pub message: String,
    /// Which deed, as `command.deed`.
    pub action: String,
    /// What the button carries.
    pub value: String,
    /// Names this press; opens a window within 3 s.
    pub trigger: String,
    /// Takes replies for 30 minutes.
    pub response_url: Option<String>,
    /// The window in which it was pressed, if it was in one.
    pub window: Option<Window>,
}

/// A window as it stands while something in it is pressed.
#[derive(Clone, Debug)]
pub struct Window {
    /// Its id.
    pub id: String,
    /// What it carries along.
    pub memo: String,
    /// What is filled in so far, by the field's name; of several choices each.
    pub values: Vec<(String, String)>,
}

/// A shortcut in the menu of a message (<https://docs.slack.dev/interactivity/implementing-shortcuts>).
#[derive(Clone, Debug)]
pub struct Shortcut {
    /// Workspace.
    pub team: String,
    /// Who.
    pub user: String,
    /// Which deed, as `command.deed`.
    pub action: String,
    /// Where the message stands.
    pub channel: String,
    /// The message's timestamp.
    pub message: String,
    /// The thread that it stands in.
    pub thread: Option<String>,
    /// What the message says, as plain text.
    pub words: String,
    /// Names this press; opens a window within 3 s.
    pub trigger: String,
    /// Takes replies for 30 minutes.
    pub response_url: Option<String>,
}

/// A form that was sent.
#[derive(Clone, Debug)]
pub struct Submitted {
    /// Workspace.
    pub team: String,
    /// Who.
    pub user: String,
    /// Which deed, as `command.deed`.
    pub action: String,
    /// What the form carried along.
    pub memo: String,
    /// The window, the same however often its button is pressed.
    pub view: String,
    /// What was filled in, by the field's name; of several choices each.
    pub values: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Payload {
    payload: String,
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Action {
    BlockActions {
        team: Option<Id>,
        user: Id,
        channel: Option<Id>,
        container: Option<Container>,
        trigger_id: String,
        response_url: Option<String>,
        actions: Vec<Element>,
        view: Option<View>,
    },
    ViewSubmission {
        team: Option<Id>,
        user: Id,
        view: View,
    },
    #[serde(rename = "message_action")]
    Shortcut {
        team: Option<Id>,
        user: Id,
        callback_id: String,
        trigger_id: String,
        response_url: Option<String>,
        #[serde(default)]
        message_ts: String,
        channel: Option<Id>,
        message: Said,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    text: String,
    ts: Option<String>,
    thread_ts: Option<String>,
}

#[derive(Default, Deserialize)]
struct Container {
    channel_id: Option<String>,
    message_ts: Option<String>,
    thread_ts: Option<String>,
}

#[derive(Deserialize)]
struct Element {
    action_id: String,
    value: Option<String>,
}

#[derive(Deserialize)]
struct View {
    id: String,
    root_view_id: Option<String>,
    callback_id: String,
    #[serde(default)]
    private_metadata: String,
    #[serde(default)]
    state: State,
}

#[derive(Default, Deserialize)]
struct State {
    values: std::collections::BTreeMap<String, std::collections::BTreeMap<String, Field>>,
}

#[derive(Deserialize)]
struct Field {
    value: Option<String>,
    selected_option: Option<Chosen>,
    #[serde(default)]
    selected_options: Vec<Chosen>,
}

#[derive(Deserialize)]
struct Chosen {
    value: String,
}

impl Field {
    /// What was typed, or what each choice stands for; an empty text where nothing was.
    fn filled(self) -> Vec<String> {
        let chosen = self.selected_option.into_iter().chain(self.selected_options).map(|chosen| chosen.value);
        let filled: Vec<String> = self.value.into_iter().chain(chosen).collect();
        if filled.is_empty() { vec![String::new()] } else { filled }
    }
}

impl State {
    fn filled(self) -> Vec<(String, String)> {
        let fields = self.values.into_values().flatten();
        fields.flat_map(|(name, field)| field.filled().into_iter().map(move |value| (name.clone(), value))).collect()
    }
}

impl Delivery for Interaction {
    fn decode(body: &str) -> Option<Self> {
        let Payload { payload } = form(body)?;
        Some(match serde_json::from_str(&payload).ok()? {
            Action::BlockActions { team, user, channel, container, trigger_id, response_url, actions, view } => {
                let Some(element) = actions.into_iter().next() else {
                    return Some(Self::Other);
                };
                let held = container.unwrap_or_default();
                // A field that tells of its changes has a name and no deed: the deed is the window's.
                let action = match &view {
                    Some(view) if !element.action_id.contains('.') => view.callback_id.clone(),
                    _ => element.action_id,
                };
                Self::Pressed(Pressed {
                    team: team.map(|team| team.id).unwrap_or_default(),
                    user: user.id,
                    channel: channel.map(|channel| channel.id).or(held.channel_id).unwrap_or_default(),
                    thread: held.thread_ts,
                    message: held.message_ts.unwrap_or_default(),
                    action,
                    value: element.value.unwrap_or_default(),
                    trigger: trigger_id,
                    response_url,
                    window: view.map(|view| Window {
                        id: view.id,
                        memo: view.private_metadata,
                        values: view.state.filled(),
                    }),
                })
            }
            Action::ViewSubmission { team, user, view } => Self::Submitted(Submitted {
                team: team.map(|team| team.id).unwrap_or_default(),
                user: user.id,
                action: view.callback_id,
                memo: view.private_metadata,
                view: view.root_view_id.unwrap_or(view.id),
                values: view.state.filled(),
            }),
            Action::Shortcut { team, user, callback_id, trigger_id, response_url, message_ts, channel, message } => {
                Self::Shortcut(Shortcut {
                    channel: channel.map(|channel| channel.id).unwrap_or_default(),
                    message: message.ts.unwrap_or(message_ts),
                    thread: message.thread_ts,
                    team: team.map(|team| team.id).unwrap_or_default(),
                    user: user.id,
                    action: callback_id,
                    words: mrkdwn::plain(&message.text),
                    trigger: trigger_id,
                    response_url,
                })
            }
            Action::Other => Self::Other,
        })
    }
}

fn form<T: DeserializeOwned>(body: &str) -> Option<T> {
    serde_urlencoded::from_str(body).ok()
}
