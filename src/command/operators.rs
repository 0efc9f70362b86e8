//! What operators said that holds everywhere: whether the bot is paused, and notices on top of answers. As of the last tick, so that it
//! can be looked at without asking the store; every replica sees a change within one.

use std::sync::Arc;

use arc_swap::ArcSwap;
use chrono::NaiveDate;
use tokio::sync::Mutex;

use crate::store::{OperatorNotice, Pause, Store};

/// What operators said.
#[derive(Debug, Default)]
pub struct Operators {
    pause: ArcSwap<Option<Pause>>,
    notices: ArcSwap<Vec<OperatorNotice>>,
    /// Held from looking to remembering, so that what was seen earlier never takes the place of what was seen later.
    looking: Mutex<()>,
}

impl Operators {
    /// Looks at the store.
    ///
    /// # Errors
    /// When it fails; then what was known still holds.
    pub async fn refresh(&self, store: &Store) -> anyhow::Result<()> {
        let _looking = self.looking.lock().await;
        let pause = store.paused().await?;
        metrics::gauge!("firstmate_paused").set(if pause.is_some() { 1.0 } else { 0.0 });
        self.pause.store(Arc::new(pause));
        self.notices.store(Arc::new(store.notices().await?));
        Ok(())
    }

    /// Why everything stands still, if it does.
    pub fn paused(&self) -> Option<Pause> {
        (**self.pause.load()).clone()
    }

    /// Whether everything stands still.
    pub fn is_paused(&self) -> bool {
        self.pause.load().is_some()
    }

    /// What is said on this day on top of answers with one of these tags, oldest first.
    pub(super) fn notices(&self, tags: &[String], today: NaiveDate) -> Vec<OperatorNotice> {
        let notices = self.notices.load();
        notices.iter().filter(|notice| tags.contains(&notice.tag) && notice.holds(today)).cloned().collect()
    }
}
