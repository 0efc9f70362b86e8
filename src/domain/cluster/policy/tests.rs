//! Each part of a rule denies by itself and says so; what no rule can allow stays denied.

use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::domain::cluster::known::Impersonation;
use crate::domain::person::Role;

fn own(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

/// Allows a role to get three kinds and to see events, in some namespaces of one cluster, from one channel.
fn narrow() -> Rule {
    Rule {
        name: "narrow".to_owned(),
        who: Who::Only(own(&["crew"])),
        channels: Channels::Only(own(&["C1"])),
        clusters: Extent::Only(own(&["smaug"])),
        namespaces: Extent::Only(["opf-*", "thoth-test"].iter().filter_map(|text| Pattern::read(text)).collect()),
        verbs: vec![Verb::Get, Verb::Events],
        kinds: Extent::Only(own(&["pods", "nodes", "deployments.apps"])),
    }
}

fn wide(name: &str) -> Rule {
    Rule { name: name.to_owned(), verbs: vec![Verb::Get], ..Policy::terminal().rules.remove(0) }
}

fn policy(rules: impl IntoIterator<Item = Rule>) -> Policy {
    Policy { rules: rules.into_iter().collect() }
}

fn roles() -> Roles {
    Roles { roles: vec![Role { name: "crew".to_owned(), people: own(&["U1"]), ..Role::default() }] }
}

const ANN: Asker<'static> = Asker { person: "U1", channel: "C1" };

fn in_namespace(verb: Verb, kind: Option<&'static str>, namespace: &str) -> Wish<'static> {
    Wish { cluster: "smaug", verb, kind, scope: Scope::Namespace(namespace.to_owned()) }
}

fn pods() -> Wish<'static> {
    in_namespace(Verb::Get, Some("pods"), "opf-trino")
}

fn told(policy: &Policy, asker: &Asker<'_>, wish: &Wish<'_>) -> Option<String> {
    policy.allows(&roles(), asker, wish).err().map(|denial| denial.rule)
}

const PULL: &str = "A maintainer changes the rules by pull request.";

#[rstest]
#[case(ANN, pods(), None)]
#[case(ANN, in_namespace(Verb::Get, Some("deployments.apps"), "thoth-test"), None)]
#[case(ANN, in_namespace(Verb::Events, None, "opf-trino"), None)]
#[case(ANN, in_namespace(Verb::Events, Some("builds.build.openshift.io"), "opf-trino"), None)]
#[case(ANN, Wish { kind: Some("nodes"), scope: Scope::Cluster, ..pods() }, None)]
#[case(
    Asker { person: "U2", ..ANN },
    pods(),
    Some("is for the role `crew` only (`who`). Ask somebody who has it, or in #support.")
)]
#[case(
    Asker { channel: "C2", ..ANN },
    pods(),
    Some("does not hold in this channel (`channels`). Ask in one of the channels that it lists.")
)]
#[case(ANN, Wish { cluster: "infra", ..pods() }, Some("is not for the cluster `infra` (`clusters`)."))]
#[case(ANN, Wish { verb: Verb::Describe, ..pods() }, Some("does not list `describe` (`verbs`)."))]
#[case(ANN, Wish { verb: Verb::Logs, ..pods() }, Some("does not list `logs` (`verbs`)."))]
#[case(
    ANN,
    Wish { kind: Some("roles.rbac.authorization.k8s.io"), ..pods() },
    Some("does not list `roles.rbac.authorization.k8s.io` (`kinds`). `/cluster smaug kinds` shows what you may look at.")
)]
#[case(
    ANN,
    Wish { kind: Some("pods.metrics.k8s.io"), ..pods() },
    Some("does not list `pods.metrics.k8s.io` (`kinds`). `/cluster smaug kinds` shows what you may look at.")
)]
#[case(ANN, Wish { kind: None, ..pods() }, Some("wants a kind to be named (`kinds`)."))]
#[case(
    ANN,
    in_namespace(Verb::Get, Some("pods"), "kube-system"),
    Some("holds in `opf-*` and `thoth-test`, not in `kube-system` (`namespaces`).")
)]
#[case(
    ANN,
    in_namespace(Verb::Events, None, "kube-system"),
    Some("holds in `opf-*` and `thoth-test`, not in `kube-system` (`namespaces`).")
)]
#[case(
    ANN,
    Wish { scope: Scope::AllNamespaces, ..pods() },
    Some("holds in `opf-*` and `thoth-test`, not in all namespaces at once (`namespaces`). Name one of those with `-n`.")
)]
#[case(
    Asker { channel: "C2", ..ANN },
    Wish { verb: Verb::Logs, ..pods() },
    Some("does not hold in this channel (`channels`), and does not list `logs` (`verbs`).")
)]
fn each_part_of_a_rule_denies_and_names_it(
    #[case] asker: Asker<'_>,
    #[case] wish: Wish<'_>,
    #[case] denied: Option<&str>,
) {
    let nearest = "No rule lets you look at that. The nearest is `narrow` in commands/cluster/policy.toml: it";
    let expected = denied.map(|why| format!("{nearest} {why} {PULL}"));
    assert_eq!(told(&policy([narrow()]), &asker, &wish), expected);
}

