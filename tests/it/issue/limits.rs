//! GitHub and Slack failing for a while: what was sent is kept, told, and filed once.

use std::time::Duration;

use firstmate::playground::Failure;
use insta::assert_snapshot;
use rstest::rstest;

use super::{COMMENT, OPEN_ISSUE, SHORTCUT, SUPPORT, called, opened, previewed, said, thread, window};
use crate::bot::{A_QUIET_FRIDAY, Bot, Parts, Turned};

#[rstest]
#[case::secondary(Failure::Secondary { retry_after: 90 })]
#[case::too_many_requests(Failure::RateLimited { retry_after: 90 })]
#[case::primary(Failure::Primary)]
#[tokio::test]
async fn at_a_limit_one_hears_that_it_waits_and_again_when_it_is_filed(#[case] limit: Failure) {
    let clock = Turned::at(A_QUIET_FRIDAY);
    let bot = Parts { clock: clock.clock(), ..Parts::default() }.start().await;
    let ts = thread(&bot).await;
    let ann = previewed(&bot, "#support", &ts).await;
    bot.world.fail_next(OPEN_ISSUE, limit, 1);
    ann.submits(&[]).await;
    bot.settle_now().await;
    insta::allow_duplicates! {
        assert_snapshot!(said(ann, "#support"), @r#"
        ↳ firstmate: GitHub does not take issues right now. What a member sent for operate-first/support is kept, and filed as soon as it does.
              GitHub does not take issues right now. What @Ann Newcomer sent for *operate-first/support* is kept, and filed as soon as it does.
        "#);
    }
    clock.to("2027-02-05T09:01:00Z");
    bot.settle_now().await;
    assert_eq!(called(&bot, OPEN_ISSUE), 1, "it is not tried before the time that GitHub named");
    clock.to("2027-02-05T10:05:00Z");
    bot.settle().await;
    insta::allow_duplicates! {
        assert_snapshot!(said(ann, "#support"), @r#"
        ↳ firstmate: A member opened operate-first/support#4 The console of smaug is blank (http://forge/forge/operate-first/support/issues/4) from this thread.
              🟢 Open
              @Ann Newcomer opened [operate-first/support#4 The console of smaug is blank](http://forge/forge/operate-first/support/issues/4) from this thread.
              🟢 Open
        ↳ firstmate (only you): Your issue is filed: operate-first/support#4 The console of smaug is blank (http://forge/forge/operate-first/support/issues/4).
              For ten minutes you can take it back.
              Your issue is filed: [operate-first/support#4 The console of smaug is blank](http://forge/forge/operate-first/support/issues/4).
              [Undo] [Keep thread and issue in step]
              For ten minutes you can take it back.
        "#);
    }
    assert_eq!(bot.world.forge().numbers(SUPPORT), [1, 2, 3, 4]);
    bot.finish().await;
}

#[rstest]
#[case::fails(OPEN_ISSUE, Failure::ServerError)]
#[case::breaks(OPEN_ISSUE, Failure::Closed)]
#[case::says_nonsense(OPEN_ISSUE, Failure::Malformed)]
#[case::is_silent(OPEN_ISSUE, Failure::NoAnswer)]
#[case::did_it_and_breaks(OPEN_ISSUE, Failure::DoneThenClosed)]
#[case::did_it_and_fails(OPEN_ISSUE, Failure::DoneThenBadGateway)]
#[case::fails_at_the_comment(COMMENT, Failure::ServerError)]
#[case::commented_and_breaks(COMMENT, Failure::DoneThenClosed)]
#[case::commented_and_fails(COMMENT, Failure::DoneThenBadGateway)]
#[tokio::test]
async fn whatever_github_does_there_is_one_issue_and_one_transcript(#[case] call: &str, #[case] failure: Failure) {
    let clock = Turned::at(A_QUIET_FRIDAY);
    let bot = Parts { clock: clock.clock(), ..Parts::default() }.start().await;
    let ts = thread(&bot).await;
    let ann = previewed(&bot, "#support", &ts).await;
    bot.world.fail_next(call, failure, 1);
    ann.submits(&[]).await;
    bot.settle_now().await;
    clock.to("2027-02-05T09:02:00Z");
    bot.settle().await;
    assert_eq!(bot.world.forge().numbers(SUPPORT), [1, 2, 3, 4]);
    assert_eq!(bot.world.forge().issue_json(SUPPORT, 4).unwrap()["comments"], 1);
    let told = said(ann, "#support");
    assert_eq!(told.matches("firstmate:").count(), 1, "one message in the thread: {told}");
    assert_eq!(told.matches("firstmate (only you): Your issue is filed").count(), 1, "{told}");
    bot.finish().await;
}

#[tokio::test]
async fn without_a_form_it_is_found_by_its_mark() {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    let ann = opened(&bot, "#support", &ts).await;
    ann.submits(&[("What", "Something else")]).await;
    ann.submits(&[]).await;
    bot.settle().await;
    bot.world.fail_next(OPEN_ISSUE, Failure::DoneThenClosed, 1);
    ann.submits(&[]).await;
    bot.settle().await;
    assert_eq!(bot.world.forge().numbers(SUPPORT), [1, 2, 3, 4]);
    assert_eq!(called(&bot, OPEN_ISSUE), 1);
    bot.finish().await;
}

#[rstest]
#[case::fails(Failure::ServerError)]
#[case::limits(Failure::RateLimited { retry_after: 1 })]
#[case::breaks(Failure::Closed)]
#[tokio::test]
async fn whatever_slack_does_there_is_one_message(#[case] failure: Failure) {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    let ann = previewed(&bot, "#support", &ts).await;
    bot.world.fail_next("chat.postMessage", failure, 2);
    bot.world.fail_next("chat.postEphemeral", failure, 1);
    ann.submits(&[]).await;
    bot.settle().await;
    let told = said(ann, "#support");
    assert_eq!(told.matches("firstmate:").count(), 1, "{told}");
    assert!(told.contains("firstmate (only you): Your issue is filed"), "{told}");
    assert_eq!(bot.world.forge().numbers(SUPPORT), [1, 2, 3, 4]);
    bot.finish().await;
}

#[tokio::test]
async fn a_window_that_opened_too_late_says_so() {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    let ann = bot.as_("ann");
    // Slack's trigger lives three seconds.
    bot.world.slow_next("views.open", Duration::from_millis(3_200));
    ann.in_("#support").shortcut(SHORTCUT, &ts).await;
    bot.settle().await;
    assert_eq!(ann.view(), None);
    assert_snapshot!(said(ann, "#support"), @r#"
    firstmate (only you): The window did not open: Slack gives it three seconds, and they were over. Try it once more.
        The window did not open: Slack gives it three seconds, and they were over. Try it once more.
    "#);
}

#[tokio::test]
async fn the_window_opens_before_anything_slow_is_asked() {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    let ann = bot.as_("ann");
    for call in ["GET /repos/{o}/{r}", super::CONTENTS, "conversations.replies", "conversations.info"] {
        bot.world.slow_next(call, Duration::from_millis(1_500));
    }
    let before = bot.world.calls().len();
    ann.in_("#support").shortcut(SHORTCUT, &ts).await;
    bot.settle().await;
    let calls = bot.world.calls_at();
    let opened = calls[before..].iter().position(|called| called.method == "views.open").unwrap();
    assert_eq!(opened, 0, "{:?}", calls[before..].iter().map(|called| &called.method).collect::<Vec<_>>());
    let view = calls[before].parameters["view"]["blocks"].to_string();
    assert!(view.contains("Reading the thread and the forms"), "{view}");
    let filled = calls.iter().find(|called| called.method == "views.update").unwrap();
    assert!(filled.at - calls[before].at >= Duration::from_millis(1_500), "the window was open while GitHub was slow");
    assert!(window(ann).contains("3 messages along"));
    bot.finish().await;
}
