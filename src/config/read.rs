//! Reading the configuration: a file, variables over it, and what is said of what cannot be used. No value is ever repeated, since any may be
//! a secret.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::{Config, Kind, reference};

/// Prefix of the variables that are ours.
const PREFIX: &str = "FIRSTMATE_";

/// Prefix of the variables that tests use, which are no keys.
const TESTS: &str = "FIRSTMATE_TEST_";

/// The file that is read when none is named and it is there.
pub const DEFAULT_FILE: &str = "firstmate.toml";

impl Config {
    /// Reads `file`, or [`DEFAULT_FILE`] where it exists, and the environment.
    ///
    /// # Errors
    /// One sentence for the operator: which key, what is wrong with it. Never a value.
    pub fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        Self::from(file.map(PathBuf::from).or_else(default_file).as_deref(), environment())
    }

    /// Reads `file` and `variables`, as [`Config::load`] does with the process's own.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn from(file: Option<&Path>, variables: impl IntoIterator<Item = (String, String)>) -> anyhow::Result<Self> {
        let mut builder = config::Config::builder();
        if let Some(file) = file {
            let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
            refuse_secrets(file, &text)?;
            builder = builder.add_source(config::File::from_str(&text, config::FileFormat::Toml));
        }
        for (name, value) in ours(variables)? {
            builder = builder.set_override(&name, value).with_context(|| format!("{} is no key", variable(&name)))?;
        }
        let built = builder.build().map_err(|error| told(&error, file))?;
        let config: Self = built.try_deserialize().map_err(|error| told(&error, file))?;
        config.judge()?;
        Ok(config)
    }

    /// What every part would stumble over later.
    fn judge(&self) -> anyhow::Result<()> {
        base_address("slack.api_url", &self.slack.api_url, "https://slack.com/api")?;
        base_address("github.api_url", &self.github.api_url, "https://api.github.com")?;
        if let Some(url) = &self.http.public_url {
            base_address("http.public_url", url, "https://firstmate.example.org")?;
        }
        if let Some(url) = &self.traces.endpoint {
            base_address("traces.endpoint", url, "http://collector:4318")?;
            // A collector stands beside the bot; the libraries for TLS that its client could use are those that we do without.
            if !url.starts_with("http://") {
                bail!(
                    "traces.endpoint must begin with http://: let a collector beside firstmate send the traces on by TLS"
                );
            }
        }
        Ok(())
    }
}

/// Refuses what is no address by which something is reached, without repeating it: it may hold a password.
fn base_address(key: &str, value: &str, example: &str) -> anyhow::Result<()> {
    let good = url::Url::parse(value).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty())
    });
    if !good {
        bail!("{key} ({}) is no address with a scheme and a host: write it as in {example}", variable(key));
    }
    Ok(())
}

/// The process's variables; one that is no text is none of ours.
#[expect(clippy::disallowed_methods, reason = "this is the place that reads the environment")]
fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

/// Kubernetes gives every pod variables about the services of its namespace, so one that is called `firstmate` brings
/// `FIRSTMATE_PORT` and more (<https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables>).
fn is_of_kubernetes(key: &str) -> bool {
    key == "PORT" || key.starts_with("PORT_") || key.starts_with("SERVICE_")
}

fn default_file() -> Option<PathBuf> {
    let file = PathBuf::from(DEFAULT_FILE);
    file.exists().then_some(file)
}

/// Our keys among `variables`, files of secrets read.
fn ours(variables: impl IntoIterator<Item = (String, String)>) -> anyhow::Result<HashMap<String, String>> {
    let mut keys = HashMap::new();
    for (name, value) in variables {
        let Some(key) = name.strip_prefix(PREFIX).filter(|_| !name.starts_with(TESTS)) else {
            continue;
        };
        // A variable that a manifest leaves empty is one that is not set.
        if value.is_empty() || is_of_kubernetes(key) {
            continue;
        }
        if !key.contains("__") {
            bail!(
                "{name} is no key of the configuration: two underscores stand between levels, as in FIRSTMATE_HTTP__LISTEN"
            );
        }
        let (key, value) = match key.strip_suffix("_FILE") {
            Some(key) => {
                let text = std::fs::read_to_string(&value)
                    .with_context(|| format!("the file that {name} names cannot be read"))?;
                if text.trim().is_empty() {
                    bail!("the file that {name} names is empty: put the value into it, or take {name} away");
                }
                (key, text.trim_end_matches(['\r', '\n']).to_owned())
            }
            None => (key, value),
        };
        if keys.insert(key.to_lowercase().replace("__", "."), value).is_some() {
            bail!("{PREFIX}{key} is given twice, as a value and as a file");
        }
    }
    Ok(keys)
}

