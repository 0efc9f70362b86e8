//! Counts: votes on answers, and what was asked without an answer. No words, no people.

use anyhow::Context;
use chrono::{DateTime, Utc};
use sqlx::Row;

use super::Store;
use super::jobs::take_keys;

/// What somebody thought of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vote {
    /// It helped.
    Helpful,
    /// It did not.
    Unhelpful,
}

/// Why a question counts as a gap of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unanswered {
    /// Nothing was found, or what was found is not documented.
    Declined,
    /// Only candidates could be shown.
    Unsure,
}

/// A topic and how often it was not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Id of an answer, or a tag of the catalogue.
    pub topic: String,
    /// `declined`, `unsure` or `unhelpful`.
    pub outcome: String,
    /// How often.
    pub count: i64,
}

impl Vote {
    const fn name(self) -> &'static str {
        match self {
            Self::Helpful => "helpful",
            Self::Unhelpful => "unhelpful",
        }
    }
}

impl Unanswered {
    const fn name(self) -> &'static str {
        match self {
            Self::Declined => "declined",
            Self::Unsure => "unsure",
        }
    }
}

impl Store {
    /// Counts a vote, once for each delivery, which `keys` name. Answers whether it was new.
    ///
    /// # Errors
    /// When the database fails; then nothing was counted.
    pub async fn vote(&self, keys: &[String], answer: &str, vote: Vote, now: DateTime<Utc>) -> anyhow::Result<bool> {
        let mut transaction = self.pool.begin().await?;
        if !take_keys(&mut transaction, keys, now).await? {
            transaction.rollback().await?;
            return Ok(false);
        }
        sqlx::query(
            "insert into vote (answer, vote, count) values ($1, $2, 1) on conflict (answer, vote) do update set count = vote.count + 1",
        )
        .bind(answer)
        .bind(vote.name())
        .execute(&mut *transaction)
        .await
        .context("counting a vote")?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Adds `count` questions on `topic` that were not answered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unanswered(
        &self,
        topic: &str,
        outcome: Unanswered,
        count: i64,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        sqlx::query(
            "insert into gap (topic, outcome, count, last) values ($1, $2, $3, $4) \
             on conflict (topic, outcome) do update set count = gap.count + excluded.count, last = excluded.last",
        )
        .bind(topic)
        .bind(outcome.name())
        .bind(count)
        .bind(now.timestamp_millis())
        .execute(&self.pool)
        .await
        .context("counting a gap")?;
        Ok(())
    }

    /// The topics that were most often not answered, or answered to nobody's help; at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn gaps(&self, limit: i64) -> anyhow::Result<Vec<Gap>> {
        let rows = sqlx::query(
            "select topic, outcome, count from gap \
             union all select answer as topic, vote as outcome, count from vote where vote = 'unhelpful' \
             order by 3 desc, 1, 2 limit $1",
        )
        .bind(limit)
        .fetch_all(&self.pool)
        .await
        .context("reading the gaps")?;
        rows.into_iter()
            .map(|row| {
                Ok(Gap { topic: row.try_get("topic")?, outcome: row.try_get("outcome")?, count: row.try_get("count")? })
            })
            .collect()
    }
}
