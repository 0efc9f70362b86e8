//! What keeps a container from running, or ends it again and again: by its state now and before.

use super::evidence::{Evidence, Scene, name, span};
use super::{Finding, exit, image, probe};
use crate::domain::cluster::object::{Container, ContainerStatus, Terminated};

/// What it has to do with its pod.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It has to end before the others begin.
    Init,
    /// It has to begin before the others, and goes on beside them.
    Sidecar,
    /// It is what the pod is for.
    Main,
}

/// A container that began this long ago or longer after it was restarted runs well again.
const SETTLED_HOURS: i64 = 1;

/// Reasons for which a container waits that mean nothing by themselves.
const ON_ITS_WAY: [&str; 3] = ["ContainerCreating", "PodInitializing", ""];

pub(super) fn of_pod(scene: &Scene<'_>) -> Vec<Finding> {
    let spec = &scene.pod.spec;
    let role = |container: &Container| if container.is_sidecar() { Role::Sidecar } else { Role::Init };
    let first = spec.init_containers.iter().map(|container| (container, role(container)));
    let all = first.chain(spec.containers.iter().map(|container| (container, Role::Main)));
    let known =
        all.filter_map(|(container, role)| Some((container, role, scene.pod.container_status(&container.name)?)));
    known.flat_map(|(container, role, status)| of_container(scene, container, role, status)).collect()
}

fn of_container(scene: &Scene<'_>, container: &Container, role: Role, status: &ContainerStatus) -> Vec<Finding> {
    let called = match role {
        Role::Init => format!("Init container {}", name(&container.name)),
        Role::Sidecar => format!("Sidecar {}", name(&container.name)),
        Role::Main => format!("Container {}", name(&container.name)),
    };
    let probed = probe::of_container(scene, container, status, &called);
    if let Some(waiting) = &status.state.waiting {
        let own = match waiting.reason.as_str() {
            reason if image::REASONS.contains(&reason) => Some(image::finding(scene, container, status, &called)),
            "CrashLoopBackOff" => Some(crashing(scene, container, role, status, &called)),
            "CreateContainerConfigError" => Some(unconfigured(scene, status, &waiting.message, &called)),
            reason if ON_ITS_WAY.contains(&reason) => None,
            reason => Some(unstarted(scene, status, reason, &waiting.message, &called)),
        };
        return probed.into_iter().chain(own).collect();
    }
    if let Some(end) = &status.state.terminated {
        if end.exit_code == 0 && (role == Role::Init || scene.pod.spec.restart_policy != "Always") {
            return Vec::new();
        }
        return probed.into_iter().chain([ended(scene, container, status, end, &called)]).collect();
    }
    if let Some(running) = status.state.running.as_ref().filter(|_| role == Role::Init) {
        let since = running.started_at.map(|at| format!("running, started {} ago", span(scene.now - at)));
        let evidence =
            Evidence::new(format!("state of container {}", status.name), &since.unwrap_or("running".to_owned()));
        let sentence = format!("{called} is still at work; the others begin when it has ended.");
        return vec![Finding::new(sentence, [evidence]).aside()];
    }
    probed.into_iter().chain(restarted(scene, container, status, &called)).collect()
}

/// It ends again and again.
fn crashing(scene: &Scene<'_>, container: &Container, role: Role, status: &ContainerStatus, called: &str) -> Finding {
    let state = status.state.waiting.as_ref().map(|waiting| {
        Evidence::new(
            format!("state of container {}", status.name),
            &format!("{}: {}", waiting.reason, waiting.message),
        )
    });
    let Some(end) = &status.last_state.terminated else {
        let again = format!("{called} ends again and again{}. How it ended is not said.", times(status));
        return Finding::new(again, state).advising(read_logs(&container.name));
    };
    let evidence = Evidence::of_end(&status.name, "last state", end, scene.now);
    if let Some(memory) = out_of_memory(container, end) {
        let sentence = format!("{called} was ended again and again{}: {memory}.", times(status));
        return Finding::new(sentence, [evidence]).advising(MORE_MEMORY);
    }
    let how = how(end);
    let sentence = match (end.exit_code, role) {
        (0, Role::Main | Role::Sidecar) => format!(
            "{called} ends again and again{}, each time {how}. A container like this must go on, so it is started again and again.",
            times(status)
        ),
        _ => format!("{called} ends again and again{}, last {how}.", times(status)),
    };
    let finding = Finding::new(sentence, [evidence]);
    finding.advising(if matches!(end.exit_code, 126 | 127) {
        "Correct its `command`, or the image in which that should be.".to_owned()
    } else {
        read_logs(&container.name)
    })
}

/// It has ended, and is not running again yet or ever.
fn ended(
    scene: &Scene<'_>,
    container: &Container,
    status: &ContainerStatus,
    end: &Terminated,
    called: &str,
) -> Finding {
    let evidence = Evidence::of_end(&status.name, "state", end, scene.now);
    if let Some(memory) = out_of_memory(container, end) {
        return Finding::new(format!("{called} was ended: {memory}{}.", times(status)), [evidence])
            .advising(MORE_MEMORY);
    }
    Finding::new(format!("{called} has ended {}{}.", how(end), times(status)), [evidence])
        .advising(read_logs(&container.name))
}

