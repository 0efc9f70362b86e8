//! Opening the database: the connections, the lock on a SQLite file, the tables, and what an operator reads when one of them cannot be had.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use anyhow::Context;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{AnyConnection, AnyPool, ConnectOptions, Connection as _};

/// How long a statement may wait for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// How long connecting at a start may take: a host that swallows what is sent to it never answers.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long bringing the tables up to date may take, another replica's turn at it included.
const MIGRATION_TIMEOUT: Duration = Duration::from_secs(300);

/// Connections to PostgreSQL. SQLite gets one: its writers would only wait for each other.
const POSTGRES_CONNECTIONS: u32 = 8;

/// What is erased is gone from the file too: neither in a free page nor in a log that is kept for readers that a single
/// connection does not have (<https://sqlite.org/pragma.html#pragma_secure_delete>).
const SQLITE_SETTINGS: [&str; 3] =
    ["pragma journal_mode = truncate", "pragma synchronous = full", "pragma secure_delete = on"];

/// A statement that hangs ends before Slack's patience does.
const POSTGRES_SETTINGS: [&str; 1] = ["set statement_timeout = 2500"];

/// What is done about a SQLite file that cannot be written.
const WRITABLE: &str = "give store.url a file in a folder that firstmate may write";

/// The tables that this release knows.
static STEPS: Migrator = sqlx::migrate!("src/store/migrations");

/// How a database stands that nobody has opened yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Examined {
    /// It is made at the first start.
    Absent,
    /// Its tables are those of this release.
    UpToDate,
    /// The next start brings its tables so many steps forward.
    Behind(usize),
}

/// Looks at a database and changes nothing in it.
pub(super) async fn examine(url: &str) -> anyhow::Result<Examined> {
    sqlx::any::install_default_drivers();
    let file = url.starts_with("sqlite:").then(|| sqlite_file(url)).flatten();
    if let Some(file) = file.as_deref().filter(|file| !file.exists()) {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let writable = tempfile::tempfile_in(folder).is_ok();
        anyhow::ensure!(writable, "{} cannot be written: {WRITABLE}", file.display());
        return Ok(Examined::Absent);
    }
    let _lock = file.as_deref().map(own).transpose()?;
    let mut connection = connect(&options(url)?).await?;
    let taken = sqlx::query_scalar::<_, i64>("select version from _sqlx_migrations order by version");
    let taken = match taken.fetch_all(&mut connection).await {
        Ok(taken) => taken,
        // There is no such table before the first start.
        Err(error) if is_of_no_table(&error) => Vec::new(),
        Err(error) => return Err(told(&error)),
    };
    let _ = connection.close().await;
    if let Some(&newer) = taken.iter().find(|&&version| !STEPS.version_exists(version)) {
        return Err(not_migrated(&MigrateError::VersionMissing(newer)));
    }
    Ok(match STEPS.iter().count() - taken.len() {
        0 => Examined::UpToDate,
        behind => Examined::Behind(behind),
    })
}

fn options(url: &str) -> anyhow::Result<AnyConnectOptions> {
    let options = AnyConnectOptions::from_str(url).map_err(|_| anyhow::anyhow!(NO_ADDRESS))?;
    Ok(options.disable_statement_logging())
}

/// A connection of its own, or why there is none within [`CONNECT_TIMEOUT`].
async fn connect(options: &AnyConnectOptions) -> anyhow::Result<AnyConnection> {
    match tokio::time::timeout(CONNECT_TIMEOUT, options.connect()).await {
        Ok(connected) => connected.map_err(|error| told(&error)),
        Err(_) => Err(told(&sqlx::Error::PoolTimedOut)),
    }
}

fn is_of_no_table(error: &sqlx::Error) -> bool {
    let Some(error) = error.as_database_error() else { return false };
    error.code().as_deref() == Some("42P01") || error.message().contains("no such table")
}

/// What is said of a URL that names no database that there is a driver for.
const NO_ADDRESS: &str = "store.url is no address of a database: use sqlite:FILE or postgres://USER@HOST/NAME";

