//! A bot that nobody asks: how soon it is ready, and what it uses while it waits. It must not know the world.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::process::{self, Bot, Launch, free_port};
use crate::rest;

pub(crate) const MINUTES: u64 = 10;

/// What it may use, in percent of one processor.
const IDLE_BOUND: f64 = 0.2;

/// How soon it is to be ready.
const START_BOUND: Duration = Duration::from_millis(150);

const STARTS: usize = 20;

/// What is done once after a start is not idling.
const WARM_UP: Duration = Duration::from_secs(5);

/// The shipped catalogue in a folder of the bot's own, where its changes are followed, and a store that is a file; services to which nobody
/// listens.
fn launch(program: &Path, folder: &Path, database: &str) -> Launch {
    let (port, commands) = (free_port(), folder.join("commands"));
    process::copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("commands"), &commands);
    let set = [
        ("SLACK__SIGNING_SECRET", "0123456789abcdef0123456789abcdef".to_owned()),
        ("SLACK__BOT_TOKEN", "a-token".to_owned()),
        ("SLACK__API_URL", "http://127.0.0.1:9/api".to_owned()),
        ("GITHUB__TOKEN", "a-token".to_owned()),
        ("GITHUB__API_URL", "http://127.0.0.1:9".to_owned()),
        ("STORE__URL", format!("sqlite:{}", folder.join(database).display())),
        ("HTTP__LISTEN", format!("127.0.0.1:{port}")),
        ("METRICS__LISTEN", process::UNREAD.to_owned()),
    ];
    Launch {
        program: program.to_owned(),
        before: Vec::new(),
        arguments: vec!["--commands".to_owned(), commands.to_str().unwrap().to_owned()],
        variables: set.map(|(name, value)| (format!("FIRSTMATE_{name}"), value)).to_vec(),
        folder: folder.to_owned(),
        port,
    }
}

/// Processor time of a bot that waits for so many minutes; false when it is over the bound.
pub(crate) async fn idle(program: &Path, minutes: u64) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let bot = Bot::start(launch(program, folder.path(), "bot.db")).await;
    rest(WARM_UP).await;
    let (began, before) = (Instant::now(), bot.used());
    rest(Duration::from_secs(60 * minutes)).await;
    let used = bot.used() - before;
    let part = 100.0 * used.as_secs_f64() / began.elapsed().as_secs_f64();
    println!(
        "idle for {minutes} min: {:.2} s of processor time, {part:.3} % of one; {:.1} MiB resident",
        used.as_secs_f64(),
        bot.resident() as f64 / 1024.0
    );
    part < IDLE_BOUND
}

/// From the start of the process to the first 200 of `/readyz`; false when the median is over the bound.
pub(crate) async fn start(program: &Path) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let mut right = true;
    for (name, fresh) in [("a fresh database", true), ("an existing one", false)] {
        let mut times = Vec::new();
        for place in 0..STARTS {
            let database = if fresh { format!("{place}.db") } else { "0.db".to_owned() };
            let launch = launch(program, folder.path(), &database);
            let began = Instant::now();
            let bot = Bot::start(launch).await;
            times.push(began.elapsed());
            bot.terminate().await;
        }
        times.sort();
        let median = times[STARTS / 2];
        println!(
            "from start to ready on {name}: {} ms, median of {STARTS} ({} to {} ms)",
            median.as_millis(),
            times[0].as_millis(),
            times[STARTS - 1].as_millis()
        );
        right &= median < START_BOUND;
    }
    right
}