/// It runs, and has not for long: worth knowing, no more.
fn restarted(scene: &Scene<'_>, container: &Container, status: &ContainerStatus, called: &str) -> Option<Finding> {
    let end = status.last_state.terminated.as_ref().filter(|_| status.restart_count > 0)?;
    let began = status.state.running.as_ref()?.started_at.or(end.finished_at)?;
    if (scene.now - began).num_hours() >= SETTLED_HOURS {
        return None;
    }
    let evidence = Evidence::of_end(&status.name, "last state", end, scene.now);
    let why = out_of_memory(container, end)
        .map_or_else(|| format!("ended {}", how(end)), |memory| format!("was ended: {memory}"));
    Some(Finding::new(format!("{called} runs again; before, it {why}{}.", times(status)), [evidence]).aside())
}

const MORE_MEMORY: &str = "Give it a higher memory limit, or have it use less.";

/// Why it was ended for its memory, if it was.
fn out_of_memory(container: &Container, end: &Terminated) -> Option<String> {
    if end.reason != "OOMKilled" {
        return None;
    }
    Some(match container.resources.limits.get("memory") {
        Some(limit) => format!("it used more memory than its limit of {} allows (OOMKilled)", name(limit)),
        None => "there was no memory left for it, and it has no limit of its own (OOMKilled)".to_owned(),
    })
}

/// With which exit code a container ended, and what that means.
pub(super) fn how(end: &Terminated) -> String {
    let code = end.exit_code;
    match exit::meaning(code) {
        Some(_) if code == 137 && end.reason != "OOMKilled" => {
            format!(
                "with exit code {code} (SIGKILL: it was killed from outside; its state does not say that memory was the reason)"
            )
        }
        Some(meaning) => format!("with exit code {code} ({meaning})"),
        None => format!("with exit code {code}"),
    }
}

fn times(status: &ContainerStatus) -> String {
    match status.restart_count {
        0 => String::new(),
        1 => ", restarted once".to_owned(),
        count => format!(", restarted {count} times"),
    }
}

pub(super) fn read_logs(container: &str) -> String {
    format!("Read what it printed before it ended: `logs` of container {}.", name(container))
}

/// Something is missing of what its environment is made from, or it may not run as whom it would.
fn unconfigured(scene: &Scene<'_>, status: &ContainerStatus, message: &str, called: &str) -> Finding {
    let state =
        Evidence::new(format!("state of container {}", status.name), &format!("CreateContainerConfigError: {message}"));
    let about_it = |of: Option<&str>| of.is_none_or(|of| of == status.name);
    let event = scene.event(&["Failed"], |event| event.message.starts_with("Error: ") && about_it(event.container()));
    let words = if message.is_empty() { event.map_or("", |event| &event.message) } else { message };
    let (why, advice) = match Missing::read(words) {
        Some(Missing::Object(kind, missing)) => {
            (format!(": the {kind} {} does not exist", name(missing)), "Make it, or correct its name in the pod.")
        }
        Some(Missing::Key(kind, object, key)) => (
            format!(": the {kind} {} has no key {}", name(object), name(key)),
            "Add the key, or correct its name in the pod.",
        ),
        None if words.contains("runAsNonRoot") => (
            ": it must not run as root, and its image does".to_owned(),
            "Use an image that runs as another user, or name one in `runAsUser`.",
        ),
        None => (String::new(), "Look at what it takes from ConfigMaps and Secrets: `describe` the pod."),
    };
    let evidence = if message.is_empty() { event.map_or(state, |event| scene.told(event)) } else { state };
    Finding::new(format!("{called} cannot be made{why}."), [evidence]).advising(advice)
}

enum Missing<'a> {
    Object(&'static str, &'a str),
    Key(&'static str, &'a str, &'a str),
}

impl<'a> Missing<'a> {
    /// As the kubelet says it: `secret "x" not found`, `couldn't find key k in ConfigMap ns/name`.
    fn read(words: &'a str) -> Option<Self> {
        let kind = |word: &str| if word.to_lowercase().contains("secret") { "Secret" } else { "ConfigMap" };
        if let Some(rest) = words.split("couldn't find key ").nth(1) {
            let (key, place) = rest.split_once(" in ")?;
            let (of, object) = place.split_once(' ')?;
            let object = object.rsplit('/').next()?;
            return Some(Self::Key(kind(of), object, key));
        }
        let (before, after) = words.split_once('"')?;
        let (object, rest) = after.split_once('"')?;
        let of = before.to_lowercase();
        let known = of.contains("secret") || of.contains("configmap");
        (known && rest.trim_start().starts_with("not found")).then(|| Self::Object(kind(before), object))
    }
}

/// The runtime could not start it, for a reason with which we can only repeat what it says.
fn unstarted(scene: &Scene<'_>, status: &ContainerStatus, reason: &str, message: &str, called: &str) -> Finding {
    let words = message.to_lowercase();
    let missing = ["executable file not found", "no such file or directory"].iter().any(|sign| words.contains(sign));
    let why = match reason {
        _ if missing => ": its command was not found in the image",
        _ if words.contains("permission denied") => ": its command may not be executed",
        "PostStartHookError" => ": what it has to do after its start (`postStart`) failed",
        "RunContainerError" | "StartError" | "CreateContainerError" => ", because its node could not start it",
        _ => "",
    };
    let waits = if why.is_empty() {
        format!("{called} waits: {}.", name(reason))
    } else {
        format!("{called} cannot start{why}.")
    };
    let state = Evidence::new(format!("state of container {}", status.name), &format!("{reason}: {message}"));
    let event = if message.is_empty() { scene.event(&["Failed"], |_| true) } else { None };
    let evidence = std::iter::once(state).chain(event.map(|event| scene.told(event)));
    let finding = Finding::new(waits, evidence);
    if missing { finding.advising("Correct its `command`, or the image in which that should be.") } else { finding }
}
