//! Deliveries and jobs: taken once, claimed by one worker at a time, forgotten when they are old.
//!
//! A claim is a lease: it runs out when its worker dies, and whoever claims the job next sees from `attempts` that
//! somebody may already have done it. It also runs out after a restart, rather than ending with it: what the last process
//! asked for a moment before it died may still be under way outside, and would not be found by whoever looks at once.

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{AnyConnection, Row};

use super::Store;
use super::audit::{Entry, insert};
use crate::domain::effect::Effect;

/// How long a claim holds. Longer than any single outside call may take (Slack's time-out is 4 s, GitHub's 7 s) so that a claim that is renewed
/// before each call never runs out in the middle of one; short enough that the job of a killed worker is soon done by another.
const LEASE: TimeDelta = TimeDelta::seconds(8);

/// How long the key of a finished job or delivery is kept. Slack repeats a delivery for minutes at most, GitHub for three days.
const KEPT: TimeDelta = TimeDelta::days(7);

/// An effect and the key by which it is recognised, here and outside.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its idempotency key.
    pub key: String,
    /// What is to be done.
    pub effect: Effect,
}

/// A job that is this worker's to do until its lease ends.
#[derive(Clone, Debug)]
pub struct Claim {
    /// What is to be done.
    pub job: Job,
    /// When it was recorded.
    pub created: DateTime<Utc>,
    /// How often it was claimed before: when not 0, it may already have been done.
    pub attempts: i64,
    /// Tells this claim from every other on the same job, by this process too.
    token: String,
}

/// What is owed and not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// How many jobs wait.
    pub waiting: i64,
    /// When the first of them is due.
    pub due: Option<DateTime<Utc>>,
}

impl Store {
    /// Records a delivery under all of its `keys`, and the `jobs` that follow from it, in one step. Answers whether it was new:
    /// a repeat, recognised by any of the keys, records nothing.
    ///
    /// # Errors
    /// When the database fails; then nothing was recorded.
    pub async fn take(&self, keys: &[String], jobs: &[Job], now: DateTime<Utc>) -> anyhow::Result<bool> {
        self.take_for(keys, jobs, now, now).await
    }

    /// The same, with keys that are remembered as if they had been taken at `until`: what is said about something that is still to
    /// come must not be forgotten before it has come.
    ///
    /// # Errors
    /// When the database fails; then nothing was recorded.
    pub async fn take_for(
        &self,
        keys: &[String],
        jobs: &[Job],
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> anyhow::Result<bool> {
        self.take_all(keys, jobs, (now, until), None).await
    }

    /// The same as [`Store::take`] for what somebody asked for, with the entry that says so.
    ///
    /// # Errors
    /// When the database fails; then nothing was recorded.
    pub async fn take_wish(&self, keys: &[String], jobs: &[Job], asked: &Entry) -> anyhow::Result<bool> {
        self.take_all(keys, jobs, (asked.at, asked.at), Some(asked)).await
    }

    async fn take_all(
        &self,
        keys: &[String],
        jobs: &[Job],
        (now, until): (DateTime<Utc>, DateTime<Utc>),
        asked: Option<&Entry>,
    ) -> anyhow::Result<bool> {
        let mut transaction = self.pool.begin().await?;
        if !take_keys(&mut transaction, keys, until.max(now)).await? {
            transaction.rollback().await?;
            return Ok(false);
        }
        add_jobs(&mut transaction, jobs, now).await?;
        if let Some(asked) = asked {
            insert(&mut transaction, asked).await?;
        }
        transaction.commit().await?;
        if !jobs.is_empty() {
            self.wake();
        }
        Ok(true)
    }

    /// Records a job that follows from no delivery, once for its key. Answers whether it was new.
    ///
    /// # Errors
    /// When the database fails; then nothing was recorded.
    pub async fn owe(&self, job: &Job, now: DateTime<Utc>) -> anyhow::Result<bool> {
        self.take(std::slice::from_ref(&job.key), std::slice::from_ref(job), now).await
    }

    /// Whether a job was ever recorded whose key begins with `prefix`, as far as jobs are remembered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn knows_of(&self, prefix: &str) -> anyhow::Result<bool> {
        // Not `like`, which would give `_` and `%` a meaning, and not a range, which sorts by the database's language.
        let row = sqlx::query("select count(*) as jobs from job where substr(key, 1, length($1)) = $1")
            .bind(prefix)
            .fetch_one(&self.pool)
            .await
            .context("looking for jobs of a kind")?;
        Ok(row.try_get::<i64, _>("jobs")? > 0)
    }

