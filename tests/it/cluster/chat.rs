//! Clusters as people ask about them in a channel.

use firstmate::domain::clock::Clock;
use firstmate::playground::{Discovery, Failure, Place, SampleCluster};
use rstest::rstest;

use crate::bot::{A_QUIET_FRIDAY, Bot, Parts};

/// Two clusters; #support means the first of them.
const CLUSTERS: &str = r#"
[clusters.smaug]
about = "Where projects run"
kubeconfig = "smaug.kubeconfig"
namespace = "opf-jupyterhub"
[clusters.infra]
about = "Where tools run"
kubeconfig = "infra.kubeconfig"
[channels.C01RMPVUUK1]
cluster = "smaug"
"#;

const POLICY: &str = r#"
[[rules]]
name = "members-look"
who = "all"
channels = "all"
clusters = "all"
namespaces = ["opf-*", "b4mad", "thoth-*", "fybrik", "no-such-ns"]
verbs = ["get", "describe", "events", "why", "quota", "owner", "kinds"]
kinds = ["pods", "deployments.apps", "events", "configmaps", "routes.route.openshift.io", "nodes", "persistentvolumeclaims", "resourcequotas"]
[[rules]]
name = "maintainers-see-all"
who = ["maintainer"]
channels = "all"
clusters = ["smaug"]
namespaces = "all"
verbs = ["get", "status", "logs"]
kinds = ["pods"]
"#;

/// A bot with these clusters.
pub fn parts(clusters: Vec<SampleCluster>) -> Parts {
    let parts = Parts::default();
    let files = parts.files.clone().overlay("cluster/clusters.toml", CLUSTERS).overlay("cluster/policy.toml", POLICY);
    Parts { files, clusters, ..parts }
}

async fn bot() -> Bot {
    parts(vec![SampleCluster::named("smaug"), SampleCluster::hanging("infra")]).start().await
}

/// What `handle` reads in #support after these words; each bot is asked once.
async fn told(handle: &str, words: &str) -> String {
    let parts = parts(vec![SampleCluster::named("smaug"), SampleCluster::hanging("infra")]);
    // Ages are a part of what is read.
    let bot = Parts { clock: Clock::standing(A_QUIET_FRIDAY.parse().unwrap()), ..parts }.start().await;
    let support = bot.as_(handle).in_("#support");
    support.types(words).await;
    bot.settle().await;
    let read = seen(&support);
    bot.finish().await;
    read
}

