//! `issue`: a thread, or a wish of one's own, becomes an issue on GitHub: complete, looked at before it leaves, filed once.
//!
//! The window goes over a few steps. Each is answered at once; what is slow comes after, and what was filled in so far is in the
//! store, so that a step can be taken again and by any replica. Nothing leaves before the last one.

mod compose;
mod draft;
mod fields;
mod follow;
mod in_step;
mod offer;
mod source;
mod steps;
mod told;
mod window;

use chrono::TimeDelta;
use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};

use super::{Caller, Ctx, Opening, Outcome, Press, Pressed, Result, UserError, Via};
use crate::domain::effect::Effect;
use crate::domain::issue::Repository;
use crate::domain::reply::{Button, Form, Reply};
use crate::store::Job;

use compose::compose;
pub use draft::Draft;
use draft::Step;
pub use follow::{Looks, owe};
pub(crate) use in_step::carry;
pub(super) use steps::{hold, submit};
pub(crate) use told::{confirm, regret, show};

/// The deed of the message shortcut "Open a GitHub issue".
pub const SHORTCUT: &str = "issue.thread";

/// For how long what was filed can be taken back.
const UNDO: TimeDelta = TimeDelta::minutes(10);

/// Requests that `/issue mine` lists.
const LISTED: i64 = 15;

/// Arguments of `issue`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "For example:\n- `/issue` asks where and what\n- `/issue support The console is blank`\n- `/issue mine`\n\nTo take a thread along, use *Open a GitHub issue* in the menu of a message, or mention me in the thread: `@firstmate issue`."
)]
pub struct Issue {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// Where, if you know it
    repository: Option<String>,
    /// What it is about, in a line
    #[arg(num_args = 0.., trailing_var_arg = true, allow_hyphen_values = true)]
    title: Vec<String>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Where your requests stand
    Mine,
}

/// What somebody wished of an issue that cannot be. The text of each is what they read, in Markdown.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// Nobody named a repository yet.
    #[error(
        "I cannot file anything yet: no repository stands in commands/issue/repositories.toml. A maintainer adds one by pull request; ask in #support meanwhile."
    )]
    NoRepositories,
    /// None of them is offered here.
    #[error(
        "Issues cannot be filed from here: commands/issue/repositories.toml offers no repository to you in this channel. Try it in #support."
    )]
    NotFromHere,
    /// The window was sent, or is too old.
    #[error(
        "This window is not open any more: it was sent already, or is older than a day. `/issue mine` says what you filed."
    )]
    DraftGone,
    /// The policy does not offer the form any more.
    #[error(
        "This form is not offered any more: commands/issue/repositories.toml was changed meanwhile. Close this window and begin anew; the thread is still there."
    )]
    FormGone,
    /// Ten minutes are over.
    #[error(
        "That can be taken back for ten minutes only, and they are over. Say on GitHub or in the thread that it is not needed."
    )]
    TooLate,
    /// Somebody else's.
    #[error("Only whoever filed it can do that. Ask them, or say on GitHub what you think of it.")]
    NotYours,
    /// Its thread is not for everybody.
    #[error(
        "Only a thread that everybody here can read is kept in step with an issue. This one is private, or was told to you alone: say there yourself what is for everybody."
    )]
    NotInPublic,
    /// It is gone from the store.
    #[error("I do not know of that issue any more: I follow what was filed for a year. Look at it on GitHub.")]
    Unknown,
}

/// What a button that opens the window carries: from where, and what was said already.
#[derive(Default, Serialize, Deserialize)]
struct Wish {
    /// The message that began the thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    thread: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    title: String,
}

/// Reads what stands behind `issue` as a repository and a title, unless it is one of the command's own verbs. A title is prose: its
/// apostrophes and dashes are no shell's.
pub(super) fn words(text: &str) -> Option<Issue> {
    if text.eq_ignore_ascii_case("mine") {
        return None;
    }
    let mut words = text.split_whitespace().map(str::to_owned);
    Some(Issue { verb: None, repository: words.next(), title: words.collect() })
}

