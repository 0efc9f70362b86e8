//! What sentences rest on: conditions, events, states of containers, in the cluster's own words. And how names and times are put into
//! sentences of ours.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::cluster::object::{Claim, Condition, Event, Pod, Terminated};
use crate::domain::cluster::said;
use crate::domain::reply::literal;

/// What the cluster said, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Where, as in `event FailedScheduling, 48 s ago, 12 times`; plain words.
    pub source: String,
    /// Its own words, fit to be shown as a quotation.
    pub quote: String,
}

impl Evidence {
    pub(super) fn new(source: impl AsRef<str>, quote: &str) -> Self {
        Self { source: said(source.as_ref()), quote: said(quote.trim()) }
    }

    pub(super) fn of_condition(condition: &Condition) -> Self {
        let quote = match (condition.reason.as_str(), condition.message.as_str()) {
            ("", "") => format!("{}: {}", condition.kind, condition.status),
            (reason, "") => reason.to_owned(),
            ("", message) => message.to_owned(),
            (reason, message) => format!("{reason}: {message}"),
        };
        Self::new(format!("condition {}", condition.kind), &quote)
    }

    pub(in crate::domain::cluster) fn of_event(event: &Event, now: DateTime<Utc>) -> Self {
        let mut source = format!("event {}", event.reason);
        if let Some(last) = event.last() {
            source += &format!(", {} ago", span(now - last));
        }
        if event.times() > 1 {
            source += &format!(", {} times", event.times());
        }
        Self::new(source, if event.message.is_empty() { &event.reason } else { &event.message })
    }

    /// How a container ended: the last that it had to say, or else the bare facts.
    pub(super) fn of_end(container: &str, which: &str, end: &Terminated, now: DateTime<Utc>) -> Self {
        let ended = end.finished_at.map(|at| format!(", {} ago", span(now - at))).unwrap_or_default();
        let bare = format!("reason: {}, exit code: {}", end.reason, end.exit_code);
        let quote = if end.message.trim().is_empty() { &bare } else { &end.message };
        Self::new(format!("{which} of container {container}{ended}"), quote)
    }

    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        let place = |source: &str| source.split(',').next().map(str::to_owned);
        self.quote == other.quote && place(&self.source) == place(&other.source)
    }
}

/// A pod, and what of the rest concerns it.
pub(super) struct Scene<'a> {
    pub(super) pod: &'a Pod,
    /// Newest first.
    pub(super) events: Vec<&'a Event>,
    pub(super) claims: Vec<&'a Claim>,
    /// Those about its claims, newest first.
    pub(super) of_claims: Vec<&'a Event>,
    pub(super) now: DateTime<Utc>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(pod: &'a Pod, events: &'a [Event], claims: &'a [Claim], now: DateTime<Utc>) -> Self {
        let meta = &pod.metadata;
        let names: Vec<&str> = claimed(pod).collect();
        let is_its = |claim: &&Claim| {
            let elsewhere = !claim.metadata.namespace.is_empty() && claim.metadata.namespace != meta.namespace;
            !elsewhere && names.contains(&claim.metadata.name.as_str())
        };
        // An event from before its time tells of another pod that had its name.
        let born = meta.creation_timestamp;
        let of_now = |event: &&Event| born.zip(event.last()).is_none_or(|(born, last)| last >= born);
        let its = |event: &&Event| event.is_about("Pod", &meta.namespace, &meta.name) && of_now(event);
        let about_claim =
            |event: &&Event| names.iter().any(|name| event.is_about("PersistentVolumeClaim", &meta.namespace, name));
        Self {
            pod,
            events: newest(events.iter().filter(its)),
            claims: claims.iter().filter(is_its).collect(),
            of_claims: newest(events.iter().filter(about_claim)),
            now,
        }
    }

    /// The newest event of its pod with one of these reasons, of which `fits` is true.
    pub(super) fn event(&self, reasons: &[&str], fits: impl Fn(&Event) -> bool) -> Option<&'a Event> {
        self.events.iter().find(|event| reasons.contains(&event.reason.as_str()) && fits(event)).copied()
    }

    pub(super) fn told(&self, event: &Event) -> Evidence {
        Evidence::of_event(event, self.now)
    }
}

/// The names of the claims that a pod wants to mount.
pub(super) fn claimed(pod: &Pod) -> impl Iterator<Item = &str> {
    let claims = pod.spec.volumes.iter().filter_map(|volume| volume.persistent_volume_claim.as_ref());
    claims.map(|claim| claim.claim_name.as_str())
}

/// The newest first.
pub(super) fn newest<'a>(events: impl Iterator<Item = &'a Event>) -> Vec<&'a Event> {
    let mut events: Vec<&Event> = events.collect();
    events.sort_by_key(|event| std::cmp::Reverse(event.last()));
    events
}

/// Characters of a name; Kubernetes' own names have no more than 253.
const LONGEST_NAME: usize = 253;

/// A name within a sentence of ours, in bold.
pub(super) fn name(name: &str) -> String {
    let name = said(name);
    let name = name.trim();
    if name.is_empty() {
        return "*(without a name)*".to_owned();
    }
    let cut: String = name.chars().take(LONGEST_NAME).collect();
    format!("**{}**", literal(&cut))
}

/// Several of them, the first few by name.
pub(super) fn names<'a>(all: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 3;
    let all: Vec<String> = all.into_iter().map(name).collect();
    match all.len() {
        0 => String::new(),
        1 => all[0].clone(),
        2..=SHOWN => format!("{} and {}", all[..all.len() - 1].join(", "), all[all.len() - 1]),
        more => format!("{} and {} more", all[..SHOWN].join(", "), more - SHOWN),
    }
}

/// A length of time in its largest whole unit, as in `48 s` or `3 h`.
pub(in crate::domain::cluster) fn span(time: TimeDelta) -> String {
    let seconds = time.num_seconds().max(0);
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}
