//! What people read about a workload, a namespace and a cluster. Foreign words stand in quotations and blocks of code alone, names in
//! sentences are literal. Knows not how anything was found out.

mod describe;
mod namespace;
mod status;
#[cfg(test)]
mod tests;

pub(crate) use describe::describe;
pub(crate) use namespace::{owner, quota};
pub(crate) use status::status;

use crate::domain::cluster::why::{Evidence, Explanation, Finding, Verdict};
use crate::domain::reply::{Part, Reply, literal};

/// Most parts of a reply; a message of Slack has 50 blocks, and what stands around a reply takes some
/// (<https://docs.slack.dev/reference/block-kit/blocks>).
const PARTS: usize = 38;
/// Characters of a quotation.
const QUOTE: usize = 500;
/// Quotations of one finding.
const EVIDENCE: usize = 2;
/// Names in one sentence.
const NAMES: usize = 3;

/// Why a workload does not run, or that all is well.
pub(crate) fn why(explanation: &Explanation) -> Reply {
    let subject = &explanation.subject;
    let mut first =
        format!("{} {}{} {}", subject.kind, bold(&subject.name), within(&subject.namespace), explanation.verdict);
    let (ready, of) = explanation.ready;
    let what = if subject.kind == "Pod" { "container" } else { "pod" };
    if of > 0 && explanation.verdict != Verdict::Finished {
        first += &format!(": {ready} of {of} {what}{} ready", if of == 1 { " is" } else { "s are" });
    }
    first.push('.');
    if explanation.findings.is_empty() {
        first += match explanation.verdict {
            Verdict::Runs => " All is well.",
            Verdict::Starting => " Nothing is wrong so far. Ask again in a minute.",
            _ => "",
        };
    }
    let mut reply = Reply::text(first);
    let count = explanation.findings.len();
    for (number, finding) in explanation.findings.iter().enumerate() {
        let parts = parts(finding, (count > 1).then_some(number + 1));
        if reply.parts.len() + parts.len() > PARTS {
            return reply.note(format!("and {} more", count - number));
        }
        reply.parts.extend(parts);
    }
    reply
}

fn parts(finding: &Finding, number: Option<usize>) -> Vec<Part> {
    let number = number.map(|number| format!("**{number}.** ")).unwrap_or_default();
    let of = match finding.pods.as_slice() {
        [] => String::new(),
        [pod] => format!("Pod {}: ", bold(pod)),
        pods => format!("{} pods ({}): ", pods.len(), some(pods)),
    };
    let advice = finding.advice.as_ref().map(|advice| format!("\n{advice}")).unwrap_or_default();
    let mut parts = vec![Part::text(format!("{number}{of}{}{advice}", finding.sentence))];
    finding.evidence.iter().take(EVIDENCE).for_each(|evidence| parts.extend(quoted(evidence)));
    let more = finding.evidence.len().saturating_sub(EVIDENCE);
    if more > 0 {
        parts.push(Part::note(format!("and {more} more like it")));
    }
    parts
}

/// Where something was said, and the words.
fn quoted(evidence: &Evidence) -> [Part; 2] {
    let mut source = literal(&cut(&evidence.source, QUOTE));
    if let Some(first) = source.get(..1) {
        source = first.to_uppercase() + &source[1..];
    }
    [Part::note(format!("{source}:")), Part::Quote(cut(&evidence.quote, QUOTE))]
}

/// A name within a sentence.
/// Foreign words inside a sentence, in which no address becomes a link by itself, as Slack would make of one.
pub(super) fn unlinked(words: &str) -> String {
    literal(&words.replace("://", ":\u{200B}//"))
}

fn bold(name: &str) -> String {
    format!("**{}**", literal(name))
}

fn within(namespace: &str) -> String {
    if namespace.is_empty() { String::new() } else { format!(" in {}", bold(namespace)) }
}

/// The first few of them by name.
fn some(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(NAMES).map(|name| bold(name)).collect();
    let more = names.len().saturating_sub(NAMES);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    shown.join(", ") + &rest
}

/// Foreign words, cut where they get too long.
fn cut(words: &str, limit: usize) -> String {
    match words.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words.to_owned(),
    }
}
