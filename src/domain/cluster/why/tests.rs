//! A case or more for each cause, as a cluster's API gives it.

use proptest::prelude::*;
use rstest::rstest;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::*;
use crate::domain::cluster::object::List;

fn now() -> DateTime<Utc> {
    "2026-11-20T07:26:00Z".parse().unwrap()
}

fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

/// A pod with one container `app`, of which `more` says the rest.
fn a_pod(spec: &Value, status: &Value) -> Pod {
    let mut pod = json!({
        "metadata": {"name": "p", "namespace": "n", "creationTimestamp": "2026-11-20T06:00:00Z"},
        "spec": {"nodeName": "os-wrk-0", "restartPolicy": "Always", "containers": [{"name": "app", "image": "quay.io/a/b:c"}]},
        "status": {"phase": "Pending"},
    });
    for (part, given) in [("spec", spec), ("status", status), ("metadata", &given(spec, "metadata"))] {
        for (field, value) in given.as_object().into_iter().flatten().filter(|(field, _)| *field != "metadata") {
            pod[part][field] = value.clone();
        }
    }
    read(pod)
}

fn given(spec: &Value, field: &str) -> Value {
    spec.get(field).cloned().unwrap_or_default()
}

/// Its container's status.
fn app(state: &Value, last: &Value, restarts: u64) -> Value {
    json!({"name": "app", "ready": false, "restartCount": restarts, "state": state, "lastState": last})
}

fn waiting(reason: &str, message: &str) -> Value {
    let state = json!({"waiting": {"reason": reason, "message": message}});
    json!({"phase": "Pending", "containerStatuses": [app(&state, &json!({}), 0)]})
}

fn crashing(code: i64, reason: &str) -> Value {
    let state =
        json!({"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container"}});
    let last = json!({"terminated": {"exitCode": code, "reason": reason, "finishedAt": "2026-11-20T07:25:00Z"}});
    json!({"phase": "Running", "containerStatuses": [app(&state, &last, 4)]})
}

fn running(ready: bool, started: bool) -> Value {
    json!({
        "phase": "Running",
        "conditions": [{"type": "Ready", "status": if ready { "True" } else { "False" }, "reason": "ContainersNotReady"},
            {"type": "ContainersReady", "status": if ready { "True" } else { "False" }, "reason": "ContainersNotReady",
                "message": "containers with unready status: [app]"}],
        "containerStatuses": [{"name": "app", "ready": ready, "started": started, "restartCount": 0,
            "state": {"running": {"startedAt": "2026-11-20T06:01:00Z"}}}],
    })
}

/// An event of the pod; `place` is a container.
fn event(kind: &str, name: &str, reason: &str, message: &str) -> Value {
    json!({
        "involvedObject": {"kind": kind, "namespace": "n", "name": name}, "type": "Warning", "reason": reason, "message": message,
        "count": 12, "lastTimestamp": "2026-11-20T07:25:12Z",
    })
}

fn plain(markdown: &str) -> String {
    markdown.replace("**", "").replace('\\', "")
}

fn told(explanation: &Explanation) -> String {
    let first = explanation.findings.first().map(|finding| plain(&finding.sentence)).unwrap_or_default();
    format!("{}: {first}", explanation.verdict)
}

