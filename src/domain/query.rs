//! The grammar of questions to a cluster: words are parsed once into a [`Query`], and what is asked of the cluster is made from that
//! alone. What it does not know is refused with a hint. Knows no cluster: whether a kind exists, and who may ask, is decided later.
//!
//! ```text
//! get KIND [NAME] [-n NS | -A] [-l LABELS] [--field-selector FIELDS] [-o wide|name] [--limit N]
//! describe KIND NAME [-n NS]      events [KIND/NAME] [-n NS | -A]      why [pod|deployment] NAME [-n NS]
//! quota [NS]      status      owner [NS]      kinds [WORD]
//! logs POD [-c CONTAINER] [--since 10m] [--tail N] [--previous] [-n NS]
//! ```

mod mistake;
mod words;

use std::fmt;
use std::time::Duration;

use clap::{CommandFactory, Parser, ValueEnum};

pub use mistake::Mistake;
pub use words::{LONGEST_NAME, shown};

use super::cluster::verb::Verb;
use super::usage::arguments;
use words::{kind_word, label_selector, name, namespace, since, workload};

/// Most rows that may be asked for at once.
pub const MOST_ROWS: u32 = 10_000;

/// Most lines of a log that may be asked for.
pub const MOST_LINES: u32 = 1_000;

/// Lines of a log when nobody says how many.
const LINES: u32 = 50;

/// A question to a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Parser)]
#[command(name = "cluster", no_binary_name = true, disable_help_flag = true, disable_help_subcommand = true)]
pub enum Query {
    /// Objects of a kind, as a table
    Get(Get),
    /// One object at length
    Describe(Describe),
    /// What happened, newest first
    Events(Events),
    /// Why a pod or deployment does not run
    Why(Why),
    /// What a namespace uses of what it may
    Quota(Namespaced),
    /// How the cluster is
    Status,
    /// Whose a namespace is
    Owner(Namespaced),
    /// Which kinds of objects you can look at
    Kinds(Kinds),
    /// What a container printed, where that is allowed
    Logs(Logs),
}

/// What `get` wants.
#[derive(Clone, Debug, PartialEq, Eq, clap::Args)]
pub struct Get {
    /// The kind, by any of its names: `pods`, `po`, `routes`
    #[arg(value_parser = kind_word)]
    pub kind: String,
    /// One object only
    #[arg(value_parser = name, conflicts_with_all = ["labels", "fields"])]
    pub name: Option<String>,
    /// Where.
    #[command(flatten)]
    pub place: Place,
    /// Only objects with these labels: `app=trino,tier!=test`
    #[arg(short = 'l', long = "selector", value_name = "labels", value_parser = label_selector)]
    pub labels: Option<String>,
    /// Only objects with these fields: `status.phase!=Running`
    #[arg(long = "field-selector", value_name = "fields", value_parser = label_selector)]
    pub fields: Option<String>,
    /// More columns, or names only
    #[arg(short = 'o', long = "output", value_name = "wide|name", default_value = "table", hide_default_value = true)]
    pub output: Output,
    /// At most so many rows
    #[arg(long, value_name = "rows", value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_ROWS)))]
    pub limit: Option<u32>,
}

/// How a table is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// The columns that matter most.
    #[default]
    #[value(hide = true)]
    Table,
    /// All columns.
    Wide,
    /// One name a line.
    Name,
}

/// Where to look.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
pub struct Place {
    /// In this namespace
    #[arg(short, long, value_name = "namespace", value_parser = namespace)]
    pub namespace: Option<String>,
    /// In all namespaces
    #[arg(short = 'A', long, conflicts_with = "namespace")]
    pub all_namespaces: bool,
}

/// What `describe` wants.
#[derive(Clone, Debug, PartialEq, Eq, clap::Args)]
pub struct Describe {
    /// The kind
    #[arg(value_parser = kind_word)]
    pub kind: String,
    /// The object
    #[arg(value_parser = name)]
    pub name: String,
    /// Its namespace
    #[arg(short, long, value_name = "namespace", value_parser = namespace)]
    pub namespace: Option<String>,
}

/// What `events` wants.
#[derive(Clone, Debug, PartialEq, Eq, clap::Args)]
pub struct Events {
    /// The kind of the object that they are about
    #[arg(value_parser = kind_word, requires = "name")]
    pub kind: Option<String>,
    /// That object
    #[arg(value_parser = name)]
    pub name: Option<String>,
    /// Where.
    #[command(flatten)]
    pub place: Place,
}

/// What `why` wants.
#[derive(Clone, Debug, PartialEq, Eq, clap::Args)]
pub struct Why {
    /// The pod or deployment: `web`, `pod/web`, `deployment/web`
    #[arg(value_name = "pod|deployment", value_parser = workload)]
    pub subject: Workload,
    /// Its namespace
    #[arg(short, long, value_name = "namespace", value_parser = namespace)]
    pub namespace: Option<String>,
}

