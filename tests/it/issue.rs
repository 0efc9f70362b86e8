//! From a thread to an issue, as a person does it.

use insta::assert_snapshot;

use crate::bot::Bot;

const SUPPORT: &str = "operate-first/support";

/// A thread about a console that is blank, by Ann and Bob; its first message.
async fn thread(bot: &Bot) -> String {
    let (ann, bob) = (bot.as_("ann").in_("#support"), bot.as_("bob").in_("#support"));
    ann.types("The *console* of smaug is blank since noon, see https://console.example").await;
    let ts = ann.newest().unwrap();
    bob.in_thread(&ts).types("@ann which browser? `curl -v` says fixes #12 /close").await;
    ann.in_thread(&ts).types("Firefox. My token is xoxb-1234567890-abcdefghijklmnop").await;
    ts
}

#[tokio::test]
async fn a_thread_becomes_an_issue() {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    let ann = bot.as_("ann");
    ann.in_("#support").shortcut("Open a GitHub issue", &ts).await;
    bot.settle().await;
    assert_snapshot!(ann.view().unwrap_or_default(), @r#"
    Open a GitHub issue
        I take the whole thread, 3 messages along. Nothing leaves Slack before you have seen it and said yes.
        Where: [operate-first/support ▾]
        (Questions and requests to the operations team)
        What: [ ▾]
        [Ask in Slack first](https://operatefirst.slack.com/): Most questions are answered there within a day.
    [Next] [Cancel]
    "#);
    ann.submits(&[("What", "Question")]).await;
    assert_snapshot!(ann.view().unwrap_or_default(), @r#"
    Open a GitHub issue
        Title: [<your question>]
        (In a line, what it is about.)
        Has it been asked before? The [list of issues](https://github.com/operate-first/support/issues) can be searched.
        What would you like to know?: []
        (What you tried so far helps us to answer.)
        [Back]
    [Preview] [Cancel]
    "#);
    ann.submits(&[
        ("Title", "The console of smaug is blank"),
        ("What would you like to know?", "Why is it blank? @stranger #12"),
    ])
    .await;
    bot.settle().await;
    assert_snapshot!(ann.view().unwrap_or_default(), @r#"
    Open a GitHub issue
        This becomes an issue in *operate-first/support*, to be read by everybody, for good:
        *The console of smaug is blank*
        ### What would you like to know?

        Why is it blank? @stranger #12
        Below it, as a comment:
        From [a Slack thread](https://operatefirst.slack.com/archives/C01RMPVUUK1/p1801818000070263) (3 messages, times in UTC), for a community member. They hear there how it goes on; no GitHub account is needed.

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
        E-mail addresses in the thread: (x) Take them out  ( ) Keep them
        [Back] [File it on GitHub myself → http://127.0.0.1:39799/forge/operate-first/support/issues/new?template=1_question.yaml&title=The+console+of+smaug+is+blank&question=Why+is+it+blank%3F+%40stranger+%2312]
    [File it] [Cancel]
    "#);
    ann.submits(&[]).await;
    assert_snapshot!(ann.view().unwrap_or_default(), @r#"
    Open a GitHub issue
        On its way to GitHub. You hear from me in the thread as soon as it is filed, and when something becomes of it. You can close this window.
    [Close]
    "#);
    bot.settle().await;
    assert_snapshot!(bot.as_("bob").in_("#support").reads(), @r#"
    Ann Newcomer: The *console* of smaug is blank since noon, see https://console.example
      ↳ Bob Maintainer: @Ann Newcomer which browser? `curl -v` says fixes #12 /close
      ↳ Ann Newcomer: Firefox. My token is xoxb-1234567890-abcdefghijklmnop
      ↳ firstmate: A member opened operate-first/support#4 The console of smaug is blank (http://127.0.0.1:39799/forge/operate-first/support/issues/4) from this thread.
            🟢 Open
            @Ann Newcomer opened [operate-first/support#4 The console of smaug is blank](http://127.0.0.1:39799/forge/operate-first/support/issues/4) from this thread.
            🟢 Open
    "#);
    assert_snapshot!(ann.in_("#support").reads(), @r#"
    Ann Newcomer: The *console* of smaug is blank since noon, see https://console.example
      ↳ Bob Maintainer: @Ann Newcomer which browser? `curl -v` says fixes #12 /close
      ↳ Ann Newcomer: Firefox. My token is xoxb-1234567890-abcdefghijklmnop
      ↳ firstmate: A member opened operate-first/support#4 The console of smaug is blank (http://127.0.0.1:39799/forge/operate-first/support/issues/4) from this thread.
            🟢 Open
            @Ann Newcomer opened [operate-first/support#4 The console of smaug is blank](http://127.0.0.1:39799/forge/operate-first/support/issues/4) from this thread.
            🟢 Open
      ↳ firstmate (only you): Your issue is filed: operate-first/support#4 The console of smaug is blank (http://127.0.0.1:39799/forge/operate-first/support/issues/4).
            For ten minutes you can take it back.
            Your issue is filed: [operate-first/support#4 The console of smaug is blank](http://127.0.0.1:39799/forge/operate-first/support/issues/4).
            [Undo] [Keep thread and issue in step]
            For ten minutes you can take it back.
    "#);
    assert_snapshot!(bot.world.forge().issues(SUPPORT), @r#"
    #1 Image pulls fail on smaug since this morning [closed: completed] by dora-data
    labels: kind/bug, area/cluster
    assignees: carla-ops
      Every new pod stays in `ImagePullBackOff`:

      ```
      Failed to pull image "quay.io/edge-lab/worker:1.4": reading manifest: unauthorized
      ```

      It worked yesterday. Other namespaces seem to be fine.
    carla-ops:
      The pull secret of the namespace had expired. It has been renewed:

      - [x] new secret in place
      - [x] pods restarted

      Thank you for the exact message, that made it quick.

    #2 More storage quota for the edge-lab namespace [open] by emil-edge
    labels: area/storage
      We run out of space every other day.

      | claim | now | wanted |
      |---|---|---|
      | `raw-data` | 20 GiB | 60 GiB |
      | `models` | 10 GiB | ~~40 GiB~~ 30 GiB |

    #3 Login to Argo CD ends on a blank page [open] by dora-data
    labels: kind/bug
      After I log in, Argo CD shows a blank page instead of the applications. A private window makes no difference.

      > invalid_request: redirect URI is not registered

    #4 The console of smaug is blank [open] by firstmate-bot
    labels: kind/question
      ### What would you like to know?

      Why is it blank? @​stranger #​12
    firstmate-bot:
      From [a Slack thread](https://operatefirst.slack.com/archives/C01RMPVUUK1/p1801818000070263) (3 messages, times in UTC), for a community member. They hear there how it goes on; no GitHub account is needed.

      **a community member** · 2027-02-05 09:00 UTC

      > The **console** of smaug is blank since noon, see <https://console.example>

      **a community member** · 2027-02-05 09:00 UTC

      > a community member which browser? `curl -v` says fixes #​12 /close

      **a community member** · 2027-02-05 09:00 UTC

      > Firefox. My token is \[redacted: token\]

      <!-- firstmate:issue:b89a984ee3b65bd4:1 -->
    "#);
    bot.finish().await;
}

/// What went to the bot last as a press, a form or a shortcut.
fn newest(bot: &Bot) -> firstmate::playground::Delivery {
    let sent = bot.world.deliveries().into_iter().rfind(|sent| sent.path == "/slack/interactions");
    sent.unwrap()
}

#[tokio::test]
async fn a_step_whose_answer_was_lost_is_taken_again_and_nothing_leaves_unseen() {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    let ann = bot.as_("ann");
    ann.in_("#support").shortcut("Open a GitHub issue", &ts).await;
    bot.settle().await;
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
