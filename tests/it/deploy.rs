//! What is shipped to run the bot: the recipe of its image, the manifests, and the rules and the picture that rest on its metrics.
//! Read as a cluster and a builder would read it; what belongs to other people's types, `tests/e2e/deploy.mjs` gives to their own.

mod container;
mod manifests;
mod metrics;
mod pods;
mod settings;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The ways to run it that we ship.
const OVERLAYS: [&str; 3] = ["openshift", "kubernetes", "single"];

/// Oldest kubectl whose kustomize knows all that is used here.
const KUBECTL: (u64, u64) = (1, 28);

fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

fn file(relative: &str) -> String {
    fs::read_to_string(path(relative)).unwrap_or_else(|error| panic!("{relative}: {error}"))
}

fn yaml(relative: &str) -> Value {
    serde_saphyr::from_str(&file(relative)).unwrap()
}

/// What kubectl prints; says what to install where it is missing.
fn kubectl(arguments: &[&str]) -> String {
    #[expect(clippy::disallowed_methods, reason = "what it makes of the overlays is what is tested")]
    let mut command = std::process::Command::new("kubectl");
    let output = command.args(arguments).output().unwrap_or_else(|error| {
        panic!("kubectl cannot be run ({error}): install kubectl 1.28 or newer, on Debian 13 `kubernetes-client`")
    });
    assert!(output.status.success(), "kubectl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The objects of `overlay`, as `kubectl apply -k` would send them.
fn objects(overlay: &str) -> Vec<Value> {
    let version: Value = serde_json::from_str(&kubectl(&["version", "--client", "--output=json"])).unwrap();
    let [major, minor] = ["major", "minor"].map(|part| {
        let number = version["clientVersion"][part].as_str().unwrap().trim_end_matches('+');
        number.parse::<u64>().unwrap()
    });
    assert!((major, minor) >= KUBECTL, "kubectl {major}.{minor} is too old: install 1.28 or newer");
    serde_saphyr::from_multiple(&kubectl(&["kustomize", path("deploy/overlays").join(overlay).to_str().unwrap()]))
        .unwrap()
}

/// The one object of `kind` called `name`.
fn object<'a>(objects: &'a [Value], kind: &str, name: &str) -> &'a Value {
    let found: Vec<&Value> =
        objects.iter().filter(|object| object["kind"] == kind && object["metadata"]["name"] == name).collect();
    let [object] = found[..] else { panic!("{} of {kind} {name}", found.len()) };
    object
}

/// The settings that the bot's pods get, out of the map that the Deployment names.
fn settings(objects: &[Value]) -> Vec<(String, String)> {
    let deployment = object(objects, "Deployment", "firstmate");
    let sources = &deployment["spec"]["template"]["spec"]["containers"][0]["envFrom"];
    assert_eq!(sources.as_array().unwrap().len(), 1);
    let map = object(objects, "ConfigMap", sources[0]["configMapRef"]["name"].as_str().unwrap());
    let data = map["data"].as_object().unwrap();
    data.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect()
}
