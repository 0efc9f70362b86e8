//! Which doors are open to Slack, and what is counted at them.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::Duration;

use firstmate::app::App;
use firstmate::catalogue::Catalogue;
use firstmate::config::Config;
use firstmate::domain::clock::Clock;
use insta::assert_snapshot;
use metrics_exporter_prometheus::PrometheusBuilder;
use rstest::rstest;
use serde_json::json;

use super::{becomes, bot, readiness};
use crate::bot::Parts;

const DOORS: [&str; 3] = ["/slack/commands", "/slack/events", "/slack/interactions"];
const SECRET: (&str, &str) = ("FIRSTMATE_SLACK__SIGNING_SECRET", "12345678901234567890123456789012");

#[tokio::test]
async fn without_a_signing_secret_slack_has_no_door_over_http() {
    let bot = bot().await;
    for door in DOORS {
        let headers = bot.world.signed_headers("application/json", b"{}", Clock::system().now().into());
        assert_eq!(bot.world.send_raw(door, &headers, "{}").await.status, 404, "{door}");
    }
    for (door, status) in [("/healthz", 200), ("/readyz", 200), ("/meetings.ics", 200)] {
        assert_eq!(reqwest::get(format!("{}{door}", bot.address)).await.unwrap().status(), status, "{door}");
    }
    bot.finish().await;
}

#[tokio::test]
async fn both_doors_lead_to_one_bot() {
    let bot = Parts::by_socket().start().await;
    let support = bot.as_("ann").in_("#support");
    support.types("/onboard is there an SLA").await;
    let by_socket = bot.world.deliveries().pop().unwrap();
    // The same over HTTP is known; another is not.
    let again = bot.world.send_raw(&by_socket.path, &by_socket.headers, by_socket.body.clone()).await;
    assert_eq!((again.status, again.body.as_str()), (200, ""));
    let body = by_socket.body.replace("trigger_id=", "trigger_id=1");
    let form = "application/x-www-form-urlencoded";
    let headers = bot.world.signed_headers(form, body.as_bytes(), Clock::system().now().into());
    let other = bot.world.send_raw(&by_socket.path, &headers, body).await;
    assert!(other.body.contains("no SLA"), "{}", other.body);
    bot.finish().await;
}

async fn refused(set: &[(&str, &str)]) -> String {
    let set = set.iter().chain(&[("FIRSTMATE_STORE__URL", "sqlite::memory:")]);
    let config = Config::from(None, set.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))).unwrap();
    App::build(config, Catalogue::default(), Clock::system()).await.unwrap_err().to_string()
}

#[tokio::test]
async fn a_bot_that_slack_cannot_reach_is_refused_and_told_why() {
    assert_snapshot!(refused(&[]).await, @"neither slack.signing_secret nor slack.app_token is set, so Slack has no way to the bot: set FIRSTMATE_SLACK__SIGNING_SECRET to the Signing Secret for HTTP, or FIRSTMATE_SLACK__APP_TOKEN to an app-level token with connections:write for Socket Mode; both are on the app's Basic Information page");
    let empty = [("FIRSTMATE_SLACK__SIGNING_SECRET", ""), ("FIRSTMATE_SLACK__APP_TOKEN", "")];
    assert_eq!(refused(&empty).await, refused(&[]).await);
}

#[rstest]
#[case::bot("FIRSTMATE_SLACK__APP_TOKEN", "xoxb-not-really", "slack.app_token holds a bot's or a person's token")]
#[case::person("FIRSTMATE_SLACK__APP_TOKEN", " xoxp-not-really", "slack.app_token holds a bot's or a person's token")]
#[case::app("FIRSTMATE_SLACK__BOT_TOKEN", "xapp-not-really", "slack.bot_token holds an app-level token")]
#[tokio::test]
async fn exchanged_tokens_are_noticed(#[case] name: &str, #[case] token: &str, #[case] told: &str) {
    let error = refused(&[SECRET, (name, token)]).await;
    assert!(error.starts_with(told) && !error.contains("not-really"), "{error}");
}

#[tokio::test]
async fn a_bot_that_cannot_reach_slack_lives_and_says_that_it_is_not_ready() {
    let parts = Parts::by_socket().set("FIRSTMATE_SLACK__API_URL", "http://127.0.0.1:9/api");
    let bot = parts.start().await;
    let alive = reqwest::get(format!("{}/healthz", bot.address)).await.unwrap();
    assert_eq!(alive.text().await.unwrap(), "alive");
    let (status, told) = readiness(&bot).await;
    assert_eq!(status, 503);
    assert_snapshot!(told, @"the socket to Slack is not open; it is tried again and again, and the log says why it failed");
    bot.stop();
    bot.stopped().await;
}

#[tokio::test]
async fn deliveries_are_counted_by_the_way_they_came() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let shown = recorder.handle();
    let _counting = metrics::set_default_local_recorder(&recorder);
    let bot = Parts::by_socket().start().await;
    becomes(&bot, 200).await;
    bot.as_("ann").in_("#support").types("/onboard is there an SLA").await;
    bot.as_("ann").in_("#support").types("@firstmate is there an SLA").await;
    bot.settle().await;
    bot.world.send_raw("/slack/commands", &[], "text=a").await;
    bot.world.send_raw("/github/webhook", &[], "{}").await;
    let text = shown.render();
    let mut lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter(|line| {
            line.contains("deliveries_total") || line.contains("ack_seconds_count") || line.contains("connections")
        })
        .collect();
    lines.sort_unstable();
    assert_snapshot!(lines.join("\n"), @r#"
    firstmate_ack_seconds_count{transport="socket",door="commands"} 1
    firstmate_ack_seconds_count{transport="socket",door="events"} 2
    firstmate_deliveries_total{transport="http",door="commands",outcome="refused"} 1
    firstmate_deliveries_total{transport="http",door="webhook",outcome="refused"} 1
    firstmate_deliveries_total{transport="socket",door="commands",outcome="taken"} 1
    firstmate_deliveries_total{transport="socket",door="events",outcome="taken"} 2
    firstmate_socket_connections 1
    "#);
    bot.finish().await;
}

#[tokio::test]
async fn the_program_logs_neither_words_nor_tickets_whatever_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    #[expect(clippy::disallowed_methods, reason = "the program itself is what is tested")]
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_firstmate"));
    let mut program = program
        .args(["playground", "--socket", "--listen", "127.0.0.1:0"])
        .env("RUST_LOG", "trace")
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let page = line.split(' ').find(|word| word.starts_with("http://")).unwrap().to_owned();
    let client = reqwest::Client::new();
    let asked = json!({"as": "U0ANN", "channel": "C01RMPVUUK1", "text": "/onboard is there an SLA in Xanadu"});
    let read = async {
        // Until the socket is open, Slack says that the command did not work.
        loop {
            client.post(format!("{page}/api/say")).json(&asked).send().await.unwrap();
            let seen = client.get(format!("{page}/api/messages?as=U0ANN&channel=C01RMPVUUK1")).send().await.unwrap();
            if seen.text().await.unwrap().contains("there is no SLA") {
                return;
            }
        }
    };
    let answered = tokio::time::timeout(Duration::from_secs(20), read).await;
    program.kill().unwrap();
    program.wait().unwrap();
    answered.unwrap();
    let logged = std::fs::read_to_string(&log).unwrap();
    assert!(logged.contains("connected to Slack"), "nothing was logged");
    for secret in ["Xanadu", "no SLA", "ticket="] {
        let told = logged.lines().find(|line| line.contains(secret));
        assert_eq!(told, None);
    }
}