#[test]
fn nothing_is_allowed_at_first() {
    assert_eq!(
        told(&Policy::default(), &ANN, &pods()).unwrap(),
        "Nobody may look at clusters yet: commands/cluster/policy.toml has no rule. A maintainer adds one by pull request."
    );
}

/// Of `rules`, the one that a denial names.
#[rstest]
// The fewer parts do not fit, the nearer.
#[case(vec![Rule { verbs: vec![], ..narrow() }, Rule { name: "near".to_owned(), ..narrow() }], "near")]
// Whom to ask is told before what nobody may.
#[case(
    vec![Rule { verbs: vec![], ..wide("verbs") }, Rule { who: Who::Only(own(&["operators"])), ..wide("near") }],
    "near"
)]
// Else the first.
#[case(vec![Rule { verbs: vec![], ..wide("near") }, Rule { verbs: vec![], ..wide("later") }], "near")]
fn the_nearest_rule_is_named(#[case] rules: Vec<Rule>, #[case] name: &str) {
    let told = told(&policy(rules), &ANN, &in_namespace(Verb::Get, Some("pods"), "kube-system")).unwrap();
    assert!(told.contains(&format!("The nearest is `{name}` in")), "{told}");
}

#[rstest]
#[case(&[], "is for nobody (`who`). A")]
#[case(&["a", "b"], "is for the role `a` or `b` only (`who`). Ask somebody who has such a role, or in #support. A")]
#[case(&["a", "b", "c", "d", "e", "f", "g"], "is for the role `a`, `b`, `c`, `d`, `e` or 2 more only (`who`). Ask")]
fn roles_are_told(#[case] names: &[&str], #[case] words: &str) {
    let told = told(&policy([Rule { who: Who::Only(own(names)), ..wide("crew") }]), &ANN, &pods()).unwrap();
    assert!(told.contains(words), "{told}");
}

#[test]
fn all_namespaces_need_a_rule_for_all() {
    let everywhere = Wish { scope: Scope::AllNamespaces, ..pods() };
    assert_eq!(told(&policy([narrow(), wide("wide")]), &ANN, &everywhere), None);
    let almost = Rule { namespaces: Extent::Only(vec![Pattern::read("a*").unwrap()]), ..wide("almost") };
    assert!(told(&policy([almost]), &ANN, &everywhere).is_some());
    let nowhere = Rule { namespaces: Extent::Only(vec![]), ..wide("nowhere") };
    assert!(told(&policy([nowhere]), &ANN, &everywhere).unwrap().contains("holds in no namespace"));
}

#[rstest]
#[case("secrets")]
#[case("secret")]
#[case("Secrets")]
#[case("SECRET")]
#[case("secrets.v1")]
#[case("secrets.v1.")]
#[case("secrets/pull")]
fn secrets_are_refused_whatever_a_rule_says(#[case] kind: &'static str) {
    let listed = Rule { kinds: Extent::Only(own(&[kind])), verbs: Verb::ALL.to_vec(), ..wide("listed") };
    let both = policy([listed]);
    for policy in [&both, &Policy::terminal()] {
        for verb in Verb::ALL {
            let told = told(policy, &ANN, &Wish { verb, kind: Some(kind), ..pods() }).unwrap();
            assert!(told.starts_with("I never read Secrets, whatever commands/cluster/policy.toml says"), "{told}");
        }
    }
    assert_eq!(both.kinds_for(&ANN, &roles(), "smaug"), Extent::Only(vec![]));
    let role = both.cluster_role(None);
    assert!(role.grants.iter().flat_map(|grant| &grant.resources).all(|resource| !is_secret(resource)), "{role:?}");
}

