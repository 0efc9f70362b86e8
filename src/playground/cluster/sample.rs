//! How a fake cluster is set up. It must not know how it answers.

/// The cluster that is there unless a test asks for others.
const SMAUG: &str = "smaug";

/// A fake cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleCluster {
    /// As in `smaug`: a part of its address.
    pub name: String,
    /// In which form it tells of its kinds.
    pub discovery: Discovery,
    /// Does it answer with tables when asked? If not, lists are plain whatever is asked for.
    pub tables: bool,
    /// Does it take every connection and answer none?
    pub hangs: bool,
    /// So many made-up pods over fifty namespaces, in place of everything that is recorded in namespaces.
    pub crowd: Option<usize>,
}

/// In which form a cluster tells of its kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discovery {
    /// Everything in two answers to those who ask for that form, and as [`Discovery::Legacy`] to others.
    Aggregated,
    /// Only as servers before 1.26 do: an answer for each version of each group.
    Legacy,
}

impl SampleCluster {
    /// A cluster of this name with what was recorded of a real one.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), discovery: Discovery::Aggregated, tables: true, hangs: false, crowd: None }
    }

    /// A cluster with so many made-up pods. Each weighs on the wire what a real one weighs.
    pub fn heavy(name: &str, pods: usize) -> Self {
        Self { crowd: Some(pods), ..Self::named(name) }
    }

    /// A cluster that takes every connection and answers none.
    pub fn hanging(name: &str) -> Self {
        Self { hangs: true, ..Self::named(name) }
    }
}

impl Default for SampleCluster {
    fn default() -> Self {
        Self::named(SMAUG)
    }
}
