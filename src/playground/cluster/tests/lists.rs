//! Lists in pages: every row once, in order, and what happens when a list has changed in between.

use rstest::rstest;
use serde_json::Value;

use super::{Stage, names, read};

/// Pages of a list until it ends, following its tokens.
async fn pages(stage: &Stage, path: &str) -> Vec<Value> {
    let mut pages: Vec<Value> = Vec::new();
    loop {
        let token = pages.last().and_then(|page| page["metadata"]["continue"].as_str());
        if !pages.is_empty() && token.is_none() {
            return pages;
        }
        let token = token.map(|token| format!("&continue={token}")).unwrap_or_default();
        let page = stage.table(&format!("{path}{token}")).await;
        pages.push(page);
    }
}

#[rstest]
#[case("/api/v1/pods", 20, 5)]
#[case("/api/v1/pods", 1, 88)]
#[case("/api/v1/pods", 88, 1)]
#[case("/api/v1/namespaces/opf-kafka/pods", 3, 3)]
#[case("/api/v1/events", 7, 5)]
#[case("/apis/config.openshift.io/v1/clusteroperators", 10, 3)]
#[tokio::test]
async fn pages_give_every_row_once(#[case] path: &str, #[case] limit: usize, #[case] expected: usize) {
    let stage = Stage::new().await;
    let all = stage.table(path).await;
    let pages = pages(&stage, &format!("{path}?limit={limit}")).await;
    let total = all["rows"].as_array().unwrap().len();
    let mut got = Vec::new();
    for (number, page) in pages.iter().enumerate() {
        got.extend(page["rows"].as_array().unwrap().clone());
        let left = (number + 1 < pages.len()).then(|| (total - got.len()) as u64);
        assert_eq!(page["metadata"]["remainingItemCount"].as_u64(), left);
        assert!(!page["columnDefinitions"].as_array().unwrap().is_empty());
    }
    assert_eq!((Value::from(got), pages.len()), (all["rows"].clone(), expected));
    stage.play.finish();
}

#[tokio::test]
async fn nobody_counts_what_a_selector_leaves() {
    let stage = Stage::new().await;
    let path = "/api/v1/namespaces/opf-jupyterhub/pods?limit=3&labelSelector=component%3Dsingleuser-server";
    let pages = pages(&stage, path).await;
    assert_eq!(pages.iter().map(|page| names(page).len()).collect::<Vec<_>>(), [3, 3, 1]);
    assert_eq!(pages[0]["metadata"].get("remainingItemCount"), None);
    stage.play.finish();
}

#[tokio::test]
async fn an_expired_list_goes_on_with_the_fresh_token() {
    let stage = Stage::new().await;
    let first = stage.table("/api/v1/pods?limit=80").await;
    stage.play.expire_continues("smaug");
    let path = |token: &Value| format!("/api/v1/pods?limit=80&continue={}", token.as_str().unwrap());
    let (status, refusal) = read(stage.ask(&path(&first["metadata"]["continue"]), super::TABLE).await).await;
    assert_eq!(status, 410);
    let mut expected: Value =
        serde_json::from_str(include_str!("../../../../tests/data/cluster/error.410.expired-continue.json")).unwrap();
    expected["metadata"] = refusal["metadata"].clone();
    assert_eq!(refusal, expected);
    let rest = stage.table(&path(&refusal["metadata"]["continue"])).await;
    assert_eq!(names(&first).len() + names(&rest).len(), 88);
    assert!(!names(&first).contains(&names(&rest)[0]));
    let second = stage.table("/api/v1/pods?limit=80").await;
    stage.table(&path(&second["metadata"]["continue"])).await;
    stage.play.finish();
}
