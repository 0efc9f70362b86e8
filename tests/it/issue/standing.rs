//! How people hear what becomes of their issue: one message, kept true.

use std::time::Duration;

use firstmate::playground::Failure;
use insta::assert_snapshot;
use serde_json::Value;

use super::{SUPPORT, called, filed, previewed, said, thread};
use crate::bot::{A_QUIET_FRIDAY, Bot, Parts, Turned};

/// What stands in the thread about the issue, without the text for notifications.
fn stands(bot: &Bot) -> String {
    let read = said(bot.as_("bob"), "#support");
    read.lines().skip(2).map(|line| format!("{}\n", line.trim())).collect()
}

/// Messages of the bot that everybody in #support sees.
fn messages(bot: &Bot) -> usize {
    let ours = |message: &&Value| message["user"]["bot"] == true;
    bot.as_("bob").in_("#support").messages().iter().filter(ours).count()
}

#[tokio::test]
async fn one_message_tells_how_it_goes_on() {
    let bot = Bot::start().await;
    filed(&bot).await;
    let forge = bot.world.forge();
    let mut read = stands(&bot);
    forge.assign(SUPPORT, 4, "carla-ops").await;
    bot.settle().await;
    read += &stands(&bot);
    forge.retitle(SUPPORT, 4, "Console: <b>blank</b> & @bob").await;
    bot.settle().await;
    read += &stands(&bot);
    forge.close(SUPPORT, 4, "completed").await;
    bot.settle().await;
    read += &stands(&bot);
    forge.reopen(SUPPORT, 4).await;
    bot.settle().await;
    read += &stands(&bot);
    forge.close(SUPPORT, 4, "not_planned").await;
    bot.settle().await;
    read += &stands(&bot);
    forge.reopen(SUPPORT, 4).await;
    forge.close(SUPPORT, 4, "duplicate").await;
    bot.settle().await;
    read += &stands(&bot);
    assert_snapshot!(read, @r#"
    @Ann Newcomer opened [operate-first/support#4 The console of smaug is blank](http://forge/forge/operate-first/support/issues/4) from this thread.
    🟢 Open
    @Ann Newcomer opened [operate-first/support#4 The console of smaug is blank](http://forge/forge/operate-first/support/issues/4) from this thread.
    🟢 Open, somebody is on it · assigned to carla-ops
    @Ann Newcomer opened [operate-first/support#4 Console: <b>blank</b> & @bob](http://forge/forge/operate-first/support/issues/4) from this thread.
    🟢 Open, somebody is on it · assigned to carla-ops
    @Ann Newcomer opened [operate-first/support#4 Console: <b>blank</b> & @bob](http://forge/forge/operate-first/support/issues/4) from this thread.
    ✅ Closed: done · assigned to carla-ops
    @Ann Newcomer opened [operate-first/support#4 Console: <b>blank</b> & @bob](http://forge/forge/operate-first/support/issues/4) from this thread.
    🟢 Opened again · assigned to carla-ops
    @Ann Newcomer opened [operate-first/support#4 Console: <b>blank</b> & @bob](http://forge/forge/operate-first/support/issues/4) from this thread.
    ⚪ Closed: will not be done · assigned to carla-ops
    @Ann Newcomer opened [operate-first/support#4 Console: <b>blank</b> & @bob](http://forge/forge/operate-first/support/issues/4) from this thread.
    ⚪ Closed: another issue is about the same · assigned to carla-ops
    "#);
    assert_eq!(messages(&bot), 1, "one message is edited in place");
    assert_eq!(called(&bot, "chat.postMessage"), 1);
    bot.finish().await;
}

#[tokio::test]
async fn what_no_webhook_told_is_found_by_looking() {
    let clock = Turned::at(A_QUIET_FRIDAY);
    let bot = Parts { clock: clock.clock(), ..Parts::default() }.start().await;
    filed(&bot).await;
    let before = stands(&bot);
    // GitHub's webhook does not reach the bot, and GitHub sends none twice.
    bot.world.connect("http://127.0.0.1:9");
    let lost = bot.world.forge().close(SUPPORT, 4, "completed").await;
    assert_eq!(lost.status, 0);
    bot.world.connect(&bot.address);
    bot.settle().await;
    assert_eq!(stands(&bot), before);
    clock.to("2027-02-05T09:06:00Z");
    bot.settle().await;
    assert_snapshot!(stands(&bot), @r#"
    @Ann Newcomer opened [operate-first/support#4 The console of smaug is blank](http://forge/forge/operate-first/support/issues/4) from this thread.
    ✅ Closed: done
    "#);
    assert_eq!(messages(&bot), 1);
    bot.finish().await;
}

#[tokio::test]
async fn an_issue_that_is_gone_is_told_too() {
    let bot = Bot::start().await;
    filed(&bot).await;
    bot.world.forge().delete_repository(SUPPORT);
    let body = serde_json::json!({
        "action": "deleted", "issue": {"number": 4}, "repository": {"full_name": SUPPORT},
    });
    let body = body.to_string();
    let headers = bot.world.webhook_headers("issues", body.as_bytes());
    assert_eq!(bot.world.send_webhook_raw(&headers, body).await.status, 200);
    bot.settle().await;
    assert_snapshot!(stands(&bot), @r#"
    @Ann Newcomer opened [operate-first/support#4 The console of smaug is blank](http://forge/forge/operate-first/support/issues/4) from this thread.
    ❔ Deleted, or not to be seen any more
    "#);
    bot.finish().await;
}

#[tokio::test]
async fn a_thread_that_lost_its_beginning_is_still_told() {
    let bot = Bot::start().await;
    let ts = filed(&bot).await;
    bot.as_("ann").in_("#support").deletes(&ts).await;
    bot.world.forge().close(SUPPORT, 4, "completed").await;
    bot.settle().await;
    assert_snapshot!(stands(&bot), @r#"
    @Ann Newcomer opened [operate-first/support#4 The console of smaug is blank](http://forge/forge/operate-first/support/issues/4) from this thread.
    ✅ Closed: done
    "#);
    bot.finish().await;
}

#[tokio::test]
async fn where_nothing_may_be_said_in_the_thread_the_person_is_told_alone() {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    let ann = previewed(&bot, "#support", &ts).await;
    bot.world.slow_next(super::OPEN_ISSUE, Duration::from_millis(300));
    ann.submits(&[]).await;
    ann.in_("#support").deletes(&ts).await;
    bot.settle().await;
    assert_snapshot!(said(ann, "@firstmate"), @r#"
    firstmate: You opened operate-first/support#4 The console of smaug is blank (http://forge/forge/operate-first/support/issues/4).
        🟢 Open
        For ten minutes you can take it back.
        You opened [operate-first/support#4 The console of smaug is blank](http://forge/forge/operate-first/support/issues/4).
        🟢 Open
        [Undo]
        For ten minutes you can take it back.
    "#);
    bot.world.forge().close(SUPPORT, 4, "completed").await;
    bot.settle().await;
    assert_snapshot!(said(ann, "@firstmate"), @r#"
    firstmate: You opened operate-first/support#4 The console of smaug is blank (http://forge/forge/operate-first/support/issues/4).
        ✅ Closed: done
        For ten minutes you can take it back.
        You opened [operate-first/support#4 The console of smaug is blank](http://forge/forge/operate-first/support/issues/4).
        ✅ Closed: done
        [Undo]
        For ten minutes you can take it back.
    "#);
    assert_eq!(bot.world.forge().numbers(SUPPORT), [1, 2, 3, 4]);
    bot.finish().await;
}

#[tokio::test]
async fn a_change_while_slack_fails_is_told_when_it_answers() {
    let bot = Bot::start().await;
    filed(&bot).await;
    bot.world.fail_next("chat.update", Failure::ServerError, 1);
    bot.world.forge().close(SUPPORT, 4, "completed").await;
    bot.world.forge().reopen(SUPPORT, 4).await;
    bot.settle().await;
    assert_snapshot!(stands(&bot), @r#"
    @Ann Newcomer opened [operate-first/support#4 The console of smaug is blank](http://forge/forge/operate-first/support/issues/4) from this thread.
    🟢 Opened again
    "#);
    assert_eq!(messages(&bot), 1);
    bot.finish().await;
}
