//! What holds for anything that a cluster may say.

use proptest::prelude::*;

use super::*;

const HIDDEN: &str = "do-not-show";

fn any_json() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "",
        "True",
        "False",
        "Unknown",
        "Pending",
        "Running",
        "Failed",
        "CrashLoopBackOff",
        "ImagePullBackOff",
        "CreateContainerConfigError",
        "ContainerCreating",
        "Evicted",
        "OOMKilled",
        "Unhealthy",
        "FailedMount",
        "Pod",
        "p",
        "0/3 nodes are available: 1 {, }, 2 Too many pods.",
        "couldn't find key in",
        "secret \"",
        "exceeded quota: a, requested: =, used: ,, limited: =",
        "2026-11-20T07:25:00Z",
        "\u{1b}[31m<!channel>",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        word.prop_map(Value::from),
        Just(json!({"waiting": {"reason": "CrashLoopBackOff"}})),
        Just(json!({"terminated": {"exitCode": i64::MIN, "finishedAt": "0001-01-01T00:00:00Z"}})),
    ];
    let key = prop::sample::select(vec![
        "name",
        "type",
        "status",
        "reason",
        "message",
        "state",
        "lastState",
        "ready",
        "restartCount",
        "phase",
        "image",
        "conditions",
        "involvedObject",
        "kind",
        "containers",
        "volumes",
        "env",
        "annotations",
    ]);
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..6)
                .prop_map(|map| map.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Value>()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn no_shape_makes_it_fall_and_nothing_planted_gets_out(
        containers in prop::collection::vec(any_json(), 0..3),
        conditions in prop::collection::vec(any_json(), 0..3),
        told_of in prop::collection::vec(any_json(), 0..4),
        phase in prop::sample::select(vec!["Pending", "Running", "Failed", "Succeeded", "Unknown", ""]),
        removed in prop::option::of(Just("2026-11-20T07:00:00Z")),
    ) {
        let value = json!({
            "metadata": {"name": "p", "annotations": {"a": HIDDEN}, "deletionTimestamp": removed, "deletionGracePeriodSeconds": i64::MAX},
            "spec": {"containers": [{"name": "p", "env": [{"name": "E", "value": HIDDEN}]}]},
            "status": {"phase": phase, "containerStatuses": containers, "conditions": conditions},
        });
        let events: Vec<Event> = told_of.into_iter().filter_map(|event| serde_json::from_value(event).ok()).collect();
        if let Ok(of) = serde_json::from_value::<Pod>(value) {
            let explanation = pod(&of, &events, &[], now());
            let all = format!("{of:?} {explanation:?}");
            prop_assert!(!all.contains(HIDDEN));
            prop_assert!(explanation.findings.iter().all(|finding| !finding.evidence.is_empty()));
        }
    }
}
