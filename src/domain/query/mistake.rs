//! What is wrong with a question, and what to do instead, worded for whoever typed it.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use thiserror::Error;

use super::words::{LONGEST_NAME, shown};
use super::{MOST_LINES, MOST_ROWS, Query};
use crate::domain::cluster::verb::Verb;

/// Why a question was not understood. The text is what the person reads, in Markdown.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Mistake {
    /// Nothing but perhaps a cluster.
    #[error(
        "What would you like to know? For example `get pods`, `why NAME`, `quota NAMESPACE` or `status`. `/firstmate help cluster` lists all of it."
    )]
    Nothing,
    /// A verb that there is not.
    #[error("`{word}` is nothing that I can do with a cluster.{} I know {}.", meant(.suggestion), verbs())]
    NoVerb {
        /// What was typed.
        word: String,
        /// What was probably meant.
        suggestion: Option<String>,
    },
    /// A verb that changes something.
    #[error(
        "I only look: `{0}` changes something, and nothing that I send to a cluster can. Ask in #support, or open an issue with `/issue`."
    )]
    Changes(String),
    /// A verb that only looks, but is none of mine.
    #[error("`{word}` is not one of my verbs. {instead}")]
    Instead {
        /// What was typed.
        word: String,
        /// What to do.
        instead: &'static str,
    },
    /// A flag about the connection.
    #[error(
        "I take no `{0}`: which cluster is asked, and as whom, is set by whoever runs me. Name the cluster, as in `/cluster smaug get pods`."
    )]
    Connection(String),
    /// A flag about files.
    #[error("I take no `{0}`: I read no files. Name the kind and, if you like, the object, as in `get pods NAME`.")]
    Files(String),
    /// A flag about watching.
    #[error("I take no `{0}`: I look once and answer. Ask again when you want to know how it goes on.")]
    Watching(String),
    /// Something for a shell.
    #[error(
        "`{0}` would be for a shell, and I have none. Choose rows with `-l` or `--field-selector`, columns with `-o wide` or `-o name`."
    )]
    Shell(String),
    /// A way to show objects that I do not have.
    #[error(
        "I show tables (`-o wide`, `-o name`), and one object at length with `describe`. Whole objects I do not show: they hold values that nobody should read here."
    )]
    WholeObjects,
    /// A flag that there is not.
    #[error("I know no `{flag}` here.{} It goes like this: `{usage}`.", meant(.suggestion))]
    NoFlag {
        /// What was typed.
        flag: String,
        /// What was probably meant.
        suggestion: Option<String>,
        /// How it goes.
        usage: String,
    },
    /// A word too many.
    #[error("`{word}` is one word too many. It goes like this: `{usage}`.")]
    TooMany {
        /// What was typed.
        word: String,
        /// How it goes.
        usage: String,
    },
    /// A word too few.
    #[error("Something is missing. It goes like this: `{usage}`.")]
    Missing {
        /// How it goes.
        usage: String,
    },
    /// Two things that cannot both be.
    #[error(
        "Those do not go together. It goes like this: `{usage}`. With a name there is nothing left to select, and a namespace is one or all."
    )]
    Conflict {
        /// How it goes.
        usage: String,
    },
    /// A value that cannot be.
    #[error(
        "`{value}` cannot stand there. `-o` takes `wide` or `name`, `--limit` 1 to {MOST_ROWS}, `--tail` 1 to {MOST_LINES}. It goes like this: `{usage}`."
    )]
    NoValue {
        /// What was typed.
        value: String,
        /// How it goes.
        usage: String,
    },
    /// A word that cannot be a kind.
    #[error(
        "`{0}` cannot be a kind: those have letters, digits, dashes and dots, as in `pods` or `routes.route.openshift.io`."
    )]
    NoKind(String),
    /// More kinds than one.
    #[error("One kind at a time, please: ask for each by itself, as in `get pods`.")]
    SeveralKinds,
    /// Secrets, in any spelling.
    #[error(
        "Secrets are never read: the rule is built in, no policy can change it, and nothing was asked of the cluster."
    )]
    Secrets,
    /// A word that cannot be a name.
    #[error(
        "`{0}` cannot be the name of an object: those have letters, digits, dashes and dots. `get KIND -o name` lists what there is."
    )]
    NoName(String),
    /// A kind that cannot fail to run.
    #[error(
        "I can explain pods and deployments, but not `{0}`: `describe` shows how one of those is, `events` what happened to it."
    )]
    NoWorkload(String),
    /// A name that is too long.
    #[error(
        "That name has {0} characters; no object's name has more than {LONGEST_NAME}. `get KIND -o name` lists what there is."
    )]
    LongName(usize),
    /// A word that cannot be a namespace.
    #[error(
        "`{0}` cannot be a namespace: those have small letters, digits and dashes, at most 63 of them, and begin and end with a letter or digit."
    )]
    NoNamespace(String),
    /// A selector that cannot be.
    #[error("That selector is too long, or not text. It goes like this: `-l app=trino,tier!=test`.")]
    NoSelector,
    /// A time that cannot be.
    #[error("`{0}` is no span of time that I can take: write `90s`, `10m`, `2h` or `1d`, at most 30 days.")]
    NoTime(String),
}

