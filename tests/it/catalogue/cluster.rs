//! What `cluster/clusters.toml` and `cluster/policy.toml` may say, and what is wrong with the rest.

use firstmate::catalogue::{Catalogue, Files};
use firstmate::domain::cluster::known::Access;

use super::{faults, today};

const CLUSTERS: &str = r#"[clusters.smaug]
about = "things"
kubeconfig = "smaug.kubeconfig"
context = "reader"
namespace = "opf-trino"
[clusters.infra]
about = "more things"
in_cluster = true
[channels.C1]
cluster = "smaug"
namespace = "thoth-test"
[impersonation]
enabled = true
groups = ["slack:members"]
"#;

#[rstest::rstest]
#[case("", "", None)]
#[case("infra]", "Infra]", Some("6:11: \"Infra\" is no name of a cluster: lower-case letters, digits and dashes"))]
#[case("infra]", "\"\"]", Some("6:11: \"\" is no name of a cluster: lower-case letters, digits and dashes"))]
#[case("infra]", "why]", Some("6:11: \"why\" cannot name a cluster: in a query it means something else"))]
#[case("infra]", "help]", Some("6:11: \"help\" cannot name a cluster: in a query it means something else"))]
#[case("about = \"things\"\n", "", Some("1:1: `about` is missing"))]
#[case("about = \"things\"\n", "about = \"things\"\nserver = \"x\"\n", Some("3:1: unknown key `server`"))]
#[case("in_cluster = true\n", "", Some("6:1: needs either `kubeconfig` or `in_cluster = true`"))]
#[case("in_cluster = true", "in_cluster = false", Some("6:1: needs either `kubeconfig` or `in_cluster = true`"))]
#[case(
    "in_cluster = true",
    "in_cluster = true\nkubeconfig = \"a\"",
    Some("6:1: needs either `kubeconfig` or `in_cluster = true`")
)]
#[case("in_cluster = true", "in_cluster = true\ncontext = \"a\"", Some("9:11: `context` needs a `kubeconfig`"))]
#[case(
    "\"smaug.kubeconfig\"",
    "\"/etc/kubeconfig\"",
    Some(
        "3:14: \"/etc/kubeconfig\" is not the name of a file, as in smaug.kubeconfig: the folder is configured elsewhere"
    )
)]
#[case(
    "\"smaug.kubeconfig\"",
    "\"..\"",
    Some("3:14: \"..\" is not the name of a file, as in smaug.kubeconfig: the folder is configured elsewhere")
)]
#[case("\"opf-trino\"", "\"opf-*\"", Some("5:13: \"opf-*\" is no name of a namespace"))]
#[case("\"thoth-test\"", "\"Thoth\"", Some("11:13: \"Thoth\" is no name of a namespace"))]
#[case("[channels.C1]", "[channels.support]", Some("9:11: \"support\" is not a Slack channel id like C01ABCDEF"))]
#[case("cluster = \"smaug\"", "cluster = \"smog\"", Some("10:11: unknown cluster `smog`; known: infra, smaug"))]
#[case("cluster = \"smaug\"\n", "", Some("9:1: `cluster` is missing"))]
#[case(
    "slack:members",
    "system:masters",
    Some("14:11: \"system:masters\" is not a group that begins with slack:, as in slack:members")
)]
#[case(
    "slack:members",
    "slack:",
    Some("14:11: \"slack:\" is not a group that begins with slack:, as in slack:members")
)]
#[case("[\"slack:members\"]", "[]", Some("12:1: `groups` is empty: then nobody may look at anything"))]
#[case("enabled = true", "enabled = \"yes\"", Some("13:11: `enabled` must be true or false"))]
#[case("enabled", "enable", Some("13:1: unknown key `enable`"))]
fn clusters_are_judged(#[case] good: &str, #[case] bad: &str, #[case] fault: Option<&str>) {
    let text = CLUSTERS.replacen(good, bad, usize::from(!good.is_empty()));
    let expected: Vec<String> = fault.map(|fault| format!("cluster/clusters.toml:{fault}")).into_iter().collect();
    assert_eq!(faults(&[("cluster/clusters.toml", &text)]), expected);
}

#[test]
fn clusters_are_known_by_name_and_meant_by_channel() {
    let files: Files = [("cluster/clusters.toml", CLUSTERS)].into_iter().collect();
    let clusters = Catalogue::load(&files, today()).unwrap().clusters;
    let smaug = clusters.meant_in("C1").unwrap();
    let (file, context) = ("smaug.kubeconfig".to_owned(), Some("reader".to_owned()));
    assert_eq!((smaug.name.as_str(), &smaug.access), ("smaug", &Access::Kubeconfig { file, context }));
    assert_eq!(clusters.namespace_meant_in("C1", smaug), Some("thoth-test"));
    assert_eq!(clusters.namespace_meant_in("C2", smaug), Some("opf-trino"));
    assert_eq!(clusters.named("infra").unwrap().access, Access::InCluster);
    assert_eq!(clusters.impersonation.unwrap().groups, ["slack:members"]);
}

#[test]
fn nobody_is_impersonated_unless_somebody_says_so() {
    let text = CLUSTERS.replace("enabled = true\n", "");
    let files: Files = [("cluster/clusters.toml", text)].into_iter().collect();
    assert_eq!(Catalogue::load(&files, today()).unwrap().clusters.impersonation, None);
}

