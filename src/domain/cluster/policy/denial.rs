//! What people are told when no rule lets them look: which rule comes nearest, what in it does not fit, and what to do next. The file
//! is public, so what stands in it may be told; of the cluster only what the person named.

use super::{Extent, Pattern, Rule, Scope, Wish};
use crate::domain::cluster::verb::Verb;
use crate::domain::person::{Cause, Denial, Who};

/// Where the rules stand.
const FILE: &str = "commands/cluster/policy.toml";

/// Most names that are told of a list; the file has the rest.
const MOST_TOLD: usize = 5;

/// What of a rule does not fit a wish.
pub(super) enum Obstacle<'a> {
    /// It is for others.
    Who(&'a Who),
    /// It holds elsewhere.
    Channels,
    /// Not for this cluster.
    Clusters(&'a str),
    /// Not for this way to look.
    Verbs(Verb),
    /// Not for this kind.
    Kinds(Option<&'a str>),
    /// Not for what lives there.
    Namespaces(&'a Extent<Pattern>, &'a Scope),
}

impl Obstacle<'_> {
    /// Whether it lies with who asks and where, not with what they ask for.
    pub(super) fn is_of_the_asker(&self) -> bool {
        matches!(self, Self::Who(_) | Self::Channels)
    }

    /// The key of the rule that it is about.
    fn key(&self) -> &'static str {
        match self {
            Self::Who(_) => "who",
            Self::Channels => "channels",
            Self::Clusters(_) => "clusters",
            Self::Verbs(_) => "verbs",
            Self::Kinds(_) => "kinds",
            Self::Namespaces(..) => "namespaces",
        }
    }

    /// What the rule does instead; follows its name.
    fn told(&self) -> String {
        match self {
            Self::Who(Who::Only(roles)) if !roles.is_empty() => format!("is for {} only (`who`)", role(roles)),
            Self::Who(_) => "is for nobody (`who`)".to_owned(),
            Self::Channels => "does not hold in this channel (`channels`)".to_owned(),
            Self::Clusters(name) => format!("is not for the cluster {} (`clusters`)", code(name)),
            Self::Verbs(verb) => format!("does not list {} (`verbs`)", code(verb.name())),
            Self::Kinds(Some(kind)) => format!("does not list {} (`kinds`)", code(kind)),
            Self::Kinds(None) => "wants a kind to be named (`kinds`)".to_owned(),
            Self::Namespaces(extent, scope) => {
                let wanted = match scope {
                    Scope::Namespace(name) => code(name),
                    Scope::Cluster | Scope::AllNamespaces => "all namespaces at once".to_owned(),
                };
                match extent {
                    Extent::Only(patterns) if !patterns.is_empty() => {
                        format!("holds in {}, not in {wanted} (`namespaces`)", several(patterns, "and"))
                    }
                    _ => "holds in no namespace (`namespaces`)".to_owned(),
                }
            }
        }
    }

    /// What the person can do about it by themselves.
    fn advice(&self, cluster: &str) -> Option<String> {
        let advice = match self {
            Self::Who(Who::Only(roles)) if !roles.is_empty() => {
                format!("Ask somebody who has {}, or in #support.", if roles.len() > 1 { "such a role" } else { "it" })
            }
            Self::Channels => "Ask in one of the channels that it lists.".to_owned(),
            Self::Kinds(Some(_)) => {
                format!("{} shows what you may look at.", code(&format!("/cluster {cluster} kinds")))
            }
            Self::Namespaces(Extent::Only(patterns), Scope::AllNamespaces) if !patterns.is_empty() => {
                "Name one of those with `-n`.".to_owned()
            }
            _ => return None,
        };
        Some(advice)
    }
}

/// No rule allows it, and `rule` comes nearest.
pub(super) fn by(rule: &Rule, obstacles: &[Obstacle<'_>], wish: &Wish<'_>) -> Denial {
    let told: Vec<String> = obstacles.iter().map(Obstacle::told).collect();
    let advice = match obstacles {
        [only] => only.advice(wish.cluster).map(|advice| advice + " ").unwrap_or_default(),
        _ => String::new(),
    };
    let (name, told) = (code(&rule.name), told.join(", and "));
    let text = format!(
        "No rule lets you look at that. The nearest is {name} in commands/cluster/policy.toml: it {told}. {advice}A maintainer changes \
         the rules by pull request."
    );
    let roles = match &rule.who {
        Who::Only(roles) if obstacles.iter().any(|obstacle| matches!(obstacle, Obstacle::Who(_))) => roles.clone(),
        _ => Vec::new(),
    };
    let keys = obstacles.iter().map(|obstacle| obstacle.key().to_owned()).collect();
    denied(&text, Cause { entry: rule.name.clone(), keys, roles, ..cause(wish) })
}

/// Nothing is allowed to anybody.
pub(super) fn without_rules(wish: &Wish<'_>) -> Denial {
    let rule = "Nobody may look at clusters yet: commands/cluster/policy.toml has no rule. A maintainer adds one by pull request.";
    denied(rule, cause(wish))
}

/// What no rule can allow.
pub(super) fn of_secrets(wish: &Wish<'_>) -> Denial {
    let rule = "I never read Secrets, whatever commands/cluster/policy.toml says: what they hold must not pass through a chat. Use your \
                own access to the cluster for them.";
    denied(rule, cause(wish))
}

fn denied(rule: &str, cause: Cause) -> Denial {
    Denial { rule: rule.to_owned(), cause: Box::new(cause) }
}

/// What was tried: by name of cluster, kind and namespace.
fn cause(wish: &Wish<'_>) -> Cause {
    let namespace = match &wish.scope {
        Scope::Namespace(name) => Some(name.as_str()),
        Scope::Cluster | Scope::AllNamespaces => None,
    };
    let target: Vec<&str> = [Some(wish.cluster), wish.kind, namespace].into_iter().flatten().collect();
    let (tried, target) = (format!("cluster.{}", wish.verb.name()), target.join("/"));
    Cause { tried, target, file: FILE.to_owned(), ..Cause::default() }
}

fn role(names: &[String]) -> String {
    format!("the role {}", several(names, "or"))
}

fn several(names: &[impl ToString], word: &str) -> String {
    let mut told: Vec<String> = names.iter().take(MOST_TOLD).map(|name| code(&name.to_string())).collect();
    let last = match names.len().saturating_sub(MOST_TOLD) {
        0 => told.pop().unwrap_or_default(),
        more => format!("{more} more"),
    };
    if told.is_empty() { last } else { format!("{} {word} {last}", told.join(", ")) }
}

/// A name as it is written. What could end the Markdown around it is in no name that a cluster takes.
fn code(name: &str) -> String {
    let name: String = name.chars().filter(|&c| c != '`' && !c.is_control()).collect();
    format!("`{name}`")
}
