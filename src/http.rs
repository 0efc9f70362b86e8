//! The doors: what comes in is verified, answered within Slack's patience, and taken once.
//!
//! A delivery without an effect never touches the store: its repeats are remembered here, in bounded memory. One with an effect
//! is recorded before it is acknowledged. Knows the commands only as a line of text in and a reply out.

use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use moka::sync::Cache;
use tokio_util::task::TaskTracker;

use crate::command::{self, Caller, Ctx, Filled, Press, Pressed, Submitted, UserError, Via};
use crate::domain::clock::Clock;
use crate::domain::effect::{Effect, Place};
use crate::domain::reply::Reply;
use crate::slack::request::{Event, Interaction, Signed, SlashCommand, Verifier, Written};
use crate::slack::{Failure, Shown, Slack, blocks, request};
use crate::store::Job;

/// How long a slash command may take to ride in the HTTP answer itself. Slack waits 3 s
/// (<https://docs.slack.dev/interactivity/implementing-slash-commands>); the rest is for the way.
const ACK_BUDGET: Duration = Duration::from_millis(800);

/// Deliveries remembered, so that a repeat of one has no second answer. At 30,000 events an hour, Slack's own limit
/// (<https://docs.slack.dev/apis/events-api>), half an hour of them.
const REMEMBERED: u64 = 16_384;

/// How long they are remembered: Slack's last repeat comes after 5 minutes.
const REMEMBERED_FOR: Duration = Duration::from_secs(15 * 60);

/// Tries at an answer that only one person sees, and the wait before each of the others.
const WHISPERS: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(5),
];

/// The bot as its doors see it; cheap to clone.
#[derive(Clone)]
pub struct Door(Arc<Inner>);

struct Inner {
    ctx: Ctx,
    slack: Arc<Slack>,
    clock: Clock,
    verifier: Verifier,
    tasks: TaskTracker,
    limit: Option<DefaultKeyedRateLimiter<u64>>,
    repeats: Cache<u64, ()>,
    hasher: RandomState,
}

impl std::fmt::Debug for Door {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Door")
    }
}

impl FromRef<Door> for Verifier {
    fn from_ref(door: &Door) -> Self {
        door.0.verifier.clone()
    }
}

impl Door {
    /// A door to `ctx` that lets each person give `per_person` commands a minute; 0 is no limit. What goes on after an
    /// acknowledgement is counted in `tasks`.
    pub fn new(
        ctx: Ctx,
        slack: Arc<Slack>,
        clock: Clock,
        verifier: Verifier,
        tasks: TaskTracker,
        per_person: u32,
    ) -> Self {
        let limit =
            NonZeroU32::new(per_person).map(|limit| RateLimiter::keyed(Quota::per_minute(limit)));
        let repeats = Cache::builder()
            .max_capacity(REMEMBERED)
            .time_to_live(REMEMBERED_FOR)
            .build();
        Self(Arc::new(Inner {
            ctx,
            slack,
            clock,
            verifier,
            tasks,
            limit,
            repeats,
            hasher: RandomState::new(),
        }))
    }

    /// All routes.
    pub fn router(self) -> Router {
        Router::new()
            .route("/slack/commands", post(slash))
            .route("/slack/events", post(event))
            .route("/slack/interactions", post(interaction))
            .route("/healthz", get(|| async { "alive" }))
            .route("/readyz", get(ready))
            .with_state(self)
    }

    /// Whether none of `names` was seen before; all of them have been now.
    fn first(&self, names: &[&[&str]]) -> bool {
        names.iter().fold(true, |first, name| {
            let fresh = self
                .0
                .repeats
                .entry(self.0.hasher.hash_one(name))
                .or_insert(())
                .is_fresh();
            first && fresh
        })
    }

    /// Counts a command of this person.
    fn allow(&self, team: &str, person: &str) -> Result<(), UserError> {
        let Some(limit) = &self.0.limit else {
            return Ok(());
        };
        limit
            .check_key(&self.0.hasher.hash_one((team, person)))
            .map_err(|not_until| {
                let wait = not_until.wait_time_from(DefaultClock::default().now());
                UserError::TooFast {
                    seconds: wait.as_secs() + 1,
                }
            })
    }

    /// Forgets whom nobody heard of for a minute, so that the table of people stays as small as the crowd.
    pub fn sweep(&self) {
        if let Some(limit) = &self.0.limit {
            limit.retain_recent();
            limit.shrink_to_fit();
        }
    }

    async fn respond(&self, url: &str, reply: &Reply, shown: Shown) {
        if let Err(failure) = self.0.slack.respond(url, reply, shown).await {
            tracing::warn!(%failure, "a reply was not taken at its response address");
        }
    }

