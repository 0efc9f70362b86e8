//! What a person sees of the bot's answers: to a slash command, to a submission, and what it posts to a `response_url` later.
//! Every answer is judged first. It must not know how a delivery travels.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde_json::Value;

use super::compose::compose;
use super::delivery::{Answer, Command};
use super::message::{Draft, Message};
use super::people::{BOT_USER, Channel, Member};
use super::problem::Problem;
use super::strict;
use super::view::View;
use super::world::World;

/// Fields of an answer to a slash command, and of a post to a `response_url`.
/// <https://docs.slack.dev/interactivity/handling-user-interaction#message_responses>
const ANSWER_FIELDS: &[&str] = &[
    "text",
    "blocks",
    "response_type",
    "replace_original",
    "delete_original",
    "thread_ts",
    "mrkdwn",
    "unfurl_links",
    "unfurl_media",
];

/// Did the bot take it? If not, why, in words for a person, with the error that Slack shows in brackets.
pub(super) fn took(answer: &Answer) -> Result<(), String> {
    match (&answer.delivered, answer.reason) {
        (delivered, _) if delivered.status == 200 => Ok(()),
        (delivered, _) if delivered.status != 0 => {
            Err(format!("the app answered with status {} (dispatch_failed)", delivered.status))
        }
        (_, "http_timeout") => Err("the app did not answer within 3 seconds (operation_timeout)".to_owned()),
        (delivered, _) => Err(format!("{} (dispatch_failed)", delivered.body)),
    }
}

/// Shows what a slash command was answered with. <https://docs.slack.dev/interactivity/implementing-slash-commands#responding_to_commands>
pub(super) fn take_command_answer(
    world: &mut World,
    now: SystemTime,
    command: &Command,
    answer: &Answer,
) -> Result<(), String> {
    took(answer)?;
    let body = &answer.delivered.body;
    if body.is_empty() {
        return Ok(());
    }
    let reply = if answer.json {
        serde_json::from_str(body).map_err(|_| {
            world.fault(format!("slash command: the answer is not JSON: {}", start_of(body)));
            "the app answered with something that is not JSON (invalid_response)".to_owned()
        })?
    } else {
        serde_json::json!({"text": body})
    };
    let reply =
        judge_reply(world, "slash command", &reply).map_err(|code| format!("the app's answer was refused ({code})"))?;
    if reply.in_channel {
        let shown = compose(&command.typed, &world.directory);
        world.post(Draft::said(&command.person, &command.channel, shown), now);
    }
    let message = world.post(reply.draft(&command.person, &command.channel), now);
    world.note_original(&command.response, &message.ts);
    Ok(())
}

/// A judged answer: what stood in the HTTP answer of a slash command or was posted to a `response_url`.
pub(super) struct Reply {
    pub(super) text: String,
    pub(super) blocks: Option<Value>,
    pub(super) in_channel: bool,
    pub(super) replace: bool,
    pub(super) delete: bool,
    pub(super) thread_ts: Option<String>,
}

impl Reply {
    pub(super) fn draft(&self, person: &Member, channel: &Channel) -> Draft {
        let only = (!self.in_channel).then(|| person.id.clone());
        Draft {
            channel: channel.id.clone(),
            thread_ts: self.thread_ts.clone(),
            user: BOT_USER.to_owned(),
            text: self.text.clone(),
            blocks: self.blocks.clone(),
            only,
            ..Draft::default()
        }
    }

    /// Does it say anything, beside deleting?
    pub(super) fn says_something(&self) -> bool {
        !self.text.is_empty() || self.blocks.is_some()
    }
}

/// Judges an answer; every problem is a fault.
pub(super) fn judge_reply(world: &mut World, who: &str, reply: &Value) -> Result<Reply, &'static str> {
    let Some(fields) = reply.as_object() else {
        world.fault(format!("{who}: invalid_payload: must be an object"));
        return Err("invalid_payload");
    };
    let mut problems = strict::names(fields.keys(), ANSWER_FIELDS);
    let delete = fields.get("delete_original") == Some(&Value::Bool(true));
    let text = fields.get("text").and_then(Value::as_str);
    if !delete || text.is_some() || fields.contains_key("blocks") {
        problems.extend(strict::message(text, fields.get("blocks"), None));
    }
    let response_type = fields.get("response_type").map(|kind| kind.as_str().unwrap_or_default());
    if !matches!(response_type, None | Some("ephemeral" | "in_channel")) {
        problems.push(Problem::new("invalid_arguments", "/response_type", "must be ephemeral or in_channel"));
    }
    for name in ["replace_original", "delete_original", "mrkdwn", "unfurl_links", "unfurl_media"] {
        if fields.get(name).is_some_and(|flag| !flag.is_boolean()) {
            problems.push(Problem::new("invalid_arguments", format!("/{name}"), "must be true or false"));
        }
    }
    world.judge(who, &problems)?;
    Ok(Reply {
        text: text.unwrap_or_default().to_owned(),
        blocks: fields.get("blocks").cloned(),
        in_channel: response_type == Some("in_channel"),
        replace: fields.get("replace_original") == Some(&Value::Bool(true)),
        delete,
        thread_ts: fields.get("thread_ts").and_then(Value::as_str).map(str::to_owned),
    })
}

