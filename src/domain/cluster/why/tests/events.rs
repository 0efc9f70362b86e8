//! Pods that events, claims, gates or their removal explain.

use rstest::rstest;

use super::*;

#[rstest]
#[case::secret(
    "FailedMount",
    r#"MountVolume.SetUp failed for volume "tls" : secret "tls-fake" not found"#,
    "It cannot start: the Secret tls-fake that it mounts does not exist."
)]
#[case::configmap(
    "FailedMount",
    r#"MountVolume.SetUp failed for volume "c" : configmap "conf" not found"#,
    "It cannot start: the ConfigMap conf that it mounts does not exist."
)]
#[case::late(
    "FailedMount",
    "Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data kube-api-access]: timed out waiting for the condition",
    "It cannot start: the volume data could not be mounted on its node in time."
)]
#[case::several(
    "FailedMount",
    "Unable to attach or mount volumes: unmounted volumes=[a b], unattached volumes=[a b]: timed out",
    "It cannot start: the volumes a and b could not be mounted on its node in time."
)]
#[case::attach(
    "FailedAttachVolume",
    r#"AttachVolume.Attach failed for volume "pvc-1" : rpc error"#,
    "It cannot start: the volume pvc-1 could not be attached to its node."
)]
#[case::two_nodes(
    "FailedAttachVolume",
    r#"Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) q"#,
    "It cannot start: its volume is still attached to another node."
)]
#[case::network(
    "FailedCreatePodSandBox",
    "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to create pod network sandbox: CNI request failed",
    "It cannot start: its node could not set up its network."
)]
#[case::sandbox(
    "FailedCreatePodSandBox",
    "Failed to create pod sandbox: rpc error: code = DeadlineExceeded",
    "It cannot start: its node could not set up its sandbox."
)]
fn an_event_explains_a_pod_that_does_not_start(#[case] reason: &str, #[case] message: &str, #[case] expected: &str) {
    let events = [read(event("Pod", "p", reason, message)), read(event("Pod", "other", "Failed", "no"))];
    let explanation = pod(&a_pod(&json!({}), &waiting("ContainerCreating", "")), &events, &[], now());
    assert_eq!(told(&explanation), format!("does not run: {expected}"));
    let evidence = &explanation.findings[0].evidence[0];
    assert_eq!(
        (evidence.source.as_str(), evidence.quote.as_str()),
        (format!("event {reason}, 48 s ago, 12 times").as_str(), message)
    );
}

#[rstest]
#[case::readiness(
    "readinessProbe",
    true,
    "Readiness probe failed: HTTP probe failed with statuscode: 503",
    "runs, but is not ready: Container app runs, but gets no requests: its readiness probe fails."
)]
#[case::liveness(
    "livenessProbe",
    true,
    "Liveness probe failed: connection refused",
    "runs, but is not ready: The liveness probe of container app fails; when it does too often, that is ended and started again."
)]
#[case::startup(
    "startupProbe",
    false,
    "Startup probe failed: connection refused",
    "runs, but is not ready: Container app has not started by its own measure: its startup probe fails."
)]
fn a_probe_explains_a_pod_that_is_not_ready(
    #[case] probe: &str,
    #[case] started: bool,
    #[case] message: &str,
    #[case] expected: &str,
) {
    let spec = json!({"containers": [{"name": "app", probe: {"httpGet": {}}}, {"name": "beside"}]});
    let mut status = running(false, started);
    let beside = json!({"name": "beside", "ready": true, "state": {"running": {"startedAt": "2026-11-20T06:01:00Z"}}});
    status["containerStatuses"].as_array_mut().unwrap().push(beside);
    let explanation = pod(&a_pod(&spec, &status), &[read(event("Pod", "p", "Unhealthy", message))], &[], now());
    assert_eq!(told(&explanation), expected);
    assert_eq!(explanation.findings.len(), 1, "the other container is well");
    // Without the event, the state alone.
    let silent = pod(&a_pod(&spec, &status), &[], &[], now());
    assert!(
        told(&silent).starts_with("runs, but is not ready: Container app runs, but is not ready"),
        "{}",
        told(&silent)
    );
}

