//! What people read: an answer, candidates, a refusal, the draft of a question to people. And what their buttons carry.

use std::fmt::Write as _;
use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::catalogue::Support;
use crate::command::{Caller, Error, Knowledge, Result, UserError};
use crate::domain::answers::{Answer, Scored};
use crate::domain::markdown::Markdown;
use crate::domain::reply::{Button, Form, Input, Part, Reply, literal};

/// Most characters that a button carries (<https://docs.slack.dev/reference/block-kit/block-elements/button-element>).
const BUTTON_VALUE: usize = 2_000;

/// Most characters of a question put to people; a quotation must still fit one section of a message.
const LONGEST_QUESTION: u64 = 2_000;

/// What a button below an answer knows.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Carried {
    /// Id of the answer.
    #[serde(rename = "a", default, skip_serializing_if = "String::is_empty")]
    pub(super) answer: String,
    /// The question.
    #[serde(rename = "q", default, skip_serializing_if = "String::is_empty")]
    pub(super) question: String,
    /// The thread in which it was asked.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub(super) thread: Option<String>,
}

impl Carried {
    /// As a button's value; a question that is too long for one loses its end.
    pub(super) fn packed(&self) -> String {
        let whole = serde_json::to_string(self).unwrap_or_default();
        let excess = whole.chars().count().saturating_sub(BUTTON_VALUE);
        if excess == 0 {
            return whole;
        }
        let kept = self.question.chars().count().saturating_sub(excess + 1);
        Self { question: self.question.chars().take(kept).collect(), ..self.again() }.packed()
    }

    pub(super) fn unpacked(value: &str) -> Result<Self> {
        if value.is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_str(value).map_err(|_| Error::User(UserError::UnknownPress))
    }

    pub(super) fn again(&self) -> Self {
        Self { answer: self.answer.clone(), question: self.question.clone(), thread: self.thread.clone() }
    }
}

/// What stands on top of an answer.
#[derive(Debug, Default)]
pub(super) struct Top {
    /// What happened since it was written.
    pub(super) notices: Vec<Part>,
    /// Dates that were computed.
    pub(super) dates: Option<String>,
}

/// One answer, with what can be done about it.
pub(super) fn answered(knowledge: &Knowledge, caller: &Caller, answer: &Answer, top: Top, carried: Carried) -> Reply {
    let carried = Carried { answer: answer.id.clone(), ..carried };
    // One value for all of them, made once: this is in every answer.
    let packed = carried.packed();
    let mut buttons = Vec::with_capacity(5);
    if caller.in_company() {
        buttons.push(Button::send("Show everyone", "onboard.share", packed.clone()));
    }
    buttons.push(Button::send("Helpful", "onboard.helpful", packed.clone()));
    buttons.push(Button::send("Not helpful", "onboard.unhelpful", packed.clone()));
    buttons.extend(after_vote(knowledge, &answer.id, packed));
    body(knowledge, answer, top, caller.at.date_naive()).buttons(buttons)
}

/// The buttons that stay when a vote was given.
pub(super) fn after_vote(knowledge: &Knowledge, answer: &str, packed: String) -> Vec<Button> {
    vec![
        Button::open("Suggest an edit", "onboard.edit", knowledge.support().edit_page(answer)),
        Button::send("Ask a human", "onboard.human", packed),
    ]
}

/// What stands below an answer: the same each time, so it is put into words when the catalogue is loaded.
#[derive(Clone)]
pub(in crate::command) struct SmallPrint {
    sources: Markdown,
    /// The last day without a warning about old sources, and the warning.
    age: Option<(NaiveDate, Markdown)>,
}

impl SmallPrint {
    pub(in crate::command) fn of(answer: &Answer) -> Self {
        let mut note = String::from("Source: ");
        for (number, source) in answer.sources.iter().enumerate() {
            let between = if number > 0 { "; " } else { "" };
            let _ = write!(note, "{between}[{}](<{}>)", literal(&source.title), source.url);
            if let Some(dated) = source.dated {
                let _ = write!(note, ", {}", dated.format("%-d %B %Y"));
            }
        }
        note.push('.');
        let age = answer.age().map(|(last, age)| (last, format!("⚠️ {age}").into()));
        Self { sources: note.into(), age }
    }
}

