//! What must survive a restart: deliveries that were taken, jobs, and counts.
//!
//! One SQL text for SQLite (one process, inside the binary) and PostgreSQL (any number of replicas), through `sqlx`'s
//! `Any` driver. Only single statements and short transactions that begin with a write, since SQLite answers "database is
//! locked" to a transaction that reads first and then writes. Knows nothing of Slack.

mod counts;
mod drafts;
mod followed;
mod issues;
mod jobs;
mod meetings;

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyPool, ConnectOptions, Connection as _};
use tokio::sync::Notify;

pub use counts::{Gap, Unanswered, Vote};
pub use followed::Seen;
pub use issues::{Filed, Standing};
pub use jobs::{Claim, Job};
pub use meetings::{AgendaItem, Announcement, MOST_ITEMS, MeetingChange};

/// How long a statement may wait for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// Connections to PostgreSQL. SQLite gets one: its writers would only wait for each other.
const POSTGRES_CONNECTIONS: u32 = 8;

/// What is erased is gone from the file too: neither in a free page nor in a log that is kept for readers that a single
/// connection does not have (<https://sqlite.org/pragma.html#pragma_secure_delete>).
const SQLITE_SETTINGS: [&str; 3] =
    ["pragma journal_mode = truncate", "pragma synchronous = full", "pragma secure_delete = on"];

/// A statement that hangs ends before Slack's patience does.
const POSTGRES_SETTINGS: [&str; 1] = ["set statement_timeout = 2500"];

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
    /// When the database cannot be reached or created, was made by a newer release, or, for SQLite, belongs to another
    /// running process.
    pub async fn open(url: &str) -> anyhow::Result<Self> {
        sqlx::any::install_default_drivers();
        let sqlite = url.starts_with("sqlite:");
        let file = sqlite.then(|| sqlite_file(url)).flatten();
        let lock = file.as_deref().map(own).transpose()?.map(Arc::new);
        let url = if file.is_some() && !url.contains('?') { format!("{url}?mode=rwc") } else { url.to_owned() };
        let options = AnyConnectOptions::from_str(&url)
            .map_err(|_| {
                anyhow::anyhow!("store.url is no address of a database: use sqlite:FILE or postgres://USER@HOST/NAME")
            })?
            .disable_statement_logging();
        let mut pool = AnyPoolOptions::new()
            .max_connections(if sqlite { 1 } else { POSTGRES_CONNECTIONS })
            .acquire_timeout(ACQUIRE_TIMEOUT);
        if sqlite {
            // An in-memory database lives and dies with its connection, so that one is never closed for idleness.
            pool = pool.min_connections(1).idle_timeout(None).max_lifetime(None);
        }
        let settings: &[&str] = if sqlite { &SQLITE_SETTINGS } else { &POSTGRES_SETTINGS };
        let pool = pool.after_connect(move |connection, _| {
            Box::pin(async move {
                for setting in settings {
                    sqlx::query(*setting).execute(&mut *connection).await?;
                }
                Ok(())
            })
        });
        // A database that ends a transaction of its own accord, as SQLite does when the disk is full
        // (<https://sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction>), leaves sqlx counting one that is not there;
        // what is then rolled back is not, and all that follows is never committed. Such a connection is closed.
        let pool = pool.after_release(|connection, _| {
            Box::pin(async move {
                if connection.is_in_transaction() {
                    // A rollback may still be on its way.
                    connection.ping().await?;
                }
                Ok(!connection.is_in_transaction())
            })
        });
        let pool = pool.connect_with(options).await.context("the database of store.url cannot be opened")?;
        sqlx::migrate!("src/store/migrations").run(&pool).await.context("bringing the tables up to date")?;
        Ok(Self { pool, work: Arc::default(), _lock: lock })
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

/// The file behind a SQLite address; none for a database in memory.
fn sqlite_file(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    let path = path.split('?').next().unwrap_or(path);
    (!path.is_empty() && path != ":memory:").then(|| PathBuf::from(path))
}

/// Takes the kernel's lock beside `database`: one SQLite file has one owner, and the lock ends with the process however it ends.
fn own(database: &Path) -> anyhow::Result<File> {
    let mut path = database.as_os_str().to_owned();
    path.push(".lock");
    let path = PathBuf::from(path);
    let file = OpenOptions::new().create(true).append(true).open(&path).with_context(|| {
        format!("{} cannot be written: give store.url a file in a folder that firstmate may write", path.display())
    })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(_) => anyhow::bail!(
            "{} belongs to another firstmate that is running: stop it, or let both use PostgreSQL",
            database.display()
        ),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;

    #[tokio::test]
    async fn one_sqlite_file_has_one_owner() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("bot.db").display());
        let first = Store::open(&url).await.unwrap();
        let second = Store::open(&url).await.unwrap_err().to_string();
        assert!(second.contains("belongs to another firstmate"), "{second}");
        first.close().await;
        drop(first);
        Store::open(&url).await.unwrap();
    }

    /// Without it, the second of these leaves a transaction open, and the third is lost with the process.
    #[tokio::test]
    async fn what_is_taken_after_the_disk_was_full_is_there_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("bot.db").display());
        let now = DateTime::<Utc>::UNIX_EPOCH;
        let take = async |store: &Store, key: &str| store.take(&[key.to_owned()], &[], now).await;
        let full = Store::open(&url).await.unwrap();
        sqlx::query("pragma max_page_count = 1").execute(&full.pool).await.unwrap();
        let long = "k".repeat(100_000);
        let error = format!("{:#}", take(&full, &long).await.unwrap_err());
        assert!(error.contains("full"), "{error}");

        sqlx::query("pragma max_page_count = 1000000").execute(&full.pool).await.unwrap();
        assert!(take(&full, "first").await.unwrap());
        assert!(!take(&full, "first").await.unwrap(), "a repeat");
        assert!(take(&full, "second").await.unwrap());
        // Another connection sees what would be left if the process ended now.
        let mut other = sqlx::AnyConnection::connect(&url).await.unwrap();
        let kept = sqlx::query("select key from delivery order by key").fetch_all(&mut other).await.unwrap();
        assert_eq!(kept.len(), 2);
    }

    #[tokio::test]
    async fn an_address_that_is_none_is_said_without_repeating_it() {
        let error = format!("{:#}", Store::open("mysql://bot:hunter2@db/bot").await.unwrap_err());
        assert!(!error.contains("hunter2"), "{error}");
    }
}
