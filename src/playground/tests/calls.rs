//! What the bot calls: the Web API and the response addresses.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use super::super::{Failure, METHODS};
use super::{Stage, empty, view};

#[rstest]
#[case("chat.delete", json!({}), "unknown_method", true)]
#[case("users.list", json!({}), "unknown_method", true)]
#[case("chat.postMessage", json!({"channel": "C01RMPVUUK1", "text": "x", "as_user": true}), "invalid_arguments", true)]
#[case("chat.postMessage", json!({"text": "x"}), "invalid_arguments", true)]
#[case("chat.postMessage", json!({"channel": "C01RMPVUUK1", "text": "x", "mrkdwn": "maybe"}), "invalid_arguments", true)]
#[case("chat.postMessage", json!({"channel": "C0NOWHERE", "text": "x"}), "channel_not_found", false)]
#[case("chat.postMessage", json!({"channel": "C02KY881CJE", "text": "x"}), "not_in_channel", false)]
#[case("chat.postMessage", json!({"channel": "C01RMPVUUK1", "text": "x", "thread_ts": "1.000000"}), "thread_not_found", true)]
#[case("chat.postMessage", json!({"channel": "C01RMPVUUK1"}), "no_text", true)]
#[case("chat.postMessage", json!({"channel": "C01RMPVUUK1", "text": "x", "blocks": "[{"}), "invalid_blocks_format", true)]
#[case("chat.postMessage", json!({"channel": "C01RMPVUUK1", "text": "x", "blocks": []}), "ok", false)]
#[case("chat.postMessage", json!({"channel": "C01RMPVUUK1", "text": "x", "metadata": {"event_type": "t", "event_payload": {"n": 1}}}), "invalid_metadata_format", true)]
#[case("chat.postMessage", json!({"channel": "U0ANN", "text": "x"}), "ok", false)]
#[case("chat.postEphemeral", json!({"channel": "D0ANN", "user": "U0BOB", "text": "x"}), "user_not_in_channel", true)]
#[case("chat.postEphemeral", json!({"channel": "C02KY881CJE", "user": "U0BOB", "text": "x"}), "not_in_channel", false)]
#[case("conversations.history", json!({"channel": "C02KY881CJE"}), "not_in_channel", false)]
#[case("conversations.replies", json!({"channel": "C02KY881CJE", "ts": "1.000000"}), "not_in_channel", false)]
#[case("chat.postMessage", json!({"channel": "C0OLDNEWS01", "text": "x"}), "is_archived", false)]
#[case("chat.postEphemeral", json!({"channel": "C0OLDNEWS01", "user": "U0ANN", "text": "x"}), "is_archived", false)]
#[case("chat.postMessage", json!({"channel": "C0MAINTPRV", "text": "x"}), "channel_not_found", false)]
#[case("chat.postMessage", json!({"channel": "C0OPSPRIV1", "text": "x"}), "ok", false)]
#[case("conversations.info", json!({"channel": "C0MAINTPRV"}), "channel_not_found", false)]
#[case("conversations.info", json!({"channel": "C02KY881CJE"}), "ok", false)]
#[case("conversations.info", json!({"channel": "C02KY881CJE", "limit": 1}), "invalid_arguments", true)]
#[case("users.info", json!({"user": "U0STRANGER"}), "user_not_found", false)]
#[case("users.info", json!({}), "invalid_arguments", true)]
#[case("chat.getPermalink", json!({"channel": "C01RMPVUUK1", "message_ts": "1.000000"}), "message_not_found", true)]
#[case("chat.getPermalink", json!({"channel": "C0MAINTPRV", "message_ts": "1.000000"}), "channel_not_found", false)]
#[case("conversations.history", json!({"channel": "C01RMPVUUK1", "limit": "many"}), "invalid_limit", true)]
#[case("conversations.history", json!({"channel": "C01RMPVUUK1", "oldest": "yesterday"}), "invalid_ts_oldest", true)]
#[case("conversations.history", json!({"channel": "C01RMPVUUK1", "latest": "x"}), "invalid_ts_latest", true)]
#[case("conversations.history", json!({"channel": "C01RMPVUUK1", "cursor": "zz"}), "invalid_cursor", true)]
#[case("conversations.replies", json!({"channel": "C01RMPVUUK1", "ts": "1.000000"}), "thread_not_found", true)]
#[case("conversations.replies", json!({"channel": "C01RMPVUUK1"}), "invalid_arguments", true)]
#[case("views.open", json!({"trigger_id": "made.up", "view": view()}), "invalid_trigger_id", true)]
#[case("views.open", json!({"trigger_id": "made.up"}), "invalid_arguments", true)]
#[tokio::test]
async fn what_a_call_is_refused_with(
    #[case] method: &str,
    #[case] parameters: Value,
    #[case] error: &str,
    #[case] fault: bool,
) {
    let stage = Stage::new(empty).await;
    assert_eq!(stage.error_of(method, parameters.clone()).await, error);
    assert_eq!(!stage.play.faults().is_empty(), fault, "{:?}", stage.play.faults());
    assert_eq!(stage.play.calls(), [(method.to_owned(), parameters)]);
}

