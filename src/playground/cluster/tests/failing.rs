//! How a server fails when a test wants it to.

use std::time::Duration;

use futures::StreamExt as _;
use reqwest::Method;
use rstest::rstest;
use serde_json::Value;

use super::super::super::{Failure, SampleCluster};
use super::{Stage, TABLE, read};

#[rstest]
#[case(400, "BadRequest")]
#[case(401, "Unauthorized")]
#[case(403, "Forbidden")]
#[case(404, "NotFound")]
#[case(405, "MethodNotAllowed")]
#[case(406, "NotAcceptable")]
#[case(410, "Expired")]
#[case(500, "InternalError")]
#[case(503, "ServiceUnavailable")]
#[case(504, "Timeout")]
#[tokio::test]
async fn a_status_comes_with_its_body(#[case] status: u16, #[case] reason: &str) {
    let stage = Stage::new().await;
    stage.play.fail_next("cluster smaug", Failure::Status(status), 1);
    let (got, body) = stage.get("/version").await;
    let facts = [&body["kind"], &body["reason"], &body["code"]].map(ToString::to_string);
    assert_eq!((got, facts), (status, ["\"Status\"".to_owned(), format!("\"{reason}\""), status.to_string()]));
    assert_eq!(stage.get("/version").await.0, 200);
    stage.play.finish();
}

#[tokio::test]
async fn too_many_requests_are_refused_in_plain_text() {
    let stage = Stage::new().await;
    stage.play.fail_next("GET /api-kubernetes/smaug/api/v1/pods", Failure::RateLimited { retry_after: 7 }, 1);
    assert_eq!(stage.get("/version").await.0, 200, "that was another call");
    let response = stage.ask("/api/v1/pods", TABLE).await;
    assert_eq!((response.status().as_u16(), response.headers()["retry-after"].to_str().unwrap()), (429, "7"));
    assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
    let text = include_str!("../../../../tests/data/cluster/error.429.txt");
    assert_eq!(response.text().await.unwrap(), text);
    stage.play.finish();
}

#[tokio::test]
async fn an_answer_stops_half_way() {
    let stage = Stage::new().await;
    let whole = stage.ask("/api/v1/nodes", TABLE).await.bytes().await.unwrap();
    stage.play.fail_next("cluster smaug", Failure::Closed, 1);
    let response = stage.ask("/api/v1/nodes", TABLE).await;
    assert_eq!(response.content_length(), Some(whole.len() as u64));
    let mut stream = response.bytes_stream();
    let mut got = Vec::new();
    let broken = loop {
        match stream.next().await {
            Some(Ok(bytes)) => got.extend(bytes),
            Some(Err(error)) => break error,
            None => panic!("the answer was whole"),
        }
    };
    assert!(!broken.is_timeout());
    assert_eq!(got, whole[..whole.len() / 2]);
    stage.play.finish();
}

#[rstest]
#[case(Some(Failure::NoAnswer), "smaug")]
#[case(None, "hanging")]
#[tokio::test]
async fn nothing_is_answered(#[case] failure: Option<Failure>, #[case] name: &str) {
    let stage = Stage::with(vec![SampleCluster::default(), SampleCluster::hanging("hanging")]).await;
    failure.into_iter().for_each(|failure| stage.play.fail_next("cluster smaug", failure, 1));
    let request = stage.request(Method::GET, name, "/version").timeout(Duration::from_millis(100));
    assert!(request.bearer_auth("playground-cluster-token").send().await.unwrap_err().is_timeout());
    stage.play.finish();
}

#[tokio::test]
async fn what_is_no_json_and_what_is_far_too_much() {
    let stage = Stage::new().await;
    stage.play.fail_next("cluster smaug", Failure::Malformed, 1);
    assert!(matches!(stage.get("/version").await, (200, Value::String(_))));
    stage.play.fail_next("cluster smaug", Failure::Huge, 1);
    let mut stream = stage.ask("/api/v1/pods", TABLE).await.bytes_stream();
    let (mut total, mut last) = (0, Vec::new());
    while let Some(bytes) = stream.next().await {
        let bytes = bytes.unwrap();
        total += bytes.len();
        last = bytes.to_vec();
    }
    assert!((199_000_000..201_000_000).contains(&total), "{total}");
    assert!(last.ends_with(b"}]}"));
    stage.play.finish();
}

#[tokio::test]
async fn a_cluster_can_be_slow() {
    let stage = Stage::new().await;
    stage.play.slow_next("cluster smaug", Duration::from_secs(3_600));
    let slow = stage.request(Method::GET, "smaug", "/version").timeout(Duration::from_millis(50)).send();
    assert!(slow.await.unwrap_err().is_timeout());
    assert_eq!(read(stage.ask("/version", TABLE).await).await.0, 406, "a version is no table");
    stage.play.finish();
}