    /// Claims the job that has been due longest, if there is one that nobody else holds.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim(&self, now: DateTime<Utc>) -> anyhow::Result<Option<Claim>> {
        self.claim_of(now, "").await
    }

    /// The same among the jobs of one kind.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_of(&self, now: DateTime<Utc>, kind: &str) -> anyhow::Result<Option<Claim>> {
        let millis = now.timestamp_millis();
        loop {
            let Some(row) = sqlx::query(
                "select key, payload, created, attempts from job where state = 'waiting' and due <= $1 and claimed_until <= $1 \
                 and ($2 = '' or kind = $2) order by due, key limit 1",
            )
            .bind(millis)
            .bind(kind)
            .fetch_optional(&self.pool)
            .await
            .context("looking for a job")?
            else {
                return Ok(None);
            };
            let (key, attempts): (String, i64) = (row.try_get("key")?, row.try_get("attempts")?);
            let token = format!("{:016x}", rand::random::<u64>());
            let won = sqlx::query(
                "update job set claimed_by = $1, claimed_until = $2, attempts = attempts + 1 \
                 where key = $3 and state = 'waiting' and attempts = $4 and claimed_until <= $5",
            )
            .bind(&token)
            .bind((now + LEASE).timestamp_millis())
            .bind(&key)
            .bind(attempts)
            .bind(millis)
            .execute(&self.pool)
            .await
            .context("claiming a job")?
            .rows_affected();
            if won == 0 {
                continue;
            }
            let created = DateTime::from_timestamp_millis(row.try_get("created")?).unwrap_or(now);
            let Ok(effect) = serde_json::from_str(row.try_get("payload")?) else {
                // Recorded by a release that knew more: left to it, and not looked at again by this one for an hour.
                tracing::error!(job = %key, "a job of an unknown kind waits for a newer release");
                self.give_back(&key, &token, now + TimeDelta::hours(1), true).await?;
                continue;
            };
            return Ok(Some(Claim { job: Job { key, effect }, created, attempts, token }));
        }
    }

    /// Makes `claim` hold anew, and answers whether it still held.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn renew(&self, claim: &Claim, now: DateTime<Utc>) -> anyhow::Result<bool> {
        let renewed =
            sqlx::query("update job set claimed_until = $1 where key = $2 and claimed_by = $3 and state = 'waiting'")
                .bind((now + LEASE).timestamp_millis())
                .bind(&claim.job.key)
                .bind(&claim.token)
                .execute(&self.pool)
                .await
                .context("renewing a claim")?
                .rows_affected();
        Ok(renewed == 1)
    }

    /// Ends the job of `claim`: it is done, its payload erased.
    ///
    /// # Errors
    /// When the database fails; then the job is still waiting.
    pub async fn finish(&self, claim: &Claim) -> anyhow::Result<()> {
        let mut connection = self.pool.acquire().await?;
        claim.end(&mut connection, false).await.map(drop)
    }

    /// Ends the job of `claim`: it cannot be done. Its key is free again, so that it can be asked for anew.
    ///
    /// # Errors
    /// When the database fails; then the job is still waiting.
    pub async fn give_up(&self, claim: &Claim) -> anyhow::Result<()> {
        let mut transaction = self.pool.begin().await?;
        claim.end(&mut transaction, true).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Turns the job of `claim` into another, keeping its key and place in line: an answer that was asked for becomes the
    /// message to post.
    ///
    /// # Errors
    /// When the database fails or the claim ran out; then the job is as it was.
    pub async fn become_effect(&self, claim: &mut Claim, effect: Effect) -> anyhow::Result<()> {
        let turned = sqlx::query("update job set kind = $1, payload = $2 where key = $3 and claimed_by = $4")
            .bind(effect.kind())
            .bind(serde_json::to_string(&effect)?)
            .bind(&claim.job.key)
            .bind(&claim.token)
            .execute(&self.pool)
            .await
            .context("turning a job into the next")?
            .rows_affected();
        anyhow::ensure!(turned == 1, "the claim on the job {} ran out", claim.job.key);
        claim.job.effect = effect;
        Ok(())
    }

    /// Gives the job of `claim` back until `due`. With `undone`, nothing was tried outside, so it does not count as an attempt.
    ///
    /// # Errors
    /// When the database fails; then the claim runs out by itself.
    pub async fn put_off(&self, claim: &Claim, due: DateTime<Utc>, undone: bool) -> anyhow::Result<()> {
        self.give_back(&claim.job.key, &claim.token, due, undone).await
    }

    async fn give_back(&self, key: &str, token: &str, due: DateTime<Utc>, undone: bool) -> anyhow::Result<()> {
        sqlx::query(
            "update job set due = $1, claimed_until = 0, attempts = attempts - $2 where key = $3 and claimed_by = $4",
        )
        .bind(due.timestamp_millis())
        .bind(i64::from(undone))
        .bind(key)
        .bind(token)
        .execute(&self.pool)
        .await
        .context("putting a job off")?;
        Ok(())
    }

    /// Lets no job wait, and no claim hold, for longer than until `latest`: after the clock was put back, what was reckoned by the old time
    /// would be an hour late, or as much as the clock was wrong.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hasten(&self, latest: DateTime<Utc>) -> anyhow::Result<()> {
        sqlx::query(
            "update job set due = case when due > $1 then $1 else due end, \
             claimed_until = case when claimed_until > $1 then $1 else claimed_until end \
             where state = 'waiting' and (due > $1 or claimed_until > $1)",
        )
        .bind(latest.timestamp_millis())
        .execute(&self.pool)
        .await
        .context("putting times back")?;
        Ok(())
    }

    /// When the next waiting job is due that nobody holds.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_due(&self) -> anyhow::Result<Option<DateTime<Utc>>> {
        let row = sqlx::query(
            "select case when due > claimed_until then due else claimed_until end as ready from job \
             where state = 'waiting' order by ready limit 1",
        )
        .fetch_optional(&self.pool)
        .await
        .context("looking for the next job")?;
        let ready: Option<i64> = row.map(|row| row.try_get("ready")).transpose()?;
        Ok(ready.and_then(DateTime::from_timestamp_millis))
    }

    /// What is owed and not done.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn backlog(&self) -> anyhow::Result<Backlog> {
        let row = sqlx::query("select count(*) as jobs, min(due) as due from job where state = 'waiting'")
            .fetch_one(&self.pool)
            .await
            .context("counting what is owed")?;
        let due: Option<i64> = row.try_get("due")?;
        Ok(Backlog { waiting: row.try_get("jobs")?, due: due.and_then(DateTime::from_timestamp_millis) })
    }

    /// How many jobs wait.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn waiting(&self) -> anyhow::Result<i64> {
        let row = sqlx::query("select count(*) as jobs from job where state = 'waiting'").fetch_one(&self.pool).await?;
        Ok(row.try_get("jobs")?)
    }

    /// Forgets deliveries and finished jobs that are so old that nobody repeats them any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_old(&self, now: DateTime<Utc>) -> anyhow::Result<()> {
        let before = (now - KEPT).timestamp_millis();
        sqlx::query("delete from delivery where taken < $1").bind(before).execute(&self.pool).await?;
        sqlx::query("delete from job where state <> 'waiting' and created < $1")
            .bind(before)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

