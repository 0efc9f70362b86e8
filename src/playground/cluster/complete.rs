//! What a server adds to an object of the seed by itself: ids, owners, and what follows from its row where everything is well. Pure;
//! it must not know how it is served.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::kinds::Kind;
use super::seed::Column;

/// The cells of a row, by the names of their columns.
struct Cells<'a> {
    columns: &'a [Column],
    cells: &'a [Value],
}

impl<'a> Cells<'a> {
    fn get(&self, name: &str) -> &'a Value {
        let at = self.columns.iter().position(|column| column.0 == name);
        at.and_then(|at| self.cells.get(at)).unwrap_or(&Value::Null)
    }

    fn text(&self, name: &str) -> &'a str {
        self.get(name).as_str().unwrap_or_default()
    }

    /// A time in braces.
    fn time(&self, name: &str) -> &'a str {
        self.text(name).trim_matches(['{', '}'])
    }

    /// As in `2/3`.
    fn fraction(&self, name: &str) -> (i64, i64) {
        let (part, whole) = self.text(name).split_once('/').unwrap_or_default();
        (part.parse().unwrap_or_default(), whole.parse().unwrap_or_default())
    }

    fn number(&self, name: &str) -> i64 {
        self.get(name).as_i64().unwrap_or_default()
    }
}

/// Adds to an object what its seed leaves out.
pub(super) fn complete(kind: &Kind, columns: &[Column], cells: &[Value], object: &mut Value) {
    let cells = Cells { columns, cells };
    let (namespace, name) = (text(object, "/metadata/namespace"), text(object, "/metadata/name"));
    object["metadata"]["uid"] = uid(&kind.kind, &namespace, &name).into();
    if let Some(Value::String(owner)) = object["metadata"].as_object_mut().and_then(|fields| fields.remove("owner")) {
        let (kind, name) = owner.split_once('/').unwrap_or_default();
        let api_version = if matches!(kind, "Job" | "CronJob") { "batch/v1" } else { "apps/v1" };
        object["metadata"]["ownerReferences"] = json!([{
            "apiVersion": api_version, "kind": kind, "name": name, "uid": uid(kind, &namespace, name), "controller": true,
            "blockOwnerDeletion": true,
        }]);
    }
    for about in ["/involvedObject", "/spec/claimRef"] {
        let id = uid(
            &text(object, &format!("{about}/kind")),
            &text(object, &format!("{about}/namespace")),
            &text(object, &format!("{about}/name")),
        );
        if let Some(Value::Object(about)) = object.pointer_mut(about) {
            about.insert("uid".to_owned(), id.into());
        }
    }
    match kind.plural.as_str() {
        "pods" => pod(&cells, object),
        "deployments" => deployment(&cells, object),
        "replicasets" => replica_set(&cells, object),
        "statefulsets" => stateful_set(&cells, object),
        "clusteroperators" => operator(&cells, object),
        "events" => event(object),
        _ => {}
    }
}

/// The id of whatever has this name: the same wherever it is referred to.
fn uid(kind: &str, namespace: &str, name: &str) -> String {
    let digest = hex::encode(Sha256::digest(format!("{kind}/{namespace}/{name}")));
    format!("{}-{}-4{}-a{}-{}", &digest[..8], &digest[8..12], &digest[13..16], &digest[17..20], &digest[20..32])
}

