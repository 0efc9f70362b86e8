//! The stage of one row: a fake world of its own, and one or two bots beside it, each a process. It must not know what goes wrong
//! there, nor who does what.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use firstmate::command;
use firstmate::playground::{Member, Playground, SampleCluster, Setup, Shortcut, SlashCommand, Transport};

use crate::process::{self, Bot, Launch};

/// Somebody of the workspace beside Ann and Bob.
pub(crate) const PEOPLE: usize = 40;

/// The pauses before Slack repeats an event: at once, after a minute and after five (<https://docs.slack.dev/apis/events-api#retries>);
/// shortened, so that a row does not take half an hour.
pub(crate) const REPEATS: [Duration; 3] = [Duration::from_millis(300), Duration::from_secs(1), Duration::from_secs(3)];

/// The forge's repository where issues go.
pub(crate) const REPOSITORY: &str = "operate-first/support";

/// Where reminders are said, apart from all else that is.
const ANNOUNCEMENTS: &str = "C0OPSPRIV1";

/// How long before a meeting its reminder falls due: so long that a clock that is an hour ahead does not find it over; and how much longer
/// for each further meeting, so that no two take place at once.
const BEFORE_MINUTES: i64 = 200;
const APART_MINUTES: i64 = 2;

/// What a bot is run on.
#[derive(Clone, Debug)]
pub(crate) enum Store {
    /// A SQLite file in the row's own folder.
    Sqlite,
    /// A SQLite file on a disk of this many KiB.
    Small(u32),
    /// A database of its own on this PostgreSQL.
    Postgres(String),
}

/// What one row is played with.
pub(crate) struct Plan<'a> {
    pub(crate) program: &'a Path,
    pub(crate) store: Store,
    pub(crate) replicas: usize,
    /// How deliveries of Slack come.
    pub(crate) transport: Transport,
    /// How many reminders fall due, one every two seconds from a moment after the start.
    pub(crate) reminders: usize,
    /// Variables of the bots' own.
    pub(crate) variables: Vec<(String, String)>,
}

pub(crate) struct Stage {
    pub(crate) world: Arc<Playground>,
    pub(crate) bots: Vec<Bot>,
    /// Keys of the reminders without their last part, and when they fall due.
    pub(crate) reminders: Vec<(String, DateTime<Utc>)>,
    /// Seconds that the clock is wrong by which deliveries are signed.
    pub(crate) signed_ahead: Arc<AtomicI64>,
    pub(crate) folder: tempfile::TempDir,
}

pub(crate) fn handle(number: usize) -> String {
    format!("person{number}")
}

/// The id of a person's direct message with the bot.
pub(crate) fn direct(number: usize) -> String {
    format!("D0P{number:03}")
}

pub(crate) fn person(number: usize) -> String {
    format!("U0P{number:03}")
}

impl Stage {
    pub(crate) async fn set(plan: Plan<'_>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let signed_ahead: Arc<AtomicI64> = Arc::default();
        let world = Arc::new(Playground::start(setup(&signed_ahead, plan.transport)).await.unwrap());
        let commands = folder.path().join("commands");
        let first = Utc::now_here() + chrono::TimeDelta::seconds(8);
        let reminders = write_catalogue(&commands, plan.reminders, first);
        fs::write(folder.path().join("smaug.kubeconfig"), world.kubeconfig("smaug")).unwrap();
        let (before, url) = opened(&plan.store, folder.path());
        let launch = |_| Launch {
            program: plan.program.to_owned(),
            before: before.clone(),
            arguments: vec!["--commands".to_owned(), commands.to_str().unwrap().to_owned()],
            variables: variables(&world, &plan, folder.path(), &url),
            folder: folder.path().to_owned(),
            port: process::free_port(),
        };
        let mut bots = Vec::new();
        for mut launch in (0..plan.replicas).map(launch) {
            launch.variables.push(("FIRSTMATE_HTTP__LISTEN".to_owned(), format!("127.0.0.1:{}", launch.port)));
            bots.push(Bot::start(launch).await);
        }
        world.connect_in_turn(bots.iter().map(|bot| bot.launch.address()));
        Self { world, bots, reminders, signed_ahead, folder }
    }

    pub(crate) fn bot(&self) -> &Bot {
        &self.bots[0]
    }
}

/// The time, for the places where the time is what is played with.
pub(crate) trait Now {
    fn now_here() -> DateTime<Utc>;
}

impl Now for Utc {
    fn now_here() -> DateTime<Utc> {
        SystemTime::now().into()
    }
}

