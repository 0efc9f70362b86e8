//! Memory under mixed load that goes on and on, and whether all of it was done. It must not know what is asked.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use firstmate::playground::Transport;

use crate::load::Load;
use crate::owed::{Became, Owed};
use crate::rest;
use crate::rows::{QUIET, until_done};
use crate::stage::{Plan, Stage, Store};
use crate::verdict;

pub(crate) const MINUTES: u64 = 30;

/// How often memory is looked at, and the world, which forgets a message after two thousand others.
const SAMPLE: Duration = Duration::from_secs(10);

/// Minutes after which it is printed.
const PRINTED: u64 = 5;

/// What memory may grow by in twenty minutes, by the line through the samples of the last two thirds: less than noise is called flat.
const BOUND_KIB: f64 = 2_048.0;

/// How long what is owed may take in the end. Nothing goes wrong.
const DONE_WITHIN: Duration = Duration::from_secs(60);

/// Plays for so many minutes; false when memory grew over the bound, or anything was lost, doubled, or sent as Slack, GitHub or a cluster
/// would not have it.
pub(crate) async fn play(program: &Path, minutes: u64) -> bool {
    let (store, transport) = (Store::Sqlite, Transport::Http);
    let plan = Plan { program, store, replicas: 1, transport, reminders: 0, variables: Vec::new() };
    let stage = Stage::set(plan).await;
    let owed = Arc::new(Owed::default());
    let load = Load::begin(&stage, &owed, 1);
    let (began, lasts) = (Instant::now(), Duration::from_secs(60 * minutes));
    let mut samples: Vec<(f64, f64)> = Vec::new();
    let mut printed = 0;
    while began.elapsed() < lasts {
        rest(SAMPLE).await;
        let (at, resident) = (began.elapsed(), stage.bot().resident());
        samples.push((at.as_secs_f64() / 60.0, resident as f64));
        owed.look(&stage.world);
        let minute = at.as_secs() / 60;
        if minute / PRINTED > printed {
            printed = minute / PRINTED;
            println!("{minute} min: {:.1} MiB resident", resident as f64 / 1024.0);
        }
    }
    load.end().await;
    let slope = slope(&samples[samples.len() / 3..]);
    println!(
        "{minutes} min of mixed load: {:.1} MiB resident in the end; over the last two thirds {slope:+.1} KiB a minute",
        samples.last().unwrap().1 / 1024.0
    );
    let right = all_done(&stage, &owed).await;
    right && slope * 20.0 < BOUND_KIB
}

/// Whether everything that is owed was done once, and nothing was found wrong with it.
async fn all_done(stage: &Stage, owed: &Owed) -> bool {
    until_done(stage, owed, Instant::now(), DONE_WITHIN).await;
    rest(QUIET).await;
    let became = owed.became(&stage.world);
    let Became { owed: effects, once, doubled, lost } = became;
    println!("    effects owed {effects}, once {once}, doubled {doubled}, lost {lost}");
    let (amiss, findings) = (owed.amiss(&stage.world), verdict::findings(&stage.world, None));
    amiss.iter().chain(&findings).take(10).for_each(|wrong| println!("    {wrong}"));
    became.is_right() && findings.is_empty()
}

/// Of the line that fits best.
fn slope(samples: &[(f64, f64)]) -> f64 {
    let count = samples.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| samples.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|sample| sample.0), mean(|sample| sample.1));
    let over: f64 = samples.iter().map(|sample| (sample.0 - x) * (sample.1 - y)).sum();
    over / samples.iter().map(|sample| (sample.0 - x).powi(2)).sum::<f64>()
}
