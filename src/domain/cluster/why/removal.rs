//! Pods that are being removed, and what holds them.

use chrono::TimeDelta;

use super::Finding;
use super::evidence::{Evidence, Scene, name, names, span};

/// After its time is up, a pod may take this long to be gone.
const LEEWAY: TimeDelta = TimeDelta::seconds(30);

pub(super) fn of_pod(scene: &Scene<'_>) -> Option<Finding> {
    let meta = &scene.pod.metadata;
    // It is the time at which that was asked for and the time that it was given: see ObjectMeta in
    // https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta
    let due = meta.deletion_timestamp?;
    let grace = TimeDelta::try_seconds(meta.deletion_grace_period_seconds.unwrap_or(0)).unwrap_or_default();
    let asked = due.checked_sub_signed(grace).unwrap_or(due);
    let mut quote = format!("deletionTimestamp: {}", due.format("%Y-%m-%dT%H:%M:%SZ"));
    if let Some(seconds) = meta.deletion_grace_period_seconds {
        quote += &format!(", deletionGracePeriodSeconds: {seconds}");
    }
    if !meta.finalizers.is_empty() {
        quote += &format!(", finalizers: {}", meta.finalizers.join(", "));
    }
    let evidence = [Evidence::new("metadata of the pod", &quote)];
    let since = format!("Its removal was asked for {} ago", span(scene.now - asked));
    if scene.now <= due + LEEWAY {
        let left = (due - scene.now).max(TimeDelta::zero());
        return Some(Finding::new(format!("{since}; it has {} left to end by itself.", span(left)), evidence).aside());
    }
    let late = span(scene.now - due);
    if !meta.finalizers.is_empty() {
        let held = names(meta.finalizers.iter().map(String::as_str));
        let (finalizers, have) = if meta.finalizers.len() == 1 { ("finalizer", "has") } else { ("finalizers", "have") };
        return Some(
            Finding::new(format!("{since}, and its time was up {late} ago. The {finalizers} {held} {have} not let it go."), evidence)
                .advising("Whoever put it there has to finish its work; look at that controller first. Taking a finalizer off by hand leaves behind what it guards."),
        );
    }
    let lost = super::end::lost(scene);
    if let Some(lost) = lost {
        let node = name(&scene.pod.spec.node_name);
        let evidence = evidence.into_iter().chain(lost.evidence);
        return Some(
            Finding::new(format!("{since}, and its time was up {late} ago. Its node {node} was not heard of, so nothing says that it has ended."), evidence)
                .advising("It goes when the node comes back, or is removed from the cluster: tell #support."),
        );
    }
    let killing =
        scene.event(&["FailedKillPod", "KillPodSandboxError", "Killing"], |_| true).map(|event| scene.told(event));
    let failed = scene.event(&["FailedKillPod", "KillPodSandboxError"], |_| true).is_some();
    let why = if failed { "Its node could not end it." } else { "Nothing says what holds it." };
    let node = if scene.pod.spec.node_name.is_empty() {
        "the node".to_owned()
    } else {
        format!("its node {}", name(&scene.pod.spec.node_name))
    };
    Some(
        Finding::new(format!("{since}, and its time was up {late} ago. {why}"), evidence.into_iter().chain(killing))
            .advising(format!("See whether {node} is ready: `status` of the cluster.")),
    )
}
