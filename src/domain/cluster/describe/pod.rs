//! What is shown of a pod and its containers. Of Secrets the names, of environments the number of their entries.

use chrono::{DateTime, Utc};
use serde::Deserialize as _;
use serde_json::Value;

use super::{Section, line, list};
use crate::domain::cluster::object::{Container, ContainerStatus, Pod, State, Volume};
use crate::domain::cluster::why::span;

pub(super) fn sections(object: &Value, now: DateTime<Utc>) -> Vec<Section> {
    let Ok(pod) = Pod::deserialize(object) else { return Vec::new() };
    let status = &pod.status;
    let why = [status.reason.as_str(), status.message.as_str()];
    let why = list(why.into_iter().filter(|word| !word.is_empty()).map(str::to_owned));
    let facts =
        [line("phase", Some(status.phase.clone())), line("why", why), line("node", Some(pod.spec.node_name.clone()))];
    let first = pod
        .spec
        .init_containers
        .iter()
        .map(|container| (container, if container.is_sidecar() { "Sidecar" } else { "Init container" }));
    let all = first.chain(pod.spec.containers.iter().map(|container| (container, "Container")));
    let containers = all.map(|(container, role)| {
        let lines = lines(&pod, container, pod.container_status(&container.name), now);
        Section::new(format!("{role} {}", crate::domain::cluster::said(&container.name)), lines)
    });
    std::iter::once(Section::new("", facts.into_iter().flatten())).chain(containers).collect()
}

fn lines(pod: &Pod, container: &Container, status: Option<&ContainerStatus>, now: DateTime<Utc>) -> Vec<String> {
    let amounts = |amounts: &std::collections::BTreeMap<String, String>| {
        list(amounts.iter().map(|(resource, amount)| format!("{resource}={amount}")))
    };
    let probes = [
        (container.startup_probe.is_some(), "startup"),
        (container.readiness_probe.is_some(), "readiness"),
        (container.liveness_probe.is_some(), "liveness"),
    ];
    let ports = container.ports.iter().map(|port| {
        let protocol = if port.protocol.is_empty() { "TCP" } else { &port.protocol };
        let name = if port.name.is_empty() { String::new() } else { format!(" ({})", port.name) };
        format!("{}/{protocol}{name}", port.container_port)
    });
    let variables = container.env.len();
    let variables = (variables > 0)
        .then(|| format!("{variables} variable{}, values are not shown", if variables == 1 { "" } else { "s" }));
    let before = status.filter(|status| status.last_state.terminated.is_some());
    let facts = [
        line("image", Some(container.image.clone())),
        line("state", status.map(|status| state(&status.state, now))),
        line("ready", status.map(|status| if status.ready { "yes" } else { "no" }.to_owned())),
        line("restarts", status.map(|status| status.restart_count.to_string())),
        line("before that", before.map(|status| state(&status.last_state, now))),
        line("requests", amounts(&container.resources.requests)),
        line("limits", amounts(&container.resources.limits)),
        line("ports", list(ports)),
        line("probes", list(probes.into_iter().filter(|(there, _)| *there).map(|(_, name)| name.to_owned()))),
        line("environment", variables),
        line("environment from", list(from(container))),
        line("mounts", list(mounts(pod, container))),
    ];
    facts.into_iter().flatten().collect()
}

/// ConfigMaps and Secrets that become environment as a whole.
fn from(container: &Container) -> Vec<String> {
    let maps = container.env_from.iter().filter_map(|from| from.config_map_ref.as_ref());
    let secrets = container.env_from.iter().filter_map(|from| from.secret_ref.as_ref());
    let maps = maps.map(|map| format!("ConfigMap {}", map.name));
    maps.chain(secrets.map(|secret| format!("Secret {} (name only)", secret.name))).collect()
}

/// What it mounts that people have put there.
fn mounts(pod: &Pod, container: &Container) -> Vec<String> {
    let volume = |name: &str| pod.spec.volumes.iter().find(|volume| volume.name == name);
    container
        .volume_mounts
        .iter()
        .filter_map(|mount| Some((mount, source(volume(&mount.name)?)?)))
        .map(|(mount, source)| format!("{source} at {}", mount.mount_path))
        .collect()
}

fn source(volume: &Volume) -> Option<String> {
    if let Some(claim) = &volume.persistent_volume_claim {
        return Some(format!("claim {}", claim.claim_name));
    }
    if let Some(map) = &volume.config_map {
        return Some(format!("ConfigMap {}", map.name));
    }
    if let Some(secret) = &volume.secret {
        return Some(format!("Secret {} (name only)", secret.secret_name));
    }
    // Kubernetes puts the token of its service account into each.
    let projected = volume.projected.as_ref().filter(|_| !volume.name.starts_with("kube-api-access"))?;
    let maps = projected.sources.iter().filter_map(|source| source.config_map.as_ref());
    let secrets = projected.sources.iter().filter_map(|source| source.secret.as_ref());
    let maps = maps.map(|map| format!("ConfigMap {}", map.name));
    let all: Vec<String> = maps.chain(secrets.map(|secret| format!("Secret {} (name only)", secret.name))).collect();
    (!all.is_empty()).then(|| all.join(" and "))
}

fn state(state: &State, now: DateTime<Utc>) -> String {
    let ago = |at: Option<DateTime<Utc>>| at.map(|at| format!(" {} ago", span(now - at))).unwrap_or_default();
    if let Some(waiting) = &state.waiting {
        return format!("waiting, {} {}", waiting.reason, waiting.message).trim_end().to_owned();
    }
    if let Some(running) = &state.running {
        return format!("running, started{}", ago(running.started_at));
    }
    match &state.terminated {
        Some(end) => format!("ended{}, {} with exit code {}", ago(end.finished_at), end.reason, end.exit_code),
        None => "unknown".to_owned(),
    }
}
