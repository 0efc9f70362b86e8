//! What people can tell the bot to do: one file a command, with its arguments, what it does, its wording and its tests.
//!
//! Slash commands, mentions and direct messages come in here as one line of text; buttons, forms and shortcuts as the name of a deed.
//! Out goes what to say or which window to show; who sends it, and how it looks, is not known here.

mod help;
pub mod issue;
mod knowledge;
pub mod meetings;
mod onboard;

use std::collections::HashMap;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, LazyLock};

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser, Subcommand};
use futures::FutureExt as _;

use crate::domain::effect::Place;
use crate::domain::person::{Denial, Permission};
use crate::domain::reply::{Button, Form, Part, Reply};
use crate::github::GitHub;
use crate::slack::Slack;
use crate::store::{MeetingChange, Store};

pub use help::slash_commands;
pub use knowledge::{Gaps, Knowledge};

/// Most characters of what a person may type at once. A question is a sentence or two; beyond that there is no one answer.
const LONGEST_LINE: usize = 2_000;

/// What commands work with; cheap to clone.
#[derive(Clone, Debug)]
pub struct Ctx {
    /// The catalogue and its index.
    pub knowledge: Arc<Knowledge>,
    /// What must survive a restart.
    pub store: Store,
    /// The workspace, for what is read there.
    pub slack: Arc<Slack>,
    /// The forge, for what is read there.
    pub github: Arc<GitHub>,
    /// What was not answered since the last tick.
    pub gaps: Arc<Gaps>,
    /// What people changed about meetings, as of the last tick: to be read without asking the store.
    pub changes: Arc<ArcSwap<Vec<MeetingChange>>>,
    /// Threads that are kept in step with an issue, as of the last tick: by channel and thread, the key of the job that filed it.
    pub in_step: Arc<ArcSwap<HashMap<(String, String), String>>>,
    /// The address by which the world reaches the bot's own pages, without a slash at its end.
    pub public_url: Option<Arc<str>>,
}

/// Who asks, from where, and when.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The person's id.
    pub person: String,
    /// Their workspace.
    pub team: String,
    /// Channel and thread.
    pub place: Place,
    /// By which way.
    pub via: Via,
    /// When the request came in.
    pub at: DateTime<Utc>,
    /// Names the delivery, so that what follows from it is done once.
    pub key: String,
}

/// The way by which somebody spoke to the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// A slash command.
    Slash,
    /// A mention in a channel.
    Mention,
    /// A direct message.
    Direct,
    /// A button or a form.
    Press,
}

impl Caller {
    /// Whether others could read along if the reply were shown to them.
    fn in_company(&self) -> bool {
        // Ids of direct messages begin with D (https://docs.slack.dev/reference/objects/conversation-object).
        !self.place.channel.starts_with('D')
    }
}

