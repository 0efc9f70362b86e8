//! Whether each cluster of the catalogue answers, and lets the bot look at what the policy promises people.

use firstmate::catalogue::Catalogue;
use firstmate::config::Config;
use firstmate::domain::clock::Clock;
use firstmate::domain::cluster::known::{self, Cluster as Known};
use firstmate::domain::cluster::policy::Grant;
use firstmate::kubernetes::{Access, Cluster, Failure, Identity, Look, Patience, Selection};

use super::Finding;

const ROLE: &str = "apply the output of `firstmate check --cluster-role` there, and bind it to the bot's account";

pub(super) async fn findings(config: &Config, catalogue: &Catalogue, clock: &Clock) -> Vec<Finding> {
    if catalogue.clusters.clusters.is_empty() {
        let mend = "name one in commands/cluster/clusters.toml, if people are to look at any";
        return vec![Finding::missing("clusters", "none is named: `/cluster` has nothing to look at", mend)];
    }
    let grants = catalogue.policy.cluster_role(None).grants;
    let clusters = catalogue.clusters.clusters.iter();
    let looks = clusters.map(|known| one(config, known, &grants, clock));
    futures::future::join_all(looks).await.into_iter().flatten().collect()
}

async fn one(config: &Config, known: &Known, grants: &[Grant], clock: &Clock) -> Vec<Finding> {
    let about = format!("cluster {}", known.name);
    let access = match &known.access {
        known::Access::Kubeconfig { file, context } => {
            Access::Kubeconfig { file: config.clusters.kubeconfigs.join(file), context: context.clone() }
        }
        known::Access::InCluster => Access::InCluster,
    };
    let cluster = match Cluster::new(&access).await {
        Ok(cluster) => cluster,
        Err(refused) => return vec![Finding::wrong(about, refused.to_string(), "until then the bot does not start")],
    };
    let look = cluster.look(Identity::Own, Patience::Each, clock.now());
    match look.version().await {
        Ok(version) => {
            let mut findings = vec![Finding::fine(&about, format!("answers, and is {version}"))];
            findings.extend(rights(&look, &about, grants).await);
            findings
        }
        Err(failure) => vec![Finding::wrong(about, failure.to_string(), mend(&failure))],
    }
}

/// Asks for one object of each kind that the policy lets people look at.
async fn rights(look: &Look<'_>, about: &str, grants: &[Grant]) -> Vec<Finding> {
    let kinds = match look.kinds("").await {
        Ok(kinds) => kinds,
        Err(failure) => return vec![Finding::wrong(about, format!("its kinds: {failure}"), mend(&failure))],
    };
    let listed = grants.iter().filter(|grant| grant.verbs.contains(&"list"));
    let resources = listed.flat_map(|grant| grant.resources.iter().map(|resource| (resource, &grant.group)));
    let (mut fine, mut refused, mut absent) = (0, Vec::new(), Vec::new());
    for (resource, group) in resources {
        let word = if group.is_empty() { resource.clone() } else { format!("{resource}.{group}") };
        let Ok(kind) = kinds.find(&word) else {
            absent.push(word);
            continue;
        };
        let first = Selection { limit: Some(1), ..Selection::default() };
        match look.list(kind, None, &first).await {
            Ok(_) => fine += 1,
            Err(Failure::Forbidden { .. }) => refused.push(word),
            Err(failure) => return vec![Finding::wrong(about, format!("{word}: {failure}"), mend(&failure))],
        }
    }
    let mut findings = Vec::new();
    if refused.is_empty() {
        findings.push(Finding::fine(about, format!("lets the bot look at all {fine} kinds of the policy that it has")));
    } else {
        let found = format!("does not let the bot look at {}, which the policy promises", refused.join(", "));
        findings.push(Finding::wrong(about, found, ROLE));
    }
    if !absent.is_empty() {
        findings.push(Finding::note(about, format!("does not have {}", absent.join(", "))));
    }
    findings
}

fn mend(failure: &Failure) -> &'static str {
    match failure {
        Failure::Unauthorized => "make a new token or certificate for its kubeconfig: this one does not hold",
        Failure::Forbidden { .. } => ROLE,
        _ => "check that the server of its kubeconfig is up and can be reached from here",
    }
}
