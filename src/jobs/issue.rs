//! Files issues and comments exactly once, looks how they stand, and takes them back.
//!
//! What may have been done is looked for before it is done again: by a marker, or, where a form's body must hold nothing else, by
//! title and body. How people are told is worked out elsewhere.

use chrono::TimeDelta;

use super::post::LONGEST_HOPE;
use super::{Hands, Outcome};
use crate::domain::effect::{Effect, Report};
use crate::domain::issue::{Filing, NewIssue, Obstacle, On, State, marker};
use crate::github::{Failure, Issue, Wanted};
use crate::store::{Claim, Filed, Job, Seen, Standing};

/// Under this name GitHub is paced: writes go one after the other, a second apart
/// (<https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests>).
const GITHUB: &str = "github";

/// GitHub's clock may be this far behind ours.
pub(super) const SKEW: TimeDelta = TimeDelta::minutes(2);

/// What stands below an issue that was taken back.
const WITHDRAWN: &str = "Whoever asked for this took it back within ten minutes of filing it, so I am closing it. Nothing more needs to be done.";

/// What somebody reads whose wish to take something back GitHub refused.
const NOT_TAKEN_BACK: &str = "GitHub does not let me take that back. Ask a maintainer of the repository to close it, or close it there yourself.";

/// A step of a job: its result, or why the job goes no further now.
type Step<T = ()> = Result<T, Stop>;

/// Why a job goes no further now.
enum Stop {
    /// This became of it.
    Outcome(Outcome),
    /// The store failed.
    Failed(anyhow::Error),
}

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

impl Hands {
    /// Files an issue or adds to one, and the comments that follow.
    pub(super) async fn file(&self, claim: &Claim, filing: &Filing) -> anyhow::Result<Outcome> {
        // Forgotten meanwhile, at the wish of whoever it was for: then it is not filed either.
        let Some(filed) = self.store.filed(&claim.job.key).await? else {
            return Ok(Outcome::Done);
        };
        match self.file_all(claim, filing, &filed).await {
            Ok(()) => Ok(Outcome::Done),
            Err(Stop::Outcome(outcome)) => Ok(outcome),
            Err(Stop::Failed(error)) => Err(error),
        }
    }

    async fn file_all(&self, claim: &Claim, filing: &Filing, filed: &Filed) -> Step {
        let mut filed = filed.clone();
        let number = match &filing.on {
            On::New(_) if filed.number > 0 => filed.number,
            On::New(issue) => {
                let stands = self.file_issue(claim, filing, &filed, issue).await?;
                self.record(claim, &stands, (issue, &filing.kept_back)).await?;
                (filed.number, filed.state) = (stands.number, State::Open);
                stands.number
            }
            On::Issue(number) => *number,
        };
        for part in 1..=filing.comments.len() {
            self.comment(claim, filing, &filed, (number, part)).await?;
        }
        if let On::Issue(number) = filing.on {
            let look = self.github.issue(&filing.repository, number);
            let stands = self.at_github(claim, filing, &filed, look).await?;
            self.record(claim, &stands, (&NewIssue::default(), &[])).await?;
        }
        Ok(())
    }

    /// Files the issue unless it is there.
    async fn file_issue(&self, claim: &Claim, filing: &Filing, filed: &Filed, issue: &NewIssue) -> Step<Issue> {
        let key = claim.job.key.as_str();
        let mut marked = issue.clone();
        let sign = marker(key, 0);
        if !issue.by_form {
            marked.body = format!("{}\n\n{sign}", issue.body);
        }
        if claim.attempts > 0 {
            let wanted = if issue.by_form { Wanted::Exactly(issue) } else { Wanted::Marked(&sign) };
            let others = self.store.opened_in(&filing.repository).await?;
            let look = self.github.find_filed(&filing.repository, wanted, claim.created - SKEW, &others);
            if let Some(found) = self.at_github(claim, filing, filed, look).await? {
                return Ok(found);
            }
        }
        if let Some(wait) = self.pace.wait(GITHUB) {
            let due = self.clock.now() + wait;
            return Err(Stop::Outcome(if claim.attempts > 0 { Outcome::Again(due) } else { Outcome::NotYet(due) }));
        }
        self.at_github(claim, filing, filed, self.github.file(&filing.repository, &marked)).await
    }

    /// Adds one comment unless it is there.
    async fn comment(&self, claim: &Claim, filing: &Filing, filed: &Filed, (number, part): (i64, usize)) -> Step {
        let sign = marker(&claim.job.key, part);
        // Earlier parts may have been written in an earlier try, this one too.
        let may_stand = claim.attempts > 0;
        if may_stand {
            let look = self.github.find_comment(&filing.repository, number, &sign, claim.created - SKEW);
            if self.at_github(claim, filing, filed, look).await?.is_some() {
                return Ok(());
            }
        }
        if let Some(wait) = self.pace.wait(GITHUB) {
            // Something may have been done already in this try: the next one must look.
            return Err(Stop::Outcome(Outcome::Again(self.clock.now() + wait)));
        }
        let body = format!("{}\n\n{sign}", filing.comments[part - 1]);
        let comment = self.github.comment(&filing.repository, number, &body);
        self.at_github(claim, filing, filed, comment).await.map(drop)
    }