#[rstest]
#[case::crash_zero(
    crashing(0, "Completed"),
    "does not run: Container app ends again and again, restarted 4 times, each time with exit code 0 (no error). A container like this must go on, so it is started again and again."
)]
#[case::crash_one(
    crashing(1, "Error"),
    "does not run: Container app ends again and again, restarted 4 times, last with exit code 1 (an error that the program does not tell from others)."
)]
#[case::crash_two(
    crashing(2, "Error"),
    "does not run: Container app ends again and again, restarted 4 times, last with exit code 2 (an error of the program, or wrong arguments)."
)]
#[case::not_executable(
    crashing(126, "Error"),
    "does not run: Container app ends again and again, restarted 4 times, last with exit code 126 (its command may not be executed, or is no program)."
)]
#[case::not_found(
    crashing(127, "Error"),
    "does not run: Container app ends again and again, restarted 4 times, last with exit code 127 (its command was not found in the image)."
)]
#[case::killed(
    crashing(137, "Error"),
    "does not run: Container app ends again and again, restarted 4 times, last with exit code 137 (SIGKILL: it was killed from outside; its state does not say that memory was the reason)."
)]
#[case::out_of_memory(
    crashing(137, "OOMKilled"),
    "does not run: Container app was ended again and again, restarted 4 times: there was no memory left for it, and it has no limit of its own (OOMKilled)."
)]
#[case::fault(
    crashing(139, "Error"),
    "does not run: Container app ends again and again, restarted 4 times, last with exit code 139 (SIGSEGV, memory that is not its own: a defect of the program)."
)]
#[case::terminated(
    crashing(143, "Error"),
    "does not run: Container app ends again and again, restarted 4 times, last with exit code 143 (SIGTERM, it was asked to end)."
)]
#[case::own_code(
    crashing(42, "Error"),
    "does not run: Container app ends again and again, restarted 4 times, last with exit code 42."
)]
#[case::no_image(
    waiting("ErrImagePull", "reading manifest c in quay.io/a/b: manifest unknown"),
    "does not run: Container app cannot start, because its image quay.io/a/b:c cannot be pulled: there is no such image or tag."
)]
#[case::image_name(
    waiting("InvalidImageName", "couldn't parse image name"),
    "does not run: Container app cannot start, because its image quay.io/a/b:c cannot be pulled: its name is none that an image can have."
)]
#[case::image_never(
    waiting("ErrImageNeverPull", "not present with pull policy of Never"),
    "does not run: Container app cannot start, because its image quay.io/a/b:c cannot be pulled: it is not on the node, and must not be pulled (`imagePullPolicy: Never`)."
)]
#[case::image_unknown(
    waiting("ImagePullBackOff", "Back-off pulling image"),
    "does not run: Container app cannot start, because its image quay.io/a/b:c cannot be pulled."
)]
#[case::no_secret(
    waiting("CreateContainerConfigError", r#"secret "s3-credentials-fake" not found"#),
    "does not run: Container app cannot be made: the Secret s3-credentials-fake does not exist."
)]
#[case::no_configmap(
    waiting("CreateContainerConfigError", r#"configmap "a*b" not found"#),
    "does not run: Container app cannot be made: the ConfigMap a*b does not exist."
)]
#[case::no_key(
    waiting("CreateContainerConfigError", "couldn't find key database in Secret n/db"),
    "does not run: Container app cannot be made: the Secret db has no key database."
)]
#[case::root(
    waiting("CreateContainerConfigError", "container has runAsNonRoot and image will run as root"),
    "does not run: Container app cannot be made: it must not run as root, and its image does."
)]
#[case::run_error(
    waiting("RunContainerError", "container create failed: time=\"x\" level=error"),
    "does not run: Container app cannot start, because its node could not start it."
)]
#[case::no_command(
    waiting("CreateContainerError", "runc: exec: \"/run.sh\": stat /run.sh: no such file or directory"),
    "does not run: Container app cannot start: its command was not found in the image."
)]
#[case::hook(
    waiting("PostStartHookError", "command exited with 1"),
    "does not run: Container app cannot start: what it has to do after its start (`postStart`) failed."
)]
#[case::unheard_of(waiting("SomethingNew", "whatever"), "does not run: Container app waits: SomethingNew.")]
#[case::on_its_way(waiting("ContainerCreating", ""), "is starting: ")]
#[case::well(running(true, true), "runs: ")]
#[case::not_ready(
    running(false, true),
    "runs, but is not ready: Container app runs, but is not ready: no event says why."
)]
#[case::succeeded(json!({"phase": "Succeeded", "containerStatuses": [app(&json!({"terminated": {"exitCode": 0, "finishedAt": "2026-11-20T07:00:00Z"}}), &json!({}), 0)]}), "has finished: All its containers have ended without an error 26 min ago.")]
#[case::failed(json!({"phase": "Failed", "containerStatuses": [app(&json!({"terminated": {"exitCode": 3, "reason": "Error"}}), &json!({}), 0)]}), "does not run: Container app has ended with exit code 3.")]
#[case::evicted(json!({"phase": "Failed", "reason": "Evicted", "message": "The node was low on resource: memory. Threshold quantity: 100Mi"}), "does not run: It was put off its node because that was short of memory.")]
#[case::deadline(json!({"phase": "Failed", "reason": "DeadlineExceeded"}), "does not run: It was ended because it took longer than it may (`activeDeadlineSeconds`).")]
#[case::shutdown(json!({"phase": "Failed", "reason": "Terminated", "message": "Pod was terminated in response to imminent node shutdown."}), "does not run: It was ended because its node was shut down.")]
#[case::lost(json!({"phase": "Running", "reason": "NodeLost", "message": "Node os-wrk-0 which was running pod p is unresponsive"}), "does not run: Its node os-wrk-0 is not ready.")]
#[case::nothing_said(json!({"phase": "Running", "conditions": [{"type": "Ready", "status": "False", "reason": "PodNotReady"}]}), "does not run: Nothing that the cluster says explains it.")]
fn a_state_explains_a_pod(#[case] status: Value, #[case] expected: &str) {
    let explanation = pod(&a_pod(&json!({}), &status), &[], &[], now());
    assert_eq!(told(&explanation), expected);
    assert!(explanation.findings.iter().all(|finding| !finding.evidence.is_empty()), "{explanation:?}");
    let quoted =
        explanation.findings.iter().flat_map(|finding| &finding.evidence).all(|evidence| !evidence.quote.is_empty());
    assert!(quoted, "{explanation:?}");
}

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
    "runs, but is not ready: Container app is started again and again because its liveness probe fails."
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
#[case::node("2026-11-20T07:21:00Z", json!([]), &[("NodeNotReady", "Node is not ready")], "is being removed: Its removal was asked for 5 min ago, and its time was up 5 min ago. Its node os-wrk-0 is not ready, so nobody can say that it has ended.")]
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

