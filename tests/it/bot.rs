//! The bot whole, in a fake workspace on loopback, driven as a person would.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use firstmate::app::App;
use firstmate::catalogue::{Catalogue, Files};
use firstmate::command;
use firstmate::config::Config;
use firstmate::domain::clock::Clock;
use firstmate::playground::{
    Happened, Member, Person, Playground, Repository, SampleCluster, Setup, Shortcut, SlashCommand, Transport,
};
use firstmate::schedule::Schedule;
use firstmate::slack::manifest::SCOPES;
use firstmate::store::Store;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::database;

/// Bob is a maintainer, as in the playground.
const ROLES: &str = "[roles.maintainer]\npeople = [\"U0BOB\"]\nmay = [\"onboard.gaps\", \"meetings.change\", \"audit.read\", \"bot.pause\", \"bot.notice\"]\n";

/// Rounds of settling before a test gives up: more than any effect follows from any other.
const ROUNDS: usize = 50;

/// Jobs that are put off for longer than this wait for something that a test has to bring about: more than any pause between two
/// writes.
const MOMENTS: TimeDelta = TimeDelta::seconds(2);

/// A time at which nothing about meetings falls due, and no New Year has to be thought about.
pub const A_QUIET_FRIDAY: &str = "2027-02-05T09:00:00Z";

/// A clock that a test sets, and that goes on from there.
#[derive(Clone)]
pub struct Turned(Arc<AtomicI64>);

impl Turned {
    pub fn at(instant: &str) -> Self {
        let turned = Self(Arc::default());
        turned.to(instant);
        turned
    }

    /// Sets the clock.
    pub fn to(&self, instant: &str) {
        let instant: DateTime<Utc> = instant.parse().unwrap();
        self.0.store((instant - Clock::system().now()).num_milliseconds(), Ordering::Relaxed);
    }

    pub fn clock(&self) -> Clock {
        let (machine, ahead) = (Clock::system(), Arc::clone(&self.0));
        Clock::new(move || machine.now() + TimeDelta::milliseconds(ahead.load(Ordering::Relaxed)))
    }
}

/// A bot and the world around it.
pub struct Bot {
    pub world: Playground,
    pub address: String,
    pub store: Store,
    clock: Clock,
    schedule: Schedule,
    stop: CancellationToken,
    server: tokio::task::JoinHandle<()>,
}

/// What a bot is made of, to be changed before it starts.
pub struct Parts {
    pub variables: Vec<(String, String)>,
    pub files: Files,
    /// Where changes of them are looked for.
    pub folder: Option<(PathBuf, u64)>,
    pub clock: Clock,
    /// People beside Ann and Bob.
    pub people: Vec<Member>,
    /// Repositories beside those of the playground.
    pub repositories: Vec<Repository>,
    /// Clusters that the catalogue may name by the kubeconfig `NAME.kubeconfig`.
    pub clusters: Vec<SampleCluster>,
    /// How deliveries of Slack come.
    pub transport: Transport,
}

/// How deliveries come unless a test says so: `FIRSTMATE_TEST_TRANSPORT=socket` runs the same suite over Socket Mode.
#[expect(clippy::disallowed_methods, reason = "which way to go is said from outside")]
fn transport() -> Transport {
    match std::env::var("FIRSTMATE_TEST_TRANSPORT").as_deref() {
        Ok("socket") => Transport::Socket,
        Ok("http") | Err(_) => Transport::Http,
        Ok(other) => panic!("FIRSTMATE_TEST_TRANSPORT is http or socket, not {other}"),
    }
}

impl Default for Parts {
    fn default() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/catalogue");
        let variables = [("FIRSTMATE_LIMITS__PER_PERSON", "0")];
        Self {
            variables: variables.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            files: Files::from_folder(&folder).unwrap().overlay("roles.toml", ROLES),
            folder: None,
            clock: Turned::at(A_QUIET_FRIDAY).clock(),
            people: Vec::new(),
            repositories: Vec::new(),
            clusters: vec![SampleCluster::default()],
            transport: transport(),
        }
    }
}

impl Parts {
    /// With the catalogue that lies in `folder`, and its changes.
    pub fn follow(mut self, folder: &Path) -> Self {
        let glance = Files::glance(folder).unwrap();
        self.files = Files::from_folder(folder).unwrap();
        self.folder = Some((folder.to_owned(), glance));
        self
    }

    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A bot that Slack reaches by sockets.
    pub fn by_socket() -> Self {
        Self { transport: Transport::Socket, ..Self::default() }
    }

