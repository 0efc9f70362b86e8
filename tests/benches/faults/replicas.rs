//! Two replicas on one PostgreSQL: events with retries and repeats in turn to both while one after the other is killed, and then while
//! both are replaced, one after the other. It must not know how a delivery is made.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use firstmate::playground::Transport;
use tokio::task::JoinSet;

use crate::load::{self, Load};
use crate::owed::{Became, Owed};
use crate::rest;
use crate::stage::{PEOPLE, Plan, Stage, Store};
use crate::verdict;

/// Events that are taken while replicas are killed.
const FULL: usize = 1_000;
const SHORT: usize = 60;

/// One event in so many, and one more, may be given up by Slack: that three repeats all come to the replica that was just killed is rare.
const GIVEN_UP: usize = 50;

/// How many people write them, each in a conversation of their own. Those with the lowest numbers do other things.
const WRITERS: usize = 20;

/// How long each rests between two: a conversation takes a message a second.
const RESTS: Duration = Duration::from_millis(1_200);

/// How often a replica is killed, and how often one is replaced.
const EACH: Duration = Duration::from_secs(5);

/// How long a service goes on sending to a replica that was asked to end.
const HEARD_OF: Duration = Duration::from_millis(500);

/// How many times all replicas are replaced.
const UPDATES: usize = 3;

/// How long what is owed may take in the end, and after which nothing more is to come.
const DONE_WITHIN: Duration = Duration::from_secs(120);
const QUIET: Duration = Duration::from_secs(12);

/// What happened to the events of one part.
#[derive(Default)]
struct Events {
    taken: AtomicUsize,
    /// Given up by Slack after three repeats: nothing is owed for those.
    refused: AtomicUsize,
}

impl Events {
    /// That so many were taken, which were promised, and at most so many given up.
    fn judge(&self, promised: usize, may_be_given_up: usize) {
        let (taken, refused) = (self.taken.load(Ordering::Relaxed), self.refused.load(Ordering::Relaxed));
        assert!(taken >= promised, "{taken} events were taken and {promised} promised; {refused} were given up");
        assert!(
            refused <= may_be_given_up,
            "{refused} events were given up and {may_be_given_up} may be; {taken} were taken"
        );
    }
}

/// Plays both parts; false when anything was lost, doubled, or sent as Slack, GitHub or a cluster would not have it.
pub(crate) async fn play(program: &Path, postgres: &str, short: bool) -> bool {
    let count = if short { SHORT } else { FULL };
    let reminders = count / 25;
    let store = Store::Postgres(postgres.to_owned());
    let transport = Transport::Http;
    let plan = Plan { program, store, replicas: 2, transport, reminders, variables: Vec::new() };
    let stage = Arc::new(Stage::set(plan).await);
    let owed = Arc::new(Owed::with(stage.reminders.clone()));

    let began = Instant::now();
    let mut kills = 0;
    let (others, events) = (Load::begin(&stage, &owed, 1), Arc::new(Events::default()));
    let mut writers = write(&stage, &owed, &events, count);
    while !writers.is_empty() {
        let victim = &stage.bots[kills % stage.bots.len()];
        let next = tokio::time::sleep(EACH);
        victim.kill().await;
        kills += 1;
        tokio::join!(victim.again(), next);
        while let Some(ended) = writers.try_join_next() {
            ended.unwrap();
        }
    }
    others.end().await;
    let killed = told("killed", &stage, &owed, &events, began).await;
    events.judge(count, count / GIVEN_UP + 1);
    println!("    SIGKILLs: {kills}");

    let began = Instant::now();
    let before = owed.became(&stage.world).owed;
    let (others, events) = (Load::begin(&stage, &owed, 1), Arc::new(Events::default()));
    let writers = write(&stage, &owed, &events, count / 4);
    for _ in 0..UPDATES {
        for place in 0..stage.bots.len() {
            replace(&stage, place).await;
            rest(EACH / 2).await;
        }
    }
    writers.join_all().await;
    others.end().await;
    let updated = told("replaced", &stage, &owed, &events, began).await;
    // A replica that is replaced is asked first: nothing may be given up.
    events.judge(count / 4, 0);
    println!("    rolling updates: {UPDATES}, effects since: {}", updated.owed - before);
    let findings = verdict::findings(&stage.world, None);
    findings.iter().for_each(|finding| println!("    {finding}"));
    killed.is_right() && updated.is_right() && findings.is_empty()
}

/// One replica ends and another takes its place. Its service hears of the end a moment later, and of the other when that is ready
/// (<https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-flow>).
async fn replace(stage: &Stage, place: usize) {
    let address = |bot: &crate::process::Bot| bot.launch.address();
    stage.bots[place].ask_to_end();
    rest(HEARD_OF).await;
    let others = stage.bots.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, bot)| address(bot));
    stage.world.connect_in_turn(others);
    stage.bots[place].gone().await;
    stage.bots[place].again().await;
    stage.world.connect_in_turn(stage.bots.iter().map(address));
}

/// People write until `count` events were taken, or one of them saw too many given up.
fn write(stage: &Arc<Stage>, owed: &Arc<Owed>, events: &Arc<Events>, count: usize) -> JoinSet<()> {
    let mut writers = JoinSet::new();
    for number in PEOPLE - WRITERS..PEOPLE {
        let (stage, owed, events) = (Arc::clone(stage), Arc::clone(owed), Arc::clone(events));
        writers.spawn(async move {
            let (mut taken, mut refused) = (0, 0);
            while taken < count.div_ceil(WRITERS) && refused <= count / GIVEN_UP + 1 {
                // Every second one comes again under another id when it was taken already.
                if load::write(&stage.world, &owed, number, "is there an SLA", taken % 2 == 0).await {
                    taken += 1;
                    events.taken.fetch_add(1, Ordering::Relaxed);
                } else {
                    refused += 1;
                    events.refused.fetch_add(1, Ordering::Relaxed);
                }
                rest(RESTS).await;
            }
        });
    }
    writers
}

async fn told(what: &str, stage: &Stage, owed: &Owed, events: &Events, began: Instant) -> Became {
    let lasted = began.elapsed();
    let deadline = Instant::now() + DONE_WITHIN;
    while owed.became(&stage.world).lost > 0 && Instant::now() < deadline {
        rest(Duration::from_millis(200)).await;
    }
    let after = began.elapsed() - lasted;
    rest(QUIET).await;
    let became = owed.became(&stage.world);
    let Became { owed: effects, once, doubled, lost } = became;
    let (taken, refused) = (events.taken.load(Ordering::Relaxed), events.refused.load(Ordering::Relaxed));
    println!(
        "two replicas, one {what} at a time, for {} s: {taken} direct messages taken and {refused} given up by Slack, \
         beside slash commands, mentions and issues; effects owed {effects}, once {once}, doubled {doubled}, lost {lost}; \
         the last {:.1} s after the load",
        lasted.as_secs(),
        after.as_secs_f64()
    );
    owed.amiss(&stage.world).iter().take(10).for_each(|amiss| println!("    {amiss}"));
    became
}
