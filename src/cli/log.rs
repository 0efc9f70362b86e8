//! What the bot writes about its own doing: a line each to standard error, and traces to a collector where one is configured.
//!
//! Neither ever holds what people say, a secret, or what another service answered. That is kept up in three ways: libraries are heard only when they
//! warn, and those that print bodies never; our own lines name ids, verbs and codes ([`NEVER`] lists what no field of them may be called, and a
//! test reads the sources for it); and a test drives the whole bot at the finest level and looks for what was said.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use anyhow::Context as _;
use firstmate::config::{Format, Log, Traces};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::runtime::Tokio;
use opentelemetry_sdk::trace::SdkTracerProvider;
use opentelemetry_sdk::trace::span_processor_with_async_runtime::BatchSpanProcessor;
use tracing::Level;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::{LevelFilter, Targets, filter_fn};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

/// Libraries that print bodies, frames or addresses at some level: those hold people's words, and tokens.
const SILENCED: [&str; 6] = ["slack_morphism", "sqlx", "tungstenite", "tokio_tungstenite", "octocrab", "kube_client"];

/// Whether a line may be written, whatever is asked for: all that we write ourselves, and of others what they warn of.
fn is_written(target: &str, level: Level) -> bool {
    let library = target.split("::").next().unwrap_or_default();
    library == "firstmate" || (level <= Level::WARN && !SILENCED.contains(&library))
}

/// How long the collector may take for a batch of spans.
const EXPORT: Duration = Duration::from_secs(5);

/// Where spans go as long as the process runs; what is left is sent when this is closed.
#[derive(Debug, Default)]
pub(crate) struct Tracing(Option<SdkTracerProvider>);

/// Begins to write. What `RUST_LOG` asks for is given, but never from the libraries that would print bodies. A panic is logged by its
/// place, since its message may quote what it stumbled over.
///
/// # Errors
/// When the address of the collector is none.
pub(crate) fn begin(log: &Log, traces: &Traces) -> anyhow::Result<Tracing> {
    let wanted = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let quiet = filter_fn(|event| is_written(event.target(), *event.level()));
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    let lines = match log.format {
        Format::Text => lines.with_ansi(io::stderr().is_terminal()).boxed(),
        Format::Json => lines.json().flatten_event(true).boxed(),
    };
    let provider = traces.endpoint.as_deref().map(provider).transpose()?;
    let spans = provider.as_ref().map(|provider| {
        let ours = Targets::new().with_target(firstmate::measure::SPAN, LevelFilter::TRACE);
        tracing_opentelemetry::layer().with_tracer(provider.tracer("firstmate")).with_filter(ours)
    });
    tracing_subscriber::registry().with(lines.with_filter(wanted).with_filter(quiet)).with(spans).init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a defect: please report it with this place");
    }));
    Ok(Tracing(provider))
}

/// Sends spans to `endpoint` in batches, beside the work: a collector that is away keeps nobody waiting, and spans are dropped then.
fn provider(endpoint: &str) -> anyhow::Result<SdkTracerProvider> {
    // <https://opentelemetry.io/docs/specs/otlp/#otlphttp-request>
    let address = format!("{}/v1/traces", endpoint.trim_end_matches('/'));
    let client = reqwest::Client::builder().timeout(EXPORT).no_proxy().build().context("a client for traces")?;
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_http_client(client)
        .with_endpoint(address)
        .with_timeout(EXPORT)
        .build()
        .context("traces.endpoint cannot be used")?;
    let resource = Resource::builder_empty()
        .with_service_name("firstmate")
        .with_attribute(opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    let batches = BatchSpanProcessor::builder(exporter, Tokio).build();
    Ok(SdkTracerProvider::builder().with_span_processor(batches).with_resource(resource).build())
}

impl Tracing {
    /// Sends what is left.
    pub(crate) async fn end(self) {
        let Some(provider) = self.0 else { return };
        let ended = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(EXPORT)).await;
        if !matches!(ended, Ok(Ok(()))) {
            tracing::info!("the last traces could not be sent");
        }
    }
}

/// What no field of a log line or span may be called: what stands in such a field is somebody's words, a secret, or what another service
/// answered.
#[cfg(test)]
const NEVER: [&str; 22] = [
    "answer",
    "answers",
    "authorization",
    "body",
    "comment",
    "content",
    "cookie",
    "draft",
    "headers",
    "line",
    "message",
    "password",
    "payload",
    "private_key",
    "query",
    "question",
    "reply",
    "secret",
    "signature",
    "text",
    "token",
    "words",
];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use regex::Regex;

    use super::{Level, NEVER, is_written};

    fn sources(folder: &Path, visit: &mut impl FnMut(&Path, &str)) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, visit);
            } else if path.extension().is_some_and(|end| end == "rs") {
                visit(&path, &std::fs::read_to_string(&path).unwrap());
            }
        }
    }

    /// The fields that a call of one of the macros of `tracing` names, its sentence taken away.
    fn fields(call: &str) -> Vec<String> {
        let sentence = Regex::new(r#""(?:[^"\\]|\\.)*""#).unwrap();
        let bare = sentence.replace_all(call, "");
        let field = Regex::new(r"(?:^|,)\s*[%?]?([a-z_.]+)\s*(?:=[^=]|,|$)").unwrap();
        bare.split(',')
            .flat_map(|part| field.captures(part.trim()).map(|found| found[1].rsplit('.').next().unwrap().to_owned()))
            .collect()
    }

    #[test]
    fn of_libraries_only_warnings_are_written_and_of_some_nothing() {
        for level in [Level::ERROR, Level::WARN, Level::INFO, Level::DEBUG, Level::TRACE] {
            assert!(is_written("firstmate::http", level) && is_written("firstmate", level));
            assert!(!is_written("kube_client::client::builder", level) && !is_written("tungstenite::protocol", level));
            assert_eq!(is_written("hyper_util::client", level), level <= Level::WARN);
            assert_eq!(is_written("firstmates::crew", level), level <= Level::WARN);
        }
    }

    #[test]
    fn no_line_of_the_log_names_what_is_never_logged() {
        assert_eq!(fields(r#"id, error = format!("{error:#}"), "a, b""#), ["id", "error"]);
        assert_eq!(fields(r#"%caller.text, ?reply, "said""#), ["text", "reply"]);
        // An argument list: strings, and brackets up to two deep.
        let list = r#"(?:"(?:[^"\\]|\\.)*"|[^()"]|\((?:"(?:[^"\\]|\\.)*"|[^()"]|\([^()]*\))*\))*"#;
        let call = Regex::new(&format!(r"tracing::(?:trace|debug|info|warn|error)(?:_span)?!\(({list})\)")).unwrap();
        let (mut calls, mut faults) = (0, Vec::new());
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut |path, source| {
            for found in call.captures_iter(source) {
                calls += 1;
                let named = fields(&found[1]);
                let bad = named.iter().filter(|field| NEVER.contains(&field.as_str()));
                faults.extend(bad.map(|field| format!("{}: {field}", path.display())));
                // What is written into the sentence itself cannot be told apart from it.
                let without_errors = found[1].replace("format!(\"{error:#}\")", "");
                assert!(!without_errors.contains('{'), "{}: {}", path.display(), &found[1]);
            }
        });
        assert!(calls > 40, "the sources were not read");
        assert_eq!(faults, Vec::<String>::new());
    }
}
