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
    assert_snapshot!(answer.lines().take(2).collect::<Vec<_>>().join("\n"), @r"
⚠️ Notice of 15 April 2023: This cluster was retired. Source (https://www.operate-first.cloud/blog/retired)
Is there an SLA?
");
    let other = asked(&bot, "ann", "/onboard how do I bring my project?").await;
    assert!(!other.contains("retired"), "{other}");
    bot.finish().await;
}

#[tokio::test]
async fn an_operators_notice_is_on_top_until_its_day_or_until_it_is_removed() {
    let time = Turned::at("2027-02-05T09:00:00Z");
    let bot = bot_at(&time).await;
    assert_snapshot!(asked(&bot, "ann", "/firstmate notice add environment gone").await, @"Only the role maintainer may do that (bot.notice in commands/roles.toml). Ask somebody who has it, or in #support.");
    assert_snapshot!(asked(&bot, "bob", "/firstmate notice list").await, @"There is no notice. /firstmate notice add TAG TEXT puts one on top of every answer with that tag.");
    assert_snapshot!(asked(&bot, "bob", "/firstmate notice add enviroment gone").await, @"No answer has the tag enviroment. Did you mean environment? There are: environment, meetings, onboarding, terms.");
    assert_snapshot!(asked(&bot, "bob", "/firstmate notice add environment --until 2026-01-01 gone").await, @"--until takes a date that is still to come, as in --until 2026-12-23: the last day on which it is said.");
    let added =
        asked(&bot, "bob", "/firstmate notice add environment --until 2027-02-06 The cluster's *gone* <!here>").await;
    assert_snapshot!(added, @r"
From now on every answer with the tag environment begins with this until 6 February 2027:
> The cluster's *gone* <!here>
/firstmate notice remove ID takes it away.
");
    let answer = asked(&bot, "ann", "/onboard is there an SLA?").await;
    assert_snapshot!(answer.lines().take(3).collect::<Vec<_>>().join("\n"), @r"
⚠️ Notice of 5 February 2027, by an operator:
> The cluster's *gone* <!here>
Is there an SLA?
");
    bot.as_("ann").in_("#general").presses("Show everyone").await;
    bot.settle().await;
    assert!(bot.as_("bob").reads("#general").contains("by an operator"));
    assert_snapshot!(asked(&bot, "bob", "/firstmate notice list").await, @r"
Notices on top of answers
ID on environment, by a member on Fri 5 Feb 2027, TIME, until 6 February 2027:
> The cluster's *gone* <!here>
/firstmate notice remove and its name takes one away.
");
    time.to("2027-02-07T09:00:00Z");
    assert!(asked(&bot, "ann", "/onboard is there an SLA?").await.starts_with("Is there an SLA?"));
    time.to("2027-02-06T09:00:00Z");
    let id = bot.store.notices().await.unwrap()[0].id.clone();
    assert_snapshot!(asked(&bot, "bob", "/firstmate notice remove 000000x").await, @"There is no notice of that name. /firstmate notice list shows them; those of the catalogue are changed in commands/onboard/notices.toml, by pull request.");
    assert_snapshot!(asked(&bot, "bob", &format!("/firstmate notice remove {id}")).await, @"Taken away. Answers are without it from now on.");
    assert!(asked(&bot, "ann", "/onboard is there an SLA?").await.starts_with("Is there an SLA?"));
    bot.finish().await;
}

#[tokio::test]
async fn a_notice_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("bot.db").display());
    let bot = Parts::default().set("FIRSTMATE_STORE__URL", &url).start().await;
    asked(&bot, "bob", "/firstmate notice add environment retired").await;
    bot.stops().await;
    let bot: Bot = Parts::default().set("FIRSTMATE_STORE__URL", &url).start().await;
    assert!(asked(&bot, "ann", "/onboard is there an SLA?").await.starts_with("⚠️ Notice"));
    bot.finish().await;
}

/// Phones and Macs make one long dash of two.
#[tokio::test]
async fn the_last_day_of_a_notice_is_never_taken_for_its_words() {
    let bot = bot_at(&Turned::at("2027-02-05T09:00:00Z")).await;
    let said = asked(&bot, "bob", "/firstmate notice add environment \u{2014}until 2027-12-23 it was retired").await;
    assert!(said.contains("begins with this until 23 December 2027:") && said.contains("it was retired"), "{said}");
    for line in ["it was retired --until 2027-12-23", "it was retired \u{2014}until 2027-12-23"] {
        let said = asked(&bot, "bob", &format!("/firstmate notice add environment {line}")).await;
        assert!(said.starts_with("--until stands before the text:"), "{said}");
    }
    bot.finish().await;
}
