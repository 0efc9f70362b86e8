//! What keeps a pod that has a node from starting its first container: volumes, the network, the sandbox around it.

use std::sync::LazyLock;

use regex::Regex;

use super::Finding;
use super::evidence::{Scene, name, names};
use crate::domain::cluster::object::Event;

pub(super) fn of_pod(scene: &Scene<'_>) -> Vec<Finding> {
    let status = &scene.pod.status;
    let mut containers = status.init_container_statuses.iter().chain(&status.container_statuses);
    let waits = |reason: &str| reason == "ContainerCreating" || reason == "PodInitializing";
    let begins = containers.any(|status| status.state.waiting.as_ref().is_some_and(|waiting| waits(&waiting.reason)));
    // Before the node's first word there are no containers to wait.
    let silent =
        status.phase == "Pending" && status.container_statuses.is_empty() && !scene.pod.spec.node_name.is_empty();
    if !begins && !silent {
        return Vec::new();
    }
    let volumes = scene.event(&["FailedMount", "FailedAttachVolume", "FailedMapVolume"], |_| true);
    // What is missing is said by one event, that it took too long by another, and the latter comes last.
    let telling = scene.event(&["FailedMount"], |event| missing(&event.message).is_some()).or(volumes);
    let sandbox = scene.event(&["FailedCreatePodSandBox", "FailedPodSandBoxStatus", "NetworkNotReady"], |_| true);
    // What succeeded after it failed is no reason any more.
    let done = scene.event(&["Pulling", "Pulled", "Created", "Started"], |_| true).and_then(Event::last);
    let stands = |event: &&Event| done.is_none_or(|done| event.last().is_none_or(|last| last > done));
    let volumes = telling.filter(stands).map(|event| mount(event).with(scene.told(event)));
    let network = sandbox.filter(stands).map(|event| network(event).with(scene.told(event)));
    volumes.into_iter().chain(network).collect()
}

impl Finding {
    fn with(mut self, evidence: super::Evidence) -> Self {
        self.evidence.push(evidence);
        self
    }
}

fn mount(event: &Event) -> Finding {
    let words = &event.message;
    if let Some((kind, missing)) = missing(words) {
        return Finding::new(
            format!("It cannot start: the {kind} {} that it mounts does not exist.", name(missing)),
            [],
        )
        .advising("Make it, or correct its name in the pod.");
    }
    if words.contains("Multi-Attach error") {
        return Finding::new("It cannot start: its volume is still attached to another node.", []).advising(
            "A volume of the kind `ReadWriteOnce` serves one node at a time: the pod that has it must end first. If that node is gone, tell #support.",
        );
    }
    let unmounted = unmounted(words);
    let which = match names(unmounted.iter().map(String::as_str)) {
        none if none.is_empty() => "a volume".to_owned(),
        one if unmounted.len() == 1 => format!("the volume {one}"),
        several => format!("the volumes {several}"),
    };
    let (verb, why) = if event.reason == "FailedAttachVolume" { ("attached", "to") } else { ("mounted", "on") };
    let late = if words.contains("timed out") || words.contains("DeadlineExceeded") { " in time" } else { "" };
    Finding::new(format!("It cannot start: {which} could not be {verb} {why} its node{late}."), []).advising(
        "Look at the claim behind it: `describe` it. If that is bound, the storage is at fault: tell #support.",
    )
}

fn network(event: &Event) -> Finding {
    let words = event.message.to_lowercase();
    let network = ["network", "cni", "multus", "ovn"].iter().any(|word| words.contains(word));
    let what = if network { "could not set up its network" } else { "could not set up its sandbox" };
    Finding::new(format!("It cannot start: its node {what}."), [])
        .advising("This is the node's failure, not the pod's. If it does not pass, tell #support which node it is.")
}

/// What a mount did not find, and of which kind that is.
fn missing(words: &str) -> Option<(&'static str, &str)> {
    static MISSING: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?i)(secret|configmap|persistentvolumeclaim) "([^"]+)" not found"#)
            .expect("a pattern that is tested")
    });
    let found = MISSING.captures(words)?;
    let kind = match found[1].to_lowercase().as_str() {
        "secret" => "Secret",
        "configmap" => "ConfigMap",
        _ => "PersistentVolumeClaim",
    };
    Some((kind, found.get(2)?.as_str()))
}

/// The names of the volumes that a message tells of.
fn unmounted(words: &str) -> Vec<String> {
    static LIST: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"unmounted volumes=\[([^\]]*)\]").expect("a pattern that is tested"));
    static ONE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"for volume "([^"]+)""#).expect("a pattern that is tested"));
    let list = LIST.captures(words).map(|found| found[1].split([' ', ',']).map(str::to_owned).collect::<Vec<_>>());
    let list = list.or_else(|| ONE.captures(words).map(|found| vec![found[1].to_owned()])).unwrap_or_default();
    list.into_iter().filter(|name| !name.is_empty()).collect()
}
