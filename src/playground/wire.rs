//! The Web API as the bot calls it, and the `response_url`s: who may call, with which parameters, and Slack's answer.
//! It must not know the page or how deliveries are made.

use std::sync::Arc;
use std::time::SystemTime;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{any, post};
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::answer::{apply_reply, judge_reply};
use super::message::{Draft, Page, Window, parse_ts};
use super::outage;
use super::people::{BOT, BOT_NAME, BOT_USER, Channel, TEAM, TEAM_DOMAIN, TEAM_NAME, channel, dm_of, person};
use super::problem::Problem;
use super::setup::Failure;
use super::shared::Shared;
use super::strict;
use super::world::{Refused, World, is_fault};

/// Every method of the Web API that is served, with the parameters that it takes. A call to another method, or with another
/// parameter, is a fault.
pub const METHODS: &[(&str, &[&str])] = &[
    ("auth.test", &[]),
    (
        "chat.postMessage",
        &[
            "channel",
            "text",
            "blocks",
            "thread_ts",
            "metadata",
            "mrkdwn",
            "parse",
            "link_names",
            "unfurl_links",
            "unfurl_media",
        ],
    ),
    ("chat.postEphemeral", &["channel", "user", "text", "blocks", "thread_ts", "parse", "link_names"]),
    ("chat.update", &["channel", "ts", "text", "blocks", "metadata", "parse", "link_names"]),
    ("conversations.history", &["channel", "cursor", "include_all_metadata", "inclusive", "latest", "limit", "oldest"]),
    ("conversations.open", &["users", "return_im"]),
    (
        "conversations.replies",
        &["channel", "ts", "cursor", "include_all_metadata", "inclusive", "latest", "limit", "oldest"],
    ),
    ("views.open", &["trigger_id", "view"]),
];

/// The name under which `fail_next`, `slow_next` and `calls` know posts to a `response_url`.
pub(super) const RESPONSE: &str = "response_url";
/// The largest body that is read.
const BODY_BYTES: usize = 1024 * 1024;
/// Parameters that hold JSON, and in a form or a query stand there as its text.
const STRUCTURED: &[&str] = &["blocks", "metadata", "view"];

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/api-slack/{method}", any(call)).route("/response/{id}", post(respond))
}

async fn call(State(shared): State<Arc<Shared>>, Path(method): Path<String>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_BYTES).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "request too large").into_response();
    };
    let parameters = read(&head.method, head.uri.query().unwrap_or_default(), &head.headers, &body);
    shared.log_call(&method, Value::Object(parameters.clone().unwrap_or_default()));
    if let Some(failed) = fail(&shared, &method).await {
        return failed;
    }
    let answer = shared.with(|world, now| {
        let call = admit(world, &shared.bot_token, &head.headers, &method, parameters);
        let run = call.and_then(|parameters| Call { world, now, who: &method, parameters }.run());
        run.unwrap_or_else(|refusal| {
            refusal.note(world, &method);
            refusal.answer()
        })
    });
    Json(answer).into_response()
}

/// Looks at who calls and at the names of the parameters.
fn admit(
    world: &mut World,
    token: &str,
    headers: &HeaderMap,
    method: &str,
    parameters: Result<Map<String, Value>, Refused>,
) -> Result<Map<String, Value>, Refusal> {
    let (_, known) = METHODS.iter().find(|(name, _)| *name == method).ok_or("unknown_method")?;
    authorised(headers, token)?;
    let mut parameters = parameters?;
    refuse(world, method, strict::names(parameters.keys(), known))?;
    decode(&mut parameters)?;
    Ok(parameters)
}

/// Why a call is refused.
struct Refusal {
    /// Slack's code.
    code: Refused,
    /// What Slack says beside it.
    problems: Vec<Problem>,
    /// Whether it has been written down as a fault already.
    noted: bool,
}

impl From<Refused> for Refusal {
    fn from(code: Refused) -> Self {
        Self { code, problems: Vec::new(), noted: false }
    }
}

impl Refusal {
    fn noted(code: Refused) -> Self {
        Self { code, problems: Vec::new(), noted: true }
    }

