//! The page's side: its assets, its API, its stream of changes, and the guard that keeps other sites out. It must not know how
//! deliveries or the Web API work.
//!
//! Whoever reaches this API can act as anybody. So it takes only requests that were sent to a loopback name (another site
//! that points its own name at 127.0.0.1 still sends its own `Host`) and, where a browser says which site asks, from this page.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use futures::stream::{self, StreamExt};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::clock::{self, Unmoved};
use super::deliver::{Spot, TYPED};
use super::delivery::Pending;
use super::message::Message;
use super::people::{BOT_NAME, BOT_USER, Channel, Kind, Member, TEAM_NAME};
use super::shared::Shared;
use super::view::View;
use super::world::World;

const INDEX: &str = include_str!("page/index.html");
const STYLE: &str = include_str!("page/style.css");
const SCRIPT: &str = include_str!("page/page.js");

/// Nothing is loaded from elsewhere, not even the images that a message names.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
                      form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
/// The largest body the page may send: the longest text, as JSON.
const BODY_BYTES: usize = 512 * 1024;
/// How often a quiet stream says that it is alive.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(|| asset("text/html; charset=utf-8", INDEX)))
        .route("/assets/style.css", get(|| asset("text/css; charset=utf-8", STYLE)))
        .route("/assets/page.js", get(|| asset("text/javascript; charset=utf-8", SCRIPT)))
        .route("/api/world", get(world))
        .route("/api/messages", get(messages))
        .route("/api/file", get(file))
        .route("/api/stream", get(changes))
        .route("/api/clock", get(clock).post(step))
        .route("/api/{act}", post(act))
}

pub(super) async fn asset(content_type: &'static str, text: &'static str) -> impl IntoResponse {
    (
        [
            (CONTENT_TYPE, content_type),
            (CONTENT_SECURITY_POLICY, POLICY),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (REFERRER_POLICY, "no-referrer"),
        ],
        text,
    )
}

/// Refuses what was not sent to this very place, for all routes.
pub(super) fn guarded(router: Router<Arc<Shared>>, shared: &Arc<Shared>) -> Router<Arc<Shared>> {
    router.layer(middleware::from_fn_with_state(Arc::clone(shared), guard))
}

async fn guard(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    if !is_own(request.headers(), shared.address.port()) {
        return refusal(
            StatusCode::FORBIDDEN,
            "This playground answers only its own page, opened by a loopback address.",
        );
    }
    let mut response = next.run(request).await;
    response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn is_own(headers: &HeaderMap, port: u16) -> bool {
    let text = |name| headers.get(&name).map(|value| value.to_str().unwrap_or("?"));
    let Some(host) = text(HOST) else { return false };
    let own = ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| host == format!("{name}:{port}"));
    own && text(ORIGIN).is_none_or(|origin| origin == format!("http://{host}"))
}

/// A refusal with a sentence for a person.
fn refusal(status: StatusCode, sentence: &str) -> Response {
    (status, Json(json!({"error": sentence}))).into_response()
}

/// What the page cannot do, in words for the person.
pub(super) type Refused = (StatusCode, String);

pub(super) fn bad(sentence: impl Into<String>) -> Refused {
    (StatusCode::BAD_REQUEST, sentence.into())
}

pub(super) fn answered(outcome: Result<Value, Refused>) -> Response {
    match outcome {
        Ok(value) => Json(value).into_response(),
        Err((status, sentence)) => refusal(status, &sentence),
    }
}

async fn world(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let people = shared.directory.people.iter();
    let people: Vec<Value> =
        people.map(|person| json!({"id": person.id, "name": person.name, "handle": person.handle})).collect();
    let channels: Vec<Value> = shared.directory.channels.iter().map(place).collect();
    let (commands, shortcuts): (Vec<Value>, Vec<Value>) = shared.with(|world, _| {
        let shortcuts = world.shortcuts.iter().map(offer);
        (world.commands.iter().map(command).collect(), shortcuts.collect())
    });
    Json(json!({
        "team": {"name": TEAM_NAME}, "people": people, "bot": {"id": BOT_USER, "name": BOT_NAME}, "channels": channels, "commands": commands,
        "shortcuts": shortcuts, "clock": shared.steps.is_some(),
    }))
}

