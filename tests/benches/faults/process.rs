//! The bot as a process: started beside the fake world, killed, asked to end, and weighed. It must not know what is asked of it.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

use crate::rest;

/// How long a start may take: a build without optimisation, beside others.
const STARTS_WITHIN: Duration = Duration::from_secs(60);

/// How long an end may take that was asked for. The bot gives itself 20 s.
const ENDS_WITHIN: Duration = Duration::from_secs(30);

/// How often a start is looked at.
const LOOK: Duration = Duration::from_millis(2);

/// Clock ticks a second in /proc, on every Linux that Rust runs on (`getconf CLK_TCK`).
const TICKS_A_SECOND: f64 = 100.0;

/// Where it shows its figures, which then are counted, as where it is deployed. Nobody reads them, so that what piles up until somebody
/// does is seen as well.
pub(crate) const UNREAD: &str = "127.0.0.1:0";

/// How the bot is started: always the same, and on the same port.
#[derive(Clone, Debug)]
pub(crate) struct Launch {
    pub(crate) program: PathBuf,
    /// Words before the program, as of a shell that prepares something and then becomes it.
    pub(crate) before: Vec<String>,
    pub(crate) arguments: Vec<String>,
    pub(crate) variables: Vec<(String, String)>,
    pub(crate) folder: PathBuf,
    pub(crate) port: u16,
}

impl Launch {
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Starts the program; it may not be ready yet.
    fn spawn(&self) -> Child {
        let log = File::options().create(true).append(true).open(self.log()).unwrap();
        let mut words = self.before.clone();
        words.push(self.program.to_str().unwrap().to_owned());
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).arg("serve").args(&self.arguments).current_dir(&self.folder);
        command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("RUST_LOG", "info").env("NO_COLOR", "1");
        command.envs(self.variables.iter().cloned());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap()
    }

    fn log(&self) -> PathBuf {
        self.folder.join(format!("log-{}", self.port))
    }

    /// The last words of the process, for whoever wonders why it ended.
    pub(crate) fn last_words(&self) -> String {
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        log.lines().rev().take(5).collect::<Vec<_>>().join("\n")
    }
}

/// A port that nobody listens on now.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// One process of the bot, and those that took its place.
pub(crate) struct Bot {
    pub(crate) launch: Launch,
    child: Mutex<Child>,
}

impl Drop for Bot {
    fn drop(&mut self) {
        let child = self.child.get_mut().unwrap();
        let _ = child.kill();
        let _ = child.wait();
    }
}

impl Bot {
    /// Starts, and comes back when it is ready.
    pub(crate) async fn start(launch: Launch) -> Self {
        let child = Mutex::new(launch.spawn());
        let bot = Self { launch, child };
        bot.ready().await;
        bot
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.lock().unwrap().id()
    }

    /// Starts anew after an end; answers how long it took to be ready.
    pub(crate) async fn again(&self) -> Duration {
        let began = Instant::now();
        *self.child.lock().unwrap() = self.launch.spawn();
        self.ready().await;
        began.elapsed()
    }

    pub(crate) async fn ready(&self) {
        // Made once: making one takes longer than the answer of a bot that is ready.
        static CLIENT: LazyLock<reqwest::Client> =
            LazyLock::new(|| reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(2)).build().unwrap());
        let began = Instant::now();
        loop {
            if let Ok(answer) = CLIENT.get(format!("{}/readyz", self.launch.address())).send().await
                && answer.status().is_success()
            {
                return;
            }
            let ended = self.child.lock().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "the bot ended: {}", self.launch.last_words());
            assert!(began.elapsed() < STARTS_WITHIN, "the bot is not ready: {}", self.launch.last_words());
            rest(LOOK).await;
        }
    }

    /// Ends it at once, wherever it is.
    pub(crate) async fn kill(&self) {
        self.child.lock().unwrap().kill().unwrap();
        self.gone().await;
    }

    /// Asks it to end, and waits until it has.
    pub(crate) async fn terminate(&self) {
        self.ask_to_end();
        self.gone().await;
    }

    pub(crate) fn ask_to_end(&self) {
        let pid = self.pid().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    pub(crate) async fn gone(&self) {
        let began = Instant::now();
        while self.child.lock().unwrap().try_wait().unwrap().is_none() {
            assert!(began.elapsed() < ENDS_WITHIN, "the bot does not end: {}", self.launch.last_words());
            rest(LOOK).await;
        }
    }

    /// Resident memory, in KiB.
    pub(crate) fn resident(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// Processor time used so far, by the program and by the kernel for it.
    pub(crate) fn used(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid())).unwrap();
        // The name in the second field may hold blanks (proc_pid_stat(5)); after it come state and eleven more.
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
        let ticks: u32 = fields[11].parse::<u32>().unwrap() + fields[12].parse::<u32>().unwrap();
        Duration::from_secs_f64(f64::from(ticks) / TICKS_A_SECOND)
    }
}

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
