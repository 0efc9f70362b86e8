//! The single words of the grammar: what may be a kind, a name, a namespace, a selector. Checked here so that nothing else ever
//! becomes part of an address.

use std::time::Duration;

use super::mistake::Mistake;
use super::{Workload, WorkloadKind};
use crate::domain::cluster::kind::is_secret;

/// Most characters of an object's name
/// (<https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names>).
pub const LONGEST_NAME: usize = 253;
/// Most characters of a namespace's name, which is a label.
const LONGEST_LABEL: usize = 63;
/// Most characters of a selector: more than people type.
const LONGEST_SELECTOR: usize = 500;
/// Most characters of somebody's word that are repeated to them.
const REPEATED: usize = 40;
/// The longest time that `--since` takes.
const LONGEST_SINCE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A word as it may be repeated inside a code span.
#[must_use]
pub fn shown(word: &str) -> String {
    let plain = |c: &char| {
        !c.is_control()
            && *c != '`'
            && !matches!(*c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    let cut: String = word.chars().filter(plain).take(REPEATED).collect();
    if word.chars().count() > REPEATED { format!("{cut}…") } else { cut }
}

/// The word without what Slack makes of something that looks like an address: `http://` before and `/` behind it.
pub(super) fn unlinked(word: &str) -> String {
    let bare = word.strip_prefix("http://").or_else(|| word.strip_prefix("https://"));
    bare.map_or(word, |bare| bare.trim_end_matches('/')).to_owned()
}

/// A kind, by any of its names, in lower case.
pub(super) fn kind_word(word: &str) -> Result<String, Mistake> {
    if is_secret(word) {
        return Err(Mistake::Secrets);
    }
    if word.contains(',') {
        return Err(Mistake::SeveralKinds);
    }
    let good = !word.is_empty()
        && word.len() <= LONGEST_NAME
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
        && word.starts_with(|c: char| c.is_ascii_alphanumeric());
    if good { Ok(word.to_lowercase()) } else { Err(Mistake::NoKind(shown(word))) }
}

/// The name of an object: what a path segment may be for a cluster
/// (<https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#path-segment-names>), and no more than kinds in use have:
/// roles have colons, users of OpenShift the sign of an e-mail address.
pub(super) fn name(word: &str) -> Result<String, Mistake> {
    let good = !word.is_empty()
        && !word.chars().all(|c| c == '.')
        && word
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | ':' | '@' | '+' | '=' | '~' | ','));
    match word.len() {
        length if good && length > LONGEST_NAME => Err(Mistake::LongName(length)),
        _ if good => Ok(word.to_owned()),
        _ => Err(Mistake::NoName(shown(word))),
    }
}

/// A pod or deployment, with its kind or without.
pub(super) fn workload(word: &str) -> Result<Workload, Mistake> {
    let Some((kind, rest)) = word.split_once('/') else {
        return Ok(Workload { kind: None, name: name(word)? });
    };
    let kind = match kind.to_lowercase().as_str() {
        "pod" | "pods" | "po" => WorkloadKind::Pod,
        "deployment" | "deployments" | "deploy" | "deployment.apps" | "deployments.apps" => WorkloadKind::Deployment,
        _ => return Err(Mistake::NoWorkload(shown(kind))),
    };
    Ok(Workload { kind: Some(kind), name: name(rest)? })
}

/// The name of a namespace.
pub(super) fn namespace(word: &str) -> Result<String, Mistake> {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let good = (1..=LONGEST_LABEL).contains(&word.len())
        && word.chars().all(|c| inner(c) || c == '-')
        && word.starts_with(inner)
        && word.ends_with(inner);
    if good { Ok(word.to_owned()) } else { Err(Mistake::NoNamespace(shown(word))) }
}

/// A selector. What it means is for the cluster, which says so when it means nothing.
pub(super) fn label_selector(word: &str) -> Result<String, Mistake> {
    let good =
        !word.trim().is_empty() && word.chars().count() <= LONGEST_SELECTOR && !word.chars().any(char::is_control);
    if good { Ok(word.to_owned()) } else { Err(Mistake::NoSelector) }
}

/// A span of time as Kubernetes writes it: `90s`, `10m`, `1h30m`, `2d`.
pub(super) fn since(word: &str) -> Result<Duration, Mistake> {
    let wrong = || Mistake::NoTime(shown(word));
    let (mut total, mut rest) = (Duration::ZERO, word);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let (number, unit) = rest.split_at(digits);
        let seconds = match unit.chars().next() {
            Some('s') => 1,
            Some('m') => 60,
            Some('h') => 60 * 60,
            Some('d') => 24 * 60 * 60,
            _ => return Err(wrong()),
        };
        let span = number.parse::<u64>().ok().and_then(|number| number.checked_mul(seconds)).ok_or_else(wrong)?;
        total = total.checked_add(Duration::from_secs(span)).ok_or_else(wrong)?;
        rest = &unit[1..];
    }
    if total.is_zero() || total > LONGEST_SINCE { Err(wrong()) } else { Ok(total) }
}
