//! How a cluster is.

use std::collections::BTreeMap;

use super::{QUOTE, bold, cut, some};
use crate::domain::cluster::status::{Failing, OpenShift, Status, Troubled};
use crate::domain::reply::{Part, Reply, literal};

/// Nodes or operators that are told of one by one.
const TOLD: usize = 7;

/// How a cluster is.
pub(crate) fn status(cluster: &str, status: &Status) -> Reply {
    let mut reply = Reply::default().with(Part::Title("How the cluster is".to_owned()));
    reply = reply.with(Part::text(runs(cluster, status)));
    if let Some(problem) = status.openshift.as_ref().and_then(|openshift| openshift.problem.as_ref()) {
        reply = reply.with(quote(problem));
    }
    if status.nodes > 0 {
        let ready = status.nodes - status.troubled.iter().filter(|node| !node.ready).count();
        reply = reply.with(Part::text(format!("{ready} of {} ready.", counted(status.nodes, "node is", "nodes are"))));
        reply = status.troubled.iter().take(TOLD).fold(reply, tell_node);
        reply = rest(reply, status.troubled.len());
    }
    if status.operators > 0 {
        let well = status.operators - status.failing.len();
        let busy = match status.progressing.len() {
            0 => String::new(),
            _ => format!(" On its way to something new: {}.", some(&status.progressing)),
        };
        let operators = counted(status.operators, "operator is", "operators are");
        reply = reply.with(Part::text(format!("{well} of {operators} well.{busy}")));
        reply = status.failing.iter().take(TOLD).fold(reply, tell_operator);
        reply = rest(reply, status.failing.len());
    }
    let namespaces = status.counts.namespaces.map(|count| counted(count, "namespace", "namespaces"));
    let pods = status.counts.pods.as_ref().map(pods);
    let counts: Vec<String> = namespaces.into_iter().chain(pods).collect();
    if counts.is_empty() { reply } else { reply.note(format!("{}.", counts.join(", "))) }
}

fn runs(cluster: &str, status: &Status) -> String {
    let cluster = bold(cluster);
    let Some(OpenShift { version, updating_from, problem }) = &status.openshift else {
        return format!("{cluster} runs Kubernetes {}.", literal(&status.version));
    };
    let (openshift, kubernetes) = (literal(version), literal(&status.version));
    let way = match updating_from {
        Some(from) => {
            format!(" is on its way from OpenShift {} to {openshift} (Kubernetes {kubernetes})", literal(from))
        }
        None => format!(" runs OpenShift {openshift} (Kubernetes {kubernetes})"),
    };
    let problem = if problem.is_some() { ", and says that something is wrong:" } else { "." };
    format!("{cluster}{way}{problem}")
}

fn tell_node(reply: Reply, node: &Troubled) -> Reply {
    let mut wrong = Vec::new();
    if !node.ready {
        wrong.push("is not ready".to_owned());
    }
    if node.cordoned {
        wrong.push("takes no new pods (cordoned)".to_owned());
    }
    if !node.pressures.is_empty() {
        wrong.push(format!("has {}", some(&node.pressures)));
    }
    let reply = reply.with(Part::text(format!("{} {}.", bold(&node.node), wrong.join(", "))));
    if node.message.is_empty() { reply } else { reply.with(quote(&node.message)) }
}

fn tell_operator(reply: Reply, operator: &Failing) -> Reply {
    let wrong = match (operator.available, operator.degraded) {
        (false, true) => "is not available, and degraded",
        (false, false) => "is not available",
        _ => "is degraded",
    };
    let reply = reply.with(Part::text(format!("{} {wrong}.", bold(&operator.operator))));
    if operator.message.is_empty() { reply } else { reply.with(quote(&operator.message)) }
}

fn rest(reply: Reply, all: usize) -> Reply {
    if all > TOLD { reply.note(format!("and {} more", all - TOLD)) } else { reply }
}

fn quote(words: &str) -> Part {
    Part::Quote(cut(words, QUOTE))
}

fn pods(phases: &BTreeMap<String, usize>) -> String {
    let all = counted(phases.values().sum(), "pod", "pods");
    let each: Vec<String> = phases.iter().map(|(phase, count)| format!("{count} {}", literal(phase))).collect();
    if each.is_empty() { all } else { format!("{all}: {}", each.join(", ")) }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
