//! The program `firstmate`: reads the command line and hands over to one subcommand.

mod cli;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use firstmate::domain::clock::Clock;
use mimalloc::MiMalloc;

/// A command makes and drops a few hundred small strings; the C library's allocator took a fifth of its time for them. Huge pages are
/// off (the feature `no_thp`): with them 23 MiB more were resident after the start.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The Slack bot of the Operate First community.
#[derive(Debug, Parser)]
#[command(name = "firstmate", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Playground(cli::playground::Playground),
    Serve(cli::serve::Serve),
    Check(cli::check::Check),
    Ask(cli::ask::Ask),
    Meetings(cli::meetings::Meetings),
    #[command(subcommand)]
    Issue(cli::issue::Issue),
    Cluster(cli::cluster::Look),
    Manifest(cli::manifest::Manifest),
    Doctor(cli::doctor::Doctor),
}

fn main() -> ExitCode {
    let clock = Clock::system();
    let today = clock.now().date_naive();
    let result = match Cli::parse().command {
        Command::Playground(playground) => serving(playground.run(clock)),
        Command::Serve(serve) => serving(serve.run(clock)),
        Command::Check(check) => check.run(today),
        Command::Ask(ask) => ask.run(clock.now()),
        Command::Meetings(meetings) => meetings.run(today),
        Command::Issue(issue) => issue.run(),
        Command::Manifest(manifest) => manifest.run(),
        Command::Doctor(doctor) => asking(doctor.run(clock)),
        Command::Cluster(look) => asking(look.run(clock.now())),
    };
    cli::quiet_when_closed(result).unwrap_or_else(|error| {
        // Standard error may be closed as well; there is nobody left to tell then.
        let _ = writeln!(std::io::stderr(), "firstmate: {error:#}");
        ExitCode::FAILURE
    })
}

/// Runs what waits for somebody's answer; one thread is enough for that.
fn asking(work: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

fn serving(work: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}