fn setup(signed_ahead: &Arc<AtomicI64>, transport: Transport) -> Setup {
    let mut setup = Setup::new(Arc::new(SystemTime::now));
    setup.transport = transport;
    let ahead = Arc::clone(signed_ahead);
    setup.signed_at = Arc::new(move || {
        let ahead = ahead.load(Ordering::Relaxed);
        let by = Duration::from_secs(ahead.unsigned_abs());
        if ahead < 0 { SystemTime::now() - by } else { SystemTime::now() + by }
    });
    setup.people = (0..PEOPLE).map(|number| Member::new(&person(number), &handle(number), "A Person")).collect();
    setup.clusters = vec![SampleCluster::named("smaug")];
    setup.retry_delays = REPEATS.to_vec();
    setup.shortcuts = command::SHORTCUTS
        .map(|(action, name)| Shortcut { callback_id: action.to_owned(), name: name.to_owned() })
        .to_vec();
    setup.commands = command::slash_commands()
        .into_iter()
        .map(|command| SlashCommand { name: command.name, hint: command.hint, description: command.description })
        .collect();
    setup
}

fn variables(world: &Playground, plan: &Plan<'_>, folder: &Path, url: &str) -> Vec<(String, String)> {
    let fixed = Setup::new(Arc::new(SystemTime::now));
    let set = [
        match plan.transport {
            Transport::Http => ("SLACK__SIGNING_SECRET", fixed.signing_secret),
            Transport::Socket => ("SLACK__APP_TOKEN", fixed.app_token),
        },
        ("SLACK__BOT_TOKEN", fixed.bot_token),
        ("SLACK__API_URL", world.slack_api_url()),
        ("GITHUB__TOKEN", fixed.github_token),
        ("GITHUB__API_URL", world.github_api_url()),
        ("GITHUB__WEBHOOK_SECRET", fixed.webhook_secret),
        ("CLUSTERS__KUBECONFIGS", folder.to_str().unwrap().to_owned()),
        ("STORE__URL", url.to_owned()),
        ("LIMITS__PER_PERSON", "0".to_owned()),
        ("METRICS__LISTEN", process::UNREAD.to_owned()),
    ];
    let set = set.into_iter().map(|(name, value)| (format!("FIRSTMATE_{name}"), value));
    set.chain(plan.variables.iter().cloned()).collect()
}

/// Words before the program, and the address of its store.
fn opened(store: &Store, folder: &Path) -> (Vec<String>, String) {
    match store {
        Store::Sqlite => (Vec::new(), format!("sqlite:{}", folder.join("bot.db").display())),
        Store::Small(size) => {
            let disk = folder.join("disk");
            fs::create_dir(&disk).unwrap();
            (crate::disk::before(&disk, *size), format!("sqlite:{}", disk.join("bot.db").display()))
        }
        Store::Postgres(address) => {
            let name = format!("faults_{:016x}", rand::random::<u64>());
            let made =
                Command::new("psql").args(["-X", "-q", "-c", &format!("create database {name}"), address]).status();
            assert!(made.unwrap().success(), "a database is made");
            let mut url = url::Url::parse(address).unwrap();
            url.set_path(&name);
            (Vec::new(), url.into())
        }
    }
}

/// The shipped catalogue with one repository, one cluster and meetings of its own; what is to be said of those, and when.
fn write_catalogue(commands: &Path, count: usize, first: DateTime<Utc>) -> Vec<(String, DateTime<Utc>)> {
    process::copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("commands"), commands);
    let repositories = format!(
        "[[repositories]]\nname = \"{REPOSITORY}\"\nabout = \"Questions\"\nchannels = \"all\"\nwho = \"all\"\n"
    );
    fs::write(commands.join("issue/repositories.toml"), repositories).unwrap();
    let clusters =
        "[clusters.smaug]\nabout = \"Projects\"\nkubeconfig = \"smaug.kubeconfig\"\nnamespace = \"opf-jupyterhub\"\n";
    fs::write(commands.join("cluster/clusters.toml"), clusters).unwrap();
    let reminder = |place: usize| {
        let due = first + chrono::TimeDelta::seconds(2 * i64::try_from(place).unwrap());
        let due = DateTime::from_timestamp(due.timestamp(), 0).unwrap();
        let before = BEFORE_MINUTES + APART_MINUTES * i64::try_from(place).unwrap();
        let (id, starts) = (format!("series-{place}"), due + chrono::TimeDelta::minutes(before));
        let text = format!(
            "title = \"{id}\"\ntimezone = \"UTC\"\nstart = {}\nduration = \"1m\"\nchannel = \"{ANNOUNCEMENTS}\"\n\
             [series]\nanchor = {}\nevery_weeks = 4\n[[reminders]]\nbefore = \"{before}m\"\n",
            starts.format("%H:%M:%S"),
            starts.date_naive()
        );
        fs::write(commands.join(format!("meetings/{id}.toml")), text).unwrap();
        (format!("reminder:{id}-{}", starts.date_naive()), due)
    };
    (0..count).map(reminder).collect()
}