#[rstest]
#[case(json!({"text": "x", "as_user": true}), "invalid_arguments", true)]
#[case(json!({}), "no_text", true)]
#[case(json!({"blocks": [{"type": "divider"}]}), "no_text", true)]
#[case(json!({"text": "x", "blocks": [{"type": "divider", "more": 1}]}), "invalid_blocks", true)]
#[case(json!({"text": "x", "metadata": {"event_type": "t", "event_payload": {"n": 1}}}), "invalid_metadata_format", true)]
#[case(json!({"text": "x", "ts": null}), "invalid_arguments", true)]
#[case(json!({"text": "x", "ts": "1.000000"}), "message_not_found", true)]
#[case(json!({"text": "x", "ts": "ANN"}), "cant_update_message", true)]
#[case(json!({"text": "x", "ts": "EPHEMERAL"}), "message_not_found", true)]
#[case(json!({"text": "x", "channel": "C01RF4SPNDD"}), "message_not_found", true)]
#[case(json!({"text": "x", "channel": "U0ANN"}), "channel_not_found", false)]
#[case(json!({"text": "x", "channel": "C02KY881CJE"}), "not_in_channel", false)]
#[tokio::test]
async fn what_an_update_is_refused_with(#[case] changes: Value, #[case] error: &str, #[case] fault: bool) {
    let stage = Stage::new(empty).await;
    let ann = stage.play.as_("ann").in_("#support");
    ann.types("mine").await;
    let by_ann = ann.newest().unwrap();
    let post = json!({"channel": "C01RMPVUUK1", "user": "U0ANN", "text": "psst"});
    let secret = stage.call("chat.postEphemeral", post).await["message_ts"].clone();
    let post = json!({"channel": "C01RMPVUUK1", "text": "ours"});
    let posted = stage.call("chat.postMessage", post).await;
    let mut parameters = json!({"channel": "C01RMPVUUK1", "ts": posted["ts"]});
    for (name, value) in changes.as_object().unwrap() {
        parameters[name] = match value.as_str() {
            Some("ANN") => by_ann.as_str().into(),
            Some("EPHEMERAL") => secret.clone(),
            _ => value.clone(),
        };
    }
    assert_eq!(stage.error_of("chat.update", parameters).await, error);
    assert_eq!(!stage.play.faults().is_empty(), fault);
    assert!(ann.messages().iter().all(|one| one["edited"] == false));
}

