//! Outages that last, calls that nobody hears of, and replicas that take turns.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::Failure;
use super::{Stage, empty};

const POST: &str = "chat.postMessage";

fn message() -> Value {
    let metadata = json!({"event_type": "firstmate", "event_payload": {"key": "k"}});
    json!({"channel": "C01RMPVUUK1", "text": "Hello", "metadata": metadata})
}

#[tokio::test]
async fn an_outage_lasts_until_it_is_over() {
    let stage = Stage::new(empty).await;
    stage.play.fail_from_now_on(POST, Some(Failure::RateLimited { retry_after: 1 }));
    for _ in 0..3 {
        assert_eq!(stage.error_of(POST, message()).await, "ratelimited");
    }
    stage.play.fail_from_now_on(POST, None);
    assert_eq!(stage.error_of(POST, message()).await, "ok");
}

#[tokio::test]
async fn what_nobody_hears_of_is_done_after_the_caller_hung_up() {
    let stage = Stage::new(empty).await;
    stage.play.fail_next(POST, Failure::DoneUnheard { after: Duration::from_millis(200) }, 1);
    let url = format!("{}/{POST}", stage.play.slack_api_url());
    let call = stage.http.post(url).bearer_auth("playground-bot-token").json(&message());
    assert!(call.timeout(Duration::from_millis(100)).send().await.unwrap_err().is_timeout());
    assert!(stage.play.said_by_bot().is_empty(), "it is done later");
    while stage.play.said_by_bot().is_empty() {
        tokio::task::yield_now().await;
    }
    let said = stage.play.said_by_bot();
    assert_eq!(said[0]["metadata"]["event_payload"]["key"], "k");
    assert_eq!(said[0]["channel"], "C01RMPVUUK1");
}

#[tokio::test]
async fn replicas_take_turns_and_one_that_is_gone_takes_none() {
    let stage = Stage::new(empty).await;
    let here = stage.play.shared.bot().unwrap();
    // Nobody listens on the discard port (RFC 863) of a machine of today.
    stage.play.connect_in_turn([here, "http://127.0.0.1:9".to_owned()]);
    let mut taken = Vec::new();
    for _ in 0..4 {
        taken.push(stage.play.send_signed("/slack/events", "application/json", "{}").await.status);
    }
    taken.sort_unstable();
    assert_eq!(taken, [0, 0, 200, 200]);
}
