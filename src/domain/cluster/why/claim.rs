//! Storage that a pod waits for: its claims, and why they are not bound.

use std::sync::LazyLock;

use regex::Regex;

use super::evidence::{Evidence, Scene, name};
use super::{Finding, place};
use crate::domain::cluster::object::{Claim, Event};

pub(super) fn of_pod(scene: &Scene<'_>) -> Vec<Finding> {
    scene.claims.iter().filter_map(|claim| of_claim(scene, claim)).collect()
}

fn of_claim(scene: &Scene<'_>, claim: &Claim) -> Option<Finding> {
    let meta = &claim.metadata;
    let called = name(&meta.name);
    let phase = || {
        Evidence::new(
            format!("status of PersistentVolumeClaim {}", meta.name),
            &format!("phase: {}", claim.status.phase),
        )
    };
    if claim.status.phase == "Lost" {
        return Some(
            Finding::new(format!("The volume behind its PersistentVolumeClaim {called} is gone."), [phase()])
                .advising("What was on it may be lost. Restore it, or make the claim anew."),
        );
    }
    if claim.status.phase != "Pending" {
        return None;
    }
    let mut its =
        scene.of_claims.iter().filter(|event| event.is_about("PersistentVolumeClaim", &meta.namespace, &meta.name));
    let telling: Option<&Event> =
        its.find(|event| event.kind == "Warning" || REASONS.contains(&event.reason.as_str())).copied();
    let quote = telling.map_or_else(phase, |event| scene.told(event));
    let Some(event) = telling else {
        return Some(
            Finding::new(
                format!("Its PersistentVolumeClaim {called} is not bound to a volume, and no event says why."),
                [quote],
            )
            .advising("Look at the claim: `describe` it."),
        );
    };
    let class = if claim.spec.storage_class_name.is_empty() {
        String::new()
    } else {
        format!(" of the class {}", name(&claim.spec.storage_class_name))
    };
    let (sentence, advice) = match event.reason.as_str() {
        "WaitForFirstConsumer" => {
            // Its volume is made when the pod has a node, so that this is a consequence.
            let waits = format!("Its PersistentVolumeClaim {called} gets its volume when the pod has a node.");
            let finding = Finding::new(waits, [quote]);
            return Some(if place::of_pod(scene).is_some() { finding.aside() } else { finding });
        }
        "ExternalProvisioning" => (
            format!(
                "Its PersistentVolumeClaim {called} waits for a volume{class} that something outside Kubernetes has to make."
            ),
            "If this takes long, the storage's own operator has to be looked at: tell #support.",
        ),
        _ if let Some(missing) = missing_class(&event.message) => (
            format!(
                "Its PersistentVolumeClaim {called} asks for the storage class {}, which does not exist.",
                name(missing)
            ),
            "Name another class in the claim: `get storageclasses` lists them.",
        ),
        "FailedBinding" => (
            format!("Its PersistentVolumeClaim {called} finds no volume: none fits, and no storage class makes one."),
            "Name a storage class in the claim.",
        ),
        _ => (
            format!("No volume{class} could be made for its PersistentVolumeClaim {called}."),
            "This is the storage's failure, not the pod's: tell #support.",
        ),
    };
    Some(Finding::new(sentence, [quote]).advising(advice))
}

/// Of a claim's events, those that say why it waits.
const REASONS: [&str; 4] = ["WaitForFirstConsumer", "WaitForPodScheduled", "ExternalProvisioning", "FailedBinding"];

fn missing_class(message: &str) -> Option<&str> {
    static CLASS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"storageclass(?:\.storage\.k8s\.io)? "([^"]+)" not found"#).expect("a pattern that is tested")
    });
    CLASS.captures(message).and_then(|found| found.get(1)).map(|class| class.as_str())
}
