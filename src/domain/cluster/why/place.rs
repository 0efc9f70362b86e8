//! Why no node takes a pod: the scheduler's message, taken apart, and gates that keep the scheduler away.

mod obstacle;

use std::sync::LazyLock;

use regex::Regex;

use super::evidence::{Scene, names};
use super::{Evidence, Finding};
use crate::domain::cluster::object::condition;
use obstacle::Obstacle;

pub(super) fn of_pod(scene: &Scene<'_>) -> Option<Finding> {
    let pod = scene.pod;
    let scheduled = condition(&pod.status.conditions, "PodScheduled");
    if !pod.spec.node_name.is_empty() || scheduled.is_some_and(|scheduled| scheduled.holds()) {
        return None;
    }
    let gated = scheduled.is_some_and(|scheduled| scheduled.reason == "SchedulingGated");
    if gated || !pod.spec.scheduling_gates.is_empty() {
        let gates = names(pod.spec.scheduling_gates.iter().map(|gate| gate.name.as_str()));
        let gates =
            if gates.is_empty() { "a scheduling gate".to_owned() } else { format!("the scheduling gate {gates}") };
        let evidence = scheduled.map(Evidence::of_condition);
        return Some(
            Finding::new(format!("No node is looked for as long as {gates} is on it."), evidence)
                .advising("Whoever put the gate on has to take it off."),
        );
    }
    let event = scene.event(&["FailedScheduling"], |_| true);
    let refusal = scheduled.filter(|scheduled| scheduled.status == "False" && !scheduled.message.is_empty());
    let message = refusal.map(|refusal| &refusal.message).or(event.map(|event| &event.message))?;
    let evidence: Vec<Evidence> =
        refusal.map(Evidence::of_condition).into_iter().chain(event.map(|event| scene.told(event))).collect();
    // The event repeats the condition; what it adds is when and how often.
    let evidence = match evidence.as_slice() {
        [condition, event] if condition.quote.ends_with(&event.quote) => {
            vec![Evidence { source: format!("{}; {}", condition.source, event.source), ..event.clone() }]
        }
        _ => evidence,
    };
    let refused = Refused::read(message);
    let finding = Finding::new(refused.sentence(), evidence);
    Some(match refused.advice() {
        Some(advice) => finding.advising(advice),
        None => finding,
    })
}

/// What the scheduler said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Refused {
    /// How many nodes there are.
    nodes: Option<u64>,
    obstacles: Vec<Obstacle>,
}

impl Refused {
    pub(super) fn read(message: &str) -> Self {
        static HEAD: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"^\s*(\d+)/(\d+) nodes are available:?\s*").expect("a pattern that is tested")
        });
        static SECOND: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"[.,]?\s*(?:no new claims to deallocate,?\s*)?preemption:").expect("a pattern that is tested")
        });
        let head = HEAD.captures(message);
        let nodes = head.as_ref().and_then(|head| head[2].parse().ok());
        let rest = &message[head.map_or(0, |head| head[0].len())..];
        let first = SECOND.find(rest).map_or(rest, |second| &rest[..second.start()]);
        let obstacles = pieces(first.trim().trim_end_matches('.')).into_iter().map(|piece| Obstacle::read(&piece));
        Self { nodes, obstacles: obstacles.collect() }
    }

    fn sentence(&self) -> String {
        let nodes = match self.nodes {
            Some(0) => return "No node takes it: the cluster has no node that is ready to.".to_owned(),
            Some(1) => "The only node does not take it".to_owned(),
            Some(nodes) => format!("None of the {nodes} nodes takes it"),
            None => "No node takes it".to_owned(),
        };
        let why: Vec<String> = self.obstacles.iter().map(Obstacle::phrase).collect();
        if why.is_empty() { format!("{nodes}.") } else { format!("{nodes}: {}.", why.join(", ")) }
    }

    /// What to do about the first obstacle about which something can be done.
    fn advice(&self) -> Option<&'static str> {
        self.obstacles.iter().find_map(Obstacle::advice)
    }
}

