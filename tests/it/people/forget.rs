//! What is kept about somebody, and its end: no column of any table holds them afterwards.

use firstmate::store::Kept;
use insta::assert_snapshot;
use sqlx::any::AnyPoolOptions;
use sqlx::{AnyPool, AssertSqlSafe, Row};

use super::{asked, told};
use crate::bot::{Bot, Parts, Turned};
use crate::database;

const ANN: &str = "U0ANN";

/// A database that a second connection can look into: SQLite in a file, or PostgreSQL.
async fn database(folder: &std::path::Path) -> String {
    match database::fresh().await {
        memory if memory == "sqlite::memory:" => format!("sqlite:{}", folder.join("bot.db").display()),
        postgres => postgres,
    }
}

/// Every value of every column of every table, as text.
async fn everything(url: &str) -> Vec<String> {
    let pool: AnyPool = AnyPoolOptions::new().max_connections(1).connect(url).await.unwrap();
    let columns = if url.starts_with("sqlite:") {
        "select m.name as tab, c.name as col from sqlite_master m, pragma_table_info(m.name) c where m.type = 'table'"
    } else {
        "select table_name::text as tab, column_name::text as col from information_schema.columns where table_schema = 'public'"
    };
    let columns = sqlx::query(columns).fetch_all(&pool).await.unwrap();
    assert!(columns.len() > 60, "the tables were not found");
    let mut values = Vec::new();
    for column in columns {
        let (table, column): (String, String) = (column.get("tab"), column.get("col"));
        if table.starts_with("_sqlx") {
            continue;
        }
        let text = format!("select cast({column} as text) as value from {table}");
        for row in sqlx::query(AssertSqlSafe(text)).fetch_all(&pool).await.unwrap() {
            values.push(format!("{table}.{column}: {}", row.get::<String, _>("value")));
        }
    }
    pool.close().await;
    values
}

fn naming<'a>(values: &'a [String], person: &str) -> Vec<&'a String> {
    values.iter().filter(|value| value.contains(person)).collect()
}

/// Ann has done one of everything, and Bob has named her.
async fn busy(bot: &Bot) {
    asked(bot, "ann", "/meetings agenda add coordination the quota form").await;
    asked(bot, "bob", "/meetings agenda add coordination what <@U0ANN> said").await;
    asked(bot, "ann", "/meetings skip coordination next I am away").await;
    asked(bot, "bob", "/meetings skip sprint-planning next <@U0ANN|ann> is away").await;
    asked(bot, "ann", "/firstmate notice add environment ask me").await;
    asked(bot, "ann", "/firstmate audit").await;
    asked(bot, "ann", "/onboard gaps").await;
    let ann = bot.as_("ann");
    for title in ["It is blank", "It is slow"] {
        ann.in_("#support").types(&format!("/issue support {title}")).await;
        bot.settle_now().await;
        ann.submits(&[("What", "Question")]).await;
        ann.submits(&[("Title", title), ("What would you like to know?", "Why?")]).await;
        bot.settle_now().await;
        if title == "It is blank" {
            ann.submits(&[]).await;
            bot.settle_now().await;
        }
    }
    ann.in_("#general").types("/onboard is there an SLA?").await;
}

const ROLES: &str =
    "[roles.maintainer]\npeople = [\"U0BOB\", \"U0ANN\"]\nmay = [\"meetings.change\", \"bot.notice\", \"bot.pause\"]\n";

