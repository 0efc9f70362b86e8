//! Who may look at what of which cluster: rules that allow, as `commands/cluster/policy.toml` has them. What no rule allows is
//! denied, and Secrets are, whatever a rule says. Decides before a cluster is asked, and knows nothing of what a cluster holds.

mod denial;
mod namespace;
mod role;
#[cfg(test)]
mod tests;

use super::kind::is_secret;
use super::verb::Verb;
use crate::domain::person::{Channels, Denial, Roles, Who};

use denial::Obstacle;
pub use namespace::{Pattern, is_namespace};
pub use role::{ClusterRole, Grant, reads};

/// What is allowed; nothing, at first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// In the order of the file.
    pub rules: Vec<Rule>,
}

/// One thing that is allowed: everything that it names, to everybody whom it names, everywhere that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What a denial calls it.
    pub name: String,
    /// For whom it holds.
    pub who: Who,
    /// Where they have to ask.
    pub channels: Channels,
    /// Clusters, by name.
    pub clusters: Extent<String>,
    /// Namespaces. What lives in none is not held back by them.
    pub namespaces: Extent<Pattern>,
    /// Ways to look.
    pub verbs: Vec<Verb>,
    /// Kinds that may be named, by [`Kind::name`](super::kind::Kind::name).
    pub kinds: Extent<String>,
}

/// How far a rule reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent<T> {
    /// To all there are.
    All,
    /// To these.
    Only(Vec<T>),
}

/// Who wants to look, and from where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asker<'a> {
    /// Id of the person.
    pub person: &'a str,
    /// Id of the channel.
    pub channel: &'a str,
}

/// What they want to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish<'a> {
    /// Name of the cluster.
    pub cluster: &'a str,
    /// The way to look.
    pub verb: Verb,
    /// The kind that they named, by [`Kind::name`](super::kind::Kind::name).
    pub kind: Option<&'a str>,
    /// Where its objects live.
    pub scope: Scope,
}

/// Where objects live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In no namespace: what is looked at belongs to the cluster.
    Cluster,
    /// In this one.
    Namespace(String),
    /// In all of them.
    AllNamespaces,
}

impl Policy {
    /// What whoever holds the terminal may look at: everything but Secrets. Their kubeconfig says who they are, and the cluster what
    /// they may.
    #[must_use]
    pub fn terminal() -> Self {
        let rule = Rule {
            name: "terminal".to_owned(),
            who: Who::All,
            channels: Channels::All,
            clusters: Extent::All,
            namespaces: Extent::All,
            verbs: Verb::ALL.to_vec(),
            kinds: Extent::All,
        };
        Self { rules: vec![rule] }
    }

    /// Whether somebody may look.
    ///
    /// # Errors
    /// A denial that names the rule which comes nearest, what in it does not fit, and what to do next.
    pub fn allows(&self, roles: &Roles, asker: &Asker<'_>, wish: &Wish<'_>) -> Result<(), Denial> {
        if wish.kind.is_some_and(is_secret) {
            return Err(denial::of_secrets(wish));
        }
        let judged = self.rules.iter().map(|rule| (rule, rule.obstacles(roles, asker, wish)));
        // Of two that come equally near, the one that allows it to somebody: it tells whom to ask.
        let near = |(_, obstacles): &(&Rule, Vec<Obstacle<'_>>)| {
            (obstacles.len(), obstacles.iter().any(|obstacle| !obstacle.is_of_the_asker()))
        };
        match judged.min_by_key(near) {
            None => Err(denial::without_rules(wish)),
            Some((_, obstacles)) if obstacles.is_empty() => Ok(()),
            Some((rule, obstacles)) => Err(denial::by(rule, &obstacles, wish)),
        }
    }

    /// The rules that hold for somebody where they ask, on some cluster.
    pub fn rules_for<'a>(&'a self, asker: &'a Asker<'a>, roles: &'a Roles) -> impl Iterator<Item = &'a Rule> {
        let holds =
            |rule: &&Rule| rule.who.covers(roles, asker.person, asker.channel) && rule.channels.hold(asker.channel);
        self.rules.iter().filter(holds)
    }

    /// The kinds that somebody may name on a cluster, in some namespace at least, sorted; Secrets never, though `All` holds them.
    #[must_use]
    pub fn kinds_for(&self, asker: &Asker<'_>, roles: &Roles, cluster: &str) -> Extent<String> {
        let mut kinds = Vec::new();
        for rule in self.rules.iter().filter(|rule| rule.reaches(roles, asker, cluster) && rule.names_kinds()) {
            match &rule.kinds {
                Extent::All => return Extent::All,
                Extent::Only(names) => kinds.extend(names.iter().filter(|kind| !is_secret(kind)).cloned()),
            }
        }
        kinds.sort_unstable();
        kinds.dedup();
        Extent::Only(kinds)
    }
}

impl Rule {
    /// What stands between a wish and this rule.
    fn obstacles<'a>(&'a self, roles: &Roles, asker: &Asker<'_>, wish: &'a Wish<'a>) -> Vec<Obstacle<'a>> {
        let kind = || match wish.kind {
            Some(kind) => self.kinds.holds(kind),
            None => matches!(self.kinds, Extent::All),
        };
        let scope = match &wish.scope {
            Scope::Cluster => true,
            Scope::Namespace(name) => self.namespaces.reaches(|pattern| pattern.fits(name)),
            Scope::AllNamespaces => matches!(self.namespaces, Extent::All),
        };
        [
            (self.who.covers(roles, asker.person, asker.channel), Obstacle::Who(&self.who)),
            (self.channels.hold(asker.channel), Obstacle::Channels),
            (self.clusters.holds(wish.cluster), Obstacle::Clusters(wish.cluster)),
            (self.verbs.contains(&wish.verb), Obstacle::Verbs(wish.verb)),
            (!names_kind(wish.verb) || kind(), Obstacle::Kinds(wish.kind)),
            (scope, Obstacle::Namespaces(&self.namespaces, &wish.scope)),
        ]
        .into_iter()
        .filter_map(|(fits, obstacle)| (!fits).then_some(obstacle))
        .collect()
    }

    fn reaches(&self, roles: &Roles, asker: &Asker<'_>, cluster: &str) -> bool {
        self.who.covers(roles, asker.person, asker.channel)
            && self.channels.hold(asker.channel)
            && self.clusters.holds(cluster)
    }

    fn names_kinds(&self) -> bool {
        self.verbs.iter().copied().any(names_kind)
    }
}

/// Whether people say what kind they want to look at; what the other ways to look read is [fixed](reads).
#[must_use]
pub fn names_kind(verb: Verb) -> bool {
    matches!(verb, Verb::Get | Verb::Describe | Verb::Why)
}

impl<T> Extent<T> {
    fn reaches(&self, fits: impl Fn(&T) -> bool) -> bool {
        match self {
            Extent::All => true,
            Extent::Only(some) => some.iter().any(fits),
        }
    }
}

impl Extent<String> {
    /// Whether it reaches to what is called so.
    #[must_use]
    pub fn holds(&self, name: &str) -> bool {
        self.reaches(|some| some == name)
    }
}
