//! `/meetings` as people use it, and the announcer: what they type and read, and what is posted when the clock moves on.

use firstmate::playground::Failure;
use insta::assert_snapshot;

use crate::bot::{Bot, Parts, Turned};

async fn bot_at(time: &Turned) -> Bot {
    let parts = Parts { clock: time.clock(), ..Parts::default() };
    parts.set("FIRSTMATE_HTTP__PUBLIC_URL", "https://bot.example/").start().await
}

fn posted(bot: &Bot) -> usize {
    bot.as_("bob").in_("#announcements").messages().len()
}

#[tokio::test]
async fn the_next_meetings_are_told() {
    let time = Turned::at("2026-11-20T09:00:00Z");
    let bot = bot_at(&time).await;
    let ann = bot.as_("ann").in_("#general");
    for command in ["/meetings", "/meetings list 3", "/meetings calendar"] {
        ann.types(command).await;
    }
    assert_snapshot!(ann.reads());
    bot.finish().await;
}

#[tokio::test]
async fn when_the_next_meeting_is_is_computed_and_not_read_from_a_page() {
    let time = Turned::at("2026-11-26T09:00:00Z");
    let bot = bot_at(&time).await;
    bot.as_("ann").in_("#general").types("/onboard when is the next coordination meeting?").await;
    let answer = bot.as_("ann").reads("#general");
    assert!(answer.contains("Wed 9 Dec 2026, 13:30 UTC"), "{answer}");
    bot.finish().await;
}

#[tokio::test]
async fn each_reminder_is_posted_once_and_pings_nobody() {
    let time = Turned::at("2026-11-23T13:29:00Z");
    let bot = bot_at(&time).await;
    bot.as_("ann").in_("#general").types("/meetings agenda add coordination <!channel> the new *quota* form").await;
    bot.settle().await;
    assert_eq!(posted(&bot), 0);
    for (now, count) in [
        ("2026-11-23T13:30:01Z", 1),
        ("2026-11-23T13:31:00Z", 1),
        ("2026-11-25T11:30:01Z", 2),
        ("2026-11-25T13:20:01Z", 3),
        ("2026-11-25T13:31:00Z", 3),
    ] {
        time.to(now);
        bot.settle().await;
        assert_eq!(posted(&bot), count, "at {now}");
    }
    assert_snapshot!(bot.as_("bob").reads("#announcements"));
    for message in bot.as_("bob").in_("#announcements").messages() {
        let blocks = message["blocks"].as_array().unwrap();
        let (people, ours): (Vec<_>, Vec<_>) = blocks.iter().partition(|block| block["type"] == "rich_text");
        assert!(people[0].to_string().contains("<!channel>"), "their words stand as they are, where nothing is parsed");
        let ours = serde_json::to_string(&ours).unwrap().replace("<!date^", "");
        assert!(!ours.contains("<!"), "{ours}");
    }
    bot.finish().await;
}

#[tokio::test]
async fn after_an_outage_one_reminder_says_it_all_and_none_comes_after_the_start() {
    let time = Turned::at("2026-11-25T12:00:00Z");
    let bot = bot_at(&time).await;
    bot.settle().await;
    assert_eq!(posted(&bot), 1);
    bot.finish().await;

    let time = Turned::at("2026-11-25T13:30:01Z");
    let bot = bot_at(&time).await;
    bot.settle().await;
    assert_eq!(posted(&bot), 0);
    bot.finish().await;
}

#[tokio::test]
async fn a_meeting_that_moves_after_its_announcement_corrects_it_and_says_so_once() {
    let time = Turned::at("2026-11-23T13:30:01Z");
    let bot = bot_at(&time).await;
    bot.settle().await;
    let general = bot.as_("bob").in_("#general");
    general.types("/meetings move coordination 2026-11-25 2026-11-26T09:00 the \"room\" is taken").await;
    bot.settle().await;
    general.types("/meetings").await;
    assert_snapshot!(general.reads());
    assert_snapshot!(bot.as_("ann").reads("#announcements"));
    // The reminders of the new time, but for those that the move told.
    time.to("2026-11-25T13:30:00Z");
    bot.settle().await;
    assert_eq!(posted(&bot), 3, "two days before the new time, and nothing at the old one");
    time.to("2026-11-26T12:00:01Z");
    bot.settle().await;
    assert_eq!(posted(&bot), 4, "two hours before the new time");
    bot.finish().await;
}

