//! Counts what comes of what people tell the bot: by command and outcome, with names that are fixed or the catalogue's, never a person's.

use std::time::Instant;

use super::{Command, Error, Result, UserError, cluster, issue};
use crate::domain::issue::{FILING, REPOSITORIES_FILE};
use crate::domain::person::{Cause, Denial};
use crate::kubernetes::Failure;

/// The commands by which deeds are counted.
const COMMANDS: [&str; 6] = ["onboard", "meetings", "issue", "cluster", "firstmate", "help"];

/// A deed that is being done.
pub(super) struct Deed {
    command: &'static str,
    began: Instant,
}

impl Deed {
    /// What a line asks for.
    pub(super) fn of(parsed: &std::result::Result<Command, UserError>) -> Self {
        let command = match parsed {
            Ok(Command::Onboard(_)) => "onboard",
            Ok(Command::Meetings(_)) => "meetings",
            Ok(Command::Issue(_)) => "issue",
            Ok(Command::Cluster(_)) | Err(UserError::Cluster(_)) => "cluster",
            Ok(Command::Own(_)) => "firstmate",
            Ok(Command::Help(_)) => "help",
            Err(UserError::Usage { usage, .. }) => named(usage.trim_start_matches('/')),
            Err(_) => "unknown",
        };
        Self { command, began: Instant::now() }
    }

    /// What a button, a form or a shortcut asks for, by its action.
    pub(super) fn pressed(action: &str) -> Self {
        Self { command: named(action), began: Instant::now() }
    }

    /// Counts what came of it.
    pub(super) fn ends<T>(self, outcome: &Result<T>) {
        let outcome = outcome.as_ref().map_or_else(told, |_| "done");
        metrics::counter!("firstmate_commands_total", "command" => self.command, "outcome" => outcome).increment(1);
        metrics::histogram!("firstmate_command_seconds", "command" => self.command).record(self.began.elapsed());
    }
}

/// The command that a usage or an action begins with.
fn named(text: &str) -> &'static str {
    let first = text.split([' ', '.']).next().unwrap_or_default();
    COMMANDS.into_iter().find(|name| *name == first).unwrap_or("unknown")
}

fn told(error: &Error) -> &'static str {
    match error {
        Error::Internal(_) | Error::User(UserError::Cluster(cluster::Mistake::Failed { .. })) => "failed",
        Error::User(UserError::TooFast { .. }) => "limited",
        Error::User(UserError::Paused(_)) => "paused",
        error if denial(error).is_some() => "denied",
        Error::User(_) => "mistake",
    }
}

/// Counts an answer to a question about how things work here.
pub(super) fn answer(outcome: &'static str) {
    metrics::counter!("firstmate_answers_total", "outcome" => outcome).increment(1);
}

/// Counts a question to a cluster; `cluster` is its name in the catalogue.
pub(super) fn query<T>(cluster: Option<&str>, outcome: &Result<T>) {
    let outcome = match outcome {
        Ok(_) => "done",
        Err(Error::User(UserError::Cluster(mistake))) => match mistake {
            cluster::Mistake::Denied(_) => "denied",
            cluster::Mistake::Failed { failure, .. } => match failure {
                Failure::NoAnswer | Failure::Unreachable | Failure::BrokeOff | Failure::GaveUp => "silent",
                Failure::Busy | Failure::Limited(_) => "limited",
                Failure::Invalid { .. } | Failure::NotFound { .. } => "mistake",
                _ => "failed",
            },
            _ => "mistake",
        },
        Err(Error::User(_)) => "mistake",
        Err(Error::Internal(_)) => "failed",
    };
    let cluster = cluster.unwrap_or("unknown").to_owned();
    metrics::counter!("firstmate_cluster_queries_total", "cluster" => cluster, "outcome" => outcome).increment(1);
}

/// What was denied, where that is why there is no reply as wished.
pub(super) fn denial(error: &Error) -> Option<Cause> {
    match error {
        Error::User(
            UserError::Denied(Denial { cause, .. })
            | UserError::Cluster(cluster::Mistake::Denied(Denial { cause, .. })),
        ) => Some((**cause).clone()),
        Error::User(UserError::Issue(issue::Mistake::NotFromHere)) => Some(Cause {
            tried: FILING.to_owned(),
            file: REPOSITORIES_FILE.to_owned(),
            keys: vec!["channels".to_owned(), "who".to_owned()],
            ..Cause::default()
        }),
        Error::User(_) | Error::Internal(_) => None,
    }
}
