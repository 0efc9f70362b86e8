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
    metadata: Option<ListMeta>,
    #[serde(default)]
    column_definitions: Option<Vec<WireColumn>>,
    #[serde(default, borrow)]
    rows: Option<Vec<WireRow<'a>>>,
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
    cells: Option<Vec<Value>>,
    #[serde(default, borrow)]
    object: Option<Object<'a>>,
}

#[derive(Default, Deserialize)]
struct Object<'a> {
    #[serde(default, borrow)]
    metadata: Option<Meta<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Meta<'a> {
    #[serde(default, borrow)]
    name: Cow<'a, str>,
    #[serde(default, borrow)]
    namespace: Cow<'a, str>,
    #[serde(default, borrow)]
    creation_timestamp: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct List<'a> {
    #[serde(default)]
    metadata: Option<ListMeta>,
    #[serde(default, borrow)]
    items: Option<Vec<Object<'a>>>,
}

impl Page {
    /// Reads a list, or one object, in whichever of the two forms it came. `with_namespace`: whether a table of ours tells it.
    ///
    /// # Errors
    /// When it is neither.
    pub fn read(body: &[u8], with_namespace: bool, now: DateTime<Utc>) -> Result<Self, Failure> {
        // What is no Unicode in one cell is no reason to lose the others.
        match std::str::from_utf8(body) {
            Ok(_) => understand(body, with_namespace, now),
            Err(_) => understand(String::from_utf8_lossy(body).as_bytes(), with_namespace, now),
        }
    }
}

fn understand(body: &[u8], with_namespace: bool, now: DateTime<Utc>) -> Result<Page, Failure> {
    let understood = |_| Failure::NotUnderstood;
    let Kind { kind } = serde_json::from_slice(body).map_err(understood)?;
    match kind.as_ref() {
        "Table" => Ok(as_made(serde_json::from_slice(body).map_err(understood)?)),
        // An error may come with status 200 from what stands between us and the server.
        "Status" => Err(Failure::NotUnderstood),
        kind if kind.ends_with("List") => {
            let List { metadata, items } = serde_json::from_slice(body).map_err(understood)?;
            Ok(page(without_table(items.unwrap_or_default(), with_namespace, now), metadata.unwrap_or_default()))
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
    let definitions = table.column_definitions.unwrap_or_default();
    let name_at = definitions.iter().position(|column| column.format == "name");
    let wide = |column: WireColumn| Column { name: said_cell(&column.name).into_owned(), wide: column.priority != 0 };
    let columns: Vec<Column> = definitions.into_iter().map(wide).collect();
    let row = |row: WireRow<'_>| {
        let Meta { name, namespace, .. } = row.object.unwrap_or_default().metadata.unwrap_or_default();
        let cells = row.cells.unwrap_or_default();
        let cells: Vec<Box<str>> = cells.iter().take(columns.len()).map(cell).collect();
        let named = || name_at.and_then(|at| cells.get(at)).map(ToString::to_string).unwrap_or_default();
        let name = if name.is_empty() { named() } else { said_cell(&name).into_owned() };
        Row { name, namespace: said_cell(&namespace).into_owned(), cells }
    };
    let rows = table.rows.unwrap_or_default().into_iter().map(row).collect();
    page(Table { rows, columns }, table.metadata.unwrap_or_default())
}

/// A cell as kubectl prints it: `type` cannot be trusted, so what came decides.
fn cell(value: &Value) -> Box<str> {
    match value {
        Value::Null => "".into(),
        Value::String(text) => said_cell(text).into(),
        other => said_cell(&printed(other)).into(),
    }
}

/// A value as Go prints it with `%v` (<https://pkg.go.dev/fmt>): whole numbers as they are, others with as few digits as tell them apart.
fn printed(value: &Value) -> String {
    let all = |values: &[Value]| values.iter().map(printed).collect::<Vec<_>>().join(" ");
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::String(text) => text.clone(),
        Value::Bool(yes) => yes.to_string(),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (None, Some(fraction)) => fractional(fraction),
            _ => number.to_string(),
        },
        Value::Array(values) => format!("[{}]", all(values)),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("{name}:{}", printed(value)));
            format!("map[{}]", fields.collect::<Vec<_>>().join(" "))
        }
    }
}

/// From a million on, and below a ten-thousandth, with an exponent of at least two digits.
fn fractional(number: f64) -> String {
    let scientific = format!("{number:e}");
    match scientific.split_once('e') {
        Some((digits, exponent)) => match exponent.parse::<i32>() {
            Ok(exponent) if !(-4..6).contains(&exponent) => {
                let sign = if exponent < 0 { '-' } else { '+' };
                format!("{digits}e{sign}{:02}", exponent.abs())
            }
            _ => number.to_string(),
        },
        None => scientific,
    }
}

/// What can be told of any object: name, namespace and age.
fn without_table(items: Vec<Object<'_>>, with_namespace: bool, now: DateTime<Utc>) -> Table {
    let names = if with_namespace { ["Name", "Namespace", "Age"].as_slice() } else { &["Name", "Age"] };
    let row = |item: Object<'_>| {
        let Meta { name, namespace, creation_timestamp } = item.metadata.unwrap_or_default();
        let since = creation_timestamp.and_then(|since| since.parse::<DateTime<Utc>>().ok());
        let (name, namespace) = (said_cell(&name).into_owned(), said_cell(&namespace).into_owned());
        let age = since.map_or_else(|| "<unknown>".to_owned(), |since| age(now - since));
        let middle = with_namespace.then(|| namespace.clone());
        let cells = std::iter::once(name.clone()).chain(middle).chain([age]).map(String::into_boxed_str);
        Row { cells: cells.collect(), name, namespace }
    };
    Table {
        columns: names.iter().map(|name| Column { name: (*name).to_owned(), wide: false }).collect(),
        rows: items.into_iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case(json!(3), "3")]
    #[case(json!(-7), "-7")]
    #[case(json!(0.5), "0.5")]
    #[case(json!(100.0), "100")]
    #[case(json!(999999.5), "999999.5")]
    #[case(json!(1234567.25), "1.23456725e+06")]
    #[case(json!(123456789.5), "1.234567895e+08")]
    #[case(json!(0.0001), "0.0001")]
    #[case(json!(0.00001), "1e-05")]
    #[case(json!(1e300), "1e+300")]
    #[case(json!(9_223_372_036_854_775_808_u64), "9.223372036854776e+18")]
    #[case(json!(["x", 1, null]), "[x 1 <nil>]")]
    #[case(json!({"a": 1, "b": [true]}), "map[a:1 b:[true]]")]
    fn a_value_is_printed_as_go_prints_it(#[case] value: Value, #[case] expected: &str) {
        assert_eq!(&*cell(&value), expected);
    }

    #[test]
    fn what_is_null_is_empty_and_what_is_no_unicode_is_told() {
        let read = |body: &[u8]| Page::read(body, false, DateTime::UNIX_EPOCH);
        let null = br#"{"kind":"Table","metadata":null,"columnDefinitions":null,"rows":null}"#;
        assert_eq!(read(null), Ok(Page::default()));
        let odd = b"{\"kind\":\"Table\",\"columnDefinitions\":[{\"name\":\"A\"}],\"rows\":[{\"cells\":[\"x\xff\"],\"object\":{\"metadata\":null}}]}";
        assert_eq!(&*read(odd).unwrap().table.rows[0].cells[0], "x\u{FFFD}");
    }
}
