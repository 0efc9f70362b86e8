//! What leaves for a collector of traces, and how the log looks for a collector of lines: the program itself, beside a world of its own.

use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::Uri;
use firstmate::command;
use firstmate::domain::clock::Clock;
use firstmate::playground::{Playground, Setup, SlashCommand};
use tokio::net::TcpListener;

/// Longer than the program takes to start and to stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// What was sent, by path.
type Sent = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

/// A collector that takes everything, and its address.
async fn collector() -> (String, Sent) {
    let sent = Sent::default();
    let into = Arc::clone(&sent);
    let take = move |uri: Uri, body: Bytes| {
        into.lock().unwrap().push((uri.path().to_owned(), body.to_vec()));
        async {}
    };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, Router::new().fallback(take)).into_future());
    (address, sent)
}

/// A port that nobody listens on.
async fn free() -> String {
    TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap().to_string()
}

fn holds(body: &[u8], words: &str) -> bool {
    body.windows(words.len()).any(|part| part.eq_ignore_ascii_case(words.as_bytes()))
}

#[tokio::test]
async fn spans_name_deeds_and_never_what_was_said() {
    let (address, sent) = collector().await;
    let listen = free().await;
    let clock = Clock::system();
    let mut setup = Setup::new(Arc::new(move || clock.now().into()));
    let commands = command::slash_commands().into_iter();
    setup.commands = commands
        .map(|command| SlashCommand { name: command.name, hint: command.hint, description: command.description })
        .collect();
    let (secret, token) = (setup.signing_secret.clone(), setup.bot_token.clone());
    let world = Playground::start(setup).await.unwrap();
    world.connect(format!("http://{listen}"));

    let folder = tempfile::tempdir().unwrap();
    #[expect(clippy::disallowed_methods, reason = "the program itself is what is tested")]
    let mut program = Command::new(env!("CARGO_BIN_EXE_firstmate"));
    let program = program.arg("serve").current_dir(folder.path()).envs([
        ("FIRSTMATE_HTTP__LISTEN", listen.as_str()),
        ("FIRSTMATE_STORE__URL", "sqlite::memory:"),
        ("FIRSTMATE_SLACK__SIGNING_SECRET", &secret),
        ("FIRSTMATE_SLACK__BOT_TOKEN", &token),
        ("FIRSTMATE_SLACK__API_URL", &world.slack_api_url()),
        ("FIRSTMATE_TRACES__ENDPOINT", &address),
        ("FIRSTMATE_LOG__FORMAT", "json"),
    ]);
    let child = program.stderr(Stdio::piped()).spawn().unwrap();
    let ready = async {
        while reqwest::get(format!("http://{listen}/readyz")).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, ready).await.unwrap();
    world.as_("ann").in_("#support").types("/onboard is xanadu up").await;
    world.as_("ann").in_("@firstmate").types("is xanadu backed up?").await;
    // Spans leave in batches, the last of them when the program is asked to stop.
    let answered = async {
        while !world.as_("ann").reads("@firstmate").contains("firstmate:") {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, answered).await.unwrap();
    let id = child.id().to_string();
    #[expect(clippy::disallowed_methods, reason = "asked to stop as an operator does")]
    let asked = Command::new("kill").args(["-TERM", &id]).status().unwrap();
    assert!(asked.success());
    let output = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap();

    let sent = sent.lock().unwrap();
    assert!(sent.iter().all(|(path, _)| path == "/v1/traces"));
    let all: Vec<u8> = sent.iter().flat_map(|(_, body)| body.clone()).collect();
    for name in ["firstmate", "command", "onboard", "job", "call", "slack"] {
        assert!(holds(&all, name), "no span tells of {name}");
    }
    assert!(!holds(&all, "xanadu"));

    let log = String::from_utf8(output.stderr).unwrap();
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
        assert!(line["level"].is_string() && line["message"].is_string() && line["timestamp"].is_string(), "{line}");
    }
    assert!(log.contains("stopped") && !log.contains("xanadu"), "{log}");
}