impl Issue {
    pub(super) async fn run(self, ctx: &Ctx, caller: &Caller) -> Result<Outcome> {
        if let Some(Verb::Mine) = self.verb {
            return Ok(told::mine(&ctx.store.filed_for(&caller.person, LISTED).await?).into());
        }
        let words: Vec<String> = self.repository.into_iter().chain(self.title).collect();
        let title = words.join(" ");
        if caller.via == Via::Slash {
            let draft = wished(ctx, caller, None, &title)?;
            return Ok(opening(draft).into());
        }
        // A mention brings nothing by which a window could be opened; a button does.
        wished(ctx, caller, caller.place.thread.clone(), &title)?;
        let wish = Wish { thread: caller.place.thread.clone(), title };
        let words = if wish.thread.is_some() {
            "I take this thread along. You see what leaves Slack, and where it goes, before it does."
        } else {
            "Tell me what it is about; you see what leaves Slack before it does."
        };
        let value = serde_json::to_string(&wish).map_err(anyhow::Error::from)?;
        let button = Button::send("Open the form", "issue.open", value).primary();
        Ok(Reply::text(words).buttons(vec![button]).into())
    }
}

/// A draft of what was said in the command: the first word may be a repository.
fn wished(ctx: &Ctx, caller: &Caller, thread: Option<String>, title: &str) -> std::result::Result<Draft, UserError> {
    let mut draft = Draft::new(caller, thread);
    let offered = allowed(ctx, &draft)?;
    let (first, rest) = title.split_once(' ').unwrap_or((title, ""));
    let named = |one: &&&Repository| {
        let short = one.name.rsplit('/').next().unwrap_or_default();
        one.name.eq_ignore_ascii_case(first) || short.eq_ignore_ascii_case(first)
    };
    match offered.iter().find(named) {
        Some(repository) => (draft.repository, draft.title) = (repository.name.clone(), rest.trim().to_owned()),
        None => {
            // One that is known and not offered here is denied with its rule, not taken for a title.
            if let Some(known) = ctx.knowledge.repositories().iter().find(|one| named(&one)) {
                let roles = ctx.knowledge.roles();
                known.allows(&caller.person, &caller.place.channel, roles).map_err(UserError::Denied)?;
            }
            draft.title = title.trim().to_owned();
        }
    }
    if draft.repository.is_empty() {
        draft.repository = offered.first().map(|first| first.name.clone()).unwrap_or_default();
    }
    Ok(draft)
}

/// The repositories that are offered to whoever writes `draft`.
fn allowed<'a>(ctx: &'a Ctx, draft: &Draft) -> std::result::Result<Vec<&'a Repository>, Mistake> {
    if ctx.knowledge.repositories().is_empty() {
        return Err(Mistake::NoRepositories);
    }
    let offered = offer::repositories(ctx, draft);
    if offered.is_empty() { Err(Mistake::NotFromHere) } else { Ok(offered) }
}

fn opening(draft: Draft) -> Opening {
    let what = if draft.source.thread.is_some() { "Reading the thread and the forms" } else { "Reading the forms" };
    Opening { first: window::loading(&draft, what), draft: Box::new(draft) }
}

/// Opens the window of the message shortcut: with the whole thread in which the message stands.
pub(super) fn shortcut(ctx: &Ctx, caller: &Caller, message: &str) -> std::result::Result<Opening, UserError> {
    let root = caller.place.thread.clone().unwrap_or_else(|| message.to_owned());
    Ok(opening(wished(ctx, caller, Some(root), "")?))
}

/// Keeps a draft that was just begun, so that "Try again" finds it whatever becomes of this process meanwhile.
pub(super) async fn keep(ctx: &Ctx, caller: &Caller, draft: &Draft) -> anyhow::Result<()> {
    draft.keep(ctx, caller.at).await
}