#[rstest]
#[case::crash(include_str!("../../../../tests/data/cluster/pod.crashloop.json"), "No space left on device")]
#[case::memory(include_str!("../../../../tests/data/cluster/pod.oomkilled.json"), "exit code: 137")]
#[case::place(include_str!("../../../../tests/data/cluster/pod.unschedulable.json"), "2 Insufficient nvidia.com/gpu")]
fn recorded_pods_are_explained_with_what_they_say(#[case] text: &str, #[case] quote: &str) {
    let events: List<Event> =
        serde_json::from_str(include_str!("../../../../tests/data/cluster/eventlist.opf-jupyterhub.json")).unwrap();
    let explanation = pod(&serde_json::from_str(text).unwrap(), &events.items, &[], now());
    assert_eq!(explanation.verdict, Verdict::DoesNotRun);
    assert!(explanation.findings[0].evidence[0].quote.contains(quote), "{explanation:?}");
}

#[test]
fn of_the_recorded_namespace_each_pod_has_its_verdict() {
    let pods: List<Pod> =
        serde_json::from_str(include_str!("../../../../tests/data/cluster/podlist.opf-trino.json")).unwrap();
    let verdicts =
        pods.items.iter().map(|each| format!("{} {}", each.metadata.name, told(&pod(each, &[], &[], now()))));
    insta::assert_snapshot!(verdicts.collect::<Vec<_>>().join("\n"), @"
    hive-metastore-9bqpvp7rrk-6kxll does not run: Init container wait-for-db ends again and again, restarted 88 times, last with exit code 1 (an error that the program does not tell from others).
    superset-d6vkvx54v9-gql2p runs: 
    superset-init-db-2dvdc has finished: All its containers have ended without an error 24 days ago.
    superset-worker-w2gvqgtd67-sgrxv is starting: Init container wait-for-postgres is still at work; the others begin when it has ended.
    trino-coordinator-gh46bgmc6b-9rzsk runs: 
    trino-worker-kphl5c2jjx-7fqss runs: 
    trino-worker-kphl5c2jjx-dktnn runs: 
    trino-worker-kphl5c2jjx-mhd5p does not run: None of the 6 nodes takes it: 1 has too little memory left, 1 is closed for new pods (cordoned), 3 have the taint node-role.kubernetes.io/master, which it does not tolerate, 1 has the taint node.kubernetes.io/memory-pressure, which it does not tolerate.
    ");
}

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
