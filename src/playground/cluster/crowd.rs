//! A crowd of pods, each made up when it is asked for: as many as a big cluster has, each as heavy on the wire as a real one, and
//! none of them kept. The text of one is in `seed/crowd.txt`. Pure; it must not know how it is served.

use std::sync::LazyLock;

use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};

use super::moment::{Moment, human};
use super::seed::Item;

/// Over so many namespaces.
const NAMESPACES: usize = 50;
/// One in so many waits for a place.
const WAITING: usize = 97;

/// One pod of a crowd.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pod {
    index: usize,
    /// Pods of a namespace.
    share: usize,
}

/// A text with gaps: pieces and the names of what goes between them, in turn.
struct Gapped(Vec<&'static str>);

/// Metadata; spec and status of one that runs; spec and status of one that waits.
static TEXTS: LazyLock<[Gapped; 5]> = LazyLock::new(|| {
    let mut lines = include_str!("seed/crowd.txt").lines().map(|line| Gapped(line.split('@').collect()));
    std::array::from_fn(|_| lines.next().expect("the seed is right"))
});

fn share(pods: usize) -> usize {
    pods.div_ceil(NAMESPACES).max(1)
}

/// The pods of a crowd of so many, in the order of their names; of one namespace or of all.
pub(super) fn pods(pods: usize, namespace: Option<&str>) -> impl Iterator<Item = Pod> + use<> {
    let share = share(pods);
    let range = match namespace {
        None => 0..pods,
        Some(name) => number(name).map_or(0..0, |number| (number * share).min(pods)..((number + 1) * share).min(pods)),
    };
    range.map(move |index| Pod { index, share })
}

/// The number of a namespace of the crowd.
fn number(namespace: &str) -> Option<usize> {
    let number = namespace.strip_prefix("load-")?.parse().ok()?;
    (number < NAMESPACES && namespace == named(number)).then_some(number)
}

fn named(number: usize) -> String {
    format!("load-{number:02}")
}

/// The namespaces of a crowd.
pub(super) fn namespaces() -> impl Iterator<Item = Item> {
    (0..NAMESPACES).map(|number| {
        let (name, created) = (named(number), "2026-08-12T07:25:48Z");
        let metadata = json!({
            "name": name, "uid": format!("00000000-0000-4000-8000-{number:012}"), "resourceVersion": "1000",
            "creationTimestamp": created, "labels": {"kubernetes.io/metadata.name": name},
        });
        Item {
            namespace: String::new(),
            cells: vec![name.as_str().into(), "Active".into(), format!("{{{created}}}").into()],
            object: json!({"metadata": metadata, "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}),
            name,
        }
    })
}

impl Pod {
    pub(super) fn namespace(self) -> String {
        named(self.index / self.share)
    }

    pub(super) fn name(self) -> String {
        // Padded, so that the order of the names is that of the numbers.
        format!("worker-{:06}-{:05x}", self.index, self.index.wrapping_mul(2_654_435_761) & 0xf_ffff)
    }

    fn waits(self) -> bool {
        self.index % WAITING == WAITING - 1
    }

    fn node(self) -> String {
        format!("os-wrk-{}.cluster.example.org", self.index % 40)
    }

    fn ip(self) -> String {
        format!("10.{}.{}.{}", 128 + self.index / 65_536 % 64, self.index / 256 % 256, self.index % 256)
    }

    fn app(self) -> String {
        format!("app-{}", self.index % 20)
    }

    fn lived(self) -> TimeDelta {
        TimeDelta::minutes(i64::try_from(self.index * 7 % 50_000).unwrap_or_default())
    }

    pub(super) fn label(self, key: &str) -> Option<String> {
        match key {
            "app.kubernetes.io/name" => Some(self.app()),
            "app.kubernetes.io/part-of" => Some(self.namespace()),
            "pod-template-hash" => Some("4w2wfzcks4".to_owned()),
            _ => None,
        }
    }

    pub(super) fn field(self, name: &str) -> String {
        match name {
            "metadata.name" => self.name(),
            "metadata.namespace" => self.namespace(),
            "status.phase" => if self.waits() { "Pending" } else { "Running" }.to_owned(),
            "spec.nodeName" if !self.waits() => self.node(),
            "status.podIP" if !self.waits() => self.ip(),
            "spec.restartPolicy" => "Always".to_owned(),
            "spec.schedulerName" => "default-scheduler".to_owned(),
            "spec.serviceAccountName" => "default".to_owned(),
            _ => String::new(),
        }
    }

    pub(super) fn cells(self, moment: &Moment) -> Vec<Value> {
        let age = human(self.lived() + (moment.now - moment.began));
        let (name, none) = (self.name(), "<none>".to_owned());
        let texts = match self.waits() {
            true => {
                [name, "0/1".into(), "Pending".into(), "0".into(), age, none.clone(), none.clone(), none.clone(), none]
            }
            false => {
                [name, "1/1".into(), "Running".into(), "0".into(), age, self.ip(), self.node(), none.clone(), none]
            }
        };
        texts.map(Value::String).to_vec()
    }

    /// The metadata, as JSON.
    pub(super) fn metadata(self, moment: &Moment, out: &mut String) {
        self.fill(&TEXTS[0], moment, out);
    }

    /// Metadata, spec and status, as the fields of a JSON object.
    pub(super) fn fields(self, moment: &Moment, out: &mut String) {
        let [metadata, spec, status, waiting_spec, waiting] = &*TEXTS;
        let (spec, status) = if self.waits() { (waiting_spec, waiting) } else { (spec, status) };
        for (name, text) in [("\"metadata\":", metadata), (",\"spec\":", spec), (",\"status\":", status)] {
            out.push_str(name);
            self.fill(text, moment, out);
        }
    }

    fn fill(self, Gapped(pieces): &Gapped, moment: &Moment, out: &mut String) {
        let created = (moment.began - self.lived()).to_rfc3339_opts(SecondsFormat::Secs, true);
        let values = [
            ("name", self.name()),
            ("namespace", self.namespace()),
            ("app", self.app()),
            ("ip", self.ip()),
            ("node", self.node()),
            ("uid", format!("00000000-0000-4000-8000-{:012}", self.index)),
            ("created", created),
        ];
        for (number, piece) in pieces.iter().enumerate() {
            let value = values.iter().find(|(name, _)| number % 2 == 1 && name == piece);
            out.push_str(value.map_or(piece, |(_, value)| value));
        }
    }
}
