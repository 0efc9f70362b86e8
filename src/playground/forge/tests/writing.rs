//! What the bot writes: issues and comments, what is dropped in silence, and what is refused.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::{SUPPORT, Stage};

#[tokio::test]
async fn an_issue_is_opened_and_what_is_unknown_is_dropped_in_silence() {
    let stage = Stage::new().await;
    let asked = json!({
        "title": "No space left", "body": "> It is full", "labels": ["Kind/Question", "unheard-of", "from-slack"],
        "assignees": ["carla-ops", "somebody"],
    });
    let (status, issue) = stage.post(&format!("/repos/{SUPPORT}/issues"), asked).await;
    assert_eq!((status, &issue["number"], &issue["state"]), (201, &json!(4), &json!("open")));
    let page = format!("http://{}/forge/{SUPPORT}/issues/4", stage.play.address());
    assert_eq!(issue["html_url"], page);
    assert_eq!(issue["created_at"], "2026-11-20T09:00:00Z");
    let path = format!("/repos/{SUPPORT}/issues/4/comments");
    let (status, comment) = stage.post(&path, json!({"body": "The thread"})).await;
    assert_eq!(status, 201);
    assert_eq!(comment["html_url"], format!("{page}#issuecomment-{}", comment["id"]));
    stage.patch(&format!("/repos/{SUPPORT}/issues/4"), json!({"state": "closed", "state_reason": "not_planned"})).await;
    insta::assert_snapshot!(stage.play.forge().issue(SUPPORT, 4).unwrap(), @"
    #4 No space left [closed: not_planned] by firstmate-bot
    labels: kind/question, from-slack
    assignees: carla-ops
      > It is full
    firstmate-bot:
      The thread
    ");
    stage.play.finish();
}

#[tokio::test]
async fn without_push_access_labels_and_other_peoples_issues_are_out_of_reach() {
    let stage = Stage::new().await;
    let mut setup = super::Setup::new(std::sync::Arc::new(|| std::time::UNIX_EPOCH));
    setup.repositories.iter_mut().for_each(|repo| repo.push = false);
    let stage = Stage { play: super::Playground::start(setup).await.unwrap(), ..stage };
    let (_, issue) =
        stage.post(&format!("/repos/{SUPPORT}/issues"), json!({"title": "x", "labels": ["from-slack"]})).await;
    assert_eq!(issue["labels"], json!([]));
    let close = json!({"state": "closed"});
    assert_eq!(stage.patch(&format!("/repos/{SUPPORT}/issues/4"), close.clone()).await.0, 200);
    assert_eq!(stage.patch(&format!("/repos/{SUPPORT}/issues/2"), close).await.0, 403);
}

#[tokio::test]
async fn an_issue_is_closed_and_opened_again() {
    let stage = Stage::new().await;
    let path = format!("/repos/{SUPPORT}/issues/2");
    for (asked, state, reason) in [
        (json!({"state": "closed"}), "closed", json!("completed")),
        (json!({"state": "open", "state_reason": "reopened"}), "open", json!("reopened")),
        (json!({"state": "closed", "state_reason": "not_planned"}), "closed", json!("not_planned")),
        (json!({"title": "Another", "body": "text"}), "closed", json!("not_planned")),
    ] {
        let (status, issue) = stage.patch(&path, asked).await;
        assert_eq!((status, &issue["state"], &issue["state_reason"]), (200, &json!(state), &reason));
    }
    assert_eq!(stage.get(&path).await.1["title"], "Another");
    stage.play.finish();
}

#[tokio::test]
async fn a_comment_is_listed_changed_and_deleted() {
    let stage = Stage::new().await;
    let path = format!("/repos/{SUPPORT}/issues/2/comments");
    let mut ids = Vec::new();
    for body in ["one", "two", "three"] {
        ids.push(stage.post(&path, json!({"body": body})).await.1["id"].clone());
        stage.pass(60);
    }
    let bodies = async |query: &str| -> Vec<String> {
        let list = stage.get(&format!("{path}{query}")).await.1;
        list.as_array().unwrap().iter().map(|one| one["body"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(bodies("?per_page=2&page=2").await, ["three"]);
    assert_eq!(bodies("?since=2026-11-20T09:01:00Z").await, ["two", "three"]);
    let one = format!("/repos/{SUPPORT}/issues/comments/{}", ids[0]);
    assert_eq!(stage.patch(&one, json!({"body": "changed"})).await.1["body"], "changed");
    let two = format!("/repos/{SUPPORT}/issues/comments/{}", ids[1]);
    assert_eq!(stage.send(Method::DELETE, &two, Value::Null).await.status(), 204);
    assert_eq!(stage.get(&two).await.0, 404);
    assert_eq!(bodies("").await, ["changed", "three"]);
    assert_eq!(stage.get(&format!("/repos/{SUPPORT}/issues/2")).await.1["comments"], 2);
    stage.play.finish();
}

#[rstest]
#[case("operate-first/attic", json!({"title": "x"}), 403, "Repository was archived so is read-only.", false)]
#[case("operate-first/mirror", json!({"title": "x"}), 410, "Issues are disabled for this repo", false)]
#[case("operate-first/nowhere", json!({"title": "x"}), 404, "Not Found", false)]
#[case(SUPPORT, json!({"body": "x"}), 422, "Validation Failed", true)]
#[case(SUPPORT, json!({"title": "  "}), 422, "Validation Failed", true)]
#[case(SUPPORT, json!({"title": "x".repeat(257)}), 422, "Validation Failed", true)]
#[case(SUPPORT, json!({"title": "x", "body": "é".repeat(65_537)}), 422, "Validation Failed", true)]
#[case(SUPPORT, json!({"title": "x".repeat(256), "body": "é".repeat(65_536)}), 201, "", false)]
#[case(SUPPORT, json!({"title": "x", "labels": "kind/bug"}), 422, "Invalid request.\n\nFor 'properties/labels', \"kind/bug\" is not an array.", true)]
#[case(SUPPORT, json!(["title"]), 400, "Body should be a JSON object", true)]
#[tokio::test]
async fn what_an_issue_is_refused_with(
    #[case] repo: &str,
    #[case] asked: Value,
    #[case] status: u16,
    #[case] message: &str,
    #[case] fault: bool,
) {
    let stage = Stage::new().await;
    let (got, body) = stage.post(&format!("/repos/{repo}/issues"), asked).await;
    assert_eq!((got, body["message"].as_str().unwrap_or_default()), (status, message));
    assert_eq!(message == "Validation Failed", body["errors"][0]["code"].is_string());
    assert_eq!(!stage.play.faults().is_empty(), fault, "{:?}", stage.play.faults());
}

#[tokio::test]
async fn what_a_comment_is_refused_with() {
    let stage = Stage::new().await;
    let path = format!("/repos/{SUPPORT}/issues/2/comments");
    assert_eq!(stage.post(&path, json!({"body": " "})).await.0, 422);
    assert_eq!(stage.post(&path, json!({"body": "x".repeat(65_537)})).await.0, 422);
    assert_eq!(stage.play.faults().len(), 2);
    stage.play.forge().lock(SUPPORT, 2).await;
    let (status, body) = stage.post(&path, json!({"body": "x"})).await;
    assert_eq!((status, &body["message"]), (403, &json!("Unable to create comment because issue is locked.")));
    stage.play.forge().archive(SUPPORT);
    assert_eq!(stage.post(&path, json!({"body": "x"})).await.1["message"], "Repository was archived so is read-only.");
    stage.play.forge().switch_issues(SUPPORT, false);
    assert_eq!(stage.post(&path, json!({"body": "x"})).await.0, 410);
    stage.play.forge().delete_repository(SUPPORT);
    assert_eq!(stage.post(&path, json!({"body": "x"})).await.0, 404);
    assert_eq!(stage.play.faults().len(), 2);
}
