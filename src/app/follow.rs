//! Follows the catalogue's folder while the bot runs: what has changed and is good is taken, what has faults is refused, and the last good one
//! stays in use. Knows no file of it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use metrics::{counter, gauge};
use tokio_util::sync::CancellationToken;

use super::connect;
use crate::catalogue::{Catalogue, Files};
use crate::command::{self, Knowledge, Live};
use crate::domain::clock::Clock;

/// How often the folder is looked at: a change is in use within two looks, and a look costs less than a millisecond.
const EVERY: Duration = Duration::from_secs(5);

/// The folder, and how it was at the last looks.
#[derive(Debug)]
pub(super) struct Follow {
    folder: PathBuf,
    kubeconfigs: PathBuf,
    live: Live,
    clock: Clock,
    /// As it was when it was judged last.
    judged: Option<u64>,
    /// As it was at the last look: whoever writes many files is let finish.
    seen: Option<u64>,
}

impl Follow {
    /// Follows a folder whose catalogue is in use already; it looked like `judged` before that was read.
    pub(super) fn new((folder, judged): (PathBuf, Option<u64>), kubeconfigs: &Path, live: Live, clock: Clock) -> Self {
        gauge!("firstmate_catalogue_loaded_timestamp_seconds").set(clock.now().timestamp() as f64);
        gauge!("firstmate_catalogue_faults").set(0.0);
        Self { folder, kubeconfigs: kubeconfigs.to_owned(), live, clock, judged, seen: judged }
    }

    /// Looks until `stop`.
    pub(super) async fn run(mut self, stop: CancellationToken) {
        let mut looks = tokio::time::interval(EVERY);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = looks.tick() => {}
            }
            if let Err(error) = self.look().await {
                tracing::error!(error = format!("{error:#}"), "the catalogue's folder could not be looked at");
            }
        }
    }

    /// Judges what has changed since it was judged last, and has not changed since the last look.
    async fn look(&mut self) -> anyhow::Result<()> {
        let now = Files::glance(&self.folder).ok();
        let still = now == self.seen;
        self.seen = now;
        if !still || now == self.judged {
            return Ok(());
        }
        self.judge().await?;
        self.judged = now;
        Ok(())
    }

    async fn judge(&self) -> anyhow::Result<()> {
        let Ok(files) = Files::from_folder(&self.folder) else {
            let faults =
                ["the folder of the catalogue cannot be read: put it back, or start me with another".to_owned()];
            return self.refuse("unreadable", &faults).await;
        };
        match self.prepare(&files).await {
            Ok((knowledge, clusters)) => {
                self.live.replace(knowledge, clusters);
                counter!("firstmate_catalogue_reloads_total", "outcome" => "loaded").increment(1);
                gauge!("firstmate_catalogue_faults").set(0.0);
                gauge!("firstmate_catalogue_loaded_timestamp_seconds").set(self.clock.now().timestamp() as f64);
                tracing::info!(digest = %files.digest(), "took a change of the catalogue");
                Ok(())
            }
            Err(faults) => self.refuse(&files.digest(), &faults).await,
        }
    }

    /// What the bot would work with; its faults where it cannot.
    async fn prepare(&self, files: &Files) -> Result<(Knowledge, command::cluster::Clusters), Vec<String>> {
        let today = self.clock.now().date_naive();
        let told = |faults: Vec<_>| faults.iter().map(ToString::to_string).collect::<Vec<_>>();
        let catalogue = Catalogue::load(files, today).map_err(told)?;
        let clusters = connect(&catalogue, &self.kubeconfigs).await.map_err(|error| vec![format!("{error:#}")])?;
        // Building the index keeps a processor busy for a moment.
        let built = tokio::task::spawn_blocking(move || Knowledge::new(catalogue)).await;
        match built {
            Ok(Ok(knowledge)) => Ok((knowledge, clusters)),
            _ => Err(vec!["it cannot be indexed".to_owned()]),
        }
    }

    async fn refuse(&self, digest: &str, faults: &[String]) -> anyhow::Result<()> {
        counter!("firstmate_catalogue_reloads_total", "outcome" => "refused").increment(1);
        gauge!("firstmate_catalogue_faults").set(faults.len() as f64);
        let first = faults.first().map(String::as_str).unwrap_or_default();
        tracing::error!(
            faults = faults.len(),
            first,
            "a change of the catalogue has faults; the one before it stays in use"
        );
        let ctx = self.live.now();
        for job in command::tell_of_refusal(&ctx, faults, digest) {
            ctx.store.owe(&job, self.clock.now()).await?;
        }
        Ok(())
    }
}
