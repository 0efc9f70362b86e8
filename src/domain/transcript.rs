//! A thread as GitHub Markdown: complete, in order, redacted, and with nothing in it that GitHub would act on. Knows the shapes in which
//! Slack writes messages, but neither how they are fetched nor where the transcript goes.
//!
//! Slack's two ways to write, rich text and mrkdwn, become one form; in it names are put in and secrets taken out, and then it is written.

mod cut;
mod form;
mod kit;
mod message;
mod mrkdwn;
mod pages;
mod rich;
mod runs;
mod secret;
mod write;

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::domain::inert::{followed, line, visible};
use crate::domain::redact;
use form::{Block, File, Inline};

pub use message::Message;

/// Who somebody is whose name is not known, or not told.
const SOMEBODY: &str = "a community member";

/// What people and channels are called, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Names {
    /// People, by `U…` or `W…`.
    pub people: HashMap<String, String>,
    /// Channels, by `C…` or `G…`.
    pub channels: HashMap<String, String>,
}

/// What the person chose who publishes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    /// Whether people are named.
    pub named: bool,
    /// Whether e-mail addresses stay.
    pub emails: redact::Emails,
}

/// A thread as GitHub Markdown, one entry a message, and how often what was redacted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transcript {
    /// One text a message: who and when, and quoted what.
    pub entries: Vec<String>,
    /// How many secrets of each kind were taken out.
    pub redacted: BTreeMap<redact::Kind, usize>,
}

impl Transcript {
    /// The transcript of these messages, in the order of their times, each once: pages of a thread may overlap.
    pub fn of(messages: &[Message], names: &Names, choices: Choices) -> Self {
        let ordered: BTreeMap<_, &Message> =
            messages.iter().map(|message| ((message.instant(), &message.ts), message)).collect();
        let profiles = messages.iter().filter_map(|message| Some((message.user.as_deref()?, message.name.as_deref()?)));
        let known = Known { names, profiles: profiles.collect(), choices };
        let mut transcript = Self::default();
        for message in ordered.into_values().filter(|message| message.is_said()) {
            let entry = known.entry(message, &mut transcript.redacted);
            transcript.entries.push(entry);
        }
        transcript
    }

    /// The whole as one text.
    pub fn markdown(&self) -> String {
        self.entries.join("\n\n")
    }

    /// The entries behind `lead`, in as few texts as fit within `limit` characters each, in order; an entry that is longer than a text
    /// goes on in the next, still quoted.
    pub fn pages(&self, lead: &str, limit: usize) -> Vec<String> {
        pages::pages(&self.entries, lead, limit)
    }
}

/// All that is known of names in a thread.
struct Known<'a> {
    names: &'a Names,
    /// What Slack says beside the messages.
    profiles: HashMap<&'a str, &'a str>,
    choices: Choices,
}

impl Known<'_> {
    fn entry(&self, message: &Message, redacted: &mut BTreeMap<redact::Kind, usize>) -> String {
        let mut blocks = message.blocks.clone();
        blocks.iter_mut().for_each(|block| self.name(block));
        let mut files = message.files.clone();
        let mut writer = self.writer(message);
        for (kind, count) in secret::redact(&mut blocks, &mut files, &mut writer, self.choices.emails) {
            *redacted.entry(kind).or_default() += count;
        }
        let mut lines = write::lines(&blocks);
        for file in &files {
            if !lines.is_empty() {
                lines.push(String::new());
            }
            lines.push(shared(file));
        }
        if lines.is_empty() {
            lines.push("*(no text)*".to_owned());
        }
        format!("{}\n\n{}", header(&writer, message), write::quoted(&lines).join("\n"))
    }

    /// Who wrote it: a person if people are named, an app always.
    fn writer(&self, message: &Message) -> String {
        let told = message.user.as_deref().and_then(|person| self.person(person, ""));
        let unknown = || message.name.clone().filter(|_| self.choices.named);
        told.or_else(|| message.bot.clone()).or_else(unknown).unwrap_or_else(|| SOMEBODY.to_owned())
    }

    /// What somebody is called; `label` is what the message itself calls them.
    fn person(&self, id: &str, label: &str) -> Option<String> {
        let names = [self.names.people.get(id).map(String::as_str), self.profiles.get(id).copied(), Some(label)];
        let mut names = names.into_iter().flatten().map(one_line).filter(|name| !name.is_empty());
        names.next().filter(|_| self.choices.named)
    }

    /// Puts names in the place of ids.
    fn name(&self, block: &mut Block) {
        match block {
            Block::Paragraph(words) | Block::Item { words, .. } => words.iter_mut().for_each(|inline| match inline {
                Inline::Person { id, label, .. } => {
                    *label = self.person(id, label).map_or_else(|| SOMEBODY.to_owned(), |name| format!("@{name}"));
                }
                Inline::Channel { id, label, .. } => {
                    let name =
                        self.names.channels.get(id.as_str()).map_or_else(|| one_line(label), |name| one_line(name));
                    *label = if name.is_empty() { "a channel".to_owned() } else { format!("#{name}") };
                }
                Inline::Text { .. } | Inline::Link { .. } => {}
            }),
            Block::Quote(blocks) => blocks.iter_mut().for_each(|block| self.name(block)),
            Block::Code(_) => {}
        }
    }
}

/// Who and when, the only line of an entry that is not quoted.
fn header(writer: &str, message: &Message) -> String {
    let at = |ts: &str| ts.split('.').next()?.parse().ok().and_then(rich::moment);
    let written = at(&message.ts).unwrap_or_else(|| "at an unknown time".to_owned());
    let edited = message.edited.as_deref().and_then(at).map(|edited| format!(" (edited {edited})"));
    format!("**{}** · {written}{}", line(&one_line(writer), false), edited.unwrap_or_default())
}

/// A file, by where members of the workspace find it; nobody else does.
fn shared(file: &File) -> String {
    let name = line(&one_line(&file.name), false);
    match file.permalink.as_deref().and_then(followed) {
        _ if file.gone => format!("File: {name} (no longer available)"),
        Some(permalink) => format!("File: [{name}]({permalink}) (visible to members of the Slack workspace only)"),
        None => format!("File: {name} (in the Slack workspace only)"),
    }
}

/// A name on one line.
fn one_line(name: &str) -> String {
    visible(name).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