/// Refuses what must not stand in a file that is meant to be shown and committed.
fn refuse_secrets(file: &Path, text: &str) -> anyhow::Result<()> {
    // A file that is no TOML is told below, with its line.
    let Ok(table) = text.parse::<toml::Table>() else {
        return Ok(());
    };
    for key in reference::KEYS.iter().filter(|key| key.kind == Kind::Secret) {
        let found = key.name.split_once('.').and_then(|(section, name)| table.get(section)?.get(name));
        if found.is_some() {
            let variable = variable(key.name);
            bail!(
                "{}: {} is a secret: take it out of the file and set {variable} or {variable}_FILE",
                file.display(),
                key.name
            );
        }
    }
    let address = table.get("store").and_then(|store| store.get("url")).and_then(|url| url.as_str());
    if address.and_then(|url| url::Url::parse(url).ok()).is_some_and(|url| url.password().is_some()) {
        bail!(
            "{}: store.url holds a password: take it out of the file and set FIRSTMATE_STORE__URL or FIRSTMATE_STORE__URL_FILE",
            file.display()
        );
    }
    Ok(())
}

pub(super) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.to_uppercase().replace('.', "__"))
}

/// What is wrong, without the value that is wrong: the library's message may hold it, and it may be a secret.
fn told(error: &config::ConfigError, file: Option<&Path>) -> anyhow::Error {
    use config::ConfigError as Error;
    let place =
        file.map_or_else(|| "the environment".to_owned(), |file| format!("{} or the environment", file.display()));
    match error {
        Error::Type { key: Some(key), expected, .. } => {
            anyhow::anyhow!("{key} (in {place}, {}) must be {expected}", variable(key))
        }
        Error::At { error, key: Some(key), .. } => match &**error {
            Error::Message(message) if message.starts_with("unknown field") => {
                anyhow::anyhow!("{place}: {message} at {key}")
            }
            _ => anyhow::anyhow!("{key} (in {place}, {}) does not have the form that it needs", variable(key)),
        },
        Error::Message(message) if message.starts_with("unknown field") => {
            anyhow::anyhow!("{place}: {message}")
        }
        Error::FileParse { .. } => anyhow::anyhow!(
            "{} is no TOML{}",
            file.map_or_else(String::new, |file| file.display().to_string()),
            line(file)
        ),
        _ => anyhow::anyhow!("{place} holds a value that does not have the form it needs"),
    }
}

