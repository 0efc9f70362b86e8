//! GitHub's noes: status, message and errors, and whether the bot should have known better. It must not know who asks for what.

use serde_json::{Value, json};

/// Why a call is refused.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) message: String,
    pub(super) errors: Vec<Value>,
    /// Is it the bot's own fault, or may it happen to a faultless one?
    pub(super) fault: bool,
    /// Where the thing is now, for 301.
    pub(super) location: Option<String>,
}

impl Refusal {
    /// What may happen to a bot without a fault.
    pub(super) fn outcome(status: u16, message: &str) -> Self {
        Self { status, message: message.to_owned(), errors: Vec::new(), fault: false, location: None }
    }

    /// What a bot without a fault would not have asked.
    pub(super) fn fault(status: u16, message: &str) -> Self {
        Self { fault: true, ..Self::outcome(status, message) }
    }

    pub(super) fn not_found() -> Self {
        Self::outcome(404, "Not Found")
    }

    /// A field whose value cannot be taken. <https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#validation-failed>
    pub(super) fn invalid(resource: &str, field: &str, code: &str, message: &str) -> Self {
        let mut error = json!({"resource": resource, "field": field, "code": code});
        if !message.is_empty() {
            error["message"] = message.into();
        }
        Self { errors: vec![error], ..Self::fault(422, "Validation Failed") }
    }

    /// 301 to whoever reads, 307 to whoever writes, in the same words. <https://github.com/google/go-github/issues/184>
    pub(super) fn moved(reads: bool, location: String) -> Self {
        Self { location: Some(location), ..Self::outcome(if reads { 301 } else { 307 }, "Moved Permanently") }
    }

    pub(super) fn body(&self) -> Value {
        let mut body = said(self.status, &self.message);
        if !self.errors.is_empty() {
            body["errors"] = self.errors.clone().into();
        }
        if let Some(location) = &self.location {
            body["url"] = location.as_str().into();
        }
        body
    }
}

/// The body of an answer that is none.
pub(super) fn said(status: u16, message: &str) -> Value {
    json!({"message": message, "documentation_url": "https://docs.github.com/rest", "status": status.to_string()})
}
