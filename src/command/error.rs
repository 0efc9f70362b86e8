//! Why a command did not do what was wished, in the words of whoever reads it.

use super::line::LONGEST_LINE;
use super::{cluster, issue, meetings, own};
use crate::domain::person::Denial;
use crate::domain::reply::Reply;
use crate::store::Pause;

/// Why there is no reply as wished.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something that the person can put right; shown as it is worded.
    #[error(transparent)]
    User(#[from] UserError),
    /// Something that we failed at; logged, never shown.
    #[error("{0:#}")]
    Internal(#[from] anyhow::Error),
}

/// What a person can put right. The text of each is what they read, in Markdown.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserError {
    /// There is no such command.
    #[error("There is no {}.{} `/firstmate help` lists what there is.", called(.word), meant(.suggestion))]
    UnknownCommand {
        /// What was typed; only letters, digits and dashes of it.
        word: String,
        /// What was probably meant.
        suggestion: Option<String>,
    },
    /// The command exists, its arguments make no sense.
    #[error("I did not understand that: {problem}. It goes like this: `{usage}`.")]
    Usage {
        /// What is wrong.
        problem: String,
        /// How it goes.
        usage: String,
    },
    /// Longer than anything that can be answered.
    #[error(
        "That is too much for me at once: {LONGEST_LINE} characters is the most I take. Ask in a sentence or two, or post it in #support, where people read."
    )]
    TooLong,
    /// Commands too close together.
    #[error("That is a lot of commands in one minute. Try again in {seconds} s.")]
    TooFast {
        /// Seconds to wait.
        seconds: u64,
    },
    /// The person's role does not allow it.
    #[error("{0}")]
    Denied(Denial),
    /// Something about a meeting that cannot be.
    #[error(transparent)]
    Meeting(#[from] meetings::Mistake),
    /// Something about an issue that cannot be.
    #[error(transparent)]
    Issue(#[from] issue::Mistake),
    /// Something about a cluster that cannot be, or did not come about.
    #[error(transparent)]
    Cluster(#[from] cluster::Mistake),
    /// Something about the bot itself that cannot be.
    #[error(transparent)]
    Own(#[from] own::Mistake),
    /// Everything stands still.
    #[error("{}", own::paused(.0))]
    Paused(Pause),
    /// A button of a message that is older than the catalogue.
    #[error("That answer is not in the catalogue any more. Ask again with `/onboard` and your question.")]
    AnswerGone,
    /// A button that this release does not know.
    #[error("That button is from an earlier version of me. Give the command again to get a fresh one.")]
    UnknownPress,
}

fn called(word: &str) -> String {
    if word.is_empty() { "such command".to_owned() } else { format!("command `{word}`") }
}

fn meant(suggestion: &Option<String>) -> String {
    suggestion.as_ref().map(|word| format!(" Did you mean `{word}`?")).unwrap_or_default()
}

/// The result of a command.
pub type Result<T = Reply> = std::result::Result<T, Error>;

impl From<cluster::Mistake> for Error {
    fn from(mistake: cluster::Mistake) -> Self {
        Self::User(mistake.into())
    }
}
