//! Puts the bot together: the one place that constructs adapters.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use secrecy::ExposeSecret;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::catalogue::Catalogue;
use crate::command::cluster::Clusters;
use crate::command::{Ctx, Gaps, Knowledge, Operators};
use crate::config::{self, Config};
use crate::domain::clock::Clock;
use crate::domain::cluster::known;
use crate::domain::redact;
use crate::github::{Access, GitHub, HookVerifier};
use crate::http::Door;
use crate::jobs::{Hands, Pace};
use crate::kubernetes::{self, Cluster};
use crate::schedule::Schedule;
use crate::slack::Slack;
use crate::slack::request::Verifier;
use crate::store::Store;

/// How often people who have been silent are forgotten by the limiter.
const SWEEP: std::time::Duration = std::time::Duration::from_secs(60);

/// How long stopping may take. Kubernetes kills after 30 s (`terminationGracePeriodSeconds`); what is not finished by then is in
/// the store.
const DRAIN: std::time::Duration = std::time::Duration::from_secs(20);

/// The bot, ready to serve.
#[derive(Debug)]
pub struct App {
    door: Door,
    schedule: Schedule,
    store: Store,
    tasks: TaskTracker,
}

impl App {
    /// Builds the bot from `config` and what `catalogue` holds, as the time that `clock` tells.
    ///
    /// # Errors
    /// One sentence for the operator: what is missing or wrong, and what to do. Services that merely cannot be reached are none.
    pub async fn build(config: Config, catalogue: Catalogue, clock: Clock) -> anyhow::Result<Self> {
        let Config { http, metrics: _, store, slack, github, clusters, limits } = config;
        let verifier = Verifier::new(&slack.signing_secret)?;
        let client =
            Arc::new(Slack::new(&slack.api_url, slack.bot_token.as_ref()).context("setting up the client of Slack")?);
        if !client.has_token() {
            tracing::warn!(
                "no slack.bot_token is set: slash commands are answered, mentions, messages and buttons that post are not"
            );
        }
        let access = access(&github)?;
        let forge = Arc::new(GitHub::new(&github.api_url, &access, clock.clone())?);
        if !forge.has_access() {
            tracing::warn!("neither github.token nor github.app_id is set: issues cannot be filed");
        }
        let clusters = connect(&catalogue, &clusters.kubeconfigs).await?;
        let store = Store::open(store.url.expose_secret()).await?;
        let knowledge = Arc::new(Knowledge::new(catalogue)?);
        // Before the first delivery: a pause survives restarts.
        let operators = Operators::default();
        operators.refresh(&store).await?;
        let ctx = Ctx {
            knowledge,
            store: store.clone(),
            slack: Arc::clone(&client),
            github: Arc::clone(&forge),
            gaps: Arc::new(Gaps::default()),
            changes: Arc::default(),
            in_step: Arc::default(),
            operators: Arc::new(operators),
            clusters: Arc::new(clusters),
            public_url: http.public_url.map(|url| url.trim_end_matches('/').into()),
        };
        let tasks = TaskTracker::new();
        let hands = Hands {
            slack: Arc::clone(&client),
            github: Arc::clone(&forge),
            store: store.clone(),
            clock: clock.clone(),
            pace: Arc::new(Pace::default()),
        };
        let hooks = HookVerifier::new(github.webhook_secret.as_ref())?;
        let door = Door::new(ctx.clone(), clock, (verifier, hooks), tasks.clone(), limits.per_person);
        Ok(Self { door, schedule: Schedule::new(ctx, hands, tasks.clone()), store, tasks })
    }

    /// Serves on `listener` until `stop`; then takes nothing more, finishes what is in flight, and leaves the rest to the store.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> anyhow::Result<()> {
        // Reading the rules takes a moment that nobody should spend before a window.
        self.tasks.spawn_blocking(redact::prepare);
        let stopping = CancellationToken::new();
        let schedule = tokio::spawn(self.schedule.run(stopping.clone()));
        let sweeper = tokio::spawn(sweep(self.door.clone(), stopping.clone()));
        let server =
            axum::serve(listener, self.door.router()).with_graceful_shutdown(stopping.clone().cancelled_owned());
        let mut server = tokio::spawn(server.into_future());
        let failed = tokio::select! {
            served = &mut server => Some(served),
            () = stop => None,
        };
        stopping.cancel();
        let drained = tokio::time::timeout(DRAIN, async {
            if failed.is_none() {
                let _ = (&mut server).await;
            }
            self.tasks.close();
            self.tasks.wait().await;
            let _ = tokio::join!(schedule, sweeper);
        });
        if drained.await.is_err() {
            server.abort();
            tracing::warn!("stopped with work in flight; what was recorded goes on at the next start");
        }
        self.store.close().await;
        match failed {
            Some(served) => Ok(served.context("the server")??),
            None => Ok(()),
        }
    }

    /// What carries jobs out.
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// Where jobs wait.
    pub fn store(&self) -> &Store {
        &self.store
    }
}

/// What the bot shows GitHub: the app where there is one, else the token.
fn access(github: &config::GitHub) -> anyhow::Result<Access> {
    match (github.app_id, &github.private_key, &github.token) {
        (Some(id), Some(key), _) => Ok(Access::App { id, key: key.clone() }),
        (Some(_), None, _) => bail!(
            "github.app_id is set without the app's key: set FIRSTMATE_GITHUB__PRIVATE_KEY_FILE, or take github.app_id away"
        ),
        (None, Some(_), _) => bail!("github.private_key is set without github.app_id: set both, or neither"),
        (None, None, Some(token)) => Ok(Access::Token(token.clone())),
        (None, None, None) => Ok(Access::None),
    }
}

/// Clients of the clusters that the catalogue names. A cluster that cannot be reached now is none the worse; one that never could is told
/// at once.
async fn connect(catalogue: &Catalogue, kubeconfigs: &Path) -> anyhow::Result<Clusters> {
    let mut clusters = Clusters::new();
    for known in &catalogue.clusters.clusters {
        let access = match &known.access {
            known::Access::Kubeconfig { file, context } => {
                kubernetes::Access::Kubeconfig { file: kubeconfigs.join(file), context: context.clone() }
            }
            known::Access::InCluster => kubernetes::Access::InCluster,
        };
        let cluster = Cluster::new(&access).await;
        let cluster = cluster.with_context(|| format!("the cluster {} of cluster/clusters.toml", known.name))?;
        clusters.insert(known.name.clone(), cluster);
    }
    Ok(clusters)
}

async fn sweep(door: Door, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(SWEEP);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => door.sweep(),
        }
    }
}
