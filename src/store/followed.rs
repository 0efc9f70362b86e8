//! What is followed of what was filed: how it was seen to stand, when somebody last looked, and what is kept in step.

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::Store;
use super::issues::{COLUMNS, FOLLOWED, Filed, filed};
use super::jobs::{Job, add_jobs};
use crate::domain::issue::State;

/// How an issue was seen to stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen<'a> {
    /// The repository.
    pub repository: &'a str,
    /// Its number there.
    pub number: i64,
    /// How it stands.
    pub state: State,
    /// Its headline; `None` where it was not to be seen.
    pub title: Option<&'a str>,
    /// Who works on it.
    pub assignees: &'a [String],
}

impl Store {
    /// Records how an issue was seen to stand on GitHub, for everybody for whom it was filed; not for
    /// whom something is still to be added to it. One that its asker took back stays so
    /// until somebody opens it again; a comment that was taken back stays so whatever becomes of its issue.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn seen(&self, seen: &Seen<'_>, now: DateTime<Utc>) -> anyhow::Result<()> {
        let assignees = serde_json::to_string(seen.assignees)?;
        sqlx::query(
            "update issue set state = case when state = 'withdrawn' and ($1 <> 'reopened' or commented = 1) then state else $1 end, \
             assignees = $2, title = coalesce($3, title), version = version + 1, untold = 1, looked = $4 \
             where repository = $5 and number = $6 and state not in ('queued', 'waiting', 'refused') and (assignees <> $2 or title <> coalesce($3, title) or \
             (state <> $1 and (state <> 'withdrawn' or ($1 = 'reopened' and commented = 0))))",
        )
        .bind(seen.state.to_string())
        .bind(assignees)
        .bind(seen.title)
        .bind(now.timestamp_millis())
        .bind(seen.repository)
        .bind(seen.number)
        .execute(&self.pool)
        .await
        .context("recording how an issue was seen to stand")?;
        self.wake();
        Ok(())
    }

    /// Whether this issue is followed for somebody.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn follows(&self, repository: &str, number: i64) -> anyhow::Result<bool> {
        let row =
            sqlx::query("select count(*) as issues from issue where repository = $1 and number = $2 and person <> ''")
                .bind(repository)
                .bind(number)
                .fetch_one(&self.pool)
                .await
                .context("looking whether an issue is followed")?;
        Ok(row.try_get::<i64, _>("issues")? > 0)
    }

    /// The repositories in which something is followed, and since when nobody has looked there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn followed(&self, now: DateTime<Utc>) -> anyhow::Result<Vec<(String, DateTime<Utc>)>> {
        let rows = sqlx::query(
            "select repository, min(looked) as looked from issue where number > 0 and person <> '' and filed >= $1 group by repository order by repository",
        )
        .bind((now - FOLLOWED).timestamp_millis())
        .fetch_all(&self.pool)
        .await
        .context("looking what is followed")?;
        let entry = |row: &AnyRow| -> anyhow::Result<_> {
            Ok((row.try_get("repository")?, DateTime::from_timestamp_millis(row.try_get("looked")?).unwrap_or(now)))
        };
        rows.iter().map(entry).collect()
    }

    /// The numbers of the issues that are followed in `repository`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn followed_in(&self, repository: &str) -> anyhow::Result<Vec<i64>> {
        let rows =
            sqlx::query("select distinct number from issue where repository = $1 and number > 0 and person <> ''")
                .bind(repository)
                .fetch_all(&self.pool)
                .await
                .context("looking what is followed in a repository")?;
        rows.iter().map(|row| Ok(row.try_get("number")?)).collect()
    }

    /// The numbers of the issues that were opened in `repository`, other than those that were only commented on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn opened_in(&self, repository: &str) -> anyhow::Result<Vec<i64>> {
        let rows = sqlx::query("select number from issue where repository = $1 and number > 0 and commented = 0")
            .bind(repository)
            .fetch_all(&self.pool)
            .await
            .context("looking what was opened in a repository")?;
        rows.iter().map(|row| Ok(row.try_get("number")?)).collect()
    }

    /// Records that somebody looked how everything in `repository` stands.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn looked(&self, repository: &str, now: DateTime<Utc>) -> anyhow::Result<()> {
        sqlx::query("update issue set looked = $1 where repository = $2 and looked < $1")
            .bind(now.timestamp_millis())
            .bind(repository)
            .execute(&self.pool)
            .await
            .context("recording a look at a repository")?;
        Ok(())
    }

    /// Keeps a thread and its issue in step from the comment `last` on, or, with 0, not any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_in_step(&self, key: &str, last: i64) -> anyhow::Result<()> {
        sqlx::query("update issue set in_step = $1, version = version + 1, untold = 1 where key = $2")
            .bind(last)
            .bind(key)
            .execute(&self.pool)
            .await
            .context("keeping a thread and its issue in step")?;
        self.wake();
        Ok(())
    }

    /// Records that the comments up to `last` were carried over, and the jobs that do it, in one step.
    ///
    /// # Errors
    /// When the database fails; then nothing was recorded.
    pub async fn carried_over(&self, key: &str, last: i64, jobs: &[Job], now: DateTime<Utc>) -> anyhow::Result<()> {
        let mut transaction = self.pool.begin().await?;
        let newer = sqlx::query("update issue set in_step = $1 where key = $2 and in_step > 0 and in_step < $1")
            .bind(last)
            .bind(key)
            .execute(&mut *transaction)
            .await
            .context("recording what was carried over")?
            .rows_affected();
        // Each a moment after the other, so that they are carried out in their order.
        for (job, due) in jobs.iter().zip((0..).map(|place| now + TimeDelta::milliseconds(place))) {
            if newer == 1 {
                add_jobs(&mut transaction, std::slice::from_ref(job), due).await?;
            }
        }
        transaction.commit().await?;
        self.wake();
        Ok(())
    }

    /// Everything that is kept in step.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn in_step(&self) -> anyhow::Result<Vec<Filed>> {
        let text = format!("select {COLUMNS} from issue where in_step > 0 and channel <> ''");
        let rows = sqlx::query(sqlx::AssertSqlSafe(text))
            .fetch_all(&self.pool)
            .await
            .context("reading what is kept in step")?;
        rows.iter().map(filed).collect()
    }
}
