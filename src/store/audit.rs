//! The audit log: what was done through the bot, at whose wish, and what was denied. Entries hold ids and verbs, never words; they
//! are added and not changed, and end after a year.

use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::Store;
use super::jobs::Claim;

/// How long entries are kept: as long as what was filed is followed.
const ENTRIES_KEPT: TimeDelta = TimeDelta::days(365);

/// Entries of one millisecond are told apart, and stay in their order, by a number of this process.
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// What became of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    /// Somebody asked for it; it is on its way.
    Asked,
    /// It is done.
    Done,
    /// It could not be done.
    Failed,
    /// It was not allowed.
    Denied,
}

impl Became {
    /// As it is stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Denied => "denied",
        }
    }
}

/// An entry to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: DateTime<Utc>,
    /// At whose wish; empty where it was nobody's in particular.
    pub person: String,
    /// What, as in `meetings.skip`.
    pub verb: String,
    /// Of what: ids only.
    pub target: String,
    /// What became of it.
    pub became: Became,
    /// The key of the delivery or the job.
    pub key: String,
}

/// An entry that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// Names it, and sorts it by time.
    pub id: String,
    /// When.
    pub at: DateTime<Utc>,
    /// At whose wish; empty where it was nobody's in particular.
    pub person: String,
    /// What.
    pub verb: String,
    /// Of what.
    pub target: String,
    /// What became of it.
    pub outcome: String,
}

/// What there is to enter when a job ends. Where somebody asked for it, the entry is theirs and says what they asked for; else it is the
/// bot's own, if it is told what to call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// When.
    pub at: DateTime<Utc>,
    /// What became of it.
    pub became: Became,
    /// What it came to, where that is known better than when it was asked for.
    pub target: Option<String>,
    /// What it is called where nobody asked for it.
    pub own: Option<&'static str>,
}

impl Store {
    /// Makes an entry that follows from nothing else.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn enter(&self, entry: &Entry) -> anyhow::Result<()> {
        let mut connection = self.pool.acquire().await?;
        insert(&mut connection, entry).await
    }

    /// The newest entries before the one called `before`, of one person or of all; at most `most`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn entries(&self, person: Option<&str>, before: Option<&str>, most: i64) -> anyhow::Result<Vec<Entered>> {
        let rows = sqlx::query(
            "select id, at, person, verb, target, outcome from audit where ($1 = '' or person = $1) and ($2 = '' or id < $2) \
             order by id desc limit $3",
        )
        .bind(person.unwrap_or_default())
        .bind(before.unwrap_or_default())
        .bind(most)
        .fetch_all(&self.pool)
        .await
        .context("reading the audit log")?;
        rows.iter().map(entered).collect()
    }

    /// Ends the job of `claim` and enters what became of it, in one step. Its key stays taken, or, with `free`, can be asked for anew.
    ///
    /// # Errors
    /// When the database fails; then the job is still waiting.
    pub async fn conclude(&self, claim: &Claim, free: bool, ended: &Ended) -> anyhow::Result<()> {
        let mut transaction = self.pool.begin().await?;
        if claim.end(&mut transaction, free).await? {
            note(&mut transaction, &claim.job.key, ended).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Forgets entries that are too old.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_old_entries(&self, now: DateTime<Utc>) -> anyhow::Result<()> {
        let before = (now - ENTRIES_KEPT).timestamp_millis();
        sqlx::query("delete from audit where at < $1").bind(before).execute(&self.pool).await?;
        Ok(())
    }
}

/// Makes an entry in `connection`'s transaction.
pub(super) async fn insert(connection: &mut AnyConnection, entry: &Entry) -> anyhow::Result<()> {
    sqlx::query("insert into audit (id, at, person, verb, target, outcome, key) values ($1, $2, $3, $4, $5, $6, $7)")
        .bind(id(entry.at))
        .bind(entry.at.timestamp_millis())
        .bind(&entry.person)
        .bind(&entry.verb)
        .bind(&entry.target)
        .bind(entry.became.name())
        .bind(&entry.key)
        .execute(connection)
        .await
        .context("making an entry in the audit log")?;
    Ok(())
}

/// Enters what became of the job `key`.
async fn note(connection: &mut AnyConnection, key: &str, ended: &Ended) -> anyhow::Result<()> {
    let target = ended.target.clone().unwrap_or_default();
    let theirs = sqlx::query(
        "insert into audit (id, at, person, verb, target, outcome, key) \
         select $1, $2, person, verb, case when $3 = '' then target else $3 end, $4, key from audit \
         where id = (select max(id) from audit where key = $5 and outcome = 'asked')",
    )
    .bind(id(ended.at))
    .bind(ended.at.timestamp_millis())
    .bind(&target)
    .bind(ended.became.name())
    .bind(key)
    .execute(&mut *connection)
    .await
    .context("entering what became of a wish")?
    .rows_affected();
    let Some(verb) = ended.own.filter(|_| theirs == 0) else { return Ok(()) };
    let (person, key) = (String::new(), key.to_owned());
    insert(connection, &Entry { at: ended.at, person, verb: verb.to_owned(), target, became: ended.became, key }).await
}

/// Begins with the time, in as many digits as last until the year 5138.
fn id(at: DateTime<Utc>) -> String {
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("{:014}{number:010}{:08x}", at.timestamp_millis().max(0), rand::random::<u32>())
}

fn entered(row: &AnyRow) -> anyhow::Result<Entered> {
    Ok(Entered {
        id: row.try_get("id")?,
        at: DateTime::from_timestamp_millis(row.try_get("at")?).unwrap_or_default(),
        person: row.try_get("person")?,
        verb: row.try_get("verb")?,
        target: row.try_get("target")?,
        outcome: row.try_get("outcome")?,
    })
}
