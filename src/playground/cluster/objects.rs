//! Lists and single objects, whole, as metadata or as tables. It must not know how they travel.

use serde_json::{Value, json};

use super::Cluster;
use super::accept::Form;
use super::asked::Asked;
use super::kinds::Kind;
use super::moment::Moment;
use super::page;
use super::row::{self, Row};
use super::seed;
use super::selector::{Fields, Labels};
use super::status::Refusal;
use super::target::Place;

/// What stands beside the cells of a row. <https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.33/#table-v1-meta>
#[derive(Debug, Clone, Copy)]
enum Beside {
    Nothing,
    Metadata,
    Object,
}

impl Beside {
    fn read(asked: &Asked) -> Result<Self, Refusal> {
        match asked.parameter("includeObject") {
            Some("None") => Ok(Self::Nothing),
            None | Some("Metadata") => Ok(Self::Metadata),
            Some("Object") => Ok(Self::Object),
            Some(other) => Err(Refusal::bad_request(&format!("unrecognized includeObject value: \"{other}\""))),
        }
    }
}

/// How an answer is written.
struct Writing<'a> {
    kind: &'static Kind,
    form: Form,
    beside: Beside,
    moment: &'a Moment,
}

/// A list, as JSON.
pub(super) fn list(
    cluster: &Cluster,
    place: Place<'_>,
    (form, asked): (Form, &Asked),
    moment: &Moment,
) -> Result<String, Refusal> {
    let history = cluster.history();
    let labels = Labels::read(asked.parameter("labelSelector").unwrap_or_default());
    let labels = labels.map_err(|why| Refusal::bad_request(&why))?;
    let fields = Fields::read(place.kind, asked.parameter("fieldSelector").unwrap_or_default());
    let fields = fields.map_err(|why| Refusal::bad_request(&why))?;
    if let Some(version) = asked.number("resourceVersion")?
        && version > history.newest
    {
        return Err(Refusal::too_new(version, history.newest));
    }
    let token = asked.parameter("continue").map(|token| page::start(token, history)).transpose()?;
    let (start, revision) = token.unwrap_or_else(|| (String::new(), history.newest));
    let limit = asked.number("limit")?.filter(|limit| *limit > 0).and_then(|limit| usize::try_from(limit).ok());

    let mut rows = row::all(&cluster.sample, place);
    let selected = !labels.is_empty() || !fields.is_empty();
    if selected {
        rows.retain(|row| labels.matches(|key| row.label(key)) && fields.matches(|name| row.field(name)));
    }
    let rest = &rows[rows.partition_point(|row| row.key(place) < start)..];
    let here = &rest[..limit.unwrap_or(rest.len()).min(rest.len())];
    let mut metadata = json!({"resourceVersion": revision.to_string()});
    if let Some(last) = here.last().filter(|_| here.len() < rest.len()) {
        metadata["continue"] = page::after(&last.key(place), revision).into();
        if !selected {
            metadata["remainingItemCount"] = (rest.len() - here.len()).into();
        }
    }
    let writing = Writing { kind: place.kind, form, beside: Beside::read(asked)?, moment };
    Ok(writing.list(here, &metadata))
}

/// A single object, as JSON.
pub(super) fn one(
    cluster: &Cluster,
    (place, name): (Place<'_>, &str),
    (form, asked): (Form, &Asked),
    moment: &Moment,
) -> Result<String, Refusal> {
    let row = row::find(&cluster.sample, place, name).ok_or_else(|| Refusal::not_found(place.kind, name))?;
    let writing = Writing { kind: place.kind, form, beside: Beside::read(asked)?, moment };
    Ok(match form {
        Form::Table => {
            let metadata = json!({"resourceVersion": row.resource_version()});
            writing.list(std::slice::from_ref(&row), &metadata)
        }
        _ => {
            let mut out = String::new();
            writing.object(&row, true, &mut out);
            out
        }
    })
}

impl Writing<'_> {
    fn list(&self, rows: &[Row], metadata: &Value) -> String {
        let (kind, version, items) = match self.form {
            Form::Table => ("Table".to_owned(), "meta.k8s.io/v1".to_owned(), "rows"),
            Form::Metadata => ("PartialObjectMetadataList".to_owned(), "meta.k8s.io/v1".to_owned(), "items"),
            _ => (format!("{}List", self.kind.kind), self.kind.api_version(), "items"),
        };
        let mut out = format!(r#"{{"kind":"{kind}","apiVersion":"{version}","metadata":{metadata},"#);
        if self.form == Form::Table {
            let columns = seed::of(self.kind).columns.iter().map(seed::Column::definition).collect();
            out.push_str(&format!(r#""columnDefinitions":{},"#, Value::Array(columns)));
        }
        out.push_str(&format!(r#""{items}":["#));
        for (number, row) in rows.iter().enumerate() {
            if number > 0 {
                out.push(',');
            }
            match self.form {
                Form::Table => self.row(row, &mut out),
                // In lists of kinds that were defined later, every object says its kind.
                _ => self.object(row, self.kind.is_custom(), &mut out),
            }
        }
        out.push_str("]}");
        out
    }

    fn row(&self, row: &Row, out: &mut String) {
        out.push_str(r#"{"cells":"#);
        row.write_cells(self.moment, out);
        if let Some(conditions) = row.ended() {
            out.push_str(&format!(r#","conditions":{conditions}"#));
        }
        out.push_str(r#","object":"#);
        match self.beside {
            Beside::Nothing => out.push_str("null"),
            Beside::Metadata => row.write_metadata(self.moment, out),
            Beside::Object => row.write_object(self.kind, true, self.moment, out),
        }
        out.push('}');
    }

    fn object(&self, row: &Row, typed: bool, out: &mut String) {
        match self.form {
            Form::Metadata => row.write_metadata(self.moment, out),
            _ => row.write_object(self.kind, typed, self.moment, out),
        }
    }
}
