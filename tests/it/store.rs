//! The store's promises, on whichever database the suite runs.

use chrono::{DateTime, TimeDelta, Utc};
use firstmate::domain::effect::{Effect, Place};
use firstmate::domain::issue::State;
use firstmate::domain::reply::Reply;
use firstmate::store::{Filed, Job, Seen, Standing, Store, Unanswered, Vote};

use crate::database;

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_763_640_000, 0).unwrap()
}

fn post(key: &str) -> Job {
    let place = Place { channel: "C1".to_owned(), thread: None };
    Job { key: key.to_owned(), effect: Effect::Post { place, reply: Reply::text("ahoy"), tell: None, about: None } }
}

fn sent(key: &str) -> Filed {
    let text = str::to_owned;
    Filed {
        key: text(key),
        repository: text("o/r"),
        number: 0,
        commented: false,
        title: text("ahoy"),
        url: String::new(),
        person: text("U1"),
        channel: text("C1"),
        thread: text("1.1"),
        state: State::Queued,
        assignees: Vec::new(),
        dropped: Vec::new(),
        named: false,
        in_public: true,
        in_step: 0,
        message: None,
        version: 0,
        at: noon(),
    }
}

async fn store() -> Store {
    Store::open(&database::fresh().await).await.unwrap()
}

fn keys(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[tokio::test]
async fn a_delivery_is_taken_once_by_any_of_its_keys() {
    let store = store().await;
    assert!(store.take(&keys(&["event:1", "message:a"]), &[post("a")], noon()).await.unwrap());
    assert!(!store.take(&keys(&["event:1", "message:b"]), &[post("b")], noon()).await.unwrap());
    assert!(!store.take(&keys(&["event:2", "message:a"]), &[post("c")], noon()).await.unwrap());
    // A repeat that was turned away left none of its keys behind.
    assert!(store.take(&keys(&["event:2", "message:b"]), &[post("d")], noon()).await.unwrap());
    assert_eq!(store.waiting().await.unwrap(), 2);
}

#[tokio::test]
async fn a_delivery_that_comes_many_times_at_once_is_taken_once() {
    let store = store().await;
    let taken = (0..20).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { store.take(&keys(&["event:1"]), &[post("a")], noon()).await.unwrap() })
    });
    let taken = futures::future::join_all(taken).await;
    assert_eq!(taken.into_iter().filter(|new| *new.as_ref().unwrap()).count(), 1);
}

#[tokio::test]
async fn a_job_is_claimed_by_one_and_by_the_next_when_the_first_is_gone() {
    let url = database::fresh().await;
    let store = Store::open(&url).await.unwrap();
    store.take(&keys(&["k"]), &[post("a")], noon()).await.unwrap();
    let first = store.claim(noon()).await.unwrap().unwrap();
    assert_eq!((first.job.key.as_str(), first.attempts), ("a", 0));
    assert!(store.claim(noon() + TimeDelta::seconds(7)).await.unwrap().is_none());
    let second = store.claim(noon() + TimeDelta::seconds(9)).await.unwrap().unwrap();
    assert_eq!(second.attempts, 1, "whoever comes next must look whether it was done");
    store.finish(&second).await.unwrap();
    assert!(store.claim(noon() + TimeDelta::days(1)).await.unwrap().is_none());
    assert_eq!(store.next_due().await.unwrap(), None);
}

#[tokio::test]
async fn a_claim_that_is_renewed_holds_on() {
    let store = store().await;
    store.take(&keys(&["k"]), &[post("a")], noon()).await.unwrap();
    let claim = store.claim(noon()).await.unwrap().unwrap();
    assert!(store.renew(&claim, noon() + TimeDelta::seconds(6)).await.unwrap());
    assert!(store.claim(noon() + TimeDelta::seconds(12)).await.unwrap().is_none());
    store.finish(&claim).await.unwrap();
    assert!(!store.renew(&claim, noon()).await.unwrap());
}

