//! The playground against a scripted bot: what is on the wire in both directions, and what a person sees of it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use rstest::rstest;
use serde_json::{Value, json};
use slack_morphism::signature_verifier::SlackEventSignatureVerifier;
use url::form_urlencoded;

use super::{Failure, METHODS, Playground, Setup, SlashCommand, refuses_real_tokens};

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
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    fn field(&self, name: &str) -> String {
        let found = form_urlencoded::parse(self.body.as_bytes()).find(|(key, _)| key == name);
        found
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
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
        let mut setup = Setup::new(Arc::new(move || {
            UNIX_EPOCH + Duration::from_micros(clock.load(Ordering::SeqCst))
        }));
        let command = |name: &str| SlashCommand {
            name: name.into(),
            hint: "your question".into(),
            description: "Asks".into(),
        };
        setup.commands = vec![command("/onboard"), command("/firstmate")];
        change(&mut setup);
        let play = Playground::start(setup).await.unwrap();
        let heard: Arc<Mutex<Vec<Heard>>> = Arc::default();
        play.connect(bot(Arc::new(script), Arc::clone(&heard)).await);
        Self {
            play,
            heard,
            micros,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }

    fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    fn last(&self) -> Heard {
        self.heard().pop().expect("the bot heard something")
    }

    fn pass(&self, time: Duration) {
        self.micros
            .fetch_add(u64::try_from(time.as_micros()).unwrap(), Ordering::SeqCst);
    }

    /// Calls the Web API as the bot, with its token.
    async fn call(&self, method: &str, parameters: Value) -> Value {
        self.call_as(Some("Bearer playground-bot-token"), method, &parameters)
            .await
    }

    async fn call_as(
        &self,
        authorization: Option<&str>,
        method: &str,
        parameters: &Value,
    ) -> Value {
        let mut request = self
            .http
            .post(format!("{}/{method}", self.play.slack_api_url()))
            .json(parameters);
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        request.send().await.unwrap().json().await.unwrap()
    }

    async fn error_of(&self, method: &str, parameters: Value) -> String {
        self.call(method, parameters).await["error"]
            .as_str()
            .unwrap_or("ok")
            .to_owned()
    }

    async fn respond(&self, url: &str, reply: Value) -> (u16, String) {
        let response = self.http.post(url).json(&reply).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// Calls the page's API.
    async fn page(&self, act: &str, asked: Value) -> (u16, Value) {
        let response = self
            .http
            .post(format!("http://{}/api/{act}", self.play.address()))
            .json(&asked)
            .send()
            .await
            .unwrap();
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
            let one = Heard {
                path: head.uri.path().to_owned(),
                headers,
                body: String::from_utf8_lossy(&body).into_owned(),
            };
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

// What goes to the bot

#[tokio::test]
async fn a_slash_command_is_signed_and_answered_only_to_its_person() {
    let stage = Stage::new(|_| json_answer(&json!({"text": "No.", "blocks": blocks()}))).await;
    let delivered = stage
        .play
        .as_("ann")
        .in_("#support")
        .types("/onboard  is there an <SLA> & why ")
        .await;
    assert_eq!(delivered.status, 200);
    let heard = stage.last();
    assert_eq!(heard.path, "/slack/commands");
    assert_eq!(
        heard.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    let names = [
        "command",
        "text",
        "channel_id",
        "channel_name",
        "user_id",
        "user_name",
        "team_id",
        "team_domain",
        "api_app_id",
        "is_enterprise_install",
    ];
    let fields: Vec<String> = names.iter().map(|name| heard.field(name)).collect();
    insta::assert_snapshot!(fields.join(" | "), @"/onboard | is there an <SLA> & why | C01RMPVUUK1 | support | U0ANN | ann | T01SKMNPRUG | operatefirst | A0FIRSTMATE | false");
    insta::assert_snapshot!(stage.play.as_("ann").reads("#support"), @"
    firstmate (only you): No.
        # No agreement
        Nobody promises uptime. See [the page](https://example.org/a?b=1&c=2) & ask @Bob Maintainer.
        [Show everyone] [Suggest an edit → https://example.org/edit]
        ---
        2021-12-06 · in <#C01RMPVUUK1>
    ");
    assert_eq!(stage.play.as_("bob").reads("#support"), "");
    assert_eq!(stage.play.deliveries().len(), 1);
    stage.play.finish();
}

#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "the verifier compares with the real time"
)]
async fn its_signature_is_what_slack_morphism_accepts() {
    let stage = Stage::with(empty, |setup| setup.now = Arc::new(SystemTime::now)).await;
    stage
        .play
        .as_("ann")
        .in_("#support")
        .types("/onboard ünï")
        .await;
    let heard = stage.last();
    let verifier =
        SlackEventSignatureVerifier::new(&"0123456789abcdef0123456789abcdef".to_owned().into());
    let (signature, time) = (
        heard.header("x-slack-signature").unwrap(),
        heard.header("x-slack-request-timestamp").unwrap(),
    );
    verifier.verify(signature, &heard.body, time).unwrap();
    verifier
        .verify(signature, &format!("{} ", heard.body), time)
        .unwrap_err();
}

#[tokio::test]
async fn an_in_channel_answer_shows_what_was_typed() {
    let stage =
        Stage::new(|_| json_answer(&json!({"text": "Hello", "response_type": "in_channel"}))).await;
    stage
        .play
        .as_("ann")
        .in_("#general")
        .types("/firstmate hello")
        .await;
    insta::assert_snapshot!(stage.play.as_("bob").reads("#general"), @"
    Ann Newcomer: /firstmate hello
    firstmate: Hello
    ");
    stage.play.finish();
}

#[tokio::test]
async fn a_plain_answer_and_an_empty_one() {
    let stage = Stage::new(|heard| {
        if heard.field("text") == "quiet" {
            empty(heard)
        } else {
            "Plain".into_response()
        }
    })
    .await;
    let ann = stage.play.as_("ann");
    ann.in_("#general").types("/firstmate quiet").await;
    assert_eq!(ann.reads("#general"), "");
    ann.in_("#general").types("/firstmate loud").await;
    assert_eq!(ann.reads("#general"), "firstmate (only you): Plain");
}

#[tokio::test]
async fn what_slackbot_says_when_a_command_does_not_work() {
    let stage = Stage::with(
        |heard| match heard.field("text").as_str() {
            "break" => (axum::http::StatusCode::INTERNAL_SERVER_ERROR, "oh").into_response(),
            "garble" => ([("content-type", "application/json")], "{").into_response(),
            "big" => json_answer(&json!({"text": "x".repeat(40_001)})),
            _ => Response::new(axum::body::Body::from_stream(futures::stream::pending::<
                Result<String, std::io::Error>,
            >())),
        },
        |setup| setup.answer_within = Duration::from_millis(50),
    )
    .await;
    let ann = stage.play.as_("ann");
    let root = stage
        .call(
            "chat.postMessage",
            json!({"channel": "C01RMPVUUK1", "text": "root"}),
        )
        .await["ts"]
        .as_str()
        .unwrap()
        .to_owned();
    for text in [
        "/nothing",
        "/onboard break",
        "/onboard garble",
        "/onboard big",
        "/onboard sleep",
    ] {
        ann.in_("#support").types(text).await;
    }
    let delivered = ann
        .in_("#support")
        .in_thread(&root)
        .types("/onboard x")
        .await;
    assert_eq!(delivered.status, 0);
    stage.play.connect("http://127.0.0.1:1");
    ann.in_("#support").types("/onboard x").await;
    insta::assert_snapshot!(ann.hears().join("\n"), @r#"
    /nothing is not a command here. Everything that starts with "/" is taken for a command.
    /onboard didn't work: the app answered with status 500 (dispatch_failed)
    /onboard didn't work: the app answered with something that is not JSON (invalid_response)
    /onboard didn't work: the app's answer was refused (msg_too_long)
    /onboard didn't work: the app did not answer within 3 seconds (operation_timeout)
    Slash commands do not work in threads: mention @firstmate instead
    /onboard didn't work: the app could not be reached (dispatch_failed)
    "#);
    assert!(stage.play.as_("bob").hears().is_empty());
    assert_eq!(stage.play.faults().len(), 2, "{:?}", stage.play.faults());
}

#[rstest]
#[case("#support", "hello there", None)]
#[case(
    "#support",
    "@firstmate, is there an SLA?",
    Some("app_mention <@U0FIRSTMATE>, is there an SLA? C01RMPVUUK1 -")
)]
#[case(
    "#support",
    "ask <@U0FIRSTMATE> a < b & c",
    Some("app_mention ask <@U0FIRSTMATE> a &lt; b &amp; c C01RMPVUUK1 -")
)]
#[case(
    "#support",
    "<!channel> @here @bob #general @firstmate",
    Some(
        "app_mention &lt;!channel&gt; <!here> <@U0BOB> <#C01RF4SPNDD|> <@U0FIRSTMATE> C01RMPVUUK1 -"
    )
)]
#[case("#data-science", "@firstmate hello", None)]
#[case(
    "@firstmate",
    "see https://example.org/x.",
    Some("message see <https://example.org/x>. D0ANN im")
)]
#[tokio::test]
async fn what_the_bot_hears_of_what_is_said(
    #[case] place: &str,
    #[case] text: &str,
    #[case] expected: Option<&str>,
) {
    let stage = Stage::new(empty).await;
    stage.play.as_("ann").in_(place).types(text).await;
    let heard = stage.heard().pop().map(|heard| {
        let envelope = heard.json();
        assert_eq!(
            (heard.path.as_str(), &envelope["type"], &envelope["team_id"]),
            (
                "/slack/events",
                &json!("event_callback"),
                &json!("T01SKMNPRUG")
            )
        );
        assert_eq!(envelope["authorizations"][0]["user_id"], "U0FIRSTMATE");
        let event = &envelope["event"];
        assert_eq!(
            (&event["user"], &event["ts"]),
            (&json!("U0ANN"), &event["event_ts"])
        );
        let field = |name: &str| event[name].as_str().unwrap_or("-").to_owned();
        [
            field("type"),
            field("text"),
            field("channel"),
            field("channel_type"),
        ]
        .join(" ")
    });
    assert_eq!(heard.as_deref(), expected);
}