/// Why there is no reply as wished.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something that the person can put right; shown as it is worded.
    #[error(transparent)]
    User(#[from] UserError),
    /// Something that we failed at; logged, never shown.
    #[error("{0:#}")]
    Internal(#[from] anyhow::Error),
}

/// What a person can put right. The text of each is what they read, in Markdown.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserError {
    /// There is no such command.
    #[error("There is no {}.{} `/firstmate help` lists what there is.", called(.word), meant(.suggestion))]
    UnknownCommand {
        /// What was typed; only letters, digits and dashes of it.
        word: String,
        /// What was probably meant.
        suggestion: Option<String>,
    },
    /// The command exists, its arguments make no sense.
    #[error("I did not understand that: {problem}. It goes like this: `{usage}`.")]
    Usage {
        /// What is wrong.
        problem: String,
        /// How it goes.
        usage: String,
    },
    /// Longer than anything that can be answered.
    #[error(
        "That is too much for me at once: {LONGEST_LINE} characters is the most I take. Ask in a sentence or two, or post it in #support, where people read."
    )]
    TooLong,
    /// Commands too close together.
    #[error("That is a lot of commands in one minute. Try again in {seconds} s.")]
    TooFast {
        /// Seconds to wait.
        seconds: u64,
    },
    /// The person's role does not allow it.
    #[error("{0}")]
    Denied(Denial),
    /// Something about a meeting that cannot be.
    #[error(transparent)]
    Meeting(#[from] meetings::Mistake),
    /// Something about an issue that cannot be.
    #[error(transparent)]
    Issue(#[from] issue::Mistake),
    /// A button of a message that is older than the catalogue.
    #[error("That answer is not in the catalogue any more. Ask again with `/onboard` and your question.")]
    AnswerGone,
    /// A button that this release does not know.
    #[error("That button is from an earlier version of me. Give the command again to get a fresh one.")]
    UnknownPress,
}

fn called(word: &str) -> String {
    if word.is_empty() { "such command".to_owned() } else { format!("command `{word}`") }
}

fn meant(suggestion: &Option<String>) -> String {
    suggestion.as_ref().map(|word| format!(" Did you mean `{word}`?")).unwrap_or_default()
}

/// The result of a command.
pub type Result<T = Reply> = std::result::Result<T, Error>;

/// What comes of a command.
#[derive(Debug)]
pub enum Outcome {
    /// Something to say.
    Say(Reply),
    /// A window; only where the way of the command can open one.
    Open(Opening),
}

impl From<Reply> for Outcome {
    fn from(reply: Reply) -> Self {
        Self::Say(reply)
    }
}

impl From<Opening> for Outcome {
    fn from(opening: Opening) -> Self {
        Self::Open(opening)
    }
}

/// A window that opens at once with something to look at, and is filled when what is slow is done: see [`load`].
#[derive(Debug)]
pub struct Opening {
    /// What it shows at first.
    pub first: Form,
    /// What it is about.
    pub draft: Box<issue::Draft>,
}

/// What follows from a press.
#[derive(Debug)]
pub enum Pressed {
    /// A message of its own.
    Below(Reply),
    /// A message in place of the one that was pressed.
    Instead(Reply),
    /// A window.
    Open(Form),
    /// A window that is filled later.
    Begin(Opening),
    /// Another look of the window in which it was pressed: one at once, where the other takes a while, and see [`load`].
    Turn {
        /// What it shows meanwhile.
        first: Option<Form>,
        /// What it is about.
        draft: Box<issue::Draft>,
    },
    /// Nothing that is to be seen at once.
    Nothing,
}

/// What follows from a form that was sent.
#[derive(Debug)]
pub enum Submitted {
    /// The window shows this instead.
    Update(Form),
    /// The window shows this, and something else when what is slow is done: see [`load`].
    Turn {
        /// What it shows meanwhile.
        first: Form,
        /// What it is about.
        draft: Box<issue::Draft>,
    },
    /// The form is not accepted: field and reason.
    Faults(Vec<(String, String)>),
}

/// A press of a button.
#[derive(Clone, Debug)]
pub struct Press {
    /// Which deed, as `command.deed`.
    pub action: String,
    /// What the button carries.
    pub value: String,
    /// Takes replies for 30 minutes.
    pub response_url: Option<String>,
    /// Names the message that the button stands below.
    pub message: String,
    /// What the window carries along in which it was pressed.
    pub memo: String,
    /// What is filled in so far in that window.
    pub values: Vec<(String, String)>,
}

/// A form that was sent.
#[derive(Clone, Debug)]
pub struct Filled {
    /// Which deed, as `command.deed`.
    pub action: String,
    /// What the form carried along.
    pub memo: String,
    /// Names this window, however often its button is pressed.
    pub view: String,
    /// What was filled in, by the field's name.
    pub values: Vec<(String, String)>,
}

/// The grammar: help, defaults and suggestions are derived from it.
#[derive(Debug, Parser)]
#[command(name = "firstmate", no_binary_name = true, disable_help_subcommand = true, disable_help_flag = true)]
struct Line {
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
    /// What I can do, or how one command goes
    Help(help::Help),
}

impl Command {
    async fn run(self, ctx: &Ctx, caller: &Caller) -> Result<Outcome> {
        match self {
            Self::Onboard(onboard) => onboard.run(ctx, caller).await.map(Outcome::Say),
            Self::Meetings(meetings) => meetings.run(ctx, caller).await.map(Outcome::Say),
            Self::Issue(issue) => issue.run(ctx, caller).await,
            Self::Help(help) => help.run().map(Outcome::Say),
        }
    }
}

/// Reads a line such as `onboard is there an SLA`.
///
/// # Errors
/// [`UserError`], worded for whoever typed it.
pub fn parse(line: &str) -> std::result::Result<Command, UserError> {
    if line.chars().count() > LONGEST_LINE {
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
    let words = split(&line, written);
    match Line::try_parse_from(words) {
        Ok(line) => Ok(line.command),
        Err(error) => Err(worded(&error, &line)),
    }
}

/// Splits a line like a shell, unless it ends in somebody's own words: their apostrophes, quotation marks and dashes stay as they
/// were written.
fn split(folded: &str, written: &str) -> Vec<String> {
    let plain = |line: &str| line.split_whitespace().map(str::to_owned).collect();
    if help::ends_in_prose(folded) {
        plain(written)
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
    let text = text.trim();
    let first = text.split_whitespace().next().unwrap_or_default().trim_start_matches('/').to_lowercase();
    if first.is_empty() {
        return parse("help");
    }
    let line = text.trim_start_matches('/');
    // "help me, I cannot log in" is a question, not a wish for the list of commands.
    let cry = first == "help" && text.split_whitespace().nth(2).is_some();
    if NAMES.contains(&first) && !cry {
        return parse(&format!("{first}{}", &line[first.len().min(line.len())..]));
    }
    if let Some(name) = NAMES.iter().find(|name| strsim::osa_distance(name, &first) == 1) {
        return Err(UserError::UnknownCommand { word: harmless(&first), suggestion: Some(name.clone()) });
    }
    parse(&format!("onboard {text}"))
}

/// Runs a line, and something comes of it in any case: what was asked for, what to put right, or that we failed.
pub async fn answer(ctx: &Ctx, caller: &Caller, parsed: std::result::Result<Command, UserError>) -> Outcome {
    let outcome = match parsed {
        // A defect in one command is told to one person; it ends neither the bot nor the job that runs it.
        Ok(command) => AssertUnwindSafe(command.run(ctx, caller))
            .catch_unwind()
            .await
            .unwrap_or_else(|_| Err(anyhow::anyhow!("a command panicked").into())),
        Err(error) => Err(error.into()),
    };
    outcome.unwrap_or_else(|error| apology(&error).into())
}

/// Runs what was said where no window can be opened.
pub async fn say(ctx: &Ctx, caller: &Caller, parsed: std::result::Result<Command, UserError>) -> Reply {
    match answer(ctx, caller, parsed).await {
        Outcome::Say(reply) => reply,
        Outcome::Open(_) => apology(&anyhow::anyhow!("a command wanted a window where none can be opened").into()),
    }
}

/// Keeps what a window that is about to open will need.
pub async fn keep(ctx: &Ctx, caller: &Caller, draft: &issue::Draft) {
    if let Err(error) = issue::keep(ctx, caller, draft).await {
        tracing::error!(error = format!("{error:#}"), "a draft could not be kept; it is kept with the next step");
    }
}

/// Does the slow part of a window's step, and answers with what the window shows then.
pub async fn load(ctx: &Ctx, caller: &Caller, draft: issue::Draft) -> Form {
    let memo = draft.memo();
    let loaded = AssertUnwindSafe(issue::load(ctx, caller, draft)).catch_unwind().await;
    let loaded = loaded.unwrap_or_else(|_| Err(anyhow::anyhow!("a window panicked").into()));
    loaded.unwrap_or_else(|error| apologetic(&apology(&error), memo))
}

/// A window that says why something did not work. With what the window carried along before, its step can be tried again, so that
/// nothing is lost that was filled in.
pub fn apologetic(reply: &Reply, memo: String) -> Form {
    let again =
        (!memo.is_empty()).then(|| Part::Buttons(vec![Button::send("Try again", "issue.again", memo.as_str())]));
    Form {
        action: "issue.next".to_owned(),
        title: "That did not work".to_owned(),
        submit: None,
        close: "Close".to_owned(),
        memo,
        parts: reply.parts.iter().cloned().chain(again).collect(),
    }
}

/// Does what a button promises.
///
/// # Errors
/// See [`Error`].
pub async fn press(ctx: &Ctx, caller: &Caller, press: &Press) -> Result<Pressed> {
    match press.action.split_once('.') {
        Some(("onboard", deed)) => onboard::press(ctx, caller, deed, press).await,
        Some(("meetings", deed)) => meetings::press(ctx, deed, press),
        Some(("issue", deed)) => issue::press(ctx, caller, deed, press).await,
        _ => Err(UserError::UnknownPress.into()),
    }
}

/// Opens what a shortcut of a message promises; `message` is the message's timestamp, `words` what it says.
///
/// # Errors
/// See [`Error`].
pub fn shortcut(ctx: &Ctx, caller: &Caller, action: &str, message: &str, words: &str) -> Result<Pressed> {
    match action {
        meetings::SHORTCUT => Ok(Pressed::Open(meetings::item_form(ctx, words)?)),
        issue::SHORTCUT => Ok(Pressed::Begin(issue::shortcut(ctx, caller, message)?)),
        _ => Err(UserError::UnknownPress.into()),
    }
}

/// The shortcuts that a message offers, by action and name.
pub const SHORTCUTS: [(&str, &str); 2] =
    [(issue::SHORTCUT, "Open a GitHub issue"), (meetings::SHORTCUT, "Add to the agenda")];

/// Does what a form promises.
///
/// # Errors
/// See [`Error`].
pub async fn submit(ctx: &Ctx, caller: &Caller, filled: &Filled) -> Result<Submitted> {
    match filled.action.split_once('.') {
        Some(("onboard", deed)) => onboard::submit(ctx, caller, deed, filled).await,
        Some(("meetings", deed)) => meetings::submit(ctx, caller, deed, filled).await,
        Some(("issue", deed)) => issue::submit(ctx, caller, deed, filled).await,
        _ => Err(UserError::UnknownPress.into()),
    }
}

/// What the person reads instead of a reply. What we failed at is logged here, once, under the id that they see.
pub fn apology(error: &Error) -> Reply {
    match error {
        Error::User(error) => Reply::text(error.to_string()),
        Error::Internal(error) => {
            let id = format!("{:08x}", rand::random::<u32>());
            tracing::error!(id, error = format!("{error:#}"), "a command failed");
            Reply::text(format!(
                "Something went wrong on my side. It is in the log as `{id}`. Try again in a minute; if it stays so, tell #support that number."
            ))
        }
    }
}

impl Ctx {
    /// Whether `caller` may do what `permission` names, by `commands/roles.toml`.
    ///
    /// # Errors
    /// [`UserError::Denied`], with the rule.
    fn permit(&self, caller: &Caller, permission: Permission) -> std::result::Result<(), UserError> {
        self.knowledge.roles().allows(&caller.person, &caller.place.channel, permission).map_err(UserError::Denied)
    }
}

/// Straightens what keyboards and chat clients bend: curly quotes, long dashes, hard blanks.
fn fold(line: &str) -> String {
    line.chars()
        .map(|c| match c {
            '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{2032}' => '\'',
            '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{2033}' => '"',
            '\u{00A0}' | '\u{202F}' | '\u{2007}' => ' ',
            other => other,
        })
        .collect::<String>()
        .replace('\u{2014}', "--")
        .replace(['\u{2013}', '\u{2011}', '\u{2212}'], "-")
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
fn harmless(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric() || "-_.".contains(*c)).take(30).collect()
}

impl fmt::Display for Via {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Slash => "slash",
            Self::Mention => "mention",
            Self::Direct => "direct",
            Self::Press => "press",
        })
    }
}
