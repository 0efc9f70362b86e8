//! `firstmate doctor`, as whoever sets the bot up runs it.

use std::process::Output;

use firstmate::playground::Repository;

use crate::bot::{Bot, Parts};

/// The catalogue as it is shipped.
const SHIPPED: [&str; 1] = [concat!("--commands=", env!("CARGO_MANIFEST_DIR"), "/commands")];

/// Runs the doctor in an empty folder with these variables, beside a bot that serves. The bot's address is left out of what it says.
async fn doctor(
    bot: &Bot,
    arguments: &'static [&'static str],
    variables: Vec<(&'static str, String)>,
) -> (Option<i32>, String) {
    let output: Output = tokio::task::spawn_blocking(move || {
        let folder = tempfile::tempdir().unwrap();
        #[expect(clippy::disallowed_methods, reason = "the program itself is what is tested")]
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_firstmate"));
        command.arg("doctor").args(arguments).current_dir(folder.path()).envs(variables).output().unwrap()
    })
    .await
    .unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (output.status.code(), said.replace(&bot.address, "https://bot.example"))
}

fn whole(bot: &Bot) -> Vec<(&'static str, String)> {
    let setup = firstmate::playground::Setup::new(std::sync::Arc::new(|| std::time::UNIX_EPOCH));
    vec![
        ("FIRSTMATE_SLACK__SIGNING_SECRET", setup.signing_secret),
        ("FIRSTMATE_SLACK__BOT_TOKEN", setup.bot_token),
        ("FIRSTMATE_SLACK__API_URL", bot.world.slack_api_url()),
        ("FIRSTMATE_GITHUB__API_URL", bot.world.github_api_url()),
        ("FIRSTMATE_GITHUB__TOKEN", setup.github_token),
        ("FIRSTMATE_GITHUB__WEBHOOK_SECRET", setup.webhook_secret),
        ("FIRSTMATE_HTTP__PUBLIC_URL", bot.address.clone()),
    ]
}

#[tokio::test]
async fn a_bot_that_was_given_all_it_needs() {
    let website = Repository::named("operate-first/operate-first.github.io");
    let bot = Parts { repositories: vec![website], ..Parts::default() }.start().await;
    let (code, said) = doctor(&bot, &SHIPPED, whole(&bot)).await;
    insta::assert_snapshot!(said, @r"
fine    configuration: every key is one, and has the form that it needs
fine    catalogue: 244 answers, 2 series of meetings, 3 repositories, 0 clusters
missing roles: nobody may `onboard.gaps`, `meetings.change`, `audit.read`, `bot.pause`, `bot.notice`
        → name people or channels, by id, in commands/roles.toml
fine    store: SQLite, for one replica: made at the first start
fine    slack.signing_secret: is as long as Slack's are; whether it is the right one shows at the doors
fine    slack.bot_token: is firstmate in Operate First
fine    scopes: all 11 are granted, and none besides
fine    channel C01RMPVUUK1: #support, where people are asked: the bot is in it
fine    channel C01RT0NNCP7: #announcements, where meetings are announced: the bot is in it
fine    github.webhook_secret: is long enough
fine    github: is firstmate-bot
fine    repository operate-first/support: takes issues
fine    repository operate-first/operate-first.github.io: takes issues
fine    repository operate-first/community: takes issues
note    doors: http.public_url is not https: Slack sends to https addresses alone
fine    door /slack/events: takes what is signed with this secret, and turns a forged delivery away
fine    door /github/webhook: takes what is signed with this secret, and turns a forged delivery away
missing clusters: none is named: `/cluster` has nothing to look at
        → name one in commands/cluster/clusters.toml, if people are to look at any
2 missing; the rest is well
");
    assert_eq!(code, Some(0));
}

#[tokio::test]
async fn a_bot_that_is_half_configured() {
    let bot = Bot::start().await;
    let mut variables = whole(&bot);
    variables.retain(|(name, _)| !name.contains("WEBHOOK"));
    for (name, value) in &mut variables {
        match *name {
            "FIRSTMATE_SLACK__SIGNING_SECRET" => *value = "f".repeat(32),
            "FIRSTMATE_GITHUB__TOKEN" => *value = "hunter2".to_owned(),
            _ => {}
        }
    }
    let (code, said) = doctor(&bot, &[], variables).await;
    assert!(!said.contains("hunter2") && !said.contains("ffff"), "{said}");
    insta::assert_snapshot!(said, @r"
fine    configuration: every key is one, and has the form that it needs
fine    catalogue: 244 answers, 2 series of meetings, 3 repositories, 0 clusters
missing roles: nobody may `onboard.gaps`, `meetings.change`, `audit.read`, `bot.pause`, `bot.notice`
        → name people or channels, by id, in commands/roles.toml
fine    store: SQLite, for one replica: made at the first start
fine    slack.signing_secret: is as long as Slack's are; whether it is the right one shows at the doors
fine    slack.bot_token: is firstmate in Operate First
fine    scopes: all 11 are granted, and none besides
fine    channel C01RMPVUUK1: #support, where people are asked: the bot is in it
fine    channel C01RT0NNCP7: #announcements, where meetings are announced: the bot is in it
missing github.webhook_secret: not set: webhooks are turned away, and changes of issues show within three minutes instead of at once
        → make one with `openssl rand -hex 32`, and give it to GitHub and to FIRSTMATE_GITHUB__WEBHOOK_SECRET
wrong   github: GitHub does not accept the token or key
        → give the bot a new key or token: this one is not, or no longer, accepted
note    doors: http.public_url is not https: Slack sends to https addresses alone
wrong   door /slack/events: turns away what is signed with this secret
        → the bot at that address was given another secret: give both the same
missing clusters: none is named: `/cluster` has nothing to look at
        → name one in commands/cluster/clusters.toml, if people are to look at any
2 wrong, 3 missing
");
    assert_eq!(code, Some(1));
}

#[tokio::test]
async fn findings_are_told_to_programs_too() {
    let bot = Parts::default().start().await;
    let variables = vec![("FIRSTMATE_SLACK__SIGNING_SECRET", "hunter2".to_owned())];
    let (code, said) = doctor(&bot, &["--json"], variables).await;
    let (lines, summary) = said.trim_end().rsplit_once('\n').unwrap();
    for line in lines.lines() {
        let finding: serde_json::Value = serde_json::from_str(line).unwrap();
        let keys: Vec<&String> = finding.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["about", "found", "mend", "state"]);
        assert!(["fine", "note", "missing", "wrong"].contains(&finding["state"].as_str().unwrap()));
    }
    assert!(!said.contains("hunter2"), "{said}");
    assert_eq!((code, summary), (Some(1), "1 wrong, 6 missing"));
}

#[tokio::test]
async fn a_configuration_that_cannot_be_read_is_the_first_finding() {
    let bot = Bot::start().await;
    let (code, said) = doctor(&bot, &[], vec![("FIRSTMATE_SLACK__SIGNIN_SECRET", "hunter2".to_owned())]).await;
    assert_eq!(code, Some(1));
    assert!(said.starts_with("wrong   configuration: ") && !said.contains("hunter2"), "{said}");
}
