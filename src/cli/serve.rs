//! `firstmate serve`: the bot against real services. Starts and serves while Slack or GitHub cannot be reached.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use firstmate::app::App;
use firstmate::catalogue::Files;
use firstmate::config::Config;
use firstmate::domain::clock::Clock;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::log;

/// Run the bot against real services.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The configuration; `firstmate.toml` here by default, where it exists.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The catalogue's folder; `commands/` here by default, else the copy in the binary.
    #[arg(long, value_name = "DIR")]
    commands: Option<PathBuf>,
}

impl Serve {
    /// Serves until SIGTERM or an interrupt.
    pub(crate) async fn run(&self, clock: Clock) -> anyhow::Result<ExitCode> {
        let config = Config::load(self.config.as_deref())?;
        let traces = log::begin(&config.log, &config.traces)?;
        let folder = super::folder(self.commands.as_deref());
        // Before it is read: what changes meanwhile is a change.
        let glance = folder.as_deref().and_then(|folder| Files::glance(folder).ok());
        let catalogue = super::catalogue(&super::read(folder.as_deref())?, clock.now().date_naive())?;
        let (doors, figures) = (config.http.listen, config.metrics.listen);
        let mut app = App::build(config, catalogue, clock).await?;
        // The copy in the binary does not change.
        if let Some(folder) = folder {
            app = app.follow(folder, glance);
        }
        let listener = listen("http.listen", doors).await?;
        if let (Some(address), Some(router)) = (figures, app.figures()) {
            let listener = listen("metrics.listen", address).await?;
            tracing::info!(address = %listener.local_addr()?, "showing figures");
            // Shown to the end: how a stop goes is worth seeing.
            tokio::spawn(axum::serve(listener, router).into_future());
        }
        tracing::info!(address = %listener.local_addr()?, "serving");
        app.serve(listener, interrupted()).await?;
        tracing::info!("stopped");
        traces.end().await;
        Ok(ExitCode::SUCCESS)
    }
}

async fn listen(key: &str, address: SocketAddr) -> anyhow::Result<TcpListener> {
    let bound = TcpListener::bind(address).await;
    bound.with_context(|| format!("{key}: {address} cannot be listened on; is another process there?"))
}

/// Comes back when the process is asked to end.
pub(crate) async fn interrupted() {
    let mut terminate = match signal(SignalKind::terminate()) {
        Ok(terminate) => terminate,
        Err(error) => {
            tracing::error!(%error, "SIGTERM cannot be waited for");
            return std::future::pending().await;
        }
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
