//! What the doctor found about one thing, and what to do about it. Never a value of a secret.

use serde_json::{Value, json};

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// As it should be.
    Fine,
    /// Worth knowing.
    Note,
    /// Not given: the bot does without, and can do less.
    Missing,
    /// Given, and does not work.
    Wrong,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) about: String,
    pub(super) state: State,
    pub(super) found: String,
    pub(super) mend: Option<String>,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Note => "note",
            Self::Missing => "missing",
            Self::Wrong => "wrong",
        }
    }

    /// The colour of a terminal.
    fn color(self) -> &'static str {
        match self {
            Self::Fine => "32",
            Self::Note => "36",
            Self::Missing => "33",
            Self::Wrong => "31",
        }
    }
}

impl Finding {
    pub(super) fn fine(about: impl Into<String>, found: impl Into<String>) -> Self {
        Self { about: about.into(), state: State::Fine, found: found.into(), mend: None }
    }

    pub(super) fn note(about: impl Into<String>, found: impl Into<String>) -> Self {
        Self { state: State::Note, ..Self::fine(about, found) }
    }

    pub(super) fn missing(about: impl Into<String>, found: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { state: State::Missing, mend: Some(mend.into()), ..Self::fine(about, found) }
    }

    pub(super) fn wrong(about: impl Into<String>, found: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { state: State::Wrong, mend: Some(mend.into()), ..Self::fine(about, found) }
    }

    pub(super) fn as_text(&self, color: bool) -> String {
        let Self { about, state, found, mend } = self;
        let state = format!("{:<7}", state.name());
        let state = if color { format!("\u{1b}[{}m{state}\u{1b}[0m", self.state.color()) } else { state };
        let mend = mend.as_ref().map(|mend| format!("\n        → {mend}")).unwrap_or_default();
        format!("{state} {about}: {found}{mend}")
    }

    pub(super) fn as_json(&self) -> Value {
        json!({ "about": self.about, "state": self.state.name(), "found": self.found, "mend": self.mend })
    }
}
