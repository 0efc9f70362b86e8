//! Who may call: the bot's token, the app's JWT, and the tokens that it makes.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::{SUPPORT, Stage, installed, jwt, read};

#[rstest]
#[case(None, 401)]
#[case(Some("Bearer wrong"), 401)]
#[case(Some("playground-github-token"), 401)]
#[case(Some("token playground-github-token"), 200)]
#[case(Some("Bearer playground-github-token"), 200)]
#[tokio::test]
async fn the_token_is_looked_at(#[case] authorization: Option<&str>, #[case] status: u16) {
    let stage = Stage::new().await;
    let mut request = stage.request(Method::GET, "/user");
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    let (got, body) = read(request.send().await.unwrap()).await;
    assert_eq!(got, status);
    let (key, value) = if status == 200 { ("login", "firstmate-bot") } else { ("message", "Bad credentials") };
    assert_eq!(body[key], value);
    assert_eq!(stage.play.faults().is_empty(), status == 200);
}

#[tokio::test]
async fn without_a_user_agent_nobody_gets_in() {
    let stage = Stage::new().await;
    let nameless = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = nameless.get(format!("{}/user", stage.play.github_api_url())).bearer_auth("playground-github-token");
    assert_eq!(request.send().await.unwrap().status(), 403);
    assert_eq!(stage.play.faults(), ["GET /user: 403 no User-Agent"]);
}

#[tokio::test]
async fn what_is_not_served_and_what_is_not_taken_are_faults() {
    let stage = Stage::new().await;
    assert_eq!(stage.get("/repos/operate-first/support/pulls").await.0, 404);
    assert_eq!(stage.send(Method::DELETE, "/user", Value::Null).await.status(), 404);
    let (status, _) = stage.post(&format!("/repos/{SUPPORT}/issues"), json!({"title": "x", "milestone": 1})).await;
    assert_eq!(status, 201);
    assert_eq!(stage.get(&format!("/repos/{SUPPORT}/issues?assignee=x")).await.0, 200);
    assert_eq!(
        stage.play.faults(),
        [
            "GET /repos/operate-first/support/pulls: 404 no such call is served",
            "DELETE /user: 404 no such call is served",
            "POST /repos/{o}/{r}/issues: unknown parameter or field: milestone",
            "GET /repos/{o}/{r}/issues: unknown parameter or field: assignee",
        ]
    );
}

#[tokio::test]
async fn a_token_of_the_app_reaches_what_it_was_made_for() {
    let stage = Stage::new().await;
    let asked = json!({"repositories": ["support"], "permissions": {"issues": "write", "contents": "read", "metadata": "read"}});
    let (status, made) = installed(&stage, asked).await;
    assert_eq!(
        (status, &made["expires_at"], &made["permissions"]["issues"]),
        (201, &json!("2026-11-20T10:00:00Z"), &json!("write"))
    );
    let token = made["token"].as_str().unwrap();
    let call = async |method: Method, path: &str, body: Value| {
        let request = stage.request(method, path).bearer_auth(token).json(&body);
        read(request.send().await.unwrap()).await
    };
    let (status, issue) = call(Method::POST, &format!("/repos/{SUPPORT}/issues"), json!({"title": "By the app"})).await;
    assert_eq!(
        (status, &issue["user"]["login"], &issue["user"]["type"]),
        (201, &json!("firstmate[bot]"), &json!("Bot"))
    );
    assert_eq!(call(Method::GET, "/repos/operate-first/community", json!({})).await.0, 404);
    assert_eq!(call(Method::GET, "/search/issues?q=repo:operate-first/community+x", json!({})).await.0, 422);
    stage.pass(3_600);
    assert_eq!(call(Method::GET, &format!("/repos/{SUPPORT}"), json!({})).await.0, 401);
    stage.play.finish();
}

#[rstest]
#[case(json!({"permissions": {"issues": "read"}}), Method::POST, "/repos/operate-first/support/issues", 403)]
#[case(json!({"permissions": {"issues": "write"}}), Method::GET, "/repos/operate-first/support/contents/README.md", 403)]
#[case(json!({"permissions": {"issues": "read"}}), Method::GET, "/repos/operate-first/support/issues", 200)]
#[case(json!({}), Method::GET, "/repos/operate-first/community/contents/README.md", 200)]
#[case(json!({}), Method::GET, "/user", 403)]
#[tokio::test]
async fn a_token_of_the_app_allows_what_it_was_made_for(
    #[case] asked: Value,
    #[case] method: Method,
    #[case] path: &str,
    #[case] status: u16,
) {
    let stage = Stage::new().await;
    let (_, made) = installed(&stage, asked).await;
    let request = stage.request(method, path).bearer_auth(made["token"].as_str().unwrap());
    assert_eq!(request.send().await.unwrap().status(), status);
}

#[rstest]
#[case(json!({"repositories": ["nowhere"]}))]
#[case(json!({"permissions": {"contents": "write"}}))]
#[case(json!({"permissions": {"administration": "read"}}))]
#[tokio::test]
async fn a_token_for_more_than_was_granted_is_not_made(#[case] asked: Value) {
    let stage = Stage::new().await;
    assert_eq!(installed(&stage, asked).await.0, 422);
}

#[rstest]
#[case(&jwt(600), "/app", 200)]
#[case(&jwt(3_600), "/app", 401)]
#[case("a.b.c", "/app", 401)]
#[case("playground-github-token", "/app", 401)]
#[case(&jwt(600), "/repos/operate-first/support/issues", 403)]
#[case(&jwt(600), "/repos/operate-first/nowhere/installation", 404)]
#[tokio::test]
async fn the_app_shows_a_jwt_for_itself_only(#[case] token: &str, #[case] path: &str, #[case] status: u16) {
    let stage = Stage::new().await;
    let response = stage.request(Method::GET, path).bearer_auth(token).send().await.unwrap();
    assert_eq!(response.status(), status);
}
