//! A fake Slack workspace, a fake GitHub and fake clusters on the wire: for demonstration, and as the double that the tests run the bot against. It signs what it
//! sends, verifies tokens, and is as strict as they are or stricter; what the bot did wrong is kept as faults. It listens on
//! loopback only and must not know anything of the rest of this crate.
//!
//! ```text
//! person (tests)   page (browser)            what a person does and sees
//!        └─────┬─────────┘ └── picture       (the same as plain text)
//!           deliver ── payload               what people do as deliveries, and what those carry
//!              │      send                   how they travel: signed, repeated
//!              │      socket                 the same by the sockets that the bot opens
//!              │      wire                   the Web API and the response addresses, for the bot
//!              └───┬───┘
//!               answer                       what is seen of the bot's answers
//!          compose, file                     what the composer makes of what is typed, and files in messages
//!               clock                        the workspace's time and its steps, for the page
//!        shared, delivery, setup, outage     what the parts share, what travels, what comes from outside
//!        world, view, message, people        the state, pure; world has messages, files, views and grants
//!            strict ── walk ── kit           what Slack would refuse, within blocks, and Block Kit as tables
//!            problem, blocks                 a refusal in Slack's words, and how blocks are read
//!
//!        forge                               the fake GitHub: it knows shared, delivery, setup, outage and the page's guard
//!        cluster                             fake Kubernetes API servers: it knows shared, setup and outage
//! ```

mod answer;
mod blocks;
mod clock;
mod cluster;
mod compose;
mod deliver;
mod delivery;
mod file;
mod forge;
mod kit;
mod message;
mod outage;
mod page;
mod payload;
mod people;
mod person;
mod picture;
mod problem;
mod send;
mod setup;
mod shared;
mod socket;
mod strict;
mod view;
mod walk;
mod wire;
mod world;

#[cfg(test)]
mod tests;

use std::ffi::OsStr;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, SystemTime};

use regex::Regex;
use serde_json::Value;
use tokio::sync::{Semaphore, broadcast};

pub use cluster::{Discovery, SampleCluster};
pub use delivery::{Called, Delivered, Delivery};
pub use forge::{Forge, Opened, Repository, route_names};
pub use people::{Member, Shortcut, SlashCommand};
pub use person::{Person, Place};
pub use setup::{Clock, Failure, Setup, Step, Steps, Transport};
pub use socket::{Disconnect, Happened, Sockets};
pub use wire::METHODS;

use cluster::Clusters;
use forge::Ground;
use people::Directory;
use shared::{Shared, lock};
use socket::Switchboard;
use world::World;

/// Pages that may listen at a time: two people at a few browsers.
const OPEN_STREAMS: usize = 32;
/// Changes that a slow page may lag behind before its stream ends and it has to read everything anew.
const CHANGES: usize = 1_024;
/// Deliveries begun from the page that may be under way at a time.
const UNDER_WAY: usize = 64;

/// A running fake workspace. It stops when this is dropped.
pub struct Playground {
    shared: Arc<Shared>,
    servers: [tokio::task::JoinHandle<()>; 2],
}

