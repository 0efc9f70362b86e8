//! Where the time of a slash command goes, by the stages of its way: the request read and its signature checked, the line parsed, the
//! catalogue searched, the reply put into words, the message rendered, and the rest of what happens between router and answer.
//!
//! What lies outside the bot, and would be the same for any bot, is left out: the kernel's network, and HTTP on the wire.

use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest as _, Request};
use chrono::NaiveDate;
use criterion::{BatchSize, Criterion};
use firstmate::catalogue::{Catalogue, Files};
use firstmate::command::{self, Caller, Ctx, Gaps, Knowledge, Live, Via};
use firstmate::domain::clock::Clock;
use firstmate::domain::effect::Place;
use firstmate::domain::reply::Reply;
use firstmate::github::{Access, GitHub, HookVerifier};
use firstmate::http::{Door, Ways};
use firstmate::search::Index;
use firstmate::slack::delivery::SlashCommand;
use firstmate::slack::request::{Delivery, Signed, Verifier};
use firstmate::slack::{Slack, blocks};
use firstmate::store::Store;
use futures::FutureExt as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http_body_util::BodyExt as _;
use mimalloc::MiMalloc;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

/// As in the program.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";

/// Stages that are measured by themselves; the names are those of the table.
const SIGNATURE: &str = "signature";
const PARSING: &str = "parsing";
const SEARCH: &str = "search";
/// Search and wording in one, since the command does them in one.
const ANSWER: &str = "answer";
const RENDERING: &str = "rendering";
const WHOLE: &str = "whole";

/// A line that was read, or what is wrong with it.
type Parsed = Result<command::Command, command::UserError>;

/// A delivery that is not looked into.
struct Unread;

impl Delivery for Unread {
    fn decode(_: &str) -> Option<Self> {
        Some(Self)
    }

    fn from_json(_: serde_json::Value) -> Option<Self> {
        Some(Self)
    }
}

fn questions() -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/questions/dev.jsonl");
    let lines = fs::read_to_string(path).expect("the questions are part of the repository");
    let asked = lines.lines().filter_map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).ok()?;
        line["q"].as_str().map(str::to_owned)
    });
    asked.collect()
}

fn catalogue() -> Catalogue {
    let far = NaiveDate::from_ymd_opt(2099, 1, 1).expect("a date");
    Catalogue::load(&Files::embedded(), far).expect("the embedded catalogue is good")
}

async fn ctx(folder: &Path) -> Ctx {
    let store = Store::open(&format!("sqlite:{}", folder.join("bot.db").display())).await.expect("a store");
    Ctx {
        knowledge: Arc::new(Knowledge::new(catalogue()).expect("an index in memory")),
        store,
        slack: Arc::new(Slack::new("http://127.0.0.1:9", None).expect("a client")),
        github: Arc::new(GitHub::new("http://127.0.0.1:9", &Access::None, Clock::system()).expect("a client")),
        gaps: Arc::new(Gaps::default()),
        changes: Arc::default(),
        in_step: Arc::default(),
        operators: Arc::default(),
        clusters: Arc::default(),
        public_url: None,
    }
}

fn caller(number: usize) -> Caller {
    Caller {
        person: format!("U{number:08}"),
        team: "T0001".to_owned(),
        place: Place { channel: "C0001".to_owned(), thread: None },
        via: Via::Slash,
        at: Clock::system().now(),
        key: format!("slash:{number}"),
    }
}

/// The body of a delivery, each with a trigger of its own.
fn body(question: &str, number: usize) -> String {
    serde_urlencoded::to_string([
        ("token", "unused"),
        ("team_id", "T0001"),
        ("team_domain", "operatefirst"),
        ("channel_id", "C0001"),
        ("channel_name", "general"),
        ("user_id", &format!("U{number:08}")),
        ("user_name", "newcomer"),
        ("command", "/onboard"),
        ("text", question),
        ("api_app_id", "A0001"),
        ("response_url", "http://127.0.0.1:9/response"),
        ("trigger_id", &format!("{number}.1")),
    ])
    .expect("a form")
}

fn signed(question: &str, number: usize) -> Request {
    let (body, at) = (body(question, number), Clock::system().now().timestamp());
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).expect("any key will do");
    mac.update(format!("v0:{at}:{body}").as_bytes());
    Request::post("/slack/commands")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("content-length", body.len())
        .header("x-slack-request-timestamp", at)
        .header("x-slack-signature", format!("v0={}", hex::encode(mac.finalize().into_bytes())))
        .body(Body::from(body))
        .expect("a request")
}