#[rstest]
#[case::no_class(
    "Warning",
    "ProvisioningFailed",
    r#"storageclass.storage.k8s.io "nfs-legacy" not found"#,
    "Its PersistentVolumeClaim data asks for the storage class nfs-legacy, which does not exist."
)]
#[case::failed(
    "Warning",
    "ProvisioningFailed",
    "failed to provision volume: rpc error: code = DeadlineExceeded",
    "No volume of the class fast could be made for its PersistentVolumeClaim data."
)]
#[case::nothing_fits(
    "Normal",
    "FailedBinding",
    "no persistent volumes available for this claim and no storage class is set",
    "Its PersistentVolumeClaim data finds no volume: none fits, and no storage class makes one."
)]
#[case::outside(
    "Normal",
    "ExternalProvisioning",
    "Waiting for a volume to be created",
    "Its PersistentVolumeClaim data waits for a volume of the class fast that something outside Kubernetes has to make."
)]
#[case::first(
    "Normal",
    "WaitForFirstConsumer",
    "waiting for first consumer to be created before binding",
    "Its PersistentVolumeClaim data gets its volume when the pod has a node."
)]
fn a_claim_explains_a_pod(#[case] kind: &str, #[case] reason: &str, #[case] message: &str, #[case] expected: &str) {
    let spec = json!({"nodeName": "", "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]});
    let unbound = "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.";
    let status =
        json!({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "message": unbound}]});
    let claims = [
        read(
            json!({"metadata": {"name": "data", "namespace": "n"}, "spec": {"storageClassName": "fast"}, "status": {"phase": "Pending"}}),
        ),
        read(json!({"metadata": {"name": "other", "namespace": "n"}, "status": {"phase": "Pending"}})),
    ];
    let mut told_of = event("PersistentVolumeClaim", "data", reason, message);
    told_of["type"] = json!(kind);
    let explanation = pod(&a_pod(&spec, &status), &[read(told_of)], &claims, now());
    let sentences: Vec<String> = explanation.findings.iter().map(|finding| plain(&finding.sentence)).collect();
    let place = "None of the 3 nodes takes it: a claim on storage of it is not bound yet.";
    // What has to be repaired comes first; what only follows from the rest comes last.
    let order = if reason == "WaitForFirstConsumer" { [place, expected] } else { [expected, place] };
    assert_eq!(sentences, order);
    assert_eq!(explanation.verdict, Verdict::DoesNotRun);
}

