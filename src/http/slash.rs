//! Slash commands.

use super::delivery::{Answer, Taken};
use super::{ACK_BUDGET, Door, tell, windows};
use crate::command::{self, Caller, Outcome, Via};
use crate::domain::effect::Place;
use crate::domain::reply::Reply;
use crate::slack::delivery::SlashCommand;
use crate::slack::{Shown, blocks};

impl Taken for SlashCommand {
    const DOOR: &'static str = "commands";

    async fn take(self, door: &Door) -> Answer {
        answer(door, self).await
    }
}

/// Answers a slash command: in the acknowledgement itself when the reply is ready in time, else at its response address.
async fn answer(door: &Door, delivery: SlashCommand) -> Answer {
    if !door.0.once.first(&[&["trigger", &delivery.trigger_id]]) {
        return Answer::Nothing;
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
    let (ctx, who) = (door.0.ctx.now(), caller.clone());
    let mut work = door.0.tasks.spawn(async move { command::answer(&ctx, &who, parsed).await });
    let outcome = tokio::time::timeout(ACK_BUDGET, &mut work).await;
    if let Ok(Ok(Outcome::Say(reply))) = &outcome {
        return ephemeral(reply);
    }
    let later = door.clone();
    let trigger = caller.key.trim_start_matches("slash:").to_owned();
    match outcome {
        // Only when the process ends; what panics inside a command is caught there.
        Ok(Err(_)) => return Answer::Failed,
        Ok(Ok(outcome)) => {
            door.0.tasks.spawn(async move { later.follow(&caller, &trigger, &response_url, outcome).await })
        }
        Err(_) => door.0.tasks.spawn(async move {
            if let Ok(outcome) = work.await {
                later.follow(&caller, &trigger, &response_url, outcome).await;
            }
        }),
    };
    Answer::Nothing
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
fn ephemeral(reply: &Reply) -> Answer {
    #[derive(serde::Serialize)]
    struct Ephemeral {
        response_type: &'static str,
        #[serde(flatten)]
        message: blocks::Message,
    }
    Answer::json(&Ephemeral { response_type: "ephemeral", message: blocks::message(reply) })
}
