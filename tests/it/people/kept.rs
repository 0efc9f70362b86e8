//! What the store keeps about people and what they did, on whichever database the suite runs: in its order, for its time, no longer.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use firstmate::domain::effect::{Effect, Place};
use firstmate::domain::person::Cause;
use firstmate::domain::reply::Reply;
use firstmate::store::{Became, Ended, Entry, Job, OperatorNotice, Pause, Store};

use crate::database;

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_763_640_000, 0).unwrap()
}

async fn store() -> Store {
    Store::open(&database::fresh().await).await.unwrap()
}

fn entry(person: &str, verb: &str, at: DateTime<Utc>) -> Entry {
    let (person, verb) = (person.to_owned(), verb.to_owned());
    Entry { at, person, verb, target: "o/r#1".to_owned(), became: Became::Asked, key: "k".to_owned() }
}

fn post(key: &str) -> Job {
    let place = Place { channel: "C1".to_owned(), thread: None };
    Job { key: key.to_owned(), effect: Effect::Post { place, reply: Reply::text("ahoy"), tell: None, about: None } }
}

/// Verbs, oldest first.
async fn verbs(store: &Store, person: Option<&str>) -> Vec<String> {
    let mut entries = store.entries(person, None, 100).await.unwrap();
    entries.reverse();
    entries.into_iter().map(|entry| format!("{} {} {}", entry.person, entry.verb, entry.outcome)).collect()
}

#[tokio::test]
async fn entries_stay_in_their_order_and_for_a_year() {
    let store = store().await;
    for number in 0..12 {
        store.enter(&entry("U1", &format!("v{number}"), noon())).await.unwrap();
    }
    store.enter(&entry("U2", "other", noon() + TimeDelta::days(1))).await.unwrap();
    let own: Vec<String> = (0..12).map(|number| format!("U1 v{number} asked")).collect();
    assert_eq!(verbs(&store, Some("U1")).await, own);
    let page = store.entries(None, None, 3).await.unwrap();
    let next = store.entries(None, Some(&page[2].id), 2).await.unwrap();
    let told: Vec<&str> = page.iter().chain(&next).map(|entry| entry.verb.as_str()).collect();
    assert_eq!(told, ["other", "v11", "v10", "v9", "v8"]);
    store.forget_old_entries(noon() + TimeDelta::days(365)).await.unwrap();
    assert_eq!(store.entries(None, None, 100).await.unwrap().len(), 13);
    store.forget_old_entries(noon() + TimeDelta::days(366)).await.unwrap();
    assert_eq!(verbs(&store, None).await, ["U2 other asked"]);
}

#[tokio::test]
async fn what_becomes_of_a_wish_is_entered_for_whoever_wished_it_and_once() {
    let store = store().await;
    let keys = ["k".to_owned()];
    assert!(store.take_wish(&keys, &[post("k")], &entry("U1", "onboard.share", noon())).await.unwrap());
    assert!(!store.take_wish(&keys, &[post("k")], &entry("U1", "onboard.share", noon())).await.unwrap());
    let claim = store.claim(noon()).await.unwrap().unwrap();
    let ended =
        Ended { at: noon(), became: Became::Done, target: Some("C1".to_owned()), own: Some("meetings.announce") };
    store.conclude(&claim, false, &ended).await.unwrap();
    // Whoever comes too late, with a claim that does not hold any more, enters nothing.
    store.conclude(&claim, false, &ended).await.unwrap();
    assert_eq!(verbs(&store, None).await, ["U1 onboard.share asked", "U1 onboard.share done"]);
    assert_eq!(store.entries(None, None, 1).await.unwrap()[0].target, "C1");
    assert_eq!(store.waiting().await.unwrap(), 0);
    // What nobody wished is the bot's own, and what has no name is not entered.
    for (key, own) in [("reminder", Some("meetings.announce")), ("told", None)] {
        store.owe(&post(key), noon()).await.unwrap();
        let claim = store.claim(noon()).await.unwrap().unwrap();
        store.conclude(&claim, true, &Ended { own, ..ended.clone() }).await.unwrap();
    }
    assert_eq!(verbs(&store, None).await[2..], [" meetings.announce done"]);
    assert!(store.owe(&post("told"), noon()).await.unwrap(), "its key is free again");
}

