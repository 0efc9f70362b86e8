//! Every way to the window, and who is turned away from it.

use insta::assert_snapshot;
use serde_json::Value;

use super::{SUPPORT, opened, plain, previewed, said, thread, window};
use crate::bot::Bot;

#[tokio::test]
async fn a_thread_becomes_an_issue() {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    let ann = opened(&bot, "#support", &ts).await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        I take the whole thread, 3 messages along. Nothing leaves Slack before you have seen it and said yes.
        Where: [operate-first/support ▾]
        (Questions and requests to the operations team)
        What: [ ▾]
        [Ask in Slack first](https://operatefirst.slack.com/): Most questions are answered there within a day.
    [Next] [Cancel]
    "#);
    ann.submits(&[("What", "Question")]).await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        Title: [<your question>]
        (In a line, what it is about.)
        Has it been asked before? The [list of issues](https://github.com/operate-first/support/issues) can be searched.
        What would you like to know?: []
        (What you tried so far helps us to answer.)
        [Back]
    [Preview] [Cancel]
    "#);
    ann.submits(&[("Title", super::TITLE), ("What would you like to know?", "Why is it blank? @stranger #12")]).await;
    bot.settle().await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        This becomes an issue in *operate-first/support*, to be read by everybody, for good:
        *The console of smaug is blank*
        ### What would you like to know?

        Why is it blank? @stranger #12
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
        [Back] [File it on GitHub myself → http://forge/forge/operate-first/support/issues/new?template=1_question.yaml&title=The+console+of+smaug+is+blank&question=Why+is+it+blank%3F+%40stranger+%2312]
    [File it] [Cancel]
    "#);
    ann.submits(&[]).await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        On its way to GitHub. You hear from me in the thread as soon as it is filed, and when something becomes of it. You can close this window.
    [Close]
    "#);
    bot.settle().await;
    assert_snapshot!(said(bot.as_("bob"), "#support"), @r#"
    ↳ firstmate: A member opened operate-first/support#4 The console of smaug is blank (http://forge/forge/operate-first/support/issues/4) from this thread.
          🟢 Open
          @Ann Newcomer opened [operate-first/support#4 The console of smaug is blank](http://forge/forge/operate-first/support/issues/4) from this thread.
          🟢 Open
    "#);
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
    assert_snapshot!(plain(&bot.world.forge().issue(SUPPORT, 4).unwrap()), @r#"
    #4 The console of smaug is blank [open] by firstmate-bot
    labels: kind/question
      ### What would you like to know?

      Why is it blank? @¦stranger #¦12
    firstmate-bot:
      From [a Slack thread](https://operatefirst.slack.com/archives/C01RMPVUUK1/pTS) (3 messages, times in UTC), for a community member. They hear there how it goes on; no GitHub account is needed.

      **a community member** · 2027-02-05 09:00 UTC

      > The **console** of smaug is blank since noon, see <https://console.example>

      **a community member** · 2027-02-05 09:00 UTC

      > a community member which browser? `curl -v` says fixes #¦12 /close

      **a community member** · 2027-02-05 09:00 UTC

      > Firefox. My token is \[redacted: token\]

      <!-- firstmate:issue:KEY:1 -->
    "#);
    assert_eq!(bot.world.forge().numbers(SUPPORT), [1, 2, 3, 4]);
    bot.finish().await;
}

#[tokio::test]
async fn the_shortcut_on_a_reply_takes_the_whole_thread() {
    let bot = Bot::start().await;
    thread(&bot).await;
    let place = bot.as_("bob").in_("#support");
    let is_reply = |message: &&Value| message["text"].as_str().is_some_and(|text| text.contains("which browser"));
    let reply = place.messages().iter().find(is_reply).unwrap()["ts"].as_str().unwrap().to_owned();
    let ann = opened(&bot, "#support", &reply).await;
    let first = window(ann).lines().nth(1).unwrap_or_default().to_owned();
    assert_snapshot!(first, @"    I take the whole thread, 3 messages along. Nothing leaves Slack before you have seen it and said yes.");
    bot.finish().await;
}

#[tokio::test]
async fn the_command_opens_a_window_without_a_thread() {
    let bot = Bot::start().await;
    let ann = bot.as_("ann");
    ann.in_("#support").types("/issue").await;
    bot.settle().await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        Where: [operate-first/support ▾]
        (Questions and requests to the operations team)
        What: [ ▾]
        [Ask in Slack first](https://operatefirst.slack.com/): Most questions are answered there within a day.
    [Next] [Cancel]
    "#);
    ann.submits(&[("What", "Something else")]).await;
    ann.submits(&[("Title", "A board for visitors"), ("What it is about", "Who is new has nowhere to begin.")]).await;
    bot.settle().await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        This becomes an issue in *operate-first/support*, to be read by everybody, for good:
        *A board for visitors*
        Who is new has nowhere to begin.

        ---

        Filed from Slack for a community member. They hear there how it goes on; no GitHub account is needed.
        Labels: `kind/question`
        [Back] [File it on GitHub myself → http://forge/forge/operate-first/support/issues/new?title=A+board+for+visitors&body=Who+is+new+has+nowhere+to+begin.]
    [File it] [Cancel]
    "#);
    ann.submits(&[]).await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        On its way to GitHub. You hear from me in a direct message as soon as it is filed, and when something becomes of it. You can close this window.
    [Close]
    "#);
    bot.settle().await;
    assert_snapshot!(said(ann, "@firstmate"), @r#"
    firstmate: You opened operate-first/support#4 A board for visitors (http://forge/forge/operate-first/support/issues/4).
        🟢 Open
        For ten minutes you can take it back.
        You opened [operate-first/support#4 A board for visitors](http://forge/forge/operate-first/support/issues/4).
        🟢 Open
        [Undo]
        For ten minutes you can take it back.
    "#);
    assert_eq!(said(bot.as_("bob"), "#support"), "", "what has no thread is told to nobody else");
    bot.finish().await;
}

#[tokio::test]
async fn a_repository_and_a_title_can_stand_behind_the_command() {
    let bot = Bot::start().await;
    let ann = bot.as_("ann");
    let mut read = String::new();
    for line in [
        "/issue support The console's blank - again",
        "/issue operate-first/community A topic",
        "/issue Nobody knows the support hours",
    ] {
        ann.in_("#support").types(line).await;
        bot.settle().await;
        let view = window(ann);
        let place = view.lines().find(|line| line.contains("Where")).unwrap_or_default().trim();
        ann.submits(&[("What", "Something else")]).await;
        let view = window(ann);
        let title = view.lines().find(|line| line.contains("Title")).unwrap_or_default().trim();
        read += &format!("{line}\n  {place} {title}\n");
    }
    assert_snapshot!(read, @r#"
    /issue support The console's blank - again
      Where: [operate-first/support ▾] Title: [The console's blank - again]
    /issue operate-first/community A topic
      Where: [operate-first/community ▾] Title: [A topic]
    /issue Nobody knows the support hours
      Where: [operate-first/support ▾] Title: [Nobody knows the support hours]
    "#);
    bot.finish().await;
}

#[tokio::test]
async fn somebody_asks_where_their_requests_stand() {
    let bot = Bot::start().await;
    let ann = bot.as_("ann");
    ann.in_("#support").types("/issue mine").await;
    bot.settle().await;
    assert_snapshot!(said(ann, "#support"), @r#"
    firstmate (only you): You have filed nothing through me yet. Use Open a GitHub issue in the menu of a message, or /issue.
        You have filed nothing through me yet. Use _Open a GitHub issue_ in the menu of a message, or `/issue`.
    "#);
    let ts = thread(&bot).await;
    previewed(&bot, "#support", &ts).await.submits(&[]).await;
    bot.settle().await;
    bot.world.forge().assign(SUPPORT, 4, "carla-ops").await;
    bot.settle().await;
    ann.in_("#general").types("/issue mine").await;
    bot.settle().await;
    assert_snapshot!(said(ann, "#general"), @r#"
    firstmate (only you): What you asked for
        • operate-first/support#4 The console of smaug is blank (http://forge/forge/operate-first/support/issues/4): 🟢 Open, somebody is on it · assigned to carla-ops
        *What you asked for*
        • [operate-first/support#4 The console of smaug is blank](http://forge/forge/operate-first/support/issues/4): 🟢 Open, somebody is on it · assigned to carla-ops
    "#);
    bot.as_("bob").in_("#general").types("/issue mine").await;
    bot.settle().await;
    assert!(said(bot.as_("bob"), "#general").contains("nothing"), "everybody sees their own alone");
    bot.finish().await;
}

#[tokio::test]
async fn a_mention_in_a_thread_offers_the_form() {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    let ann = bot.as_("ann");
    ann.in_("#support").in_thread(&ts).types("@firstmate issue The console is blank").await;
    bot.settle().await;
    assert_snapshot!(said(ann, "#support"), @r#"
    ↳ firstmate (only you): I take this thread along. You see what leaves Slack, and where it goes, before it does.
          I take this thread along. You see what leaves Slack, and where it goes, before it does.
          [Open the form]
    "#);
    assert_eq!(said(bot.as_("bob"), "#support"), "", "the button is for whoever asked");
    ann.in_("#support").presses("Open the form").await;
    bot.settle().await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        I take the whole thread, 4 messages along. Nothing leaves Slack before you have seen it and said yes.
        Where: [operate-first/support ▾]
        (Questions and requests to the operations team)
        What: [ ▾]
        [Ask in Slack first](https://operatefirst.slack.com/): Most questions are answered there within a day.
    [Next] [Cancel]
    "#);
    bot.finish().await;
}

#[tokio::test]
async fn a_mention_outside_a_thread_offers_the_form_too() {
    let bot = Bot::start().await;
    let ann = bot.as_("ann");
    ann.in_("#support").types("@firstmate issue").await;
    bot.settle().await;
    assert_snapshot!(said(ann, "#support"), @r#"
    firstmate (only you): Tell me what it is about; you see what leaves Slack before it does.
        Tell me what it is about; you see what leaves Slack before it does.
        [Open the form]
    "#);
    ann.in_("#support").presses("Open the form").await;
    bot.settle().await;
    assert!(window(ann).contains("Where: [operate-first/support ▾]"));
    bot.finish().await;
}

#[tokio::test]
async fn a_direct_message_offers_the_form() {
    let bot = Bot::start().await;
    let ann = bot.as_("ann");
    ann.in_("@firstmate").types("issue community it's about the agenda").await;
    bot.settle().await;
    assert_snapshot!(said(ann, "@firstmate"), @r#"
    firstmate: Tell me what it is about; you see what leaves Slack before it does.
        Tell me what it is about; you see what leaves Slack before it does.
        [Open the form]
    "#);
    ann.in_("@firstmate").presses("Open the form").await;
    bot.settle().await;
    assert!(window(ann).contains("Where: [operate-first/community ▾]"));
    bot.finish().await;
}
