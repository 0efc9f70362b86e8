//! Bad input at the doors, each with the outcome that the contract states.

use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, SystemTime};

use firstmate::playground::{Delivered, Setup, Transport};
use rstest::rstest;

use crate::bot::{Bot, Parts};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
const COMMANDS: &str = "/slack/commands";

#[expect(clippy::disallowed_methods, reason = "what is signed must be signed now")]
fn now() -> SystemTime {
    SystemTime::now()
}

/// A slash command as Slack sends it, without the field `without`.
fn form(text: &str, without: &str) -> String {
    let fields = [
        ("token", "t"),
        ("team_id", "T01SKMNPRUG"),
        ("team_domain", "operatefirst"),
        ("channel_id", "C01RMPVUUK1"),
        ("channel_name", "support"),
        ("user_id", "U0ANN"),
        ("user_name", "ann"),
        ("command", "/onboard"),
        ("text", text),
        ("api_app_id", "A0FIRSTMATE"),
        ("response_url", "http://127.0.0.1:9/nowhere"),
        ("trigger_id", "1.2.3"),
    ];
    let fields = fields.iter().filter(|(name, _)| *name != without);
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

async fn send(bot: &Bot, path: &str, kind: &str, body: impl Into<Vec<u8>>) -> Delivered {
    let body = body.into();
    let headers = bot.world.signed_headers(kind, &body, now());
    bot.world.send_raw(path, &headers, body).await
}

#[tokio::test]
async fn an_unsigned_delivery_is_turned_away() {
    let bot = Bot::start().await;
    let headers = [("content-type".to_owned(), FORM.to_owned())];
    for path in [COMMANDS, "/slack/events", "/slack/interactions"] {
        let answer = bot.world.send_raw(path, &headers, form("is there an SLA", "")).await;
        assert_eq!((answer.status, answer.body.as_str()), (401, "not signed by Slack"), "{path}");
    }
}

#[rstest]
#[case::six_minutes_ago(-360, 401)]
#[case::four_minutes_ago(-240, 200)]
#[case::in_four_minutes(240, 200)]
#[case::in_six_minutes(360, 401)]
#[tokio::test]
async fn a_delivery_is_taken_within_five_minutes_either_way(#[case] seconds: i64, #[case] status: u16) {
    let bot = Bot::start().await;
    let body = form("is there an SLA", "");
    let shift = Duration::from_secs(seconds.unsigned_abs());
    let at = if seconds < 0 { now() - shift } else { now() + shift };
    let headers = bot.world.signed_headers(FORM, body.as_bytes(), at);
    assert_eq!(bot.world.send_raw(COMMANDS, &headers, body).await.status, status);
}

#[tokio::test]
async fn another_secret_is_turned_away_and_the_right_signature_is_told_to_nobody() {
    let bot = Bot::start().await;
    let body = form("is there an SLA", "");
    let right = bot.world.signed_headers(FORM, body.as_bytes(), now());
    let signature = |headers: &[(String, String)]| {
        headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("x-slack-signature")).unwrap().1.clone()
    };
    let mut wrong = right.clone();
    for (name, value) in &mut wrong {
        if name.eq_ignore_ascii_case("x-slack-signature") {
            *value = format!("v0={}", "0".repeat(64));
        }
    }
    let answer = bot.world.send_raw(COMMANDS, &wrong, body).await;
    assert_eq!(answer.status, 401);
    assert!(!answer.body.contains("v0=") && !answer.body.contains(&signature(&right)[3..]), "{}", answer.body);
}

#[rstest]
#[case::just_fits(1024 * 1024, 400)]
#[case::one_more(1024 * 1024 + 1, 413)]
#[case::far_more(8 * 1024 * 1024, 413)]
#[tokio::test]
async fn a_body_is_bounded(#[case] bytes: usize, #[case] status: u16) {
    let bot = Bot::start().await;
    assert_eq!(send(&bot, COMMANDS, FORM, vec![b'a'; bytes]).await.status, status);
}

