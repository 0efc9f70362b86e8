//! `issue`: a thread, or a wish of one's own, becomes an issue on GitHub: complete, looked at before it leaves, filed once.
//!
//! The window goes over a few steps. Each is answered at once; what is slow comes after, and what was filled in so far is in the
//! store, so that a step can be taken again and by any replica. Nothing leaves before the last one.

mod compose;
mod draft;
mod fields;
mod follow;
mod offer;
mod source;
mod step;
mod told;
mod window;

use chrono::TimeDelta;
use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};

use super::{Caller, Ctx, Filled, Opening, Outcome, Press, Pressed, Result, Submitted, UserError, Via};
use crate::domain::effect::Effect;
use crate::domain::issue::{On, Repository, State};
use crate::domain::redact::Emails;
use crate::domain::reply::{Button, Form, Reply};
use crate::domain::transcript::Choices;
use crate::store::{Filed, Job};

use compose::{Composed, compose};
pub use draft::Draft;
use draft::{Kind, Privacy, Step};
pub use follow::{Looks, owe};
pub(crate) use step::carry;
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
    #[error("No repository is in my catalogue yet. They are named in commands/issue/repositories.toml.")]
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
    /// Ten minutes are over.
    #[error(
        "That can be taken back for ten minutes only, and they are over. Say on GitHub or in the thread that it is not needed."
    )]
    TooLate,
    /// Somebody else's.
    #[error("Only whoever filed it can do that.")]
    NotYours,
    /// Its thread is not for everybody.
    #[error(
        "Only a thread that everybody here can read is kept in step with an issue. This one is private, or was told to you alone."
    )]
    NotInPublic,
    /// It is gone from the store.
    #[error("I do not know of that issue any more.")]
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
    if draft.similar.repository != draft.repository || draft.similar.words != draft.words() {
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
        "step" => step::begin(ctx, caller, &press.value).await,
        "stop" => step::stop(ctx, &press.value).await,
        "undo" => undo(ctx, caller, &press.value).await,
        "again" | "back" | "instead" | "next" => turn(ctx, caller, deed, detail, press).await,
        // A menu or button of the window that was changed, named after its field.
        _ => Err(UserError::UnknownPress.into()),
    }
}

/// A press in the window: what was filled in so far is kept, and another step or another look of this one follows.
async fn turn(ctx: &Ctx, caller: &Caller, deed: &str, detail: &str, press: &Press) -> Result<Pressed> {
    let draft = Draft::of_window(ctx, &caller.person, &press.memo).await?;
    let mut draft = draft.ok_or(UserError::from(Mistake::DraftGone))?;
    let before = (draft.repository.clone(), draft.step);
    take(&mut draft, &press.values);
    match deed {
        "again" if draft.offer.as_ref().is_some_and(|offer| offer.trouble.is_some()) => draft.offer = None,
        "back" => draft.step = earlier(&draft),
        "instead" => {
            draft.number = detail.parse().map_err(|_| UserError::UnknownPress)?;
            draft.kind = Kind::Existing;
            draft.step = Step::Review;
        }
        _ => {}
    }
    if draft.repository != before.0 {
        (draft.offer, draft.kind) = (None, Kind::Open);
    }
    let slow = draft.offer.is_none() || (deed == "again" && !draft.source.read);
    let first = slow.then(|| window::loading(&draft, "Reading the forms"));
    draft.keep(ctx, caller.at).await?;
    Ok(Pressed::Turn { first, draft: Box::new(draft) })
}

fn earlier(draft: &Draft) -> Step {
    match draft.step {
        Step::Choose | Step::Fill(0) => Step::Choose,
        Step::Fill(page) => Step::Fill(page - 1),
        Step::Review => Step::Fill(draft.form().map_or(0, |form| fields::pages(form).len() - 1)),
    }
}

