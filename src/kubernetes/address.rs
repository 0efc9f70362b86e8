//! Addresses of objects, lists and logs (<https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris>). Names were judged by
//! the grammar, so nothing in them means anything in an address.

use std::time::Duration;

use url::form_urlencoded;

use crate::domain::cluster::kind::Kind;

/// Which objects of a kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// By label.
    pub labels: Option<String>,
    /// By field.
    pub fields: Option<String>,
    /// At most so many; all where there is no bound.
    pub limit: Option<u32>,
    /// Where the last page ended.
    pub token: Option<String>,
    /// Whether each object's name must be told, though no column may have it.
    pub named: bool,
}

/// Which part of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogWish {
    /// One of the pod's containers.
    pub container: Option<String>,
    /// Only what was printed in this time.
    pub since: Option<Duration>,
    /// The newest lines.
    pub tail: u32,
    /// Of the container's last life.
    pub previous: bool,
    /// At most so many bytes.
    pub bytes: u32,
}

/// All objects of a kind, in `namespace` or everywhere.
fn all(kind: &Kind, namespace: Option<&str>) -> String {
    let group = if kind.group.is_empty() {
        format!("/api/{}", kind.version)
    } else {
        format!("/apis/{}/{}", kind.group, kind.version)
    };
    match namespace.filter(|_| kind.namespaced) {
        Some(namespace) => format!("{group}/namespaces/{namespace}/{}", kind.plural),
        None => format!("{group}/{}", kind.plural),
    }
}

/// One object.
pub(super) fn one(kind: &Kind, namespace: Option<&str>, name: &str) -> String {
    // Of the signs that a name may have, only those below mean nothing in an address.
    let name: String = name
        .chars()
        .map(|sign| match sign {
            '@' | '+' | '=' | ',' => format!("%{:02X}", u32::from(sign)),
            plain => plain.to_string(),
        })
        .collect();
    format!("{}/{name}", all(kind, namespace))
}

/// Objects of a kind; `along` is what comes with each row of a table.
pub(super) fn list(kind: &Kind, namespace: Option<&str>, wanted: &Selection, along: Option<&str>) -> String {
    let limit = wanted.limit.map(|limit| limit.to_string());
    with_query(
        all(kind, namespace),
        &[
            ("includeObject", along),
            ("labelSelector", wanted.labels.as_deref()),
            ("fieldSelector", wanted.fields.as_deref()),
            ("limit", limit.as_deref()),
            ("continue", wanted.token.as_deref()),
        ],
    )
}

/// What a container of a pod printed.
pub(super) fn log(namespace: &str, pod: &str, wanted: &LogWish) -> String {
    let (tail, bytes) = (wanted.tail.to_string(), wanted.bytes.to_string());
    let since = wanted.since.map(|since| since.as_secs().to_string());
    with_query(
        format!("/api/v1/namespaces/{namespace}/pods/{pod}/log"),
        &[
            ("tailLines", Some(&tail)),
            ("limitBytes", Some(&bytes)),
            ("container", wanted.container.as_deref()),
            ("sinceSeconds", since.as_deref()),
            ("previous", wanted.previous.then_some("true")),
        ],
    )
}

fn with_query(address: String, parameters: &[(&str, Option<&str>)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters.iter().filter_map(|(name, value)| Some((*name, (*value)?))));
    let query = query.finish();
    if query.is_empty() { address } else { format!("{address}?{query}") }
}