/// Answers in full. None of this waits for anything, so one look at each future is enough.
fn answered(router: axum::Router, request: Request) -> Bytes {
    let response = router.oneshot(request).now_or_never().expect("a question waits for nothing").expect("an answer");
    response.into_body().collect().now_or_never().expect("a body that is there").expect("a body").to_bytes()
}

fn way(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let ctx = runtime.block_on(ctx(folder.path()));
    let _entered = runtime.enter();
    let asked = questions();
    let mut turns = (0_usize..).zip(asked.iter().cycle());
    let mut next = || turns.next().map_or((0, ""), |(number, question)| (number, question.as_str()));
    let verifier = Verifier::new(&SECRET.into()).expect("a secret");

    criterion.bench_function(SIGNATURE, |bencher| {
        let request = |(number, question): (usize, &str)| signed(question, number);
        let read = |request| Signed::<Unread>::from_request(request, &verifier).now_or_never().map(|read| read.is_ok());
        bencher.iter_batched(|| request(next()), read, BatchSize::SmallInput);
    });
    criterion.bench_function(PARSING, |bencher| {
        let parse = |body: String| {
            let taken = SlashCommand::decode(&body)?;
            command::parse(&format!("onboard {}", taken.text)).ok()
        };
        bencher.iter_batched(
            || {
                let (number, question) = next();
                body(question, number)
            },
            parse,
            BatchSize::SmallInput,
        );
    });
    let catalogue = catalogue();
    let index = Index::build(&catalogue.answers, &catalogue.names, Vec::new()).expect("an index in memory");
    criterion.bench_function(SEARCH, |bencher| bencher.iter(|| index.ask(next().1)));
    let say = |(who, parsed): (Caller, Parsed)| -> Reply {
        command::say(&ctx, &who, parsed).now_or_never().expect("a question waits for nothing")
    };
    let put = |(number, question): (usize, &str)| (caller(number), command::parse(&format!("onboard {question}")));
    criterion.bench_function(ANSWER, |bencher| bencher.iter_batched(|| put(next()), say, BatchSize::SmallInput));
    criterion.bench_function(RENDERING, |bencher| {
        let render = |reply: Reply| serde_json::to_vec(&blocks::message(&reply)).map(|body| body.len());
        bencher.iter_batched(|| say(put(next())), render, BatchSize::SmallInput);
    });
    let hooks = HookVerifier::new(None).expect("no secret is none the worse");
    let ways = Ways { slack: Some(verifier.clone()), socket: None, github: hooks };
    let door = Door::new(Live::new(ctx.clone()), Clock::system(), ways, TaskTracker::new(), 0);
    let router = door.router();
    criterion.bench_function(WHOLE, |bencher| {
        let send = |(number, question): (usize, &str)| (router.clone(), signed(question, number));
        bencher.iter_batched(|| send(next()), |(router, request)| answered(router, request), BatchSize::SmallInput);
    });
}

/// The medians in microseconds, as Criterion left them in `folder`.
fn medians(folder: &Path) -> HashMap<&'static str, f64> {
    let median = |stage: &'static str| {
        let text = fs::read_to_string(folder.join(stage).join("new/estimates.json")).ok()?;
        let estimates: serde_json::Value = serde_json::from_str(&text).ok()?;
        Some((stage, estimates["median"]["point_estimate"].as_f64()? / 1_000.0))
    };
    [SIGNATURE, PARSING, SEARCH, ANSWER, RENDERING, WHOLE].into_iter().filter_map(median).collect()
}

fn table(medians: &HashMap<&'static str, f64>) -> Option<String> {
    let of = |stage| medians.get(stage).copied();
    let (search, whole) = (of(SEARCH)?, of(WHOLE)?);
    let mut rows = vec![(SIGNATURE, of(SIGNATURE)?), (PARSING, of(PARSING)?), (SEARCH, search)];
    rows.extend([("wording", of(ANSWER)? - search), (RENDERING, of(RENDERING)?)]);
    rows.push(("the rest", whole - rows.iter().map(|(_, time)| time).sum::<f64>()));
    let row = |(stage, time): (&str, f64)| format!("| {stage} | {time:.2} | {:.0} % |\n", 100.0 * time / whole);
    let rows: String = rows.into_iter().chain([(WHOLE, whole)]).map(row).collect();
    Some(format!("\n| stage | µs | share |\n|---|---|---|\n{rows}"))
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let criterion = Criterion::default().sample_size(60).without_plots().output_directory(folder.path());
    let mut criterion = criterion.configure_from_args();
    way(&mut criterion);
    criterion.final_summary();
    if let Some(table) = table(&medians(folder.path())) {
        let _ = std::io::stdout().write_all(table.as_bytes());
    }
}
