//! From a draft to exactly what will leave: title, body, labels, comments. What is previewed and what is filed come from here, so
//! that they cannot differ.

use std::collections::BTreeMap;

use super::draft::{Draft, Kind, What};
use crate::domain::inert::{inert, inert_code, literal};
use crate::domain::issue::{Filing, LONGEST_BODY, LONGEST_TITLE, NewIssue, On, Repository};
use crate::domain::issue_form::{Answer, Answers, FieldKind, IssueForm, is_reserved};
use crate::domain::redact::{self, Emails};
use crate::domain::transcript::Transcript;

/// What is left of a body for the marker that the bot puts at its end.
const ROOM: usize = LONGEST_BODY - 256;

/// What will leave, and what was done to it.
pub(super) struct Composed {
    pub(super) filing: Filing,
    /// How often what was taken out.
    pub(super) redacted: BTreeMap<redact::Kind, usize>,
}

/// Why nothing can be made of a draft.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unfit {
    /// Nothing is filed by an empty window.
    #[error("Nothing was chosen yet. Go back and choose what kind of issue it is.")]
    Nothing,
    /// GitHub takes no more.
    #[error(
        "This is too long for one issue: GitHub takes {LONGEST_BODY} characters. Shorten an answer, or put a part of it into a file."
    )]
    TooLong,
    /// The form has changed under the window.
    #[error("The form was changed on GitHub meanwhile. Close this window and begin anew; the thread is still there.")]
    OtherForm,
}

/// Makes of `draft` what will be filed in `repository`.
pub(super) fn compose(draft: &Draft, repository: &Repository) -> Result<Composed, Unfit> {
    let mut redacted = BTreeMap::new();
    let transcript = transcript(draft, &mut redacted);
    let mut kept_back = Vec::new();
    let lead = lead(draft);
    let (on, comments) = match &draft.kind {
        Kind::Open => return Err(Unfit::Nothing),
        Kind::Existing => (On::Issue(draft.number), pages(&transcript, &lead, draft, &mut redacted)),
        Kind::Blank => {
            let labels = repository.labels.clone();
            free(draft, labels, Vec::new(), &transcript, &mut redacted)?
        }
        Kind::File(_) => match draft.chosen().map(|offered| &offered.what) {
            Some(What::Template { labels, assignees, .. }) => {
                let (safe, reserved) = split(labels);
                kept_back = reserved;
                free(draft, safe, assignees.clone(), &transcript, &mut redacted)?
            }
            Some(What::Form(form)) => {
                let (labels, reserved) = split(&form.labels);
                kept_back = reserved;
                let answers = harmless(form, &draft.answers, &mut redacted);
                let body = form.body(&answers).map_err(|_| Unfit::OtherForm)?;
                let title = title(draft, &mut redacted);
                let issue = NewIssue { title, body, labels, assignees: form.assignees.clone(), by_form: true };
                (On::New(issue), transcript.pages(&lead, ROOM))
            }
            Some(What::Broken(_)) | None => return Err(Unfit::Nothing),
        },
    };
    if let On::New(issue) = &on
        && issue.body.chars().count() > if issue.by_form { LONGEST_BODY } else { ROOM }
    {
        return Err(Unfit::TooLong);
    }
    let repository = repository.name.clone();
    Ok(Composed { filing: Filing { repository, on, comments, kept_back }, redacted })
}

/// An issue without a form: the person's words, then the thread, the rest of it in comments.
fn free(
    draft: &Draft,
    labels: Vec<String>,
    assignees: Vec<String>,
    transcript: &Transcript,
    redacted: &mut BTreeMap<redact::Kind, usize>,
) -> Result<(On, Vec<String>), Unfit> {
    let words = clean(draft.text.trim(), redacted);
    let lead = if words.is_empty() { lead(draft) } else { format!("{words}\n\n---\n\n{}", lead(draft)) };
    if lead.chars().count() > ROOM {
        return Err(Unfit::TooLong);
    }
    let mut pages = transcript.pages(&lead, ROOM).into_iter();
    let body = pages.next().unwrap_or(lead);
    let issue = NewIssue { title: title(draft, redacted), body, labels, assignees, by_form: false };
    Ok((On::New(issue), pages.collect()))
}

/// The thread as comments on an issue that is there, behind what the person says to it.
fn pages(
    transcript: &Transcript,
    lead: &str,
    draft: &Draft,
    redacted: &mut BTreeMap<redact::Kind, usize>,
) -> Vec<String> {
    let words = clean(draft.text.trim(), redacted);
    let lead = if words.is_empty() { lead.to_owned() } else { format!("{words}\n\n---\n\n{lead}") };
    transcript.pages(&lead, ROOM)
}

