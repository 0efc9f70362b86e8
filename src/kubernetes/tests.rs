//! The manners of the client, on clusters that are routers in this process: time is the test's own, so nothing here waits.

#![expect(clippy::disallowed_methods, reason = "time is what is tested, and it passes at once")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body as Answer;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use futures::future::join_all;
use futures::stream;
use kube::Client;
use kube::client::Body;
use rstest::rstest;
use tokio::time::{Instant, sleep};
use tower::ServiceBuilder;
use tower::filter::FilterLayer;

use super::access::only_get;
use super::look::Look;
use super::{Access, Cluster, Failure, Identity, Patience, Refused, Selection};
use crate::domain::cluster::kind::Kind;

fn client(router: Router) -> Client {
    Client::new(ServiceBuilder::new().layer(FilterLayer::new(only_get)).service(router), "default")
}

/// A cluster that answers everything with `answer`, and how often it was asked.
fn cluster<F, A>(answer: F) -> (Cluster, Arc<AtomicUsize>)
where
    F: Fn(usize, Request) -> A + Clone + Send + Sync + 'static,
    A: Future<Output = Response> + Send + 'static,
{
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let router = Router::new().fallback(move |request: Request| {
        let number = counted.fetch_add(1, Ordering::SeqCst);
        answer(number, request)
    });
    (Cluster::by(client(router), "default".to_owned()), asked)
}

fn look(cluster: &Cluster) -> Look<'_> {
    cluster.look(Identity::Own, Patience::InAll, DateTime::<Utc>::UNIX_EPOCH)
}

fn pods() -> Kind {
    Kind { version: "v1".into(), plural: "pods".into(), kind: "Pod".into(), namespaced: true, ..Kind::default() }
}

fn json(text: &str) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text.to_owned()).into_response()
}

const EMPTY: &str = r#"{"kind":"Table","columnDefinitions":[],"rows":[]}"#;

async fn pods_of(cluster: &Cluster) -> Result<usize, Failure> {
    look(cluster).list(&pods(), Some("a"), &Selection::default()).await.map(|page| page.table.rows.len())
}

#[rstest]
#[case("POST")]
#[case("PUT")]
#[case("PATCH")]
#[case("DELETE")]
#[case("HEAD")]
#[case("OPTIONS")]
#[tokio::test]
async fn nothing_but_get_passes_the_client(#[case] method: &str) {
    let (counted, router) = (Arc::new(AtomicUsize::new(0)), Router::new());
    let count = Arc::clone(&counted);
    let router = router.fallback(move || async move {
        count.fetch_add(1, Ordering::SeqCst);
    });
    let request = http::Request::builder().method(method).uri("/api/v1/pods").body(Body::empty()).unwrap();
    assert!(client(router.clone()).send(request).await.is_err());
    assert_eq!(counted.load(Ordering::SeqCst), 0);
    let request = http::Request::get("/api/v1/pods").body(Body::empty()).unwrap();
    assert!(client(router).send(request).await.is_ok());
    assert_eq!(counted.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_cluster_that_hangs_is_told_within_ten_seconds() {
    let (cluster, _) = cluster(|_, _| std::future::pending());
    let began = Instant::now();
    assert_eq!(pods_of(&cluster).await, Err(Failure::NoAnswer));
    assert_eq!(began.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn at_most_four_are_asked_at_a_time_and_whoever_waits_too_long_is_told() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (under_way, peak) = (Arc::clone(&now), Arc::clone(&most));
    let (cluster, _) = cluster(move |_, _| {
        let (under_way, peak) = (Arc::clone(&under_way), Arc::clone(&peak));
        async move {
            peak.fetch_max(under_way.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            sleep(Duration::from_secs(4)).await;
            under_way.fetch_sub(1, Ordering::SeqCst);
            json(EMPTY)
        }
    });
    let ask = |number: usize| {
        let cluster = cluster.clone();
        async move {
            let wanted = Selection { limit: u32::try_from(number + 1).ok(), ..Selection::default() };
            look(&cluster).list(&pods(), Some("a"), &wanted).await.map(drop)
        }
    };
    let outcomes = join_all((0..20).map(ask)).await;
    assert_eq!(most.load(Ordering::SeqCst), 4);
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 8);
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(()) | Err(Failure::Busy | Failure::NoAnswer))));
}

#[tokio::test(start_paused = true)]
async fn whoever_never_had_a_turn_is_told_so() {
    let (cluster, asked) = cluster(|_, _| std::future::pending());
    let patient = look(&cluster);
    sleep(Duration::from_secs(1)).await;
    let others = (1..=4).map(|limit| {
        let cluster = cluster.clone();
        tokio::spawn(async move {
            let wanted = Selection { limit: Some(limit), ..Selection::default() };
            look(&cluster).list(&pods(), None, &wanted).await
        })
    });
    let others: Vec<_> = others.collect();
    sleep(Duration::from_secs(1)).await;
    assert_eq!(patient.version().await, Err(Failure::Busy));
    for other in others {
        assert_eq!(other.await.unwrap(), Err(Failure::NoAnswer));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 4);
}

