//! The page: who gets in, what it reads and does, and how it is refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::response::IntoResponse;
use futures::FutureExt;
use rstest::rstest;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::super::{Setup, Step, Steps};
use super::{START, Stage, blocks, empty, json_answer, view};

#[rstest]
#[case("evil.example", None, 403)]
#[case("127.0.0.1:1", None, 403)]
#[case("OWN", Some("http://evil.example"), 403)]
#[case("OWN", Some("null"), 403)]
#[case("OWN", Some("http://OWN"), 200)]
#[case("OWN", None, 200)]
#[tokio::test]
async fn only_its_own_page_gets_in(#[case] host: &str, #[case] origin: Option<&str>, #[case] status: u16) {
    let stage = Stage::new(empty).await;
    let own = stage.play.address().to_string();
    for path in ["/", "/api/world", "/api/messages?as=U0ANN&channel=C01RMPVUUK1"] {
        let mut request = stage.http.get(format!("http://{own}{path}")).header("host", host.replace("OWN", &own));
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
        let response = stage.http.get(format!("http://{}{path}", stage.play.address())).send().await.unwrap();
        assert!(response.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
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
    assert_eq!((&world["team"]["name"], &world["commands"][0]["name"]), (&json!("Operate First"), &json!("/onboard")));
    let marks = |channel: &Value| ["kind", "private", "archived"].map(|mark| channel[mark].clone());
    let find = |id: &str| world["channels"].as_array().unwrap().iter().find(|channel| channel["id"] == id).map(marks);
    assert_eq!(
        ["C01RMPVUUK1", "C0OPSPRIV1", "C0OLDNEWS01", "D0ANN"].map(find),
        [
            Some(["channel".into(), false.into(), false.into()]),
            Some(["channel".into(), true.into(), false.into()]),
            Some(["channel".into(), false.into(), true.into()]),
            Some(["dm".into(), false.into(), false.into()]),
        ]
    );
    assert_eq!(world["shortcuts"], json!([{"callback_id": "agenda", "name": "Add to the agenda"}]));
    let mut stream =
        stage.http.get(format!("http://{}/api/stream?as=U0ANN", stage.play.address())).send().await.unwrap();
    assert_eq!(next_event(&mut stream).await, json!({"type": "view", "view": null}));
    assert_eq!(
        stage.page("say", json!({"as": "U0ANN", "channel": "C01RMPVUUK1", "text": "/onboard sla"})).await,
        (200, json!({}))
    );
    let event = next_event(&mut stream).await;
    assert_eq!((&event["type"], &event["channel"]), (&json!("message"), &json!("C01RMPVUUK1")));
    let read = stage
        .http
        .get(format!("http://{}/api/messages?as=U0ANN&channel=C01RMPVUUK1", stage.play.address()))
        .send()
        .await
        .unwrap();
    let read: Value = read.json().await.unwrap();
    let message = &read["messages"][0];
    assert_eq!(
        (&message["ts"], &message["ephemeral"], &message["user"]["name"]),
        (&event["ts"], &json!(true), &json!("firstmate"))
    );
    let press =
        json!({"as": "U0ANN", "channel": "C01RMPVUUK1", "ts": message["ts"], "block_id": "acts", "action_id": "all"});
    assert_eq!(stage.page("press", press.clone()).await.0, 200);
    let mut by_bob = press;
    by_bob["as"] = "U0BOB".into();
    assert_eq!(stage.page("press", by_bob).await, (400, json!({"error": "This message is gone."})));
}

pub(super) async fn next_event(stream: &mut reqwest::Response) -> Value {
    let mut text = String::new();
    loop {
        text.push_str(&String::from_utf8_lossy(&stream.chunk().await.unwrap().unwrap()));
        if let Some(data) =
            text.split("\n\n").find_map(|part| part.strip_prefix("data: ").filter(|_| text.contains("\n\n")))
        {
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
#[case("shortcut", json!({"as": "U0ANN", "channel": "C01RMPVUUK1", "ts": "1.000000", "callback_id": "agenda"}), 400)]
#[case("shortcut", json!({"as": "U0ANN", "channel": "D0BOB", "ts": "1.000000", "callback_id": "agenda"}), 404)]
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
    for _ in 0..super::super::OPEN_STREAMS {
        open.push(stage.http.get(&url).send().await.unwrap());
    }
    assert_eq!(stage.http.get(&url).send().await.unwrap().status(), 503);
}

#[tokio::test]
async fn a_menu_gives_what_it_offers_and_nothing_else() {
    let stage = Stage::new(empty).await;
    let option = |name: &str| json!({"text": {"type": "plain_text", "text": name}, "value": name});
    let menu = json!({"type": "static_select", "action_id": "pick", "options": [option("Smaug"), option("Infra")]});
    let blocks = json!([{"type": "actions", "block_id": "b", "elements": [menu]}]);
    let posted =
        stage.call("chat.postMessage", json!({"channel": "C01RMPVUUK1", "text": "Where?", "blocks": blocks})).await;
    stage.play.as_("ann").in_("#support").picks("Infra").await;
    assert_eq!(stage.last().payload()["actions"][0]["selected_option"]["value"], "Infra");
    let press = |more: Value| {
        let mut asked =
            json!({"as": "U0ANN", "channel": "C01RMPVUUK1", "ts": posted["ts"], "block_id": "b", "action_id": "pick"});
        asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        stage.page("press", asked)
    };
    assert_eq!(press(json!({"selected_option": option("Smaug")})).await.0, 200);
    for wrong in [json!({}), json!({"selected_option": option("Elsewhere")}), json!({"selected_option": null})] {
        assert_eq!(press(wrong).await.0, 400);
    }
}

#[tokio::test]
async fn the_page_hears_why_a_submission_was_not_taken() {
    let stage = Stage::new(|heard| match heard.path.as_str() {
        "/slack/interactions" => axum::http::StatusCode::BAD_GATEWAY.into_response(),
        _ => empty(heard),
    })
    .await;
    stage.play.as_("ann").in_("#support").types("/onboard").await;
    let trigger = stage.last().field("trigger_id");
    let opened = stage.call("views.open", json!({"trigger_id": trigger, "view": view()})).await;
    let asked = |values: Value| json!({"as": "U0ANN", "view_id": opened["view"]["id"], "values": values});
    let (status, body) = stage.page("submit", asked(json!({}))).await;
    assert_eq!((status, body), (200, json!({"errors": {"where": "Please complete this required field."}})));
    let infra = json!({"text": {"type": "plain_text", "text": "Infra"}, "value": "infra"});
    let chosen = json!({"where": {"pick": {"type": "static_select", "selected_option": infra}}});
    let (status, body) = stage.page("submit", asked(chosen)).await;
    let why = "Sending this didn't work: the app answered with status 502 (dispatch_failed)";
    assert_eq!((status, body), (502, json!({"error": why})));
    assert!(stage.play.as_("ann").view().is_some());
}

// The clock

/// A clock that steps through these times, each after START by so many seconds.
fn clocked(setup: &mut Setup, due: &'static [(u64, &'static str)]) {
    let seconds = Arc::new(AtomicU64::new(START));
    let at = |seconds: u64| UNIX_EPOCH + Duration::from_secs(seconds);
    let clock = Arc::clone(&seconds);
    setup.now = Arc::new(move || at(clock.load(Ordering::SeqCst)));
    let clock = Arc::clone(&seconds);
    let next = move || {
        let now = clock.load(Ordering::SeqCst);
        let next = due.iter().find(|(after, _)| START + after > now);
        let next = next.map(|(after, label)| Step { at: at(START + after), label: (*label).to_owned() });
        async move { next }.boxed()
    };
    let to = move |to: SystemTime| {
        let to = to.duration_since(UNIX_EPOCH).unwrap().as_secs();
        let clock = Arc::clone(&seconds);
        async move {
            tokio::task::yield_now().await;
            assert!(to != START + 13, "the bot is gone");
            clock.store(to, Ordering::SeqCst);
        }
        .boxed()
    };
    setup.steps = Some(Steps { next: Arc::new(next), to: Arc::new(to) });
}

async fn read(stage: &Stage, what: &str) -> Value {
    let url = format!("http://{}/api/{what}", stage.play.address());
    let answer = stage.http.get(url).send().await.unwrap();
    answer.json().await.unwrap()
}

#[tokio::test]
async fn the_clock_steps_to_what_falls_due_and_tells_every_page() {
    let due: &[_] = &[(600, "10 minutes before the meeting"), (3_600, "The meeting")];
    let stage = Stage::with(empty, |setup| clocked(setup, due)).await;
    assert_eq!(read(&stage, "world").await["clock"], true);
    let at = |after: u64| (START + after) * 1_000;
    assert_eq!(
        read(&stage, "clock").await,
        json!({"now": at(0), "next": {"at": at(600), "label": "10 minutes before the meeting"}})
    );
    let url = format!("http://{}/api/stream?as=U0BOB", stage.play.address());
    let mut stream = stage.http.get(url).send().await.unwrap();
    assert_eq!(next_event(&mut stream).await["type"], "view");
    let next = json!({"to": "next"});
    assert_eq!(
        stage.page("clock", next.clone()).await,
        (200, json!({"now": at(600), "next": {"at": at(3_600), "label": "The meeting"}}))
    );
    assert_eq!(next_event(&mut stream).await, json!({"type": "clock"}));
    stage.play.as_("ann").in_("#support").types("hello").await;
    let said = stage.play.as_("ann").in_("#support").messages();
    assert_eq!(said[0]["ts"], format!("{}.000000", START + 600));
    assert_eq!(stage.page("clock", next.clone()).await, (200, json!({"now": at(3_600), "next": null})));
    assert_eq!(stage.page("clock", next).await, (400, json!({"error": "There is nothing to step to."})));
    assert_eq!(stage.page("clock", json!({"to": 1})).await.0, 400);
}

#[tokio::test]
async fn a_step_that_breaks_says_so_and_the_next_one_is_free() {
    let stage = Stage::with(empty, |setup| clocked(setup, &[(13, "Bad luck")])).await;
    for _ in 0..2 {
        let (status, body) = stage.page("clock", json!({"to": "next"})).await;
        assert_eq!((status, body["error"].is_string()), (500, true));
    }
}

#[tokio::test]
async fn one_step_is_made_at_a_time() {
    let (begun, ended) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begins, ends) = (Arc::clone(&begun), Arc::clone(&ended));
    let stage = Stage::with(empty, |setup| {
        clocked(setup, &[(60, "A minute")]);
        let steps = setup.steps.as_mut().unwrap();
        steps.to = Arc::new(move |_| {
            let (begins, ends) = (Arc::clone(&begins), Arc::clone(&ends));
            async move {
                begins.notify_one();
                ends.notified().await;
            }
            .boxed()
        });
    })
    .await;
    let next = || stage.page("clock", json!({"to": "next"}));
    let (first, second) = tokio::join!(next(), async {
        begun.notified().await;
        let second = next().await;
        ended.notify_one();
        second
    });
    assert_eq!((first.0, second.0), (200, 409));
}

#[tokio::test]
async fn without_steps_there_is_a_time_and_nothing_to_step_to() {
    let stage = Stage::new(empty).await;
    assert_eq!(read(&stage, "world").await["clock"], false);
    assert_eq!(read(&stage, "clock").await, json!({"now": START * 1_000, "next": null}));
    assert_eq!(stage.page("clock", json!({"to": "next"})).await.0, 400);
}
