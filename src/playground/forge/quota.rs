//! How many calls are left in this hour, as every answer says. Nothing is refused for it: tests arm that. It must not know what
//! the calls are.

use chrono::{DateTime, TimeDelta, Utc};

/// Calls an hour. <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api>
const LIMIT: u64 = 5_000;

/// What was used of the hour's calls.
#[derive(Debug, Default)]
pub(super) struct Quota {
    used: u64,
    until: DateTime<Utc>,
    /// Calls ever, for request ids.
    requests: u64,
}

impl Quota {
    /// Counts a call, and gives the headers that say so.
    pub(super) fn spend(&mut self, now: DateTime<Utc>) -> Vec<(&'static str, String)> {
        if now >= self.until {
            (self.used, self.until) = (0, now + TimeDelta::hours(1));
        }
        self.used += 1;
        self.requests += 1;
        vec![
            ("x-github-request-id", format!("F0F0:{:06X}", self.requests)),
            ("x-ratelimit-limit", LIMIT.to_string()),
            ("x-ratelimit-remaining", LIMIT.saturating_sub(self.used).to_string()),
            ("x-ratelimit-used", self.used.to_string()),
            ("x-ratelimit-reset", self.until.timestamp().to_string()),
            ("x-ratelimit-resource", "core".to_owned()),
        ]
    }

    /// As `GET /rate_limit` tells it.
    pub(super) fn told(&self) -> serde_json::Value {
        let core = serde_json::json!({
            "limit": LIMIT, "used": self.used, "remaining": LIMIT.saturating_sub(self.used), "reset": self.until.timestamp(),
        });
        serde_json::json!({"resources": {"core": core}, "rate": core})
    }
}