#[tokio::test]
async fn a_meeting_that_was_skipped_in_time_is_said_once_and_comes_back_when_restored() {
    let time = Turned::at("2026-11-20T09:00:00Z");
    let bot = bot_at(&time).await;
    let general = bot.as_("bob").in_("#general");
    general.types("/meetings skip coordination 2026-11-25 don't come, it's a holiday").await;
    bot.settle().await;
    time.to("2026-11-23T13:30:01Z");
    bot.settle().await;
    assert_snapshot!(bot.as_("ann").reads("#announcements"));
    time.to("2026-11-24T09:00:00Z");
    general.types("/meetings restore coordination 2026-11-25").await;
    bot.settle().await;
    assert_snapshot!(bot.as_("ann").reads("#announcements"));
    time.to("2026-11-25T11:30:01Z");
    bot.settle().await;
    assert_eq!(posted(&bot), 3);
    bot.finish().await;
}

#[tokio::test]
async fn a_skip_in_the_moment_of_a_reminder_is_told_all_the_same() {
    let time = Turned::at("2026-11-23T13:29:00Z");
    let bot = bot_at(&time).await;
    bot.settle().await;
    time.to("2026-11-23T13:30:01Z");
    bot.as_("bob").in_("#general").types("/meetings skip coordination next holidays").await;
    bot.settle().await;
    let read = bot.as_("ann").reads("#announcements");
    assert!(read.contains("Does not take place"), "{read}");
    bot.finish().await;
}

#[tokio::test]
async fn a_meeting_that_moves_far_is_not_lost() {
    let time = Turned::at("2026-11-20T09:00:00Z");
    let bot = bot_at(&time).await;
    let general = bot.as_("bob").in_("#general");
    general.types("/meetings move coordination 2026-11-25 2026-12-29T09:00 after the holidays").await;
    bot.settle().await;
    time.to("2026-12-27T14:00:01Z");
    bot.settle().await;
    let read = bot.as_("ann").reads("#announcements");
    assert!(read.contains("Moved to Tue 29 Dec 2026, 14:00 UTC"), "{read}");
    general.types("/meetings restore coordination 2026-11-25").await;
    let refused = general.reads();
    assert!(refused.contains("That time is over"), "{refused}");
    bot.finish().await;
}

#[tokio::test]
async fn what_is_so_already_changes_nothing_and_a_meeting_may_move_a_little() {
    let time = Turned::at("2026-11-20T09:00:00Z");
    let bot = bot_at(&time).await;
    let general = bot.as_("bob").in_("#general");
    general.types("/meetings skip coordination 2026-11-25 - no, really - we\u{2019}re away \u{2014} all of us").await;
    general.types("/meetings skip coordination 2026-11-25 again").await;
    general.types("/meetings move coordination 2026-12-09 2026-12-09T09:00 half an hour").await;
    assert_snapshot!(general.reads());
    bot.finish().await;
}

#[tokio::test]
async fn an_agenda_is_shown_whole() {
    let time = Turned::at("2026-11-23T13:29:00Z");
    let bot = bot_at(&time).await;
    for number in 1..=25 {
        let item = format!("/meetings agenda add coordination item{number} {}", "word ".repeat(57));
        bot.as_("ann").in_("#general").types(&item).await;
    }
    bot.as_("ann").in_("#general").types("/meetings agenda add coordination one too many").await;
    assert!(bot.as_("ann").reads("#general").contains("The agenda is full"));
    time.to("2026-11-23T13:30:01Z");
    bot.settle().await;
    let read = bot.as_("bob").reads("#announcements");
    for number in 1..=25 {
        assert!(read.contains(&format!("{number}. item{number} ")), "{number} is missing");
    }
    bot.finish().await;
}

#[tokio::test]
async fn an_agenda_goes_on_until_its_items_are_taken() {
    let time = Turned::at("2026-11-20T09:00:00Z");
    let bot = bot_at(&time).await;
    let ann = bot.as_("ann").in_("#general");
    ann.types("/meetings agenda add sprint who takes over the runner?").await;
    ann.types("/meetings agenda add sprint demo").await;
    ann.types("/meetings agenda take sprint 1").await;
    ann.types("/meetings agenda take sprint 7").await;
    time.to("2026-12-10T09:00:00Z");
    ann.types("/meetings agenda").await;
    assert_snapshot!(ann.reads());
    bot.finish().await;
}

