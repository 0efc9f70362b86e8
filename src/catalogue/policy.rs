//! `cluster/policy.toml`: who may look at what. Each rule allows; kinds are listed one by one, so that nobody is allowed more than
//! somebody wrote down.

use super::audience::{self, checked, listed};
use super::fault::Fault;
use super::page::{Page, Placed, Table};
use crate::domain::cluster::kind::is_secret;
use crate::domain::cluster::known::Clusters;
use crate::domain::cluster::policy::{Extent, Pattern, Policy, Rule, names_kind};
use crate::domain::cluster::verb::Verb;
use crate::domain::person::Roles;

/// The kinds of the core group: whatever else has no group lacks it (<https://kubernetes.io/docs/reference/kubernetes-api/>).
const CORE: [&str; 16] = [
    "bindings",
    "componentstatuses",
    "configmaps",
    "endpoints",
    "events",
    "limitranges",
    "namespaces",
    "nodes",
    "persistentvolumeclaims",
    "persistentvolumes",
    "pods",
    "podtemplates",
    "replicationcontrollers",
    "resourcequotas",
    "serviceaccounts",
    "services",
];

pub(super) fn read(page: &Page<'_>, roles: &Roles, clusters: &Clusters, faults: &mut Vec<Fault>) -> Policy {
    page.table(0..page.text.len(), faults, |table| {
        let mut rules: Vec<Rule> = Vec::new();
        for entry in table.tables("rules") {
            let rule = rule(&entry, roles, clusters);
            if !rule.name.is_empty() && rules.iter().any(|other| other.name == rule.name) {
                entry.note(entry.at(), format!("`{}` stands here twice", rule.name));
            }
            rules.push(rule);
        }
        Policy { rules }
    })
}

fn rule(entry: &Table<'_>, roles: &Roles, clusters: &Clusters) -> Rule {
    let name = entry.text("name").map(|name| name.value).unwrap_or_default();
    let (channels, who) = (audience::channels(entry), audience::who(entry, roles));
    let known: Vec<&str> = clusters.clusters.iter().map(|cluster| cluster.name.as_str()).collect();
    let clusters = match entry.all_or_some("clusters", true) {
        Some(names) => {
            let what = format!("a cluster of clusters.toml; known: {}", listed(&known));
            Extent::Only(checked(entry, names, |name| known.contains(&name), &what))
        }
        None => Extent::All,
    };
    let namespaces = match entry.all_or_some("namespaces", true) {
        Some(patterns) => Extent::Only(patterns.into_iter().filter_map(|text| pattern(entry, text)).collect()),
        None => Extent::All,
    };
    let verbs = verbs(entry);
    let kinds = kinds(entry, verbs.iter().copied().any(names_kind));
    Rule { name, who, channels, clusters, namespaces, verbs, kinds: Extent::Only(kinds) }
}

fn pattern(entry: &Table<'_>, text: Placed<String>) -> Option<Pattern> {
    if matches!(text.value.as_str(), "*" | "all") {
        entry.note(text.at, "all namespaces are written as `namespaces = \"all\"`");
        return None;
    }
    let pattern = Pattern::read(&text.value);
    if pattern.is_none() {
        let what = "neither the name of a namespace nor the beginning of some, as in \"opf-*\"";
        entry.note(text.at, format!("\"{}\" is {what}", text.value));
    }
    pattern
}

fn verbs(entry: &Table<'_>) -> Vec<Verb> {
    let names = entry.texts("verbs");
    if names.is_empty() && !entry.has("verbs") {
        entry.note(entry.at(), "`verbs` is missing");
    }
    let mut verbs = Vec::new();
    for name in names {
        match Verb::named(&name.value) {
            Some(verb) => verbs.push(verb),
            None => {
                let known = Verb::ALL.map(Verb::name).join(", ");
                entry.note(name.at, format!("unknown verb `{}`; known: {known}", name.value));
            }
        }
    }
    verbs
}

fn kinds(entry: &Table<'_>, needed: bool) -> Vec<String> {
    let kinds = entry.texts("kinds");
    if needed && !entry.has("kinds") {
        entry.note(entry.at(), "`kinds` is missing");
    }
    for kind in &kinds {
        if let Some(fault) = fault_of_kind(&kind.value) {
            entry.note(kind.at, fault);
        }
    }
    kinds.into_iter().map(|kind| kind.value).collect()
}

fn fault_of_kind(kind: &str) -> Option<String> {
    if is_secret(kind) {
        return Some("Secrets are never shown, so no rule can allow them".to_owned());
    }
    if kind.contains('*') || kind == "all" {
        return Some(format!("kinds are listed one by one, not as \"{kind}\""));
    }
    let word = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_lowercase())
            && !text.ends_with('-')
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    match kind.split_once('.') {
        _ if !kind.split('.').all(word) => {
            Some(format!("\"{kind}\" is no kind in the plural with its group, as in deployments.apps"))
        }
        Some((_, group)) if is_version(group.split('.').next().unwrap_or_default()) => {
            Some(format!("\"{kind}\" names a version; a kind is written as in deployments.apps"))
        }
        None if !CORE.contains(&kind) => Some(format!(
            "\"{kind}\" is no kind of the core group; others are written with their group, as in deployments.apps"
        )),
        _ => None,
    }
}

/// As in `v1` and `v1beta2` (<https://kubernetes.io/docs/reference/using-api/#api-versioning>).
fn is_version(word: &str) -> bool {
    word.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}
