//! Slash commands.

use std::sync::Arc;
use std::task::Poll;

use tokio::task::{JoinError, JoinHandle};
use tokio_util::task::TaskTracker;

use super::delivery::{Answer, Taken};
use super::{ACK_BUDGET, Door, tell, windows};
use crate::command::{self, Caller, Outcome, Via};
use crate::domain::effect::Place;
use crate::domain::reply::Reply;
use crate::slack::delivery::SlashCommand;
use crate::slack::{Shown, blocks};

/// What stands before the trigger in the name of a delivery.
const KEY: &str = "slash:";

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
        key: format!("{KEY}{trigger_id}"),
    };
    let caller = Arc::new(caller);
    let (ctx, who, later) = (door.0.ctx.now(), Arc::clone(&caller), door.clone());
    let work = async move { command::answer(&ctx, &who, parsed).await };
    match soon(&door.0.tasks, work).await {
        Ok(Ok(Outcome::Say(reply))) => return ephemeral(&reply),
        Ok(Ok(outcome)) => door.0.tasks.spawn(async move { later.follow(&caller, &response_url, outcome).await }),
        // Only when the process ends; what panics inside a command is caught there.
        Ok(Err(_)) => return Answer::Failed,
        Err(task) => door.0.tasks.spawn(async move {
            if let Ok(outcome) = task.await {
                later.follow(&caller, &response_url, outcome).await;
            }
        }),
    };
    Answer::Nothing
}

/// What comes of `work` within [`ACK_BUDGET`], else the task that goes on with it. Most commands wait for nothing: one look tells, and
/// spares them a task and a timer. What does wait is a task, so that it is not lost when Slack hangs up.
async fn soon(
    tasks: &TaskTracker,
    work: impl Future<Output = Outcome> + Send + 'static,
) -> Result<Result<Outcome, JoinError>, JoinHandle<Outcome>> {
    let mut work = Box::pin(work);
    if let Poll::Ready(outcome) = futures::poll!(&mut work) {
        return Ok(Ok(outcome));
    }
    let mut task = tasks.spawn(work);
    let ended = tokio::time::timeout(ACK_BUDGET, &mut task).await;
    ended.map_err(|_| task)
}

impl Door {
    /// Shows what came of a command that was acknowledged before.
    async fn follow(&self, caller: &Caller, response_url: &str, outcome: Outcome) {
        let reply = match outcome {
            Outcome::Say(reply) => Some(reply),
            Outcome::Open(opening) => windows::begin(self, caller, caller.key.trim_start_matches(KEY), opening).await,
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
