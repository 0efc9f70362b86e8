//! The page: who gets in, what it reads and does, and how it is refused.

use rstest::rstest;
use serde_json::{Value, json};

use axum::response::IntoResponse;

use super::{Stage, blocks, empty, json_answer, view};

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
    assert_eq!(
        world["shortcuts"],
        json!([{"callback_id": "agenda", "name": "Add to the agenda"}])
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
    let posted = stage
        .call(
            "chat.postMessage",
            json!({"channel": "C01RMPVUUK1", "text": "Where?", "blocks": blocks}),
        )
        .await;
    stage.play.as_("ann").in_("#support").picks("Infra").await;
    assert_eq!(
        stage.last().payload()["actions"][0]["selected_option"]["value"],
        "Infra"
    );
    let press = |more: Value| {
        let mut asked = json!({"as": "U0ANN", "channel": "C01RMPVUUK1", "ts": posted["ts"], "block_id": "b", "action_id": "pick"});
        asked
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        stage.page("press", asked)
    };
    assert_eq!(
        press(json!({"selected_option": option("Smaug")})).await.0,
        200
    );
    for wrong in [
        json!({}),
        json!({"selected_option": option("Elsewhere")}),
        json!({"selected_option": null}),
    ] {
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
    stage
        .play
        .as_("ann")
        .in_("#support")
        .types("/onboard")
        .await;
    let trigger = stage.last().field("trigger_id");
    let opened = stage
        .call("views.open", json!({"trigger_id": trigger, "view": view()}))
        .await;
    let asked =
        |values: Value| json!({"as": "U0ANN", "view_id": opened["view"]["id"], "values": values});
    let (status, body) = stage.page("submit", asked(json!({}))).await;
    assert_eq!(
        (status, body),
        (
            200,
            json!({"errors": {"where": "Please complete this required field."}})
        )
    );
    let infra = json!({"text": {"type": "plain_text", "text": "Infra"}, "value": "infra"});
    let chosen = json!({"where": {"pick": {"type": "static_select", "selected_option": infra}}});
    let (status, body) = stage.page("submit", asked(chosen)).await;
    let why = "Sending this didn't work: the app answered with status 502 (dispatch_failed)";
    assert_eq!((status, body), (502, json!({"error": why})));
    assert!(stage.play.as_("ann").view().is_some());
}
