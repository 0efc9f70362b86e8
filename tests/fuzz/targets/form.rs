//! Issue forms, templates and choosers of other people's repositories: read, or told to be malformed; and what comes of every answer.

#![no_main]

use firstmate::domain::issue_form::{Answer, Answers, Chooser, FieldKind, IssueForm, Template};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = Chooser::parse(text);
    let _ = Template::parse("template.md", text);
    let form = match IssueForm::parse(text) {
        Ok(form) => form,
        Err(malformed) => return assert!(!malformed.to_string().trim().is_empty(), "a fault is told in words"),
    };
    for answers in [Answers::new(), answered(&form)] {
        let _ = form.unanswered(&answers);
        // What nobody could have answered is no answer; all else makes a body.
        let Ok(body) = form.body(&answers) else { continue };
        assert!(!body.ends_with(char::is_whitespace), "no blank at its end: {body:?}");
        for field in form.fields() {
            assert!(body.contains(field.label.trim()), "each question stands in it: {:?}", field.label);
        }
    }
});

/// Something for each question.
fn answered(form: &IssueForm) -> Answers {
    let answer = |kind: &FieldKind| match kind {
        FieldKind::Dropdown { options, multiple: true, .. } => Answer::Choices(options.clone()),
        FieldKind::Dropdown { options, .. } => Answer::Text(options.first().cloned().unwrap_or_default()),
        FieldKind::Checkboxes { options } => Answer::Choices(options.iter().map(|one| one.label.clone()).collect()),
        _ => Answer::Text("```\n### words ```\n".to_owned()),
    };
    form.fields().map(|field| (field.key().to_owned(), answer(&field.kind))).collect()
}
