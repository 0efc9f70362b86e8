//! What was recorded of a real server, made lean: tables and the objects in them, one file a kind. All names in it are invented, and
//! every password and token is a trap that nobody may ever be shown. It must not know how it is served.
//!
//! A cell `=` is the object's name, `=/a/b` what stands at that place in the object, `{}` its age, and a time in braces the time since.

use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::{Value, json};

use super::complete::complete;
use super::kinds::Kind;

/// An object and its row.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) cells: Vec<Value>,
    pub(super) object: Value,
}

/// The objects of a kind, by namespace and name, and the columns of their table.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) columns: Vec<Column>,
    pub(super) items: Vec<Item>,
}

/// Name, type, format and priority.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Column(pub(super) String, String, String, i64);

impl Column {
    pub(super) fn definition(&self) -> Value {
        let Self(name, kind, format, priority) = self;
        json!({"name": name, "type": kind, "format": format, "description": "", "priority": priority})
    }
}

#[derive(Deserialize)]
struct File {
    columns: Vec<Column>,
    items: Vec<Lean>,
}

#[derive(Deserialize)]
struct Lean {
    cells: Vec<Value>,
    object: Value,
}

/// A kind's file, read when it is first asked for.
struct Seed {
    name: &'static str,
    text: &'static str,
    sheet: OnceLock<Sheet>,
}

macro_rules! seeds {
    ($($name:literal),+ $(,)?) => {
        [$(Seed { name: $name, text: include_str!(concat!("seed/", $name, ".json")), sheet: OnceLock::new() }),+]
    };
}

static SEEDS: [Seed; 26] = seeds![
    "applications.argoproj.io",
    "clusteroperators.config.openshift.io",
    "clusterversions.config.openshift.io",
    "configmaps",
    "cronjobs",
    "customresourcedefinitions",
    "daemonsets",
    "deployments",
    "events",
    "horizontalpodautoscalers",
    "ingresses",
    "jobs",
    "limitranges",
    "namespaces",
    "nodes",
    "persistentvolumeclaims",
    "persistentvolumes",
    "poddisruptionbudgets",
    "pods",
    "replicasets",
    "resourcequotas",
    "routes.route.openshift.io",
    "seldondeployments.machinelearning.seldon.io",
    "services",
    "statefulsets",
    "storageclasses",
];
/// What a kind without objects has.
static NOTHING: OnceLock<Sheet> = OnceLock::new();

/// What was recorded of a kind; nothing in it, if nothing was.
pub(super) fn of(kind: &Kind) -> &'static Sheet {
    let name = if kind.is_custom() { kind.qualified() } else { kind.plural.clone() };
    let found = SEEDS.iter().find(|seed| seed.name == name);
    match found {
        Some(seed) => seed.sheet.get_or_init(|| read(kind, seed.text)),
        None => NOTHING.get_or_init(|| Sheet { columns: default_columns(), items: Vec::new() }),
    }
}

/// The columns of a kind that names none.
fn default_columns() -> Vec<Column> {
    let column = |name: &str, kind: &str, format: &str| Column(name.to_owned(), kind.to_owned(), format.to_owned(), 0);
    vec![column("Name", "string", "name"), column("Created At", "date", "")]
}

fn read(kind: &Kind, text: &str) -> Sheet {
    let File { columns, items } = serde_json::from_str(text).expect("the seed is right");
    let read = |(number, Lean { mut cells, mut object }): (usize, Lean)| {
        cells.iter_mut().for_each(|cell| point(cell, &object));
        complete(kind, &columns, &cells, &mut object);
        object["metadata"]["resourceVersion"] = (1_000 + number).to_string().into();
        let text = |name: &str| object["metadata"][name].as_str().unwrap_or_default().to_owned();
        Item { namespace: text("namespace"), name: text("name"), cells, object }
    };
    let mut items: Vec<Item> = items.into_iter().enumerate().map(read).collect();
    // As they are kept: a dash sorts before the slash that ends a namespace.
    items.sort_by_key(|item| format!("{}/{}", item.namespace, item.name));
    Sheet { columns, items }
}

/// Fills a cell that points into its object.
fn point(cell: &mut Value, object: &Value) {
    let Some(text) = cell.as_str() else { return };
    let at = match text {
        "=" => "/metadata/name",
        "{}" => {
            *cell = format!("{{{}}}", object["metadata"]["creationTimestamp"].as_str().unwrap_or_default()).into();
            return;
        }
        _ => match text.strip_prefix('=') {
            Some(at) if at.starts_with('/') => at,
            _ => return,
        },
    };
    *cell = match object.pointer(at) {
        Some(Value::Object(labels)) => {
            let pairs = labels.iter().map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or_default()));
            pairs.collect::<Vec<_>>().join(",").into()
        }
        found => found.cloned().unwrap_or_default(),
    };
}

#[cfg(test)]
mod tests {
    use super::super::kinds;
    use super::{SEEDS, of};

    #[test]
    fn every_file_belongs_to_a_kind_and_every_row_fits_its_columns() {
        for seed in SEEDS.iter() {
            let of_group = |group: &'static str| kinds::versions(group).into_iter().map(move |one| (group, one));
            let mut all = std::iter::once("").chain(kinds::groups()).flat_map(of_group);
            let plural = seed.name.split('.').next().unwrap();
            let kind = all.find_map(|(group, version)| {
                kinds::find(group, version, plural).filter(|kind| !kind.is_custom() || kind.qualified() == seed.name)
            });
            let sheet = of(kind.unwrap_or_else(|| panic!("{} is no kind", seed.name)));
            assert!(!sheet.items.is_empty(), "{}", seed.name);
            for item in &sheet.items {
                assert_eq!(item.cells.len(), sheet.columns.len(), "{}/{}", seed.name, item.name);
                let left =
                    |cell: &&serde_json::Value| cell.as_str().is_some_and(|text| text.starts_with('=') || text == "{}");
                assert_eq!(item.cells.iter().find(left), None, "{}/{}", seed.name, item.name);
                assert_eq!(item.namespace.is_empty(), !kind.unwrap().namespaced, "{}/{}", seed.name, item.name);
            }
        }
    }
}
