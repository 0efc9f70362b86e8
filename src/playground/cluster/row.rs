//! One object of a cluster, from the seed or from the crowd: what it is selected by, and how it is written. It must not know in
//! which list it stands.

use std::borrow::Cow;

use serde_json::Value;

use super::crowd;
use super::kinds::Kind;
use super::moment::Moment;
use super::sample::SampleCluster;
use super::seed::{self, Item};
use super::target::Place;

/// One object.
pub(super) enum Row {
    Recorded(Cow<'static, Item>),
    MadeUp(crowd::Pod),
}

/// All objects in a place, by namespace and name.
pub(super) fn all(sample: &SampleCluster, place: Place<'_>) -> Vec<Row> {
    let Place { kind, namespace } = place;
    let of_core = |plural: &str| kind.group.is_empty() && kind.plural == plural;
    match sample.crowd {
        Some(pods) if of_core("pods") => crowd::pods(pods, namespace).map(Row::MadeUp).collect(),
        Some(_) if of_core("namespaces") => crowd::namespaces().map(|item| Row::Recorded(Cow::Owned(item))).collect(),
        Some(_) if kind.namespaced => Vec::new(),
        _ => {
            let items = seed::of(kind).items.iter();
            let here = items.filter(|item| namespace.is_none_or(|namespace| item.namespace == namespace));
            here.map(|item| Row::Recorded(Cow::Borrowed(item))).collect()
        }
    }
}

impl Row {
    pub(super) fn name(&self) -> String {
        match self {
            Self::Recorded(item) => item.name.clone(),
            Self::MadeUp(pod) => pod.name(),
        }
    }

    fn namespace(&self) -> String {
        match self {
            Self::Recorded(item) => item.namespace.clone(),
            Self::MadeUp(pod) => pod.namespace(),
        }
    }

    /// Where it is kept, seen from a list's own place; lists are in this order.
    pub(super) fn key(&self, place: Place<'_>) -> String {
        let namespace = self.namespace();
        match place.namespace {
            None if !namespace.is_empty() => format!("/{namespace}/{}", self.name()),
            _ => format!("/{}", self.name()),
        }
    }

    pub(super) fn label(&self, key: &str) -> Option<String> {
        match self {
            Self::Recorded(item) => Some(item.object["metadata"]["labels"][key].as_str()?.to_owned()),
            Self::MadeUp(pod) => pod.label(key),
        }
    }

    pub(super) fn field(&self, name: &str) -> String {
        match self {
            Self::MadeUp(pod) => pod.field(name),
            Self::Recorded(item) => {
                let at = match name {
                    "source" => "/source/component".to_owned(),
                    _ => format!("/{}", name.replace('.', "/")),
                };
                match item.object.pointer(&at) {
                    Some(Value::String(text)) => text.clone(),
                    Some(Value::Bool(flag)) => flag.to_string(),
                    _ if name == "spec.unschedulable" => "false".to_owned(),
                    _ => String::new(),
                }
            }
        }
    }

    pub(super) fn resource_version(&self) -> String {
        match self {
            Self::Recorded(item) => item.object["metadata"]["resourceVersion"].as_str().unwrap_or_default().to_owned(),
            Self::MadeUp(_) => "1000".to_owned(),
        }
    }

    /// The cells of its row, as JSON.
    pub(super) fn write_cells(&self, moment: &Moment, out: &mut String) {
        let cells: Vec<Value> = match self {
            Self::Recorded(item) => item.cells.iter().map(|cell| moment.cell(cell)).collect(),
            Self::MadeUp(pod) => pod.cells(moment),
        };
        out.push_str(&Value::Array(cells).to_string());
    }

    /// What a row says beside its cells: pods that came to an end say how.
    pub(super) fn ended(&self) -> Option<&'static str> {
        let Self::Recorded(item) = self else { return None };
        match item.object["status"]["phase"].as_str()? {
            "Succeeded" => Some(
                r#"[{"type":"Completed","status":"True","reason":"Succeeded","message":"The pod has completed successfully."}]"#,
            ),
            "Failed" => Some(r#"[{"type":"Completed","status":"True","reason":"Failed","message":"The pod failed."}]"#),
            _ => None,
        }
    }

    /// Its metadata alone, as an object.
    pub(super) fn write_metadata(&self, moment: &Moment, out: &mut String) {
        out.push_str(r#"{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":"#);
        match self {
            Self::Recorded(item) => out.push_str(&moment.value(&item.object["metadata"]).to_string()),
            Self::MadeUp(pod) => pod.metadata(moment, out),
        }
        out.push('}');
    }

    /// All of it; with its kind, unless it stands in a list of its kind.
    pub(super) fn write_object(&self, kind: &Kind, typed: bool, moment: &Moment, out: &mut String) {
        out.push('{');
        if typed {
            out.push_str(&format!(r#""kind":"{}","apiVersion":"{}","#, kind.kind, kind.api_version()));
        }
        match self {
            Self::Recorded(item) => {
                let object = moment.value(&item.object);
                let object = if kind.group == "events.k8s.io" { newer(object) } else { object };
                let text = object.to_string();
                out.push_str(text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or_default());
            }
            Self::MadeUp(pod) => pod.fields(moment, out),
        }
        out.push('}');
    }
}

/// An event under the names of its newer group. <https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/>
fn newer(mut event: Value) -> Value {
    let names = [
        ("involvedObject", "regarding"),
        ("message", "note"),
        ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"),
        ("count", "deprecatedCount"),
        ("reportingComponent", "reportingController"),
    ];
    if let Some(fields) = event.as_object_mut() {
        for (old, new) in names {
            if let Some(value) = fields.remove(old) {
                fields.insert(new.to_owned(), value);
            }
        }
    }
    event
}

/// The one of this name.
pub(super) fn find(sample: &SampleCluster, place: Place<'_>, name: &str) -> Option<Row> {
    all(sample, place).into_iter().find(|row| row.name() == name)
}
