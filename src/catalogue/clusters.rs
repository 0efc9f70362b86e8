//! `cluster/clusters.toml`: which clusters can be asked, what is meant where nobody names one, and in whose name they are asked.

use super::audience::{checked, is_channel, listed};
use super::fault::Fault;
use super::page::{Page, Placed, Table};
use crate::domain::cluster::known::{Access, Cluster, Clusters, Impersonation, Preset};
use crate::domain::cluster::policy::is_namespace;
use crate::domain::cluster::verb::Verb;

/// Asked for where the name of a cluster may stand, so no cluster can have this name.
const HELP: &str = "help";

pub(super) fn read(page: &Page<'_>, faults: &mut Vec<Fault>) -> Clusters {
    page.table(0..page.text.len(), faults, |table| {
        let named = table.named_tables("clusters");
        let clusters: Vec<Cluster> = named.into_iter().map(|(name, entry)| cluster(name, &entry)).collect();
        let named = table.named_tables("channels");
        let presets = named.into_iter().filter_map(|(channel, entry)| preset(channel, &entry, &clusters)).collect();
        let impersonation = table.has("impersonation").then(|| table.table("impersonation")).flatten();
        let impersonation = impersonation.and_then(|entry| self::impersonation(&entry));
        Clusters { clusters, presets, impersonation }
    })
}

fn cluster(name: Placed<String>, entry: &Table<'_>) -> Cluster {
    if !is_name(&name.value) {
        let message = format!("\"{}\" is no name of a cluster: lower-case letters, digits and dashes", name.value);
        entry.note(name.at, message);
    } else if name.value == HELP || Verb::named(&name.value).is_some() {
        entry.note(name.at, format!("\"{}\" cannot name a cluster: in a query it means something else", name.value));
    }
    let about = entry.text("about").map(|about| about.value).unwrap_or_default();
    Cluster { name: name.value, about, access: access(entry), namespace: namespace(entry) }
}

fn access(entry: &Table<'_>) -> Access {
    let in_cluster = entry.flag("in_cluster");
    let (file, context) = (entry.optional_text("kubeconfig"), entry.optional_text("context"));
    if in_cluster == entry.has("kubeconfig") {
        entry.note(entry.at(), "needs either `kubeconfig` or `in_cluster = true`");
    }
    if let Some(file) = file.as_ref().filter(|file| !is_file(&file.value)) {
        let message = format!(
            "\"{}\" is not the name of a file, as in smaug.kubeconfig: the folder is configured elsewhere",
            file.value
        );
        entry.note(file.at, message);
    }
    match file {
        Some(file) => Access::Kubeconfig { file: file.value, context: context.map(|context| context.value) },
        None => {
            if let Some(context) = context.filter(|_| in_cluster) {
                entry.note(context.at, "`context` needs a `kubeconfig`");
            }
            Access::InCluster
        }
    }
}

fn preset(channel: Placed<String>, entry: &Table<'_>, clusters: &[Cluster]) -> Option<Preset> {
    if !is_channel(&channel.value) {
        entry.note(channel.at, format!("\"{}\" is not a Slack channel id like C01ABCDEF", channel.value));
    }
    let (cluster, namespace) = (entry.text("cluster"), namespace(entry));
    let known: Vec<&str> = clusters.iter().map(|cluster| cluster.name.as_str()).collect();
    let cluster = cluster?;
    if !known.contains(&cluster.value.as_str()) {
        entry.note(cluster.at, format!("unknown cluster `{}`; known: {}", cluster.value, listed(&known)));
    }
    Some(Preset { channel: channel.value, cluster: cluster.value, namespace })
}

fn impersonation(entry: &Table<'_>) -> Option<Impersonation> {
    let enabled = entry.flag("enabled");
    let what = format!("a group that begins with {}, as in slack:members", Impersonation::PREFIX);
    let groups = checked(entry, entry.texts("groups"), is_group, &what);
    if enabled && groups.is_empty() {
        entry.note(entry.at(), "`groups` is empty: then nobody may look at anything");
    }
    enabled.then_some(Impersonation { groups })
}

fn namespace(entry: &Table<'_>) -> Option<String> {
    let namespace = entry.optional_text("namespace")?;
    if !is_namespace(&namespace.value) {
        entry.note(namespace.at, format!("\"{}\" is no name of a namespace", namespace.value));
    }
    Some(namespace.value)
}

/// Names stand in commands and in metrics.
fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('-')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

fn is_file(name: &str) -> bool {
    !name.contains(['/', '\\']) && !name.contains("..") && name != "." && !name.chars().any(char::is_control)
}

/// What goes out in a header, and can mean no group of the cluster's own.
fn is_group(name: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '/');
    name.strip_prefix(Impersonation::PREFIX).is_some_and(|rest| !rest.is_empty() && rest.chars().all(good))
}
