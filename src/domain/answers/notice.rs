//! Notices: what is said on top of every answer about something, because the answer is older than what happened to it.

use chrono::NaiveDate;

/// What is said on top of every answer with a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// On answers with this tag.
    pub tag: String,
    /// Markdown.
    pub text: String,
    /// Since when it is so.
    pub since: NaiveDate,
    /// The last day on which it is said; for ever where there is none.
    pub until: Option<NaiveDate>,
    /// The page that says so.
    pub source: Option<String>,
}

impl Notice {
    /// Whether it is said on this day.
    #[must_use]
    pub fn holds(&self, today: NaiveDate) -> bool {
        self.since <= today && self.until.is_none_or(|until| today <= until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("2027-01-31", false)]
    #[case("2027-02-01", true)]
    #[case("2027-02-28", true)]
    #[case("2027-03-01", false)]
    fn a_notice_is_said_from_its_first_to_its_last_day(#[case] today: &str, #[case] said: bool) {
        let day = |text: &str| text.parse().unwrap();
        let notice = Notice {
            tag: "environment".to_owned(),
            text: "Retired.".to_owned(),
            since: day("2027-02-01"),
            until: Some(day("2027-02-28")),
            source: None,
        };
        assert_eq!(notice.holds(day(today)), said);
        assert_eq!(Notice { until: None, ..notice }.holds(day(today)), today >= "2027-02-01");
    }
}
