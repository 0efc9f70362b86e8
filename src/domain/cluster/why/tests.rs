//! A case or more for each cause, as a cluster's API gives it.

mod events;
mod laws;
mod rollout;

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
#[case::lost(json!({"phase": "Running", "reason": "NodeLost", "message": "Node os-wrk-0 which was running pod p is unresponsive"}), "does not run: Its node os-wrk-0 has not been heard of.")]
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
