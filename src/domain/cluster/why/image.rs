//! Why an image cannot be pulled, by what its registry or the runtime said.

use super::Finding;
use super::evidence::{Evidence, Scene, name};
use crate::domain::cluster::object::{Container, ContainerStatus};

/// Reasons for which a container waits that are about its image.
pub(super) const REASONS: [&str; 8] = [
    "ErrImagePull",
    "ImagePullBackOff",
    "ErrImageNeverPull",
    "InvalidImageName",
    "ImageInspectError",
    "RegistryUnavailable",
    "SignatureValidationFailed",
    "ErrImagePullBackOff",
];

/// What is said, in lower case, in the order in which it is looked for; what that means; what to do.
///
/// Most of it is the registries' own: <https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes>.
const CAUSES: [(&[&str], &str, &str); 10] = [
    (
        &["toomanyrequests", "too many requests", "rate limit", "429"],
        "its registry takes no more pulls for now (rate limit)",
        "It is tried again by itself. A pull secret with an account, or a copy of the image in another registry, avoids it.",
    ),
    (
        &["x509", "certificate"],
        "the certificate of its registry is not trusted",
        "Whoever runs the registry has to mend its certificate, or the cluster has to be told to trust it.",
    ),
    (
        &["no such host", "server misbehaving", "name resolution"],
        "the host of its registry is not known",
        "Correct the registry's name in the image.",
    ),
    (
        &["no space left on device"],
        "the disk of its node is full",
        "This is the node's failure, not the pod's: tell #support.",
    ),
    (
        &[
            "no matching manifest",
            "no image found in manifest list",
            "no image found in image index",
            "exec format error",
        ],
        "it was not built for the processors of the node",
        "Build the image for that architecture, or choose nodes of another one.",
    ),
    (
        &["pull access denied"],
        "it does not exist, or may not be read without logging in",
        "Correct the image's name, or name a pull secret in the pod or its service account.",
    ),
    (
        &["unauthorized", "authentication required", "no basic auth credentials", "forbidden", "denied"],
        "its registry does not let this pod read it",
        "Name a pull secret in the pod or its service account. Quay says the same of images that do not exist, so look at the name too.",
    ),
    (
        &["manifest unknown", "name unknown", "not found", "does not exist"],
        "there is no such image or tag",
        "Correct the image's name or its tag, or push it.",
    ),
    (
        &["invalid reference format", "couldn't parse image", "invalid image name"],
        "its name is none that an image can have",
        "Correct the image's name: capitals, blanks and `https://` must not stand in it.",
    ),
    (
        &["connection refused", "i/o timeout", "deadline exceeded", "connection reset", "no route to host", "eof"],
        "its registry does not answer",
        "It is tried again by itself. If it stays so, the registry or the way to it is down.",
    ),
];

pub(super) fn finding(scene: &Scene<'_>, container: &Container, status: &ContainerStatus, called: &str) -> Finding {
    let waiting = status.state.waiting.clone().unwrap_or_default();
    // While it waits before it tries again, the state itself says no more than that.
    let of_it = |message: &str| message.contains("Failed to pull image") || message.contains("nvalid");
    let event = scene.event(&["Failed", "InspectFailed", "ErrImageNeverPull"], |event| {
        of_it(&event.message) && event.container().is_none_or(|named| named == status.name)
    });
    let state = (!waiting.message.is_empty()).then(|| {
        Evidence::new(
            format!("state of container {}", status.name),
            &format!("{}: {}", waiting.reason, waiting.message),
        )
    });
    let (cause, advice) = match waiting.reason.as_str() {
        "InvalidImageName" => (Some(CAUSES[8].1), Some(CAUSES[8].2)),
        "ErrImageNeverPull" => (
            Some("it is not on the node, and must not be pulled (`imagePullPolicy: Never`)"),
            Some("Use another `imagePullPolicy`."),
        ),
        "SignatureValidationFailed" => {
            (Some("its signature is not valid"), Some("Sign the image anew, or use one that is signed."))
        }
        _ => {
            let said = [waiting.message.as_str(), event.map_or("", |event| &event.message)];
            let known = said.into_iter().find_map(cause);
            (known.map(|known| known.0), known.map(|known| known.1))
        }
    };
    let why = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
    let image = name(&container.image);
    let sentence = format!("{called} cannot start, because its image {image} cannot be pulled{why}.");
    let bare = || Evidence::new(format!("state of container {}", status.name), &waiting.reason);
    let event = event.map(|event| scene.told(event));
    // The event says it at first hand.
    let evidence: Vec<Evidence> = match (event, state) {
        (Some(event), _) => vec![event],
        (None, Some(state)) => vec![state],
        (None, None) => vec![bare()],
    };
    let finding = Finding::new(sentence, evidence);
    match advice {
        Some(advice) => finding.advising(advice),
        None => finding.advising("Look at the `events` of its namespace."),
    }
}

fn cause(words: &str) -> Option<(&'static str, &'static str)> {
    let lower = words.to_lowercase();
    let found = CAUSES.iter().find(|(signs, ..)| signs.iter().any(|sign| lower.contains(sign)));
    found.map(|(_, means, advice)| (*means, *advice))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::gone(
        "rpc error: code = Unknown desc = reading manifest: manifest unknown: manifest unknown",
        "there is no such image or tag"
    )]
    #[case::containerd(
        "failed to resolve reference \"docker.io/library/x:y\": docker.io/library/x:y: not found",
        "there is no such image or tag"
    )]
    #[case::quay(
        "reading manifest a in quay.io/b/c: unauthorized: access to the requested resource is not authorized",
        "its registry does not let this pod read it"
    )]
    #[case::docker(
        "pull access denied for x, repository does not exist or may require 'docker login': denied: requested access",
        "it does not exist, or may not be read without logging in"
    )]
    #[case::host(
        "pinging container registry quay.oi: Get \"https://quay.oi/v2/\": dial tcp: lookup quay.oi: no such host",
        "the host of its registry is not known"
    )]
    #[case::rate(
        "toomanyrequests: You have reached your unauthenticated pull rate limit.",
        "its registry takes no more pulls for now (rate limit)"
    )]
    #[case::tls(
        "Get \"https://r/v2/\": x509: certificate signed by unknown authority",
        "the certificate of its registry is not trusted"
    )]
    #[case::name(
        "couldn't parse image name \"https://quay.io/a\": invalid reference format",
        "its name is none that an image can have"
    )]
    #[case::arch(
        "choosing image instance: no image found in manifest list for architecture arm64",
        "it was not built for the processors of the node"
    )]
    #[case::silent("dial tcp 10.0.0.1:443: i/o timeout", "its registry does not answer")]
    #[case::disk("write /var/lib/containers: no space left on device", "the disk of its node is full")]
    fn a_cause_is_read_off_the_message(#[case] words: &str, #[case] means: &str) {
        assert_eq!(cause(words).unwrap().0, means);
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        assert_eq!(cause("Back-off pulling image \"quay.io/a/b:c\""), None);
    }
}