#[tokio::test]
async fn an_update_changes_what_everybody_reads_and_keeps_its_place() {
    let stage = Stage::new(empty).await;
    let metadata = json!({"event_type": "reminder", "event_payload": {"key": "k"}});
    let post =
        json!({"channel": "C01RT0NNCP7", "text": "At 8:30", "blocks": [{"type": "divider"}], "metadata": metadata});
    let ts = stage.call("chat.postMessage", post).await["ts"].clone();
    let reply = json!({"channel": "C01RT0NNCP7", "text": "Moved, the room is taken", "thread_ts": ts});
    stage.call("chat.postMessage", reply).await;
    let update = |more: Value| {
        let mut parameters = json!({"channel": "C01RT0NNCP7", "ts": ts, "text": "At 9:30"});
        parameters.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        stage.call("chat.update", parameters)
    };
    let updated = update(json!({})).await;
    assert_eq!(
        (&updated["ts"], &updated["text"], &updated["channel"]),
        (&ts, &json!("At 9:30"), &json!("C01RT0NNCP7"))
    );
    let message = &updated["message"];
    assert_eq!((message.get("blocks"), &message["metadata"], message["edited"].is_object()), (None, &metadata, true));
    insta::assert_snapshot!(stage.play.as_("bob").reads("#announcements"), @"
    firstmate: At 9:30
      ↳ firstmate: Moved, the room is taken
    ");
    let other = json!({"event_type": "reminder", "event_payload": {"key": "l"}});
    let updated = update(json!({"metadata": other, "blocks": [{"type": "divider"}]})).await;
    assert_eq!(updated["message"]["metadata"], other);
    assert!(updated["message"]["blocks"][0]["block_id"].is_string());
    let updated = update(json!({"metadata": {}})).await;
    assert_eq!(updated["message"].get("metadata"), None);
    stage.play.finish();
}

#[rstest]
#[case(None, "not_authed")]
#[case(Some("playground-bot-token"), "not_authed")]
#[case(Some("Bearer something else"), "invalid_auth")]
#[case(Some("Bearer playground-bot-token"), "ok")]
#[tokio::test]
async fn the_token_is_looked_at(#[case] authorization: Option<&str>, #[case] expected: &str) {
    let stage = Stage::new(empty).await;
    let answer = stage.call_as(authorization, "auth.test", &json!({})).await;
    assert_eq!(answer["error"].as_str().unwrap_or("ok"), expected);
    assert_eq!(stage.play.faults().is_empty(), expected == "ok");
}

#[tokio::test]
async fn every_listed_method_is_served() {
    let stage = Stage::new(empty).await;
    for (method, _) in METHODS {
        assert_ne!(stage.error_of(method, json!({})).await, "unknown_method", "{method}");
    }
}

#[tokio::test]
async fn parameters_come_as_query_form_or_json() {
    let stage = Stage::new(empty).await;
    let url = |method: &str| format!("{}/{method}", stage.play.slack_api_url());
    let form = "channel=C01RMPVUUK1&text=a+b&unfurl_links=false&blocks=%5B%7B%22type%22%3A%22divider%22%7D%5D";
    let posted = stage
        .http
        .post(url("chat.postMessage"))
        .bearer_auth("playground-bot-token")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form);
    let posted: Value = posted.send().await.unwrap().json().await.unwrap();
    assert_eq!(
        (&posted["message"]["text"], &posted["message"]["blocks"][0]["type"]),
        (&json!("a b"), &json!("divider"))
    );
    let read =
        stage.http.get(url("conversations.history?channel=C01RMPVUUK1&limit=1")).bearer_auth("playground-bot-token");
    let read: Value = read.send().await.unwrap().json().await.unwrap();
    assert_eq!(read["messages"][0]["ts"], posted["ts"]);
    let wrong = stage
        .http
        .post(url("auth.test"))
        .bearer_auth("playground-bot-token")
        .header("content-type", "application/json")
        .body("{");
    assert_eq!(wrong.send().await.unwrap().json::<Value>().await.unwrap()["error"], "invalid_json");
}

