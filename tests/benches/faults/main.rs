//! Proof under fault: the real program as a process, on a fake Slack, GitHub and cluster of this one, under load as people make it, while
//! things go wrong. What is owed is what was answered with 200; it is counted at the world.
//!
//! ```text
//! faults PROGRAM faults [--short] [--only WORDS]    each fault, a row of the table
//! faults PROGRAM replicas [--short]                 two replicas on one PostgreSQL, one killed again and again; then a rolling update
//! faults PROGRAM soak [MINUTES]                     memory under mixed load
//! faults PROGRAM idle [MINUTES]                     processor time of a bot that nobody asks
//! faults PROGRAM start                              from the process's start to its being ready
//! ```
//!
//! The first two need a PostgreSQL on which databases may be made: its address in FIRSTMATE_TEST_POSTGRES.

#![expect(
    clippy::disallowed_methods,
    reason = "processes are started and killed, time passes, and both are what is measured"
)]
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on has failed")]
#![expect(clippy::print_stdout, reason = "printing the figures is what it is for")]

mod disk;
mod fault;
mod filer;
mod load;
mod owed;
mod process;
mod quiet;
mod replicas;
mod rows;
mod soak;
mod stage;
mod verdict;

use std::process::ExitCode;
use std::time::Duration;

/// Lets time pass, which here is the event itself.
pub(crate) async fn rest(duration: Duration) {
    tokio::time::sleep(duration).await;
}

#[tokio::main]
async fn main() -> ExitCode {
    // Cargo passes a flag of its own.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [program, what, rest @ ..] = arguments.as_slice() else {
        println!("usage: faults PROGRAM faults|replicas|soak|idle|start [--short] [--only WORDS] [MINUTES]");
        return ExitCode::from(2);
    };
    let program = std::path::absolute(program).unwrap();
    let postgres = std::env::var("FIRSTMATE_TEST_POSTGRES").ok();
    let short = rest.iter().any(|word| word == "--short");
    let only = rest.iter().position(|word| word == "--only").and_then(|place| rest.get(place + 1));
    let minutes = rest.iter().find_map(|word| word.parse().ok());
    let right = match what.as_str() {
        "faults" => rows::play(&program, postgres.as_deref(), short, only.map(String::as_str)).await,
        "replicas" => replicas::play(&program, &postgres.expect("FIRSTMATE_TEST_POSTGRES"), short).await,
        "soak" => soak::play(&program, minutes.unwrap_or(soak::MINUTES)).await,
        "idle" => quiet::idle(&program, minutes.unwrap_or(quiet::MINUTES)).await,
        "start" => quiet::start(&program).await,
        other => panic!("{other} is none of these"),
    };
    if right { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