#[tokio::test]
async fn a_body_without_a_length_is_bounded_too() {
    let bot = Bot::start().await;
    let pieces = futures::stream::iter((0..40).map(|_| Ok::<_, std::io::Error>(vec![b'a'; 64 * 1024])));
    let answer = reqwest::Client::new()
        .post(format!("{}{COMMANDS}", bot.address))
        .header("x-slack-signature", "v0=00")
        .header("x-slack-request-timestamp", "0")
        .body(reqwest::Body::wrap_stream(pieces))
        .send()
        .await;
    // The bot may close the connection while the rest is still on its way.
    assert!(answer.is_err() || answer.is_ok_and(|answer| answer.status() == 413));
    let alive = reqwest::get(format!("{}/healthz", bot.address)).await.unwrap();
    assert_eq!(alive.status(), 200);
}

#[rstest]
#[case::not_utf8(FORM, b"text=\xff\xfe".to_vec(), COMMANDS)]
#[case::no_form(FORM, b"{}".to_vec(), COMMANDS)]
#[case::no_json(JSON, b"text=a".to_vec(), "/slack/events")]
#[case::half_a_json(JSON, b"{\"type\":\"event_callback\",".to_vec(), "/slack/events")]
#[case::no_event(JSON, b"{\"type\":\"event_callback\",\"team_id\":\"T\"}".to_vec(), "/slack/events")]
#[case::no_payload(FORM, b"pay=1".to_vec(), "/slack/interactions")]
#[case::payload_no_json(FORM, b"payload=x".to_vec(), "/slack/interactions")]
#[tokio::test]
async fn what_cannot_be_decoded_is_turned_away(#[case] kind: &str, #[case] body: Vec<u8>, #[case] path: &str) {
    let bot = Bot::start().await;
    let answer = send(&bot, path, kind, body).await;
    assert_eq!((answer.status, answer.body.as_str()), (400, "body not understood"));
}

#[rstest]
#[case::team("team_id", 400)]
#[case::person("user_id", 400)]
#[case::channel("channel_id", 400)]
#[case::command("command", 400)]
#[case::response_url("response_url", 400)]
#[case::trigger("trigger_id", 400)]
#[case::text("text", 200)]
#[case::domain("team_domain", 200)]
#[case::name("user_name", 200)]
#[tokio::test]
async fn a_missing_field_matters_when_it_is_needed(#[case] field: &str, #[case] status: u16) {
    let bot = Bot::start().await;
    assert_eq!(send(&bot, COMMANDS, FORM, form("is there an SLA", field)).await.status, status);
}