    /// Writes it down as a fault, unless it is none or stands there already.
    fn note(&self, world: &mut World, who: &str) {
        if !self.noted && is_fault(self.code) {
            world.fault(format!("{who}: {}", self.code));
        }
    }

    fn answer(&self) -> Value {
        let mut answer = json!({"ok": false, "error": self.code});
        if !self.problems.is_empty() {
            let messages: Vec<String> = self.problems.iter().map(Problem::to_string).collect();
            answer["response_metadata"] = json!({"messages": messages});
        }
        answer
    }
}

fn refuse(world: &mut World, who: &str, problems: Vec<Problem>) -> Result<(), Refusal> {
    world.judge(who, &problems).map_err(|code| Refusal { code, problems, noted: true })
}

/// <https://docs.slack.dev/apis/web-api>: we take the header only, so that no token ends up in a body or an address.
fn authorised(headers: &HeaderMap, token: &str) -> Result<(), Refused> {
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or("not_authed")?;
    let given = header.strip_prefix("Bearer ").ok_or("not_authed")?;
    if given == token { Ok(()) } else { Err("invalid_auth") }
}

/// Parameters from a query, a form or JSON, as Slack takes them. <https://docs.slack.dev/apis/web-api>
fn read(method: &Method, query: &str, headers: &HeaderMap, body: &Bytes) -> Result<Map<String, Value>, Refused> {
    let mut parameters: Map<String, Value> = pairs(query.as_bytes());
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match content_type.split(';').next().unwrap_or_default().trim() {
        _ if method == Method::GET || body.is_empty() => {}
        "application/x-www-form-urlencoded" => parameters.extend(pairs(body)),
        "application/json" => match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => parameters.extend(fields),
            Ok(_) => return Err("json_not_object"),
            Err(_) => return Err("invalid_json"),
        },
        _ => return Err("invalid_post_type"),
    }
    Ok(parameters)
}

fn pairs(encoded: &[u8]) -> Map<String, Value> {
    form_urlencoded::parse(encoded)
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect()
}

fn decode(parameters: &mut Map<String, Value>) -> Result<(), Refused> {
    for (name, value) in parameters.iter_mut().filter(|(name, _)| STRUCTURED.contains(&name.as_str())) {
        if let Value::String(text) = value {
            let code = if name == "blocks" { "invalid_blocks_format" } else { "invalid_arguments" };
            *value = serde_json::from_str(text).map_err(|_| code)?;
        }
    }
    Ok(())
}

/// One call whose sender and parameter names are in order.
struct Call<'a> {
    world: &'a mut World,
    now: SystemTime,
    who: &'a str,
    parameters: Map<String, Value>,
}

