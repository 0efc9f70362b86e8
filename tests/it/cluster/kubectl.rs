//! Beside kubectl: the same columns and cells for what was recorded, and for whatever a real server says where there is one.

use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;
use rstest::rstest;

use super::replay::{Replay, recorded};
use super::{err, firstmate, out};

/// A printed table as cells: the headline says where columns begin.
fn cells(text: &str) -> Vec<Vec<String>> {
    static COLUMN: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\S+(?: \S+)*").unwrap());
    let Some(head) = text.lines().next() else { return Vec::new() };
    let starts: Vec<usize> = COLUMN.find_iter(head).map(|column| head[..column.start()].chars().count()).collect();
    let cut = |line: &str| {
        let line: Vec<char> = line.chars().collect();
        let ends = starts.iter().skip(1).copied().chain([usize::MAX]);
        let cell = |(from, to): (&usize, usize)| {
            line.get(*from..to.min(line.len())).map(|cell| cell.iter().collect::<String>()).unwrap_or_default()
        };
        starts.iter().zip(ends).map(cell).map(|cell| cell.trim_end().to_owned()).collect()
    };
    text.lines().map(cut).collect()
}

/// Without durations: two commands run at two times.
fn timeless(text: &str) -> Vec<Vec<String>> {
    static SPAN: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b(?:\d+[ydhms])+\b").unwrap());
    let still = |cell: String| SPAN.replace_all(&cell, "T").into_owned();
    cells(text).into_iter().map(|row| row.into_iter().map(still).collect()).collect()
}

#[rstest]
#[case("kubectl.get-co.txt", "get co")]
#[case("kubectl.get-nodes.txt", "get nodes")]
#[case("kubectl.get-pods-A.txt", "get pods -A")]
#[case("kubectl.get-pods.opf-jupyterhub.txt", "get po -n opf-jupyterhub")]
#[case("kubectl.get-pods-wide.opf-jupyterhub.txt", "get pods -o wide -n opf-jupyterhub")]
#[case("kubectl.get-quota-A.txt", "get quota -A")]
#[case("kubectl.get-routes.thoth-test.txt", "get route -n thoth-test")]
#[case("kubectl.get-events.b4mad.txt", "get events -n b4mad")]
#[tokio::test(flavor = "multi_thread")]
async fn columns_and_cells_are_kubectls(#[case] file: &str, #[case] question: &str) {
    let replay = Replay::start().await;
    let output = firstmate(&replay.kubeconfig(), &question.split(' ').collect::<Vec<_>>());
    assert_eq!(err(&output), "");
    let theirs = recorded(file);
    assert_eq!(timeless(&out(&output)), timeless(&theirs));
    assert!(replay.heard().iter().all(|heard| heard.starts_with("GET ")), "{:?}", replay.heard());
    // Where no cell can differ in width, neither does a line.
    if !file.contains("-A") && file.contains("nodes") {
        assert_eq!(out(&output), theirs);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_list_is_told_as_kubectl_tells_it() {
    let replay = Replay::start().await;
    let output = firstmate(&replay.kubeconfig(), &["get", "pods", "-n", "no-such-ns"]);
    assert_eq!((out(&output).as_str(), err(&output)), ("", recorded("kubectl.get-pods.no-such-ns.txt")));
    assert_eq!(output.status.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_refused_before_any_request() {
    let replay = Replay::start().await;
    for question in ["get secrets -n opf-trino", "describe secret/argocd-secret -n opf-argocd", "get secrets.v1 -A"] {
        let output = firstmate(&replay.kubeconfig(), &question.split(' ').collect::<Vec<_>>());
        assert_eq!((output.status.code(), out(&output).as_str()), (Some(1), ""));
        assert!(err(&output).contains("Secrets are never read"), "{}", err(&output));
    }
    assert_eq!(replay.heard(), [""; 0]);
}

/// Questions that are put to a real server, where `FIRSTMATE_TEST_KUBECONFIG` names one.
const QUESTIONS: [&str; 38] = [
    "get pods -A",
    "get pods -A -o wide",
    "get pods -n kube-system",
    "get pods -A -o name",
    "get nodes",
    "get nodes -o wide",
    "get namespaces",
    "get ns -o name",
    "get deployments -A",
    "get deploy -A -o wide",
    "get replicasets -A",
    "get statefulsets -A",
    "get daemonsets -A",
    "get jobs -A",
    "get cronjobs -A",
    "get services -A",
    "get ingresses -A",
    "get configmaps -A",
    "get pvc -A",
    "get pv",
    "get storageclasses",
    "get resourcequotas -A",
    "get customresourcedefinitions",
    "get pods -n there-is-no-such-namespace",
    "-n kube-system get pods",
    "get -A po -o wide",
    "get events -A",
    "get pods -A -l app",
    "get pods -A -l !app",
    "get pods -A --field-selector status.phase=Running",
    "get namespace kube-system",
    "get ns/default",
    "get ns default -o name",
    "get deployments.apps -A",
    "get deployments.v1.apps -A -o name",
    "get apiservices",
    "get clusterroles",
    "get serviceaccounts -n default",
];

/// Lists of all kinds that the server has, people's own among them, and one object of each.
fn every_kind(kubeconfig: &Path) {
    let kinds = out(&firstmate(kubeconfig, &["kinds"]));
    let kinds: Vec<&str> = kinds.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    assert!(kinds.len() > 20, "{kinds:?}");
    for kind in kinds {
        for form in [vec![], vec!["-o", "wide"], vec!["-o", "name"]] {
            let words: Vec<&str> = ["get", kind, "-A"].into_iter().chain(form).collect();
            let (ours, theirs) = (firstmate(kubeconfig, &words), kubectl(kubeconfig, &words));
            if theirs.status.success() {
                assert_eq!(timeless(&out(&ours)), timeless(&out(&theirs)), "{words:?}");
            } else {
                assert_eq!(ours.status.code(), Some(1), "{words:?}");
            }
        }
    }
}

fn kubectl(kubeconfig: &Path, words: &[&str]) -> std::process::Output {
    #[expect(clippy::disallowed_methods, reason = "the program that is compared with")]
    let mut kubectl = std::process::Command::new("kubectl");
    kubectl.arg("--kubeconfig").arg(kubeconfig).args(words).output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_server_is_shown_as_kubectl_shows_it() {
    #[expect(clippy::disallowed_methods, reason = "a test is told by it where a server is")]
    let Some(kubeconfig) = std::env::var_os("FIRSTMATE_TEST_KUBECONFIG") else { return };
    let kubeconfig = Path::new(&kubeconfig);
    for question in QUESTIONS {
        let words: Vec<&str> = question.split(' ').collect();
        let ours = firstmate(kubeconfig, &words);
        let theirs = kubectl(kubeconfig, &words);
        assert_eq!(timeless(&out(&ours)), timeless(&out(&theirs)), "{question}");
        assert_eq!((err(&ours), ours.status.code()), (err(&theirs), theirs.status.code()), "{question}");
    }
    every_kind(kubeconfig);
}
