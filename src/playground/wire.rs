//! The Web API as the bot calls it, the `response_url`s and the addresses of uploads: who may call, with which parameters, and Slack's answer.
//! What each method does is in `call` and the files of its families. It must not know the page or how deliveries are made.

mod call;
mod chat;
mod conversations;
mod files;
mod views;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

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
use super::outage;
use super::problem::Problem;
use super::setup::Failure;
use super::shared::Shared;
use super::strict;
use super::world::{Refused, World, is_fault};
use call::Call;

/// Every method of the Web API that is served, with the parameters that it takes. A call to another method, or with another
/// parameter, is a fault.
pub const METHODS: &[(&str, &[&str])] = &[
    (CONNECT, &[]),
    ("auth.test", &[]),
    ("chat.getPermalink", &["channel", "message_ts"]),
    ("chat.postEphemeral", &["channel", "user", "text", "blocks", "thread_ts", "parse", "link_names"]),
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
    ("chat.update", &["channel", "ts", "text", "blocks", "metadata", "parse", "link_names"]),
    ("conversations.history", &["channel", "cursor", "include_all_metadata", "inclusive", "latest", "limit", "oldest"]),
    ("conversations.info", &["channel", "include_locale", "include_num_members"]),
    ("conversations.open", &["users", "return_im"]),
    (
        "conversations.replies",
        &["channel", "ts", "cursor", "include_all_metadata", "inclusive", "latest", "limit", "oldest"],
    ),
    ("files.completeUploadExternal", &["files", "channel_id", "thread_ts", "initial_comment"]),
    ("files.getUploadURLExternal", &["filename", "length"]),
    ("users.info", &["user", "include_locale"]),
    ("views.open", &["trigger_id", "view"]),
    ("views.update", &["view_id", "external_id", "view", "hash"]),
];

/// Gives out the address of a socket, and wants the app's own token.
const CONNECT: &str = "apps.connections.open";
/// The name under which `fail_next`, `slow_next` and `calls` know posts to a `response_url`.
pub(super) const RESPONSE: &str = "response_url";
/// The largest body that is read.
const BODY_BYTES: usize = 1024 * 1024;
/// Parameters that hold JSON, and in a form or a query stand there as its text.
const STRUCTURED: &[&str] = &["blocks", "files", "metadata", "view"];
/// Methods whose parameters are found in a form or in a query only: of JSON they say that everything is missing, whatever their
/// pages promise. <https://github.com/Octember/earshot/pull/10>
const NO_JSON: &[&str] = &["files.getUploadURLExternal"];

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/api-slack/{method}", any(call))
        .route("/response/{id}", post(respond))
        .route("/upload/{key}", post(files::receive))
}

async fn call(State(shared): State<Arc<Shared>>, Path(method): Path<String>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_BYTES).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "request too large").into_response();
    };
    let mut body = body;
    if NO_JSON.contains(&method.as_str()) && is_json(&head.headers) {
        body = Bytes::new();
    }
    let parameters = read(&head.method, head.uri.query().unwrap_or_default(), &head.headers, &body);
    shared.log_call(&method, Value::Object(parameters.clone().unwrap_or_default()));
    let failed = fail(&shared, &method).await;
    if let Fails::With(answer) = failed {
        return answer;
    }
    let origin = shared.origin();
    let named = shared.scopes.join(",");
    let done = move || {
        let token = if method == CONNECT { &shared.app_token } else { &shared.bot_token };
        let mut answer = shared.with(|world, now| {
            let call = admit(world, token, &head.headers, &method, parameters);
            let run = call.and_then(|parameters| Call::new(world, now, (&method, &origin), parameters).run());
            run.unwrap_or_else(|refusal| {
                refusal.note(world, &method);
                refusal.answer()
            })
        });
        if method == CONNECT && answer["ok"] == true {
            answer["url"] = shared.switchboard.address_for_one().into();
        }
        answer
    };
    match failed {
        Fails::Later(after) => {
            // A task of its own: who hangs up does not undo what was asked for.
            tokio::spawn(async move {
                outage::slow(after).await;
                done()
            });
            outage::silence().await
        }
        Fails::Unheard => {
            done();
            outage::broken()
        }
        _ => with_scopes(Json(done()).into_response(), &named),
    }
}

/// Says what the token may do, as Slack does (<https://docs.slack.dev/reference/scopes>).
fn with_scopes(mut answer: Response, scopes: &str) -> Response {
    if let (false, Ok(named)) = (scopes.is_empty(), scopes.parse()) {
        answer.headers_mut().insert("x-oauth-scopes", named);
    }
    answer
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
    /// Whether there is nothing to write down: it is the bot's fault and stands there already, or it is not the bot's fault.
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

    /// A refusal that is the bot's fault only if what it asked for was never there.
    fn unless(gone: bool, code: Refused) -> Self {
        Self { code, problems: Vec::new(), noted: gone }
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

fn is_json(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"application/json"))
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

/// A post to a `response_url`. <https://docs.slack.dev/interactivity/handling-user-interaction#message_responses>
async fn respond(State(shared): State<Arc<Shared>>, Path(id): Path<String>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_BYTES).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "request too large").into_response();
    };
    let reply: Option<Value> = serde_json::from_slice(&body).ok();
    shared.log_call(RESPONSE, reply.clone().unwrap_or(Value::Null));
    if let Fails::With(failed) = fail(&shared, RESPONSE).await {
        return failed;
    }
    let json = is_json(&head.headers);
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
    let directory = Arc::clone(&world.directory);
    let at = directory.person(&response.person).zip(directory.channel(&response.channel)).ok_or("no_service")?;
    let reply = judge_reply(world, RESPONSE, &reply).map_err(Refusal::noted)?;
    if let Some(message) = apply_reply(world, now, &reply, at, response.original.as_deref())? {
        world.note_original(&response.id, &message.ts);
    }
    Ok(())
}

/// How a call fails.
enum Fails {
    Not,
    /// With this in place of an answer, before it is looked at.
    With(Response),
    /// Only in the middle of its answer, when it was carried out.
    Unheard,
    /// It is carried out this much later, and not answered.
    Later(Duration),
}

/// What a test armed for the next call of this method: a delay, a failure, or nothing.
async fn fail(shared: &Shared, method: &str) -> Fails {
    let (delay, failure) = shared.armed(method);
    if let Some(delay) = delay {
        outage::slow(delay).await;
    }
    let Some(failure) = failure else { return Fails::Not };
    Fails::With(match failure {
        Failure::DoneThenClosed => return Fails::Unheard,
        Failure::DoneUnheard { after } => return Fails::Later(after),
        Failure::RateLimited { retry_after } => {
            let body = Json(json!({"ok": false, "error": "ratelimited"}));
            (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, retry_after.to_string())], body).into_response()
        }
        Failure::ServerError => (StatusCode::INTERNAL_SERVER_ERROR, "internal error").into_response(),
        Failure::NoAnswer => outage::silence().await,
        Failure::Closed => outage::broken(),
        Failure::Malformed => ([(CONTENT_TYPE, "application/json; charset=utf-8")], "{\"ok\":tru").into_response(),
        Failure::Status(status) => StatusCode::from_u16(status).unwrap_or_default().into_response(),
        Failure::Huge => (StatusCode::NOT_IMPLEMENTED, "only a cluster fails like this").into_response(),
        Failure::Secondary { .. } | Failure::Primary | Failure::DoneThenBadGateway => {
            (StatusCode::NOT_IMPLEMENTED, "only GitHub fails like this").into_response()
        }
    })
}
