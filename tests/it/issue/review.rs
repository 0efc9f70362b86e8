//! What leaves Slack is seen before, and what is private leaves only when somebody says so.

use firstmate::playground::{Person, Repository};
use insta::assert_snapshot;
use serde_json::Value;

use super::{OPERATORS, SHORTCUT, SUPPORT, opened, plain, previewed, said, thread, thread_in, window};
use crate::bot::{Bot, Parts};

/// The lines of a window behind the first that holds `word`.
fn from(window: &str, word: &str) -> String {
    window.lines().skip_while(|line| !line.contains(word)).map(str::trim).collect::<Vec<_>>().join("\n")
}

/// Every text that the window shows as code: what leaves, as it leaves.
fn shown(person: Person<'_>) -> String {
    fn texts(value: &Value, within: bool, found: &mut String) {
        match value {
            Value::Object(fields) => {
                let within = within || fields.get("type").is_some_and(|kind| kind == "rich_text_preformatted");
                if let (true, Some(Value::String(text))) = (within, fields.get("text")) {
                    *found += text;
                }
                fields.values().for_each(|value| texts(value, within, found));
            }
            Value::Array(list) => list.iter().for_each(|value| texts(value, within, found)),
            _ => {}
        }
    }
    let mut found = String::new();
    texts(&person.view_json().unwrap()["blocks"], false, &mut found);
    found
}

