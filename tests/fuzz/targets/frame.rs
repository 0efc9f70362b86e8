//! What comes by Slack's socket: an envelope that can be acknowledged, or none; and what it holds is understood or turned away, as what comes
//! over HTTP is.

#![no_main]

use firstmate::slack::delivery::{Event, Interaction, SlashCommand};
use firstmate::slack::request::Delivery;
use firstmate::slack::socket::{Ack, Envelope, Kind};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

const ANSWER: &str = r#"{"text":"a \"quoted\" answer"}"#;

fuzz_target!(|text: &str| {
    let Some((envelope, bare)) = Envelope::decode(text, Ack::Bare) else { return };
    let sent = read(text);
    // serde takes a list of the values for an object as well. Slack sends none, and nothing is wrong with taking one.
    let Some(id) = sent["envelope_id"].as_str() else { return };
    assert_eq!(read(&bare), json!({"envelope_id": id}), "it is acknowledged by its id");
    assert_eq!(envelope.payload, sent["payload"], "nothing is lost of what it holds");

    let (_, with) = Envelope::decode(text, Ack::With(ANSWER.into())).expect("the same means the same");
    let answered = match sent["accepts_response_payload"] == true {
        true => json!({"envelope_id": id, "payload": read(ANSWER)}),
        false => json!({"envelope_id": id}),
    };
    assert_eq!(read(&with), answered, "an answer rides where it has room");

    match envelope.kind {
        Kind::Command => drop(SlashCommand::from_json(envelope.payload)),
        Kind::Event => drop(Event::from_json(envelope.payload)),
        Kind::Interaction => drop(Interaction::from_json(envelope.payload)),
    }
});

fn read(json: &str) -> Value {
    serde_json::from_str(json).expect("it is JSON")
}
