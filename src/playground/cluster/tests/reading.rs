//! What can be read: tables, objects, kinds and logs, as a real server was recorded to answer.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::super::super::{Discovery, SampleCluster};
use super::{AGGREGATED, Stage, TABLE, names, read};

macro_rules! recorded {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!("../../../../tests/data/cluster/", $name))).unwrap()
    };
}

#[rstest]
#[case("/api/v1/pods?includeObject=None", recorded!("table.pods.all.includeObject-None.json"))]
#[case("/api/v1/services?includeObject=None", recorded!("table.services.all.json"))]
#[case("/api/v1/persistentvolumes?includeObject=None", recorded!("table.pvs.json"))]
#[case("/api/v1/pods?includeObject=None&labelSelector=app.kubernetes.io%2Fname%3Dodh-message-bus-zookeeper", recorded!("table.pods.all.selector-zookeeper.json"))]
#[case("/api/v1/pods?includeObject=None&fieldSelector=status.phase%21%3DRunning", recorded!("table.pods.all.field-notRunning.json"))]
#[tokio::test]
async fn at_the_hour_of_the_recording_tables_are_the_recorded_ones(#[case] path: &str, #[case] recorded: Value) {
    let stage = Stage::new().await;
    let table = stage.table(path).await;
    assert_eq!((&table["kind"], &table["apiVersion"]), (&recorded["kind"], &recorded["apiVersion"]));
    let columns = |table: &Value| -> Vec<[Value; 4]> {
        let all = table["columnDefinitions"].as_array().unwrap().iter();
        all.map(|column| ["name", "type", "format", "priority"].map(|field| column[field].clone())).collect()
    };
    assert_eq!(columns(&table), columns(&recorded));
    let rows = |table: &Value| table["rows"].as_array().unwrap().clone();
    for (row, recorded) in rows(&table).iter().zip(rows(&recorded)) {
        assert_eq!(*row, recorded);
    }
    assert_eq!(rows(&table).len(), rows(&recorded).len());
    stage.play.finish();
}

#[rstest]
#[case("", json!("PartialObjectMetadata"), false)]
#[case("?includeObject=Metadata", json!("PartialObjectMetadata"), false)]
#[case("?includeObject=Object", json!("Pod"), true)]
#[case("?includeObject=None", Value::Null, false)]
#[tokio::test]
async fn beside_the_cells_stands_what_was_asked_for(#[case] query: &str, #[case] kind: Value, #[case] whole: bool) {
    let stage = Stage::new().await;
    let table = stage.table(&format!("/api/v1/namespaces/opf-kafka/pods{query}")).await;
    let object = &table["rows"][3]["object"];
    assert_eq!((&object["kind"], object["spec"].is_object()), (&kind, whole));
    if !kind.is_null() {
        assert_eq!(object["metadata"]["namespace"], "opf-kafka");
    }
    stage.play.finish();
}

#[tokio::test]
async fn a_pod_is_whole_and_as_bad_as_its_row_says() {
    let stage = Stage::new().await;
    let (status, pod) = stage.get("/api/v1/namespaces/opf-kafka/pods/odh-message-bus-kafka-2").await;
    assert_eq!((status, &pod["kind"], &pod["apiVersion"]), (200, &json!("Pod"), &json!("v1")));
    let container = &pod["status"]["containerStatuses"][0];
    assert_eq!(container["state"]["waiting"]["reason"], "CrashLoopBackOff");
    assert_eq!(container["lastState"]["terminated"]["exitCode"], 1);
    assert_eq!(pod["metadata"]["ownerReferences"][0]["name"], "odh-message-bus-kafka");
    let (_, owner) = stage.get("/apis/apps/v1/namespaces/opf-kafka/statefulsets/odh-message-bus-kafka").await;
    assert_eq!(pod["metadata"]["ownerReferences"][0]["uid"], owner["metadata"]["uid"]);
    let table = read(stage.ask("/api/v1/namespaces/opf-kafka/pods/odh-message-bus-kafka-2", TABLE).await).await.1;
    assert_eq!(table["rows"][0]["cells"][3], "187 (2m48s ago)");
    stage.play.finish();
}

