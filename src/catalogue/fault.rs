//! A fault of the catalogue, with its place, worded for the person who edits the file.

use std::fmt;

/// Something wrong at a place of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Path inside the catalogue, `/` between folders.
    pub path: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// What is wrong, and how it should be.
    pub message: String,
}

impl Fault {
    /// A fault at a known place.
    #[must_use]
    pub fn at(path: &str, line: usize, column: usize, message: &str) -> Fault {
        Fault { path: path.to_owned(), line, column, message: message.to_owned() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.path, self.line, self.column, self.message)
    }
}