#[tokio::test]
async fn history_and_replies_come_in_pages_of_fifteen() {
    let stage = Stage::new(empty).await;
    let post = |parameters: Value| stage.call("chat.postMessage", parameters);
    let root = post(json!({"channel": "C01RMPVUUK1", "text": "root", "metadata": {"event_type": "t", "event_payload": {"key": "k"}}})).await["ts"].as_str().unwrap().to_owned();
    for number in 0..20 {
        post(json!({"channel": "C01RMPVUUK1", "text": format!("reply {number}"), "thread_ts": root})).await;
        post(json!({"channel": "C01RMPVUUK1", "text": format!("top {number}")})).await;
    }
    stage.call("chat.postEphemeral", json!({"channel": "C01RMPVUUK1", "user": "U0ANN", "text": "secret"})).await;

    let texts = |page: &Value| {
        page["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|message| message["text"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let first = stage.call("conversations.history", json!({"channel": "C01RMPVUUK1", "limit": 100})).await;
    assert_eq!((texts(&first).len(), texts(&first)[0].as_str(), &first["has_more"]), (15, "top 19", &json!(true)));
    let cursor = first["response_metadata"]["next_cursor"].clone();
    let second = stage.call("conversations.history", json!({"channel": "C01RMPVUUK1", "cursor": cursor})).await;
    assert_eq!((texts(&second).len(), texts(&second)[5].as_str(), &second["has_more"]), (6, "root", &json!(false)));
    assert_eq!((&second["messages"][5]["reply_count"], second["messages"][5].get("metadata")), (&json!(20), None));

    let first = stage
        .call("conversations.replies", json!({"channel": "C01RMPVUUK1", "ts": root, "include_all_metadata": true}))
        .await;
    assert_eq!((texts(&first).len(), texts(&first)[1].as_str()), (15, "reply 0"));
    assert_eq!(first["messages"][0]["metadata"]["event_payload"]["key"], "k");
    let second = stage
        .call(
            "conversations.replies",
            json!({"channel": "C01RMPVUUK1", "ts": root, "cursor": first["response_metadata"]["next_cursor"]}),
        )
        .await;
    assert_eq!((texts(&second).len(), texts(&second)[5].as_str()), (6, "reply 19"));

    let third = first["messages"][3]["ts"].clone();
    let after = stage
        .call("conversations.replies", json!({"channel": "C01RMPVUUK1", "ts": root, "oldest": third, "limit": 3}))
        .await;
    assert_eq!(texts(&after), ["root", "reply 3", "reply 4"]);
    let with = stage.call("conversations.replies", json!({"channel": "C01RMPVUUK1", "ts": root, "oldest": third, "inclusive": true, "latest": first["messages"][5]["ts"]})).await;
    assert_eq!(texts(&with), ["root", "reply 2", "reply 3", "reply 4"]);
    stage.play.finish();
}

#[tokio::test]
async fn people_and_places_are_looked_up() {
    let stage = Stage::new(empty).await;
    let ann = stage.call("users.info", json!({"user": "U0ANN"})).await["user"].clone();
    assert_eq!(
        (&ann["real_name"], &ann["profile"]["display_name"], &ann["is_bot"], &ann["deleted"], &ann["tz"]),
        (&json!("Ann Newcomer"), &json!("ann"), &json!(false), &json!(false), &json!("Etc/UTC"))
    );
    assert_eq!(stage.call("users.info", json!({"user": "U0FIRSTMATE"})).await["user"]["is_bot"], true);
    let marks = async |id: &str| {
        let channel = stage.call("conversations.info", json!({"channel": id})).await["channel"].clone();
        ["name", "is_private", "is_im", "is_archived", "is_member"].map(|name| channel[name].clone())
    };
    let (yes, no) = (json!(true), json!(false));
    assert_eq!(marks("C02KY881CJE").await, [json!("data-science"), no.clone(), no.clone(), no.clone(), no.clone()]);
    assert_eq!(marks("C0OPSPRIV1").await, [json!("ops-private"), yes.clone(), no.clone(), no.clone(), yes.clone()]);
    assert_eq!(marks("C0OLDNEWS01").await[3], yes);
    assert_eq!(marks("D0ANN").await[2], yes);
    stage.play.finish();
}

#[tokio::test]
async fn the_address_of_a_reply_says_in_which_thread_it_stands() {
    let stage = Stage::new(empty).await;
    let said = vec![("ann".into(), "root".into(), None), ("bob".into(), "reply".into(), None)];
    let root = stage.play.seed_thread("#support", said);
    let messages = stage.play.as_("ann").in_("#support").messages();
    let permalink = async |ts: &Value| {
        let asked = json!({"channel": "C01RMPVUUK1", "message_ts": ts});
        stage.call("chat.getPermalink", asked).await["permalink"].as_str().unwrap_or_default().to_owned()
    };
    let address = "https://operatefirst.slack.com/archives/C01RMPVUUK1";
    assert_eq!(permalink(&messages[0]["ts"]).await, format!("{address}/p1795165200000000"));
    assert_eq!(
        permalink(&messages[1]["ts"]).await,
        format!("{address}/p1795165200000001?thread_ts={root}&cid=C01RMPVUUK1")
    );
    stage.play.finish();
}

#[rstest]
#[case("conversations.replies", json!({"ts": "ROOT"}), "thread_not_found")]
#[case("chat.postMessage", json!({"thread_ts": "ROOT", "text": "x"}), "thread_not_found")]
#[case("chat.getPermalink", json!({"message_ts": "ROOT"}), "message_not_found")]
#[tokio::test]
async fn what_a_person_deleted_is_gone_and_that_is_no_fault(
    #[case] method: &str,
    #[case] asked: Value,
    #[case] error: &str,
) {
    let stage = Stage::new(empty).await;
    let ann = stage.play.as_("ann").in_("#support");
    ann.types("root").await;
    let root = ann.newest().unwrap();
    ann.deletes(&root).await;
    let mut parameters = json!({"channel": "C01RMPVUUK1"});
    for (name, value) in asked.as_object().unwrap() {
        parameters[name] = if value == "ROOT" { root.as_str().into() } else { value.clone() };
    }
    assert_eq!(stage.error_of(method, parameters).await, error);
    stage.play.finish();
}

#[rstest]
#[case(Duration::from_millis(3_000), "ok")]
#[case(Duration::from_millis(3_001), "expired_trigger_id")]
#[tokio::test]
async fn a_trigger_lives_three_seconds(#[case] later: Duration, #[case] expected: &str) {
    let stage = Stage::new(empty).await;
    stage.play.as_("ann").in_("#support").types("/onboard").await;
    stage.pass(later);
    let trigger = stage.last().field("trigger_id");
    assert_eq!(stage.error_of("views.open", json!({"trigger_id": trigger, "view": view()})).await, expected);
    assert!(stage.play.faults().is_empty());
    if expected == "ok" {
        assert_eq!(
            stage.error_of("views.open", json!({"trigger_id": trigger, "view": view()})).await,
            "exchanged_trigger_id"
        );
        assert_eq!(stage.play.faults(), ["views.open: exchanged_trigger_id"]);
    }
}

#[tokio::test]
async fn a_response_url_takes_five_posts_in_thirty_minutes() {
    let stage = Stage::new(empty).await;
    let ann = stage.play.as_("ann");
    ann.in_("#support").types("/onboard a").await;
    let url = stage.last().field("response_url");
    for _ in 0..5 {
        assert_eq!(stage.respond(&url, json!({"text": "x"})).await.0, 200);
    }
    assert_eq!(stage.respond(&url, json!({"text": "x"})).await, (404, r#"{"error":"used_url","ok":false}"#.to_owned()));
    assert_eq!(stage.play.faults(), ["response_url: used_url"]);
    assert_eq!(ann.in_("#support").messages().len(), 5);

    for (later, expected) in [(30 * 60, 200), (30 * 60 + 1, 404)] {
        ann.in_("#support").types("/onboard b").await;
        let url = stage.last().field("response_url");
        stage.pass(Duration::from_secs(later));
        assert_eq!(stage.respond(&url, json!({"text": "x"})).await.0, expected);
    }
    assert_eq!(stage.play.faults().len(), 1, "an expired address is no fault");
}

#[rstest]
#[case(json!({"text": "x", "colour": "red"}), "invalid_arguments")]
#[case(json!({"blocks": [{"type": "divider"}]}), "no_text")]
#[case(json!({"text": "x", "response_type": "loud"}), "invalid_arguments")]
#[case(json!({"text": "x", "replace_original": "true"}), "invalid_arguments")]
#[case(json!(["x"]), "invalid_payload")]
#[case(json!({"text": "x", "thread_ts": "1.000000"}), "thread_not_found")]
#[tokio::test]
async fn what_a_response_url_refuses(#[case] reply: Value, #[case] error: &str) {
    let stage = Stage::new(empty).await;
    stage.play.as_("ann").in_("#support").types("/onboard a").await;
    let (status, body) = stage.respond(&stage.last().field("response_url"), reply).await;
    assert_eq!((status, serde_json::from_str::<Value>(&body).unwrap()["error"].as_str()), (400, Some(error)));
    assert_eq!(stage.play.faults().len(), 1, "{:?}", stage.play.faults());
}

#[tokio::test]
async fn a_direct_message_is_seen_by_its_person_only() {
    let stage = Stage::new(empty).await;
    stage.play.as_("ann").in_("@firstmate").types("hello").await;
    stage.call("chat.postMessage", json!({"channel": "D0ANN", "text": "hello Ann"})).await;
    insta::assert_snapshot!(stage.play.as_("ann").reads("@firstmate"), @"
    Ann Newcomer: hello
    firstmate: hello Ann
    ");
    assert_eq!(stage.play.as_("bob").reads("@firstmate"), "");
    let url = format!("http://{}/api/messages?as=U0BOB&channel=D0ANN", stage.play.address());
    assert_eq!(stage.http.get(url).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn calls_can_be_made_to_fail() {
    let stage = Stage::new(empty).await;
    let within = |patience: Duration| {
        let url = format!("{}/auth.test", stage.play.slack_api_url());
        stage.http.post(url).bearer_auth("playground-bot-token").timeout(patience).send()
    };
    let send = || within(Duration::from_secs(30));
    let impatient = || within(Duration::from_millis(200));
    stage.play.fail_next("auth.test", Failure::RateLimited { retry_after: 7 }, 2);
    for _ in 0..2 {
        let response = send().await.unwrap();
        assert_eq!((response.status().as_u16(), response.headers()["retry-after"].to_str().unwrap()), (429, "7"));
    }
    stage.play.fail_next("auth.test", Failure::ServerError, 1);
    assert_eq!(send().await.unwrap().status(), 500);
    stage.play.fail_next("auth.test", Failure::Malformed, 1);
    send().await.unwrap().json::<Value>().await.unwrap_err();
    stage.play.fail_next("auth.test", Failure::Closed, 1);
    assert!(match send().await {
        Err(error) => !error.is_timeout(),
        Ok(response) => response.text().await.is_err_and(|error| !error.is_timeout()),
    });
    stage.play.fail_next("auth.test", Failure::NoAnswer, 1);
    assert!(impatient().await.unwrap_err().is_timeout());
    stage.play.slow_next("auth.test", Duration::from_secs(60));
    assert!(impatient().await.unwrap_err().is_timeout());
    assert_eq!(send().await.unwrap().json::<Value>().await.unwrap()["ok"], true);
}

#[tokio::test]
async fn anything_can_be_sent_to_the_bot() {
    let stage = Stage::new(empty).await;
    stage.play.send_raw("/slack/commands", &[("x-odd".into(), "1".into())], b"\xff".to_vec()).await;
    assert_eq!((stage.last().header("x-odd"), stage.last().header("x-slack-signature")), (Some("1"), None));
    stage.play.as_("ann").in_("#support").types("/onboard a").await;
    let delivery = stage.play.deliveries().pop().unwrap();
    stage.play.send_again(&delivery).await;
    let heard = stage.heard();
    assert_eq!(
        (&heard[1].body, heard[1].header("x-slack-signature")),
        (&heard[2].body, heard[2].header("x-slack-signature"))
    );
}
