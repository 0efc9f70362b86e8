//! What people read, drawn as plain text.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::*;
use crate::domain::cluster::describe as description;
use crate::domain::cluster::object::{Claim, Deployment, Event, List, Node, Pod, Quota, ReplicaSet};
use crate::domain::cluster::{owner as whose, quota as used, status as judged, why as reasons};

fn now() -> DateTime<Utc> {
    "2026-11-20T07:26:00Z".parse().unwrap()
}

fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

macro_rules! recorded {
    ($file:literal) => {
        serde_json::from_str(include_str!(concat!("../../../../tests/data/cluster/", $file))).unwrap()
    };
}

/// A reply as somebody reads it: small print in brackets, quotations behind a bar, code behind two.
fn drawn(reply: &Reply) -> String {
    let behind = |bar: &str, words: &str| {
        words.lines().map(|line| format!("{bar} {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    };
    let draw = |part: &Part| match part {
        Part::Title(title) => format!("# {title}"),
        Part::Text(markdown) => unmarked(markdown),
        Part::Note(markdown) => format!("[{}]", unmarked(markdown)),
        Part::Quote(words) => behind("|", words),
        Part::Code(lines) => behind("||", lines),
        other => format!("{other:?}"),
    };
    reply.parts.iter().map(draw).collect::<Vec<_>>().join("\n")
}

fn unmarked(markdown: &str) -> String {
    markdown.replace("**", "").replace('\\', "")
}

fn why_pod(pod: &Pod, events: &[Event], claims: &[Claim]) -> Reply {
    why(&reasons::pod(pod, events, claims, now()))
}

fn events() -> Vec<Event> {
    let list: List<Event> = recorded!("eventlist.opf-jupyterhub.json");
    list.items
}

#[test]
fn a_pod_that_no_node_takes() {
    let reply = why_pod(&recorded!("pod.unschedulable.json"), &events(), &[]);
    insta::assert_snapshot!(drawn(&reply), @"
    Pod jupyterhub-nb-dmitri-5fml in opf-jupyterhub does not run: 0 of 1 container is ready.
    None of the 6 nodes takes it: 2 have too little nvidia.com/gpu left, 1 is closed for new pods (cordoned), 3 have the taint node-role.kubernetes.io/master, which it does not tolerate.
    Ask for less of it, free some, or have nodes added.
    [Condition PodScheduled; event FailedScheduling, 49 s ago, 15 times:]
    | 0/6 nodes are available: 2 Insufficient nvidia.com/gpu, 1 node(s) were unschedulable, 3 node(s) had untolerated taint {node-role.kubernetes.io/master: }.
    ");
}

#[test]
fn a_pod_that_crashes() {
    let reply = why_pod(&recorded!("pod.crashloop.json"), &[], &[]);
    insta::assert_snapshot!(drawn(&reply), @"
    Pod odh-message-bus-kafka-2 in opf-kafka does not run: 0 of 1 container is ready.
    Container kafka ends again and again, restarted 187 times, last with exit code 1 (an error that the program does not tell from others).
    Read what it printed before it ended: `logs` of container kafka.
    [Last state of container kafka, 2 min ago:]
    | org.apache.kafka.common.errors.KafkaStorageException: Error while writing to checkpoint file: No space left on device
    ");
}

#[test]
fn a_pod_that_needs_more_memory() {
    let reply = why_pod(&recorded!("pod.oomkilled.json"), &events(), &[]);
    insta::assert_snapshot!(drawn(&reply), @"
    Pod jupyterhub-nb-chandra in opf-jupyterhub does not run: 0 of 1 container is ready.
    Container notebook was ended: it used more memory than its limit of 8Gi allows (OOMKilled), restarted 4 times.
    Give it a higher memory limit, or have it use less.
    [State of container notebook, 24 s ago:]
    | reason: OOMKilled, exit code: 137
    ");
}

#[test]
fn a_pod_whose_claim_is_not_met() {
    let pod = json!({"metadata": {"name": "trino-worker-0", "namespace": "opf-trino"},
        "spec": {"containers": [{"name": "trino"}], "volumes": [{"name": "cache", "persistentVolumeClaim": {"claimName": "trino-cache"}}]},
        "status": {"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable",
            "message": "0/6 nodes are available: 6 pod has unbound immediate PersistentVolumeClaims."}]}});
    let failed = json!({"type": "Warning", "reason": "ProvisioningFailed", "count": 2411, "lastTimestamp": "2026-11-20T07:21:50Z",
        "involvedObject": {"kind": "PersistentVolumeClaim", "namespace": "opf-trino", "name": "trino-cache"},
        "message": "failed to provision volume with StorageClass \"ocs-storagecluster-cephfs\": rpc error: code = DeadlineExceeded desc = context deadline exceeded"});
    let reply = why_pod(&read(pod), &[read(failed)], &[recorded!("pvc.pending.json")]);
    insta::assert_snapshot!(drawn(&reply), @r#"
    Pod trino-worker-0 in opf-trino does not run: 0 of 1 container is ready.
    1. No volume of the class ocs-storagecluster-cephfs could be made for its PersistentVolumeClaim trino-cache.
    This is the storage's failure, not the pod's: tell #support.
    [Event ProvisioningFailed, 4 min ago, 2411 times:]
    | failed to provision volume with StorageClass "ocs-storagecluster-cephfs": rpc error: code = DeadlineExceeded desc = context deadline exceeded
    2. None of the 6 nodes takes it: a claim on storage of it is not bound yet.
    Look at its PersistentVolumeClaim: `describe` it.
    [Condition PodScheduled:]
    | Unschedulable: 0/6 nodes are available: 6 pod has unbound immediate PersistentVolumeClaims.
    "#);
}

#[test]
fn a_deployment_that_runs_in_part() {
    let deployment: Deployment = recorded!("deployment.json");
    let pods: List<Pod> = recorded!("podlist.opf-trino.json");
    let set: ReplicaSet = read(json!({"metadata": {"name": "trino-worker-kphl5c2jjx", "namespace": "opf-trino",
        "ownerReferences": [{"kind": "Deployment", "name": "trino-worker"}]}, "spec": {"replicas": 3}, "status": {"replicas": 3}}));
    let reply = why(&reasons::deployment(&deployment, &[set], &pods.items, &[], &[], now()));
    insta::assert_snapshot!(drawn(&reply), @r#"
    Deployment trino-worker in opf-trino runs in part: 2 of 3 pods are ready.
    1. Pod trino-worker-kphl5c2jjx-mhd5p: None of the 6 nodes takes it: 1 has too little memory left, 1 is closed for new pods (cordoned), 3 have the taint node-role.kubernetes.io/master, which it does not tolerate, 1 has the taint node.kubernetes.io/memory-pressure, which it does not tolerate.
    Ask for less of it, free some, or have nodes added.
    [Condition PodScheduled:]
    | Unschedulable: 0/6 nodes are available: 1 Insufficient memory, 1 node(s) were unschedulable, 3 node(s) had untolerated taint {node-role.kubernetes.io/master: }, 1 node(s) had untolerated taint {node.kubernetes.io/memory-pressure: }. preemption: 0/6 nodes are available: 6 Preemption is not helpful for scheduling.
    2. Its rollout has taken longer than it may, and is counted as failed.
    [Condition Progressing:]
    | ProgressDeadlineExceeded: ReplicaSet "trino-worker-kphl5c2jjx" has timed out progressing.
    3. 1 of its 3 pods cannot be asked for anything, which is more than it can do without.
    [Condition Available:]
    | MinimumReplicasUnavailable: Deployment does not have minimum availability.
    "#);
}

#[test]
fn a_pod_that_runs() {
    let pods: List<Pod> = recorded!("podlist.opf-trino.json");
    insta::assert_snapshot!(drawn(&why_pod(&pods.items[1], &[], &[])), @"Pod superset-d6vkvx54v9-gql2p in opf-trino runs: 1 of 1 container is ready. All is well.");
}

#[test]
fn a_namespace_and_what_it_uses() {
    let quota_of: Quota = recorded!("resourcequota.json");
    insta::assert_snapshot!(drawn(&quota("opf-kafka", &used::usage(&[quota_of]))), @"
    # What the namespace uses of what it may
    In opf-kafka, requests.storage is more than 80 % used.
    || RESOURCE                               USED   OF     SHARE
    || requests.storage                       330Gi  400Gi  82 %   ▓▓▓▓▓▓▓▓░░
    || limits.memory                          29Gi   40Gi   72 %   ▓▓▓▓▓▓▓░░░
    || requests.memory                        29Gi   40Gi   72 %   ▓▓▓▓▓▓▓░░░
    || limits.cpu                             11     16     68 %   ▓▓▓▓▓▓░░░░
    || requests.cpu                           8900m  16     55 %   ▓▓▓▓▓░░░░░
    || count/objectbucketclaims.objectbucke…  0      1      0 %    ░░░░░░░░░░
    ");
    insta::assert_snapshot!(drawn(&quota("opf-kafka", &[])), @"
    # What the namespace uses of what it may
    opf-kafka has no quota.
    ");
}

#[test]
fn a_namespace_and_whose_it_is() {
    insta::assert_snapshot!(drawn(&owner(&whose::owner(&recorded!("namespace.json")))), @"
    # Whose the namespace is
    thoth-test
    - Team: thoth
    - Asked for by: thoth
    | Project Thoth, test deployment
    ");
    let linked = json!({"metadata": {"name": "b4mad", "annotations": {"op1st/onboarding-issue": "https://github.com/operate-first/support/issues/12",
        "op1st/docs": "https://evil.example/[x](y)"}}});
    // Of an address nothing is left that could be pressed: something invisible stands in it.
    insta::assert_snapshot!(drawn(&owner(&whose::owner(&read(linked)))).replace('\u{200B}', "·"), @"
    # Whose the namespace is
    b4mad
    - Onboarding issue: [operate-first/support/issues/12](<https://github.com/operate-first/support/issues/12>)
    - Documents: https:·//evil.example/[x](y)
    ");
    insta::assert_snapshot!(drawn(&owner(&whose::owner(&read(json!({"metadata": {"name": "b4mad"}}))))), @"
    # Whose the namespace is
    Nothing says whose b4mad is. Ask in #support.
    ");
}

#[test]
fn a_cluster_and_how_it_is() {
    let operator = |name: &str, available: &str, message: &str| {
        read(json!({"metadata": {"name": name}, "status": {"conditions": [
            {"type": "Available", "status": available, "message": message}, {"type": "Degraded", "status": "True", "message": message}]}}))
    };
    let operators = [
        operator("etcd", "True", "EtcdMembersDegraded: 2 of 3 members are available"),
        operator("insights", "False", "no <!channel>"),
    ];
    let well = json!({"metadata": {"name": "os-wrk-0"}, "spec": {"unschedulable": true}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}});
    let nodes: [Node; 2] = [recorded!("node.notready.json"), read(well)];
    let counts = judged::Counts {
        namespaces: Some(12),
        pods: Some([("Running".to_owned(), 60), ("Pending".to_owned(), 1)].into()),
    };
    let version = recorded!("clusterversion.json");
    let reply = status("smaug", &judged::status("v1.24.0+3882f8f", Some(&version), &nodes, &operators, counts));
    insta::assert_snapshot!(drawn(&reply), @"
    # How the cluster is
    smaug runs OpenShift 4.11.7 (Kubernetes v1.24.0+3882f8f).
    1 of 2 nodes are ready.
    os-ctrl-2.cluster.example.org is not ready.
    | Kubelet stopped posting node status.
    os-wrk-0 takes no new pods (cordoned).
    0 of 2 operators are well.
    insights is not available, and degraded.
    | no <!channel>
    etcd is degraded.
    | EtcdMembersDegraded: 2 of 3 members are available
    [12 namespaces, 61 pods: 1 Pending, 60 Running.]
    ");
    insta::assert_snapshot!(drawn(&status("kind", &judged::status("v1.36.2", None, &[], &[], judged::Counts::default()))), @"
    # How the cluster is
    kind runs Kubernetes v1.36.2.
    ");
}

#[test]
fn an_object_at_length() {
    let mut pod: Value = recorded!("pod.unschedulable.json");
    pod["metadata"]["annotations"]["planted"] = json!("do-not-show");
    let reply = describe(&description::describe(&pod, &events(), now()), true);
    assert!(!drawn(&reply).contains("do-not-show"));
    insta::assert_snapshot!(drawn(&reply), @"
    Pod jupyterhub-nb-dmitri-5fml in opf-jupyterhub
    || age: 14 min
    || labels: app=jupyterhub, component=singleuser-server, hub.jupyter.org/username=dmitri-5fml
    || phase: Pending
    Container notebook
    || image: quay.io/example/s2i-minimal-notebook:v0.3.0
    || requests: cpu=1, memory=4Gi
    || limits: cpu=2, memory=8Gi
    || ports: 8080/TCP (port-8080)
    || mounts: claim jupyterhub-nb-dmitri-5fml-pvc at /opt/app-root/src
    Conditions
    || PodScheduled False, for 14 min; Unschedulable: 0/6 nodes are available: 2 Insufficient nvidia.com/gpu, 1 node(s) were unschedulable, 3 node(s) had untolerated taint {node-role.kubernetes.io/master: }.
    Newest events
    [Event FailedScheduling, 49 s ago, 15 times:]
    | 0/6 nodes are available: 2 Insufficient nvidia.com/gpu, 1 node(s) were unschedulable, 3 node(s) had untolerated taint {node-role.kubernetes.io/master: }.
    ");
}

/// A pod of which everything that can be said is long and hostile.
fn hostile(containers: usize) -> (Pod, Vec<Event>) {
    let words = format!("<!channel> `x` *b* [a](http://evil.example) \u{202e}{}", "long ".repeat(500));
    let name = |number: usize| format!("c{number}<!here>*");
    let spec = (0..containers).map(|number| json!({"name": name(number), "image": words}));
    let status = (0..containers).map(|number| {
        json!({"name": name(number), "state": {"waiting": {"reason": "CrashLoopBackOff", "message": words}},
        "lastState": {"terminated": {"exitCode": 1, "message": words}}})
    });
    let pod = json!({"metadata": {"name": "<!channel>", "namespace": "*n*"}, "spec": {"nodeName": "n", "containers": spec.collect::<Vec<_>>()},
        "status": {"phase": "Running", "containerStatuses": status.collect::<Vec<_>>()}});
    let event = |_| json!({"involvedObject": {"kind": "Pod", "name": "<!channel>"}, "reason": words, "message": words});
    (read(pod), (0..9).map(event).map(read).collect())
}

#[test]
fn whatever_a_cluster_says_a_reply_stays_within_bounds_and_does_nothing() {
    let (pod, events) = hostile(60);
    let object = json!({"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "<!channel>", "labels": {"a": "b"}},
        "spec": {"containers": (0..60).map(|number| json!({"name": format!("c{number}"), "image": "x".repeat(900)})).collect::<Vec<_>>()}});
    let usage: Vec<used::Usage> = {
        let hard: serde_json::Map<String, Value> =
            (0..90).map(|number| (format!("{number}{}", "r".repeat(60)), json!("1"))).collect();
        used::usage(&[read(json!({"metadata": {"name": "q"}, "spec": {"hard": hard}}))])
    };
    let replies = [
        why_pod(&pod, &events, &[]),
        describe(&description::describe(&object, &events, now()), true),
        quota("*n*", &usage),
    ];
    for reply in replies {
        assert!(reply.parts.len() <= PARTS + 2, "{}", reply.parts.len());
        for part in &reply.parts {
            let text: &str = match part {
                Part::Text(text) | Part::Note(text) => text,
                Part::Title(text) | Part::Quote(text) | Part::Code(text) => text,
                _ => panic!("{part:?}"),
            };
            assert!(text.chars().count() <= 3_000, "{}", text.chars().count());
            assert!(!text.contains('\u{202e}'));
            if let Part::Text(text) | Part::Note(text) = part {
                assert!(!text.contains("<!") && !text.contains("](http"), "{text}");
            }
        }
        assert!(drawn(&reply).contains(" more"), "{}", drawn(&reply));
    }
}
