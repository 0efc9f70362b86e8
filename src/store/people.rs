//! What is kept about one person, in counts, and its end: erased where it is theirs alone, without their id where others need the rest.
//! See `docs/decisions/0012-what-forgetting-leaves.md`.

use anyhow::Context;
use chrono::{DateTime, Utc};
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::Store;
use super::audit::{Became, Entry, insert};
use crate::domain::effect::Effect;
use crate::domain::person::{FORGOTTEN, unnamed};

/// What is kept about a person, in counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Issues that they asked for.
    pub issues: i64,
    /// Windows that they have not sent yet.
    pub drafts: i64,
    /// Items of agendas.
    pub items: i64,
    /// Changes of meetings.
    pub changes: i64,
    /// Notices, and the switch that stops everything.
    pub notices: i64,
    /// Whether the rule is kept by which they were last denied something.
    pub denials: i64,
    /// What is on its way for them.
    pub waiting: i64,
    /// Entries of the audit log.
    pub entries: i64,
}

impl Kept {
    /// Whether there is nothing.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// Tables of which others need the rows: the id goes, the row stays.
const OF_OTHERS: [&str; 3] = ["meeting_change", "notice", "pause"];

/// Columns that hold people's words, in which others may have named the person, by the name of the row.
const WORDS: [(&str, &str, &str); 5] = [
    ("draft", "id", "payload"),
    ("job", "key", "payload"),
    ("agenda_item", "id", "words"),
    ("notice", "id", "words"),
    ("pause", "id", "reason"),
];

impl Store {
    /// What is kept about `person`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn kept(&self, person: &str) -> anyhow::Result<Kept> {
        let row = sqlx::query(
            "select (select count(*) from issue where person = $1) as issues, \
             (select count(*) from draft where person = $1) as drafts, \
             (select count(*) from agenda_item where person = $1) as items, \
             (select count(*) from meeting_change where person = $1) as changes, \
             (select count(*) from notice where person = $1) as notices, \
             (select count(*) from pause where person = $1) as pauses, \
             (select count(*) from denial where person = $1) as denials, \
             (select count(*) from audit where person = $1) as entries",
        )
        .bind(person)
        .fetch_one(&self.pool)
        .await
        .context("counting what is kept about somebody")?;
        let mut connection = self.pool.acquire().await?;
        // A question in a direct message is answered in a moment; this may be one.
        let waiting = theirs(&mut connection, person, false).await?.len();
        Ok(Kept {
            issues: row.try_get("issues")?,
            drafts: row.try_get("drafts")?,
            items: row.try_get("items")?,
            changes: row.try_get("changes")?,
            notices: row.try_get::<i64, _>("notices")? + row.try_get::<i64, _>("pauses")?,
            denials: row.try_get("denials")?,
            waiting: i64::try_from(waiting)?,
            entries: row.try_get("entries")?,
        })
    }

    /// Forgets `person`, in one step: afterwards no row holds their id. What is on its way for them is withdrawn; of what was filed for
    /// them repository and number stay, so that nothing is filed twice.
    ///
    /// # Errors
    /// When the database fails; then nothing was forgotten.
    pub async fn forget(&self, person: &str, now: DateTime<Utc>) -> anyhow::Result<()> {
        let mut transaction = self.pool.begin().await?;
        // A write comes first: two that begin by reading would lock each other out of SQLite.
        run(&mut transaction, "delete from draft where person = $1", person).await?;
        for key in theirs(&mut transaction, person, true).await? {
            run(&mut transaction, "delete from job where key = $1", &key).await?;
        }
        run(&mut transaction, "delete from issue where person = $1 and number = 0", person).await?;
        let orphan = "update issue set person = '', title = '', url = '', channel = '', thread = '', message_channel = '', \
                      message_ts = '', assignees = '[]', dropped = '[]', in_step = 0, untold = 0 where person = $1";
        run(&mut transaction, orphan, person).await?;
        run(&mut transaction, "delete from agenda_item where person = $1", person).await?;
        run(&mut transaction, "delete from denial where person = $1", person).await?;
        for table in OF_OTHERS {
            run(&mut transaction, &format!("update {table} set person = '' where person = $1"), person).await?;
        }
        let anonymous = format!("update audit set person = '{FORGOTTEN}', key = '' where person = $1");
        run(&mut transaction, &anonymous, person).await?;
        for (table, name, words) in WORDS {
            unname(&mut transaction, (table, name, words), person).await?;
        }
        unname_reasons(&mut transaction, person).await?;
        let entry = Entry {
            at: now,
            person: FORGOTTEN.to_owned(),
            verb: "people.forget".to_owned(),
            target: String::new(),
            became: Became::Done,
            key: String::new(),
        };
        insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        tracing::info!("somebody was forgotten at their wish");
        Ok(())
    }
}

async fn run(transaction: &mut AnyConnection, text: &str, value: &str) -> anyhow::Result<()> {
    sqlx::query(AssertSqlSafe(text.to_owned()))
        .bind(value)
        .execute(transaction)
        .await
        .context("forgetting somebody")?;
    Ok(())
}

/// The keys of the jobs that are on their way for `person`, with or without the questions that are still to be answered.
async fn theirs(connection: &mut AnyConnection, person: &str, questions: bool) -> anyhow::Result<Vec<String>> {
    let rows = sqlx::query("select key from issue where person = $1").bind(person).fetch_all(&mut *connection).await?;
    let filings: Vec<String> = rows.iter().map(|row| row.try_get("key")).collect::<Result<_, _>>()?;
    let rows = sqlx::query("select key, payload from job where state = 'waiting'")
        .fetch_all(connection)
        .await
        .context("looking what is on its way for somebody")?;
    let mut keys = Vec::new();
    for row in rows {
        let (key, payload): (String, String) = (row.try_get("key")?, row.try_get("payload")?);
        let effect: Option<Effect> = serde_json::from_str(&payload).ok();
        let counts =
            |effect: &Effect| effect.is_of(person, &filings) && (questions || !matches!(effect, Effect::Answer { .. }));
        if filings.contains(&key) || effect.as_ref().is_some_and(counts) {
            keys.push(key);
        }
    }
    Ok(keys)
}

/// Takes the id out of words of others.
async fn unname(
    transaction: &mut AnyConnection,
    (table, name, words): (&str, &str, &str),
    person: &str,
) -> anyhow::Result<()> {
    let text = format!("select {name}, {words} from {table} where {words} like '%' || $1 || '%'");
    for row in sqlx::query(AssertSqlSafe(text)).bind(person).fetch_all(&mut *transaction).await? {
        let (id, said): (String, String) = (row.try_get(name)?, row.try_get(words)?);
        let text = format!("update {table} set {words} = $1 where {name} = $2");
        let update = sqlx::query(AssertSqlSafe(text)).bind(unnamed(&said, person)).bind(id);
        update.execute(&mut *transaction).await.context("taking a name out")?;
    }
    Ok(())
}

/// The same for the reasons of changes, whose rows have three names.
async fn unname_reasons(transaction: &mut AnyConnection, person: &str) -> anyhow::Result<()> {
    let rows = sqlx::query("select distinct reason from meeting_change where reason like '%' || $1 || '%'")
        .bind(person)
        .fetch_all(&mut *transaction)
        .await?;
    for row in rows {
        let said: String = row.try_get("reason")?;
        let update = sqlx::query("update meeting_change set reason = $1 where reason = $2");
        update.bind(unnamed(&said, person)).bind(said).execute(&mut *transaction).await?;
    }
    Ok(())
}
