//! Single things at length: an object, why a workload does not run, a namespace's quota and owner, the cluster itself, a log.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::super::{Mistake, explain};
use super::Asking;
use crate::domain::cluster::kind::Kind;
use crate::domain::cluster::object::{
    Claim, ClusterOperator, ClusterVersion, Deployment, Event, Namespace, Node, Pod, Quota, ReplicaSet,
};
use crate::domain::cluster::policy::Scope;
use crate::domain::cluster::verb::Verb;
use crate::domain::cluster::{describe, owner, quota, said_lines, status, why};
use crate::domain::query::{Describe, Logs, Why, Workload, WorkloadKind};
use crate::domain::reply::Reply;
use crate::kubernetes::{Failure, LogWish, Selection};

/// Objects that are read in one request where all of them matter, and requests at most.
const WHOLE: u32 = 500;
const PAGES: usize = 10;
/// Most bytes of a log that are read.
const LOG_BYTES: u32 = 64 * 1024;

impl Asking<'_> {
    pub(super) async fn describe(&self, wanted: &Describe) -> Result<Reply, Mistake> {
        let kind = self.kind(Verb::Describe, &wanted.kind).await?;
        let scope = self.scope(&kind, wanted.namespace.as_deref(), false);
        self.allow(Verb::Describe, Some(&kind.name()), scope.clone())?;
        let namespace = super::namespace(&scope);
        let object = self.look.object::<Value>(&kind, namespace, &wanted.name).await;
        let object = self.found(object, &kind, &wanted.name, namespace)?;
        let fields = format!("involvedObject.kind={},involvedObject.name={}", kind.kind, wanted.name);
        let events = Selection { fields: Some(fields), ..whole() };
        // An object is worth showing without what happened to it.
        let mut unread = Unread::default();
        let events: Vec<Event> = unread.unless("events", self.all(core("events", "Event"), namespace, &events).await);
        let description = describe::describe(&object, &events, self.look.now());
        let reply = explain::describe(&description, unread.is_empty());
        Ok(unread.told(reply))
    }

    pub(super) async fn why(&self, wanted: &Why) -> Result<Reply, Mistake> {
        let namespace = self.meant(wanted.namespace.as_deref());
        let Workload { kind, name } = &wanted.subject;
        let (pods, deployments) = (core("pods", "Pod"), in_group("apps", "deployments", "Deployment"));
        let allowed = |kind: &Kind| self.allow(Verb::Why, Some(&kind.name()), Scope::Namespace(namespace.to_owned()));
        match kind {
            Some(WorkloadKind::Pod) => {
                allowed(&pods)?;
                let pod = self.look.object(&pods, Some(namespace), name).await;
                self.why_pod(self.found(pod, &pods, name, Some(namespace))?, namespace).await
            }
            Some(WorkloadKind::Deployment) => {
                allowed(&deployments)?;
                let deployment = self.look.object(&deployments, Some(namespace), name).await;
                self.why_deployment(self.found(deployment, &deployments, name, Some(namespace))?, namespace).await
            }
            None => {
                allowed(&pods)?;
                match self.look.object(&pods, Some(namespace), name).await {
                    Ok(pod) => return self.why_pod(pod, namespace).await,
                    Err(Failure::NotFound { .. }) => {}
                    Err(failure) => return Err(self.failed(failure)),
                }
                allowed(&deployments)?;
                match self.look.object(&deployments, Some(namespace), name).await {
                    Ok(deployment) => self.why_deployment(deployment, namespace).await,
                    Err(Failure::NotFound { .. }) => Err(Mistake::NoWorkload {
                        cluster: self.cluster.to_owned(),
                        name: name.clone(),
                        namespace: namespace.to_owned(),
                    }),
                    Err(failure) => Err(self.failed(failure)),
                }
            }
        }
    }

    async fn why_pod(&self, pod: Pod, namespace: &str) -> Result<Reply, Mistake> {
        let fields = format!("involvedObject.name={}", pod.metadata.name);
        let about = Selection { fields: Some(fields), ..whole() };
        let (of_pod, claims) = futures::join!(
            self.all::<Event>(core("events", "Event"), Some(namespace), &about),
            self.claims(&pod, namespace),
        );
        let mut unread = Unread::default();
        let mut events = unread.unless("events", of_pod);
        let (claims, of_claims) = claims;
        let claims = unread.unless("persistentvolumeclaims", claims);
        events.extend(unread.unless("events", of_claims));
        Ok(unread.told(explain::why(&why::pod(&pod, &events, &claims, self.look.now()))))
    }

    /// The claims of a pod and what happened to them.
    async fn claims(&self, pod: &Pod, namespace: &str) -> (Result<Vec<Claim>, Failure>, Result<Vec<Event>, Failure>) {
        if pod.spec.volumes.iter().all(|volume| volume.persistent_volume_claim.is_none()) {
            return (Ok(Vec::new()), Ok(Vec::new()));
        }
        let kind = core("persistentvolumeclaims", "PersistentVolumeClaim");
        let about = Selection { fields: Some("involvedObject.kind=PersistentVolumeClaim".to_owned()), ..whole() };
        let (all, whole) = (core("events", "Event"), whole());
        futures::join!(self.all(kind, Some(namespace), &whole), self.all(all, Some(namespace), &about))
    }

    async fn why_deployment(&self, deployment: Deployment, namespace: &str) -> Result<Reply, Mistake> {
        let here = Some(namespace);
        let whole = whole();
        let (sets, pods, events, claims) = futures::join!(
            self.all::<ReplicaSet>(in_group("apps", "replicasets", "ReplicaSet"), here, &whole),
            self.all::<Pod>(core("pods", "Pod"), here, &whole),
            self.all::<Event>(core("events", "Event"), here, &whole),
            self.all::<Claim>(core("persistentvolumeclaims", "PersistentVolumeClaim"), here, &whole),
        );
        // Without its pods nothing can be explained; events and claims only make it plainer.
        let (sets, pods) = (self.read(sets)?, self.read(pods)?);
        let mut unread = Unread::default();
        let (events, claims) = (unread.unless("events", events), unread.unless("persistentvolumeclaims", claims));
        let explanation = why::deployment(&deployment, &sets, &pods, &events, &claims, self.look.now());
        Ok(unread.told(explain::why(&explanation)))
    }

    pub(super) async fn quota(&self, namespace: &str) -> Result<Reply, Mistake> {
        self.allow(Verb::Quota, None, Scope::Namespace(namespace.to_owned()))?;
        let quotas: Vec<Quota> =
            self.read(self.all(core("resourcequotas", "ResourceQuota"), Some(namespace), &whole()).await)?;
        if quotas.is_empty() {
            // An empty list says nothing of whether the namespace is there.
            let there = self.look.object::<Namespace>(&namespaces(), None, namespace).await;
            if matches!(there, Err(Failure::NotFound { .. })) {
                self.found(there, &namespaces(), namespace, None)?;
            }
        }
        Ok(explain::quota(namespace, &quota::usage(&quotas)))
    }

    pub(super) async fn owner(&self, namespace: &str) -> Result<Reply, Mistake> {
        self.allow(Verb::Owner, None, Scope::Namespace(namespace.to_owned()))?;
        let kind = namespaces();
        let found = self.look.object::<Namespace>(&kind, None, namespace).await;
        Ok(explain::owner(&owner::owner(&self.found(found, &kind, namespace, None)?)))
    }

    pub(super) async fn status(&self) -> Result<Reply, Mistake> {
        self.allow(Verb::Status, None, Scope::Cluster)?;
        let group = "config.openshift.io";
        let (version, release) = (self.look.version(), in_group(group, "clusterversions", "ClusterVersion"));
        let whole = whole();
        let (version, release, nodes, operators, namespaces, pods) = futures::join!(
            version,
            self.look.object::<ClusterVersion>(&release, None, "version"),
            self.all::<Node>(cluster_wide(core("nodes", "Node")), None, &whole),
            self.all::<ClusterOperator>(in_group(group, "clusteroperators", "ClusterOperator"), None, &whole),
            self.count(namespaces(), None),
            self.pods(),
        );
        let version = self.read(version)?;
        let mut unread = Unread::default();
        // What only OpenShift has is not there elsewhere.
        let operators = match operators {
            Err(Failure::NotFound { .. }) => Vec::new(),
            operators => unread.unless("clusteroperators", operators),
        };
        let release = match release {
            Err(Failure::NotFound { .. }) => None,
            release => unread.unless("clusterversions", release.map(Some)),
        };
        let nodes = unread.unless("nodes", nodes);
        let counts = status::Counts {
            namespaces: unread.unless("namespaces", namespaces.map(Some)),
            pods: unread.unless("pods", pods.map(Some)),
        };
        let status = status::status(&version, release.as_ref(), &nodes, &operators, counts);
        Ok(unread.told(explain::status(self.cluster, &status)))
    }

    /// Pods by phase: those that run are counted, not read.
    async fn pods(&self) -> Result<BTreeMap<String, usize>, Failure> {
        const UNWELL: [&str; 3] = ["Pending", "Failed", "Unknown"];
        let of_phase = |phase: &str| self.count(core("pods", "Pod"), Some(format!("status.phase={phase}")));
        let all = self.count(core("pods", "Pod"), None);
        let (all, counts) = futures::join!(all, futures::future::join_all(UNWELL.map(of_phase)));
        let mut phases = BTreeMap::new();
        let mut well = all?;
        for (phase, count) in UNWELL.into_iter().zip(counts) {
            let count = count?;
            well = well.saturating_sub(count);
            if count > 0 {
                phases.insert(phase.to_owned(), count);
            }
        }
        phases.insert("Running or completed".to_owned(), well);
        Ok(phases)
    }

    /// How many objects there are. Without a selector a cluster knows that by itself; with one it has to list them.
    async fn count(&self, kind: Kind, fields: Option<String>) -> Result<usize, Failure> {
        let limit = if fields.is_some() { WHOLE } else { 1 };
        // So that no object comes along with its row.
        let kind = cluster_wide(kind);
        let mut wanted = Selection { fields, limit: Some(limit), ..Selection::default() };
        let mut count = 0;
        for _ in 0..PAGES {
            let page = self.look.list(&kind, None, &wanted).await?;
            count += page.table.rows.len();
            match (page.next, page.remaining) {
                (Some(_), Some(remaining)) => return Ok(count + usize::try_from(remaining).unwrap_or_default()),
                (Some(next), None) => wanted.token = Some(next),
                (None, _) => return Ok(count),
            }
        }
        Err(Failure::TooMany)
    }

    pub(super) async fn logs(&self, wanted: &Logs) -> Result<String, Mistake> {
        let namespace = self.meant(wanted.namespace.as_deref());
        self.allow(Verb::Logs, None, Scope::Namespace(namespace.to_owned()))?;
        let wish = LogWish {
            container: wanted.container.clone(),
            since: wanted.since,
            tail: wanted.tail,
            previous: wanted.previous,
            bytes: LOG_BYTES,
        };
        let log = self.look.log(namespace, &wanted.pod, &wish).await;
        let log = self.found(log, &core("pods", "Pod"), &wanted.pod, Some(namespace))?;
        Ok(said_lines(&log))
    }

    /// All objects, page by page; too many are a failure, since what is missing might be what matters.
    async fn all<T: DeserializeOwned>(
        &self,
        kind: Kind,
        namespace: Option<&str>,
        wanted: &Selection,
    ) -> Result<Vec<T>, Failure> {
        let (mut all, mut wanted) = (Vec::new(), wanted.clone());
        for _ in 0..PAGES {
            let (page, next) = self.look.objects(&kind, namespace, &wanted).await?;
            all.extend(page);
            wanted.token = next;
            if wanted.token.is_none() {
                return Ok(all);
            }
        }
        Err(Failure::TooMany)
    }

    fn read<T>(&self, outcome: Result<T, Failure>) -> Result<T, Mistake> {
        outcome.map_err(|failure| self.failed(failure))
    }
}