/// Does what a post to a `response_url` asks for.
pub(super) fn apply_reply(
    world: &mut World,
    now: SystemTime,
    reply: &Reply,
    at: (&Member, &Channel),
    original: Option<&str>,
) -> Result<Option<Message>, &'static str> {
    let (person, channel) = at;
    if let Some(parent) = &reply.thread_ts
        && !world.thread_exists(&channel.id, parent)
    {
        return Err("thread_not_found");
    }
    if let (true, Some(ts)) = (reply.replace, original)
        && let Some(message) = world.edit((&channel.id, ts), reply.text.clone(), reply.blocks.clone(), now)
    {
        return Ok(Some(message));
    }
    if let (true, Some(ts)) = (reply.delete, original) {
        world.delete(&channel.id, ts);
    }
    Ok(reply.says_something().then(|| world.post(reply.draft(person, channel), now)))
}

/// Does what the answer to a submission asks for. <https://docs.slack.dev/surfaces/modals#response_actions>
pub(super) fn take_submission_answer(
    world: &mut World,
    person: &Member,
    (view, values): (&View, &Value),
    answer: &Answer,
) -> Result<BTreeMap<String, String>, String> {
    took(answer)?;
    let body = &answer.delivered.body;
    let refused = |world: &mut World, what: String| {
        world.fault(format!("view_submission: {what}"));
        "the app's answer was refused (invalid_response)".to_owned()
    };
    if body.trim().is_empty() {
        world.close_view(&person.id, &view.id);
        return Ok(BTreeMap::new());
    }
    let Ok(Value::Object(reply)) = serde_json::from_str::<Value>(body) else {
        return Err(refused(world, format!("the answer is no JSON object: {}", start_of(body))));
    };
    if !answer.json {
        world.fault("view_submission: the answer's content type is not application/json");
    }
    let action = reply.get("response_action").and_then(Value::as_str).unwrap_or_default();
    let known: &[&str] = match action {
        "errors" => &["response_action", "errors"],
        "update" | "push" => &["response_action", "view"],
        _ => &["response_action"],
    };
    let given = reply.get("view").cloned().unwrap_or(Value::Null);
    let mut problems = strict::names(reply.keys(), known);
    if matches!(action, "update" | "push") {
        problems.extend(strict::view(&given));
    }
    world.judge("view_submission", &problems).map_err(|code| format!("the app's answer was refused ({code})"))?;
    match action {
        "clear" => world.clear_views(&person.id),
        "update" => {
            // What was sent goes on standing in the inputs that are still there.
            world.enter(&person.id, &view.id, values.clone());
            drop(world.update_view(&person.id, &view.id, given));
        }
        "push" => drop(world.push_view(&person.id, given).map_err(|code| refused(world, code.to_owned()))?),
        "errors" => {
            return take_errors(world, person, view, reply.get("errors").unwrap_or(&Value::Null))
                .map_err(|what| refused(world, what));
        }
        _ => {
            return Err(refused(world, format!("no such response_action: \"{action}\"")));
        }
    }
    Ok(BTreeMap::new())
}

fn take_errors(
    world: &mut World,
    person: &Member,
    view: &View,
    given: &Value,
) -> Result<BTreeMap<String, String>, String> {
    let fields =
        given.as_object().filter(|fields| !fields.is_empty()).ok_or("errors must be an object that is not empty")?;
    let mut errors = BTreeMap::new();
    for (block_id, text) in fields {
        if !view.inputs().any(|(_, id, _)| id == block_id) {
            return Err(format!("an error for a block that is no input: {block_id}"));
        }
        errors.insert(block_id.clone(), text.as_str().ok_or("an error must be a string")?.to_owned());
    }
    world.set_view_errors(&person.id, &view.id, errors.clone());
    Ok(errors)
}

pub(super) fn start_of(text: &str) -> String {
    text.chars().take(200).collect()
}
