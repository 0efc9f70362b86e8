//! What the schedule asks about meetings: which announcements are due, what they say, and which of those that stand are not true any
//! more. Looks at the catalogue and the store each time and remembers only how far it has looked.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};

use super::wording;
use crate::command::Ctx;
use crate::domain::calendar::{Call, Due, Exception, Notice, Occurrence, Series, Turn};
use crate::domain::effect::{About, Announces, Effect, Place};
use crate::domain::person::Permission;
use crate::store::{Announcement, Job, MeetingChange};

/// Changes of occurrences planned longer ago are of no interest to anybody but the feed.
const LOOK_BACK: TimeDelta = TimeDelta::days(14);

/// How far the plan has looked.
#[derive(Debug, Default)]
pub struct Plan(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    /// Everything that fell due until then is in the store.
    until: Option<DateTime<Utc>>,
    /// How many changes were stored then; another one may make reminders fall due in what was looked at.
    changes: usize,
    /// The day on which New Years were last thought about.
    turns: Option<NaiveDate>,
}

/// The reminder that falls due next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upcoming {
    /// When.
    pub at: DateTime<Utc>,
    /// What, for people.
    pub label: String,
}

/// The series as they hold as of the last tick: for reading, without asking the store.
pub(super) fn known(ctx: &Ctx) -> Vec<Series> {
    let changes = ctx.changes.load();
    ctx.knowledge.meetings().iter().map(|series| applied(series, &changes)).collect()
}

/// The series as they hold now: the catalogue's, with what people changed.
pub(super) async fn current(ctx: &Ctx, now: DateTime<Utc>) -> anyhow::Result<Vec<Series>> {
    current_since(ctx, (now - LOOK_BACK).date_naive()).await
}

/// The same, with changes of occurrences planned from `since` on.
pub(super) async fn current_since(ctx: &Ctx, since: NaiveDate) -> anyhow::Result<Vec<Series>> {
    let changes = ctx.store.meeting_changes(since).await?;
    Ok(ctx.knowledge.meetings().iter().map(|series| applied(series, &changes)).collect())
}

/// The same for anybody, members or not: without the reasons that people gave here.
pub(super) async fn current_for_anybody(ctx: &Ctx, since: NaiveDate) -> anyhow::Result<Vec<Series>> {
    let changes = ctx.store.meeting_changes(since).await?;
    let untold = |series: &Series| {
        let known = applied(series, &changes);
        let ours = |exception: &Exception| series.exceptions.contains(exception);
        let without = |exception: &Exception| match ours(exception) {
            true => exception.clone(),
            false => Exception { reason: String::new(), ..exception.clone() },
        };
        Series { exceptions: known.exceptions.iter().map(without).collect(), ..known }
    };
    Ok(ctx.knowledge.meetings().iter().map(untold).collect())
}

/// `series` with what people changed. What became part of the catalogue since, and what came before it, is the catalogue's.
fn applied(series: &Series, changes: &[MeetingChange]) -> Series {
    let own: Vec<Exception> = changes
        .iter()
        .filter(|change| change.series == series.id)
        .map(|change| Exception { date: change.date, change: change.change, reason: change.reason.clone() })
        .collect();
    let adopted = |place: usize, change: &Exception| {
        let rest = own[place..].iter().filter(|later| later.date == change.date);
        rest.into_iter().any(|later| series.exceptions.contains(later))
    };
    let kept = own.iter().enumerate().filter(|(place, change)| !adopted(*place, change));
    let kept: Vec<Exception> = kept.map(|(_, change)| change.clone()).collect();
    series.with(&kept)
}

impl Plan {
    /// Records everything that is due by now, each once however many replicas ask.
    ///
    /// # Errors
    /// When the store fails; then the next call looks at the same again.
    pub async fn record(&self, ctx: &Ctx, now: DateTime<Utc>) -> anyhow::Result<()> {
        let catalogue = ctx.knowledge.meetings();
        if catalogue.is_empty() {
            return Ok(());
        }
        let changes = ctx.store.meeting_changes((now - LOOK_BACK).date_naive()).await?;
        ctx.changes.store(Arc::new(changes.clone()));
        let (until, turns) = self.looked(changes.len(), now);
        for notice in notices(catalogue, &changes, until, now) {
            record(ctx, &notice, now).await?;
        }
        self.correct(ctx, &changes, now).await?;
        if turns != Some(now.date_naive()) {
            ask_about_turns(ctx, now).await?;
        }
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *seen = Seen { until: Some(now), changes: changes.len(), turns: Some(now.date_naive()) };
        Ok(())
    }

