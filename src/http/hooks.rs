//! Webhooks of GitHub: each is a hint that an issue is to be looked at, taken once by its delivery's id.

use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::Door;
use super::count::{Count, Outcome, Transport};
use crate::domain::effect::Effect;
use crate::github::{Hook, Signed};
use crate::store::Job;

/// Takes what happened on GitHub.
pub(super) async fn take(State(door): State<Door>, request: Request) -> Response {
    let count = Count::arriving(Transport::Http, "webhook");
    let hook = match Signed::from_request(request, &door).await {
        Ok(Signed(hook)) => hook,
        Err(refused) => {
            count.ends(Outcome::Refused);
            return refused.into_response();
        }
    };
    match record(&door, hook).await {
        Ok(()) => {
            count.ends(Outcome::Taken);
            StatusCode::OK.into_response()
        }
        Err(error) => {
            tracing::error!(
                error = format!("{error:#}"),
                "a webhook was not recorded; the next look will see what it told"
            );
            count.ends(Outcome::Failed);
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn record(door: &Door, hook: Option<Hook>) -> anyhow::Result<()> {
    let Some(Hook { delivery, repository, number }) = hook else { return Ok(()) };
    // GitHub knows names whatever their case, and writes them in its own.
    let ctx = door.0.ctx.now();
    let known = ctx.knowledge.repositories().iter().find(|one| one.name.eq_ignore_ascii_case(&repository));
    let repository = known.map_or(repository, |known| known.name.clone());
    let (store, now) = (&ctx.store, door.0.clock.now());
    if !store.follows(&repository, number).await? {
        return Ok(());
    }
    let job = Job { key: format!("refresh:{delivery}"), effect: Effect::Refresh { repository, number } };
    store.take(&[format!("hook:{delivery}")], &[job], now).await.map(drop)
}
