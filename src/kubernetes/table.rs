//! From what a cluster answers to a list to a table: its own one, or name and age where it makes none
//! (<https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables>).
//!
//! Of the objects that come along with the rows nothing is read but name and namespace: annotations and managed fields may hold
//! anything.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

use super::failure::Failure;
use crate::domain::cluster::age::age;
use crate::domain::cluster::said_cell;
use crate::domain::cluster::table::{Column, Row, Table};

/// A table, or plain JSON from a server that makes none.
pub(super) const ACCEPT: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

/// A page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Its rows.
    pub table: Table,
    /// Where the next one begins, if there is one.
    pub next: Option<String>,
    /// How many objects follow, where the cluster knows.
    pub remaining: Option<u64>,
}

#[derive(Deserialize)]
struct Kind<'a> {
    #[serde(borrow, default)]
    kind: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireTable<'a> {
    #[serde(default)]
    metadata: ListMeta,
    #[serde(default)]
    column_definitions: Vec<WireColumn>,
    #[serde(default, borrow)]
    rows: Vec<WireRow<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListMeta {
    #[serde(default, rename = "continue")]
    next: Option<String>,
    #[serde(default)]
    remaining_item_count: Option<u64>,
}

#[derive(Deserialize)]
struct WireColumn {
    name: String,
    #[serde(default)]
    format: String,
    #[serde(default)]
    priority: i64,
}

#[derive(Deserialize)]
struct WireRow<'a> {
    #[serde(default)]
    cells: Vec<Value>,
    #[serde(default, borrow)]
    object: Option<Object<'a>>,
}

#[derive(Default, Deserialize)]
struct Object<'a> {
    #[serde(default, borrow)]
    metadata: Meta<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Meta<'a> {
    #[serde(default, borrow)]
    name: Cow<'a, str>,
    #[serde(default, borrow)]
    namespace: Cow<'a, str>,
    #[serde(default)]
    creation_timestamp: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
struct List<'a> {
    #[serde(default)]
    metadata: ListMeta,
    #[serde(default, borrow)]
    items: Vec<Object<'a>>,
}

/// Reads a list, or one object, in whichever of the two forms it came. `with_namespace`: whether a table of ours tells it.
pub(super) fn read(body: &[u8], with_namespace: bool, now: DateTime<Utc>) -> Result<Page, Failure> {
    let understood = |_| Failure::NotUnderstood;
    let Kind { kind } = serde_json::from_slice(body).map_err(understood)?;
    match kind.as_ref() {
        "Table" => Ok(as_made(serde_json::from_slice(body).map_err(understood)?)),
        // An error may come with status 200 from what stands between us and the server.
        "Status" => Err(Failure::NotUnderstood),
        kind if kind.ends_with("List") => {
            let List { metadata, items } = serde_json::from_slice(body).map_err(understood)?;
            Ok(page(without_table(items, with_namespace, now), metadata))
        }
        "" => Err(Failure::NotUnderstood),
        _ => {
            let one: Object<'_> = serde_json::from_slice(body).map_err(understood)?;
            Ok(page(without_table(vec![one], with_namespace, now), ListMeta::default()))
        }
    }
}

fn page(table: Table, metadata: ListMeta) -> Page {
    let next = metadata.next.filter(|token| !token.is_empty());
    Page { table, next, remaining: metadata.remaining_item_count }
}

/// The table that the server made.
fn as_made(table: WireTable<'_>) -> Page {
    let name_at = table.column_definitions.iter().position(|column| column.format == "name");
    let wide = |column: WireColumn| Column { name: said_cell(&column.name).into_owned(), wide: column.priority != 0 };
    let columns: Vec<Column> = table.column_definitions.into_iter().map(wide).collect();
    let row = |row: WireRow<'_>| {
        let Meta { name, namespace, .. } = row.object.unwrap_or_default().metadata;
        let cells: Vec<Box<str>> = row.cells.iter().take(columns.len()).map(cell).collect();
        let named = || name_at.and_then(|at| cells.get(at)).map(ToString::to_string).unwrap_or_default();
        let name = if name.is_empty() { named() } else { said_cell(&name).into_owned() };
        let missing = columns.len() - cells.len();
        let cells = cells.into_iter().chain(std::iter::repeat_n("".into(), missing)).collect();
        Row { name, namespace: said_cell(&namespace).into_owned(), cells }
    };
    let rows = table.rows.into_iter().map(row).collect();
    page(Table { rows, columns }, table.metadata)
}

/// A cell as kubectl prints it: `type` cannot be trusted, so what came decides.
fn cell(value: &Value) -> Box<str> {
    match value {
        Value::Null => "".into(),
        Value::String(text) => said_cell(text).into(),
        Value::Bool(_) | Value::Number(_) => value.to_string().into(),
        Value::Array(_) | Value::Object(_) => said_cell(&value.to_string()).into(),
    }
}

/// What can be told of any object: name, namespace and age.
fn without_table(items: Vec<Object<'_>>, with_namespace: bool, now: DateTime<Utc>) -> Table {
    let names = if with_namespace { ["Name", "Namespace", "Age"].as_slice() } else { &["Name", "Age"] };
    let row = |item: Object<'_>| {
        let Meta { name, namespace, creation_timestamp } = item.metadata;
        let (name, namespace) = (said_cell(&name).into_owned(), said_cell(&namespace).into_owned());
        let age = creation_timestamp.map_or_else(|| "<unknown>".to_owned(), |since| age(now - since));
        let middle = with_namespace.then(|| namespace.clone());
        let cells = std::iter::once(name.clone()).chain(middle).chain([age]).map(String::into_boxed_str);
        Row { cells: cells.collect(), name, namespace }
    };
    Table {
        columns: names.iter().map(|name| Column { name: (*name).to_owned(), wide: false }).collect(),
        rows: items.into_iter().map(row).collect(),
    }
}
