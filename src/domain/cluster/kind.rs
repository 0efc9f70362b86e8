//! The kinds of objects that a cluster knows, by all the names that people have for them.

use std::fmt;

/// A kind of object, as discovery describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Kind {
    /// API group; empty for the core group.
    pub group: String,
    /// The version of the group that the cluster prefers.
    pub version: String,
    /// Its name in addresses, as in `pods`.
    pub plural: String,
    /// As in `pod`.
    pub singular: String,
    /// As in `Pod`.
    pub kind: String,
    /// As in `po`.
    pub short: Vec<String>,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
}

impl Kind {
    /// Its name wherever it has to be told apart: `pods`, `deployments.apps`.
    #[must_use]
    pub fn name(&self) -> String {
        if self.group.is_empty() { self.plural.clone() } else { format!("{}.{}", self.plural, self.group) }
    }

    /// Whether its objects hold what nobody may read.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        is_secret(&self.plural)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name())
    }
}

/// Whether a word for a kind means Secrets, in any of the ways to write that: refused before anything is asked of a cluster.
#[must_use]
pub fn is_secret(word: &str) -> bool {
    let resource = word.split(['.', '/']).next().unwrap_or_default();
    matches!(resource.to_ascii_lowercase().as_str(), "secret" | "secrets")
}
