//! Files that the bot uploads: announced, sent, shared, and opened by people.

use rstest::rstest;
use serde_json::{Value, json};

use super::{Stage, empty};

const SUPPORT: &str = "C01RMPVUUK1";

/// Announces a file: its id and where to send it.
async fn announced(stage: &Stage, name: &str, length: usize) -> (String, String) {
    let url = format!("{}/files.getUploadURLExternal", stage.play.slack_api_url());
    let request = stage
        .http
        .post(url)
        .bearer_auth("playground-bot-token")
        .form(&[("filename", name.to_owned()), ("length", length.to_string())]);
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["ok"], true, "{answer}");
    let text = |field: &str| answer[field].as_str().unwrap().to_owned();
    (text("file_id"), text("upload_url"))
}

async fn sent(stage: &Stage, url: &str, content: &str) -> u16 {
    stage.http.post(url).body(content.to_owned()).send().await.unwrap().status().as_u16()
}

async fn complete(stage: &Stage, id: &str, more: Value) -> Value {
    let mut asked = json!({"files": [{"id": id, "title": "Pods of smaug"}], "channel_id": SUPPORT});
    for (name, value) in more.as_object().unwrap() {
        asked[name] = value.clone();
    }
    stage.call("files.completeUploadExternal", asked).await
}

