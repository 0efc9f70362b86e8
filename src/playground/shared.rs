//! What the parts of a running playground share: the world under its lock, the way to the bot, and what is kept for tests. It
//! must not know what any part does with it.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;
use tokio::sync::{Semaphore, broadcast};

use super::cluster::Clusters;
use super::delivery::{Called, Delivery};
use super::forge::Ground;
use super::people::Directory;
use super::setup::{Clock, Failure, Steps, Transport};
use super::socket::Switchboard;
use super::world::{Change, World};

/// Deliveries and calls that are remembered for tests; the oldest go.
const REMEMBERED: usize = 1_000;

/// What the parts of a running playground share.
pub(super) struct Shared {
    pub(super) address: SocketAddr,
    pub(super) directory: Arc<Directory>,
    pub(super) signing_secret: String,
    pub(super) bot_token: String,
    pub(super) scopes: Vec<String>,
    pub(super) app_token: String,
    pub(super) transport: Transport,
    pub(super) switchboard: Switchboard,
    pub(super) now: Clock,
    pub(super) signed_at: Clock,
    pub(super) steps: Option<Steps>,
    /// Held while the clock is stepped.
    pub(super) stepping: Arc<tokio::sync::Mutex<()>>,
    pub(super) retry_delays: Vec<Duration>,
    pub(super) client: reqwest::Client,
    pub(super) world: Mutex<World>,
    pub(super) forge: Ground,
    pub(super) clusters: Clusters,
    pub(super) changes: broadcast::Sender<Change>,
    pub(super) log: Mutex<Log>,
    pub(super) streams: Arc<Semaphore>,
    pub(super) under_way: Arc<Semaphore>,
}

/// What is kept for tests, and what they armed.
#[derive(Default)]
pub(super) struct Log {
    /// Deliveries go to these in turn.
    pub(super) bots: Vec<String>,
    pub(super) turn: usize,
    pub(super) deliveries: VecDeque<Delivery>,
    pub(super) calls: VecDeque<Called>,
    /// When the newest delivery set out.
    pub(super) delivering: Option<Instant>,
    pub(super) failures: HashMap<String, VecDeque<Failure>>,
    /// How every call of a method fails for now.
    pub(super) standing: HashMap<String, Failure>,
    pub(super) delays: HashMap<String, VecDeque<Duration>>,
}

impl Shared {
    /// Looks at or changes the world, now, and then tells whoever listens. Never held across an await.
    pub(super) fn with<T>(&self, act: impl FnOnce(&mut World, SystemTime) -> T) -> T {
        let now = (self.now)();
        let mut world = lock(&self.world);
        let result = act(&mut world, now);
        for change in world.take_changes() {
            // Nobody listening is no error.
            let _ = self.changes.send(change);
        }
        result
    }

    /// Where this playground is, as a browser takes it.
    pub(super) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn response_url(&self, id: &str) -> String {
        format!("http://{}/response/{id}", self.address)
    }

    /// The bot to which the next delivery goes.
    pub(super) fn bot(&self) -> Option<String> {
        let mut log = lock(&self.log);
        log.turn = log.turn.wrapping_add(1);
        let turn = log.turn.checked_rem(log.bots.len())?;
        log.bots.get(turn).cloned()
    }

    pub(super) fn log_delivery(&self, delivery: Delivery) {
        remember(&mut lock(&self.log).deliveries, delivery);
    }

    pub(super) fn log_departure(&self) {
        lock(&self.log).delivering = Some(Instant::now());
    }

    pub(super) fn log_call(&self, method: &str, parameters: Value) {
        let at = Instant::now();
        let mut log = lock(&self.log);
        let after = log.delivering.map(|since| at.duration_since(since));
        remember(&mut log.calls, Called { method: method.to_owned(), parameters, at, after });
    }

    pub(super) fn armed(&self, method: &str) -> (Option<Duration>, Option<Failure>) {
        let mut log = lock(&self.log);
        let delay = log.delays.get_mut(method).and_then(VecDeque::pop_front);
        let failure = log.failures.get_mut(method).and_then(VecDeque::pop_front);
        (delay, failure.or_else(|| log.standing.get(method).copied()))
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A test that panicked while it looked has not left anything half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn remember<T>(queue: &mut VecDeque<T>, item: T) {
    if queue.len() >= REMEMBERED {
        queue.pop_front();
    }
    queue.push_back(item);
}