/// Takes what was filled in at the step at which `draft` is.
fn take(draft: &mut Draft, values: &[(String, String)]) {
    let value = |name: &str| values.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    match draft.step {
        Step::Choose => {
            if let Some(repository) = value(window::REPOSITORY).filter(|name| !name.is_empty()) {
                repository.clone_into(&mut draft.repository);
            }
            let kind = value(&format!("{}:{}", window::KIND, draft.repository)).unwrap_or_default();
            let kind = match kind {
                "" => Kind::Open,
                window::BLANK => Kind::Blank,
                window::EXISTING => Kind::Existing,
                file => Kind::File(file.to_owned()),
            };
            if kind != draft.kind {
                draft.kind = kind;
                draft.answers.clear();
            }
        }
        Step::Fill(page) => {
            if let Some(title) = value(window::HEADLINE) {
                title.trim().clone_into(&mut draft.title);
            }
            if let Some(text) = value(window::WORDS) {
                text.clone_into(&mut draft.text);
            }
            if let Some(number) = value(window::NUMBER) {
                draft.number = issue_number(number);
            }
            if let Some(form) = draft.form() {
                let answers = fields::answers(form, page, values);
                draft.answers.extend(answers);
            }
        }
        Step::Review => {
            if let Some(people) = value(window::PEOPLE) {
                draft.choices.named = people == "named";
            }
            if let Some(emails) = value(window::EMAILS) {
                draft.choices.emails = if emails == "keep" { Emails::Keep } else { Emails::Hide };
            }
            draft.published = value(window::CONSENT) == Some("yes");
        }
    }
}

/// The number in what somebody gave for one: itself, `#12`, or the address of the issue.
fn issue_number(text: &str) -> i64 {
    let text = text.trim().trim_end_matches('/');
    let end = text.split(['#', '?']).next().filter(|part| part.contains("/issues/")).unwrap_or(text);
    end.rsplit(['/', '#']).next().and_then(|number| number.parse().ok()).filter(|number| *number > 0).unwrap_or(0)
}

/// Takes a window that was sent: the next step, or, at the last one, the issue itself.
pub(super) async fn submit(ctx: &Ctx, caller: &Caller, deed: &str, filled: &Filled) -> Result<Submitted> {
    if deed != "next" {
        return Err(UserError::UnknownPress.into());
    }
    let id = Draft::id_in(&filled.memo);
    let Some(mut draft) = Draft::of_window(ctx, &caller.person, &filled.memo).await? else {
        // Sent twice: the first time counted.
        let sent = ctx.store.filed(&Draft::key(id)).await?.ok_or(UserError::from(Mistake::DraftGone))?;
        return Ok(Submitted::Update(window::sent(id, !sent.channel.is_empty())));
    };
    let shown = (draft.repository.clone(), draft.choices);
    take(&mut draft, &filled.values);
    if let Some(again) = other_than_shown(ctx, caller, &mut draft, shown).await? {
        return Ok(again);
    }
    let faults = faults(&draft, filled);
    if !faults.is_empty() {
        draft.keep(ctx, caller.at).await?;
        return Ok(Submitted::Faults(faults));
    }
    draft.step = match draft.step {
        Step::Choose => {
            begin(&mut draft);
            Step::Fill(0)
        }
        Step::Fill(page) if draft.form().is_some_and(|form| page + 1 < fields::pages(form).len()) => {
            Step::Fill(page + 1)
        }
        Step::Fill(_) => Step::Review,
        Step::Review => return send(ctx, caller, &draft, filled).await,
    };
    draft.keep(ctx, caller.at).await?;
    // Whether something looks like it is looked up in between; everything else is known by now.
    if draft.step == Step::Review && draft.similar.words != draft.words() {
        let first = window::loading(&draft, "Looking for issues that are about the same");
        return Ok(Submitted::Turn { first, draft: Box::new(draft) });
    }
    Ok(Submitted::Update(render(ctx, &draft)?))
}

/// The window anew, when what was sent is not what it showed: a change of which we did not hear. Nobody files what they have not seen.
async fn other_than_shown(
    ctx: &Ctx,
    caller: &Caller,
    draft: &mut Draft,
    shown: (String, Choices),
) -> Result<Option<Submitted>> {
    if draft.repository != shown.0 {
        (draft.offer, draft.kind) = (None, Kind::Open);
        draft.keep(ctx, caller.at).await?;
        let first = window::loading(draft, "Reading the forms");
        return Ok(Some(Submitted::Turn { first, draft: Box::new(draft.clone()) }));
    }
    if draft.choices != shown.1 {
        draft.keep(ctx, caller.at).await?;
        return Ok(Some(Submitted::Update(render(ctx, draft)?)));
    }
    Ok(None)
}

/// What a form or template fills in by itself.
fn begin(draft: &mut Draft) {
    if draft.title.is_empty() && draft.form().is_none() && draft.kind == Kind::Blank {
        draft.title = draft.source.messages.first().map(crate::domain::transcript::Message::words).unwrap_or_default();
        draft.title = draft.title.chars().take(TITLE_FROM_THREAD).collect();
    }
}

