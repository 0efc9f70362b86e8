//! What Slack and GitHub send, or somebody who knows the secret: whatever it is, it is understood or turned away.
//!
//! The first byte says which door it comes to.

#![no_main]

use std::sync::LazyLock;

use axum::body::Body;
use axum::extract::FromRequest;
use firstmate::github::{HookVerifier, Signed};
use firstmate::slack::delivery::{Event, Interaction, SlashCommand};
use firstmate::slack::request::Delivery;
use hmac::{Hmac, KeyInit, Mac};
use libfuzzer_sys::fuzz_target;
use sha2::Sha256;

const SECRET: &str = "fedcba9876543210fedcba9876543210";

static RUNTIME: LazyLock<tokio::runtime::Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap());
static VERIFIER: LazyLock<HookVerifier> = LazyLock::new(|| HookVerifier::new(Some(&SECRET.into())).unwrap());

fuzz_target!(|bytes: &[u8]| {
    let Some((door, body)) = bytes.split_first() else { return };
    match (door % 4, std::str::from_utf8(body)) {
        (0, Ok(body)) => drop(SlashCommand::decode(body)),
        (1, Ok(body)) => event(body),
        (2, Ok(body)) => interaction(body),
        (3, _) => webhook(body),
        _ => {}
    }
});

fn event(body: &str) {
    match Event::decode(body) {
        Some(Event::Written(written)) => assert!(!written.user.is_empty(), "somebody wrote it"),
        Some(Event::Replied(replied)) => assert!(!replied.thread.is_empty(), "it stands in a thread"),
        _ => {}
    }
}

fn interaction(body: &str) {
    let once = format!("{:?}", Interaction::decode(body));
    assert_eq!(once, format!("{:?}", Interaction::decode(body)), "the same means the same");
}

fn webhook(body: &[u8]) {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(body);
    let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    let request = |signature: &str| {
        http::Request::post("/github/webhook")
            .header("x-github-event", "issues")
            .header("x-github-delivery", "a-delivery")
            .header("x-hub-signature-256", signature)
            .body(Body::from(body.to_vec()))
            .unwrap()
    };
    let read = |signature: &str| RUNTIME.block_on(Signed::from_request(request(signature), &*VERIFIER));
    if let Ok(Signed(Some(hook))) = read(&signature) {
        assert_eq!(hook.delivery, "a-delivery");
    }
    assert!(read("sha256=00").is_err(), "what is not signed is turned away");
}