const RULE: &str = r#"[[rules]]
name = "look"
who = ["crew"]
channels = ["C1"]
clusters = ["smaug"]
namespaces = ["opf-*", "thoth-test"]
verbs = ["get", "events"]
kinds = ["pods", "deployments.apps"]
"#;

#[rstest::rstest]
#[case("", "", None)]
#[case("kinds = [\"pods\", \"deployments.apps\"]\n", "", Some("1:1: `kinds` is missing"))]
#[case("verbs = [\"get\", \"events\"]\n", "", Some("1:1: `verbs` is missing"))]
#[case("namespaces = [\"opf-*\", \"thoth-test\"]\n", "", Some("1:1: `namespaces` is missing"))]
#[case("clusters = [\"smaug\"]\n", "", Some("1:1: `clusters` is missing"))]
#[case("who = [\"crew\"]\n", "", Some("1:1: `who` is missing"))]
#[case("channels = [\"C1\"]\n", "", Some("1:1: `channels` is missing"))]
#[case("name = \"look\"\n", "", Some("1:1: `name` is missing"))]
#[case("kinds", "deny = true\nkinds", Some("8:1: unknown key `deny`"))]
#[case("[[rules]]", "[[rule]]", Some("1:3: unknown key `rule`"))]
#[case("\"crew\"", "\"crows\"", Some("3:8: \"crows\" is not a role of roles.toml; known: crew"))]
#[case("\"C1\"", "\"#support\"", Some("4:13: \"#support\" is not a Slack channel id like C01ABCDEF"))]
#[case("\"smaug\"", "\"smog\"", Some("5:13: \"smog\" is not a cluster of clusters.toml; known: infra, smaug"))]
#[case("[\"smaug\"]", "\"smaug\"", Some("5:12: `clusters` must be \"all\" or a list of texts in quotes"))]
#[case("\"thoth-test\"", "\"*\"", Some("6:24: all namespaces are written as `namespaces = \"all\"`"))]
#[case("\"thoth-test\"", "\"all\"", Some("6:24: all namespaces are written as `namespaces = \"all\"`"))]
#[case(
    "\"thoth-test\"",
    "\"*-test\"",
    Some("6:24: \"*-test\" is neither the name of a namespace nor the beginning of some, as in \"opf-*\"")
)]
#[case(
    "\"events\"",
    "\"delete\"",
    Some("7:17: unknown verb `delete`; known: get, describe, events, why, quota, status, owner, kinds, logs")
)]
#[case("[\"get\", \"events\"]", "\"all\"", Some("7:9: `verbs` must be a list of texts in quotes"))]
#[case("[\"pods\", \"deployments.apps\"]", "\"all\"", Some("8:9: `kinds` must be a list of texts in quotes"))]
#[case("\"pods\"", "\"*\"", Some("8:10: kinds are listed one by one, not as \"*\""))]
#[case("\"pods\"", "\"*.apps\"", Some("8:10: kinds are listed one by one, not as \"*.apps\""))]
#[case("\"pods\"", "\"all\"", Some("8:10: kinds are listed one by one, not as \"all\""))]
#[case("\"pods\"", "\"secrets\"", Some("8:10: Secrets are never shown, so no rule can allow them"))]
#[case("\"pods\"", "\"Secret\"", Some("8:10: Secrets are never shown, so no rule can allow them"))]
#[case("\"pods\"", "\"secrets.v1\"", Some("8:10: Secrets are never shown, so no rule can allow them"))]
#[case("\"pods\"", "\"Pods\"", Some("8:10: \"Pods\" is no kind in the plural with its group, as in deployments.apps"))]
#[case(
    "\"pods\"",
    "\"pods/log\"",
    Some("8:10: \"pods/log\" is no kind in the plural with its group, as in deployments.apps")
)]
#[case(
    "\"pods\"",
    "\"pods.\"",
    Some("8:10: \"pods.\" is no kind in the plural with its group, as in deployments.apps")
)]
#[case(
    "\"deployments.apps\"",
    "\"deployments\"",
    Some(
        "8:18: \"deployments\" is no kind of the core group; others are written with their group, as in deployments.apps"
    )
)]
#[case(
    "\"deployments.apps\"",
    "\"deployments.v1.apps\"",
    Some("8:18: \"deployments.v1.apps\" names a version; a kind is written as in deployments.apps")
)]
fn rules_about_clusters_are_judged(#[case] good: &str, #[case] bad: &str, #[case] fault: Option<&str>) {
    let text = RULE.replacen(good, bad, usize::from(!good.is_empty()));
    let roles = ("roles.toml", "[roles.crew]\npeople = [\"U1\"]\nmay = []\n");
    let expected: Vec<String> = fault.map(|fault| format!("cluster/policy.toml:{fault}")).into_iter().collect();
    assert_eq!(faults(&[roles, ("cluster/clusters.toml", CLUSTERS), ("cluster/policy.toml", &text)]), expected);
}

#[test]
fn a_rule_about_clusters_stands_there_once() {
    let open = RULE.replace("[\"crew\"]", "\"all\"").replace("[\"smaug\"]", "\"all\"");
    assert_eq!(
        faults(&[("cluster/policy.toml", &format!("{open}{open}"))]),
        ["cluster/policy.toml:9:1: `look` stands here twice"]
    );
    let nowhere = faults(&[("cluster/policy.toml", RULE)]);
    assert_eq!(
        nowhere,
        [
            "cluster/policy.toml:3:8: \"crew\" is not a role of roles.toml; known: none yet",
            "cluster/policy.toml:5:13: \"smaug\" is not a cluster of clusters.toml; known: none yet",
        ]
    );
}
