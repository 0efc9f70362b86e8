//! What Slack puts into a delivery: the form of a slash command, the envelope of an event, the payload of an interaction.
//! Pure. It must not know how a delivery is signed, sent or answered.

use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::message::Message;
use super::people::{APP, BOT_USER, Channel, Member, TEAM, TEAM_DOMAIN};
use super::view::View;

/// Slack's old shared secret still stands in every delivery; nobody should look at it.
/// <https://docs.slack.dev/authentication/verifying-requests-from-slack>
const VERIFICATION_TOKEN: &str = "not-used-any-more";

/// The body of a slash command. <https://docs.slack.dev/interactivity/implementing-slash-commands>
pub(super) fn command(
    person: &Member,
    channel: &Channel,
    (name, text): (&str, &str),
    response_url: &str,
    trigger_id: &str,
) -> String {
    let fields = [
        ("token", VERIFICATION_TOKEN),
        ("team_id", TEAM),
        ("team_domain", TEAM_DOMAIN),
        ("channel_id", &channel.id),
        ("channel_name", channel.wire_name()),
        ("user_id", &person.id),
        ("user_name", &person.handle),
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

/// The events for something that was said where the bot is a member: a message, and a mention if it is one. Slack sends both.
/// <https://docs.slack.dev/reference/events/message>, <https://docs.slack.dev/reference/events/app_mention>
pub(super) fn said(message: &Message, wire: &Value, channel: &Channel) -> Vec<Value> {
    if !channel.bot {
        return Vec::new();
    }
    let mut event = wire.clone();
    event["channel"] = channel.id.as_str().into();
    event["event_ts"] = message.ts.as_str().into();
    let mut mention = event.clone();
    event["channel_type"] = channel.event_type().into();
    if !message.files.is_empty() {
        event["subtype"] = "file_share".into();
    }
    let mut events = vec![event];
    if !channel.is_dm() && message.text.contains(&format!("<@{BOT_USER}>")) {
        mention["type"] = "app_mention".into();
        events.push(mention);
    }
    events
}

/// The event for a message that was edited, or deleted: then there is none in place of the old one.
/// <https://docs.slack.dev/reference/events/message/message_changed>
pub(super) fn altered(before: &Value, after: Option<&Value>, channel: &Channel, event_ts: &str) -> Option<Value> {
    let mut event = json!({
        "type": "message", "subtype": "message_deleted", "hidden": true, "channel": channel.id, "channel_type": channel.event_type(),
        "ts": event_ts, "event_ts": event_ts, "previous_message": before,
    });
    match after {
        Some(after) => {
            event["subtype"] = "message_changed".into();
            event["message"] = after.clone();
        }
        None => event["deleted_ts"] = before["ts"].clone(),
    }
    channel.bot.then_some(event)
}

fn who(person: &Member) -> Value {
    json!({"id": person.id, "username": person.handle, "name": person.handle, "team_id": TEAM})
}

/// The body of an interaction: a form with one field.
pub(super) fn interaction(payload: &Value) -> String {
    Serializer::new(String::new()).append_pair("payload", &payload.to_string()).finish()
}

fn envelope(kind: &str, person: &Member) -> Value {
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
    person: &Member,
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
    person: &Member,
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

/// A press in a modal, with what the person has filled in so far.
pub(super) fn press_in_view(person: &Member, view: &View, action: Value, trigger_id: &str) -> Value {
    let mut payload = envelope("block_actions", person);
    payload["container"] = json!({"type": "view", "view_id": view.id});
    payload["view"] = view.on_wire(&view.values(&view.entered));
    payload["trigger_id"] = trigger_id.into();
    payload["response_urls"] = json!([]);
    payload["actions"] = json!([action]);
    payload
}

/// A submitted modal. <https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload>
pub(super) fn submission(person: &Member, view: &View, values: &Value, trigger_id: &str) -> Value {
    let mut payload = envelope("view_submission", person);
    payload["view"] = view.on_wire(values);
    payload["trigger_id"] = trigger_id.into();
    payload["response_urls"] = json!([]);
    payload
}

/// A closed modal, for a bot that asked to hear of it by `notify_on_close`.
pub(super) fn closed(person: &Member, view: &View) -> Value {
    let mut payload = envelope("view_closed", person);
    payload["view"] = view.on_wire(&view.values(&view.entered));
    payload["is_cleared"] = false.into();
    payload
}
