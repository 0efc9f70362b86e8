//! A cluster as big as they come: pages weigh what they weigh on a real one, come fast, and nothing is kept.

use std::time::{Duration, Instant};

use rstest::rstest;
use serde_json::json;

use super::super::super::SampleCluster;
use super::{Stage, TABLE, names};

#[tokio::test]
async fn a_page_of_500_weighs_what_a_real_one_weighs_and_comes_fast() {
    let stage = Stage::with(vec![SampleCluster::heavy("smaug", 10_000)]).await;
    stage.table("/api/v1/pods?limit=1").await;
    let mut times = Vec::new();
    for _ in 0..5 {
        let began = Instant::now();
        let page = stage.ask("/api/v1/pods?limit=500", TABLE).await.bytes().await.unwrap();
        times.push(began.elapsed());
        assert!((1_200_000..2_000_000).contains(&page.len()), "{}", page.len());
    }
    // The best of them: the machine may be busy with something else.
    let best = times.iter().min().unwrap();
    assert!(*best < Duration::from_millis(100), "{times:?}");
    let lean = stage.ask("/api/v1/pods?limit=500&includeObject=None", TABLE).await.bytes().await.unwrap();
    assert!((50_000..150_000).contains(&lean.len()), "{}", lean.len());
    stage.play.finish();
}

#[tokio::test]
async fn its_pages_give_every_row_once_too() {
    let stage = Stage::with(vec![SampleCluster::heavy("smaug", 1_203)]).await;
    let (mut all, mut token) = (Vec::new(), String::new());
    loop {
        let page = stage.table(&format!("/api/v1/pods?includeObject=None&limit=500{token}")).await;
        all.extend(names(&page).into_iter().map(str::to_owned));
        match page["metadata"]["continue"].as_str() {
            Some(next) => token = format!("&continue={next}"),
            None => break,
        }
    }
    assert_eq!(all.len(), 1_203);
    assert!(all.is_sorted_by(|one, other| one < other), "in order, and none of them twice");
    stage.play.finish();
}

#[rstest]
#[case("/api/v1/namespaces", 50)]
#[case("/api/v1/namespaces/load-07/pods", 21)]
#[case("/api/v1/namespaces/load-99/pods", 0)]
#[case("/api/v1/pods?fieldSelector=status.phase%3DPending", 10)]
#[case("/api/v1/pods?labelSelector=app.kubernetes.io%2Fname+in+(app-1,app-2)", 106)]
#[case("/api/v1/nodes", 6)]
#[case("/apis/apps/v1/deployments", 0)]
#[tokio::test]
async fn what_is_in_it(#[case] path: &str, #[case] count: usize) {
    let stage = Stage::with(vec![SampleCluster::heavy("smaug", 1_050)]).await;
    assert_eq!(names(&stage.table(path).await).len(), count);
    stage.play.finish();
}

#[tokio::test]
async fn each_of_its_pods_can_be_read() {
    let stage = Stage::with(vec![SampleCluster::heavy("smaug", 1_000)]).await;
    let list = stage.get("/api/v1/namespaces/load-04/pods?limit=17").await.1;
    let last = &list["items"][16];
    let name = last["metadata"]["name"].as_str().unwrap();
    let (status, pod) = stage.get(&format!("/api/v1/namespaces/load-04/pods/{name}")).await;
    assert_eq!((status, &pod["metadata"], &pod["status"]["phase"]), (200, &last["metadata"], &json!("Pending")));
    assert_eq!(stage.get("/api/v1/namespaces/load-05/pods/".to_owned().as_str()).await.0, 200);
    stage.play.finish();
}
