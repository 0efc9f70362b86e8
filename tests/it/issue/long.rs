//! Threads that are longer than a page of Slack and a body of GitHub.

use firstmate::playground::Member;
use insta::assert_snapshot;
use regex::Regex;
use serde_json::{Value, json};

use super::{SUPPORT, called, opened, previewed, window};
use crate::bot::{Bot, Parts};

/// Most characters of a body or a comment on GitHub.
const LONGEST: usize = 65_536;

/// People who wrote, and replies that they wrote.
const PEOPLE: usize = 40;
const REPLIES: usize = 500;

/// Body and comments of an issue, as GitHub has them, in order.
fn texts(bot: &Bot, number: u64) -> Vec<String> {
    let mut texts = vec![body(&bot.world.forge().issue_json(SUPPORT, number).unwrap())];
    let calls = bot.world.calls();
    let comments = calls.iter().filter(|(method, _)| method == super::COMMENT);
    texts.extend(comments.map(|(_, parameters)| body(&parameters["body"])));
    texts
}

fn body(value: &Value) -> String {
    value["body"].as_str().unwrap_or_default().to_owned()
}

/// The numbers that the messages carry, in the order in which they stand in `texts`.
fn numbers(texts: &[String]) -> Vec<usize> {
    let number = Regex::new(r"message-(\d+)\b").unwrap();
    texts.iter().flat_map(|text| number.captures_iter(text)).map(|found| found[1].parse().unwrap()).collect()
}

/// A message of the kind that falls to this number: each kind of Slack's rich text in turn.
fn message(number: usize) -> (String, Option<Value>) {
    let text = format!("message-{number}");
    let section = |elements: Value| json!({"type": "rich_text_section", "elements": elements});
    let plain = |text: String| json!({"type": "text", "text": text});
    let styled = |style: &str| json!({"type": "text", "text": text, "style": {style: true}});
    let one = plain(format!("{text} "));
    let rich = match number % 14 {
        0 => return (format!("{text} in *bold*, _slanted_, ~struck~ and `code`\nand a second line"), None),
        1 => section(json!([styled("bold")])),
        2 => section(json!([styled("italic")])),
        3 => section(json!([styled("strike")])),
        4 => section(json!([styled("code")])),
        5 => section(json!([one, {"type": "link", "url": "https://a.example/x", "text": "a link"}])),
        6 => section(
            json!([one, {"type": "user", "user_id": "U0BOB"}, {"type": "channel", "channel_id": "C01RMPVUUK1"}]),
        ),
        7 => section(json!([one, {"type": "emoji", "name": "tada"}, {"type": "broadcast", "range": "here"}])),
        8 => json!({"type": "rich_text_quote", "elements": [one]}),
        9 => json!({"type": "rich_text_preformatted", "elements": [plain(format!("{text}\n```\nend"))]}),
        10 => {
            json!({"type": "rich_text_list", "style": "bullet", "elements": [section(json!([one])), section(json!([plain("b".to_owned())]))]})
        }
        11 => json!({"type": "rich_text_list", "style": "ordered", "indent": 1, "elements": [section(json!([one]))]}),
        12 => {
            section(json!([one, {"type": "date", "timestamp": 1_800_000_000, "format": "{date}", "fallback": "a day"}]))
        }
        _ => section(
            json!([one, {"type": "usergroup", "usergroup_id": "S0GROUP01"}, {"type": "color", "value": "#ff0000"}]),
        ),
    };
    (text, Some(json!([{"type": "rich_text", "elements": [rich]}])))
}

#[tokio::test]
async fn a_thread_of_five_hundred_replies_by_forty_people_is_whole() {
    let person = |number| Member::new(&format!("U0P{number:03}"), &format!("p{number}"), &format!("Person {number}"));
    let people = (0..PEOPLE).map(person).collect();
    let bot = Parts { people, ..Parts::default() }.start().await;
    let said = (0..=REPLIES).map(|number| {
        let (text, blocks) = message(number);
        (format!("p{}", number % PEOPLE), text, blocks)
    });
    let ts = bot.world.seed_thread("#support", said.collect());
    let ann = previewed(&bot, "#support", &ts).await;
    // A page of Slack holds 15 messages.
    assert_eq!(called(&bot, "conversations.replies"), (REPLIES + 1).div_ceil(15));
    assert_eq!(called(&bot, "users.info"), PEOPLE + 2, "each once, with Bob, who is named, and Ann, who files");
    ann.submits(&[]).await;
    bot.settle().await;
    let texts = texts(&bot, 4);
    assert_eq!(numbers(&texts), (0..=REPLIES).collect::<Vec<_>>(), "each message stands there once, in order");
    assert_eq!(texts.concat().matches("**a community member** · ").count(), REPLIES + 1);
    assert!(texts.iter().all(|text| text.chars().count() <= LONGEST));
    bot.finish().await;
}

#[tokio::test]
async fn what_is_too_long_for_one_comment_goes_on_in_others() {
    let bot = Bot::start().await;
    let said = (0..60).map(|number| {
        let text = format!("message-{number} {}", "so many words ".repeat(260));
        (if number % 2 == 0 { "ann" } else { "bob" }.to_owned(), text, None)
    });
    let ts = bot.world.seed_thread("#support", said.collect());
    let ann = previewed(&bot, "#support", &ts).await;
    let left = window(ann).lines().find(|line| line.contains("characters more")).unwrap_or_default().trim().to_owned();
    assert_snapshot!(left, @"… and 196095 characters more, made in the same way.");
    ann.submits(&[]).await;
    bot.settle().await;
    let texts = texts(&bot, 4);
    assert!(texts.len() > 4, "{} texts", texts.len());
    assert!(texts.iter().all(|text| text.chars().count() <= LONGEST));
    assert_eq!(numbers(&texts), (0..60).collect::<Vec<_>>());
    let heads: Vec<&str> = texts.iter().skip(1).map(|text| text.lines().next().unwrap_or_default()).collect();
    assert_snapshot!(super::plain(&heads.join("\n")), @r#"
    From [a Slack thread](https://operatefirst.slack.com/archives/C01RMPVUUK1/pTS) (60 messages, times in UTC), for a community member. They hear there how it goes on; no GitHub account is needed.
    **a community member** · 2027-02-05 09:00 UTC
    **a community member** · 2027-02-05 09:00 UTC
    **a community member** · 2027-02-05 09:00 UTC
    "#);
    bot.finish().await;
}

#[tokio::test]
async fn without_a_form_the_thread_begins_in_the_body() {
    let bot = Bot::start().await;
    let said = (0..30).map(|number| ("ann".to_owned(), format!("message-{number} {}", "x".repeat(3_500)), None));
    let ts = bot.world.seed_thread("#support", said.collect());
    let ann = opened(&bot, "#support", &ts).await;
    ann.submits(&[("What", "Something else")]).await;
    ann.submits(&[("Title", "Long")]).await;
    bot.settle().await;
    ann.submits(&[]).await;
    bot.settle().await;
    let texts = texts(&bot, 4);
    assert_eq!(texts.len(), 2);
    assert!(texts[0].ends_with(":0 -->") && texts[1].ends_with(":1 -->"));
    assert_eq!(numbers(&texts), (0..30).collect::<Vec<_>>());
    bot.finish().await;
}
