//! `firstmate issue`: what `/issue` makes, from files in the terminal; nothing is sent anywhere.

mod transcript;

use std::process::ExitCode;

use clap::Subcommand;

/// Make the parts of a GitHub issue from files, as the bot does from Slack.
#[derive(Debug, Subcommand)]
pub(crate) enum Issue {
    Transcript(transcript::Transcript),
}

impl Issue {
    /// Makes one part and prints it.
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Transcript(transcript) => transcript.run(),
        }
    }
}
