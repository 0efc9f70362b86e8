//! Mentions and direct messages.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::{Door, empty};
use crate::command::{self, Caller, Via};
use crate::domain::effect::{Effect, Place};
use crate::domain::reply::Reply;
use crate::slack::delivery::{Event, Written};
use crate::slack::request::Signed;
use crate::slack::{Failure, Slack};
use crate::store::Job;

/// Tries at an answer that only one person sees, and the wait before each.
const WHISPERS: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(5),
];

/// Longest wait that Slack may ask for between them; after that the question is asked anew.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);

/// Takes what happened in the workspace.
pub(super) async fn take(State(door): State<Door>, Signed(delivery): Signed<Event>) -> Response {
    match delivery {
        Event::Verification(challenge) => challenge.into_response(),
        Event::Other => empty(),
        Event::Written(written) if written.direct => direct(&door, written).await,
        Event::Written(written) => {
            mention(door, written);
            empty()
        }
    }
}

/// A direct message: its answer is an effect, so the question is recorded before it is acknowledged.
async fn direct(door: &Door, written: Written) -> Response {
    let Written {
        event_id,
        team,
        channel,
        user,
        text,
        ts,
        thread,
        ..
    } = written;
    let name = format!("message:{team}:{channel}:{ts}");
    let place = Place { channel, thread };
    let now = door.0.clock.now();
    let effect = match door.0.limit.count(&team, &user) {
        Ok(()) => Effect::Answer {
            person: user,
            team,
            place,
            text,
            at: now.timestamp_millis(),
        },
        Err(error) => Effect::Post {
            place,
            reply: command::apology(&error.into()),
            tell: None,
        },
    };
    let job = Job {
        key: format!("answer:{name}"),
        effect,
    };
    match door
        .0
        .ctx
        .store
        .take(&[format!("event:{event_id}"), name], &[job], now)
        .await
    {
        Ok(_) => empty(),
        Err(error) => {
            tracing::error!(
                error = format!("{error:#}"),
                "a direct message was not recorded; Slack will repeat it"
            );
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A mention: answered for the one who wrote it alone, in the same thread.
fn mention(door: Door, written: Written) {
    let Written {
        event_id,
        team,
        channel,
        user,
        text,
        ts,
        thread,
        ..
    } = written;
    if !door
        .0
        .once
        .first(&[&["event", &event_id], &["mention", &team, &channel, &ts]])
    {
        return;
    }
    let tasks = door.0.tasks.clone();
    tasks.spawn(async move {
        let place = Place { channel, thread };
        let parsed = door
            .0
            .limit
            .count(&team, &user)
            .and_then(|()| command::parse_said(&text));
        let caller = Caller {
            person: user,
            team,
            place,
            via: Via::Mention,
            at: door.0.clock.now(),
        };
        let reply = command::answer(&door.0.ctx, &caller, parsed).await;
        whisper(&door.0.slack, &caller.place, &caller.person, &reply).await;
    });
}

/// Shows `reply` to one person, trying again where Slack is in trouble.
#[expect(
    clippy::disallowed_methods,
    reason = "waiting before the next try is the point"
)]
async fn whisper(slack: &Slack, place: &Place, person: &str, reply: &Reply) {
    for wait in WHISPERS {
        tokio::time::sleep(wait).await;
        match slack.whisper(place, person, reply).await {
            Ok(()) => return,
            Err(failure @ (Failure::Refused(_) | Failure::NoToken)) => {
                tracing::warn!(channel = %place.channel, %failure, "an answer cannot be shown");
                return;
            }
            Err(Failure::Limited(wait)) => tokio::time::sleep(wait.min(LONGEST_WAIT)).await,
            Err(failure) => {
                tracing::info!(channel = %place.channel, %failure, "an answer is shown at the next try")
            }
        }
    }
    tracing::warn!(channel = %place.channel, "an answer could not be shown");
}
