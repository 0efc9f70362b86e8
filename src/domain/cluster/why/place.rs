//! Why no node takes a pod: the scheduler's message, constraint by constraint, and gates that keep the scheduler away.
//!
//! The wording is that of kube-scheduler's plugins
//! (<https://github.com/kubernetes/kubernetes/tree/master/pkg/scheduler/framework/plugins>), of the releases from 1.18 on. What it says that is
//! not known here is quoted as it is.

use std::sync::LazyLock;

use regex::Regex;

use super::evidence::{Scene, name, names};
use super::{Evidence, Finding};
use crate::domain::cluster::object::condition;
use crate::domain::cluster::said;
use crate::domain::reply::literal;

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

/// Why some of the nodes do not do.
#[derive(Debug, PartialEq, Eq)]
struct Obstacle {
    /// How many nodes; `None` for what concerns the pod itself.
    nodes: Option<u64>,
    /// As the scheduler has it.
    words: String,
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
        self.obstacles.iter().find_map(|obstacle| Obstacle::known(&obstacle.words).and_then(|known| known.advice))
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

/// What an obstacle means: words for one node and for several, and what to do about it.
struct Known {
    one: String,
    many: String,
    advice: Option<&'static str>,
}

const ROOM: &str = "Ask for less of it, free some, or have nodes added.";
const LABELS: &str = "Compare its node selector and affinity with the labels of the nodes.";

/// What the scheduler says of a node, how we say it of one and of several, and what to do.
const TABLE: [(&str, &str, &str, Option<&str>); 22] = [
    ("too many pods", "is full of pods", "are full of pods", Some(ROOM)),
    ("were unschedulable", "is closed for new pods (cordoned)", "are closed for new pods (cordoned)", None),
    ("were not ready", "is not ready", "are not ready", None),
    ("had disk pressure", "has too little disk left", "have too little disk left", None),
    ("had memory pressure", "has too little memory left", "have too little memory left", None),
    (
        "had untolerated taint(s)",
        "has a taint that it does not tolerate",
        "have taints that it does not tolerate",
        None,
    ),
    (
        "volume node affinity conflict",
        "cannot reach its volume",
        "cannot reach its volume",
        Some("Its volume is bound to certain nodes or to a zone: it can only run there."),
    ),
    ("no available volume zone", "is outside the zone of its volume", "are outside the zone of its volume", None),
    (
        "didn't match pod's node affinity",
        "does not have the labels it asks for",
        "do not have the labels it asks for",
        Some(LABELS),
    ),
    (
        "didn't match node selector",
        "does not have the labels it asks for",
        "do not have the labels it asks for",
        Some(LABELS),
    ),
    (
        "didn't match the requested node name",
        "is not the node it asks for by name",
        "are not the node it asks for by name",
        None,
    ),
    (
        "anti-affinity",
        "already has a pod it must not stand beside",
        "already have a pod it must not stand beside",
        Some("Its anti-affinity, or another pod's, keeps them apart: there must be as many fitting nodes as replicas."),
    ),
    ("didn't match pod affinity", "has no pod it must stand beside", "have no pod it must stand beside", None),
    (
        "free ports for the requested pod ports",
        "has no free host port for it",
        "have no free host port for it",
        Some("A host port is taken once a node: use a Service instead, or another port."),
    ),
    (
        "topology spread constraints",
        "would break its topology spread",
        "would break its topology spread",
        Some("Loosen `topologySpreadConstraints`, or make room in the zones that have fewer pods."),
    ),
    (
        "exceed max volume count",
        "has as many volumes as it can attach",
        "have as many volumes as they can attach",
        None,
    ),
    (
        "didn't find available persistent volumes to bind",
        "has no volume that fits its claim",
        "have no volume that fits its claim",
        Some("Look at its PersistentVolumeClaim: `describe` it."),
    ),
    (
        "did not have enough free storage",
        "has too little storage left for its claim",
        "have too little storage left for its claim",
        None,
    ),
    ("bound to non-existent pv", "would need a volume that is gone", "would need a volume that is gone", None),
    (
        "unbound immediate persistentvolumeclaims",
        "a claim on storage of it is not bound yet",
        "a claim on storage of it is not bound yet",
        Some("Look at its PersistentVolumeClaim: `describe` it."),
    ),
    (
        "waiting for ephemeral volume controller",
        "its own volume is not made yet",
        "its own volume is not made yet",
        None,
    ),
    ("cannot allocate all claims", "has not the devices it claims", "have not the devices it claims", None),
];

impl Obstacle {
    fn read(piece: &str) -> Self {
        let (count, rest) = piece.split_once(' ').unwrap_or((piece, ""));
        match count.parse() {
            Ok(nodes) if !rest.is_empty() => Self { nodes: Some(nodes), words: rest.trim().to_owned() },
            _ => Self { nodes: None, words: piece.to_owned() },
        }
    }

    fn known(words: &str) -> Option<Known> {
        static TAINT: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"had (?:untolerated )?taint \{([^:}]*):?\s*([^}]*)\}").expect("a pattern that is tested")
        });
        static MISSING: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r#"persistentvolumeclaim "([^"]+)" (not found|is being deleted)"#)
                .expect("a pattern that is tested")
        });
        if let Some(resource) = words.strip_prefix("Insufficient ") {
            let resource = name(resource);
            let (one, many) = (format!("has too little {resource} left"), format!("have too little {resource} left"));
            return Some(Known { one, many, advice: Some(ROOM) });
        }
        if let Some(taint) = TAINT.captures(words) {
            let value = taint[2].trim();
            let taint = if value.is_empty() { name(&taint[1]) } else { name(&format!("{}={value}", &taint[1])) };
            let (one, many) = ("has the taint", "have the taint");
            let said = |has: &str| format!("{has} {taint}, which it does not tolerate");
            return Some(Known { one: said(one), many: said(many), advice: None });
        }
        if let Some(missing) = MISSING.captures(words) {
            let what = if &missing[2] == "not found" { "does not exist" } else { "is being removed" };
            let said = format!("its PersistentVolumeClaim {} {what}", name(&missing[1]));
            return Some(Known {
                one: said.clone(),
                many: said,
                advice: Some("Make the claim, or correct its name in the pod."),
            });
        }
        let lower = words.to_lowercase().replace('\u{2019}', "'");
        let (_, one, many, advice) = TABLE.iter().find(|(scheduler, ..)| lower.contains(scheduler))?;
        Some(Known { one: (*one).to_owned(), many: (*many).to_owned(), advice: *advice })
    }

    fn phrase(&self) -> String {
        let known = Self::known(&self.words);
        match (self.nodes, known) {
            (_, Some(known)) if known.one == known.many && known.one.starts_with("its ") => known.one,
            (_, Some(known)) if known.one.starts_with("a claim ") => known.one,
            (Some(1), Some(known)) => format!("1 {}", known.one),
            (Some(nodes), Some(known)) => format!("{nodes} {}", known.many),
            (None, Some(known)) => known.many,
            (Some(nodes), None) => format!("{nodes}: “{}”", literal(&said(&self.words))),
            (None, None) => format!("“{}”", literal(&said(&self.words))),
        }
    }
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
