//! From a wall clock to an instant. Where clocks are set forward some times of day do not exist, and where they are set
//! back some exist twice; what happens then is decided here, once:
//!
//! - in a gap the meeting starts later by as much as the clocks jump (02:30 becomes 03:30), as RFC 5545 has it and as every
//!   calendar shows it. The catalogue's judge refuses a series that would meet one, so this is for changes of law;
//! - in a fold the first of the two is meant.

use chrono::{DateTime, NaiveDateTime, Offset as _, TimeDelta, TimeZone as _};
use chrono_tz::Tz;

/// No gap is longer than a day (Samoa left one out in 2011), so a day earlier the clocks go as they did before it.
const LONGEST_GAP: TimeDelta = TimeDelta::days(1);

/// The instant at which clocks in `zone` show `local`.
#[must_use]
pub fn instant(zone: Tz, local: NaiveDateTime) -> DateTime<Tz> {
    zone.from_local_datetime(&local).earliest().unwrap_or_else(|| after_gap(zone, local))
}

/// When `local` is skipped by the clocks of `zone`: the time that stands in for it.
#[must_use]
pub fn gap(zone: Tz, local: NaiveDateTime) -> Option<DateTime<Tz>> {
    match zone.from_local_datetime(&local).earliest() {
        Some(_) => None,
        None => Some(after_gap(zone, local)),
    }
}

fn after_gap(zone: Tz, local: NaiveDateTime) -> DateTime<Tz> {
    let before = zone.offset_from_local_datetime(&(local - LONGEST_GAP)).earliest();
    let offset = before.map_or(0, |offset| offset.fix().local_minus_utc());
    zone.from_utc_datetime(&(local - TimeDelta::seconds(i64::from(offset))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("America/New_York", "2026-11-25T08:30:00", "2026-11-25T08:30:00-05:00", false)]
    #[case("America/New_York", "2027-03-14T01:59:59", "2027-03-14T01:59:59-05:00", false)]
    #[case("America/New_York", "2027-03-14T02:00:00", "2027-03-14T03:00:00-04:00", true)]
    #[case("America/New_York", "2027-03-14T02:30:00", "2027-03-14T03:30:00-04:00", true)]
    #[case("America/New_York", "2027-03-14T03:00:00", "2027-03-14T03:00:00-04:00", false)]
    #[case("America/New_York", "2026-11-01T01:30:00", "2026-11-01T01:30:00-04:00", false)]
    #[case("Europe/Prague", "2027-03-28T02:30:00", "2027-03-28T03:30:00+02:00", true)]
    #[case("Australia/Lord_Howe", "2026-10-04T02:15:00", "2026-10-04T02:45:00+11:00", true)]
    #[case("Australia/Lord_Howe", "2027-04-04T01:45:00", "2027-04-04T01:45:00+11:00", false)]
    #[case("Asia/Kolkata", "2027-03-14T02:30:00", "2027-03-14T02:30:00+05:30", false)]
    #[case("Pacific/Apia", "2011-12-30T08:30:00", "2011-12-31T08:30:00+14:00", true)]
    fn gaps_shift_forward_and_folds_take_the_first(
        #[case] zone: Tz,
        #[case] local: NaiveDateTime,
        #[case] instant: &str,
        #[case] in_gap: bool,
    ) {
        assert_eq!(super::instant(zone, local).to_rfc3339(), instant);
        assert_eq!(gap(zone, local).is_some(), in_gap);
    }

    /// The reason for [`crate::domain::calendar::LAST_DAY`].
    #[test]
    fn clocks_change_until_the_last_day() {
        let july = |year: i32| {
            let local = chrono::NaiveDate::from_ymd_opt(year, 7, 1).and_then(|day| day.and_hms_opt(8, 30, 0));
            instant(Tz::America__New_York, local.unwrap()).to_rfc3339()
        };
        assert_eq!(july(2099), "2099-07-01T08:30:00-04:00");
        assert_eq!(july(2100), "2100-07-01T08:30:00-05:00");
    }
}
