//! `firstmate playground`: a fake workspace on loopback, the real bot beside it, and a page in the browser.

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use firstmate::app::App;
use firstmate::command;
use firstmate::config::Config;
use firstmate::domain::clock::Clock;
use firstmate::playground::{self, Setup, SlashCommand};
use tokio::net::TcpListener;

/// Who is a maintainer in the playground: Bob, so that a visitor can see what maintainers see.
const ROLES: &str = "[roles.maintainer]\npeople = [\"U0BOB\"]\nmay = [\"onboard.gaps\"]\n";

/// The pauses before Slack repeats an event that was not taken, shortened for people who watch.
const RETRIES: [Duration; 3] = [
    Duration::from_millis(200),
    Duration::from_secs(1),
    Duration::from_secs(3),
];

/// Try the bot in a browser: everything embedded, nothing leaves this machine.
#[derive(Debug, Args)]
pub(crate) struct Playground {
    /// Where the page is served; only loopback is allowed.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The catalogue's folder; `commands/` here by default, else the copy in the binary.
    #[arg(long, value_name = "DIR")]
    commands: Option<std::path::PathBuf>,
}

impl Playground {
    /// Serves the page and the bot until SIGTERM or an interrupt.
    pub(crate) async fn run(&self, clock: Clock) -> anyhow::Result<ExitCode> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the environment is searched for tokens, not read for settings"
        )]
        if let Some(variable) = playground::refuses_real_tokens(std::env::vars_os()) {
            bail!(
                "{variable} holds what looks like a real token. The playground is for playing: start it without that variable"
            );
        }
        let time = clock.clone();
        let mut setup = Setup::new(std::sync::Arc::new(move || time.now().into()));
        setup.listen = self.listen;
        setup.signing_secret = secret();
        setup.bot_token = secret();
        setup.retry_delays = RETRIES.to_vec();
        setup.commands = command::slash_commands()
            .into_iter()
            .map(|command| SlashCommand {
                name: command.name,
                hint: command.hint,
                description: command.description,
            })
            .collect();
        let config = config(&setup)?;
        let world = playground::Playground::start(setup)
            .await
            .with_context(|| {
                format!(
                    "{} cannot be listened on; try --listen 127.0.0.1:0",
                    self.listen
                )
            })?;
        let config = Config {
            slack: firstmate::config::Slack {
                api_url: world.slack_api_url(),
                ..config.slack
            },
            ..config
        };

        let files = super::files(self.commands.as_deref())?.overlay("roles.toml", ROLES);
        let catalogue = super::catalogue(&files, clock.now().date_naive())?;
        let app = App::build(config, catalogue, clock).await?;
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .context("finding a port for the bot")?;
        world.connect(format!("http://{}", listener.local_addr()?));
        writeln!(
            std::io::stdout(),
            "The playground is at http://{} (stop it with Ctrl+C)",
            world.address()
        )?;
        app.serve(listener, super::serve::interrupted()).await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The bot's configuration: nothing of the environment, nothing kept.
fn config(setup: &Setup) -> anyhow::Result<Config> {
    Config::from(
        None,
        [
            (
                "FIRSTMATE_SLACK__SIGNING_SECRET".to_owned(),
                setup.signing_secret.clone(),
            ),
            (
                "FIRSTMATE_SLACK__BOT_TOKEN".to_owned(),
                setup.bot_token.clone(),
            ),
            (
                "FIRSTMATE_STORE__URL".to_owned(),
                "sqlite::memory:".to_owned(),
            ),
            ("FIRSTMATE_LIMITS__PER_PERSON".to_owned(), "60".to_owned()),
        ],
    )
}

fn secret() -> String {
    format!("{:032x}", rand::random::<u128>())
}
