//! Keeps a thread and its issue in step, where somebody wished it: replies become comments, comments become replies, each once, and
//! nothing that the bot wrote itself goes back.

use chrono::{DateTime, Utc};

use super::issue::SKEW;
use super::{Hands, Outcome};
use crate::domain::effect::{Effect, Place};
use crate::domain::issue::marker;
use crate::domain::reply::{Part, Reply, literal};
use crate::github::{Comment, Failure};
use crate::store::{Claim, Filed, Job};

/// Most characters of a comment that are carried over; the rest is read on GitHub.
const LONGEST_COMMENT: usize = 2_500;

/// What somebody reads whose wish to keep a thread and its issue in step GitHub refused.
const NOT_IN_STEP: &str = "GitHub does not let me read that issue, so I cannot keep it and the thread in step. Tell a maintainer of the repository, who can give me access.";

impl Hands {
    /// Writes a comment unless it is there.
    pub(super) async fn remark(
        &self,
        claim: &Claim,
        repository: &str,
        number: i64,
        body: &str,
    ) -> anyhow::Result<Outcome> {
        let sign = marker(&claim.job.key, 1);
        if claim.attempts > 0 {
            let look = self.github.find_comment(repository, number, &sign, claim.created - SKEW);
            match self.ask_github(claim, repository, look).await? {
                Ok(Some(_)) => return Ok(Outcome::Done),
                Ok(None) => {}
                Err(failure) => return Ok(self.later_or_never(claim, &failure)),
            }
        }
        let body = format!("{body}\n\n{sign}");
        match self.ask_github(claim, repository, self.github.comment(repository, number, &body)).await? {
            Ok(_) => Ok(Outcome::Done),
            Err(failure) => Ok(self.later_or_never(claim, &failure)),
        }
    }

    /// What nobody waits for in particular: tried again where that may help, else let go.
    pub(super) fn later_or_never(&self, claim: &Claim, failure: &Failure) -> Outcome {
        if failure.passes() {
            return Outcome::Again(self.again_at_github(failure, claim.attempts));
        }
        tracing::warn!(job = %claim.job.key, %failure, "GitHub does not let me look at or write what was wished");
        Outcome::Done
    }

    /// What `person` wished: tried again where that may help, else they are told in these words, and may wish it again.
    pub(super) async fn later_or_told(
        &self,
        claim: &Claim,
        person: &str,
        failure: &Failure,
        words: &str,
    ) -> anyhow::Result<Outcome> {
        if failure.passes() {
            return Ok(Outcome::Again(self.again_at_github(failure, claim.attempts)));
        }
        tracing::warn!(job = %claim.job.key, %failure, "GitHub does not let me do what was wished of an issue");
        // Forgotten meanwhile: nobody is there to be told.
        if person.is_empty() {
            return Ok(Outcome::Failed);
        }
        let (now, reply) = (self.clock.now(), Reply::text(words));
        let key = format!("excuse:{}:{}", claim.job.key, claim.created.timestamp_millis());
        let effect = Effect::Direct { person: person.to_owned(), reply, about: None };
        self.store.owe(&Job { key, effect }, now).await?;
        Ok(Outcome::Failed)
    }

    /// From now on: what stands on GitHub by now is not carried over, and everybody in the thread is told.
    pub(super) async fn keep_in_step(&self, claim: &Claim, of: &str, reply: &Reply) -> anyhow::Result<Outcome> {
        let Some(filed) = self.store.filed(of).await?.filter(|filed| !filed.channel.is_empty()) else {
            return Ok(Outcome::Done);
        };
        let comments = self.github.comments(&filed.repository, filed.number, DateTime::<Utc>::UNIX_EPOCH);
        match self.ask_github(claim, &filed.repository, comments).await? {
            Ok(comments) => {
                let last = comments.iter().map(|comment| comment.id).max().unwrap_or(0).max(1);
                self.store.keep_in_step(of, last).await?;
                let place = Place { channel: filed.channel, thread: Some(filed.thread) };
                let told = Effect::Post { place, reply: reply.clone(), tell: None, about: None };
                self.store.owe(&Job { key: format!("told:{}", claim.job.key), effect: told }, self.clock.now()).await?;
                Ok(Outcome::Done)
            }
            Err(failure) => self.later_or_told(claim, &filed.person, &failure, NOT_IN_STEP).await,
        }
    }

    /// Carries comments over that people wrote on an issue since the last look, to every thread that is kept in step with it.
    pub(super) async fn carry_comments(&self, repository: &str, number: i64) -> anyhow::Result<Result<(), Failure>> {
        for filed in self.store.in_step().await? {
            if filed.repository == repository && filed.number == number {
                let comments = match self.github.comments(repository, number, filed.at).await {
                    Ok(comments) => comments,
                    Err(failure) => return Ok(Err(failure)),
                };
                let me = match self.github.me().await {
                    Ok(me) => me,
                    Err(failure) => return Ok(Err(failure)),
                };
                let by_people = |comment: &&Comment| {
                    comment.id > filed.in_step && comment.user.as_ref().is_some_and(|user| user.login != me)
                };
                let jobs: Vec<Job> = comments.iter().filter(by_people).map(|comment| said(&filed, comment)).collect();
                let last = comments.iter().map(|comment| comment.id).max().unwrap_or(0);
                self.store.carried_over(&filed.key, last, &jobs, self.clock.now()).await?;
            }
        }
        Ok(Ok(()))
    }
}

/// The comment as a reply in the thread: somebody's words, which ping nobody there.
fn said(filed: &Filed, comment: &Comment) -> Job {
    let login = comment.user.as_ref().map_or("somebody", |user| user.login.as_str());
    let body = comment.body.as_deref().unwrap_or_default().trim();
    let words: String = body.chars().take(LONGEST_COMMENT).collect();
    let mut reply =
        Reply::text(format!("[{}]({}) on GitHub:", literal(login), comment.html_url)).with(Part::Quote(words));
    if body.chars().count() > LONGEST_COMMENT {
        reply = reply.note("It goes on there.");
    }
    let place = Place { channel: filed.channel.clone(), thread: Some(filed.thread.clone()) };
    let key = format!("said:{}:{}", filed.key, comment.id);
    Job { key, effect: Effect::Post { place, reply, tell: None, about: None } }
}
