//! The catalogue changes while the bot runs.

use std::path::Path;
use std::time::Duration;

use crate::bot::{Bot, Parts};

const ANSWER: &str = "+++\ntitle = \"Where is the coffee?\"\nasks = [\"coffee\", \"where do I get coffee\"]\nverified = 2026-11-20\n    [[sources]]\ntitle = \"The kitchen\"\nurl = \"https://example.org/kitchen\"\ndated = 2026-11-01\n+++\nIn the kitchen.\n";

const ROLES: &str = "[roles.maintainer]\npeople = [\"U0BOB\"]\nmay = [\"bot.pause\"]\n";

/// Longer than it takes to see that a folder has changed and is still: two looks, 5 s apart.
const PATIENCE: Duration = Duration::from_secs(60);

fn copied(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copied(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
}

/// A bot that follows a folder of its own.
async fn following() -> (Bot, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    copied(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/catalogue"), folder.path());
    std::fs::write(folder.path().join("roles.toml"), ROLES).unwrap();
    let bot = Parts::default().follow(folder.path()).start().await;
    (bot, folder)
}

/// Asks until the answer holds `words`.
async fn until(bot: &Bot, who: &str, place: &str, ask: Option<&str>, words: &str) -> String {
    let waiting = async {
        loop {
            if let Some(ask) = ask {
                bot.as_(who).in_(place).types(ask).await;
            }
            let read = bot.as_(who).reads(place);
            if read.contains(words) {
                return read;
            }
            #[expect(clippy::disallowed_methods, reason = "the folder is looked at by the clock of the machine")]
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("never read: {words}"))
}

#[tokio::test]
async fn a_change_is_taken_while_the_bot_runs() {
    let (bot, folder) = following().await;
    bot.as_("ann").in_("#support").types("/onboard where do I get coffee").await;
    assert!(!bot.as_("ann").reads("#support").contains("In the kitchen."));
    std::fs::write(folder.path().join("onboard/answers/coffee.md"), ANSWER).unwrap();
    until(&bot, "ann", "#support", Some("/onboard where do I get coffee"), "In the kitchen.").await;
    bot.finish().await;
}

#[tokio::test]
async fn a_change_with_faults_is_refused_and_told_to_admins_once_and_the_last_good_one_stays() {
    let (bot, folder) = following().await;
    std::fs::write(folder.path().join("onboard/answers/no-sla.md"), "+++\ntitel = 1\n+++\nhunter2").unwrap();
    let told = until(&bot, "bob", "@firstmate", None, "I did not take a change of my catalogue").await;
    let (_, told) = told.split_once("    *I did").unwrap();
    insta::assert_snapshot!(told, @r"
     not take a change of my catalogue*
        I go on with what I knew before, because it has faults:

        • onboard/answers/no-sla.md:2:1: `title` is missing
        • onboard/answers/no-sla.md:2:1: `asks` is missing: write the ways in which people ask for this
        • onboard/answers/no-sla.md:2:1: `verified` is missing
        • onboard/answers/no-sla.md:2:1: `[[sources]]` is missing: say where this stands, or set `undocumented = true`
        • onboard/answers/no-sla.md:2:1: unknown key `titel`
        `firstmate check` lists them all. Mend them before I am restarted: with faults in my catalogue I do not start.
    ");
    // What was known before is known still, and mended the folder is taken again.
    bot.as_("ann").in_("#support").types("/onboard is there an SLA").await;
    assert!(bot.as_("ann").reads("#support").contains("no SLA"));
    std::fs::write(folder.path().join("onboard/answers/coffee.md"), ANSWER).unwrap();
    std::fs::remove_file(folder.path().join("onboard/answers/no-sla.md")).unwrap();
    until(&bot, "ann", "#support", Some("/onboard where do I get coffee"), "In the kitchen.").await;
    assert_eq!(bot.as_("bob").reads("@firstmate").matches("*I did not take a change").count(), 1);
    bot.finish().await;
}

#[tokio::test]
async fn what_changes_while_the_bot_starts_is_a_change() {
    let folder = tempfile::tempdir().unwrap();
    copied(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/catalogue"), folder.path());
    std::fs::write(folder.path().join("roles.toml"), ROLES).unwrap();
    let parts = Parts::default().follow(folder.path());
    std::fs::write(folder.path().join("onboard/answers/coffee.md"), ANSWER).unwrap();
    let bot = parts.start().await;
    until(&bot, "ann", "#support", Some("/onboard where do I get coffee"), "In the kitchen.").await;
    bot.finish().await;
}
