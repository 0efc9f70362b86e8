//! What can go wrong: how each fault begins and how it ends. It must not know what is counted, nor how long it lasts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use firstmate::playground::{Disconnect, Failure, Happened, METHODS, Transport, route_names};

use crate::stage::{Stage, Store};
use crate::{disk, rest};

/// How long somebody is asked to wait who writes too fast.
const RETRY_AFTER: u64 = 2;

/// When a call that was not answered is carried out all the same: after the bot gave up, which it does after 4 s at Slack and 7 s at
/// GitHub, and before it looks whether it was done, 10 s after that.
const LATE_AT_SLACK: Duration = Duration::from_secs(6);
const LATE_AT_GITHUB: Duration = Duration::from_secs(9);

/// How often a process is ended, and the database restarted.
const EACH: Duration = Duration::from_secs(4);

/// The disk of the row in which it gets full: room for what the row itself writes.
const DISK_KIB: u32 = 8 * 1024;

/// Debian's library that shows a process another time (package libfaketime), in a folder of the machine's kind of processor below
/// `/usr/lib`. The variant for programs of several threads.
const FAKETIME: &str = "faketime/libfaketimeMT.so.1";

/// How soon another socket is open: the bot notices within 20 s that one is dead, and then waits for moments.
const ANOTHER_WITHIN: Duration = Duration::from_secs(60);

const HOUR: i64 = 3_600;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    SlackLimits,
    SlackFails,
    SlackIsSilent,
    SlackBreaksOff,
    SocketFails,
    GitHubFails,
    GitHubLimits,
    GitHubIsSilent,
    PostgresRestarts,
    DiskFull,
    ClockAhead,
    ClockBehind,
    Terminated,
    Killed,
    KilledOnSocket,
}

pub(crate) const ALL: [Fault; 15] = [
    Fault::SlackLimits,
    Fault::SlackFails,
    Fault::SlackIsSilent,
    Fault::SlackBreaksOff,
    Fault::SocketFails,
    Fault::GitHubFails,
    Fault::GitHubLimits,
    Fault::GitHubIsSilent,
    Fault::PostgresRestarts,
    Fault::DiskFull,
    Fault::ClockAhead,
    Fault::ClockBehind,
    Fault::Terminated,
    Fault::Killed,
    Fault::KilledOnSocket,
];

impl Fault {
    /// As it stands in the table.
    pub(crate) fn name(self) -> String {
        match self {
            Self::SlackLimits => format!("Slack: 429, Retry-After {RETRY_AFTER} s"),
            Self::SlackFails => "Slack: 500".to_owned(),
            Self::SlackIsSilent => "Slack: done after the time-out, never answered".to_owned(),
            Self::SlackBreaksOff => "Slack: connection drops, what was written is done".to_owned(),
            Self::SocketFails => "Slack: the socket drops, is renewed, falls silent".to_owned(),
            Self::GitHubFails => "GitHub's issues: 502, what was written is done".to_owned(),
            Self::GitHubLimits => format!("GitHub's issues: secondary limit, retry-after {RETRY_AFTER} s"),
            Self::GitHubIsSilent => "GitHub's issues: done after the time-out, never answered".to_owned(),
            Self::PostgresRestarts => format!("PostgreSQL restarted (-m immediate) each {} s", EACH.as_secs()),
            Self::DiskFull => format!("disk full under SQLite: {}", disk::manner()),
            Self::ClockAhead => "the bot's clock jumps +1 h, and back (signatures jump too)".to_owned(),
            Self::ClockBehind => "the bot's clock jumps -1 h, and back (signatures jump too)".to_owned(),
            Self::Terminated => format!("SIGTERM each {} s", EACH.as_secs()),
            Self::Killed => format!("SIGKILL each {} s", EACH.as_secs()),
            Self::KilledOnSocket => format!("SIGKILL each {} s, on Socket Mode", EACH.as_secs()),
        }
    }

    /// What the bot runs on when this is to go wrong.
    pub(crate) fn store(self, postgres: Option<&str>) -> Option<Store> {
        match self {
            Self::PostgresRestarts => postgres.map(|address| Store::Postgres(address.to_owned())),
            Self::DiskFull => Some(Store::Small(DISK_KIB)),
            _ => Some(Store::Sqlite),
        }
    }

    /// How deliveries of Slack come while this goes wrong.
    pub(crate) fn transport(self) -> Transport {
        match self {
            Self::SocketFails | Self::KilledOnSocket => Transport::Socket,
            _ => Transport::Http,
        }
    }

    /// Variables of the bot, so that this can go wrong. `folder` is where the clock's file is.
    pub(crate) fn variables(self, clock: &PathBuf) -> Vec<(String, String)> {
        if !matches!(self, Self::ClockAhead | Self::ClockBehind) {
            return Vec::new();
        }
        fs::write(clock, "+0\n").unwrap();
        let library = faketime().expect("needs libfaketime: sudo apt-get install libfaketime");
        let set = [
            ("LD_PRELOAD", library.to_str().unwrap()),
            ("FAKETIME_TIMESTAMP_FILE", clock.to_str().unwrap()),
            ("FAKETIME_NO_CACHE", "1"),
            // A machine's monotonic clock does not jump.
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
            ("DONT_FAKE_MONOTONIC", "1"),
        ];
        set.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
    }