/// A pod or deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// Which of the two; either, where nobody says.
    pub kind: Option<WorkloadKind>,
    /// Its name.
    pub name: String,
}

/// What can fail to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkloadKind {
    /// A pod.
    Pod,
    /// A deployment.
    Deployment,
}

impl fmt::Display for Workload {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Some(WorkloadKind::Pod) => "pod/",
            Some(WorkloadKind::Deployment) => "deployment/",
            None => "",
        };
        write!(formatter, "{kind}{}", self.name)
    }
}

/// A question about one namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
pub struct Namespaced {
    /// The namespace
    #[arg(value_name = "namespace", value_parser = namespace)]
    pub named: Option<String>,
    /// The same as a flag
    #[arg(short, long, value_name = "namespace", value_parser = namespace, conflicts_with = "named", hide = true)]
    pub namespace: Option<String>,
}

impl Namespaced {
    /// The namespace, in whichever way it was named.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        self.named.as_deref().or(self.namespace.as_deref())
    }
}

/// What `kinds` wants.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
pub struct Kinds {
    /// Only kinds in whose names this stands
    #[arg(value_parser = kind_word)]
    pub word: Option<String>,
}

/// What `logs` wants.
#[derive(Clone, Debug, PartialEq, Eq, clap::Args)]
pub struct Logs {
    /// The pod
    #[arg(value_parser = name)]
    pub pod: String,
    /// One of its containers
    #[arg(short, long, value_name = "container", value_parser = name)]
    pub container: Option<String>,
    /// Only what was printed in this time: `10m`, `2h`
    #[arg(long, value_name = "time", value_parser = since)]
    pub since: Option<Duration>,
    /// At most so many lines, the newest
    #[arg(long, value_name = "lines", default_value_t = LINES, hide_default_value = true,
        value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_LINES)))]
    pub tail: u32,
    /// Of the container's last life
    #[arg(short, long)]
    pub previous: bool,
    /// The pod's namespace
    #[arg(short, long, value_name = "namespace", value_parser = namespace)]
    pub namespace: Option<String>,
}

/// A question, and the cluster that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The cluster, where one is named.
    pub cluster: Option<String>,
    /// The question.
    pub query: Query,
}

/// Reads `[CLUSTER] QUERY…`.
///
/// # Errors
/// What is wrong with it, worded for whoever typed it.
pub fn parse(words: &[String]) -> Result<Asked, Mistake> {
    let words: Vec<String> = words.iter().map(|word| words::unlinked(word)).collect();
    if let Some(mistake) = mistake::at_sight(&words) {
        return Err(mistake);
    }
    let is_verb = |word: &String| Verb::named(&word.to_lowercase()).is_some();
    let words = flags_behind(words, is_verb);
    let at = match words.as_slice() {
        [first, ..] if is_verb(first) => 0,
        [_, second, ..] if is_verb(second) => 1,
        words => return Err(mistake::without_verb(words)),
    };
    let cluster = (at == 1).then(|| words[0].to_lowercase());
    let query = read(&words[at..])?;
    Ok(Asked { cluster, query })
}

/// What to say to a word where a verb should stand.
#[must_use]
pub fn without_verb(word: &str) -> Mistake {
    mistake::without_verb(&["".to_owned(), word.to_owned()])
}

fn read(words: &[String]) -> Result<Query, Mistake> {
    let verb = words[0].to_lowercase();
    let words = std::iter::once(verb.clone()).chain(apart(&verb, &words[1..]));
    Query::try_parse_from(words).map_err(|error| mistake::worded(&error, &verb))
}

/// Flags that stand before the verb, as kubectl takes them, behind all else.
fn flags_behind(mut words: Vec<String>, is_verb: impl Fn(&String) -> bool) -> Vec<String> {
    if words.first().is_some_and(|first| first.starts_with('-'))
        && let Some(verb) = words.iter().position(is_verb)
    {
        words.rotate_left(verb);
    }
    words
}

/// `KIND/NAME` as two words; for `why`, two words as one.
fn apart(verb: &str, words: &[String]) -> Vec<String> {
    let mut words = words.to_vec();
    let mut places = (0..words.len()).filter(|&at| {
        // What stands behind a flag that takes a value is that value.
        let behind = at.checked_sub(1).map_or("", |before| words[before].as_str());
        let bare = behind.starts_with("--") || (behind.starts_with('-') && behind.len() == 2);
        let value = bare && !behind.contains('=') && !matches!(behind, "-A" | "--all-namespaces");
        !words[at].starts_with('-') && !value
    });
    let (first, second) = (places.next(), places.next());
    match (verb, first, second) {
        ("why", Some(first), Some(second)) => {
            let name = words.remove(second);
            words[first] = format!("{}/{name}", words[first]);
        }
        ("get" | "describe" | "events", Some(first), _) => {
            if let Some((kind, name)) = words[first].split_once('/') {
                let both = [kind.to_owned(), name.to_owned()];
                words.splice(first..=first, both);
            }
        }
        _ => {}
    }
    words
}

