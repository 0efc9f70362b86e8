//! The public page.

use crate::bot::{Bot, Parts, Turned};

async fn page(bot: &Bot) -> (reqwest::header::HeaderMap, String) {
    let answer = reqwest::get(&bot.address).await.unwrap();
    assert_eq!(answer.status(), 200);
    (answer.headers().clone(), answer.text().await.unwrap())
}

/// What is read on it.
fn words(html: &str) -> String {
    let page = scraper::Html::parse_document(html);
    let body = scraper::Selector::parse("body").unwrap();
    let text: String = page.select(&body).next().unwrap().text().collect();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn anybody_reads_when_the_community_meets_and_what_the_bot_keeps() {
    let time = Turned::at("2026-11-20T09:00:00Z");
    let bot = Parts { clock: time.clock(), ..Parts::default() }.start().await;
    let (headers, html) = page(&bot).await;
    assert!(headers["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
    insta::assert_snapshot!(words(&html), @r"
firstmate
The Slack bot of the Operate First community, operated in the open.
In service
Next meetings
Operate First Project Coordination
Wednesday, 25 November 2026, 08:30 EST (13:30 UTC)
Join · Subscribe
MOC/ODH sprint planning
Wednesday, 2 December 2026, 08:30 EST (13:30 UTC)
Join · Subscribe
All of them in one calendar: /meetings.ics. A date that is skipped or moved changes there within minutes.
What it does
/onboard Ask how things work here and get an answer with its source
/meetings When the community meets, and what is talked about
/issue Open a GitHub issue, or see where yours stand
/cluster Look at the clusters: what runs, and why something does not
/firstmate What I can do, and everything else
In Slack: type a command, mention @firstmate in a thread, or write to it. What it answers is yours alone until you show it.
What it keeps
Not what you ask. Questions that it could not answer are counted by topic, without words and without you.
A message that it still has to send or file, until that is done. Then it is erased.
For a year: which issues were filed for whom and how they stand, and who had what done, by ids and verbs.
Nothing leaves for anybody else: no telemetry but to whoever runs it, of ids and verbs; no model.
/firstmate forget-me erases what is kept about you. The promises, each with the test that holds it.
firstmate 0.1.0 · source · what you may expect of it
");
    assert!(!html.contains("<script"));
    bot.finish().await;
}

#[tokio::test]
async fn a_reason_that_somebody_gave_is_not_for_the_public() {
    let time = Turned::at("2026-11-20T09:00:00Z");
    let bot = Parts { clock: time.clock(), ..Parts::default() }.start().await;
    bot.as_("bob").in_("#support").types("/meetings skip coordination next xanadu is away").await;
    bot.settle().await;
    let (_, html) = page(&bot).await;
    assert!(html.contains("Skipped on Wed 25 Nov.") && !html.contains("xanadu"), "{html}");
}

#[tokio::test]
async fn a_bot_in_trouble_says_so_and_nothing_internal() {
    let bot = Bot::start().await;
    bot.store.close().await;
    let (_, html) = page(&bot).await;
    assert!(
        words(&html).contains("In trouble: its store does not answer. Ask people in #support meanwhile."),
        "{html}"
    );
}