#[test]
fn the_terminal_may_look_at_all_else() {
    for verb in Verb::ALL {
        for scope in [Scope::Cluster, Scope::AllNamespaces, Scope::Namespace("kube-system".to_owned())] {
            let wish = Wish { cluster: "any", verb, kind: Some("roles.rbac.authorization.k8s.io"), scope };
            assert_eq!(told(&Policy::terminal(), &ANN, &wish), None);
        }
    }
    assert_eq!(Policy::terminal().kinds_for(&ANN, &roles(), "any"), Extent::All);
}

#[rstest]
#[case(ANN, "smaug", &["deployments.apps", "nodes", "pods", "routes.route.openshift.io"])]
#[case(ANN, "infra", &["pods", "routes.route.openshift.io"])]
#[case(Asker { person: "U2", ..ANN }, "smaug", &["pods", "routes.route.openshift.io"])]
#[case(Asker { channel: "C2", ..ANN }, "smaug", &["pods", "routes.route.openshift.io"])]
fn the_kinds_of_every_rule_that_fits(#[case] asker: Asker<'_>, #[case] cluster: &str, #[case] kinds: &[&str]) {
    let second = Rule { kinds: Extent::Only(own(&["routes.route.openshift.io", "pods"])), ..wide("second") };
    // Events are read whatever kind they are about: this rule shows no kind.
    let third = Rule { kinds: Extent::Only(own(&["jobs.batch"])), verbs: vec![Verb::Events], ..wide("third") };
    let policy = policy([narrow(), second, third]);
    assert_eq!(policy.kinds_for(&asker, &roles(), cluster), Extent::Only(own(kinds)));
}

#[test]
fn words_of_others_do_not_leave_their_place() {
    let told = told(&policy([narrow()]), &ANN, &in_namespace(Verb::Get, Some("pods"), "a` <!channel>\n*b")).unwrap();
    assert!(told.contains("not in `a <!channel>*b` ("), "{told}");
}

#[rstest]
#[case(Verb::Get, &["deployments.apps", "pods"])]
#[case(Verb::Describe, &["deployments.apps", "events", "pods"])]
#[case(Verb::Events, &["events"])]
#[case(Verb::Why, &["deployments.apps", "events", "persistentvolumeclaims", "pods", "replicasets.apps"])]
#[case(Verb::Quota, &["resourcequotas"])]
#[case(
    Verb::Status,
    &["clusteroperators.config.openshift.io", "clusterversions.config.openshift.io", "namespaces", "nodes", "pods"]
)]
#[case(Verb::Owner, &["namespaces"])]
#[case(Verb::Kinds, &[])]
#[case(Verb::Logs, &["pods/log"])]
fn a_role_grants_what_a_verb_reads(#[case] verb: Verb, #[case] kinds: &[&str]) {
    let named = Extent::Only(own(&["pods", "deployments.apps"]));
    let role = policy([Rule { kinds: named, verbs: vec![verb], ..wide("one") }]).cluster_role(None);
    let mut granted: Vec<String> = Vec::new();
    for grant in &role.grants {
        let verbs = if grant.resources == ["pods/log"] { vec!["get"] } else { vec!["get", "list"] };
        assert_eq!((&grant.verbs, grant.names.len()), (&verbs, 0));
        let dot = if grant.group.is_empty() { "" } else { "." };
        granted.extend(grant.resources.iter().map(|resource| format!("{resource}{dot}{}", grant.group)));
    }
    granted.sort_unstable();
    assert_eq!(granted, kinds);
}