    /// Records what stands, what of the wish GitHub left out, and that whoever asked is to be told.
    async fn record(&self, claim: &Claim, stands: &Issue, (wished, kept_back): (&NewIssue, &[String])) -> Step {
        let key = &claim.job.key;
        let assignees: Vec<String> = stands.assignees.iter().map(|user| user.login.clone()).collect();
        let label = |name: &&String| !stands.labels.iter().any(|label| label.name.eq_ignore_ascii_case(name));
        let assignee = |name: &&String| !assignees.iter().any(|login| login.eq_ignore_ascii_case(name));
        let labels = wished.labels.iter().filter(label).map(|name| format!("the label {name}"));
        let people = wished.assignees.iter().filter(assignee).map(|name| format!("the assignee {name}"));
        let reserved = kept_back.iter().map(|name| format!("the label {name} (it starts automation)"));
        let dropped: Vec<String> = labels.chain(people).chain(reserved).collect();
        let standing = Standing {
            number: stands.number,
            url: &stands.html_url,
            title: &stands.title,
            state: State::of(&stands.state, stands.state_reason.as_deref()),
            assignees: &assignees,
            dropped: &dropped,
        };
        let confirm = Job { key: format!("confirm:{key}"), effect: Effect::Confirm { of: key.clone() } };
        if self.store.stands(key, standing, &[confirm], self.clock.now()).await? {
            return Ok(());
        }
        // Another filing of the same words found it first; ours is still to be found, or to be filed.
        Err(Stop::Outcome(Outcome::Again(self.clock.now() + TimeDelta::seconds(1))))
    }

    /// One call to GitHub about `repository`, while the claim holds: what it needs beforehand is got first, so that a claim never runs
    /// out in the middle of it.
    pub(super) async fn ask_github<T>(
        &self,
        claim: &Claim,
        repository: &str,
        call: impl Future<Output = Result<T, Failure>>,
    ) -> anyhow::Result<Result<T, Failure>> {
        self.hold(claim).await?;
        if let Err(failure) = self.github.ready(repository).await {
            return Ok(Err(failure));
        }
        self.hold(claim).await?;
        Ok(call.await)
    }

    /// A call to GitHub on behalf of `filed`. A failure that passes makes the job wait, and who asked is told that it does;
    /// another ends it, and they are told why.
    async fn at_github<T>(
        &self,
        claim: &Claim,
        filing: &Filing,
        filed: &Filed,
        call: impl Future<Output = Result<T, Failure>>,
    ) -> Step<T> {
        let failure = match self.ask_github(claim, &filing.repository, call).await? {
            Ok(answer) => return Ok(answer),
            Err(failure) => failure,
        };
        let (key, now) = (&claim.job.key, self.clock.now());
        let hopeful = failure.is_for_operators() && now - claim.created < LONGEST_HOPE;
        if failure.passes() || hopeful {
            tracing::warn!(job = %key, %failure, "an issue waits");
            if !filed.state.is_filed() {
                self.store.turn(key, State::Waiting, &[], now).await?;
            }
            return Err(Stop::Outcome(Outcome::Again(self.again_at_github(&failure, claim.attempts))));
        }
        tracing::warn!(job = %key, %failure, "an issue cannot be filed");
        let regret = Effect::Regret { of: key.clone(), filing: filing.clone(), why: obstacle(&failure) };
        let regret = Job { key: format!("regret:{key}"), effect: regret };
        // Where the issue stands and only its comments cannot follow, it stays what it is.
        let state = if filed.state.is_filed() { filed.state } else { State::Refused };
        if !self.store.turn(key, state, std::slice::from_ref(&regret), now).await? {
            self.store.owe(&regret, now).await?;
        }
        Err(Stop::Outcome(Outcome::Done))
    }

    /// Looks how an issue stands.
    pub(super) async fn refresh(&self, claim: &Claim, repository: &str, number: i64) -> anyhow::Result<Outcome> {
        let now = self.clock.now();
        match self.ask_github(claim, repository, self.github.issue(repository, number)).await? {
            Ok(issue) => {
                self.see(repository, &issue).await?;
                self.hold(claim).await?;
                if let Err(failure) = self.carry_comments(repository, number).await?
                    && failure.passes()
                {
                    return Ok(Outcome::Again(self.again_at_github(&failure, claim.attempts)));
                }
            }
            Err(failure @ (Failure::Moved | Failure::Missing | Failure::Gone)) => {
                let state = if failure == Failure::Moved { State::Moved } else { State::Gone };
                self.store.seen(&Seen { repository, number, state, title: None, assignees: &[] }, now).await?;
            }
            Err(failure) => return Ok(self.later_or_never(claim, &failure)),
        }
        Ok(Outcome::Done)
    }

