//! The bot whole over Socket Mode: what people do arrives and is answered, whatever becomes of the connections.
//! `FIRSTMATE_TEST_TRANSPORT=socket` runs every other test of the bot over it as well.

mod doors;
mod lines;

use std::time::Duration;

use firstmate::playground::{Happened, SampleCluster, Transport};

use crate::bot::{Bot, Parts};
use crate::cluster::chat;

/// A bot that has no other door for Slack.
async fn bot() -> Bot {
    Parts::by_socket().set("FIRSTMATE_SLACK__SIGNING_SECRET", "").start().await
}

/// The same with a store on the disk, in a folder that has to be kept as long: a database in memory is gone when its connection is given
/// up, as it may be when time passes at once.
async fn bot_for_long() -> (tempfile::TempDir, Bot) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("bot.db").display());
    let parts = Parts::by_socket().set("FIRSTMATE_SLACK__SIGNING_SECRET", "").set("FIRSTMATE_STORE__URL", &url);
    (folder, parts.start().await)
}

/// What readiness says.
async fn readiness(bot: &Bot) -> (u16, String) {
    let answer = reqwest::get(format!("{}/readyz", bot.address)).await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// Comes back with what readiness says as soon as it has this status.
async fn becomes(bot: &Bot, status: u16) -> String {
    let awaited = async {
        loop {
            let (now, told) = readiness(bot).await;
            if now == status {
                return told;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), awaited).await.unwrap()
}

/// So much time passes at once. What arrives meanwhile is not waited for, so nothing may be under way.
async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

#[tokio::test]
async fn a_slash_command_is_answered_in_its_acknowledgement() {
    let bot = bot().await;
    let answer = bot.as_("ann").in_("#support").types("/onboard is there an SLA").await;
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains(r#""response_type":"ephemeral""#), "{}", answer.body);
    assert!(bot.as_("ann").reads("#support").contains("no SLA"));
    assert!(!bot.as_("bob").reads("#support").contains("no SLA"));
    let called: Vec<String> = bot.world.calls().into_iter().map(|(method, _)| method).collect();
    assert_eq!(called, ["apps.connections.open"]);
    bot.finish().await;
}

#[tokio::test]
async fn mentions_messages_and_buttons_are_answered() {
    let bot = bot().await;
    let support = bot.as_("ann").in_("#support");
    assert_eq!(support.types("@firstmate is there an SLA").await.body, "");
    bot.settle().await;
    assert!(support.reads().contains("no SLA"));
    bot.as_("ann").in_("@firstmate").types("backups?").await;
    bot.settle().await;
    assert!(bot.as_("ann").reads("@firstmate").contains("backed up"));
    assert_eq!(support.presses("Show everyone").await.status, 200);
    bot.settle().await;
    assert!(bot.as_("bob").reads("#support").contains("no SLA"));
    bot.finish().await;
}

#[tokio::test]
async fn a_window_is_told_what_comes_next_and_what_is_wrong() {
    let bot = bot().await;
    let ann = bot.as_("ann");
    ann.in_("#support").types("/issue support").await;
    bot.settle().await;
    let next = ann.submits(&[("What", "Onboard to a cluster")]).await;
    assert!(next.body.contains(r#""response_action":"update""#), "{}", next.body);
    ann.fills(&[("Title", "NEW PROJECT: edge"), ("Team name", "edge-lab"), ("What will run there?", "Models.")]).await;
    let wrong = ann.submits(&[("Before you send this", "It is all right to name me in the announcement.")]).await;
    assert!(wrong.body.contains(r#""response_action":"errors""#), "{}", wrong.body);
    bot.finish().await;
}

#[tokio::test]
async fn what_comes_again_by_another_connection_has_no_second_effect() {
    let bot = bot().await;
    bot.as_("ann").in_("#support").types("/onboard is there an SLA").await;
    bot.as_("ann").in_("#support").types("@firstmate backups?").await;
    bot.as_("ann").in_("@firstmate").types("backups?").await;
    bot.settle().await;
    bot.world.sockets().break_off();
    bot.world.sockets().wait_for(Happened::Opened(2)).await;
    for delivery in bot.world.deliveries() {
        let again = bot.world.send_again(&delivery).await;
        assert_eq!((again.status, again.body.as_str()), (200, ""), "{}", delivery.path);
    }
    let direct = bot.world.deliveries().into_iter().rfind(|delivery| delivery.path == "/slack/events").unwrap();
    assert_eq!(bot.world.send_under_another_id(&direct).await.status, 200);
    bot.settle().await;
    let called = |name: &str| bot.world.calls().iter().filter(|(method, _)| method == name).count();
    assert_eq!((called("chat.postEphemeral"), called("chat.postMessage"), called("response_url")), (1, 1, 0));
    bot.finish().await;
}

#[tokio::test]
async fn what_was_taken_as_its_connection_broke_comes_again_and_is_known() {
    let bot = bot().await;
    let direct = bot.as_("ann").in_("@firstmate");
    let (answer, ()) = tokio::join!(direct.types("backups?"), async {
        while bot.world.sockets().sent() == 0 {
            tokio::task::yield_now().await;
        }
        // The envelope still goes out; its acknowledgement finds nobody.
        bot.world.sockets().break_off();
    });
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    let tries: Vec<u16> = bot.world.deliveries().iter().map(|delivery| delivery.delivered.status).collect();
    assert_eq!(tries, [0, 200]);
    bot.settle().await;
    let posted = bot.world.calls().iter().filter(|(method, _)| method == "chat.postMessage").count();
    assert_eq!(posted, 1);
    bot.finish().await;
}

#[tokio::test]
async fn what_cannot_be_recorded_is_not_acknowledged() {
    let bot = bot().await;
    bot.store.close().await;
    let direct = bot.as_("ann").in_("@firstmate");
    // Slack waits for each of its tries.
    let (answer, ()) = tokio::join!(direct.types("backups?"), async {
        for attempt in 1..=4 {
            while bot.world.sockets().sent() < attempt {
                tokio::task::yield_now().await;
            }
            pass(Duration::from_secs(3)).await;
        }
    });
    assert_eq!((answer.status, answer.body.as_str()), (0, "operation_timeout"));
    assert_eq!(bot.world.deliveries().len(), 4, "it was sent again three times");
}

#[tokio::test]
async fn stopping_acknowledges_what_is_in_flight() {
    let parts = chat::parts(vec![SampleCluster::named("smaug"), SampleCluster::named("infra")]);
    let bot = Parts { transport: Transport::Socket, ..parts }.start().await;
    bot.world.slow_next("cluster smaug", Duration::from_millis(300));
    let support = bot.as_("ann").in_("#support");
    let (answer, ()) = tokio::join!(support.types("/cluster smaug get pods"), async {
        while !bot.world.calls().iter().any(|(method, _)| method.contains("/api-kubernetes/")) {
            tokio::task::yield_now().await;
        }
        bot.stop();
    });
    assert!(answer.body.contains("jupyterhub"), "{}", answer.body);
    let world = bot.stopped().await;
    assert_eq!(world.sockets().open(), 0);
    world.finish();
}
