//! Looking at one cluster: each look has its time, few are under way at once, and the same question within moments is one request.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use chrono::{DateTime, Utc};
use http::header::{ACCEPT, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, Request};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use kube::Client;
use kube::client::Body;
use moka::future::Cache;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use url::form_urlencoded;

use super::access::{Access, Refused};
use super::failure::Failure;
use super::{discovery, table};
use crate::domain::cluster::kind::{Kind, Kinds};
use crate::domain::cluster::table::Table;

/// How long a look may take in all.
pub(super) const LONGEST: Duration = Duration::from_secs(10);
/// How long making a connection may take.
pub(super) const CONNECT: Duration = Duration::from_secs(5);
/// Requests to one cluster at a time.
const AT_ONCE: usize = 4;
/// For how long the same question has the same answer.
const SAME: Duration = Duration::from_secs(5);
/// What is kept of such answers, in bytes.
const KEPT: u64 = 8 * 1024 * 1024;
/// For how long the kinds of a cluster are believed.
const KINDS: Duration = Duration::from_secs(10 * 60);
/// After this long they are asked for again when somebody names one that is not among them.
const NEW_KINDS: Duration = Duration::from_secs(60);
/// The largest answer that is read.
const LARGEST: usize = 16 * 1024 * 1024;
/// The largest account of a failure that is read.
const LARGEST_FAILURE: usize = 64 * 1024;

/// A cluster; cheap to clone.
#[derive(Clone)]
pub struct Cluster(Arc<Inner>);

struct Inner {
    client: Client,
    namespace: String,
    room: Semaphore,
    answers: Cache<Question, Bytes>,
    kinds: Mutex<Option<(Instant, Arc<Kinds>)>>,
    /// Until when the cluster asked to be left alone.
    rest: Mutex<Option<Instant>>,
}

/// As whom a cluster is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Identity {
    /// The bot's own account.
    #[default]
    Own,
    /// A person, as far as the bot's account may speak for them.
    Person {
        /// As in `slack:U01ABCDEF`.
        user: String,
        /// As in `slack:members`.
        groups: Vec<String>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Question {
    identity: Identity,
    accept: &'static str,
    address: String,
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
#[derive(Debug)]
pub struct Look<'a> {
    cluster: &'a Cluster,
    identity: Identity,
    now: DateTime<Utc>,
    until: Option<Instant>,
}

/// Which objects of a kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// By label.
    pub labels: Option<String>,
    /// By field.
    pub fields: Option<String>,
    /// At most so many; all where there is no bound.
    pub limit: Option<u32>,
    /// Where the last page ended.
    pub token: Option<String>,
}

/// A page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Its rows.
    pub table: Table,
    /// Where the next one begins, if there is one.
    pub next: Option<String>,
    /// How many objects follow, where the cluster knows.
    pub remaining: Option<u64>,
}

/// Which part of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogWish {
    /// One of the pod's containers.
    pub container: Option<String>,
    /// Only what was printed in this time.
    pub since: Option<Duration>,
    /// The newest lines.
    pub tail: u32,
    /// Of the container's last life.
    pub previous: bool,
    /// At most so many bytes.
    pub bytes: u32,
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
        let weight = |question: &Question, answer: &Bytes| {
            u32::try_from(answer.len() + question.address.len()).unwrap_or(u32::MAX)
        };
        Self(Arc::new(Inner {
            client,
            namespace,
            room: Semaphore::new(AT_ONCE),
            answers: Cache::builder().max_capacity(KEPT).weigher(weight).time_to_live(SAME).build(),
            kinds: Mutex::default(),
            rest: Mutex::default(),
        }))
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
        Look { cluster: self, identity, now, until }
    }
}