#[tokio::test]
async fn a_claim_that_ran_out_counts_for_nothing_even_in_the_same_process() {
    let store = store().await;
    store.take(&keys(&["k"]), &[post("a")], noon()).await.unwrap();
    let stale = store.claim(noon()).await.unwrap().unwrap();
    let later = noon() + TimeDelta::seconds(9);
    let fresh = store.claim(later).await.unwrap().unwrap();
    assert!(!store.renew(&stale, later).await.unwrap());
    store.finish(&stale).await.unwrap();
    store.put_off(&stale, later, true).await.unwrap();
    assert!(store.renew(&fresh, later).await.unwrap());
    assert_eq!(store.waiting().await.unwrap(), 1);
}

#[tokio::test]
async fn a_job_that_was_put_off_is_due_then_and_remembers_whether_it_was_tried() {
    let store = store().await;
    store.take(&keys(&["k"]), &[post("a")], noon()).await.unwrap();
    let later = noon() + TimeDelta::minutes(1);
    let claim = store.claim(noon()).await.unwrap().unwrap();
    store.put_off(&claim, later, true).await.unwrap();
    assert!(store.claim(noon()).await.unwrap().is_none());
    assert_eq!(store.next_due().await.unwrap(), Some(later));
    let claim = store.claim(later).await.unwrap().unwrap();
    assert_eq!(claim.attempts, 0);
    store.put_off(&claim, later, false).await.unwrap();
    assert_eq!(store.claim(later).await.unwrap().unwrap().attempts, 1);
}

#[tokio::test]
async fn many_workers_claim_each_job_once() {
    let store = store().await;
    let jobs: Vec<Job> = (0..40).map(|number| post(&format!("job {number}"))).collect();
    store.take(&keys(&["k"]), &jobs, noon()).await.unwrap();
    let workers = (0..8).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut mine = Vec::new();
            while let Some(claim) = store.claim(noon()).await.unwrap() {
                mine.push(claim.job.key);
            }
            mine
        })
    });
    let mut claimed: Vec<String> =
        futures::future::join_all(workers).await.into_iter().flat_map(Result::unwrap).collect();
    assert_eq!(claimed.len(), 40);
    claimed.sort();
    claimed.dedup();
    assert_eq!(claimed.len(), 40);
}

#[tokio::test]
async fn old_keys_are_forgotten_and_waiting_jobs_are_not() {
    let store = store().await;
    store.take(&keys(&["old"]), &[post("done"), post("waiting")], noon()).await.unwrap();
    let claim = store.claim(noon()).await.unwrap().unwrap();
    store.finish(&claim).await.unwrap();
    store.forget_old(noon() + TimeDelta::days(8)).await.unwrap();
    assert_eq!(store.waiting().await.unwrap(), 1);
    assert!(store.take(&keys(&["old"]), &[], noon()).await.unwrap());
}

#[tokio::test]
async fn a_draft_is_erased_when_it_is_sent_and_after_a_day() {
    let store = store().await;
    for draft in ["sent", "left"] {
        store.keep_draft(draft, "U1", "words", noon()).await.unwrap();
    }
    assert!(store.draft("left", "U2").await.unwrap().is_none(), "a draft is its writer's alone");
    assert!(store.send_draft(&keys(&["draft:sent"]), "sent", &sent("issue:sent"), &post("issue:sent")).await.unwrap());
    assert!(store.draft("sent", "U1").await.unwrap().is_none());
    store.forget_old_issues(noon() + TimeDelta::hours(23)).await.unwrap();
    assert!(store.draft("left", "U1").await.unwrap().is_some());
    store.forget_old_issues(noon() + TimeDelta::hours(25)).await.unwrap();
    assert!(store.draft("left", "U1").await.unwrap().is_none());
    assert!(store.filed("issue:sent").await.unwrap().is_some(), "what was filed is followed for longer");
    store.forget_old_issues(noon() + TimeDelta::days(366)).await.unwrap();
    assert!(store.filed("issue:sent").await.unwrap().is_none());
}

