//! Issue forms of GitHub: what a repository asks of those who open an issue, and the body that GitHub makes of the answers.
//!
//! Pure: where a form comes from, how it is shown and who files the issue is not known here.

mod body;
mod chooser;
mod malformed;
mod prefilled;
mod read;
mod template;
#[cfg(test)]
mod tests;
mod yaml;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use body::WrongAnswer;
pub use chooser::{Chooser, ContactLink};
pub use malformed::{Malformed, Position};
pub use template::Template;

/// An issue form (<https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-issue-forms>).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueForm {
    /// What it is called among the forms of its repository. Empty where the file has none, though GitHub wants one.
    pub name: String,
    /// What it is for, in a sentence. May be empty.
    pub description: String,
    /// What the title of the issue begins as, often with places to be filled in: `NEW PROJECT: <name>`. May be empty.
    pub title: String,
    /// Labels of the issue.
    pub labels: Vec<String>,
    /// Accounts that the issue is given to.
    pub assignees: Vec<String>,
    /// What the form shows and asks, in order.
    pub elements: Vec<Element>,
}

/// One element of a form (<https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema>).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Element {
    /// Words for the person who fills the form in; no part of the issue.
    Markdown(String),
    /// A question.
    Field(Field),
}

/// A question of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Its name for programs.
    pub id: Option<String>,
    /// The question, in one line: the heading of its section.
    pub label: String,
    /// More about the question, in Markdown.
    pub description: Option<String>,
    /// Whether GitHub wants an answer; for checkboxes, whether one of them has to be ticked.
    pub required: bool,
    /// How it is answered.
    pub kind: FieldKind,
}

/// How a question is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldKind {
    /// In one line.
    Input {
        /// An example, shown while nothing is written.
        placeholder: Option<String>,
        /// What is there already, to be changed.
        value: Option<String>,
    },
    /// In as many lines as it takes.
    Textarea {
        /// An example, shown while nothing is written.
        placeholder: Option<String>,
        /// What is there already, to be changed.
        value: Option<String>,
        /// The language of the code block that the answer is put into.
        render: Option<String>,
    },
    /// By a choice.
    Dropdown {
        /// What there is to choose from.
        options: Vec<String>,
        /// Whether several may be chosen.
        multiple: bool,
        /// Which option is chosen already, counted from 0.
        default: Option<usize>,
    },
    /// By ticking.
    Checkboxes {
        /// The boxes.
        options: Vec<Checkbox>,
    },
    /// With files, which GitHub takes in its own form only.
    Upload,
}

/// One box to be ticked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkbox {
    /// What is agreed to.
    pub label: String,
    /// Whether GitHub wants it ticked.
    pub required: bool,
}

/// What somebody answered to one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    /// Written, or the one option chosen.
    Text(String),
    /// The options chosen, or the labels of the boxes ticked.
    Choices(Vec<String>),
}

/// What somebody answered, by the fields' keys.
pub type Answers = BTreeMap<String, Answer>;

impl IssueForm {
    /// Reads a form.
    ///
    /// # Errors
    /// Where GitHub could make no form of it.
    pub fn parse(yaml: &str) -> Result<Self, Malformed> {
        read::form(yaml)
    }

    /// The questions, in order.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.elements.iter().filter_map(|element| match element {
            Element::Field(field) => Some(field),
            Element::Markdown(_) => None,
        })
    }

    /// Whether `title` still holds a place to be filled in, such as `<name>` in `NEW PROJECT: <name>`. What stands in angle brackets
    /// for another reason is no such place.
    #[must_use]
    pub fn unfinished_title(&self, title: &str) -> bool {
        places(&self.title).any(|place| title.contains(place))
    }
}

/// The places to be filled in: `<name>`, angle brackets included.
fn places(title: &str) -> impl Iterator<Item = &str> {
    title.split_inclusive('>').filter_map(|part| {
        let place = &part[part.rfind('<')?..];
        (place.len() > "<>".len() && place.ends_with('>')).then_some(place)
    })
}

impl Field {
    /// Its key among the answers: its id, else its label.
    #[must_use]
    pub fn key(&self) -> &str {
        self.id.as_deref().unwrap_or(&self.label)
    }
}

/// How labels begin that start privileged automation: the community's onboarding robot runs the script that they name.
const RESERVED: [&str; 3] = ["script:", "task-type:", "repo:"];

/// Labels that the bot never sets, since they start privileged automation. GitHub knows labels whatever their case.
#[must_use]
pub fn is_reserved(label: &str) -> bool {
    let label = label.trim_start().to_lowercase();
    RESERVED.iter().any(|prefix| label.starts_with(prefix))
}