    /// Goes wrong for so long. What ended meanwhile has begun again when this comes back.
    pub(crate) async fn happen(self, stage: &Stage, lasts: Duration, clock: &PathBuf) {
        match self {
            Self::PostgresRestarts => repeatedly(lasts, async || restart_postgres(stage)).await,
            Self::Terminated => {
                repeatedly(lasts, async || {
                    stage.bot().terminate().await;
                    stage.bot().again().await;
                })
                .await;
            }
            Self::Killed | Self::KilledOnSocket => {
                repeatedly(lasts, async || {
                    stage.bot().kill().await;
                    stage.bot().again().await;
                })
                .await;
            }
            Self::SocketFails => trouble_sockets(stage, lasts).await,
            Self::DiskFull => {
                let disk = stage.folder.path().join("disk");
                disk::fill(stage.bot().pid(), &disk);
                rest(lasts).await;
                disk::empty(stage.bot().pid(), &disk);
            }
            Self::ClockAhead | Self::ClockBehind => {
                jump(stage, clock, if self == Self::ClockAhead { HOUR } else { -HOUR });
                rest(lasts).await;
                jump(stage, clock, 0);
            }
            _ => {
                self.at_remote(stage, true);
                rest(lasts).await;
                self.at_remote(stage, false);
            }
        }
    }

    /// Lets the calls of a service fail from now on, or no more.
    fn at_remote(self, stage: &Stage, begins: bool) {
        let slack = METHODS.iter().map(|(name, _)| *name);
        let is_slack =
            matches!(self, Self::SlackLimits | Self::SlackFails | Self::SlackIsSilent | Self::SlackBreaksOff);
        // The forms of a repository go on being read: else nobody could send anything that is then owed.
        let issues = route_names().filter(|name| name.contains("issues"));
        let methods: Vec<&str> = if is_slack { slack.collect() } else { issues.collect() };
        for method in methods {
            let failure = begins.then(|| self.of(method)).flatten();
            stage.world.fail_from_now_on(method, failure);
        }
    }

    /// How a call of this method fails.
    fn of(self, method: &str) -> Option<Failure> {
        let writes = method.starts_with("chat.post") || method.starts_with("POST") || method.starts_with("PATCH");
        Some(match self {
            Self::SlackLimits => Failure::RateLimited { retry_after: RETRY_AFTER },
            Self::SlackFails => Failure::ServerError,
            Self::SlackIsSilent if writes => Failure::DoneUnheard { after: LATE_AT_SLACK },
            Self::SlackBreaksOff if writes => Failure::DoneThenClosed,
            Self::SlackBreaksOff => Failure::Closed,
            Self::GitHubFails if writes => Failure::DoneThenBadGateway,
            Self::GitHubFails => Failure::Status(502),
            Self::GitHubLimits => Failure::Secondary { retry_after: RETRY_AFTER },
            Self::GitHubIsSilent if writes => Failure::DoneUnheard { after: LATE_AT_GITHUB },
            _ => return None,
        })
    }
}

async fn repeatedly(lasts: Duration, mut act: impl AsyncFnMut()) {
    let began = Instant::now();
    loop {
        act().await;
        if began.elapsed() + EACH > lasts {
            return rest(lasts.saturating_sub(began.elapsed())).await;
        }
        rest(EACH).await;
    }
}

/// A socket breaks, the next is renewed, and the one after that falls silent, which the bot has to notice by itself.
async fn trouble_sockets(stage: &Stage, lasts: Duration) {
    let (began, sockets) = (Instant::now(), stage.world.sockets());
    until_another(stage, || sockets.break_off()).await;
    rest(lasts / 4).await;
    until_another(stage, || sockets.announce(Disconnect::RefreshRequested)).await;
    sockets.let_go();
    rest(lasts / 4).await;
    until_another(stage, || {
        sockets.fall_silent();
        // The bot no longer hears it. It marks the connection, so that it can be let go when there is another.
        sockets.announce(Disconnect::Warning);
    })
    .await;
    sockets.let_go();
    rest(lasts.saturating_sub(began.elapsed())).await;
}

/// Comes back when the bot has opened another socket after this.
async fn until_another(stage: &Stage, act: impl FnOnce()) {
    let sockets = stage.world.sockets();
    let newest = |happened: Vec<Happened>| {
        happened.into_iter().filter_map(|one| if let Happened::Opened(id) = one { Some(id) } else { None }).max()
    };
    let another = newest(sockets.happened()).expect("a socket is open") + 1;
    act();
    let opened = tokio::time::timeout(ANOTHER_WITHIN, sockets.wait_for(Happened::Opened(another))).await;
    assert!(opened.is_ok(), "the bot opens no other socket: {}", stage.bot().launch.last_words());
}

fn faketime() -> Option<PathBuf> {
    let folders = fs::read_dir(Path::new("/usr/lib")).ok()?.flatten();
    folders.map(|folder| folder.path().join(FAKETIME)).find(|library| library.exists())
}

/// The bot's clock and the one by which deliveries are signed are wrong by so much from now on. Slack's own, and with it the times of
/// messages, stays right: what comes is taken, as it would be through a socket, where nothing is signed.
fn jump(stage: &Stage, clock: &PathBuf, seconds: i64) {
    stage.signed_ahead.store(seconds, Ordering::Relaxed);
    fs::write(clock, format!("{seconds:+}\n")).unwrap();
}

fn restart_postgres(stage: &Stage) {
    let url = stage.bot().launch.variables.iter().find(|(name, _)| name == "FIRSTMATE_STORE__URL");
    let url = url::Url::parse(&url.unwrap().1).unwrap();
    let folder = url.query_pairs().find(|(name, _)| name == "host").unwrap().1.into_owned();
    let script = format!("{}/tests/postgres", env!("CARGO_MANIFEST_DIR"));
    let restarted = Command::new("sh").args(["-c", ". \"$0\" && restart_postgres \"$1\"", &script, &folder]).status();
    assert!(restarted.unwrap().success(), "PostgreSQL starts again");
}
