//! What the bot says, before any chat system's markup.
//!
//! A [`Reply`] holds meaning only: which words are ours (Markdown) and which are somebody's ([`Part::Quote`]), what can be
//! pressed, what can be filled in. How that looks, and how it is kept within a platform's limits, is for the edge.

use serde::{Deserialize, Serialize};

use super::markdown::Markdown;

/// One message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// From top to bottom.
    pub parts: Vec<Part>,
}

/// A piece of a [`Reply`] or of a [`Form`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// A headline, plain text.
    Title(String),
    /// Our own words. Never holds what a person or an object of a cluster said: that is [`Part::Quote`].
    Text(Markdown),
    /// Small print, our own words.
    Note(Markdown),
    /// Somebody's words, plain text: shown as they are, without any effect.
    Quote(String),
    /// Lines to be copied, plain text, as they are.
    Code(String),
    /// Things to press.
    Buttons(Vec<Button>),
    /// Something to fill in; only inside a [`Form`].
    Input(Input),
    /// Something to choose; only inside a [`Form`].
    Choice(Choice),
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// What it does.
    pub press: Press,
    /// Whether it is the one that most people will want.
    pub primary: bool,
}

/// What pressing a button does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Press {
    /// Opens a page; `action` tells such buttons apart.
    Open {
        /// Name of the button.
        action: String,
        /// The page.
        url: String,
    },
    /// Comes back to the bot.
    Send {
        /// Which deed of which command, as `command.deed`; unique within its row.
        action: String,
        /// What the deed needs to know.
        value: String,
    },
}

/// Plain words as Markdown that shows them as they are, to stand inside a [`Part::Text`] or [`Part::Note`].
pub fn literal(words: &str) -> String {
    let mut markdown = String::with_capacity(words.len() + 8);
    for character in words.chars() {
        match character {
            '\n' | '\r' => markdown.push(' '),
            punctuation if punctuation.is_ascii_punctuation() => markdown.extend(['\\', punctuation]),
            other => markdown.push(other),
        }
    }
    markdown
}

impl Button {
    /// A button that comes back to the bot as `action` with `value`.
    pub fn send(label: impl Into<String>, action: impl Into<String>, value: impl Into<String>) -> Self {
        let press = Press::Send { action: action.into(), value: value.into() };
        Self { label: label.into(), press, primary: false }
    }

    /// A button that opens `url`.
    pub fn open(label: impl Into<String>, action: impl Into<String>, url: impl Into<String>) -> Self {
        let press = Press::Open { action: action.into(), url: url.into() };
        Self { label: label.into(), press, primary: false }
    }

    /// The same button, as the one that most people will want.
    pub fn primary(self) -> Self {
        Self { primary: true, ..self }
    }
}

/// A window that asks for something before anything is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Which deed takes what was filled in, as `command.deed`.
    pub action: String,
    /// Headline, at most 24 characters.
    pub title: String,
    /// Label of the button that sends it; `None` where there is nothing to send.
    pub submit: Option<String>,
    /// Label of the button that closes it.
    pub close: String,
    /// Comes back with what was filled in; not shown.
    pub memo: String,
    /// From top to bottom.
    pub parts: Vec<Part>,
}

/// A field of a [`Form`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Name under which the value comes back.
    pub id: String,
    /// What is asked for.
    pub label: String,
    /// A line of help below.
    pub hint: Option<String>,
    /// What stands in it, pale, as long as nothing else does.
    pub placeholder: Option<String>,
    /// What already stands in it.
    pub initial: String,
    /// Most characters that it takes.
    pub max_length: u64,
    /// Whether it takes one line only.
    pub one_line: bool,
    /// Whether it may stay empty.
    pub optional: bool,
}

/// Something to choose from in a [`Form`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Name under which the choice comes back.
    pub id: String,
    /// What is asked for.
    pub label: String,
    /// A line of help below.
    pub hint: Option<String>,
    /// What there is.
    pub options: Vec<Choosable>,
    /// The values of those that are chosen at first.
    pub chosen: Vec<String>,
    /// How it looks, and how many may be chosen.
    pub look: Look,
    /// Whether nothing need be chosen.
    pub optional: bool,
    /// Whether the bot hears of each change, not only of what was sent.
    pub live: bool,
}

/// How a [`Choice`] looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Look {
    /// A menu from which one is chosen.
    #[default]
    Menu,
    /// A menu from which several are chosen.
    Several,
    /// Buttons of which one is on.
    Radio,
    /// Boxes to be ticked.
    Boxes,
}

/// One of several things to choose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choosable {
    /// What comes back.
    pub value: String,
    /// What people read.
    pub label: String,
    /// A second, smaller line.
    pub about: Option<String>,
}

impl Choosable {
    /// A choice of one line.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), about: None }
    }

    /// The same with a second, smaller line, unless that is empty.
    #[must_use]
    pub fn about(self, about: impl Into<String>) -> Self {
        Self { about: Some(about.into()).filter(|about| !about.is_empty()), ..self }
    }
}

impl Part {
    /// Our own words.
    pub fn text(markdown: impl Into<Markdown>) -> Self {
        Self::Text(markdown.into())
    }

    /// Small print.
    pub fn note(markdown: impl Into<Markdown>) -> Self {
        Self::Note(markdown.into())
    }
}

impl Reply {
    /// A message of one paragraph in Markdown.
    pub fn text(markdown: impl Into<Markdown>) -> Self {
        Self { parts: vec![Part::text(markdown)] }
    }

    /// Whether our own words in it name this person.
    pub fn is_from(&self, person: &str) -> bool {
        let link = format!("(person:{person})");
        self.parts.iter().any(|part| match part {
            Part::Text(words) | Part::Note(words) => words.contains(&link),
            _ => false,
        })
    }

    /// The same with `part` below.
    pub fn with(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    /// The same with small print below.
    pub fn note(self, markdown: impl Into<Markdown>) -> Self {
        self.with(Part::note(markdown))
    }

    /// The same with `buttons` below.
    pub fn buttons(self, buttons: Vec<Button>) -> Self {
        self.with(Part::Buttons(buttons))
    }
}