fn meant(suggestion: &Option<String>) -> String {
    suggestion.as_ref().map(|word| format!(" Did you mean `{word}`?")).unwrap_or_default()
}

fn verbs() -> String {
    Verb::ALL.map(|verb| format!("`{}`", verb.name())).join(", ")
}

/// Verbs of kubectl that change something, or open a way to.
const CHANGING: [&str; 28] = [
    "delete",
    "apply",
    "create",
    "edit",
    "patch",
    "replace",
    "scale",
    "autoscale",
    "set",
    "label",
    "annotate",
    "taint",
    "cordon",
    "uncordon",
    "drain",
    "rollout",
    "run",
    "expose",
    "exec",
    "attach",
    "cp",
    "copy",
    "port-forward",
    "proxy",
    "debug",
    "certificate",
    "evict",
    "restart",
];

/// Verbs of kubectl that only look, and what does the same here.
const LOOKING: [(&str, &str); 10] = [
    ("log", "`logs POD` shows what a container printed, where that is allowed."),
    ("top", "`quota NAMESPACE` shows what a namespace uses of what it may."),
    ("explain", "`kinds` lists what there is; `why NAME` explains why something does not run."),
    ("api-resources", "`kinds` lists what there is."),
    ("cluster-info", "`status` says how the cluster is."),
    ("version", "`status` says the version, too."),
    ("whoami", "`/firstmate help` says what you can do."),
    ("list", "`get KIND` lists objects."),
    ("ls", "`get KIND` lists objects."),
    ("show", "`get KIND` lists objects, `describe KIND NAME` shows one."),
];

/// Flags that say where and as whom to connect.
const CONNECTION: [&str; 20] = [
    "--kubeconfig",
    "--context",
    "--cluster",
    "--user",
    "--username",
    "--password",
    "--token",
    "--server",
    "-s",
    "--as",
    "--as-group",
    "--as-uid",
    "--as-user-extra",
    "--client-certificate",
    "--client-key",
    "--certificate-authority",
    "--insecure-skip-tls-verify",
    "--tls-server-name",
    "--request-timeout",
    "--raw",
];

const FILES: [&str; 6] = ["-f", "--filename", "-k", "--kustomize", "--template", "--recursive"];

const WATCHING: [&str; 4] = ["-w", "--watch", "--watch-only", "--follow"];

