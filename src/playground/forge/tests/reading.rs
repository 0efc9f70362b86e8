//! What the bot reads: repositories, files, lists in pages, the search, and all of it with the real client.

use std::time::Duration;

use octocrab::Octocrab;
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::{SUPPORT, Stage, numbers};

#[tokio::test]
async fn a_repository_says_what_it_takes() {
    let stage = Stage::new().await;
    let (status, repo) = stage.get(&format!("/repos/{SUPPORT}")).await;
    assert_eq!(
        (status, &repo["full_name"], &repo["has_issues"], &repo["permissions"]["push"]),
        (200, &json!(SUPPORT), &json!(true), &json!(true))
    );
    assert_eq!(stage.get("/repos/operate-first/attic").await.1["archived"], true);
    assert_eq!(stage.get("/repos/operate-first/mirror").await.1["has_issues"], false);
    assert_eq!(
        stage.get("/repos/operate-first/nowhere").await,
        (
            404,
            json!({
                "message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404",
            })
        )
    );
}

#[rstest]
#[case(Method::GET, "/repos/operate-first/help", 301, "")]
#[case(Method::GET, "/repos/operate-first/help/issues?state=all", 301, "/issues?state=all")]
#[case(Method::POST, "/repos/operate-first/help/issues", 307, "/issues")]
#[tokio::test]
async fn a_moved_repository_leads_on(
    #[case] method: Method,
    #[case] path: &str,
    #[case] status: u16,
    #[case] rest: &str,
) {
    let stage = Stage::new().await;
    let id = stage.get(&format!("/repos/{SUPPORT}")).await.1["id"].clone();
    let response = stage.send(method, path, Value::Null).await;
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(response.status(), status);
    assert_eq!(location, format!("{}/repositories/{id}{rest}", stage.play.github_api_url()));
    let (status, _) = stage.get(location.strip_prefix(&stage.play.github_api_url()).unwrap()).await;
    assert_eq!(status, 200);
    stage.play.finish();
}