impl std::fmt::Debug for Cluster {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Cluster").field("namespace", &self.0.namespace).finish_non_exhaustive()
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
        let known = self.cluster.0.kinds.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((asked, kinds)) = known {
            let bound = if kinds.find(word).is_ok() || word.is_empty() { KINDS } else { NEW_KINDS };
            if asked.elapsed() < bound {
                return Ok(kinds);
            }
        }
        let kinds = Arc::new(discovery::kinds(self).await?);
        let fresh = Some((Instant::now(), Arc::clone(&kinds)));
        *self.cluster.0.kinds.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(kinds)
    }

    /// A page of the objects of `kind` in `namespace`, or everywhere.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn list(&self, kind: &Kind, namespace: Option<&str>, wanted: &Selection) -> Result<Page, Failure> {
        // Only the rows' objects tell namespaces; where those are known, the answer is a tenth as long without them.
        let objects = if kind.namespaced && namespace.is_none() { "Metadata" } else { "None" };
        let address = listing(kind, namespace, wanted, Some(objects));
        let body = self.fetch(table::ACCEPT, address).await?;
        // Where all namespaces are looked at, they are told beside the rows.
        self.read(&body, kind.namespaced && namespace.is_some())
    }

    /// One object as a table.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn row(&self, kind: &Kind, namespace: Option<&str>, name: &str) -> Result<Table, Failure> {
        let address = format!("{}/{name}", base(kind, namespace));
        let body = self.fetch(table::ACCEPT, address).await?;
        self.read(&body, kind.namespaced).map(|page| page.table)
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
        let body = self.fetch(PLAIN, format!("{}/{name}", base(kind, namespace))).await?;
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
            #[serde(default = "Vec::new")]
            items: Vec<T>,
            #[serde(default)]
            metadata: Meta,
        }
        #[derive(Default, Deserialize)]
        struct Meta {
            #[serde(default, rename = "continue")]
            next: Option<String>,
        }
        let body = self.fetch(PLAIN, listing(kind, namespace, wanted, None)).await?;
        let List { items, metadata } = serde_json::from_slice(&body).map_err(|_| Failure::NotUnderstood)?;
        Ok((items, metadata.next.filter(|token| !token.is_empty())))
    }

    /// What a container printed, as it came: to be cleaned before anybody sees it.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn log(&self, namespace: &str, pod: &str, wanted: &LogWish) -> Result<String, Failure> {
        let (tail, bytes) = (wanted.tail.to_string(), wanted.bytes.to_string());
        let since = wanted.since.map(|since| since.as_secs().to_string());
        let address = with_query(
            format!("/api/v1/namespaces/{namespace}/pods/{pod}/log"),
            &[
                ("tailLines", Some(&tail)),
                ("limitBytes", Some(&bytes)),
                ("container", wanted.container.as_deref()),
                ("sinceSeconds", since.as_deref()),
                ("previous", wanted.previous.then_some("true")),
            ],
        );
        let body = self.fetch(PLAIN, address).await?;
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
        let body = self.fetch(PLAIN, "/version".to_owned()).await?;
        let version: Version = serde_json::from_slice(&body).map_err(|_| Failure::NotUnderstood)?;
        Ok(version.git_version)
    }

    fn read(&self, body: &[u8], with_namespace: bool) -> Result<Page, Failure> {
        table::read(body, with_namespace, self.now)
    }

    /// Answers from what was asked moments ago, or asks.
    pub(super) async fn fetch(&self, accept: &'static str, address: String) -> Result<Bytes, Failure> {
        let until = self.until.unwrap_or_else(|| Instant::now() + LONGEST);
        let question = Question { identity: self.identity.clone(), accept, address };
        let asking = question.clone();
        let inner = &self.cluster.0;
        let (ours, sent) = (AtomicBool::new(false), AtomicBool::new(false));
        // A future of its own place, since many of them may be a part of one look.
        let answer = Box::pin(inner.answers.try_get_with(question, async {
            ours.store(true, Ordering::Relaxed);
            inner.ask(&asking, until, &sent).await
        }));
        match tokio::time::timeout_at(until, answer).await {
            Ok(answer) => answer.map_err(|failure: Arc<Failure>| (*failure).clone()),
            // It waited for its turn until the end.
            Err(_) if ours.into_inner() && !sent.into_inner() => Err(Failure::Busy),
            Err(_) => Err(Failure::NoAnswer),
        }
    }
}

