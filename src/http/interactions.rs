//! Buttons and forms.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::slash::ACK_BUDGET;
use super::{Door, empty, tell};
use crate::command::{self, Caller, Filled, Opening, Press, Pressed, Submitted, Via, issue};
use crate::domain::effect::Place;
use crate::domain::reply::{Form, Reply};
use crate::slack::delivery::{self, Interaction};
use crate::slack::request::Signed;
use crate::slack::{Failure, Shown, Slack, blocks, window};

/// How long after an answer the window it is for may be changed again: what Slack has not shown yet would cover the change.
const AFTER_THE_ANSWER: Duration = Duration::from_millis(500);

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
    let delivery::Pressed { team, user, channel, thread, message, action, value, trigger, response_url, window } =
        pressed;
    let (view, memo, values) = match window {
        Some(window) => (Some(window.id), window.memo, window.values),
        None => (None, String::new(), Vec::new()),
    };
    let message = format!("{team}:{channel}:{message}");
    let press = Press { action, value, response_url: response_url.clone(), message, memo, values };
    let place = Place { channel, thread };
    let caller =
        Caller { person: user, team, place, via: Via::Press, at: door.0.clock.now(), key: format!("press:{trigger}") };
    // A task of its own, so that a press is not lost when Slack hangs up. It is recorded before the acknowledgement; what is to
    // be seen of it follows after.
    let (bot, who) = (door.clone(), caller.clone());
    let work = door.0.tasks.spawn(async move {
        match bot.0.limit.count(&who.team, &who.person) {
            Ok(()) => command::press(&bot.0.ctx, &who, &press).await,
            Err(error) => Err(error.into()),
        }
    });
    let Ok(outcome) = work.await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let shown = Follow { door: door.clone(), caller, trigger, response_url, view };
    door.0.tasks.spawn(async move { shown.follow(outcome).await });
    empty()
}

/// Opens the window of a shortcut; nothing is done yet.
fn open(door: &Door, shortcut: delivery::Shortcut) -> Response {
    let delivery::Shortcut { team, user, action, channel, message, thread, words, trigger, response_url } = shortcut;
    if !door.0.once.first(&[&["press", &trigger, &action]]) {
        return empty();
    }
    let place = Place { channel, thread };
    let key = format!("press:{trigger}");
    let caller = Caller { person: user, team, place, via: Via::Press, at: door.0.clock.now(), key };
    let outcome = match door.0.limit.count(&caller.team, &caller.person) {
        Ok(()) => command::shortcut(&door.0.ctx, &caller, &action, &message, &words),
        Err(error) => Err(error.into()),
    };
    let shown = Follow { door: door.clone(), caller, trigger, response_url, view: None };
    door.0.tasks.spawn(async move { shown.follow(outcome).await });
    empty()
}

/// What is needed to show what came of a press.
struct Follow {
    door: Door,
    caller: Caller,
    trigger: String,
    response_url: Option<String>,
    view: Option<String>,
}

impl Follow {
    async fn follow(self, outcome: command::Result<Pressed>) {
        let slack = Arc::clone(&self.door.0.slack);
        let said = match outcome {
            Ok(Pressed::Nothing) => None,
            Ok(Pressed::Instead(reply)) => Some((reply, Shown::Instead)),
            Ok(Pressed::Below(reply)) => Some((reply, Shown::Below)),
            Ok(Pressed::Open(form)) => {
                slack.open(&self.trigger, &form).await.err().map(|failure| (not_opened(&failure), Shown::Below))
            }
            Ok(Pressed::Begin(opening)) => {
                begin(&self.door, &self.caller, &self.trigger, opening).await.map(|reply| (reply, Shown::Below))
            }
            Ok(Pressed::Turn { first, draft }) => {
                if let Some(view) = &self.view {
                    if let Some(first) = first {
                        show(&slack, view, &first).await;
                    }
                    let form = command::load(&self.door.0.ctx, &self.caller, *draft).await;
                    show(&slack, view, &form).await;
                }
                None
            }
            Err(error) => match &self.view {
                // A press in a window has no address for replies: the window says it.
                Some(view) => {
                    show(&slack, view, &window_of(&command::apology(&error))).await;
                    None
                }
                None => Some((command::apology(&error), Shown::Below)),
            },
        };
        if let (Some((reply, shown)), Some(url)) = (said, self.response_url) {
            tell::respond(&slack, &url, &reply, shown).await;
        }
    }
}

