//! The forge's page: what it shows, and what a visitor does on it.

use rstest::rstest;
use serde_json::{Value, json};

use super::{SUPPORT, Stage, read};

async fn look(stage: &Stage, path: &str) -> (u16, Value) {
    read(stage.http.get(format!("http://{}{path}", stage.play.address())).send().await.unwrap()).await
}

async fn act(stage: &Stage, number: u64, asked: Value) -> (u16, Value) {
    let url = format!("http://{}/api/forge/{SUPPORT}/issues/{number}", stage.play.address());
    read(stage.http.post(url).json(&asked).send().await.unwrap()).await
}

#[rstest]
#[case("/forge")]
#[case("/forge/operate-first/support")]
#[case("/forge/operate-first/support/issues/1")]
#[case("/forge/operate-first/support/issues/new?template=question.yaml")]
#[case("/assets/forge.css")]
#[case("/assets/forge.js")]
#[tokio::test]
async fn the_page_loads_nothing_from_elsewhere_and_answers_only_itself(#[case] path: &str) {
    let stage = Stage::new().await;
    let url = format!("http://{}{path}", stage.play.address());
    let page = stage.http.get(&url).send().await.unwrap();
    assert!(page.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    assert_eq!(stage.http.get(&url).header("host", "evil.example").send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn it_lists_what_is_there() {
    let stage = Stage::new().await;
    let (_, list) = look(&stage, "/api/forge").await;
    let names: Vec<&str> =
        list["repositories"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [SUPPORT, "operate-first/community", "operate-first/.github", "operate-first/attic", "operate-first/mirror",]
    );
    assert_eq!(super::numbers(&list["repositories"][0]["issues"]), [3, 2, 1]);
}

#[tokio::test]
async fn it_shows_what_would_reach_somebody() {
    let stage = Stage::new().await;
    stage.play.forge().open(SUPPORT, "dora-data", "Loud", "Hello @ann, see #1\n\n<script>x</script>").await;
    let (_, issue) = look(&stage, &format!("/api/forge/{SUPPORT}/issues/4")).await;
    assert_eq!(issue["body"]["active"], json!(["@ann", "#1"]));
    assert!(!issue["body"]["html"].as_str().unwrap().contains("<script"));
    assert_eq!(look(&stage, &format!("/api/forge/{SUPPORT}/issues/99")).await.0, 404);
}

#[tokio::test]
async fn a_visitor_acts_as_the_maintainer() {
    let stage = Stage::new().await;
    for asked in [
        json!({"act": "comment", "text": "Looking into it"}),
        json!({"act": "assign", "login": "carla-ops"}),
        json!({"act": "close", "reason": "not_planned"}),
        json!({"act": "reopen"}),
    ] {
        assert_eq!(act(&stage, 2, asked).await, (200, json!({"told": 202})));
    }
    let told: Vec<String> = stage.heard().iter().map(super::Heard::what).collect();
    assert_eq!(told, ["issue_comment.created", "issues.assigned", "issues.closed", "issues.reopened"]);
    assert_eq!(act(&stage, 2, json!({"act": "assign", "login": "carla-ops"})).await, (200, json!({"told": null})));
}

#[rstest]
#[case(2, json!({"act": "comment", "text": " "}), 400)]
#[case(2, json!({"act": "comment", "text": "x".repeat(65_537)}), 400)]
#[case(2, json!({"act": "assign", "login": "somebody"}), 400)]
#[case(2, json!({"act": "close", "reason": "bored"}), 400)]
#[case(2, json!({"act": "reopen"}), 400)]
#[case(2, json!({"act": "dance"}), 404)]
#[case(99, json!({"act": "close", "reason": "completed"}), 404)]
#[tokio::test]
async fn what_a_visitor_is_refused(#[case] number: u64, #[case] asked: Value, #[case] status: u16) {
    let stage = Stage::new().await;
    let (got, body) = act(&stage, number, asked).await;
    assert_eq!((got, body["error"].is_string()), (status, true));
    assert!(stage.heard().is_empty());
}