    pub async fn start(self) -> Bot {
        let time = self.clock.clone();
        let mut setup = Setup::new(Arc::new(move || time.now().into()));
        setup.transport = self.transport;
        setup.people = self.people;
        setup.scopes = SCOPES.map(|scope| scope.name.to_owned()).to_vec();
        setup.repositories.extend(self.repositories);
        let clusters: Vec<String> = self.clusters.iter().map(|cluster| cluster.name.clone()).collect();
        setup.clusters = self.clusters;
        setup.shortcuts = command::SHORTCUTS
            .map(|(action, name)| Shortcut { callback_id: action.to_owned(), name: name.to_owned() })
            .to_vec();
        setup.commands = command::slash_commands()
            .into_iter()
            .map(|command| SlashCommand { name: command.name, hint: command.hint, description: command.description })
            .collect();
        let mut variables = vec![
            ("FIRSTMATE_SLACK__SIGNING_SECRET".to_owned(), setup.signing_secret.clone()),
            ("FIRSTMATE_SLACK__BOT_TOKEN".to_owned(), setup.bot_token.clone()),
            ("FIRSTMATE_GITHUB__TOKEN".to_owned(), setup.github_token.clone()),
            ("FIRSTMATE_GITHUB__WEBHOOK_SECRET".to_owned(), setup.webhook_secret.clone()),
        ];
        if self.transport == Transport::Socket {
            variables.push(("FIRSTMATE_SLACK__APP_TOKEN".to_owned(), setup.app_token.clone()));
        }
        let world = Playground::start(setup).await.unwrap();
        variables.push(("FIRSTMATE_SLACK__API_URL".to_owned(), world.slack_api_url()));
        variables.push(("FIRSTMATE_GITHUB__API_URL".to_owned(), world.github_api_url()));
        let folder = tempfile::tempdir().unwrap();
        for name in clusters {
            std::fs::write(folder.path().join(format!("{name}.kubeconfig")), world.kubeconfig(&name)).unwrap();
        }
        let kubeconfigs = folder.path().to_str().unwrap().to_owned();
        variables.push(("FIRSTMATE_CLUSTERS__KUBECONFIGS".to_owned(), kubeconfigs));
        variables.push(("FIRSTMATE_STORE__URL".to_owned(), database::fresh().await));
        // What a test sets comes last and wins.
        let variables: BTreeMap<String, String> = variables.into_iter().chain(self.variables).collect();
        let config = Config::from(None, variables).unwrap();
        let connects = config.slack.app_token.is_some() && config.slack.api_url == world.slack_api_url();
        let catalogue = Catalogue::load(&self.files, self.clock.now().date_naive()).unwrap();
        let clock = self.clock.clone();
        let mut app = App::build(config, catalogue, self.clock).await.unwrap();
        if let Some((folder, glance)) = self.folder {
            app = app.follow(folder, Some(glance));
        }
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        world.connect(&address);
        let (store, schedule) = (app.store().clone(), app.schedule().clone());
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        let server = tokio::spawn(async move { app.serve(listener, stopped).await.unwrap() });
        if connects {
            world.sockets().wait_for(Happened::Opened(1)).await;
        }
        Bot { world, address, store, clock, schedule, stop, server }
    }
}

impl Bot {
    pub async fn start() -> Self {
        Parts::default().start().await
    }

    pub fn as_(&self, handle: &str) -> Person<'_> {
        self.world.as_(handle)
    }

    /// Comes back when everything that was taken has been answered. Waits only where a job itself waits for its time.
    pub async fn settle(&self) {
        self.settle_within(TimeDelta::MAX).await;
    }

    /// The same, but jobs that were put off for more than moments are left to wait: a test moves the clock to them.
    pub async fn settle_now(&self) {
        self.settle_within(MOMENTS).await;
    }

    #[expect(clippy::disallowed_methods, reason = "a job that was put off is due at a time")]
    async fn settle_within(&self, patience: TimeDelta) {
        for _ in 0..ROUNDS {
            self.schedule.settle().await.unwrap();
            self.world.forge().settle().await;
            // What is to be told of an issue becomes a job at the next tick only.
            let told = self.store.untold().await.unwrap().is_empty();
            let wait = match self.store.next_due().await.unwrap() {
                Some(due) => due - self.clock.now(),
                None if told => return,
                None => TimeDelta::zero(),
            };
            if told && wait > patience {
                return;
            }
            tokio::time::sleep(wait.to_std().unwrap_or_default().min(std::time::Duration::from_secs(2))).await;
        }
        panic!("jobs wait that never end");
    }

    /// Asks the bot to stop, as SIGTERM does.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// The world, when a bot that was asked to stop has stopped.
    pub async fn stopped(self) -> Playground {
        self.server.await.unwrap();
        self.world
    }

    /// Looks once at what is due, as each tick does, and waits for what that began: all that a paused bot comes to.
    pub async fn tick(&self) {
        self.schedule.settle().await.unwrap();
    }

    /// Stops the bot as an operator does, so that another may begin where it ended.
    pub async fn stops(self) {
        self.stop();
        drop(self.stopped().await);
    }

    /// Ends the test: fails on anything that Slack would refuse and on work left undone.
    pub async fn finish(self) {
        self.settle().await;
        assert_eq!(self.store.waiting().await.unwrap(), 0, "jobs wait");
        self.server.abort();
        self.world.finish();
    }
}