/// What is wrong with each pod that is not well, for whoever explains it.
#[rstest]
#[case("opf-jupyterhub/jupyterhub-nb-dmitri-5fml", "/status/conditions/0/reason", json!("Unschedulable"))]
#[case("opf-jupyterhub/jupyterhub-nb-chandra", "/status/containerStatuses/0/lastState/terminated/reason", json!("OOMKilled"))]
#[case("opf-jupyterhub/jupyterhub-nb-eszter", "/spec/volumes/0/persistentVolumeClaim/claimName", json!("jupyterhub-nb-eszter-pvc"))]
#[case("b4mad/pitcrew-rest-k4qq4v6mwn-n2hr7", "/status/containerStatuses/0/state/waiting/reason", json!("ErrImagePull"))]
#[case("opf-seldon/tox-detector-default-0-model-6fq8zlgnqn-m4c2c", "/status/containerStatuses/0/state/waiting/reason", json!("ImagePullBackOff"))]
#[case("thoth-test/management-api-wgwcbn5hx2-q6csv", "/status/containerStatuses/0/state/waiting/reason", json!("CreateContainerConfigError"))]
#[case("opf-observatorium/observatorium-thanos-receive-2", "/status/containerStatuses/0/ready", json!(false))]
#[case("b4mad/telemetry-collector-8lv895hn2l-d6q7b", "/status/reason", json!("Evicted"))]
#[case("default/toolbox-firstmate", "/metadata/finalizers/0", json!("community.example.org/hold"))]
#[case("openshift-monitoring/node-exporter-bspc4", "/spec/nodeName", json!("os-ctrl-2.cluster.example.org"))]
#[case("opf-trino/superset-init-db-2dvdc", "/status/phase", json!("Succeeded"))]
#[case("opf-jupyterhub/jupyterhub-db-9rtxggmcv6-rv97q", "/spec/containers/0/env/1/value", json!("FAKE-inline-password-do-not-show"))]
#[tokio::test]
async fn what_is_wrong_stands_in_the_object(#[case] pod: &str, #[case] at: &str, #[case] expected: Value) {
    let stage = Stage::new().await;
    let (namespace, name) = pod.split_once('/').unwrap();
    let (status, pod) = stage.get(&format!("/api/v1/namespaces/{namespace}/pods/{name}")).await;
    assert_eq!((status, pod.pointer(at)), (200, Some(&expected)));
    stage.play.finish();
}

#[tokio::test]
async fn a_quota_keeps_a_deployment_from_its_second_pod() {
    let stage = Stage::new().await;
    let (_, deployment) = stage.get("/apis/apps/v1/namespaces/b4mad/deployments/telemetry-collector").await;
    assert_eq!((&deployment["spec"]["replicas"], &deployment["status"]["replicas"]), (&json!(2), &json!(1)));
    let (_, sets) = stage.get("/apis/apps/v1/namespaces/b4mad/replicasets").await;
    assert_eq!((&sets["kind"], sets["items"][0].get("kind")), (&json!("ReplicaSetList"), None));
    let failing = sets["items"].as_array().unwrap().iter().find(|set| set["status"]["conditions"].is_array()).unwrap();
    assert_eq!(failing["status"]["conditions"][0]["reason"], "FailedCreate");
    let path = "/api/v1/namespaces/b4mad/events?fieldSelector=reason%3DFailedCreate,involvedObject.kind%3DReplicaSet";
    let events = stage.get(path).await.1;
    assert_eq!(events["items"][0]["involvedObject"]["name"], failing["metadata"]["name"]);
    assert_eq!(events["items"][0]["involvedObject"]["uid"], failing["metadata"]["uid"]);
    let (_, quota) = stage.get("/api/v1/namespaces/opf-seldon/resourcequotas/medium").await;
    assert_eq!(
        (&quota["status"]["used"]["limits.cpu"], &quota["status"]["hard"]["limits.cpu"]),
        (&json!("7"), &json!("2"))
    );
    stage.play.finish();
}

