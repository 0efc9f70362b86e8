//! Mentions and direct messages.

use std::sync::Arc;

use super::delivery::{Answer, Taken};
use super::{Door, tell};
use crate::command::{self, Caller, Via};
use crate::domain::effect::{Effect, Place};
use crate::domain::transcript::Message;
use crate::slack::delivery::{Event, Replied, Written};
use crate::store::Job;

impl Taken for Event {
    const DOOR: &'static str = "events";

    async fn take(self, door: &Door) -> Answer {
        match self {
            Self::Verification(challenge) => Answer::Words(challenge),
            Self::Other => Answer::Nothing,
            Self::Replied(replied) => carry(door, replied).await,
            Self::Written(written) if written.direct => direct(door, written).await,
            Self::Written(written) => {
                mention(door.clone(), written);
                Answer::Nothing
            }
        }
    }
}

/// A reply in a thread that is kept in step with its issue: carried there. All others are nobody's business, and cost no look at the
/// store.
async fn carry(door: &Door, replied: Replied) -> Answer {
    let Replied { event_id, team, channel, thread, message } = replied;
    let Some(of) = door.0.ctx.now().in_step.load().get(&(channel.clone(), thread)).cloned() else {
        return Answer::Nothing;
    };
    let Some(message) = Message::read(&message) else {
        return Answer::Nothing;
    };
    let (name, key) = (format!("reply:{team}:{channel}:{}", message.ts), format!("carry:{channel}:{}", message.ts));
    let job = Job { key, effect: Effect::Carry { of, message: Box::new(message) } };
    match door.0.ctx.now().store.take(&[format!("event:{event_id}"), name], &[job], door.0.clock.now()).await {
        Ok(_) => Answer::Nothing,
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "a reply was not recorded; Slack will repeat it");
            Answer::Failed
        }
    }
}

/// A direct message: its answer is an effect, so the question is recorded before it is acknowledged.
async fn direct(door: &Door, written: Written) -> Answer {
    let Written { event_id, team, channel, user, text, ts, thread, .. } = written;
    let name = format!("message:{team}:{channel}:{ts}");
    let place = Place { channel, thread };
    let now = door.0.clock.now();
    if let Err(error) = door.0.limit.count(&team, &user) {
        // Not a job: somebody who writes too fast would only be answered for minutes on end.
        let slack = Arc::clone(&door.0.slack);
        door.0.tasks.spawn(async move {
            tell::whisper(&slack, &place, &user, &command::apology(&error.into())).await;
        });
        return Answer::Nothing;
    }
    let effect = Effect::Answer { person: user, team, place, text, at: now.timestamp_millis() };
    let job = Job { key: format!("answer:{name}"), effect };
    match door.0.ctx.now().store.take(&[format!("event:{event_id}"), name], &[job], now).await {
        Ok(_) => Answer::Nothing,
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "a direct message was not recorded; Slack will repeat it");
            Answer::Failed
        }
    }
}

/// A mention: answered for the one who wrote it alone, in the same thread.
fn mention(door: Door, written: Written) {
    let Written { event_id, team, channel, user, text, ts, thread, .. } = written;
    if !door.0.once.first(&[&["event", &event_id], &["mention", &team, &channel, &ts]]) {
        return;
    }
    let tasks = door.0.tasks.clone();
    tasks.spawn(async move {
        let key = format!("message:{team}:{channel}:{ts}");
        let place = Place { channel, thread };
        let parsed = door.0.limit.count(&team, &user).and_then(|()| command::parse_said(&text));
        let caller = Caller { person: user, team, place, via: Via::Mention, at: door.0.clock.now(), key };
        let reply = command::say(&door.0.ctx.now(), &caller, parsed).await;
        tell::whisper(&door.0.slack, &caller.place, &caller.person, &reply).await;
    });
}
