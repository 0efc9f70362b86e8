//! `firstmate check`: judges a catalogue. A line a fault, then the next dates of each series; exit 1 when there is a fault, 0
//! when there are only warnings. `--cluster-role` prints what the bot needs on a cluster instead.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::NaiveDate;
use clap::Args;
use firstmate::catalogue::{Catalogue, Fault};
use firstmate::config::{Config, DEFAULT_FILE};
use serde_json::json;

use super::meetings;

/// Enough to see over a New Year that a series alternates as it should.
const DATES_SHOWN: usize = 6;

/// Judge the catalogue: a line a fault, `path:line:column: message`; warnings follow, marked as such, then the next six dates of
/// each series.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// One JSON object a line: `severity` (`fault` or `warning`), `path`, `line`, `column`, `message`; then the next
    /// six occurrences of each series, as `firstmate meetings --json` prints them.
    #[arg(long)]
    json: bool,
    /// The day from which ages and dates are counted; today by default.
    #[arg(long, value_name = "DATE")]
    from: Option<NaiveDate>,
    /// Print the ClusterRole that the policy for clusters needs, to be applied there. Faults go to standard error.
    #[arg(long, conflicts_with_all = ["json", "from", "config"])]
    cluster_role: bool,
    /// The folder to judge.
    #[arg(value_name = "DIR", conflicts_with = "commands")]
    folder: Option<PathBuf>,
    /// The configuration to judge; `firstmate.toml` here by default, where it exists.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The folder to judge, as for the other subcommands.
    #[arg(long, value_name = "DIR")]
    commands: Option<PathBuf>,
}

impl Check {
    /// Judges and prints; `today` is the day by the clock.
    pub(crate) fn run(&self, today: NaiveDate) -> anyhow::Result<ExitCode> {
        let folder = super::folder(self.folder.as_deref().or(self.commands.as_deref()));
        if self.cluster_role {
            return print_cluster_role(folder.as_deref(), today);
        }
        let from = self.from.unwrap_or(today);
        let judged = Catalogue::judge_from(&super::read(folder.as_deref())?, today, from);
        let mut out = io::stdout().lock();
        // Paths as they are found from here, so that an editor can jump to them.
        let prefix = folder.map(|folder| folder.to_string_lossy().trim_end_matches('/').to_owned() + "/");
        let place = |fault: &Fault| Fault { path: prefix.clone().unwrap_or_default() + &fault.path, ..fault.clone() };
        let settings = self.judge_config();
        let mut faults = 0;
        for fault in judged.faults.iter().chain(&judged.outlived).map(place).chain(settings) {
            self.print(&mut out, "fault", &fault)?;
            faults += 1;
        }
        for warning in &judged.warnings {
            self.print(&mut out, "warning", &place(warning))?;
        }
        for series in &judged.catalogue.meetings {
            if !self.json {
                writeln!(out, "{} (meetings/{}.toml)", series.title, series.id)?;
            }
            for occurrence in series.upcoming(from, DATES_SHOWN) {
                if self.json {
                    writeln!(out, "{}", meetings::as_json(series, &occurrence))?;
                } else {
                    writeln!(out, "  {}", meetings::as_text(&occurrence))?;
                }
            }
        }
        out.flush()?;
        let summary = format!(
            "{} answers, {} series of meetings, {faults} faults, {} warnings",
            judged.catalogue.answers.len(),
            judged.catalogue.meetings.len(),
            judged.warnings.len()
        );
        writeln!(io::stderr(), "{summary}")?;
        Ok(if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    /// What is wrong with the configuration, where there is one.
    fn judge_config(&self) -> Option<Fault> {
        let file = match &self.config {
            Some(file) => file.as_path(),
            None => Some(Path::new(DEFAULT_FILE)).filter(|file| file.exists())?,
        };
        let error = Config::load(Some(file)).err()?;
        Some(Fault::at(&file.display().to_string(), 1, 1, &format!("{error:#}")))
    }

    fn print(&self, out: &mut impl io::Write, severity: &str, fault: &Fault) -> io::Result<()> {
        if !self.json {
            let Fault { path, line, column, message } = fault;
            return match severity {
                "fault" => writeln!(out, "{fault}"),
                _ => writeln!(out, "{path}:{line}:{column}: {severity}: {message}"),
            };
        }
        let line = json!({
            "severity": severity, "path": fault.path, "line": fault.line, "column": fault.column, "message": fault.message,
        });
        writeln!(out, "{line}")
    }
}

fn print_cluster_role(folder: Option<&Path>, today: NaiveDate) -> anyhow::Result<ExitCode> {
    let catalogue = super::catalogue(&super::read(folder)?, today)?;
    let role = catalogue.policy.cluster_role(catalogue.clusters.impersonation.as_ref());
    io::stdout().lock().write_all(role.to_string().as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
