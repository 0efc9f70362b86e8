//! The switch that stops everything.

use insta::assert_snapshot;

use super::{asked, bot_at, told};
use crate::bot::{Bot, Parts, Turned};

#[tokio::test]
async fn only_whoever_may_pauses_the_bot() {
    let bot = Bot::start().await;
    assert_snapshot!(asked(&bot, "ann", "/firstmate pause").await, @"Only the role maintainer may do that (bot.pause in commands/roles.toml). Ask somebody who has it, or in #support.");
    assert_snapshot!(asked(&bot, "bob", "/firstmate resume").await, @"I am not paused, so nothing was changed.");
    assert_snapshot!(asked(&bot, "bob", &format!("/firstmate pause {}", "long ".repeat(50))).await, @"That is too long: 200 characters is the most. Give the reason in a sentence.");
    assert!(bot.store.paused().await.unwrap().is_none());
    bot.finish().await;
}

#[tokio::test]
async fn a_paused_bot_says_so_and_does_nothing_and_loses_nothing() {
    let time = Turned::at("2027-02-05T09:00:00Z");
    let bot = bot_at(&time).await;
    asked(&bot, "ann", "/onboard is there an SLA?").await;
    assert_snapshot!(asked(&bot, "bob", "/firstmate pause the disk is full, <!channel> don't write").await, @r"
I am paused now. Whoever asks me for something reads that you paused me, since when, and your reason. What is on its way waits and is done afterwards; a reminder that falls due meanwhile is said late, or not any more when its meeting has begun.
/firstmate resume lets me go on. A restart does not.
");
    let refused = [
        asked(&bot, "ann", "/onboard backups?").await,
        asked(&bot, "ann", "/meetings").await,
        asked(&bot, "ann", "/issue").await,
        asked(&bot, "ann", "/cluster smaug get pods").await,
        asked(&bot, "bob", "/firstmate notice list").await,
    ];
    assert_snapshot!(refused[0], @"I was paused by a member on Fri 5 Feb 2027, TIME (the disk is full, <!channel> don't write): nothing is lost, and nothing is done, until somebody who may says /firstmate resume.");
    assert!(refused.iter().all(|told| *told == refused[0]), "{refused:#?}");
    for goes_on in ["whoami", "why", "audit", "forget-me", "help"] {
        let told = asked(&bot, "bob", &format!("/firstmate {goes_on}")).await;
        assert!(!told.contains("I was paused"), "{goes_on}: {told}");
    }
    // A button is refused as softly, and works when it is pressed again.
    let ann = bot.as_("ann").in_("#general");
    ann.presses("Show everyone").await;
    bot.tick().await;
    assert!(!bot.as_("bob").reads("#general").contains("Shown by"));
    asked(&bot, "bob", "/firstmate resume").await;
    bot.settle().await;
    ann.presses("Show everyone").await;
    bot.settle().await;
    assert!(bot.as_("bob").reads("#general").contains("Shown by"));
    bot.finish().await;
}

#[tokio::test]
async fn what_is_on_its_way_waits_for_the_end_of_a_pause() {
    let bot = Bot::start().await;
    asked(&bot, "ann", "/onboard is there an SLA?").await;
    asked(&bot, "bob", "/firstmate pause").await;
    let post = firstmate::domain::effect::Effect::Post {
        place: firstmate::domain::effect::Place { channel: "C01RMPVUUK1".to_owned(), thread: None },
        reply: firstmate::domain::reply::Reply::text("Here at last."),
        tell: None,
        about: None,
    };
    let job = firstmate::store::Job { key: "post:1".to_owned(), effect: post };
    bot.store.owe(&job, "2027-02-05T09:00:00Z".parse().unwrap()).await.unwrap();
    for _ in 0..3 {
        bot.tick().await;
    }
    assert_eq!(bot.store.waiting().await.unwrap(), 1);
    assert!(!bot.as_("ann").reads("#support").contains("Here at last."));
    asked(&bot, "bob", "/firstmate resume").await;
    bot.settle().await;
    assert!(bot.as_("ann").reads("#support").contains("Here at last."));
    bot.finish().await;
}

#[tokio::test]
async fn a_pause_is_told_and_ended_in_a_direct_message_too() {
    let bot = Bot::start().await;
    let (ann, bob) = (bot.as_("ann").in_("@firstmate"), bot.as_("bob").in_("@firstmate"));
    bob.types("pause the forge is down").await;
    bot.tick().await;
    assert!(bot.store.paused().await.unwrap().is_some());
    ann.types("is there an SLA?").await;
    bot.tick().await;
    assert!(told(bot.as_("ann"), "@firstmate").contains("the forge is down"), "{}", ann.reads());
    bob.types("resume").await;
    bot.settle().await;
    ann.types("is there an SLA?").await;
    bot.settle().await;
    assert!(ann.reads().contains("no SLA"));
    bot.finish().await;
}

#[tokio::test]
async fn a_window_keeps_what_was_typed_through_a_pause() {
    let bot = Bot::start().await;
    let ann = bot.as_("ann");
    ann.in_("#support").types("/issue support The console is blank").await;
    bot.settle().await;
    ann.submits(&[("What", "Question")]).await;
    bot.settle().await;
    asked(&bot, "bob", "/firstmate pause").await;
    // What is sent is refused below the first field, and Slack leaves the window as it was.
    ann.submits(&[("Title", "It is blank"), ("What would you like to know?", "Why is it blank?")]).await;
    assert!(ann.view().unwrap().contains("! I was paused by"), "{}", ann.view().unwrap());
    // What is pressed makes the window say why, and what was filled in is kept.
    ann.fills(&[("Title", "It is blank"), ("What would you like to know?", "Why is it blank?")]).await;
    ann.presses("Back").await;
    bot.tick().await;
    let view = ann.view().unwrap();
    assert!(view.contains("I was paused by") && view.contains("Try again"), "{view}");
    asked(&bot, "bob", "/firstmate resume").await;
    ann.presses("Try again").await;
    bot.settle().await;
    let view = ann.view().unwrap();
    assert!(view.contains("Why is it blank?"), "{view}");
    bot.finish().await;
}

#[tokio::test]
async fn a_reminder_that_falls_due_in_a_pause_is_said_late_or_not_at_all() {
    for (resumed, said) in [("2027-02-10T11:45:00Z", true), ("2027-02-10T15:00:00Z", false)] {
        let time = Turned::at("2027-02-10T11:20:00Z");
        let bot = bot_at(&time).await;
        bot.settle().await;
        let before = bot.as_("bob").in_("#announcements").messages().len();
        asked(&bot, "bob", "/firstmate pause").await;
        time.to("2027-02-10T11:31:00Z");
        bot.tick().await;
        assert_eq!(bot.as_("bob").in_("#announcements").messages().len(), before);
        time.to(resumed);
        asked(&bot, "bob", "/firstmate resume").await;
        bot.settle().await;
        let after = bot.as_("bob").in_("#announcements").messages().len();
        assert_eq!(after > before, said, "{resumed}: {}", bot.as_("bob").reads("#announcements"));
        bot.finish().await;
    }
}

#[tokio::test]
async fn a_pause_survives_a_restart_and_reaches_every_replica() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("bot.db").display());
    let bot = Parts::default().set("FIRSTMATE_STORE__URL", &url).start().await;
    asked(&bot, "bob", "/firstmate pause").await;
    bot.stops().await;
    let bot = Parts::default().set("FIRSTMATE_STORE__URL", &url).start().await;
    assert!(asked(&bot, "ann", "/meetings").await.contains("I was paused"));
    // What another replica says is seen within a tick.
    bot.store.resume("U0BOB", "other", "2027-02-05T09:00:00Z".parse().unwrap()).await.unwrap();
    bot.tick().await;
    assert!(!asked(&bot, "ann", "/meetings").await.contains("I was paused"));
    bot.finish().await;
}
