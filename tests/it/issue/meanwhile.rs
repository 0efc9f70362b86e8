//! What happens in Slack while a window stands open: threads that go away, and channels that the bot is not in.

use insta::assert_snapshot;

use super::{SHORTCUT, SUPPORT, opened, plain, previewed, said, thread, thread_in, window};
use crate::bot::Bot;

#[tokio::test]
async fn a_thread_that_is_gone_before_the_window_opens_is_left_out() {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    let ann = bot.as_("ann");
    ann.in_("#support").in_thread(&ts).types("@firstmate issue").await;
    bot.settle().await;
    ann.in_("#support").deletes(&ts).await;
    ann.in_("#support").presses("Open the form").await;
    bot.settle().await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        This thread is gone: somebody deleted it. You can go on without it.
        Where: [operate-first/support ▾]
        (Questions and requests to the operations team)
        What: [ ▾]
        [Ask in Slack first](https://operatefirst.slack.com/): Most questions are answered there within a day.
        [Try again]
    [Next] [Cancel]
    "#);
    ann.submits(&[("What", "Question")]).await;
    ann.submits(&[("Title", super::TITLE), ("What would you like to know?", "Why is it blank?")]).await;
    bot.settle().await;
    ann.submits(&[]).await;
    bot.settle().await;
    assert_snapshot!(plain(&bot.world.forge().issue(SUPPORT, 4).unwrap()), @r#"
    #4 The console of smaug is blank [open] by firstmate-bot
    labels: kind/question
      ### What would you like to know?

      Why is it blank?
    firstmate-bot:
      Filed from Slack for a community member. They hear there how it goes on; no GitHub account is needed.

      <!-- firstmate:issue:KEY:1 -->
    "#);
    assert_snapshot!(said(ann, "@firstmate").lines().next().unwrap_or_default(), @"firstmate: You opened operate-first/support#4 The console of smaug is blank (http://forge/forge/operate-first/support/issues/4).");
    bot.finish().await;
}

#[tokio::test]
async fn a_thread_that_goes_after_the_preview_is_filed_as_it_was_seen() {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    let ann = previewed(&bot, "#support", &ts).await;
    ann.in_("#support").deletes(&ts).await;
    ann.submits(&[]).await;
    bot.settle().await;
    assert!(bot.world.forge().issue(SUPPORT, 4).unwrap().contains("since noon"));
    assert_snapshot!(said(ann, "@firstmate").lines().next().unwrap_or_default(), @"firstmate: You opened operate-first/support#4 The console of smaug is blank (http://forge/forge/operate-first/support/issues/4).");
    bot.finish().await;
}

#[tokio::test]
async fn an_edit_after_the_preview_does_not_change_what_is_filed() {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    let ann = previewed(&bot, "#support", &ts).await;
    ann.in_("#support").edits(&ts, "Nobody has looked at this sentence.").await;
    ann.submits(&[]).await;
    bot.settle().await;
    let filed = bot.world.forge().issue(SUPPORT, 4).unwrap();
    assert!(filed.contains("since noon") && !filed.contains("Nobody has looked"), "{filed}");
    bot.finish().await;
}

#[tokio::test]
async fn where_the_bot_is_no_member_it_says_how_to_invite_it() {
    let bot = Bot::start().await;
    let ts = thread_in(&bot, "#data-science").await;
    let ann = opened(&bot, "#data-science", &ts).await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        I cannot read this thread, because I am not a member of the channel. Invite me with `/invite @firstmate`, then press _Try again_. Or go on without the thread.
        Where: [operate-first/support ▾]
        (Questions and requests to the operations team)
        What: [ ▾]
        [Ask in Slack first](https://operatefirst.slack.com/): Most questions are answered there within a day.
        [Try again]
    [Next] [Cancel]
    "#);
    ann.presses("Try again").await;
    bot.settle().await;
    assert!(window(ann).contains("/invite @firstmate"), "{}", window(ann));
    ann.submits(&[("What", "Something else")]).await;
    ann.submits(&[("Title", "A board"), ("What it is about", "Who is new has nowhere to begin.")]).await;
    bot.settle().await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        This becomes an issue in *operate-first/support*, to be read by everybody, for good:
        *A board*
        Who is new has nowhere to begin.

        ---

        Filed from Slack for a community member. They hear there how it goes on; no GitHub account is needed.
        Labels: `kind/question`
        [Back] [File it on GitHub myself → http://forge/forge/operate-first/support/issues/new?title=A+board&body=Who+is+new+has+nowhere+to+begin.]
    [File it] [Cancel]
    "#);
    ann.submits(&[]).await;
    bot.settle().await;
    assert_snapshot!(said(ann, "@firstmate").lines().next().unwrap_or_default(), @"firstmate: You opened operate-first/support#4 A board (http://forge/forge/operate-first/support/issues/4).");
    assert_eq!(said(ann, "#data-science"), "");
    bot.finish().await;
}

#[tokio::test]
async fn slack_failing_once_to_give_the_thread_is_not_noticed() {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    bot.world.fail_next("conversations.replies", firstmate::playground::Failure::ServerError, 1);
    let ann = opened(&bot, "#support", &ts).await;
    assert!(window(ann).contains("3 messages along"), "{}", window(ann));
    bot.finish().await;
}

#[tokio::test]
async fn a_thread_that_slack_does_not_give_is_asked_for_again() {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    bot.world.fail_next("conversations.replies", firstmate::playground::Failure::ServerError, 2);
    let ann = opened(&bot, "#support", &ts).await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        Slack does not give me the thread right now. Press _Try again_ in a minute, or go on without it.
        Where: [operate-first/support ▾]
        (Questions and requests to the operations team)
        What: [ ▾]
        [Ask in Slack first](https://operatefirst.slack.com/): Most questions are answered there within a day.
        [Try again]
    [Next] [Cancel]
    "#);
    ann.presses("Try again").await;
    bot.settle().await;
    assert!(window(ann).contains("3 messages along"), "{}", window(ann));
    bot.finish().await;
}

#[tokio::test]
async fn a_window_that_was_closed_leaves_nothing_behind() {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    let ann = previewed(&bot, "#support", &ts).await;
    ann.closes().await;
    bot.settle().await;
    assert_eq!((said(ann, "#support"), said(ann, "@firstmate")), (String::new(), String::new()));
    assert_eq!(bot.world.forge().numbers(SUPPORT), [1, 2, 3]);
    // Another one begins anew.
    ann.in_("#support").shortcut(SHORTCUT, &ts).await;
    bot.settle().await;
    assert!(window(ann).contains("What: [ ▾]"));
    bot.finish().await;
}
