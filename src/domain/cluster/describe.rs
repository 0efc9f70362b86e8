//! One object at length. What is shown of it is chosen field by field: of a kind that is not known here only what every object has, and of
//! none its annotations, its environment's values or its data.

mod kinds;
mod pod;

use chrono::{DateTime, Utc};
use serde::Deserialize as _;
use serde_json::Value;

use super::object::{Condition, Event, Meta};
use super::said;
use super::why::{Evidence, span};

/// One object, as lines under headings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// As in `Pod`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Empty where it has none.
    pub namespace: String,
    /// What there is to say.
    pub sections: Vec<Section>,
    /// What happened to it last, newest first.
    pub events: Vec<Evidence>,
}

/// Some lines about one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// Our own words; empty for the first.
    pub heading: String,
    /// Plain text, fit to be shown as it is.
    pub lines: Vec<String>,
}

/// Events of it that are told.
const EVENTS: usize = 5;
/// Lines of a section.
const LINES: usize = 20;
/// Characters of a line.
const LINE: usize = 200;

/// Describes an object, as the API gave it. Of `events` there may be more than its own.
#[must_use]
pub fn describe(object: &Value, events: &[Event], now: DateTime<Utc>) -> Description {
    let meta = object.get("metadata").and_then(|meta| Meta::deserialize(meta).ok()).unwrap_or_default();
    let kind = text(object, "/kind");
    let mut sections = vec![general(&meta, now)];
    sections.extend(kinds::sections(object, now));
    sections.push(conditions(object, now));
    sections.retain(|section| !section.lines.is_empty());
    let own = events.iter().filter(|event| event.is_about(&kind, &meta.namespace, &meta.name));
    let mut own: Vec<&Event> = own.collect();
    own.sort_by_key(|event| std::cmp::Reverse(event.last()));
    Description {
        kind: said(&kind),
        name: said(&meta.name),
        namespace: said(&meta.namespace),
        sections,
        events: own.into_iter().take(EVENTS).map(|event| Evidence::of_event(event, now)).collect(),
    }
}

impl Section {
    fn new(heading: impl Into<String>, lines: impl IntoIterator<Item = String>) -> Self {
        let lines: Vec<String> = lines.into_iter().collect();
        let more = lines.len().saturating_sub(LINES);
        let shown = lines.iter().take(LINES).map(|line| one_line(line));
        let rest = (more > 0).then(|| format!("and {more} more"));
        Self { heading: heading.into(), lines: shown.chain(rest).collect() }
    }
}

/// What everything has in common.
fn general(meta: &Meta, now: DateTime<Utc>) -> Section {
    let owners = meta.owner_references.iter().map(|owner| format!("{}/{}", owner.kind, owner.name));
    let labels = meta
        .labels
        .iter()
        .map(|(label, value)| if value.is_empty() { label.clone() } else { format!("{label}={value}") });
    let removal = meta.deletion_timestamp.map(|due| due.format("%Y-%m-%d %H:%M:%S UTC").to_string());
    let facts = [
        line("age", meta.creation_timestamp.map(|born| span(now - born))),
        line("being removed, due", removal),
        line("owners", list(owners)),
        line("labels", list(labels)),
        line("finalizers", list(meta.finalizers.iter().cloned())),
    ];
    Section::new("", facts.into_iter().flatten())
}

fn conditions(object: &Value, now: DateTime<Utc>) -> Section {
    let all = object.pointer("/status/conditions").and_then(Value::as_array).into_iter().flatten();
    let all = all
        .filter_map(|condition| Condition::deserialize(condition).ok())
        .filter(|condition| !condition.kind.is_empty());
    Section::new("Conditions", all.map(|condition| condition_line(&condition, now)))
}