const PLAIN: &str = "application/json";

impl Inner {
    /// Asks; where the cluster wants rest and there is time for it, again after that.
    async fn ask(&self, question: &Question, until: Instant, sent: &AtomicBool) -> Result<Bytes, Failure> {
        loop {
            let rest = *self.rest.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(rest) = rest.filter(|rest| *rest > Instant::now()) {
                if rest >= until {
                    return Err(Failure::Limited(rest - Instant::now()));
                }
                tokio::time::sleep_until(rest).await;
            }
            // Closed never: the semaphore lives as long as the cluster.
            let _room = self.room.acquire().await.map_err(|_| Failure::Busy)?;
            sent.store(true, Ordering::Relaxed);
            match self.once(question).await {
                Err(Failure::Limited(wait)) => {
                    *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + wait);
                }
                outcome => return outcome,
            }
        }
    }

    async fn once(&self, question: &Question) -> Result<Bytes, Failure> {
        let mut request = Request::get(&question.address).body(Body::empty()).map_err(|_| Failure::NotUnderstood)?;
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static(question.accept));
        impersonate(headers, &question.identity).ok_or(Failure::NotUnderstood)?;
        let answer = self.client.send(request).await.map_err(|_| Failure::Unreachable)?;
        let (parts, body) = answer.into_parts();
        if parts.status.is_success() {
            return read(body, LARGEST).await;
        }
        let rest = parts.headers.get(RETRY_AFTER).and_then(|rest| rest.to_str().ok()?.trim().parse().ok());
        let told = read(body, LARGEST_FAILURE).await.unwrap_or_default();
        Err(Failure::of(parts.status, rest, &told))
    }
}

async fn read(body: Body, most: usize) -> Result<Bytes, Failure> {
    let collected = Limited::new(body, most).collect().await;
    collected
        .map(|body| body.to_bytes())
        .map_err(|error| if error.is::<LengthLimitError>() { Failure::TooLarge } else { Failure::BrokeOff })
}

/// <https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/>
fn impersonate(headers: &mut HeaderMap, identity: &Identity) -> Option<()> {
    let Identity::Person { user, groups } = identity else { return Some(()) };
    headers.insert(HeaderName::from_static("impersonate-user"), HeaderValue::from_str(user).ok()?);
    for group in groups {
        headers.append(HeaderName::from_static("impersonate-group"), HeaderValue::from_str(group).ok()?);
    }
    Some(())
}

/// The address of a kind's objects. Names were judged by the grammar: nothing in them means anything in an address.
fn base(kind: &Kind, namespace: Option<&str>) -> String {
    let group = if kind.group.is_empty() {
        format!("/api/{}", kind.version)
    } else {
        format!("/apis/{}/{}", kind.group, kind.version)
    };
    match namespace.filter(|_| kind.namespaced) {
        Some(namespace) => format!("{group}/namespaces/{namespace}/{}", kind.plural),
        None => format!("{group}/{}", kind.plural),
    }
}

fn listing(kind: &Kind, namespace: Option<&str>, wanted: &Selection, objects: Option<&str>) -> String {
    let limit = wanted.limit.map(|limit| limit.to_string());
    with_query(
        base(kind, namespace),
        &[
            ("includeObject", objects),
            ("labelSelector", wanted.labels.as_deref()),
            ("fieldSelector", wanted.fields.as_deref()),
            ("limit", limit.as_deref()),
            ("continue", wanted.token.as_deref()),
        ],
    )
}

fn with_query(address: String, parameters: &[(&str, Option<&str>)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters.iter().filter_map(|(name, value)| Some((*name, (*value)?))));
    let query = query.finish();
    if query.is_empty() { address } else { format!("{address}?{query}") }
}