impl Drop for Playground {
    fn drop(&mut self) {
        self.servers.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

impl Playground {
    /// Binds, and serves the pages, the Web API, GitHub's and the clusters' on one listener.
    ///
    /// # Errors
    /// The address is not loopback, or cannot be bound.
    pub async fn start(setup: Setup) -> io::Result<Self> {
        if !setup.listen.ip().is_loopback() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the playground listens on loopback only: whoever reaches its page can act as anybody",
            ));
        }
        let listener = tokio::net::TcpListener::bind(setup.listen).await?;
        let sockets = tokio::net::TcpListener::bind((setup.listen.ip(), 0)).await?;
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(setup.answer_within)
            .build()
            .map_err(io::Error::other)?;
        let (forge, clusters) = (Ground::new(&setup), Clusters::new(&setup));
        let directory = Arc::new(Directory::new(setup.people));
        let shared = Arc::new(Shared {
            forge,
            clusters,
            address: listener.local_addr()?,
            directory: Arc::clone(&directory),
            signing_secret: setup.signing_secret,
            bot_token: setup.bot_token,
            scopes: setup.scopes,
            app_token: setup.app_token,
            transport: setup.transport,
            switchboard: Switchboard::new(sockets.local_addr()?, setup.answer_within),
            now: setup.now,
            signed_at: setup.signed_at,
            steps: setup.steps,
            stepping: Arc::default(),
            retry_delays: setup.retry_delays,
            client,
            world: Mutex::new(World::new(directory, setup.commands, setup.shortcuts)),
            changes: broadcast::Sender::new(CHANGES),
            log: Mutex::default(),
            streams: Arc::new(Semaphore::new(OPEN_STREAMS)),
            under_way: Arc::new(Semaphore::new(UNDER_WAY)),
        });
        let router = page::routes().merge(wire::routes()).merge(forge::routes()).merge(cluster::routes());
        let router = page::guarded(router, &shared).with_state(Arc::clone(&shared));
        let server = tokio::spawn(async move {
            // Ends only with an error of the listener, and then there is nobody left to tell.
            let _ = axum::serve(listener, router).await;
        });
        let sockets = tokio::spawn(socket::serve(Arc::clone(&shared), sockets));
        Ok(Self { shared, servers: [server, sockets] })
    }

    /// Where the page and the Web API are.
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// What the bot must use in place of `https://slack.com/api`; without a slash at its end.
    pub fn slack_api_url(&self) -> String {
        format!("http://{}/api-slack", self.shared.address)
    }

    /// What the bot must use in place of `https://api.github.com`; without a slash at its end.
    pub fn github_api_url(&self) -> String {
        format!("http://{}/api-github", self.shared.address)
    }

    /// From now on deliveries go to this bot, as in `http://127.0.0.1:3000`.
    pub fn connect(&self, bot_base_url: impl Into<String>) {
        self.connect_in_turn([bot_base_url]);
    }

    /// From now on deliveries go to these replicas of a bot in turn, as through a balancer that does not know which of them live.
    pub fn connect_in_turn<U: Into<String>>(&self, bot_base_urls: impl IntoIterator<Item = U>) {
        let urls = bot_base_urls.into_iter().map(|url| url.into().trim_end_matches('/').to_owned());
        lock(&self.shared.log).bots = urls.collect();
    }

    /// What the bot did wrong so far.
    pub fn faults(&self) -> Vec<String> {
        self.shared.with(|world, _| world.faults())
    }

    /// Ends a test.
    ///
    /// # Panics
    /// If the bot did anything wrong: with all of it.
    pub fn finish(self) {
        let faults = self.faults();
        assert!(faults.is_empty(), "the bot did what Slack, GitHub or a cluster would refuse:\n{}", faults.join("\n"));
    }

    /// What went to the bot, oldest first.
    pub fn deliveries(&self) -> Vec<Delivery> {
        lock(&self.shared.log).deliveries.iter().cloned().collect()
    }

    /// What the bot called, oldest first: the method and its parameters. A post to a response address is `response_url`; a call
    /// of GitHub is named as in `POST /repos/{o}/{r}/issues`, and its parameters are `path`, `query` and `body`; a call of a
    /// cluster is named as in `GET /api-kubernetes/smaug/api/v1/pods`, and its parameters are `path`, `query`, `accept`,
    /// `impersonate_user` and `impersonate_groups`.
    pub fn calls(&self) -> Vec<(String, Value)> {
        self.calls_at().into_iter().map(|called| (called.method, called.parameters)).collect()
    }

    /// What the bot called, oldest first, and how long after a delivery.
    pub fn calls_at(&self) -> Vec<Called> {
        lock(&self.shared.log).calls.iter().cloned().collect()
    }

    /// Makes the next `times` calls of a method fail, by the names that `calls` gives them; `cluster smaug` is any call of that
    /// cluster.
    pub fn fail_next(&self, method: &str, failure: Failure, times: usize) {
        lock(&self.shared.log)
            .failures
            .entry(method.to_owned())
            .or_default()
            .extend(std::iter::repeat_n(failure, times));
    }

    /// Makes every call of a method fail until this is called for it with none, beside what `fail_next` says of the next ones.
    pub fn fail_from_now_on(&self, method: &str, failure: Option<Failure>) {
        let standing = &mut lock(&self.shared.log).standing;
        match failure {
            Some(failure) => standing.insert(method.to_owned(), failure),
            None => standing.remove(method),
        };
    }

    /// Everything that the bot said for everybody and that stands, oldest first: as Slack writes it, and the channel.
    pub fn said_by_bot(&self) -> Vec<Value> {
        self.shared.with(|world, _| world.said_by_bot())
    }

    /// Makes the next call of a method wait this long before it is looked at.
    pub fn slow_next(&self, method: &str, delay: Duration) {
        lock(&self.shared.log).delays.entry(method.to_owned()).or_default().push_back(delay);
    }

    /// Sends exactly this to the bot, right or wrong.
    pub async fn send_raw(&self, path: &str, headers: &[(String, String)], body: impl Into<Vec<u8>>) -> Delivered {
        self.shared.send(path, headers, body.into()).await.into()
    }

    /// Sends a delivery to the bot again, byte for byte, the way it came.
    pub async fn send_again(&self, delivery: &Delivery) -> Delivered {
        match self.shared.letter(&delivery.path, &delivery.body) {
            Some(letter) => self.shared.posted(&letter, delivery).await.into(),
            None => self.send_raw(&delivery.path, &delivery.headers, delivery.body.clone()).await,
        }
    }

    /// Signs a body now and sends it to the bot; what fits an envelope goes by the socket, where there is one.
    pub async fn send_signed(&self, path: &str, content_type: &str, body: &str) -> Delivered {
        self.shared.signed(path, content_type, body, &[]).await.into()
    }

    /// Sends an event to the bot again as Slack sometimes does: under another `event_id` and not marked as a retry.
    /// <https://github.com/slackapi/node-slack-sdk/issues/2141>
    ///
    /// # Panics
    /// If this delivery was no event.
    pub async fn send_under_another_id(&self, delivery: &Delivery) -> Delivered {
        let event: Option<Value> = serde_json::from_str(&delivery.body).ok();
        let mut event = event.filter(|event| event["event_id"].is_string()).expect("an event");
        event["event_id"] = format!("Ev{:08}", self.shared.with(|world, _| world.serial())).into();
        self.send_signed(&delivery.path, "application/json", &event.to_string()).await
    }

    /// The headers of a body signed as if it were sent at this time: content type, time and signature.
    pub fn signed_headers(&self, content_type: &str, body: &[u8], at: SystemTime) -> Vec<(String, String)> {
        self.shared.signed_headers(content_type, body, at)
    }
}

/// The name of the first variable that holds something like a real token of Slack or GitHub, so that nobody plays with a
/// real community by mistake. The value itself is never given back.
pub fn refuses_real_tokens<K: AsRef<OsStr>, V: AsRef<OsStr>>(vars: impl IntoIterator<Item = (K, V)>) -> Option<String> {
    // App-level tokens have a dash after their first character (`xapp-1-…`), so dashes count as part of the word.
    static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:xoxb-|xoxp-|xapp-|ghp_|ghs_|github_pat_)[0-9A-Za-z_-]{10}").expect("the pattern is right")
    });
    let found = vars.into_iter().find(|(_, value)| TOKEN.is_match(&value.as_ref().to_string_lossy()));
    found.map(|(name, _)| name.as_ref().to_string_lossy().into_owned())
}
