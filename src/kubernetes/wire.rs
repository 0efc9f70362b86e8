//! Requests to one cluster: few at a time, the same question within moments is one request, rest where the cluster asks for it, answers
//! bounded. Knows addresses and bytes, and nothing of what they are about.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use http::header::{ACCEPT, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, Request};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use kube::Client;
use kube::client::Body;
use moka::future::Cache;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::failure::Failure;
use crate::measure::{self, Service};

/// How long an answer, or all that it takes to answer a question in a chat, is waited for.
pub(super) const LONGEST: Duration = Duration::from_secs(10);
/// How long making a connection may take.
pub(super) const CONNECT: Duration = Duration::from_secs(5);
/// Requests to one cluster at a time.
const AT_ONCE: usize = 4;
/// For how long the same question has the same answer.
const SAME: Duration = Duration::from_secs(5);
/// What is kept of such answers, in bytes.
const KEPT: u64 = 8 * 1024 * 1024;
/// What is larger is given to those who wait for it, and not kept: the bound above is held only now and then.
const LARGEST_KEPT: usize = 2 * 1024 * 1024;
/// The largest answer that is read.
const LARGEST: usize = 16 * 1024 * 1024;
/// The largest account of a failure that is read.
const LARGEST_FAILURE: usize = 64 * 1024;

/// The way to a cluster, shared by all who look at it.
pub(super) struct Wire {
    client: Client,
    room: Semaphore,
    answers: Cache<Question, Bytes>,
    /// Until when the cluster asked to be left alone.
    rest: Mutex<Option<Instant>>,
}

/// As whom a cluster is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Identity {
    /// The bot's own account.
    #[default]
    Own,
    /// A person, as far as the bot's account may speak for them.
    Person {
        /// As in `slack:U01ABCDEF`.
        user: String,
        /// As in `slack:members`.
        groups: Vec<String>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Question {
    identity: Identity,
    accept: &'static str,
    address: String,
}

/// Somebody who asks, and until when they wait.
pub(super) struct Asker<'a> {
    pub(super) wire: &'a Wire,
    pub(super) identity: Identity,
    /// Where there is no end for everything, each answer is waited for as long.
    pub(super) until: Option<Instant>,
}

impl Asker<'_> {
    /// Answers from what was asked moments ago, or asks. Whoever reads a long list to its end asks for everything once: nothing of it is
    /// kept for others.
    pub(super) async fn fetch(&self, accept: &'static str, address: String) -> Result<Bytes, Failure> {
        let question = Question { identity: self.identity.clone(), accept, address };
        let (until, kept) = match self.until {
            Some(until) => (until, true),
            None => (Instant::now() + LONGEST, false),
        };
        let (ours, sent) = (AtomicBool::new(false), AtomicBool::new(false));
        let ask = async {
            ours.store(true, Ordering::Relaxed);
            self.wire.ask(&question, until, &sent).await
        };
        // A future of its own place, since many of them may be a part of one look.
        let answer = Box::pin(async {
            if !kept {
                return ask.await;
            }
            let answer = self.wire.answers.try_get_with(question.clone(), ask).await;
            if answer.as_ref().is_ok_and(|answer| answer.len() > LARGEST_KEPT) {
                self.wire.answers.invalidate(&question).await;
            }
            self.wire.answers.run_pending_tasks().await;
            answer.map_err(|failure: Arc<Failure>| (*failure).clone())
        });
        match tokio::time::timeout_at(until, answer).await {
            Ok(answer) => answer,
            // It waited for its turn until the end.
            Err(_) if ours.into_inner() && !sent.into_inner() => Err(Failure::Busy),
            Err(_) => Err(Failure::NoAnswer),
        }
    }
}

impl Wire {
    pub(super) fn new(client: Client) -> Self {
        let weight = |question: &Question, answer: &Bytes| {
            u32::try_from(answer.len() + question.address.len()).unwrap_or(u32::MAX)
        };
        Self {
            client,
            room: Semaphore::new(AT_ONCE),
            answers: Cache::builder().max_capacity(KEPT).weigher(weight).time_to_live(SAME).build(),
            rest: Mutex::default(),
        }
    }

    /// Asks; where the cluster wants rest and there is time for it, again after that.
    async fn ask(&self, question: &Question, until: Instant, sent: &AtomicBool) -> Result<Bytes, Failure> {
        loop {
            // Closed never: the semaphore lives as long as the cluster.
            let _room = self.room.acquire().await.map_err(|_| Failure::Busy)?;
            // Looked at when the turn has come: those before may have been told to wait. Rest is taken with the turn in hand, so that no
            // more than these few ask when it is over.
            let rest = *self.rest.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(rest) = rest.filter(|rest| *rest > Instant::now()) {
                if rest >= until {
                    return Err(Failure::Limited(rest - Instant::now()));
                }
                tokio::time::sleep_until(rest).await;
            }
            sent.store(true, Ordering::Relaxed);
            match measure::call(Service::Kubernetes, self.once(question), Failure::outcome).await {
                Err(Failure::Limited(wait)) => {
                    *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + wait);
                }
                outcome => return outcome,
            }
        }
    }

    async fn once(&self, question: &Question) -> Result<Bytes, Failure> {
        let mut request = Request::get(&question.address).body(Body::empty()).map_err(|_| Failure::NotUnderstood)?;
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static(question.accept));
        impersonate(headers, &question.identity).ok_or(Failure::NotUnderstood)?;
        let answer = self.client.send(request).await.map_err(|_| Failure::Unreachable)?;
        let (parts, body) = answer.into_parts();
        if parts.status.is_success() {
            return read(body, LARGEST).await;
        }
        let rest = parts.headers.get(RETRY_AFTER).and_then(|rest| rest.to_str().ok()?.trim().parse().ok());
        let told = read(body, LARGEST_FAILURE).await.unwrap_or_default();
        Err(Failure::of(parts.status, rest, &told))
    }
}

async fn read(body: Body, most: usize) -> Result<Bytes, Failure> {
    let collected = Limited::new(body, most).collect().await;
    collected
        .map(|body| body.to_bytes())
        .map_err(|error| if error.is::<LengthLimitError>() { Failure::TooLarge } else { Failure::BrokeOff })
}

/// <https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/>
fn impersonate(headers: &mut HeaderMap, identity: &Identity) -> Option<()> {
    let Identity::Person { user, groups } = identity else { return Some(()) };
    headers.insert(HeaderName::from_static("impersonate-user"), HeaderValue::from_str(user).ok()?);
    for group in groups {
        headers.append(HeaderName::from_static("impersonate-group"), HeaderValue::from_str(group).ok()?);
    }
    Some(())
}
