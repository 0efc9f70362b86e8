//! What becomes of the connections: renewed, silent, broken, refused. Nothing that people did is lost for it.

use std::cell::Cell;
use std::time::Duration;

use firstmate::playground::{Disconnect, Failure, Happened};
use rstest::rstest;

use super::{becomes, bot, bot_for_long, pass, readiness};
use crate::bot::Bot;

/// Every command that is answered is answered once, with an answer in its acknowledgement.
async fn answered(bot: &Bot, number: usize) {
    let answer = bot.as_("ann").in_("#support").types(&format!("/onboard is there an SLA {number}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.body.contains("no SLA"), "{}", answer.body);
}

fn opened(bot: &Bot) -> usize {
    bot.world.calls().iter().filter(|(method, _)| method == "apps.connections.open").count()
}

#[tokio::test]
async fn nothing_is_lost_while_connections_are_renewed() {
    let bot = bot().await;
    let (renewed, sent) = (Cell::new(false), Cell::new(0));
    let lane = || async {
        while sent.get() < 200 || !renewed.get() {
            sent.set(sent.get() + 1);
            answered(&bot, sent.get()).await;
        }
    };
    let renewing = async {
        let sockets = bot.world.sockets();
        for next in 2..=3 {
            sockets.announce(Disconnect::RefreshRequested);
            sockets.wait_for(Happened::Opened(next)).await;
            sockets.let_go();
            sockets.wait_for(Happened::Closed(next - 1)).await;
        }
        renewed.set(true);
    };
    tokio::join!(renewing, lane(), lane(), lane(), lane());
    use Happened::{Closed, Opened};
    assert_eq!(bot.world.sockets().happened(), [Opened(1), Opened(2), Closed(1), Opened(3), Closed(2)]);
    assert!(bot.world.deliveries().len() >= 200);
    assert_eq!(bot.as_("ann").hears(), [""; 0], "Slack had nothing to tell of commands that did not work");
    bot.finish().await;
}

#[rstest]
#[case(Disconnect::Warning)]
#[case(Disconnect::RefreshRequested)]
#[tokio::test]
async fn the_next_connection_is_open_before_the_last_is_closed(#[case] reason: Disconnect) {
    let bot = bot().await;
    let sockets = bot.world.sockets();
    sockets.announce(reason);
    sockets.wait_for(Happened::Opened(2)).await;
    assert_eq!(sockets.happened(), [Happened::Opened(1), Happened::Opened(2)]);
    // Both deliver.
    for number in 0..4 {
        answered(&bot, number).await;
    }
    sockets.let_go();
    sockets.wait_for(Happened::Closed(1)).await;
    answered(&bot, 5).await;
    assert_eq!(readiness(&bot).await, (200, "ready".to_owned()));
    bot.finish().await;
}

#[tokio::test]
async fn a_zombie_is_noticed_and_readiness_goes_and_comes_back() {
    let (_folder, bot) = bot_for_long().await;
    assert_eq!(becomes(&bot, 200).await, "ready");
    bot.world.fail_next("apps.connections.open", Failure::ServerError, 1);
    bot.world.sockets().fall_silent();
    pass(Duration::from_secs(31)).await;
    let told = becomes(&bot, 503).await;
    assert!(told.contains("socket"), "{told}");
    let alive = reqwest::get(format!("{}/healthz", bot.address)).await.unwrap();
    assert_eq!(alive.status(), 200);
    bot.world.sockets().wait_for(Happened::Opened(2)).await;
    assert_eq!(becomes(&bot, 200).await, "ready");
    bot.finish().await;
}

#[tokio::test]
async fn a_broken_connection_is_replaced_at_once() {
    let bot = bot().await;
    bot.world.sockets().break_off();
    bot.world.sockets().wait_for(Happened::Opened(2)).await;
    answered(&bot, 1).await;
    bot.finish().await;
}

#[tokio::test]
async fn a_switched_off_socket_is_looked_at_again_after_a_minute() {
    let (_folder, bot) = bot_for_long().await;
    let sockets = bot.world.sockets();
    sockets.announce(Disconnect::LinkDisabled);
    sockets.let_go();
    sockets.wait_for(Happened::Closed(1)).await;
    let told = becomes(&bot, 503).await;
    assert_eq!(told, "the socket to Slack is not open; it is tried again and again, and the log says why it failed");
    pass(Duration::from_secs(25)).await;
    assert_eq!((readiness(&bot).await.0, opened(&bot)), (503, 1));
    pass(Duration::from_secs(36)).await;
    sockets.wait_for(Happened::Opened(2)).await;
    assert_eq!(becomes(&bot, 200).await, "ready");
    answered(&bot, 1).await;
    bot.finish().await;
}

#[tokio::test]
async fn one_connection_too_many_leaves_the_others_in_peace() {
    let (_folder, bot) = bot_for_long().await;
    let sockets = bot.world.sockets();
    sockets.allow(1);
    sockets.announce(Disconnect::RefreshRequested);
    sockets.wait_for(Happened::TurnedAway).await;
    answered(&bot, 1).await;
    sockets.allow(10);
    assert_eq!(opened(&bot), 2);
    pass(Duration::from_secs(61)).await;
    sockets.wait_for(Happened::Opened(2)).await;
    bot.finish().await;
}

#[tokio::test]
async fn a_wait_that_slack_asks_for_is_kept() {
    let (_folder, bot) = bot_for_long().await;
    bot.world.fail_next("apps.connections.open", Failure::RateLimited { retry_after: 40 }, 1);
    bot.world.sockets().break_off();
    bot.world.sockets().wait_for(Happened::Closed(1)).await;
    let asked = async {
        while opened(&bot) < 2 {
            becomes(&bot, 503).await;
        }
    };
    asked.await;
    // The answer has come when the next thing that is asked has.
    becomes(&bot, 503).await;
    pass(Duration::from_secs(39)).await;
    assert_eq!((readiness(&bot).await.0, opened(&bot)), (503, 2));
    pass(Duration::from_secs(2)).await;
    bot.world.sockets().wait_for(Happened::Opened(2)).await;
    answered(&bot, 1).await;
    bot.finish().await;
}
