//! What people can tell the bot to do: one file a command, with its arguments, what it does, its wording and its tests.
//!
//! Slash commands, mentions and direct messages come in here as one line of text; buttons, forms and shortcuts as the name of a deed.
//! Out goes what to say or which window to show; who sends it, and how it looks, is not known here.

pub mod cluster;
mod conclude;
mod count;
mod error;
mod help;
pub mod issue;
mod knowledge;
mod line;
pub mod meetings;
mod onboard;
mod operators;
mod own;

use std::collections::HashMap;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use futures::FutureExt as _;
use tracing::Instrument as _;

use crate::domain::effect::Place;
use crate::domain::person::Permission;
use crate::domain::reply::{Button, Form, Part, Reply};
use crate::github::GitHub;
use crate::measure::SPAN;
use crate::slack::Slack;
use crate::store::{Became, Entry, MeetingChange, Store};

pub use error::{Error, Result, UserError};
pub use help::slash_commands;
pub use knowledge::{Gaps, Knowledge};
pub use line::{Command, parse, parse_said};
pub use operators::Operators;
pub use own::tell_of_refusal;

use conclude::{conclude, stands_still};
use count::Deed;

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
    /// What operators said that holds everywhere.
    pub operators: Arc<Operators>,
    /// The clusters, for what is read there.
    pub clusters: Arc<cluster::Clusters>,
    /// The address by which the world reaches the bot's own pages, without a slash at its end.
    pub public_url: Option<Arc<str>>,
}

/// What commands work with at this moment. A change of the catalogue puts another in its place, so that whoever works with one sees one
/// catalogue from beginning to end.
#[derive(Clone, Debug)]
pub struct Live(Arc<ArcSwap<Ctx>>);

impl Live {
    /// To begin with.
    pub fn new(ctx: Ctx) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(ctx)))
    }

    /// As it is now.
    pub fn now(&self) -> Arc<Ctx> {
        self.0.load_full()
    }

    /// From now on, with another catalogue and its clusters.
    pub fn replace(&self, knowledge: Knowledge, clusters: cluster::Clusters) {
        let (knowledge, clusters) = (Arc::new(knowledge), Arc::new(clusters));
        self.0.rcu(|ctx| {
            let (knowledge, clusters) = (Arc::clone(&knowledge), Arc::clone(&clusters));
            Ctx { knowledge, clusters, ..Ctx::clone(ctx) }
        });
    }
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
    /// The entry that says that they asked for something, which the job of `key` does.
    fn asks(&self, verb: &str, target: &str, key: &str) -> Entry {
        Entry {
            at: self.at,
            person: self.person.clone(),
            verb: verb.to_owned(),
            target: target.to_owned(),
            became: Became::Asked,
            key: key.to_owned(),
        }
    }

    /// Whether others could read along if the reply were shown to them.
    fn in_company(&self) -> bool {
        // Ids of direct messages begin with D (https://docs.slack.dev/reference/objects/conversation-object).
        !self.place.channel.starts_with('D')
    }
}

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
    /// What takes a while and changes nothing, in place of the message that was pressed: see [`turn`].
    Later(cluster::Page),
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

/// Runs a line, and something comes of it in any case: what was asked for, what to put right, or that we failed.
pub async fn answer(ctx: &Ctx, caller: &Caller, parsed: std::result::Result<Command, UserError>) -> Outcome {
    let deed = Deed::of(&parsed);
    let span = tracing::trace_span!(target: SPAN, "command", command = deed.command(), via = %caller.via);
    let outcome = match parsed {
        Ok(command) => match stands_still(ctx, command.goes_on()) {
            // A defect in one command is told to one person; it ends neither the bot nor the job that runs it.
            Ok(()) => AssertUnwindSafe(command.run(ctx, caller).instrument(span))
                .catch_unwind()
                .await
                .unwrap_or_else(|_| Err(anyhow::anyhow!("a command panicked").into())),
            Err(paused) => Err(paused.into()),
        },
        Err(error) => Err(error.into()),
    };
    conclude(ctx, caller, Some(deed), outcome).await.unwrap_or_else(|error| apology(&error).into())
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
    conclude(ctx, caller, None, loaded).await.unwrap_or_else(|error| apologetic(&apology(&error), memo))
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
    let deed = Deed::pressed(&press.action);
    let outcome = match press.action.split_once('.') {
        Some(("firstmate", deed)) => own::press(ctx, caller, deed, press).await,
        named => match stands_still(ctx, false) {
            Ok(()) => pressed(ctx, caller, named, press).await,
            // What was filled in so far is kept: the window may show nothing but why.
            Err(paused) => issue::hold(ctx, caller, press).await.and(Err(paused.into())),
        },
    };
    // What takes a while is counted when it is done.
    let deed = Some(deed).filter(|_| !matches!(outcome, Ok(Pressed::Later(_))));
    conclude(ctx, caller, deed, outcome).await
}

async fn pressed(ctx: &Ctx, caller: &Caller, named: Option<(&str, &str)>, press: &Press) -> Result<Pressed> {
    match named {
        Some(("onboard", deed)) => onboard::press(ctx, caller, deed, press).await,
        Some(("meetings", deed)) => meetings::press(ctx, deed, press),
        Some(("issue", deed)) => issue::press(ctx, caller, deed, press).await,
        Some(("cluster", deed)) => cluster::press(ctx, caller, deed, press).await,
        _ => Err(UserError::UnknownPress.into()),
    }
}

/// Does what takes a while and changes nothing.
///
/// # Errors
/// See [`Error`].
pub async fn turn(ctx: &Ctx, caller: &Caller, page: &cluster::Page) -> Result {
    let deed = Deed::pressed("cluster.turn");
    let turned = AssertUnwindSafe(cluster::turn(ctx, caller, page)).catch_unwind().await;
    let turned = turned.unwrap_or_else(|_| Err(anyhow::anyhow!("a page panicked").into()));
    conclude(ctx, caller, Some(deed), turned).await
}

/// Opens what a shortcut of a message promises; `message` is the message's timestamp, `words` what it says.
///
/// # Errors
/// See [`Error`].
pub async fn shortcut(ctx: &Ctx, caller: &Caller, action: &str, message: &str, words: &str) -> Result<Pressed> {
    let opened = || {
        stands_still(ctx, false)?;
        match action {
            meetings::SHORTCUT => Ok(Pressed::Open(meetings::item_form(ctx, words)?)),
            issue::SHORTCUT => Ok(Pressed::Begin(issue::shortcut(ctx, caller, message)?)),
            _ => Err(UserError::UnknownPress.into()),
        }
    };
    conclude(ctx, caller, Some(Deed::pressed(action)), opened()).await
}

/// The shortcuts that a message offers, by action and name.
pub const SHORTCUTS: [(&str, &str); 2] =
    [(issue::SHORTCUT, "Open a GitHub issue"), (meetings::SHORTCUT, "Add to the agenda")];

/// Does what a form promises.
///
/// # Errors
/// See [`Error`].
pub async fn submit(ctx: &Ctx, caller: &Caller, filled: &Filled) -> Result<Submitted> {
    let deed = Deed::pressed(&filled.action);
    let outcome = match stands_still(ctx, false) {
        Ok(()) => submitted(ctx, caller, filled).await,
        // The window stays as it is, with what was typed in it.
        Err(paused) => Err(paused.into()),
    };
    conclude(ctx, caller, Some(deed), outcome).await
}

async fn submitted(ctx: &Ctx, caller: &Caller, filled: &Filled) -> Result<Submitted> {
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
