//! Containers that run and do not answer as they should, and what beside containers keeps a pod from being ready.

use super::Finding;
use super::evidence::{Evidence, Scene, name, names};
use crate::domain::cluster::object::{Container, ContainerStatus, Event, condition};

/// Of a container's probes, the one that keeps it from going on.
pub(super) fn of_container(
    scene: &Scene<'_>,
    container: &Container,
    status: &ContainerStatus,
    called: &str,
) -> Option<Finding> {
    let running = status.state.running.is_some();
    if running && status.ready {
        return None;
    }
    let failed = |kind: &str| {
        let event =
            scene.event(&["Unhealthy"], |event| event.message.starts_with(kind) && is_its(scene, event, container));
        // What failed in a run before this one or the last may go well by now.
        let before = status.last_state.terminated.as_ref().and_then(|end| end.started_at);
        let began = status.state.running.as_ref().map_or(before, |running| running.started_at);
        event.filter(|event| began.zip(event.last()).is_none_or(|(began, last)| last >= began))
    };
    let killed = scene.event(&["Killing"], |event| {
        event.message.contains("failed liveness probe") || event.message.contains("failed startup probe")
    });
    if let Some(event) = failed("Startup probe") {
        return Some(
            Finding::new(
                format!("{called} has not started by its own measure: its startup probe fails."),
                [scene.told(event)],
            )
            .advising("Give the probe more time if it only starts slowly, or read its `logs`."),
        );
    }
    if let Some(event) = failed("Liveness probe") {
        let kill = killed.filter(|kill| is_its(scene, kill, container)).map(|kill| scene.told(kill));
        let sentence = if kill.is_some() {
            format!("{called} was ended because its liveness probe fails.")
        } else {
            format!(
                "The liveness probe of {} fails; when it does too often, that is ended and started again.",
                lower(called)
            )
        };
        return Some(
            Finding::new(sentence, std::iter::once(scene.told(event)).chain(kill))
                .advising("See whether the probe asks the right port and path, and gives it time enough."),
        );
    }
    if !running {
        return None;
    }
    if let Some(event) = failed("Readiness probe") {
        return Some(
            Finding::new(
                format!("{called} runs, but gets no requests: its readiness probe fails."),
                [scene.told(event)],
            )
            .advising("See what it waits for: its `logs`. Or whether the probe asks the right port and path."),
        );
    }
    let ready = condition(&scene.pod.status.conditions, "ContainersReady").filter(|ready| !ready.holds());
    let evidence = ready.map(Evidence::of_condition).unwrap_or_else(|| {
        let fact = if status.started == Some(false) { "started: false, ready: false" } else { "ready: false" };
        Evidence::new(format!("status of container {}", status.name), fact)
    });
    let why = match (&container.startup_probe, &container.readiness_probe) {
        (Some(_), _) if status.started == Some(false) => "its startup probe has not succeeded yet",
        (_, Some(_)) => "its readiness probe has not succeeded yet",
        _ => "no event says why",
    };
    Some(
        Finding::new(format!("{called} runs, but is not ready: {why}."), [evidence])
            .advising("See what it waits for: its `logs`."),
    )
}

/// A subject in the middle of a sentence.
fn lower(called: &str) -> String {
    let mut letters = called.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

/// An event that names no container is of the only one that it can be of.
fn is_its(scene: &Scene<'_>, event: &Event, container: &Container) -> bool {
    match event.container() {
        Some(named) => named == container.name,
        None => {
            let spec = &scene.pod.spec;
            let probed = |other: &&Container| {
                other.readiness_probe.is_some() || other.liveness_probe.is_some() || other.startup_probe.is_some()
            };
            let mut candidates: Vec<&Container> =
                spec.init_containers.iter().chain(&spec.containers).filter(probed).collect();
            if candidates.is_empty() {
                candidates = spec.containers.iter().collect();
            }
            event.message.contains(&format!("container {}", container.name))
                || candidates.len() == 1 && candidates[0].name == container.name
        }
    }
}

/// Conditions that somebody else has to set before the pod counts as ready.
pub(super) fn gates(scene: &Scene<'_>) -> Option<Finding> {
    let pod = scene.pod;
    let closed = pod.spec.readiness_gates.iter().filter(|gate| {
        !condition(&pod.status.conditions, &gate.condition_type).is_some_and(|condition| condition.holds())
    });
    let closed: Vec<&str> = closed.map(|gate| gate.condition_type.as_str()).collect();
    let ready = condition(&pod.status.conditions, "ContainersReady").is_some_and(|ready| ready.holds());
    if closed.is_empty() || !ready {
        return None;
    }
    let said = |kind: &&str| condition(&pod.status.conditions, kind).map(Evidence::of_condition);
    let mut evidence: Vec<Evidence> = closed.iter().filter_map(said).collect();
    if evidence.is_empty() {
        evidence.extend(condition(&pod.status.conditions, "Ready").map(Evidence::of_condition));
    }
    let sentence =
        format!("All its containers are ready, but its readiness gate {} is not open.", names(closed.iter().copied()));
    Some(
        Finding::new(sentence, evidence)
            .advising(format!("Whatever sets the condition {} has to be looked at.", name(closed[0]))),
    )
}
