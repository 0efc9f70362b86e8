//! The pods: what Kubernetes calls restricted (<https://kubernetes.io/docs/concepts/security/pod-security-standards/>), and what lets
//! them come and go unnoticed.

use k8s_openapi::api::apps::v1::{Deployment, DeploymentStrategy};
use k8s_openapi::api::core::v1::{Container, PodSpec, Volume};
use regex::Regex;

use super::{OVERLAYS, file, object, objects, settings};

/// How many seconds the bot may take to drain.
fn drain() -> i64 {
    let app = file("src/app.rs");
    Regex::new(r"const DRAIN: .*from_secs\((\d+)\);").unwrap().captures(&app).unwrap()[1].parse().unwrap()
}

fn deployment(overlay: &str) -> Deployment {
    serde_json::from_value(object(&objects(overlay), "Deployment", "firstmate").clone()).unwrap()
}

fn pod(overlay: &str) -> PodSpec {
    deployment(overlay).spec.unwrap().template.spec.unwrap()
}

fn containers(pod: &PodSpec) -> impl Iterator<Item = &Container> {
    pod.containers
        .iter()
        .chain(pod.init_containers.iter().flatten())
        .inspect(|_| assert!(pod.ephemeral_containers.is_none()))
}

/// The kinds of volume that the level lets be.
fn is_harmless(volume: &Volume) -> bool {
    volume.config_map.is_some()
        || volume.empty_dir.is_some()
        || volume.persistent_volume_claim.is_some()
        || volume.projected.is_some()
        || volume.secret.is_some()
}

#[test]
fn the_pods_are_restricted() {
    for overlay in OVERLAYS {
        let pod = pod(overlay);
        assert_eq!((pod.host_network, pod.host_pid, pod.host_ipc), (None, None, None));
        let security = pod.security_context.as_ref().unwrap();
        assert_eq!(security.run_as_non_root, Some(true));
        assert_ne!(security.run_as_user, Some(0));
        assert_eq!(security.seccomp_profile.as_ref().unwrap().type_, "RuntimeDefault");
        assert!(security.sysctls.is_none() && security.supplemental_groups.is_none());
        assert!(pod.volumes.as_ref().unwrap().iter().all(is_harmless));
        for container in containers(&pod) {
            let security = container.security_context.as_ref().unwrap();
            assert_eq!(security.allow_privilege_escalation, Some(false));
            assert_eq!(security.read_only_root_filesystem, Some(true));
            assert_eq!((security.privileged, security.run_as_user, security.run_as_non_root), (None, None, None));
            assert!(security.seccomp_profile.is_none() && security.proc_mount.is_none());
            let capabilities = security.capabilities.as_ref().unwrap();
            assert_eq!((capabilities.drop.as_deref(), &capabilities.add), (Some(&["ALL".to_owned()][..]), &None));
            assert!(container.ports.iter().flatten().all(|port| port.host_port.is_none()));
        }
        let namespace = object(&objects(overlay), "Namespace", "firstmate").clone();
        let labels = &namespace["metadata"]["labels"];
        for mode in ["enforce", "audit", "warn"] {
            assert_eq!(labels[format!("pod-security.kubernetes.io/{mode}")], "restricted", "{overlay}: {mode}");
        }
    }
}

/// OpenShift's restricted-v2 gives the user and the group, and turns away a pod that names others.
#[test]
fn openshift_gives_the_user_and_elsewhere_it_is_the_image_s() {
    let named = |overlay| {
        let security = pod(overlay).security_context.unwrap();
        (security.run_as_user, security.run_as_group, security.fs_group)
    };
    assert_eq!(named("openshift"), (None, None, None));
    assert_eq!(named("kubernetes"), (Some(65532), Some(65532), Some(65532)));
    assert_eq!(named("single"), (Some(65532), Some(65532), Some(65532)));
}

