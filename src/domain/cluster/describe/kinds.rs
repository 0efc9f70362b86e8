//! What is shown of each kind beyond what all have: chosen field by field, since a new field might hold anything.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Section, entries, line, list, pairs, pod, text};

pub(super) fn sections(object: &Value, now: DateTime<Utc>) -> Vec<Section> {
    let version = text(object, "/apiVersion");
    let group = version.rsplit_once('/').map_or("", |(group, _)| group);
    let facts = match (group, text(object, "/kind").as_str()) {
        ("", "Pod") => return pod::sections(object, now),
        ("", "ConfigMap") => return vec![configmap(object)],
        ("apps", "Deployment" | "StatefulSet" | "ReplicaSet") => replicas(object),
        ("apps", "DaemonSet") => daemons(object),
        ("", "Service") => service(object),
        ("route.openshift.io", "Route") => route(object),
        ("", "PersistentVolumeClaim") => claim(object),
        ("", "Node") => node(object),
        ("", "Namespace") => vec![line("phase", Some(text(object, "/status/phase")))],
        ("batch", "Job") => job(object),
        ("batch", "CronJob") => cronjob(object),
        _ => Vec::new(),
    };
    vec![Section::new("", facts.into_iter().flatten())]
}

type Facts = Vec<Option<String>>;

fn or_none(count: String) -> String {
    if count.is_empty() { "0".to_owned() } else { count }
}

fn replicas(object: &Value) -> Facts {
    let count = |place: &str| or_none(text(object, place));
    let wanted = text(object, "/spec/replicas");
    let mut replicas =
        format!("{} wanted, {} ready", if wanted.is_empty() { "1" } else { &wanted }, count("/status/readyReplicas"));
    for (name, place) in [("updated", "/status/updatedReplicas"), ("available", "/status/availableReplicas")] {
        if object.pointer(place).is_some() {
            replicas += &format!(", {} {name}", count(place));
        }
    }
    let strategy = ["/spec/strategy/type", "/spec/updateStrategy/type"].map(|place| text(object, place)).concat();
    vec![
        line("replicas", Some(replicas)),
        line("paused", Some(text(object, "/spec/paused")).filter(|paused| paused == "true")),
        line("strategy", Some(strategy)),
        line("selector", pairs(object, "/spec/selector/matchLabels")),
        line("images", images(object)),
    ]
}

fn daemons(object: &Value) -> Facts {
    let count = |place: &str| or_none(text(object, place));
    let pods = format!(
        "{} wanted, {} ready, {} available",
        count("/status/desiredNumberScheduled"),
        count("/status/numberReady"),
        count("/status/numberAvailable")
    );
    vec![
        line("pods", Some(pods)),
        line("selector", pairs(object, "/spec/selector/matchLabels")),
        line("node selector", pairs(object, "/spec/template/spec/nodeSelector")),
        line("images", images(object)),
    ]
}

fn images(object: &Value) -> Option<String> {
    let containers = entries(object, "/spec/template/spec/containers");
    list(containers.map(|container| text(container, "/image")).filter(|image| !image.is_empty()))
}

fn service(object: &Value) -> Facts {
    let ports = entries(object, "/spec/ports").map(|port| {
        let name = Some(text(port, "/name")).filter(|name| !name.is_empty()).map(|name| format!(" ({name})"));
        let target =
            Some(text(port, "/targetPort")).filter(|target| !target.is_empty()).map(|target| format!(" to {target}"));
        let node =
            Some(text(port, "/nodePort")).filter(|node| !node.is_empty()).map(|node| format!(", {node} on each node"));
        let rest: String = [target, node, name].into_iter().flatten().collect();
        format!("{}/{}{rest}", text(port, "/port"), text(port, "/protocol"))
    });
    vec![
        line("type", Some(text(object, "/spec/type"))),
        line("address", Some(text(object, "/spec/clusterIP"))),
        line("outside name", Some(text(object, "/spec/externalName"))),
        line("ports", list(ports)),
        line("selector", pairs(object, "/spec/selector")),
    ]
}

