//! Why a workload does not run, by nothing but what its cluster says: each sentence quotes the condition or the event it rests on, and what
//! nothing says is not guessed. Knows neither who asked nor how it is shown.

mod claim;
mod container;
mod end;
mod evidence;
mod exit;
mod image;
mod place;
mod probe;
mod refused;
mod removal;
mod rollout;
mod start;
#[cfg(test)]
mod tests;

use std::fmt;

use chrono::{DateTime, Utc};

pub use evidence::Evidence;
pub(in crate::domain::cluster) use evidence::span;

use super::object::{Claim, Deployment, Event, Pod, ReplicaSet, condition};
use super::said;
use evidence::Scene;

/// What there is to say about a workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What was asked about.
    pub subject: Subject,
    /// How it is.
    pub verdict: Verdict,
    /// How many of its containers, or of its pods, are ready, and how many there should be.
    pub ready: (i64, i64),
    /// Why, in the order in which it has to be repaired.
    pub findings: Vec<Finding>,
}

/// What was asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// As in `Pod`.
    pub kind: &'static str,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// How a workload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All of it runs.
    Runs,
    /// It runs, and is not asked for anything because it is not ready.
    NotReady,
    /// Some of its pods are ready.
    InPart,
    /// It does not run.
    DoesNotRun,
    /// It is on its way, and nothing is wrong so far.
    Starting,
    /// Somebody wants it gone.
    BeingRemoved,
    /// It has done what it had to do.
    Finished,
}

/// One reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finding {
    /// What is so, our own words in Markdown; names in them are literal.
    pub sentence: String,
    /// The pods of which it is so, where the subject has several.
    pub pods: Vec<String>,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
    /// What to do about it, our own words in Markdown.
    pub advice: Option<String>,
    /// Whether it is only worth knowing, and keeps nothing from running.
    pub aside: bool,
}

impl Finding {
    fn new(sentence: impl Into<String>, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        Self { sentence: sentence.into(), evidence: evidence.into_iter().collect(), ..Self::default() }
    }

    fn advising(self, advice: impl Into<String>) -> Self {
        Self { advice: Some(advice.into()), ..self }
    }

    fn aside(self) -> Self {
        Self { aside: true, ..self }
    }
}

/// Why a pod does not run, if it does not. Of `events` and `claims` there may be more than those that concern it.
#[must_use]
pub fn pod(pod: &Pod, events: &[Event], claims: &[Claim], now: DateTime<Utc>) -> Explanation {
    let scene = Scene::new(pod, events, claims, now);
    let mut findings = Vec::new();
    let over = end::verdict(pod);
    if pod.metadata.deletion_timestamp.is_some() {
        findings.extend(removal::of_pod(&scene));
    } else if over.is_some() {
        findings.extend(end::of_pod(&scene));
    } else {
        findings.extend(end::lost(&scene));
        findings.extend(claim::of_pod(&scene));
        findings.extend(place::of_pod(&scene));
        findings.extend(start::of_pod(&scene));
        findings.extend(container::of_pod(&scene));
        findings.extend(probe::gates(&scene));
    }
    let findings = merged(findings);
    let verdict = match over {
        _ if pod.metadata.deletion_timestamp.is_some() => Verdict::BeingRemoved,
        Some(verdict) => verdict,
        // What a silent node said last is no news.
        None if end::is_silent(pod) => Verdict::DoesNotRun,
        None => running(pod, &findings),
    };
    let mut explanation = Explanation { subject: subject(pod), verdict, ready: ready(pod), findings };
    if explanation.findings.iter().all(|finding| finding.aside) && verdict.wants_a_reason() {
        explanation.findings.insert(0, unexplained(&scene));
    }
    explanation
}

/// Why a deployment does not run, if it does not. Of all the rest there may be more than what concerns it.
#[must_use]
pub fn deployment(
    deployment: &Deployment,
    sets: &[ReplicaSet],
    pods: &[Pod],
    events: &[Event],
    claims: &[Claim],
    now: DateTime<Utc>,
) -> Explanation {
    rollout::explain(deployment, sets, pods, events, claims, now)
}

impl Verdict {
    const fn wants_a_reason(self) -> bool {
        matches!(self, Self::NotReady | Self::InPart | Self::DoesNotRun)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Runs => "runs",
            Self::NotReady => "runs, but is not ready",
            Self::InPart => "runs in part",
            Self::DoesNotRun => "does not run",
            Self::Starting => "is starting",
            Self::BeingRemoved => "is being removed",
            Self::Finished => "has finished",
        })
    }
}

fn subject(pod: &Pod) -> Subject {
    Subject { kind: "Pod", namespace: said(&pod.metadata.namespace), name: said(&pod.metadata.name) }
}

fn ready(pod: &Pod) -> (i64, i64) {
    let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
    let ready = pod.status.container_statuses.iter().filter(|status| status.ready);
    (count(ready.count()), count(pod.spec.containers.len().max(pod.status.container_statuses.len())))
}

fn running(pod: &Pod, findings: &[Finding]) -> Verdict {
    let is_ready = condition(&pod.status.conditions, "Ready").is_some_and(|ready| ready.holds());
    let wrong = findings.iter().any(|finding| !finding.aside);
    let (ready, containers) = ready(pod);
    let statuses = &pod.status.container_statuses;
    let all_run = !statuses.is_empty() && statuses.iter().all(|status| status.state.running.is_some());
    match pod.status.phase.as_str() {
        "Running" if is_ready && ready == containers && !wrong => Verdict::Runs,
        "Running" if all_run => Verdict::NotReady,
        "Running" if ready > 0 => Verdict::InPart,
        // Between two of its states a container says little.
        "Pending" | "" if !wrong => Verdict::Starting,
        _ => Verdict::DoesNotRun,
    }
}

/// Each sentence once, with all that it rests on.
fn merged(findings: impl IntoIterator<Item = Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::new();
    for finding in findings {
        let Some(same) = kept.iter_mut().find(|other| other.sentence == finding.sentence) else {
            kept.push(finding);
            continue;
        };
        let new = finding
            .evidence
            .into_iter()
            .filter(|evidence| !same.evidence.iter().any(|other| other.says_the_same(evidence)));
        let new: Vec<Evidence> = new.collect();
        same.evidence.extend(new);
        same.pods.extend(finding.pods);
        same.aside &= finding.aside;
    }
    kept.sort_by_key(|finding| finding.aside);
    kept
}

fn unexplained(scene: &Scene<'_>) -> Finding {
    let conditions = &scene.pod.status.conditions;
    let ready = condition(conditions, "ContainersReady").or_else(|| condition(conditions, "Ready"));
    let evidence = ready.filter(|ready| !ready.holds()).map(Evidence::of_condition);
    let phase = || Evidence::new("status of the pod", &format!("phase: {}", scene.pod.status.phase));
    Finding::new("Nothing that the cluster says explains it.", [evidence.unwrap_or_else(phase)])
        .advising("Look at the `events` of its namespace and at its `logs`.")
}
