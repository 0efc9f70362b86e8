//! The ClusterRole that a policy needs and nothing beyond: resources one by one, read only. Pure text; whoever runs the bot applies it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use super::{Extent, Policy};
use crate::domain::cluster::kind::is_secret;
use crate::domain::cluster::known::Impersonation;
use crate::domain::cluster::verb::Verb;

/// What the role is called on the cluster.
const NAME: &str = "firstmate-reader";

/// Stands on top of every manifest.
const HEAD: &str = "\
# Made by `firstmate check --cluster-role` from commands/cluster/: change the policy there, not this.
# Which kinds there are it may ask without a rule: system:discovery holds for every service account.
";

/// Stands there too where the bot asks in people's names
/// (<https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation>).
const IMPERSONATING: &str = "\
# `users` is left out, since without names it would let the bot act as anybody. In a ClusterRole of your
# own, allow `impersonate` on `users` with the `resourceNames` of those who may ask: slack:U01ABCDEF. The
# cluster then judges them, not the bot: bind what they may look at to the groups below, in a role of its own.
";

/// The kinds that a way to look reads by itself, whatever kind is named. A rule that allows the way need not list them.
#[must_use]
pub const fn reads(verb: Verb) -> &'static [&'static str] {
    match verb {
        Verb::Get | Verb::Kinds => &[],
        Verb::Describe | Verb::Events => &["events"],
        Verb::Why => &["pods", "deployments.apps", "replicasets.apps", "events", "persistentvolumeclaims"],
        Verb::Quota => &["resourcequotas"],
        Verb::Status => &[
            "nodes",
            "namespaces",
            "pods",
            "clusteroperators.config.openshift.io",
            "clusterversions.config.openshift.io",
        ],
        Verb::Owner => &["namespaces"],
        Verb::Logs => &["pods/log"],
    }
}

/// Rights on a cluster. Written out, it is the manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterRole {
    /// By API group.
    pub grants: Vec<Grant>,
}

/// Rights to resources of one API group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The API group; empty for the core group.
    pub group: String,
    /// In the plural; with a subresource, as in `pods/log`.
    pub resources: Vec<String>,
    /// As the API server calls what is done.
    pub verbs: Vec<&'static str>,
    /// To these objects only; to all where none is named.
    pub names: Vec<String>,
}

impl Policy {
    /// The rights that the bot needs for what is allowed. Rules for all kinds, as [`Policy::terminal`]'s, add none for those: there
    /// the kubeconfig is a person's own.
    #[must_use]
    pub fn cluster_role(&self, impersonation: Option<&Impersonation>) -> ClusterRole {
        let mut kinds: BTreeSet<&str> = BTreeSet::new();
        for rule in &self.rules {
            kinds.extend(rule.verbs.iter().flat_map(|&verb| reads(verb)));
            if let (true, Extent::Only(named)) = (rule.names_kinds(), &rule.kinds) {
                kinds.extend(named.iter().map(String::as_str));
            }
        }
        let mut groups: BTreeMap<(&str, bool), Vec<String>> = BTreeMap::new();
        for kind in kinds.into_iter().filter(|kind| !is_secret(kind)) {
            let (resource, group) = kind.split_once('.').unwrap_or((kind, ""));
            groups.entry((group, resource.contains('/'))).or_default().push(resource.to_owned());
        }
        let looking = groups.into_iter().map(|((group, is_sub), resources)| {
            // A subresource is read of one object; there is no list of them.
            let verbs = if is_sub { vec!["get"] } else { vec!["get", "list"] };
            Grant { group: group.to_owned(), resources, verbs, names: Vec::new() }
        });
        let speaking =
            impersonation.filter(|impersonation| !impersonation.groups.is_empty()).map(|impersonation| Grant {
                group: String::new(),
                resources: vec!["groups".to_owned()],
                verbs: vec!["impersonate"],
                names: impersonation.groups.clone(),
            });
        ClusterRole { grants: looking.chain(speaking).collect() }
    }
}

impl ClusterRole {
    fn impersonates(&self) -> bool {
        self.grants.iter().any(|grant| grant.verbs.contains(&"impersonate"))
    }
}

impl fmt::Display for ClusterRole {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(HEAD)?;
        if self.impersonates() {
            out.write_str(IMPERSONATING)?;
        }
        writeln!(out, "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: {NAME}")?;
        if self.grants.is_empty() {
            return writeln!(out, "rules: []");
        }
        writeln!(out, "rules:")?;
        for grant in &self.grants {
            writeln!(out, "  - apiGroups: [{}]\n    resources:", quoted(&grant.group))?;
            for resource in &grant.resources {
                writeln!(out, "      - {}", quoted(resource))?;
            }
            if !grant.names.is_empty() {
                writeln!(out, "    resourceNames:")?;
            }
            for name in &grant.names {
                writeln!(out, "      - {}", quoted(name))?;
            }
            let verbs: Vec<String> = grant.verbs.iter().copied().map(quoted).collect();
            writeln!(out, "    verbs: [{}]", verbs.join(", "))?;
        }
        Ok(())
    }
}

/// A text in YAML, which takes JSON's quotes.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
