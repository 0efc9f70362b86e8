//! Why pods were not let in: quotas, limits, security constraints, webhooks. The words are those of Kubernetes' admission plugins
//! (<https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers>) and of OpenShift's.

use std::sync::LazyLock;

use regex::Regex;

use super::Finding;
use super::evidence::{Evidence, name};

/// A refusal, as a sentence about the pods of its subject.
pub(super) fn finding(message: &str, evidence: Vec<Evidence>) -> Finding {
    let (why, advice) = why(message);
    let sentence =
        if why.is_empty() { "Its pods cannot be made.".to_owned() } else { format!("Its pods cannot be made: {why}.") };
    Finding::new(sentence, evidence).advising(advice)
}

const ASK: &str = "Ask for less, free some, or ask for more room: `quota` shows what is used.";

fn why(message: &str) -> (String, &'static str) {
    static EXCEEDED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"exceeded quota: ([^,]+), requested: (.+?), used: (.+?), limited: (.+)$")
            .expect("a pattern that is tested")
    });
    static MUST: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"failed quota: ([^:]+): must specify (.+)$").expect("a pattern that is tested"));
    static LIMIT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(maximum|minimum) ([\w./-]+) usage per (Container|Pod) is ([^,. ]+)")
            .expect("a pattern that is tested")
    });
    static ACCOUNT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"serviceaccount "([^"]+)" not found"#).expect("a pattern that is tested"));
    static WEBHOOK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(admission webhook "([^"]+)" denied|failed calling webhook "([^"]+)")"#)
            .expect("a pattern that is tested")
    });
    static SECURITY: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"violates PodSecurity "([^"]+)""#).expect("a pattern that is tested"));
    if let Some(found) = EXCEEDED.captures(message) {
        return (exceeded(&found[1], &found[2], &found[3], &found[4]), ASK);
    }
    if let Some(found) = MUST.captures(message) {
        let what = found[2].split([';', ' ']).next().unwrap_or_default().replace(',', ", ");
        return (
            format!("the quota {} wants each container to say its {}", name(&found[1]), name(&what)),
            "Say it under `resources` of each container.",
        );
    }
    if let Some(found) = LIMIT.captures(message) {
        let (most, of) = (if &found[1] == "maximum" { "at most" } else { "at least" }, found[3].to_lowercase());
        return (
            format!("in this namespace a {of} may have {most} {} of {}", name(&found[4]), name(&found[2])),
            "Change `resources` in the pod: `get limitranges` shows what is allowed.",
        );
    }
    if let Some(found) = ACCOUNT.captures(message) {
        return (format!("its service account {} does not exist", name(&found[1])), "Make it, or name another one.");
    }
    if message.contains("unable to validate against any security context constraint") {
        return (
            "it asks for more rights than its service account may use (security context constraints)".to_owned(),
            "Ask for fewer rights under `securityContext`; an image should not have to run as root.",
        );
    }
    if let Some(found) = SECURITY.captures(message) {
        return (
            format!(
                "it asks for more rights than the level {} of its namespace allows (pod security)",
                name(&found[1])
            ),
            "Ask for fewer rights under `securityContext`: the quotation names which.",
        );
    }
    if let Some(found) = WEBHOOK.captures(message) {
        let webhook = found.get(2).or_else(|| found.get(3)).map_or("", |name| name.as_str());
        let (does, advice) = if found.get(2).is_some() {
            ("refuses them", "The quotation says what it does not like.")
        } else {
            ("does not answer", "Whoever runs that webhook has to look at it.")
        };
        return (format!("the admission webhook {} {does}", name(webhook)), advice);
    }
    (String::new(), "The quotation is all that the cluster says.")
}

/// As in `requested: limits.cpu=1,pods=1, used: limits.cpu=2,pods=3, limited: limits.cpu=2,pods=9`: of each resource the three amounts.
fn exceeded(quota: &str, requested: &str, used: &str, limited: &str) -> String {
    let amount = |list: &str, resource: &str| {
        let mut pairs = list.split(',').filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == resource).map(|(_, amount)| amount.trim_end_matches('.').to_owned())
    };
    let each = requested.split(',').filter_map(|pair| pair.trim().split_once('='));
    let each = each.map(|(resource, wanted)| {
        let known = amount(used, resource).zip(amount(limited, resource));
        let of = known.map(|(used, limit)| {
            format!(" (one more wants {}, {} of {} are used)", name(wanted), name(&used), name(&limit))
        });
        format!("{}{}", name(resource), of.unwrap_or_default())
    });
    let each: Vec<String> = each.collect();
    format!("the quota {} has too little left of {}", name(quota), each.join(", "))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::quota(
        r#"Error creating: pods "telemetry-collector-x" is forbidden: exceeded quota: small, requested: limits.cpu=1, used: limits.cpu=2, limited: limits.cpu=2"#,
        "the quota small has too little left of limits.cpu (one more wants 1, 2 of 2 are used)"
    )]
    #[case::two_resources(
        r#"pods "x" is forbidden: exceeded quota: q, requested: limits.memory=2Gi,pods=1, used: limits.memory=7Gi,pods=10, limited: limits.memory=8Gi,pods=10"#,
        "the quota q has too little left of limits.memory (one more wants 2Gi, 7Gi of 8Gi are used), pods (one more wants 1, 10 of 10 are used)"
    )]
    #[case::must(
        r#"pods "x" is forbidden: failed quota: small: must specify limits.cpu for: app; limits.memory for: app"#,
        "the quota small wants each container to say its limits.cpu"
    )]
    #[case::range(
        r#"pods "x" is forbidden: maximum memory usage per Container is 2Gi, but limit is 4Gi"#,
        "in this namespace a container may have at most 2Gi of memory"
    )]
    #[case::scc(
        r#"pods "x-" is forbidden: unable to validate against any security context constraint: [provider "anyuid": Forbidden: not usable by user or serviceaccount]"#,
        "it asks for more rights than its service account may use (security context constraints)"
    )]
    #[case::security(
        r#"pods "x" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false"#,
        "it asks for more rights than the level restricted:latest of its namespace allows (pod security)"
    )]
    #[case::webhook(
        r#"admission webhook "validate.kyverno.svc-fail" denied the request: no"#,
        "the admission webhook validate.kyverno.svc-fail refuses them"
    )]
    #[case::dead_webhook(
        r#"Internal error occurred: failed calling webhook "mutate.example.org": Post "https://x": EOF"#,
        "the admission webhook mutate.example.org does not answer"
    )]
    #[case::account(
        r#"pods "x" is forbidden: error looking up service account a/b: serviceaccount "b" not found"#,
        "its service account b does not exist"
    )]
    #[case::other("something else", "")]
    fn a_refusal_is_read(#[case] message: &str, #[case] means: &str) {
        assert_eq!(why(message).0.replace("**", "").replace('\\', ""), means);
    }
}
