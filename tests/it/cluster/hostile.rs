//! Clusters that do what none should: they repeat themselves for ever, give more than was asked for, or call their kinds what would act in
//! a chat.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rstest::rstest;
use serde_json::{Value, json};

use super::replay::kubeconfig;
use super::{err, firstmate, out};

/// A cluster that knows `things` and answers lists of them with `answer`, given how often it was asked and the query.
struct Hostile {
    asked: Arc<AtomicUsize>,
    folder: tempfile::TempDir,
}

impl Hostile {
    async fn start(answer: impl Fn(usize, &str) -> Response + Clone + Send + Sync + 'static) -> Self {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let router = Router::new().fallback(move |request: Request| {
            let (count, answer) = (Arc::clone(&count), answer.clone());
            async move {
                match request.uri().path() {
                    "/api" => json_of(json!({"kind": "APIVersions", "versions": ["v1"]})),
                    "/apis" => json_of(json!({"kind": "APIGroupList", "groups": []})),
                    "/api/v1" => json_of(json!({"kind": "APIResourceList", "resources": [{
                        "name": "things", "singularName": "thing", "namespaced": true, "verbs": ["list"],
                        "kind": "<!channel> [x](https://evil.example) \u{202e}Thing",
                    }, {"name": "events", "singularName": "event", "namespaced": true, "verbs": ["list"], "kind": "Event"}]})),
                    _ => answer(count.fetch_add(1, Ordering::SeqCst), request.uri().query().unwrap_or_default()),
                }
            }
        });
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config"), kubeconfig(&address, "token")).unwrap();
        Self { asked, folder }
    }

    fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join("config")
    }
}

fn json_of(value: Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

fn table(cells: &[&str], next: Option<&str>) -> Response {
    let rows: Vec<Value> = cells.iter().map(|cell| json!({"cells": [cell]})).collect();
    let columns = json!([{"name": "Name", "format": "name", "priority": 0}]);
    json_of(json!({"kind": "Table", "metadata": {"continue": next}, "columnDefinitions": columns, "rows": rows}))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_whose_places_are_always_forgotten_comes_to_an_end() {
    let hostile = Hostile::start(|_, query| match query.contains("continue") {
        true => (StatusCode::GONE, "{}").into_response(),
        false => table(&["a"], Some("next")),
    });
    let hostile = hostile.await;
    let output = firstmate(&hostile.kubeconfig(), &["get", "things"]);
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(1), ""));
    assert!(err(&output).contains("has forgotten where this list was to go on"), "{}", err(&output));
    assert!(hostile.asked.load(Ordering::SeqCst) < 8);
}

#[rstest]
#[case(&[])]
#[case(&["a"])]
#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_repeats_its_place_comes_to_an_end(#[case] cells: &'static [&'static str]) {
    let hostile = Hostile::start(move |_, _| table(cells, Some("the same place"))).await;
    let output = firstmate(&hostile.kubeconfig(), &["get", "things"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(hostile.asked.load(Ordering::SeqCst) < 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cell_of_megabytes_is_cut_before_it_is_looked_at() {
    let cell: &'static str = Box::leak("password: hunter2 ".repeat(150_000).into_boxed_str());
    let hostile = Hostile::start(move |_, _| table(&[cell], None)).await;
    let output = firstmate(&hostile.kubeconfig(), &["get", "things"]);
    let read = out(&output);
    assert!(output.status.success() && read.len() < 40_000 && read.contains('…') && !read.contains("hunter2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_kind_is_called_acts_on_nobody() {
    let hostile = Hostile::start(|_, _| (StatusCode::NOT_FOUND, "{}").into_response()).await;
    let output = firstmate(&hostile.kubeconfig(), &["get", "things", "x"]);
    let told = err(&output);
    assert!(told.contains("smaug has no things called x in the namespace default."), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_events_it_is_told_when_not_all_were_read() {
    let hostile = Hostile::start(|number, _| {
        let event = |at: usize| json!({"metadata": {"name": format!("e{at}")}, "reason": "R", "message": "m"});
        let items: Vec<Value> = (0..3).map(|at| event(number * 3 + at)).collect();
        json_of(json!({"kind": "EventList", "metadata": {"continue": format!("p{number}")}, "items": items}))
    });
    let hostile = hostile.await;
    let output = firstmate(&hostile.kubeconfig(), &["events"]);
    assert!(err(&output).contains("there are more events than were read"), "{}", err(&output));
    assert_eq!(out(&output).lines().count(), 1 + 4 * 3);
}
