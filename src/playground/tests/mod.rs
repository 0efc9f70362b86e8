//! The playground against a scripted bot: what is on the wire in both directions, and what a person sees of it. Here is the
//! stage; the plays are in `deliveries`, `words`, `interactions`, `modals`, `calls`, `files`, `outages`, `sockets` and `page`.

mod calls;
mod deliveries;
mod files;
mod interactions;
mod modals;
mod outages;
mod page;
mod sockets;
mod words;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use rstest::rstest;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{Playground, Setup, Shortcut, SlashCommand, refuses_real_tokens};

/// 2026-11-20, 09:00 UTC.
const START: u64 = 1_795_165_200;

/// What the scripted bot was sent.
#[derive(Debug, Clone)]
struct Heard {
    path: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Heard {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn field(&self, name: &str) -> String {
        let found = form_urlencoded::parse(self.body.as_bytes()).find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned()).unwrap_or_default()
    }

    fn payload(&self) -> Value {
        serde_json::from_str(&self.field("payload")).unwrap_or(Value::Null)
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }
}

/// What the scripted bot answers.
type Script = Arc<dyn Fn(&Heard) -> Response + Send + Sync>;

/// A workspace, a scripted bot beside it, and a clock that only the test moves.
struct Stage {
    play: Playground,
    heard: Arc<Mutex<Vec<Heard>>>,
    micros: Arc<AtomicU64>,
    http: reqwest::Client,
}

impl Stage {
    async fn new(script: impl Fn(&Heard) -> Response + Send + Sync + 'static) -> Self {
        Self::with(script, |_| {}).await
    }