/// What is plain without the grammar: somebody expects kubectl, or a shell, and is told what there is instead.
pub(super) fn at_sight(words: &[String]) -> Option<Mistake> {
    let mut value = false;
    let logs = words.iter().take(2).any(|word| word.eq_ignore_ascii_case("logs"));
    let mut output = false;
    for word in words {
        let flag = word.split('=').next().unwrap_or_default();
        // The value of a selector may hold anything: it is for the cluster, not for a shell.
        if std::mem::replace(&mut value, matches!(word.as_str(), "-l" | "--selector" | "--field-selector")) {
            continue;
        }
        if CONNECTION.contains(&flag) {
            return Some(Mistake::Connection(shown(flag)));
        }
        // Of a log it means to follow it.
        if logs && word == "-f" {
            return Some(Mistake::Watching(shown(flag)));
        }
        // Short flags may carry their value: `-fURL`.
        if FILES.contains(&flag) || (word.starts_with("-f") && !word.starts_with("--")) {
            return Some(Mistake::Files(shown(flag)));
        }
        if WATCHING.contains(&flag) {
            return Some(Mistake::Watching(shown(flag)));
        }
        if matches!(flag, "-o" | "--output") && is_whole(word.split_once('=').map_or("", |(_, format)| format)) {
            return Some(Mistake::WholeObjects);
        }
        let asked = std::mem::replace(&mut output, matches!(word.as_str(), "-o" | "--output"));
        if (asked && is_whole(word)) || is_whole(word.strip_prefix("-o").unwrap_or_default()) {
            return Some(Mistake::WholeObjects);
        }
        let selects =
            word.starts_with("-l") || word.starts_with("--selector=") || word.starts_with("--field-selector=");
        if !selects && let Some(sign) = word.chars().find(|c| "|;&<>$`\\*?!{}()\"'".contains(*c)) {
            return Some(Mistake::Shell(if sign == '`' { "a backtick".to_owned() } else { sign.to_string() }));
        }
    }
    None
}

fn is_whole(format: &str) -> bool {
    const WHOLE: [&str; 8] = [
        "yaml",
        "json",
        "jsonpath",
        "jsonpath-as-json",
        "go-template",
        "custom-columns",
        "custom-columns-file",
        "templatefile",
    ];
    WHOLE.contains(&format.split('=').next().unwrap_or_default())
}

/// What to say when no verb stands where one should.
pub(super) fn without_verb(words: &[String]) -> Mistake {
    // With two words, the first may be a cluster; with one it is more likely a verb.
    let candidates = words.iter().take(2).map(|word| word.to_lowercase());
    for word in candidates.clone() {
        if CHANGING.contains(&word.as_str()) {
            return Mistake::Changes(shown(&word));
        }
        if let Some((_, instead)) = LOOKING.iter().find(|(verb, _)| *verb == word) {
            return Mistake::Instead { word: shown(&word), instead };
        }
    }
    let near = |word: &String| {
        let names = Verb::ALL.into_iter().map(Verb::name);
        names.map(|name| (strsim::osa_distance(name, word), name)).filter(|(distance, _)| *distance <= 2).min()
    };
    let best = candidates.filter_map(|word| near(&word).map(|(distance, name)| (distance, name, word))).min();
    match (best, words) {
        (_, []) => Mistake::Nothing,
        (Some((_, name, word)), _) => Mistake::NoVerb { word: shown(&word), suggestion: Some(name.to_owned()) },
        (None, [_]) => Mistake::Nothing,
        (None, [_, second, ..]) => Mistake::NoVerb { word: shown(second), suggestion: None },
    }
}

/// What a refusal of the grammar means.
pub(super) fn worded(error: &clap::Error, verb: &str) -> Mistake {
    let text = |kind| match error.context().find(|(have, _)| *have == kind).map(|(_, value)| value) {
        Some(ContextValue::String(word)) => Some(word.clone()),
        Some(ContextValue::Strings(words)) => words.first().cloned(),
        _ => None,
    };
    let word = |kind| shown(&text(kind).unwrap_or_default());
    let usage = Query::usage(verb);
    // What a word cannot be was said by whoever looked at the word.
    let said = std::error::Error::source(error).and_then(|source| source.downcast_ref::<Mistake>());
    match error.kind() {
        ErrorKind::ValueValidation if said.is_some() => said.cloned().unwrap_or(Mistake::Nothing),
        ErrorKind::UnknownArgument => match word(ContextKind::InvalidArg) {
            flag if flag.starts_with('-') => {
                let suggestion = text(ContextKind::SuggestedArg).map(|flag| shown(&flag));
                Mistake::NoFlag { flag: shown(flag.split('=').next().unwrap_or_default()), suggestion, usage }
            }
            word => Mistake::TooMany { word, usage },
        },
        ErrorKind::ArgumentConflict => Mistake::Conflict { usage },
        ErrorKind::InvalidValue if word(ContextKind::InvalidValue).is_empty() => Mistake::Missing { usage },
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            Mistake::NoValue { value: word(ContextKind::InvalidValue), usage }
        }
        _ => Mistake::Missing { usage },
    }
}
