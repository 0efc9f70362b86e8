//! Answering a question from the catalogue: how a question is read, how the evidence for each answer is weighed, and
//! when it is not enough.
//!
//! The way of a question, one file a step; none of them knows where answers come from or how they are indexed:
//!
//! 1. [`wording`]: what a person typed becomes plain words (Slack's markup, courtesy and control characters gone);
//! 2. [`vocabulary`] and [`question`]: words become terms (stem, other names, words alike, typing errors), each with its
//!    weight;
//! 3. [`asked`]: the kind of answer that is asked for (when, how many, who, a link, …);
//! 4. [`evidence`]: what of the question each answer found by the index covers, and what stays unexplained;
//! 5. [`outcome`]: *answered*, *unsure* or *declined*.

pub mod asked;
mod entry;
pub mod evidence;
mod light_words;
mod notice;
pub mod outcome;
pub mod question;
mod spelling;
pub mod vocabulary;
pub mod wording;

pub use asked::Asked;
pub use entry::{Alike, Answer, Name, Names, Source};
pub use evidence::{Candidate, Evidence, Outline, Subject};
pub use notice::Notice;
pub use outcome::{Outcome, Ranked, Rule, Scored};
pub use question::{Question, Reading, Through, Word};
pub use vocabulary::{TermId, Vocabulary};
