//! One message of a thread, read from what Slack's `conversations.replies` gives (<https://docs.slack.dev/reference/methods/conversations.replies>).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::form::{Block, File, Inline, Piece, Style};
use super::rich::{list, string};
use super::{kit, mrkdwn};

/// Messages in which Slack tells what happened to the channel; nobody said them.
const TOLD: [&str; 4] = ["channel_", "group_", "bot_add", "bot_remove"];
/// States of a file that nobody can open any more.
const GONE: [&str; 2] = ["tombstone", "hidden_by_limit"];

/// One message of a thread, as Slack's `conversations.replies` gives it. Tolerant: an unknown block, a number in somebody's metadata
/// or a missing field never loses the message. Text that cannot be seen is dropped on the way in, before anybody looks for secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Message {
    /// When it was written, which is also its name in its channel.
    pub ts: String,
    /// Who wrote it.
    pub user: Option<String>,
    /// What Slack says that person is called.
    pub name: Option<String>,
    /// What the app is called that wrote it.
    pub bot: Option<String>,
    /// When it was last edited.
    pub edited: Option<String>,
    /// What kind of message it is, where it is none of the plain ones.
    pub subtype: Option<String>,
    pub(super) blocks: Vec<Block>,
    pub(super) files: Vec<File>,
}

impl Message {
    /// The message in this value; None when it is none (no `ts`).
    pub fn read(value: &Value) -> Option<Self> {
        let text = |key: &str| value[key].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        Some(Self {
            ts: text("ts")?,
            user: text("user"),
            name: profile(&value["user_profile"], &["display_name", "real_name", "name", "first_name"]),
            bot: bot(value),
            edited: value["edited"]["ts"].as_str().map(str::to_owned),
            subtype: text("subtype"),
            blocks: said(value),
            files: list(value, "files").chain(value["file"].is_object().then_some(&value["file"])).map(file).collect(),
        })
    }

    /// Ids of the people (U…/W…) who wrote it or are named in it.
    pub fn people(&self) -> BTreeSet<&str> {
        let mut people: BTreeSet<&str> = self.user.iter().map(String::as_str).collect();
        self.each(&mut |inline| {
            if let Inline::Person { id, .. } = inline {
                people.insert(id);
            }
        });
        people
    }

    /// Ids of the channels (C…/G…) that it names.
    pub fn channels(&self) -> BTreeSet<&str> {
        let mut channels = BTreeSet::new();
        self.each(&mut |inline| {
            if let Inline::Channel { id, .. } = inline {
                channels.insert(id.as_str());
            }
        });
        channels
    }

    /// What it says as plain words in one line, without markup, for a search and for a title.
    pub fn words(&self) -> String {
        let mut words = String::new();
        let mut push = |piece: Piece<'_>| match piece {
            Piece::Inline(inline) => words.push_str(inline.words()),
            Piece::Code(code) => words.push_str(code),
            Piece::End => words.push(' '),
        };
        self.blocks.iter().for_each(|block| block.each(&mut push));
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether somebody said it, rather than Slack about the channel.
    pub(super) fn is_said(&self) -> bool {
        let subtype = self.subtype.as_deref().unwrap_or_default();
        !TOLD.iter().any(|told| subtype.starts_with(told))
    }

    /// By what messages are ordered, and by what two are the same one: the time in parts, since one may have fewer digits.
    pub(super) fn instant(&self) -> (u64, u64) {
        let (seconds, part) = self.ts.split_once('.').unwrap_or((&self.ts, "0"));
        (seconds.parse().unwrap_or(0), format!("{part:0<6}").parse().unwrap_or(0))
    }

    fn each<'a>(&'a self, with: &mut impl FnMut(&'a Inline)) {
        let mut inline = |piece: Piece<'a>| {
            if let Piece::Inline(inline) = piece {
                with(inline);
            }
        };
        self.blocks.iter().for_each(|block| block.each(&mut inline));
    }
}

/// What the message says: by its blocks, else by its text, which for an app is only the short form of its blocks.
fn said(message: &Value) -> Vec<Block> {
    let mut blocks = Vec::new();
    if message["subtype"] == "tombstone" {
        let style = Style { italic: true, ..Style::default() };
        return vec![Block::Paragraph(vec![Inline::text("This message was deleted.", style)])];
    }
    kit::blocks(message, &mut blocks);
    if blocks.is_empty() {
        mrkdwn::blocks(message["text"].as_str().unwrap_or_default(), &mut blocks);
    }
    kit::attachments(message, &mut blocks);
    blocks
}

/// The first of these names that is one.
fn profile(profile: &Value, keys: &[&str]) -> Option<String> {
    keys.iter().map(|key| string(profile, key).trim().to_owned()).find(|name| !name.is_empty())
}

/// What the app is called that wrote it. A name beside a person is an old one of theirs.
fn bot(message: &Value) -> Option<String> {
    let own = profile(&message["bot_profile"], &["name"]);
    let app = message["bot_id"].is_string() || message["user"].is_null();
    let nameless = || (message["bot_id"].is_string() && message["user"].is_null()).then(|| "a bot".to_owned());
    own.or_else(|| profile(message, &["username"]).filter(|_| app)).or_else(nameless)
}

fn file(file: &Value) -> File {
    let name = ["title", "name"].map(|key| mrkdwn::unescaped(&string(file, key)));
    File {
        name: name.into_iter().find(|name| !name.is_empty()).unwrap_or_else(|| "a file".to_owned()),
        permalink: file["permalink"].as_str().map(str::to_owned),
        gone: file["mode"].as_str().is_some_and(|mode| GONE.contains(&mode)),
    }
}