impl Call<'_> {
    fn run(mut self) -> Result<Value, Refusal> {
        match self.who {
            "auth.test" => Ok(json!({
                "ok": true, "url": format!("https://{TEAM_DOMAIN}.slack.com/"), "team": TEAM_NAME, "team_id": TEAM,
                "user": BOT_NAME, "user_id": BOT_USER, "bot_id": BOT, "is_enterprise_install": false,
            })),
            "chat.postMessage" => self.post_message(),
            "chat.postEphemeral" => self.post_ephemeral(),
            "chat.update" => self.update(),
            "conversations.history" => self.history(),
            "conversations.open" => self.open_direct(),
            "conversations.replies" => self.replies(),
            "views.open" => self.open_view(),
            _ => Err("unknown_method".into()),
        }
    }

    /// <https://docs.slack.dev/reference/methods/conversations.open>; direct messages with one person only.
    fn open_direct(&mut self) -> Result<Value, Refusal> {
        let users = self.needed("users")?;
        match person(&users) {
            Some(person) => Ok(json!({ "ok": true, "channel": { "id": dm_of(person).id } })),
            None => Err("user_not_found".into()),
        }
    }

    fn wrong(&mut self, name: &str, what: &str) -> Refusal {
        let problems = vec![Problem::new("invalid_arguments", format!("/{name}"), what)];
        let refused = refuse(self.world, self.who, problems);
        refused.err().unwrap_or_else(|| Refusal::noted("invalid_arguments"))
    }

    fn text(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        match self.parameters.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(self.wrong(name, "must be a string")),
        }
    }

    fn needed(&mut self, name: &str) -> Result<String, Refusal> {
        let found = self.text(name)?.filter(|text| !text.is_empty());
        found.ok_or_else(|| self.wrong(name, &format!("missing required field: {name}")))
    }

    fn flag(&mut self, name: &str) -> Result<bool, Refusal> {
        match self.parameters.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::String(text)) if matches!(text.as_str(), "true" | "1") => Ok(true),
            Some(Value::String(text)) if matches!(text.as_str(), "false" | "0") => Ok(false),
            Some(_) => Err(self.wrong(name, "must be true or false")),
        }
    }

    /// The channel that the bot means, and is a member of. A person's id means their direct message.
    fn channel(&mut self) -> Result<&'static Channel, Refusal> {
        let id = self.needed("channel")?;
        let found = person(&id).map(dm_of).or_else(|| channel(&id)).ok_or("channel_not_found")?;
        if found.bot { Ok(found) } else { Err("not_in_channel".into()) }
    }

    /// What is to be posted, judged. The person is filled in by the caller if it is for one only.
    fn draft(&mut self) -> Result<Draft, Refusal> {
        for name in ["mrkdwn", "link_names", "unfurl_links", "unfurl_media"] {
            self.flag(name)?;
        }
        let channel = self.channel()?;
        let (text, thread_ts) = (self.text("text")?, self.text("thread_ts")?);
        let (blocks, metadata) = (self.parameters.get("blocks").cloned(), self.parameters.get("metadata").cloned());
        refuse(self.world, self.who, strict::message(text.as_deref(), blocks.as_ref(), metadata.as_ref()))?;
        if let Some(parent) = &thread_ts
            && !self.world.thread_exists(channel.id, parent)
        {
            return Err("thread_not_found".into());
        }
        Ok(Draft {
            channel: channel.id,
            thread_ts,
            user: BOT_USER,
            text: text.unwrap_or_default(),
            blocks,
            only: None,
            metadata,
        })
    }

    fn post_message(&mut self) -> Result<Value, Refusal> {
        let draft = self.draft()?;
        let message = self.world.post(draft, self.now);
        Ok(
            json!({"ok": true, "channel": message.channel, "ts": message.ts, "message": self.world.wire_message(&message, true)}),
        )
    }

    fn post_ephemeral(&mut self) -> Result<Value, Refusal> {
        let user = self.needed("user")?;
        let mut draft = self.draft()?;
        let members = channel(draft.channel).map(|channel| channel.members).unwrap_or_default();
        draft.only = Some(members.iter().find(|member| **member == user).ok_or("user_not_in_channel")?);
        let message = self.world.post(draft, self.now);
        Ok(json!({"ok": true, "message_ts": message.ts}))
    }

    /// What comes in place of a message that the bot posted. Without blocks there are none any more; without metadata
    /// the old one stays, and an empty one takes it away. <https://docs.slack.dev/reference/methods/chat.update>
    fn update(&mut self) -> Result<Value, Refusal> {
        self.flag("link_names")?;
        // Unlike a post, an update does not take a person's id for their direct message.
        if self.text("channel")?.is_some_and(|id| person(&id).is_some()) {
            return Err("channel_not_found".into());
        }
        let (channel, ts) = (self.channel()?, self.needed("ts")?);
        let (text, blocks) = (self.text("text")?, self.parameters.get("blocks").cloned());
        let metadata = self.parameters.get("metadata").cloned();
        let kept = metadata.filter(|given| *given != json!({}));
        refuse(self.world, self.who, strict::message(text.as_deref(), blocks.as_ref(), kept.as_ref()))?;
        let metadata = self.parameters.contains_key("metadata").then_some(kept);
        let text = text.unwrap_or_default();
        let message = self.world.update(channel.id, &ts, text, blocks, metadata)?;
        Ok(
            json!({"ok": true, "channel": message.channel, "ts": message.ts, "text": message.text, "message": self.world.wire_message(&message, true)}),
        )
    }

    fn history(&mut self) -> Result<Value, Refusal> {
        let (channel, window) = (self.channel()?, self.window()?);
        let page = self.world.history(channel.id, &window)?;
        Ok(paged(page))
    }

    fn replies(&mut self) -> Result<Value, Refusal> {
        let (channel, window) = (self.channel()?, self.window()?);
        let ts = self.needed("ts")?;
        let page = self.world.replies(channel.id, &ts, &window)?;
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

    fn open_view(&mut self) -> Result<Value, Refusal> {
        let given = self.parameters.get("view").cloned().unwrap_or(Value::Null);
        let trigger = self.needed("trigger_id")?;
        refuse(self.world, self.who, strict::view(&given))?;
        let person = self.world.exchange(&trigger, self.now)?;
        let view = self.world.open_view(person, given);
        Ok(json!({"ok": true, "view": view.on_wire(&json!({}))}))
    }
}

