//! From a line of text to a command: folded, split like a shell, and given to the grammar, from which help and suggestions are derived.

use std::borrow::Cow;
use std::sync::LazyLock;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser, Subcommand};

use super::{Caller, Ctx, Outcome, Result, UserError, cluster, help, issue, meetings, onboard, own};

/// Most characters of what a person may type at once. A question is a sentence or two; beyond that there is no one answer.
pub(super) const LONGEST_LINE: usize = 2_000;

/// The grammar: help, defaults and suggestions are derived from it.
#[derive(Debug, Parser)]
#[command(name = "firstmate", no_binary_name = true, disable_help_subcommand = true, disable_help_flag = true)]
pub(super) struct Line {
    #[command(subcommand)]
    command: Command,
}

/// A command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Ask how things work here and get an answer with its source
    Onboard(onboard::Onboard),
    /// When the community meets, and what is talked about
    Meetings(meetings::Meetings),
    /// Open a GitHub issue, or see where yours stand
    Issue(issue::Issue),
    /// Look at the clusters: what runs, and why something does not
    Cluster(cluster::Cluster),
    /// What I can do, or how one command goes
    Help(help::Help),
    /// About the bot itself
    #[command(flatten)]
    Own(own::Own),
}

impl Command {
    pub(super) async fn run(self, ctx: &Ctx, caller: &Caller) -> Result<Outcome> {
        match self {
            Self::Onboard(onboard) => onboard.run(ctx, caller).await.map(Outcome::Say),
            Self::Meetings(meetings) => meetings.run(ctx, caller).await.map(Outcome::Say),
            Self::Issue(issue) => issue.run(ctx, caller).await,
            Self::Cluster(cluster) => cluster.run(ctx, caller).await.map(Outcome::Say),
            Self::Help(help) => help.run().map(Outcome::Say),
            Self::Own(own) => own.run(ctx, caller).await.map(Outcome::Say),
        }
    }

    /// Whether it can be done while everything stands still.
    pub(super) const fn goes_on(&self) -> bool {
        match self {
            Self::Own(own) => own.goes_on(),
            Self::Help(_) => true,
            Self::Onboard(_) | Self::Meetings(_) | Self::Issue(_) | Self::Cluster(_) => false,
        }
    }
}

/// Reads a line such as `onboard is there an SLA`.
///
/// # Errors
/// [`UserError`], worded for whoever typed it.
pub fn parse(line: &str) -> std::result::Result<Command, UserError> {
    // What has so few bytes has no more characters.
    if line.len() > LONGEST_LINE && line.chars().count() > LONGEST_LINE {
        return Err(UserError::TooLong);
    }
    let written = line;
    let line = fold(line);
    let (first, rest) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
    if first.eq_ignore_ascii_case("onboard")
        && let Some(question) = onboard::question(rest.trim())
    {
        return Ok(Command::Onboard(question));
    }
    if first.eq_ignore_ascii_case("issue")
        && let Some(issue) = issue::words(rest.trim())
    {
        return Ok(Command::Issue(issue));
    }
    if first.eq_ignore_ascii_case("cluster") {
        let words = shell_words::split(rest).unwrap_or_else(|_| rest.split_whitespace().map(str::to_owned).collect());
        return Ok(Command::Cluster(cluster::read(&words)?));
    }
    let words = split(&line, written);
    match Line::try_parse_from(words) {
        Ok(line) => Ok(line.command),
        Err(error) => Err(worded(&error, &line)),
    }
}

/// The option of `known` that a word names whose two dashes became one long one on their way, as phones and Macs have it.
fn option(word: &str, known: &[String]) -> Option<String> {
    let name = word.strip_prefix(['\u{2014}', '\u{2013}'])?;
    let (bare, _) = name.split_once('=').unwrap_or((name, ""));
    known.iter().any(|option| option == bare).then(|| format!("--{name}"))
}

/// Splits a line like a shell, unless it ends in somebody's own words: their apostrophes, quotation marks and dashes stay as they
/// were written.
fn split(folded: &str, written: &str) -> Vec<String> {
    let plain = |line: &str| line.split_whitespace().map(str::to_owned).collect();
    if help::ends_in_prose(folded) {
        let options = help::options(folded);
        written.split_whitespace().map(|word| option(word, &options).unwrap_or_else(|| word.to_owned())).collect()
    } else {
        shell_words::split(folded).unwrap_or_else(|_| plain(folded))
    }
}

