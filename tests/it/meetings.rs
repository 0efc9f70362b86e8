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
    assert_snapshot!(ann.reads(), @r"
firstmate (only you): The next meetings
    • Operate First Project Coordination: Wed 25 Nov 2026, 13:30 UTC. Join (https://meet.google.com/kea-qtds-enp)
    • MOC/ODH sprint planning: Wed 2 Dec 2026, 13:30 UTC. Join (https://meet.google.com/oki-drge-wuc)
    Times are by your own clock. /meetings list shows more, /meetings agenda what is talked about, /meetings calendar puts them into your calendar.
    *The next meetings*
    • *Operate First Project Coordination*: Wed 25 Nov 2026, 13:30 UTC (13:30 UTC). [Join](https://meet.google.com/kea-qtds-enp)
    • *MOC/ODH sprint planning*: Wed 2 Dec 2026, 13:30 UTC (13:30 UTC). [Join](https://meet.google.com/oki-drge-wuc)
    Times are by your own clock. `/meetings list` shows more, `/meetings agenda` what is talked about, `/meetings calendar` puts them into your calendar.
firstmate (only you): The next 3 meetings
    • Operate First Project Coordination: Wed 25 Nov 2026, 13:30 UTC. ISO week 48.
    • MOC/ODH sprint planning: Wed 2 Dec 2026, 13:30 UTC. ISO week 49.
    • Operate First Project Coordination: Wed 9 Dec 2026, 13:30 UTC. ISO week 50.
    Times are by your own clock. Week numbers are for information only: the meetings alternate by date.
    *The next 3 meetings*
    • *Operate First Project Coordination*: Wed 25 Nov 2026, 13:30 UTC (13:30 UTC). ISO week 48.
    • *MOC/ODH sprint planning*: Wed 2 Dec 2026, 13:30 UTC (13:30 UTC). ISO week 49.
    • *Operate First Project Coordination*: Wed 9 Dec 2026, 13:30 UTC (13:30 UTC). ISO week 50.
    Times are by your own clock. Week numbers are for information only: the meetings alternate by date.
firstmate (only you): The calendar
    Subscribe to one of these addresses; changes reach you by themselves.

    • all meetings: https://bot.example/meetings.ics
    • Operate First Project Coordination: https://bot.example/meetings/coordination.ics
    • MOC/ODH sprint planning: https://bot.example/meetings/sprint-planning.ics
    *The calendar*
    Subscribe to one of these addresses; changes reach you by themselves.

    • all meetings: [https://bot.example/meetings.ics](https://bot.example/meetings.ics)
    • Operate First Project Coordination: [https://bot.example/meetings/coordination.ics](https://bot.example/meetings/coordination.ics)
    • MOC/ODH sprint planning: [https://bot.example/meetings/sprint-planning.ics](https://bot.example/meetings/sprint-planning.ics)
    [Add to Google Calendar → https://calendar.google.com/calendar/render?cid=webcal%3A%2F%2Fbot.example%2Fmeetings.ics]
");
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
    assert_snapshot!(bot.as_("bob").reads("#announcements"), @r"
firstmate: Operate First Project Coordination
    Wed 25 Nov 2026, 13:30 UTC for 1 hour. Join (https://meet.google.com/kea-qtds-enp)
    On the agenda:
    > 1. <!channel> the new *quota* form
    ISO week 48. Add to the agenda: /meetings agenda add coordination …. For an invite, mail bburns@redhat.com.
    *Operate First Project Coordination*
    Wed 25 Nov 2026, 13:30 UTC (13:30 UTC) for 1 hour. [Join](https://meet.google.com/kea-qtds-enp)
    On the agenda:
    > 1. <!channel> the new *quota* form
    ISO week 48. Add to the agenda: `/meetings agenda add coordination …`. For an invite, mail bburns@redhat.com.
firstmate: Operate First Project Coordination
    Wed 25 Nov 2026, 13:30 UTC for 1 hour. Join (https://meet.google.com/kea-qtds-enp)
    On the agenda:
    > 1. <!channel> the new *quota* form
    ISO week 48. Add to the agenda: /meetings agenda add coordination …. For an invite, mail bburns@redhat.com.
    *Operate First Project Coordination*
    Wed 25 Nov 2026, 13:30 UTC (13:30 UTC) for 1 hour. [Join](https://meet.google.com/kea-qtds-enp)
    On the agenda:
    > 1. <!channel> the new *quota* form
    ISO week 48. Add to the agenda: `/meetings agenda add coordination …`. For an invite, mail bburns@redhat.com.
firstmate: Operate First Project Coordination
    Wed 25 Nov 2026, 13:30 UTC for 1 hour. Join (https://meet.google.com/kea-qtds-enp)
    On the agenda:
    > 1. <!channel> the new *quota* form
    ISO week 48. Add to the agenda: /meetings agenda add coordination …. For an invite, mail bburns@redhat.com.
    *Operate First Project Coordination*
    Wed 25 Nov 2026, 13:30 UTC (13:30 UTC) for 1 hour. [Join](https://meet.google.com/kea-qtds-enp)
    On the agenda:
    > 1. <!channel> the new *quota* form
    ISO week 48. Add to the agenda: `/meetings agenda add coordination …`. For an invite, mail bburns@redhat.com.
");
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
    assert_snapshot!(general.reads(), @r#"
firstmate (only you): Moved: Operate First Project Coordination is on Thu 26 Nov 2026, 14:00 UTC now. What was announced already is corrected, what comes later says so. To undo it: /meetings restore coordination 2026-11-25.
    To make it part of the catalogue, add this to commands/meetings/coordination.toml:
    [[exceptions]]
    date = 2026-11-25
    move_to = 2026-11-26T09:00:00
    reason = 'the "room" is taken'
    Moved: *Operate First Project Coordination* is on Thu 26 Nov 2026, 14:00 UTC (14:00 UTC) now. What was announced already is corrected, what comes later says so. To undo it: `/meetings restore coordination 2026-11-25`.
    To make it part of the catalogue, add this to `commands/meetings/coordination.toml`:
    [[exceptions]]
    date = 2026-11-25
    move_to = 2026-11-26T09:00:00
    reason = 'the "room" is taken'
firstmate (only you): The next meetings
    • Operate First Project Coordination: Thu 26 Nov 2026, 14:00 UTC, moved from Wed 25 Nov 2026, 13:30 UTC. Join (https://meet.google.com/kea-qtds-enp)
    • MOC/ODH sprint planning: Wed 2 Dec 2026, 13:30 UTC. Join (https://meet.google.com/oki-drge-wuc)
    Times are by your own clock. /meetings list shows more, /meetings agenda what is talked about, /meetings calendar puts them into your calendar.
    *The next meetings*
    • *Operate First Project Coordination*: Thu 26 Nov 2026, 14:00 UTC (14:00 UTC), moved from Wed 25 Nov 2026, 13:30 UTC (13:30 UTC). [Join](https://meet.google.com/kea-qtds-enp)
    • *MOC/ODH sprint planning*: Wed 2 Dec 2026, 13:30 UTC (13:30 UTC). [Join](https://meet.google.com/oki-drge-wuc)
    Times are by your own clock. `/meetings list` shows more, `/meetings agenda` what is talked about, `/meetings calendar` puts them into your calendar.
"#);
    assert_snapshot!(bot.as_("ann").reads("#announcements"), @r#"
firstmate: Operate First Project Coordination
    Moved to Thu 26 Nov 2026, 14:00 UTC for 1 hour, from Wed 25 Nov 2026, 13:30 UTC. Join (https://meet.google.com/kea-qtds-enp)
    > the "room" is taken
    ISO week 48. Add to the agenda: /meetings agenda add coordination …. For an invite, mail bburns@redhat.com.
    *Operate First Project Coordination*
    Moved to Thu 26 Nov 2026, 14:00 UTC (14:00 UTC) for 1 hour, from Wed 25 Nov 2026, 13:30 UTC (13:30 UTC). [Join](https://meet.google.com/kea-qtds-enp)
    > the "room" is taken
    ISO week 48. Add to the agenda: `/meetings agenda add coordination …`. For an invite, mail bburns@redhat.com.
  ↳ firstmate: This meeting was moved to Thu 26 Nov 2026, 14:00 UTC.
        > the "room" is taken
        This meeting was moved to Thu 26 Nov 2026, 14:00 UTC (14:00 UTC).
        > the "room" is taken
"#);
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
    assert_snapshot!(bot.as_("ann").reads("#announcements"), @r"
firstmate: Operate First Project Coordination
    Does not take place on Wed 25 Nov 2026, 13:30 UTC.
    > don't come, it's a holiday
    ISO week 48.
    *Operate First Project Coordination*
    Does not take place on Wed 25 Nov 2026, 13:30 UTC (13:30 UTC).
    > don't come, it's a holiday
    ISO week 48.
");
    time.to("2026-11-24T09:00:00Z");
    general.types("/meetings restore coordination 2026-11-25").await;
    bot.settle().await;
    assert_snapshot!(bot.as_("ann").reads("#announcements"), @r"
firstmate: Operate First Project Coordination
    Wed 25 Nov 2026, 13:30 UTC for 1 hour. Join (https://meet.google.com/kea-qtds-enp)
    ISO week 48. Add to the agenda: /meetings agenda add coordination …. For an invite, mail bburns@redhat.com.
    *Operate First Project Coordination*
    Wed 25 Nov 2026, 13:30 UTC (13:30 UTC) for 1 hour. [Join](https://meet.google.com/kea-qtds-enp)
    ISO week 48. Add to the agenda: `/meetings agenda add coordination …`. For an invite, mail bburns@redhat.com.
  ↳ firstmate: This meeting takes place after all, as planned: Wed 25 Nov 2026, 13:30 UTC.
        This meeting takes place after all, as planned: Wed 25 Nov 2026, 13:30 UTC (13:30 UTC).
");
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
    assert_snapshot!(general.reads(), @r#"
firstmate (only you): Skipped: Operate First Project Coordination on Wed 25 Nov 2026, 13:30 UTC. What was announced already is corrected, what comes later says so. To undo it: /meetings restore coordination 2026-11-25.
    To make it part of the catalogue, add this to commands/meetings/coordination.toml:
    [[exceptions]]
    date = 2026-11-25
    skip = true
    reason = "- no, really - we’re away — all of us"
    Skipped: *Operate First Project Coordination* on Wed 25 Nov 2026, 13:30 UTC (13:30 UTC). What was announced already is corrected, what comes later says so. To undo it: `/meetings restore coordination 2026-11-25`.
    To make it part of the catalogue, add this to `commands/meetings/coordination.toml`:
    [[exceptions]]
    date = 2026-11-25
    skip = true
    reason = "- no, really - we’re away — all of us"
firstmate (only you): That is so already; nothing was changed.
    That is so already; nothing was changed.
firstmate (only you): Moved: Operate First Project Coordination is on Wed 9 Dec 2026, 14:00 UTC now. What was announced already is corrected, what comes later says so. To undo it: /meetings restore coordination 2026-12-09.
    To make it part of the catalogue, add this to commands/meetings/coordination.toml:
    [[exceptions]]
    date = 2026-12-09
    move_to = 2026-12-09T09:00:00
    reason = "half an hour"
    Moved: *Operate First Project Coordination* is on Wed 9 Dec 2026, 14:00 UTC (14:00 UTC) now. What was announced already is corrected, what comes later says so. To undo it: `/meetings restore coordination 2026-12-09`.
    To make it part of the catalogue, add this to `commands/meetings/coordination.toml`:
    [[exceptions]]
    date = 2026-12-09
    move_to = 2026-12-09T09:00:00
    reason = "half an hour"
"#);
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
    assert_snapshot!(ann.reads(), @r"
firstmate (only you): Added to the agenda of MOC/ODH sprint planning, Wed 2 Dec 2026, 13:30 UTC:
    > who takes over the runner?
    Added to the agenda of *MOC/ODH sprint planning*, Wed 2 Dec 2026, 13:30 UTC (13:30 UTC):
    > who takes over the runner?
firstmate (only you): Added to the agenda of MOC/ODH sprint planning, Wed 2 Dec 2026, 13:30 UTC:
    > demo
    Added to the agenda of *MOC/ODH sprint planning*, Wed 2 Dec 2026, 13:30 UTC (13:30 UTC):
    > demo
firstmate (only you): Taken off the agenda of MOC/ODH sprint planning:
    > who takes over the runner?
    Taken off the agenda of *MOC/ODH sprint planning*:
    > who takes over the runner?
firstmate (only you): The agenda has no item of that number. /meetings agenda lists them.
    The agenda has no item of that number. `/meetings agenda` lists them.
firstmate (only you): What is to be talked about
    Operate First Project Coordination, Wed 23 Dec 2026, 13:30 UTC
    Nothing yet.
    MOC/ODH sprint planning, Wed 16 Dec 2026, 13:30 UTC
    > 1. demo
    /meetings agenda add MEETING … adds an item, /meetings agenda take MEETING NUMBER takes one off. What stays open goes on to the next meeting.
    *What is to be talked about*
    *Operate First Project Coordination*, Wed 23 Dec 2026, 13:30 UTC (13:30 UTC)
    Nothing yet.
    *MOC/ODH sprint planning*, Wed 16 Dec 2026, 13:30 UTC (13:30 UTC)
    > 1. demo
    `/meetings agenda add MEETING …` adds an item, `/meetings agenda take MEETING NUMBER` takes one off. What stays open goes on to the next meeting.
");
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
    assert_snapshot!(bot.as_("ann").view().unwrap(), @r"
Add to the agenda
    Meeting: [Operate First Project Coordination ▾]
    What is to be talked about: [shall we talk about GPUs?]
    (It will stand in the announcement, for everybody to read.)
[Add] [Cancel]
");
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
    assert_snapshot!(bob.reads(), @r"
firstmate (only you): I did not understand that: something is missing. It goes like this: /meetings skip <meeting> <date> <reason>.
    I did not understand that: something is missing. It goes like this: `/meetings skip <meeting> <date> <reason>`.
firstmate (only you): I did not understand that: something is missing. It goes like this: /meetings skip <meeting> <date> <reason>.
    I did not understand that: something is missing. It goes like this: `/meetings skip <meeting> <date> <reason>`.
firstmate (only you): I do not know which meeting you mean. There are: coordination, sprint-planning.
    I do not know which meeting you mean. There are: `coordination`, `sprint-planning`.
firstmate (only you): That does not go: there is no meeting on 2026-11-26: the nearest are 2026-11-25 and 2026-12-09.
    That does not go: there is no meeting on 2026-11-26: the nearest are 2026-11-25 and 2026-12-09.
firstmate (only you): That is no date I can read. Write it as in 2026-12-23, or next.
    That is no date I can read. Write it as in `2026-12-23`, or `next`.
firstmate (only you): I did not understand that: something is missing. It goes like this: /meetings skip <meeting> <date> <reason>.
    I did not understand that: something is missing. It goes like this: `/meetings skip <meeting> <date> <reason>`.
firstmate (only you): That is no date I can read. Write it as in 2026-12-23, or next.
    That is no date I can read. Write it as in `2026-12-23`, or `next`.
firstmate (only you): That does not go: there is no meeting on 2020-01-01: the first is 2026-11-25.
    That does not go: there is no meeting on 2020-01-01: the first is 2026-11-25.
firstmate (only you): That is no time I can read. Write it as in 2026-12-24T08:30, by the meeting's own clock.
    That is no time I can read. Write it as in `2026-12-24T08:30`, by the meeting's own clock.
firstmate (only you): That time is over. Choose one that is still to come.
    That time is over. Choose one that is still to come.
firstmate (only you): MOC/ODH sprint planning is at that time. Choose another.
    *MOC/ODH sprint planning* is at that time. Choose another.
firstmate (only you): That does not go: there is no 2027-03-14 02:30 in America/New_York: the clocks are set forward over it, and the meeting would start at 03:30. Choose another time.
    That does not go: there is no 2027-03-14 02:30 in America/New_York: the clocks are set forward over it, and the meeting would start at 03:30. Choose another time.
firstmate (only you): That does not go: 9999-01-01 08:30 is too far away: meetings are known from 1970-01-01 to 2099-12-31.
    That does not go: 9999-01-01 08:30 is too far away: meetings are known from 1970-01-01 to 2099-12-31.
firstmate (only you): That is so already; nothing was changed.
    That is so already; nothing was changed.
firstmate (only you): There is no command lsit. Did you mean list? /firstmate help lists what there is.
    There is no command `lsit`. Did you mean `list`? `/firstmate help` lists what there is.
firstmate (only you): I did not understand that: many is no value that I can take there. It goes like this: /meetings list [number].
    I did not understand that: `many` is no value that I can take there. It goes like this: `/meetings list [number]`.
firstmate (only you): The next 20 meetings
    • Operate First Project Coordination: Wed 25 Nov 2026, 13:30 UTC. ISO week 48.
    • MOC/ODH sprint planning: Wed 2 Dec 2026, 13:30 UTC. ISO week 49.
    • Operate First Project Coordination: Wed 9 Dec 2026, 13:30 UTC. ISO week 50.
    • MOC/ODH sprint planning: Wed 16 Dec 2026, 13:30 UTC. ISO week 51.
    • Operate First Project Coordination: Wed 23 Dec 2026, 13:30 UTC. ISO week 52.
    • MOC/ODH sprint planning: Wed 30 Dec 2026, 13:30 UTC. ISO week 53.
    • Operate First Project Coordination: Wed 6 Jan 2027, 13:30 UTC. ISO week 1.
    • MOC/ODH sprint planning: Wed 13 Jan 2027, 13:30 UTC. ISO week 2.
    • Operate First Project Coordination: Wed 20 Jan 2027, 13:30 UTC. ISO week 3.
    • MOC/ODH sprint planning: Wed 27 Jan 2027, 13:30 UTC. ISO week 4.
    • Operate First Project Coordination: Wed 3 Feb 2027, 13:30 UTC. ISO week 5.
    • MOC/ODH sprint planning: Wed 10 Feb 2027, 13:30 UTC. ISO week 6.
    • Operate First Project Coordination: Wed 17 Feb 2027, 13:30 UTC. ISO week 7.
    • MOC/ODH sprint planning: Wed 24 Feb 2027, 13:30 UTC. ISO week 8.
    • Operate First Project Coordination: Wed 3 Mar 2027, 13:30 UTC. ISO week 9.
    • MOC/ODH sprint planning: Wed 10 Mar 2027, 13:30 UTC. ISO week 10.
    • Operate First Project Coordination: Wed 17 Mar 2027, 12:30 UTC. ISO week 11.
    • MOC/ODH sprint planning: Wed 24 Mar 2027, 12:30 UTC. ISO week 12.
    • Operate First Project Coordination: Wed 31 Mar 2027, 12:30 UTC. ISO week 13.
    • MOC/ODH sprint planning: Wed 7 Apr 2027, 12:30 UTC. ISO week 14.
    Times are by your own clock. Week numbers are for information only: the meetings alternate by date.
    *The next 20 meetings*
    • *Operate First Project Coordination*: Wed 25 Nov 2026, 13:30 UTC (13:30 UTC). ISO week 48.
    • *MOC/ODH sprint planning*: Wed 2 Dec 2026, 13:30 UTC (13:30 UTC). ISO week 49.
    • *Operate First Project Coordination*: Wed 9 Dec 2026, 13:30 UTC (13:30 UTC). ISO week 50.
    • *MOC/ODH sprint planning*: Wed 16 Dec 2026, 13:30 UTC (13:30 UTC). ISO week 51.
    • *Operate First Project Coordination*: Wed 23 Dec 2026, 13:30 UTC (13:30 UTC). ISO week 52.
    • *MOC/ODH sprint planning*: Wed 30 Dec 2026, 13:30 UTC (13:30 UTC). ISO week 53.
    • *Operate First Project Coordination*: Wed 6 Jan 2027, 13:30 UTC (13:30 UTC). ISO week 1.
    • *MOC/ODH sprint planning*: Wed 13 Jan 2027, 13:30 UTC (13:30 UTC). ISO week 2.
    • *Operate First Project Coordination*: Wed 20 Jan 2027, 13:30 UTC (13:30 UTC). ISO week 3.
    • *MOC/ODH sprint planning*: Wed 27 Jan 2027, 13:30 UTC (13:30 UTC). ISO week 4.
    • *Operate First Project Coordination*: Wed 3 Feb 2027, 13:30 UTC (13:30 UTC). ISO week 5.
    • *MOC/ODH sprint planning*: Wed 10 Feb 2027, 13:30 UTC (13:30 UTC). ISO week 6.
    • *Operate First Project Coordination*: Wed 17 Feb 2027, 13:30 UTC (13:30 UTC). ISO week 7.
    • *MOC/ODH sprint planning*: Wed 24 Feb 2027, 13:30 UTC (13:30 UTC). ISO week 8.
    • *Operate First Project Coordination*: Wed 3 Mar 2027, 13:30 UTC (13:30 UTC). ISO week 9.
    • *MOC/ODH sprint planning*: Wed 10 Mar 2027, 13:30 UTC (13:30 UTC). ISO week 10.
    • *Operate First Project Coordination*: Wed 17 Mar 2027, 12:30 UTC (12:30 UTC). ISO week 11.
    • *MOC/ODH sprint planning*: Wed 24 Mar 2027, 12:30 UTC (12:30 UTC). ISO week 12.
    • *Operate First Project Coordination*: Wed 31 Mar 2027, 12:30 UTC (12:30 UTC). ISO week 13.
    • *MOC/ODH sprint planning*: Wed 7 Apr 2027, 12:30 UTC (12:30 UTC). ISO week 14.
    Times are by your own clock. Week numbers are for information only: the meetings alternate by date.
firstmate (only you): That is too long: 300 characters is the most. Say it in a sentence.
    That is too long: 300 characters is the most. Say it in a sentence.
");
    assert_snapshot!(bot.as_("ann").reads("#general"), @r"
firstmate (only you): Only the role maintainer may do that (meetings.change in commands/roles.toml). Ask somebody who has it, or in #support.
    Only the role `maintainer` may do that (`meetings.change` in commands/roles.toml). Ask somebody who has it, or in #support.
");
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
    assert_snapshot!(bob.reads(), @r"
firstmate: The coming New Year changes odd and even weeks
    Operate First Project Coordination: 2026-12-30 (ISO week 53) and 2027-01-06 (week 1) both lie in odd weeks: this series meets on 2026-12-23 and 2027-01-06, until then in even weeks and afterwards in odd ones. Leave it so to keep alternating; or, to stay on even weeks, re-anchor it once 2026-12-23 is over: `anchor = 2027-01-13`
    MOC/ODH sprint planning: 2026-12-30 (ISO week 53) and 2027-01-06 (week 1) both lie in odd weeks: this series meets on 2026-12-30 and 2027-01-13, until then in odd weeks and afterwards in even ones. Leave it so to keep alternating; or, to stay on odd weeks, re-anchor it once 2026-12-30 is over: `anchor = 2027-01-20`
    *The coming New Year changes odd and even weeks*
    *Operate First Project Coordination*: 2026-12-30 (ISO week 53) and 2027-01-06 (week 1) both lie in odd weeks: this series meets on 2026-12-23 and 2027-01-06, until then in even weeks and afterwards in odd ones. Leave it so to keep alternating; or, to stay on even weeks, re-anchor it once 2026-12-23 is over: `anchor = 2027-01-13`
    *MOC/ODH sprint planning*: 2026-12-30 (ISO week 53) and 2027-01-06 (week 1) both lie in odd weeks: this series meets on 2026-12-30 and 2027-01-13, until then in odd weeks and afterwards in even ones. Leave it so to keep alternating; or, to stay on odd weeks, re-anchor it once 2026-12-30 is over: `anchor = 2027-01-20`
    [Keep alternating] [Show how to re-anchor]
");
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