#[rstest]
#[case("/api/v1/namespaces/b4mad/events", "<!channel>")]
#[case("/api/v1/namespaces/b4mad/events", "\u{202e}")]
#[case("/api/v1/namespaces/opf-trino/configmaps", "<https://example.org|click>")]
#[tokio::test]
async fn traps_are_planted(#[case] path: &str, #[case] trap: &str) {
    let stage = Stage::new().await;
    let all = stage.get(path).await.1;
    let texts = |item: &Value| [item["message"].clone(), item["data"]["note"].clone()];
    let mut texts = all["items"].as_array().unwrap().iter().flat_map(texts);
    assert!(texts.any(|text| text.as_str().is_some_and(|text| text.contains(trap))));
}

#[tokio::test]
async fn kinds_are_told_of_in_both_forms_and_both_tell_the_same() {
    let old = SampleCluster { discovery: Discovery::Legacy, ..SampleCluster::named("old") };
    let stage = Stage::with(vec![SampleCluster::default(), old]).await;
    let mut aggregated: Vec<String> = Vec::new();
    for path in ["/api", "/apis"] {
        let response = stage.ask(path, &format!("{AGGREGATED},application/json")).await;
        assert_eq!(response.headers()["content-type"], AGGREGATED);
        for group in read(response).await.1["items"].as_array().unwrap() {
            let name = group["metadata"]["name"].as_str().unwrap_or_default();
            for version in group["versions"].as_array().unwrap() {
                let resources = version["resources"].as_array().unwrap().iter();
                let named = |one: &Value| format!("{name} {} {} {}", version["version"], one["resource"], one["verbs"]);
                aggregated.extend(resources.map(named));
            }
        }
    }
    let ask = async |path: &str| {
        let request = stage.request(Method::GET, "old", path).bearer_auth("playground-cluster-token");
        let response = request.header("accept", format!("{AGGREGATED},application/json")).send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "application/json");
        read(response).await.1
    };
    let mut legacy: Vec<String> = Vec::new();
    let mut places = vec![(String::new(), "\"v1\"".to_owned(), "/api/v1".to_owned())];
    assert_eq!(ask("/api").await["versions"], json!(["v1"]));
    for group in ask("/apis").await["groups"].as_array().unwrap() {
        for version in group["versions"].as_array().unwrap() {
            let name = group["name"].as_str().unwrap().to_owned();
            let path = format!("/apis/{}", version["groupVersion"].as_str().unwrap());
            places.push((name, version["version"].to_string(), path));
        }
    }
    for (name, version, path) in places {
        for one in ask(&path).await["resources"].as_array().unwrap() {
            if !one["name"].as_str().unwrap().contains('/') {
                legacy.push(format!("{name} {version} {} {}", one["name"], one["verbs"]));
            }
        }
    }
    assert_eq!(aggregated, legacy);
    assert!(aggregated.iter().any(|kind| kind.contains("\"secrets\"")), "they are there, though nobody may read them");
    stage.play.finish();
}

#[tokio::test]
async fn without_tables_a_list_is_plain_whatever_is_asked_for() {
    let plain = SampleCluster { tables: false, ..SampleCluster::default() };
    let stage = Stage::with(vec![plain]).await;
    let list = stage.table("/api/v1/namespaces/opf-kafka/pods").await;
    assert_eq!((&list["kind"], list["items"].as_array().unwrap().len()), (&json!("PodList"), 8));
    stage.play.finish();
}

#[tokio::test]
async fn kinds_without_columns_and_without_objects() {
    let stage = Stage::new().await;
    let seldon = stage.table("/apis/machinelearning.seldon.io/v1/seldondeployments").await;
    assert_eq!(
        (names(&seldon), &seldon["rows"][0]["cells"][1]),
        (vec!["iris-classifier", "tox-detector"], &json!("66d"))
    );
    let leases = stage.table("/apis/coordination.k8s.io/v1/leases").await;
    assert_eq!((names(&leases).len(), &leases["columnDefinitions"][1]["name"]), (0, &json!("Created At")));
    let nobody = stage.table("/api/v1/namespaces/no-such-ns/pods").await;
    assert_eq!((names(&nobody).len(), nobody["columnDefinitions"].as_array().unwrap().len()), (0, 9));
    let routes = stage.get("/apis/route.openshift.io/v1/namespaces/thoth-test/routes").await.1;
    assert_eq!(routes["items"][0]["kind"], "Route");
    let newer = stage.get("/apis/events.k8s.io/v1/namespaces/b4mad/events").await.1;
    assert_eq!(newer["items"][0]["regarding"]["kind"], "Pod");
    stage.play.finish();
}