/// The names of the commands, read off the grammar once.
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let grammar = Line::command();
    grammar.get_subcommands().map(|command| command.get_name().to_owned()).collect()
});

/// Reads what was said to the bot in a mention or a direct message: a command, or else a question.
///
/// # Errors
/// [`UserError`], worded for whoever wrote it.
pub fn parse_said(text: &str) -> std::result::Result<Command, UserError> {
    let text = without_own_name(text.trim());
    let first = text.split_whitespace().next().unwrap_or_default().trim_start_matches('/').to_lowercase();
    if first.is_empty() {
        return parse("help");
    }
    let line = text.trim_start_matches('/');
    if NAMES.contains(&first) && !is_question(&first, text) {
        return parse(&format!("{first}{}", &line[first.len().min(line.len())..]));
    }
    let near = |name: &&String| strsim::osa_distance(name, &first) == 1 && !is_question(name, text);
    if let Some(name) = NAMES.iter().find(near) {
        return Err(UserError::UnknownCommand { word: harmless(&first), suggestion: Some(name.clone()) });
    }
    parse(&format!("onboard {text}"))
}

/// The text behind the bot's own name: `/firstmate why` is `why`.
fn without_own_name(text: &str) -> &str {
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    if first.trim_start_matches('/').eq_ignore_ascii_case("firstmate") { rest.trim() } else { text }
}

/// Whether a text that begins with the name of a command is a question all the same: "help me, I cannot log in" is no wish for the list
/// of commands, nor is "why is the console blank" one for the last denial.
fn is_question(name: &str, text: &str) -> bool {
    let behind: Vec<String> = text.split_whitespace().skip(1).map(str::to_lowercase).collect();
    match name {
        "help" => behind.len() > 1,
        "why" | "whoami" | "resume" | "forget-me" => !behind.is_empty(),
        "audit" => !matches!(behind.as_slice(), [] | [_]),
        "notice" => behind.first().is_some_and(|verb| !matches!(verb.as_str(), "list" | "add" | "remove")),
        _ => false,
    }
}

/// Straightens what keyboards and chat clients bend: curly quotes, long dashes, hard blanks.
fn fold(line: &str) -> Cow<'_, str> {
    if line.is_ascii() {
        return line.into();
    }
    let folded = line
        .chars()
        .map(|c| match c {
            '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{2032}' => '\'',
            '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{2033}' => '"',
            '\u{00A0}' | '\u{202F}' | '\u{2007}' => ' ',
            other => other,
        })
        .collect::<String>()
        .replace('\u{2014}', "--")
        .replace(['\u{2013}', '\u{2011}', '\u{2212}'], "-");
    folded.into()
}

fn worded(error: &clap::Error, line: &str) -> UserError {
    let context = |kind| error.context().find(|(have, _)| *have == kind).map(|(_, value)| value);
    let word = |kind| match context(kind) {
        Some(ContextValue::String(word)) => harmless(word),
        _ => harmless(line.split_whitespace().next().unwrap_or_default()),
    };
    let usage = |problem: String| UserError::Usage { problem, usage: help::usage(line) };
    match error.kind() {
        ErrorKind::InvalidSubcommand
        | ErrorKind::MissingSubcommand
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let suggestion = match context(ContextKind::SuggestedSubcommand) {
                Some(ContextValue::Strings(words)) => words.first().cloned(),
                Some(ContextValue::String(word)) => Some(word.clone()),
                _ => None,
            };
            UserError::UnknownCommand { word: word(ContextKind::InvalidSubcommand), suggestion }
        }
        ErrorKind::UnknownArgument => usage(format!("`{}` is one word too many", word(ContextKind::InvalidArg))),
        ErrorKind::MissingRequiredArgument => usage("something is missing".to_owned()),
        _ => usage(format!("`{}` is no value that I can take there", word(ContextKind::InvalidValue))),
    }
}

/// The part of a word that can be repeated inside a code span.
pub(super) fn harmless(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric() || "-_.".contains(*c)).take(30).collect()
}
