//! From one step of the window to the next: what was filled in is kept, looked at, and at the last step recorded to be filed.

use super::compose::{Composed, compose};
use super::draft::{Draft, Kind, Privacy, Step};
use super::{Mistake, chosen, fields, render, window};
use crate::command::{Caller, Ctx, Filled, Press, Pressed, Result, Submitted, UserError};
use crate::domain::effect::Effect;
use crate::domain::issue::{On, State};
use crate::domain::redact::{Emails, redact};
use crate::domain::transcript::{Choices, Message};
use crate::store::{Filed, Job};

/// Most characters of a title that is taken from how the thread began.
const TITLE_FROM_THREAD: usize = 80;

/// A press in the window: what was filled in so far is kept, and another step or another look of this one follows.
pub(super) async fn turn(ctx: &Ctx, caller: &Caller, deed: &str, detail: &str, press: &Press) -> Result<Pressed> {
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

/// Keeps what was filled in so far in the window in which something was pressed, and takes no step.
pub(in crate::command) async fn hold(ctx: &Ctx, caller: &Caller, press: &Press) -> Result<()> {
    if press.values.is_empty() || !press.action.starts_with("issue.") {
        return Ok(());
    }
    if let Some(mut draft) = Draft::of_window(ctx, &caller.person, &press.memo).await? {
        take(&mut draft, &press.values);
        draft.keep(ctx, caller.at).await?;
    }
    Ok(())
}

fn earlier(draft: &Draft) -> Step {
    match draft.step {
        Step::Choose | Step::Fill(0) => Step::Choose,
        Step::Fill(page) => Step::Fill(page - 1),
        Step::Review => Step::Fill(draft.form().map_or(0, |form| fields::pages(form).len() - 1)),
    }
}

/// Takes what was filled in at the step at which `draft` is. A window that only waits or apologises has no fields, and changes nothing.
fn take(draft: &mut Draft, values: &[(String, String)]) {
    if values.is_empty() {
        return;
    }
    let value = |name: &str| values.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    match draft.step {
        Step::Choose => {
            if let Some(repository) = value(window::REPOSITORY).filter(|name| !name.is_empty()) {
                repository.clone_into(&mut draft.repository);
            }
            let kind = value(&format!("{}:{}", window::KIND, draft.repository)).map(|kind| match kind {
                "" => Kind::Open,
                window::BLANK => Kind::Blank,
                window::EXISTING => Kind::Existing,
                place => match draft.offer.as_ref().and_then(|offer| offer.forms.get(place.parse::<usize>().ok()?)) {
                    Some(offered) => Kind::File(offered.file.clone()),
                    None => Kind::Open,
                },
            });
            if let Some(kind) = kind.filter(|kind| *kind != draft.kind) {
                forget_given(draft);
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
                draft.number = issue_number(number, &draft.repository);
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
            if let Some(consent) = value(window::CONSENT) {
                draft.published = consent == "yes";
            }
        }
    }
}

/// Lets go with a form what stood in it from the beginning and nobody touched.
fn forget_given(draft: &mut Draft) {
    let (title, text) = draft.given();
    let (title, text) = (title.trim() == draft.title, text.trim() == draft.text.trim());
    if title {
        draft.title.clear();
    }
    if text {
        draft.text.clear();
    }
}

/// The number in what somebody gave for an issue of `repository`: itself, `#12`, or its address; 0 where that names none there.
fn issue_number(text: &str, repository: &str) -> i64 {
    let text = text.trim();
    // An address may go on to a comment.
    let end = |rest: &'_ str| rest.find(['#', '?', '/']).unwrap_or(rest.len());
    let address = text.split_once("/issues/").map(|(place, rest)| (place, &rest[..end(rest)]));
    let (place, number) = address.or_else(|| text.rsplit_once('#')).unwrap_or(("", text));
    let (place, repository) = (place.to_lowercase(), repository.to_lowercase());
    let here = place.is_empty() || place == repository || place.ends_with(&format!("/{repository}"));
    number.parse().ok().filter(|number| here && *number > 0).unwrap_or(0)
}

/// Takes a window that was sent: the next step, or, at the last one, the issue itself.
pub(in crate::command) async fn submit(ctx: &Ctx, caller: &Caller, deed: &str, filled: &Filled) -> Result<Submitted> {
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
    // The policy may have changed since the window was opened.
    chosen(ctx, &draft)?;
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
    if draft.step == Step::Review && !draft.is_compared() {
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
        chosen(ctx, draft)?;
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
        let words = draft.source.messages.first().map(Message::words).unwrap_or_default();
        draft.title = redact(&words, Emails::Hide).0.chars().take(TITLE_FROM_THREAD).collect();
    }
}

/// What is wrong with what was filled in, by field.
fn faults(draft: &Draft, filled: &Filled) -> Vec<(String, String)> {
    let fault = |field: &str, words: &str| vec![(field.to_owned(), words.to_owned())];
    let field = |name: &str| filled.values.iter().any(|(field, _)| field == name);
    match draft.step {
        Step::Choose if draft.offer.as_ref().is_some_and(|offer| offer.closed) => {
            fault(window::REPOSITORY, "Nothing can be filed there. Choose another.")
        }
        Step::Choose => {
            let name = format!("{}:{}", window::KIND, draft.repository);
            let known = draft.kind != Kind::Open && (draft.chosen().is_some() || !matches!(draft.kind, Kind::File(_)));
            if known { Vec::new() } else { fault(&name, "Choose what it is.") }
        }
        Step::Fill(page) => {
            if field(window::NUMBER) && draft.number == 0 {
                return fault(
                    window::NUMBER,
                    "Give the number of an issue in this repository, as in 12, or its address.",
                );
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
    let repository = chosen(ctx, draft)?;
    if let Kind::File(file) = &draft.kind
        && !repository.offers(file)
    {
        return Err(UserError::from(Mistake::FormGone).into());
    }
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
    let public = draft.offer.as_ref().is_some_and(|offer| offer.public);
    // What a private repository holds is not told to a channel.
    let in_thread = draft.has_thread() && public;
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
