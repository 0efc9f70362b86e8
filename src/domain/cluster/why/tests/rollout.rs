//! Deployments.

use rstest::rstest;

use super::*;

/// Three pods are wanted by default.
fn a_deployment(spec: &Value, status: &Value) -> Deployment {
    let mut deployment = json!({"metadata": {"name": "d", "namespace": "n", "generation": 1}, "spec": {"replicas": 3},
        "status": {"observedGeneration": 1, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 0}});
    for (part, given) in [("spec", spec), ("status", status)] {
        for (field, value) in given.as_object().into_iter().flatten() {
            deployment[part][field] = value.clone();
        }
    }
    read(deployment)
}

fn a_set(replicas: i64) -> ReplicaSet {
    read(
        json!({"metadata": {"name": "d-1", "namespace": "n", "ownerReferences": [{"kind": "Deployment", "name": "d"}]},
        "spec": {"replicas": 3}, "status": {"replicas": replicas}}),
    )
}

fn its(number: u8, status: &Value) -> Pod {
    let mut pod = a_pod(&json!({}), status);
    pod.metadata.name = format!("d-1-{number}");
    pod.metadata.owner_references = read(json!([{"kind": "ReplicaSet", "name": "d-1"}]));
    pod
}

const SMALL: &str = r#"Error creating: pods "x" is forbidden: exceeded quota: small, requested: limits.cpu=1, used: limits.cpu=2, limited: limits.cpu=2"#;

#[rstest]
#[case::well(json!({}), json!({"readyReplicas": 3}), "runs: ")]
#[case::zero(json!({"replicas": 0}), json!({"replicas": 0, "updatedReplicas": 0}), "does not run: It is scaled to zero: nobody wants a pod of it.")]
#[case::paused(json!({"paused": true}), json!({"readyReplicas": 1}), "runs in part: It is paused: what is changed in it has no effect until it is resumed.")]
#[case::late(json!({}), json!({"conditions": [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "ReplicaSet has timed out progressing."}]}), "does not run: Its rollout has taken longer than it may, and is counted as failed.")]
#[case::unavailable(json!({}), json!({"availableReplicas": 1, "readyReplicas": 1, "conditions": [{"type": "Available", "status": "False", "reason": "MinimumReplicasUnavailable"}]}), "runs in part: 2 of its 3 pods cannot be asked for anything, which is more than it can do without.")]
#[case::refused(json!({}), json!({"conditions": [{"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": SMALL}]}), "does not run: Its pods cannot be made: the quota small has too little left of limits.cpu (one more wants 1, 2 of 2 are used).")]
#[case::new(json!({}), json!({"observedGeneration": 0}), "is starting: Its last change has not been taken up yet.")]
fn a_deployment_says_something_itself(#[case] spec: Value, #[case] status: Value, #[case] expected: &str) {
    let explanation = deployment(&a_deployment(&spec, &status), &[a_set(3)], &[], &[], &[], now());
    assert_eq!(told(&explanation), expected);
}

#[test]
fn a_set_that_may_make_no_pods_says_why() {
    let refused = read(event("ReplicaSet", "d-1", "FailedCreate", SMALL));
    let explanation =
        deployment(&a_deployment(&json!({}), &json!({"replicas": 1})), &[a_set(1)], &[], &[refused], &[], now());
    assert!(
        told(&explanation).starts_with("does not run: Its pods cannot be made: the quota small"),
        "{}",
        told(&explanation)
    );
    assert_eq!(explanation.findings[0].evidence[0].source, "event FailedCreate, 48 s ago, 12 times");
}

#[test]
fn what_is_wrong_with_several_pods_is_said_once() {
    let pods = [
        its(1, &crashing(1, "Error")),
        its(2, &crashing(1, "Error")),
        its(3, &running(true, true)),
        a_pod(&json!({}), &crashing(1, "Error")),
    ];
    let status = json!({"readyReplicas": 1, "conditions": [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}]});
    let explanation = deployment(&a_deployment(&json!({}), &status), &[a_set(3)], &pods, &[], &[], now());
    assert_eq!((explanation.verdict, explanation.ready), (Verdict::InPart, (1, 3)));
    assert_eq!(explanation.findings[0].pods, ["d-1-1", "d-1-2"]);
    assert_eq!(explanation.findings.iter().filter(|finding| !finding.aside).count(), 1);
}

#[test]
fn a_new_version_that_does_not_come_up_is_told_apart_from_the_old_one() {
    let status = json!({"replicas": 4, "updatedReplicas": 1, "readyReplicas": 3});
    let crashing = [its(1, &crashing(1, "Error"))];
    let explanation = deployment(&a_deployment(&json!({}), &status), &[a_set(1)], &crashing, &[], &[], now());
    assert!(
        told(&explanation).starts_with("runs in part: Container app ends again and again"),
        "{}",
        told(&explanation)
    );
    let coming = [its(1, &waiting("ContainerCreating", ""))];
    let explanation = deployment(&a_deployment(&json!({}), &status), &[a_set(1)], &coming, &[], &[], now());
    assert_eq!(
        told(&explanation),
        "runs in part: Its newest version is on 1 of its 3 pods so far; the rest of the work is done by an older one."
    );
    let first = json!({"updatedReplicas": 3, "readyReplicas": 0});
    let all = [1, 2, 3].map(|number| its(number, &waiting("ContainerCreating", "")));
    let explanation = deployment(&a_deployment(&json!({}), &first), &[a_set(3)], &all, &[], &[], now());
    assert_eq!(told(&explanation), "is starting: ");
}

#[test]
fn when_nothing_explains_a_deployment_that_is_said() {
    let explanation = deployment(
        &a_deployment(&json!({}), &json!({"readyReplicas": 2})),
        &[a_set(3)],
        &[its(1, &running(true, true))],
        &[],
        &[],
        now(),
    );
    assert_eq!(told(&explanation), "runs in part: Nothing that the cluster says explains it.");
}
