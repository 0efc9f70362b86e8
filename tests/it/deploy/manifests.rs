//! The manifests: kubectl makes them, a cluster's types lose nothing of them, and names in one object are names in another.

use std::collections::BTreeSet;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, PersistentVolumeClaim, Service, ServiceAccount};
use k8s_openapi::api::networking::v1::{Ingress, NetworkPolicy};
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{OVERLAYS, object, objects, path, yaml};

/// Kinds that other people define.
const FOREIGN: [(&str, &str); 4] = [
    ("external-secrets.io/v1", "ExternalSecret"),
    ("monitoring.coreos.com/v1", "PrometheusRule"),
    ("monitoring.coreos.com/v1", "ServiceMonitor"),
    ("route.openshift.io/v1", "Route"),
];

/// Fails when the type of `object`'s kind does not keep each of its fields.
fn kept<Kind: Serialize + DeserializeOwned>(object: &Value) {
    let typed: Kind = serde_json::from_value(object.clone()).unwrap_or_else(|error| panic!("{error} in {object:#}"));
    assert_eq!(serde_json::to_value(&typed).unwrap(), *object, "something is lost or misspelled");
}

#[test]
fn a_cluster_loses_nothing_of_what_it_is_given() {
    for overlay in OVERLAYS {
        for object in objects(overlay) {
            match (object["apiVersion"].as_str().unwrap(), object["kind"].as_str().unwrap()) {
                ("v1", "Namespace") => kept::<Namespace>(&object),
                ("v1", "ServiceAccount") => kept::<ServiceAccount>(&object),
                ("v1", "ConfigMap") => kept::<ConfigMap>(&object),
                ("v1", "Service") => kept::<Service>(&object),
                ("v1", "PersistentVolumeClaim") => kept::<PersistentVolumeClaim>(&object),
                ("apps/v1", "Deployment") => kept::<Deployment>(&object),
                ("networking.k8s.io/v1", "Ingress") => kept::<Ingress>(&object),
                ("networking.k8s.io/v1", "NetworkPolicy") => kept::<NetworkPolicy>(&object),
                ("policy/v1", "PodDisruptionBudget") => kept::<PodDisruptionBudget>(&object),
                ("rbac.authorization.k8s.io/v1", "ClusterRole") => kept::<ClusterRole>(&object),
                ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding") => kept::<ClusterRoleBinding>(&object),
                // A Secret is among what must not be there.
                other => assert!(FOREIGN.contains(&other), "{other:?} is checked by nobody"),
            }
        }
    }
}

#[test]
fn each_overlay_has_what_it_is_for() {
    let common = "ClusterRole ClusterRoleBinding ConfigMap ConfigMap Deployment ExternalSecret Namespace NetworkPolicy \
                  PrometheusRule Service ServiceAccount ServiceMonitor";
    for (overlay, own) in [
        ("openshift", "NetworkPolicy PodDisruptionBudget Route"),
        ("kubernetes", "Ingress NetworkPolicy PodDisruptionBudget"),
        ("single", "PersistentVolumeClaim"),
    ] {
        let mut kinds: Vec<String> =
            objects(overlay).iter().map(|object| object["kind"].as_str().unwrap().to_owned()).collect();
        let mut wanted: Vec<&str> = common.split_whitespace().chain(own.split_whitespace()).collect();
        kinds.sort();
        wanted.sort_unstable();
        assert_eq!(kinds, wanted, "{overlay}");
    }
}

#[test]
fn everything_stands_in_one_namespace() {
    for overlay in OVERLAYS {
        for object in objects(overlay) {
            let metadata = &object["metadata"];
            let wanted = match object["kind"].as_str().unwrap() {
                "Namespace" | "ClusterRole" | "ClusterRoleBinding" => Value::Null,
                _ => json!("firstmate"),
            };
            assert_eq!(metadata["namespace"], wanted, "{overlay}: {metadata}");
            assert_eq!(metadata["labels"]["app.kubernetes.io/name"], "firstmate", "{overlay}: {metadata}");
        }
    }
}

