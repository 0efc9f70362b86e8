//! The program `firstmate`: reads the command line and hands over to one subcommand.

mod cli;

use std::io::Write as _;
use std::process::ExitCode;

use chrono::NaiveDate;
use clap::{Parser, Subcommand};

/// The Slack bot of the Operate First community.
#[derive(Debug, Parser)]
#[command(name = "firstmate", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Ask(cli::ask::Ask),
    Check(cli::check::Check),
}

fn main() -> ExitCode {
    let today = today();
    let result = match Cli::parse().command {
        Command::Ask(ask) => ask.run(today),
        Command::Check(check) => check.run(today),
    };
    cli::quiet_when_closed(result).unwrap_or_else(|error| {
        // Standard error may be closed as well; there is nobody left to tell then.
        let _ = writeln!(std::io::stderr(), "firstmate: {error:#}");
        ExitCode::FAILURE
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "the program's edge: time enters here and is an argument from here on"
)]
fn today() -> NaiveDate {
    chrono::Utc::now().date_naive()
}
