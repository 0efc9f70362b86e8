//! Puts the bot together: the one place that constructs adapters.

mod collect;
mod follow;
mod server;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use axum::Router;
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::catalogue::Catalogue;
use crate::command::cluster::Clusters;
use crate::command::{Ctx, Gaps, Knowledge, Live, Operators};
use crate::config::{self, Config};
use crate::domain::clock::Clock;
use crate::domain::cluster::known;
use crate::domain::redact;
use crate::github::{Access, GitHub, HookVerifier};
use crate::http::{Door, Ways};
use crate::jobs::{Hands, Pace};
use crate::kubernetes::{self, Cluster};
use crate::schedule::Schedule;
use crate::slack::Slack;
use crate::slack::request::Verifier;
use crate::slack::socket::Socket;
use crate::store::Store;
use collect::Collected;
use follow::Follow;

/// How often people who have been silent are forgotten by the limiter, and figures put in order: at a hundred commands a second they pile up
/// to a few hundred kilobytes meanwhile.
const SWEEP: std::time::Duration = std::time::Duration::from_secs(15);

/// How long stopping may take. Kubernetes kills after 30 s (`terminationGracePeriodSeconds`); what is not finished by then is in
/// the store.
const DRAIN: std::time::Duration = std::time::Duration::from_secs(20);

/// The bot, ready to serve.
#[derive(Debug)]
pub struct App {
    door: Door,
    socket: Option<Socket>,
    schedule: Schedule,
    follow: Option<Follow>,
    live: Live,
    /// The folder of kubeconfigs, where changes of the catalogue are to be taken.
    followed: Option<PathBuf>,
    store: Store,
    tasks: TaskTracker,
    clock: Clock,
}

impl App {
    /// Builds the bot from `config` and what `catalogue` holds, as the time that `clock` tells.
    ///
    /// # Errors
    /// One sentence for the operator: what is missing or wrong, and what to do. Services that merely cannot be reached are none.
    pub async fn build(config: Config, catalogue: Catalogue, clock: Clock) -> anyhow::Result<Self> {
        let Config { http, metrics, store, slack, github, clusters, limits, catalogue: followed, log: _, traces: _ } =
            config;
        if metrics.listen.is_some() {
            collect::begin()?;
        }
        let (verifier, socket) = ways(&slack)?;
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
        let kubeconfigs = clusters.kubeconfigs;
        let clusters = connect(&catalogue, &kubeconfigs).await?;
        let store = Store::open(store.url.expose_secret()).await?;
        let knowledge = Arc::new(Knowledge::new(catalogue)?);
        // Before the first delivery: a pause survives restarts.
        let operators = Operators::default();
        operators.refresh(&store).await?;
        let live = Live::new(Ctx {
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
        });
        let tasks = TaskTracker::new();
        let hands = Hands {
            slack: Arc::clone(&client),
            github: Arc::clone(&forge),
            store: store.clone(),
            clock: clock.clone(),
            pace: Arc::new(Pace::default()),
        };
        let ways = Ways {
            slack: verifier,
            socket: socket.as_ref().map(Socket::pulse),
            github: HookVerifier::new(github.webhook_secret.as_ref())?,
        };
        let door = Door::new(live.clone(), clock.clone(), ways, tasks.clone(), limits.per_person);
        let schedule = Schedule::new(live.clone(), hands, tasks.clone());
        let followed = followed.reload.then_some(kubeconfigs);
        Ok(Self { door, socket, schedule, follow: None, live, followed, store, tasks, clock })
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
        let mut schedule = tokio::spawn(self.schedule.run(stopping.clone()));
        let sweeper = tokio::spawn(sweep(self.door.clone(), stopping.clone()));
        if let Some(follow) = self.follow {
            tokio::spawn(follow.run(stopping.clone()));
        }
        let socket = tokio::spawn(listen(self.socket, self.door.clone(), self.tasks.clone(), stopping.clone()));
        let mut server = tokio::spawn(server::serve(listener, self.door.router(), stopping.clone()));
        let failed = tokio::select! {
            served = &mut server => Some(served.map_err(anyhow::Error::from).and_then(|served| Ok(served?)).context("the server")),
            // A bot that looks for nothing any more must not say that it is well.
            ended = &mut schedule => Some(Err(anyhow::anyhow!("the schedule ended by itself{}", because(ended)))),
            () = stop => None,
        };
        stopping.cancel();
        let drained = tokio::time::timeout(DRAIN, async {
            if failed.is_none() {
                // What is in flight there needs its acknowledgement before the tasks behind it are all that is left, and a tick may still
                // begin some.
                let _ = tokio::join!(&mut server, socket, &mut schedule, sweeper);
            }
            self.tasks.close();
            self.tasks.wait().await;
            if let Err(error) = self.live.now().gaps.write(&self.store, self.clock.now()).await {
                tracing::error!(error = format!("{error:#}"), "the counts of the last moments are lost");
            }
            self.store.close().await;
        });
        if drained.await.is_err() {
            tracing::warn!("stopped with work in flight; what was recorded goes on at the next start");
        }
        failed.unwrap_or(Ok(()))
    }

