//! From a thread to an issue, as people go that way: a file a theme, and here what the journeys have in common.

mod body;
mod existing;
mod forms;
mod hooks;
mod limits;
mod long;
mod meanwhile;
mod pages;
mod policy;
mod refusals;
mod review;
mod standing;
mod twice;
mod undo;
mod ways;

use std::sync::LazyLock;

use firstmate::playground::Person;
use regex::Regex;

use crate::bot::Bot;

const SUPPORT: &str = "operate-first/support";
/// For maintainers in #support alone; a test that needs it adds it to the world.
const OPERATORS: &str = "operate-first/operators";
const SHORTCUT: &str = "Open a GitHub issue";

/// Where a repository keeps its forms.
const FORMS: &str = ".github/ISSUE_TEMPLATE";

/// The calls of GitHub's interface that tests let fail or count.
const OPEN_ISSUE: &str = "POST /repos/{o}/{r}/issues";
const COMMENT: &str = "POST /repos/{o}/{r}/issues/{n}/comments";
const CONTENTS: &str = "GET /repos/{o}/{r}/contents/{path}";

/// The title under which the journeys file.
const TITLE: &str = "The console of smaug is blank";

/// A thread about a console that is blank, by Ann and Bob; its first message.
async fn thread(bot: &Bot) -> String {
    thread_in(bot, "#support").await
}

async fn thread_in(bot: &Bot, channel: &str) -> String {
    let (ann, bob) = (bot.as_("ann").in_(channel), bot.as_("bob").in_(channel));
    ann.types("The *console* of smaug is blank since noon, see https://console.example").await;
    let ts = ann.newest().unwrap();
    bob.in_thread(&ts).types("@ann which browser? `curl -v` says fixes #12 /close").await;
    ann.in_thread(&ts).types("Firefox. My token is xoxb-1234567890-abcdefghijklmnop").await;
    ts
}

/// Ann picks the shortcut in the menu of a message; the window is open and filled.
async fn opened<'a>(bot: &'a Bot, channel: &str, ts: &str) -> Person<'a> {
    let ann = bot.as_("ann");
    ann.in_(channel).shortcut(SHORTCUT, ts).await;
    bot.settle().await;
    ann
}

/// Ann has answered the question form and sees what becomes public.
async fn previewed<'a>(bot: &'a Bot, channel: &str, ts: &str) -> Person<'a> {
    let ann = opened(bot, channel, ts).await;
    ann.submits(&[("What", "Question")]).await;
    ann.submits(&[("Title", TITLE), ("What would you like to know?", "Why is it blank?")]).await;
    bot.settle().await;
    ann
}

/// A thread is filed by Ann as issue 4 of the repository for support; its first message.
async fn filed(bot: &Bot) -> String {
    let ts = thread(bot).await;
    previewed(bot, "#support", &ts).await.submits(&[]).await;
    bot.settle().await;
    ts
}

/// The window before somebody.
fn window(person: Person<'_>) -> String {
    plain(&person.view().unwrap_or_default())
}

/// What the bot said in a place, as this person reads it: what everybody reads first, since both are said at the same time.
fn said(person: Person<'_>, place: &str) -> String {
    let mut said: Vec<String> = Vec::new();
    for line in person.in_(place).reads().lines() {
        let begins = !line.is_empty() && !line.trim_start_matches("  ↳ ").starts_with(' ');
        if begins {
            said.push(String::new());
        }
        if let Some(message) = said.last_mut() {
            *message += line;
            message.push('\n');
        }
    }
    said.retain(|message| message.trim_start_matches([' ', '↳']).starts_with("firstmate"));
    said.sort_by_key(|message| message.contains("firstmate (only you)"));
    plain(&said.concat())
}

/// What is read, without what differs from run to run: the forge's port, keys, and the times of messages. What nobody sees and
/// makes names and numbers inert is shown as `¦`.
fn plain(text: &str) -> String {
    static RUN: LazyLock<[(Regex, &str); 5]> = LazyLock::new(|| {
        [
            (r"127\.0\.0\.1:\d+", "forge"),
            (r"issue:[0-9a-f]{16}", "issue:KEY"),
            (r"/p\d{16}", "/pTS"),
            (r"\b09:0\d UTC", "09:00 UTC"),
            ("\u{200b}", "¦"),
        ]
        .map(|(pattern, instead)| (Regex::new(pattern).unwrap(), instead))
    });
    RUN.iter().fold(text.to_owned(), |text, (pattern, instead)| pattern.replace_all(&text, *instead).into_owned())
}

/// How often the bot called a method.
fn called(bot: &Bot, method: &str) -> usize {
    bot.world.calls().iter().filter(|(name, _)| name == method).count()
}
