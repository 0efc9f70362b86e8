//! The command line: one file a subcommand. Results go to standard output, notes to standard error.

pub(crate) mod ask;
pub(crate) mod check;
pub(crate) mod cluster;
pub(crate) mod doctor;
pub(crate) mod issue;
pub(crate) mod log;
pub(crate) mod manifest;
pub(crate) mod meetings;
pub(crate) mod playground;
pub(crate) mod serve;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use chrono::NaiveDate;
use firstmate::catalogue::{Catalogue, Files};

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
