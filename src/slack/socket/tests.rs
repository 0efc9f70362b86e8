//! One connection against a scripted Slack, without a network and in a time that passes as soon as nobody has anything to do.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::io::DuplexStream;
use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::connection::{Connection, Leaving};
use super::desk::Desk;
use super::frame::{Ack, Envelope};
use super::line::bounds;
use super::pulse::{Heart, Pulse};

type Wire = WebSocketStream<DuplexStream>;

/// Slack's end of a connection, and what the bot knows of it.
struct Stage {
    slack: Wire,
    pulse: Pulse,
    leaving: oneshot::Receiver<Leaving>,
    stop: CancellationToken,
    tasks: TaskTracker,
    served: tokio::task::JoinHandle<()>,
    since: Instant,
}

#[expect(clippy::disallowed_methods, reason = "this time passes as soon as nobody has anything left to do")]
async fn passes(time: Duration) {
    tokio::time::sleep(time).await;
}

async fn wires() -> (Wire, Wire) {
    let (bot, slack) = tokio::io::duplex(16 * 1024);
    let bot = WebSocketStream::from_raw_socket(bot, Role::Client, Some(bounds())).await;
    (bot, WebSocketStream::from_raw_socket(slack, Role::Server, None).await)
}

fn hello() -> Message {
    Message::text(r#"{"type":"hello","num_connections":1,"debug_info":{"approximate_connection_time":18060}}"#)
}

impl Stage {
    async fn with<F>(take: impl Fn(Envelope) -> F + Clone + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Option<Ack>> + Send + 'static,
    {
        let (bot, mut slack) = wires().await;
        slack.send(hello()).await.unwrap();
        let (pulse, stop, tasks, (announce, leaving)) =
            (Pulse::default(), CancellationToken::new(), TaskTracker::new(), oneshot::channel());
        let connection = Connection::greeted(bot, &pulse).await.unwrap();
        let served = tokio::spawn(connection.serve(Desk::new(take, tasks.clone()), announce, stop.clone()));
        Self { slack, pulse, leaving, stop, tasks, served, since: Instant::now() }
    }

    async fn new() -> Self {
        Self::with(async |_| Some(Ack::Bare)).await
    }

    async fn deliver(&mut self, id: &str) {
        let envelope =
            json!({"envelope_id": id, "type": "slash_commands", "payload": {"a": 1}, "accepts_response_payload": true});
        self.slack.send(Message::text(envelope.to_string())).await.unwrap();
    }

    /// The next thing that is no ping; `None` when the connection ended.
    async fn next(&mut self) -> Option<Message> {
        loop {
            match self.slack.next().await? {
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                Ok(message) => return Some(message),
                Err(_) => return None,
            }
        }
    }

    async fn ack(&mut self) -> Value {
        let text = self.next().await.unwrap().into_text().unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// Pings every ten seconds, and reads, for so long.
    async fn lives_for(&mut self, time: Duration) {
        let until = Instant::now() + time;
        while Instant::now() < until {
            self.slack.send(Message::Ping(Bytes::new())).await.unwrap();
            let _ = tokio::time::timeout(Duration::from_secs(10), async { while self.next().await.is_some() {} }).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_pinged_lives_on() {
    let mut stage = Stage::new().await;
    stage.lives_for(Duration::from_secs(3600)).await;
    assert_eq!(stage.pulse.heart(), Heart::Beats);
    assert!(stage.leaving.try_recv().is_err(), "nobody had a reason to leave");
    stage.deliver("e1").await;
    assert_eq!(stage.ack().await, json!({"envelope_id": "e1"}));
}

#[tokio::test(start_paused = true)]
async fn one_that_nothing_comes_by_is_noticed_within_three_pings() {
    let mut stage = Stage::new().await;
    // Nobody reads at the other end, as when the wire is cut somewhere in between.
    assert_eq!((&mut stage.leaving).await, Ok(Leaving::Stale));
    assert_eq!(stage.since.elapsed().as_secs(), 20);
    stage.served.await.unwrap();
    assert_eq!(stage.pulse.heart(), Heart::Stopped);
}

#[tokio::test(start_paused = true)]
async fn one_that_only_answers_is_as_good_as_dead() {
    let mut stage = Stage::new().await;
    // Our pings are answered, and nothing else comes: a front that has lost what stood behind it.
    let mut slack = stage.slack;
    let answers = tokio::spawn(async move { while let Some(Ok(_)) = slack.next().await {} });
    passes(Duration::from_millis(29_900)).await;
    assert_eq!(stage.pulse.heart(), Heart::Beats);
    assert_eq!((&mut stage.leaving).await, Ok(Leaving::Stale));
    assert_eq!(stage.since.elapsed().as_secs(), 30);
    answers.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_pulse_fades_and_comes_back() {
    let pulse = Pulse::default();
    assert_eq!(pulse.heart(), Heart::Stopped);
    let beat = pulse.begins();
    passes(Duration::from_secs(31)).await;
    assert_eq!(pulse.heart(), Heart::Silent(Duration::from_secs(31)));
    let other = pulse.begins();
    assert_eq!(pulse.heart(), Heart::Beats, "one connection that lives is enough");
    drop(other);
    assert_eq!(pulse.heart(), Heart::Silent(Duration::from_secs(31)));
    beat.beats();
    assert_eq!(pulse.heart(), Heart::Beats);
    drop(beat);
    assert_eq!(pulse.heart(), Heart::Stopped);
}

#[tokio::test(start_paused = true)]
async fn it_is_replaced_before_its_time_is_up_and_read_until_slack_closes_it() {
    let mut stage = Stage::new().await;
    stage.lives_for(Duration::from_secs(17_990)).await;
    assert!(stage.leaving.try_recv().is_err());
    stage.lives_for(Duration::from_secs(20)).await;
    assert_eq!(stage.leaving.try_recv(), Ok(Leaving::Refresh));
    stage.deliver("late").await;
    assert_eq!(stage.ack().await["envelope_id"], "late");
    // Where Slack does not close it, the bot does.
    let closed = tokio::time::timeout(Duration::from_secs(200), async {
        loop {
            if stage.slack.send(Message::Ping(Bytes::new())).await.is_err() {
                return;
            }
            if let Ok(None | Some(Message::Close(_))) =
                tokio::time::timeout(Duration::from_secs(10), stage.next()).await
            {
                return;
            }
        }
    });
    closed.await.unwrap();
    assert_eq!(stage.since.elapsed().as_secs(), 18_120);
    stage.served.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_announced_end_is_told_at_once_and_the_connection_goes_on() {
    for (reason, leaving) in [
        ("warning", Leaving::Refresh),
        ("refresh_requested", Leaving::Refresh),
        ("something_new", Leaving::Refresh),
        ("link_disabled", Leaving::Disabled),
        ("too_many_websockets", Leaving::TooMany),
    ] {
        let mut stage = Stage::new().await;
        let text = json!({"type": "disconnect", "reason": reason}).to_string();
        stage.slack.send(Message::text(text)).await.unwrap();
        assert_eq!((&mut stage.leaving).await, Ok(leaving), "{reason}");
        stage.deliver("after").await;
        assert_eq!(stage.ack().await["envelope_id"], "after", "{reason}");
        stage.slack.close(None).await.unwrap();
        stage.served.await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn whom_slack_turns_away_is_not_greeted() {
    let refused = |text: &'static str| async move {
        let (bot, mut slack) = wires().await;
        slack.send(Message::text(text)).await.unwrap();
        Connection::greeted(bot, &Pulse::default()).await.unwrap_err().to_string()
    };
    let away = refused(r#"{"type":"disconnect","reason":"too_many_websockets"}"#).await;
    assert_eq!(away, "Slack turned the connection away");
    assert_eq!(refused("Xanadu").await, "Slack's socket did not open");
    let (bot, _silent) = wires().await;
    let late = Connection::greeted(bot, &Pulse::default()).await.unwrap_err().to_string();
    assert_eq!(late, "Slack's socket did not answer in time");
}

#[tokio::test(start_paused = true)]
async fn what_is_no_envelope_and_what_failed_is_not_acknowledged() {
    let mut stage = Stage::with(async |envelope: Envelope| (envelope.payload["a"] == 1).then_some(Ack::Bare)).await;
    for text in [
        "hello?",
        "{}",
        r#"{"type":"hologram","envelope_id":"e0","payload":{}}"#,
        r#"{"type":"events_api","envelope_id":"failed","payload":{"a":2}}"#,
    ] {
        stage.slack.send(Message::text(text)).await.unwrap();
    }
    stage.slack.send(Message::Binary(Bytes::from_static(&[1, 2]))).await.unwrap();
    stage.tasks.close();
    stage.tasks.wait().await;
    stage.deliver("e1").await;
    assert_eq!(stage.ack().await, json!({"envelope_id": "e1"}));
}

#[tokio::test(start_paused = true)]
async fn an_envelope_that_is_too_large_ends_the_connection() {
    let mut stage = Stage::new().await;
    let large = format!(r#"{{"type":"events_api","envelope_id":"e","payload":"{}"}}"#, "a".repeat(1024 * 1024));
    // It is given up before all of it was sent.
    let _ = stage.slack.send(Message::text(large)).await;
    assert_eq!(stage.leaving.await, Ok(Leaving::Lost));
}

#[tokio::test(start_paused = true)]
async fn stopping_sends_the_acknowledgements_in_flight_and_takes_nothing_more() {
    let (begun, taken) = (Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
    let (begins, counts) = (Arc::clone(&begun), Arc::clone(&taken));
    let mut stage = Stage::with(move |_| {
        let (begins, counts) = (Arc::clone(&begins), Arc::clone(&counts));
        async move {
            counts.fetch_add(1, Ordering::SeqCst);
            begins.notify_one();
            passes(Duration::from_secs(1)).await;
            Some(Ack::With(b"{\"text\":\"done\"}".to_vec()))
        }
    })
    .await;
    stage.deliver("e1").await;
    begun.notified().await;
    stage.stop.cancel();
    tokio::task::yield_now().await;
    stage.deliver("e2").await;
    assert_eq!(stage.ack().await, json!({"envelope_id": "e1", "payload": {"text": "done"}}));
    assert!(matches!(stage.next().await, Some(Message::Close(_))));
    stage.served.await.unwrap();
    assert_eq!(taken.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn stopping_does_not_wait_longer_than_slack_does() {
    let mut stage = Stage::with(async |_| std::future::pending::<Option<Ack>>().await).await;
    stage.deliver("e1").await;
    while stage.tasks.is_empty() {
        tokio::task::yield_now().await;
    }
    stage.stop.cancel();
    assert!(matches!(stage.next().await, Some(Message::Close(_))));
    assert_eq!(stage.since.elapsed().as_secs(), 3);
}

#[tokio::test(start_paused = true)]
async fn so_many_are_taken_at_a_time_and_none_is_lost() {
    let (gate, taken) = (Arc::new(tokio::sync::Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
    let (opens, counts) = (Arc::clone(&gate), Arc::clone(&taken));
    let mut stage = Stage::with(move |_| {
        let (opens, counts) = (Arc::clone(&opens), Arc::clone(&counts));
        async move {
            counts.fetch_add(1, Ordering::SeqCst);
            let _passes = opens.acquire().await;
            Some(Ack::Bare)
        }
    })
    .await;
    for number in 0..300 {
        stage.deliver(&format!("e{number}")).await;
    }
    passes(Duration::from_millis(1)).await;
    assert_eq!(taken.load(Ordering::SeqCst), 256);
    gate.add_permits(1);
    let mut acknowledged = std::collections::BTreeSet::new();
    for _ in 0..300 {
        acknowledged.insert(stage.ack().await["envelope_id"].to_string());
    }
    assert_eq!(acknowledged.len(), 300);
}