fn place(channel: &Channel) -> Value {
    let members = channel.members.iter().map(String::as_str).chain(channel.bot.then_some(BOT_USER));
    json!({
        "id": channel.id, "name": channel.name, "topic": channel.topic, "kind": if channel.is_dm() { "dm" } else { "channel" },
        "private": channel.kind == Kind::Private, "archived": channel.archived, "members": members.collect::<Vec<_>>(),
    })
}

fn command(command: &super::SlashCommand) -> Value {
    json!({"name": command.name, "hint": command.hint, "description": command.description})
}

fn offer(shortcut: &super::Shortcut) -> Value {
    json!({"callback_id": shortcut.callback_id, "name": shortcut.name})
}

fn asked<'a>(query: &'a [(String, String)], name: &str) -> &'a str {
    query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).unwrap_or_default()
}

fn query_of(uri: &Uri) -> Vec<(String, String)> {
    form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect()
}

fn who<'a>(shared: &'a Shared, id: &str) -> Result<&'a Member, Refused> {
    shared.directory.person(id).ok_or_else(|| (StatusCode::NOT_FOUND, "There is no such person here.".to_owned()))
}

fn place_of<'a>(shared: &'a Shared, person: &Member, id: &str) -> Result<&'a Channel, Refused> {
    let found = shared.directory.channel(id).filter(|channel| channel.has(person));
    found.ok_or_else(|| (StatusCode::NOT_FOUND, "There is no such conversation for this person.".to_owned()))
}

async fn messages(State(shared): State<Arc<Shared>>, uri: Uri) -> Response {
    let query = query_of(&uri);
    let found = who(&shared, asked(&query, "as"))
        .and_then(|person| Ok((person, place_of(&shared, person, asked(&query, "channel"))?)));
    answered(found.map(|(person, channel)| shared.with(|world, _| seen(world, person, channel))))
}

/// What is in a file that the bot uploaded, for those who see its message.
async fn file(State(shared): State<Arc<Shared>>, uri: Uri) -> Response {
    let query = query_of(&uri);
    let found = who(&shared, asked(&query, "as")).and_then(|person| {
        let channel = place_of(&shared, person, asked(&query, "channel"))?;
        let text = shared.with(|world, _| content(world, person, channel, asked(&query, "id")));
        Ok(json!({"text": text.ok_or((StatusCode::NOT_FOUND, "There is nothing in this file.".to_owned()))?}))
    });
    answered(found)
}

/// What is in a file that a person sees in a channel.
pub(super) fn content(world: &World, person: &Member, channel: &Channel, id: &str) -> Option<String> {
    let mut files = world.seen(person, channel).into_iter().flat_map(|message| &message.files);
    files.find(|file| file["id"] == id).and_then(|_| world.file(id)?.text())
}

/// What a person sees in a channel, as the page takes it.
pub(super) fn seen(world: &World, person: &Member, channel: &Channel) -> Value {
    let counts = world.reply_counts(&channel.id, Some(&person.id));
    let one = |message: &&Message| {
        json!({
            "ts": message.ts, "thread_ts": message.thread_ts,
            "user": {"id": message.user, "name": world.directory.name_of(&message.user), "bot": message.by_bot()},
            "text": message.text, "blocks": message.blocks, "files": message.files, "ephemeral": message.only.is_some(),
            "edited": message.edited.is_some(),
            "metadata": message.metadata, "reply_count": counts.get(message.ts.as_str()).copied().unwrap_or(0),
        })
    };
    json!({"messages": world.seen(person, channel).iter().map(one).collect::<Vec<_>>()})
}