    async fn with(
        script: impl Fn(&Heard) -> Response + Send + Sync + 'static,
        change: impl FnOnce(&mut Setup),
    ) -> Self {
        let micros = Arc::new(AtomicU64::new(START * 1_000_000));
        let clock = Arc::clone(&micros);
        let mut setup = Setup::new(Arc::new(move || UNIX_EPOCH + Duration::from_micros(clock.load(Ordering::SeqCst))));
        let command =
            |name: &str| SlashCommand { name: name.into(), hint: "your question".into(), description: "Asks".into() };
        setup.commands = vec![command("/onboard"), command("/firstmate")];
        setup.shortcuts = vec![Shortcut { callback_id: "agenda".into(), name: "Add to the agenda".into() }];
        change(&mut setup);
        let play = Playground::start(setup).await.unwrap();
        let heard: Arc<Mutex<Vec<Heard>>> = Arc::default();
        play.connect(bot(Arc::new(script), Arc::clone(&heard)).await);
        Self { play, heard, micros, http: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    fn last(&self) -> Heard {
        self.heard().pop().expect("the bot heard something")
    }

    fn pass(&self, time: Duration) {
        self.micros.fetch_add(u64::try_from(time.as_micros()).unwrap(), Ordering::SeqCst);
    }

    /// Calls the Web API as the bot, with its token.
    async fn call(&self, method: &str, parameters: Value) -> Value {
        self.call_as(Some("Bearer playground-bot-token"), method, &parameters).await
    }

    async fn call_as(&self, authorization: Option<&str>, method: &str, parameters: &Value) -> Value {
        let mut request = self.http.post(format!("{}/{method}", self.play.slack_api_url())).json(parameters);
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        request.send().await.unwrap().json().await.unwrap()
    }

    async fn error_of(&self, method: &str, parameters: Value) -> String {
        self.call(method, parameters).await["error"].as_str().unwrap_or("ok").to_owned()
    }

    async fn respond(&self, url: &str, reply: Value) -> (u16, String) {
        let response = self.http.post(url).json(&reply).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// Calls the page's API.
    async fn page(&self, act: &str, asked: Value) -> (u16, Value) {
        let response =
            self.http.post(format!("http://{}/api/{act}", self.play.address())).json(&asked).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }
}

async fn bot(script: Script, heard: Arc<Mutex<Vec<Heard>>>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(move |request: Request| {
        let (script, heard) = (Arc::clone(&script), Arc::clone(&heard));
        async move {
            let (head, body) = request.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
            let headers = head
                .headers
                .iter()
                .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
                .collect();
            let one =
                Heard { path: head.uri.path().to_owned(), headers, body: String::from_utf8_lossy(&body).into_owned() };
            heard.lock().unwrap().push(one.clone());
            script(&one)
        }
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/")
}

fn empty(_: &Heard) -> Response {
    ().into_response()
}

fn json_answer(value: &Value) -> Response {
    ([("content-type", "application/json")], value.to_string()).into_response()
}

fn blocks() -> Value {
    json!([
        {"type": "header", "text": {"type": "plain_text", "text": "No agreement"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "Nobody promises uptime. See <https://example.org/a?b=1&amp;c=2|the page> &amp; ask <@U0BOB>."}},
        {"type": "actions", "block_id": "acts", "elements": [
            {"type": "button", "action_id": "all", "text": {"type": "plain_text", "text": "Show everyone"}, "value": "sla"},
            {"type": "button", "action_id": "edit", "text": {"type": "plain_text", "text": "Suggest an edit"}, "url": "https://example.org/edit"},
        ]},
        {"type": "divider"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "2021-12-06"}, {"type": "plain_text", "text": "in <#C01RMPVUUK1>"}]},
    ])
}

fn view() -> Value {
    let option = |name: &str| json!({"text": {"type": "plain_text", "text": name}, "value": name.to_lowercase()});
    json!({
        "type": "modal", "callback_id": "ask", "private_metadata": "m", "title": {"type": "plain_text", "text": "Ask a human"},
        "submit": {"type": "plain_text", "text": "Send"}, "close": {"type": "plain_text", "text": "Cancel"},
        "blocks": [
            {"type": "section", "text": {"type": "plain_text", "text": "This will be posted."}},
            {"type": "input", "block_id": "words", "label": {"type": "plain_text", "text": "Your question"},
             "element": {"type": "plain_text_input", "action_id": "text", "initial_value": "why", "max_length": 20}},
            {"type": "input", "block_id": "where", "label": {"type": "plain_text", "text": "Where"},
             "element": {"type": "static_select", "action_id": "pick", "options": [option("Smaug"), option("Infra")]}},
            {"type": "input", "block_id": "tags", "optional": true, "label": {"type": "plain_text", "text": "Tags"},
             "element": {"type": "checkboxes", "action_id": "ticked", "options": [option("Urgent"), option("Later")]}},
            {"type": "actions", "block_id": "more", "elements": [
                {"type": "button", "action_id": "preview", "text": {"type": "plain_text", "text": "Preview"}}]},
        ],
    })
}

#[tokio::test]
async fn it_listens_on_loopback_only() {
    let mut setup = Setup::new(Arc::new(|| UNIX_EPOCH));
    setup.listen = "0.0.0.0:0".parse().unwrap();
    assert!(Playground::start(setup).await.is_err());
}

#[tokio::test]
#[should_panic(expected = "chat.delete: unknown_method")]
async fn finish_tells_what_was_wrong() {
    let stage = Stage::new(empty).await;
    stage.call("chat.delete", json!({})).await;
    stage.play.finish();
}

#[rstest]
#[case(&[("PATH", "/bin"), ("EMPTY", "")], None)]
#[case(&[("A", "xoxb-short"), ("B", "the prefix xoxb- alone")], None)]
#[case(&[("A", "1"), ("SLACK", "xoxb-0123456789-x")], Some("SLACK"))]
#[case(&[("X", "token=xoxp-0123456789")], Some("X"))]
#[case(&[("X", "xapp-1-A0123456789")], Some("X"))]
#[case(&[("X", "ghp_abcdefghij")], Some("X"))]
#[case(&[("X", "ghs_abcdefghij")], Some("X"))]
#[case(&[("X", "github_pat_abcdefghij")], Some("X"))]
fn real_tokens_are_recognised(#[case] vars: &[(&str, &str)], #[case] expected: Option<&str>) {
    assert_eq!(refuses_real_tokens(vars.iter().copied()).as_deref(), expected);
}