fn route(object: &Value) -> Facts {
    let tls =
        Some(text(object, "/spec/tls/termination")).filter(|termination| !termination.is_empty()).map(|termination| {
            let insecure = text(object, "/spec/tls/insecureEdgeTerminationPolicy");
            if insecure.is_empty() { termination } else { format!("{termination}, insecure: {insecure}") }
        });
    let admitted = entries(object, "/status/ingress").flat_map(|ingress| {
        let router = text(ingress, "/routerName");
        entries(ingress, "/conditions").map(move |condition| {
            let why =
                [text(condition, "/reason"), text(condition, "/message")].into_iter().filter(|word| !word.is_empty());
            let why = list(why).map(|why| format!("; {why}")).unwrap_or_default();
            format!("router {router}: {} {}{why}", text(condition, "/type"), text(condition, "/status"))
        })
    });
    let facts = [
        line("host", Some(text(object, "/spec/host"))),
        line("path", Some(text(object, "/spec/path"))),
        line("service", Some(text(object, "/spec/to/name"))),
        line("port", Some(text(object, "/spec/port/targetPort"))),
        line("TLS", Some(tls.unwrap_or_else(|| "none".to_owned()))),
    ];
    facts.into_iter().chain(admitted.map(Some)).collect()
}

fn claim(object: &Value) -> Facts {
    let modes = entries(object, "/spec/accessModes").filter_map(Value::as_str).map(str::to_owned);
    vec![
        line("phase", Some(text(object, "/status/phase"))),
        line("size", Some(text(object, "/spec/resources/requests/storage"))),
        line("size that it has", Some(text(object, "/status/capacity/storage"))),
        line("class", Some(text(object, "/spec/storageClassName"))),
        line("access", list(modes)),
        line("volume", Some(text(object, "/spec/volumeName"))),
    ]
}

fn node(object: &Value) -> Facts {
    let taints = entries(object, "/spec/taints").map(|taint| {
        let value = text(taint, "/value");
        let value = if value.is_empty() { value } else { format!("={value}") };
        format!("{}{value}:{}", text(taint, "/key"), text(taint, "/effect"))
    });
    vec![
        line("takes no new pods", Some(text(object, "/spec/unschedulable")).filter(|closed| closed == "true")),
        line("taints", list(taints)),
        line("capacity", pairs(object, "/status/capacity")),
        line("allocatable", pairs(object, "/status/allocatable")),
        line("kubelet", Some(text(object, "/status/nodeInfo/kubeletVersion"))),
        line("system", Some(text(object, "/status/nodeInfo/osImage"))),
    ]
}

fn job(object: &Value) -> Facts {
    let count = |place: &str| or_none(text(object, place));
    let pods = format!(
        "{} at work, {} succeeded, {} failed",
        count("/status/active"),
        count("/status/succeeded"),
        count("/status/failed")
    );
    vec![
        line("pods", Some(pods)),
        line("completions", Some(text(object, "/spec/completions"))),
        line("tries", Some(text(object, "/spec/backoffLimit"))),
        line("began", Some(text(object, "/status/startTime"))),
        line("ended", Some(text(object, "/status/completionTime"))),
        line("images", images(object)),
    ]
}

fn cronjob(object: &Value) -> Facts {
    vec![
        line("schedule", Some(text(object, "/spec/schedule"))),
        line("time zone", Some(text(object, "/spec/timeZone"))),
        line("suspended", Some(text(object, "/spec/suspend")).filter(|suspended| suspended == "true")),
        line("at work", list(entries(object, "/status/active").map(|job| text(job, "/name")))),
        line("last begun", Some(text(object, "/status/lastScheduleTime"))),
        line("last succeeded", Some(text(object, "/status/lastSuccessfulTime"))),
    ]
}

/// Of its data the keys, and how long each value is.
fn configmap(object: &Value) -> Section {
    let keys = ["data", "binaryData"].into_iter().filter_map(|field| object.get(field)?.as_object());
    let sizes = keys.flatten().map(|(key, value)| match value.as_str().map_or(0, str::len) {
        1 => format!("{key}: 1 byte"),
        size => format!("{key}: {size} bytes"),
    });
    Section::new("Keys (values are not shown)", sizes)
}
