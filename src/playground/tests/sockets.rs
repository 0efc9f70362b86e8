//! Slack's side of Socket Mode, against a bot that does it wrong.

use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use super::super::{Happened, Transport};
use super::{Stage, empty};

type Wire = WebSocketStream<TcpStream>;

async fn stage() -> Stage {
    Stage::with(empty, |setup| {
        setup.transport = Transport::Socket;
        setup.answer_within = Duration::from_millis(50);
    })
    .await
}

async fn address(stage: &Stage) -> String {
    let answer = stage.call_as(Some("Bearer playground-app-token"), "apps.connections.open", &json!({})).await;
    answer["url"].as_str().unwrap().to_owned()
}

async fn connect(address: &str) -> Result<Wire, Error> {
    let url = url::Url::parse(address).unwrap();
    let stream = TcpStream::connect(("127.0.0.1", url.port().unwrap())).await.unwrap();
    client_async(address, stream).await.map(|(wire, _)| wire)
}

async fn read(wire: &mut Wire) -> Value {
    serde_json::from_str(&wire.next().await.unwrap().unwrap().into_text().unwrap()).unwrap()
}

#[tokio::test]
async fn a_socket_is_opened_with_the_apps_own_token_only() {
    let stage = stage().await;
    assert_eq!(stage.error_of("apps.connections.open", json!({})).await, "invalid_auth");
    let wrong = stage.call_as(Some("Bearer playground-app-token"), "auth.test", &json!({})).await;
    assert_eq!(wrong["error"], "invalid_auth");
}

#[tokio::test]
async fn a_ticket_is_good_for_one_connection() {
    let stage = stage().await;
    let address = address(&stage).await;
    let mut wire = connect(&address).await.unwrap();
    let hello = read(&mut wire).await;
    assert_eq!((&hello["type"], &hello["num_connections"]), (&json!("hello"), &json!(1)));
    assert_eq!(hello["connection_info"]["app_id"], "A0FIRSTMATE");
    assert!(hello["debug_info"]["approximate_connection_time"].as_u64().unwrap() > 0);
    for address in [address.as_str(), &address.replace("ticket=", "ticket=x")] {
        assert!(matches!(connect(address).await, Err(Error::Http(answer)) if answer.status() == 403));
    }
    assert_eq!(
        stage.play.faults(),
        ["socket: a ticket that was used before", "socket: a ticket that was never given out"]
    );
}

#[tokio::test]
async fn the_eleventh_connection_is_turned_away() {
    let stage = stage().await;
    let mut wires = Vec::new();
    for _ in 0..10 {
        wires.push(connect(&address(&stage).await).await.unwrap());
    }
    let mut wire = connect(&address(&stage).await).await.unwrap();
    assert_eq!(read(&mut wire).await["reason"], "too_many_websockets");
    assert!(matches!(wire.next().await, Some(Ok(Message::Close(_)))));
    assert_eq!((stage.play.sockets().open(), stage.play.sockets().happened().pop()), (10, Some(Happened::TurnedAway)));
}

#[tokio::test]
async fn an_event_that_is_not_acknowledged_comes_again_and_says_so() {
    let stage = stage().await;
    let mut wire = connect(&address(&stage).await).await.unwrap();
    read(&mut wire).await;
    let said = stage.play.as_("ann").in_("@firstmate");
    let heard = async {
        let first = read(&mut wire).await;
        let second = read(&mut wire).await;
        wire.send(Message::text(json!({"envelope_id": second["envelope_id"]}).to_string())).await.unwrap();
        (first, second)
    };
    let (delivered, (first, second)) = tokio::join!(said.types("ahoy"), heard);
    assert_eq!((delivered.status, delivered.body.as_str()), (200, ""));
    assert_ne!(first["envelope_id"], second["envelope_id"]);
    assert_eq!(first["payload"], second["payload"]);
    let tries = [&first, &second].map(|envelope| (envelope["retry_attempt"].clone(), envelope["retry_reason"].clone()));
    assert_eq!(tries, [(json!(0), json!("")), (json!(1), json!("http_timeout"))]);
    stage.play.finish();
}

#[tokio::test]
async fn what_is_no_acknowledgement_is_a_fault() {
    let stage = stage().await;
    let mut wire = connect(&address(&stage).await).await.unwrap();
    let mut other = connect(&address(&stage).await).await.unwrap();
    read(&mut wire).await;
    read(&mut other).await;
    let mut envelope = Value::Null;
    while envelope.is_null() {
        let typed = stage.play.as_("ann").in_("#support");
        // Any one of the connections has it.
        tokio::join!(typed.types("/onboard why"), async {
            if let Ok(read) = tokio::time::timeout(Duration::from_millis(40), read(&mut wire)).await {
                envelope = read;
            }
        });
    }
    assert_eq!((&envelope["type"], &envelope["accepts_response_payload"]), (&json!("slash_commands"), &json!(true)));
    assert_eq!(envelope["payload"]["text"], "why");
    let id = envelope["envelope_id"].clone();
    other.send(Message::text(json!({"envelope_id": id}).to_string())).await.unwrap();
    for ack in [
        "ok".to_owned(),
        json!({"envelope_id": "e1"}).to_string(),
        json!({"envelope_id": id, "text": "x"}).to_string(),
        json!({"envelope_id": id}).to_string(),
        json!({"envelope_id": id}).to_string(),
    ] {
        wire.send(Message::text(ack)).await.unwrap();
    }
    for mut wire in [wire, other] {
        // It closes in its turn when everything before was read.
        wire.send(Message::Close(None)).await.unwrap();
        while wire.next().await.is_some() {}
    }
    let mut faults = stage.play.faults();
    faults.sort();
    let told = |what: &str| format!("socket: an acknowledgement was refused: {what}");
    assert_eq!(
        faults,
        [
            told("an envelope that was never sent"),
            told("it came by another connection than its envelope"),
            told("it is no JSON object"),
            told("it was acknowledged before"),
            told("unknown field text"),
        ]
    );
}