/// The stream of what changes for one person. It opens with the view before them; it ends when the page lags too far
/// behind, and then the page opens it again and reads everything anew.
async fn changes(State(shared): State<Arc<Shared>>, uri: Uri) -> Response {
    let query = query_of(&uri);
    let person = match who(&shared, asked(&query, "as")) {
        Ok(person) => person.id.clone(),
        Err((status, sentence)) => return refusal(status, &sentence),
    };
    let Ok(place) = Arc::clone(&shared.streams).try_acquire_owned() else {
        return refusal(StatusCode::SERVICE_UNAVAILABLE, "Too many pages are open: close one.");
    };
    let receiver = shared.changes.subscribe();
    let view = shared.with(|world, _| world.view(&person).map_or(Value::Null, View::for_page));
    let first = json!({"type": "view", "view": view});
    let rest = stream::unfold((receiver, place, person), |(mut receiver, place, person)| async move {
        loop {
            match receiver.recv().await {
                Ok(change) if change.to.contains(&person) => {
                    return Some((change.data, (receiver, place, person)));
                }
                Ok(_) => {}
                Err(_) => return None,
            }
        }
    });
    let events = stream::once(async move { first })
        .chain(rest)
        .map(|data| Ok::<_, std::convert::Infallible>(Event::default().data(data.to_string())));
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response()
}

/// Everything that a person does on the page.
async fn act(State(shared): State<Arc<Shared>>, Path(act): Path<String>, request: Request) -> Response {
    let asked = match said(request).await {
        Ok(asked) => asked,
        Err((status, sentence)) => return refusal(status, &sentence),
    };
    answered(match act.as_str() {
        "say" => say(&shared, &asked),
        "press" => press(&shared, &asked),
        "submit" => submit(&shared, &asked).await,
        "close" => close(&shared, &asked),
        "shortcut" => shortcut(&shared, &asked),
        "edit" => edit(&shared, &asked),
        "delete" => delete(&shared, &asked),
        _ => Err((StatusCode::NOT_FOUND, "There is nothing here.".to_owned())),
    })
}

/// The JSON that the page sent.
pub(super) async fn said(request: Request) -> Result<Value, Refused> {
    let (head, body) = request.into_parts();
    // A form of another site cannot send this type without asking first.
    let json = head.headers.get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
    let refused = |status, sentence: &str| Err((status, sentence.to_owned()));
    if !json {
        return refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "The page speaks JSON.");
    }
    let Ok(body) = axum::body::to_bytes(body, BODY_BYTES).await else {
        return refused(StatusCode::PAYLOAD_TOO_LARGE, "This is too long.");
    };
    serde_json::from_slice(&body).map_err(|_| bad("This is not JSON."))
}

async fn clock(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(clock::read(&shared).await)
}

/// Steps the workspace's clock.
async fn step(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let asked = match said(request).await {
        Ok(asked) => asked,
        Err((status, sentence)) => return refusal(status, &sentence),
    };
    if asked["to"] != "next" {
        let sentence = "The clock steps to what falls due next and to nothing else.";
        return refusal(StatusCode::BAD_REQUEST, sentence);
    }
    answered(clock::step(&shared).await.map_err(|why| {
        let (status, sentence) = match why {
            Unmoved::NothingDue => (StatusCode::BAD_REQUEST, "There is nothing to step to."),
            Unmoved::UnderWay => (StatusCode::CONFLICT, "A step is under way: wait until it is done."),
            Unmoved::Broken => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "The step did not come to its end. See what the playground printed.",
            ),
        };
        (status, sentence.to_owned())
    }))
}

pub(super) fn text<'a>(asked: &'a Value, name: &str) -> &'a str {
    asked[name].as_str().unwrap_or_default()
}

fn say(shared: &Arc<Shared>, asked: &Value) -> Result<Value, Refused> {
    let person = who(shared, text(asked, "as"))?;
    let channel = place_of(shared, person, text(asked, "channel"))?;
    let said = typed(asked)?;
    let thread = asked["thread_ts"].as_str().filter(|ts| !ts.is_empty());
    if thread.is_some_and(|ts| !shared.with(|world, _| world.thread_exists(&channel.id, ts))) {
        return Err(bad("This thread is gone."));
    }
    deliver(shared, || Ok(shared.types(person, Spot { channel, thread }, said)))
}

