//! The command line: one file a subcommand. Results go to standard output, notes to standard error.

pub(crate) mod ask;
pub(crate) mod check;
pub(crate) mod cluster;
pub(crate) mod issue;
pub(crate) mod manifest;
pub(crate) mod meetings;
pub(crate) mod playground;
pub(crate) mod serve;

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use chrono::NaiveDate;
use firstmate::catalogue::{Catalogue, Files};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

/// The catalogue's folder beside which the bot is started.
const HERE: &str = "commands";

/// The files of `folder`, else of `commands/` here, else the copy in the binary.
pub(crate) fn files(folder: Option<&Path>) -> anyhow::Result<Files> {
    read(self::folder(folder).as_deref())
}

/// The folder that is meant: the one given, else `commands/` here; none for the copy in the binary.
pub(crate) fn folder(given: Option<&Path>) -> Option<PathBuf> {
    let here = PathBuf::from(HERE);
    given.map(Path::to_owned).or_else(|| here.is_dir().then_some(here))
}

/// The files of a folder, or of the copy in the binary.
pub(crate) fn read(folder: Option<&Path>) -> anyhow::Result<Files> {
    match folder {
        Some(folder) => {
            Files::from_folder(folder).with_context(|| format!("reading the catalogue {}", folder.display()))
        }
        None => Ok(Files::embedded()),
    }
}

/// A reader that has seen enough (`firstmate ask - | head`) closes the pipe; that is no failure.
pub(crate) fn quiet_when_closed(result: anyhow::Result<ExitCode>) -> anyhow::Result<ExitCode> {
    match result {
        Err(error)
            if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) =>
        {
            Ok(ExitCode::SUCCESS)
        }
        result => result,
    }
}

/// The catalogue in `files`; its faults go to standard error.
///
/// # Errors
/// When it has faults.
pub(crate) fn catalogue(files: &Files, today: NaiveDate) -> anyhow::Result<Catalogue> {
    Catalogue::load(files, today).map_err(|faults| {
        for fault in &faults {
            // Standard error may be closed; the exit status tells all the same.
            let _ = writeln!(io::stderr(), "{fault}");
        }
        anyhow::anyhow!("the catalogue has {} faults: `firstmate check` lists them", faults.len())
    })
}

/// Logs go to standard error. What `RUST_LOG` asks for is given, but never from the libraries that would print bodies: those hold
/// people's words, and tokens. A panic is logged by its place, since its message may quote what it stumbled over.
pub(crate) fn log() {
    const SILENCED: [&str; 8] =
        ["slack_morphism", "hyper", "hyper_util", "h2", "reqwest", "sqlx", "tungstenite", "tokio_tungstenite"];
    let wanted = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let quiet = filter_fn(|event| !SILENCED.iter().any(|library| event.target().split("::").next() == Some(library)));
    let lines = tracing_subscriber::fmt::layer().with_ansi(io::stderr().is_terminal()).with_writer(io::stderr);
    tracing_subscriber::registry().with(lines.with_filter(wanted).with_filter(quiet)).init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a defect: please report it with this place");
    }));
}