/// What could not be read, though it belongs to the answer: never taken for nothing.
#[derive(Default)]
struct Unread(Vec<&'static str>);

impl Unread {
    fn unless<T: Default>(&mut self, what: &'static str, outcome: Result<T, Failure>) -> T {
        outcome.unwrap_or_else(|_| {
            self.0.push(what);
            T::default()
        })
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The reply, which says what is missing in it.
    fn told(self, reply: Reply) -> Reply {
        if self.0.is_empty() {
            return reply;
        }
        let kinds: Vec<String> = self.0.iter().map(|kind| format!("`{kind}`")).collect();
        reply.note(format!(
            "I could not read {}, so what they would tell is missing here. Ask again in a minute.",
            kinds.join(", ")
        ))
    }
}

fn whole() -> Selection {
    Selection { limit: Some(WHOLE), ..Selection::default() }
}

/// A kind that every cluster has, without asking.
fn core(plural: &str, kind: &str) -> Kind {
    Kind {
        version: "v1".to_owned(),
        plural: plural.to_owned(),
        kind: kind.to_owned(),
        namespaced: true,
        ..Kind::default()
    }
}

fn in_group(group: &str, plural: &str, kind: &str) -> Kind {
    Kind { group: group.to_owned(), ..core(plural, kind) }
}

fn cluster_wide(kind: Kind) -> Kind {
    Kind { namespaced: false, ..kind }
}

pub(super) fn namespaces() -> Kind {
    cluster_wide(core("namespaces", "Namespace"))
}
