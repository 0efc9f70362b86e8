//! What Slack puts into a delivery: the form of a slash command, the envelope of an event, the payload of an interaction.
//! Pure. It must not know how a delivery is signed, sent or answered.

use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::message::Message;
use super::people::{APP, BOT, BOT_USER, CHANNELS, Channel, PEOPLE, Person, TEAM, TEAM_DOMAIN};
use super::view::View;

/// Slack's old shared secret still stands in every delivery; nobody should look at it.
/// <https://docs.slack.dev/authentication/verifying-requests-from-slack>
const VERIFICATION_TOKEN: &str = "not-used-any-more";

/// The body of a slash command. <https://docs.slack.dev/interactivity/implementing-slash-commands>
pub(super) fn command(
    person: &Person,
    channel: &Channel,
    (name, text): (&str, &str),
    response_url: &str,
    trigger_id: &str,
) -> String {
    let fields = [
        ("token", VERIFICATION_TOKEN),
        ("team_id", TEAM),
        ("team_domain", TEAM_DOMAIN),
        ("channel_id", channel.id),
        ("channel_name", channel.wire_name()),
        ("user_id", person.id),
        ("user_name", person.handle),
        ("command", name),
        ("text", text),
        ("api_app_id", APP),
        ("is_enterprise_install", "false"),
        ("response_url", response_url),
        ("trigger_id", trigger_id),
    ];
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The body of an event. <https://docs.slack.dev/apis/events-api#events-JSON>
pub(super) fn event(event: &Value, serial: u64, seconds: u64) -> String {
    let channel = event["channel"].as_str().unwrap_or_default();
    json!({
        "token": VERIFICATION_TOKEN, "team_id": TEAM, "context_team_id": TEAM, "context_enterprise_id": null, "api_app_id": APP,
        "event": event, "type": "event_callback", "event_id": format!("Ev{serial:08}"), "event_time": seconds,
        "authorizations": [{"enterprise_id": null, "team_id": TEAM, "user_id": BOT_USER, "is_bot": true, "is_enterprise_install": false}],
        "is_ext_shared_channel": false, "event_context": format!("4-{serial:08}-{channel}"),
    })
    .to_string()
}

/// The event for something that a person said, if the bot hears of it: a mention where it is a member, or its direct message.
/// <https://docs.slack.dev/reference/events/app_mention>, <https://docs.slack.dev/reference/events/message.im>
pub(super) fn said(message: &Message, channel: &Channel) -> Option<Value> {
    let mentioned = message.text.contains(&format!("<@{BOT_USER}>"));
    let mut event = json!({
        "type": if channel.is_dm() { "message" } else { "app_mention" },
        "user": message.user, "text": message.text, "ts": message.ts, "channel": channel.id, "event_ts": message.ts, "team": TEAM,
        "client_msg_id": format!("00000000-0000-4000-8000-{:0>12}", message.ts.replace('.', "").split_off(4)),
        "blocks": [{"type": "rich_text", "block_id": "said", "elements": [{"type": "rich_text_section", "elements": rich(&message.text)}]}],
    });
    if let Some(parent) = &message.thread_ts {
        event["thread_ts"] = parent.as_str().into();
    }
    if channel.is_dm() {
        event["channel_type"] = "im".into();
    }
    if message.by_bot() {
        event["bot_id"] = BOT.into();
        event["app_id"] = APP.into();
    }
    (channel.is_dm() || (mentioned && channel.bot)).then_some(event)
}

/// The pieces of a typed text as Slack's composer makes them.
fn rich(text: &str) -> Vec<Value> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, marked)) = rest.split_once('<') {
        let Some((inside, after)) = marked.split_once('>') else {
            break;
        };
        if !before.is_empty() {
            pieces.push(json!({"type": "text", "text": unescape(before)}));
        }
        pieces.push(match inside.split_at_checked(1) {
            Some(("@", id)) => json!({"type": "user", "user_id": id}),
            Some(("#", id)) => json!({"type": "channel", "channel_id": id.trim_end_matches('|')}),
            Some(("!", range)) => json!({"type": "broadcast", "range": range}),
            _ => json!({"type": "link", "url": unescape(inside)}),
        });
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(json!({"type": "text", "text": unescape(rest)}));
    }
    pieces
}

/// What Slack's composer makes of typed text: three characters escaped, known names turned into ids, addresses marked.
/// <https://docs.slack.dev/messaging/formatting-message-text#escaping>
pub(super) fn typed(text: &str) -> String {
    let marked = |text: &str| text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).is_some_and(known);
    let mut out = String::new();
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end_matches(char::is_whitespace);
        let core = word.trim_end_matches(['.', ',', ':', ';', '!', '?', ')']);
        let made = match core.split_at_checked(1) {
            _ if marked(core) => Some(core.to_owned()),
            Some(("@", name)) => mention(name),
            Some(("#", name)) => CHANNELS
                .iter()
                .find(|channel| !channel.is_dm() && channel.name == name)
                .map(|channel| format!("<#{}|>", channel.id)),
            _ if core.starts_with("https://") || core.starts_with("http://") => Some(format!("<{}>", escape(core))),
            _ => None,
        };
        match made {
            Some(made) => out.push_str(&(made + &escape(&piece[core.len()..]))),
            None => out.push_str(&escape(piece)),
        }
    }
    out
}

