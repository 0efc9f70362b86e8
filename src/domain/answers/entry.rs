//! What the catalogue holds: answers with their sources, and the names by which people call things. Plain data, as its
//! authors wrote it; how it is read from files is the catalogue's affair.

use chrono::{Months, NaiveDate};

use crate::domain::markdown::Markdown;

/// Sources older than this are shown with a warning: pages of a young project change within a year and a half.
const SOURCE_AGES_AFTER: Months = Months::new(18);

/// One answer of the catalogue, or a passage of a document that stands in for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Kebab-case file stem, or `path#heading` for a passage. Unique.
    pub id: String,
    /// A question, as a headline.
    pub title: String,
    /// Ways in which people ask for it.
    pub asks: Vec<String>,
    /// Markdown.
    pub text: Markdown,
    /// Topics, free words.
    pub tags: Vec<String>,
    /// The day on which somebody last compared the text with its sources. None for a passage.
    pub verified: Option<NaiveDate>,
    /// True when the entry says that something is *not* written down: to win with it means to decline.
    pub undocumented: bool,
    /// Series of meetings whose next date belongs to the answer.
    pub meetings: Vec<String>,
    /// Where the text's facts stand.
    pub sources: Vec<Source>,
}

/// Where a fact stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Name of the page.
    pub title: String,
    /// Its address; for a passage of a local document, path and heading.
    pub url: String,
    /// The page's own date. None when a document does not tell.
    pub dated: Option<NaiveDate>,
}

impl Source {
    /// The last day on which the source, 18 months old, needs no warning, and the sentence to be shown from then on.
    fn age(&self) -> Option<(NaiveDate, String)> {
        let dated = self.dated?;
        let last = dated.checked_add_months(SOURCE_AGES_AFTER)?;
        Some((last, format!("This source is from {}; things may have changed since.", dated.format("%B %Y"))))
    }
}

impl Answer {
    /// The last day on which no source is old enough for a warning, and the oldest source's warning.
    #[must_use]
    pub fn age(&self) -> Option<(NaiveDate, String)> {
        self.sources.iter().filter(|source| source.dated.is_some()).min_by_key(|source| source.dated)?.age()
    }

    /// The oldest source's warning, if any source is old enough for one.
    #[must_use]
    pub fn age_note(&self, today: NaiveDate) -> Option<String> {
        self.age().filter(|(last, _)| *last < today).map(|(_, note)| note)
    }
}

/// The community's own words: other names of a thing, and everyday words that mean nearly the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// A question that holds one way of writing a thing counts as holding all of them.
    pub names: Vec<Name>,
    /// A match through these weighs less than the word itself.
    pub alike: Vec<Alike>,
}

/// A thing and its other names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name that the community prefers.
    pub name: String,
    /// Abbreviations and other spellings.
    pub also: Vec<String>,
}

/// Words that mean nearly the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// One base form each.
    pub words: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(dated: Option<NaiveDate>) -> Answer {
        Answer {
            id: String::new(),
            title: String::new(),
            asks: Vec::new(),
            text: Markdown::default(),
            tags: Vec::new(),
            verified: None,
            undocumented: false,
            meetings: Vec::new(),
            sources: vec![Source { title: String::new(), url: String::new(), dated }],
        }
    }

    #[test]
    fn a_source_ages_after_eighteen_months() {
        let dated = NaiveDate::from_ymd_opt(2021, 12, 6);
        let note = |y, m, d| from(dated).age_note(NaiveDate::from_ymd_opt(y, m, d).unwrap());
        assert_eq!(note(2023, 6, 6), None);
        assert_eq!(note(2023, 6, 7).unwrap(), "This source is from December 2021; things may have changed since.");
        assert_eq!(from(None).age_note(NaiveDate::MAX), None);
    }
}
