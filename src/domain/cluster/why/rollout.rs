//! Why a deployment does not run: what keeps its pods from being made, what is wrong with those that are there, and what it says itself.

use chrono::{DateTime, Utc};

use super::evidence::{Evidence, name, newest};
use super::{Explanation, Finding, Subject, Verdict, merged, pod, refused};
use crate::domain::cluster::object::{Claim, Condition, Deployment, Event, Pod, ReplicaSet, condition};
use crate::domain::cluster::said;

pub(super) fn explain(
    deployment: &Deployment,
    sets: &[ReplicaSet],
    pods: &[Pod],
    events: &[Event],
    claims: &[Claim],
    now: DateTime<Utc>,
) -> Explanation {
    let meta = &deployment.metadata;
    let here = |namespace: &str| namespace.is_empty() || namespace == meta.namespace;
    let sets: Vec<&ReplicaSet> = sets
        .iter()
        .filter(|set| here(&set.metadata.namespace) && set.metadata.is_of("Deployment", &meta.name))
        .collect();
    let pods: Vec<&Pod> =
        pods.iter().filter(|pod| here(&pod.metadata.namespace) && is_its(pod, &sets, &meta.name)).collect();
    let of_pods: Vec<Explanation> = pods.iter().map(|each| pod(each, events, claims, now)).collect();
    let wanted = deployment.wanted();
    let ready = deployment.status.ready_replicas;
    let well = ready >= wanted && deployment.status.updated_replicas >= wanted;

    let on_their_way = of_pods.iter().any(|pod| pod.verdict == Verdict::Starting);
    let mut findings = Vec::new();
    let removed = meta.deletion_timestamp.is_some();
    if removed {
        findings.push(removal(deployment));
    }
    findings.extend(refusal(deployment, &sets, &pods, events, now).filter(|_| !well));
    for of_pod in
        of_pods.into_iter().filter(|of_pod| !matches!(of_pod.verdict, Verdict::BeingRemoved | Verdict::Finished))
    {
        let pod = of_pod.subject.name;
        findings.extend(of_pod.findings.into_iter().map(|finding| Finding { pods: vec![pod.clone()], ..finding }));
    }
    let mut findings = merged(findings);
    let explained = findings.iter().any(|finding| !finding.aside);
    findings.extend(own(deployment, explained, well));
    findings.sort_by_key(|finding| finding.aside);

    let few = pods.len() < usize::try_from(wanted).unwrap_or(0);
    let starting = deployment.status.observed_generation < meta.generation || few || on_their_way;
    let wrong = findings.iter().any(|finding| !finding.aside);
    let verdict = match (ready, wanted) {
        _ if removed => Verdict::BeingRemoved,
        (_, ..=0) => Verdict::DoesNotRun,
        _ if well => Verdict::Runs,
        (1.., _) => Verdict::InPart,
        _ if !wrong && starting => Verdict::Starting,
        _ => Verdict::DoesNotRun,
    };
    if verdict.wants_a_reason() && !wrong && !on_their_way && wanted > 0 {
        findings.insert(0, unexplained(deployment));
    }
    let subject = Subject { kind: "Deployment", namespace: said(&meta.namespace), name: said(&meta.name) };
    Explanation { subject, verdict, ready: (ready, wanted), findings }
}

/// Whether a set of the deployment made it; where the sets were not handed in, by its name, which begins with theirs.
fn is_its(pod: &Pod, sets: &[&ReplicaSet], deployment: &str) -> bool {
    let of = |owner: &str| {
        sets.iter().any(|set| set.metadata.name == owner)
            || sets.is_empty() && owner.rsplit_once('-').is_some_and(|(stem, _)| stem == deployment)
    };
    pod.metadata.owner_references.iter().any(|owner| owner.kind == "ReplicaSet" && of(&owner.name))
}

/// Pods that were not let in.
fn refusal(
    deployment: &Deployment,
    sets: &[&ReplicaSet],
    pods: &[&Pod],
    events: &[Event],
    now: DateTime<Utc>,
) -> Option<Finding> {
    let failure =
        |conditions: &[Condition]| condition(conditions, "ReplicaFailure").filter(|failure| failure.holds()).cloned();
    let own = failure(&deployment.status.conditions);
    let own = own.or_else(|| sets.iter().find_map(|set| failure(&set.status.conditions)));
    let short = sets.iter().any(|set| set.status.replicas < set.spec.replicas.unwrap_or(1));
    let few = pods.len() < usize::try_from(deployment.wanted()).unwrap_or(0);
    let of_sets = events.iter().filter(|event| event.reason == "FailedCreate").filter(|event| {
        let is_set =
            |set: &&ReplicaSet| event.is_about("ReplicaSet", &deployment.metadata.namespace, &set.metadata.name);
        sets.iter().any(is_set)
    });
    let event = newest(of_sets).first().copied().filter(|_| short || few || own.is_some());
    let message = event.map(|event| event.message.clone()).or_else(|| own.as_ref().map(|own| own.message.clone()))?;
    let told = event.map(|event| Evidence::of_event(event, now));
    let own = own.as_ref().map(Evidence::of_condition);
    // The condition repeats what the event says.
    let evidence = match (told, own) {
        (Some(told), _) => vec![told],
        (None, own) => own.into_iter().collect(),
    };
    Some(refused::finding(&message, evidence))
}

