//! The type through which the upper layers are handed the time.
//!
//! Nothing in `domain` asks a clock: here `now` is always an argument.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};

/// Tells the time; cheap to clone. The bot as shipped uses [`Clock::system`], the playground and the tests hand in their own.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// The clock of the machine.
    #[expect(clippy::disallowed_methods, reason = "the one clock that every other is derived from")]
    pub fn system() -> Self {
        Self::new(Utc::now)
    }

    /// A clock that answers with what `tell` returns.
    pub fn new(tell: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// A clock that stands still.
    pub fn standing(at: DateTime<Utc>) -> Self {
        Self::new(move || at)
    }

    /// The present instant.
    pub fn now(&self) -> DateTime<Utc> {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Clock({})", self.now())
    }
}
