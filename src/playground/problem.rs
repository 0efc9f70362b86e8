//! One thing that Slack would refuse, in its words. It must not know who looks for such things, nor what becomes of them.

use std::fmt;

/// One thing that Slack would refuse, in the words of `response_metadata.messages`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    /// Slack's error code.
    pub(super) code: &'static str,
    /// Where in the JSON, as a JSON pointer.
    at: String,
    /// What is wrong there.
    what: String,
}

impl Problem {
    pub(super) fn new(code: &'static str, at: impl Into<String>, what: impl Into<String>) -> Self {
        Self { code, at: at.into(), what: what.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[ERROR] {} [json-pointer:{}]", self.what, self.at)
    }
}
