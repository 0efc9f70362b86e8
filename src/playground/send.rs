//! How a delivery travels: signed or by a socket, within the time that the bot has, and an event again if the bot does not take it.
//! It must not know what is in it, nor what a person sees of the answer.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::CONTENT_TYPE;
use sha2::Sha256;

use super::delivery::{Answer, Delivered, Delivery};
use super::setup::Transport;
use super::shared::Shared;
use super::socket::Letter;

/// A delivery is repeated at most so often. <https://docs.slack.dev/apis/events-api#retries>
const RETRIES: usize = 3;
/// The longest answer of the bot that is read.
const ANSWER_BYTES: usize = 1024 * 1024;

pub(super) const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

const RETRY_NUMBER: &str = "x-slack-retry-num";
const RETRY_REASON: &str = "x-slack-retry-reason";

/// Slack's signature over a body. <https://docs.slack.dev/authentication/verifying-requests-from-slack>
fn signature(secret: &str, timestamp: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(b"v0:");
    mac.update(timestamp.as_bytes());
    mac.update(b":");
    mac.update(body);
    format!("v0={}", hex::encode(mac.finalize().into_bytes()))
}

pub(super) fn seconds(at: SystemTime) -> u64 {
    at.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

impl Shared {
    /// Sends a body with exactly these headers.
    pub(super) async fn send(&self, path: &str, headers: &[(String, String)], body: Vec<u8>) -> Answer {
        let logged = String::from_utf8_lossy(&body).into_owned();
        self.log_departure();
        let answer = self.request(path, headers, body).await;
        self.log_delivery(Delivery {
            path: path.to_owned(),
            headers: headers.to_vec(),
            body: logged,
            delivered: answer.delivered.clone(),
        });
        answer
    }

    async fn request(&self, path: &str, headers: &[(String, String)], body: Vec<u8>) -> Answer {
        let failed =
            |reason, why: &str| Answer { delivered: Delivered::nothing(why), json: false, no_retry: false, reason };
        let Some(base) = self.bot() else {
            return failed("connection_failed", "no app is connected");
        };
        let mut request = self.client.post(format!("{base}{path}")).body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let worded = |error: &reqwest::Error| match error.is_timeout() {
            true => failed("http_timeout", "operation_timeout"),
            false => failed("connection_failed", "the app could not be reached"),
        };
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(error) => return worded(&error),
        };
        let header = |name: &str| {
            response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        let (status, json, no_retry) =
            (response.status().as_u16(), header("content-type").starts_with(JSON), header("x-slack-no-retry") == "1");
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= ANSWER_BYTES => body.extend_from_slice(&chunk),
                Ok(Some(_)) => {
                    return failed("http_error", "the app answered with more than 1 MiB");
                }
                Ok(None) => break,
                Err(error) => return worded(&error),
            }
        }
        let body = String::from_utf8_lossy(&body).into_owned();
        Answer { delivered: Delivered { status, body }, json, no_retry, reason: "http_error" }
    }

    /// Sends as Slack does: by a socket; or signed, at the machine's time, whatever time it is in the workspace.
    pub(super) async fn signed(&self, path: &str, content_type: &str, body: &str, more: &[(&str, String)]) -> Answer {
        let headers = self.signed_headers(content_type, body.as_bytes(), (self.signed_at)());
        let more = more.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        let headers: Vec<_> = headers.into_iter().chain(more).collect();
        let Some(letter) = self.letter(path, body) else {
            return self.send(path, &headers, body.as_bytes().to_vec()).await;
        };
        let delivered = Delivered::nothing("on its way");
        self.posted(&letter, &Delivery { path: path.to_owned(), headers, body: body.to_owned(), delivered }).await
    }

    /// What goes by a socket, where the workspace delivers by sockets.
    pub(super) fn letter(&self, path: &str, body: &str) -> Option<Letter> {
        (self.transport == Transport::Socket).then(|| Letter::of(path, body)).flatten()
    }

    /// Sends by a socket; the delivery is kept as if it had come over HTTP.
    pub(super) async fn posted(&self, letter: &Letter, delivery: &Delivery) -> Answer {
        let header = |name: &str| {
            let found = delivery.headers.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.as_str()).unwrap_or_default()
        };
        let retry = (header(RETRY_NUMBER).parse().unwrap_or_default(), header(RETRY_REASON));
        self.log_departure();
        let answer = self.by_socket(letter, retry).await;
        self.log_delivery(Delivery { delivered: answer.delivered.clone(), ..delivery.clone() });
        answer
    }

    pub(super) fn signed_headers(&self, content_type: &str, body: &[u8], at: SystemTime) -> Vec<(String, String)> {
        let timestamp = seconds(at).to_string();
        let signature = signature(&self.signing_secret, &timestamp, body);
        let agent = "Slackbot 1.0 (+https://api.slack.com/robots)".to_owned();
        vec![
            (CONTENT_TYPE.to_string(), content_type.to_owned()),
            ("user-agent".to_owned(), agent),
            ("x-slack-request-timestamp".to_owned(), timestamp),
            ("x-slack-signature".to_owned(), signature),
        ]
    }

    /// Delivers an event until the bot takes it or the retries are used up.
    pub(super) async fn event(&self, body: &str) -> Delivered {
        let mut answer = self.signed("/slack/events", JSON, body, &[]).await;
        for (number, delay) in self.retry_delays.iter().take(RETRIES).enumerate() {
            if answer.delivered.is_ok() || answer.no_retry {
                break;
            }
            pause(*delay).await;
            let retry = [(RETRY_NUMBER, (number + 1).to_string()), (RETRY_REASON, answer.reason.to_owned())];
            answer = self.signed("/slack/events", JSON, body, &retry).await;
        }
        answer.delivered
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the time between two attempts is what is being played; tests set it to zero"
)]
async fn pause(delay: Duration) {
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
}
