//! The door for GitHub's webhooks: what is not GitHub's has no effect, and what is has it once.

use firstmate::playground::Delivery;
use rstest::rstest;

use super::{SUPPORT, called, filed, said};
use crate::bot::Bot;

const READ: &str = "GET /repos/{o}/{r}/issues/{n}";

/// A webhook of the issue that the journeys file.
fn hook() -> String {
    serde_json::json!({"action": "closed", "issue": {"number": 4}, "repository": {"full_name": SUPPORT}}).to_string()
}

/// Headers with the signature as given, or without any.
fn signed(headers: Vec<(String, String)>, signature: Option<&str>) -> Vec<(String, String)> {
    let rest = headers.into_iter().filter(|(name, _)| name != "x-hub-signature-256");
    rest.chain(signature.map(|signature| ("x-hub-signature-256".to_owned(), signature.to_owned()))).collect()
}

#[rstest]
#[case::none(None)]
#[case::empty(Some(""))]
#[case::no_hex(Some("sha256=zz"))]
#[case::too_short(Some("sha256=ab"))]
#[case::of_another_secret(Some("sha256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"))]
#[case::of_the_old_kind(Some("sha1=2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"))]
#[tokio::test]
async fn what_github_did_not_sign_is_turned_away(#[case] signature: Option<&str>) {
    let bot = Bot::start().await;
    filed(&bot).await;
    let read = called(&bot, READ);
    let headers = signed(bot.world.webhook_headers("issues", hook().as_bytes()), signature);
    let answer = bot.world.send_webhook_raw(&headers, hook()).await;
    assert_eq!((answer.status, answer.body.as_str()), (401, "not signed by GitHub"));
    bot.settle().await;
    assert_eq!(called(&bot, READ), read, "nothing was looked at");
    bot.finish().await;
}

#[tokio::test]
async fn a_body_that_was_changed_on_the_way_is_turned_away() {
    let bot = Bot::start().await;
    let headers = bot.world.webhook_headers("issues", hook().as_bytes());
    let answer = bot.world.send_webhook_raw(&headers, hook().replace('4', "3")).await;
    assert_eq!(answer.status, 401);
    bot.finish().await;
}

#[rstest]
#[case::an_event_that_says_nothing_to_us("workflow_run", "{\"action\":\"completed\"}", 200)]
#[case::another_issue(
    "issues",
    "{\"action\":\"closed\",\"issue\":{\"number\":77},\"repository\":{\"full_name\":\"a/b\"}}",
    200
)]
#[case::an_issue_without_a_repository("issues", "{\"action\":\"closed\",\"issue\":{\"number\":4}}", 200)]
#[case::not_json("issues", "{\"action\":", 400)]
#[case::another_shape("issues", "{\"issue\":{\"number\":\"four\"}}", 400)]
#[case::nothing("issues", "", 400)]
#[tokio::test]
async fn what_is_signed_is_answered_by_what_it_is(#[case] event: &str, #[case] body: &str, #[case] status: u16) {
    let bot = Bot::start().await;
    filed(&bot).await;
    let read = called(&bot, READ);
    let headers = bot.world.webhook_headers(event, body.as_bytes());
    let answer = bot.world.send_webhook_raw(&headers, body).await;
    assert_eq!(answer.status, status, "{}", answer.body);
    bot.settle().await;
    assert_eq!(called(&bot, READ), read);
    bot.finish().await;
}

#[tokio::test]
async fn a_greeting_is_taken() {
    let bot = Bot::start().await;
    assert_eq!(bot.world.forge().ping().await.status, 200);
    bot.finish().await;
}

#[tokio::test]
async fn a_body_over_a_mebibyte_is_turned_away() {
    let bot = Bot::start().await;
    for (size, status) in [(1024 * 1024, 400), (1024 * 1024 + 1, 413)] {
        let body = vec![b'x'; size];
        let headers = bot.world.webhook_headers("issues", &body);
        assert_eq!(bot.world.send_webhook_raw(&headers, body).await.status, status, "{size} bytes");
    }
    bot.finish().await;
}

#[tokio::test]
async fn a_delivery_that_comes_again_is_looked_at_once() {
    let bot = Bot::start().await;
    filed(&bot).await;
    bot.world.forge().close(SUPPORT, 4, "completed").await;
    bot.settle().await;
    let (read, told) = (called(&bot, READ), called(&bot, "chat.update"));
    let is_hook = |delivery: &&Delivery| delivery.path == "/github/webhook" && delivery.body.contains("\"closed\"");
    let deliveries = bot.world.deliveries();
    let closed = deliveries.iter().rfind(is_hook).unwrap();
    for _ in 0..3 {
        assert_eq!(bot.world.send_again(closed).await.status, 200);
    }
    bot.settle().await;
    assert_eq!((called(&bot, READ), called(&bot, "chat.update")), (read, told));
    bot.finish().await;
}

#[tokio::test]
async fn what_a_webhook_says_is_a_hint_and_what_github_says_counts() {
    let bot = Bot::start().await;
    filed(&bot).await;
    let headers = bot.world.webhook_headers("issues", hook().as_bytes());
    assert_eq!(bot.world.send_webhook_raw(&headers, hook()).await.status, 200);
    bot.settle().await;
    let told = said(bot.as_("bob"), "#support");
    assert!(told.contains("🟢 Open"), "the issue is open whatever the webhook says: {told}");
    bot.finish().await;
}
