//! What a namespace uses of what it may, and whose it is.

use super::{QUOTE, bold, cut, some, unlinked};
use crate::domain::cluster::owner::{Owner, Pointer};
use crate::domain::cluster::quota::{NEARLY_FULL, Share, Usage};
use crate::domain::reply::{Part, Reply, literal};

/// Lines of the table.
const LINES: usize = 25;
/// Characters of a cell; the whole must fit one block.
const CELL: usize = 36;

/// How much a namespace uses of each resource that is limited, the fullest first.
pub(crate) fn quota(namespace: &str, usage: &[Usage]) -> Reply {
    let reply = Reply::default().with(Part::Title("What the namespace uses of what it may".to_owned()));
    let place = bold(namespace);
    if usage.is_empty() {
        return reply.with(Part::text(format!("{place} has no quota.")));
    }
    let full: Vec<String> =
        usage.iter().filter(|usage| usage.share.is_nearly_full()).map(|usage| usage.resource.clone()).collect();
    let over: Vec<String> =
        usage.iter().filter(|usage| usage.share.is_over()).map(|usage| usage.resource.clone()).collect();
    let mut text = match full.len() {
        0 => format!("{place} has room: nothing is more than {NEARLY_FULL} % used."),
        1 => format!("In {place}, {} is more than {NEARLY_FULL} % used.", some(&full)),
        several => format!("In {place}, {several} resources are more than {NEARLY_FULL} % used: {}.", some(&full)),
    };
    if !over.is_empty() {
        text += &format!(" More is used than may be of {}: nothing new that needs it can be made.", some(&over));
    }
    reply.with(Part::text(text)).with(Part::Code(table(usage)))
}

fn table(usage: &[Usage]) -> String {
    let first = &usage[0].quota;
    let several = usage.iter().any(|usage| usage.quota != *first);
    let cell = |text: &str| cut(text, CELL).replace('\n', " ");
    let row = |usage: &Usage| {
        let used = if usage.used.is_empty() { "?" } else { &usage.used };
        let quota = if several { vec![cell(&usage.quota)] } else { Vec::new() };
        let rest = [cell(&usage.resource), cell(used), cell(&usage.hard), percent(usage.share), usage.share.bar()];
        quota.into_iter().chain(rest).collect::<Vec<_>>()
    };
    let heads = ["QUOTA", "RESOURCE", "USED", "OF", "SHARE", ""];
    let heads = heads[usize::from(!several)..].iter().map(|head| (*head).to_owned()).collect();
    let rows: Vec<Vec<String>> = std::iter::once(heads).chain(usage.iter().take(LINES).map(row)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        cells.join("  ").trim_end().to_owned()
    };
    let more = usage.len().saturating_sub(LINES);
    let rest = (more > 0).then(|| format!("and {more} more"));
    rows.iter().map(line).chain(rest).collect::<Vec<_>>().join("\n")
}

fn percent(share: Share) -> String {
    match share {
        Share::Unknown => "unknown".to_owned(),
        Share::Forbidden => "none allowed".to_owned(),
        Share::Beyond => "none allowed, over".to_owned(),
        Share::Percent(percent, _) if share.is_over() => format!("{percent} %, over"),
        Share::Percent(percent, _) => format!("{percent} %"),
    }
}

/// Whose a namespace is.
pub(crate) fn owner(owner: &Owner) -> Reply {
    let facts = [
        ("Team", words(owner.team.as_deref())),
        ("Owner", words(owner.project_owner.as_deref())),
        ("Asked for by", words(owner.requester.as_deref())),
        ("Onboarding issue", owner.onboarding_issue.as_ref().map(pointed)),
        ("Documents", owner.docs.as_ref().map(pointed)),
    ];
    let known = facts.into_iter().filter_map(|(name, fact)| fact.map(|fact| format!("- {name}: {fact}")));
    let known: Vec<String> = known.collect();
    let nobody = format!("Nothing says whose {} is. Ask in #support.", bold(&owner.namespace));
    let text = if known.is_empty() { nobody } else { format!("{}\n{}", bold(&owner.namespace), known.join("\n")) };
    let mut reply = Reply::default().with(Part::Title("Whose the namespace is".to_owned())).with(Part::text(text));
    for said in [&owner.display_name, &owner.description].into_iter().flatten() {
        reply = reply.with(Part::Quote(cut(said, QUOTE)));
    }
    reply
}

fn words(said: Option<&str>) -> Option<String> {
    said.map(|said| unlinked(&cut(said, QUOTE)))
}

fn pointed(pointer: &Pointer) -> String {
    match pointer {
        Pointer::Link(url) => {
            let path = url.trim_start_matches("https://github.com/");
            format!("[{}](<{url}>)", literal(path))
        }
        Pointer::Words(words) => unlinked(&cut(words, QUOTE)),
    }
}
