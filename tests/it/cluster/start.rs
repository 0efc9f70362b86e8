//! What is wrong with a cluster's kubeconfig is told when the bot starts, and the bot does not.

use std::path::Path;
use std::process::Output;

use rstest::rstest;

use super::{err, firstmate, out};

const CLUSTERS: &str = "[clusters.smaug]\nabout = \"Where projects run\"\nkubeconfig = \"smaug.kubeconfig\"\n";

const KUBECONFIG: &str = "apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters: [{name: k, cluster: {server: \"https://x.example\"}}]\ncontexts: [{name: c, context: {cluster: k, user: u}}]\n";

fn serve(folder: &Path) -> Output {
    #[expect(clippy::disallowed_methods, reason = "the program itself is what is tested")]
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_firstmate"));
    command.arg("serve").arg("--commands").arg(folder.join("commands")).current_dir(folder);
    command.env("FIRSTMATE_CLUSTERS__KUBECONFIGS", folder).env("FIRSTMATE_STORE__URL", "sqlite::memory:");
    command.env("FIRSTMATE_SLACK__SIGNING_SECRET", "12345678901234567890123456789012").output().unwrap()
}

#[rstest]
#[case(
    "users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: hunter2}}}]",
    "logs in by `exec`"
)]
#[case(
    "users: [{name: u, user: {auth-provider: {name: gcp, config: {access-token: hunter2}}}}]",
    "logs in by `auth-provider`"
)]
#[case("users: []", "its current context cannot be used")]
fn a_kubeconfig_that_would_run_a_program_keeps_the_bot_from_starting(#[case] users: &str, #[case] told: &str) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("commands/cluster")).unwrap();
    std::fs::write(folder.path().join("commands/cluster/clusters.toml"), CLUSTERS).unwrap();
    let file = folder.path().join("smaug.kubeconfig");
    std::fs::write(&file, format!("{KUBECONFIG}{users}\n")).unwrap();
    let output = serve(folder.path());
    let said = err(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("the cluster smaug of cluster/clusters.toml: smaug.kubeconfig: "), "{said}");
    assert!(said.contains(told) && !said.contains("hunter2"), "{said}");
    // From a terminal it is the same.
    let output = firstmate(&file, &["get", "pods"]);
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(1), ""));
    assert!(err(&output).contains(told) && !err(&output).contains("hunter2"), "{}", err(&output));
}

#[test]
fn a_kubeconfig_that_is_missing_is_told_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let output = firstmate(&folder.path().join("smaug.kubeconfig"), &["get", "pods"]);
    assert_eq!(err(&output), "firstmate: smaug.kubeconfig: this kubeconfig cannot be read: there is no such file\n");
    assert_eq!(output.status.code(), Some(1));
}