/// The pool of connections to `url`, its tables up to date, and the lock on the file where it is one.
pub(super) async fn open(url: &str) -> anyhow::Result<(AnyPool, Option<File>)> {
    sqlx::any::install_default_drivers();
    let sqlite = url.starts_with("sqlite:");
    let file = sqlite.then(|| sqlite_file(url)).flatten();
    let lock = file.as_deref().map(own).transpose()?;
    let url = if file.is_some() && !url.contains('?') { format!("{url}?mode=rwc") } else { url.to_owned() };
    let options = options(&url)?;
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
    if !sqlite {
        // By a connection of its own, which may wait: another replica may be at it, and a large table takes its time.
        let mut connection = connect(&options).await?;
        let migrated = tokio::time::timeout(MIGRATION_TIMEOUT, STEPS.run(&mut connection)).await;
        migrated
            .context(
                "the database's tables took too long to be brought up to date: see what else works on that database",
            )?
            .map_err(|error| not_migrated(&error))?;
        let _ = connection.close().await;
    }
    let pool = pool.connect_with(options).await.map_err(|error| told(&error))?;
    if sqlite {
        STEPS.run(&pool).await.map_err(|error| not_migrated(&error))?;
    }
    Ok((pool, lock))
}

/// Why a database cannot be opened, and what to do. Not the library's words: they may hold the address.
fn told(error: &sqlx::Error) -> anyhow::Error {
    let code = error.as_database_error().and_then(|error| error.code()).unwrap_or_default();
    // <https://www.postgresql.org/docs/current/errcodes-appendix.html>, <https://sqlite.org/rescode.html>
    anyhow::anyhow!(match (error, code.as_ref()) {
        (sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut, _) =>
            "the database of store.url cannot be reached: check that it runs at that host and port and that firstmate may connect to it".to_owned(),
        (sqlx::Error::Configuration(_), _) => NO_ADDRESS.to_owned(),
        (sqlx::Error::Tls(_), _) =>
            "the database of store.url does not speak TLS as it should: check its certificate, or the sslmode of store.url".to_owned(),
        (_, "28P01" | "28000") =>
            "the database of store.url refuses the login: check the user and password of store.url".to_owned(),
        (_, "3D000") => "the database that store.url names does not exist: create it, or correct the name".to_owned(),
        (_, "53300") =>
            "the database of store.url has no connection left: raise its max_connections, or run fewer replicas".to_owned(),
        (_, "42501") =>
            "the database of store.url does not let its user make tables: grant it CREATE on the schema (PostgreSQL: grant create on schema public to USER)".to_owned(),
        (_, "57P03") => "the database of store.url is starting or stopping: try again in a moment".to_owned(),
        (_, "53100" | "13") => "the disk of the database of store.url is full: make room".to_owned(),
        (_, "5") => "the file of store.url is held by another program: end that, or give store.url another file".to_owned(),
        (_, "8" | "14") => format!("the file of store.url cannot be opened for writing: {WRITABLE}"),
        (_, "26") => "the file of store.url is no SQLite database: move it away, or give store.url another file".to_owned(),
        (_, "") => "the database of store.url cannot be opened: check its address".to_owned(),
        (_, code) => format!("the database of store.url cannot be opened; it says code {code}"),
    })
}

/// Why the tables cannot be brought up to date, and what to do.
fn not_migrated(error: &MigrateError) -> anyhow::Error {
    match error {
        MigrateError::VersionMissing(version) | MigrateError::VersionTooNew(version, _) => anyhow::anyhow!(
            "the database was made by a newer firstmate (its tables are at step {version}, which this release does not know): run that release again, or restore the backup from before it"
        ),
        MigrateError::VersionMismatch(version) => anyhow::anyhow!(
            "the database's tables were made by another build of firstmate (step {version} differs): use the release that made them, or another store.url"
        ),
        MigrateError::Dirty(version) => anyhow::anyhow!(
            "the database's tables were left half changed at step {version}: restore the backup from before the upgrade"
        ),
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => told(error),
        _ => {
            anyhow::anyhow!("the database's tables cannot be brought up to date: check that its user may create tables")
        }
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
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .with_context(|| format!("{} cannot be written: {WRITABLE}", path.display()))?;
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
    use sqlx::Connection as _;

    use super::super::Store;

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
