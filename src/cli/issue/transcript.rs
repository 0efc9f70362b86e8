//! `firstmate issue transcript`: a thread as the Markdown that would become public, redacted and inert.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;
use firstmate::domain::redact::Emails;
use firstmate::domain::transcript::{self, Choices, Message, Names};
use serde_json::Value;

/// Write a thread as GitHub Markdown: quoted, redacted, times in UTC.
#[derive(Debug, Args)]
pub(crate) struct Transcript {
    /// What people are called, `{"U…": "name"}`, and channels, `{"C…": "name"}`; by default as the thread itself says.
    #[arg(long, value_name = "FILE")]
    users: Option<PathBuf>,
    /// Call everybody "a community member".
    #[arg(long)]
    anonymous: bool,
    /// Redact e-mail addresses too.
    #[arg(long)]
    hide_emails: bool,
    /// The answer of Slack's `conversations.replies`.
    #[arg(value_name = "THREAD.json")]
    thread: PathBuf,
}

impl Transcript {
    /// Reads the files and prints the transcript; what was redacted is counted on standard error.
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let names = self.users.as_deref().map(names).transpose()?.unwrap_or_default();
        let messages = messages(&self.thread)?;
        let emails = if self.hide_emails { Emails::Hide } else { Emails::Keep };
        let transcript = transcript::Transcript::of(&messages, &names, Choices { named: !self.anonymous, emails });
        if transcript.entries.is_empty() {
            bail!("{} holds no message that somebody wrote", self.thread.display());
        }
        for (kind, count) in &transcript.redacted {
            writeln!(io::stderr(), "{count} × {}", kind.mark())?;
        }
        let mut out = io::stdout().lock();
        writeln!(out, "{}", transcript.markdown())?;
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The names in a file; channels' ids begin with other letters than people's.
fn names(file: &Path) -> anyhow::Result<Names> {
    let names: HashMap<String, String> = serde_json::from_str(&read(file)?)
        .with_context(|| format!("{} must hold names by id, as {{\"U…\": \"name\"}}", file.display()))?;
    let (channels, people) = names.into_iter().partition(|(id, _)| id.starts_with(['C', 'G']));
    Ok(Names { people, channels })
}

/// The messages in Slack's answer, or in a bare list of messages.
fn messages(file: &Path) -> anyhow::Result<Vec<Message>> {
    let answer: Value = serde_json::from_str(&read(file)?).with_context(|| format!("{} is no JSON", file.display()))?;
    if let (Some(false), Some(error)) = (answer["ok"].as_bool(), answer["error"].as_str()) {
        bail!("{} holds no thread but Slack's error {error:?}", file.display());
    }
    let Some(values) = answer["messages"].as_array().or_else(|| answer.as_array()) else {
        bail!("{} is no answer of conversations.replies: it has no list `messages`", file.display());
    };
    let messages: Vec<Message> = values.iter().filter_map(Message::read).collect();
    if messages.len() < values.len() {
        writeln!(io::stderr(), "left out what is no message, for it has no `ts`: {}", values.len() - messages.len())?;
    }
    if answer["has_more"] == true {
        writeln!(io::stderr(), "the thread goes on: Slack gave only this page of it")?;
    }
    Ok(messages)
}

fn read(file: &Path) -> anyhow::Result<String> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let text = String::from_utf8(bytes).map_err(|_| anyhow::anyhow!("{} is no text in UTF-8", file.display()))?;
    // Some editors begin a file with a mark that JSON does not know.
    Ok(text.trim_start_matches('\u{FEFF}').to_owned())
}