#[rstest]
#[case("opf-kafka/pods/odh-message-bus-kafka-2/log?tailLines=1", 200, "INFO [KafkaServer id=2] shutting down\n")]
#[case("opf-kafka/pods/odh-message-bus-kafka-2/log?previous=true&limitBytes=12", 200, "INFO Startin")]
#[case("opf-kafka/pods/odh-message-bus-kafka-2/log?sinceSeconds=60", 200, "")]
#[case("opf-kafka/pods/odh-message-bus-kafka-0/log?sinceSeconds=10", 200, "GET /healthz 200\nGET /healthz 200\n")]
#[case(
    "opf-kafka/pods/odh-message-bus-kafka-0/log?tailLines=1&timestamps=true",
    200,
    "2026-11-20T07:25:56.000000000Z GET /healthz 200\n"
)]
#[case("opf-jupyterhub/pods/jupyterhub-nb-dmitri-5fml/log", 204, "")]
#[tokio::test]
async fn logs(#[case] path: &str, #[case] status: u16, #[case] expected: &str) {
    let stage = Stage::new().await;
    let response = stage.ask(&format!("/api/v1/namespaces/{path}"), "*/*").await;
    assert_eq!((response.status().as_u16(), response.text().await.unwrap().as_str()), (status, expected));
    stage.play.finish();
}

#[rstest]
#[case(
    "opf-trino/pods/hive-metastore-9bqpvp7rrk-6kxll/log?container=nobody",
    400,
    "container nobody is not valid for pod hive-metastore-9bqpvp7rrk-6kxll"
)]
#[case(
    "b4mad/pods/pitcrew-rest-k4qq4v6mwn-n2hr7/log",
    400,
    "container \"app\" in pod \"pitcrew-rest-k4qq4v6mwn-n2hr7\" is waiting to start: image can't be pulled"
)]
#[case(
    "opf-kafka/pods/odh-message-bus-kafka-0/log?previous=true",
    400,
    "previous terminated container \"kafka\" in pod \"odh-message-bus-kafka-0\" not found"
)]
#[case(
    "openshift-monitoring/pods/node-exporter-bspc4/log?container=node-exporter",
    500,
    "Internal error occurred: Get \"https://192.0.2.12:10250/containerLogs\": dial tcp 192.0.2.12:10250: connect: no route to host"
)]
#[case("opf-kafka/pods/nobody/log", 404, "pods \"nobody\" not found")]
#[tokio::test]
async fn logs_that_are_not_there(#[case] path: &str, #[case] status: u16, #[case] message: &str) {
    let stage = Stage::new().await;
    let (got, body) = stage.get(&format!("/api/v1/namespaces/{path}")).await;
    assert_eq!((got, body["message"].as_str().unwrap()), (status, message));
}

#[tokio::test]
async fn calls_are_written_down_with_what_they_came_with() {
    let stage = Stage::new().await;
    let request = stage.request(Method::GET, "smaug", "/api/v1/pods?limit=1&includeObject=None");
    let request = request.bearer_auth("playground-cluster-token").header("accept", TABLE);
    let request = request.header("impersonate-user", "ann").header("impersonate-group", "a");
    request.header("impersonate-group", "b").send().await.unwrap();
    let parameters = json!({
        "path": "/api/v1/pods", "query": {"limit": "1", "includeObject": "None"}, "accept": TABLE, "impersonate_user": "ann",
        "impersonate_groups": ["a", "b"],
    });
    assert_eq!(stage.play.calls(), [("GET /api-kubernetes/smaug/api/v1/pods".to_owned(), parameters)]);
    stage.play.finish();
}
