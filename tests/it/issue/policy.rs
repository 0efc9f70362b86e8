//! Who may file where, and what they read who may not.

use firstmate::playground::Repository;
use insta::assert_snapshot;

use super::{OPERATORS, SHORTCUT, previewed, said, thread, window};
use crate::bot::{Bot, Parts};

/// A bot beside whose repositories stands one that is for maintainers in #support alone.
async fn with_operators() -> Bot {
    Parts { repositories: vec![Repository::named(OPERATORS)], ..Parts::default() }.start().await
}

#[tokio::test]
async fn who_may_not_file_there_reads_the_rule() {
    let bot = with_operators().await;
    let mut read = String::new();
    for (who, place) in [("ann", "#support"), ("bob", "#general"), ("bob", "@firstmate")] {
        let person = bot.as_(who);
        person.in_(place).types("/issue operators The node is down").await;
        bot.settle().await;
        read += &format!("{who} in {place}: {}\n", said(person, place));
        assert_eq!(person.view(), None);
    }
    assert_snapshot!(read, @r#"
    ann in #support: firstmate (only you): You cannot file in operate-first/operators: only the role maintainer may (who). The rule stands in commands/issue/repositories.toml; a maintainer changes it by pull request.
        You cannot file in `operate-first/operators`: only the role `maintainer` may (`who`). The rule stands in commands/issue/repositories.toml; a maintainer changes it by pull request.

    bob in #general: firstmate (only you): You cannot file in operate-first/operators: issues are not filed there from this channel (channels). The rule stands in commands/issue/repositories.toml; a maintainer changes it by pull request.
        You cannot file in `operate-first/operators`: issues are not filed there from this channel (`channels`). The rule stands in commands/issue/repositories.toml; a maintainer changes it by pull request.

    bob in @firstmate: firstmate (only you): You cannot file in operate-first/operators: issues are not filed there from this channel (channels). The rule stands in commands/issue/repositories.toml; a maintainer changes it by pull request.
        You cannot file in `operate-first/operators`: issues are not filed there from this channel (`channels`). The rule stands in commands/issue/repositories.toml; a maintainer changes it by pull request.
    "#);
    let bob = bot.as_("bob");
    bob.in_("#support").types("/issue operators The node is down").await;
    bot.settle().await;
    assert!(window(bob).contains("Where: [operate-first/operators ▾]"), "{}", window(bob));
    bot.finish().await;
}

#[tokio::test]
async fn the_policy_is_looked_at_again_when_the_window_is_sent() {
    let bot = with_operators().await;
    let ts = thread(&bot).await;
    let ann = previewed(&bot, "#support", &ts).await;
    let submissions = bot.world.deliveries();
    let chose = submissions.iter().find(|delivery| delivery.body.contains("view_submission")).unwrap();
    // What Ann chose, sent again as if a repository had been in the menu that was not offered to her.
    ann.presses("Back").await;
    ann.presses("Back").await;
    bot.settle().await;
    let forged = chose.body.replace("operate-first%2Fsupport", "operate-first%2Foperators");
    assert_ne!(forged, chose.body);
    let kind = "application/x-www-form-urlencoded";
    let answer = bot.world.send_signed("/slack/interactions", kind, &forged).await;
    assert_eq!(answer.status, 200);
    assert_snapshot!(answer.body, @r#"{"errors":{"kind:operate-first/operators":"You cannot file in operate-first/operators: only the role maintainer may (who). The rule stands in commands/issue/repositories.toml; a maintainer changes it by pull request."},"response_action":"errors"}"#);
    bot.settle().await;
    assert!(bot.world.forge().numbers(OPERATORS).is_empty());
    bot.finish().await;
}

#[tokio::test]
async fn a_catalogue_without_repositories_says_so() {
    let mut parts = Parts::default();
    parts.files = parts.files.overlay("issue/repositories.toml", "");
    let bot = parts.start().await;
    let ts = thread(&bot).await;
    let ann = bot.as_("ann");
    ann.in_("#support").shortcut(SHORTCUT, &ts).await;
    bot.settle().await;
    assert_snapshot!(said(ann, "#support"), @r#"
    firstmate (only you): I cannot file anything yet: no repository stands in commands/issue/repositories.toml. A maintainer adds one by pull request; ask in #support meanwhile.
        I cannot file anything yet: no repository stands in commands/issue/repositories.toml. A maintainer adds one by pull request; ask in #support meanwhile.
    "#);
    bot.finish().await;
}