fn text(object: &Value, at: &str) -> String {
    object.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Sets fields that are not there yet.
fn add(object: &mut Value, at: &str, fields: Value) {
    let Value::Object(fields) = fields else { return };
    if !object[at].is_object() {
        object[at] = Value::Object(Map::new());
    }
    if let Some(there) = object[at].as_object_mut() {
        for (name, value) in fields {
            there.entry(name).or_insert(value);
        }
    }
}

fn pod(cells: &Cells<'_>, pod: &mut Value) {
    let created = text(pod, "/metadata/creationTimestamp");
    let (ip, node) = (cells.text("IP"), cells.text("Node"));
    let named = |name: &str| Some(name).filter(|name| *name != "<none>").map(str::to_owned);
    add(pod, "spec", json!({"restartPolicy": "Always", "serviceAccountName": "default"}));
    if let Some(node) = named(node) {
        pod["spec"]["nodeName"] = node.into();
        add(pod, "status", json!({"startTime": created}));
    }
    if let Some(ip) = named(ip) {
        add(pod, "status", json!({"podIP": ip}));
    }
    let image = |pod: &Value, list: &str, name: &Value| {
        let mut all = pod["spec"][list].as_array().into_iter().flatten();
        all.find(|container| container["name"] == *name).map(|container| container["image"].clone()).unwrap_or_default()
    };
    let condition = |kind: &str| json!({"type": kind, "status": "True", "lastTransitionTime": created});
    let running = |container: &Value| {
        json!({
            "name": container["name"], "state": {"running": {"startedAt": created}}, "ready": true, "started": true,
            "restartCount": 0,
        })
    };
    if pod["status"]["phase"].is_null() {
        let containers = pod["spec"]["containers"].as_array().into_iter().flatten();
        let statuses: Vec<Value> = containers.map(running).collect();
        let conditions = ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map(condition);
        add(pod, "status", json!({"phase": "Running", "conditions": conditions, "containerStatuses": statuses}));
    }
    for (list, of) in [("containerStatuses", "containers"), ("initContainerStatuses", "initContainers")] {
        let mut statuses = pod["status"][list].take();
        for status in statuses.as_array_mut().into_iter().flatten() {
            status["image"] = image(pod, of, &status["name"]);
            status["imageID"] = "".into();
            add(status, "lastState", json!({}));
        }
        if !statuses.is_null() {
            pod["status"][list] = statuses;
        } else if let Some(status) = pod["status"].as_object_mut() {
            status.remove(list);
        }
    }
    add(pod, "status", json!({"qosClass": "Burstable"}));
}

/// The selector and the pods of a workload, from its labels and from the images in its row.
fn template(cells: &Cells<'_>, workload: &mut Value, replicas: i64) {
    let labels = workload["metadata"]["labels"].clone();
    let containers = cells.text("Containers").split(',').zip(cells.text("Images").split(','));
    let containers: Vec<Value> = containers.map(|(name, image)| json!({"name": name, "image": image})).collect();
    let template =
        json!({"metadata": {"labels": labels}, "spec": {"containers": containers, "restartPolicy": "Always"}});
    add(workload, "spec", json!({"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}));
}

fn deployment(cells: &Cells<'_>, deployment: &mut Value) {
    let ((ready, wanted), available) = (cells.fraction("Ready"), cells.number("Available"));
    let created = text(deployment, "/metadata/creationTimestamp");
    let name = text(deployment, "/metadata/name");
    let failing = deployment["status"]["conditions"].as_array().into_iter().flatten();
    let there = if failing.into_iter().any(|one| one["type"] == "ReplicaFailure") { available } else { wanted };
    template(cells, deployment, wanted);
    add(deployment, "metadata", json!({"generation": 1}));
    add(
        deployment,
        "spec",
        json!({"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"}}}),
    );
    let condition = |kind: &str, reason: &str, message: String| json!({"type": kind, "status": "True", "reason": reason, "message": message, "lastUpdateTime": created, "lastTransitionTime": created});
    let well = [
        condition("Available", "MinimumReplicasAvailable", "Deployment has minimum availability.".to_owned()),
        condition(
            "Progressing",
            "NewReplicaSetAvailable",
            format!("Deployment \"{name}\" has successfully progressed."),
        ),
    ];
    // A server leaves out what is zero.
    let counts = [
        ("replicas", there),
        ("updatedReplicas", cells.number("Up-to-date")),
        ("readyReplicas", ready),
        ("availableReplicas", available),
        ("unavailableReplicas", wanted - available),
    ];
    for (field, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
        add(deployment, "status", json!({field: count}));
    }
    add(deployment, "status", json!({"observedGeneration": 1, "conditions": well}));
}

fn replica_set(cells: &Cells<'_>, set: &mut Value) {
    template(cells, set, cells.number("Desired"));
    let (current, ready) = (cells.number("Current"), cells.number("Ready"));
    add(set, "status", json!({"replicas": current, "observedGeneration": 1}));
    if current > 0 {
        add(
            set,
            "status",
            json!({"fullyLabeledReplicas": current, "readyReplicas": ready, "availableReplicas": ready}),
        );
    }
}

fn stateful_set(cells: &Cells<'_>, set: &mut Value) {
    let (ready, wanted) = cells.fraction("Ready");
    template(cells, set, wanted);
    add(set, "spec", json!({"serviceName": text(set, "/metadata/name")}));
    let counts = json!({"replicas": wanted, "readyReplicas": ready, "availableReplicas": ready, "currentReplicas": wanted, "updatedReplicas": wanted, "observedGeneration": 1});
    add(set, "status", counts);
}

/// A cluster operator's conditions, from its row; where something is wrong, the seed has the reason.
fn operator(cells: &Cells<'_>, operator: &mut Value) {
    let known = operator["status"]["conditions"].take();
    let since = cells.time("Since");
    let conditions = ["Available", "Progressing", "Degraded"].map(|kind| {
        let mut condition =
            json!({"type": kind, "status": cells.text(kind), "lastTransitionTime": since, "reason": "AsExpected"});
        if let Some(told) = known.as_array().into_iter().flatten().find(|one| one["type"] == kind) {
            condition["reason"] = told["reason"].clone();
            condition["message"] = cells.get("Message").clone();
        }
        condition
    });
    operator["spec"] = json!({});
    let versions = json!([{"name": "operator", "version": cells.text("Version")}]);
    operator["status"] = json!({"conditions": conditions, "versions": versions});
}

/// Every event has these fields, the one kind with times in the old ones, the other in the new one.
fn event(event: &mut Value) {
    if let Some(fields) = event.as_object_mut() {
        for (name, empty) in [
            ("source", json!({})),
            ("firstTimestamp", Value::Null),
            ("lastTimestamp", Value::Null),
            ("eventTime", Value::Null),
            ("reportingComponent", json!("")),
            ("reportingInstance", json!("")),
        ] {
            fields.entry(name).or_insert(empty);
        }
    }
}