    /// Shows `reply` to one person, trying again where Slack is in trouble.
    #[expect(
        clippy::disallowed_methods,
        reason = "waiting before the next try is the point"
    )]
    async fn whisper(&self, place: &Place, person: &str, reply: &Reply) {
        for wait in WHISPERS {
            tokio::time::sleep(wait).await;
            match self.0.slack.whisper(place, person, reply).await {
                Ok(()) => return,
                Err(failure @ (Failure::Refused(_) | Failure::NoToken)) => {
                    tracing::warn!(channel = %place.channel, %failure, "an answer cannot be shown");
                    return;
                }
                Err(Failure::Limited(wait)) => tokio::time::sleep(wait.min(REMEMBERED_FOR)).await,
                Err(failure) => {
                    tracing::info!(channel = %place.channel, %failure, "an answer is shown at the next try")
                }
            }
        }
        tracing::warn!(channel = %place.channel, "an answer could not be shown");
    }
}

/// Nothing to say, or not yet.
fn empty() -> Response {
    StatusCode::OK.into_response()
}

async fn ready(State(door): State<Door>) -> Response {
    match door.0.ctx.store.ping().await {
        Ok(()) => "ready".into_response(),
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer").into_response()
        }
    }
}

async fn slash(State(door): State<Door>, Signed(delivery): Signed<SlashCommand>) -> Response {
    if !door.first(&[&["trigger", &delivery.trigger_id]]) {
        return empty();
    }
    let SlashCommand {
        team_id,
        channel_id,
        user_id,
        command,
        text,
        response_url,
        ..
    } = delivery;
    let parsed =
        door.allow(&team_id, &user_id)
            .and_then(|()| match command.trim_start_matches('/') {
                "firstmate" if text.trim().is_empty() => command::parse("help"),
                "firstmate" => command::parse(&text),
                name => command::parse(&format!("{name} {text}")),
            });
    let caller = Caller {
        person: user_id,
        team: team_id,
        place: Place {
            channel: channel_id,
            thread: None,
        },
        via: Via::Slash,
        at: door.0.clock.now(),
    };
    let ctx = door.0.ctx.clone();
    let mut work = door
        .0
        .tasks
        .spawn(async move { command::answer(&ctx, &caller, parsed).await });
    match tokio::time::timeout(ACK_BUDGET, &mut work).await {
        Ok(reply) => ephemeral(&finished(reply)),
        Err(_) => {
            let later = door.clone();
            door.0.tasks.spawn(async move {
                let reply = finished(work.await);
                later.respond(&response_url, &reply, Shown::Below).await;
            });
            empty()
        }
    }
}

/// What came of a command, even if it panicked.
fn finished(reply: Result<Reply, tokio::task::JoinError>) -> Reply {
    reply.unwrap_or_else(|error| command::apology(&anyhow::anyhow!("{error}").into()))
}

/// A reply in the answer to a slash command. That only its author sees it is Slack's default, said all the same.
fn ephemeral(reply: &Reply) -> Response {
    #[derive(serde::Serialize)]
    struct Answer {
        response_type: &'static str,
        #[serde(flatten)]
        message: blocks::Message,
    }
    let answer = Answer {
        response_type: "ephemeral",
        message: blocks::message(reply),
    };
    match serde_json::to_vec(&answer) {
        Ok(body) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
        Err(error) => {
            tracing::error!(%error, "a reply cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn event(State(door): State<Door>, Signed(delivery): Signed<Event>) -> Response {
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
    let effect = match door.allow(&team, &user) {
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
    if !door.first(&[&["event", &event_id], &["mention", &team, &channel, &ts]]) {
        return;
    }
    let tasks = door.0.tasks.clone();
    tasks.spawn(async move {
        let place = Place { channel, thread };
        let parsed = door
            .allow(&team, &user)
            .and_then(|()| command::parse_said(&text));
        let caller = Caller {
            person: user,
            team,
            place,
            via: Via::Mention,
            at: door.0.clock.now(),
        };
        let reply = command::answer(&door.0.ctx, &caller, parsed).await;
        door.whisper(&caller.place, &caller.person, &reply).await;
    });
}

async fn interaction(State(door): State<Door>, Signed(delivery): Signed<Interaction>) -> Response {
    match delivery {
        Interaction::Pressed(pressed) => press(door, pressed).await,
        Interaction::Submitted(submitted) => submit(&door, submitted).await,
        Interaction::Other => empty(),
    }
}

async fn press(door: Door, pressed: request::Pressed) -> Response {
    if !door.first(&[&["press", &pressed.trigger, &pressed.action]]) {
        return empty();
    }
    let request::Pressed {
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
    let outcome = match door.allow(&caller.team, &caller.person) {
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

async fn submit(door: &Door, submitted: request::Submitted) -> Response {
    let request::Submitted {
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
            let form = crate::domain::reply::Form {
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