#[tokio::test]
async fn unknown_fields_are_ignored() {
    let bot = Bot::start().await;
    let body = format!("{}&favourite_colour=blue&enterprise_id=E1", form("is there an SLA", ""));
    assert_eq!(send(&bot, COMMANDS, FORM, body).await.status, 200);
    let event =
        r#"{"type":"event_callback","team_id":"T","event_id":"E","event":{"type":"emoji_changed","new":[1,{}]},"x":1}"#;
    assert_eq!(send(&bot, "/slack/events", JSON, event).await.status, 200);
    let event = r#"{"type":"something_new"}"#;
    assert_eq!(send(&bot, "/slack/events", JSON, event).await.status, 200);
    let payload = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("payload", r#"{"type":"something_new"}"#)
        .finish();
    assert_eq!(send(&bot, "/slack/interactions", FORM, payload).await.status, 200);
    bot.finish().await;
}

#[tokio::test]
async fn slack_is_told_its_challenge() {
    let bot = Bot::start().await;
    let answer =
        send(&bot, "/slack/events", JSON, r#"{"type":"url_verification","challenge":"ahoy","token":"t"}"#).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "ahoy"));
}

#[tokio::test]
async fn an_event_with_brittle_neighbours_is_still_a_mention() {
    let bot = Bot::start().await;
    // Blocks of an unknown kind, and a number in the metadata: the library's own models would lose the whole event.
    let event = r#"{"type":"event_callback","team_id":"T01SKMNPRUG","api_app_id":"A","event_id":"Ev1","event_time":1,
        "event":{"type":"app_mention","user":"U0ANN","text":"<@U0FIRSTMATE> is there an SLA","ts":"1.1","channel":"C01RMPVUUK1",
        "event_ts":"1.1","blocks":[{"type":"hologram","spin":2}],"metadata":{"event_type":"x","event_payload":{"n":1}}}}"#;
    assert_eq!(send(&bot, "/slack/events", JSON, event).await.status, 200);
    bot.settle().await;
    assert!(bot.as_("ann").reads("#support").contains("no SLA"));
    bot.finish().await;
}

#[tokio::test]
async fn empty_text_is_a_wish_for_help() {
    let bot = Bot::start().await;
    bot.as_("ann").in_("#support").types("/onboard").await;
    bot.as_("ann").in_("#general").types("/onboard     ").await;
    assert!(bot.as_("ann").reads("#support").contains("/onboard <question>"));
    assert!(bot.as_("ann").reads("#general").contains("/onboard <question>"));
    bot.finish().await;
}

#[tokio::test]
async fn ten_thousand_characters_are_too_many_and_said_so() {
    let bot = Bot::start().await;
    let answer = bot.as_("ann").in_("#support").types(&format!("/onboard {}", "why ".repeat(2_500))).await;
    assert_eq!(answer.status, 200);
    assert!(bot.as_("ann").reads("#support").contains("2000 characters is the most I take"));
    bot.finish().await;
}

#[tokio::test]
async fn control_and_bidi_characters_do_no_harm() {
    let bot = Bot::start().await;
    let answer =
        bot.as_("ann").in_("#support").types("/onboard \u{202E}is there\u{7} an\u{200B} SLA\u{0}\u{2066}?").await;
    assert_eq!(answer.status, 200);
    assert!(bot.as_("ann").reads("#support").contains("no SLA"));
    bot.finish().await;
}

#[tokio::test]
async fn a_channel_wide_mention_in_a_question_pings_nobody() {
    let bot = Bot::start().await;
    let support = bot.as_("ann").in_("#support");
    support.types("/onboard <!channel> <!here> xyzzy <!subteam^S1> plugh?").await;
    support.presses("Ask a human").await;
    bot.settle().await;
    bot.as_("ann").submits(&[]).await;
    bot.settle().await;
    // It stands there as plain text of a rich text quote, which Slack does not parse, and nowhere else.
    for message in bot.as_("bob").in_("#support").messages() {
        let quoted = message["blocks"][1]["elements"][0]["elements"][0]["text"].as_str().unwrap();
        assert!(quoted.starts_with("<!channel> <!here>"), "{message}");
        let mut rest = message.clone();
        rest["blocks"][1] = serde_json::Value::Null;
        assert!(!rest.to_string().contains("<!"), "{rest}");
    }
    bot.finish().await;
}

#[tokio::test]
async fn a_delivery_repeated_three_times_at_once_is_answered_once() {
    let bot = Bot::start().await;
    let body = form("is there an SLA", "");
    let headers = bot.world.signed_headers(FORM, body.as_bytes(), now());
    let send = || bot.world.send_raw(COMMANDS, &headers, body.clone());
    let answers = [send(), send(), send()];
    let [one, two, three] = <[Delivered; 3]>::try_from(futures::future::join_all(answers).await).unwrap();
    let mut bodies: Vec<String> =
        [one, two, three].map(|answer| (answer.status == 200).then_some(answer.body).unwrap()).to_vec();
    bodies.sort_by_key(String::len);
    assert_eq!(&bodies[..2], ["", ""]);
    assert!(bodies[2].contains("no SLA"));

    // A mention, repeated under another event id as Slack is known to do, and a direct message likewise.
    let event = |id: &str, event: &str| {
        format!(r#"{{"type":"event_callback","team_id":"T01SKMNPRUG","event_id":"{id}","event":{event}}}"#)
    };
    let mention =
        r#"{"type":"app_mention","user":"U0ANN","text":"<@U0FIRSTMATE> backups?","ts":"7.1","channel":"C01RMPVUUK1"}"#;
    let direct =
        r#"{"type":"message","channel_type":"im","user":"U0ANN","text":"backups?","ts":"7.2","channel":"D0ANN"}"#;
    for said in [mention, direct] {
        let bodies = [event("Ev1", said), event("Ev1", said), event("Ev2", said)];
        let sent = bodies.into_iter().map(|body| {
            let headers = bot.world.signed_headers(JSON, body.as_bytes(), now());
            let world = &bot.world;
            async move { world.send_raw("/slack/events", &headers, body).await }
        });
        for answer in futures::future::join_all(sent).await {
            assert_eq!((answer.status, answer.body.as_str()), (200, ""));
        }
    }
    bot.settle().await;
    let called = |name: &str| bot.world.calls().iter().filter(|(method, _)| method == name).count();
    assert_eq!((called("chat.postEphemeral"), called("chat.postMessage")), (1, 1));
    bot.finish().await;
}

#[tokio::test]
async fn what_the_bot_itself_writes_is_no_message_to_it() {
    let bot = Bot::start().await;
    let own = r#"{"type":"event_callback","team_id":"T01SKMNPRUG","event_id":"Ev9","event":
        {"type":"message","channel_type":"im","user":"U0FIRSTMATE","bot_id":"B0FIRSTMATE","text":"hello","ts":"9.1","channel":"D0ANN"}}"#;
    assert_eq!(send(&bot, "/slack/events", JSON, own).await.status, 200);
    bot.settle().await;
    assert!(bot.world.calls().iter().all(|(method, _)| method == "apps.connections.open"));
    bot.finish().await;
}

#[rstest]
#[case::blank("                                        ")]
#[case::short("8f742231b10e8888")]
#[tokio::test]
async fn a_weak_signing_secret_refuses_to_start_and_says_why(#[case] secret: &str) {
    use firstmate::{app::App, catalogue::Catalogue, config::Config, domain::clock::Clock};
    let variables = [("FIRSTMATE_SLACK__SIGNING_SECRET", secret), ("FIRSTMATE_STORE__URL", "sqlite::memory:")];
    let config = Config::from(None, variables.map(|(name, value)| (name.to_owned(), value.to_owned()))).unwrap();
    let error = App::build(config, Catalogue::default(), Clock::system()).await.unwrap_err().to_string();
    assert!(error.contains("slack.signing_secret has") && error.contains("Basic Information"), "{error}");
    assert!(secret.trim().is_empty() || !error.contains(secret), "{error}");
}

#[tokio::test]
async fn too_many_commands_in_a_minute_are_slowed_down() {
    let bot = Parts::default().set("FIRSTMATE_LIMITS__PER_PERSON", "2").start().await;
    for _ in 0..3 {
        bot.as_("ann").in_("#support").types("/onboard backups?").await;
    }
    bot.as_("bob").in_("#support").types("/onboard backups?").await;
    assert!(bot.as_("ann").reads("#support").contains("That is a lot of commands in one minute"));
    assert!(!bot.as_("bob").reads("#support").contains("That is a lot"));
    bot.finish().await;
}

#[tokio::test]
async fn serving_goes_on_while_slack_cannot_be_reached() {
    // Over HTTP: by a socket, Slack cannot reach a bot that cannot reach it.
    let parts = Parts { transport: Transport::Http, ..Parts::default() };
    let bot = parts.set("FIRSTMATE_SLACK__API_URL", "http://127.0.0.1:9/api").start().await;
    assert_eq!(bot.as_("ann").in_("#support").types("/onboard is there an SLA").await.status, 200);
    assert!(bot.as_("ann").reads("#support").contains("no SLA"));
    // What is owed waits; a mention is tried a few times and let go.
    assert_eq!(bot.as_("ann").in_("@firstmate").types("backups?").await.status, 200);
    assert_eq!(bot.as_("ann").in_("#support").types("/onboard backups?").await.status, 200);
    assert_eq!(bot.store.waiting().await.unwrap(), 1);
    let health = reqwest::get(format!("{}/readyz", bot.address)).await.unwrap();
    assert_eq!(health.status(), 200);
}

#[tokio::test]
async fn a_bot_whose_store_is_gone_says_that_it_is_not_ready() {
    let bot = Bot::start().await;
    bot.store.close().await;
    let readiness = reqwest::get(format!("{}/readyz", bot.address)).await.unwrap();
    assert_eq!(readiness.status(), 503);
    let alive = reqwest::get(format!("{}/healthz", bot.address)).await.unwrap();
    assert_eq!(alive.text().await.unwrap(), "alive");
    // What has an effect is not acknowledged, so that Slack repeats it.
    let direct = r#"{"type":"event_callback","team_id":"T01SKMNPRUG","event_id":"Ev5","event":
        {"type":"message","channel_type":"im","user":"U0ANN","text":"backups?","ts":"5.1","channel":"D0ANN"}}"#;
    assert_eq!(send(&bot, "/slack/events", JSON, direct).await.status, 500);
}

