//! `firstmate playground`: a fake workspace on loopback, the real bot beside it, and a page in the browser.

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::{Context as _, bail};
use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use firstmate::app::App;
use firstmate::command;
use firstmate::config::{Config, Log, Traces};
use firstmate::domain::clock::Clock;
use firstmate::playground::{self, SampleCluster, Setup, Shortcut, SlashCommand, Step, Steps, Transport};
use firstmate::schedule::Schedule;
use firstmate::slack::manifest::SCOPES;
use futures::FutureExt as _;
use tokio::net::TcpListener;

/// Who is a maintainer in the playground: Bob, so that a visitor can see what maintainers see.
const ROLES: &str = include_str!("playground/roles.toml");

/// Where issues may be filed in the playground: its own forge.
const REPOSITORIES: &str = include_str!("playground/repositories.toml");

/// The clusters of the playground, and a rule beside those that are shipped.
const CLUSTERS: &str = include_str!("playground/clusters.toml");
const LOGS: &str = include_str!("playground/logs.toml");

/// The pauses before Slack repeats an event that was not taken, shortened for people who watch.
const RETRIES: [Duration; 3] = [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(3)];

/// Try the bot in a browser: everything embedded, nothing leaves this machine.
#[derive(Debug, Args)]
pub(crate) struct Playground {
    /// Where the page is served; only loopback is allowed.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The catalogue's folder; `commands/` here by default, else the copy in the binary.
    #[arg(long, value_name = "DIR")]
    commands: Option<std::path::PathBuf>,
    /// Deliver by Socket Mode instead of HTTP.
    #[arg(long)]
    socket: bool,
}

impl Playground {
    /// Serves the page and the bot until SIGTERM or an interrupt.
    pub(crate) async fn run(&self, clock: Clock) -> anyhow::Result<ExitCode> {
        #[expect(clippy::disallowed_methods, reason = "the environment is searched for tokens, not read for settings")]
        if let Some(variable) = playground::refuses_real_tokens(std::env::vars_os()) {
            bail!(
                "{variable} holds what looks like a real token. The playground is for playing: start it without that variable"
            );
        }
        super::log::begin(&Log::default(), &Traces::default())?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("finding a port for the bot")?;
        let wheel = Wheel::new(clock);
        let clock = wheel.clock();
        let mut setup = self.setup(&wheel);
        setup.commands = commands();
        let mut config = config(&setup)?;
        let world = playground::Playground::start(setup)
            .await
            .with_context(|| format!("{} cannot be listened on; try --listen 127.0.0.1:0", self.listen))?;
        config.slack.api_url = world.slack_api_url();
        config.github.api_url = world.github_api_url();
        config.http.public_url = Some(format!("http://{}", listener.local_addr()?));

        let folder = tempfile::tempdir().context("making a folder for the kubeconfigs")?;
        for name in ["smaug", "infra"] {
            let file = folder.path().join(format!("{name}.kubeconfig"));
            std::fs::write(&file, world.kubeconfig(name)).context("writing a kubeconfig")?;
        }
        config.clusters.kubeconfigs = folder.path().to_owned();

        let files = super::files(self.commands.as_deref())?
            .overlay("roles.toml", ROLES)
            .overlay("issue/repositories.toml", REPOSITORIES)
            .overlay("cluster/clusters.toml", CLUSTERS);
        let policy = files.content("cluster/policy.toml").unwrap_or_default();
        let policy = [policy, LOGS.as_bytes()].concat();
        let files = files.overlay("cluster/policy.toml", policy);
        let catalogue = super::catalogue(&files, clock.now().date_naive())?;
        let app = App::build(config, catalogue, clock).await?;
        wheel.take(app.schedule().clone());
        world.connect(format!("http://{}", listener.local_addr()?));
        writeln!(std::io::stdout(), "The playground is at http://{} (stop it with Ctrl+C)", world.address())?;
        app.serve(listener, super::serve::interrupted()).await?;
        Ok(ExitCode::SUCCESS)
    }