#[tokio::test]
async fn an_event_in_a_thread_says_so_and_can_be_answered_there() {
    let stage = Stage::new(empty).await;
    let bob = stage.play.as_("bob").in_("#support");
    bob.types("How are you?").await;
    let root = bob.newest().unwrap();
    stage
        .play
        .as_("ann")
        .in_("#support")
        .in_thread(&root)
        .types("@firstmate help")
        .await;
    assert_eq!(stage.last().json()["event"]["thread_ts"], root.as_str());
    let answer =
        json!({"channel": "C01RMPVUUK1", "user": "U0ANN", "thread_ts": root, "text": "Two\nlines"});
    stage.call("chat.postEphemeral", answer).await;
    bob.types("Another").await;
    insta::assert_snapshot!(stage.play.as_("ann").reads("#support"), @"
    Bob Maintainer: How are you?
      ↳ Ann Newcomer: @firstmate help
      ↳ firstmate (only you): Two
            lines
    Bob Maintainer: Another
    ");
    insta::assert_snapshot!(bob.reads(), @"
    Bob Maintainer: How are you?
      ↳ Ann Newcomer: @firstmate help
    Bob Maintainer: Another
    ");
    stage.play.finish();
}

#[tokio::test]
async fn an_event_is_retried_three_times_with_the_reason() {
    let stage = Stage::new(|_| axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response()).await;
    stage.play.as_("ann").in_("@firstmate").types("hello").await;
    let retries: Vec<_> = stage
        .heard()
        .iter()
        .map(|heard| {
            (
                heard.header("x-slack-retry-num").map(str::to_owned),
                heard.header("x-slack-retry-reason").map(str::to_owned),
            )
        })
        .collect();
    let retry = |number: &str| (Some(number.to_owned()), Some("http_error".to_owned()));
    assert_eq!(retries, [(None, None), retry("1"), retry("2"), retry("3")]);
    let bodies: Vec<String> = stage.heard().into_iter().map(|heard| heard.body).collect();
    assert!(
        bodies.windows(2).all(|pair| pair[0] == pair[1]),
        "a retry carries the same event"
    );
}

#[tokio::test]
async fn a_bot_may_decline_retries() {
    let stage = Stage::new(|_| {
        (
            axum::http::StatusCode::BAD_REQUEST,
            [("x-slack-no-retry", "1")],
        )
            .into_response()
    })
    .await;
    stage.play.as_("ann").in_("@firstmate").types("hello").await;
    assert_eq!(stage.heard().len(), 1);
}

#[tokio::test]
async fn a_time_out_is_retried_as_such() {
    let hang = |heard: &Heard| match heard.header("x-slack-retry-num") {
        None => Response::new(axum::body::Body::from_stream(futures::stream::pending::<
            Result<String, std::io::Error>,
        >())),
        Some(_) => empty(heard),
    };
    let stage = Stage::with(hang, |setup| {
        setup.answer_within = Duration::from_millis(50)
    })
    .await;
    assert_eq!(
        stage
            .play
            .as_("ann")
            .in_("@firstmate")
            .types("hello")
            .await
            .status,
        200
    );
    assert_eq!(
        stage.last().header("x-slack-retry-reason"),
        Some("http_timeout")
    );
}

// Buttons and views

#[tokio::test]
async fn a_press_on_an_ephemeral_message_edits_deletes_and_shows_everyone() {
    let stage = Stage::new(|heard| {
        if heard.path == "/slack/commands" {
            json_answer(&json!({"text": "No.", "blocks": blocks()}))
        } else {
            empty(heard)
        }
    })
    .await;
    let ann = stage.play.as_("ann").in_("#support");
    ann.types("/onboard sla").await;
    ann.presses("Show everyone").await;
    let payload = stage.last().payload();
    assert_eq!(
        (
            &payload["type"],
            &payload["container"]["is_ephemeral"],
            payload.get("message")
        ),
        (&json!("block_actions"), &json!(true), None)
    );
    let action = &payload["actions"][0];
    assert_eq!(
        (
            &action["action_id"],
            &action["block_id"],
            &action["value"],
            &action["type"]
        ),
        (
            &json!("all"),
            &json!("acts"),
            &json!("sla"),
            &json!("button")
        )
    );
    let url = payload["response_url"].as_str().unwrap();
    assert_eq!(
        stage
            .respond(url, json!({"text": "Changed", "replace_original": true}))
            .await,
        (200, "ok".to_owned())
    );
    assert_eq!(ann.reads(), "firstmate (only you): Changed");
    assert_eq!(ann.messages()[0]["edited"], true);
    stage
        .respond(
            url,
            json!({"text": "For all", "delete_original": true, "response_type": "in_channel"}),
        )
        .await;
    assert_eq!(ann.reads(), "firstmate: For all");
    assert_eq!(
        stage.play.as_("bob").reads("#support"),
        "firstmate: For all"
    );
    stage.play.finish();
}

#[tokio::test]
async fn a_press_on_a_public_message_carries_it() {
    let stage = Stage::new(empty).await;
    let posted = stage
        .call(
            "chat.postMessage",
            json!({"channel": "C01RMPVUUK1", "text": "No.", "blocks": blocks()}),
        )
        .await;
    stage
        .play
        .as_("bob")
        .in_("#support")
        .presses("Suggest an edit")
        .await;
    let payload = stage.last().payload();
    assert_eq!(
        (&payload["message"]["ts"], &payload["user"]["id"]),
        (&posted["ts"], &json!("U0BOB"))
    );
    assert_eq!(payload["actions"][0]["url"], "https://example.org/edit");
}

#[tokio::test]
async fn a_view_is_opened_filled_in_refused_and_closed() {
    let stage =
        Stage::new(|heard| {
            match heard.payload()["view"]["state"]["values"]["words"]["text"]["value"].as_str() {
                Some("bad") => json_answer(
                    &json!({"response_action": "errors", "errors": {"words": "Say more."}}),
                ),
                _ => empty(heard),
            }
        })
        .await;
    let ann = stage.play.as_("ann");
    ann.in_("#support").types("/onboard").await;
    let trigger = stage.last().field("trigger_id");
    let opened = stage
        .call("views.open", json!({"trigger_id": trigger, "view": view()}))
        .await;
    assert_eq!(opened["ok"], true, "{opened}");
    assert_eq!(opened["view"]["root_view_id"], opened["view"]["id"]);
    insta::assert_snapshot!(ann.view().unwrap(), @"
    Ask a human
        This will be posted.
        Your question: [why]
        Where: [ ▾]
        Tags (optional): [ ] Urgent  [ ] Later
        [Preview]
    [Send] [Cancel]
    ");
    assert_eq!(stage.play.as_("bob").view(), None);
    ann.presses("Preview").await;
    assert_eq!(
        stage.last().payload()["container"]["view_id"],
        opened["view"]["id"]
    );

    let heard = stage.heard().len();
    ann.submits(&[("Your question", "")]).await;
    assert_eq!(
        stage.heard().len(),
        heard,
        "what is not complete is not sent"
    );
    insta::assert_snapshot!(ann.view().unwrap(), @"
    Ask a human
        This will be posted.
        Your question: [why]
        ! Please complete this required field.
        Where: [ ▾]
        ! Please complete this required field.
        Tags (optional): [ ] Urgent  [ ] Later
        [Preview]
    [Send] [Cancel]
    ");
    ann.submits(&[("Your question", "bad"), ("Where", "Smaug")])
        .await;
    assert!(ann.view().unwrap().contains("! Say more."));
    ann.submits(&[
        ("Your question", "good"),
        ("Where", "Smaug"),
        ("Tags", "Urgent"),
        ("Tags", "Later"),
    ])
    .await;
    assert_eq!(ann.view(), None);
    let payload = stage.last().payload();
    assert_eq!(
        (
            &payload["type"],
            &payload["view"]["private_metadata"],
            &payload["response_urls"]
        ),
        (&json!("view_submission"), &json!("m"), &json!([]))
    );
    let values = &payload["view"]["state"]["values"];
    assert_eq!(
        (
            &values["where"]["pick"]["selected_option"]["value"],
            &values["tags"]["ticked"]["selected_options"][1]["value"]
        ),
        (&json!("smaug"), &json!("later"))
    );
    stage.play.finish();
}

#[tokio::test]
async fn a_submission_may_update_push_and_clear() {
    let stage = Stage::new(|heard| {
        let other = json!({"type": "modal", "title": {"type": "plain_text", "text": "Next"}, "submit": {"type": "plain_text", "text": "Go"}, "blocks": [{"type": "divider"}]});
        let payload = heard.payload();
        match (payload["view"]["title"]["text"].as_str(), payload["view"]["previous_view_id"].is_null()) {
            (Some("Ask a human"), _) => json_answer(&json!({"response_action": "update", "view": other})),
            (Some("Next"), true) => json_answer(&json!({"response_action": "push", "view": other})),
            (Some("Next"), false) => json_answer(&json!({"response_action": "clear"})),
            _ => empty(heard),
        }
    })
    .await;
    let ann = stage.play.as_("ann");
    ann.in_("#support").types("/onboard").await;
    stage
        .call(
            "views.open",
            json!({"trigger_id": stage.last().field("trigger_id"), "view": view()}),
        )
        .await;
    ann.submits(&[("Where", "Infra")]).await;
    assert_eq!(ann.view().as_deref(), Some("Next\n    ---\n[Go]"));
    ann.submits(&[]).await;
    assert_eq!(ann.view().as_deref(), Some("Next\n    ---\n[Go]"));
    ann.submits(&[]).await;
    assert_eq!(ann.view(), None);
    stage.play.finish();
}

#[tokio::test]
async fn the_bot_hears_of_a_closed_view_only_if_it_asked() {
    let stage = Stage::new(empty).await;
    let ann = stage.play.as_("ann");
    for (notify, expected) in [(false, "/slack/commands"), (true, "/slack/interactions")] {
        let mut view = view();
        view["notify_on_close"] = notify.into();
        ann.in_("#support").types("/onboard").await;
        stage
            .call(
                "views.open",
                json!({"trigger_id": stage.last().field("trigger_id"), "view": view}),
            )
            .await;
        ann.closes().await;
        assert_eq!((ann.view(), stage.last().path.as_str()), (None, expected));
    }
    assert_eq!(stage.last().payload()["type"], "view_closed");
}

#[tokio::test]
async fn wrong_answers_to_a_submission_are_faults() {
    let stage = Stage::new(|heard| match heard.path.as_str() {
        "/slack/interactions" => {
            json_answer(&json!({"response_action": "errors", "errors": {"nowhere": "x"}}))
        }
        _ => empty(heard),
    })
    .await;
    let ann = stage.play.as_("ann");
    ann.in_("#support").types("/onboard").await;
    stage
        .call(
            "views.open",
            json!({"trigger_id": stage.last().field("trigger_id"), "view": view()}),
        )
        .await;
    ann.submits(&[("Where", "Infra")]).await;
    assert!(ann.view().is_some());
    assert_eq!(
        stage.play.faults(),
        ["view_submission: an error for a block that is no input: nowhere"]
    );
    assert_eq!(
        ann.hears(),
        ["Sending this didn't work: the app's answer was refused (invalid_response)"]
    );
}

// What the bot calls

#[rstest]
#[case("chat.update", json!({}), "unknown_method", true)]
#[case("users.info", json!({"user": "U0ANN"}), "unknown_method", true)]
#[case("chat.postMessage", json!({"channel": "C01RMPVUUK1", "text": "x", "as_user": true}), "invalid_arguments", true)]
#[case("chat.postMessage", json!({"text": "x"}), "invalid_arguments", true)]
#[case("chat.postMessage", json!({"channel": "C01RMPVUUK1", "text": "x", "mrkdwn": "maybe"}), "invalid_arguments", true)]
#[case("chat.postMessage", json!({"channel": "C0NOWHERE", "text": "x"}), "channel_not_found", false)]
#[case("chat.postMessage", json!({"channel": "C02KY881CJE", "text": "x"}), "not_in_channel", false)]
#[case("chat.postMessage", json!({"channel": "C01RMPVUUK1", "text": "x", "thread_ts": "1.000000"}), "thread_not_found", true)]
#[case("chat.postMessage", json!({"channel": "C01RMPVUUK1"}), "no_text", true)]
#[case("chat.postMessage", json!({"channel": "C01RMPVUUK1", "text": "x", "blocks": "[{"}), "invalid_blocks_format", true)]
#[case("chat.postMessage", json!({"channel": "C01RMPVUUK1", "text": "x", "blocks": []}), "ok", false)]
#[case("chat.postMessage", json!({"channel": "C01RMPVUUK1", "text": "x", "metadata": {"event_type": "t", "event_payload": {"n": 1}}}), "invalid_metadata_format", true)]
#[case("chat.postMessage", json!({"channel": "U0ANN", "text": "x"}), "ok", false)]
#[case("chat.postEphemeral", json!({"channel": "D0ANN", "user": "U0BOB", "text": "x"}), "user_not_in_channel", true)]
#[case("chat.postEphemeral", json!({"channel": "C02KY881CJE", "user": "U0BOB", "text": "x"}), "not_in_channel", false)]
#[case("conversations.history", json!({"channel": "C02KY881CJE"}), "not_in_channel", false)]
#[case("conversations.history", json!({"channel": "C01RMPVUUK1", "limit": "many"}), "invalid_limit", true)]
#[case("conversations.history", json!({"channel": "C01RMPVUUK1", "oldest": "yesterday"}), "invalid_ts_oldest", true)]
#[case("conversations.history", json!({"channel": "C01RMPVUUK1", "latest": "x"}), "invalid_ts_latest", true)]
#[case("conversations.history", json!({"channel": "C01RMPVUUK1", "cursor": "zz"}), "invalid_cursor", true)]
#[case("conversations.replies", json!({"channel": "C01RMPVUUK1", "ts": "1.000000"}), "thread_not_found", true)]
#[case("conversations.replies", json!({"channel": "C01RMPVUUK1"}), "invalid_arguments", true)]
#[case("views.open", json!({"trigger_id": "made.up", "view": view()}), "invalid_trigger_id", true)]
#[case("views.open", json!({"trigger_id": "made.up"}), "invalid_arguments", true)]
#[tokio::test]
async fn what_a_call_is_refused_with(
    #[case] method: &str,
    #[case] parameters: Value,
    #[case] error: &str,
    #[case] fault: bool,
) {
    let stage = Stage::new(empty).await;
    assert_eq!(stage.error_of(method, parameters.clone()).await, error);
    assert_eq!(
        !stage.play.faults().is_empty(),
        fault,
        "{:?}",
        stage.play.faults()
    );
    assert_eq!(stage.play.calls(), [(method.to_owned(), parameters)]);
}

#[rstest]
#[case(None, "not_authed")]
#[case(Some("playground-bot-token"), "not_authed")]
#[case(Some("Bearer something else"), "invalid_auth")]
#[case(Some("Bearer playground-bot-token"), "ok")]
#[tokio::test]
async fn the_token_is_looked_at(#[case] authorization: Option<&str>, #[case] expected: &str) {
    let stage = Stage::new(empty).await;
    let answer = stage.call_as(authorization, "auth.test", &json!({})).await;
    assert_eq!(answer["error"].as_str().unwrap_or("ok"), expected);
    assert_eq!(stage.play.faults().is_empty(), expected == "ok");
}

#[tokio::test]
async fn every_listed_method_is_served() {
    let stage = Stage::new(empty).await;
    for (method, _) in METHODS {
        assert_ne!(
            stage.error_of(method, json!({})).await,
            "unknown_method",
            "{method}"
        );
    }
}

#[tokio::test]
async fn parameters_come_as_query_form_or_json() {
    let stage = Stage::new(empty).await;
    let url = |method: &str| format!("{}/{method}", stage.play.slack_api_url());
    let form = "channel=C01RMPVUUK1&text=a+b&unfurl_links=false&blocks=%5B%7B%22type%22%3A%22divider%22%7D%5D";
    let posted = stage
        .http
        .post(url("chat.postMessage"))
        .bearer_auth("playground-bot-token")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form);
    let posted: Value = posted.send().await.unwrap().json().await.unwrap();
    assert_eq!(
        (
            &posted["message"]["text"],
            &posted["message"]["blocks"][0]["type"]
        ),
        (&json!("a b"), &json!("divider"))
    );
    let read = stage
        .http
        .get(url("conversations.history?channel=C01RMPVUUK1&limit=1"))
        .bearer_auth("playground-bot-token");
    let read: Value = read.send().await.unwrap().json().await.unwrap();
    assert_eq!(read["messages"][0]["ts"], posted["ts"]);
    let wrong = stage
        .http
        .post(url("auth.test"))
        .bearer_auth("playground-bot-token")
        .header("content-type", "application/json")
        .body("{");
    assert_eq!(
        wrong.send().await.unwrap().json::<Value>().await.unwrap()["error"],
        "invalid_json"
    );
}

#[tokio::test]
async fn history_and_replies_come_in_pages_of_fifteen() {
    let stage = Stage::new(empty).await;
    let post = |parameters: Value| stage.call("chat.postMessage", parameters);
    let root = post(json!({"channel": "C01RMPVUUK1", "text": "root", "metadata": {"event_type": "t", "event_payload": {"key": "k"}}})).await["ts"].as_str().unwrap().to_owned();
    for number in 0..20 {
        post(
            json!({"channel": "C01RMPVUUK1", "text": format!("reply {number}"), "thread_ts": root}),
        )
        .await;
        post(json!({"channel": "C01RMPVUUK1", "text": format!("top {number}")})).await;
    }
    stage
        .call(
            "chat.postEphemeral",
            json!({"channel": "C01RMPVUUK1", "user": "U0ANN", "text": "secret"}),
        )
        .await;

    let texts = |page: &Value| {
        page["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|message| message["text"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let first = stage
        .call(
            "conversations.history",
            json!({"channel": "C01RMPVUUK1", "limit": 100}),
        )
        .await;
    assert_eq!(
        (
            texts(&first).len(),
            texts(&first)[0].as_str(),
            &first["has_more"]
        ),
        (15, "top 19", &json!(true))
    );
    let cursor = first["response_metadata"]["next_cursor"].clone();
    let second = stage
        .call(
            "conversations.history",
            json!({"channel": "C01RMPVUUK1", "cursor": cursor}),
        )
        .await;
    assert_eq!(
        (
            texts(&second).len(),
            texts(&second)[5].as_str(),
            &second["has_more"]
        ),
        (6, "root", &json!(false))
    );
    assert_eq!(
        (
            &second["messages"][5]["reply_count"],
            second["messages"][5].get("metadata")
        ),
        (&json!(20), None)
    );

    let first = stage
        .call(
            "conversations.replies",
            json!({"channel": "C01RMPVUUK1", "ts": root, "include_all_metadata": true}),
        )
        .await;
    assert_eq!(
        (texts(&first).len(), texts(&first)[1].as_str()),
        (15, "reply 0")
    );
    assert_eq!(
        first["messages"][0]["metadata"]["event_payload"]["key"],
        "k"
    );
    let second = stage.call("conversations.replies", json!({"channel": "C01RMPVUUK1", "ts": root, "cursor": first["response_metadata"]["next_cursor"]})).await;
    assert_eq!(
        (texts(&second).len(), texts(&second)[5].as_str()),
        (6, "reply 19")
    );

    let third = first["messages"][3]["ts"].clone();
    let after = stage
        .call(
            "conversations.replies",
            json!({"channel": "C01RMPVUUK1", "ts": root, "oldest": third, "limit": 3}),
        )
        .await;
    assert_eq!(texts(&after), ["root", "reply 3", "reply 4"]);
    let with = stage.call("conversations.replies", json!({"channel": "C01RMPVUUK1", "ts": root, "oldest": third, "inclusive": true, "latest": first["messages"][5]["ts"]})).await;
    assert_eq!(texts(&with), ["root", "reply 2", "reply 3", "reply 4"]);
    stage.play.finish();
}

#[rstest]
#[case(Duration::from_millis(3_000), "ok")]
#[case(Duration::from_millis(3_001), "expired_trigger_id")]
#[tokio::test]
async fn a_trigger_lives_three_seconds(#[case] later: Duration, #[case] expected: &str) {
    let stage = Stage::new(empty).await;
    stage
        .play
        .as_("ann")
        .in_("#support")
        .types("/onboard")
        .await;
    stage.pass(later);
    let trigger = stage.last().field("trigger_id");
    assert_eq!(
        stage
            .error_of("views.open", json!({"trigger_id": trigger, "view": view()}))
            .await,
        expected
    );
    assert!(stage.play.faults().is_empty());
    if expected == "ok" {
        assert_eq!(
            stage
                .error_of("views.open", json!({"trigger_id": trigger, "view": view()}))
                .await,
            "exchanged_trigger_id"
        );
        assert_eq!(stage.play.faults(), ["views.open: exchanged_trigger_id"]);
    }
}

#[tokio::test]
async fn a_response_url_takes_five_posts_in_thirty_minutes() {
    let stage = Stage::new(empty).await;
    let ann = stage.play.as_("ann");
    ann.in_("#support").types("/onboard a").await;
    let url = stage.last().field("response_url");
    for _ in 0..5 {
        assert_eq!(stage.respond(&url, json!({"text": "x"})).await.0, 200);
    }
    assert_eq!(
        stage.respond(&url, json!({"text": "x"})).await,
        (404, r#"{"error":"used_url","ok":false}"#.to_owned())
    );
    assert_eq!(stage.play.faults(), ["response_url: used_url"]);
    assert_eq!(ann.in_("#support").messages().len(), 5);

    for (later, expected) in [(30 * 60, 200), (30 * 60 + 1, 404)] {
        ann.in_("#support").types("/onboard b").await;
        let url = stage.last().field("response_url");
        stage.pass(Duration::from_secs(later));
        assert_eq!(stage.respond(&url, json!({"text": "x"})).await.0, expected);
    }
    assert_eq!(
        stage.play.faults().len(),
        1,
        "an expired address is no fault"
    );
}

#[rstest]
#[case(json!({"text": "x", "colour": "red"}), "invalid_payload")]
#[case(json!({"blocks": [{"type": "divider"}]}), "invalid_payload")]
#[case(json!({"text": "x", "response_type": "loud"}), "invalid_payload")]
#[case(json!({"text": "x", "replace_original": "true"}), "invalid_payload")]
#[case(json!(["x"]), "invalid_payload")]
#[case(json!({"text": "x", "thread_ts": "1.000000"}), "thread_not_found")]
#[tokio::test]
async fn what_a_response_url_refuses(#[case] reply: Value, #[case] error: &str) {
    let stage = Stage::new(empty).await;
    stage
        .play
        .as_("ann")
        .in_("#support")
        .types("/onboard a")
        .await;
    let (status, body) = stage
        .respond(&stage.last().field("response_url"), reply)
        .await;
    assert_eq!(
        (
            status,
            serde_json::from_str::<Value>(&body).unwrap()["error"].as_str()
        ),
        (400, Some(error))
    );
    assert_eq!(stage.play.faults().len(), 1, "{:?}", stage.play.faults());
}

#[tokio::test]
async fn a_direct_message_is_seen_by_its_person_only() {
    let stage = Stage::new(empty).await;
    stage.play.as_("ann").in_("@firstmate").types("hello").await;
    stage
        .call(
            "chat.postMessage",
            json!({"channel": "D0ANN", "text": "hello Ann"}),
        )
        .await;
    insta::assert_snapshot!(stage.play.as_("ann").reads("@firstmate"), @"
    Ann Newcomer: hello
    firstmate: hello Ann
    ");
    assert_eq!(stage.play.as_("bob").reads("@firstmate"), "");
    let url = format!(
        "http://{}/api/messages?as=U0BOB&channel=D0ANN",
        stage.play.address()
    );
    assert_eq!(stage.http.get(url).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn calls_can_be_made_to_fail() {
    let stage = Stage::new(empty).await;
    let send = || async {
        stage
            .http
            .post(format!("{}/auth.test", stage.play.slack_api_url()))
            .bearer_auth("playground-bot-token")
            .timeout(Duration::from_millis(200))
            .send()
            .await
    };
    stage
        .play
        .fail_next("auth.test", Failure::RateLimited { retry_after: 7 }, 2);
    for _ in 0..2 {
        let response = send().await.unwrap();
        assert_eq!(
            (
                response.status().as_u16(),
                response.headers()["retry-after"].to_str().unwrap()
            ),
            (429, "7")
        );
    }
    stage.play.fail_next("auth.test", Failure::ServerError, 1);
    assert_eq!(send().await.unwrap().status(), 500);
    stage.play.fail_next("auth.test", Failure::Malformed, 1);
    send().await.unwrap().json::<Value>().await.unwrap_err();
    stage.play.fail_next("auth.test", Failure::Closed, 1);
    assert!(match send().await {
        Err(error) => !error.is_timeout(),
        Ok(response) => response
            .text()
            .await
            .is_err_and(|error| !error.is_timeout()),
    });
    stage.play.fail_next("auth.test", Failure::NoAnswer, 1);
    assert!(send().await.unwrap_err().is_timeout());
    stage
        .play
        .slow_next("auth.test", Duration::from_millis(400));
    assert!(send().await.unwrap_err().is_timeout());
    assert_eq!(
        send().await.unwrap().json::<Value>().await.unwrap()["ok"],
        true
    );
}

#[tokio::test]
async fn anything_can_be_sent_to_the_bot() {
    let stage = Stage::new(empty).await;
    stage
        .play
        .send_raw(
            "/slack/commands",
            &[("x-odd".into(), "1".into())],
            b"\xff".to_vec(),
        )
        .await;
    assert_eq!(
        (
            stage.last().header("x-odd"),
            stage.last().header("x-slack-signature")
        ),
        (Some("1"), None)
    );
    stage
        .play
        .as_("ann")
        .in_("#support")
        .types("/onboard a")
        .await;
    let delivery = stage.play.deliveries().pop().unwrap();
    stage.play.send_again(&delivery).await;
    let heard = stage.heard();
    assert_eq!(
        (&heard[1].body, heard[1].header("x-slack-signature")),
        (&heard[2].body, heard[2].header("x-slack-signature"))
    );
}

// The page

#[rstest]
#[case("evil.example", None, 403)]
#[case("127.0.0.1:1", None, 403)]
#[case("OWN", Some("http://evil.example"), 403)]
#[case("OWN", Some("null"), 403)]
#[case("OWN", Some("http://OWN"), 200)]
#[case("OWN", None, 200)]
#[tokio::test]
async fn only_its_own_page_gets_in(
    #[case] host: &str,
    #[case] origin: Option<&str>,
    #[case] status: u16,
) {
    let stage = Stage::new(empty).await;
    let own = stage.play.address().to_string();
    for path in [
        "/",
        "/api/world",
        "/api/messages?as=U0ANN&channel=C01RMPVUUK1",
    ] {
        let mut request = stage
            .http
            .get(format!("http://{own}{path}"))
            .header("host", host.replace("OWN", &own));
        if let Some(origin) = origin {
            request = request.header("origin", origin.replace("OWN", &own));
        }
        assert_eq!(request.send().await.unwrap().status(), status, "{path}");
    }
}

#[tokio::test]
async fn the_page_loads_nothing_from_elsewhere() {
    let stage = Stage::new(empty).await;
    for path in ["/", "/assets/style.css", "/assets/page.js"] {
        let response = stage
            .http
            .get(format!("http://{}{path}", stage.play.address()))
            .send()
            .await
            .unwrap();
        assert!(
            response.headers()["content-security-policy"]
                .to_str()
                .unwrap()
                .starts_with("default-src 'none'")
        );
        assert!(!response.text().await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn the_page_speaks_and_reads_for_a_person() {
    let stage = Stage::new(|_| json_answer(&json!({"text": "No.", "blocks": blocks()}))).await;
    let world: Value = stage
        .http
        .get(format!("http://{}/api/world", stage.play.address()))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        (
            &world["team"]["name"],
            &world["commands"][0]["name"],
            &world["channels"][4]["kind"]
        ),
        (&json!("Operate First"), &json!("/onboard"), &json!("dm"))
    );
    let mut stream = stage
        .http
        .get(format!(
            "http://{}/api/stream?as=U0ANN",
            stage.play.address()
        ))
        .send()
        .await
        .unwrap();
    assert_eq!(
        next_event(&mut stream).await,
        json!({"type": "view", "view": null})
    );
    assert_eq!(
        stage
            .page(
                "say",
                json!({"as": "U0ANN", "channel": "C01RMPVUUK1", "text": "/onboard sla"})
            )
            .await,
        (200, json!({}))
    );
    let event = next_event(&mut stream).await;
    assert_eq!(
        (&event["type"], &event["channel"]),
        (&json!("message"), &json!("C01RMPVUUK1"))
    );
    let read = stage
        .http
        .get(format!(
            "http://{}/api/messages?as=U0ANN&channel=C01RMPVUUK1",
            stage.play.address()
        ))
        .send()
        .await
        .unwrap();
    let read: Value = read.json().await.unwrap();
    let message = &read["messages"][0];
    assert_eq!(
        (
            &message["ts"],
            &message["ephemeral"],
            &message["user"]["name"]
        ),
        (&event["ts"], &json!(true), &json!("firstmate"))
    );
    let press = json!({"as": "U0ANN", "channel": "C01RMPVUUK1", "ts": message["ts"], "block_id": "acts", "action_id": "all"});
    assert_eq!(stage.page("press", press.clone()).await.0, 200);
    let mut by_bob = press;
    by_bob["as"] = "U0BOB".into();
    assert_eq!(
        stage.page("press", by_bob).await,
        (400, json!({"error": "This message is gone."}))
    );
}

async fn next_event(stream: &mut reqwest::Response) -> Value {
    let mut text = String::new();
    loop {
        text.push_str(&String::from_utf8_lossy(
            &stream.chunk().await.unwrap().unwrap(),
        ));
        if let Some(data) = text.split("\n\n").find_map(|part| {
            part.strip_prefix("data: ")
                .filter(|_| text.contains("\n\n"))
        }) {
            return serde_json::from_str(data).unwrap();
        }
    }
}

#[rstest]
#[case("say", json!({"as": "U0NOBODY", "channel": "C01RMPVUUK1", "text": "x"}), 404)]
#[case("say", json!({"as": "U0ANN", "channel": "D0BOB", "text": "x"}), 404)]
#[case("say", json!({"as": "U0ANN", "channel": "C01RMPVUUK1", "text": " "}), 400)]
#[case("say", json!({"as": "U0ANN", "channel": "C01RMPVUUK1", "text": "x".repeat(40_001)}), 400)]
#[case("say", json!({"as": "U0ANN", "channel": "C01RMPVUUK1", "text": "x".repeat(600_000)}), 413)]
#[case("say", json!({"as": "U0ANN", "channel": "C01RMPVUUK1", "text": "x", "thread_ts": "1.000000"}), 400)]
#[case("submit", json!({"as": "U0ANN", "view_id": "V1", "values": {}}), 400)]
#[case("close", json!({"as": "U0ANN", "view_id": "V1"}), 400)]
#[case("dance", json!({}), 404)]
#[tokio::test]
async fn what_the_page_is_refused(#[case] act: &str, #[case] asked: Value, #[case] status: u16) {
    let stage = Stage::new(empty).await;
    let (got, body) = stage.page(act, asked).await;
    assert_eq!((got, body["error"].is_string()), (status, true));
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let stage = Stage::new(empty).await;
    let form = stage
        .http
        .post(format!("http://{}/api/say", stage.play.address()))
        .header("content-type", "text/plain")
        .body(r#"{"as":"U0ANN"}"#);
    assert_eq!(form.send().await.unwrap().status(), 415);
}

#[tokio::test]
async fn streams_are_counted() {
    let stage = Stage::new(empty).await;
    let url = format!("http://{}/api/stream?as=U0ANN", stage.play.address());
    let mut open = Vec::new();
    for _ in 0..super::OPEN_STREAMS {
        open.push(stage.http.get(&url).send().await.unwrap());
    }
    assert_eq!(stage.http.get(&url).send().await.unwrap().status(), 503);
}

#[tokio::test]
async fn it_listens_on_loopback_only() {
    let mut setup = Setup::new(Arc::new(|| UNIX_EPOCH));
    setup.listen = "0.0.0.0:0".parse().unwrap();
    assert!(Playground::start(setup).await.is_err());
}

#[tokio::test]
#[should_panic(expected = "chat.update: unknown_method")]
async fn finish_tells_what_was_wrong() {
    let stage = Stage::new(empty).await;
    stage.call("chat.update", json!({})).await;
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
    assert_eq!(
        refuses_real_tokens(vars.iter().copied()).as_deref(),
        expected
    );
}

// Read by another's models: what slack-morphism cannot read, no bot on it could

#[tokio::test]
async fn slack_morphism_reads_what_is_sent_and_answered() {
    use slack_morphism::prelude::{
        SlackApiConversationsHistoryResponse, SlackApiViewsOpenResponse, SlackBlock,
        SlackEventCallbackBody, SlackInteractionEvent, SlackPushEvent,
    };
    let stage = Stage::new(|heard| match heard.path.as_str() {
        "/slack/commands" => json_answer(&json!({"text": "No.", "blocks": blocks()})),
        _ => empty(heard),
    })
    .await;
    let ann = stage.play.as_("ann");
    for (place, text) in [("#support", "@firstmate hello"), ("@firstmate", "hello")] {
        ann.in_(place).types(text).await;
        match serde_json::from_value(stage.last().json()).unwrap() {
            SlackPushEvent::EventCallback(event) => assert!(matches!(
                event.event,
                SlackEventCallbackBody::AppMention(_) | SlackEventCallbackBody::Message(_)
            )),
            other => panic!("{other:?}"),
        }
    }
    ann.in_("#support").types("/onboard").await;
    let trigger = stage.last().field("trigger_id");
    ann.in_("#support").presses("Show everyone").await;
    let press: SlackInteractionEvent = serde_json::from_value(stage.last().payload()).unwrap();
    assert!(matches!(press, SlackInteractionEvent::BlockActions(_)));
    let opened = stage
        .call("views.open", json!({"trigger_id": trigger, "view": view()}))
        .await;
    let opened: SlackApiViewsOpenResponse = serde_json::from_value(opened).unwrap();
    assert!(!opened.view.state_params.id.0.is_empty());
    ann.submits(&[("Where", "Infra"), ("Tags", "Later")]).await;
    let submission: SlackInteractionEvent = serde_json::from_value(stage.last().payload()).unwrap();
    assert!(matches!(
        submission,
        SlackInteractionEvent::ViewSubmission(_)
    ));
    stage
        .call(
            "chat.postMessage",
            json!({"channel": "C01RMPVUUK1", "text": "x", "blocks": blocks()}),
        )
        .await;
    let history = stage
        .call("conversations.history", json!({"channel": "C01RMPVUUK1"}))
        .await;
    let history: SlackApiConversationsHistoryResponse = serde_json::from_value(history).unwrap();
    let blocks = history.messages[0].content.blocks.clone().unwrap();
    assert!(
        !blocks
            .iter()
            .any(|block| matches!(block, SlackBlock::Unknown(_)))
    );
    stage.play.finish();
}
