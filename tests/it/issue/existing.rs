//! Issues that are about the same, and threads that are added to an issue that is there.

use std::time::Duration;

use firstmate::playground::Person;
use insta::assert_snapshot;
use rstest::rstest;

use super::{SUPPORT, filed, opened, plain, said, thread, window};
use crate::bot::{Bot, Parts};

/// The lines of a window that offer other issues.
fn offered(window: &str) -> String {
    let telling = |line: &&str| line.contains("one of these") || line.contains("issues/") || line.contains("instead]");
    window.lines().filter(telling).map(str::trim).collect::<Vec<_>>().join("\n")
}

/// Ann wants to add the thread to this issue of the repository for support.
async fn to_issue<'a>(bot: &'a Bot, number: &str) -> Person<'a> {
    let ts = thread(bot).await;
    let ann = opened(bot, "#support", &ts).await;
    ann.submits(&[("What", "Add to an issue that is there")]).await;
    ann.submits(&[("Number of the issue", number), ("What you want to say to it", "We see it too. @carla-ops")]).await;
    bot.settle().await;
    ann
}

#[tokio::test]
async fn issues_that_github_finds_are_offered_open_and_closed() {
    let bot = Bot::start().await;
    let ann = bot.as_("ann");
    ann.in_("#support").types("Login to Argo CD ends on a blank page for me").await;
    let ts = ann.in_("#support").newest().unwrap();
    opened(&bot, "#support", &ts).await;
    assert_snapshot!(offered(&window(ann)), @"");
    ann.submits(&[("What", "Question")]).await;
    // Another title finds others.
    ann.submits(&[("Title", "Image pulls fail"), ("What would you like to know?", "Why?")]).await;
    bot.settle().await;
    assert_snapshot!(offered(&window(ann)), @r#"
    *Is it one of these?*
    [#1 Image pulls fail on smaug since this morning](http://forge/forge/operate-first/support/issues/1) · closed
    [Add my thread there instead]
    [Back] [File it on GitHub myself → http://forge/forge/operate-first/support/issues/new?template=1_question.yaml&title=Image+pulls+fail&question=Why%3F]
    "#);
    ann.presses("Add my thread there instead").await;
    bot.settle().await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        This becomes a comment on *operate-first/support#1*, to be read by everybody, for good:
        From [a Slack thread](https://operatefirst.slack.com/archives/C01RMPVUUK1/pTS) (1 message, times in UTC), for a community member. They hear there how it goes on; no GitHub account is needed.

        **a community member** · 2027-02-05 09:00 UTC

        > Login to Argo CD ends on a blank page for me
        Names do not ping anybody on GitHub, and nothing in it starts a command there.
        People: (x) Say “a community member”  ( ) Name them as they are called here
        [Back]
    [Add it] [Cancel]
    "#);
    ann.submits(&[]).await;
    bot.settle().await;
    assert_snapshot!(said(ann, "#support"), @r#"
    ↳ firstmate: A member added this thread to operate-first/support#1 Image pulls fail on smaug since this morning (http://forge/forge/operate-first/support/issues/1).
          ✅ Closed: done · assigned to carla-ops
          @Ann Newcomer added this thread to [operate-first/support#1 Image pulls fail on smaug since this morning](http://forge/forge/operate-first/support/issues/1).
          ✅ Closed: done · assigned to carla-ops
    ↳ firstmate (only you): Your thread was added to operate-first/support#1 Image pulls fail on smaug since this morning (http://forge/forge/operate-first/support/issues/1).
          For ten minutes you can take it back.
          Your thread was added to [operate-first/support#1 Image pulls fail on smaug since this morning](http://forge/forge/operate-first/support/issues/1).
          [Undo] [Keep thread and issue in step]
          For ten minutes you can take it back.
    "#);
    assert_eq!(bot.world.forge().numbers(SUPPORT), [1, 2, 3]);
    bot.finish().await;
}

#[tokio::test]
async fn what_was_filed_a_moment_ago_is_known_before_githubs_search_knows_it() {
    let bot = Bot::start().await;
    bot.world.forge().index_lag(Duration::from_secs(3_600));
    filed(&bot).await;
    let bob = bot.as_("bob");
    bob.in_("#general").types("Is the smaug console blank for others too?").await;
    let ts = bob.in_("#general").newest().unwrap();
    bob.in_("#general").shortcut(super::SHORTCUT, &ts).await;
    bot.settle().await;
    assert_snapshot!(offered(&window(bob)), @r#"
    *Is it one of these?*
    [#4 The console of smaug is blank](http://forge/forge/operate-first/support/issues/4) · open
    [Add my thread there instead]
    "#);
    bob.presses("Add my thread there instead").await;
    bot.settle().await;
    bob.submits(&[]).await;
    bot.settle().await;
    assert_eq!(bot.world.forge().numbers(SUPPORT), [1, 2, 3, 4]);
    assert_snapshot!(plain(&bot.world.forge().issue(SUPPORT, 4).unwrap()), @r#"
    #4 The console of smaug is blank [open] by firstmate-bot
    labels: kind/question
      ### What would you like to know?

      Why is it blank?
    firstmate-bot:
      From [a Slack thread](https://operatefirst.slack.com/archives/C01RMPVUUK1/pTS) (3 messages, times in UTC), for a community member. They hear there how it goes on; no GitHub account is needed.

      **a community member** · 2027-02-05 09:00 UTC

      > The **console** of smaug is blank since noon, see <https://console.example>

      **a community member** · 2027-02-05 09:00 UTC

      > a community member which browser? `curl -v` says fixes #¦12 /close

      **a community member** · 2027-02-05 09:00 UTC

      > Firefox. My token is \[redacted: token\]

      <!-- firstmate:issue:KEY:1 -->
    firstmate-bot:
      From [a Slack thread](https://operatefirst.slack.com/archives/C01RF4SPNDD/pTS) (1 message, times in UTC), for a community member. They hear there how it goes on; no GitHub account is needed.

      **a community member** · 2027-02-05 09:00 UTC

      > Is the smaug console blank for others too?

      <!-- firstmate:issue:KEY:1 -->
    "#);
    assert_snapshot!(said(bob, "#general"), @r#"
    ↳ firstmate: A member added this thread to operate-first/support#4 The console of smaug is blank (http://forge/forge/operate-first/support/issues/4).
          🟢 Open
          @Bob Maintainer added this thread to [operate-first/support#4 The console of smaug is blank](http://forge/forge/operate-first/support/issues/4).
          🟢 Open
    ↳ firstmate (only you): Your thread was added to operate-first/support#4 The console of smaug is blank (http://forge/forge/operate-first/support/issues/4).
          For ten minutes you can take it back.
          Your thread was added to [operate-first/support#4 The console of smaug is blank](http://forge/forge/operate-first/support/issues/4).
          [Undo] [Keep thread and issue in step]
          For ten minutes you can take it back.
    "#);
    bot.finish().await;
}

#[rstest]
#[case("2")]
#[case(" #2 ")]
#[case("https://github.com/operate-first/support/issues/2")]
#[case("https://github.com/Operate-First/Support/issues/2#issuecomment-40017")]
#[case("operate-first/support#2")]
#[tokio::test]
async fn an_issue_is_named_by_number_or_address(#[case] number: &str) {
    let bot = Bot::start().await;
    let ann = to_issue(&bot, number).await;
    assert!(window(ann).contains("This becomes a comment on *operate-first/support#2*"), "{}", window(ann));
    bot.finish().await;
}

#[rstest]
#[case("two")]
#[case("0")]
#[case("-2")]
#[case("https://github.com/operate-first/support/issues")]
#[case("https://github.com/operate-first/community/issues/2")]
#[case("operate-first/community#2")]
#[tokio::test]
async fn what_names_no_issue_of_the_repository_is_not_taken(#[case] number: &str) {
    let bot = Bot::start().await;
    let ann = to_issue(&bot, number).await;
    let fault = "! Give the number of an issue in this repository, as in 12, or its address.";
    assert!(window(ann).contains(fault), "{}", window(ann));
    bot.finish().await;
}

#[tokio::test]
async fn a_thread_is_added_as_a_comment() {
    let bot = Bot::start().await;
    let ann = to_issue(&bot, "2").await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        This becomes a comment on *operate-first/support#2*, to be read by everybody, for good:
        We see it too. @carla-ops

        ---

        From [a Slack thread](https://operatefirst.slack.com/archives/C01RMPVUUK1/pTS) (3 messages, times in UTC), for a community member. They hear there how it goes on; no GitHub account is needed.

        **a community member** · 2027-02-05 09:00 UTC

        > The **console** of smaug is blank since noon, see <https://console.example>

        **a community member** · 2027-02-05 09:00 UTC

        > a community member which browser? `curl -v` says fixes #12 /close

        **a community member** · 2027-02-05 09:00 UTC

        > Firefox. My token is \[redacted: token\]
        *Taken out:* 1 token. Look through it all the same: I know secrets by their looks only.
        Names do not ping anybody on GitHub, and nothing in it starts a command there.
        People: (x) Say “a community member”  ( ) Name them as they are called here
        [Back]
    [Add it] [Cancel]
    "#);
    ann.submits(&[]).await;
    bot.settle().await;
    assert_snapshot!(plain(&bot.world.forge().issue(SUPPORT, 2).unwrap()), @r#"
    #2 More storage quota for the edge-lab namespace [open] by emil-edge
    labels: area/storage
      We run out of space every other day.

      | claim | now | wanted |
      |---|---|---|
      | `raw-data` | 20 GiB | 60 GiB |
      | `models` | 10 GiB | ~~40 GiB~~ 30 GiB |
    firstmate-bot:
      We see it too. @¦carla-ops

      ---

      From [a Slack thread](https://operatefirst.slack.com/archives/C01RMPVUUK1/pTS) (3 messages, times in UTC), for a community member. They hear there how it goes on; no GitHub account is needed.

      **a community member** · 2027-02-05 09:00 UTC

      > The **console** of smaug is blank since noon, see <https://console.example>

      **a community member** · 2027-02-05 09:00 UTC

      > a community member which browser? `curl -v` says fixes #¦12 /close

      **a community member** · 2027-02-05 09:00 UTC

      > Firefox. My token is \[redacted: token\]

      <!-- firstmate:issue:KEY:1 -->
    "#);
    assert_snapshot!(said(ann, "#support"), @r#"
    ↳ firstmate: A member added this thread to operate-first/support#2 More storage quota for the edge-lab namespace (http://forge/forge/operate-first/support/issues/2).
          🟢 Open
          @Ann Newcomer added this thread to [operate-first/support#2 More storage quota for the edge-lab namespace](http://forge/forge/operate-first/support/issues/2).
          🟢 Open
    ↳ firstmate (only you): Your thread was added to operate-first/support#2 More storage quota for the edge-lab namespace (http://forge/forge/operate-first/support/issues/2).
          For ten minutes you can take it back.
          Your thread was added to [operate-first/support#2 More storage quota for the edge-lab namespace](http://forge/forge/operate-first/support/issues/2).
          [Undo] [Keep thread and issue in step]
          For ten minutes you can take it back.
    "#);
    bot.finish().await;
}

#[tokio::test]
async fn an_issue_that_is_not_there_or_locked_takes_nothing() {
    let mut read = String::new();
    for number in ["99", "2"] {
        let bot = Bot::start().await;
        let ann = to_issue(&bot, number).await;
        bot.world.forge().lock(SUPPORT, 2).await;
        ann.submits(&[]).await;
        bot.settle().await;
        let told = said(ann, "@firstmate");
        assert!(told.contains("> Firefox. My token is"), "what was written is given back: {told}");
        read += &format!("{}\n", told.lines().next().unwrap_or_default());
        assert_eq!(said(ann, "#support"), "");
        bot.finish().await;
    }
    assert_snapshot!(read, @r#"
    firstmate: Your thread could not be added to operate-first/support#99: GitHub shows me no such issue. See that its number is right; if it is, tell a maintainer that I have no access.
    firstmate: Your thread could not be added to operate-first/support#2: its conversation is locked. Open a new issue instead, or ask a maintainer.
    "#);
}

#[tokio::test]
async fn a_title_that_is_how_the_thread_began_is_looked_for_too() {
    let bot = Bot::start().await;
    let ann = bot.as_("ann");
    ann.in_("#support").types("Image pulls fail").await;
    let ts = ann.in_("#support").newest().unwrap();
    opened(&bot, "#support", &ts).await;
    let asked = |bot: &Bot| bot.world.calls().iter().filter(|(name, _)| name == "GET /search/issues").count();
    assert_eq!(asked(&bot), 0, "how a thread begins stays here before somebody said yes");
    ann.submits(&[("What", "Something else")]).await;
    ann.submits(&[]).await;
    bot.settle().await;
    assert_eq!(asked(&bot), 1);
    assert!(window(ann).contains("#1 Image pulls fail on smaug since this morning"), "{}", window(ann));
    // Another look of the same window asks nobody again.
    ann.picks("Name them as they are called here").await;
    bot.settle().await;
    assert_eq!(asked(&bot), 1);
    bot.finish().await;
}

#[tokio::test]
async fn a_press_that_is_refused_leaves_a_way_back() {
    let bot = Parts::default().set("FIRSTMATE_LIMITS__PER_PERSON", "1").start().await;
    let ann = bot.as_("ann");
    ann.in_("#support").types("Image pulls fail").await;
    let ts = ann.in_("#support").newest().unwrap();
    opened(&bot, "#support", &ts).await;
    ann.submits(&[("What", "Something else")]).await;
    ann.presses("Back").await;
    bot.settle().await;
    assert_snapshot!(window(ann), @r#"
    That did not work
        That is a lot of commands in one minute. Try again in 60 s.
        [Try again]
    [Close]
    "#);
    bot.finish().await;
}
