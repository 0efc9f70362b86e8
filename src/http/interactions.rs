//! Buttons and forms.

use axum::extract::State;
use axum::response::{IntoResponse, Response};

use super::{Door, empty};
use crate::command::{self, Caller, Filled, Press, Pressed, Submitted, Via};
use crate::domain::effect::Place;
use crate::domain::reply::{Form, Reply};
use crate::slack::delivery::{self, Interaction};
use crate::slack::request::Signed;
use crate::slack::{Shown, blocks};

/// Takes what was pressed or filled in.
pub(super) async fn take(
    State(door): State<Door>,
    Signed(delivery): Signed<Interaction>,
) -> Response {
    match delivery {
        Interaction::Pressed(pressed) => press(door, pressed).await,
        Interaction::Submitted(submitted) => submit(&door, submitted).await,
        Interaction::Other => empty(),
    }
}

async fn press(door: Door, pressed: delivery::Pressed) -> Response {
    if !door
        .0
        .once
        .first(&[&["press", &pressed.trigger, &pressed.action]])
    {
        return empty();
    }
    let delivery::Pressed {
        team,
        user,
        channel,
        thread,
        message,
        action,
        value,
        trigger,
        response_url,
    } = pressed;
    let press = Press {
        action,
        value,
        response_url: response_url.clone(),
        key: format!("press:{trigger}"),
        message: format!("{team}:{channel}:{message}:{user}"),
    };
    let place = Place { channel, thread };
    let caller = Caller {
        person: user,
        team,
        place,
        via: Via::Press,
        at: door.0.clock.now(),
    };
    // Recorded before the acknowledgement; what is to be seen of it follows after.
    let outcome = match door.0.limit.count(&caller.team, &caller.person) {
        Ok(()) => command::press(&door.0.ctx, &caller, &press).await,
        Err(error) => Err(error.into()),
    };
    let then = door.clone();
    door.0.tasks.spawn(async move {
        let shown = match outcome {
            Ok(Pressed::Nothing) => None,
            Ok(Pressed::Instead(reply)) => Some((reply, Shown::Instead)),
            Ok(Pressed::Below(reply)) => Some((reply, Shown::Below)),
            Ok(Pressed::Open(form)) => {
                then.0
                    .slack
                    .open(&trigger, &form)
                    .await
                    .err()
                    .map(|failure| {
                        tracing::warn!(%failure, "a window did not open");
                        (
                            Reply::text(
                                "The window did not open in time. Press the button once more.",
                            ),
                            Shown::Below,
                        )
                    })
            }
            Err(error) => Some((command::apology(&error), Shown::Below)),
        };
        if let (Some((reply, shown)), Some(url)) = (shown, response_url) {
            then.respond(&url, &reply, shown).await;
        }
    });
    empty()
}

async fn submit(door: &Door, submitted: delivery::Submitted) -> Response {
    let delivery::Submitted {
        team,
        user,
        action,
        memo,
        view,
        values,
    } = submitted;
    let filled = Filled {
        action,
        memo,
        view,
        values,
    };
    let place = Place {
        channel: String::new(),
        thread: None,
    };
    let caller = Caller {
        person: user,
        team,
        place,
        via: Via::Press,
        at: door.0.clock.now(),
    };
    let answer = match command::submit(&door.0.ctx, &caller, &filled).await {
        Ok(Submitted::Update(form)) => {
            serde_json::json!({ "response_action": "update", "view": blocks::modal(&form) })
        }
        Ok(Submitted::Faults(faults)) => {
            let faults: serde_json::Map<_, _> = faults
                .into_iter()
                .map(|(field, fault)| (field, fault.into()))
                .collect();
            serde_json::json!({ "response_action": "errors", "errors": faults })
        }
        Err(error) => {
            let form = Form {
                action: String::new(),
                title: "That did not work".to_owned(),
                submit: None,
                close: "Close".to_owned(),
                memo: String::new(),
                parts: command::apology(&error).parts,
            };
            serde_json::json!({ "response_action": "update", "view": blocks::modal(&form) })
        }
    };
    axum::Json(answer).into_response()
}
