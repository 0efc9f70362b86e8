//! From a question to what a cluster says: whether it may be asked, which kind is meant, and the few requests that it takes. The same for
//! the chat and the terminal; how an answer looks is not known here.

mod list;
mod object;

use std::sync::Arc;

use super::Mistake;
use crate::domain::cluster::kind::{Kind, Kinds};
use crate::domain::cluster::object::Namespace;
use crate::domain::cluster::policy::{Asker, Extent, Policy, Scope, Wish};
use crate::domain::cluster::table::Table;
use crate::domain::cluster::verb::Verb;
use crate::domain::person::Roles;
use crate::domain::query::Query;
use crate::domain::reply::Reply;
use crate::kubernetes::{Failure, Look};

/// Somebody's question to a cluster.
#[derive(Debug)]
pub struct Asking<'a> {
    /// What the cluster is called.
    pub cluster: &'a str,
    /// The look that it takes.
    pub look: Look<'a>,
    /// The namespace that is meant when none is named.
    pub namespace: &'a str,
    /// Who may what.
    pub policy: &'a Policy,
    /// Who is who.
    pub roles: &'a Roles,
    /// Who asks.
    pub asker: Asker<'a>,
}

/// Where a list goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct From {
    /// The cluster's own mark of the place.
    pub token: Option<String>,
    /// Rows before it.
    pub seen: usize,
}

/// What a cluster said.
#[derive(Debug)]
pub enum Answer {
    /// A list, or a part of it.
    List(Listing),
    /// Something at length.
    Said(Reply),
    /// What a container printed.
    Log(String),
}

/// A list, or a part of it.
#[derive(Debug, Default)]
pub struct Listing {
    /// As it is to be shown.
    pub table: Table,
    /// Names in place of the table, where only those were asked for.
    pub names: Option<Vec<String>>,
    /// Where it goes on, if it does.
    pub next: Option<From>,
    /// How many rows follow, where that is known.
    pub remaining: Option<u64>,
    /// Whether the place to go on was forgotten, so that this is the beginning again.
    pub restarted: bool,
    /// What is said when there are no rows.
    pub nothing: String,
    /// The namespace that was looked at, where it was one.
    pub namespace: Option<String>,
    /// Whether there is more that was not read, so that what is missing may be newer.
    pub unread: bool,
    /// The same, where there is no such namespace: see [`Asking::missing`].
    pub missing: Option<String>,
}

impl Asking<'_> {
    /// Answers `query`; of a list, at most `rows` rows from `from` on.
    ///
    /// # Errors
    /// See [`Mistake`].
    pub async fn answer(&self, query: &Query, from: &From, rows: u32) -> Result<Answer, Mistake> {
        match query {
            Query::Get(get) => self.get(get, from, rows).await.map(Answer::List),
            Query::Events(events) => self.events(events, from, rows).await.map(Answer::List),
            Query::Kinds(kinds) => self.kinds(kinds.word.as_deref(), from, rows).await.map(Answer::List),
            Query::Describe(wanted) => self.describe(wanted).await.map(Answer::Said),
            Query::Why(wanted) => self.why(wanted).await.map(Answer::Said),
            Query::Quota(place) => self.quota(self.meant(place.namespace())).await.map(Answer::Said),
            Query::Owner(place) => self.owner(self.meant(place.namespace())).await.map(Answer::Said),
            Query::Status => self.status().await.map(Answer::Said),
            Query::Logs(wanted) => self.logs(wanted).await.map(Answer::Log),
        }
    }

    /// Whether an empty list is empty for want of its namespace: a cluster makes no difference.
    pub async fn missing(&self, listing: Listing) -> Listing {
        let empty = listing.table.rows.is_empty() && listing.next.is_none();
        let Some(namespace) = listing.namespace.as_deref().filter(|_| empty) else { return listing };
        let there = self.look.object::<Namespace>(&object::namespaces(), None, namespace).await;
        let missing = matches!(there, Err(Failure::NotFound { .. })).then(|| namespace.to_owned());
        Listing { missing, ..listing }
    }

    /// The kind that a word means. Whoever may look at no kind at all learns that before the cluster hears of it.
    async fn kind(&self, verb: Verb, word: &str) -> Result<Kind, Mistake> {
        if self.policy.kinds_for(&self.asker, self.roles, self.cluster) == Extent::Only(Vec::new()) {
            // What they typed may be no kind at all: it is denied, and not noted.
            self.allow(verb, Some(word), Scope::Cluster).map_err(|mistake| match mistake {
                Mistake::Denied(mut denial) => {
                    self.cluster.clone_into(&mut denial.cause.target);
                    Mistake::Denied(denial)
                }
                other => other,
            })?;
        }
        let kinds = self.known(word).await?;
        let unknown =
            |suggestion| Mistake::UnknownKind { word: word.to_owned(), cluster: self.cluster.to_owned(), suggestion };
        let kind = kinds.find(word).map_err(|error| unknown(error.suggestion))?;
        if kind.is_secret() {
            self.allow(verb, Some(&kind.name()), Scope::Cluster)?;
        }
        Ok(kind.clone())
    }

    async fn known(&self, word: &str) -> Result<Arc<Kinds>, Mistake> {
        self.look.kinds(word).await.map_err(|failure| self.failed(failure))
    }

    /// Whether it may be looked at.
    fn allow(&self, verb: Verb, kind: Option<&str>, scope: Scope) -> Result<(), Mistake> {
        let wish = Wish { cluster: self.cluster, verb, kind, scope };
        self.policy.allows(self.roles, &self.asker, &wish).map_err(Mistake::Denied)
    }

    fn meant<'a>(&'a self, namespace: Option<&'a str>) -> &'a str {
        namespace.unwrap_or(self.namespace)
    }

    fn scope(&self, kind: &Kind, namespace: Option<&str>, everywhere: bool) -> Scope {
        match (kind.namespaced, everywhere) {
            (false, _) => Scope::Cluster,
            (true, true) => Scope::AllNamespaces,
            (true, false) => Scope::Namespace(self.meant(namespace).to_owned()),
        }
    }

    fn failed(&self, failure: Failure) -> Mistake {
        Mistake::Failed { cluster: self.cluster.to_owned(), failure }
    }

    /// What was asked for by name.
    fn found<T>(
        &self,
        outcome: Result<T, Failure>,
        kind: &Kind,
        name: &str,
        namespace: Option<&str>,
    ) -> Result<T, Mistake> {
        outcome.map_err(|failure| match failure {
            Failure::NotFound { .. } => Mistake::NotFound {
                cluster: self.cluster.to_owned(),
                kind: kind.kind.clone(),
                name: name.to_owned(),
                namespace: namespace.map(str::to_owned),
            },
            failure => self.failed(failure),
        })
    }
}

/// The namespace of requests about `scope`.
fn namespace(scope: &Scope) -> Option<&str> {
    match scope {
        Scope::Namespace(namespace) => Some(namespace),
        Scope::Cluster | Scope::AllNamespaces => None,
    }
}
