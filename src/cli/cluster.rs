//! `firstmate cluster`: the questions of `/cluster` from a terminal, with tables as kubectl prints them.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use clap::Args;
use firstmate::command::cluster::ask::{Answer, Asking, From, Listing};
use firstmate::command::cluster::{Mistake, to_the_end};
use firstmate::config::Config;
use firstmate::domain::cluster::known;
use firstmate::domain::cluster::policy::{Asker, Policy};
use firstmate::domain::person::Roles;
use firstmate::domain::query::{self, MOST_ROWS, Query};
use firstmate::kubernetes::{Access, Cluster, Identity, Patience};
use firstmate::slack::{blocks, mrkdwn};

/// What the shell is told about wrong usage, as clap does.
const WRONG_USAGE: u8 = 2;

/// Look at a cluster: `get`, `describe`, `events`, `why`, `quota`, `status`, `owner`, `kinds`, `logs`. Nothing is changed.
#[derive(Debug, Args)]
#[command(
    after_help = "Own flags stand before NAME, those of the question behind it: firstmate cluster --kubeconfig FILE smaug get pods -A"
)]
pub(crate) struct Look {
    /// A kubeconfig; by default the one that cluster/clusters.toml names, in the folder `clusters.kubeconfigs` of the configuration.
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// A context of it; its current one by default.
    #[arg(long, value_name = "C", requires = "kubeconfig")]
    context: Option<String>,
    /// The namespace that is meant when the question names none.
    #[arg(long, value_name = "N")]
    namespace: Option<String>,
    /// The configuration; `firstmate.toml` here by default, where it exists.
    #[arg(long, value_name = "FILE", conflicts_with = "kubeconfig")]
    config: Option<PathBuf>,
    /// The catalogue's folder; `commands/` here by default, else the copy in the binary.
    #[arg(long, value_name = "DIR")]
    commands: Option<PathBuf>,
    /// What the cluster is called; with --kubeconfig only a label.
    #[arg(value_name = "NAME")]
    name: String,
    /// The question, as in `get pods -n opf-trino`.
    #[arg(value_name = "QUERY", required = true, num_args = 1.., trailing_var_arg = true, allow_hyphen_values = true)]
    query: Vec<String>,
}

impl Look {
    /// Asks and prints; `now` is the time by the clock.
    pub(crate) async fn run(&self, now: DateTime<Utc>) -> anyhow::Result<ExitCode> {
        let query = match query::parse(&self.query) {
            Ok(query::Asked { cluster: None, query }) => query,
            // The name stands before the question, so that there is no room for a second one.
            Ok(query::Asked { cluster: Some(word), .. }) => return refused(&query::without_verb(&word)),
            Err(mistake) => return refused(&mistake),
        };
        let (access, meant) = self.access(now)?;
        let cluster = Cluster::new(&access).await?;
        let namespace = self.namespace.as_deref().or(meant.as_deref()).unwrap_or_else(|| cluster.namespace());
        let (policy, roles) = (Policy::terminal(), Roles::default());
        let asking = Asking {
            cluster: &self.name,
            look: cluster.look(Identity::Own, Patience::Each, now),
            namespace,
            policy: &policy,
            roles: &roles,
            asker: Asker { person: "", channel: "" },
        };
        match answer(&asking, &query).await {
            Ok(answer) => print(answer),
            Err(mistake) => {
                writeln!(io::stderr(), "firstmate: {}", mrkdwn::words(&mistake.to_string()))?;
                Ok(ExitCode::FAILURE)
            }
        }
    }

    /// How the cluster is reached, and the namespace that is meant there.
    fn access(&self, now: DateTime<Utc>) -> anyhow::Result<(Access, Option<String>)> {
        if let Some(file) = &self.kubeconfig {
            return Ok((Access::Kubeconfig { file: file.clone(), context: self.context.clone() }, None));
        }
        let catalogue = super::catalogue(&super::files(self.commands.as_deref())?, now.date_naive())?;
        let known = catalogue.clusters.named(&self.name).with_context(|| {
            format!(
                "cluster/clusters.toml names no cluster {}: give --kubeconfig FILE, or name the cluster there",
                self.name
            )
        })?;
        let access = match &known.access {
            known::Access::Kubeconfig { file, context } => {
                let folder = Config::load(self.config.as_deref())?.clusters.kubeconfigs;
                Access::Kubeconfig { file: folder.join(file), context: context.clone() }
            }
            known::Access::InCluster => Access::InCluster,
        };
        Ok((access, known.namespace.clone()))
    }
}

/// Lists are read to their end, or as far as they are wanted.
async fn answer(asking: &Asking<'_>, query: &Query) -> Result<Answer, Mistake> {
    match query {
        Query::Get(_) | Query::Events(_) | Query::Kinds(_) => {
            to_the_end(asking, query, usize::MAX).await.map(Answer::List)
        }
        _ => asking.answer(query, &From::default(), MOST_ROWS).await,
    }
}

fn refused(mistake: &query::Mistake) -> anyhow::Result<ExitCode> {
    writeln!(io::stderr(), "firstmate: {}", mrkdwn::words(&mistake.to_string()))?;
    // That nobody may see Secrets is a denial; all else is wrong usage.
    let denied = *mistake == query::Mistake::Secrets;
    Ok(if denied { ExitCode::FAILURE } else { ExitCode::from(WRONG_USAGE) })
}

fn print(answer: Answer) -> anyhow::Result<ExitCode> {
    let mut out = io::stdout().lock();
    match answer {
        Answer::List(Listing { table, names, nothing, restarted, unread, .. }) => {
            if unread {
                writeln!(io::stderr(), "there are more events than were read; newer ones may be missing")?;
            }
            if restarted {
                writeln!(io::stderr(), "the cluster forgot where the list was to go on; it was read anew")?;
            }
            match names {
                Some(names) => names.iter().try_for_each(|name| writeln!(out, "{name}"))?,
                // As kubectl does: nothing on standard output, a sentence on standard error.
                None if table.rows.is_empty() => writeln!(io::stderr(), "{nothing}")?,
                None => out.write_all(table.as_kubectl().as_bytes())?,
            }
        }
        Answer::Said(reply) => writeln!(out, "{}", blocks::words(&reply))?,
        Answer::Log(log) if log.is_empty() => writeln!(io::stderr(), "It printed nothing, or has not begun to.")?,
        Answer::Log(log) => out.write_all(log.as_bytes())?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
