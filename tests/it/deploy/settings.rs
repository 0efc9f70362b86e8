//! The settings that the pods get: each is one of the bot's, a secret is only ever named, and the address stands in one place.

use std::fs;

use firstmate::config::Config;
use serde_json::Value;

use super::{OVERLAYS, file, object, objects, settings};

/// Where the Secret's keys lie in the pod.
const SECRETS: &str = "/etc/firstmate/secrets/";

/// Reads `variables` as the bot does, with a file for each that names one.
fn read(variables: Vec<(String, String)>) -> anyhow::Result<Config> {
    let folder = tempfile::tempdir().unwrap();
    let found = variables.into_iter().map(|(name, value)| match value.strip_prefix(SECRETS) {
        Some(key) => {
            let file = folder.path().join(key);
            fs::write(&file, "0123456789abcdef0123456789abcdef").unwrap();
            (name, file.to_str().unwrap().to_owned())
        }
        None => (name, value),
    });
    Config::from(None, found.collect::<Vec<_>>())
}

#[test]
fn the_settings_are_settings_of_the_bot() {
    for overlay in OVERLAYS {
        let objects = objects(overlay);
        let settings = settings(&objects);
        assert!(settings.iter().all(|(name, _)| name.starts_with("FIRSTMATE_") || name == "RUST_LOG"), "{settings:?}");
        let config = read(settings).unwrap();
        assert_eq!((config.http.listen.port(), config.http.listen.ip().is_unspecified()), (3000, true));
        assert_eq!(config.metrics.listen.map(|listen| listen.port()), Some(9090));
        assert!(config.slack.bot_token.is_some(), "{overlay}");
        let pod = &object(&objects, "Deployment", "firstmate")["spec"]["template"]["spec"];
        let mounts = pod["containers"][0]["volumeMounts"].as_array().unwrap();
        let mounted = |path: &str| mounts.iter().any(|mount| mount["mountPath"].as_str().unwrap() == path);
        assert!(mounted(SECRETS.trim_end_matches('/')) && mounted(config.clusters.kubeconfigs.to_str().unwrap()));
    }
}

/// A line that is commented out may be taken in as it stands.
#[test]
fn the_settings_that_are_offered_are_settings_of_the_bot() {
    let text = file("deploy/base/settings.env");
    let offered: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("#FIRSTMATE_")).collect();
    assert_eq!(offered.len(), 5);
    for line in offered {
        let (name, value) = line.split_once('=').unwrap();
        read(vec![(format!("FIRSTMATE_{name}"), value.to_owned())]).unwrap_or_else(|error| panic!("{line}: {error:#}"));
    }
}

/// Names only: what is secret comes out of a store of secrets.
#[test]
fn nothing_secret_stands_in_a_manifest() {
    for overlay in OVERLAYS {
        let objects = objects(overlay);
        let container = &object(&objects, "Deployment", "firstmate")["spec"]["template"]["spec"]["containers"][0];
        assert_eq!(container["env"], Value::Null);
        for (name, value) in settings(&objects) {
            let secret = ["TOKEN", "SECRET", "KEY", "STORE__URL"].iter().any(|word| name.contains(word));
            let harmless = value.is_empty() || value.starts_with(SECRETS) || value.starts_with("sqlite:");
            assert!(!secret || harmless, "{overlay}: {name}");
        }
    }
}

#[test]
fn the_address_stands_once_and_is_only_a_placeholder() {
    for (overlay, kind) in [("openshift", "Route"), ("kubernetes", "Ingress")] {
        let objects = objects(overlay);
        let address = settings(&objects).into_iter().find(|(name, _)| name == "FIRSTMATE_HTTP__PUBLIC_URL").unwrap().1;
        assert_eq!(address, "https://firstmate.example.org");
        let spec = &object(&objects, kind, "firstmate")["spec"];
        let hosts = if kind == "Route" {
            vec![&spec["host"]]
        } else {
            vec![&spec["rules"][0]["host"], &spec["tls"][0]["hosts"][0]]
        };
        assert!(hosts.iter().all(|host| **host == "firstmate.example.org"), "{overlay}: {hosts:?}");
        let text = file(&format!("deploy/overlays/{overlay}/kustomization.yaml"));
        assert_eq!(text.matches("example.org").count(), 1, "{overlay}");
    }
}
