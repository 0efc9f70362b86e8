//! One constraint that keeps a pod from some of the nodes: from the scheduler's words to ours.
//!
//! The wording is that of kube-scheduler's plugins
//! (<https://github.com/kubernetes/kubernetes/tree/master/pkg/scheduler/framework/plugins>), of the releases from 1.18 on. What it says that is
//! not known here is quoted as it is.

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::cluster::said;
use crate::domain::cluster::why::evidence::name;
use crate::domain::reply::literal;

/// Why some of the nodes do not do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Obstacle {
    /// How many nodes; `None` for what concerns the pod itself.
    nodes: Option<u64>,
    /// As the scheduler has it.
    words: String,
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
    /// A piece of the scheduler's list, as in `2 Insufficient cpu`.
    pub(super) fn read(piece: &str) -> Self {
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

    /// What to do about it, if something can be done.
    pub(super) fn advice(&self) -> Option<&'static str> {
        Self::known(&self.words)?.advice
    }

    /// In our words, or in quotation marks in the scheduler's.
    pub(super) fn phrase(&self) -> String {
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