/// The blocks of the newest message: the plain text beside them says the same.
fn seen(place: &Place<'_>) -> String {
    let text = place.messages().last().unwrap()["text"].as_str().unwrap().lines().count();
    let read = place.reads();
    let newest = read.rfind("firstmate").unwrap();
    let lines = read[newest..].lines().skip(text.max(1));
    lines.map(|line| line.strip_prefix("    ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn pods_are_listed_in_a_block() {
    insta::assert_snapshot!(told("ann", "/cluster get pods").await, @"
    *smaug* get pods (in opf-jupyterhub)
    NAME
      READY  STATUS  RESTARTS  AGE
    jupyterhub-db-9rtxggmcv6-rv97q
      1/1  Running  0  12d
    jupyterhub-nb-alice
      1/1  Running  0  120m
    jupyterhub-nb-bela-2dkis
      1/1  Running  0  6h
    jupyterhub-nb-chandra
      0/1  OOMKilled  4 (4m18s ago)  35m
    jupyterhub-nb-dmitri-5fml
      0/1  Pending  0  14m
    jupyterhub-nb-eszter
      0/1  ContainerCreating  0  3m28s
    jupyterhub-nb-fatou
      1/1  Running  2 (120m ago)  21h
    jupyterhub-nb-guillermo
      1/1  Running  0  26h
    jupyterhub-wr72vqdkhx-bbxjk
      1/1  Running  0  12d
    traefik-proxy-g2dm7zgngv-6cww6
      1/1  Running  0  12d
    traefik-proxy-g2dm7zgngv-cmfdr
      1/1  Running  0  12d
    traefik-proxy-g2dm7zgngv-fr4nn
      1/1  Running  0  12d
    [All of it as a file]
    ");
}

#[tokio::test]
async fn a_mention_in_a_thread_does_the_same() {
    let bot = bot().await;
    let general = bot.as_("ann").in_("#general");
    general.types("Who knows the routes?").await;
    let thread = general.newest().unwrap();
    let inside = bot.as_("ann").in_("#general").in_thread(thread);
    inside.types("@firstmate cluster smaug get routes.route.openshift.io -n thoth-test").await;
    bot.settle().await;
    insta::assert_snapshot!(seen(&inside), @"
    *smaug* get routes.route.openshift.io -n thoth-test
    NAME
      HOST/PORT  PATH  SERVICES  PORT  TERMINATION  WILDCARD
    management-api
      management-api-thoth-test.apps.cluster.example.org  -  management-api  http  -  None
    user-api
      api.thoth-test.example.org  -  user-api  http  edge  None
    user-api-old
      api.thoth-test.example.org  -  user-api  http  edge  None
    [All of it as a file]
    ");
    bot.finish().await;
}

#[tokio::test]
async fn pages_follow_each_other_and_a_forgotten_place_is_told() {
    let bot = bot().await;
    let support = bot.as_("bob").in_("#support");
    support.types("/cluster get pods -A -o name").await;
    bot.settle().await;
    let first = support.reads();
    assert!(first.contains("Rows 1 to 15 of 88.") && first.contains("pod/"), "{first}");
    support.presses("Next page").await;
    bot.settle().await;
    let second = support.reads();
    assert!(second.contains("Rows 16 to 30 of 88.") && second.contains("[From the beginning]"), "{second}");
    assert!(!second.contains("Rows 1 to 15"), "a page takes the place of the last one: {second}");
    bot.world.expire_continues("smaug");
    support.presses("Next page").await;
    bot.settle().await;
    let again = support.reads();
    assert!(
        again.contains("has forgotten where the list was to go on") && again.contains("Rows 1 to 15 of 88."),
        "{again}"
    );
    bot.finish().await;
}

#[tokio::test]
async fn a_limit_holds_over_pages() {
    let bot = bot().await;
    let support = bot.as_("bob").in_("#support");
    support.types("/cluster get pods -A -o name --limit 20").await;
    bot.settle().await;
    assert!(support.reads().contains("Rows 1 to 15 of 20."), "{}", support.reads());
    support.presses("Next page").await;
    bot.settle().await;
    let rest = support.reads();
    assert!(rest.contains("Rows 16 to 20.") && !rest.contains("[Next page]"), "{rest}");
    bot.finish().await;
}

#[tokio::test]
async fn a_list_comes_as_a_file_and_is_shown_to_all_by_a_button() {
    let bot = bot().await;
    let support = bot.as_("bob").in_("#support");
    support.types("/cluster get pods -A").await;
    bot.settle().await;
    support.presses("All of it as a file").await;
    support.presses("All of it as a file").await;
    bot.settle().await;
    let alone = bot.as_("bob").in_("@firstmate");
    let (name, text) = alone.newest_file().unwrap();
    assert!(name.starts_with("smaug-get-") && name.ends_with(".txt"), "{name}");
    assert_eq!((text.lines().count(), alone.messages().len()), (89, 1));
    assert!(text.starts_with("NAMESPACE") && !text.contains('…'));
    assert!(support.reads().contains("send it to you as a direct message"), "{}", support.reads());
    assert_eq!(bot.as_("ann").in_("#support").newest_file(), None);
    support.presses("Show it in this channel").await;
    bot.settle().await;
    assert_eq!(bot.as_("ann").in_("#support").newest_file().unwrap().1, text);
    let heard = bot.as_("ann").in_("#support").reads();
    assert!(
        heard.contains("smaug get pods -A (88 rows, read 2027-02-05 09:0")
            && heard.contains("Shown by @Bob Maintainer."),
        "{heard}"
    );
    bot.finish().await;
}

#[tokio::test]
async fn a_file_that_was_given_unheard_is_not_given_again() {
    let bot = bot().await;
    let alone = bot.as_("ann").in_("@firstmate");
    alone.types("cluster smaug get pods").await;
    bot.settle().await;
    bot.world.fail_next("files.completeUploadExternal", Failure::DoneThenClosed, 1);
    alone.presses("All of it as a file").await;
    bot.settle().await;
    let files = alone.messages().iter().filter(|message| message["files"][0].is_object()).count();
    assert_eq!(files, 1, "{}", alone.reads());
    let shown = bot.world.calls().iter().filter(|(method, _)| method == "files.completeUploadExternal").count();
    assert_eq!(shown, 1);
    bot.finish().await;
}

#[tokio::test]
async fn a_file_that_takes_longer_than_a_claim_is_read_once() {
    let bot = bot().await;
    let alone = bot.as_("ann").in_("@firstmate");
    alone.types("cluster smaug get pods").await;
    bot.settle().await;
    let asked = || bot.world.calls().iter().filter(|(method, _)| method.ends_with("/pods")).count();
    let before = asked();
    // A claim lasts for eight seconds.
    bot.world.slow_next("cluster smaug", std::time::Duration::from_millis(9_200));
    alone.presses("All of it as a file").await;
    bot.settle().await;
    assert_eq!(
        (asked() - before, alone.messages().iter().filter(|message| message["files"][0].is_object()).count()),
        (1, 1)
    );
    bot.finish().await;
}

#[tokio::test]
async fn a_file_that_cannot_be_made_is_told_why() {
    let bot = bot().await;
    let support = bot.as_("ann").in_("#support");
    support.types("/cluster get pods").await;
    bot.settle().await;
    bot.world.fail_next("cluster smaug", Failure::Status(401), 3);
    support.presses("All of it as a file").await;
    bot.settle().await;
    let told = bot.as_("ann").reads("@firstmate");
    assert!(told.contains("smaug does not accept my login."), "{told}");
    bot.finish().await;
}

#[tokio::test]
async fn of_a_file_that_was_given_nothing_stays_in_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("bot.db").display());
    let bot = parts(vec![SampleCluster::named("smaug"), SampleCluster::named("infra")]);
    let bot = bot.set("FIRSTMATE_STORE__URL", &url).start().await;
    let support = bot.as_("ann").in_("#support");
    support.types("/cluster get pods -l component=singleuser-server").await;
    bot.settle().await;
    support.presses("All of it as a file").await;
    bot.settle().await;
    assert!(bot.as_("ann").in_("@firstmate").newest_file().unwrap().1.contains("jupyterhub-nb-fatou"));
    let store = bot.store.clone();
    bot.finish().await;
    store.close().await;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let kept = String::from_utf8_lossy(&bytes);
        assert!(
            !kept.contains("jupyterhub-nb-fatou") && !kept.contains("singleuser"),
            "what was asked or read was kept"
        );
        assert!(!kept.contains("U0ANN"), "a person was kept");
    }
}

#[tokio::test]
async fn what_a_person_reads_of_single_things() {
    insta::assert_snapshot!(told("ann", "/cluster quota opf-seldon").await, @"
    *What the namespace uses of what it may*
    In *opf-seldon*, *limits.cpu* is more than 80 % used. More is used than may be of *limits.cpu*: nothing new that needs it can be made.
    RESOURCE                               USED    OF    SHARE
    limits.cpu                             7       2     350 %, over  ▓▓▓▓▓▓▓▓▓▓
    requests.cpu                           700m    2     35 %         ▓▓▓░░░░░░░
    limits.memory                          1792Mi  8Gi   21 %         ▓▓░░░░░░░░
    requests.memory                        1792Mi  8Gi   21 %         ▓▓░░░░░░░░
    count/objectbucketclaims.objectbucke…  0       1     0 %          ░░░░░░░░░░
    requests.storage                       0       40Gi  0 %          ░░░░░░░░░░
    ");
    insta::assert_snapshot!(told("ann", "/cluster owner thoth-test").await, @"
    *Whose the namespace is*
    *thoth-test*

    • Team: thoth
    • Asked for by: thoth
    > Project Thoth, test deployment
    ");
    insta::assert_snapshot!(told("ann", "/cluster events -n b4mad").await, @r#"
    *smaug* events -n b4mad
    OBJECT
      LAST SEEN  TYPE  REASON
      MESSAGE
    pod/pitcrew-rest-k4qq4v6mwn-n2hr7
      35s (x3)  Warning  Failed
      Error: ErrImagePull
    pod/pitcrew-rest-k4qq4v6mwn-n2hr7
      100s (x4)  Warning  Failed
      Failed to pull image "quay.io/example/pitcrew:sha-1a2b3c4": rpc error: code = Unknown desc = reading manifest: manifest unknown: manifest unknown
    replicaset/telemetry-collector-8lv895hn2l
      6m10s (x13)  Warning  FailedCreate
      Error creating: pods "telemetry-collector-x" is forbidden: exceeded quota: small, requested: limits.cpu=1, used: limits.cpu=2, limited: limits.cpu=2
    pod/paddock
      9m10s (x7)  Warning  Unhealthy
      Readiness probe failed: HTTP probe failed with statuscode: 503: <html><!channel> & <b>Service</b> `unavailable` ```x```...
    pod/telemetry-collector-8lv895hn2l-d6q7b
      27m  Normal  Killing
      Stopping container collector
    pod/telemetry-collector-8lv895hn2l-d6q7b
      27m  Warning  Evicted
      The node was low on resource: memory. Threshold quantity: 100Mi, available: 41232Ki. Container collector was using 7914336Ki, request is 512Mi, has larger consumption of memory.
    [All of it as a file]
    "#);
    insta::assert_snapshot!(told("bob", "/cluster status").await, @"
    *How the cluster is*
    *smaug* runs OpenShift 4.11.7 (Kubernetes v1.36.2).
    5 of 6 nodes are ready.
    *os-ctrl-2.cluster.example.org* is not ready.
    > Kubelet stopped posting node status.
    *os-wrk-1.cluster.example.org* has *MemoryPressure*.
    *os-wrk-2.cluster.example.org* takes no new pods (cordoned).
    21 of 24 operators are well. On its way to something new: *image-registry*.
    *insights* is not available.
    > All is well
    *etcd* is degraded.
    > EtcdMembersDegraded: 2 of 3 members are available, os-ctrl-2.cluster.example.org is unhealthy
    *machine-config* is degraded.
    > Failed to resync 4.11.7 because: error during syncRequiredMachineConfigPools: timed out waiting for the condition, pool master has not progressed to latest configuration: 1 of 3 nodes unavailable
    15 namespaces, 88 pods: 5 Failed, 8 Pending, 75 Running or completed.
    ");
    insta::assert_snapshot!(told("ann", "/cluster kinds po").await, @"
    *smaug* kinds po
    NAME  SHORT NAMES  KIND  IN NAMESPACES
    pods  po           Pod   yes
    [All of it as a file]
    ");
    insta::assert_snapshot!(told("ann", "/cluster describe cm trino-config -n opf-trino").await, @"
    ConfigMap *trino-config* in *opf-trino*
    age: 90 days
    *Keys (values are not shown)*
    config.properties: 44 bytes
    note: 110 bytes
    No event of it is known. A cluster forgets them after an hour or a few.
    ");
    insta::assert_snapshot!(told("ann", "/cluster describe pod jupyterhub-nb-chandra").await, @"
    Pod *jupyterhub-nb-chandra* in *opf-jupyterhub*
    age: 35 min
    labels: app=jupyterhub, component=singleuser-server, hub.jupyter.org/username=chandra
    phase: Running
    node: os-wrk-1.cluster.example.org
    *Container notebook*
    image: quay.io/example/s2i-minimal-notebook:v0.3.0
    state: ended 20 s ago, OOMKilled with exit code 137
    ready: no
    restarts: 4
    before that: ended 4 min ago, OOMKilled with exit code 137
    requests: cpu=1, memory=4Gi
    limits: cpu=2, memory=8Gi
    ports: 8080/TCP (port-8080)
    mounts: claim jupyterhub-nb-chandra-pvc at /opt/app-root/src
    *Conditions*
    Initialized True, for 35 min
    Ready False, for 35 min; ContainersNotReady: containers with unready status: [notebook]
    ContainersReady False, for 35 min; ContainersNotReady: containers with unready status: [notebook]
    PodScheduled True, for 35 min
    *Newest events*
    Event Started, 3 min ago, 5 times:
    > Started container notebook
    ");
    insta::assert_snapshot!(told("bob", "/cluster logs jupyterhub-nb-alice --tail 3").await, @"
    *smaug* logs jupyterhub-nb-alice --tail 3
    ready
    GET /healthz 200
    GET /healthz 200
    ");
}

#[tokio::test]
async fn five_answers_to_why() {
    insta::assert_snapshot!(told("ann", "/cluster why jupyterhub-nb-dmitri-5fml").await, @"
    Pod *jupyterhub-nb-dmitri-5fml* in *opf-jupyterhub* does not run: 0 of 1 container is ready.
    None of the 6 nodes takes it: 2 have too little *nvidia.com/gpu* left, 1 is closed for new pods (cordoned), 3 have the taint *node-role.kubernetes.io/master*, which it does not tolerate. Ask for less of it, free some, or have nodes added.
    Condition PodScheduled; event FailedScheduling, 47 s ago, 15 times:
    > 0/6 nodes are available: 2 Insufficient nvidia.com/gpu, 1 node(s) were unschedulable, 3 node(s) had untolerated taint {node-role.kubernetes.io/master: }.
    ");
    insta::assert_snapshot!(told("ann", "/cluster why jupyterhub-nb-chandra").await, @"
    Pod *jupyterhub-nb-chandra* in *opf-jupyterhub* does not run: 0 of 1 container is ready.
    Container *notebook* was ended: it used more memory than its limit of *8Gi* allows (OOMKilled), restarted 4 times. Give it a higher memory limit, or have it use less.
    State of container notebook, 20 s ago:
    > reason: OOMKilled, exit code: 137
    ");
    insta::assert_snapshot!(told("ann", "/cluster why odh-message-bus-kafka-2 -n opf-kafka").await, @"
    Pod *odh-message-bus-kafka-2* in *opf-kafka* does not run: 0 of 1 container is ready.
    Container *kafka* ends again and again, restarted 187 times, last with exit code 1 (an error that the program does not tell from others). Read what it printed before it ended: `logs` of container *kafka*.
    Last state of container kafka, 2 min ago:
    > org.apache.kafka.common.errors.KafkaStorageException: Error while writing to checkpoint file: No space left on device
    ");
    insta::assert_snapshot!(told("ann", "/cluster why deploy/pitcrew-rest -n b4mad").await, @r#"
    Deployment *pitcrew-rest* in *b4mad* does not run: 0 of 1 pod is ready.
    *1.* Pod *pitcrew-rest-k4qq4v6mwn-n2hr7*: Container *app* cannot start, because its image *quay.io/example/pitcrew:sha-1a2b3c4* cannot be pulled: there is no such image or tag. Correct the image's name or its tag, or push it.
    Event Failed, 100 s ago, 4 times:
    > Failed to pull image "quay.io/example/pitcrew:sha-1a2b3c4": rpc error: code = Unknown desc = reading manifest: manifest unknown: manifest unknown
    *2.* Its rollout has taken longer than it may, and is counted as failed.
    Condition Progressing:
    > ProgressDeadlineExceeded: ReplicaSet "pitcrew-rest-k4qq4v6mwn" has timed out progressing.
    *3.* 1 of its 1 pods cannot be asked for anything, which is more than it can do without.
    Condition Available:
    > MinimumReplicasUnavailable: Deployment does not have minimum availability.
    "#);
    insta::assert_snapshot!(told("ann", "/cluster why telemetry-collector -n b4mad").await, @r#"
    Deployment *telemetry-collector* in *b4mad* runs in part: 1 of 2 pods are ready.
    *1.* Its pods cannot be made: the quota *small* has too little left of *limits.cpu* (one more wants *1*, *2* of *2* are used). Ask for less, free some, or ask for more room: `quota` shows what is used.
    Event FailedCreate, 6 min ago, 13 times:
    > Error creating: pods "telemetry-collector-x" is forbidden: exceeded quota: small, requested: limits.cpu=1, used: limits.cpu=2, limited: limits.cpu=2
    *2.* Pod *telemetry-collector-8lv895hn2l-d6q7b*: It was put off its node because that was short of *memory*. What looks after it has made another one, if something does. Request as much memory and disk as it uses, so that it is chosen later.
    Status of the pod:
    > Evicted: The node was low on resource: memory. Threshold quantity: 100Mi, available: 41232Ki. Container collector was using 7914336Ki, request is 512Mi, has larger consumption of memory.
    *3.* Its rollout has taken longer than it may, and is counted as failed.
    Condition Progressing:
    > ProgressDeadlineExceeded: ReplicaSet "telemetry-collector-8lv895hn2l" has timed out progressing.
    *4.* 1 of its 2 pods cannot be asked for anything, which is more than it can do without.
    Condition Available:
    > MinimumReplicasUnavailable: Deployment does not have minimum availability.
    "#);
}

#[rstest]
#[case("/cluster get widgets", "smaug knows no kind `widgets`.")]
#[case("/cluster get pds", "Did you mean `pods`?")]
#[case("/cluster get pods -n no-such-ns", "There is no namespace `no-such-ns` on smaug.")]
#[case("/cluster get pods -n kube-system", "No rule lets you look at that. The nearest is `maintainers-see-all`")]
#[case("/cluster get pods -A", "it is for the role `maintainer` only (`who`)")]
#[case(
    "/cluster get services",
    "The nearest is `members-look` in commands/cluster/policy.toml: it does not list `services` (`kinds`)"
)]
#[case("/cluster get secrets", "Secrets are never read")]
#[case("/cluster describe secret x", "Secrets are never read")]
#[case("/cluster logs jupyterhub-nb-alice", "No rule lets you look at that.")]
#[case("/cluster status", "No rule lets you look at that.")]
#[case("/cluster atlantis get pods", "I know no cluster `atlantis`. I know `infra`, `smaug`.")]
#[case("/cluster infra get pods -n opf-x", "infra did not answer within 10 seconds. Other clusters are not affected.")]
#[case("/cluster get pods no-such-pod", "smaug has no Pod called `no-such-pod` in the namespace `opf-jupyterhub`.")]
#[case("/cluster why no-such-thing", "neither a pod nor a deployment called `no-such-thing`")]
#[case(
    "/cluster get pods -l 'a b===c'",
    "smaug cannot make sense of that: “unable to parse requirement: found 'b', expected: in"
)]
#[case("/cluster get pods --field-selector spec.image=x", "“field label not supported: spec.image”")]
#[case("/cluster get pods; rm -rf /", "would be for a shell, and I have none")]
#[case("/cluster get pods --kubeconfig=/etc/shadow", "I take no `--kubeconfig`")]
#[case("/cluster get pods --as=admin", "I take no `--as`")]
#[case("/cluster get -f https://x.example", "I take no `-f`")]
#[case("/cluster get pods --token abc", "I take no `--token`")]
#[case("/cluster get pods -n 🦀", "cannot be a namespace")]
#[case("/cluster delete pod jupyterhub-nb-alice", "I only look")]
#[case("/cluster owner opf-nowhere", "smaug has no Namespace called `opf-nowhere`.")]
#[case("/cluster quota opf-nowhere", "smaug has no Namespace called `opf-nowhere`.")]
#[tokio::test]
async fn what_cannot_be_is_told_with_what_to_do(#[case] words: &str, #[case] expected: &str) {
    let told = told("ann", words).await;
    assert!(told.contains(expected), "{told}");
}

#[tokio::test]
async fn a_name_of_253_characters_is_asked_for_and_one_more_is_not() {
    let long = "a".repeat(253);
    assert!(told("ann", &format!("/cluster get pods {long}")).await.contains("smaug has no Pod called"));
    let longer = told("ann", &format!("/cluster get pods {long}a")).await;
    assert!(longer.contains("That name has 254 characters; no object's name has more than 253."), "{longer}");
}

/// What Ann reads when the cluster fails in this way at every request but those about its kinds.
async fn failing(failure: Failure) -> String {
    let bot = bot().await;
    let support = bot.as_("ann").in_("#support");
    support.types("/cluster kinds").await;
    bot.settle().await;
    bot.world.fail_next("cluster smaug", failure, 9);
    support.types("/cluster get pods").await;
    bot.settle().await;
    let read = seen(&support);
    bot.finish().await;
    read
}

#[rstest]
#[case(Failure::Status(400), "smaug cannot make sense of that")]
#[case(Failure::Status(401), "smaug does not accept my login.")]
#[case(Failure::Status(403), "smaug does not let me read that")]
#[case(Failure::Status(405), "in a way that I can read (it said 405)")]
#[case(Failure::Status(406), "in a way that I can read (it said 406)")]
#[case(Failure::Status(410), "smaug has forgotten where this list was to go on.")]
#[case(
    Failure::Status(500),
    "smaug is in trouble (it said 500: “Internal error occurred: etcdserver: leader changed”)."
)]
#[case(Failure::Status(504), "smaug gave up on that question inside.")]
#[case(Failure::RateLimited { retry_after: 30 }, "smaug is busy and asks to be left alone. Try again in 30 s.")]
#[case(Failure::Closed, "broke off half way")]
#[case(Failure::Malformed, "answered something that I do not understand")]
#[case(Failure::Huge, "more than I ever read at once (16 MiB)")]
#[tokio::test]
async fn each_failure_of_a_cluster_is_told(#[case] failure: Failure, #[case] expected: &str) {
    let told = failing(failure).await;
    assert!(told.contains(expected), "{told}");
}

#[tokio::test]
async fn a_cluster_that_is_asked_too_much_is_left_alone_for_a_moment_and_then_answers() {
    let bot = bot().await;
    let support = bot.as_("ann").in_("#support");
    bot.world.fail_next("cluster smaug", Failure::RateLimited { retry_after: 1 }, 1);
    support.types("/cluster get pods").await;
    bot.settle().await;
    assert!(seen(&support).contains("jupyterhub-nb-alice"), "{}", support.reads());
    bot.finish().await;
}

#[tokio::test]
async fn which_cluster_is_meant_is_asked_where_nothing_says_it() {
    let bot = bot().await;
    let general = bot.as_("ann").in_("#general");
    general.types("/cluster get pods").await;
    bot.settle().await;
    assert!(
        seen(&general)
            .contains("Which cluster? I know `infra`, `smaug`. Name it first, as in `/cluster infra status`.")
    );
    bot.finish().await;
}

#[tokio::test]
async fn an_old_server_that_makes_no_tables_still_gives_name_and_age() {
    let old = SampleCluster { discovery: Discovery::Legacy, tables: false, ..SampleCluster::named("smaug") };
    let bot = parts(vec![old, SampleCluster::named("infra")]).start().await;
    let support = bot.as_("ann").in_("#support");
    support.types("/cluster get routes -n thoth-test").await;
    bot.settle().await;
    insta::assert_snapshot!(seen(&support), @"
    *smaug* get routes -n thoth-test
    NAME            NAMESPACE   AGE
    management-api  thoth-test  200d
    user-api        thoth-test  200d
    user-api-old    thoth-test  12d
    [All of it as a file]
    ");
    bot.finish().await;
}

#[tokio::test]
async fn people_are_spoken_for_where_that_is_switched_on() {
    let parts = parts(vec![SampleCluster::named("smaug"), SampleCluster::named("infra")]);
    let clusters = format!("{CLUSTERS}\n[impersonation]\nenabled = true\ngroups = [\"slack:members\"]\n");
    let files = parts.files.clone().overlay("cluster/clusters.toml", clusters);
    let bot = Parts { files, ..parts }.start().await;
    bot.as_("ann").in_("#support").types("/cluster get pods").await;
    bot.settle().await;
    let calls = bot.world.calls();
    let asked = calls.iter().find(|(method, _)| method.ends_with("/pods")).map(|(_, parameters)| parameters).unwrap();
    assert_eq!(asked["impersonate_user"], "slack:U0ANN");
    assert_eq!(asked["impersonate_groups"], serde_json::json!(["slack:members"]));
    bot.finish().await;
}

#[tokio::test]
async fn a_button_is_judged_anew_for_whoever_presses() {
    let bot = bot().await;
    let support = bot.as_("bob").in_("#support");
    support.types("/cluster get pods -A").await;
    bot.settle().await;
    support.presses("Next page").await;
    bot.settle().await;
    // The same button, as if Ann had it.
    let pressed =
        bot.world.deliveries().into_iter().rev().find(|delivery| delivery.path.ends_with("interactions")).unwrap();
    let (_, payload) = url::form_urlencoded::parse(pressed.body.as_bytes()).next().unwrap();
    let mut payload: serde_json::Value = serde_json::from_str(&payload).unwrap();
    payload["trigger_id"] = "1.2.another".into();
    let payload = payload.to_string().replace("U0BOB", "U0ANN");
    let body = url::form_urlencoded::Serializer::new(String::new()).append_pair("payload", &payload).finish();
    let before = bot.world.calls().len();
    bot.world.send_signed(&pressed.path, "application/x-www-form-urlencoded", &body).await;
    bot.settle().await;
    let asked: Vec<String> = bot.world.calls().into_iter().skip(before).map(|(method, _)| method).collect();
    assert_eq!(asked, ["response_url"], "she is told, and the cluster is not asked");
    bot.finish().await;
}