fn removal(deployment: &Deployment) -> Finding {
    let meta = &deployment.metadata;
    let due = meta.deletion_timestamp.map(|due| due.format("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default();
    let mut quote = format!("deletionTimestamp: {due}");
    if !meta.finalizers.is_empty() {
        quote += &format!(", finalizers: {}", meta.finalizers.join(", "));
    }
    let held = super::evidence::names(meta.finalizers.iter().map(String::as_str));
    let waits = if held.is_empty() { String::new() } else { format!(" It is kept until {held} lets it go.") };
    Finding::new(format!("Somebody removed it.{waits}"), [Evidence::new("metadata of the deployment", &quote)])
}

/// What the deployment says itself.
fn own(deployment: &Deployment, explained: bool, well: bool) -> Vec<Finding> {
    let conditions = &deployment.status.conditions;
    let mut findings = Vec::new();
    if deployment.wanted() <= 0 {
        let evidence = Evidence::new("spec of the deployment", "replicas: 0");
        let zero = Finding::new("It is scaled to zero: nobody wants a pod of it.", [evidence]);
        findings.push(zero.advising("Whoever wants it to run has to give it `replicas`."));
    }
    if deployment.spec.paused {
        let evidence = Evidence::new("spec of the deployment", "paused: true");
        let paused = Finding::new("It is paused: what is changed in it has no effect until it is resumed.", [evidence]);
        findings.push(if explained || well { paused.aside() } else { paused });
    }
    let status = &deployment.status;
    if status.updated_replicas < deployment.wanted() && status.ready_replicas >= deployment.wanted() {
        let quote = format!("updatedReplicas: {}, readyReplicas: {}", status.updated_replicas, status.ready_replicas);
        let sentence = format!(
            "Its newest version is on {} of its {} pods so far; the rest of the work is done by an older one.",
            status.updated_replicas,
            deployment.wanted()
        );
        findings.push(Finding {
            aside: explained,
            ..Finding::new(sentence, [Evidence::new("status of the deployment", &quote)])
        });
    }
    let late = condition(conditions, "Progressing").filter(|progress| progress.status == "False");
    if let Some(late) = late {
        let sentence = if late.reason == "ProgressDeadlineExceeded" {
            "Its rollout has taken longer than it may, and is counted as failed."
        } else {
            "Its rollout does not go on."
        };
        findings.push(Finding { aside: explained || well, ..Finding::new(sentence, [Evidence::of_condition(late)]) });
    }
    let missing = deployment.wanted() - deployment.status.available_replicas;
    let unavailable = condition(conditions, "Available").filter(|available| available.status == "False");
    if let Some(unavailable) = unavailable.filter(|_| deployment.wanted() > 0 && missing > 0) {
        let sentence = format!(
            "{missing} of its {} pods cannot be asked for anything, which is more than it can do without.",
            deployment.wanted()
        );
        let aside = explained || !findings.is_empty();
        findings.push(Finding { aside, ..Finding::new(sentence, [Evidence::of_condition(unavailable)]) });
    }
    if status.observed_generation < deployment.metadata.generation {
        let quote = format!(
            "generation: {}, observedGeneration: {}",
            deployment.metadata.generation, status.observed_generation
        );
        let evidence = Evidence::new("status of the deployment", &quote);
        findings.push(Finding::new("Its last change has not been taken up yet.", [evidence]).aside());
    }
    findings
}

fn unexplained(deployment: &Deployment) -> Finding {
    let status = &deployment.status;
    let quote = format!(
        "replicas: {}, ready: {}, updated: {}",
        status.replicas, status.ready_replicas, status.updated_replicas
    );
    Finding::new("Nothing that the cluster says explains it.", [Evidence::new("status of the deployment", &quote)])
        .advising(format!(
            "Look at the `events` of its namespace and at the pods of {}.",
            name(&deployment.metadata.name)
        ))
}
