//! The body that GitHub makes of somebody's answers, and what it would say against them.
//!
//! Programs read these bodies back, so they are GitHub's to the byte: no default is applied, nothing is escaped.

use super::{Answer, Answers, Checkbox, Field, FieldKind, IssueForm};

/// What stands where nothing was answered.
const NO_RESPONSE: &str = "_No response_";
/// The shortest fence of a code block (<https://spec.commonmark.org/0.31.2/#fenced-code-blocks>).
const FENCE: usize = 3;

/// An answer that does not go with its question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongAnswer {
    /// Nobody asked.
    #[error("the form asks nothing called “{key}”: it asks {asked}")]
    NotAsked {
        /// The answer's key.
        key: String,
        /// The keys that there are.
        asked: String,
    },
    /// A list where one answer belongs.
    #[error("“{field}” takes one text, not a list")]
    OneText {
        /// The field's key.
        field: String,
    },
    /// One text where a list belongs.
    #[error("“{field}” takes a list of the options chosen, not one text")]
    ListOfOptions {
        /// The field's key.
        field: String,
    },
    /// No option of the field.
    #[error("“{field}” has no option “{answer}”: it has {options}")]
    NoSuchOption {
        /// The field's key.
        field: String,
        /// What was chosen.
        answer: String,
        /// The options that there are.
        options: String,
    },
    /// An option chosen more than once.
    #[error("“{field}” has “{answer}” chosen twice")]
    ChosenTwice {
        /// The field's key.
        field: String,
        /// What was chosen.
        answer: String,
    },
}

/// An answer that goes with its question.
pub(super) enum Given<'a> {
    Nothing,
    Text(String),
    Chosen(Vec<&'a str>),
}

impl IssueForm {
    /// The body that GitHub makes of these answers, without a line break at its end.
    ///
    /// # Errors
    /// When an answer does not go with its question. That one is missing is no error here: see [`IssueForm::unanswered`].
    pub fn body(&self, answers: &Answers) -> Result<String, WrongAnswer> {
        if let Some(key) = answers.keys().find(|key| self.fields().all(|field| field.key() != key.as_str())) {
            let asked = quoted(self.fields().map(Field::key));
            return Err(WrongAnswer::NotAsked { key: key.clone(), asked });
        }
        let sections = self.fields().map(|field| field.section(answers));
        Ok(sections.collect::<Result<Vec<_>, _>>()?.join("\n\n"))
    }

    /// What GitHub's form would refuse to send, by the field's key: questions that want an answer and have none.
    #[must_use]
    pub fn unanswered(&self, answers: &Answers) -> Vec<(String, String)> {
        let missing = |field: &Field| {
            let given = field.given(answers).unwrap_or(Given::Nothing);
            field.missing(&given).into_iter().map(|why| (field.key().to_owned(), why)).collect::<Vec<_>>()
        };
        self.fields().flat_map(missing).collect()
    }
}

impl Answer {
    /// Whether nothing is said with it.
    fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.trim().is_empty(),
            Self::Choices(chosen) => chosen.is_empty(),
        }
    }
}

impl Field {
    /// The heading and what is answered to it.
    fn section(&self, answers: &Answers) -> Result<String, WrongAnswer> {
        let given = self.given(answers)?;
        let value = match &self.kind {
            FieldKind::Checkboxes { options } => ticked(options, &given),
            FieldKind::Textarea { render: Some(language), .. } => fenced(language, &given),
            _ => given.words().unwrap_or_else(|| NO_RESPONSE.to_owned()),
        };
        Ok(format!("### {}\n\n{value}", self.label))
    }

    /// The answer to this question as GitHub would take it: with line feeds, and no white space at its end.
    pub(super) fn given(&self, answers: &Answers) -> Result<Given<'_>, WrongAnswer> {
        let field = || self.key().to_owned();
        let Some(answer) = answers.get(self.key()).filter(|answer| !answer.is_empty()) else {
            return Ok(Given::Nothing);
        };
        match (answer, &self.kind) {
            (Answer::Text(text), FieldKind::Dropdown { multiple: false, .. }) => {
                Ok(Given::Chosen(vec![self.option(text)?]))
            }
            (Answer::Choices(chosen), FieldKind::Dropdown { multiple: true, .. } | FieldKind::Checkboxes { .. }) => {
                self.options(chosen)
            }
            (Answer::Text(_), FieldKind::Dropdown { .. } | FieldKind::Checkboxes { .. }) => {
                Err(WrongAnswer::ListOfOptions { field: field() })
            }
            (Answer::Choices(_), _) => Err(WrongAnswer::OneText { field: field() }),
            (Answer::Text(text), _) => Ok(Given::Text(text.replace("\r\n", "\n").trim_end().to_owned())),
        }
    }

    /// The options that are meant, in the order given.
    fn options(&self, chosen: &[String]) -> Result<Given<'_>, WrongAnswer> {
        let mut options = Vec::new();
        for answer in chosen {
            let option = self.option(answer)?;
            if options.contains(&option) {
                return Err(WrongAnswer::ChosenTwice { field: self.key().to_owned(), answer: answer.clone() });
            }
            options.push(option);
        }
        Ok(Given::Chosen(options))
    }

    /// The option that is meant.
    fn option(&self, answer: &str) -> Result<&str, WrongAnswer> {
        let found = self.choices().into_iter().find(|option| *option == answer.trim());
        found.ok_or_else(|| WrongAnswer::NoSuchOption {
            field: self.key().to_owned(),
            answer: answer.to_owned(),
            options: quoted(self.choices().into_iter()),
        })
    }

    /// What there is to choose from or to tick.
    fn choices(&self) -> Vec<&str> {
        match &self.kind {
            FieldKind::Dropdown { options, .. } => options.iter().map(String::as_str).collect(),
            FieldKind::Checkboxes { options } => options.iter().map(|option| option.label.as_str()).collect(),
            _ => Vec::new(),
        }
    }

    /// What GitHub's form would say of this answer, a sentence each.
    fn missing(&self, given: &Given<'_>) -> Vec<String> {
        if let FieldKind::Checkboxes { options } = &self.kind {
            let open = options.iter().filter(|option| option.required && !given.has(&option.label));
            return open.map(|option| format!("“{}” has to be ticked", option.label)).collect();
        }
        let open = self.required && matches!(given, Given::Nothing);
        open.then(|| format!("“{}” wants an answer", self.label)).into_iter().collect()
    }
}

impl Given<'_> {
    /// As it stands in the body, if there is anything.
    pub(super) fn words(self) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Text(text) => Some(text),
            Self::Chosen(options) => Some(options.join(", ")),
        }
    }

    fn has(&self, option: &str) -> bool {
        matches!(self, Self::Chosen(options) if options.contains(&option))
    }
}

/// Every box, ticked or not.
fn ticked(boxes: &[Checkbox], given: &Given<'_>) -> String {
    let line = |Checkbox { label, .. }: &Checkbox| {
        let mark = if given.has(label) { 'X' } else { ' ' };
        format!("- [{mark}] {label}")
    };
    boxes.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The code block. A fence that somebody wrote into the answer must not end it, so ours is longer.
fn fenced(language: &str, given: &Given<'_>) -> String {
    let text = if let Given::Text(text) = given { text.as_str() } else { "" };
    let runs = text.lines().map(|line| line.trim_start().chars().take_while(|letter| *letter == '`').count());
    let fence = "`".repeat(runs.max().map_or(FENCE, |longest| FENCE.max(longest + 1)));
    format!("{fence}{language}\n{text}\n{fence}")
}

fn quoted<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(|word| format!("“{word}”")).collect::<Vec<_>>().join(", ")
}
