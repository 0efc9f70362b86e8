//! What is wrong with a file of GitHub's, worded for the person who can mend it.

use std::fmt;

/// A file that GitHub could make nothing of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{why}", Before(*at))]
pub struct Malformed {
    /// Where, if that is known.
    pub at: Option<Position>,
    /// What is wrong and how it should be, in one sentence.
    pub why: String,
}

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// From 1.
    pub line: u64,
    /// In characters, from 1.
    pub column: u64,
}

impl Malformed {
    pub(super) fn at(at: Position, why: impl Into<String>) -> Self {
        Self { at: Some(at), why: why.into() }
    }

    pub(super) fn whole(why: impl Into<String>) -> Self {
        Self { at: None, why: why.into() }
    }
}

/// The place as the beginning of a sentence.
struct Before(Option<Position>);

impl fmt::Display for Before {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(Position { line, column }) => write!(f, "line {line}, column {column}: "),
            None => Ok(()),
        }
    }
}
