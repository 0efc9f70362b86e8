//! Why a question to a cluster has no answer, in the words of whoever reads it.

use thiserror::Error;

use super::explain::unlinked;
use crate::domain::person::Denial;
use crate::domain::query;
use crate::domain::reply::literal;
use crate::kubernetes::Failure;

/// Why there is no answer. The text is what the person reads, in Markdown.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Mistake {
    /// The question makes no sense.
    #[error(transparent)]
    Query(#[from] query::Mistake),
    /// No cluster is known at all.
    #[error("I know no cluster yet. A maintainer names one in commands/cluster/clusters.toml, by pull request.")]
    NoClusters,
    /// Which one is meant is not said.
    #[error("Which cluster? I know {}. Name it first, as in `/cluster {} status`.", listed(.known), .known.first().map_or("NAME", String::as_str))]
    WhichCluster {
        /// Those that there are.
        known: Vec<String>,
    },
    /// There is no such cluster.
    #[error("I know no cluster `{word}`. I know {}.", listed(.known))]
    UnknownCluster {
        /// What was typed.
        word: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// There is no such kind.
    #[error("{} knows no kind `{word}`.{} `kinds` lists what there is.", literal(.cluster), meant(.suggestion))]
    UnknownKind {
        /// What was typed.
        word: String,
        /// Where.
        cluster: String,
        /// What was probably meant.
        suggestion: Option<String>,
    },
    /// No rule allows it.
    #[error("{0}")]
    Denied(Denial),
    /// There is no such object.
    #[error("{} has no {} called `{name}`{}. `get` lists those that are there.", literal(.cluster), literal(.kind), there(.namespace))]
    NotFound {
        /// Where.
        cluster: String,
        /// As in `Pod`.
        kind: String,
        /// What was typed.
        name: String,
        /// The namespace that was looked at, if it was one.
        namespace: Option<String>,
    },
    /// Reading a list to its end took too long.
    #[error(
        "Reading all of that took too long, so I stopped. Ask for less: `-n NAMESPACE`, `-l LABELS` or `--limit N`."
    )]
    TooLong,
    /// A name is looked for in one namespace.
    #[error("With a name there is one namespace to look in: leave out `-A`, and name it by `-n NAMESPACE`.")]
    NameEverywhere,
    /// There is no pod and no deployment of that name.
    #[error(
        "{} has neither a pod nor a deployment called `{name}` in the namespace `{namespace}`. Another namespace is named by `-n NAMESPACE`.",
        literal(.cluster)
    )]
    NoWorkload {
        /// Where.
        cluster: String,
        /// What was typed.
        name: String,
        /// The namespace that was looked at.
        namespace: String,
    },
    /// The cluster did not answer as wished.
    #[error("{}", failed(&literal(.cluster), .failure))]
    Failed {
        /// Which.
        cluster: String,
        /// How.
        failure: Failure,
    },
}

fn listed(known: &[String]) -> String {
    known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn meant(suggestion: &Option<String>) -> String {
    suggestion.as_ref().map(|word| format!(" Did you mean `{word}`?")).unwrap_or_default()
}

fn there(namespace: &Option<String>) -> String {
    namespace.as_ref().map(|namespace| format!(" in the namespace `{namespace}`")).unwrap_or_default()
}

fn failed(cluster: &str, failure: &Failure) -> String {
    match failure {
        Failure::NoAnswer => format!(
            "{cluster} did not answer within 10 seconds. Other clusters are not affected. Try again in a minute; if it stays so, tell #support."
        ),
        Failure::Busy => format!(
            "Many people are asking {cluster} at this moment, and I ask it only a few things at a time. Try again in a minute."
        ),
        Failure::Unreachable => format!(
            "I cannot reach {cluster}: there is no connection. Other clusters are not affected. If it stays so, tell #support."
        ),
        Failure::BrokeOff => {
            format!("The answer of {cluster} broke off half way, so I show nothing of it. Ask again.")
        }
        Failure::TooLarge => format!(
            "{cluster} answered with more than I ever read at once (16 MiB). Ask for less: `-n NAMESPACE`, `-l LABELS` or `--limit N`."
        ),
        Failure::TooMany => format!(
            "{cluster} has more objects there than I read for one answer. `get` with `-l LABELS`, and `events KIND/NAME`, narrow it down."
        ),
        Failure::NotUnderstood => {
            format!(
                "{cluster} answered something that I do not understand. Whoever runs me should know: tell #support."
            )
        }
        Failure::Invalid { said } => {
            format!("{cluster} cannot make sense of that: {}. Correct it, and ask again.", quoted(said))
        }
        Failure::Unauthorized => {
            format!("{cluster} does not accept my login. You cannot mend that, whoever runs me can: tell #support.")
        }
        Failure::Forbidden { said } => format!(
            "{cluster} does not let me read that: {}. My account there may look at less than our own rules allow; tell #support if you need it.",
            quoted(said)
        ),
        Failure::NotFound { said } => {
            format!("{cluster} has nothing like that: {}. `kinds` lists what it has.", quoted(said))
        }
        Failure::Unsupported(status) => {
            format!(
                "{cluster} does not serve that in a way that I can read (it said {status}). If you need it, tell #support."
            )
        }
        Failure::Expired => {
            format!("{cluster} has forgotten where this list was to go on. Ask again from its beginning.")
        }
        Failure::Limited(wait) => {
            format!(
                "{cluster} is busy and asks to be left alone. Try again in {} s.",
                wait.as_secs_f64().ceil().max(1.0)
            )
        }
        Failure::GaveUp => {
            format!("{cluster} gave up on that question inside. Ask for less, or try again in a minute.")
        }
        Failure::Status { code, said } => {
            let said = if said.trim().is_empty() { String::new() } else { format!(": {}", quoted(said)) };
            format!(
                "{cluster} is in trouble (it said {code}{said}). Try again in a minute; if it stays so, tell #support."
            )
        }
    }
}

/// The cluster's words inside ours.
fn quoted(said: &str) -> String {
    /// More than this explains nothing.
    const LONGEST: usize = 300;
    let said = said.trim().trim_end_matches('.');
    if said.is_empty() {
        return "it gave no reason".to_owned();
    }
    let cut: String = said.chars().take(LONGEST).collect();
    format!("“{}”", unlinked(&cut))
}
