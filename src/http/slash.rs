//! Slash commands.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::{ACK_BUDGET, Door, empty, tell, windows};
use crate::command::{self, Caller, Outcome, Via};
use crate::domain::effect::Place;
use crate::domain::reply::Reply;
use crate::slack::delivery::SlashCommand;
use crate::slack::request::Signed;
use crate::slack::{Shown, blocks};

/// Answers a slash command: in the HTTP answer itself when the reply is ready in time, else at its response address.
pub(super) async fn take(State(door): State<Door>, Signed(delivery): Signed<SlashCommand>) -> Response {
    if !door.0.once.first(&[&["trigger", &delivery.trigger_id]]) {
        return empty();
    }
    let SlashCommand { team_id, channel_id, user_id, command, text, response_url, trigger_id } = delivery;
    let parsed = door.0.limit.count(&team_id, &user_id).and_then(|()| match command.trim_start_matches('/') {
        "firstmate" if text.trim().is_empty() => command::parse("help"),
        "firstmate" => command::parse(&text),
        name => command::parse(&format!("{name} {text}")),
    });
    let caller = Caller {
        person: user_id,
        team: team_id,
        place: Place { channel: channel_id, thread: None },
        via: Via::Slash,
        at: door.0.clock.now(),
        key: format!("slash:{trigger_id}"),
    };
    let (ctx, who) = (door.0.ctx.clone(), caller.clone());
    let mut work = door.0.tasks.spawn(async move { command::answer(&ctx, &who, parsed).await });
    let outcome = tokio::time::timeout(ACK_BUDGET, &mut work).await;
    if let Ok(Ok(Outcome::Say(reply))) = &outcome {
        return ephemeral(reply);
    }
    let later = door.clone();
    let trigger = caller.key.trim_start_matches("slash:").to_owned();
    match outcome {
        // Only when the process ends; what panics inside a command is caught there.
        Ok(Err(_)) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Ok(Ok(outcome)) => {
            door.0.tasks.spawn(async move { later.follow(&caller, &trigger, &response_url, outcome).await })
        }
        Err(_) => door.0.tasks.spawn(async move {
            if let Ok(outcome) = work.await {
                later.follow(&caller, &trigger, &response_url, outcome).await;
            }
        }),
    };
    empty()
}

impl Door {
    /// Shows what came of a command that was acknowledged before.
    async fn follow(&self, caller: &Caller, trigger: &str, response_url: &str, outcome: Outcome) {
        let reply = match outcome {
            Outcome::Say(reply) => Some(reply),
            Outcome::Open(opening) => windows::begin(self, caller, trigger, opening).await,
        };
        if let Some(reply) = reply {
            tell::respond(&self.0.slack, response_url, &reply, Shown::Below).await;
        }
    }
}

/// A reply in the answer to a slash command. That only its author sees it is Slack's default, said all the same.
fn ephemeral(reply: &Reply) -> Response {
    #[derive(serde::Serialize)]
    struct Answer {
        response_type: &'static str,
        #[serde(flatten)]
        message: blocks::Message,
    }
    let answer = Answer { response_type: "ephemeral", message: blocks::message(reply) };
    match serde_json::to_vec(&answer) {
        Ok(body) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
        Err(error) => {
            tracing::error!(%error, "a reply cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
