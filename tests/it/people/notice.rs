//! Notices on top of answers: the catalogue's and those of operators.

use insta::assert_snapshot;

use super::{asked, bot_at};
use crate::bot::{Bot, Parts, Turned};

const NOTICES: &str = r#"
[[notice]]
tag = "environment"
text = "This cluster was **retired**."
since = 2023-04-15
source = "https://www.operate-first.cloud/blog/retired"
[[notice]]
tag = "environment"
text = "Nobody reads this any more."
since = 2023-04-15
until = 2023-05-15
"#;

#[tokio::test]
async fn the_catalogues_notice_stands_on_top_of_each_answer_with_its_tag() {
    let mut parts = Parts::default();
    parts.files = parts.files.overlay("onboard/notices.toml", NOTICES);
    let bot = parts.start().await;
    let answer = asked(&bot, "ann", "/onboard is there an SLA?").await;
    assert_snapshot!(answer.lines().take(2).collect::<Vec<_>>().join("\n"), @"");
    let other = asked(&bot, "ann", "/onboard how do I bring my project?").await;
    assert!(!other.contains("retired"), "{other}");
    bot.finish().await;
}

#[tokio::test]
async fn an_operators_notice_is_on_top_until_its_day_or_until_it_is_removed() {
    let time = Turned::at("2027-02-05T09:00:00Z");
    let bot = bot_at(&time).await;
    assert_snapshot!(asked(&bot, "ann", "/firstmate notice add environment gone").await, @"");
    assert_snapshot!(asked(&bot, "bob", "/firstmate notice list").await, @"");
    assert_snapshot!(asked(&bot, "bob", "/firstmate notice add enviroment gone").await, @"");
    assert_snapshot!(asked(&bot, "bob", "/firstmate notice add environment --until 2026-01-01 gone").await, @"");
    let added =
        asked(&bot, "bob", "/firstmate notice add environment --until 2027-02-06 The cluster's *gone* <!here>").await;
    assert_snapshot!(added, @"");
    let answer = asked(&bot, "ann", "/onboard is there an SLA?").await;
    assert_snapshot!(answer.lines().take(3).collect::<Vec<_>>().join("\n"), @"");
    bot.as_("ann").in_("#general").presses("Show everyone").await;
    bot.settle().await;
    assert!(bot.as_("bob").reads("#general").contains("by an operator"));
    assert_snapshot!(asked(&bot, "bob", "/firstmate notice list").await, @"");
    time.to("2027-02-07T09:00:00Z");
    assert!(asked(&bot, "ann", "/onboard is there an SLA?").await.starts_with("Is there an SLA?"));
    time.to("2027-02-06T09:00:00Z");
    let id = bot.store.notices().await.unwrap()[0].id.clone();
    assert_snapshot!(asked(&bot, "bob", "/firstmate notice remove 000000x").await, @"");
    assert_snapshot!(asked(&bot, "bob", &format!("/firstmate notice remove {id}")).await, @"");
    assert!(asked(&bot, "ann", "/onboard is there an SLA?").await.starts_with("Is there an SLA?"));
    bot.finish().await;
}

#[tokio::test]
async fn a_notice_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("bot.db").display());
    let bot = Parts::default().set("FIRSTMATE_STORE__URL", &url).start().await;
    asked(&bot, "bob", "/firstmate notice add environment retired").await;
    bot.store.close().await;
    drop(bot);
    let bot: Bot = Parts::default().set("FIRSTMATE_STORE__URL", &url).start().await;
    assert!(asked(&bot, "ann", "/onboard is there an SLA?").await.starts_with("⚠️ Notice"));
    bot.finish().await;
}