    /// Looks how everything stands in `repository` that was filed here: GitHub sends no webhook a second time.
    pub(super) async fn poll(&self, claim: &Claim, repository: &str) -> anyhow::Result<Outcome> {
        self.hold(claim).await?;
        let now = self.clock.now();
        let followed = self.store.followed(now).await?;
        let Some((_, since)) = followed.into_iter().find(|(name, _)| name == repository) else {
            return Ok(Outcome::Done);
        };
        match self.ask_github(claim, repository, self.github.changed(repository, since - SKEW)).await? {
            Ok(changed) => {
                let numbers = self.store.followed_in(repository).await?;
                for issue in changed.iter().filter(|issue| numbers.contains(&issue.number)) {
                    self.see(repository, issue).await?;
                    self.hold(claim).await?;
                    if let Err(failure) = self.carry_comments(repository, issue.number).await? {
                        tracing::info!(%failure, "the comments of an issue could not be looked at");
                        return Ok(Outcome::Done);
                    }
                }
                self.store.looked(repository, now).await?;
            }
            // The next look comes in a few minutes by itself.
            Err(failure) => tracing::info!(%failure, "a repository could not be looked at"),
        }
        Ok(Outcome::Done)
    }

    async fn see(&self, repository: &str, issue: &Issue) -> anyhow::Result<()> {
        let assignees: Vec<String> = issue.assignees.iter().map(|user| user.login.clone()).collect();
        let state = State::of(&issue.state, issue.state_reason.as_deref());
        let seen = Seen { repository, number: issue.number, state, title: Some(&issue.title), assignees: &assignees };
        self.store.seen(&seen, self.clock.now()).await
    }

    /// Where a message about an issue can be neither posted nor edited, its person is told directly; where that cannot be either,
    /// nobody is.
    pub(super) async fn tell_elsewhere(&self, report: &Report) -> anyhow::Result<Outcome> {
        let filed = self.store.filed(&report.issue).await?;
        if filed.is_some_and(|filed| !filed.channel.is_empty()) {
            self.store.tell_directly(&report.issue).await?;
            return Ok(Outcome::Again(self.clock.now()));
        }
        self.store.told(&report.issue, None, report.version).await?;
        Ok(Outcome::Done)
    }

    /// Takes back what was filed: closes the issue and says why, or takes the comments away.
    pub(super) async fn withdraw(&self, claim: &Claim, of: &str) -> anyhow::Result<Outcome> {
        let Some(filed) = self.store.filed(of).await?.filter(|filed| filed.number > 0) else {
            return Ok(Outcome::Done);
        };
        // Whoever closed it in the meantime said why.
        if !filed.commented && !filed.state.is_open() {
            return Ok(Outcome::Done);
        }
        let taken =
            if filed.commented { self.uncomment(claim, &filed).await? } else { self.close(claim, &filed).await? };
        match taken {
            Ok(()) => {
                self.store.turn(of, State::Withdrawn, &[], self.clock.now()).await?;
                Ok(Outcome::Done)
            }
            Err(failure) => self.later_or_told(claim, &filed.person, &failure, NOT_TAKEN_BACK).await,
        }
    }

    async fn close(&self, claim: &Claim, filed: &Filed) -> anyhow::Result<Result<(), Failure>> {
        let sign = marker(&claim.job.key, 0);
        let (repository, number) = (filed.repository.as_str(), filed.number);
        let look = self.github.find_comment(repository, number, &sign, claim.created - SKEW);
        let said = match claim.attempts {
            0 => false,
            _ => match self.ask_github(claim, repository, look).await? {
                Ok(found) => found.is_some(),
                Err(failure) => return Ok(Err(failure)),
            },
        };
        let body = format!("{WITHDRAWN}\n\n{sign}");
        if !said
            && let Err(failure) =
                self.ask_github(claim, repository, self.github.comment(repository, number, &body)).await?
        {
            return Ok(Err(failure));
        }
        Ok(self.ask_github(claim, repository, self.github.close(repository, number)).await?.map(drop))
    }

    async fn uncomment(&self, claim: &Claim, filed: &Filed) -> anyhow::Result<Result<(), Failure>> {
        let repository = filed.repository.as_str();
        for part in 1.. {
            let sign = marker(&filed.key, part);
            let look = self.github.find_comment(repository, filed.number, &sign, filed.at - SKEW);
            let comment = match self.ask_github(claim, repository, look).await? {
                Ok(Some(comment)) => comment,
                Ok(None) => break,
                Err(failure) => return Ok(Err(failure)),
            };
            let delete = self.github.uncomment(repository, comment.id);
            if let Err(failure) = self.ask_github(claim, repository, delete).await? {
                return Ok(Err(failure));
            }
        }
        Ok(Ok(()))
    }
}

fn obstacle(failure: &Failure) -> Obstacle {
    match failure {
        Failure::Archived => Obstacle::Archived,
        Failure::Gone => Obstacle::Gone,
        Failure::Moved => Obstacle::Moved,
        Failure::Missing => Obstacle::Missing,
        Failure::Locked => Obstacle::Locked,
        Failure::Forbidden | Failure::Unauthorized | Failure::NoAccess => Obstacle::Forbidden,
        Failure::Invalid(_) | Failure::Refused(_) | Failure::Limited(_) | Failure::Unanswered(_) => Obstacle::Invalid,
    }
}
