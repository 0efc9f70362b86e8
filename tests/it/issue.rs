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
    assert_snapshot!(ann.view().unwrap_or_default(), @"");
    ann.submits(&[("What", "Question")]).await;
    assert_snapshot!(ann.view().unwrap_or_default(), @"");
    ann.submits(&[("Title", "The console of smaug is blank"), ("What would you like to know?", "Why is it blank? @stranger #12")]).await;
    bot.settle().await;
    assert_snapshot!(ann.view().unwrap_or_default(), @"");
    ann.submits(&[]).await;
    assert_snapshot!(ann.view().unwrap_or_default(), @"");
    bot.settle().await;
    assert_snapshot!(bot.as_("bob").in_("#support").reads(), @"");
    assert_snapshot!(ann.in_("#support").reads(), @"");
    assert_snapshot!(bot.world.forge().issues(SUPPORT), @"");
    bot.finish().await;
}