#[tokio::test]
async fn votes_and_gaps_are_counted() {
    let store = store().await;
    assert!(store.vote(&keys(&["press:1"]), "no-sla", Vote::Unhelpful, noon()).await.unwrap());
    assert!(!store.vote(&keys(&["press:1"]), "no-sla", Vote::Unhelpful, noon()).await.unwrap());
    assert!(store.vote(&keys(&["press:2"]), "no-sla", Vote::Helpful, noon()).await.unwrap());
    store.unanswered("meetings", Unanswered::Declined, 2, noon()).await.unwrap();
    store.unanswered("meetings", Unanswered::Declined, 3, noon()).await.unwrap();
    let gaps = store.gaps(10).await.unwrap();
    let told: Vec<_> = gaps.iter().map(|gap| (gap.topic.as_str(), gap.outcome.as_str(), gap.count)).collect();
    assert_eq!(told, [("meetings", "declined", 5), ("no-sla", "unhelpful", 1)]);
}

#[tokio::test]
async fn jobs_are_known_by_the_beginning_of_their_key() {
    let store = store().await;
    assert!(store.owe(&post("reminder:talk-2026-11-25:48h"), noon()).await.unwrap());
    assert!(!store.owe(&post("reminder:talk-2026-11-25:48h"), noon()).await.unwrap());
    assert!(store.knows_of("reminder:talk-2026-11-25:").await.unwrap());
    for other in ["reminder:talk-2026-11-26:", "reminder:tal_-2026-11-25:", "reminder:%", "Reminder:talk-2026-11-25:"] {
        assert!(!store.knows_of(other).await.unwrap(), "{other}");
    }
}

fn filed(key: &str) -> Filed {
    Filed {
        key: key.to_owned(),
        repository: "o/r".to_owned(),
        number: 0,
        commented: false,
        title: "It is blank".to_owned(),
        url: String::new(),
        person: "U1".to_owned(),
        channel: "C1".to_owned(),
        thread: "1.2".to_owned(),
        state: State::Queued,
        assignees: Vec::new(),
        dropped: Vec::new(),
        named: false,
        in_public: true,
        in_step: 0,
        message: None,
        version: 0,
        at: noon(),
    }
}

fn standing(number: i64) -> Standing<'static> {
    let (url, title) = ("https://forge.example/1", "It is blank");
    Standing { number, url, title, state: State::Open, assignees: &[], dropped: &[] }
}

/// An issue that was sent, and stands as `number`.
async fn issue(store: &Store, key: &str, number: i64) {
    store.send_draft(&keys(&[key]), key, &filed(key), &post(key)).await.unwrap();
    assert!(store.stands(key, standing(number), &[], noon()).await.unwrap());
}

#[tokio::test]
async fn a_draft_is_its_writers_and_gone_once_it_is_sent() {
    let store = store().await;
    store.keep_draft("d", "U1", "words", noon()).await.unwrap();
    store.keep_draft("d", "U1", "more words", noon()).await.unwrap();
    assert_eq!(store.draft("d", "U1").await.unwrap().as_deref(), Some("more words"));
    assert_eq!(store.draft("d", "U2").await.unwrap(), None);
    assert!(store.send_draft(&keys(&["form:1"]), "d", &filed("issue:d"), &post("issue:d")).await.unwrap());
    assert!(!store.send_draft(&keys(&["form:1"]), "d", &filed("issue:d"), &post("issue:d")).await.unwrap());
    assert_eq!(store.draft("d", "U1").await.unwrap(), None);
    assert_eq!((store.waiting().await.unwrap(), store.filed_for("U1", 9).await.unwrap().len()), (1, 1));
    store.keep_draft("old", "U1", "words", noon()).await.unwrap();
    store.forget_old_issues(noon() + TimeDelta::days(2)).await.unwrap();
    assert_eq!(store.draft("old", "U1").await.unwrap(), None, "nobody's words are kept for longer than a day");
}