fn condition_line(condition: &Condition, now: DateTime<Utc>) -> String {
    let since = condition.last_transition_time.map(|at| format!(", for {}", span(now - at))).unwrap_or_default();
    let why: Vec<&str> =
        [condition.reason.as_str(), condition.message.as_str()].into_iter().filter(|word| !word.is_empty()).collect();
    let why = if why.is_empty() { String::new() } else { format!("; {}", why.join(": ")) };
    format!("{} {}{since}{why}", condition.kind, condition.status)
}

/// A fact with its name, if there is one.
fn line(name: &str, fact: Option<String>) -> Option<String> {
    fact.filter(|fact| !fact.is_empty()).map(|fact| format!("{name}: {fact}"))
}

fn list(items: impl IntoIterator<Item = String>) -> Option<String> {
    let items: Vec<String> = items.into_iter().collect();
    (!items.is_empty()).then(|| items.join(", "))
}

/// Somebody's words on one line of ours, cut where it gets too long.
fn one_line(words: &str) -> String {
    let words = said(words).split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(LINE) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

/// The text or number at a place; empty where there is none.
fn text(object: &Value, place: &str) -> String {
    match object.pointer(place) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Bool(truth)) => truth.to_string(),
        _ => String::new(),
    }
}

/// The entries of the list at a place.
fn entries<'a>(object: &'a Value, place: &str) -> impl Iterator<Item = &'a Value> {
    object.pointer(place).and_then(Value::as_array).into_iter().flatten()
}

/// The names and values of the map of plain values at a place, as `name=value`.
fn pairs(object: &Value, place: &str) -> Option<String> {
    let map = object.pointer(place)?.as_object()?;
    list(map.keys().map(|name| format!("{name}={}", text(object, &format!("{place}/{}", escaped(name))))))
}

