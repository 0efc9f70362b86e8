//! How many commands one person may give in a minute, so that nobody keeps the others waiting.

use std::num::NonZeroU32;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::command::UserError;

/// Counts commands by person.
pub(super) struct Limit(Option<DefaultKeyedRateLimiter<(String, String)>>);

impl Limit {
    /// So many a minute; 0 is no limit.
    pub(super) fn a_minute(commands: u32) -> Self {
        Self(NonZeroU32::new(commands).map(|limit| RateLimiter::keyed(Quota::per_minute(limit))))
    }

    /// Counts a command of this person.
    pub(super) fn count(&self, team: &str, person: &str) -> Result<(), UserError> {
        let Some(limit) = &self.0 else { return Ok(()) };
        limit.check_key(&(team.to_owned(), person.to_owned())).map_err(|not_until| {
            let wait = not_until.wait_time_from(DefaultClock::default().now());
            UserError::TooFast { seconds: wait.as_secs() + 1 }
        })
    }

    /// Forgets those who have been silent, so that the table stays as small as the crowd.
    pub(super) fn sweep(&self) {
        if let Some(limit) = &self.0 {
            limit.retain_recent();
            limit.shrink_to_fit();
        }
    }
}
