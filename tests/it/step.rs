//! A thread and its issue that are kept in step.

use insta::assert_snapshot;

use crate::bot::{Bot, Parts};

const SUPPORT: &str = "operate-first/support";

/// Ann files the thread that she began in `channel`, without a form; its first message.
async fn filed(bot: &Bot, channel: &str) -> String {
    let ann = bot.as_("ann");
    ann.in_(channel).types("The quota of my team is too small").await;
    let ts = ann.in_(channel).newest().unwrap();
    bot.as_("bob").in_(channel).in_thread(&ts).types("How much do you need?").await;
    ann.in_(channel).shortcut("Open a GitHub issue", &ts).await;
    bot.settle().await;
    ann.submits(&[("What", "Something else")]).await;
    ann.submits(&[]).await;
    bot.settle().await;
    let consent = ann.view().unwrap_or_default().contains("Yes, publish it");
    let ticked = [("This conversation is from a private channel", "Yes, publish it")];
    ann.submits(if consent { &ticked } else { &[] }).await;
    bot.settle().await;
    ts
}

fn local(bot: &Bot, text: &str) -> String {
    let text = text.replace(&bot.world.github_api_url().replace("/api-github", ""), "http://playground");
    // What keeps a mention from being one is seen here.
    let text = text.replace('\u{200B}', "⁞");
    regex::Regex::new(r"[0-9a-f]{16}|\d{10}\.\d{6}").unwrap().replace_all(&text, "KEY").into_owned()
}

