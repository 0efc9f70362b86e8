//! Pods that have ended, well or not, and pods whose node has not been heard of.

use chrono::TimeDelta;

use super::evidence::{Evidence, Scene, name, span};
use super::{Finding, Verdict, container};
use crate::domain::cluster::object::{Pod, condition};

/// How a pod is that has ended; `None` while it has not.
pub(super) fn verdict(pod: &Pod) -> Option<Verdict> {
    match pod.status.phase.as_str() {
        "Succeeded" => Some(Verdict::Finished),
        "Failed" => Some(Verdict::DoesNotRun),
        _ => None,
    }
}

pub(super) fn of_pod(scene: &Scene<'_>) -> Vec<Finding> {
    let status = &scene.pod.status;
    if status.phase == "Succeeded" {
        let ends = status.container_statuses.iter().filter_map(|status| status.state.terminated.as_ref());
        let last = ends.filter_map(|end| end.finished_at).max();
        let when = last.map(|at| format!(" {} ago", span(scene.now - at))).unwrap_or_default();
        let evidence = Evidence::new("status of the pod", &format!("phase: {}", status.phase));
        return vec![
            Finding::new(format!("All its containers have ended without an error{when}."), [evidence]).aside(),
        ];
    }
    let reason = reason(scene);
    let failed = status.container_statuses.iter().chain(&status.init_container_statuses).filter_map(|status| {
        let end = status.state.terminated.as_ref().filter(|end| end.exit_code != 0)?;
        let evidence = Evidence::of_end(&status.name, "state", end, scene.now);
        let sentence = format!("Container {} has ended {}.", name(&status.name), container::how(end));
        let finding = Finding::new(sentence, [evidence]);
        // A pod that was put off its node had its containers killed.
        Some(if reason.is_some() { finding.aside() } else { finding.advising(container::read_logs(&status.name)) })
    });
    let failed: Vec<Finding> = failed.collect();
    reason.into_iter().chain(failed).collect()
}

/// Why the pod as a whole has failed (`status.reason`, as the kubelet and the controllers set it).
fn reason(scene: &Scene<'_>) -> Option<Finding> {
    let status = &scene.pod.status;
    let (sentence, advice) = match status.reason.as_str() {
        "" => return None,
        "Evicted" => (
            format!("It was put off its node{}.", scarce(&status.message)),
            "What looks after it has made another one, if something does. Request as much memory and disk as it uses, so that it is chosen later.",
        ),
        "DeadlineExceeded" => (
            "It was ended because it took longer than it may (`activeDeadlineSeconds`).".to_owned(),
            "Give it more time.",
        ),
        "NodeLost" => ("Its node has not been heard of.".to_owned(), "This is the node's failure: tell #support."),
        "Shutdown" | "Terminated" | "NodeShutdown" => (
            "It was ended because its node was shut down.".to_owned(),
            "What looks after it makes another one, if something does.",
        ),
        "Preempting" => (
            "It had to give way to a pod of higher priority.".to_owned(),
            "What looks after it makes another one, if something does.",
        ),
        "UnexpectedAdmissionError" | "NodeAffinity" | "OutOfcpu" | "OutOfmemory" | "OutOfpods" => (
            "Its node took it back when it should have started it.".to_owned(),
            "What looks after it makes another one, if something does.",
        ),
        other => (format!("It has failed: {}.", name(other)), "Look at the `events` of its namespace."),
    };
    let quote = if status.message.is_empty() {
        status.reason.clone()
    } else {
        format!("{}: {}", status.reason, status.message)
    };
    let event = scene.event(&["Evicted", "Preempted"], |_| true).map(|event| scene.told(event));
    let evidence = [Evidence::new("status of the pod", &quote)];
    let event = event.filter(|event| !evidence[0].quote.ends_with(&event.quote));
    Some(Finding::new(sentence, evidence.into_iter().chain(event)).advising(advice))
}

/// As in `The node was low on resource: memory.`
fn scarce(message: &str) -> String {
    let resource = message.split("low on resource: ").nth(1).and_then(|rest| rest.split(['.', ',', ' ']).next());
    resource.map(|resource| format!(" because that was short of {}", name(resource))).unwrap_or_default()
}

/// The node of a pod that should run has not been heard of, by what is said of the pod now; or was not, and nothing is better since.
pub(super) fn lost(scene: &Scene<'_>) -> Option<Finding> {
    let status = &scene.pod.status;
    let node = &scene.pod.spec.node_name;
    let node = if node.is_empty() { "Its node".to_owned() } else { format!("Its node {}", name(node)) };
    if is_silent(scene.pod) {
        let words = [status.reason.as_str(), &status.message].join(" ");
        let phase = format!("phase: {}", status.phase);
        let quote = if words.trim().is_empty() { &phase } else { &words };
        return Some(
            Finding::new(format!("{node} has not been heard of."), [Evidence::new("status of the pod", quote)])
                .advising(NODE),
        );
    }
    let event = scene.event(&["NodeNotReady"], |_| true)?;
    let ready = condition(&status.conditions, "Ready").filter(|ready| !ready.holds())?;
    // What changed after that is no consequence of it.
    let later = ready.last_transition_time.zip(event.last()).is_some_and(|(changed, told)| changed > told + LEEWAY);
    let sentence = format!("{node} was reported as not ready, and the pod has not been ready since.");
    (!later).then(|| Finding::new(sentence, [scene.told(event)]).advising(NODE))
}

/// Whether nobody knows how the pod is.
pub(super) fn is_silent(pod: &Pod) -> bool {
    pod.status.reason == "NodeLost" || pod.status.phase == "Unknown"
}

const NODE: &str = "Look at the node: `status` of the cluster. If it does not come back, tell #support.";

/// A pod's condition changes about when that of its node does.
const LEEWAY: TimeDelta = TimeDelta::minutes(1);