#[test]
fn a_role_as_it_is_written() {
    let logs = Rule { verbs: vec![Verb::Logs], ..wide("logs") };
    let impersonation = Impersonation { groups: own(&["slack:members"]) };
    let role = policy([narrow(), logs]).cluster_role(Some(&impersonation));
    insta::assert_snapshot!(role, @r#"
# Made by `firstmate check --cluster-role` from commands/cluster/: change the policy there, not this.
# Which kinds there are it may ask without a rule: system:discovery holds for every service account.
# `users` is left out, since without names it would let the bot act as anybody. In a ClusterRole of your
# own, allow `impersonate` on `users` with the `resourceNames` of those who may ask: slack:U01ABCDEF. The
# cluster then judges them, not the bot: bind what they may look at to the groups below, in a role of its own.
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: firstmate-reader
rules:
  - apiGroups: [""]
    resources:
      - "events"
      - "nodes"
      - "pods"
    verbs: ["get", "list"]
  - apiGroups: [""]
    resources:
      - "pods/log"
    verbs: ["get"]
  - apiGroups: ["apps"]
    resources:
      - "deployments"
    verbs: ["get", "list"]
  - apiGroups: [""]
    resources:
      - "groups"
    resourceNames:
      - "slack:members"
    verbs: ["impersonate"]
"#);
    assert!(Policy::default().cluster_role(None).to_string().ends_with("  name: firstmate-reader\nrules: []\n"));
}

fn any_rule() -> impl Strategy<Value = Rule> {
    let some = |names: &'static [&'static str]| {
        proptest::option::of(proptest::sample::subsequence(names, 0..=names.len()))
            .prop_map(|names| names.map(|names| own(&names)))
    };
    let extent = |names: Option<Vec<String>>| names.map_or(Extent::All, Extent::Only);
    let verbs = proptest::sample::subsequence(Verb::ALL.to_vec(), 0..=Verb::ALL.len());
    (
        some(&["crew"]),
        some(&["C1", "C2"]),
        some(&["smaug"]),
        some(&["opf-*", "b4mad"]),
        verbs,
        some(&["pods", "secrets"]),
    )
        .prop_map(move |(who, channels, clusters, namespaces, verbs, kinds)| Rule {
            name: "any".to_owned(),
            who: who.map_or(Who::All, Who::Only),
            channels: channels.map_or(Channels::All, Channels::Only),
            clusters: extent(clusters),
            namespaces: namespaces.map_or(Extent::All, |texts| {
                Extent::Only(texts.iter().filter_map(|text| Pattern::read(text)).collect())
            }),
            verbs,
            kinds: extent(kinds),
        })
}

fn any_wish() -> impl Strategy<Value = Wish<'static>> {
    let scope = prop_oneof![
        Just(Scope::Cluster),
        Just(Scope::AllNamespaces),
        proptest::sample::select(vec!["opf-trino", "b4mad", "other"])
            .prop_map(|name| Scope::Namespace(name.to_owned())),
    ];
    let kind = proptest::sample::select(vec![None, Some("pods"), Some("nodes"), Some("secrets")]);
    (proptest::sample::select(vec!["smaug", "infra"]), proptest::sample::select(Verb::ALL.to_vec()), kind, scope)
        .prop_map(|(cluster, verb, kind, scope)| Wish { cluster, verb, kind, scope })
}

proptest! {
    #[test]
    fn a_further_rule_takes_nothing_away(
        rules in proptest::collection::vec(any_rule(), 0..4),
        further in any_rule(),
        wish in any_wish(),
        person in "U[12]",
    ) {
        let asker = Asker { person: &person, ..ANN };
        let less = policy(rules.clone());
        let more = policy(rules.into_iter().chain([further.clone()]));
        let allowed = |policy: &Policy| policy.allows(&roles(), &asker, &wish).is_ok();
        prop_assert_eq!(allowed(&more), allowed(&less) || allowed(&policy([further])));
    }

    /// What may be looked at can also be read: no wish is allowed whose kind the role lacks.
    #[test]
    fn a_role_suffices(rules in proptest::collection::vec(any_rule(), 0..4), wish in any_wish()) {
        let policy = policy(rules);
        let listed = policy.rules.iter().all(|rule| rule.kinds != Extent::All);
        if listed && policy.allows(&roles(), &ANN, &wish).is_ok() {
            let role = policy.cluster_role(None);
            let granted = |kind: &str| role.grants.iter().any(|grant| {
                let (resource, group) = kind.split_once('.').unwrap_or((kind, ""));
                grant.group == group && grant.resources.iter().any(|other| other == resource)
            });
            let named = wish.kind.filter(|_| names_kind(wish.verb));
            prop_assert!(named.into_iter().chain(reads(wish.verb).iter().copied()).all(granted));
            prop_assert_ne!(wish.kind, Some("secrets"));
        }
    }
}