/// Opens a window at once and fills it when what is slow is done. Answers with what to tell where it did not open.
pub(super) async fn begin(door: &Door, caller: &Caller, trigger: &str, opening: Opening) -> Option<Reply> {
    let Opening { first, draft } = opening;
    match door.0.slack.open(trigger, &first).await {
        Ok(view) => {
            let form = command::load(&door.0.ctx, caller, *draft).await;
            show(&door.0.slack, &view, &form).await;
            None
        }
        Err(failure) => Some(not_opened(&failure)),
    }
}

/// Makes a window show something else. One that was closed meanwhile needs nothing any more.
async fn show(slack: &Slack, view: &str, form: &Form) {
    for _ in 0..2 {
        match slack.update_window(view, form).await {
            Ok(()) => return,
            Err(Failure::Refused(code)) if code == "not_found" => return,
            Err(failure @ (Failure::Refused(_) | Failure::NoToken)) => {
                tracing::warn!(%failure, "a window could not be filled");
                return;
            }
            // Doing it twice does it once.
            Err(failure) => tracing::info!(%failure, "a window could not be filled at once"),
        }
    }
}

fn window_of(reply: &Reply) -> Form {
    Form {
        action: "issue.sorry".to_owned(),
        title: "That did not work".to_owned(),
        submit: None,
        close: "Close".to_owned(),
        memo: String::new(),
        parts: reply.parts.clone(),
    }
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
    let filled = Filled { action, memo, view: view.clone(), values };
    let place = Place { channel: String::new(), thread: None };
    let key = format!("form:{view}");
    let caller = Caller { person: user, team, place, via: Via::Press, at: door.0.clock.now(), key };
    let (bot, who) = (door.clone(), caller.clone());
    let field = filled.values.first().map(|(name, _)| name.clone()).unwrap_or_default();
    let work = door.0.tasks.spawn(async move { command::submit(&bot.0.ctx, &who, &filled).await });
    let Ok(outcome) = work.await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    match outcome {
        Ok(Submitted::Update(form)) => update(&form),
        Ok(Submitted::Turn { first, draft }) => update(&turn(door, caller, view, first, *draft).await),
        Ok(Submitted::Faults(faults)) => errors(faults),
        // Below the field, so that what was written there is not lost; a window without one says it itself.
        Err(error) if field.is_empty() => update(&window_of(&command::apology(&error))),
        Err(error) => errors(vec![(field, blocks::words(&command::apology(&error)))]),
    }
}

/// What the window shows next: what follows if that is known in time, else something to look at until it is.
#[expect(clippy::disallowed_methods, reason = "Slack shows this answer when it has read it, and says nothing then")]
async fn turn(door: &Door, caller: Caller, view: String, first: Form, draft: issue::Draft) -> Form {
    let bot = door.clone();
    let mut work = door.0.tasks.spawn(async move { command::load(&bot.0.ctx, &caller, draft).await });
    if let Ok(Ok(form)) = tokio::time::timeout(ACK_BUDGET, &mut work).await {
        return form;
    }
    let later = door.clone();
    door.0.tasks.spawn(async move {
        tokio::time::sleep(AFTER_THE_ANSWER).await;
        if let Ok(form) = work.await {
            show(&later.0.slack, &view, &form).await;
        }
    });
    first
}

fn update(form: &Form) -> Response {
    axum::Json(serde_json::json!({ "response_action": "update", "view": window::modal(form) })).into_response()
}

fn errors(faults: Vec<(String, String)>) -> Response {
    let faults: serde_json::Map<_, _> = faults.into_iter().map(|(field, fault)| (field, fault.into())).collect();
    axum::Json(serde_json::json!({ "response_action": "errors", "errors": faults })).into_response()
}
