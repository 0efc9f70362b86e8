//! Meetings: what people changed about an occurrence, what is to be talked about, and which announcements stand where.

use anyhow::Context;
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::Store;
use super::audit::{Became, Entry, insert};
use super::jobs::take_keys;
use crate::domain::calendar::Change;

/// How long a taken item of an agenda is kept, so that a mistake can be seen.
const TAKEN_KEPT: TimeDelta = TimeDelta::days(30);

/// How long announcements of past occurrences are kept; nothing about them changes any more.
const ANNOUNCEMENTS_KEPT: TimeDelta = TimeDelta::days(14);

/// Most open items of one agenda; more is no agenda.
pub const MOST_ITEMS: usize = 25;

/// A change of an occurrence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeetingChange {
    /// The series' file stem.
    pub series: String,
    /// The day on which the occurrence was planned.
    pub date: NaiveDate,
    /// What was decided.
    pub change: Change,
    /// Why, in the words of whoever decided.
    pub reason: String,
    /// Who decided.
    pub person: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Something to be talked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgendaItem {
    /// Names it.
    pub id: String,
    /// In the words of whoever added it.
    pub words: String,
    /// Who added it.
    pub person: String,
}

/// An announcement that stands in a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// The key of the job that posted it.
    pub key: String,
    /// The series' file stem.
    pub series: String,
    /// The day on which the occurrence was planned.
    pub date: NaiveDate,
    /// Where it stands.
    pub channel: String,
    /// Its name there.
    pub ts: String,
    /// How many changes of the occurrence it shows.
    pub changes: i64,
    /// When the occurrence begins by what it says, in epoch milliseconds.
    pub starts: i64,
}

impl Store {
    /// Records a change, once for each delivery, which `keys` name. Answers whether it was new.
    ///
    /// # Errors
    /// When the database fails; then nothing was recorded.
    pub async fn change_meeting(&self, keys: &[String], change: &MeetingChange) -> anyhow::Result<bool> {
        let mut transaction = self.pool.begin().await?;
        if !take_keys(&mut transaction, keys, change.at).await? {
            transaction.rollback().await?;
            return Ok(false);
        }
        let (name, move_to) = match &change.change {
            Change::Skip => ("skip", String::new()),
            Change::MoveTo(to) => ("move", to.format(LOCAL).to_string()),
            Change::Restore => ("restore", String::new()),
        };
        sqlx::query(
            "insert into meeting_change (series, date, number, change, move_to, reason, person, at) \
             select $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7 from meeting_change where series = $1 and date = $2",
        )
        .bind(&change.series)
        .bind(change.date.to_string())
        .bind(name)
        .bind(move_to)
        .bind(&change.reason)
        .bind(&change.person)
        .bind(change.at.timestamp_millis())
        .execute(&mut *transaction)
        .await
        .context("recording a change of a meeting")?;
        let target = format!("{}-{}", change.series, change.date);
        let entry = entry(&format!("meetings.{name}"), &target, (&change.person, change.at), keys);
        insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        self.wake();
        Ok(true)
    }

