//! How a cluster is: its version, its nodes, OpenShift's operators. Judges conditions, says nothing in words.

use std::collections::BTreeMap;

use super::object::{ClusterOperator, ClusterVersion, Condition, Node, condition};
use super::said;

/// Conditions of a node that are bad when they hold (<https://kubernetes.io/docs/reference/node/node-status>).
const PRESSURES: [&str; 4] = ["MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"];

/// How a cluster is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Kubernetes' version.
    pub version: String,
    /// OpenShift, if it is one.
    pub openshift: Option<OpenShift>,
    /// How many nodes there are.
    pub nodes: usize,
    /// Those that take no pods, or do not run theirs.
    pub troubled: Vec<Troubled>,
    /// How many operators there are.
    pub operators: usize,
    /// Those that are degraded or not available, the latter first.
    pub failing: Vec<Failing>,
    /// Those that are only on their way to something new.
    pub progressing: Vec<String>,
    /// What was counted.
    pub counts: Counts,
}

/// What whoever asked has counted, as far as they could.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Namespaces.
    pub namespaces: Option<usize>,
    /// Pods by phase.
    pub pods: Option<BTreeMap<String, usize>>,
}

/// Which OpenShift it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenShift {
    /// Where it is, or is going.
    pub version: String,
    /// Where it comes from, while it is on its way.
    pub updating_from: Option<String>,
    /// What is wrong with it, in its own words.
    pub problem: Option<String>,
}

/// A node that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Troubled {
    /// Its name.
    pub node: String,
    /// Whether it runs its pods.
    pub ready: bool,
    /// Whether it takes no more pods, because somebody said so.
    pub cordoned: bool,
    /// Pressures: `MemoryPressure` and the like.
    pub pressures: Vec<String>,
    /// What it says, in its own words.
    pub message: String,
}

/// An operator that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failing {
    /// Its name.
    pub operator: String,
    /// Whether what it looks after works.
    pub available: bool,
    /// Whether it works worse than it should.
    pub degraded: bool,
    /// What it says, in its own words.
    pub message: String,
}

/// How a cluster is.
#[must_use]
pub fn status(
    version: &str,
    cluster_version: Option<&ClusterVersion>,
    nodes: &[Node],
    operators: &[ClusterOperator],
    counts: Counts,
) -> Status {
    let mut troubled: Vec<Troubled> = nodes.iter().filter_map(troubled).collect();
    troubled.sort_by(|a, b| (a.ready, &a.node).cmp(&(b.ready, &b.node)));
    let mut failing: Vec<Failing> = operators.iter().filter_map(failing).collect();
    failing.sort_by(|a, b| (a.available, &a.operator).cmp(&(b.available, &b.operator)));
    let moving = operators.iter().filter(|operator| {
        condition(&operator.status.conditions, "Progressing").is_some_and(Condition::holds)
            && self::failing(operator).is_none()
    });
    Status {
        version: said(version),
        openshift: cluster_version.map(openshift),
        nodes: nodes.len(),
        troubled,
        operators: operators.len(),
        failing,
        progressing: moving.map(|operator| said(&operator.metadata.name)).collect(),
        counts,
    }
}

fn openshift(version: &ClusterVersion) -> OpenShift {
    let status = &version.status;
    let desired = &status.desired.version;
    let done = status.history.iter().find(|release| release.state == "Completed");
    let updating = condition(&status.conditions, "Progressing").is_some_and(Condition::holds);
    let failing = condition(&status.conditions, "Failing").filter(|condition| condition.holds());
    let unavailable = condition(&status.conditions, "Available").filter(|condition| condition.status == "False");
    OpenShift {
        version: said(if desired.is_empty() { done.map_or("", |done| &done.version) } else { desired }),
        updating_from: done.filter(|done| updating && done.version != *desired).map(|done| said(&done.version)),
        problem: failing.or(unavailable).map(words),
    }
}

fn troubled(node: &Node) -> Option<Troubled> {
    let conditions = &node.status.conditions;
    let ready = condition(conditions, "Ready");
    let pressures =
        conditions.iter().filter(|condition| condition.holds() && PRESSURES.contains(&condition.kind.as_str()));
    let troubled = Troubled {
        node: said(&node.metadata.name),
        ready: ready.is_some_and(Condition::holds),
        cordoned: node.spec.unschedulable,
        message: ready.filter(|ready| !ready.holds()).map(words).unwrap_or_default(),
        pressures: pressures.map(|condition| said(&condition.kind)).collect(),
    };
    let well = troubled.ready && !troubled.cordoned && troubled.pressures.is_empty();
    (!well).then_some(troubled)
}

