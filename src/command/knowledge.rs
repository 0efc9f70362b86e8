//! What the bot knows: the catalogue, ready to be searched, and what it did not know of late.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

use super::onboard::{self, SmallPrint};
use crate::catalogue::{Catalogue, Support};
use crate::domain::answers::{Answer, Notice, Ranked};
use crate::domain::calendar::Series;
use crate::domain::cluster::known::Clusters;
use crate::domain::cluster::policy::Policy;
use crate::domain::issue::Repository;
use crate::domain::markdown::Markdown;
use crate::domain::person::Roles;
use crate::domain::reply::literal;
use crate::search::Index;
use crate::store::{Store, Unanswered};

/// What the bot knows, ready to be searched.
pub struct Knowledge {
    index: Index,
    answers: HashMap<String, (Arc<Answer>, SmallPrint)>,
    notices: Vec<Notice>,
    meetings: Vec<Series>,
    roles: Roles,
    support: Support,
    repositories: Vec<Repository>,
    clusters: Clusters,
    policy: Policy,
    /// How many answers there are and what they come from, for those who get none.
    extent: Markdown,
    /// Where people answer, for the same.
    people: Markdown,
}

/// What was not answered since the last tick, by topic; bounded by the catalogue's topics. A crash loses the last second.
#[derive(Debug, Default)]
pub struct Gaps(Mutex<HashMap<(String, Unanswered), i64>>);

impl Knowledge {
    /// Indexes `catalogue`.
    ///
    /// # Errors
    /// When the index cannot be built.
    pub fn new(catalogue: Catalogue) -> anyhow::Result<Self> {
        let index = Index::build(&catalogue.answers, &catalogue.names, Vec::new())?;
        let documented = catalogue.answers.iter().filter(|answer| !answer.undocumented);
        let count = documented.clone().count();
        let sources: BTreeSet<&str> =
            documented.flat_map(|answer| &answer.sources).map(|source| source.title.as_str()).collect();
        let sources: Vec<&str> = sources.into_iter().collect();
        let extent = format!("I searched {count} answers, taken from {}.", literal(&listed(&sources)));
        let known = index.answers().iter();
        let answers = known.map(|answer| (answer.id.clone(), (Arc::clone(answer), SmallPrint::of(answer)))).collect();
        Ok(Self {
            people: onboard::people(&catalogue.support),
            index,
            answers,
            notices: catalogue.notices,
            meetings: catalogue.meetings,
            roles: catalogue.roles,
            support: catalogue.support,
            repositories: catalogue.repositories,
            clusters: catalogue.clusters,
            policy: catalogue.policy,
            extent: extent.into(),
        })
    }

    /// The series of meetings, as the catalogue has them.
    pub fn meetings(&self) -> &[Series] {
        &self.meetings
    }

    /// What the catalogue says on top of answers.
    pub(super) fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// The tags of the answers, each once.
    pub(super) fn tags(&self) -> BTreeSet<&str> {
        self.answers.values().flat_map(|(answer, _)| &answer.tags).map(String::as_str).collect()
    }

    /// Where issues may be filed.
    pub fn repositories(&self) -> &[Repository] {
        &self.repositories
    }

    /// The clusters that people may name.
    pub fn clusters(&self) -> &Clusters {
        &self.clusters
    }

    /// Who may look at what of them.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Who may do what.
    pub fn roles(&self) -> &Roles {
        &self.roles
    }

    /// Where people answer.
    pub fn support(&self) -> &Support {
        &self.support
    }

    /// How many answers there are and what they come from, as a sentence.
    pub(super) fn extent(&self) -> Markdown {
        self.extent.clone()
    }

    /// Where people answer, as a sentence.
    pub(super) fn people(&self) -> Markdown {
        self.people.clone()
    }

    /// The answer of this id.
    pub(super) fn answer(&self, id: &str) -> Option<&Answer> {
        self.answers.get(id).map(|(answer, _)| answer.as_ref())
    }

    /// What stands below `answer`.
    pub(super) fn small_print(&self, answer: &Answer) -> SmallPrint {
        self.answers.get(&answer.id).map_or_else(|| SmallPrint::of(answer), |(_, small_print)| small_print.clone())
    }

    /// Searches.
    pub(super) fn ask(&self, question: &str) -> Ranked {
        self.index.ask(question)
    }
}

impl std::fmt::Debug for Knowledge {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Knowledge").field("answers", &self.answers.len()).finish_non_exhaustive()
    }
}

impl Gaps {
    pub(super) fn add(&self, topic: &str, outcome: Unanswered) {
        let mut gaps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *gaps.entry((topic.to_owned(), outcome)).or_default() += 1;
    }

    /// Writes what was counted into `store`.
    ///
    /// # Errors
    /// When the store fails; what was not written stays counted.
    pub async fn write(&self, store: &Store, now: DateTime<Utc>) -> anyhow::Result<()> {
        loop {
            let next = {
                let mut gaps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                let key = gaps.keys().next().cloned();
                key.and_then(|key| gaps.remove_entry(&key))
            };
            let Some(((topic, outcome), count)) = next else {
                return Ok(());
            };
            if let Err(error) = store.unanswered(&topic, outcome, count, now).await {
                let mut gaps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                *gaps.entry((topic, outcome)).or_default() += count;
                return Err(error);
            }
        }
    }
}

/// `a`, `a and b`, `a, b and c`.
fn listed(items: &[&str]) -> String {
    match items {
        [] => "nothing yet".to_owned(),
        [one] => (*one).to_owned(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}