#[tokio::test]
async fn what_changed_is_untold_until_that_very_change_is_told() {
    let store = store().await;
    issue(&store, "k", 7).await;
    let version = store.filed("k").await.unwrap().unwrap().version;
    assert_eq!(store.untold().await.unwrap(), [("k".to_owned(), version)]);
    store.told("k", Some(("C1", "3.4")), version).await.unwrap();
    assert!(store.untold().await.unwrap().is_empty());
    // What was seen and is not new changes nothing.
    let seen = Seen { repository: "o/r", number: 7, state: State::Open, title: Some("It is blank"), assignees: &[] };
    store.seen(&seen, noon()).await.unwrap();
    assert!(store.untold().await.unwrap().is_empty());
    store.seen(&Seen { state: State::Completed, ..seen.clone() }, noon()).await.unwrap();
    assert_eq!(store.untold().await.unwrap(), [("k".to_owned(), version + 1)]);
    // A message that tells an older state leaves the newer one to be told.
    store.told("k", Some(("C1", "3.4")), version).await.unwrap();
    assert_eq!(store.untold().await.unwrap().len(), 1);
    let stands = store.filed("k").await.unwrap().unwrap();
    assert_eq!((stands.state, stands.message), (State::Completed, Some(("C1".to_owned(), "3.4".to_owned()))));
}

#[tokio::test]
async fn what_was_taken_back_stays_so_until_it_is_opened_again() {
    let store = store().await;
    issue(&store, "k", 7).await;
    assert!(store.turn("k", State::Withdrawn, &[], noon()).await.unwrap());
    assert!(!store.turn("k", State::Withdrawn, &[], noon()).await.unwrap());
    let seen = Seen { repository: "o/r", number: 7, state: State::NotPlanned, title: None, assignees: &[] };
    store.seen(&seen, noon()).await.unwrap();
    assert_eq!(store.filed("k").await.unwrap().unwrap().state, State::Withdrawn);
    // Somebody read it a moment before it was closed.
    store.seen(&Seen { state: State::Open, ..seen.clone() }, noon()).await.unwrap();
    assert_eq!(store.filed("k").await.unwrap().unwrap().state, State::Withdrawn);
    store.seen(&Seen { state: State::Reopened, ..seen }, noon()).await.unwrap();
    assert_eq!(store.filed("k").await.unwrap().unwrap().state, State::Reopened);
}

#[tokio::test]
async fn one_issue_is_one_filings() {
    let store = store().await;
    issue(&store, "first", 7).await;
    store.send_draft(&keys(&["second"]), "second", &filed("second"), &post("second")).await.unwrap();
    assert!(!store.stands("second", standing(7), &[], noon()).await.unwrap());
    assert_eq!(store.filed("second").await.unwrap().unwrap().number, 0);
    assert!(store.stands("second", standing(8), &[], noon()).await.unwrap());
    assert_eq!(store.opened_in("o/r").await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_kept_in_step_goes_on_where_it_was() {
    let store = store().await;
    issue(&store, "k", 7).await;
    assert!(store.in_step().await.unwrap().is_empty());
    store.keep_in_step("k", 40).await.unwrap();
    store.carried_over("k", 42, &[post("said:42")], noon()).await.unwrap();
    // Another replica that saw the same comments carries nothing over a second time.
    store.carried_over("k", 42, &[post("said:42 again")], noon()).await.unwrap();
    assert_eq!(store.in_step().await.unwrap()[0].in_step, 42);
    assert_eq!(store.waiting().await.unwrap(), 2, "the filing itself, and one comment");
    store.tell_directly("k").await.unwrap();
    assert!(store.in_step().await.unwrap().is_empty(), "where there is no thread nothing is kept in step");
}