    /// Every change of occurrences that were planned for `since` or later, or moved there, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn meeting_changes(&self, since: NaiveDate) -> anyhow::Result<Vec<MeetingChange>> {
        let rows = sqlx::query(
            "select series, date, change, move_to, reason, person, at from meeting_change where date >= $1 or move_to >= $1 order by series, date, number",
        )
        .bind(since.to_string())
        .fetch_all(&self.pool)
        .await
        .context("reading the changes of meetings")?;
        rows.iter().map(change).collect()
    }

    /// Adds an item to the agenda of `series`, once for each delivery. Answers whether there was room.
    ///
    /// # Errors
    /// When the database fails; then nothing was added.
    pub async fn add_item(
        &self,
        keys: &[String],
        series: &str,
        item: &AgendaItem,
        now: DateTime<Utc>,
    ) -> anyhow::Result<bool> {
        if self.items(series).await?.len() >= MOST_ITEMS {
            return Ok(false);
        }
        let mut transaction = self.pool.begin().await?;
        if take_keys(&mut transaction, keys, now).await? {
            sqlx::query(
                "insert into agenda_item (id, series, words, person, state, at) values ($1, $2, $3, $4, 'open', $5)",
            )
            .bind(&item.id)
            .bind(series)
            .bind(&item.words)
            .bind(&item.person)
            .bind(now.timestamp_millis())
            .execute(&mut *transaction)
            .await
            .context("adding an item to an agenda")?;
            insert(&mut transaction, &entry("agenda.add", series, (&item.person, now), keys)).await?;
            transaction.commit().await?;
            self.wake();
        } else {
            transaction.rollback().await?;
        }
        Ok(true)
    }

    /// The open items of `series`, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn items(&self, series: &str) -> anyhow::Result<Vec<AgendaItem>> {
        let rows = sqlx::query(
            "select id, words, person from agenda_item where series = $1 and state = 'open' order by at, id",
        )
        .bind(series)
        .fetch_all(&self.pool)
        .await
        .context("reading an agenda")?;
        rows.iter()
            .map(|row| {
                Ok(AgendaItem { id: row.try_get("id")?, words: row.try_get("words")?, person: row.try_get("person")? })
            })
            .collect()
    }

    /// Takes an item off its agenda at the wish of `person`, once for each delivery, which `keys` name. Answers whether it was open.
    ///
    /// # Errors
    /// When the database fails; then it is open still.
    pub async fn take_item(&self, keys: &[String], id: &str, person: &str, now: DateTime<Utc>) -> anyhow::Result<bool> {
        let mut transaction = self.pool.begin().await?;
        if !take_keys(&mut transaction, keys, now).await? {
            transaction.rollback().await?;
            return Ok(false);
        }
        let taken =
            sqlx::query("update agenda_item set state = 'taken' where id = $1 and state = 'open' returning series")
                .bind(id)
                .fetch_optional(&mut *transaction)
                .await
                .context("taking an item off an agenda")?;
        if let Some(row) = &taken {
            let series: String = row.try_get("series")?;
            insert(&mut transaction, &entry("agenda.take", &series, (person, now), keys)).await?;
        }
        transaction.commit().await?;
        Ok(taken.is_some())
    }

    /// Records that an announcement stands in a channel, or what it shows by now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn announced(&self, announcement: &Announcement) -> anyhow::Result<()> {
        sqlx::query(
            "insert into announcement (key, series, date, channel, ts, changes, starts) values ($1, $2, $3, $4, $5, $6, $7) \
             on conflict (key) do update set ts = excluded.ts, changes = excluded.changes, starts = excluded.starts \
             where announcement.changes <= excluded.changes",
        )
        .bind(&announcement.key)
        .bind(&announcement.series)
        .bind(announcement.date.to_string())
        .bind(&announcement.channel)
        .bind(&announcement.ts)
        .bind(announcement.changes)
        .bind(announcement.starts)
        .execute(&self.pool)
        .await
        .context("recording an announcement")?;
        Ok(())
    }

    /// The announcements that are remembered, by occurrence, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn announcements(&self) -> anyhow::Result<Vec<Announcement>> {
        let rows = sqlx::query(
            "select key, series, date, channel, ts, changes, starts from announcement order by series, date, ts",
        )
        .fetch_all(&self.pool)
        .await
        .context("reading the announcements")?;
        rows.iter()
            .map(|row| {
                Ok(Announcement {
                    key: row.try_get("key")?,
                    series: row.try_get("series")?,
                    date: row.try_get::<String, _>("date")?.parse()?,
                    channel: row.try_get("channel")?,
                    ts: row.try_get("ts")?,
                    changes: row.try_get("changes")?,
                    starts: row.try_get("starts")?,
                })
            })
            .collect()
    }

    /// Forgets taken items and announcements that nothing will change any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_old_meetings(&self, now: DateTime<Utc>) -> anyhow::Result<()> {
        sqlx::query("delete from agenda_item where state = 'taken' and at < $1")
            .bind((now - TAKEN_KEPT).timestamp_millis())
            .execute(&self.pool)
            .await?;
        sqlx::query("delete from announcement where starts < $1")
            .bind((now - ANNOUNCEMENTS_KEPT).timestamp_millis())
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

fn entry(verb: &str, target: &str, (person, at): (&str, DateTime<Utc>), keys: &[String]) -> Entry {
    let (person, verb, target) = (person.to_owned(), verb.to_owned(), target.to_owned());
    Entry { at, person, verb, target, became: Became::Done, key: keys.first().cloned().unwrap_or_default() }
}

/// A local time as it is stored.
const LOCAL: &str = "%Y-%m-%dT%H:%M:%S";

fn change(row: &AnyRow) -> anyhow::Result<MeetingChange> {
    let move_to: String = row.try_get("move_to")?;
    let change = match row.try_get::<String, _>("change")?.as_str() {
        "move" => Change::MoveTo(NaiveDateTime::parse_from_str(&move_to, LOCAL)?),
        "skip" => Change::Skip,
        _ => Change::Restore,
    };
    Ok(MeetingChange {
        series: row.try_get("series")?,
        date: row.try_get::<String, _>("date")?.parse()?,
        change,
        reason: row.try_get("reason")?,
        person: row.try_get("person")?,
        at: instant(row.try_get("at")?)?,
    })
}

fn instant(millis: i64) -> anyhow::Result<DateTime<Utc>> {
    DateTime::from_timestamp_millis(millis).context("a time in the database is none")
}