#[tokio::test]
async fn only_the_newest_denial_is_kept_and_for_thirty_days() {
    let store = store().await;
    let cause = |tried: &str| Cause {
        tried: tried.to_owned(),
        target: "smaug/pods/x".to_owned(),
        file: "commands/roles.toml".to_owned(),
        entry: tried.to_owned(),
        keys: vec!["may".to_owned()],
        roles: vec!["maintainer".to_owned()],
    };
    store.deny("U1", &cause("bot.pause"), "a", noon()).await.unwrap();
    store.deny("U1", &cause("audit.read"), "b", noon()).await.unwrap();
    let denied = store.denied("U1", noon()).await.unwrap().unwrap();
    assert_eq!(denied.cause, Cause { target: String::new(), ..cause("audit.read") });
    assert_eq!(store.denied("U2", noon()).await.unwrap(), None);
    assert_eq!(verbs(&store, None).await, ["U1 bot.pause denied", "U1 audit.read denied"]);
    let later = noon() + TimeDelta::days(31);
    assert_eq!(store.denied("U1", later).await.unwrap(), None);
    store.forget_old_denials(later).await.unwrap();
    assert_eq!(store.kept("U1").await.unwrap().denials, 0);
}

#[tokio::test]
async fn the_first_who_pauses_is_the_one_who_paused() {
    let store = store().await;
    let pause = |person: &str| Pause { person: person.to_owned(), reason: "full".to_owned(), since: noon() };
    assert!(store.pause(&pause("U1"), "a").await.unwrap());
    assert!(!store.pause(&pause("U2"), "b").await.unwrap());
    assert_eq!(store.paused().await.unwrap(), Some(pause("U1")));
    assert!(store.resume("U2", "c", noon()).await.unwrap());
    assert!(!store.resume("U2", "d", noon()).await.unwrap());
    assert_eq!(store.paused().await.unwrap(), None);
    assert_eq!(verbs(&store, None).await, ["U1 bot.pause done", "U2 bot.resume done"]);
}

#[tokio::test]
async fn a_notice_is_added_once_and_forgotten_a_month_after_its_day() {
    let store = store().await;
    let until: NaiveDate = "2025-12-01".parse().unwrap();
    let notice = |id: &str, until| OperatorNotice {
        id: id.to_owned(),
        tag: "environment".to_owned(),
        words: "gone".to_owned(),
        until,
        person: "U1".to_owned(),
        at: noon(),
    };
    assert!(store.add_notice(&notice("a", Some(until)), "1").await.unwrap());
    assert!(store.add_notice(&notice("b", None), "2").await.unwrap());
    assert!(store.add_notice(&notice("c", None), "2").await.unwrap(), "a repeat is no fault");
    assert_eq!(store.notices().await.unwrap(), [notice("a", Some(until)), notice("b", None)]);
    store.forget_old_notices("2025-12-31T12:00:00Z".parse().unwrap()).await.unwrap();
    assert_eq!(store.notices().await.unwrap().len(), 2);
    store.forget_old_notices("2026-01-01T12:00:00Z".parse().unwrap()).await.unwrap();
    assert_eq!(store.notices().await.unwrap(), [notice("b", None)]);
    assert!(!store.remove_notice("a", "U1", "3", noon()).await.unwrap());
    assert!(store.remove_notice("b", "U1", "4", noon()).await.unwrap());
    for number in 0..firstmate::store::MOST_NOTICES {
        assert!(store.add_notice(&notice(&number.to_string(), None), &format!("n{number}")).await.unwrap());
    }
    assert!(!store.add_notice(&notice("more", None), "more").await.unwrap());
}

#[tokio::test]
async fn whose_a_job_is_decides_whether_it_is_withdrawn() {
    let store = store().await;
    let direct = |key: &str, person: &str| Job {
        key: key.to_owned(),
        effect: Effect::Direct { person: person.to_owned(), reply: Reply::text("see [it](person:U1)"), about: None },
    };
    for job in [direct("mine", "U1"), direct("theirs", "U2"), post("nobodys")] {
        store.owe(&job, noon()).await.unwrap();
    }
    assert_eq!(store.kept("U1").await.unwrap().waiting, 1);
    store.forget("U1", noon()).await.unwrap();
    let mut left = Vec::new();
    while let Some(claim) = store.claim(noon()).await.unwrap() {
        left.push(format!("{:?}", claim.job));
        store.finish(&claim).await.unwrap();
    }
    assert_eq!(left.len(), 2);
    assert!(left.iter().all(|job| !job.contains("U1")) && left.iter().any(|job| job.contains("person:forgotten")));
}
