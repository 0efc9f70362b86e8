//! Whether the world reaches the bot's doors at `http.public_url`, and whether they let in who has the key and nobody else.

use std::time::Duration;

use anyhow::Context as _;
use axum::body::Bytes;
use axum::http::{Request, StatusCode};
use firstmate::config::Config;
use firstmate::domain::clock::Clock;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

use super::Finding;

/// How long a door may take: Slack itself waits no longer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Largest answer that is read.
const LARGEST: usize = 64 * 1024;

/// What Slack would ask, and wants to hear again (<https://docs.slack.dev/reference/events/url_verification>).
const CHALLENGE: &str = "firstmate-doctor";

const RUNNING: &str = "start `firstmate serve`, and see that the route or proxy of that address leads to http.listen";

pub(super) async fn findings(config: &Config, clock: &Clock) -> Vec<Finding> {
    let Some(url) = config.http.public_url.as_deref().map(|url| url.trim_end_matches('/')) else {
        if config.slack.signing_secret.is_none() {
            let found = "http.public_url is not set: Socket Mode needs none, links to the calendars and webhooks of GitHub would";
            return vec![Finding::note("doors", found)];
        }
        return vec![Finding::missing(
            "doors",
            "http.public_url is not set, so nobody can be shown the calendars, and the doors were not tried",
            "set it to the address by which Slack reaches the bot",
        )];
    };
    let mut findings = Vec::new();
    if !url.starts_with("https://") {
        findings.push(Finding::note("doors", "http.public_url is not https: Slack sends to https addresses alone"));
    }
    if let Some(secret) = &config.slack.signing_secret {
        findings.push(slack(url, secret, clock.now().timestamp()).await);
    }
    if let Some(secret) = &config.github.webhook_secret {
        findings.push(github(url, secret).await);
    }
    findings
}

/// Knocks as Slack, first with a wrong key.
async fn slack(url: &str, secret: &SecretString, now: i64) -> Finding {
    let about = "door /slack/events";
    let body = format!(r#"{{"type":"url_verification","token":"none","challenge":"{CHALLENGE}"}}"#);
    let address = format!("{url}/slack/events");
    let signed = |secret: &str| {
        let signature = sign(secret, &format!("v0:{now}:{body}"));
        [("x-slack-request-timestamp", now.to_string()), ("x-slack-signature", format!("v0={signature}"))]
    };
    let forged = knock(&address, &body, &signed(&"0".repeat(32))).await;
    let right = knock(&address, &body, &signed(secret.expose_secret().trim())).await;
    let opens = right.map(|(status, body)| status == StatusCode::OK && body == CHALLENGE);
    judged(about, forged.map(|(status, _)| status), opens)
}

/// Knocks as GitHub, first with a wrong key.
async fn github(url: &str, secret: &SecretString) -> Finding {
    let about = "door /github/webhook";
    let body = r#"{"zen":"Keep it logically awesome."}"#;
    let address = format!("{url}/github/webhook");
    let signed = |secret: &str| {
        [
            ("x-github-event", "ping".to_owned()),
            ("x-github-delivery", CHALLENGE.to_owned()),
            ("x-hub-signature-256", format!("sha256={}", sign(secret, body))),
        ]
    };
    let forged = knock(&address, body, &signed(&"0".repeat(32))).await;
    let right = knock(&address, body, &signed(secret.expose_secret().trim())).await;
    judged(about, forged.map(|(status, _)| status), right.map(|(status, _)| status == StatusCode::OK))
}

fn judged(about: &str, forged: anyhow::Result<StatusCode>, opens: anyhow::Result<bool>) -> Finding {
    match (forged, opens) {
        (Err(error), _) | (_, Err(error)) => Finding::wrong(about, format!("{error:#}"), RUNNING),
        (Ok(StatusCode::UNAUTHORIZED), Ok(true)) => {
            Finding::fine(about, "takes what is signed with this secret, and turns a forged delivery away")
        }
        (Ok(StatusCode::UNAUTHORIZED), Ok(false)) => Finding::wrong(
            about,
            "turns away what is signed with this secret",
            "the bot at that address was given another secret: give both the same",
        ),
        (Ok(status), _) if status.is_success() => Finding::wrong(
            about,
            "lets a forged delivery in",
            "whatever answers at that address is no firstmate: correct http.public_url",
        ),
        (Ok(status), _) => {
            Finding::wrong(about, format!("answers a delivery with status {}", status.as_u16()), RUNNING)
        }
    }
}

fn sign(secret: &str, text: &str) -> String {
    // A key of any length makes a signature.
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map(|mac| mac.chain_update(text.as_bytes()));
    mac.map(|mac| hex::encode(mac.finalize().into_bytes())).unwrap_or_default()
}

async fn knock(address: &str, body: &str, headers: &[(&str, String)]) -> anyhow::Result<(StatusCode, String)> {
    let connector = hyper_rustls::HttpsConnectorBuilder::new()
        .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())?
        .https_or_http()
        .enable_http1()
        .build();
    let client = Client::builder(TokioExecutor::new()).build::<_, Full<Bytes>>(connector);
    let mut request = Request::post(address).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let request = request.body(Full::from(body.to_owned())).context("http.public_url is no address")?;
    let answered = tokio::time::timeout(PATIENCE, async {
        let (head, body) = client.request(request).await.ok()?.into_parts();
        let body = Limited::new(body, LARGEST).collect().await.ok()?.to_bytes();
        Some((head.status, String::from_utf8_lossy(&body).into_owned()))
    });
    let answered = answered.await.with_context(|| format!("nothing answered within {} s", PATIENCE.as_secs()))?;
    answered.context("cannot be reached")
}
