//! Which kinds a cluster has, told in the form of today and in that of older servers. Pure; it must not know who asks.
//! <https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api>

use serde_json::{Value, json};

use super::kinds::{self, Kind};

/// What is said of the server itself.
pub(super) fn version() -> Value {
    json!({
        "major": "1", "minor": "36", "gitVersion": "v1.36.2", "gitCommit": "98b35193b2ac7a23a673325f5e9b830ecd5ba406",
        "gitTreeState": "clean", "buildDate": "2026-08-21T11:29:11Z", "goVersion": "go1.26.3", "compiler": "gc",
        "platform": "linux/amd64",
    })
}

/// All kinds of these groups at once; the core's group has no name.
pub(super) fn aggregated(groups: &[&str]) -> Value {
    let items: Vec<Value> = groups.iter().map(|group| whole_group(group)).collect();
    json!({"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items})
}

fn whole_group(group: &str) -> Value {
    let version = |version: &str| {
        let resources: Vec<Value> = kinds::of(group, version).map(resource).collect();
        json!({"version": version, "resources": resources, "freshness": "Current"})
    };
    let versions: Vec<Value> = kinds::versions(group).into_iter().map(version).collect();
    let metadata = if group.is_empty() { json!({}) } else { json!({"name": group}) };
    json!({"metadata": metadata, "versions": versions})
}

fn resource(kind: &Kind) -> Value {
    let named = |kind: &str| json!({"group": "", "version": "", "kind": kind});
    let mut resource = json!({
        "resource": kind.plural, "responseKind": named(&kind.kind), "singularResource": kind.singular, "verbs": kind.verbs(),
        "scope": if kind.namespaced { "Namespaced" } else { "Cluster" },
    });
    let below = |name: &String| {
        let (of, verbs) = subresource(kind, name);
        json!({"subresource": name, "responseKind": named(of), "verbs": verbs})
    };
    let subresources: Vec<Value> = kind.subresources.iter().map(below).collect();
    for (field, value) in [
        ("shortNames", json!(kind.short)),
        ("categories", json!(kind.categories)),
        ("subresources", subresources.into()),
    ] {
        if value != json!([]) {
            resource[field] = value;
        }
    }
    resource
}

/// What a subresource answers with, and what can be done with it.
fn subresource<'a>(kind: &'a Kind, name: &str) -> (&'a str, &'static [&'static str]) {
    match name {
        "log" => (&kind.kind, &["get"]),
        "attach" => ("PodAttachOptions", &["create", "get"]),
        "exec" => ("PodExecOptions", &["create", "get"]),
        "portforward" => ("PodPortForwardOptions", &["create", "get"]),
        "scale" => ("Scale", &["get", "patch", "update"]),
        _ => (&kind.kind, &["get", "patch", "update"]),
    }
}

/// The versions of the core's group, in the old form.
pub(super) fn core() -> Value {
    let address = json!({"clientCIDR": "0.0.0.0/0", "serverAddress": "192.0.2.10:6443"});
    json!({"kind": "APIVersions", "versions": kinds::versions(""), "serverAddressByClientCIDRs": [address]})
}

/// The named groups, in the old form.
pub(super) fn groups() -> Value {
    let groups: Vec<Value> = kinds::groups().into_iter().map(group).collect();
    json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
}

/// One group, in the old form.
pub(super) fn one_group(name: &str) -> Value {
    let mut answer = group(name);
    answer["kind"] = "APIGroup".into();
    answer["apiVersion"] = "v1".into();
    answer
}

fn group(name: &str) -> Value {
    let version = |version: &str| json!({"groupVersion": kinds::group_version(name, version), "version": version});
    let versions: Vec<Value> = kinds::versions(name).into_iter().map(version).collect();
    json!({"name": name, "versions": versions, "preferredVersion": versions.first()})
}

/// The kinds of a version of a group, in the old form.
pub(super) fn resources(group: &str, version: &str) -> Value {
    let mut resources = Vec::new();
    for kind in kinds::of(group, version) {
        let mut resource = json!({
            "name": kind.plural, "singularName": kind.singular, "namespaced": kind.namespaced, "kind": kind.kind,
            "verbs": kind.verbs(),
        });
        for (field, names) in [("shortNames", &kind.short), ("categories", &kind.categories)] {
            if !names.is_empty() {
                resource[field] = json!(names);
            }
        }
        resources.push(resource);
        resources.extend(kind.subresources.iter().map(|name| {
            let (of, verbs) = subresource(kind, name);
            json!({
                "name": format!("{}/{name}", kind.plural), "singularName": "", "namespaced": kind.namespaced, "kind": of,
                "verbs": verbs,
            })
        }));
    }
    let group_version = kinds::group_version(group, version);
    json!({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version, "resources": resources})
}
