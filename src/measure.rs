//! What is counted and timed for Prometheus: every name in one table, from which `docs/metrics.md` is made, and what several rooms count alike.
//!
//! Labels are bounded: each comes from a list in the code or from the catalogue, never from what people or others write. Knows nothing of
//! who collects the figures; without a collector, counting costs next to nothing.

use std::fmt;
use std::time::Instant;

use metrics::{counter, histogram};
use tracing::Instrument as _;

/// The target of our spans, by which they are told from log lines and sent to a collector; without one they are never made.
pub const SPAN: &str = "firstmate.span";

/// A figure that is collected (<https://prometheus.io/docs/concepts/metric_types/>).
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// As Prometheus has it.
    pub name: &'static str,
    /// How it behaves.
    pub kind: Kind,
    /// What tells its series apart.
    pub labels: &'static [Label],
    /// What it tells.
    pub tells: &'static str,
}

/// What tells the series of a figure apart.
#[derive(Clone, Copy, Debug)]
pub struct Label {
    /// As Prometheus has it.
    pub name: &'static str,
    /// Every value that it can have; none where they are not known before they are met.
    pub values: &'static [&'static str],
}

/// How a figure behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Times, in seconds.
    Histogram,
}

/// Whom the bot calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// The workspace.
    Slack,
    /// The forge.
    GitHub,
    /// Any cluster.
    Kubernetes,
}

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was answered, be it that there is no such thing.
    Ok,
    /// This access is not accepted, or may not do that: an operator's affair.
    Refused,
    /// The other side asked to come back later.
    Limited,
    /// There was no answer, or one that means nothing.
    Unanswered,
}

impl Kind {
    /// As the documentation calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

impl Service {
    /// As the label has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::GitHub => "github",
            Self::Kubernetes => "kubernetes",
        }
    }
}

impl Outcome {
    /// As the label has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Refused => "refused",
            Self::Limited => "limited",
            Self::Unanswered => "unanswered",
        }
    }
}

/// Times a call to another service and counts what became of it. One that nobody waits for any more was not answered in time.
///
/// # Errors
/// Those of `call`.
pub async fn call<A, F>(
    service: Service,
    call: impl Future<Output = Result<A, F>>,
    outcome: impl FnOnce(&F) -> Outcome,
) -> Result<A, F> {
    let mut under_way = UnderWay { service, begun: Instant::now(), outcome: Outcome::Unanswered };
    let span = tracing::trace_span!(target: SPAN, "call", service = service.name());
    let answer = call.instrument(span).await;
    under_way.outcome = answer.as_ref().err().map_or(Outcome::Ok, outcome);
    answer
}

/// A call until it is over, however that comes about.
struct UnderWay {
    service: Service,
    begun: Instant,
    outcome: Outcome,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let service = self.service.name();
        counter!("firstmate_remote_calls_total", "service" => service, "outcome" => self.outcome.name()).increment(1);
        histogram!("firstmate_remote_seconds", "service" => service).record(self.begun.elapsed());
    }
}

/// Everything that is collected, in the order of the documentation.
pub const MEASURES: [Measure; 22] = [
    gauge("firstmate_build_info", &[any("version")], "Always 1; which release runs."),
    gauge("firstmate_ready", &[], "1 while `/readyz` would say so."),
    gauge("firstmate_paused", &[], "1 while an admin has paused the bot."),
    total(
        "firstmate_deliveries_total",
        &[TRANSPORT, DOOR, of("outcome", &["taken", "refused", "failed"])],
        "What came in. `refused`: unsigned, too large, not understood. `failed`: not acknowledged, so that it is sent again.",
    ),
    times(
        "firstmate_ack_seconds",
        &[TRANSPORT, DOOR],
        "From a delivery's arrival to its acknowledgement. Slack waits 3 s.",
    ),
    total(
        "firstmate_commands_total",
        &[COMMAND, of("outcome", &["done", "mistake", "denied", "limited", "paused", "failed"])],
        "What people asked for. `mistake` is theirs to put right, `failed` ours.",
    ),
    times(
        "firstmate_command_seconds",
        &[COMMAND],
        "What a command takes, whether or not its answer rides in the acknowledgement.",
    ),
    total(
        "firstmate_answers_total",
        &[of("outcome", &["answered", "unsure", "declined"])],
        "Questions to the catalogue.",
    ),
    total(
        "firstmate_cluster_queries_total",
        &[any("cluster"), of("outcome", &["done", "mistake", "denied", "silent", "limited", "failed"])],
        "Questions to clusters of the catalogue. `silent`: the cluster did not answer in time.",
    ),
    gauge("firstmate_jobs_waiting", &[], "What is owed and not done yet."),
    gauge(
        "firstmate_job_oldest_seconds",
        &[],
        "How long the job has been due that has been due longest; 0 when none is.",
    ),
    total(
        "firstmate_jobs_total",
        &[any("kind"), of("outcome", &["done", "failed", "again", "not_yet"])],
        "Tries of jobs. `again`: it may have been done and is looked at once more. `not_yet`: nothing was tried.",
    ),
    times("firstmate_job_age_seconds", &[any("kind")], "From the record of a job to its end."),
    times("firstmate_tick_late_seconds", &[], "How late the schedule looked for what is due."),
    total(
        "firstmate_remote_calls_total",
        &[SERVICE, of("outcome", &["ok", "refused", "limited", "unanswered"])],
        "Calls to others. `refused`: this access is not accepted, or may not do that; an answer that says no for another reason is `ok`.",
    ),
    times("firstmate_remote_seconds", &[SERVICE], "What such a call takes."),
    gauge("firstmate_socket_connections", &[], "Open sockets to Slack; 0 without Socket Mode."),
    gauge("firstmate_socket_ping_age_seconds", &[], "How long ago Slack last gave a sign of life on a socket."),
    total(
        "firstmate_socket_reconnects_total",
        &[of("reason", &["refresh", "lost", "stale", "refused"])],
        "Sockets opened anew, or not to be opened.",
    ),
    total(
        "firstmate_catalogue_reloads_total",
        &[of("outcome", &["loaded", "refused"])],
        "Changes of the catalogue that were taken, or not.",
    ),
    gauge(
        "firstmate_catalogue_faults",
        &[],
        "Faults of the catalogue as it lies there now; the last good one is used while there are any.",
    ),
    gauge(
        "firstmate_catalogue_loaded_timestamp_seconds",
        &[],
        "When the catalogue in use was loaded, in seconds since 1970.",
    ),
];

