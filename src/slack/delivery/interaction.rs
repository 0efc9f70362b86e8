//! What people press and fill in: buttons, menus, windows and shortcuts. Knows nothing of what is done about it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::super::mrkdwn;
use super::super::request::Delivery;
use super::form;

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
    values: BTreeMap<String, BTreeMap<String, Field>>,
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
        serde_json::from_str(&payload).ok().map(Self::of)
    }

    fn from_json(payload: Value) -> Option<Self> {
        serde_json::from_value(payload).ok().map(Self::of)
    }
}

impl Interaction {
    fn of(action: Action) -> Self {
        match action {
            Action::BlockActions { team, user, channel, container, trigger_id, response_url, actions, view } => {
                let Some(element) = actions.into_iter().next() else {
                    return Self::Other;
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
        }
    }
}