    fn setup(&self, wheel: &Wheel) -> Setup {
        let time = wheel.clock();
        let mut setup = Setup::new(Arc::new(move || time.now().into()));
        setup.listen = self.listen;
        setup.signing_secret = secret();
        setup.bot_token = secret();
        setup.scopes = SCOPES.map(|scope| scope.name.to_owned()).to_vec();
        setup.app_token = secret();
        setup.transport = if self.socket { Transport::Socket } else { Transport::Http };
        setup.github_token = secret();
        setup.webhook_secret = secret();
        setup.cluster_token = secret();
        setup.clusters = vec![SampleCluster::named("smaug"), SampleCluster::hanging("infra")];
        setup.retry_delays = RETRIES.to_vec();
        setup.steps = Some(wheel.steps());
        setup.shortcuts = command::SHORTCUTS
            .map(|(action, name)| Shortcut { callback_id: action.to_owned(), name: name.to_owned() })
            .to_vec();
        setup
    }
}

fn commands() -> Vec<SlashCommand> {
    let known = command::slash_commands().into_iter();
    known
        .map(|command| SlashCommand { name: command.name, hint: command.hint, description: command.description })
        .collect()
}

/// The workspace's clock, which a visitor turns forward to the next reminder.
#[derive(Clone)]
struct Wheel {
    machine: Clock,
    /// Milliseconds that the clock is ahead of the machine's.
    ahead: Arc<AtomicI64>,
    /// The bot's schedule, once there is one.
    schedule: Arc<OnceLock<Schedule>>,
}

impl Wheel {
    fn new(machine: Clock) -> Self {
        Self { machine, ahead: Arc::default(), schedule: Arc::default() }
    }

    fn clock(&self) -> Clock {
        let (machine, ahead) = (self.machine.clone(), Arc::clone(&self.ahead));
        Clock::new(move || machine.now() + TimeDelta::milliseconds(ahead.load(Ordering::Relaxed)))
    }

    fn take(&self, schedule: Schedule) {
        // Called once; a second schedule would be a defect of this file and changes nothing.
        let _ = self.schedule.set(schedule);
    }

    fn steps(&self) -> Steps {
        let (asked, turned) = (self.clone(), self.clone());
        Steps {
            next: Arc::new(move || asked.clone().next().boxed()),
            to: Arc::new(move |time| turned.clone().turn(time.into()).boxed()),
        }
    }

    async fn next(self) -> Option<Step> {
        let upcoming = self.schedule.get()?.upcoming()?;
        Some(Step { at: upcoming.at.into(), label: upcoming.label })
    }

    /// Turns the clock to `time`, and comes back when what falls due then was done.
    async fn turn(self, time: DateTime<Utc>) {
        let ahead = (time - self.machine.now()).num_milliseconds() + 1;
        self.ahead.fetch_max(ahead, Ordering::Relaxed);
        if let Some(schedule) = self.schedule.get()
            && let Err(error) = schedule.settle().await
        {
            tracing::error!(error = format!("{error:#}"), "the step could not be carried out");
        }
    }
}

/// The bot's configuration: nothing of the environment, nothing kept.
fn config(setup: &Setup) -> anyhow::Result<Config> {
    let way_in = match setup.transport {
        Transport::Http => ("FIRSTMATE_SLACK__SIGNING_SECRET".to_owned(), setup.signing_secret.clone()),
        Transport::Socket => ("FIRSTMATE_SLACK__APP_TOKEN".to_owned(), setup.app_token.clone()),
    };
    Config::from(
        None,
        [
            way_in,
            ("FIRSTMATE_SLACK__BOT_TOKEN".to_owned(), setup.bot_token.clone()),
            ("FIRSTMATE_GITHUB__TOKEN".to_owned(), setup.github_token.clone()),
            ("FIRSTMATE_GITHUB__WEBHOOK_SECRET".to_owned(), setup.webhook_secret.clone()),
            ("FIRSTMATE_STORE__URL".to_owned(), "sqlite::memory:".to_owned()),
            ("FIRSTMATE_LIMITS__PER_PERSON".to_owned(), "60".to_owned()),
        ],
    )
}

fn secret() -> String {
    format!("{:032x}", rand::random::<u128>())
}