/// By which way a delivery came.
const TRANSPORT: Label = of("transport", &["http", "socket"]);
/// At which door.
const DOOR: Label = of("door", &["commands", "events", "interactions", "webhook"]);
/// What was asked for.
const COMMAND: Label = of("command", &["onboard", "meetings", "issue", "cluster", "firstmate", "help", "unknown"]);
/// Who was called.
const SERVICE: Label = of("service", &["slack", "github", "kubernetes"]);

const fn of(name: &'static str, values: &'static [&'static str]) -> Label {
    Label { name, values }
}

/// A label whose values the catalogue or the jobs tell.
const fn any(name: &'static str) -> Label {
    Label { name, values: &[] }
}

const fn total(name: &'static str, labels: &'static [Label], tells: &'static str) -> Measure {
    Measure { name, kind: Kind::Counter, labels, tells }
}

const fn gauge(name: &'static str, labels: &'static [Label], tells: &'static str) -> Measure {
    Measure { name, kind: Kind::Gauge, labels, tells }
}

const fn times(name: &'static str, labels: &'static [Label], tells: &'static str) -> Measure {
    Measure { name, kind: Kind::Histogram, labels, tells }
}

impl Measure {
    /// The labels of every series that is known beforehand; none where a label's values are not.
    pub fn series(&self) -> Vec<Vec<(&'static str, &'static str)>> {
        self.labels.iter().fold(vec![Vec::new()], |known, label| {
            let each = |before: &Vec<_>| {
                let before = before.clone();
                label.values.iter().map(move |value| [before.as_slice(), &[(label.name, *value)]].concat())
            };
            known.iter().flat_map(each).collect()
        })
    }
}

impl fmt::Display for Label {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}`", self.name)?;
        if self.values.is_empty() {
            return Ok(());
        }
        let values: Vec<String> = self.values.iter().map(|value| format!("`{value}`")).collect();
        write!(formatter, " ({})", values.join(", "))
    }
}

/// The table of `docs/metrics.md`.
#[must_use]
pub fn table() -> String {
    let rows = MEASURES.iter().map(|measure| {
        let labels: Vec<String> = measure.labels.iter().map(ToString::to_string).collect();
        format!("| `{}` | {} | {} | {} |\n", measure.name, measure.kind.name(), labels.join(", "), measure.tells)
    });
    ["| name | kind | labels | what it tells |\n|---|---|---|---|\n".to_owned()].into_iter().chain(rows).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn sources(folder: &Path, into: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, into);
            } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("measure.rs") {
                into.push_str(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }

    #[test]
    fn what_is_counted_is_what_is_listed() {
        let mut code = include_str!("measure.rs").split("pub const MEASURES").next().unwrap().to_owned();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut code);
        let counted: BTreeSet<&str> = regex::Regex::new(r#""(firstmate_[a-z_]+)""#)
            .unwrap()
            .captures_iter(&code)
            .map(|found| found.get(1).unwrap().as_str())
            .collect();
        let listed: BTreeSet<&str> = MEASURES.iter().map(|measure| measure.name).collect();
        assert_eq!(counted, listed);
    }

    #[test]
    fn the_documentation_shows_the_table() {
        let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/metrics.md")).unwrap();
        assert!(page.contains(&table()), "docs/metrics.md needs this table:\n{}", table());
    }

    #[test]
    fn a_call_is_counted_once_with_what_became_of_it() {
        let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        let refused: Result<(), &str> = metrics::with_local_recorder(&recorder, || {
            futures::executor::block_on(call(Service::GitHub, async { Err("no") }, |_| Outcome::Refused))
        });
        assert!(refused.is_err());
        let page = handle.render();
        assert!(page.contains(r#"firstmate_remote_calls_total{service="github",outcome="refused"} 1"#), "{page}");
    }

    #[test]
    fn a_call_that_nobody_waits_for_any_more_was_not_answered() {
        let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        metrics::with_local_recorder(&recorder, || {
            let mut waiting =
                Box::pin(call(Service::Slack, std::future::pending::<Result<(), ()>>(), |()| Outcome::Refused));
            assert!(futures::FutureExt::now_or_never(&mut waiting).is_none());
            drop(waiting);
        });
        let page = handle.render();
        assert!(page.contains(r#"firstmate_remote_calls_total{service="slack",outcome="unanswered"} 1"#), "{page}");
    }
}
