//! What a server refuses, in the words in which a real one was recorded to refuse it, and what of it is the bot's own fault.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::super::super::SampleCluster;
use super::{Stage, TABLE, read};

macro_rules! recorded {
    ($name:literal) => {
        include_str!(concat!("../../../../tests/data/cluster/", $name))
    };
}

const JSON: &str = "application/json";

#[rstest]
#[case("/api/v1/pods?limit=5&continue=garbage", JSON, 400, recorded!("error.400.bad-continue.json"))]
#[case("/api/v1/pods?labelSelector=a%20b%3D%3D%3Dc", JSON, 400, recorded!("error.400.bad-label-selector.json"))]
#[case("/api/v1/pods?fieldSelector=spec.image%3Dx", JSON, 400, recorded!("error.400.bad-field-selector.json"))]
#[case("/api/v1/namespaces/openshift-monitoring/pods/prometheus-k8s-0/log", JSON, 400, recorded!("error.400.log-container-choice.json"))]
#[case("/api/v1/namespaces/fybrik/pods/no-such-pod", JSON, 404, recorded!("error.404.pod.json"))]
#[case("/api/v1/namespaces/fybrik/pods/no-such-pod", TABLE, 404, recorded!("error.404.pod.Table.json"))]
#[case("/apis/route.openshift.io/v1/namespaces/fybrik/routes/no-such-route", JSON, 404, recorded!("error.404.cr.json"))]
#[case("/api/v1/namespaces/no-such-ns", JSON, 404, recorded!("error.404.namespace.json"))]
#[case("/api/v1/namespaces/fybrik/widgets", JSON, 403, recorded!("error.403.unknown-resource-reader.json"))]
#[case("/apis/no.such.group/v1/widgets", JSON, 404, recorded!("error.404.unknown-group.txt"))]
#[case("/api/v1/pods/some-pod", JSON, 404, recorded!("error.404.unknown-resource.json"))]
#[case("/api/v1/namespaces/fybrik/nodes", JSON, 404, recorded!("error.404.unknown-resource.json"))]
#[case("/api/v1/pods", "text/csv", 406, recorded!("error.406.json"))]
#[case("/api/v1/namespaces/fybrik/pods", "application/json;as=Table;v=v9;g=meta.k8s.io", 406, recorded!("error.406.bad-Table-version.json"))]
#[tokio::test]
async fn what_may_happen_to_a_faultless_bot(
    #[case] path: &str,
    #[case] accept: &str,
    #[case] status: u16,
    #[case] body: &str,
) {
    let stage = Stage::new().await;
    let (got, refusal) = read(stage.ask(path, accept).await).await;
    let expected = serde_json::from_str(body).unwrap_or_else(|_| Value::String(body.to_owned()));
    assert_eq!((got, refusal), (status, expected));
    stage.play.finish();
}

#[rstest]
#[case("/api/v1/secrets", recorded!("error.403.secrets-list-all.Table.json"))]
#[case("/api/v1/namespaces/opf-trino/secrets", recorded!("error.403.secrets-list.json"))]
#[case("/api/v1/namespaces/opf-argocd/secrets/argocd-secret", recorded!("error.403.secret-get.json"))]
#[tokio::test]
async fn to_ask_for_secrets_is_a_fault(#[case] path: &str, #[case] body: &str) {
    let stage = Stage::new().await;
    assert_eq!(stage.get(path).await, (403, serde_json::from_str(body).unwrap()));
    let fault = format!("GET /api-kubernetes/smaug{path}: nobody may read secrets");
    assert_eq!(stage.play.faults(), [fault]);
}

#[rstest]
#[case(Method::POST, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")]
#[case(Method::DELETE, "/version")]
#[case(Method::PATCH, "/api/v1/namespaces/fybrik/pods/none")]
#[case(Method::PUT, "/api/v1/namespaces/fybrik/pods/none")]
#[case(Method::OPTIONS, "/api/v1/pods")]
#[tokio::test]
async fn to_do_anything_but_look_is_a_fault(#[case] method: Method, #[case] path: &str) {
    let stage = Stage::new().await;
    let request = stage.request(method.clone(), "smaug", path).bearer_auth("playground-cluster-token");
    let (status, body) = read(request.send().await.unwrap()).await;
    assert_eq!((status, body), (405, serde_json::from_str(recorded!("error.405.json")).unwrap()));
    let fault = format!("{method} /api-kubernetes/smaug{path}: only GET may leave for a cluster");
    assert_eq!(stage.play.faults(), [fault]);
}

#[rstest]
#[case("/api/v1/pods?watch=1", "watch")]
#[case("/api/v1/namespaces/fybrik/pods/x?limit=1", "limit")]
#[case("/version?pretty=true", "pretty")]
#[case("/api/v1/namespaces/opf-kafka/pods/odh-message-bus-kafka-0/log?follow=true", "follow")]
#[tokio::test]
async fn an_unknown_parameter_is_a_fault(#[case] path: &str, #[case] name: &str) {
    let stage = Stage::new().await;
    stage.get(path).await;
    assert!(stage.play.faults()[0].ends_with(&format!("unknown parameter: {name}")), "{:?}", stage.play.faults());
}

#[rstest]
#[case(None)]
#[case(Some("something else"))]
#[tokio::test]
async fn the_token_is_looked_at_first(#[case] token: Option<&str>) {
    let stage = Stage::new().await;
    let request = stage.request(Method::GET, "smaug", "/api/v1/secrets");
    let request = token.iter().fold(request, |request, token| request.bearer_auth(token));
    let (status, body) = read(request.send().await.unwrap()).await;
    assert_eq!((status, body), (401, serde_json::from_str(recorded!("error.401.bad-token.json")).unwrap()));
    stage.play.finish();
}

#[tokio::test]
async fn what_is_still_to_come_cannot_be_read() {
    let stage = Stage::new().await;
    let path = "/api/v1/pods?resourceVersion=99999999&resourceVersionMatch=NotOlderThan&limit=5";
    let (status, body) = stage.get(path).await;
    let mut expected: Value = serde_json::from_str(recorded!("error.504.future-resourceVersion.json")).unwrap();
    expected["message"] = json!("Timeout: Too large resource version: 99999999, current: 1481");
    assert_eq!((status, body), (504, expected));
    stage.play.finish();
}

#[tokio::test]
async fn a_refusal_names_whoever_the_bot_asks_for() {
    let stage = Stage::new().await;
    let request =
        stage.request(Method::GET, "smaug", "/apis/apps/v1/widgets/x").bearer_auth("playground-cluster-token");
    let (_, body) = read(request.header("impersonate-user", "ann").send().await.unwrap()).await;
    let message = "widgets.apps \"x\" is forbidden: User \"ann\" cannot get resource \"widgets\" in API group \"apps\" at the cluster scope";
    assert_eq!(body["message"], message);
}

#[tokio::test]
async fn a_cluster_that_is_not_there_is_a_fault_and_the_others_go_on() {
    let stage = Stage::with((0..10).map(|number| SampleCluster::named(&format!("c{number}"))).collect()).await;
    let ask = async |name: &str| {
        let request = stage.request(Method::GET, name, "/version").bearer_auth("playground-cluster-token");
        request.send().await.unwrap().status().as_u16()
    };
    for number in 0..10 {
        assert_eq!(ask(&format!("c{number}")).await, 200);
    }
    assert_eq!(ask("smaug").await, 404);
    assert_eq!(stage.play.faults(), ["GET /api-kubernetes/smaug/version: there is no cluster smaug"]);
}