#[tokio::test]
async fn a_file_is_announced_sent_and_shared() {
    let stage = Stage::new(empty).await;
    let content = "NAME   READY\n<!channel>  1/1\n";
    let (id, url) = announced(&stage, "pods.txt", content.len()).await;
    assert_eq!(sent(&stage, &url, content).await, 200);
    assert_eq!(stage.play.as_("ann").in_("#support").messages().len(), 0, "nobody sees it yet");
    let answer = complete(&stage, &id, json!({"initial_comment": "All of them"})).await;
    assert_eq!(answer, json!({"ok": true, "files": [{"id": id, "title": "Pods of smaug"}]}));

    let history = stage.call("conversations.history", json!({"channel": SUPPORT})).await;
    let message = &history["messages"][0];
    assert_eq!(
        ["user", "bot_id", "text"].map(|field| message[field].as_str().unwrap()),
        ["U0FIRSTMATE", "B0FIRSTMATE", "All of them"]
    );
    let file = &message["files"][0];
    let facts = ["id", "name", "title", "size", "mimetype"].map(|field| file[field].clone());
    let expected = [json!(id), json!("pods.txt"), json!("Pods of smaug"), json!(content.len()), json!("text/plain")];
    assert_eq!(facts, expected);
    assert!(file["permalink"].as_str().unwrap().contains(&id));

    let ann = stage.play.as_("ann");
    insta::assert_snapshot!(ann.reads("#support"), @"
    firstmate: All of them
        (file: pods.txt)
    ");
    assert_eq!(ann.in_("#support").newest_file(), Some(("pods.txt".to_owned(), content.to_owned())));
    let url = |person: &str| format!("http://{}/api/file?as={person}&channel={SUPPORT}&id={id}", stage.play.address());
    let shown: Value = stage.http.get(url("U0BOB")).send().await.unwrap().json().await.unwrap();
    assert_eq!(shown, json!({"text": content}));
    let other = url("U0BOB").replace(SUPPORT, "C01RF4SPNDD");
    assert_eq!(stage.http.get(other).send().await.unwrap().status(), 404, "it is not in that channel");
    stage.play.finish();
}

#[tokio::test]
async fn a_file_goes_into_a_thread_or_a_direct_message() {
    let stage = Stage::new(empty).await;
    let root = stage.play.seed_thread("#support", vec![("ann".into(), "root".into(), None)]);
    let direct = stage.call("conversations.open", json!({"users": "U0ANN"})).await["channel"]["id"].clone();
    for place in [json!({"thread_ts": root}), json!({"channel_id": direct})] {
        let (id, url) = announced(&stage, "log.txt", 3).await;
        assert_eq!(sent(&stage, &url, "one").await, 200);
        assert_eq!(sent(&stage, &url, "two").await, 200, "what was lost on the way is sent again");
        assert_eq!(complete(&stage, &id, place).await["ok"], true);
    }
    let replies = stage.call("conversations.replies", json!({"channel": SUPPORT, "ts": root})).await;
    assert_eq!(replies["messages"][1]["files"][0]["name"], "log.txt");
    let ann = stage.play.as_("ann");
    let two = Some(("log.txt".to_owned(), "two".to_owned()));
    assert_eq!(
        (ann.in_("#support").in_thread(root).newest_file(), ann.in_("@firstmate").newest_file()),
        (two.clone(), two)
    );
    stage.play.finish();
}

#[rstest]
#[case(json!({"channel_id": "C02KY881CJE"}), "not_in_channel", false)]
#[case(json!({"channel_id": "C0NOWHERE"}), "channel_not_found", false)]
#[case(json!({"channel_id": "C0OLDNEWS01"}), "is_archived", false)]
#[case(json!({"channel_id": "U0ANN"}), "channel_not_found", false)]
#[case(json!({"thread_ts": "1.000000"}), "thread_not_found", true)]
#[case(json!({"files": []}), "invalid_arguments", true)]
#[case(json!({"files": "[{"}), "invalid_arguments", true)]
#[case(json!({"files": [{"id": "F0", "alt": "x"}]}), "invalid_arguments", true)]
#[case(json!({"files": [{"id": "F0"}]}), "file_not_found", true)]
#[case(json!({"blocks": []}), "invalid_arguments", true)]
#[tokio::test]
async fn what_is_refused_when_a_file_is_shared(#[case] asked: Value, #[case] error: &str, #[case] fault: bool) {
    let stage = Stage::new(empty).await;
    let (id, url) = announced(&stage, "log.txt", 3).await;
    sent(&stage, &url, "one").await;
    assert_eq!(complete(&stage, &id, asked).await["error"], error);
    assert_eq!(!stage.play.faults().is_empty(), fault, "{:?}", stage.play.faults());
    assert_eq!(complete(&stage, &id, json!({})).await["ok"], true, "the file is still there");
}

#[tokio::test]
async fn a_file_is_shared_once_and_only_if_it_was_sent() {
    let stage = Stage::new(empty).await;
    let (id, url) = announced(&stage, "log.txt", 3).await;
    assert_eq!(complete(&stage, &id, json!({})).await["error"], "file_not_found");
    assert_eq!(sent(&stage, &url, "four").await, 400);
    assert_eq!(complete(&stage, &id, json!({})).await["error"], "file_not_found");
    assert_eq!(sent(&stage, &url, "one").await, 200);
    assert_eq!(complete(&stage, &id, json!({})).await["ok"], true);
    assert_eq!(complete(&stage, &id, json!({})).await["error"], "file_not_found");
    assert_eq!(sent(&stage, &url, "one").await, 404);
    let expected = [
        "files.completeUploadExternal: file_not_found",
        "upload_url: wrong_length",
        "files.completeUploadExternal: file_not_found",
        "files.completeUploadExternal: file_not_found",
        "upload_url: no_such_upload",
    ];
    assert_eq!(stage.play.faults(), expected);
    assert_eq!(stage.play.as_("ann").in_("#support").messages().len(), 1);
}

#[rstest]
#[case(json!({"filename": "a.txt", "length": 3}), "as JSON, which this method does not read")]
#[case(json!({}), "without anything")]
#[tokio::test]
async fn what_is_refused_when_a_file_is_announced(#[case] asked: Value, #[case] why: &str) {
    let stage = Stage::new(empty).await;
    assert_eq!(stage.error_of("files.getUploadURLExternal", asked).await, "invalid_arguments", "{why}");
    assert_eq!(stage.play.faults().len(), 1);
}

#[rstest]
#[case("filename=a.txt&length=0", "invalid_arguments")]
#[case("filename=a.txt&length=x", "invalid_arguments")]
#[case("filename=&length=3", "invalid_arguments")]
#[case("filename=a.txt&length=3&title=x", "invalid_arguments")]
#[case("filename=a.txt&length=3", "ok")]
#[tokio::test]
async fn a_file_has_a_name_and_a_length(#[case] query: &str, #[case] expected: &str) {
    let stage = Stage::new(empty).await;
    let url = format!("{}/files.getUploadURLExternal?{query}", stage.play.slack_api_url());
    let answer = stage.http.get(url).bearer_auth("playground-bot-token").send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["error"].as_str().unwrap_or("ok"), expected);
    assert_eq!(stage.play.faults().is_empty(), expected == "ok");
}
