//! What a call came with: the parameters of its query and the fields of its body, read as GitHub reads them. It must not know
//! what they are for.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::refusal::Refusal;

/// Entries of a page, unless the call says how many, and at most.
/// <https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api>
const PER_PAGE: usize = 30;
const MOST_PER_PAGE: usize = 100;

/// What a call came with.
#[derive(Debug, Default)]
pub(super) struct Asked {
    query: Vec<(String, String)>,
    fields: Map<String, Value>,
}

impl Asked {
    /// From the query and the body; an empty body has no fields.
    pub(super) fn read(query: &str, body: &[u8]) -> Result<Self, Refusal> {
        let query = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let fields = match body {
            [] => Map::new(),
            _ => match serde_json::from_slice(body) {
                Ok(Value::Object(fields)) => fields,
                Ok(_) => return Err(Refusal::fault(400, "Body should be a JSON object")),
                Err(_) => return Err(Refusal::fault(400, "Problems parsing JSON")),
            },
        };
        Ok(Self { query, fields })
    }

    /// Names that are not among those that the call takes.
    pub(super) fn unknown(&self, takes: &[&str]) -> Vec<String> {
        let names = self.query.iter().map(|(name, _)| name).chain(self.fields.keys());
        names.filter(|name| !takes.contains(&name.as_str())).cloned().collect()
    }

    /// As `Playground::calls` shows it.
    pub(super) fn shown(&self, path: &str) -> Value {
        let query: Map<String, Value> =
            self.query.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        json!({"path": path, "query": query, "body": self.fields})
    }

    /// A parameter of the query.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A field that is a text; null is as good as absent.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        match self.fields.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(other) => Err(misshapen(name, other, "a string")),
        }
    }

    /// A field that is a list of texts.
    pub(super) fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Refusal> {
        let list = match self.fields.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Array(list)) => list,
            Some(other) => return Err(misshapen(name, other, "an array")),
        };
        let texts =
            list.iter().map(|one| one.as_str().map(str::to_owned).ok_or_else(|| misshapen(name, one, "a string")));
        texts.collect::<Result<_, _>>().map(Some)
    }

    /// A field that is an object of texts.
    pub(super) fn pairs(&self, name: &str) -> Result<Option<Vec<(String, String)>>, Refusal> {
        let pairs = match self.fields.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Object(pairs)) => pairs,
            Some(other) => return Err(misshapen(name, other, "an object")),
        };
        let pairs = pairs.iter().map(|(key, value)| {
            let text = value.as_str().ok_or_else(|| misshapen(name, value, "a string"))?;
            Ok((key.clone(), text.to_owned()))
        });
        pairs.collect::<Result<_, _>>().map(Some)
    }

    /// A parameter that is a time.
    pub(super) fn time(&self, name: &str) -> Result<Option<DateTime<Utc>>, Refusal> {
        let read = |text: &str| DateTime::parse_from_rfc3339(text).map(Into::into);
        let wrong = |_| Refusal::invalid("Issue", name, "invalid", "must be a time of ISO 8601");
        self.parameter(name).map(read).transpose().map_err(wrong)
    }

    /// A parameter that is one of these words; the first one if it is absent.
    pub(super) fn word(&self, name: &str, words: &[&'static str]) -> Result<&'static str, Refusal> {
        let Some(given) = self.parameter(name) else { return Ok(words.first().copied().unwrap_or_default()) };
        let found = words.iter().copied().find(|word| *word == given);
        found.ok_or_else(|| Refusal::invalid("Issue", name, "invalid", ""))
    }

    /// Cuts the page out of `all`, and gives the `Link` header that leads to the others: `at` is the address without its query.
    pub(super) fn page<T>(&self, all: Vec<T>, at: &str) -> (Vec<T>, Option<String>) {
        let number =
            |name: &str| self.parameter(name).and_then(|text| text.parse::<usize>().ok()).filter(|one| *one > 0);
        let per_page = number("per_page").unwrap_or(PER_PAGE).min(MOST_PER_PAGE);
        let (page, last) = (number("page").unwrap_or(1), all.len().div_ceil(per_page).max(1));
        let link = |to: usize, rel: &str| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(self.query.iter().filter(|(name, _)| name != "page"));
            format!("<{at}?{}>; rel=\"{rel}\"", query.append_pair("page", &to.to_string()).finish())
        };
        let mut links = Vec::new();
        if page > 1 {
            links.push(link((page - 1).min(last), "prev"));
        }
        if page < last {
            links.extend([link(page + 1, "next"), link(last, "last")]);
        }
        if page > 1 {
            links.push(link(1, "first"));
        }
        let cut = all.into_iter().skip((page - 1).saturating_mul(per_page)).take(per_page).collect();
        (cut, (!links.is_empty()).then(|| links.join(", ")))
    }
}

fn misshapen(name: &str, value: &Value, what: &str) -> Refusal {
    Refusal::fault(422, &format!("Invalid request.\n\nFor 'properties/{name}', {value} is not {what}."))
}
