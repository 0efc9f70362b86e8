//! A server's noes: Status bodies in its own shape and words, and the few that are plain text. It must not know who asks for what.

use serde_json::{Map, Value, json};

use super::kinds::Kind;

/// Why a call is not answered with what it asked for.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) body: Body,
    pub(super) headers: Vec<(&'static str, String)>,
    /// What the bot should have known better, if it is its own fault.
    pub(super) fault: Option<String>,
}

/// What a refusal says.
#[derive(Debug)]
pub(super) enum Body {
    Json(Value),
    Text(&'static str),
}

/// What is tried with which objects, as a server words it.
pub(super) struct Attempt<'a> {
    pub(super) user: &'a str,
    pub(super) verb: &'a str,
    pub(super) group: &'a str,
    pub(super) plural: &'a str,
    pub(super) namespace: Option<&'a str>,
    pub(super) name: Option<&'a str>,
}

const NO_PAGE: &str = "404 page not found\n";
const TOO_MANY: &str = "Too many requests, please try again later.\n";
const TOO_OLD: &str = "The provided continue parameter is too old to display a consistent list result. You can start a new list \
    without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing \
    with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the \
    first chunk was returned and now may show up in the list.";
const ACCEPTED: &str = "application/json, application/yaml, application/vnd.kubernetes.protobuf";

impl Refusal {
    fn new(status: u16, reason: &str, message: &str, details: Option<Value>) -> Self {
        let mut body = json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message, "reason": reason,
        });
        if let Some(details) = details {
            body["details"] = details;
        }
        body["code"] = status.into();
        Self { status, body: Body::Json(body), headers: Vec::new(), fault: None }
    }

    fn text(status: u16, text: &'static str) -> Self {
        Self { status, body: Body::Text(text), headers: Vec::new(), fault: None }
    }

    /// The same, as the bot's own fault.
    pub(super) fn blamed(self, why: &str) -> Self {
        Self { fault: Some(why.to_owned()), ..self }
    }

    pub(super) fn bad_request(message: &str) -> Self {
        Self::new(400, "BadRequest", message, None)
    }

    pub(super) fn unauthorized() -> Self {
        Self::new(401, "Unauthorized", "Unauthorized", None)
    }

    pub(super) fn forbidden(attempt: &Attempt<'_>) -> Self {
        let Attempt { user, verb, group, plural, namespace, name } = attempt;
        let qualified = if group.is_empty() { (*plural).to_owned() } else { format!("{plural}.{group}") };
        let what = name.map_or_else(|| qualified.clone(), |name| format!("{qualified} \"{name}\""));
        let place = namespace.map_or("at the cluster scope".to_owned(), |name| format!("in the namespace \"{name}\""));
        let message = format!(
            "{what} is forbidden: User \"{user}\" cannot {verb} resource \"{plural}\" in API group \"{group}\" {place}"
        );
        Self::new(403, "Forbidden", &message, Some(details(*name, group, plural)))
    }

    /// There is no such object.
    pub(super) fn not_found(kind: &Kind, name: &str) -> Self {
        let message = format!("{} \"{name}\" not found", kind.qualified());
        Self::new(404, "NotFound", &message, Some(details(Some(name), &kind.group, &kind.plural)))
    }

    /// There is no such kind, or not in this place.
    pub(super) fn no_resource() -> Self {
        Self::new(404, "NotFound", "the server could not find the requested resource", Some(json!({})))
    }

    /// There is no such group, or nothing at this path at all.
    pub(super) fn no_page() -> Self {
        Self::text(404, NO_PAGE)
    }

    pub(super) fn no_method() -> Self {
        let message = "the server does not allow this method on the requested resource";
        Self::new(405, "MethodNotAllowed", message, Some(json!({})))
    }

    /// `transformed`: a type that is known was asked for in a form that is not.
    pub(super) fn not_acceptable(transformed: bool) -> Self {
        if transformed {
            let message = format!("only the following media types are accepted: {ACCEPTED}");
            return Self::new(406, "NotAcceptable", &message, None);
        }
        let watching = "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch";
        let message = format!("406: Not Acceptable\n\nAvailable representations: {ACCEPTED}, {watching}");
        Self::new(406, "NotAcceptable", &message, Some(json!({})))
    }

    /// The list has changed since; `fresh` continues it as it is now.
    pub(super) fn expired(fresh: &str) -> Self {
        let mut refusal = Self::new(410, "Expired", TOO_OLD, None);
        if let Body::Json(body) = &mut refusal.body {
            body["metadata"]["continue"] = fresh.into();
        }
        refusal
    }

    pub(super) fn too_many(retry_after: u64) -> Self {
        Self { headers: vec![("retry-after", retry_after.to_string())], ..Self::text(429, TOO_MANY) }
    }

    pub(super) fn internal(message: &str) -> Self {
        let causes = json!({"causes": [{"message": message}]});
        Self::new(500, "InternalError", &format!("Internal error occurred: {message}"), Some(causes))
    }

    /// A version that is still to come was asked for.
    pub(super) fn too_new(asked: i64, newest: i64) -> Self {
        let message = format!("Timeout: Too large resource version: {asked}, current: {newest}");
        let cause = json!({"reason": "ResourceVersionTooLarge", "message": "Too large resource version"});
        Self::new(504, "Timeout", &message, Some(json!({"causes": [cause], "retryAfterSeconds": 1})))
    }

    /// What a server says with this status, whatever was asked.
    pub(super) fn of(status: u16) -> Self {
        match status {
            401 => Self::unauthorized(),
            404 => Self::no_resource(),
            405 => Self::no_method(),
            406 => Self::not_acceptable(true),
            410 => Self::expired(""),
            429 => Self::too_many(1),
            500 => Self::internal("etcdserver: leader changed"),
            400 => Self::bad_request("the request was not understood"),
            403 => Self::new(403, "Forbidden", "forbidden: this was not allowed", Some(json!({}))),
            503 => Self::new(503, "ServiceUnavailable", "apiserver is shutting down", None),
            504 => {
                let message = "Timeout: request did not complete within the allotted timeout";
                Self::new(504, "Timeout", message, Some(json!({})))
            }
            other => Self::new(other, "", "the server rejected our request for an unknown reason", None),
        }
    }
}

fn details(name: Option<&str>, group: &str, plural: &str) -> Value {
    let given = [("name", name.unwrap_or_default()), ("group", group), ("kind", plural)];
    let given = given.into_iter().filter(|(_, text)| !text.is_empty());
    Value::Object(given.map(|(field, text)| (field.to_owned(), text.into())).collect::<Map<_, _>>())
}
