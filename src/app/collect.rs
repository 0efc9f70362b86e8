//! Collects what is counted, and shows it to Prometheus on a port of its own. Knows the names of [`crate::measure`], not what they mean.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use metrics::{counter, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::command::Operators;
use crate::domain::clock::Clock;
use crate::http::Door;
use crate::measure::{Kind, MEASURES};
use crate::store::Store;

/// Bounds of the times, in seconds: fine where Slack's 3 s and our own 0.8 s are decided, coarse where jobs wait for hours.
const BOUNDS: [f64; 16] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.8, 1.0, 3.0, 10.0, 60.0, 600.0, 3600.0];

/// What a scrape may wait for the store (Prometheus itself gives up after 10 s by default).
const PATIENCE: Duration = Duration::from_secs(2);

/// The one collector of the process: the macros know no other.
static COLLECTOR: OnceLock<PrometheusHandle> = OnceLock::new();

/// What is collected, to be shown.
#[derive(Clone)]
pub(super) struct Collected(Arc<Inner>);

struct Inner {
    handle: PrometheusHandle,
    store: Store,
    door: Door,
    operators: Arc<Operators>,
    clock: Clock,
}

/// Begins to collect, once a process. What is counted before is lost, and counting costs nothing then.
///
/// # Errors
/// When somebody else collects already.
pub(super) fn begin() -> anyhow::Result<()> {
    if COLLECTOR.get().is_some() {
        return Ok(());
    }
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BOUNDS)
        .context("the bounds of times")?
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).map_err(|_| anyhow::anyhow!("figures are collected by somebody else"))?;
    let _ = COLLECTOR.set(handle);
    describe();
    Ok(())
}

/// What each figure tells, and those that never change.
fn describe() {
    for measure in MEASURES {
        match measure.kind {
            Kind::Counter => {
                metrics::describe_counter!(measure.name, measure.tells);
                // Prometheus sees no increase in a series that begins with 1.
                for labels in measure.series() {
                    counter!(measure.name, &labels).absolute(0);
                }
            }
            Kind::Gauge => metrics::describe_gauge!(measure.name, measure.tells),
            Kind::Histogram => metrics::describe_histogram!(measure.name, measure.tells),
        }
    }
    gauge!("firstmate_socket_connections").set(0.0);
    gauge!("firstmate_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
}

/// Puts what was counted in order; without it, times pile up until somebody asks.
pub(super) fn tidy() {
    if let Some(handle) = COLLECTOR.get() {
        handle.run_upkeep();
    }
}

impl Collected {
    /// What [`begin`] collects; none before.
    pub(super) fn new(store: Store, door: Door, operators: Arc<Operators>, clock: Clock) -> Option<Self> {
        let handle = COLLECTOR.get()?.clone();
        Some(Self(Arc::new(Inner { handle, store, door, operators, clock })))
    }

    /// `GET /metrics`.
    pub(super) fn router(self) -> Router {
        Router::new().route("/metrics", get(show)).with_state(self)
    }

    /// Looks at what is a state and no event: it is asked for when somebody wants to know it.
    async fn look(&self) {
        let Inner { store, door, operators, clock, .. } = &*self.0;
        let now = clock.now();
        let looked = tokio::time::timeout(PATIENCE, async { (store.backlog().await, door.readiness().await) }).await;
        let ready = matches!(&looked, Ok((_, Ok(()))));
        gauge!("firstmate_ready").set(f64::from(u8::from(ready)));
        if let Ok((Ok(backlog), _)) = looked {
            gauge!("firstmate_jobs_waiting").set(backlog.waiting as f64);
            // What waits for the end of a pause is not due.
            let due = backlog.due.filter(|_| !operators.is_paused());
            let late = due.map_or(0, |due| (now - due).num_milliseconds().max(0));
            gauge!("firstmate_job_oldest_seconds").set(late as f64 / 1_000.0);
        }
    }
}

async fn show(State(collected): State<Collected>) -> impl IntoResponse {
    collected.look().await;
    // <https://prometheus.io/docs/instrumenting/exposition_formats/>
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], collected.0.handle.render())
}