fn paged(page: Page) -> Value {
    let mut answer = json!({"ok": true, "messages": page.messages, "has_more": page.next_cursor.is_some()});
    if let Some(cursor) = page.next_cursor {
        answer["response_metadata"] = json!({"next_cursor": cursor});
    }
    answer
}

/// A post to a `response_url`. <https://docs.slack.dev/interactivity/handling-user-interaction#message_responses>
async fn respond(State(shared): State<Arc<Shared>>, Path(id): Path<String>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_BYTES).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "request too large").into_response();
    };
    let reply: Option<Value> = serde_json::from_slice(&body).ok();
    shared.log_call(RESPONSE, reply.clone().unwrap_or(Value::Null));
    if let Some(failed) = fail(&shared, RESPONSE).await {
        return failed;
    }
    let json = head.headers.get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
    let outcome = shared.with(|world, now| {
        let taken = take_response(world, now, &id, reply.filter(|_| json));
        taken.inspect_err(|refusal| refusal.note(world, RESPONSE))
    });
    match outcome {
        Ok(()) => "ok".into_response(),
        Err(Refusal { code, .. }) => {
            let gone = matches!(code, "expired_url" | "used_url" | "no_service");
            let status = if gone { StatusCode::NOT_FOUND } else { StatusCode::BAD_REQUEST };
            (status, Json(json!({"ok": false, "error": code}))).into_response()
        }
    }
}

fn take_response(world: &mut World, now: SystemTime, id: &str, reply: Option<Value>) -> Result<(), Refusal> {
    let response = world.respond(id, now)?;
    let reply = reply.ok_or("invalid_payload")?;
    let at = person(response.person).zip(channel(response.channel)).ok_or("no_service")?;
    let reply = judge_reply(world, RESPONSE, &reply).map_err(Refusal::noted)?;
    if let Some(message) = apply_reply(world, now, &reply, at, response.original.as_deref())? {
        world.note_original(&response.id, &message.ts);
    }
    Ok(())
}

/// What a test armed for the next call of this method: a delay, a failure, or nothing.
async fn fail(shared: &Shared, method: &str) -> Option<Response> {
    let (delay, failure) = shared.armed(method);
    if let Some(delay) = delay {
        outage::slow(delay).await;
    }
    Some(match failure? {
        Failure::RateLimited { retry_after } => {
            let body = Json(json!({"ok": false, "error": "ratelimited"}));
            (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, retry_after.to_string())], body).into_response()
        }
        Failure::ServerError => (StatusCode::INTERNAL_SERVER_ERROR, "internal error").into_response(),
        Failure::NoAnswer => outage::silence().await,
        Failure::Closed => outage::broken(),
        Failure::Malformed => ([(CONTENT_TYPE, "application/json; charset=utf-8")], "{\"ok\":tru").into_response(),
        Failure::Status(status) => StatusCode::from_u16(status).unwrap_or_default().into_response(),
        Failure::Secondary { .. } | Failure::Primary | Failure::DoneThenClosed | Failure::DoneThenBadGateway => {
            (StatusCode::NOT_IMPLEMENTED, "only GitHub fails like this").into_response()
        }
    })
}
