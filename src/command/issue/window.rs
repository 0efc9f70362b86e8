//! How the window looks at each step. Says everything that will happen before it does.

use super::compose::Composed;
use super::draft::{Alike, Draft, Kind, Offer, Privacy, Step, What};
use super::fields::{self, LONGEST_ANSWER};
use super::offer;
use crate::command::Ctx;
use crate::domain::issue::{Filing, LONGEST_TITLE, On, Repository};
use crate::domain::redact::{self, Emails};
use crate::domain::reply::{Button, Choice, Choosable, Form, Input, Look, Part, literal};

/// The window's headline.
const TITLE: &str = "Open a GitHub issue";

/// Most characters of one piece of the preview, and most pieces. A window holds 100 blocks and is read on a phone.
const PIECE: usize = 2_800;
const PIECES: usize = 16;

/// Most characters of an address below a button (<https://docs.slack.dev/reference/block-kit/block-elements/button-element>).
pub(super) const LONGEST_ADDRESS: usize = 3_000;

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
        Part::Text(format!("{what} …")),
        Part::Note("If this stays for more than ten seconds, press *Try again*. Nothing is lost.".to_owned()),
        Part::Buttons(vec![Button::send("Try again", "issue.again", draft.id.as_str())]),
    ];
    form(&draft.memo(), parts)
}

/// Instead of a step that cannot be.
pub(super) fn sorry(id: &str, words: &str) -> Form {
    let mut sorry = form(id, vec![Part::Text(words.to_owned())]);
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
        (Step::Fill(page), _) => fill(draft, page),
        (Step::Review, Some(composed)) => review(draft, composed),
        (Step::Review, None) => sorry(&draft.id, "There is nothing to look at yet."),
    }
}

// ---- where, and what kind

