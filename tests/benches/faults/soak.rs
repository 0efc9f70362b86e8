//! Memory under mixed load that goes on and on. It must not know what is asked.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::load::Load;
use crate::owed::Owed;
use crate::rest;
use crate::stage::{Plan, Stage, Store};

pub(crate) const MINUTES: u64 = 30;

/// How often memory is looked at.
const SAMPLE: Duration = Duration::from_secs(10);

/// Minutes after which it is printed.
const PRINTED: u64 = 5;

/// What memory may grow by in twenty minutes, by the line through the samples of the last two thirds: less than noise is called flat.
const BOUND_KIB: f64 = 2_048.0;

/// Plays for so many minutes; false when memory grew over the bound.
pub(crate) async fn play(program: &Path, minutes: u64) -> bool {
    let plan = Plan { program, store: Store::Sqlite, replicas: 1, reminders: 0, variables: Vec::new() };
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
        let minute = at.as_secs() / 60;
        if minute / PRINTED > printed {
            printed = minute / PRINTED;
            println!("{minute} min: {:.1} MiB resident", resident as f64 / 1024.0);
        }
    }
    load.end().await;
    let slope = slope(&samples[samples.len() / 3..]);
    println!(
        "{minutes} min of mixed load, {} effects: {:.1} MiB resident in the end; over the last two thirds {slope:+.1} KiB a minute",
        owed.became(&stage.world).owed,
        samples.last().unwrap().1 / 1024.0
    );
    slope * 20.0 < BOUND_KIB
}

/// Of the line that fits best.
fn slope(samples: &[(f64, f64)]) -> f64 {
    let count = samples.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| samples.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|sample| sample.0), mean(|sample| sample.1));
    let over: f64 = samples.iter().map(|sample| (sample.0 - x) * (sample.1 - y)).sum();
    over / samples.iter().map(|sample| (sample.0 - x).powi(2)).sum::<f64>()
}
