//! The calendars that anybody may subscribe to.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Door;
use crate::command::meetings;

/// How long a calendar may be kept by whoever fetched it: a change is seen within minutes, a crowd does not ask anew each second.
const KEPT: &str = "public, max-age=300";

/// All meetings.
pub(super) async fn all(State(door): State<Door>) -> Response {
    feed(&door, None).await
}

/// The meetings of one series, as `STEM.ics`.
pub(super) async fn one(State(door): State<Door>, Path(file): Path<String>) -> Response {
    match file.strip_suffix(".ics") {
        Some(name) => feed(&door, Some(name)).await,
        None => missing(),
    }
}

async fn feed(door: &Door, name: Option<&str>) -> Response {
    match meetings::calendar(&door.0.ctx.now(), name, door.0.clock.now()).await {
        Ok(Some(text)) => {
            let headers = [(header::CONTENT_TYPE, "text/calendar; charset=utf-8"), (header::CACHE_CONTROL, KEPT)];
            (headers, text).into_response()
        }
        Ok(None) => missing(),
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "a calendar cannot be made");
            (StatusCode::SERVICE_UNAVAILABLE, "the calendar cannot be made right now; try again in a minute")
                .into_response()
        }
    }
}

fn missing() -> Response {
    (StatusCode::NOT_FOUND, "there is no such calendar; /meetings.ics has all meetings").into_response()
}