impl Claim {
    /// Ends the job in `transaction`, with its key kept or free; whether it was still ours.
    pub(super) async fn end(&self, transaction: &mut AnyConnection, free: bool) -> anyhow::Result<bool> {
        let text = if free {
            "delete from job where key = $1 and claimed_by = $2 and state = 'waiting'"
        } else {
            "update job set state = 'done', payload = '', claimed_until = 0 where key = $1 and claimed_by = $2 and state = 'waiting'"
        };
        let ended = sqlx::query(text)
            .bind(&self.job.key)
            .bind(&self.token)
            .execute(&mut *transaction)
            .await
            .context("ending a job")?
            .rows_affected();
        if ended == 1 && free {
            sqlx::query("delete from delivery where key = $1").bind(&self.job.key).execute(&mut *transaction).await?;
        }
        Ok(ended == 1)
    }
}

/// Records `jobs` in `transaction`, each once for its key.
pub(super) async fn add_jobs(transaction: &mut AnyConnection, jobs: &[Job], now: DateTime<Utc>) -> anyhow::Result<()> {
    for job in jobs {
        sqlx::query(
            "insert into job (key, kind, payload, state, created, due, attempts, claimed_by, claimed_until) \
             values ($1, $2, $3, 'waiting', $4, $4, 0, '', 0) on conflict (key) do nothing",
        )
        .bind(&job.key)
        .bind(job.effect.kind())
        .bind(serde_json::to_string(&job.effect)?)
        .bind(now.timestamp_millis())
        .execute(&mut *transaction)
        .await
        .context("recording a job")?;
    }
    Ok(())
}

/// Records `keys` in `transaction`; false when one of them was there before, and then the caller rolls back.
pub(super) async fn take_keys(
    transaction: &mut AnyConnection,
    keys: &[String],
    now: DateTime<Utc>,
) -> anyhow::Result<bool> {
    for key in keys {
        let taken = sqlx::query("insert into delivery (key, taken) values ($1, $2) on conflict (key) do nothing")
            .bind(key)
            .bind(now.timestamp_millis())
            .execute(&mut *transaction)
            .await
            .context("recording a delivery")?
            .rows_affected();
        if taken == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}