/// An answer and where it stands, below what stands on top of it.
pub(super) fn body(knowledge: &Knowledge, answer: &Answer, top: Top, today: NaiveDate) -> Reply {
    let SmallPrint { sources, age } = knowledge.small_print(answer);
    let reply = Reply { parts: top.notices }.with(Part::Title(answer.title.clone()));
    let reply = match top.dates {
        Some(dates) => reply.with(Part::text(dates)),
        None => reply,
    };
    let reply = reply.with(Part::text(answer.text.clone())).note(sources);
    match age {
        Some((last, warning)) if last < today => reply.note(warning),
        _ => reply,
    }
}

static UNSURE: LazyLock<Markdown> = LazyLock::new(|| "I am not sure what you are after. Is it one of these?".into());

static NOTHING: LazyLock<Markdown> = LazyLock::new(|| "I have no answer to that.".into());

/// Where people answer, for those to whom the catalogue does not.
pub(in crate::command) fn people(support: &Support) -> Markdown {
    let (channel, forms) = (support.mention(), &support.issues);
    format!("People answer in {channel}, and requests go through the [issue forms]({forms}).").into()
}

/// Candidates to choose from.
pub(super) fn unsure(candidates: &[Scored], carried: &Carried) -> Reply {
    let mut buttons: Vec<Button> = candidates
        .iter()
        .map(|candidate| {
            let carried = Carried { answer: candidate.answer.id.clone(), ..carried.again() };
            Button::send(&*candidate.answer.title, format!("onboard.show:{}", candidate.answer.id), carried.packed())
        })
        .collect();
    buttons.push(Button::send("None of these: ask a human", "onboard.human", carried.packed()));
    Reply::text(UNSURE.clone()).buttons(buttons)
}

/// That there is no answer, and where people are.
pub(super) fn declined(knowledge: &Knowledge, known_unknown: Option<&Answer>, top: Top, carried: &Carried) -> Reply {
    let support = knowledge.support();
    let reply = match known_unknown {
        Some(answer) => {
            let reply = Reply { parts: top.notices }.with(Part::Title(answer.title.clone()));
            reply.with(Part::text(answer.text.clone()))
        }
        None => Reply::text(NOTHING.clone()),
    };
    reply.with(Part::text(knowledge.people())).note(knowledge.extent()).buttons(vec![
        Button::send("Ask a human", "onboard.human", carried.packed()).primary(),
        Button::open("Open an issue", "onboard.issue", support.issues.clone()),
    ])
}

/// The window that shows what will be posted to the support channel before it is.
pub(super) fn draft(support: &Support, carried: &Carried, response_url: Option<&str>) -> Form {
    Form {
        action: "onboard.human".to_owned(),
        title: "Ask a human".to_owned(),
        submit: Some("Post it".to_owned()),
        close: "Cancel".to_owned(),
        memo: response_url.unwrap_or_default().to_owned(),
        parts: vec![
            Part::text(format!(
                "This goes to {}, where every member can read it. It will say that you asked, so that an answer reaches you.",
                support.mention()
            )),
            Part::Input(Input {
                id: "question".to_owned(),
                label: "Your question, as it will stand there".to_owned(),
                hint: Some("Leave out passwords, tokens and anything else that is not for everybody.".to_owned()),
                initial: carried.question.clone(),
                max_length: LONGEST_QUESTION,
                ..Input::default()
            }),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_button_carries_comes_back_and_fits() {
        let long = Carried {
            answer: "no-sla".to_owned(),
            question: "\"why\" \u{1F6A2}".repeat(300),
            thread: Some("1.1".to_owned()),
        };
        let packed = long.packed();
        assert!(packed.chars().count() <= BUTTON_VALUE);
        let back = Carried::unpacked(&packed).unwrap();
        assert_eq!((back.answer, back.thread), (long.answer, long.thread));
        assert!(back.question.len() > 500 && long.question.starts_with(&back.question));
    }
}