/// Whoever is asked for, by whichever object, is the bot's pods, by a port that they have.
#[test]
fn what_one_object_names_another_has() {
    let bot = json!({ "app.kubernetes.io/name": "firstmate" });
    for overlay in OVERLAYS {
        let objects = objects(overlay);
        let deployment = &object(&objects, "Deployment", "firstmate")["spec"];
        assert_eq!(deployment["template"]["metadata"]["labels"], bot);
        assert_eq!(deployment["selector"]["matchLabels"], bot);
        let service = object(&objects, "Service", "firstmate");
        assert_eq!(service["spec"]["selector"], bot);
        let ports = deployment["template"]["spec"]["containers"][0]["ports"].as_array().unwrap();
        let mut served = service["spec"]["ports"].as_array().unwrap().iter();
        for (name, number) in [("http", 3000), ("metrics", 9090)] {
            assert!(ports.contains(&json!({ "name": name, "containerPort": number })), "{overlay}: {name}");
            assert!(served.any(|port| (&port["name"], &port["targetPort"]) == (&json!(name), &json!(name))));
        }
        for policy in objects.iter().filter(|object| object["kind"] == "NetworkPolicy") {
            assert_eq!(policy["spec"]["podSelector"]["matchLabels"], bot);
            for rule in policy["spec"]["ingress"].as_array().unwrap() {
                assert!(ports.iter().any(|port| port["name"] == rule["ports"][0]["port"]), "{overlay}: {rule}");
            }
        }
        let monitor = &object(&objects, "ServiceMonitor", "firstmate")["spec"];
        assert_eq!(
            service["metadata"]["labels"]["app.kubernetes.io/name"],
            monitor["selector"]["matchLabels"]["app.kubernetes.io/name"]
        );
        assert_eq!(
            (&monitor["endpoints"][0]["port"], &monitor["endpoints"][0]["path"]),
            (&json!("metrics"), &json!("/metrics"))
        );
        for budget in objects.iter().filter(|object| object["kind"] == "PodDisruptionBudget") {
            assert_eq!(budget["spec"]["selector"]["matchLabels"], bot);
        }
        let secret = &object(&objects, "ExternalSecret", "firstmate")["spec"]["target"]["name"];
        let volumes = deployment["template"]["spec"]["volumes"].as_array().unwrap();
        assert!(volumes.iter().any(|volume| volume["secret"]["secretName"] == *secret), "{overlay}");
        let account = &deployment["template"]["spec"]["serviceAccountName"];
        assert_eq!(object(&objects, "ServiceAccount", "firstmate")["metadata"]["name"], *account);
    }
}

#[test]
fn the_bot_may_reach_what_it_needs_and_no_more() {
    for overlay in OVERLAYS {
        let objects = objects(overlay);
        let policies = objects.iter().filter(|object| object["kind"] == "NetworkPolicy");
        let rules: Vec<&Value> = policies.filter_map(|policy| policy["spec"]["egress"].as_array()).flatten().collect();
        let ports: BTreeSet<u64> = rules
            .iter()
            .flat_map(|rule| rule["ports"].as_array().unwrap())
            .map(|port| port["port"].as_u64().unwrap())
            .collect();
        assert_eq!(ports, BTreeSet::from([53, 443, 5353, 5432, 6443]), "{overlay}");
        for rule in rules {
            // A machine's own secrets are told at a link-local address.
            let blocks = rule["to"].as_array().unwrap().iter().filter(|peer| peer["ipBlock"]["cidr"] == "0.0.0.0/0");
            assert!(
                blocks.clone().all(|peer| peer["ipBlock"]["except"] == json!(["169.254.0.0/16"])),
                "{overlay}: {rule}"
            );
        }
    }
}

#[test]
fn the_route_ends_tls_and_sends_plain_http_on() {
    let objects = objects("openshift");
    let route = object(&objects, "Route", "firstmate");
    assert_eq!(
        route["spec"],
        json!({
            "host": "firstmate.example.org",
            "to": { "kind": "Service", "name": "firstmate", "weight": 100 },
            "port": { "targetPort": "http" },
            "tls": { "termination": "edge", "insecureEdgeTerminationPolicy": "Redirect" },
            "wildcardPolicy": "None",
        })
    );
}

#[test]
fn argo_cd_keeps_what_the_overlay_says() {
    let application = yaml("deploy/argocd/application.yaml");
    let (source, sync) = (&application["spec"]["source"], &application["spec"]["syncPolicy"]);
    assert_eq!(source["repoURL"], format!("{}.git", env!("CARGO_PKG_REPOSITORY")));
    assert!(path(source["path"].as_str().unwrap()).join("kustomization.yaml").is_file());
    assert_eq!(sync["automated"], json!({ "prune": true, "selfHeal": true }));
    let options: BTreeSet<&str> =
        sync["syncOptions"].as_array().unwrap().iter().map(|option| option.as_str().unwrap()).collect();
    assert!(options.is_superset(&BTreeSet::from(["CreateNamespace=true", "ServerSideApply=true"])), "{options:?}");
    for overlay in OVERLAYS {
        // What holds data outlives the application.
        for object in objects(overlay)
            .iter()
            .filter(|object| matches!(object["kind"].as_str().unwrap(), "Namespace" | "PersistentVolumeClaim"))
        {
            assert_eq!(
                object["metadata"]["annotations"]["argocd.argoproj.io/sync-options"],
                "Prune=false,Delete=false"
            );
        }
    }
}
