//! The table: each fault on a stage of its own, under load, and what became of everything that was owed.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::Utc;
use futures::StreamExt as _;

use crate::fault::{self, Fault};
use crate::load::Load;
use crate::owed::{Became, Owed};
use crate::rest;
use crate::stage::{Now, Plan, Stage, Store};
use crate::verdict;

/// Rows that are played at the same time; each has a world, a bot and a store of its own.
const AT_ONCE: usize = 4;

/// How long things go well before a fault, how long it lasts, and how long people go on afterwards.
const FULL: [u64; 3] = [10, 40, 15];
const SHORT: [u64; 3] = [4, 8, 4];

/// How long what is owed may take when nothing is wrong any more, in full and short: a job waits twice as long after each try, five minutes
/// at most, and a short fault does not get there.
const RECOVERS_WITHIN: [Duration; 2] = [Duration::from_secs(330), Duration::from_secs(120)];

/// After which nothing more is to come: longer than a claim holds, and than a call that nobody waits for takes.
pub(crate) const QUIET: Duration = Duration::from_secs(12);

/// How often the world is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// A row of the table.
struct Row {
    fault: Fault,
    lasted: Duration,
    became: Became,
    recovered: Option<Duration>,
    amiss: Vec<String>,
    /// What the world found wrong with what the bot sent.
    findings: Vec<String>,
}

/// Plays all faults and prints the table; false when anything was lost, doubled, or sent as Slack, GitHub or a cluster
/// would not have it.
pub(crate) async fn play(program: &Path, postgres: Option<&str>, short: bool, only: Option<&str>) -> bool {
    let times = if short { SHORT } else { FULL }.map(Duration::from_secs);
    let wanted = fault::ALL.into_iter().filter(|fault| only.is_none_or(|only| fault.name().contains(only)));
    let patience = RECOVERS_WITHIN[usize::from(short)];
    let stages =
        wanted.map(|fault| (fault, fault.store(postgres).expect("FIRSTMATE_TEST_POSTGRES says where PostgreSQL is")));
    let rows = futures::stream::iter(stages).map(|stage| row(program, stage, times, patience)).buffered(AT_ONCE);
    println!("| fault | for how long | owed | once | doubled | lost | recovered after |");
    println!("|---|---|---|---|---|---|---|");
    let mut right = true;
    let mut rows = std::pin::pin!(rows);
    while let Some(row) = rows.next().await {
        let Became { owed, once, doubled, lost } = row.became;
        let recovered = row.recovered.map_or("never".to_owned(), |after| format!("{:.1} s", after.as_secs_f64()));
        let lasted = row.lasted.as_secs();
        println!("| {} | {lasted} s | {owed} | {once} | {doubled} | {lost} | {recovered} |", row.fault.name());
        row.amiss.iter().chain(&row.findings).take(10).for_each(|amiss| println!("    {amiss}"));
        right &= row.became.is_right() && row.recovered.is_some() && row.findings.is_empty();
    }
    right
}

async fn row(
    program: &Path,
    (fault, store): (Fault, Store),
    [before, lasts, after]: [Duration; 3],
    patience: Duration,
) -> Row {
    let clock_folder = tempfile::tempdir().unwrap();
    let clock = clock_folder.path().join("clock");
    let reminders = usize::try_from((before + lasts + after).as_secs() / 2).unwrap();
    let (transport, variables) = (fault.transport(), fault.variables(&clock));
    let stage = Stage::set(Plan { program, store, replicas: 1, transport, reminders, variables }).await;
    let owed = Arc::new(Owed::with(stage.reminders.clone()));
    let load = Load::begin(&stage, &owed, 1);
    rest(before).await;
    let began = Instant::now();
    fault.happen(&stage, lasts, &clock).await;
    let (lasted, over) = (began.elapsed(), Instant::now());
    // What is owed by now is what the fault held up.
    let held_up = owed.by(Utc::now_here());
    let ending = tokio::spawn(async move {
        rest(after).await;
        load.end().await;
    });
    let recovered = until_done(&stage, &held_up, over, patience).await;
    ending.await.unwrap();
    let last = stage.reminders.iter().map(|(_, due)| *due).max();
    let left = last.map(|last| (last - Utc::now_here()).to_std().unwrap_or_default());
    rest(left.unwrap_or_default()).await;
    let all_done = until_done(&stage, &owed, Instant::now(), patience).await;
    rest(QUIET).await;
    let became = owed.became(&stage.world);
    let amiss = owed.amiss(&stage.world);
    let findings = verdict::findings(&stage.world, Some(fault));
    Row { fault, lasted, became, recovered: all_done.and(recovered), amiss, findings }
}

/// Waits until everything that is owed was done; answers how long after `since` that was, or nothing when it took too long.
pub(crate) async fn until_done(stage: &Stage, owed: &Owed, since: Instant, patience: Duration) -> Option<Duration> {
    loop {
        if owed.became(&stage.world).lost == 0 {
            return Some(since.elapsed());
        }
        if since.elapsed() > patience {
            return None;
        }
        rest(LOOK).await;
    }
}
