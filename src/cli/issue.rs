//! `firstmate issue`: what becomes of forms and threads on their way to GitHub, without a repository.

mod render;

use std::process::ExitCode;

use clap::Subcommand;

/// See what an issue would say, from files.
#[derive(Debug, Subcommand)]
pub(crate) enum Issue {
    Render(render::Render),
}

impl Issue {
    /// Does it and prints.
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Render(render) => render.run(),
        }
    }
}