fn transcript(draft: &Draft, redacted: &mut BTreeMap<redact::Kind, usize>) -> Transcript {
    let transcript = Transcript::of(&draft.source.messages, &draft.source.names, draft.choices);
    for (kind, count) in &transcript.redacted {
        *redacted.entry(*kind).or_default() += count;
    }
    transcript
}

/// Where it comes from and for whom, in a line.
fn lead(draft: &Draft) -> String {
    let name = draft.source.names.people.get(&draft.person).filter(|_| draft.choices.named);
    let who = name.map_or_else(|| "a community member".to_owned(), |name| format!("**{}**", literal(name)));
    let count = draft.source.messages.len();
    match (count, draft.source.permalink.as_str()) {
        (0, _) => format!("Filed from Slack for {who}. They hear there how it goes on; no GitHub account is needed."),
        (_, link) => {
            let thread =
                if link.is_empty() { "a Slack thread".to_owned() } else { format!("[a Slack thread]({link})") };
            let messages = if count == 1 { "1 message".to_owned() } else { format!("{count} messages") };
            format!(
                "From {thread} ({messages}, times in UTC), for {who}. They hear there how it goes on; no GitHub account is needed."
            )
        }
    }
}

/// The title as it will stand: one line, nothing secret.
fn title(draft: &Draft, redacted: &mut BTreeMap<redact::Kind, usize>) -> String {
    let line = draft.title.split_whitespace().collect::<Vec<_>>().join(" ");
    let title: String = public(&line, redacted).chars().take(LONGEST_TITLE).collect();
    title.trim_end().to_owned()
}

/// The answers as they will stand. What somebody writes into a form they mean for GitHub, e-mail addresses too; what they choose
/// there are the repository's own words.
fn harmless(form: &IssueForm, answers: &Answers, redacted: &mut BTreeMap<redact::Kind, usize>) -> Answers {
    let mut harmless = answers.clone();
    for field in form.fields() {
        if let Some(Answer::Text(text)) = harmless.get_mut(field.key()) {
            match &field.kind {
                FieldKind::Textarea { render: Some(_), .. } => *text = inert_code(&public(text, redacted)),
                FieldKind::Input { .. } | FieldKind::Textarea { .. } => *text = clean(text, redacted),
                FieldKind::Dropdown { .. } | FieldKind::Checkboxes { .. } | FieldKind::Upload => {}
            }
        }
    }
    harmless
}

/// Somebody's words that stay Markdown, without secrets and without effect.
fn clean(words: &str, redacted: &mut BTreeMap<redact::Kind, usize>) -> String {
    inert(&public(words, redacted))
}

/// The words without secrets.
fn public(words: &str, redacted: &mut BTreeMap<redact::Kind, usize>) -> String {
    let (words, kinds) = redact::redact(words, Emails::Keep);
    for kind in kinds {
        *redacted.entry(kind).or_default() += 1;
    }
    words
}

/// The labels that may be set, and those that never are.
fn split(labels: &[String]) -> (Vec<String>, Vec<String>) {
    labels.iter().cloned().partition(|label| !is_reserved(label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_and_what_is_code_stays_as_it_is() {
        let form = IssueForm::parse(
            "name: n\ndescription: d\nbody:\n- {type: dropdown, id: who, attributes: {label: Who, options: ['@ops', '#2']}}\n\
             - {type: textarea, id: log, attributes: {label: Log, render: shell}}\n- {type: input, id: word, attributes: {label: Word}}\n",
        )
        .unwrap();
        let log = "npm i @scope/x #12\n/close\nexport TOKEN=xoxb-1234567890-abcdefghijklmnop";
        let answers = [("who", "@ops"), ("log", log), ("word", "@ann")];
        let answers = answers.map(|(key, text)| (key.to_owned(), Answer::Text(text.to_owned()))).into();
        let mut redacted = BTreeMap::new();
        let harmless = harmless(&form, &answers, &mut redacted);
        let text = |key: &str| match &harmless[key] {
            Answer::Text(text) => text.replace('\u{200B}', "⁞"),
            Answer::Choices(_) => String::new(),
        };
        assert_eq!((text("who"), text("word")), ("@ops".to_owned(), "@⁞ann".to_owned()));
        assert_eq!(text("log"), "npm i @scope/x #12\n⁞/close\nexport TOKEN=[redacted: token]");
        assert!(form.body(&harmless).is_ok());
        assert_eq!(redacted[&redact::Kind::Token], 1);
    }
}
