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

    /// As it is counted.
    pub(super) fn command(&self) -> &'static str {
        self.command
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

#[cfg(test)]
mod tests {
    use metrics_exporter_prometheus::PrometheusBuilder;

    use super::*;
    use crate::command::{parse, parse_said};

    /// What is counted while `deeds` are done, a line each.
    fn counted(deeds: impl FnOnce()) -> String {
        let recorder = PrometheusBuilder::new().build_recorder();
        metrics::with_local_recorder(&recorder, deeds);
        let mut lines: Vec<String> = recorder.handle().render().lines().map(str::to_owned).collect();
        lines.retain(|line| line.contains("_total{"));
        lines.sort();
        lines.join("\n")
    }

    fn typed(line: &str, error: Option<UserError>) {
        let parsed = parse(line);
        let deed = Deed::of(&parsed);
        deed.ends(&error.map_or(Ok(()), |error| Err(error.into())));
    }

    #[test]
    fn what_comes_of_a_command_is_counted_under_names_that_are_fixed() {
        let cause = Box::new(Cause::default());
        let counted = counted(|| {
            typed("onboard is there an SLA", None);
            typed("onboard is there a chat", None);
            typed("cluster smaug get i-typed-this", Some(UserError::Denied(Denial { rule: String::new(), cause })));
            typed("issue support it is blank", Some(issue::Mistake::NotFromHere.into()));
            typed("pause Xanadu", Some(UserError::TooFast { seconds: 3 }));
            typed("meetings dance", Some(UserError::UnknownPress));
            typed("xanadu", Some(UserError::UnknownPress));
            Deed::pressed("onboard.show:xanadu").ends::<()>(&Err(anyhow::anyhow!("broken").into()));
            Deed::pressed("xanadu.share").ends(&Ok(()));
        });
        insta::assert_snapshot!(counted, @r#"
firstmate_commands_total{command="cluster",outcome="denied"} 1
firstmate_commands_total{command="firstmate",outcome="limited"} 1
firstmate_commands_total{command="issue",outcome="denied"} 1
firstmate_commands_total{command="onboard",outcome="done"} 2
firstmate_commands_total{command="onboard",outcome="failed"} 1
firstmate_commands_total{command="unknown",outcome="done"} 1
firstmate_commands_total{command="unknown",outcome="mistake"} 2
"#);
    }

    #[test]
    fn a_question_to_a_cluster_is_counted_by_how_it_ended() {
        let failed = |failure| {
            let failed = cluster::Mistake::Failed { cluster: "smaug".to_owned(), failure };
            Err::<(), _>(Error::from(failed))
        };
        let counted = counted(|| {
            query(Some("smaug"), &Ok(()));
            query(Some("smaug"), &failed(Failure::NoAnswer));
            query(Some("smaug"), &failed(Failure::Busy));
            query(Some("smaug"), &failed(Failure::Unauthorized));
            query(None, &Err::<(), _>(Error::from(cluster::Mistake::NoClusters)));
        });
        insta::assert_snapshot!(counted, @r#"
firstmate_cluster_queries_total{cluster="smaug",outcome="done"} 1
firstmate_cluster_queries_total{cluster="smaug",outcome="failed"} 1
firstmate_cluster_queries_total{cluster="smaug",outcome="limited"} 1
firstmate_cluster_queries_total{cluster="smaug",outcome="silent"} 1
firstmate_cluster_queries_total{cluster="unknown",outcome="mistake"} 1
"#);
    }

    #[rstest::rstest]
    #[case("why", "firstmate")]
    #[case("firstmate why", "firstmate")]
    #[case("/firstmate forget-me", "firstmate")]
    #[case("why is the console blank?", "onboard")]
    #[case("who can help me?", "onboard")]
    #[case("audit mine", "firstmate")]
    #[case("audit logs of smaug, where?", "onboard")]
    #[case("notice list", "firstmate")]
    #[case("notice the difference?", "onboard")]
    #[case("pause the disk is full", "firstmate")]
    #[case("resume of the last meeting?", "onboard")]
    #[case("firstmate", "help")]
    #[case("help me, I cannot log in", "onboard")]
    fn what_is_said_is_a_command_or_a_question(#[case] said: &str, #[case] command: &str) {
        assert_eq!(Deed::of(&parse_said(said)).command, command);
    }
}
