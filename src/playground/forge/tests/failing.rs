//! How GitHub fails when a test wants it to, before and after the thing is done.

use std::time::Duration;

use reqwest::Method;
use rstest::rstest;
use serde_json::json;

use super::super::super::Failure;
use super::{START, SUPPORT, Stage};

const OPEN: &str = "POST /repos/{o}/{r}/issues";

#[rstest]
#[case(Failure::Status(503), 503, "Service unavailable")]
#[case(Failure::Status(404), 404, "Not Found")]
#[case(Failure::ServerError, 500, "Server Error")]
#[case(Failure::Secondary { retry_after: 7 }, 403, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")]
#[case(Failure::RateLimited { retry_after: 7 }, 429, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")]
#[case(Failure::Primary, 403, "API rate limit exceeded for user ID 1.")]
#[tokio::test]
async fn a_call_fails_before_it_is_looked_at(#[case] failure: Failure, #[case] status: u16, #[case] message: &str) {
    let stage = Stage::new().await;
    stage.play.fail_next(OPEN, failure, 1);
    let path = format!("/repos/{SUPPORT}/issues");
    let answer = stage.send(Method::POST, &path, json!({"title": "x"})).await;
    let (headers, got) = (answer.headers().clone(), answer.status().as_u16());
    let body: serde_json::Value = answer.json().await.unwrap();
    assert_eq!((got, &body["message"]), (status, &json!(message)));
    let retry = matches!(failure, Failure::Secondary { .. } | Failure::RateLimited { .. }).then_some("7");
    assert_eq!(headers.get("retry-after").map(|value| value.to_str().unwrap()), retry);
    assert_eq!(headers["x-ratelimit-remaining"] == "0", failure == Failure::Primary);
    assert_eq!(headers["x-ratelimit-reset"], (START + 3_600).to_string());
    assert_eq!(stage.play.forge().numbers(SUPPORT).len(), 3);
    assert_eq!(stage.post(&path, json!({"title": "x"})).await.0, 201);
    stage.play.finish();
}

#[rstest]
#[case(Failure::DoneThenClosed, None)]
#[case(Failure::DoneThenBadGateway, Some(502))]
#[tokio::test]
async fn a_call_is_carried_out_and_the_answer_lost(#[case] failure: Failure, #[case] status: Option<u16>) {
    let stage = Stage::new().await;
    stage.play.fail_next(OPEN, failure, 1);
    let request = stage.request(Method::POST, &format!("/repos/{SUPPORT}/issues"));
    let answer = request.bearer_auth("playground-github-token").json(&json!({"title": "Lost"})).send().await;
    let got = match answer {
        // The head may come before the connection breaks.
        Ok(answer) if failure == Failure::DoneThenClosed => answer.bytes().await.map(|_| 200).ok(),
        Ok(answer) => Some(answer.status().as_u16()),
        Err(_) => None,
    };
    assert_eq!(got, status);
    assert_eq!(stage.play.forge().numbers(SUPPORT), [1, 2, 3, 4]);
    stage.play.forge().settle().await;
    assert_eq!(stage.heard()[0].what(), "issues.opened");
    stage.play.finish();
}

#[tokio::test]
async fn a_call_is_carried_out_after_the_caller_hung_up() {
    let stage = Stage::new().await;
    stage.play.fail_next(OPEN, Failure::DoneUnheard { after: Duration::from_millis(200) }, 1);
    let request = stage.request(Method::POST, &format!("/repos/{SUPPORT}/issues"));
    let request = request.bearer_auth("playground-github-token").json(&json!({"title": "Late"}));
    assert!(request.timeout(Duration::from_millis(100)).send().await.unwrap_err().is_timeout());
    while stage.play.forge().numbers(SUPPORT).len() < 4 {
        tokio::task::yield_now().await;
    }
    stage.play.finish();
}

#[tokio::test]
async fn a_call_can_be_slow_and_is_written_down() {
    let stage = Stage::new().await;
    stage.play.slow_next("GET /user", Duration::from_secs(3_600));
    let slow = stage.request(Method::GET, "/user").bearer_auth("playground-github-token");
    assert!(slow.timeout(Duration::from_millis(50)).send().await.unwrap_err().is_timeout());
    stage.get(&format!("/repos/{SUPPORT}/issues?state=all")).await;
    assert_eq!(
        stage.play.calls(),
        [
            ("GET /user".to_owned(), json!({"path": "/user", "query": {}, "body": {}})),
            (
                "GET /repos/{o}/{r}/issues".to_owned(),
                json!({"path": "/repos/operate-first/support/issues", "query": {"state": "all"}, "body": {}})
            ),
        ]
    );
}