/// Does the slow part of a step that was just begun, and answers with the window that follows.
pub(super) async fn load(ctx: &Ctx, caller: &Caller, draft: Draft) -> Result<Form> {
    let mut draft = draft;
    let repository = chosen(ctx, &draft)?.clone();
    let needs_offer = draft.offer.is_none();
    let mut source = std::mem::take(&mut draft.source);
    let read = async {
        if !source.read {
            source::read(ctx, &mut source, &draft.person).await;
        }
    };
    let asked = async { if needs_offer { Some(offer::ask(ctx, &repository).await) } else { None } };
    let ((), asked) = futures::join!(read, asked);
    draft.source = source;
    draft.offer = asked.or(draft.offer);
    if !draft.is_compared() {
        draft.similar = offer::alike(ctx, caller, &draft).await;
    }
    let form = render(ctx, &draft)?;
    draft.keep(ctx, caller.at).await?;
    Ok(form)
}

/// The window of the step at which `draft` is.
fn render(ctx: &Ctx, draft: &Draft) -> Result<Form> {
    if draft.step != Step::Review {
        return Ok(window::step(ctx, draft, None));
    }
    match compose(draft, chosen(ctx, draft)?) {
        Ok(composed) => Ok(window::step(ctx, draft, Some(&composed))),
        Err(unfit) => Ok(window::sorry(&draft.id, &unfit.to_string())),
    }
}

/// The chosen repository, if it is still offered.
fn chosen<'a>(ctx: &'a Ctx, draft: &Draft) -> std::result::Result<&'a Repository, UserError> {
    let repository = ctx.knowledge.repositories().iter().find(|one| one.name == draft.repository);
    let repository = repository.ok_or(Mistake::NotFromHere)?;
    let roles = ctx.knowledge.roles();
    repository.allows(&draft.person, &draft.source.channel, roles).map_err(UserError::Denied)?;
    Ok(repository)
}

/// Does what the button `deed` promises.
pub(super) async fn press(ctx: &Ctx, caller: &Caller, deed: &str, press: &Press) -> Result<Pressed> {
    let (deed, detail) = deed.split_once(':').unwrap_or((deed, ""));
    match deed {
        "open" => {
            let wish: Wish = serde_json::from_str(&press.value).map_err(|_| UserError::UnknownPress)?;
            Ok(Pressed::Begin(opening(wished(ctx, caller, wish.thread, &wish.title)?)))
        }
        // Opens a page; Slack tells us all the same.
        "self" => Ok(Pressed::Nothing),
        "step" => in_step::begin(ctx, caller, &press.value).await,
        "stop" => in_step::stop(ctx, caller, &press.value).await,
        "undo" => undo(ctx, caller, &press.value).await,
        "again" | "back" | "instead" | "next" => steps::turn(ctx, caller, deed, detail, press).await,
        // A menu or button of the window that was changed, named after its field.
        _ => Err(UserError::UnknownPress.into()),
    }
}

/// Takes back what was filed a moment ago.
async fn undo(ctx: &Ctx, caller: &Caller, key: &str) -> Result<Pressed> {
    let filed = ctx.store.filed(key).await?.ok_or(UserError::from(Mistake::Unknown))?;
    if filed.person != caller.person {
        return Err(UserError::from(Mistake::NotYours).into());
    }
    if caller.at > filed.at + UNDO {
        return Err(UserError::from(Mistake::TooLate).into());
    }
    let job = Job { key: format!("withdraw:{key}"), effect: Effect::Withdraw { of: key.to_owned() } };
    let asked = caller.asks("issue.withdraw", &format!("{}#{}", filed.repository, filed.number), &job.key);
    ctx.store.take_wish(std::slice::from_ref(&job.key), std::slice::from_ref(&job), &asked).await?;
    if filed.in_step > 0 {
        ctx.store.keep_in_step(key, 0).await?;
    }
    let words = if filed.commented {
        "I take it back: what I added is deleted in a moment."
    } else {
        "I take it back: the issue is closed in a moment, and says why."
    };
    Ok(Pressed::Instead(Reply::text(words)))
}