#[tokio::test]
async fn a_message_becomes_an_item_by_its_shortcut() {
    let time = Turned::at("2026-11-20T09:00:00Z");
    let bot = bot_at(&time).await;
    let support = bot.as_("ann").in_("#support");
    support.types("shall we talk about GPUs?").await;
    let ts = support.newest().unwrap();
    support.shortcut("Add to the agenda", ts).await;
    bot.settle().await;
    assert_snapshot!(bot.as_("ann").view().unwrap());
    bot.as_("ann").submits(&[("Meeting", "MOC/ODH sprint planning")]).await;
    assert!(bot.as_("ann").view().unwrap().contains("Added to the agenda of"));
    let sent = bot.world.deliveries().into_iter().rfind(|delivery| delivery.path == "/slack/interactions").unwrap();
    bot.world.send_again(&sent).await;
    bot.as_("ann").in_("#general").types("/meetings agenda").await;
    let agenda = bot.as_("ann").reads("#general");
    assert!(agenda.contains("1. shall we talk about GPUs?") && !agenda.contains("2."), "{agenda}");
    bot.finish().await;
}

#[tokio::test]
async fn what_cannot_be_is_said_with_what_to_do_instead() {
    let time = Turned::at("2026-11-20T09:00:00Z");
    let bot = bot_at(&time).await;
    let bob = bot.as_("bob").in_("#general");
    for command in [
        "/meetings skip",
        "/meetings skip coordination",
        "/meetings skip tea next we are tired",
        "/meetings skip coordination 2026-11-26 wrong day",
        "/meetings skip coordination 2026-02-29 no such day",
        "/meetings skip coordination someday",
        "/meetings skip coordination someday maybe",
        "/meetings skip coordination 2020-01-01 long over",
        "/meetings move coordination 2026-11-25 tomorrow no time",
        "/meetings move coordination 2026-11-25 2026-11-19T08:30 into the past",
        "/meetings move coordination 2026-11-25 2026-12-02T09:00 onto the other",
        "/meetings move coordination 2026-11-25 2027-03-14T02:30 into the gap",
        "/meetings move coordination 2026-11-25 9999-01-01T08:30 far away",
        "/meetings restore coordination 2026-11-25",
        "/meetings lsit",
        "/meetings list many",
        "/meetings list 1000000",
    ] {
        bob.types(command).await;
    }
    let long = format!("/meetings skip coordination next {}", "very ".repeat(100));
    bob.types(&long).await;
    bot.as_("ann").in_("#general").types("/meetings skip coordination next I am not a maintainer").await;
    assert_snapshot!(bob.reads());
    assert_snapshot!(bot.as_("ann").reads("#general"));
    bot.finish().await;
}

#[tokio::test]
async fn maintainers_are_asked_once_about_a_new_year_of_53_weeks() {
    let time = Turned::at("2026-11-20T09:00:00Z");
    let bot = bot_at(&time).await;
    bot.settle().await;
    for later in ["2026-11-21T09:00:00Z", "2026-12-14T09:00:00Z", "2026-12-31T09:00:00Z"] {
        time.to(later);
        bot.settle().await;
    }
    let bob = bot.as_("bob").in_("@firstmate");
    assert_eq!(bob.messages().len(), 1);
    assert_snapshot!(bob.reads());
    bob.presses("Show how to re-anchor").await;
    bot.settle().await;
    assert!(bob.reads().contains("by pull request"), "{}", bob.reads());
    assert_eq!(bot.as_("ann").in_("@firstmate").messages().len(), 0);
    bot.finish().await;
}

#[tokio::test]
async fn an_announcement_that_may_have_been_posted_is_looked_for() {
    let time = Turned::at("2026-11-23T13:30:01Z");
    let bot = bot_at(&time).await;
    bot.world.fail_next("chat.postMessage", Failure::Closed, 1);
    bot.settle().await;
    assert_eq!(posted(&bot), 1);
    bot.finish().await;
}

#[tokio::test]
async fn the_feeds_tell_the_same_as_the_announcements() {
    let time = Turned::at("2026-11-20T09:00:00Z");
    let bot = bot_at(&time).await;
    bot.as_("bob").in_("#general").types("/meetings skip coordination 2026-11-25 holidays").await;
    let get = |path: &str| reqwest::get(format!("{}{path}", bot.address));
    let all = get("/meetings.ics").await.unwrap();
    assert_eq!(all.headers()["content-type"], "text/calendar; charset=utf-8");
    let all = all.text().await.unwrap();
    assert!(all.contains("UID:coordination-2026-11-25@firstmate\r\n"), "{all}");
    assert!(all.contains("STATUS:CANCELLED\r\n") && all.contains("SEQUENCE:1\r\n"));
    assert!(all.contains("sprint-planning-2026-12-02@firstmate"));
    let one = get("/meetings/sprint-planning.ics").await.unwrap().text().await.unwrap();
    assert!(!one.contains("coordination"));
    for wrong in ["/meetings/nothing.ics", "/meetings/coordination", "/meetings/..%2f.ics"] {
        assert_eq!(get(wrong).await.unwrap().status(), 404, "{wrong}");
    }
    bot.finish().await;
}
