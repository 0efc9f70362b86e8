//! The command line: one file a subcommand. Results go to standard output, notes to standard error.

pub(crate) mod ask;
pub(crate) mod check;
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

/// The catalogue's folder beside which the bot is started.
const HERE: &str = "commands";

/// The files of `folder`, else of `commands/` here, else the copy in the binary.
pub(crate) fn files(folder: Option<&Path>) -> anyhow::Result<Files> {
    let here = PathBuf::from(HERE);
    match folder.or_else(|| here.is_dir().then_some(here.as_path())) {
        Some(folder) => Files::from_folder(folder)
            .with_context(|| format!("reading the catalogue {}", folder.display())),
        None => Ok(Files::embedded()),
    }
}

/// A reader that has seen enough (`firstmate ask - | head`) closes the pipe; that is no failure.
pub(crate) fn quiet_when_closed(result: anyhow::Result<ExitCode>) -> anyhow::Result<ExitCode> {
    match result {
        Err(error)
            if error
                .downcast_ref::<io::Error>()
                .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) =>
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
        anyhow::anyhow!(
            "the catalogue has {} faults: `firstmate check` lists them",
            faults.len()
        )
    })
}

/// Logs go to standard error. What `RUST_LOG` asks for is given, but never from the libraries that would print bodies:
/// those hold people's words, and tokens.
pub(crate) fn log() {
    const SILENCED: [&str; 5] = [
        "slack_morphism=off",
        "hyper=off",
        "hyper_util=off",
        "reqwest=off",
        "sqlx=warn",
    ];
    let mut filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    for directive in SILENCED
        .iter()
        .filter_map(|directive| directive.parse().ok())
    {
        filter = filter.add_directive(directive);
    }
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .init();
}