    fn looked(&self, changes: usize, now: DateTime<Utc>) -> (Option<DateTime<Utc>>, Option<NaiveDate>) {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was put back makes nothing due twice: keys see to that.
        let until = seen.until.filter(|until| seen.changes == changes && *until <= now);
        (until, seen.turns)
    }

    /// Has announcements that stand say what is true by now, and says so below the newest of each meeting.
    async fn correct(&self, ctx: &Ctx, changes: &[MeetingChange], now: DateTime<Utc>) -> anyhow::Result<()> {
        let standing = ctx.store.announcements().await?;
        for (place, announcement) in standing.iter().enumerate() {
            let truth = Truth::of(ctx, changes, announcement);
            if announcement.starts.max(truth.starts) <= now.timestamp_millis() || truth.is_told(announcement) {
                continue;
            }
            let newest = !standing[place + 1..]
                .iter()
                .any(|later| later.series == announcement.series && later.date == announcement.date);
            let version = format!("{}:{}", truth.changes, truth.starts);
            let key = format!("edit:{}:{version}", announcement.key);
            // In one step: once the edit is done, nothing tells any more that the reply is owed.
            let mut jobs = vec![Job { key: key.clone(), effect: Effect::Correct { of: announcement.key.clone() } }];
            jobs.extend(newest.then(|| below(&truth, announcement, &version)));
            ctx.store.take(&[key], &jobs, now).await?;
        }
        Ok(())
    }
}

/// What is true by now of an occurrence that was announced.
struct Truth {
    /// The series and the occurrence, while they are planned at all.
    planned: Option<(Series, Occurrence)>,
    changes: i64,
    /// In epoch milliseconds.
    starts: i64,
}

impl Truth {
    fn of(ctx: &Ctx, changes: &[MeetingChange], announcement: &Announcement) -> Self {
        let series = ctx.knowledge.meetings().iter().find(|series| series.id == announcement.series);
        let planned = series.and_then(|series| {
            let series = applied(series, changes);
            let occurrence = series.occurrence(announcement.date)?;
            Some((series, occurrence))
        });
        match planned {
            Some((series, occurrence)) => Self {
                changes: i64::from(occurrence.sequence),
                starts: occurrence.starts.timestamp_millis(),
                planned: Some((series, occurrence)),
            },
            None => Self { planned: None, changes: GONE, starts: announcement.starts },
        }
    }

    fn is_told(&self, announcement: &Announcement) -> bool {
        announcement.changes >= self.changes && announcement.starts == self.starts
    }
}

/// The number of changes after which nothing changes any more: the meeting is not in the catalogue.
const GONE: i64 = i64::MAX;

/// What falls due for all series after `until`, or within what they can foresee.
fn notices<'a>(
    catalogue: &'a [Series],
    changes: &'a [MeetingChange],
    until: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> impl Iterator<Item = Notice> + 'a {
    catalogue.iter().flat_map(move |series| {
        let own = |change: &&MeetingChange| change.series == series.id;
        let changed = |date: NaiveDate| {
            changes.iter().filter(own).filter(|change| change.date == date).map(|change| change.at).max()
        };
        let after = until.unwrap_or(now - series.foresight());
        if changes.iter().any(|change| change.series == series.id) {
            applied(series, changes).notices(changed, after, now)
        } else {
            series.notices(changed, after, now)
        }
    })
}

async fn record(ctx: &Ctx, notice: &Notice, now: DateTime<Utc>) -> anyhow::Result<()> {
    let said = match notice.call {
        Call::Say => true,
        Call::TooLate => false,
        Call::UnlessAnnounced => !is_announced(ctx, notice).await?,
    };
    let effect = Effect::Remind { series: notice.series.clone(), date: notice.date };
    let job = said.then(|| Job { key: notice.key.clone(), effect });
    let keys = std::slice::from_ref(&notice.key);
    let new = ctx.store.take_for(keys, job.as_slice(), now, notice.starts).await?;
    if new && !said {
        tracing::info!(key = notice.key, "an announcement is not made: too late, or told already");
    }
    Ok(())
}

/// Whether anything was said about the occurrence, or is about to be.
async fn is_announced(ctx: &Ctx, notice: &Notice) -> anyhow::Result<bool> {
    let stands = |one: &Announcement| one.series == notice.series && one.date == notice.date;
    Ok(ctx.store.announcements().await?.iter().any(stands) || ctx.store.knows_of(&notice.family()).await?)
}