fn failing(operator: &ClusterOperator) -> Option<Failing> {
    let conditions = &operator.status.conditions;
    // What is not said yet is no trouble.
    let unavailable = condition(conditions, "Available").filter(|condition| condition.status == "False");
    let degraded = condition(conditions, "Degraded").filter(|condition| condition.holds());
    let message = unavailable.or(degraded).map(words)?;
    Some(Failing {
        operator: said(&operator.metadata.name),
        available: unavailable.is_none(),
        degraded: degraded.is_some(),
        message,
    })
}

/// What a condition says: its sentence, or else its word.
fn words(condition: &Condition) -> String {
    said(if condition.message.is_empty() { &condition.reason } else { &condition.message })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// The operators of the recorded table, as objects.
    fn operators() -> Vec<ClusterOperator> {
        let table: Value =
            serde_json::from_str(include_str!("../../../tests/data/cluster/table.clusteroperators.json")).unwrap();
        let operator = |row: &Value| {
            let cells = &row["cells"];
            let condition = |kind: &str, at: usize| json!({"type": kind, "status": cells[at], "message": cells[6]});
            let conditions = [condition("Available", 2), condition("Progressing", 3), condition("Degraded", 4)];
            serde_json::from_value(json!({"metadata": {"name": cells[0]}, "status": {"conditions": conditions}}))
                .unwrap()
        };
        table["rows"].as_array().unwrap().iter().map(operator).collect()
    }

    #[test]
    fn operators_are_degraded_unavailable_or_only_busy() {
        let status = status("v1.24.0+3882f8f", None, &[], &operators(), Counts::default());
        let failing: Vec<_> = status
            .failing
            .iter()
            .map(|failing| (failing.operator.as_str(), failing.available, failing.degraded))
            .collect();
        assert_eq!(failing, [("insights", false, false), ("etcd", true, true), ("machine-config", true, true)]);
        assert!(status.failing[1].message.starts_with("EtcdMembersDegraded: 2 of 3"), "{:?}", status.failing);
        assert_eq!((status.operators, status.progressing), (24, vec!["image-registry".to_owned()]));
    }

    #[test]
    fn nodes_are_ready_unknown_cordoned_or_under_pressure() {
        let read = |node: Value| serde_json::from_value::<Node>(node).unwrap();
        let ready = json!([{"type": "Ready", "status": "True"}, {"type": "MemoryPressure", "status": "False"}]);
        let pressed = json!([{"type": "Ready", "status": "True"}, {"type": "DiskPressure", "status": "True"}]);
        let nodes = [
            read(json!({"metadata": {"name": "well"}, "status": {"conditions": ready}})),
            read(
                json!({"metadata": {"name": "closed"}, "spec": {"unschedulable": true}, "status": {"conditions": ready}}),
            ),
            read(json!({"metadata": {"name": "full"}, "status": {"conditions": pressed}})),
            read(json!({"metadata": {"name": "new"}})),
            serde_json::from_str(include_str!("../../../tests/data/cluster/node.notready.json")).unwrap(),
        ];
        let status = status("v1.24.0", None, &nodes, &[], Counts::default());
        let told: Vec<_> = status.troubled.iter().map(|node| (node.node.as_str(), node.ready, node.cordoned)).collect();
        assert_eq!(
            told,
            [
                ("new", false, false),
                ("os-ctrl-2.cluster.example.org", false, false),
                ("closed", true, true),
                ("full", true, false),
            ]
        );
        assert_eq!(status.troubled[1].message, "Kubelet stopped posting node status.");
        assert_eq!(status.troubled[3].pressures, ["DiskPressure"]);
    }

    #[test]
    fn an_openshift_is_somewhere_or_on_its_way() {
        let text = include_str!("../../../tests/data/cluster/clusterversion.json");
        let there = serde_json::from_str(text).unwrap();
        let expected = OpenShift { version: "4.11.7".to_owned(), ..OpenShift::default() };
        assert_eq!(openshift(&there), expected);
        let mut moving: Value = serde_json::from_str(text).unwrap();
        moving["status"]["desired"]["version"] = json!("4.11.9");
        moving["status"]["conditions"][2]["status"] = json!("True");
        moving["status"]["conditions"][1]["status"] = json!("True");
        moving["status"]["conditions"][1]["message"] = json!("etcd is degraded");
        let on_its_way = openshift(&serde_json::from_value(moving).unwrap());
        assert_eq!(on_its_way.updating_from.as_deref(), Some("4.11.7"));
        assert_eq!(on_its_way.problem.as_deref(), Some("etcd is degraded"));
    }
}
