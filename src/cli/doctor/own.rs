//! What is the bot's own: its catalogue, who may do what, its store.

use std::path::Path;

use chrono::NaiveDate;
use firstmate::catalogue::Catalogue;
use firstmate::config::Config;
use firstmate::domain::person::Permission;
use firstmate::store::{Examined, Store};
use secrecy::ExposeSecret as _;

use super::Finding;

/// The catalogue, where it has no faults.
pub(super) fn catalogue(folder: Option<&Path>, today: NaiveDate) -> (Vec<Finding>, Option<Catalogue>) {
    let files = match crate::cli::files(folder) {
        Ok(files) => files,
        Err(error) => {
            return (
                vec![Finding::wrong("catalogue", format!("{error:#}"), "give --commands a folder that can be read")],
                None,
            );
        }
    };
    match Catalogue::load(&files, today) {
        Ok(catalogue) => {
            let found = format!(
                "{} answers, {} series of meetings, {} repositories, {} clusters",
                catalogue.answers.len(),
                catalogue.meetings.len(),
                catalogue.repositories.len(),
                catalogue.clusters.clusters.len()
            );
            (vec![Finding::fine("catalogue", found)], Some(catalogue))
        }
        Err(faults) => {
            let found = format!("{} faults, the first at {}", faults.len(), faults[0]);
            (vec![Finding::wrong("catalogue", found, "`firstmate check` lists them all")], None)
        }
    }
}

/// Permissions that nobody has.
pub(super) fn roles(catalogue: &Catalogue) -> Vec<Finding> {
    let nobody: Vec<String> = Permission::ALL
        .into_iter()
        .filter(|permission| !catalogue.roles.anybody_may(*permission))
        .map(|permission| format!("`{}`", permission.name()))
        .collect();
    if nobody.is_empty() {
        return vec![Finding::fine("roles", "somebody has each permission")];
    }
    let found = format!("nobody may {}", nobody.join(", "));
    vec![Finding::missing("roles", found, "name people or channels, by id, in commands/roles.toml")]
}

/// The store, looked at without a change. A bot that runs on the same SQLite file keeps it to itself.
pub(super) async fn store(config: &Config) -> Vec<Finding> {
    let url = config.store.url.expose_secret();
    let kind =
        if url.starts_with("sqlite:") { "SQLite, for one replica" } else { "PostgreSQL, for any number of replicas" };
    vec![match Store::examine(url).await {
        Ok(Examined::UpToDate) => Finding::fine("store", format!("{kind}: its tables are up to date")),
        Ok(Examined::Absent) => Finding::fine("store", format!("{kind}: made at the first start")),
        Ok(Examined::Behind(steps)) => Finding::fine(
            "store",
            format!("{kind}: the next start brings its tables {steps} steps forward; back it up before"),
        ),
        Err(error) if format!("{error:#}").contains("belongs to another firstmate") => {
            Finding::note("store", "belongs to a firstmate that is running, so it was not looked into")
        }
        Err(error) => Finding::wrong("store", format!("{error:#}"), "until then the bot does not start"),
    }]
}
