//! One meeting on one day.

use chrono::{DateTime, Datelike as _, NaiveDate};
use chrono_tz::Tz;

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It takes place as its series says.
    Planned,
    /// It does not take place.
    Skipped,
    /// It takes place at another time.
    Moved,
}

impl Status {
    /// As it is written for programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Status::Planned => "planned",
            Status::Skipped => "skipped",
            Status::Moved => "moved",
        }
    }
}

/// One meeting of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// Id of its series.
    pub series: String,
    /// The local date on which the series has it. With the series its identity, whatever became of it.
    pub date: NaiveDate,
    /// When it starts; for a skipped one, when it would have.
    pub starts: DateTime<Tz>,
    /// When it ends.
    pub ends: DateTime<Tz>,
    /// When it would have started without any change.
    pub original: DateTime<Tz>,
    /// What became of it.
    pub status: Status,
    /// Why it was skipped or moved.
    pub note: Option<String>,
    /// How often it was changed.
    pub sequence: u32,
}

impl Occurrence {
    /// By which it is recognised everywhere, also after it was moved: `STEM-DATE`.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}-{}", self.series, self.date)
    }

    /// The local date on which it starts.
    #[must_use]
    pub fn day(&self) -> NaiveDate {
        self.starts.date_naive()
    }

    /// The ISO week in which it starts.
    #[must_use]
    pub fn iso_week(&self) -> u32 {
        self.day().iso_week().week()
    }

    /// Whether people meet.
    #[must_use]
    pub fn takes_place(&self) -> bool {
        self.status != Status::Skipped
    }

    /// Whether both take place and share some time.
    #[must_use]
    pub fn overlaps(&self, other: &Occurrence) -> bool {
        self.takes_place() && other.takes_place() && self.starts < other.ends && other.starts < self.ends
    }
}