/// Most characters of a title that is taken from how the thread began.
const TITLE_FROM_THREAD: usize = 80;

/// What is wrong with what was filled in, by field.
fn faults(draft: &Draft, filled: &Filled) -> Vec<(String, String)> {
    let fault = |field: &str, words: &str| vec![(field.to_owned(), words.to_owned())];
    let field = |name: &str| filled.values.iter().any(|(field, _)| field == name);
    match draft.step {
        Step::Choose => {
            let name = format!("{}:{}", window::KIND, draft.repository);
            let known = draft.kind != Kind::Open && (draft.chosen().is_some() || !matches!(draft.kind, Kind::File(_)));
            if known { Vec::new() } else { fault(&name, "Choose what it is.") }
        }
        Step::Fill(page) => {
            if field(window::NUMBER) && draft.number == 0 {
                return fault(window::NUMBER, "Give the number of the issue, as in 12, or its address.");
            }
            if field(window::HEADLINE) && draft.title.is_empty() {
                return fault(window::HEADLINE, "Give it a title.");
            }
            let unfinished = draft.form().is_some_and(|form| form.unfinished_title(&draft.title));
            if field(window::HEADLINE) && unfinished {
                return fault(window::HEADLINE, "Put your own words in the place of what stands between < and >.");
            }
            if draft.form().is_none() && draft.text.trim().is_empty() && !draft.has_thread() {
                return fault(window::WORDS, "Write what it is about.");
            }
            draft.form().map(|form| fields::missing(form, page, &draft.answers)).unwrap_or_default()
        }
        Step::Review if draft.has_thread() && draft.source.privacy != Privacy::Public && !draft.published => {
            fault(window::CONSENT, "Tick this if it may be published. Otherwise go back, or cancel.")
        }
        Step::Review => Vec::new(),
    }
}

/// Records what is filed, so that it is filed whatever happens next.
async fn send(ctx: &Ctx, caller: &Caller, draft: &Draft, filled: &Filled) -> Result<Submitted> {
    // The policy may have changed since the window was opened.
    let repository = chosen(ctx, draft)?;
    let composed = match compose(draft, repository) {
        Ok(composed) => composed,
        Err(unfit) => return Ok(Submitted::Update(window::sorry(&draft.id, &unfit.to_string()))),
    };
    let key = Draft::key(&draft.id);
    let filed = filed(draft, &composed, caller);
    let in_thread = !filed.channel.is_empty();
    let job = Job { key: key.clone(), effect: Effect::File { filing: composed.filing } };
    // The window, however often its button is pressed, and the draft, in whichever window it is.
    let keys = [format!("form:{}", filled.view), format!("draft:{}", draft.id)];
    ctx.store.send_draft(&keys, &draft.id, &filed, &job).await?;
    Ok(Submitted::Update(window::sent(&draft.id, in_thread)))
}

fn filed(draft: &Draft, composed: &Composed, caller: &Caller) -> Filed {
    let private = draft.offer.as_ref().is_some_and(|offer| offer.private);
    // What a private repository holds is not told to a channel.
    let in_thread = draft.has_thread() && !private;
    let (number, title) = match &composed.filing.on {
        On::New(issue) => (0, issue.title.clone()),
        On::Issue(number) => (*number, String::new()),
    };
    let place = |text: Option<&String>| text.filter(|_| in_thread).cloned().unwrap_or_default();
    Filed {
        key: Draft::key(&draft.id),
        repository: draft.repository.clone(),
        number,
        commented: matches!(composed.filing.on, On::Issue(_)),
        title,
        url: String::new(),
        person: draft.person.clone(),
        channel: place(Some(&draft.source.channel)),
        thread: place(draft.source.thread.as_ref()),
        state: State::Queued,
        assignees: Vec::new(),
        dropped: Vec::new(),
        named: draft.choices.named,
        in_public: draft.source.privacy == Privacy::Public,
        in_step: 0,
        message: None,
        version: 0,
        at: caller.at,
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
    ctx.store.owe(&job, caller.at).await?;
    let words = if filed.commented {
        "I take it back: what I added is deleted in a moment."
    } else {
        "I take it back: the issue is closed in a moment, and says why."
    };
    Ok(Pressed::Instead(Reply::text(words)))
}