/// What can be written to has an end, and so has what can be used.
#[test]
fn nothing_grows_without_a_limit() {
    for overlay in OVERLAYS {
        let pod = pod(overlay);
        for volume in pod.volumes.as_ref().unwrap() {
            assert!(volume.empty_dir.as_ref().is_none_or(|folder| folder.size_limit.is_some()), "{}", volume.name);
        }
        for container in containers(&pod) {
            let resources = container.resources.as_ref().unwrap();
            for amounts in [&resources.requests, &resources.limits] {
                let named: Vec<&str> = amounts.as_ref().unwrap().keys().map(String::as_str).collect();
                assert_eq!(named, ["cpu", "ephemeral-storage", "memory"]);
            }
        }
    }
}

#[test]
fn the_image_is_this_release_s() {
    for overlay in OVERLAYS {
        let pod = pod(overlay);
        let images: Vec<&str> = containers(&pod).map(|container| container.image.as_deref().unwrap()).collect();
        assert_eq!(images, [concat!("quay.io/operate-first/firstmate:", env!("CARGO_PKG_VERSION"))], "{overlay}");
        assert_eq!(pod.containers[0].args.as_deref(), Some(&["serve".to_owned()][..]));
        assert_eq!(pod.containers[0].command, None, "the image's own");
    }
}

#[test]
fn a_pod_is_asked_whether_it_is_ready_and_has_time_to_drain() {
    for overlay in OVERLAYS {
        let pod = pod(overlay);
        let bot = &pod.containers[0];
        let asked = [&bot.startup_probe, &bot.readiness_probe, &bot.liveness_probe].map(|probe| {
            let request = probe.as_ref().unwrap().http_get.as_ref().unwrap();
            (request.path.clone().unwrap(), serde_json::to_value(&request.port).unwrap())
        });
        let paths = asked.map(|(path, port)| {
            assert_eq!(port, "http");
            path
        });
        assert_eq!(paths, ["/healthz", "/readyz", "/healthz"], "{overlay}");
        let stop = bot.lifecycle.as_ref().unwrap().pre_stop.as_ref().unwrap();
        let pause = stop.sleep.as_ref().unwrap().seconds;
        assert!(stop.exec.is_none() && pause + drain() < pod.termination_grace_period_seconds.unwrap(), "{overlay}");
    }
}

#[test]
fn replicas_share_a_database_and_are_never_fewer_while_a_release_rolls_out() {
    for overlay in ["openshift", "kubernetes"] {
        let spec = deployment(overlay).spec.unwrap();
        assert!(spec.replicas.unwrap() >= 2);
        let rolling = spec.strategy.unwrap().rolling_update.unwrap();
        assert_eq!(serde_json::to_value(rolling.max_unavailable).unwrap(), 0);
        let spread = spec.template.spec.unwrap().topology_spread_constraints.unwrap();
        assert!(spread.iter().any(|by| by.topology_key == "kubernetes.io/hostname"));
        let settings = settings(&objects(overlay));
        assert!(settings.iter().any(|(name, value)| name == "FIRSTMATE_STORE__URL_FILE" && !value.is_empty()));
        assert!(
            settings.iter().any(|(name, value)| name == "FIRSTMATE_SLACK__SIGNING_SECRET_FILE" && !value.is_empty())
        );
    }
}

/// A second owner of the file would refuse to start.
#[test]
fn the_single_one_goes_before_the_next_comes_and_keeps_its_file() {
    let spec = deployment("single").spec.unwrap();
    assert_eq!(spec.replicas, Some(1));
    assert_eq!(spec.strategy, Some(DeploymentStrategy { type_: Some("Recreate".to_owned()), rolling_update: None }));
    let settings = settings(&objects("single"));
    let value = |wanted: &str| settings.iter().find(|(name, _)| name == wanted).unwrap().1.as_str();
    let database = value("FIRSTMATE_STORE__URL").strip_prefix("sqlite:").unwrap();
    let pod = spec.template.spec.unwrap();
    let mount =
        pod.containers[0].volume_mounts.iter().flatten().find(|mount| database.starts_with(&mount.mount_path)).unwrap();
    let volume = pod.volumes.iter().flatten().find(|volume| volume.name == mount.name).unwrap();
    assert_eq!(volume.persistent_volume_claim.as_ref().unwrap().claim_name, "firstmate");
    assert!(value("FIRSTMATE_SLACK__APP_TOKEN_FILE").ends_with("/slack-app-token"), "nothing comes in from outside");
}