#[tokio::test]
async fn files_are_read_once_and_known_by_their_etag() {
    let stage = Stage::new().await;
    let path = format!("/repos/{SUPPORT}/contents/.github/ISSUE_TEMPLATE");
    let (_, listing) = stage.get(&path).await;
    let names: Vec<&str> = listing.as_array().unwrap().iter().map(|file| file["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["1_question.yaml", "2_onboarding.yaml", "3_bug.yml", "config.yml"]);
    let known = async |path: &str, etag: &str| {
        let request = stage.request(Method::GET, path).bearer_auth("playground-github-token");
        request.header("if-none-match", etag).send().await.unwrap()
    };
    for path in [path.clone(), format!("{path}/1_question.yaml")] {
        let etag = stage.send(Method::GET, &path, Value::Null).await.headers()["etag"].to_str().unwrap().to_owned();
        let again = known(&path, &etag).await;
        assert_eq!((again.status().as_u16(), again.text().await.unwrap().as_str()), (304, ""));
        stage.play.forge().write(SUPPORT, ".github/ISSUE_TEMPLATE/1_question.yaml", &format!("name: {path}"));
        assert_eq!(known(&path, &etag).await.status(), 200);
    }
    let (_, file) = stage.get(&format!("{path}/1_question.yaml")).await;
    assert_eq!((&file["encoding"], &file["type"]), (&json!("base64"), &json!("file")));
    use base64::Engine as _;
    let content = base64::engine::general_purpose::STANDARD.decode(file["content"].as_str().unwrap()).unwrap();
    assert_eq!(String::from_utf8(content).unwrap(), format!("name: {path}/1_question.yaml"));
    assert_eq!(stage.get(&format!("/repos/{SUPPORT}/contents/nothing")).await.0, 404);
    let root = stage.get(&format!("/repos/{SUPPORT}/contents/")).await.1;
    assert_eq!(
        (&root[0]["name"], &root[0]["type"], &root[1]["name"]),
        (&json!(".github"), &json!("dir"), &json!("README.md"))
    );
    stage.play.finish();
}

#[tokio::test]
async fn lists_come_in_pages_that_lead_to_each_other() {
    let stage = Stage::new().await;
    for title in ["four", "five"] {
        stage.pass(60);
        stage.play.forge().open(SUPPORT, "dora-data", title, "").await;
    }
    let mut path = format!("/repos/{SUPPORT}/issues?state=all&direction=asc&per_page=2");
    let mut seen = Vec::new();
    loop {
        let response = stage.send(Method::GET, &path, Value::Null).await;
        let link = response.headers().get("link").map(|link| link.to_str().unwrap().to_owned()).unwrap_or_default();
        seen.push(numbers(&response.json().await.unwrap()));
        let next = link.split(", ").find(|one| one.ends_with("rel=\"next\""));
        let Some(next) = next.and_then(|next| next.split(['<', '>']).nth(1)) else { break };
        path = next.strip_prefix(&stage.play.github_api_url()).unwrap().to_owned();
    }
    assert_eq!(seen, [vec![1, 2], vec![3, 4], vec![5]]);
}

#[rstest]
#[case("", &[3, 2])]
#[case("?state=closed", &[1])]
#[case("?state=all&sort=created&direction=asc", &[1, 2, 3])]
#[case("?state=all&creator=emil-edge", &[2])]
#[case("?state=all&labels=kind/bug,area/cluster", &[1])]
#[case("?state=all&since=2026-11-16T09:00:00Z", &[3, 2])]
#[case("?state=all&since=2026-11-16T09:00:01Z", &[3])]
#[tokio::test]
async fn lists_are_asked_for_by_what_is_wanted(#[case] query: &str, #[case] found: &[u64]) {
    let stage = Stage::new().await;
    let (_, list) = stage.get(&format!("/repos/{SUPPORT}/issues{query}")).await;
    assert_eq!(numbers(&list), found);
    stage.play.finish();
}

#[rstest]
#[case("?state=gone")]
#[case("?since=yesterday")]
#[tokio::test]
async fn a_list_of_nonsense_is_refused(#[case] query: &str) {
    let stage = Stage::new().await;
    assert_eq!(stage.get(&format!("/repos/{SUPPORT}/issues{query}")).await.0, 422);
    assert_eq!(stage.play.faults().len(), 1);
}

#[rstest]
#[case("image pulls", &[1])]
#[case("is:issue state:open", &[3, 2])]
#[case("is:closed smaug", &[1])]
#[case("QUOTA storage", &[2])]
#[case("quota in:title argo", &[])]
#[case("(blank OR quota) is:issue", &[3, 2])]
#[case("\"blank page\"", &[3])]
#[case("\"page blank\"", &[])]
#[case("author:emil-edge", &[2])]
#[tokio::test]
async fn the_search_finds_where_all_words_occur(#[case] words: &str, #[case] found: &[u64]) {
    let stage = Stage::new().await;
    let q: String = url::form_urlencoded::byte_serialize(format!("repo:{SUPPORT} {words}").as_bytes()).collect();
    let (status, answer) = stage.get(&format!("/search/issues?q={q}&per_page=5")).await;
    assert_eq!((status, &answer["total_count"]), (200, &json!(found.len())));
    assert_eq!(numbers(&answer["items"]), found);
    stage.play.finish();
}

#[rstest]
#[case("repo:operate-first/nowhere+x", false)]
#[case("", true)]
#[tokio::test]
async fn a_search_that_cannot_be_made_is_refused(#[case] q: &str, #[case] fault: bool) {
    let stage = Stage::new().await;
    assert_eq!(stage.get(&format!("/search/issues?q={q}")).await.0, 422);
    assert_eq!(!stage.play.faults().is_empty(), fault);
}

#[tokio::test]
async fn the_search_learns_of_an_issue_late() {
    let stage = Stage::new().await;
    stage.play.forge().index_lag(Duration::from_secs(60));
    stage.play.forge().open(SUPPORT, "dora-data", "Unheard of", "").await;
    let found = async || stage.get("/search/issues?q=unheard").await.1["total_count"].clone();
    assert_eq!(found().await, 0);
    stage.pass(60);
    assert_eq!(found().await, 1);
}

#[tokio::test]
async fn every_answer_says_how_many_calls_are_left() {
    let stage = Stage::new().await;
    for (path, left) in [("/user", "4999"), ("/repos/operate-first/nowhere", "4998"), ("/rate_limit", "4997")] {
        let answer = stage.send(Method::GET, path, Value::Null).await;
        assert_eq!(answer.headers()["x-ratelimit-remaining"], left, "{path}");
        assert!(answer.headers().contains_key("x-github-request-id"));
    }
    assert_eq!(stage.get("/rate_limit").await.1["rate"]["used"], 4);
}

#[tokio::test]
async fn the_real_client_finds_its_way() {
    let stage = Stage::new().await;
    let client = Octocrab::builder().base_uri(stage.play.github_api_url()).unwrap();
    let client = client.personal_token("playground-github-token".to_owned()).build().unwrap();
    let answer = client._get("/user").await.unwrap();
    let body = client.body_to_string(answer).await.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["login"], "firstmate-bot");
    let asked = json!({"title": "By the real client", "labels": ["kind/question"]});
    let made = client._post(format!("/repos/{SUPPORT}/issues"), Some(&asked)).await.unwrap();
    assert_eq!(made.status(), 201);
    let issue = client.issues("operate-first", "support").get(4).await.unwrap();
    assert_eq!((issue.title.as_str(), issue.labels[0].name.as_str()), ("By the real client", "kind/question"));
    let list = client.issues("operate-first", "support").list().per_page(1).send().await.unwrap();
    assert!(list.next.unwrap().to_string().starts_with(&stage.play.github_api_url()));
    stage.play.finish();
}
