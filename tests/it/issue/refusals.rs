//! What GitHub will not take, and what people read then: why, what they can do, and what they wrote.

use firstmate::playground::Failure;
use futures::future::join_all;
use insta::assert_snapshot;

use super::{CONTENTS, OPEN_ISSUE, SUPPORT, called, opened, plain, previewed, said, thread, window};
use crate::bot::{A_QUIET_FRIDAY, Bot, Parts, Turned};

/// How a filing comes to be refused.
type Act = fn(&Bot);

/// The first line of what Ann reads when her issue is refused after she looked at it.
async fn refused(name: &str, act: Act) -> String {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    let ann = previewed(&bot, "#support", &ts).await;
    act(&bot);
    ann.submits(&[]).await;
    bot.settle().await;
    assert_eq!(said(ann, "#support"), "", "{name}: a refusal is told to its person alone");
    let told = said(ann, "@firstmate");
    assert!(told.contains("Why is it blank?"), "{name}: what was written is given back: {told}");
    assert_eq!(called(&bot, OPEN_ISSUE), 1, "{name}");
    bot.finish().await;
    format!("{name}: {}", told.lines().next().unwrap_or_default().trim_start_matches("firstmate: "))
}

#[tokio::test]
async fn a_refusal_says_why_and_what_can_be_done() {
    let cases: [(&str, Act); 6] = [
        ("archived", |bot| bot.world.forge().archive(SUPPORT)),
        ("issues switched off", |bot| bot.world.forge().switch_issues(SUPPORT, false)),
        ("moved", |bot| bot.world.forge().rename(SUPPORT, "operate-first/help-desk")),
        ("deleted", |bot| bot.world.forge().delete_repository(SUPPORT)),
        ("404", |bot| bot.world.fail_next(OPEN_ISSUE, Failure::Status(404), 1)),
        ("422", |bot| bot.world.fail_next(OPEN_ISSUE, Failure::Status(422), 1)),
    ];
    let read = join_all(cases.map(|(name, act)| refused(name, act))).await;
    assert_snapshot!(read.join("\n"), @r#"
    archived: Your issue for operate-first/support could not be filed: the repository is archived, so nothing can be filed there any more. Ask in the channel where it went.
    issues switched off: Your issue for operate-first/support could not be filed: issues are switched off there, or the issue was deleted. Ask a maintainer of the repository.
    moved: Your issue for operate-first/support could not be filed: it has moved to another address. A maintainer gives the new one in commands/issue/repositories.toml.
    deleted: Your issue for operate-first/support could not be filed: GitHub does not show it to me: it is gone, or I have no access. Tell a maintainer.
    404: Your issue for operate-first/support could not be filed: GitHub does not show it to me: it is gone, or I have no access. Tell a maintainer.
    422: Your issue for operate-first/support could not be filed: GitHub does not accept it as it is. Look at the title and the length, or file it on GitHub yourself.
    "#);
}

#[tokio::test]
async fn a_refusal_gives_back_what_was_written() {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    let ann = previewed(&bot, "#support", &ts).await;
    bot.world.forge().archive(SUPPORT);
    ann.submits(&[]).await;
    bot.settle().await;
    let told = said(ann, "@firstmate");
    let (_, blocks) = told.split_once("\n    Your issue").unwrap();
    assert_snapshot!(blocks, @r#"
    for *operate-first/support* could not be filed: the repository is archived, so nothing can be filed there any more. Ask in the channel where it went.
       So that nothing is lost, this is what was to stand there:
       The console of smaug is blank

       ### What would you like to know?

       Why is it blank?
    "#);
    ann.in_("#general").types("/issue mine").await;
    bot.settle().await;
    assert_snapshot!(said(ann, "#general").lines().last().unwrap_or_default().trim(), @"• *operate-first/support*: ⚠️ Could not be filed");
    bot.finish().await;
}

#[tokio::test]
async fn without_a_right_it_waits_for_whoever_runs_the_bot_and_not_for_ever() {
    for status in [401, 403] {
        let clock = Turned::at(A_QUIET_FRIDAY);
        let bot = Parts { clock: clock.clock(), ..Parts::default() }.start().await;
        let ts = thread(&bot).await;
        let ann = previewed(&bot, "#support", &ts).await;
        bot.world.fail_next(OPEN_ISSUE, Failure::Status(status), 100);
        ann.submits(&[]).await;
        bot.settle_now().await;
        insta::allow_duplicates! {
            assert_snapshot!(said(bot.as_("bob"), "#support"), @r#"
            ↳ firstmate: GitHub does not take issues right now. What a member sent for operate-first/support is kept, and filed as soon as it does.
                  GitHub does not take issues right now. What @Ann Newcomer sent for *operate-first/support* is kept, and filed as soon as it does.
            "#);
        }
        clock.to("2027-02-06T10:00:00Z");
        bot.settle().await;
        insta::allow_duplicates! {
            assert_snapshot!(said(bot.as_("bob"), "#support"), @r#"
            ↳ firstmate: What a member sent for operate-first/support could not be filed. They know why.
                  What @Ann Newcomer sent for *operate-first/support* could not be filed. They know why.
            "#);
            assert_snapshot!(said(ann, "@firstmate").lines().next().unwrap_or_default(), @"firstmate: Your issue for operate-first/support could not be filed: I have not been allowed to write there. Whoever runs me has to mend that; file it on GitHub yourself meanwhile.");
        }
        assert_eq!(bot.world.forge().numbers(SUPPORT), [1, 2, 3]);
        bot.finish().await;
    }
}

#[tokio::test]
async fn repositories_that_take_nothing_say_so_in_the_window() {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    let ann = opened(&bot, "#support", &ts).await;
    let mut read = String::new();
    for repository in ["operate-first/attic", "operate-first/mirror", "operate-first/help"] {
        ann.fills(&[("Where", repository)]).await;
        bot.settle().await;
        let view = window(ann);
        read += &view.lines().skip(2).map(|line| format!("{}\n", line.trim())).collect::<String>();
    }
    assert_snapshot!(read, @r#"
    Where: [operate-first/attic ▾]
    (Archived)
    This repository is archived: it can be read, and nothing can be filed there any more. Choose another, or ask in the channel where it went.
    [Try again]
    [Next] [Cancel]
    Where: [operate-first/mirror ▾]
    (Takes no issues)
    This repository takes no issues: they are switched off there. Choose another.
    [Try again]
    [Next] [Cancel]
    Where: [operate-first/help ▾]
    (Has moved)
    This repository has moved. A maintainer gives its new name in commands/issue/repositories.toml; choose another until then.
    [Try again]
    [Next] [Cancel]
    "#);
    ann.submits(&[]).await;
    let fault = window(ann).lines().find(|line| line.contains('!')).unwrap_or_default().trim().to_owned();
    assert_snapshot!(fault, @"! Nothing can be filed there. Choose another.");
    ann.fills(&[("Where", SUPPORT)]).await;
    bot.settle().await;
    assert!(window(ann).contains("What: [ ▾]"), "another can be chosen");
    bot.finish().await;
}

#[tokio::test]
async fn a_repository_that_is_not_to_be_seen_says_so_in_the_window() {
    let bot = Bot::start().await;
    bot.world.forge().delete_repository(SUPPORT);
    let ts = thread(&bot).await;
    let ann = opened(&bot, "#support", &ts).await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        I take the whole thread, 3 messages along. Nothing leaves Slack before you have seen it and said yes.
        Where: [operate-first/support ▾]
        (Questions and requests to the operations team)
        GitHub does not show me this repository: it is gone, or I was not given access to it. Choose another, and tell a maintainer.
        [Try again]
    [Next] [Cancel]
    "#);
    bot.finish().await;
}

#[tokio::test]
async fn without_githubs_forms_one_goes_on_or_tries_again() {
    let bot = Bot::start().await;
    bot.world.fail_next("GET /repos/{o}/{r}", Failure::Closed, 1);
    bot.world.fail_next(CONTENTS, Failure::ServerError, 1);
    let ts = thread(&bot).await;
    let ann = opened(&bot, "#support", &ts).await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        I take the whole thread, 3 messages along. Nothing leaves Slack before you have seen it and said yes.
        Where: [operate-first/support ▾]
        (Questions and requests to the operations team)
        GitHub does not answer right now, so I cannot show the forms. Press _Try again_, or go on without a form: I keep what you write and file it as soon as GitHub answers.
        What: [ ▾]
        [Try again]
    [Next] [Cancel]
    "#);
    ann.presses("Try again").await;
    bot.settle().await;
    let menu = ann.view_json().unwrap().to_string();
    assert!(menu.contains("Onboard to a cluster") && !menu.contains("does not answer"), "{menu}");
    bot.world.fail_next(CONTENTS, Failure::ServerError, 100);
    let ann = opened(&bot, "#support", &ts).await;
    ann.submits(&[("What", "Something else")]).await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        Title: [The console of smaug is blank since noon, see https://console.example]
        (In a line, what it is about.)
        What it is about (optional): []
        (Markdown as on GitHub. Leave out passwords and tokens; what looks like one I take out.)
        [Back]
    [Preview] [Cancel]
    "#);
    ann.submits(&[]).await;
    bot.settle().await;
    ann.submits(&[]).await;
    bot.settle().await;
    let filed = plain(&bot.world.forge().issue(SUPPORT, 4).unwrap());
    assert_snapshot!(filed.lines().take(3).collect::<Vec<_>>().join("\n"), @r#"
    #4 The console of smaug is blank since noon, see https://console.example [open] by firstmate-bot
    labels: kind/question
      From [a Slack thread](https://operatefirst.slack.com/archives/C01RMPVUUK1/pTS) (3 messages, times in UTC), for a community member. They hear there how it goes on; no GitHub account is needed.
    "#);
    bot.finish().await;
}
