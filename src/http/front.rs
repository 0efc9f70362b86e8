//! The public page at `/`: the next meetings and their calendars, what the bot does and keeps, and how it is. For anybody, so it holds nothing
//! that a member alone may see.

use std::sync::LazyLock;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use minijinja::{Environment, Value, context};

use super::Door;
use crate::command::{self, meetings};

/// Ends in `.html`, by which the library knows that what is filled in must be escaped.
const NAME: &str = "front.html";

/// How long it may be kept by whoever fetched it: a skipped meeting is seen within a minute, a crowd costs one page.
const KEPT: &str = "public, max-age=60";

/// Nothing is loaded from anywhere, no script runs, and nobody frames it (<https://developer.mozilla.org/docs/Web/HTTP/CSP>).
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    let read = templates.add_template(NAME, include_str!("front.html"));
    // A test shows the page.
    debug_assert!(read.is_ok(), "{read:?}");
    templates
});

/// Shows it.
pub(super) async fn show(State(door): State<Door>) -> Response {
    let now = door.0.clock.now();
    let filled = context! {
        meetings => Value::from_serialize(meetings::coming(&door.0.ctx.now(), now)),
        commands => Value::from_serialize(command::slash_commands()),
        trouble => door.readiness().await.err().map(|why| why.for_anybody()),
        support => door.0.ctx.now().knowledge.support().name.clone(),
        paused => door.0.ctx.now().operators.is_paused(),
        repository => env!("CARGO_PKG_REPOSITORY"),
        version => env!("CARGO_PKG_VERSION"),
    };
    match TEMPLATES.get_template(NAME).and_then(|template| template.render(filled)) {
        Ok(page) => {
            let headers = [
                (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                (header::CACHE_CONTROL, KEPT),
                (header::CONTENT_SECURITY_POLICY, POLICY),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
                (header::REFERRER_POLICY, "no-referrer"),
            ];
            (headers, page).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the front page cannot be made");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
