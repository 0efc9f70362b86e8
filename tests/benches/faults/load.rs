//! Mixed load, as people make it: direct messages, slash commands whose answers are shown to everyone, mentions, and issues from threads.
//! Each goes on at their own pace, whatever becomes of the bot. It must not know what goes wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use chrono::Utc;
use firstmate::playground::{Delivered, Delivery, Playground, Setup};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::filer;
use crate::owed::Owed;
use crate::rest;
use crate::stage::{self, Now, REPEATS, Stage};

/// The fake workspace, as its ids stand in keys.
const TEAM: &str = "T01SKMNPRUG";
const GENERAL: &str = "C01RF4SPNDD";

/// What people ask: answered, not answered, and something that is not to be answered.
const QUESTIONS: [&str; 4] = [
    "is there an SLA",
    "how do I get access to the smaug cluster",
    "what is the meaning of life",
    "when is the next meeting",
];

/// How many people do what; they are told apart by their numbers.
const WRITERS: usize = 8;
const SHARERS: usize = 2;
const MENTIONERS: usize = 2;
const FILERS: usize = 3;

/// How long a person rests between two things. A channel takes one message a second.
const WRITER_RESTS: Duration = Duration::from_millis(1_400);
const SHARER_RESTS: Duration = Duration::from_millis(2_600);
const MENTIONER_RESTS: Duration = Duration::from_millis(1_700);
const FILER_RESTS: Duration = Duration::from_millis(2_500);

/// How long somebody who pressed looks whether they are told that it did not work.
const TOLD_WITHIN: Duration = Duration::from_secs(1);

/// One message in so many is repeated under another id when it was taken already, as Slack does
/// (<https://github.com/slackapi/node-slack-sdk/issues/2141>).
const REPEATED: usize = 4;

/// People at work.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    people: JoinSet<()>,
}

/// What one person works with.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) world: Arc<Playground>,
    pub(crate) owed: Arc<Owed>,
    pub(crate) number: usize,
    stop: Arc<AtomicBool>,
}

impl Desk {
    pub(crate) fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    pub(crate) fn handle(&self) -> String {
        stage::handle(self.number)
    }
}

impl Load {
    /// Sends people to work. With `slowly`, each rests so many times longer.
    pub(crate) fn begin(stage: &Stage, owed: &Arc<Owed>, slowly: u32) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let mut people = JoinSet::new();
        let desk =
            |number| Desk { world: Arc::clone(&stage.world), owed: Arc::clone(owed), number, stop: Arc::clone(&stop) };
        let mut numbers = 0..stage::PEOPLE;
        for number in numbers.by_ref().take(WRITERS) {
            people.spawn(writes(desk(number), WRITER_RESTS * slowly));
        }
        for number in numbers.by_ref().take(SHARERS) {
            people.spawn(shares(desk(number), SHARER_RESTS * slowly));
        }
        for number in numbers.by_ref().take(MENTIONERS) {
            people.spawn(mentions(desk(number), MENTIONER_RESTS * slowly));
        }
        for number in numbers.by_ref().take(FILERS) {
            people.spawn(filer::files(desk(number), FILER_RESTS * slowly));
        }
        Self { stop, people }
    }

    /// Lets everybody end what they are at.
    pub(crate) async fn end(self) {
        self.stop.store(true, Ordering::Relaxed);
        for ended in self.people.join_all().await {
            let () = ended;
        }
    }
}

async fn writes(desk: Desk, rests: Duration) {
    for place in 0.. {
        if desk.is_over() {
            return;
        }
        write(&desk.world, &desk.owed, desk.number, QUESTIONS[place % QUESTIONS.len()], place % REPEATED == 0).await;
        rest(rests).await;
    }
}