fn typed(asked: &Value) -> Result<&str, Refused> {
    let typed = text(asked, "text").trim();
    match typed.chars().count() {
        0 => Err(bad("There is nothing to say.")),
        count if count > TYPED => Err(bad(format!("This is too long: at most {TYPED} characters."))),
        _ => Ok(typed),
    }
}

fn edit(shared: &Arc<Shared>, asked: &Value) -> Result<Value, Refused> {
    let person = who(shared, text(asked, "as"))?;
    let channel = place_of(shared, person, text(asked, "channel"))?;
    let typed = typed(asked)?;
    deliver(shared, || shared.edits(person, channel, text(asked, "ts"), typed))
}

fn delete(shared: &Arc<Shared>, asked: &Value) -> Result<Value, Refused> {
    let person = who(shared, text(asked, "as"))?;
    let channel = place_of(shared, person, text(asked, "channel"))?;
    deliver(shared, || shared.deletes(person, channel, text(asked, "ts")))
}

fn press(shared: &Arc<Shared>, asked: &Value) -> Result<Value, Refused> {
    let person = who(shared, text(asked, "as"))?;
    let ids = (text(asked, "block_id"), text(asked, "action_id"));
    let chosen = chosen(asked);
    match asked["view_id"].as_str() {
        Some(view) => {
            if let Some(entered) = asked.get("values") {
                shared.fills(person, view, entered.clone()).map_err(bad)?;
            }
            deliver(shared, || shared.presses_in_view(person, view, ids, chosen.as_ref()))
        }
        None => {
            let channel = place_of(shared, person, text(asked, "channel"))?;
            deliver(shared, || shared.presses(person, channel, text(asked, "ts"), ids, chosen.as_ref()))
        }
    }
}

/// What was picked, for elements other than buttons.
fn chosen(asked: &Value) -> Option<Value> {
    let names = ["value", "selected_option", "selected_options", "selected_date", "selected_time"];
    names.iter().find_map(|name| asked.get(*name).map(|value| json!({*name: value})))
}

async fn submit(shared: &Arc<Shared>, asked: &Value) -> Result<Value, Refused> {
    let person = who(shared, text(asked, "as"))?;
    let submitted = shared.submits(person, text(asked, "view_id"), &asked["values"]).await.map_err(bad)?;
    if let Some(why) = submitted.failed {
        return Err((StatusCode::BAD_GATEWAY, format!("Sending this didn't work: {why}")));
    }
    Ok(if submitted.errors.is_empty() { json!({}) } else { json!({"errors": submitted.errors}) })
}

fn close(shared: &Arc<Shared>, asked: &Value) -> Result<Value, Refused> {
    let person = who(shared, text(asked, "as"))?;
    deliver(shared, || shared.closes(person, text(asked, "view_id")))
}

fn shortcut(shared: &Arc<Shared>, asked: &Value) -> Result<Value, Refused> {
    let person = who(shared, text(asked, "as"))?;
    let channel = place_of(shared, person, text(asked, "channel"))?;
    deliver(shared, || shared.shortcut(person, channel, text(asked, "ts"), text(asked, "callback_id")))
}

/// Does it, and lets the delivery go on by itself: the page learns by its stream what came of it.
fn deliver(shared: &Arc<Shared>, act: impl FnOnce() -> Result<Pending, String>) -> Result<Value, Refused> {
    let busy = (StatusCode::SERVICE_UNAVAILABLE, "Too much is under way: wait a moment.".to_owned());
    let place = Arc::clone(&shared.under_way).try_acquire_owned().map_err(|_| busy)?;
    let pending = act().map_err(bad)?;
    let shared = Arc::clone(shared);
    tokio::spawn(async move {
        shared.finish(pending).await;
        drop(place);
    });
    Ok(json!({}))
}