/// A name as a part of a JSON pointer (<https://www.rfc-editor.org/rfc/rfc6901>).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    const NOW: &str = "2026-11-20T07:26:00Z";

    fn described(object: &Value) -> String {
        let description = describe(object, &[], NOW.parse().unwrap());
        let section = |section: &Section| format!("[{}]\n{}\n", section.heading, section.lines.join("\n"));
        let sections: String = description.sections.iter().map(section).collect();
        format!("{} {} {}\n{sections}", description.kind, description.namespace, description.name)
    }

    fn recorded(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_pod_is_described_without_what_nobody_may_read() {
        let list = recorded(include_str!("../../../tests/data/cluster/pod.inline-password-env.json"));
        let mut pod = list["items"][0].clone();
        pod["kind"] = json!("Pod");
        pod["apiVersion"] = json!("v1");
        insta::assert_snapshot!(described(&pod), @"
        Pod opf-jupyterhub jupyterhub-db-9rtxggmcv6-rv97q
        []
        age: 12 days
        owners: ReplicaSet/jupyterhub-db-9rtxggmcv6
        labels: app.kubernetes.io/name=jupyterhub-db, app.kubernetes.io/part-of=opf-jupyterhub, pod-template-hash=9rtxggmcv6
        []
        phase: Running
        node: os-wrk-0.cluster.example.org
        [Container postgresql]
        image: quay.io/example/postgresql-12-c8s:latest
        state: running, started 12 days ago
        ready: yes
        restarts: 0
        requests: cpu=300m, memory=512Mi
        limits: cpu=1, memory=512Mi
        ports: 5432/TCP (port-5432)
        environment: 3 variables, values are not shown
        [Conditions]
        Initialized True, for 12 days
        Ready True, for 12 days
        ContainersReady True, for 12 days
        PodScheduled True, for 12 days
        ");
    }

    #[rstest]
    #[case::deployment(include_str!("../../../tests/data/cluster/deployment.json"), "replicas: 3 wanted, 2 ready, 3 updated, 2 available")]
    #[case::claim(include_str!("../../../tests/data/cluster/pvc.pending.json"), "size: 200Gi")]
    #[case::claim_class(include_str!("../../../tests/data/cluster/pvc.pending.json"), "class: ocs-storagecluster-cephfs")]
    #[case::route(include_str!("../../../tests/data/cluster/route.json"), "host: api.thoth-test.example.org")]
    #[case::route_tls(include_str!("../../../tests/data/cluster/route.json"), "TLS: edge, insecure: Redirect")]
    #[case::route_refused(include_str!("../../../tests/data/cluster/route.json"), "Admitted False")]
    #[case::node(include_str!("../../../tests/data/cluster/node.notready.json"), "capacity: cpu=16")]
    #[case::node_down(include_str!("../../../tests/data/cluster/node.notready.json"), "Ready Unknown, for 3 h; NodeStatusUnknown: Kubelet stopped posting node status.")]
    #[case::configmap(include_str!("../../../tests/data/cluster/configmap.slack-chars.json"), "config.properties: 44 bytes")]
    fn each_kind_has_its_facts(#[case] object: &str, #[case] fact: &str) {
        let described = described(&recorded(object));
        assert!(described.contains(fact), "{described}");
    }

    #[test]
    fn data_annotations_and_unknown_specs_stay_where_they_are() {
        let hidden = "do-not-show";
        let planted = json!({
            "metadata": {"name": "a", "annotations": {"note": hidden}},
            "spec": {"anything": hidden, "tls": {"termination": "edge", "key": hidden, "certificate": hidden, "caCertificate": hidden},
                "template": {"spec": {"containers": [{"name": "c", "env": [{"name": "E", "value": hidden}], "args": [hidden]}]}},
                "jobTemplate": {"spec": hidden}},
            "data": {"key": hidden}, "stringData": {"key": hidden}, "binaryData": {"key": hidden},
        });
        let kinds =
            ["Pod", "Deployment", "Route", "ConfigMap", "Secret", "Job", "CronJob", "Node", "Service", "Application"];
        for (kind, version) in kinds
            .iter()
            .flat_map(|kind| ["v1", "apps/v1", "batch/v1", "route.openshift.io/v1"].map(|version| (kind, version)))
        {
            let mut object = planted.clone();
            object["kind"] = json!(kind);
            object["apiVersion"] = json!(version);
            assert!(!described(&object).contains(hidden), "{kind}");
        }
    }

    #[test]
    fn a_stranger_with_the_name_of_a_kind_is_a_stranger() {
        let service = json!({"kind": "Service", "apiVersion": "serving.knative.dev/v1", "spec": {"type": "odd"}});
        assert!(!described(&service).contains("odd"));
    }

    #[test]
    fn the_newest_five_events_are_told() {
        let list: super::super::object::List<Event> =
            serde_json::from_str(include_str!("../../../tests/data/cluster/eventlist.opf-jupyterhub.json")).unwrap();
        let pod =
            json!({"kind": "Pod", "metadata": {"name": "jupyterhub-nb-dmitri-5fml", "namespace": "opf-jupyterhub"}});
        let description = describe(&pod, &list.items, NOW.parse().unwrap());
        assert_eq!(description.events.len(), 1);
        assert_eq!(description.events[0].source, "event FailedScheduling, 49 s ago, 15 times");
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "\\PC{0,12}".prop_map(Value::from),
        ];
        let key = prop::sample::select(vec![
            "spec",
            "status",
            "metadata",
            "containers",
            "name",
            "conditions",
            "type",
            "ports",
            "tls",
            "labels",
            "data",
            "state",
            "containerStatuses",
            "resources",
            "limits",
            "volumes",
            "ownerReferences",
            "x/y~",
        ]);
        leaf.prop_recursive(5, 60, 8, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(key.clone(), inner, 0..6)
                    .prop_map(|map| map.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Value>()),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_shape_makes_it_fall(
            mut object in any_json(),
            kind in prop::sample::select(vec!["Pod", "Deployment", "Service", "Route", "ConfigMap", "Node", "Job", "PersistentVolumeClaim"]),
        ) {
            if let Some(map) = object.as_object_mut() {
                map.insert("kind".to_owned(), kind.into());
            }
            described(&object);
        }
    }
}
