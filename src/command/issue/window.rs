//! How the window looks at each step. Says everything that will happen before it does.

mod fill;
mod review;

use super::compose::Composed;
use super::draft::{Alike, Draft, Kind, Offer, Privacy, Step, What};
use super::offer;
use crate::command::Ctx;
use crate::domain::issue::Repository;
use crate::domain::reply::{Button, Choice, Choosable, Form, Part, literal};

/// The window's headline.
const TITLE: &str = "Open a GitHub issue";

/// The names of the fields of ours; those of a form are `f0`, `f1` and so on.
pub(super) const REPOSITORY: &str = "repository";
pub(super) const KIND: &str = "kind";
pub(super) const HEADLINE: &str = "title";
pub(super) const WORDS: &str = "text";
pub(super) const NUMBER: &str = "number";
pub(super) const PEOPLE: &str = "people";
pub(super) const EMAILS: &str = "emails";
pub(super) const CONSENT: &str = "consent";

/// The values of the menu of kinds that are no files.
pub(super) const BLANK: &str = "-blank";
pub(super) const EXISTING: &str = "-existing";

fn form(memo: &str, parts: Vec<Part>) -> Form {
    Form {
        action: "issue.next".to_owned(),
        title: TITLE.to_owned(),
        submit: None,
        close: "Cancel".to_owned(),
        memo: memo.to_owned(),
        parts,
    }
}

/// Shown at once, while everything slow is under way.
pub(super) fn loading(draft: &Draft, what: &str) -> Form {
    let parts = vec![
        Part::text(format!("{what} …")),
        Part::note("If this stays for more than ten seconds, press *Try again*. Nothing is lost.".to_owned()),
        Part::Buttons(vec![Button::send("Try again", "issue.again", draft.id.as_str())]),
    ];
    form(&draft.memo(), parts)
}

/// Instead of a step that cannot be.
pub(super) fn sorry(id: &str, words: &str) -> Form {
    let mut sorry = form(id, vec![Part::text(words.to_owned())]);
    sorry.close = "Close".to_owned();
    sorry
}

/// After it was sent.
pub(super) fn sent(id: &str, in_thread: bool) -> Form {
    let place = if in_thread { "in the thread" } else { "in a direct message" };
    let mut sent = sorry(
        id,
        &format!(
            "On its way to GitHub. You hear from me {place} as soon as it is filed, and when something becomes of it. You can close this window."
        ),
    );
    sent.action = "issue.done".to_owned();
    sent
}

/// The step at which `draft` is; `composed` is needed for the last one.
pub(super) fn step(ctx: &Ctx, draft: &Draft, composed: Option<&Composed>) -> Form {
    match (draft.step, composed) {
        (Step::Choose, _) => choose(ctx, draft),
        (Step::Fill(page), _) => fill::fill(draft, page),
        (Step::Review, Some(composed)) => review::review(draft, composed),
        (Step::Review, None) => sorry(&draft.id, "There is nothing to look at yet. Close this window and begin anew."),
    }
}

fn choose(ctx: &Ctx, draft: &Draft) -> Form {
    let mut parts = Vec::new();
    parts.extend(about_source(draft));
    let repositories = offer::repositories(ctx, draft);
    parts.push(Part::Choice(where_to(&repositories, draft)));
    let offer = draft.offer.clone().unwrap_or_default();
    if let Some(trouble) = &offer.trouble {
        parts.push(Part::text(trouble.clone()));
    }
    if !offer.closed {
        parts.push(Part::Choice(what_kind(draft, &offer)));
        parts.extend(alike(&draft.similar, draft));
    }
    parts.extend(elsewhere(&offer));
    if offer.trouble.is_some() || draft.source.trouble.is_some() {
        parts.push(Part::Buttons(vec![Button::send("Try again", "issue.again", draft.id.as_str())]));
    }
    let mut form = form(&draft.memo(), parts);
    // Slack takes no window with a menu in it that cannot be sent, so one for a repository that is closed is refused when it is.
    form.submit = Some("Next".to_owned());
    form
}