/// Where a file stops being TOML, without what stands there.
fn line(file: Option<&Path>) -> String {
    let text = file.and_then(|file| std::fs::read_to_string(file).ok()).unwrap_or_default();
    let span = text.parse::<toml::Table>().err().and_then(|error| error.span());
    span.map(|span| format!(": see line {}", text[..span.start.min(text.len())].matches('\n').count() + 1))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use secrecy::ExposeSecret;

    use super::*;

    fn set(pairs: &[(&str, &str)]) -> anyhow::Result<Config> {
        Config::from(None, pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn each_key_of_the_contract_can_be_set_by_its_variable() {
        let config = set(&[
            ("FIRSTMATE_HTTP__LISTEN", "127.0.0.1:4000"),
            ("FIRSTMATE_HTTP__PUBLIC_URL", "https://bot.example"),
            ("FIRSTMATE_METRICS__LISTEN", "127.0.0.1:9000"),
            ("FIRSTMATE_STORE__URL", "sqlite::memory:"),
            ("FIRSTMATE_SLACK__SIGNING_SECRET", "12345678901234567890123456789012"),
            ("FIRSTMATE_SLACK__BOT_TOKEN", "token"),
            ("FIRSTMATE_SLACK__APP_TOKEN", "token"),
            ("FIRSTMATE_SLACK__API_URL", "http://127.0.0.1:1/api"),
            ("FIRSTMATE_GITHUB__API_URL", "http://127.0.0.1:2"),
            ("FIRSTMATE_GITHUB__TOKEN", "token"),
            ("FIRSTMATE_GITHUB__APP_ID", "12345"),
            ("FIRSTMATE_GITHUB__PRIVATE_KEY", "pem"),
            ("FIRSTMATE_GITHUB__WEBHOOK_SECRET", "secret"),
            ("FIRSTMATE_CLUSTERS__KUBECONFIGS", "/etc/firstmate/kubeconfigs"),
            ("FIRSTMATE_LIMITS__PER_PERSON", "0"),
            ("FIRSTMATE_TEST_KUBECONFIG", "is no key"),
            ("FIRSTMATE_PORT", "tcp://10.0.0.1:80"),
            ("FIRSTMATE_PORT_80_TCP_ADDR", "10.0.0.1"),
            ("FIRSTMATE_SERVICE_HOST", "10.0.0.1"),
            ("PATH", "is not ours"),
        ])
        .unwrap();
        assert_eq!(config.http.listen.port(), 4000);
        assert_eq!(config.metrics.listen.unwrap().port(), 9000);
        assert_eq!(config.slack.signing_secret.unwrap().expose_secret().len(), 32);
        assert_eq!(config.github.app_id, Some(12345));
        assert_eq!(config.limits.per_person, 0);
    }

    #[rstest]
    #[case("FIRSTMATE_SLACK__SIGNIN_SECRET", "hunter2", "unknown field")]
    #[case("FIRSTMATE_SIGNING_SECRET", "hunter2", "two underscores")]
    #[case("FIRSTMATE_HTTP__LISTEN", "hunter2", "http.listen")]
    #[case("FIRSTMATE_LIMITS__PER_PERSON", "hunter2", "limits.per_person")]
    #[case("FIRSTMATE_SLACK__BOT_TOKEN_FILE", "/nowhere/hunter2", "FIRSTMATE_SLACK__BOT_TOKEN_FILE")]
    fn a_fault_names_the_key_and_not_the_value(#[case] name: &str, #[case] value: &str, #[case] told: &str) {
        let error = format!("{:#}", set(&[(name, value)]).unwrap_err());
        assert!(error.contains(told) && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn a_secret_may_come_from_a_file_but_not_from_the_configuration() {
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret");
        std::fs::write(&secret, "12345678901234567890123456789012\n").unwrap();
        let config = set(&[("FIRSTMATE_SLACK__SIGNING_SECRET_FILE", secret.to_str().unwrap())]).unwrap();
        assert_eq!(config.slack.signing_secret.unwrap().expose_secret(), "12345678901234567890123456789012");

        let file = folder.path().join("firstmate.toml");
        std::fs::write(&file, "[slack]\nsigning_secret = \"hunter2\"\n").unwrap();
        let error = Config::from(Some(&file), []).unwrap_err().to_string();
        assert!(error.contains("FIRSTMATE_SLACK__SIGNING_SECRET") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn an_empty_file_of_a_secret_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret");
        std::fs::write(&secret, "\n").unwrap();
        let error = set(&[("FIRSTMATE_GITHUB__TOKEN_FILE", secret.to_str().unwrap())]).unwrap_err().to_string();
        assert!(error.starts_with("the file that FIRSTMATE_GITHUB__TOKEN_FILE names is empty: put"), "{error}");
    }

    #[test]
    fn a_file_that_is_no_toml_is_told_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("firstmate.toml");
        std::fs::write(&file, "[http]\nlisten = hunter2\n").unwrap();
        let error = Config::from(Some(&file), []).unwrap_err().to_string();
        assert!(error.ends_with("firstmate.toml is no TOML: see line 2") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn an_empty_variable_is_not_set() {
        let config = set(&[("FIRSTMATE_SLACK__BOT_TOKEN", ""), ("FIRSTMATE_HTTP__LISTEN", "")]).unwrap();
        assert!(config.slack.bot_token.is_none());
    }

    #[test]
    fn a_password_in_the_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("firstmate.toml");
        std::fs::write(&file, "[store]\nurl = \"postgres://bot:hunter2@db/bot\"\n").unwrap();
        let error = Config::from(Some(&file), []).unwrap_err().to_string();
        assert!(error.contains("FIRSTMATE_STORE__URL") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn nothing_secret_is_printed() {
        let config =
            set(&[("FIRSTMATE_SLACK__BOT_TOKEN", "hunter2"), ("FIRSTMATE_STORE__URL", "postgres://u:hunter2@h/d")])
                .unwrap();
        assert!(!format!("{config:?}").contains("hunter2"));
    }
}
