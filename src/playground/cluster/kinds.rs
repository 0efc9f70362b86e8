//! Which kinds the clusters know, as the recorded server told of them. It must not know how that is told.

use std::sync::LazyLock;

use serde::Deserialize;

/// A kind of object.
#[derive(Debug, Deserialize)]
pub(super) struct Kind {
    pub(super) group: String,
    pub(super) version: String,
    pub(super) plural: String,
    pub(super) singular: String,
    pub(super) kind: String,
    pub(super) namespaced: bool,
    /// What can be done with it; everything, if it does not say.
    pub(super) verbs: Option<Vec<String>>,
    #[serde(default)]
    pub(super) short: Vec<String>,
    #[serde(default)]
    pub(super) categories: Vec<String>,
    #[serde(default)]
    pub(super) subresources: Vec<String>,
}

/// What can be done with most kinds.
const VERBS: &[&str] = &["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

static KINDS: LazyLock<Vec<Kind>> =
    LazyLock::new(|| serde_json::from_str(include_str!("seed/kinds.json")).expect("the seed is right"));

impl Kind {
    pub(super) fn verbs(&self) -> Vec<&str> {
        self.verbs.as_ref().map_or_else(|| VERBS.to_vec(), |verbs| verbs.iter().map(String::as_str).collect())
    }

    /// As in `v1` or `apps/v1`.
    pub(super) fn api_version(&self) -> String {
        group_version(&self.group, &self.version)
    }

    /// As in `pods` or `deployments.apps`.
    pub(super) fn qualified(&self) -> String {
        if self.group.is_empty() { self.plural.clone() } else { format!("{}.{}", self.plural, self.group) }
    }

    /// Does it come from a CustomResourceDefinition?
    pub(super) fn is_custom(&self) -> bool {
        self.group.contains('.') && !self.group.ends_with(".k8s.io")
    }

    pub(super) fn is_secret(&self) -> bool {
        self.group.is_empty() && self.plural == "secrets"
    }
}

/// As in `v1` or `apps/v1`.
pub(super) fn group_version(group: &str, version: &str) -> String {
    if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") }
}

pub(super) fn find(group: &str, version: &str, plural: &str) -> Option<&'static Kind> {
    of(group, version).find(|kind| kind.plural == plural)
}

/// The kinds of a version of a group.
pub(super) fn of(group: &str, version: &str) -> impl Iterator<Item = &'static Kind> {
    KINDS.iter().filter(move |kind| kind.group == group && kind.version == version)
}

/// The versions of a group, the preferred one first; none if there is no such group.
pub(super) fn versions(group: &str) -> Vec<&'static str> {
    let mut versions: Vec<&str> =
        KINDS.iter().filter(|kind| kind.group == group).map(|kind| kind.version.as_str()).collect();
    versions.dedup();
    versions
}

/// The named groups, in the server's order.
pub(super) fn groups() -> Vec<&'static str> {
    let mut groups: Vec<&str> = KINDS.iter().map(|kind| kind.group.as_str()).filter(|name| !name.is_empty()).collect();
    groups.dedup();
    groups
}