#[tokio::test(start_paused = true)]
async fn the_same_question_within_moments_is_one_request() {
    let (cluster, asked) = cluster(|_, _| async {
        sleep(Duration::from_secs(1)).await;
        json(EMPTY)
    });
    let all = join_all((0..20).map(|_| pods_of(&cluster))).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(pods_of(&cluster).await, Ok(0));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    // As somebody else it is another question.
    let other = Identity::Person { user: "slack:U1".into(), groups: vec!["slack:members".into()] };
    let other = cluster.look(other, Patience::InAll, DateTime::<Utc>::UNIX_EPOCH);
    assert!(other.list(&pods(), Some("a"), &Selection::default()).await.is_ok());
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn people_are_spoken_for_by_name_and_group() {
    let (cluster, _) = cluster(|_, request| async move {
        let heard = |name: &str| {
            let all = request.headers().get_all(name).iter().map(|value| value.to_str().unwrap().to_owned());
            all.collect::<Vec<_>>()
        };
        assert_eq!(heard("impersonate-user"), ["slack:U1"]);
        assert_eq!(heard("impersonate-group"), ["slack:members", "slack:guests"]);
        json(EMPTY)
    });
    let groups = vec!["slack:members".into(), "slack:guests".into()];
    let look = cluster.look(
        Identity::Person { user: "slack:U1".into(), groups },
        Patience::InAll,
        DateTime::<Utc>::UNIX_EPOCH,
    );
    assert!(look.list(&pods(), Some("a"), &Selection::default()).await.is_ok());
}

fn later(seconds: u64) -> Response {
    (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, seconds.to_string())], "Too many requests").into_response()
}

