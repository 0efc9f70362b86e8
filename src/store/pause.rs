//! The switch that stops everything: one row while it is thrown, so that it survives restarts and every replica sees it.

use anyhow::Context;
use chrono::{DateTime, Utc};
use sqlx::Row;

use super::Store;
use super::audit::{Became, Entry, insert};

/// The one row.
const ROW: &str = "bot";

/// Why everything stands still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Who wished it; empty when they were forgotten.
    pub person: String,
    /// Why, in their words; may be empty.
    pub reason: String,
    /// Since when.
    pub since: DateTime<Utc>,
}

impl Store {
    /// Whether everything stands still, and why.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn paused(&self) -> anyhow::Result<Option<Pause>> {
        let row = sqlx::query("select person, reason, since from pause where id = $1")
            .bind(ROW)
            .fetch_optional(&self.pool)
            .await
            .context("looking whether I am paused")?;
        row.map(|row| {
            Ok(Pause {
                person: row.try_get("person")?,
                reason: row.try_get("reason")?,
                since: DateTime::from_timestamp_millis(row.try_get("since")?).unwrap_or_default(),
            })
        })
        .transpose()
    }

    /// Stops everything, unless it stands still already. Answers whether that is new; `key` names the delivery.
    ///
    /// # Errors
    /// When the database fails; then nothing has changed.
    pub async fn pause(&self, pause: &Pause, key: &str) -> anyhow::Result<bool> {
        let mut transaction = self.pool.begin().await?;
        let new = sqlx::query(
            "insert into pause (id, person, reason, since) values ($1, $2, $3, $4) on conflict (id) do nothing",
        )
        .bind(ROW)
        .bind(&pause.person)
        .bind(&pause.reason)
        .bind(pause.since.timestamp_millis())
        .execute(&mut *transaction)
        .await
        .context("pausing")?
        .rows_affected();
        if new == 1 {
            insert(&mut transaction, &entry("bot.pause", &pause.person, pause.since, key)).await?;
        }
        transaction.commit().await?;
        Ok(new == 1)
    }

    /// Lets everything go on. Answers whether it stood still; `key` names the delivery.
    ///
    /// # Errors
    /// When the database fails; then nothing has changed.
    pub async fn resume(&self, person: &str, key: &str, now: DateTime<Utc>) -> anyhow::Result<bool> {
        let mut transaction = self.pool.begin().await?;
        let ended = sqlx::query("delete from pause where id = $1")
            .bind(ROW)
            .execute(&mut *transaction)
            .await
            .context("resuming")?
            .rows_affected();
        if ended == 1 {
            insert(&mut transaction, &entry("bot.resume", person, now, key)).await?;
        }
        transaction.commit().await?;
        self.wake();
        Ok(ended == 1)
    }
}

fn entry(verb: &str, person: &str, at: DateTime<Utc>, key: &str) -> Entry {
    let (person, verb, key) = (person.to_owned(), verb.to_owned(), key.to_owned());
    Entry { at, person, verb, target: String::new(), became: Became::Done, key }
}
