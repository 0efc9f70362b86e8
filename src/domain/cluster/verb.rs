//! What can be done with a cluster: looking, in nine ways.

/// A way to look at a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// Objects as a table.
    Get,
    /// One object at length.
    Describe,
    /// What happened, newest first.
    Events,
    /// Why a workload does not run.
    Why,
    /// What a namespace uses of what it may.
    Quota,
    /// How the cluster is.
    Status,
    /// Whose a namespace is.
    Owner,
    /// Which kinds there are.
    Kinds,
    /// What a container printed.
    Logs,
}

impl Verb {
    /// Every verb there is.
    pub const ALL: [Self; 9] = [
        Self::Get,
        Self::Describe,
        Self::Events,
        Self::Why,
        Self::Quota,
        Self::Status,
        Self::Owner,
        Self::Kinds,
        Self::Logs,
    ];

    /// As it is typed, and written in `commands/cluster/policy.toml`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Describe => "describe",
            Self::Events => "events",
            Self::Why => "why",
            Self::Quota => "quota",
            Self::Status => "status",
            Self::Owner => "owner",
            Self::Kinds => "kinds",
            Self::Logs => "logs",
        }
    }

    /// The verb of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.name() == name)
    }
}
