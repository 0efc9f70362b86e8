//! What was filed, what became of it, and which message tells it.

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::Store;
use super::jobs::{Job, add_jobs};
use crate::domain::issue::State;

/// How long a window may stand open and be filled in. It holds people's words.
const DRAFTS_KEPT: TimeDelta = TimeDelta::days(1);

/// How long what was filed is followed. A thread is gone after 90 days on the plan that communities have; an issue may take longer.
pub(super) const FOLLOWED: TimeDelta = TimeDelta::days(365);

/// Something that was filed, or is about to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    /// The key of the job that files it.
    pub key: String,
    /// Where, as in `operate-first/support`.
    pub repository: String,
    /// Its number there; 0 until it has one.
    pub number: i64,
    /// Whether a comment was added to an issue that was there already.
    pub commented: bool,
    /// Its headline.
    pub title: String,
    /// Its page; empty until it has one.
    pub url: String,
    /// For whom; empty when they were forgotten, and then nobody follows it any more.
    pub person: String,
    /// Where it is told; empty for a direct message.
    pub channel: String,
    /// In which thread.
    pub thread: String,
    /// How it stands.
    pub state: State,
    /// Who works on it, by their names on GitHub.
    pub assignees: Vec<String>,
    /// What GitHub was asked to set and did not.
    pub dropped: Vec<String>,
    /// Whether people may be named in what is added later.
    pub named: bool,
    /// Whether everybody in the workspace could read the thread.
    pub in_public: bool,
    /// Where replies go to the issue and comments to the thread: the last comment that was carried over, or 1. Else 0.
    pub in_step: i64,
    /// The message that tells it: channel and timestamp.
    pub message: Option<(String, String)>,
    /// How often what there is to tell has changed.
    pub version: i64,
    /// When it was asked for; of an issue, from when it stands on GitHub: for a while from then on it can be taken back.
    pub at: DateTime<Utc>,
}

/// What became of a filing.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// The number of the issue.
    pub number: i64,
    /// Its page.
    pub url: &'a str,
    /// Its headline.
    pub title: &'a str,
    /// How it stands.
    pub state: State,
    /// Who works on it.
    pub assignees: &'a [String],
    /// What GitHub was asked to set and did not.
    pub dropped: &'a [String],
}

/// The columns that [`filed`] reads.
pub(super) const COLUMNS: &str = "key, repository, number, commented, title, url, person, channel, thread, state, assignees, dropped, named, \
                       in_public, in_step, message_channel, message_ts, version, filed";

