//! The index over answers and documents, on tantivy: finds what may answer a question and lays the evidence before the
//! judge (`domain::answers`). Knows neither files of the catalogue nor Slack.

mod index;
mod library;
pub mod passages;
mod postings;

pub use index::{Index, IndexFault};
