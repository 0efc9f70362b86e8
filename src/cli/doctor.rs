//! `firstmate doctor`: tries every token, scope, door and cluster that the bot was given, and says what is missing. Changes nothing: it reads,
//! and knocks at its own doors with a wrong key and a right one.

mod clusters;
mod doors;
mod finding;
mod github;
mod own;
mod slack;

use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use firstmate::config::Config;
use firstmate::domain::clock::Clock;

use finding::{Finding, State};

/// Try every token, scope, door and cluster that the bot was given, and say what is missing.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// The configuration; `firstmate.toml` here by default, where it exists.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The catalogue's folder; `commands/` here by default, else the copy in the binary.
    #[arg(long, value_name = "DIR")]
    commands: Option<PathBuf>,
    /// One JSON object a line: `about`, `state` (`fine`, `note`, `missing` or `wrong`), `found`, `mend` (text or null).
    #[arg(long)]
    json: bool,
}

impl Doctor {
    /// Looks and prints. Exit 1 when something is wrong; what is merely missing leaves the bot with less to do, and is no fault.
    pub(crate) async fn run(&self, clock: Clock) -> anyhow::Result<ExitCode> {
        let mut told = Told { json: self.json, wrong: 0, missing: 0 };
        let config = match Config::load(self.config.as_deref()) {
            Ok(config) => config,
            Err(error) => {
                told.tell(&[Finding::wrong("configuration", format!("{error:#}"), "set it right and run this again")])?;
                return told.end();
            }
        };
        told.tell(&[Finding::fine("configuration", "every key is one, and has the form that it needs")])?;
        let catalogue = match own::catalogue(self.commands.as_deref(), clock.now().date_naive()) {
            (findings, Some(catalogue)) => {
                told.tell(&findings)?;
                catalogue
            }
            (findings, None) => {
                told.tell(&findings)?;
                return told.end();
            }
        };
        told.tell(&own::roles(&catalogue))?;
        told.tell(&own::store(&config).await)?;
        told.tell(&slack::findings(&config, &catalogue).await)?;
        told.tell(&github::findings(&config, &catalogue, &clock).await)?;
        told.tell(&doors::findings(&config, &clock).await)?;
        told.tell(&clusters::findings(&config, &catalogue, &clock).await)?;
        told.end()
    }
}

/// Prints findings as they come: some take seconds.
struct Told {
    json: bool,
    wrong: usize,
    missing: usize,
}

impl Told {
    fn tell(&mut self, findings: &[Finding]) -> anyhow::Result<()> {
        let mut out = io::stdout().lock();
        let color = out.is_terminal();
        for finding in findings {
            match finding.state {
                State::Wrong => self.wrong += 1,
                State::Missing => self.missing += 1,
                State::Fine | State::Note => {}
            }
            if self.json {
                writeln!(out, "{}", finding.as_json())?;
            } else {
                writeln!(out, "{}", finding.as_text(color))?;
            }
        }
        out.flush()?;
        Ok(())
    }

    fn end(self) -> anyhow::Result<ExitCode> {
        let Self { wrong, missing, .. } = self;
        let summary = match (wrong, missing) {
            (0, 0) => "all is well".to_owned(),
            (0, missing) => format!("{missing} missing; the rest is well"),
            (wrong, 0) => format!("{wrong} wrong"),
            (wrong, missing) => format!("{wrong} wrong, {missing} missing"),
        };
        writeln!(io::stderr(), "{summary}")?;
        Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
