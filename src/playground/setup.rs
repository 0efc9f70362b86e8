//! What a playground is told from outside: how it is set up, where its time comes from and how that is stepped, and how calls
//! of the bot are to fail. It must not know what becomes of it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures::future::BoxFuture;

use super::cluster::SampleCluster;
use super::forge::{self, Repository};
use super::people::{Member, Shortcut, SlashCommand};

/// Where the playground takes the time from.
pub type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// How deliveries reach the bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Transport {
    /// Signed, over HTTP.
    #[default]
    Http,
    /// By the sockets that the bot opens.
    Socket,
}

/// What a playground needs to know.
#[derive(Clone)]
pub struct Setup {
    /// Where to listen; port 0 takes a free one. Anything but loopback is refused, since the page may act as anybody.
    pub listen: SocketAddr,
    /// What deliveries are signed with.
    pub signing_secret: String,
    /// What the bot must show in every call.
    pub bot_token: String,
    /// What that token may do, which Slack says in each answer; not said where it is empty.
    pub scopes: Vec<String>,
    /// What the bot must show to open a socket.
    pub app_token: String,
    /// How deliveries of Slack reach the bot.
    pub transport: Transport,
    /// What the bot must show GitHub in every call.
    pub github_token: String,
    /// What GitHub's webhooks are signed with.
    pub webhook_secret: String,
    /// The repositories of the fake GitHub.
    pub repositories: Vec<Repository>,
    /// The fake clusters.
    pub clusters: Vec<SampleCluster>,
    /// What the bot must show a cluster in every call; nothing, where it is empty: kubectl shows a token only where it is encrypted.
    pub cluster_token: String,
    /// People beside Ann and Bob.
    pub people: Vec<Member>,
    /// The slash commands that the workspace offers.
    pub commands: Vec<SlashCommand>,
    /// What the menu of a message offers.
    pub shortcuts: Vec<Shortcut>,
    /// The workspace's time, which may be stepped: messages, triggers and events carry it.
    pub now: Clock,
    /// The time that deliveries are signed with, and nothing else: the bot compares it with the real one.
    pub signed_at: Clock,
    /// How the page steps that time; without it, it has no clock to step.
    pub steps: Option<Steps>,
    /// How long to wait before each retry of an event; at most three are made.
    pub retry_delays: Vec<Duration>,
    /// How long the bot may take to answer a delivery: Slack gives it three seconds.
    pub answer_within: Duration,
}

impl Setup {
    /// A workspace, a forge and a cluster on a free port, with retries that do not wait, as tests want it.
    #[expect(clippy::disallowed_methods, reason = "who verifies a signature compares its time with the machine's")]
    pub fn new(now: Clock) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            signing_secret: "0123456789abcdef0123456789abcdef".to_owned(),
            bot_token: "playground-bot-token".to_owned(),
            scopes: Vec::new(),
            app_token: "playground-app-token".to_owned(),
            transport: Transport::default(),
            github_token: "playground-github-token".to_owned(),
            webhook_secret: "fedcba9876543210fedcba9876543210".to_owned(),
            repositories: forge::repositories(),
            clusters: vec![SampleCluster::default()],
            cluster_token: "playground-cluster-token".to_owned(),
            people: Vec::new(),
            commands: Vec::new(),
            shortcuts: Vec::new(),
            now,
            signed_at: Arc::new(SystemTime::now),
            steps: None,
            retry_delays: vec![Duration::ZERO; 3],
            // <https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response>
            answer_within: Duration::from_secs(3),
        }
    }
}

/// The next thing that falls due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: SystemTime,
    /// What it is, for a person, as in `48 hours before the weekly meeting`.
    pub label: String,
}

/// How a visitor's page gets from one thing that falls due to the next.
#[derive(Clone)]
pub struct Steps {
    /// What falls due next, if anything does.
    pub next: Arc<dyn Fn() -> BoxFuture<'static, Option<Step>> + Send + Sync>,
    /// Moves the workspace's clock, `Setup::now`, to this time, and comes back when what fell due there was done.
    pub to: Arc<dyn Fn(SystemTime) -> BoxFuture<'static, ()> + Send + Sync>,
}

/// How a call of the bot can be made to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// 429 with this `Retry-After`, in seconds.
    RateLimited {
        /// Seconds until the next call.
        retry_after: u64,
    },
    /// 500.
    ServerError,
    /// No answer at all, until the bot gives up.
    NoAnswer,
    /// The connection breaks in the middle of the answer.
    Closed,
    /// 200 with something that is not JSON.
    Malformed,
    /// 200 with two hundred megabytes of JSON, by a cluster only.
    Huge,
    /// This status, with the words that GitHub or a cluster has for it.
    Status(u16),
    /// GitHub's secondary limit: 403 with this `Retry-After`, in seconds.
    Secondary {
        /// Seconds until the next call.
        retry_after: u64,
    },
    /// GitHub's primary limit: 403 with nothing left of the hour, and the time at which it is over.
    Primary,
    /// What was asked for is done, and then the connection breaks in the middle of the answer; not by a cluster.
    DoneThenClosed,
    /// On GitHub: what was asked for is done, and then 502 comes in place of the answer.
    DoneThenBadGateway,
    /// What was asked for is done this much later, whether or not the bot still waits, and no answer comes at all; not by a cluster.
    DoneUnheard {
        /// How much later.
        after: Duration,
    },
}
