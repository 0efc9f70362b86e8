//! A clock that jumps while something is done: it is done once, and not an hour late.

use std::time::Duration;

use chrono::{DateTime, Utc};
use firstmate::playground::Failure;

use crate::bot::{Bot, Parts, Turned};

const POST: &str = "chat.postMessage";

/// A bot whose clock a test sets, to which Ann wrote; it is posting the answer, or did.
async fn asked(clock: &Turned, prepare: impl FnOnce(&Bot)) -> Bot {
    let bot = Parts { clock: clock.clock(), ..Parts::default() }.start().await;
    prepare(&bot);
    bot.as_("ann").in_("@firstmate").types("is there an SLA").await;
    while !bot.world.calls().iter().any(|(method, _)| method == POST) {
        tokio::task::yield_now().await;
    }
    bot
}

fn answers(bot: &Bot) -> usize {
    bot.world.said_by_bot().len()
}

#[tokio::test]
async fn a_clock_that_jumps_ahead_during_a_post_doubles_nothing() {
    let clock = Turned::at("2027-02-05T09:00:00Z");
    let bot = asked(&clock, |bot| bot.world.slow_next(POST, Duration::from_secs(2))).await;
    clock.to("2027-02-05T10:00:00Z");
    bot.settle_now().await;
    clock.to("2027-02-05T10:00:30Z");
    bot.settle_now().await;
    assert_eq!(answers(&bot), 1);
    bot.finish().await;
}

#[tokio::test]
async fn a_clock_that_is_put_back_holds_nothing_up() {
    let clock = Turned::at("2027-02-05T10:00:00Z");
    let limited = Failure::RateLimited { retry_after: 60 };
    let bot = asked(&clock, |bot| bot.world.fail_next(POST, limited, 1)).await;
    let put_off = "2027-02-05T10:00:30Z".parse::<DateTime<Utc>>().unwrap();
    while bot.store.next_due().await.unwrap().is_none_or(|due| due < put_off) {
        tokio::task::yield_now().await;
    }
    clock.to("2027-02-05T09:00:00Z");
    bot.settle_now().await;
    clock.to("2027-02-05T09:00:11Z");
    bot.settle_now().await;
    assert_eq!(answers(&bot), 1);
    bot.finish().await;
}