#[tokio::test]
async fn replies_go_to_the_issue_and_comments_to_the_thread_and_nothing_goes_round() {
    let bot = Bot::start().await;
    let ts = filed(&bot, "#support").await;
    let (ann, bob) = (bot.as_("ann").in_("#support"), bot.as_("bob").in_("#support"));
    bob.clone().in_thread(&ts).types("said before anybody wished it").await;
    ann.presses("Keep thread and issue in step").await;
    bot.settle().await;
    bob.clone()
        .in_thread(&ts)
        .types("20 GiB more, or fixes #2? ask @ann, ghp_0123456789abcdefghijABCDEFGHIJ012345")
        .await;
    bob.types("something else, in the channel").await;
    bob.clone().in_thread(&ts).types("@firstmate is there an SLA").await;
    bot.settle().await;
    bot.world.forge().comment(SUPPORT, 4, "carla-ops", "Done, @channel <!channel> *now*").await;
    bot.settle().await;
    bot.world.forge().comment(SUPPORT, 4, "carla-ops", "And documented").await;
    bot.settle().await;
    assert_snapshot!(local(&bot, &bot.world.forge().issue(SUPPORT, 4).unwrap()), @r#"
    #4 The quota of my team is too small [open] by firstmate-bot
    labels: kind/question
      From [a Slack thread](https://operatefirst.slack.com/archives/C01RMPVUUK1/pKEY) (2 messages, times in UTC), for a community member. They hear there how it goes on; no GitHub account is needed.

      **a community member** · 2027-02-05 09:00 UTC

      > The quota of my team is too small

      **a community member** · 2027-02-05 09:00 UTC

      > How much do you need?

      <!-- firstmate:issue:KEY:0 -->
    firstmate-bot:
      **a community member** · 2027-02-05 09:00 UTC

      > 20 GiB more, or fixes #⁞2? ask a community member, \[redacted: token\]

      <!-- firstmate:carry:C01RMPVUUK1:KEY:1 -->
    carla-ops:
      Done, @channel <!channel> *now*
    carla-ops:
      And documented
    "#);
    assert_snapshot!(local(&bot, &bob.clone().in_thread(&ts).reads()), @r#"
    Ann Newcomer: The quota of my team is too small
      ↳ Bob Maintainer: How much do you need?
      ↳ firstmate: A member opened operate-first/support#4 The quota of my team is too small (http://playground/forge/operate-first/support/issues/4) from this thread.
            🟢 Open · replies here go there, and comments come here
            @Ann Newcomer opened [operate-first/support#4 The quota of my team is too small](http://playground/forge/operate-first/support/issues/4) from this thread.
            🟢 Open · replies here go there, and comments come here
      ↳ Bob Maintainer: said before anybody wished it
      ↳ firstmate: From now on replies in this thread are copied to operate-first/support#4 (http://playground/forge/operate-first/support/issues/4), where everybody can read them, and comments from there come here.
            Secrets that I recognise are taken out. To say something to me only, mention me. Anybody here can stop it.
            From now on replies in this thread are copied to [operate-first/support#4](http://playground/forge/operate-first/support/issues/4), where *everybody can read them*, and comments from there come here.
            [Stop]
            Secrets that I recognise are taken out. To say something to me only, mention me. Anybody here can stop it.
      ↳ Bob Maintainer: 20 GiB more, or fixes #2? ask @Ann Newcomer, ghp_KEYghijABCDEFGHIJ012345
      ↳ Bob Maintainer: @firstmate is there an SLA
      ↳ firstmate (only you): Is there an SLA?
            No, the Getting started page says that there is no SLA: no agreed uptime and no guarantee of stability, and user data is not backed up. The manifesto (https://openinfralabs.org/operate-first-manifesto/) names an aspiration for the environment, a "Best effort community SLA". Read the two together as: people do their best, and nothing is guaranteed.
            Source: Getting started with Operate First (https://www.operate-first.cloud/getting-started), 6 December 2021; Operate First Community Manifesto (https://openinfralabs.org/operate-first-manifesto/), 15 August 2021.
            ⚠️ This source is from August 2021; things may have changed since.
            *Is there an SLA?*
            No, the Getting started page says that there is no SLA: no agreed uptime and no guarantee of stability, and user data is not backed up. The [manifesto](https://openinfralabs.org/operate-first-manifesto/) names an aspiration for the environment, a "Best effort community SLA". Read the two together as: people do their best, and nothing is guaranteed.
            Source: [Getting started with Operate First](https://www.operate-first.cloud/getting-started), 6 December 2021; [Operate First Community Manifesto](https://openinfralabs.org/operate-first-manifesto/), 15 August 2021.
            ⚠️ This source is from August 2021; things may have changed since.
            [Show everyone] [Helpful] [Not helpful] [Suggest an edit → https://github.com/operate-first/firstmate/edit/main/commands/onboard/answers/no-sla.md] [Ask a human]
      ↳ firstmate: carla-ops (http://playground/forge/operate-first/support/issues/4#issuecomment-40012) on GitHub:
            > Done, @channel <!channel> *now*
            [carla-ops](http://playground/forge/operate-first/support/issues/4#issuecomment-40012) on GitHub:
            > Done, @channel <!channel> *now*
      ↳ firstmate: carla-ops (http://playground/forge/operate-first/support/issues/4#issuecomment-40013) on GitHub:
            > And documented
            [carla-ops](http://playground/forge/operate-first/support/issues/4#issuecomment-40013) on GitHub:
            > And documented
    Bob Maintainer: something else, in the channel
    "#);
    // Anybody may stop it.
    bob.presses("Stop").await;
    bot.settle().await;
    bob.clone().in_thread(&ts).types("said after it was stopped").await;
    bot.world.forge().comment(SUPPORT, 4, "carla-ops", "Said after it was stopped").await;
    bot.settle().await;
    assert!(!bot.world.forge().issue(SUPPORT, 4).unwrap().contains("said after it was stopped"));
    assert!(!bob.reads().contains("Said after it was stopped"));
    bot.finish().await;
}

#[tokio::test]
async fn a_private_thread_is_not_kept_in_step() {
    let bot = Bot::start().await;
    filed(&bot, "#ops-private").await;
    assert!(!bot.as_("ann").in_("#ops-private").reads().contains("in step"));
    bot.finish().await;
}

#[tokio::test]
async fn of_a_thread_that_was_filed_no_words_stay_in_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("bot.db").display());
    let bot = Parts::default().set("FIRSTMATE_STORE__URL", &url).start().await;
    let ts = filed(&bot, "#support").await;
    bot.as_("ann").in_("#support").presses("Keep thread and issue in step").await;
    bot.settle().await;
    bot.as_("bob").in_("#support").in_thread(&ts).types("Xanadu needs more too").await;
    bot.settle().await;
    bot.world.forge().comment(SUPPORT, 4, "carla-ops", "Xyzzy has it").await;
    bot.settle().await;
    let issue = bot.world.forge().issue(SUPPORT, 4).unwrap();
    assert!(issue.contains("How much") && issue.contains("Xanadu") && issue.contains("Xyzzy"), "{issue}");
    let store = bot.store.clone();
    bot.finish().await;
    store.close().await;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let kept = String::from_utf8_lossy(&bytes);
        for words in ["How much", "Xanadu", "Xyzzy", "U0BOB"] {
            assert!(!kept.contains(words), "{words:?} was kept");
        }
    }
}