/// Parts the list at commas that stand in no braces.
fn pieces(list: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let (mut depth, mut piece) = (0_i32, String::new());
    for character in list.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth <= 0 => {
                pieces.push(std::mem::take(&mut piece));
                continue;
            }
            _ => {}
        }
        piece.push(character);
    }
    pieces.push(piece);
    // Up to 1.21 it said "had taint {a: b}, that the pod didn't tolerate".
    let mut whole: Vec<String> = Vec::new();
    for piece in pieces.iter().map(|piece| piece.trim()).filter(|piece| !piece.is_empty()) {
        match whole.last_mut() {
            Some(before) if piece.starts_with("that the pod") => *before += &format!(", {piece}"),
            _ => whole.push(piece.to_owned()),
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::recorded(
        "0/6 nodes are available: 2 Insufficient nvidia.com/gpu, 1 node(s) were unschedulable, 3 node(s) had untolerated taint {node-role.kubernetes.io/master: }.",
        "None of the 6 nodes takes it: 2 have too little nvidia.com/gpu left, 1 is closed for new pods (cordoned), 3 have the taint node-role.kubernetes.io/master, which it does not tolerate."
    )]
    #[case::preemption(
        "0/6 nodes are available: 1 Insufficient memory, 1 node(s) had untolerated taint {dedicated: gpu, cpu}. preemption: 0/6 nodes are available: 6 Preemption is not helpful for scheduling.",
        "None of the 6 nodes takes it: 1 has too little memory left, 1 has the taint dedicated=gpu, cpu, which it does not tolerate."
    )]
    #[case::newest(
        "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.",
        "The only node does not take it: 1 has too little cpu left."
    )]
    #[case::oldest(
        "0/4 nodes are available: 1 node(s) had taint {a: b}, that the pod didn't tolerate, 3 node(s) didn't match node selector.",
        "None of the 4 nodes takes it: 1 has the taint a=b, which it does not tolerate, 3 do not have the labels it asks for."
    )]
    #[case::affinity(
        "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.",
        "None of the 3 nodes takes it: 3 do not have the labels it asks for."
    )]
    #[case::apart(
        "0/3 nodes are available: 1 node(s) didn't match pod affinity rules, 2 node(s) didn't match pod anti-affinity rules.",
        "None of the 3 nodes takes it: 1 has no pod it must stand beside, 2 already have a pod it must not stand beside."
    )]
    #[case::volume(
        "0/3 nodes are available: 3 node(s) had volume node affinity conflict.",
        "None of the 3 nodes takes it: 3 cannot reach its volume."
    )]
    #[case::unbound(
        "0/3 nodes are available: 3 pod has unbound immediate PersistentVolumeClaims.",
        "None of the 3 nodes takes it: a claim on storage of it is not bound yet."
    )]
    #[case::unbound_without_a_count(
        "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
        "None of the 3 nodes takes it: a claim on storage of it is not bound yet."
    )]
    #[case::no_claim(
        r#"0/3 nodes are available: persistentvolumeclaim "data" not found."#,
        "None of the 3 nodes takes it: its PersistentVolumeClaim data does not exist."
    )]
    #[case::full(
        "0/2 nodes are available: 1 Too many pods, 1 node(s) didn't have free ports for the requested pod ports.",
        "None of the 2 nodes takes it: 1 is full of pods, 1 has no free host port for it."
    )]
    #[case::spread(
        "0/2 nodes are available: 2 node(s) didn't match pod topology spread constraints (missing required label).",
        "None of the 2 nodes takes it: 2 would break its topology spread."
    )]
    #[case::unknown(
        "0/2 nodes are available: 2 node(s) dislike *Mondays*.",
        "None of the 2 nodes takes it: 2: “node(s) dislike *Mondays*”."
    )]
    #[case::none_at_all("0/0 nodes are available", "No node takes it: the cluster has no node that is ready to.")]
    #[case::no_nodes("no nodes available to schedule pods", "No node takes it: “no nodes available to schedule pods”.")]
    fn what_the_scheduler_says_is_read(#[case] message: &str, #[case] sentence: &str) {
        let plain = Refused::read(message).sentence().replace("**", "").replace('\\', "");
        assert_eq!(plain, sentence);
    }
}
