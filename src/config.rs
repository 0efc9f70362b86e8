//! The configuration: the one place that reads files and environment.
//!
//! `firstmate.toml`, each key overridable by `FIRSTMATE_…` with two underscores between levels. Secrets come from the environment,
//! or from a file that `…_FILE` names, and are never printed.

mod read;
pub mod reference;

use std::net::SocketAddr;
use std::path::PathBuf;

use secrecy::SecretString;
use serde::Deserialize;

pub use read::DEFAULT_FILE;
use read::variable;

/// Everything that can be set.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The door for Slack, GitHub and people.
    pub http: Http,
    /// The door for Prometheus.
    pub metrics: Metrics,
    /// The database.
    pub store: Store,
    /// The workspace.
    pub slack: Slack,
    /// The forge.
    pub github: GitHub,
    /// The clusters.
    pub clusters: Clusters,
    /// What one person may ask for.
    pub limits: Limits,
    /// What is written about the bot's own doing.
    pub log: Log,
    /// Where traces go.
    pub traces: Traces,
    /// What the community lets the bot know.
    pub catalogue: Catalogue,
}

/// `[http]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Http {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// The address by which the world reaches the bot, for links to its own pages.
    pub public_url: Option<String>,
}

/// `[metrics]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metrics {
    /// Address and port to listen on; none by default.
    pub listen: Option<SocketAddr>,
}

/// `[store]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Store {
    /// `sqlite:FILE` or `postgres://…`; secret, since it may hold a password.
    pub url: SecretString,
}

/// `[slack]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Slack {
    /// Signs what Slack sends over HTTP; without it, Slack has no door there.
    pub signing_secret: Option<SecretString>,
    /// Lets the bot write.
    pub bot_token: Option<SecretString>,
    /// Lets the bot open a socket; without it, Slack has to come over HTTP.
    pub app_token: Option<SecretString>,
    /// Base address of the Web API.
    pub api_url: String,
}

/// `[github]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GitHub {
    /// Base address of the REST API.
    pub api_url: String,
    /// A token, for those without an app.
    pub token: Option<SecretString>,
    /// The app's number.
    pub app_id: Option<u64>,
    /// The app's private key, PEM.
    pub private_key: Option<SecretString>,
    /// Signs what GitHub sends.
    pub webhook_secret: Option<SecretString>,
}

/// `[clusters]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Clusters {
    /// The folder of the kubeconfigs that `commands/cluster/clusters.toml` names. What stands in them is read by the library that uses it.
    pub kubeconfigs: PathBuf,
}

/// `[limits]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Commands that one person may give in a minute; 0 is no limit.
    pub per_person: u32,
}

/// `[log]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// How a line looks.
    pub format: Format,
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for collectors.
    Json,
}

/// `[traces]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Traces {
    /// Base address of a collector that takes OTLP over HTTP, such as `http://collector:4318`; none by default.
    pub endpoint: Option<String>,
}

/// `[catalogue]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Catalogue {
    /// Whether changes of its folder are taken while the bot runs.
    pub reload: bool,
}

/// Where the value of a key may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// In the file or a variable.
    Plain,
    /// In a variable, or in a file that one names: never where it is shown and committed.
    Secret,
    /// As a secret, when a password is in it.
    MayHoldPassword,
}

impl Default for Catalogue {
    fn default() -> Self {
        Self { reload: true }
    }
}

impl Default for Http {
    fn default() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 3000)), public_url: None }
    }
}

impl Default for Store {
    fn default() -> Self {
        Self { url: "sqlite:firstmate.db".into() }
    }
}

impl Default for Slack {
    fn default() -> Self {
        Self { signing_secret: None, bot_token: None, app_token: None, api_url: "https://slack.com/api".to_owned() }
    }
}

impl Default for GitHub {
    fn default() -> Self {
        Self {
            api_url: "https://api.github.com".to_owned(),
            token: None,
            app_id: None,
            private_key: None,
            webhook_secret: None,
        }
    }
}

impl Default for Clusters {
    fn default() -> Self {
        Self { kubeconfigs: PathBuf::from("kubeconfigs") }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { per_person: 20 }
    }
}