fn known(inside: &str) -> bool {
    match inside.split_at_checked(1) {
        Some(("@", id)) => id == BOT_USER || PEOPLE.iter().any(|person| person.id == id),
        Some(("#", id)) => CHANNELS.iter().any(|channel| channel.id == id.trim_end_matches('|')),
        _ => false,
    }
}

fn mention(name: &str) -> Option<String> {
    match name {
        "channel" | "here" | "everyone" => Some(format!("<!{name}>")),
        "firstmate" => Some(format!("<@{BOT_USER}>")),
        _ => PEOPLE.iter().find(|person| person.handle == name).map(|person| format!("<@{}>", person.id)),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Undoes Slack's three escapes.
pub(super) fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn who(person: &Person) -> Value {
    json!({"id": person.id, "username": person.handle, "name": person.handle, "team_id": TEAM})
}

/// The body of an interaction: a form with one field.
pub(super) fn interaction(payload: &Value) -> String {
    Serializer::new(String::new()).append_pair("payload", &payload.to_string()).finish()
}

fn envelope(kind: &str, person: &Person) -> Value {
    json!({
        "type": kind, "user": who(person), "api_app_id": APP, "token": VERIFICATION_TOKEN, "team": {"id": TEAM, "domain": TEAM_DOMAIN},
        "enterprise": null, "is_enterprise_install": false,
    })
}

/// What was done to an element, as the `actions` of a payload hold it.
pub(super) fn action(element: &Value, block_id: &str, chosen: Option<&Value>, action_ts: &str) -> Value {
    let mut action = json!({"action_id": element["action_id"], "block_id": block_id, "type": element["type"], "action_ts": action_ts});
    for field in ["text", "value", "style", "url"] {
        if let (Some(value), true) = (element.get(field), element["type"] == "button") {
            action[field] = value.clone();
        }
    }
    for (field, value) in chosen.and_then(Value::as_object).into_iter().flatten() {
        action[field] = value.clone();
    }
    action
}

/// A press in a message. The bot does not get to read an ephemeral message back.
/// <https://docs.slack.dev/reference/interaction-payloads/block_actions-payload>
pub(super) fn press_in_message(
    person: &Person,
    channel: &Channel,
    (message, wire): (&Message, Value),
    action: Value,
    response_url: &str,
    trigger_id: &str,
) -> Value {
    let mut payload = envelope("block_actions", person);
    let ephemeral = message.only.is_some();
    payload["container"] =
        json!({"type": "message", "message_ts": message.ts, "channel_id": channel.id, "is_ephemeral": ephemeral});
    if let Some(parent) = &message.thread_ts {
        payload["container"]["thread_ts"] = parent.as_str().into();
    }
    if !ephemeral {
        payload["message"] = wire;
    }
    payload["channel"] = json!({"id": channel.id, "name": channel.wire_name()});
    payload["state"] = json!({"values": {}});
    payload["response_url"] = response_url.into();
    payload["trigger_id"] = trigger_id.into();
    payload["actions"] = json!([action]);
    payload
}

/// A shortcut picked from the menu of a message.
/// <https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload>
pub(super) fn message_action(
    person: &Person,
    channel: &Channel,
    wire: &Value,
    callback_id: &str,
    (response_url, trigger_id, action_ts): (&str, &str, &str),
) -> Value {
    let mut payload = envelope("message_action", person);
    payload["callback_id"] = callback_id.into();
    payload["message"] = wire.clone();
    payload["message_ts"] = wire["ts"].clone();
    payload["channel"] = json!({"id": channel.id, "name": channel.wire_name()});
    payload["response_url"] = response_url.into();
    payload["trigger_id"] = trigger_id.into();
    payload["action_ts"] = action_ts.into();
    payload
}

/// A press in a modal.
pub(super) fn press_in_view(person: &Person, view: &View, action: Value, trigger_id: &str) -> Value {
    let mut payload = envelope("block_actions", person);
    payload["container"] = json!({"type": "view", "view_id": view.id});
    payload["view"] = view.on_wire(&view.values(&Value::Null));
    payload["trigger_id"] = trigger_id.into();
    payload["actions"] = json!([action]);
    payload
}

/// A submitted modal. <https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload>
pub(super) fn submission(person: &Person, view: &View, values: &Value, trigger_id: &str) -> Value {
    let mut payload = envelope("view_submission", person);
    payload["view"] = view.on_wire(values);
    payload["trigger_id"] = trigger_id.into();
    payload["response_urls"] = json!([]);
    payload
}

/// A closed modal, for a bot that asked to hear of it by `notify_on_close`.
pub(super) fn closed(person: &Person, view: &View) -> Value {
    let mut payload = envelope("view_closed", person);
    payload["view"] = view.on_wire(&view.values(&Value::Null));
    payload["is_cleared"] = false.into();
    payload
}