#[tokio::test(start_paused = true)]
async fn a_cluster_that_asks_for_rest_gets_it() {
    let (cluster, asked) = cluster(|number, _| async move { if number == 0 { later(3) } else { json(EMPTY) } });
    let began = Instant::now();
    assert_eq!(pods_of(&cluster).await, Ok(0));
    assert_eq!((began.elapsed().as_secs(), asked.load(Ordering::SeqCst)), (3, 2));
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_a_turn_while_rest_is_asked_for_rests_too() {
    let began = Instant::now();
    let (cluster, asked) = cluster(move |_, _| async move {
        let early = began.elapsed() < Duration::from_secs(3);
        if early { later(3) } else { json(EMPTY) }
    });
    let ask = |limit: u32| {
        let cluster = cluster.clone();
        async move {
            let wanted = Selection { limit: Some(limit), ..Selection::default() };
            look(&cluster).list(&pods(), None, &wanted).await.map(drop)
        }
    };
    let outcomes = join_all((1..=9).map(ask)).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    // The four that were under way, and then each of the nine once.
    assert_eq!((began.elapsed().as_secs(), asked.load(Ordering::SeqCst)), (3, 4 + 9));
}

#[tokio::test(start_paused = true)]
async fn a_long_rest_is_told_and_nobody_else_asks_meanwhile() {
    let (cluster, asked) = cluster(|_, _| async { later(60) });
    assert_eq!(pods_of(&cluster).await, Err(Failure::Limited(Duration::from_secs(60))));
    sleep(Duration::from_secs(20)).await;
    let rest = look(&cluster).version().await;
    assert_eq!(rest, Err(Failure::Limited(Duration::from_secs(40))));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[rstest]
#[case(400, r#"{"kind":"Status","message":"unable to parse"}"#, Failure::Invalid { said: "unable to parse".into() })]
#[case(401, "{}", Failure::Unauthorized)]
#[case(403, r#"{"message":"no"}"#, Failure::Forbidden { said: "no".into() })]
#[case(404, "404 page not found", Failure::NotFound { said: String::new() })]
#[case(405, "{}", Failure::Unsupported(405))]
#[case(406, "{}", Failure::Unsupported(406))]
#[case(410, "{}", Failure::Expired)]
#[case(500, "<html>", Failure::Status { code: 500, said: String::new() })]
#[case(503, "", Failure::Status { code: 503, said: String::new() })]
#[case(504, r#"{"details":{"retryAfterSeconds":1}}"#, Failure::GaveUp)]
#[tokio::test]
async fn each_status_is_told_apart(#[case] status: u16, #[case] body: &'static str, #[case] expected: Failure) {
    let (cluster, _) =
        cluster(move |_, _| async move { (StatusCode::from_u16(status).unwrap(), body).into_response() });
    assert_eq!(pods_of(&cluster).await, Err(expected));
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_no_answer() {
    let (cluster, _) = cluster(|_, _| async {
        let pieces = [Ok(EMPTY[..20].to_owned()), Err(std::io::Error::other("gone"))];
        Answer::from_stream(stream::iter(pieces)).into_response()
    });
    assert_eq!(pods_of(&cluster).await, Err(Failure::BrokeOff));
}

#[tokio::test]
async fn two_hundred_megabytes_are_not_read_to_their_end() {
    let sent = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&sent);
    let (cluster, _) = cluster(move |_, _| {
        let counted = Arc::clone(&counted);
        async move {
            let pieces = (0..200).map(move |_| {
                counted.fetch_add(1, Ordering::SeqCst);
                Ok::<_, std::io::Error>(vec![b' '; 1 << 20])
            });
            Answer::from_stream(stream::iter(pieces)).into_response()
        }
    });
    assert_eq!(pods_of(&cluster).await, Err(Failure::TooLarge));
    assert!(sent.load(Ordering::SeqCst) < 20, "{sent:?}");
}

#[rstest]
#[case("")]
#[case("nonsense")]
#[case("[]")]
#[case("{}")]
#[case(r#"{"kind":"Status","status":"Failure","code":403}"#)]
#[case(r#"{"kind":"Table","rows":[{"cells":"none"}]}"#)]
#[tokio::test]
async fn what_is_no_list_is_not_understood(#[case] body: &'static str) {
    let (cluster, _) = cluster(move |_, _| async move { json(body) });
    assert_eq!(pods_of(&cluster).await, Err(Failure::NotUnderstood));
}

#[tokio::test]
async fn a_server_without_tables_still_gives_name_namespace_and_age() {
    let list = r#"{"kind":"PodList","metadata":{"continue":"x"},"items":[
        {"metadata":{"name":"web","namespace":"a","creationTimestamp":"1969-12-31T23:58:20Z","annotations":{"k":"v"}}},
        {"metadata":{"name":"db","namespace":"b"},"spec":{"secret":"s"}}]}"#;
    let (cluster, _) = cluster(move |_, _| async move { json(list) });
    let page = look(&cluster).list(&pods(), Some("a"), &Selection::default()).await.unwrap();
    assert_eq!(page.next.as_deref(), Some("x"));
    insta::assert_snapshot!(page.table.shown(false, false).as_kubectl(), @"
    NAME   NAMESPACE   AGE
    web    a           100s
    db     b           <unknown>
    ");
    let page = look(&cluster).list(&pods(), None, &Selection::default()).await.unwrap();
    insta::assert_snapshot!(page.table.shown(false, true).as_kubectl(), @"
    NAMESPACE   NAME   AGE
    a           web    100s
    b           db     <unknown>
    ");
}

#[tokio::test]
async fn columns_are_told_by_priority_and_names_by_format() {
    let table = r#"{"kind":"Table","metadata":{"remainingItemCount":7,"continue":"x"},"columnDefinitions":[
        {"name":"Count","type":"string","format":"","priority":0},{"name":"Ok","type":"string","priority":0},
        {"name":"Odd","type":"date","priority":10},{"name":"Name","format":"name","priority":1}],
        "rows":[{"cells":[3,true,null,"n1"]},{"cells":["a\nb",false,{"x":1},"n2"],"object":{"metadata":{"name":"real","namespace":"ns"}}},{"cells":[]}]}"#;
    let (cluster, _) = cluster(move |_, _| async move { json(table) });
    let page = look(&cluster).list(&pods(), None, &Selection::default()).await.unwrap();
    assert_eq!(page.remaining, Some(7));
    assert_eq!(page.table.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["n1", "real", ""]);
    insta::assert_snapshot!(page.table.clone().shown(true, true).as_kubectl(), @"
    NAMESPACE   COUNT   OK      ODD        NAME
                3       true               n1
    ns          a...    false   map[x:1]   n2
    ");
    assert_eq!(page.table.shown(false, false).columns.len(), 2);
}

async fn refused(file: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("smaug.kubeconfig");
    std::fs::write(&path, file).unwrap();
    let refused: Refused = Cluster::new(&Access::Kubeconfig { file: path, context: None }).await.unwrap_err();
    refused.to_string()
}

const KUBECONFIG: &str = "apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters: [{name: k, cluster: {server: \"https://x.example\"}}]\ncontexts: [{name: c, context: {cluster: k, user: u}}]\n";

#[rstest]
#[case(
    "users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/hunter2}}}]",
    "`u` logs in by `exec`"
)]
#[case(
    "users: [{name: u, user: {auth-provider: {name: oidc, config: {id-token: hunter2}}}}]",
    "`u` logs in by `auth-provider`"
)]
#[case("users: [{name: other, user: {token: hunter2}}]", "its current context cannot be used")]
#[case("users: hunter2", "it is no kubeconfig")]
#[tokio::test]
async fn a_kubeconfig_that_would_run_something_is_refused(#[case] users: &str, #[case] told: &str) {
    let refused = refused(&format!("{KUBECONFIG}{users}\n")).await;
    assert!(
        refused.contains(told) && refused.starts_with("smaug.kubeconfig: ") && !refused.contains("hunter2"),
        "{refused}"
    );
}

#[tokio::test]
async fn another_user_of_the_file_that_would_run_something_is_refused_too() {
    let users = "users: [{name: u, user: {token: t}}, {name: admin, user: {exec: {command: sh}}}]";
    assert!(refused(&format!("{KUBECONFIG}{users}\n")).await.contains("`admin` logs in by `exec`"));
}
