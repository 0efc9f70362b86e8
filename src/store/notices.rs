//! What operators have said on top of answers.

use anyhow::Context;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::Store;
use super::audit::{Became, Entry, insert};
use super::jobs::take_keys;

/// How long a notice that is over is kept, so that it can be given again.
const OVER_KEPT: TimeDelta = TimeDelta::days(30);

/// Most notices at a time; more is a text for the catalogue.
pub const MOST_NOTICES: usize = 20;

/// Something that is said on top of answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorNotice {
    /// Names it.
    pub id: String,
    /// On answers with this tag.
    pub tag: String,
    /// In the words of whoever gave it.
    pub words: String,
    /// The last day on which it is said; for ever where there is none.
    pub until: Option<NaiveDate>,
    /// Who gave it; empty when they were forgotten.
    pub person: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl OperatorNotice {
    /// Whether it is said on this day.
    #[must_use]
    pub fn holds(&self, today: NaiveDate) -> bool {
        self.until.is_none_or(|until| today <= until)
    }
}

impl Store {
    /// Every notice, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn notices(&self) -> anyhow::Result<Vec<OperatorNotice>> {
        let rows = sqlx::query("select id, tag, words, until, person, at from notice order by at, id")
            .fetch_all(&self.pool)
            .await
            .context("reading the notices")?;
        rows.iter().map(notice).collect()
    }

    /// Adds a notice, once for the delivery that `key` names. Answers whether there was room.
    ///
    /// # Errors
    /// When the database fails; then nothing was added.
    pub async fn add_notice(&self, notice: &OperatorNotice, key: &str) -> anyhow::Result<bool> {
        if self.notices().await?.len() >= MOST_NOTICES {
            return Ok(false);
        }
        let mut transaction = self.pool.begin().await?;
        if !take_keys(&mut transaction, &[key.to_owned()], notice.at).await? {
            transaction.rollback().await?;
            return Ok(true);
        }
        sqlx::query("insert into notice (id, tag, words, until, person, at) values ($1, $2, $3, $4, $5, $6)")
            .bind(&notice.id)
            .bind(&notice.tag)
            .bind(&notice.words)
            .bind(notice.until.map(|until| until.to_string()).unwrap_or_default())
            .bind(&notice.person)
            .bind(notice.at.timestamp_millis())
            .execute(&mut *transaction)
            .await
            .context("adding a notice")?;
        insert(&mut transaction, &entry("notice.add", &notice.id, &notice.person, notice.at, key)).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Removes a notice. Answers whether there was one of that name.
    ///
    /// # Errors
    /// When the database fails; then it is still there.
    pub async fn remove_notice(&self, id: &str, person: &str, key: &str, now: DateTime<Utc>) -> anyhow::Result<bool> {
        let mut transaction = self.pool.begin().await?;
        let removed = sqlx::query("delete from notice where id = $1")
            .bind(id)
            .execute(&mut *transaction)
            .await
            .context("removing a notice")?
            .rows_affected();
        if removed == 1 {
            insert(&mut transaction, &entry("notice.remove", id, person, now, key)).await?;
        }
        transaction.commit().await?;
        Ok(removed == 1)
    }

    /// Forgets notices that have long been over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_old_notices(&self, now: DateTime<Utc>) -> anyhow::Result<()> {
        sqlx::query("delete from notice where until <> '' and until < $1")
            .bind((now - OVER_KEPT).date_naive().to_string())
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

fn entry(verb: &str, id: &str, person: &str, at: DateTime<Utc>, key: &str) -> Entry {
    let (person, verb, key) = (person.to_owned(), verb.to_owned(), key.to_owned());
    Entry { at, person, verb, target: id.to_owned(), became: Became::Done, key }
}

fn notice(row: &AnyRow) -> anyhow::Result<OperatorNotice> {
    let until: String = row.try_get("until")?;
    Ok(OperatorNotice {
        id: row.try_get("id")?,
        tag: row.try_get("tag")?,
        words: row.try_get("words")?,
        until: (!until.is_empty()).then(|| until.parse()).transpose()?,
        person: row.try_get("person")?,
        at: DateTime::from_timestamp_millis(row.try_get("at")?).unwrap_or_default(),
    })
}
