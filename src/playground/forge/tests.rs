//! The forge on the wire: what the bot's calls get, what it is told, and what a visitor sees. Here is the stage; the plays are in
//! `reading`, `writing`, `access`, `failing`, `hooks` and `page`.

mod access;
mod failing;
mod hooks;
mod page;
mod reading;
mod writing;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use super::super::{Playground, Setup};

/// 2026-11-20, 09:00 UTC.
const START: u64 = 1_795_165_200;
const SUPPORT: &str = "operate-first/support";

/// A webhook as the bot heard it.
#[derive(Debug, Clone)]
struct Heard {
    headers: HeaderMap,
    body: Bytes,
}

impl Heard {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    /// As in `issues.opened`.
    fn what(&self) -> String {
        format!("{}.{}", self.header("x-github-event"), self.json()["action"].as_str().unwrap_or_default())
    }
}

/// A playground, a bot that hears its webhooks, and a clock that only the test moves.
struct Stage {
    play: Playground,
    heard: Arc<Mutex<Vec<Heard>>>,
    seconds: Arc<AtomicU64>,
    http: reqwest::Client,
}

impl Stage {
    async fn new() -> Self {
        let seconds = Arc::new(AtomicU64::new(START));
        let clock = Arc::clone(&seconds);
        let setup = Setup::new(Arc::new(move || UNIX_EPOCH + Duration::from_secs(clock.load(Ordering::SeqCst))));
        let play = Playground::start(setup).await.unwrap();
        let heard: Arc<Mutex<Vec<Heard>>> = Arc::default();
        play.connect(bot(Arc::clone(&heard)).await);
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        Self { play, heard, seconds, http: http.user_agent("firstmate").build().unwrap() }
    }

    fn pass(&self, seconds: u64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.play.github_api_url()))
    }

    /// Calls as the bot, with its own token.
    async fn send(&self, method: Method, path: &str, body: Value) -> Response {
        let request = self.request(method, path).bearer_auth("playground-github-token");
        let request = if body.is_null() { request } else { request.json(&body) };
        request.send().await.unwrap()
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        read(self.send(Method::GET, path, Value::Null).await).await
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        read(self.send(Method::POST, path, body).await).await
    }

    async fn patch(&self, path: &str, body: Value) -> (u16, Value) {
        read(self.send(Method::PATCH, path, body).await).await
    }
}

async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() })
}

async fn bot(heard: Arc<Mutex<Vec<Heard>>>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let hear = move |headers: HeaderMap, body: Bytes| {
        heard.lock().unwrap().push(Heard { headers, body });
        async { StatusCode::ACCEPTED }
    };
    let router = Router::new().route("/github/webhook", axum::routing::post(hear));
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

fn numbers(list: &Value) -> Vec<u64> {
    list.as_array().unwrap().iter().map(|one| one["number"].as_u64().unwrap()).collect()
}

/// The token that a JWT gets for some repositories.
async fn installed(stage: &Stage, asked: Value) -> (u16, Value) {
    let jwt = jwt(600);
    let found = stage.request(Method::GET, &format!("/repos/{SUPPORT}/installation")).bearer_auth(&jwt);
    let (status, installation) = read(found.send().await.unwrap()).await;
    assert_eq!(status, 200);
    let path = format!("/app/installations/{}/access_tokens", installation["id"]);
    read(stage.request(Method::POST, &path).bearer_auth(&jwt).json(&asked).send().await.unwrap()).await
}

/// The shape of a JWT that is good for so many seconds.
fn jwt(lasts: u64) -> String {
    use base64::Engine as _;
    let part = |value: Value| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({"iat": START, "exp": START + lasts, "iss": "4711"});
    format!("{}.{}.{}", part(json!({"alg": "RS256", "typ": "JWT"})), part(claims), part(json!("signature")))
}
