//! How long to wait before the next connection: not at all after one that served well, longer and longer while they fail, and never in
//! step with other copies of the bot. Pure, but for chance.

use std::time::Duration;

use super::connection::Leaving;

/// A connection that stood so long counts as one that served well.
const STEADY: Duration = Duration::from_secs(10);

/// First wait after a failure; each further one is twice as long.
const FIRST: Duration = Duration::from_secs(1);

/// Longest wait between tries: a bot that cannot be reached should not stay so for long after Slack is back.
const LONGEST: Duration = Duration::from_secs(30);

/// Wait where trying more often mends nothing: until somebody changed the app, or stopped another bot.
const UNTIL_MENDED: Duration = Duration::from_secs(60);

/// Longest wait that Slack may ask for. The method's tier is told as one a minute in one place and fifty in another.
const LONGEST_ASKED: Duration = Duration::from_secs(300);

/// Counts failures in a row.
#[derive(Debug, Default)]
pub(super) struct Pace {
    failures: u32,
}

impl Pace {
    /// The wait after a connection that stood for `lived`.
    pub(super) fn after(&mut self, leaving: Leaving, lived: Duration) -> Duration {
        if matches!(leaving, Leaving::Disabled | Leaving::TooMany) {
            return self.refused();
        }
        if lived >= STEADY {
            self.failures = 0;
        }
        self.next()
    }

    /// The wait after a try that came to nothing.
    pub(super) fn failed(&mut self) -> Duration {
        self.failures = self.failures.max(1);
        self.next()
    }

    /// The wait after Slack said no.
    pub(super) fn refused(&mut self) -> Duration {
        self.failures = self.failures.max(1);
        jittered(UNTIL_MENDED)
    }

    /// The wait after Slack asked for one.
    pub(super) fn limited(&mut self, asked: Duration) -> Duration {
        let own = self.failed();
        // Later than asked, never earlier.
        own.max(asked.min(LONGEST_ASKED) + jittered(FIRST))
    }

    fn next(&mut self) -> Duration {
        let failures = self.failures;
        self.failures = failures.saturating_add(1);
        match failures.checked_sub(1) {
            None => Duration::ZERO,
            Some(doublings) => jittered(FIRST.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST)),
        }
    }
}

/// Between half of it and all of it.
fn jittered(wait: Duration) -> Duration {
    wait.mul_f64(rand::random_range(0.5..=1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(wait: Duration, seconds: u64) -> bool {
        let most = Duration::from_secs(seconds);
        most / 2 <= wait && wait <= most
    }

    #[test]
    fn waits_grow_while_nothing_stands_and_end_with_what_stands() {
        let mut pace = Pace::default();
        assert_eq!(pace.after(Leaving::Refresh, Duration::from_secs(3600)), Duration::ZERO);
        for seconds in [1, 2, 4, 8, 16, 30, 30] {
            let wait = pace.failed();
            assert!(about(wait, seconds), "{wait:?} for {seconds}");
        }
        assert_eq!(pace.after(Leaving::Lost, STEADY), Duration::ZERO);
    }

    #[test]
    fn connections_that_break_at_once_are_not_opened_in_a_tight_loop() {
        let mut pace = Pace::default();
        assert_eq!(pace.after(Leaving::Lost, Duration::ZERO), Duration::ZERO);
        for seconds in [1, 2, 4] {
            assert!(about(pace.after(Leaving::Lost, Duration::ZERO), seconds));
        }
        assert!((0..100).all(|_| pace.after(Leaving::Lost, Duration::ZERO) <= LONGEST));
    }

    #[test]
    fn what_slack_asks_for_is_kept_and_a_no_is_not_asked_for_again_soon() {
        let mut pace = Pace::default();
        assert!(pace.limited(Duration::from_secs(40)) > Duration::from_secs(40));
        assert!(pace.limited(Duration::from_secs(86_400)) < Duration::from_secs(302));
        assert!(about(pace.after(Leaving::Disabled, Duration::from_secs(3600)), 60));
        assert!(about(pace.after(Leaving::TooMany, Duration::ZERO), 60));
        assert!(about(pace.refused(), 60));
    }
}