/// What an announcement that is due says, unless the meeting has begun meanwhile or is gone.
///
/// # Errors
/// When the store fails.
pub(crate) async fn announce(
    ctx: &Ctx,
    series: &str,
    date: NaiveDate,
    now: DateTime<Utc>,
) -> anyhow::Result<Option<Effect>> {
    let all = current(ctx, now).await?;
    let Some(series) = all.iter().find(|one| one.id == series) else {
        return Ok(None);
    };
    let Some(occurrence) = series.occurrence(date).filter(|occurrence| occurrence.starts > now) else {
        return Ok(None);
    };
    let items = ctx.store.items(&series.id).await?;
    Ok(Some(Effect::Post {
        place: Place { channel: series.channel.clone(), thread: None },
        reply: wording::announcement(series, &occurrence, &items),
        tell: None,
        about: Some(About::Meeting(announces(&occurrence))),
    }))
}

/// The edit that makes the announcement `of` true; `None` when nobody remembers it, or when it is true.
///
/// # Errors
/// When the store fails.
pub(crate) async fn correct(ctx: &Ctx, of: &str, now: DateTime<Utc>) -> anyhow::Result<Option<Effect>> {
    let standing = ctx.store.announcements().await?;
    let Some(announcement) = standing.into_iter().find(|one| one.key == of) else { return Ok(None) };
    let changes = ctx.store.meeting_changes((now - LOOK_BACK).date_naive()).await?;
    let truth = Truth::of(ctx, &changes, &announcement);
    if truth.is_told(&announcement) {
        return Ok(None);
    }
    let reply = match &truth.planned {
        Some((series, occurrence)) => wording::announcement(series, occurrence, &ctx.store.items(&series.id).await?),
        None => wording::gone(),
    };
    Ok(Some(Effect::Edit {
        channel: announcement.channel,
        ts: announcement.ts,
        reply,
        about: About::Meeting(Announces {
            series: announcement.series,
            date: announcement.date,
            changes: truth.changes,
            starts: truth.starts,
        }),
        of: announcement.key,
    }))
}

fn below(truth: &Truth, standing: &Announcement, version: &str) -> Job {
    let reply = match &truth.planned {
        Some((_, occurrence)) => wording::correction(occurrence),
        None => wording::gone(),
    };
    Job {
        key: format!("changed:{}-{}:{version}", standing.series, standing.date),
        effect: Effect::Post {
            place: Place { channel: standing.channel.clone(), thread: Some(standing.ts.clone()) },
            reply,
            tell: None,
            about: None,
        },
    }
}

fn announces(occurrence: &Occurrence) -> Announces {
    Announces {
        series: occurrence.series.clone(),
        date: occurrence.date,
        changes: i64::from(occurrence.sequence),
        starts: occurrence.starts.timestamp_millis(),
    }
}

/// Asks everybody who may change meetings about a New Year that changes odd and even weeks, once each.
async fn ask_about_turns(ctx: &Ctx, now: DateTime<Utc>) -> anyhow::Result<()> {
    let asked = ctx.knowledge.meetings().iter();
    let turns: Vec<(&Series, Turn)> =
        asked.filter_map(|series| Some((series, series.rule.turn(now.date_naive())?))).collect();
    let Some((_, first)) = turns.first() else {
        return Ok(());
    };
    for person in ctx.knowledge.roles().people_who_may(Permission::MeetingsChange) {
        // Remembered for months: a key must not name anybody.
        let who = &hex::encode(Sha256::digest(person))[..16];
        let key = format!("turn:{}:{who}", first.first);
        let effect = Effect::Direct { person: person.to_owned(), reply: wording::turn(&turns), about: None };
        // Remembered until the New Year is over, not for a few days like other keys.
        let until = first.first.and_time(NaiveTime::MIN).and_utc();
        let job = Job { key: key.clone(), effect };
        ctx.store.take_for(&[key], &[job], now, until).await?;
    }
    Ok(())
}

/// The reminder that falls due next after `now`.
pub fn upcoming(ctx: &Ctx, now: DateTime<Utc>) -> Option<Upcoming> {
    let next = |one: &Series| Some((one.next_reminder(now)?, one.title.clone()));
    let (due, title): (Due, String) = known(ctx).iter().filter_map(next).min_by_key(|(due, _)| due.at)?;
    Some(Upcoming { at: due.at, label: format!("{} before {title}", due.reminder) })
}