/// What is taken along, or why it is not.
fn about_source(draft: &Draft) -> Vec<Part> {
    let source = &draft.source;
    if let Some(trouble) = &source.trouble {
        return vec![Part::text(trouble.clone())];
    }
    let messages = match source.messages.len() {
        0 => return Vec::new(),
        1 => "the message".to_owned(),
        count => format!("the whole thread, {count} messages"),
    };
    let mut parts = vec![Part::text(format!(
        "I take {messages} along. Nothing leaves Slack before you have seen it and said yes."
    ))];
    if source.privacy != Privacy::Public {
        parts.push(Part::note(
            "This is a private conversation. You will be asked whether it may become public.".to_owned(),
        ));
    }
    parts
}

fn where_to(repositories: &[&Repository], draft: &Draft) -> Choice {
    Choice {
        id: REPOSITORY.to_owned(),
        label: "Where".to_owned(),
        hint: repositories.iter().find(|one| one.name == draft.repository).map(|one| one.about.clone()),
        options: repositories.iter().map(|one| Choosable::new(&one.name, &one.name).about(&one.about)).collect(),
        chosen: vec![draft.repository.clone()],
        live: true,
        ..Choice::default()
    }
}

fn what_kind(draft: &Draft, offer: &Offer) -> Choice {
    // By their places: the name of a file may be longer than what Slack carries.
    let mut options: Vec<Choosable> = offer
        .forms
        .iter()
        .enumerate()
        .filter(|(_, offered)| !matches!(offered.what, What::Broken(_)))
        .map(|(place, offered)| Choosable::new(place.to_string(), &offered.name).about(&offered.about))
        .collect();
    if offer.blank || options.is_empty() {
        options.push(Choosable::new(BLANK, "Something else").about("Without a form"));
    }
    options.push(Choosable::new(EXISTING, "Add to an issue that is there").about("As a comment"));
    let chosen = match &draft.kind {
        Kind::Open => Vec::new(),
        Kind::File(file) => offer.forms.iter().position(|one| one.file == *file).iter().map(usize::to_string).collect(),
        Kind::Blank => vec![BLANK.to_owned()],
        Kind::Existing => vec![EXISTING.to_owned()],
    };
    // Under another name for each repository, so that Slack does not keep what was chosen for the last one.
    let id = format!("{KIND}:{}", draft.repository);
    Choice { id, label: "What".to_owned(), options, chosen, ..Choice::default() }
}

/// Forms that cannot be shown here, and the other places that the repository points at.
fn elsewhere(offer: &Offer) -> Vec<Part> {
    let mut lines: Vec<String> = Vec::new();
    for offered in &offer.forms {
        if let What::Broken(why) = &offered.what {
            let file: String = url::form_urlencoded::byte_serialize(offered.file.as_bytes()).collect();
            let url = format!("{}/issues/new?template={file}", offer.url);
            lines.push(format!(
                "I cannot show the form [{}]({url}) here: {}.",
                literal(&offered.file),
                literal(why.trim_end_matches('.'))
            ));
        }
    }
    for (name, url, about) in &offer.links {
        lines.push(format!("[{}]({url}): {}", literal(name), literal(about)));
    }
    lines.truncate(6);
    lines.into_iter().map(Part::note).collect()
}

/// Issues that look alike, each with a way to go there instead.
fn alike(alike: &Alike, draft: &Draft) -> Vec<Part> {
    if alike.issues.is_empty() || alike.repository != draft.repository || draft.kind == Kind::Existing {
        return Vec::new();
    }
    let mut parts = vec![Part::text("**Is it one of these?**".to_owned())];
    for issue in &alike.issues {
        let state = if issue.open { "open" } else { "closed" };
        parts.push(Part::text(format!("[#{} {}]({}) · {state}", issue.number, literal(&issue.title), issue.url)));
        let label = if draft.has_thread() { "Add my thread there instead" } else { "Add to that one instead" };
        let action = format!("issue.instead:{}", issue.number);
        parts.push(Part::Buttons(vec![Button::send(label, action, draft.id.as_str())]));
    }
    parts
}
