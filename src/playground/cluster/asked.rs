//! What a call came with: its query and its headers. It must not know what they are for.

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, AUTHORIZATION};
use axum::http::request::Parts;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::status::Refusal;

/// What a call came with.
#[derive(Debug)]
pub(super) struct Asked {
    query: Vec<(String, String)>,
    pub(super) accept: Option<String>,
    pub(super) token: Option<String>,
    /// In whose name the bot asks.
    pub(super) user: Option<String>,
    groups: Vec<String>,
}

impl Asked {
    pub(super) fn read(head: &Parts) -> Self {
        let text = |name: &str| texts(&head.headers, name).into_iter().next();
        Self {
            query: form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes()).into_owned().collect(),
            accept: text(ACCEPT.as_str()),
            token: text(AUTHORIZATION.as_str()).and_then(|header| Some(header.strip_prefix("Bearer ")?.to_owned())),
            user: text("impersonate-user"),
            groups: texts(&head.headers, "impersonate-group"),
        }
    }

    /// As `Playground::calls` shows it.
    pub(super) fn shown(&self, path: &str) -> Value {
        let query: Map<String, Value> =
            self.query.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        json!({
            "path": path, "query": query, "accept": self.accept, "impersonate_user": self.user,
            "impersonate_groups": self.groups,
        })
    }

    /// Names that are not among those that the call takes.
    pub(super) fn unknown(&self, takes: &[&str]) -> Vec<String> {
        let names = self.query.iter().map(|(name, _)| name);
        names.filter(|name| !takes.contains(&name.as_str())).cloned().collect()
    }

    /// A parameter; an empty one is as good as none.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        found.filter(|value| !value.is_empty())
    }

    /// A parameter that is a number and not below zero.
    pub(super) fn number(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let read = |text: &str| {
            let number = text.parse().ok().filter(|number| *number >= 0);
            number.ok_or_else(|| Refusal::bad_request(&format!("strconv.ParseInt: parsing \"{text}\": invalid syntax")))
        };
        self.parameter(name).map(read).transpose()
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        matches!(self.parameter(name), Some("true" | "1"))
    }
}

fn texts(headers: &HeaderMap, name: &str) -> Vec<String> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).map(str::to_owned).collect()
}
