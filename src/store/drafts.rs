//! Drafts: what a window holds while it is filled in, and what becomes of it when it is sent.

use anyhow::Context;
use chrono::{DateTime, Utc};
use sqlx::{AnyConnection, Row};

use super::Store;
use super::audit::{Became, Entry, insert as enter};
use super::issues::Filed;
use super::jobs::{Job, add_jobs, take_keys};
use crate::domain::issue::FILING;

impl Store {
    /// Keeps what a window holds so far.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_draft(&self, id: &str, person: &str, payload: &str, now: DateTime<Utc>) -> anyhow::Result<()> {
        sqlx::query(
            "insert into draft (id, person, payload, at) values ($1, $2, $3, $4) \
             on conflict (id) do update set payload = excluded.payload, at = excluded.at",
        )
        .bind(id)
        .bind(person)
        .bind(payload)
        .bind(now.timestamp_millis())
        .execute(&self.pool)
        .await
        .context("keeping a draft")?;
        Ok(())
    }

    /// What the window of `person` holds.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn draft(&self, id: &str, person: &str) -> anyhow::Result<Option<String>> {
        let row = sqlx::query("select payload from draft where id = $1 and person = $2")
            .bind(id)
            .bind(person)
            .fetch_optional(&self.pool)
            .await
            .context("reading a draft")?;
        Ok(row.map(|row| row.try_get("payload")).transpose()?)
    }

    /// Records what a person sent under all of `keys`, together with the job that files it, and erases the draft, in one step.
    /// Answers whether it was new.
    ///
    /// # Errors
    /// When the database fails; then nothing was recorded.
    pub async fn send_draft(&self, keys: &[String], draft: &str, filed: &Filed, job: &Job) -> anyhow::Result<bool> {
        let mut transaction = self.pool.begin().await?;
        if !take_keys(&mut transaction, keys, filed.at).await? {
            transaction.rollback().await?;
            return Ok(false);
        }
        insert(&mut transaction, filed).await?;
        add_jobs(&mut transaction, std::slice::from_ref(job), filed.at).await?;
        enter(&mut transaction, &asked(filed, job)).await?;
        sqlx::query("delete from draft where id = $1").bind(draft).execute(&mut *transaction).await?;
        transaction.commit().await?;
        self.wake();
        Ok(true)
    }
}

fn asked(filed: &Filed, job: &Job) -> Entry {
    let (verb, target) = match filed.number {
        0 => (FILING, filed.repository.clone()),
        number => ("issue.comment", format!("{}#{number}", filed.repository)),
    };
    let (person, verb, key) = (filed.person.clone(), verb.to_owned(), job.key.clone());
    Entry { at: filed.at, person, verb, target, became: Became::Asked, key }
}

async fn insert(transaction: &mut AnyConnection, filed: &Filed) -> anyhow::Result<()> {
    sqlx::query(
        "insert into issue (key, repository, number, commented, title, url, person, channel, thread, state, assignees, dropped, named, \
         in_public, in_step, message_channel, message_ts, version, untold, filed, looked) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, '', '', 0, 0, $15, $15) on conflict (key) do nothing",
    )
    .bind(&filed.key)
    .bind(&filed.repository)
    .bind(filed.number)
    .bind(i64::from(filed.commented))
    .bind(&filed.title)
    .bind(&filed.url)
    .bind(&filed.person)
    .bind(&filed.channel)
    .bind(&filed.thread)
    .bind(filed.state.to_string())
    .bind(serde_json::to_string(&filed.assignees)?)
    .bind(serde_json::to_string(&filed.dropped)?)
    .bind(i64::from(filed.named))
    .bind(i64::from(filed.in_public))
    .bind(filed.at.timestamp_millis())
    .execute(transaction)
    .await
    .context("recording what is to be filed")?;
    Ok(())
}
