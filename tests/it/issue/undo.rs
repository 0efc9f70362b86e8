//! For ten minutes, whoever filed it can take it back.

use insta::assert_snapshot;
use serde_json::Value;

use super::{SUPPORT, filed, opened, plain, said, thread};
use crate::bot::{A_QUIET_FRIDAY, Bot, Parts, Turned};

/// What stands in GitHub's issue behind what was filed.
fn last_comment(bot: &Bot, number: u64) -> String {
    let issue = plain(&bot.world.forge().issue(SUPPORT, number).unwrap());
    issue.rsplit("firstmate-bot:\n").next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn an_issue_is_closed_and_says_why() {
    let bot = Bot::start().await;
    filed(&bot).await;
    let ann = bot.as_("ann");
    ann.in_("#support").presses("Undo").await;
    bot.settle().await;
    assert_snapshot!(said(ann, "#support"), @r#"
    ↳ firstmate: A member opened operate-first/support#4 The console of smaug is blank (http://forge/forge/operate-first/support/issues/4) from this thread.
          ⚪ Taken back
          @Ann Newcomer opened [operate-first/support#4 The console of smaug is blank](http://forge/forge/operate-first/support/issues/4) from this thread.
          ⚪ Taken back
    ↳ firstmate (only you): I take it back: the issue is closed in a moment, and says why.
          I take it back: the issue is closed in a moment, and says why.
    "#);
    assert_snapshot!(last_comment(&bot, 4), @r#"
    Whoever asked for this took it back within ten minutes of filing it, so I am closing it. Nothing more needs to be done.

    <!-- firstmate:withdraw:issue:KEY:0 -->
    "#);
    let issue = bot.world.forge().issue_json(SUPPORT, 4).unwrap();
    assert_eq!((issue["state"].as_str(), issue["state_reason"].as_str()), (Some("closed"), Some("not_planned")));
    bot.finish().await;
}

#[tokio::test]
async fn what_was_taken_back_may_be_opened_again_by_a_maintainer() {
    let bot = Bot::start().await;
    filed(&bot).await;
    let ann = bot.as_("ann");
    ann.in_("#support").presses("Undo").await;
    bot.settle().await;
    bot.world.forge().reopen(SUPPORT, 4).await;
    bot.settle().await;
    assert_snapshot!(said(bot.as_("bob"), "#support"), @r#"
    ↳ firstmate: A member opened operate-first/support#4 The console of smaug is blank (http://forge/forge/operate-first/support/issues/4) from this thread.
          🟢 Opened again
          @Ann Newcomer opened [operate-first/support#4 The console of smaug is blank](http://forge/forge/operate-first/support/issues/4) from this thread.
          🟢 Opened again
    "#);
    bot.finish().await;
}

#[tokio::test]
async fn after_ten_minutes_it_is_too_late() {
    let clock = Turned::at(A_QUIET_FRIDAY);
    let bot = Parts { clock: clock.clock(), ..Parts::default() }.start().await;
    filed(&bot).await;
    clock.to("2027-02-05T09:11:00Z");
    bot.settle().await;
    let ann = bot.as_("ann");
    ann.in_("#support").presses("Undo").await;
    bot.settle().await;
    let said = said(ann, "#support");
    assert_snapshot!(said.lines().last().unwrap_or_default().trim(), @"That can be taken back for ten minutes only, and they are over. Say on GitHub or in the thread that it is not needed.");
    assert_eq!(bot.world.forge().issue_json(SUPPORT, 4).unwrap()["state"], "open");
    bot.finish().await;
}

#[tokio::test]
async fn nobody_else_takes_it_back() {
    let bot = Bot::start().await;
    filed(&bot).await;
    let (ann, bob) = (bot.as_("ann"), bot.as_("bob"));
    let key = ann.in_("#support").messages().iter().find_map(|message| undo_of(&message["blocks"])).unwrap();
    // Bob is not shown Ann's button, so a press of his own on another one is sent as if it had been hers.
    bob.in_("#support").types("@firstmate issue").await;
    bot.settle().await;
    bob.in_("#support").presses("Open the form").await;
    bot.settle().await;
    let pressed = bot.world.deliveries().into_iter().rfind(|delivery| delivery.body.contains("issue.open")).unwrap();
    let (_, payload) = url::form_urlencoded::parse(pressed.body.as_bytes()).next().unwrap();
    let mut payload: Value = serde_json::from_str(&payload).unwrap();
    payload["actions"][0]["action_id"] = "issue.undo".into();
    payload["actions"][0]["value"] = key.into();
    let body =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("payload", &payload.to_string()).finish();
    let sent = bot.world.send_signed(&pressed.path, "application/x-www-form-urlencoded", &body).await;
    assert_eq!(sent.status, 200);
    bot.settle().await;
    assert_snapshot!(said(bob, "#support").lines().last().unwrap_or_default().trim(), @"Only whoever filed it can do that. Ask them, or say on GitHub what you think of it.");
    assert_eq!(bot.world.forge().issue_json(SUPPORT, 4).unwrap()["state"], "open");
    bot.finish().await;
}

/// What the button "Undo" among these blocks carries.
fn undo_of(blocks: &Value) -> Option<String> {
    let mut elements = blocks.as_array()?.iter().filter_map(|block| block["elements"].as_array()).flatten();
    elements.find(|element| element["action_id"] == "issue.undo")?["value"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn a_comment_is_taken_away() {
    let bot = Bot::start().await;
    let ts = thread(&bot).await;
    let ann = opened(&bot, "#support", &ts).await;
    ann.submits(&[("What", "Add to an issue that is there")]).await;
    ann.submits(&[("Number of the issue", "2")]).await;
    bot.settle().await;
    ann.submits(&[]).await;
    bot.settle().await;
    assert!(bot.world.forge().issue(SUPPORT, 2).unwrap().contains("firstmate-bot"));
    ann.in_("#support").presses("Undo").await;
    bot.settle().await;
    assert_snapshot!(said(ann, "#support"), @r#"
    ↳ firstmate: A member added this thread to operate-first/support#2 More storage quota for the edge-lab namespace (http://forge/forge/operate-first/support/issues/2).
          ⚪ Taken back
          @Ann Newcomer added this thread to [operate-first/support#2 More storage quota for the edge-lab namespace](http://forge/forge/operate-first/support/issues/2).
          ⚪ Taken back
    ↳ firstmate (only you): I take it back: what I added is deleted in a moment.
          I take it back: what I added is deleted in a moment.
    "#);
    assert!(!bot.world.forge().issue(SUPPORT, 2).unwrap().contains("firstmate-bot"));
    assert_eq!(bot.world.forge().issue_json(SUPPORT, 2).unwrap()["state"], "open", "somebody else's issue stays open");
    bot.finish().await;
}

#[tokio::test]
async fn pressing_it_twice_takes_it_back_once() {
    let bot = Bot::start().await;
    filed(&bot).await;
    let ann = bot.as_("ann");
    ann.in_("#support").presses("Undo").await;
    let presses = bot.world.deliveries();
    let press = presses.iter().rfind(|delivery| delivery.body.contains("issue.undo")).unwrap();
    bot.world.send_again(press).await;
    bot.settle().await;
    let issue = bot.world.forge().issue(SUPPORT, 4).unwrap();
    assert_eq!(issue.matches("took it back").count(), 1, "{issue}");
    bot.finish().await;
}