#[tokio::test]
async fn people_are_named_and_addresses_kept_by_choice_alone() {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    bot.as_("bob").in_("#support").in_thread(&ts).types("Write to carla@example.org or dora@example.org").await;
    let ann = previewed(&bot, "#support", &ts).await;
    assert_snapshot!(from(&window(ann), "Firefox"), @r#"
    > Firefox. My token is \[redacted: token\]

    **a community member** · 2027-02-05 09:00 UTC

    > Write to \[redacted: e-mail address\] or \[redacted: e-mail address\]
    *Taken out:* 1 token, 2 e-mail addresses. Look through it all the same: I know secrets by their looks only.
    Labels: `kind/question`
    Names do not ping anybody on GitHub, and nothing in it starts a command there.
    People: (x) Say “a community member”  ( ) Name them as they are called here
    E-mail addresses in the thread: (x) Take them out  ( ) Keep them
    [Back] [File it on GitHub myself → http://forge/forge/operate-first/support/issues/new?template=1_question.yaml&title=The+console+of+smaug+is+blank&question=Why+is+it+blank%3F]
    [File it] [Cancel]
    "#);
    ann.picks("Name them as they are called here").await;
    bot.settle().await;
    ann.picks("Keep them").await;
    bot.settle().await;
    assert_snapshot!(from(&window(ann), "Below it"), @r#"
    Below it, as a comment:
    From [a Slack thread](https://operatefirst.slack.com/archives/C01RMPVUUK1/pTS) (4 messages, times in UTC), for **ann**. They hear there how it goes on; no GitHub account is needed.

    **ann** · 2027-02-05 09:00 UTC

    > The **console** of smaug is blank since noon, see <https://console.example>

    **bob** · 2027-02-05 09:00 UTC

    > @ann which browser? `curl -v` says fixes #12 /close

    **ann** · 2027-02-05 09:00 UTC

    > Firefox. My token is \[redacted: token\]

    **bob** · 2027-02-05 09:00 UTC

    > Write to carla@example.org or dora@example.org
    *Taken out:* 1 token. Look through it all the same: I know secrets by their looks only.
    Labels: `kind/question`
    Names do not ping anybody on GitHub, and nothing in it starts a command there.
    People: ( ) Say “a community member”  (x) Name them as they are called here
    E-mail addresses in the thread: ( ) Take them out  (x) Keep them
    [Back] [File it on GitHub myself → http://forge/forge/operate-first/support/issues/new?template=1_question.yaml&title=The+console+of+smaug+is+blank&question=Why+is+it+blank%3F]
    [File it] [Cancel]
    "#);
    ann.submits(&[]).await;
    bot.settle().await;
    let filed = plain(&bot.world.forge().issue(SUPPORT, 4).unwrap());
    assert!(filed.contains("**bob** · ") && filed.contains("carla@"), "{filed}");
    bot.finish().await;
}

#[tokio::test]
async fn what_is_previewed_is_what_is_filed() {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    let ann = previewed(&bot, "#support", &ts).await;
    let previewed = shown(ann);
    ann.submits(&[]).await;
    bot.settle().await;
    let (_, parameters) =
        bot.world.calls().into_iter().rfind(|(name, _)| name == super::COMMENT).expect("a comment follows");
    let issue = bot.world.forge().issue_json(SUPPORT, 4).unwrap();
    let comment = parameters["body"]["body"].as_str().unwrap();
    let filed = format!("{}{comment}", issue["body"].as_str().unwrap());
    let (filed, marker) = filed.split_once("\n\n<!-- firstmate:").unwrap();
    assert!(marker.ends_with("-->"));
    // What makes a name inert is not to be seen.
    assert_eq!(previewed.replace('\u{200b}', ""), filed.replace('\u{200b}', ""));
    bot.finish().await;
}

#[tokio::test]
async fn what_was_written_may_be_changed_until_it_is_filed() {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    let ann = previewed(&bot, "#support", &ts).await;
    ann.presses("Back").await;
    bot.settle().await;
    ann.submits(&[("What would you like to know?", "Password: hunter2-hunter2, why?")]).await;
    bot.settle().await;
    assert_snapshot!(from(&window(ann), "###").lines().take(3).collect::<Vec<_>>().join("\n"), @r#"
    ### What would you like to know?

    Password: [redacted: password], why?
    "#);
    assert_snapshot!(from(&window(ann), "Taken out").lines().next().unwrap(), @"*Taken out:* 1 token, 1 password. Look through it all the same: I know secrets by their looks only.");
    ann.submits(&[]).await;
    bot.settle().await;
    assert!(!bot.world.forge().issue(SUPPORT, 4).unwrap().contains("hunter2"));
    bot.finish().await;
}

#[tokio::test]
async fn a_private_channel_is_published_after_a_yes_alone() {
    let bot = Bot::start().await;
    let ts = thread_in(&bot, "#ops-private").await;
    let ann = opened(&bot, "#ops-private", &ts).await;
    assert_snapshot!(window(ann), @r#"
    Open a GitHub issue
        I take the whole thread, 3 messages along. Nothing leaves Slack before you have seen it and said yes.
        This is a private conversation. You will be asked whether it may become public.
        Where: [operate-first/support ▾]
        (Questions and requests to the operations team)
        What: [ ▾]
        [Ask in Slack first](https://operatefirst.slack.com/): Most questions are answered there within a day.
    [Next] [Cancel]
    "#);
    ann.submits(&[("What", "Question")]).await;
    ann.submits(&[("Title", super::TITLE), ("What would you like to know?", "Why?")]).await;
    bot.settle().await;
    assert_snapshot!(from(&window(ann), "This conversation"), @r#"
    This conversation is from a private channel: [ ] Yes, publish it
    (Those who wrote in it did not write for the public. Ask them first.)
    [Back] [File it on GitHub myself → http://forge/forge/operate-first/support/issues/new?template=1_question.yaml&title=The+console+of+smaug+is+blank&question=Why%3F]
    [File it] [Cancel]
    "#);
    ann.submits(&[]).await;
    bot.settle().await;
    assert_snapshot!(from(&window(ann), "This conversation"), @r#"
    This conversation is from a private channel: [ ] Yes, publish it
    (Those who wrote in it did not write for the public. Ask them first.)
    ! Please complete this required field.
    [Back] [File it on GitHub myself → http://forge/forge/operate-first/support/issues/new?template=1_question.yaml&title=The+console+of+smaug+is+blank&question=Why%3F]
    [File it] [Cancel]
    "#);
    // Slack's own window asks for it. The bot does not take one that was sent without it either.
    let sent = bot.world.deliveries().into_iter().rfind(|delivery| delivery.body.contains("view_submission")).unwrap();
    let forged = sent.body.replace("fill0", "review");
    assert_ne!(forged, sent.body);
    let kind = "application/x-www-form-urlencoded";
    let answer = bot.world.send_signed("/slack/interactions", kind, &forged).await;
    assert_snapshot!(answer.body, @r#"{"errors":{"consent":"Tick this if it may be published. Otherwise go back, or cancel."},"response_action":"errors"}"#);
    bot.settle().await;
    assert_eq!(bot.world.forge().numbers(SUPPORT), [1, 2, 3], "nothing leaves without a yes");
    ann.submits(&[("This conversation is from a private channel", "Yes, publish it")]).await;
    bot.settle().await;
    assert_eq!(bot.world.forge().numbers(SUPPORT), [1, 2, 3, 4]);
    assert_snapshot!(said(bot.as_("bob"), "#ops-private"), @r#"
    ↳ firstmate: A member opened operate-first/support#4 The console of smaug is blank (http://forge/forge/operate-first/support/issues/4) from this thread.
          🟢 Open
          @Ann Newcomer opened [operate-first/support#4 The console of smaug is blank](http://forge/forge/operate-first/support/issues/4) from this thread.
          🟢 Open
    "#);
    bot.finish().await;
}

#[tokio::test]
async fn a_direct_message_is_published_after_a_yes_alone() {
    let bot = Bot::start().await;
    let ann = bot.as_("ann");
    ann.in_("@firstmate").types("is there an SLA").await;
    let ts = ann.in_("@firstmate").newest().unwrap();
    bot.settle().await;
    previewed(&bot, "@firstmate", &ts).await.submits(&[]).await;
    bot.settle().await;
    assert_snapshot!(from(&window(ann), "This conversation"), @r#"
    This conversation is from a direct message: [ ] Yes, publish it
    (Those who wrote in it did not write for the public. Ask them first.)
    ! Please complete this required field.
    [Back] [File it on GitHub myself → http://forge/forge/operate-first/support/issues/new?template=1_question.yaml&title=The+console+of+smaug+is+blank&question=Why+is+it+blank%3F]
    [File it] [Cancel]
    "#);
    assert_eq!(bot.world.forge().numbers(SUPPORT), [1, 2, 3]);
    ann.submits(&[("This conversation is from a direct message", "Yes, publish it")]).await;
    bot.settle().await;
    assert_eq!(bot.world.forge().numbers(SUPPORT), [1, 2, 3, 4]);
    bot.finish().await;
}

#[tokio::test]
async fn a_private_repository_is_told_of_in_a_direct_message_alone() {
    let mut repository = Repository::named(OPERATORS);
    repository.private = true;
    let bot = Parts { repositories: vec![repository], ..Parts::default() }.start().await;
    let ts = thread(&bot).await;
    let bob = bot.as_("bob");
    bob.in_("#support").shortcut(SHORTCUT, &ts).await;
    bot.settle().await;
    bob.fills(&[("Where", OPERATORS)]).await;
    bot.settle().await;
    bob.submits(&[("What", "Something else")]).await;
    bob.submits(&[("Title", "A secret of the operators")]).await;
    bot.settle().await;
    assert_snapshot!(window(bob).lines().nth(1).unwrap_or_default().trim(), @"This becomes an issue in *operate-first/operators*, to be read by everybody who sees that repository:");
    bob.submits(&[]).await;
    bot.settle().await;
    assert_snapshot!(said(bob, "@firstmate"), @r#"
    firstmate: You opened operate-first/operators#1 A secret of the operators (http://forge/forge/operate-first/operators/issues/1).
        🟢 Open
        For ten minutes you can take it back.
        You opened [operate-first/operators#1 A secret of the operators](http://forge/forge/operate-first/operators/issues/1).
        🟢 Open
        [Undo]
        For ten minutes you can take it back.
    "#);
    assert_eq!(said(bob, "#support"), "");
    assert_eq!(said(bot.as_("ann"), "#support"), "");
    bot.finish().await;
}

#[tokio::test]
async fn who_wants_it_under_their_own_name_finds_githubs_form_filled_in() {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    let ann = previewed(&bot, "#support", &ts).await;
    ann.presses("File it on GitHub myself").await;
    bot.settle().await;
    assert_snapshot!(from(&window(ann), "GitHub myself"), @r#"
    [Back] [File it on GitHub myself → http://forge/forge/operate-first/support/issues/new?template=1_question.yaml&title=The+console+of+smaug+is+blank&question=Why+is+it+blank%3F]
    [File it] [Cancel]
    "#);
    assert_eq!(bot.world.forge().numbers(SUPPORT), [1, 2, 3]);
    bot.finish().await;
}