impl Query {
    /// How it looks.
    #[must_use]
    pub const fn verb(&self) -> Verb {
        match self {
            Self::Get(_) => Verb::Get,
            Self::Describe(_) => Verb::Describe,
            Self::Events(_) => Verb::Events,
            Self::Why(_) => Verb::Why,
            Self::Quota(_) => Verb::Quota,
            Self::Status => Verb::Status,
            Self::Owner(_) => Verb::Owner,
            Self::Kinds(_) => Verb::Kinds,
            Self::Logs(_) => Verb::Logs,
        }
    }

    /// The namespace that it names.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        match self {
            Self::Get(get) => get.place.namespace.as_deref(),
            Self::Events(events) => events.place.namespace.as_deref(),
            Self::Describe(describe) => describe.namespace.as_deref(),
            Self::Why(why) => why.namespace.as_deref(),
            Self::Logs(logs) => logs.namespace.as_deref(),
            Self::Quota(place) | Self::Owner(place) => place.namespace(),
            Self::Status | Self::Kinds(_) => None,
        }
    }

    /// Whether it asks for all namespaces.
    #[must_use]
    pub const fn everywhere(&self) -> bool {
        match self {
            Self::Get(get) => get.place.all_namespaces,
            Self::Events(events) => events.place.all_namespaces,
            _ => false,
        }
    }

    /// How the question with this verb is written.
    fn usage(verb: &str) -> String {
        let grammar = Self::command();
        let arguments = grammar.find_subcommand(verb).map(arguments).unwrap_or_default();
        format!("{verb} {arguments}").trim_end().to_owned()
    }
}

/// The words that mean this query: [`parse`] reads them back.
impl fmt::Display for Query {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&shell_words::join(self.words()))
    }
}

impl Query {
    fn words(&self) -> Vec<String> {
        let mut words = vec![self.verb().name().to_owned()];
        let mut add = |items: &[&str]| words.extend(items.iter().map(|item| (*item).to_owned()));
        match self {
            Self::Get(get) => {
                add(&[&get.kind]);
                add(get.name.as_deref().as_slice());
                get.place.words(&mut words);
                let mut flag = |flag: &str, value: Option<&str>| {
                    words.extend(value.into_iter().flat_map(|value| [flag.to_owned(), value.to_owned()]));
                };
                flag("-l", get.labels.as_deref());
                flag("--field-selector", get.fields.as_deref());
                match get.output {
                    Output::Table => {}
                    Output::Wide => flag("-o", Some("wide")),
                    Output::Name => flag("-o", Some("name")),
                }
                flag("--limit", get.limit.map(|limit| limit.to_string()).as_deref());
            }
            Self::Describe(Describe { kind, name, namespace }) => {
                add(&[kind, name]);
                words.extend(in_namespace(namespace));
            }
            Self::Events(events) => {
                add(events.kind.as_deref().as_slice());
                add(events.name.as_deref().as_slice());
                events.place.words(&mut words);
            }
            Self::Why(Why { subject, namespace }) => {
                add(&[&subject.to_string()]);
                words.extend(in_namespace(namespace));
            }
            Self::Quota(place) | Self::Owner(place) => add(place.namespace().as_slice()),
            Self::Kinds(kinds) => add(kinds.word.as_deref().as_slice()),
            Self::Status => {}
            Self::Logs(logs) => {
                add(&[&logs.pod]);
                let since = logs.since.map(|since| format!("{}s", since.as_secs()));
                let flags =
                    [("-c", logs.container.clone()), ("--since", since), ("--tail", Some(logs.tail.to_string()))];
                words.extend(
                    flags.into_iter().flat_map(|(flag, value)| value.map(|value| [flag.to_owned(), value])).flatten(),
                );
                words.extend(logs.previous.then(|| "--previous".to_owned()));
                words.extend(in_namespace(&logs.namespace));
            }
        }
        words
    }
}

impl Place {
    fn words(&self, words: &mut Vec<String>) {
        words.extend(in_namespace(&self.namespace));
        words.extend(self.all_namespaces.then(|| "-A".to_owned()));
    }
}

fn in_namespace(namespace: &Option<String>) -> impl Iterator<Item = String> {
    namespace.iter().flat_map(|namespace| ["-n".to_owned(), namespace.clone()])
}

#[cfg(test)]
mod tests;
