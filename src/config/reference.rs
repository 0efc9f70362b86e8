//! Every key of the configuration with its default and what it is for: what `docs/configuration.md` is made of. Tests hold it to what is read.

use super::{Kind, variable};

/// A key.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// With its section, as in `http.listen`.
    pub name: &'static str,
    /// What holds where nobody sets it; empty where there is nothing then.
    pub default: &'static str,
    /// Whether it may stand in a file that is shown.
    pub kind: Kind,
    /// What it is for.
    pub tells: &'static str,
}

/// All keys, in the order of the documentation.
pub const KEYS: [Key; 18] = [
    plain("http.listen", "127.0.0.1:3000", "Address and port of the doors."),
    plain(
        "http.public_url",
        "",
        "The address by which the world reaches them, such as `https://firstmate.example.org`: for the calendar's links and the doctor.",
    ),
    plain(
        "metrics.listen",
        "",
        "Address and port for Prometheus, see [metrics](metrics.md). Nothing is collected without it.",
    ),
    Key {
        name: "store.url",
        default: "sqlite:firstmate.db",
        kind: Kind::MayHoldPassword,
        tells: "`sqlite:FILE` for one process, `postgres://…` for any number of replicas.",
    },
    secret(
        "slack.signing_secret",
        "From the app's Basic Information page; 32 characters. Opens the doors of Slack over HTTP.",
    ),
    secret("slack.bot_token", "The Bot User OAuth Token (`xoxb-…`). Without it only slash commands are answered."),
    secret(
        "slack.app_token",
        "The app-level token (`xapp-…`) with `connections:write`. Opens a socket to Slack, for where nobody can reach the bot.",
    ),
    plain("slack.api_url", "https://slack.com/api", "Base address of the Web API."),
    plain("github.api_url", "https://api.github.com", "Base address of the REST API."),
    plain("github.app_id", "", "The number of a GitHub App; with it the bot files as that App."),
    secret("github.private_key", "The App's private key, PEM as GitHub made it."),
    secret("github.token", "A user's token instead of an App."),
    secret(
        "github.webhook_secret",
        "At least 16 characters, as from `openssl rand -hex 32`. Without it webhooks are turned away.",
    ),
    plain(
        "clusters.kubeconfigs",
        "kubeconfigs",
        "The folder of the kubeconfigs that `commands/cluster/clusters.toml` names.",
    ),
    plain("limits.per_person", "20", "Commands a minute that one person may give; 0 is no limit."),
    plain("log.format", "text", "`text` for people, `json` for collectors. `RUST_LOG` sets the level."),
    plain(
        "traces.endpoint",
        "",
        "A collector beside the bot that takes OTLP over HTTP, such as `http://collector:4318`. No traces without it.",
    ),
    plain("catalogue.reload", "true", "Whether changes of the catalogue's folder are taken while the bot runs."),
];

const fn plain(name: &'static str, default: &'static str, tells: &'static str) -> Key {
    Key { name, default, kind: Kind::Plain, tells }
}

const fn secret(name: &'static str, tells: &'static str) -> Key {
    Key { name, default: "", kind: Kind::Secret, tells }
}

/// The table of `docs/configuration.md`.
#[must_use]
pub fn table() -> String {
    let rows = KEYS.iter().map(|key| {
        let default = if key.default.is_empty() { String::new() } else { format!("`{}`", key.default) };
        let name = if key.kind == Kind::Secret { "secret".to_owned() } else { format!("`{}`", key.name) };
        format!("| {name} | `{}` | {default} | {} |\n", variable(key.name), key.tells)
    });
    ["| key | variable | default | what it is for |\n|---|---|---|---|\n".to_owned()].into_iter().chain(rows).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::Config;
    use super::*;

    fn set(name: &str, value: &str) -> anyhow::Result<Config> {
        Config::from(None, [(variable(name), value.to_owned())])
    }

    /// What may stand in a section, by the reader's own word.
    fn expected(name: &str) -> BTreeSet<String> {
        let refused = set(name, "1").unwrap_err().to_string();
        let (_, list) = refused.split_once("expected ").unwrap();
        regex::Regex::new("`([a-z_]+)`").unwrap().captures_iter(list).map(|found| found[1].to_owned()).collect()
    }

    #[test]
    fn every_key_that_is_read_is_told_and_none_besides() {
        let told: BTreeSet<String> = KEYS.iter().map(|key| key.name.to_owned()).collect();
        let read = expected("nothing.at_all").into_iter().flat_map(|section| {
            expected(&format!("{section}.nothing_at_all")).into_iter().map(move |key| format!("{section}.{key}"))
        });
        assert_eq!(read.collect::<BTreeSet<_>>(), told);
    }

    #[test]
    fn a_default_is_what_holds_without_the_key() {
        let without = format!("{:?}", Config::from(None, []).unwrap());
        for key in KEYS.iter().filter(|key| !key.default.is_empty()) {
            assert_eq!(format!("{:?}", set(key.name, key.default).unwrap()), without, "{}", key.name);
        }
    }

    #[test]
    fn the_documentation_shows_the_table() {
        let page = include_str!("../../docs/configuration.md");
        assert!(page.contains(&table()), "docs/configuration.md needs this table:\n{}", table());
    }
}