#[test]
fn claims_without_a_word_and_volumes_that_are_gone_are_told() {
    let spec = json!({"nodeName": "", "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]});
    let claim = |phase: &str| {
        read::<Claim>(json!({"metadata": {"name": "data", "namespace": "n"}, "status": {"phase": phase}}))
    };
    let why = |phase: &str| told(&pod(&a_pod(&spec, &json!({"phase": "Pending"})), &[], &[claim(phase)], now()));
    assert_eq!(
        why("Pending"),
        "does not run: Its PersistentVolumeClaim data is not bound to a volume, and no event says why."
    );
    assert_eq!(why("Lost"), "does not run: The volume behind its PersistentVolumeClaim data is gone.");
    assert_eq!(why("Bound"), "is starting: ");
}

#[test]
fn gates_keep_a_pod_from_a_node_or_from_being_ready() {
    let gated = json!({"nodeName": "", "schedulingGates": [{"name": "example.org/wait"}]});
    let status = json!({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated", "message": "Scheduling is blocked due to non-empty scheduling gates"}]});
    let explanation = pod(&a_pod(&gated, &status), &[], &[], now());
    assert_eq!(
        told(&explanation),
        "does not run: No node is looked for as long as the scheduling gate example.org/wait is on it."
    );

    let mut status = running(true, true);
    status["conditions"][0]["status"] = json!("False");
    let gate = json!({"readinessGates": [{"conditionType": "example.org/ready"}]});
    let explanation = pod(&a_pod(&gate, &status), &[], &[], now());
    assert_eq!(
        told(&explanation),
        "runs, but is not ready: All its containers are ready, but its readiness gate example.org/ready is not open."
    );
}

#[rstest]
#[case::in_time("2026-11-20T07:26:20Z", json!([]), &[], "is being removed: Its removal was asked for 10 s ago; it has 20 s left to end by itself.")]
#[case::late("2026-11-20T07:21:00Z", json!([]), &[], "is being removed: Its removal was asked for 5 min ago, and its time was up 5 min ago. Nothing says what holds it.")]
#[case::finalizer("2026-11-20T07:21:00Z", json!(["example.org/keep"]), &[], "is being removed: Its removal was asked for 5 min ago, and its time was up 5 min ago. The finalizer example.org/keep has not let it go.")]
#[case::node("2026-11-20T07:21:00Z", json!([]), &[("NodeNotReady", "Node is not ready")], "is being removed: Its removal was asked for 5 min ago, and its time was up 5 min ago. Its node os-wrk-0 was not heard of, so nothing says that it has ended.")]
#[case::kill("2026-11-20T07:21:00Z", json!([]), &[("FailedKillPod", "error killing pod")], "is being removed: Its removal was asked for 5 min ago, and its time was up 5 min ago. Its node could not end it.")]
fn what_is_being_removed_may_be_held(
    #[case] due: &str,
    #[case] finalizers: Value,
    #[case] events: &[(&str, &str)],
    #[case] expected: &str,
) {
    let metadata =
        json!({"metadata": {"deletionTimestamp": due, "deletionGracePeriodSeconds": 30, "finalizers": finalizers}});
    let events: Vec<Event> = events.iter().map(|(reason, message)| read(event("Pod", "p", reason, message))).collect();
    let explanation = pod(&a_pod(&metadata, &running(false, true)), &events, &[], now());
    assert_eq!(told(&explanation), expected);
}

#[test]
fn init_containers_and_sidecars_are_called_so() {
    let spec = json!({"initContainers": [{"name": "first"}, {"name": "mesh", "restartPolicy": "Always"}]});
    let init = |state: Value| {
        json!({"phase": "Pending", "initContainerStatuses": [{"name": "first", "state": state}, {"name": "mesh", "state": {"waiting": {"reason": "PodInitializing"}}}],
        "containerStatuses": [app(&json!({"waiting": {"reason": "PodInitializing"}}), &json!({}), 0)]})
    };
    let why = |status: &Value| told(&pod(&a_pod(&spec, status), &[], &[], now()));
    assert_eq!(
        why(&init(json!({"running": {"startedAt": "2026-11-20T07:25:00Z"}}))),
        "is starting: Init container first is still at work; the others begin when it has ended."
    );
    assert_eq!(
        why(&init(json!({"terminated": {"exitCode": 1, "reason": "Error"}}))),
        "does not run: Init container first has ended with exit code 1 (an error that the program does not tell from others)."
    );
    let mut sidecar = crashing(1, "Error");
    sidecar["initContainerStatuses"] = json!([{"name": "first", "state": {"terminated": {"exitCode": 0}}},
        {"name": "mesh", "restartCount": 2, "state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": {"terminated": {"exitCode": 0}}}]);
    sidecar["containerStatuses"] = json!([]);
    assert!(
        why(&sidecar).starts_with("does not run: Sidecar mesh ends again and again, restarted 2 times"),
        "{}",
        why(&sidecar)
    );
}

#[test]
fn an_event_of_an_earlier_pod_of_that_name_is_none_of_this_one() {
    let mut old = event("Pod", "p", "FailedMount", "timed out");
    old["lastTimestamp"] = json!("2026-11-20T05:00:00Z");
    let explanation = pod(&a_pod(&json!({}), &waiting("ContainerCreating", "")), &[read(old)], &[], now());
    assert_eq!(told(&explanation), "is starting: ");
}

#[test]
fn one_of_several_containers_is_named_and_repeats_are_one() {
    let spec = json!({"containers": [{"name": "a", "image": "i"}, {"name": "b", "image": "i"}]});
    let crash = |name: &str, ready: bool| {
        json!({"name": name, "ready": ready, "restartCount": 3,
        "state": if ready { json!({"running": {"startedAt": "2026-11-20T06:01:00Z"}}) } else { json!({"waiting": {"reason": "CrashLoopBackOff"}}) },
        "lastState": {"terminated": {"exitCode": 1, "finishedAt": "2026-11-20T06:00:30Z"}}})
    };
    let status = json!({"phase": "Running", "containerStatuses": [crash("a", true), crash("b", false)]});
    let explanation = pod(&a_pod(&spec, &status), &[], &[], now());
    assert_eq!((explanation.verdict, explanation.ready, explanation.findings.len()), (Verdict::InPart, (1, 2), 1));
    assert!(told(&explanation).contains("Container b ends again and again"), "{}", told(&explanation));
}

#[test]
fn a_node_that_was_silent_once_is_not_blamed_for_what_came_later() {
    let event = read::<Event>(event("Pod", "p", "NodeNotReady", "Node is not ready"));
    let why = |since: &str| {
        let mut status = running(false, true);
        status["conditions"][0]["lastTransitionTime"] = json!(since);
        told(&pod(&a_pod(&json!({}), &status), std::slice::from_ref(&event), &[], now()))
    };
    assert!(why("2026-11-20T07:25:12Z").contains("was reported as not ready, and the pod has not been ready since"));
    assert!(!why("2026-11-20T07:40:00Z").contains("node"));
}

#[test]
fn a_container_that_its_probe_ended_is_told_with_that() {
    let mut killing = event("Pod", "p", "Killing", "Container app failed liveness probe, will be restarted");
    killing["involvedObject"]["fieldPath"] = json!("spec.containers{app}");
    let events = [read(killing), read(event("Pod", "p", "Unhealthy", "Liveness probe failed: timeout"))];
    let explanation = pod(&a_pod(&json!({}), &crashing(137, "Error")), &events, &[], now());
    assert_eq!(told(&explanation), "does not run: Container app was ended because its liveness probe fails.");
    assert_eq!(explanation.findings[0].evidence.len(), 2);
}
