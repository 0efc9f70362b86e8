//! The kinds of objects that a cluster knows, by all the names that people have for them.

use std::collections::HashSet;
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

/// All kinds of a cluster, in the order in which it names them: the core group first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kinds {
    /// Each kind in the version that its group prefers, and behind them the others.
    all: Vec<Kind>,
    /// How many of them are preferred.
    preferred: usize,
}

/// A word that is no kind of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownKind {
    /// What was probably meant.
    pub suggestion: Option<String>,
}

impl Kinds {
    /// All of them, in every version that is served; of each group the version first that it prefers.
    #[must_use]
    pub fn new(kinds: Vec<Kind>) -> Self {
        let mut seen = HashSet::new();
        let (mut all, others): (Vec<Kind>, Vec<Kind>) =
            kinds.into_iter().partition(|kind| seen.insert((kind.plural.clone(), kind.group.clone())));
        let preferred = all.len();
        all.extend(others);
        Self { all, preferred }
    }

    /// Each kind once, in the version that its group prefers.
    pub fn iter(&self) -> impl Iterator<Item = &Kind> {
        self.all[..self.preferred].iter()
    }

    /// The kind that a word in lower case means: its plural or singular, else its short name or `Kind`, alone or with the group behind a
    /// dot, of which the beginning is enough, or with the version between. Where groups share a word, the first has it, as with kubectl.
    ///
    /// # Errors
    /// When there is none.
    pub fn find(&self, word: &str) -> Result<&Kind, UnknownKind> {
        let (name, group) = word.split_once('.').unwrap_or((word, ""));
        let found = if group.is_empty() {
            named(self.iter(), name)
        } else {
            let (version, rest) = group.split_once('.').unwrap_or((group, ""));
            let in_version =
                || named(self.all.iter().filter(|kind| kind.version == version && kind.group == rest), name);
            let begins = |kind: &&Kind| kind.group.starts_with(group);
            let in_group = named(self.iter().filter(|kind| kind.group == group), name);
            in_group.or_else(in_version).or_else(|| named(self.iter().filter(begins), name))
        };
        found.ok_or_else(|| UnknownKind { suggestion: self.nearest(word) })
    }

    /// The name that is at most two typing errors away, and fewer for short words.
    fn nearest(&self, word: &str) -> Option<String> {
        let bound = if word.len() < 4 { 1 } else { 2 };
        let readable = self.iter().filter(|kind| !kind.is_secret());
        let names = readable.flat_map(|kind| kind.names().chain([kind.name()]).collect::<Vec<_>>());
        let near =
            names.map(|name| (strsim::osa_distance(&name, word), name)).filter(|(distance, _)| *distance <= bound);
        // People err less in the first letter than in any other. Of equals, the kind that a cluster names first is the more usual one.
        let first = |name: &str| name.chars().next() != word.chars().next();
        near.min_by_key(|(distance, name)| (*distance, first(name))).map(|(_, name)| name)
    }
}

/// The first kind whose plural or singular is `name`; else the first that is called so in any way.
fn named<'a>(kinds: impl Iterator<Item = &'a Kind>, name: &str) -> Option<&'a Kind> {
    let mut other = None;
    for kind in kinds {
        if kind.plural == name || kind.singular == name {
            return Some(kind);
        }
        if other.is_none() && kind.names().any(|known| known == name) {
            other = Some(kind);
        }
    }
    other
}

impl Kind {
    /// The names without a group.
    fn names(&self) -> impl Iterator<Item = String> {
        let others = self.short.iter().map(|short| short.to_lowercase());
        [self.plural.clone(), self.singular.clone(), self.kind.to_lowercase()]
            .into_iter()
            .chain(others)
            .filter(|name| !name.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn kind(group: &str, plural: &str, kind: &str, short: &[&str]) -> Kind {
        Kind {
            group: group.into(),
            version: "v1".into(),
            plural: plural.into(),
            singular: kind.to_lowercase(),
            kind: kind.into(),
            short: short.iter().map(ToString::to_string).collect(),
            namespaced: true,
        }
    }

    fn kinds() -> Kinds {
        Kinds::new(vec![
            kind("", "pods", "Pod", &["po"]),
            kind("", "events", "Event", &["ev"]),
            kind("", "secrets", "Secret", &[]),
            kind("apps", "deployments", "Deployment", &["deploy"]),
            kind("events.k8s.io", "events", "Event", &["ev"]),
            kind("route.openshift.io", "routes", "Route", &[]),
            kind("argoproj.io", "applications", "Application", &["app", "apps"]),
            Kind { version: "v2".into(), ..kind("apps", "deployments", "Deployment", &[]) },
            kind("a.example", "foos", "Foo", &["bars", "qux"]),
            kind("b.example", "bars", "Bar", &[]),
            kind("c.example", "quxes", "Qux", &[]),
        ])
    }

    #[rstest]
    #[case("pods", "pods")]
    #[case("po", "pods")]
    #[case("pod", "pods")]
    #[case("deploy", "deployments.apps")]
    #[case("deployment.apps", "deployments.apps")]
    #[case("deployments.v1.apps", "deployments.apps")]
    #[case("ev", "events")]
    #[case("events.events.k8s.io", "events.events.k8s.io")]
    #[case("route", "routes.route.openshift.io")]
    #[case("routes.route.openshift.io", "routes.route.openshift.io")]
    #[case("apps", "applications.argoproj.io")]
    #[case("routes.route", "routes.route.openshift.io")]
    #[case("pods.v1.", "pods")]
    #[case("deployments.v2.apps", "deployments.apps")]
    #[case("bars", "bars.b.example")]
    #[case("qux", "quxes.c.example")]
    fn a_kind_is_found_by_any_of_its_names(#[case] word: &str, #[case] name: &str) {
        assert_eq!(kinds().find(word).unwrap().name(), name);
    }

    #[rstest]
    #[case("pds", Some("pods"))]
    #[case("ods", Some("pods"))]
    #[case("deploymnets", Some("deployments"))]
    #[case("aplication", Some("application"))]
    #[case("px", Some("po"))]
    #[case("secert", None)]
    #[case("widgets", None)]
    #[case("pods.apps", None)]
    #[case("deployments.v7.apps", None)]
    fn what_was_probably_meant_is_told(#[case] word: &str, #[case] suggestion: Option<&str>) {
        assert_eq!(kinds().find(word), Err(UnknownKind { suggestion: suggestion.map(ToOwned::to_owned) }));
    }

    #[rstest]
    #[case("secrets")]
    #[case("Secret")]
    #[case("secrets.v1")]
    #[case("secret/argocd")]
    fn secrets_are_known_in_any_spelling(#[case] word: &str) {
        assert!(is_secret(word) && !is_secret("sealedsecrets") && !is_secret("secretstores.external-secrets.io"));
    }
}
