//! Buttons and forms.

use std::sync::Arc;

use super::delivery::{Answer, Taken};
use super::windows::{begin, not_opened, show, turn};
use super::{Door, tell};
use crate::command::{self, Caller, Filled, Press, Pressed, Submitted, Via};
use crate::domain::effect::Place;
use crate::domain::reply::Form;
use crate::slack::delivery::{self, Interaction};
use crate::slack::{Shown, blocks, window};

impl Taken for Interaction {
    const DOOR: &'static str = "interactions";

    async fn take(self, door: &Door) -> Answer {
        match self {
            Self::Pressed(pressed) => press(door, pressed).await,
            Self::Submitted(submitted) => submit(door, submitted).await,
            Self::Shortcut(shortcut) => open(door, shortcut),
            Self::Other => Answer::Nothing,
        }
    }
}

async fn press(door: &Door, pressed: delivery::Pressed) -> Answer {
    if !door.0.once.first(&[&["press", &pressed.trigger, &pressed.action]]) {
        return Answer::Nothing;
    }
    let delivery::Pressed { team, user, channel, thread, message, action, value, trigger, response_url, window } =
        pressed;
    let (view, memo, values) = match window {
        Some(window) => (Some(window.id), window.memo, window.values),
        None => (None, String::new(), Vec::new()),
    };
    let (message, carried) = (format!("{team}:{channel}:{message}"), memo.clone());
    let press = Press { action, value, response_url: response_url.clone(), message, memo, values };
    let place = Place { channel, thread };
    let caller =
        Caller { person: user, team, place, via: Via::Press, at: door.0.clock.now(), key: format!("press:{trigger}") };
    // A task of its own, so that a press is not lost when Slack hangs up. It is recorded before the acknowledgement; what is to
    // be seen of it follows after.
    let (bot, who) = (door.clone(), caller.clone());
    let work = door.0.tasks.spawn(async move {
        match bot.0.limit.count(&who.team, &who.person) {
            Ok(()) => command::press(&bot.0.ctx.now(), &who, &press).await,
            Err(error) => Err(error.into()),
        }
    });
    let Ok(outcome) = work.await else {
        return Answer::Failed;
    };
    let window = view.map(|view| (view, carried));
    let shown = Follow { door: door.clone(), caller, trigger, response_url, window };
    door.0.tasks.spawn(async move { shown.follow(outcome).await });
    Answer::Nothing
}

/// Opens the window of a shortcut; nothing is done yet.
fn open(door: &Door, shortcut: delivery::Shortcut) -> Answer {
    let delivery::Shortcut { team, user, action, channel, message, thread, words, trigger, response_url } = shortcut;
    if !door.0.once.first(&[&["press", &trigger, &action]]) {
        return Answer::Nothing;
    }
    let place = Place { channel, thread };
    let key = format!("press:{trigger}");
    let caller = Caller { person: user, team, place, via: Via::Press, at: door.0.clock.now(), key };
    let bot = door.clone();
    door.0.tasks.spawn(async move {
        let outcome = match bot.0.limit.count(&caller.team, &caller.person) {
            Ok(()) => command::shortcut(&bot.0.ctx.now(), &caller, &action, &message, &words).await,
            Err(error) => Err(error.into()),
        };
        Follow { door: bot, caller, trigger, response_url, window: None }.follow(outcome).await;
    });
    Answer::Nothing
}

/// What is needed to show what came of a press.
struct Follow {
    door: Door,
    caller: Caller,
    trigger: String,
    response_url: Option<String>,
    /// The window in which it was pressed, and what that carries along.
    window: Option<(String, String)>,
}

impl Follow {
    async fn follow(self, outcome: command::Result<Pressed>) {
        let slack = Arc::clone(&self.door.0.slack);
        let said = match outcome {
            Ok(Pressed::Nothing) => None,
            Ok(Pressed::Instead(reply)) => Some((reply, Shown::Instead)),
            Ok(Pressed::Below(reply)) => Some((reply, Shown::Below)),
            // What is shown stays when there is nothing to be shown in its place.
            Ok(Pressed::Later(page)) => Some(match command::turn(&self.door.0.ctx.now(), &self.caller, &page).await {
                Ok(reply) => (reply, Shown::Instead),
                Err(error) => (command::apology(&error), Shown::Below),
            }),
            Ok(Pressed::Open(form)) => {
                slack.open(&self.trigger, &form).await.err().map(|failure| (not_opened(&failure), Shown::Below))
            }
            Ok(Pressed::Begin(opening)) => {
                begin(&self.door, &self.caller, &self.trigger, opening).await.map(|reply| (reply, Shown::Below))
            }
            Ok(Pressed::Turn { first, draft }) => {
                if let Some((view, _)) = &self.window {
                    if let Some(first) = first {
                        show(&slack, view, &first).await;
                    }
                    let form = command::load(&self.door.0.ctx.now(), &self.caller, *draft).await;
                    show(&slack, view, &form).await;
                }
                None
            }
            Err(error) => match self.window {
                // A press in a window has no address for replies: the window says it.
                Some((view, memo)) => {
                    show(&slack, &view, &command::apologetic(&command::apology(&error), memo)).await;
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

async fn submit(door: &Door, submitted: delivery::Submitted) -> Answer {
    let delivery::Submitted { team, user, action, memo, view, values } = submitted;
    let carried = memo.clone();
    let filled = Filled { action, memo, view: view.clone(), values };
    let place = Place { channel: String::new(), thread: None };
    let key = format!("form:{view}");
    let caller = Caller { person: user, team, place, via: Via::Press, at: door.0.clock.now(), key };
    let (bot, who) = (door.clone(), caller.clone());
    let field = filled.values.first().map(|(name, _)| name.clone()).unwrap_or_default();
    let work = door.0.tasks.spawn(async move { command::submit(&bot.0.ctx.now(), &who, &filled).await });
    let Ok(outcome) = work.await else {
        return Answer::Failed;
    };
    match outcome {
        Ok(Submitted::Update(form)) => update(&form),
        Ok(Submitted::Turn { first, draft }) => update(&turn(door, caller, view, first, *draft).await),
        Ok(Submitted::Faults(faults)) => errors(faults),
        // Below the field, so that what was written there is not lost; a window without one says it itself.
        Err(error) if field.is_empty() => update(&command::apologetic(&command::apology(&error), carried)),
        Err(error) => errors(vec![(field, blocks::words(&command::apology(&error)))]),
    }
}

fn update(form: &Form) -> Answer {
    Answer::json(&serde_json::json!({ "response_action": "update", "view": window::modal(form) }))
}

fn errors(faults: Vec<(String, String)>) -> Answer {
    let faults: serde_json::Map<_, _> = faults.into_iter().map(|(field, fault)| (field, fault.into())).collect();
    Answer::json(&serde_json::json!({ "response_action": "errors", "errors": faults }))
}