#[tokio::test]
async fn after_forget_me_no_column_of_any_table_holds_the_person() {
    let folder = tempfile::tempdir().unwrap();
    let url = database(folder.path()).await;
    let time = Turned::at("2027-02-05T09:00:00Z");
    let mut parts = Parts { clock: time.clock(), ..Parts::default() };
    parts.files = parts.files.overlay("roles.toml", ROLES);
    let bot = parts.set("FIRSTMATE_STORE__URL", &url).start().await;
    busy(&bot).await;
    // Something on its way, which a pause holds back.
    asked(&bot, "ann", "/firstmate pause until <@U0ANN> is back").await;
    let post = |key: &str, text: &str| firstmate::store::Job {
        key: key.to_owned(),
        effect: firstmate::domain::effect::Effect::Post {
            place: firstmate::domain::effect::Place { channel: "C01RMPVUUK1".to_owned(), thread: None },
            reply: firstmate::domain::reply::Reply::text(text),
            tell: None,
            about: None,
        },
    };
    let now = "2027-02-05T09:00:00Z".parse().unwrap();
    bot.store.owe(&post("share:1", "Shown by [a member](person:U0ANN)."), now).await.unwrap();
    bot.store.owe(&post("share:2", "Shown by [a member](person:U0ANNE)."), now).await.unwrap();
    bot.store.keep_draft("bobs", "U0BOB", "{\"user\":\"U0ANN\"}", now).await.unwrap();

    let before = everything(&url).await;
    let tables: std::collections::BTreeSet<&str> =
        naming(&before, ANN).iter().filter_map(|value| value.split('.').next()).collect();
    let all = ["agenda_item", "audit", "denial", "draft", "issue", "job", "meeting_change", "notice", "pause"];
    assert_eq!(tables.into_iter().collect::<Vec<_>>(), all, "the test must have something to forget in each");
    assert_snapshot!(asked(&bot, "ann", "/firstmate forget-me").await, @r"
What I keep about you
• 1 issue that you asked for
• 1 window that you have not sent
• 1 item of an agenda
• 1 change of a meeting
• 2 notices and pauses that you gave
• 1 rule by which I last said no to you
• 1 thing that is on its way for you
• 8 entries of the audit log
Erase it does that for good. Items of agendas are removed, and I no longer follow or tell you of your issues. What has not left me yet is withdrawn. In changes of meetings, in notices and in the audit log your id goes, and the rest stays: the log says forgotten where it named you.
What I posted in Slack or filed on GitHub for you stays there: delete it there, or ask an admin.
");
    bot.as_("ann").in_("#general").presses("Erase it").await;
    bot.tick().await;
    assert!(told(bot.as_("ann"), "#general").starts_with("Erased."), "{}", told(bot.as_("ann"), "#general"));

    let after = everything(&url).await;
    let others: Vec<_> = naming(&after, ANN).into_iter().filter(|value| !value.contains("U0ANNE")).collect();
    assert!(others.is_empty(), "{others:#?}");
    assert_eq!(naming(&after, "U0ANNE").len(), 1, "somebody else's job was lost");
    assert_eq!(bot.store.kept(ANN).await.unwrap(), Kept::default());
    let own = ["the quota form", "It is slow", "It is blank"];
    assert!(own.iter().all(|words| naming(&after, words).is_empty()), "{:#?}", naming(&after, "It is"));
    assert_snapshot!(asked(&bot, "ann", "/firstmate forget-me").await, @"I keep nothing about you, so there is nothing to erase.");
    assert!(asked(&bot, "ann", "/firstmate whoami").await.contains("I keep nothing about you."));
    // The pause that she gave still holds, and is nobody's any more.
    assert!(asked(&bot, "bob", "/meetings").await.contains("by an operator"));
    asked(&bot, "bob", "/firstmate resume").await;
    bot.finish().await;
}

#[tokio::test]
async fn nobody_is_told_of_the_issues_of_somebody_who_was_forgotten() {
    let bot = Bot::start().await;
    let ann = bot.as_("ann");
    ann.in_("#support").types("/issue support It is blank").await;
    bot.settle().await;
    ann.submits(&[("What", "Question")]).await;
    ann.submits(&[("Title", "It is blank"), ("What would you like to know?", "Why?")]).await;
    bot.settle().await;
    ann.submits(&[]).await;
    bot.settle().await;
    let number = bot.store.filed_for(ANN, 1).await.unwrap()[0].number;
    asked(&bot, "ann", "/firstmate forget-me").await;
    bot.as_("ann").in_("#general").presses("Erase it").await;
    bot.settle().await;
    let before = ann.reads("@firstmate");
    bot.world.forge().close("operate-first/support", number.try_into().unwrap(), "completed").await;
    bot.settle().await;
    assert_eq!(ann.reads("@firstmate"), before);
    assert_eq!(
        bot.store.opened_in("operate-first/support").await.unwrap(),
        [number],
        "it would be taken for another's"
    );
    bot.finish().await;
}
