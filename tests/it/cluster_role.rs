//! What the bot may do on a cluster: the shipped ClusterRole is the one that the shipped policy needs, and lets nothing be changed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Output;

use chrono::NaiveDate;
use firstmate::catalogue::{Catalogue, Files};
use firstmate::domain::cluster::policy::{Asker, Extent, Scope, Wish};
use firstmate::domain::cluster::verb::Verb;
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding};
use serde_json::Value;

fn shipped() -> Catalogue {
    Catalogue::load(&Files::embedded(), NaiveDate::from_ymd_opt(2099, 1, 1).unwrap()).unwrap()
}

fn file(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The kinds of the shipped policy.
fn listed(catalogue: &Catalogue) -> BTreeSet<String> {
    let asker = Asker { person: "U1", channel: "C1" };
    match catalogue.policy.kinds_for(&asker, &catalogue.roles, "smaug") {
        Extent::Only(kinds) => kinds.into_iter().collect(),
        Extent::All => panic!("the shipped policy lists kinds one by one"),
    }
}

#[test]
fn the_shipped_role_is_what_the_shipped_policy_needs() {
    let catalogue = shipped();
    let role = catalogue.policy.cluster_role(catalogue.clusters.impersonation.as_ref()).to_string();
    assert_eq!(
        file("deploy/base/cluster-role.yaml"),
        role,
        "run: firstmate check --cluster-role commands > deploy/base/cluster-role.yaml"
    );
}

/// Read as a cluster reads it, not by our own writer's word.
#[test]
fn the_shipped_role_reads_one_by_one_and_no_secrets() {
    let text = file("deploy/base/cluster-role.yaml");
    let role: ClusterRole = serde_saphyr::from_str(&text).unwrap();
    let whole: Value = serde_saphyr::from_str(&text).unwrap();
    assert_eq!(serde_json::to_value(&role).unwrap(), whole, "nothing is lost or misspelled");
    assert_eq!(role.aggregation_rule, None);
    let mut granted = BTreeSet::new();
    for rule in role.rules.unwrap() {
        assert_eq!(
            (rule.verbs, rule.non_resource_urls, rule.resource_names),
            (vec!["get".into(), "list".into()], None, None)
        );
        let group = rule.api_groups.unwrap().join("");
        assert_ne!(group, "*");
        for resource in rule.resources.unwrap() {
            assert!(!resource.contains(['*', '/']) && !resource.starts_with("secret"), "{resource}");
            granted.insert(if group.is_empty() { resource } else { format!("{resource}.{group}") });
        }
    }
    assert_eq!(granted, listed(&shipped()), "every kind that a verb reads by itself may be named as well");
}

#[test]
fn the_binding_binds_that_role_to_that_account() {
    let role: ClusterRole = serde_saphyr::from_str(&file("deploy/base/cluster-role.yaml")).unwrap();
    let binding: ClusterRoleBinding = serde_saphyr::from_str(&file("deploy/base/cluster-role-binding.yaml")).unwrap();
    let account: Value = serde_saphyr::from_str(&file("deploy/base/service-account.yaml")).unwrap();
    assert_eq!((binding.role_ref.kind.as_str(), Some(binding.role_ref.name)), ("ClusterRole", role.metadata.name));
    let [subject] = &binding.subjects.unwrap()[..] else { panic!("one subject") };
    assert_eq!(subject.kind, account["kind"]);
    assert_eq!(subject.name, account["metadata"]["name"]);
    assert_eq!(subject.namespace.as_deref(), account["metadata"]["namespace"].as_str());
}

/// A kind whose name is misspelled would be denied to everybody. Of groups that the recorded server lacks nothing is known.
#[test]
fn the_shipped_kinds_are_kinds_of_a_server() {
    let (mut groups, mut known) = (BTreeSet::new(), BTreeSet::new());
    for path in ["tests/data/cluster/api.aggregated.json", "tests/data/cluster/apis.aggregated.json"] {
        let discovery: Value = serde_json::from_str(&file(path)).unwrap();
        for item in discovery["items"].as_array().unwrap() {
            let group = item["metadata"]["name"].as_str().unwrap_or_default();
            groups.insert(group.to_owned());
            let versions = item["versions"].as_array().unwrap();
            for resource in versions.iter().flat_map(|version| version["resources"].as_array().unwrap()) {
                let plural = resource["resource"].as_str().unwrap();
                known.insert(if group.is_empty() { plural.to_owned() } else { format!("{plural}.{group}") });
            }
        }
    }
    let judged: Vec<String> = listed(&shipped())
        .into_iter()
        .filter(|kind| groups.contains(kind.split_once('.').map_or("", |(_, group)| group)))
        .collect();
    assert!(judged.len() >= 25, "{judged:?}");
    assert_eq!(judged.iter().filter(|kind| !known.contains(*kind)).count(), 0, "{judged:?}");
}

#[test]
fn everybody_may_look_but_read_no_logs() {
    let catalogue = shipped();
    let asker = Asker { person: "U1", channel: "D1" };
    let denied = |verb, kind: Option<&str>, scope| {
        let wish = Wish { cluster: "smaug", verb, kind, scope };
        catalogue.policy.allows(&catalogue.roles, &asker, &wish).err().map(|denial| denial.rule)
    };
    assert_eq!(denied(Verb::Get, Some("pods"), Scope::AllNamespaces), None);
    assert_eq!(denied(Verb::Status, None, Scope::Cluster), None);
    insta::assert_snapshot!(denied(Verb::Logs, None, Scope::Namespace("b4mad".to_owned())).unwrap(), @"No rule lets you look at that. The nearest is `everybody-looks` in commands/cluster/policy.toml: it does not list `logs` (`verbs`). A maintainer changes the rules by pull request.");
    insta::assert_snapshot!(denied(Verb::Get, Some("roles.rbac.authorization.k8s.io"), Scope::AllNamespaces).unwrap(), @"No rule lets you look at that. The nearest is `everybody-looks` in commands/cluster/policy.toml: it does not list `roles.rbac.authorization.k8s.io` (`kinds`). `/cluster smaug kinds` shows what you may look at. A maintainer changes the rules by pull request.");
    insta::assert_snapshot!(denied(Verb::Get, Some("secrets"), Scope::AllNamespaces).unwrap(), @"I never read Secrets, whatever commands/cluster/policy.toml says: what they hold must not pass through a chat. Use your own access to the cluster for them.");
}

/// Runs the program where there is no catalogue.
fn firstmate(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    #[expect(clippy::disallowed_methods, reason = "the program itself is what is tested")]
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_firstmate"));
    command.args(arguments).current_dir(folder.path()).output().unwrap()
}

#[test]
fn check_prints_the_role() {
    let output = firstmate(&["check", "--cluster-role"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), file("deploy/base/cluster-role.yaml"));
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("cluster")).unwrap();
    let policy = folder.path().join("cluster/policy.toml");
    let rule = "[[rules]]\nname = \"a\"\nwho = \"all\"\nchannels = \"all\"\nclusters = \"all\"\nnamespaces = \"all\"\nverbs = [\"logs\"]\n";
    fs::write(&policy, rule).unwrap();
    let output = firstmate(&["check", "--cluster-role", folder.path().to_str().unwrap()]);
    let role: ClusterRole = serde_saphyr::from_str(&String::from_utf8(output.stdout).unwrap()).unwrap();
    let rules = role.rules.unwrap();
    assert_eq!((rules.len(), rules[0].resources.as_deref()), (1, Some(&["pods/log".to_owned()][..])));
    assert_eq!(rules[0].verbs, ["get"]);
    fs::write(&policy, rule.replace("logs", "delete")).unwrap();
    let output = firstmate(&["check", "--cluster-role", folder.path().to_str().unwrap()]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    assert!(String::from_utf8(output.stderr).unwrap().contains("cluster/policy.toml:7:10: unknown verb `delete`"));
}