/// Sends a direct message as Slack does: again when it is not taken, marked as that; and when it was, now and then once more under
/// another id. Answers whether it was taken.
pub(crate) async fn write(world: &Playground, owed: &Owed, number: usize, text: &str, repeated: bool) -> bool {
    static SERIAL: AtomicUsize = AtomicUsize::new(1);
    let serial = || SERIAL.fetch_add(1, Ordering::Relaxed);
    let (channel, ts) = (stage::direct(number), format!("{}.{:06}", Utc::now_here().timestamp(), serial() % 1_000_000));
    let body = |event_id: usize| event(event_id, number, &channel, text, &ts);
    let first = serial();
    let mut taken = send(world, &body(first), None).await;
    for (try_number, pause) in REPEATS.iter().enumerate() {
        if taken {
            break;
        }
        rest(*pause).await;
        taken = send(world, &body(first), Some(try_number + 1)).await;
    }
    if taken {
        owed.message(format!("answer:message:{TEAM}:{channel}:{ts}"));
        if repeated {
            send(world, &body(serial()), None).await;
        }
    }
    taken
}

fn event(event_id: usize, number: usize, channel: &str, text: &str, ts: &str) -> String {
    let person = stage::person(number);
    let event = json!({
        "type": "message", "channel": channel, "user": person, "text": text, "ts": ts, "event_ts": ts, "team": TEAM,
        "channel_type": "im", "client_msg_id": format!("00000000-0000-4000-8000-{event_id:012}"),
    });
    json!({
        "team_id": TEAM, "api_app_id": "A0FIRSTMATE", "event": event, "type": "event_callback",
        "event_id": format!("EvF{event_id:08}"), "event_time": 0,
        "authorizations": [{"team_id": TEAM, "user_id": "U0FIRSTMATE", "is_bot": true, "is_enterprise_install": false}],
    })
    .to_string()
}

async fn send(world: &Playground, body: &str, retry: Option<usize>) -> bool {
    const PATH: &str = "/slack/events";
    const TYPE: &str = "application/json";
    let Some(number) = retry else {
        return world.send_signed(PATH, TYPE, body).await.status == 200;
    };
    let at = (Setup::new(Arc::new(std::time::SystemTime::now)).signed_at)();
    let mut headers = world.signed_headers(TYPE, body.as_bytes(), at);
    headers.push(("x-slack-retry-num".to_owned(), number.to_string()));
    headers.push(("x-slack-retry-reason".to_owned(), "http_error".to_owned()));
    let delivered = Delivered { status: 0, body: String::new() };
    let repeat = Delivery { path: PATH.to_owned(), headers, body: body.to_owned(), delivered };
    // By the socket, where there is one.
    world.send_again(&repeat).await.status == 200
}

/// Asks with a slash command and shows everyone the answer.
async fn shares(desk: Desk, rests: Duration) {
    let (handle, mut shown) = (desk.handle(), String::new());
    while !desk.is_over() {
        let here = desk.world.as_(&handle).in_("#general");
        here.types(&format!("/onboard {}", QUESTIONS[0])).await;
        if let Some(ts) = newest_with_button(&here.messages()).filter(|ts| *ts != shown) {
            // Somebody who is told that it did not work presses again.
            for pause in REPEATS {
                let told = apologies(&here.messages());
                let taken = here.presses("Show everyone").await.status == 200;
                rest(TOLD_WITHIN).await;
                if taken && apologies(&here.messages()) == told {
                    desk.owed.message(format!("share:{TEAM}:{GENERAL}:{ts}"));
                    break;
                }
                rest(pause).await;
            }
            shown = ts;
        }
        rest(rests).await;
    }
}

/// How often somebody was told that something went wrong. A press is acknowledged in any case, and this is how its failure is told.
fn apologies(messages: &[Value]) -> usize {
    messages.iter().filter(|message| message["text"].as_str().is_some_and(|text| text.contains("went wrong"))).count()
}

/// The newest message whose answer can be shown to everyone.
fn newest_with_button(messages: &[Value]) -> Option<String> {
    let found = messages.iter().rev().find(|message| message["blocks"].to_string().contains("onboard.share"))?;
    found["ts"].as_str().map(str::to_owned)
}

/// Mentions the bot and asks a cluster: nothing is owed for either, but both cost something.
async fn mentions(desk: Desk, rests: Duration) {
    let handle = desk.handle();
    while !desk.is_over() {
        let here = desk.world.as_(&handle).in_("#support");
        here.types(&format!("@firstmate {}", QUESTIONS[1])).await;
        rest(rests).await;
        here.types("/cluster smaug get pods").await;
        rest(rests).await;
    }
}