fn choose(ctx: &Ctx, draft: &Draft) -> Form {
    let mut parts = Vec::new();
    parts.extend(about_source(draft));
    let repositories = offer::repositories(ctx, draft);
    parts.push(Part::Choice(where_to(&repositories, draft)));
    let offer = draft.offer.clone().unwrap_or_default();
    if let Some(trouble) = &offer.trouble {
        parts.push(Part::Text(trouble.clone()));
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
    form.submit = (!offer.closed).then(|| "Next".to_owned());
    form
}

/// What is taken along, or why it is not.
fn about_source(draft: &Draft) -> Vec<Part> {
    let source = &draft.source;
    if let Some(trouble) = &source.trouble {
        return vec![Part::Text(trouble.clone())];
    }
    let messages = match source.messages.len() {
        0 => return Vec::new(),
        1 => "the message".to_owned(),
        count => format!("the whole thread, {count} messages"),
    };
    let mut parts = vec![Part::Text(format!(
        "I take {messages} along. Nothing leaves Slack before you have seen it and said yes."
    ))];
    if source.privacy != Privacy::Public {
        parts.push(Part::Note(
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
    let mut options: Vec<Choosable> = offer
        .forms
        .iter()
        .filter(|offered| !matches!(offered.what, What::Broken(_)))
        .map(|offered| Choosable::new(&offered.file, &offered.name).about(&offered.about))
        .collect();
    if offer.blank || options.is_empty() {
        options.push(Choosable::new(BLANK, "Something else").about("Without a form"));
    }
    options.push(Choosable::new(EXISTING, "Add to an issue that is there").about("As a comment"));
    let chosen = match &draft.kind {
        Kind::Open => Vec::new(),
        Kind::File(file) => vec![file.clone()],
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
            let url = format!("{}/issues/new?template={}", offer.url, offered.file);
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
    lines.into_iter().map(Part::Note).collect()
}

/// Issues that look alike, each with a way to go there instead.
fn alike(alike: &Alike, draft: &Draft) -> Vec<Part> {
    if alike.issues.is_empty() || alike.repository != draft.repository || draft.kind == Kind::Existing {
        return Vec::new();
    }
    let mut parts = vec![Part::Text("**Is it one of these?**".to_owned())];
    for issue in &alike.issues {
        let state = if issue.open { "open" } else { "closed" };
        parts.push(Part::Text(format!("[#{} {}]({}) · {state}", issue.number, literal(&issue.title), issue.url)));
        let label = if draft.has_thread() { "Add my thread there instead" } else { "Add to that one instead" };
        let action = format!("issue.instead:{}", issue.number);
        parts.push(Part::Buttons(vec![Button::send(label, action, draft.id.as_str())]));
    }
    parts
}

// ---- what is asked

fn fill(draft: &Draft, page: usize) -> Form {
    let mut parts = Vec::new();
    let pages = draft.form().map_or(1, |form| fields::pages(form).len());
    if pages > 1 {
        parts.push(Part::Note(format!("Page {} of {pages}", page + 1)));
    }
    if page == 0 && draft.kind == Kind::Existing {
        parts.push(Part::Input(Input {
            id: NUMBER.to_owned(),
            label: "Number of the issue".to_owned(),
            hint: Some(format!("In {}; its address will do as well.", draft.repository)),
            initial: if draft.number > 0 { draft.number.to_string() } else { String::new() },
            max_length: 300,
            one_line: true,
            ..Input::default()
        }));
    } else if page == 0 {
        parts.push(Part::Input(headline(draft)));
    }
    match draft.form() {
        Some(form) => parts.extend(fields::page(form, page, &draft.answers)),
        None => parts.push(Part::Input(words(draft))),
    }
    parts.push(Part::Buttons(vec![Button::send("Back", "issue.back", draft.id.as_str())]));
    let mut form = form(&draft.memo(), parts);
    form.submit = Some(if page + 1 < pages { "Next" } else { "Preview" }.to_owned());
    form
}

fn headline(draft: &Draft) -> Input {
    let pattern = match draft.chosen().map(|offered| &offered.what) {
        Some(What::Form(form)) => form.title.as_str(),
        Some(What::Template { title, .. }) => title.as_str(),
        _ => "",
    };
    Input {
        id: HEADLINE.to_owned(),
        label: "Title".to_owned(),
        hint: Some("In a line, what it is about.".to_owned()),
        initial: if draft.title.is_empty() { pattern.to_owned() } else { draft.title.clone() },
        max_length: LONGEST_TITLE as u64,
        one_line: true,
        ..Input::default()
    }
}

fn words(draft: &Draft) -> Input {
    let template = match draft.chosen().map(|offered| &offered.what) {
        Some(What::Template { body, .. }) => body.as_str(),
        _ => "",
    };
    let label = match draft.kind {
        Kind::Existing => "What you want to say to it",
        _ => "What it is about",
    };
    Input {
        id: WORDS.to_owned(),
        label: label.to_owned(),
        hint: Some("Markdown as on GitHub. Leave out passwords and tokens; what looks like one I take out.".to_owned()),
        initial: if draft.text.is_empty() { template.to_owned() } else { draft.text.clone() },
        max_length: LONGEST_ANSWER,
        optional: draft.has_thread(),
        ..Input::default()
    }
}

// ---- what becomes public

fn review(draft: &Draft, composed: &Composed) -> Form {
    let mut parts = vec![Part::Text(publicity(draft))];
    parts.extend(preview(&composed.filing));
    parts.extend(done_to_it(draft, composed));
    if draft.has_thread() {
        parts.push(Part::Choice(people(draft)));
        if draft.choices.emails == Emails::Keep || composed.redacted.contains_key(&redact::Kind::Email) {
            parts.push(Part::Choice(emails(draft)));
        }
        if draft.source.privacy != Privacy::Public {
            parts.push(Part::Choice(consent(draft)));
        }
    }
    parts.extend(alike(&draft.similar, draft));
    let mut buttons = vec![Button::send("Back", "issue.back", draft.id.as_str())];
    if let Some(url) = prefilled(draft) {
        buttons.push(Button::open("File it on GitHub myself", "issue.self", url));
    }
    parts.push(Part::Buttons(buttons));
    let mut form = form(&draft.memo(), parts);
    form.submit = Some(if draft.kind == Kind::Existing { "Add it" } else { "File it" }.to_owned());
    form
}

fn publicity(draft: &Draft) -> String {
    let private = draft.offer.as_ref().is_some_and(|offer| offer.private);
    let who = if private { "everybody who sees that repository" } else { "everybody, for good" };
    let repository = literal(&draft.repository);
    match draft.kind {
        Kind::Existing => format!("This becomes a comment on **{repository}#{}**, to be read by {who}:", draft.number),
        _ => format!("This becomes an issue in **{repository}**, to be read by {who}:"),
    }
}

/// Everything that leaves, as it leaves.
fn preview(filing: &Filing) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut texts: Vec<&str> = Vec::new();
    if let On::New(issue) = &filing.on {
        parts.push(Part::Title(issue.title.clone()));
        texts.push(&issue.body);
    }
    texts.extend(filing.comments.iter().map(String::as_str));
    let (mut shown, mut left) = (0, 0);
    for (place, text) in texts.iter().enumerate() {
        if place > 0 && shown < PIECES {
            parts.push(Part::Note("Below it, as a comment:".to_owned()));
        }
        for piece in pieces(text) {
            if shown < PIECES {
                parts.push(Part::Code(piece));
                shown += 1;
            } else {
                left += piece.chars().count();
            }
        }
    }
    if left > 0 {
        parts.push(Part::Note(format!("… and {left} characters more, made in the same way.")));
    }
    parts
}

/// A text in pieces that end with a line where they can.
fn pieces(text: &str) -> Vec<String> {
    let (mut pieces, mut piece, mut length) = (Vec::new(), String::new(), 0);
    for line in text.split_inclusive('\n') {
        let mut line: Vec<char> = line.chars().collect();
        if length + line.len() > PIECE && length > 0 {
            pieces.push(std::mem::take(&mut piece));
            length = 0;
        }
        while line.len() > PIECE {
            pieces.push(line.drain(..PIECE).collect());
        }
        length += line.len();
        piece.extend(line);
    }
    if !piece.trim().is_empty() {
        pieces.push(piece);
    }
    pieces
}

/// What was taken out, what is set beside it, and what is not.
fn done_to_it(draft: &Draft, composed: &Composed) -> Vec<Part> {
    let mut notes = Vec::new();
    if !composed.redacted.is_empty() {
        let counted: Vec<String> = composed.redacted.iter().map(|(kind, count)| kind.counted(*count)).collect();
        notes.push(format!(
            "**Taken out:** {}. Look through it all the same: I know secrets by their looks only.",
            counted.join(", ")
        ));
    }
    if let On::New(issue) = &composed.filing.on {
        let code = |names: &[String]| {
            names.iter().map(|name| format!("`{}`", name.replace('`', ""))).collect::<Vec<_>>().join(", ")
        };
        if !issue.labels.is_empty() {
            notes.push(format!("Labels: {}", code(&issue.labels)));
        }
        if !composed.kept_back.is_empty() {
            notes.push(format!(
                "Not set by me: {}. These labels start automation with rights of its own; a maintainer sets them after a look.",
                code(&composed.kept_back)
            ));
        }
        if !issue.assignees.is_empty() {
            notes.push(format!("Assigned to: {}", code(&issue.assignees)));
        }
    }
    if draft.has_thread() {
        notes.push("Names do not ping anybody on GitHub, and nothing in it starts a command there.".to_owned());
    }
    notes.into_iter().map(Part::Note).collect()
}

fn people(draft: &Draft) -> Choice {
    Choice {
        id: PEOPLE.to_owned(),
        label: "People".to_owned(),
        options: vec![
            Choosable::new("unnamed", "Say “a community member”"),
            Choosable::new("named", "Name them as they are called here").about("Only if they are fine with that"),
        ],
        chosen: vec![if draft.choices.named { "named" } else { "unnamed" }.to_owned()],
        look: Look::Radio,
        live: true,
        ..Choice::default()
    }
}

fn emails(draft: &Draft) -> Choice {
    Choice {
        id: EMAILS.to_owned(),
        label: "E-mail addresses in the thread".to_owned(),
        options: vec![Choosable::new("hide", "Take them out"), Choosable::new("keep", "Keep them")],
        chosen: vec![if draft.choices.emails == Emails::Keep { "keep" } else { "hide" }.to_owned()],
        look: Look::Radio,
        live: true,
        ..Choice::default()
    }
}

fn consent(draft: &Draft) -> Choice {
    let place = match draft.source.privacy {
        Privacy::Direct => "direct message",
        _ => "private channel",
    };
    Choice {
        id: CONSENT.to_owned(),
        label: format!("This conversation is from a {place}"),
        hint: Some("Those who wrote in it did not write for the public. Ask them first.".to_owned()),
        options: vec![Choosable::new("yes", "Yes, publish it")],
        chosen: if draft.published { vec!["yes".to_owned()] } else { Vec::new() },
        look: Look::Boxes,
        optional: true,
        ..Choice::default()
    }
}

/// GitHub's own form, filled in, for those who want to file under their own name.
pub(super) fn prefilled(draft: &Draft) -> Option<String> {
    let base = draft.offer.as_ref().map(|offer| offer.url.as_str()).filter(|url| !url.is_empty())?;
    let url = match &draft.kind {
        Kind::File(file) => draft.form()?.prefilled(base, file, &draft.title, &draft.answers, LONGEST_ADDRESS),
        Kind::Blank => {
            let fields = [("title", draft.title.as_str()), ("body", draft.text.as_str())];
            let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            format!("{base}/issues/new?{query}")
        }
        Kind::Open | Kind::Existing => return None,
    };
    Some(url).filter(|url| !url.is_empty() && url.len() <= LONGEST_ADDRESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_in_pieces_and_says_what_it_leaves_out() {
        let text = format!("{}\n", "x".repeat(99)).repeat(100) + &"y".repeat(6_000);
        let pieces = pieces(&text);
        assert_eq!(pieces.concat(), text);
        assert!(pieces.iter().all(|piece| piece.chars().count() <= PIECE));
        let filing = Filing { repository: String::new(), on: On::Issue(1), comments: vec![text.repeat(20)] };
        let parts = preview(&filing);
        assert!(matches!(parts.last(), Some(Part::Note(note)) if note.contains("characters more")));
        assert!(parts.len() < 30);
    }
}
