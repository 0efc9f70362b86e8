//! Fake Kubernetes API servers on the wire: what a visitor's bot looks at, and the double that tests drive it against. Only GET is
//! served, and no secret ever. It must not know Slack's side, nor the forge.
//!
//! ```text
//! wire ── outage                      the way of a call: who, what, the answer; how it is made to fail
//!   target, asked, accept, status     what is asked for, with what, in which form; and a server's noes
//!   objects ── page                   lists, single objects and tables; how a list is continued
//!   discovery ── kinds                which kinds there are, in both forms
//!   log                               what containers printed
//!      row ── selector                one object, from the seed or from the crowd, and whether it is meant
//!         seed ── complete            what was recorded, and what a server adds to it
//!         crowd                       pods that are made up as they are asked for, many of them
//!            moment                   recorded times as seen from now, and ages
//! sample                              how a cluster is set up
//! ```

mod accept;
mod asked;
mod complete;
mod crowd;
mod discovery;
mod kinds;
mod log;
mod moment;
mod objects;
mod outage;
mod page;
mod row;
mod sample;
mod seed;
mod selector;
mod status;
mod target;
#[cfg(test)]
mod tests;
mod wire;

use std::sync::Mutex;

use chrono::{DateTime, Utc};

pub use sample::{Discovery, SampleCluster};

use super::Playground;
use super::setup::Setup;
use super::shared::lock;
use moment::Moment;

pub(super) use wire::routes;

/// The resource version that a cluster begins with.
const FIRST_REVISION: i64 = 1_481;

/// The clusters of a running playground.
pub(super) struct Clusters {
    all: Vec<Cluster>,
    token: String,
}

/// One of them.
struct Cluster {
    sample: SampleCluster,
    /// When the playground began: what was recorded is as old now as it was then, and ages from there on.
    began: DateTime<Utc>,
    history: Mutex<History>,
}

/// Which resource versions a cluster still knows.
#[derive(Debug, Clone, Copy)]
struct History {
    oldest: i64,
    newest: i64,
}

impl Clusters {
    pub(super) fn new(setup: &Setup) -> Self {
        let began = (setup.now)().into();
        let history = History { oldest: FIRST_REVISION, newest: FIRST_REVISION };
        let cluster = |sample: &SampleCluster| Cluster { sample: sample.clone(), began, history: Mutex::new(history) };
        Self { all: setup.clusters.iter().map(cluster).collect(), token: setup.cluster_token.clone() }
    }

    fn named(&self, name: &str) -> Option<&Cluster> {
        self.all.iter().find(|cluster| cluster.sample.name == name)
    }
}

impl Cluster {
    fn history(&self) -> History {
        *lock(&self.history)
    }

    fn at(&self, now: DateTime<Utc>) -> Moment {
        Moment { began: self.began, now }
    }
}

impl Playground {
    /// What the bot must use as the address of this cluster's API server; without a slash at its end.
    pub fn cluster_url(&self, name: &str) -> String {
        format!("http://{}/api-kubernetes/{name}", self.address())
    }

    /// A kubeconfig that leads to a cluster of this name.
    #[must_use]
    pub fn kubeconfig(&self, name: &str) -> String {
        let (server, token) = (self.cluster_url(name), &self.shared.clusters.token);
        let user = if token.is_empty() { String::new() } else { format!("token: \"{token}\"") };
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: {name}\n\
             clusters: [{{name: {name}, cluster: {{server: \"{server}\"}}}}]\n\
             users: [{{name: reader, user: {{{user}}}}}]\n\
             contexts: [{{name: {name}, context: {{cluster: {name}, user: reader}}}}]\n"
        )
    }

    /// From now on the cluster has forgotten what its lists looked like: they can be continued only by the fresh token that comes
    /// with the refusal.
    ///
    /// # Panics
    /// If there is no such cluster.
    pub fn expire_continues(&self, name: &str) {
        let cluster = self.shared.clusters.named(name).unwrap_or_else(|| panic!("there is no cluster {name}"));
        let mut history = lock(&cluster.history);
        history.newest += 1;
        history.oldest = history.newest;
    }
}
