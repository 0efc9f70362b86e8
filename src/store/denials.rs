//! The newest denial that each person met: the rule that decided, nothing that they wrote.

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::Row;

use super::Store;
use super::audit::{Became, Entry, insert};
use crate::domain::person::Cause;

/// How long a denial is remembered: until whoever met it has asked somebody.
const DENIALS_KEPT: TimeDelta = TimeDelta::days(30);

/// A denial that somebody met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// What decided; without the target, which only the audit log has.
    pub cause: Cause,
    /// When.
    pub at: DateTime<Utc>,
}

impl Store {
    /// Records that `person` was denied something, in place of what they were denied before; `key` names the delivery.
    ///
    /// # Errors
    /// When the database fails; then nothing was recorded.
    pub async fn deny(&self, person: &str, cause: &Cause, key: &str, now: DateTime<Utc>) -> anyhow::Result<()> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query(
            "insert into denial (person, at, tried, file, entry, unfit, roles) values ($1, $2, $3, $4, $5, $6, $7) \
             on conflict (person) do update set at = excluded.at, tried = excluded.tried, file = excluded.file, \
             entry = excluded.entry, unfit = excluded.unfit, roles = excluded.roles",
        )
        .bind(person)
        .bind(now.timestamp_millis())
        .bind(&cause.tried)
        .bind(&cause.file)
        .bind(&cause.entry)
        .bind(serde_json::to_string(&cause.keys)?)
        .bind(serde_json::to_string(&cause.roles)?)
        .execute(&mut *transaction)
        .await
        .context("recording a denial")?;
        let entry = Entry {
            at: now,
            person: person.to_owned(),
            verb: cause.tried.clone(),
            target: cause.target.clone(),
            became: Became::Denied,
            key: key.to_owned(),
        };
        insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// What `person` was last denied.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn denied(&self, person: &str, now: DateTime<Utc>) -> anyhow::Result<Option<Denied>> {
        let row = sqlx::query("select at, tried, file, entry, unfit, roles from denial where person = $1 and at >= $2")
            .bind(person)
            .bind((now - DENIALS_KEPT).timestamp_millis())
            .fetch_optional(&self.pool)
            .await
            .context("reading a denial")?;
        row.map(|row| {
            let list = |name: &str| -> anyhow::Result<Vec<String>> { Ok(serde_json::from_str(row.try_get(name)?)?) };
            let cause = Cause {
                tried: row.try_get("tried")?,
                target: String::new(),
                file: row.try_get("file")?,
                entry: row.try_get("entry")?,
                keys: list("unfit")?,
                roles: list("roles")?,
            };
            Ok(Denied { cause, at: DateTime::from_timestamp_millis(row.try_get("at")?).unwrap_or(now) })
        })
        .transpose()
    }

    /// Forgets denials that are too old.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_old_denials(&self, now: DateTime<Utc>) -> anyhow::Result<()> {
        let before = (now - DENIALS_KEPT).timestamp_millis();
        sqlx::query("delete from denial where at < $1").bind(before).execute(&self.pool).await?;
        Ok(())
    }
}
