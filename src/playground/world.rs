//! The state of the fake workspace: messages, files, views, triggers, response addresses, notices and faults. Here is what they share;
//! `messages`, `files`, `views` and `grants` know one thing each.
//! Pure: time is an argument, changes are collected for whoever shows them. It must not know HTTP, signatures or the page.

mod files;
mod grants;
mod messages;
mod views;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::message::Message;
use super::people::{Directory, Shortcut, SlashCommand};
use super::problem::Problem;
use super::view::View;
use files::File;
use grants::{ResponseUrl, Trigger};

/// A bound of our own, so that a playground left open for weeks does not grow: the oldest goes.
const REMEMBERED: usize = 1_000;

/// Something that a person's page should hear of.
#[derive(Debug, Clone)]
pub(super) struct Change {
    /// Ids of the people who may know.
    pub(super) to: Vec<String>,
    /// What the stream carries.
    pub(super) data: Value,
}

/// What is refused, by Slack's error code.
pub(super) type Refused = &'static str;

/// Refusals that even a faultless bot meets, so they are no faults of the bot.
const OUTCOMES: &[Refused] =
    &["expired_trigger_id", "not_in_channel", "channel_not_found", "is_archived", "hash_conflict", "expired_url"];

/// Is this refusal the bot's own fault?
pub(super) fn is_fault(code: &str) -> bool {
    !OUTCOMES.contains(&code)
}

/// The workspace.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) directory: Arc<Directory>,
    pub(super) commands: Vec<SlashCommand>,
    pub(super) shortcuts: Vec<Shortcut>,
    messages: HashMap<String, VecDeque<Message>>,
    /// Channel and time of messages that people deleted.
    deleted: VecDeque<(String, String)>,
    files: VecDeque<File>,
    views: HashMap<String, Vec<View>>,
    /// Ids of views that people closed or sent, the bot's own ids among them.
    closed: VecDeque<String>,
    triggers: VecDeque<Trigger>,
    responses: VecDeque<ResponseUrl>,
    notices: HashMap<String, VecDeque<String>>,
    faults: VecDeque<String>,
    changes: Vec<Change>,
    last_ts: u64,
    serial: u64,
}

impl World {
    pub(super) fn new(directory: Arc<Directory>, commands: Vec<SlashCommand>, shortcuts: Vec<Shortcut>) -> Self {
        Self { directory, commands, shortcuts, ..Self::default() }
    }

    /// What changed since this was last asked.
    pub(super) fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// A number that was never given before.
    pub(super) fn serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// Notes what the bot did wrong.
    pub(super) fn fault(&mut self, what: impl Into<String>) {
        remember(&mut self.faults, what.into(), REMEMBERED);
    }

    pub(super) fn faults(&self) -> Vec<String> {
        self.faults.iter().cloned().collect()
    }

    /// Tells one person what Slackbot would tell them.
    pub(super) fn notice(&mut self, person: &str, text: impl Into<String>) {
        let text = text.into();
        self.changes.push(Change { to: vec![person.to_owned()], data: json!({"type": "notice", "text": text}) });
        remember(self.notices.entry(person.to_owned()).or_default(), text, REMEMBERED);
    }

    pub(super) fn notices(&self, person: &str) -> Vec<String> {
        self.notices.get(person).into_iter().flatten().cloned().collect()
    }

    /// Writes the problems down as faults of `who`; the first one's code is what Slack would answer.
    pub(super) fn judge(&mut self, who: &str, problems: &[Problem]) -> Result<(), Refused> {
        for problem in problems {
            self.fault(format!("{who}: {}: {problem}", problem.code));
        }
        problems.first().map_or(Ok(()), |problem| Err(problem.code))
    }
}

fn remember<T>(queue: &mut VecDeque<T>, item: T, most: usize) {
    if queue.len() >= most {
        queue.pop_front();
    }
    queue.push_back(item);
}

fn micros(at: SystemTime) -> u64 {
    at.duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_micros()).unwrap_or(u64::MAX / 2))
}
