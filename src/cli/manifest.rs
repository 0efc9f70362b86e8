//! `firstmate manifest`: the Slack app manifest, each scope with its reason.

use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::bail;
use clap::Args;
use firstmate::command;
use firstmate::slack::manifest::{Command, Manifest as App};

/// Print the Slack app manifest, each scope with its reason.
#[derive(Debug, Args)]
pub(crate) struct Manifest {
    /// The address by which Slack reaches the bot.
    #[arg(long, value_name = "URL", default_value = "https://firstmate.example.org")]
    url: String,
    /// For Socket Mode: the bot connects to Slack, and needs no address of its own.
    #[arg(long, conflicts_with = "url")]
    socket: bool,
}

impl Manifest {
    /// Prints.
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let good = url::Url::parse(&self.url).is_ok_and(|url| url.scheme() == "https" && url.host_str().is_some());
        if !good {
            bail!("--url {}: Slack sends to addresses that begin with https:// only", self.url);
        }
        let commands = command::slash_commands().into_iter();
        let commands = commands.map(|command| Command {
            name: command.name,
            hint: command.hint,
            description: command.description,
        });
        let shortcuts = command::SHORTCUTS.map(|(action, name)| (action.to_owned(), name.to_owned()));
        let url = (!self.socket).then(|| self.url.trim_end_matches('/').to_owned());
        let manifest = App { url, commands: commands.collect(), shortcuts: shortcuts.to_vec() };
        write!(io::stdout(), "{manifest}")?;
        Ok(ExitCode::SUCCESS)
    }
}
