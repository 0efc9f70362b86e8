//! Looking at one cluster: what can be asked of it, each look with its own time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use kube::Client;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use super::access::{Access, Refused};
use super::address::{self, LogWish, Selection};
use super::discovery;
use super::failure::Failure;
use super::table::{self, Page};
use super::wire::{Asker, Identity, LONGEST, Wire};
use crate::domain::cluster::kind::{Kind, Kinds};
use crate::domain::cluster::table::Table;

/// For how long the kinds of a cluster are believed.
const KINDS: Duration = Duration::from_secs(10 * 60);
/// After this long they are asked for again when somebody names one that is not among them.
const NEW_KINDS: Duration = Duration::from_secs(60);
/// What objects and logs are asked for as.
const PLAIN: &str = "application/json";

/// A cluster; cheap to clone.
#[derive(Clone)]
pub struct Cluster(Arc<Inner>);

struct Inner {
    wire: Wire,
    namespace: String,
    kinds: Mutex<Option<(Instant, Arc<Kinds>)>>,
}

/// How long somebody is ready to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// So long for everything: in a chat.
    InAll,
    /// So long for each answer: at a terminal, where a long list is read to its end.
    Each,
}

/// Somebody's look at a cluster.
pub struct Look<'a> {
    cluster: &'a Inner,
    asker: Asker<'a>,
    now: DateTime<Utc>,
}

impl Cluster {
    /// The cluster that `access` leads to. Nothing is asked of it yet.
    ///
    /// # Errors
    /// When there is no way to it that the bot would take.
    pub async fn new(access: &Access) -> Result<Self, Refused> {
        let (client, namespace) = access.client().await?;
        Ok(Self::by(client, namespace))
    }

    pub(super) fn by(client: Client, namespace: String) -> Self {
        Self(Arc::new(Inner { wire: Wire::new(client), namespace, kinds: Mutex::default() }))
    }

    /// The namespace that its kubeconfig means when nobody names one.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.0.namespace
    }

    /// Begins to look.
    #[must_use]
    pub fn look(&self, identity: Identity, patience: Patience, now: DateTime<Utc>) -> Look<'_> {
        let until = (patience == Patience::InAll).then(|| Instant::now() + LONGEST);
        Look { cluster: &self.0, asker: Asker { wire: &self.0.wire, identity, until }, now }
    }
}

impl std::fmt::Debug for Cluster {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Cluster").field("namespace", &self.0.namespace).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Look<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Look").field("now", &self.now).finish_non_exhaustive()
    }
}

impl Look<'_> {
    /// When it began.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The kinds that the cluster knows. They are remembered; where `word` is not among them they may be asked for anew, since people
    /// define kinds at any time.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn kinds(&self, word: &str) -> Result<Arc<Kinds>, Failure> {
        let known = self.cluster.kinds.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((asked, kinds)) = known {
            let bound = if kinds.find(word).is_ok() || word.is_empty() { KINDS } else { NEW_KINDS };
            if asked.elapsed() < bound {
                return Ok(kinds);
            }
        }
        let kinds = Arc::new(discovery::kinds(&self.asker).await?);
        let fresh = Some((Instant::now(), Arc::clone(&kinds)));
        *self.cluster.kinds.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(kinds)
    }

    /// A page of the objects of `kind` in `namespace`, or everywhere.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn list(&self, kind: &Kind, namespace: Option<&str>, wanted: &Selection) -> Result<Page, Failure> {
        // Only the rows' objects tell namespaces; where those are known, the answer is a tenth as long without them.
        let objects = if wanted.named || (kind.namespaced && namespace.is_none()) { "Metadata" } else { "None" };
        let body = self.asker.fetch(table::ACCEPT, address::list(kind, namespace, wanted, Some(objects))).await?;
        // Where all namespaces are looked at, they are told beside the rows.
        Page::read(&body, kind.namespaced && namespace.is_some(), self.now)
    }

    /// One object as a table.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn row(&self, kind: &Kind, namespace: Option<&str>, name: &str) -> Result<Table, Failure> {
        let body = self.asker.fetch(table::ACCEPT, address::one(kind, namespace, name)).await?;
        Page::read(&body, kind.namespaced, self.now).map(|page| page.table)
    }

    /// One object, as much of it as `T` takes.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn object<T: DeserializeOwned>(
        &self,
        kind: &Kind,
        namespace: Option<&str>,
        name: &str,
    ) -> Result<T, Failure> {
        let body = self.asker.fetch(PLAIN, address::one(kind, namespace, name)).await?;
        serde_json::from_slice(&body).map_err(|_| Failure::NotUnderstood)
    }

    /// A page of objects, as much of each as `T` takes, and whether there are more.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn objects<T: DeserializeOwned>(
        &self,
        kind: &Kind,
        namespace: Option<&str>,
        wanted: &Selection,
    ) -> Result<(Vec<T>, Option<String>), Failure> {
        #[derive(Deserialize)]
        struct List<T> {
            // A server written in Go may send null for nothing.
            items: Option<Vec<T>>,
            metadata: Option<Meta>,
        }
        #[derive(Deserialize)]
        struct Meta {
            #[serde(rename = "continue")]
            next: Option<String>,
        }
        let body = self.asker.fetch(PLAIN, address::list(kind, namespace, wanted, None)).await?;
        let List { items, metadata } = serde_json::from_slice(&body).map_err(|_| Failure::NotUnderstood)?;
        let next = metadata.and_then(|metadata| metadata.next).filter(|token| !token.is_empty());
        Ok((items.unwrap_or_default(), next))
    }

    /// What a container printed, as it came: to be cleaned before anybody sees it.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn log(&self, namespace: &str, pod: &str, wanted: &LogWish) -> Result<String, Failure> {
        let body = self.asker.fetch(PLAIN, address::log(namespace, pod, wanted)).await?;
        Ok(String::from_utf8_lossy(&body).into_owned())
    }

    /// The version that the server tells, as in `v1.27.3`.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn version(&self) -> Result<String, Failure> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Version {
            git_version: String,
        }
        let body = self.asker.fetch(PLAIN, "/version".to_owned()).await?;
        let version: Version = serde_json::from_slice(&body).map_err(|_| Failure::NotUnderstood)?;
        Ok(version.git_version)
    }
}
