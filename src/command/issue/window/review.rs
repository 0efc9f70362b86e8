//! The last step: everything that becomes public, as it will stand, what was done to it, and what is still to be chosen.

use super::{CONSENT, EMAILS, PEOPLE, alike, form};
use crate::command::issue::compose::Composed;
use crate::command::issue::draft::{Draft, Kind, Privacy};
use crate::domain::issue::{Filing, On};
use crate::domain::redact::{self, Emails};
use crate::domain::reply::{Button, Choice, Choosable, Form, Look, Part, literal};

/// Most characters of one piece of the preview, and most pieces. A window holds 100 blocks and is read on a phone.
const PIECE: usize = 2_800;
const PIECES: usize = 16;

/// Most characters of an address below a button (<https://docs.slack.dev/reference/block-kit/block-elements/button-element>).
const LONGEST_ADDRESS: usize = 3_000;

pub(super) fn review(draft: &Draft, composed: &Composed) -> Form {
    let mut parts = vec![Part::text(publicity(draft))];
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
    let public = draft.offer.as_ref().is_none_or(|offer| offer.public || offer.trouble.is_some());
    let who = if !public { "everybody who sees that repository" } else { "everybody, for good" };
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
            parts.push(Part::note("Below it, as a comment:".to_owned()));
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
        parts.push(Part::note(format!("… and {left} characters more, made in the same way.")));
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
        if !composed.filing.kept_back.is_empty() {
            notes.push(format!(
                "Not set by me: {}. These labels start automation with rights of its own; a maintainer sets them after a look.",
                code(&composed.filing.kept_back)
            ));
        }
        if !issue.assignees.is_empty() {
            notes.push(format!("Assigned to: {}", code(&issue.assignees)));
        }
    }
    if draft.has_thread() {
        notes.push("Names do not ping anybody on GitHub, and nothing in it starts a command there.".to_owned());
    }
    notes.into_iter().map(Part::note).collect()
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
        let filing = Filing {
            repository: String::new(),
            on: On::Issue(1),
            comments: vec![text.repeat(20)],
            kept_back: Vec::new(),
        };
        let parts = preview(&filing);
        assert!(matches!(parts.last(), Some(Part::Note(note)) if note.contains("characters more")));
        assert!(parts.len() < 30);
    }
}
