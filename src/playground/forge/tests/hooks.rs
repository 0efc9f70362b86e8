//! What the bot is told, how it is signed, and what people do that it is told of.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};

use super::{SUPPORT, Stage};

#[tokio::test]
async fn a_webhook_is_signed_over_its_raw_body() {
    let stage = Stage::new().await;
    let delivered = stage.play.forge().close(SUPPORT, 2, "not_planned").await;
    assert_eq!(delivered.status, 202);
    let heard = stage.heard().remove(0);
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(b"fedcba9876543210fedcba9876543210").unwrap();
    mac.update(&heard.body);
    let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    assert_eq!(heard.header("x-hub-signature-256"), signature);
    assert_eq!(heard.header("content-type"), "application/json");
    assert_eq!(heard.header("x-github-delivery").len(), 36);
    let body = heard.json();
    assert_eq!(
        (&body["action"], &body["issue"]["number"], &body["issue"]["state_reason"], &body["repository"]["full_name"]),
        (&json!("closed"), &json!(2), &json!("not_planned"), &json!(SUPPORT))
    );
    assert_eq!(body["sender"]["login"], "bob-maintainer");
}

#[tokio::test]
async fn people_act_and_the_bot_hears_of_each() {
    let stage = Stage::new().await;
    let forge = stage.play.forge();
    let (number, delivered) = forge.open(SUPPORT, "dora-data", "New here", "Hello").await;
    assert_eq!((number, delivered.status), (4, 202));
    forge.assign(SUPPORT, 4, "carla-ops").await;
    assert_eq!(forge.assign(SUPPORT, 4, "somebody").await.body, "nothing changed");
    forge.comment(SUPPORT, 4, "carla-ops", "On it").await;
    forge.close(SUPPORT, 4, "completed").await;
    forge.close(SUPPORT, 4, "completed").await;
    forge.reopen(SUPPORT, 4).await;
    forge.retitle(SUPPORT, 4, "Old here").await;
    forge.lock(SUPPORT, 4).await;
    forge.ping().await;
    let told: Vec<String> = stage.heard().iter().map(super::Heard::what).collect();
    assert_eq!(
        told,
        [
            "issues.opened",
            "issues.assigned",
            "issue_comment.created",
            "issues.closed",
            "issues.reopened",
            "issues.edited",
            "issues.locked",
            "ping.",
        ]
    );
    assert_eq!(stage.heard()[1].json()["assignee"]["login"], "carla-ops");
    assert_eq!(stage.heard()[2].json()["comment"]["body"], "On it");
    insta::assert_snapshot!(forge.issue(SUPPORT, 4).unwrap(), @"
    #4 Old here [open: reopened, locked] by dora-data
    assignees: carla-ops
      Hello
    carla-ops:
      On it
    ");
}

#[tokio::test]
async fn what_the_bot_does_itself_is_told_after_it_was_answered() {
    let stage = Stage::new().await;
    let (_, issue) =
        stage.post(&format!("/repos/{SUPPORT}/issues"), json!({"title": "x", "labels": ["from-slack"]})).await;
    stage.post(&format!("/repos/{SUPPORT}/issues/{}/comments", issue["number"]), json!({"body": "y"})).await;
    stage.play.forge().settle().await;
    let mut told: Vec<String> = stage.heard().iter().map(super::Heard::what).collect();
    told.sort();
    assert_eq!(told, ["issue_comment.created", "issues.labeled", "issues.opened"]);
    assert!(stage.heard().iter().all(|heard| heard.json()["sender"]["login"] == "firstmate-bot"));
}

#[tokio::test]
async fn a_delivery_is_sent_again_byte_for_byte_or_forged() {
    let stage = Stage::new().await;
    stage.play.forge().close(SUPPORT, 2, "completed").await;
    let delivery = stage.play.deliveries().remove(0);
    stage.play.send_again(&delivery).await;
    let body = json!({"action": "closed"}).to_string();
    let mut headers = stage.play.webhook_headers("issues", body.as_bytes());
    headers.retain(|(name, _)| name != "x-hub-signature-256");
    stage.play.send_webhook_raw(&headers, body).await;
    let heard = stage.heard();
    assert_eq!(
        (heard[0].header("x-github-delivery"), &heard[0].body),
        (heard[1].header("x-github-delivery"), &heard[1].body)
    );
    assert!(!heard[2].headers.contains_key("x-hub-signature-256"));
    assert_eq!(heard[2].json(), serde_json::from_str::<Value>(r#"{"action":"closed"}"#).unwrap());
}