#[tokio::test]
async fn a_request_that_somebody_never_ends_does_not_hold_up_a_stop() {
    let bot = Bot::start().await;
    let mut half = tokio::net::TcpStream::connect(bot.address.trim_start_matches("http://")).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut half, b"POST /slack/commands HTTP/1.1\r\nHost: b").await.unwrap();
    bot.stop();
    let stopped = tokio::time::timeout(std::time::Duration::from_secs(15), bot.stopped());
    assert!(stopped.await.is_ok(), "it waits for what never comes");
}

/// Everything that this process logs, at every level.
static LOGGED: LazyLock<Arc<Mutex<Vec<u8>>>> = LazyLock::new(|| {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&lines);
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || Log(Arc::clone(&into)))
        .init();
    lines
});

struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn neither_a_secret_nor_what_people_say_is_ever_logged() {
    let logged = Arc::clone(&LOGGED);
    let bot = Bot::start().await;
    let body = form("is there an SLA", "");
    let mut headers = bot.world.signed_headers(FORM, body.as_bytes(), now());
    let signature = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("x-slack-signature")).unwrap().1.clone();
    bot.world.send_raw(COMMANDS, &headers, body.clone()).await;
    for (name, value) in &mut headers {
        if name.eq_ignore_ascii_case("x-slack-signature") {
            *value = format!("v0={}", "0".repeat(64));
        }
    }
    bot.world.send_raw(COMMANDS, &headers, body).await;
    // What people say, by every way: none of it is the log's business.
    bot.as_("ann").in_("@firstmate").types("is xanadu backed up?").await;
    for words in [
        "/onboard is xanadu up",
        "/cluster smaug get xanadu",
        "/xanadu",
        "@firstmate issue xanadu burns",
        "/meetings agenda xanadu",
    ] {
        bot.as_("ann").in_("#support").types(words).await;
    }
    bot.settle().await;
    let setup = Setup::new(Arc::new(now));
    let lines = String::from_utf8_lossy(&logged.lock().unwrap()).into_owned();
    // Only what we log ourselves: the library's own lines are silenced by the program, whatever is asked for.
    let ours: Vec<&str> =
        lines.lines().filter(|line| line.contains(" firstmate::") && !line.contains("firstmate::playground")).collect();
    assert!(ours.iter().any(|line| line.contains("turned a delivery away")), "nothing was logged");
    for line in ours {
        for secret in
            [signature.as_str(), &setup.signing_secret, &setup.bot_token, &setup.app_token, "ticket=", "xanadu"]
        {
            assert!(!line.to_lowercase().contains(secret), "{line}");
        }
    }
    bot.finish().await;
}

#[test]
fn the_methods_that_are_called_are_the_methods_that_are_served() {
    let mut served: Vec<&str> = firstmate::playground::METHODS.iter().map(|(method, _)| *method).collect();
    served.sort_unstable();
    assert_eq!(served, firstmate::slack::client::METHODS);
}
