//! The step at which questions are answered: the title, and a form's questions page by page, or words of one's own.

use super::review::prefilled;
use super::{HEADLINE, NUMBER, WORDS, form};
use crate::command::issue::draft::{Draft, Kind};
use crate::command::issue::fields::{self, LONGEST_ANSWER};
use crate::domain::issue::LONGEST_TITLE;
use crate::domain::reply::{Button, Form, Input, Part};

pub(super) fn fill(draft: &Draft, page: usize) -> Form {
    let mut parts = Vec::new();
    let pages = draft.form().map_or(1, |form| fields::pages(form).len());
    if pages > 1 {
        parts.push(Part::note(format!("Page {} of {pages}", page + 1)));
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
        Some(form) => {
            let web = prefilled(draft).unwrap_or_default();
            parts.extend(fields::page(form, page, &draft.answers, &web));
        }
        None => parts.push(Part::Input(words(draft))),
    }
    parts.push(Part::Buttons(vec![Button::send("Back", "issue.back", draft.id.as_str())]));
    let mut form = form(&draft.memo(), parts);
    form.submit = Some(if page + 1 < pages { "Next" } else { "Preview" }.to_owned());
    form
}

fn headline(draft: &Draft) -> Input {
    Input {
        id: HEADLINE.to_owned(),
        label: "Title".to_owned(),
        hint: Some("In a line, what it is about.".to_owned()),
        initial: if draft.title.is_empty() { draft.given().0.to_owned() } else { draft.title.clone() },
        max_length: LONGEST_TITLE as u64,
        one_line: true,
        ..Input::default()
    }
}

fn words(draft: &Draft) -> Input {
    let label = match draft.kind {
        Kind::Existing => "What you want to say to it",
        _ => "What it is about",
    };
    Input {
        id: WORDS.to_owned(),
        label: label.to_owned(),
        hint: Some("Markdown as on GitHub. Leave out passwords and tokens; what looks like one I take out.".to_owned()),
        initial: if draft.text.is_empty() { draft.given().1.to_owned() } else { draft.text.clone() },
        max_length: LONGEST_ANSWER,
        optional: draft.has_thread(),
        ..Input::default()
    }
}