impl Store {
    /// What was filed by the job of this key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn filed(&self, key: &str) -> anyhow::Result<Option<Filed>> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("select {COLUMNS} from issue where key = $1")))
            .bind(key)
            .fetch_optional(&self.pool)
            .await
            .context("reading what was filed")?;
        row.as_ref().map(filed).transpose()
    }

    /// What was filed for `person`, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn filed_for(&self, person: &str, most: i64) -> anyhow::Result<Vec<Filed>> {
        let text = format!("select {COLUMNS} from issue where person = $1 order by filed desc limit $2");
        let rows = sqlx::query(sqlx::AssertSqlSafe(text))
            .bind(person)
            .bind(most)
            .fetch_all(&self.pool)
            .await
            .context("reading what somebody filed")?;
        rows.iter().map(filed).collect()
    }

    /// The issues that were filed in `repository` since `since`, newest first: GitHub's own search learns of them late.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn filed_lately(&self, repository: &str, since: DateTime<Utc>) -> anyhow::Result<Vec<Filed>> {
        let text = format!(
            "select {COLUMNS} from issue where repository = $1 and filed >= $2 and number > 0 and commented = 0 order by filed desc limit 200"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(text))
            .bind(repository)
            .bind(since.timestamp_millis())
            .fetch_all(&self.pool)
            .await
            .context("reading what was filed lately")?;
        rows.iter().map(filed).collect()
    }

    /// Records what became of a filing, and what follows from it, in one step. Answers false, and records nothing, when the issue is
    /// another filing's.
    ///
    /// # Errors
    /// When the database fails; then nothing was recorded.
    pub async fn stands(
        &self,
        key: &str,
        standing: Standing<'_>,
        jobs: &[Job],
        now: DateTime<Utc>,
    ) -> anyhow::Result<bool> {
        let mut transaction = self.pool.begin().await?;
        let recorded = sqlx::query(
            "update issue set number = $1, url = $2, title = $3, state = $4, assignees = $5, dropped = $6, version = version + 1, \
             untold = 1, looked = $7, filed = case when number = 0 then $7 else filed end where key = $8 and (commented = 1 or not exists (select 1 from issue as other where \
             other.repository = issue.repository and other.number = $1 and other.commented = 0 and other.key <> $8))",
        )
        .bind(standing.number)
        .bind(standing.url)
        .bind(standing.title)
        .bind(standing.state.to_string())
        .bind(serde_json::to_string(standing.assignees)?)
        .bind(serde_json::to_string(standing.dropped)?)
        .bind(now.timestamp_millis())
        .bind(key)
        .execute(&mut *transaction)
        .await
        .context("recording what was filed")?
        .rows_affected();
        if recorded == 0 {
            transaction.rollback().await?;
            return Ok(false);
        }
        add_jobs(&mut transaction, jobs, now).await?;
        transaction.commit().await?;
        self.wake();
        Ok(true)
    }

    /// Records how a filing stands, and what follows from it; nothing where it stands so already. Answers whether it changed.
    ///
    /// # Errors
    /// When the database fails; then nothing was recorded.
    pub async fn turn(&self, key: &str, state: State, jobs: &[Job], now: DateTime<Utc>) -> anyhow::Result<bool> {
        let mut transaction = self.pool.begin().await?;
        let turned = sqlx::query(
            "update issue set state = $1, in_step = case when $1 = 'withdrawn' then 0 else in_step end, version = version + 1, \
             untold = 1 where key = $2 and state <> $1",
        )
        .bind(state.to_string())
        .bind(key)
        .execute(&mut *transaction)
        .await
        .context("recording how an issue stands")?
        .rows_affected();
        if turned == 1 {
            add_jobs(&mut transaction, jobs, now).await?;
        }
        transaction.commit().await?;
        self.wake();
        Ok(turned == 1)
    }

    /// What has changed and is not told yet: keys and versions.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn untold(&self) -> anyhow::Result<Vec<(String, i64)>> {
        let rows = sqlx::query("select key, version from issue where untold = 1 and person <> ''")
            .fetch_all(&self.pool)
            .await
            .context("looking what is to be told of issues")?;
        rows.iter().map(|row| Ok((row.try_get("key")?, row.try_get("version")?))).collect()
    }

    /// Records that the message of an issue stands and which version it tells.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn told(&self, key: &str, message: Option<(&str, &str)>, version: i64) -> anyhow::Result<()> {
        let (channel, ts) = message.unwrap_or_default();
        sqlx::query(
            "update issue set message_channel = $1, message_ts = $2, untold = case when version = $3 then 0 else 1 end where key = $4",
        )
        .bind(channel)
        .bind(ts)
        .bind(version)
        .bind(key)
        .execute(&self.pool)
        .await
        .context("recording what was told of an issue")?;
        Ok(())
    }

    /// From now on an issue is told to its person alone: the thread is gone, or closed to the bot.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tell_directly(&self, key: &str) -> anyhow::Result<()> {
        sqlx::query("update issue set channel = '', thread = '', message_channel = '', message_ts = '', in_step = 0 where key = $1")
            .bind(key)
            .execute(&self.pool)
            .await
            .context("telling an issue elsewhere")?;
        Ok(())
    }

    /// Erases drafts that nobody sent, and forgets what was filed long ago.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_old_issues(&self, now: DateTime<Utc>) -> anyhow::Result<()> {
        sqlx::query("delete from draft where at < $1")
            .bind((now - DRAFTS_KEPT).timestamp_millis())
            .execute(&self.pool)
            .await?;
        sqlx::query("delete from issue where filed < $1")
            .bind((now - FOLLOWED).timestamp_millis())
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

/// What a row of the table says.
pub(super) fn filed(row: &AnyRow) -> anyhow::Result<Filed> {
    let flag = |name: &str| row.try_get::<i64, _>(name).map(|flag| flag != 0);
    let list = |name: &str| -> anyhow::Result<Vec<String>> { Ok(serde_json::from_str(row.try_get(name)?)?) };
    let (channel, ts): (String, String) = (row.try_get("message_channel")?, row.try_get("message_ts")?);
    let state: String = row.try_get("state")?;
    Ok(Filed {
        key: row.try_get("key")?,
        repository: row.try_get("repository")?,
        number: row.try_get("number")?,
        commented: flag("commented")?,
        title: row.try_get("title")?,
        url: row.try_get("url")?,
        person: row.try_get("person")?,
        channel: row.try_get("channel")?,
        thread: row.try_get("thread")?,
        state: State::named(&state).context("a state of a newer release")?,
        assignees: list("assignees")?,
        dropped: list("dropped")?,
        named: flag("named")?,
        in_public: flag("in_public")?,
        in_step: row.try_get("in_step")?,
        message: (!ts.is_empty()).then_some((channel, ts)),
        version: row.try_get("version")?,
        at: DateTime::from_timestamp_millis(row.try_get("filed")?).unwrap_or_default(),
    })
}
