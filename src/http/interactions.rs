//! Buttons and forms.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::{Door, empty, tell};
use crate::command::{self, Caller, Filled, Press, Pressed, Submitted, Via};
use crate::domain::effect::Place;
use crate::domain::reply::Reply;
use crate::slack::delivery::{self, Interaction};
use crate::slack::request::Signed;
use crate::slack::{Failure, Shown, blocks, window};

/// Takes what was pressed or filled in.
pub(super) async fn take(State(door): State<Door>, Signed(delivery): Signed<Interaction>) -> Response {
    match delivery {
        Interaction::Pressed(pressed) => press(door, pressed).await,
        Interaction::Submitted(submitted) => submit(&door, submitted).await,
        Interaction::Shortcut(shortcut) => open(&door, shortcut),
        Interaction::Other => empty(),
    }
}

async fn press(door: Door, pressed: delivery::Pressed) -> Response {
    if !door.0.once.first(&[&["press", &pressed.trigger, &pressed.action]]) {
        return empty();
    }
    let delivery::Pressed { team, user, channel, thread, message, action, value, trigger, response_url } = pressed;
    let press =
        Press { action, value, response_url: response_url.clone(), message: format!("{team}:{channel}:{message}") };
    let place = Place { channel, thread };
    let caller =
        Caller { person: user, team, place, via: Via::Press, at: door.0.clock.now(), key: format!("press:{trigger}") };
    // A task of its own, so that a press is not lost when Slack hangs up. It is recorded before the acknowledgement; what is to
    // be seen of it follows after.
    let bot = door.clone();
    let work = door.0.tasks.spawn(async move {
        match bot.0.limit.count(&caller.team, &caller.person) {
            Ok(()) => command::press(&bot.0.ctx, &caller, &press).await,
            Err(error) => Err(error.into()),
        }
    });
    let Ok(outcome) = work.await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let slack = Arc::clone(&door.0.slack);
    door.0.tasks.spawn(async move {
        let shown = match outcome {
            Ok(Pressed::Nothing) => None,
            Ok(Pressed::Instead(reply)) => Some((reply, Shown::Instead)),
            Ok(Pressed::Below(reply)) => Some((reply, Shown::Below)),
            Ok(Pressed::Open(form)) => {
                let failure = slack.open(&trigger, &form).await.err();
                failure.map(|failure| (not_opened(&failure), Shown::Below))
            }
            Err(error) => Some((command::apology(&error), Shown::Below)),
        };
        if let (Some((reply, shown)), Some(url)) = (shown, response_url) {
            tell::respond(&slack, &url, &reply, shown).await;
        }
    });
    empty()
}

/// Opens the window of a shortcut; nothing is done yet.
fn open(door: &Door, shortcut: delivery::Shortcut) -> Response {
    let delivery::Shortcut { team, user, action, words, trigger, response_url } = shortcut;
    if !door.0.once.first(&[&["press", &trigger, &action]]) {
        return empty();
    }
    let bot = door.clone();
    door.0.tasks.spawn(async move {
        let form = match bot.0.limit.count(&team, &user) {
            Ok(()) => command::shortcut(&bot.0.ctx, &action, &words),
            Err(error) => Err(error.into()),
        };
        let reply = match form {
            Ok(form) => bot.0.slack.open(&trigger, &form).await.err().map(|failure| not_opened(&failure)),
            Err(error) => Some(command::apology(&error)),
        };
        if let (Some(reply), Some(url)) = (reply, response_url) {
            tell::respond(&bot.0.slack, &url, &reply, Shown::Below).await;
        }
    });
    empty()
}

fn not_opened(failure: &Failure) -> Reply {
    tracing::warn!(%failure, "a window did not open");
    Reply::text(match failure {
        Failure::Refused(code) if code.contains("trigger") => {
            "The window did not open: Slack gives it three seconds, and they were over. Try it once more."
        }
        Failure::NoToken => "The window did not open: nobody gave me a token for it yet. Ask in #support instead.",
        _ => "The window did not open, because Slack did not take it. Try again in a minute.",
    })
}

async fn submit(door: &Door, submitted: delivery::Submitted) -> Response {
    let delivery::Submitted { team, user, action, memo, view, values } = submitted;
    let filled = Filled { action, memo, view, values };
    let place = Place { channel: String::new(), thread: None };
    let caller = Caller {
        person: user,
        team,
        place,
        via: Via::Press,
        at: door.0.clock.now(),
        key: format!("form:{}", filled.view),
    };
    let (bot, field) = (door.clone(), filled.values.first().map(|(name, _)| name.clone()).unwrap_or_default());
    let work = door.0.tasks.spawn(async move { command::submit(&bot.0.ctx, &caller, &filled).await });
    let Ok(outcome) = work.await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let faults = match outcome {
        Ok(Submitted::Update(form)) => {
            let answer = serde_json::json!({ "response_action": "update", "view": window::modal(&form) });
            return axum::Json(answer).into_response();
        }
        Ok(Submitted::Faults(faults)) => faults,
        // Below the field, so that what was written there is not lost.
        Err(error) => vec![(field, blocks::words(&command::apology(&error)))],
    };
    let faults: serde_json::Map<_, _> = faults.into_iter().map(|(field, fault)| (field, fault.into())).collect();
    axum::Json(serde_json::json!({ "response_action": "errors", "errors": faults })).into_response()
}
