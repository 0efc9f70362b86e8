//! Windows that are sent twice, or after a long time.

use firstmate::playground::Delivery;
use insta::assert_snapshot;

use super::{SUPPORT, opened, previewed, thread, window};
use crate::bot::{A_QUIET_FRIDAY, Bot, Parts, Turned};

/// What went to the bot last as a press, a form or a shortcut.
fn newest(bot: &Bot) -> Delivery {
    let sent = bot.world.deliveries().into_iter().rfind(|sent| sent.path == "/slack/interactions");
    sent.unwrap()
}

#[tokio::test]
async fn a_step_whose_answer_was_lost_is_taken_again_and_nothing_leaves_unseen() {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    let ann = opened(&bot, "#support", &ts).await;
    let before = bot.world.forge().issues(SUPPORT);
    ann.submits(&[("What", "Question")]).await;
    let again = bot.world.send_again(&newest(&bot)).await;
    assert!(again.body.contains("What would you like to know?"), "the same step once more: {}", again.body);
    ann.submits(&[("Title", "Blank"), ("What would you like to know?", "Why?")]).await;
    let filled = newest(&bot);
    bot.settle().await;
    for _ in 0..2 {
        let again = bot.world.send_again(&filled).await;
        assert!(again.body.contains("to be read by everybody"), "the preview, and nothing further: {}", again.body);
    }
    bot.settle().await;
    assert_eq!(bot.world.forge().issues(SUPPORT), before);
    bot.finish().await;
}

#[tokio::test]
async fn a_window_that_is_sent_twice_files_one_issue() {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    let ann = previewed(&bot, "#support", &ts).await;
    ann.submits(&[]).await;
    let sent = newest(&bot);
    let again = bot.world.send_again(&sent).await;
    assert_eq!(again.status, 200);
    assert!(again.body.contains("On its way to GitHub"), "{}", again.body);
    bot.settle().await;
    let again = bot.world.send_again(&sent).await;
    assert!(again.body.contains("On its way to GitHub"), "{}", again.body);
    bot.settle().await;
    assert_eq!(bot.world.forge().numbers(SUPPORT), [1, 2, 3, 4]);
    assert_eq!(bot.world.forge().issue_json(SUPPORT, 4).unwrap()["comments"], 1);
    bot.finish().await;
}

#[tokio::test]
async fn a_window_that_stood_open_for_days_is_not_filed() {
    let clock = Turned::at(A_QUIET_FRIDAY);
    let bot = Parts { clock: clock.clock(), ..Parts::default() }.start().await;
    let ts = thread(&bot).await;
    let ann = previewed(&bot, "#support", &ts).await;
    clock.to("2027-02-07T09:00:00Z");
    bot.store.forget_old_issues("2027-02-07T09:00:00Z".parse().unwrap()).await.unwrap();
    ann.submits(&[]).await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        This becomes an issue in *operate-first/support*, to be read by everybody, for good:
        *The console of smaug is blank*
        ### What would you like to know?

        Why is it blank?
        Below it, as a comment:
        From [a Slack thread](https://operatefirst.slack.com/archives/C01RMPVUUK1/pTS) (3 messages, times in UTC), for a community member. They hear there how it goes on; no GitHub account is needed.

        **a community member** · 2027-02-05 09:00 UTC

        > The **console** of smaug is blank since noon, see <https://console.example>

        **a community member** · 2027-02-05 09:00 UTC

        > a community member which browser? `curl -v` says fixes #12 /close

        **a community member** · 2027-02-05 09:00 UTC

        > Firefox. My token is \[redacted: token\]
        *Taken out:* 1 token. Look through it all the same: I know secrets by their looks only.
        Labels: `kind/question`
        Names do not ping anybody on GitHub, and nothing in it starts a command there.
        People: (x) Say “a community member”  ( ) Name them as they are called here
        ! This window is not open any more: it was sent already, or is older than a day. /issue mine says what you filed.
        [Back] [File it on GitHub myself → http://forge/forge/operate-first/support/issues/new?template=1_question.yaml&title=The+console+of+smaug+is+blank&question=Why+is+it+blank%3F]
    [File it] [Cancel]
    "#);
    bot.settle().await;
    assert_eq!(bot.world.forge().numbers(SUPPORT), [1, 2, 3]);
    bot.finish().await;
}