    /// Takes changes of the catalogue in `folder`, where the configuration does not forbid it; `glance` is how it looked before it was read.
    #[must_use]
    pub fn follow(mut self, folder: PathBuf, glance: Option<u64>) -> Self {
        let kubeconfigs = self.followed.take();
        self.follow = kubeconfigs
            .map(|kubeconfigs| Follow::new((folder, glance), &kubeconfigs, self.live.clone(), self.clock.clone()));
        self
    }

    /// What Prometheus is shown; nothing where it was given no door of its own.
    pub fn figures(&self) -> Option<Router> {
        Collected::new(
            self.store.clone(),
            self.door.clone(),
            Arc::clone(&self.live.now().operators),
            self.clock.clone(),
        )
        .map(Collected::router)
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

/// Why a task ended, as far as it is known.
fn because(ended: Result<(), tokio::task::JoinError>) -> &'static str {
    if ended.is_err() { " after a defect, which the log tells" } else { "" }
}

/// The ways by which Slack comes to the bot: signed over HTTP, by a socket that the bot opens, or both.
fn ways(slack: &config::Slack) -> anyhow::Result<(Option<Verifier>, Option<Socket>)> {
    let config::Slack { signing_secret, bot_token, app_token, api_url } = slack;
    let begins = |token: &SecretString, kinds: &[&str]| {
        kinds.iter().any(|kind| token.expose_secret().trim_start().starts_with(kind))
    };
    if app_token.as_ref().is_some_and(|token| begins(token, &["xoxb-", "xoxp-"])) {
        bail!(
            "slack.app_token holds a bot's or a person's token: make an app-level token with connections:write on the app's Basic Information page; it begins with xapp-"
        );
    }
    if bot_token.as_ref().is_some_and(|token| begins(token, &["xapp-"])) {
        bail!(
            "slack.bot_token holds an app-level token: copy the Bot User OAuth Token from the app's OAuth & Permissions page; it begins with xoxb-"
        );
    }
    if signing_secret.is_none() && app_token.is_none() {
        bail!(
            "neither slack.signing_secret nor slack.app_token is set, so Slack has no way to the bot: set FIRSTMATE_SLACK__SIGNING_SECRET to the Signing Secret for HTTP, or FIRSTMATE_SLACK__APP_TOKEN to an app-level token with connections:write for Socket Mode; both are on the app's Basic Information page"
        );
    }
    let verifier = signing_secret.as_ref().map(Verifier::new).transpose()?;
    let socket = app_token.as_ref().map(|token| Socket::new(api_url, token)).transpose();
    Ok((verifier, socket.context("setting up the socket to Slack")?))
}

/// Takes what comes by the socket, until `stop`.
async fn listen(socket: Option<Socket>, door: Door, tasks: TaskTracker, stop: CancellationToken) {
    if let Some(socket) = socket {
        let take = move |envelope| {
            let door = door.clone();
            async move { door.take(envelope).await }
        };
        socket.run(take, tasks, stop).await;
    }
}

/// What the bot shows GitHub: the app where there is one, else the token.
///
/// # Errors
/// One sentence for the operator when half of an app is set.
pub fn access(github: &config::GitHub) -> anyhow::Result<Access> {
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
            _ = ticks.tick() => {
                door.sweep();
                collect::tidy();
            }
        }
    }
}
