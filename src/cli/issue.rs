//! `firstmate issue`: what the bot makes of forms and threads on their way to GitHub, from files; nothing is sent anywhere.

mod render;
mod transcript;

use std::process::ExitCode;

use clap::Subcommand;

/// Make the parts of a GitHub issue from files, as the bot does from Slack.
#[derive(Debug, Subcommand)]
pub(crate) enum Issue {
    Render(render::Render),
    Transcript(transcript::Transcript),
}

impl Issue {
    /// Makes one part and prints it.
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Render(render) => render.run(),
            Self::Transcript(transcript) => transcript.run(),
        }
    }
}
