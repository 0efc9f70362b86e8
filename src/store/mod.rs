//! What must survive a restart: deliveries that were taken, jobs, counts, and who did what.
//!
//! One SQL text for SQLite (one process, inside the binary) and PostgreSQL (any number of replicas), through `sqlx`'s
//! `Any` driver. Only single statements and short transactions that begin with a write, since SQLite answers "database is
//! locked" to a transaction that reads first and then writes. Knows nothing of Slack.

mod audit;
mod counts;
mod denials;
mod drafts;
mod followed;
mod issues;
mod jobs;
mod meetings;
mod notices;
mod open;
mod pause;
mod people;

use std::fs::File;
use std::sync::Arc;

use anyhow::Context;
use sqlx::AnyPool;
use tokio::sync::Notify;

pub use audit::{Became, Ended, Entered, Entry};
pub use counts::{Gap, Unanswered, Vote};
pub use denials::Denied;
pub use followed::Seen;
pub use issues::{Filed, Standing};
pub use jobs::{Backlog, Claim, Job};
pub use meetings::{AgendaItem, Announcement, MOST_ITEMS, MeetingChange};
pub use notices::{MOST_NOTICES, OperatorNotice};
pub use open::Examined;
pub use pause::Pause;
pub use people::Kept;

/// The database; cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pool: AnyPool,
    work: Arc<Notify>,
    /// The kernel's lock on the SQLite file's neighbour, held as long as the store lives.
    _lock: Option<Arc<File>>,
}

impl Store {
    /// Opens `url` (`sqlite:PATH`, `sqlite::memory:` or `postgres://…`) and brings its tables up to date.
    ///
    /// # Errors
    /// One sentence for the operator that says what to do, without the address, which may hold a password: when the database cannot be
    /// reached or written, was made by a newer release, or, for SQLite, belongs to another running process.
    pub async fn open(url: &str) -> anyhow::Result<Self> {
        let (pool, lock) = open::open(url).await?;
        Ok(Self { pool, work: Arc::default(), _lock: lock.map(Arc::new) })
    }

    /// How the database at `url` stands, without a change to it.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn examine(url: &str) -> anyhow::Result<Examined> {
        open::examine(url).await
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> anyhow::Result<()> {
        sqlx::query("select 1").execute(&self.pool).await.context("asking the database for a sign of life")?;
        Ok(())
    }

    /// Comes back once a job was recorded since the last time.
    pub async fn work(&self) {
        self.work.notified().await;
    }

    /// Wakes whoever waits for [`Store::work`].
    pub fn wake(&self) {
        self.work.notify_one();
    }

    /// Closes every connection.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
