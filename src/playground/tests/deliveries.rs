//! What is typed and said: what goes to the bot, signed, and what a person sees of its answers.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use axum::response::{IntoResponse, Response};
use rstest::rstest;
use serde_json::json;
use slack_morphism::signature_verifier::SlackEventSignatureVerifier;

use super::{Heard, START, Stage, blocks, empty, json_answer, view};

#[tokio::test]
async fn a_slash_command_is_signed_and_answered_only_to_its_person() {
    let stage = Stage::new(|_| json_answer(&json!({"text": "No.", "blocks": blocks()}))).await;
    let delivered = stage.play.as_("ann").in_("#support").types("/onboard  is there an <SLA> & why ").await;
    assert_eq!(delivered.status, 200);
    let heard = stage.last();
    assert_eq!(heard.path, "/slack/commands");
    assert_eq!(heard.header("content-type"), Some("application/x-www-form-urlencoded"));
    let names = [
        "command",
        "text",
        "channel_id",
        "channel_name",
        "user_id",
        "user_name",
        "team_id",
        "team_domain",
        "api_app_id",
        "is_enterprise_install",
    ];
    let fields: Vec<String> = names.iter().map(|name| heard.field(name)).collect();
    insta::assert_snapshot!(fields.join(" | "), @"/onboard | is there an <SLA> & why | C01RMPVUUK1 | support | U0ANN | ann | T01SKMNPRUG | operatefirst | A0FIRSTMATE | false");
    insta::assert_snapshot!(stage.play.as_("ann").reads("#support"), @"
    firstmate (only you): No.
        # No agreement
        Nobody promises uptime. See [the page](https://example.org/a?b=1&c=2) & ask @Bob Maintainer.
        [Show everyone] [Suggest an edit → https://example.org/edit]
        ---
        2021-12-06 · in <#C01RMPVUUK1>
    ");
    assert_eq!(stage.play.as_("bob").reads("#support"), "");
    assert_eq!(stage.play.deliveries().len(), 1);
    stage.play.finish();
}

#[tokio::test]
async fn its_signature_is_what_slack_morphism_accepts_whatever_time_it_is_there() {
    let stage = Stage::new(empty).await;
    stage.pass(Duration::from_secs(90 * 24 * 3_600));
    stage.play.as_("ann").in_("#support").types("/onboard ünï").await;
    let heard = stage.last();
    let verifier = SlackEventSignatureVerifier::new(&"0123456789abcdef0123456789abcdef".to_owned().into());
    let (signature, time) =
        (heard.header("x-slack-signature").unwrap(), heard.header("x-slack-request-timestamp").unwrap());
    verifier.verify(signature, &heard.body, time).unwrap();
    verifier.verify(signature, &format!("{} ", heard.body), time).unwrap_err();
}

#[tokio::test]
async fn signatures_have_a_time_of_their_own_and_everything_else_the_workspaces() {
    let stage = Stage::with(empty, |setup| {
        setup.signed_at = Arc::new(|| UNIX_EPOCH + Duration::from_secs(1_700_000_000));
    })
    .await;
    let signed_at = || {
        let heard = stage.last();
        heard.header("x-slack-request-timestamp").unwrap().to_owned()
    };
    stage.play.as_("ann").in_("@firstmate").types("hello").await;
    assert_eq!(signed_at(), "1700000000");
    let envelope = stage.last().json();
    assert_eq!((&envelope["event_time"], &envelope["event"]["ts"]), (&json!(START), &json!(format!("{START}.000000"))));
    stage.play.send_signed("/slack/events", "text/plain", "").await;
    assert_eq!(signed_at(), "1700000000");
}

#[tokio::test]
async fn an_in_channel_answer_shows_what_was_typed() {
    let stage = Stage::new(|_| json_answer(&json!({"text": "Hello", "response_type": "in_channel"}))).await;
    stage.play.as_("ann").in_("#general").types("/firstmate hello").await;
    insta::assert_snapshot!(stage.play.as_("bob").reads("#general"), @"
    Ann Newcomer: /firstmate hello
    firstmate: Hello
    ");
    stage.play.finish();
}

#[tokio::test]
async fn a_plain_answer_and_an_empty_one() {
    let stage =
        Stage::new(|heard| if heard.field("text") == "quiet" { empty(heard) } else { "Plain".into_response() }).await;
    let ann = stage.play.as_("ann");
    ann.in_("#general").types("/firstmate quiet").await;
    assert_eq!(ann.reads("#general"), "");
    ann.in_("#general").types("/firstmate loud").await;
    assert_eq!(ann.reads("#general"), "firstmate (only you): Plain");
}

#[tokio::test]
async fn what_slackbot_says_when_a_command_does_not_work() {
    let stage = Stage::with(
        |heard| match heard.field("text").as_str() {
            "break" => (axum::http::StatusCode::INTERNAL_SERVER_ERROR, "oh").into_response(),
            "garble" => ([("content-type", "application/json")], "{").into_response(),
            "big" => json_answer(&json!({"text": "x".repeat(40_001)})),
            _ => Response::new(axum::body::Body::from_stream(
                futures::stream::pending::<Result<String, std::io::Error>>(),
            )),
        },
        |setup| setup.answer_within = Duration::from_millis(500),
    )
    .await;
    let ann = stage.play.as_("ann");
    let root = stage.call("chat.postMessage", json!({"channel": "C01RMPVUUK1", "text": "root"})).await["ts"]
        .as_str()
        .unwrap()
        .to_owned();
    for text in ["/nothing", "/onboard break", "/onboard garble", "/onboard big", "/onboard sleep"] {
        ann.in_("#support").types(text).await;
    }
    let delivered = ann.in_("#support").in_thread(&root).types("/onboard x").await;
    assert_eq!(delivered.status, 0);
    stage.play.connect("http://127.0.0.1:1");
    ann.in_("#support").types("/onboard x").await;
    insta::assert_snapshot!(ann.hears().join("\n"), @r#"
    /nothing is not a command here. Everything that starts with "/" is taken for a command.
    /onboard didn't work: the app answered with status 500 (dispatch_failed)
    /onboard didn't work: the app answered with something that is not JSON (invalid_response)
    /onboard didn't work: the app's answer was refused (msg_too_long)
    /onboard didn't work: the app did not answer within 3 seconds (operation_timeout)
    Slash commands do not work in threads: mention @firstmate instead
    /onboard didn't work: the app could not be reached (dispatch_failed)
    "#);
    assert!(stage.play.as_("bob").hears().is_empty());
    assert_eq!(stage.play.faults().len(), 2, "{:?}", stage.play.faults());
}

#[rstest]
#[case("#support", "hello there", Some("message hello there C01RMPVUUK1 channel"))]
#[case("#support", "@firstmate, is there an SLA?", Some("app_mention <@U0FIRSTMATE>, is there an SLA? C01RMPVUUK1 -"))]
#[case(
    "#support",
    "ask <@U0FIRSTMATE> a < b & c",
    Some("app_mention ask <@U0FIRSTMATE> a &lt; b &amp; c C01RMPVUUK1 -")
)]
#[case(
    "#support",
    "<!channel> @here @bob #general @firstmate",
    Some("app_mention &lt;!channel&gt; <!here> <@U0BOB> <#C01RF4SPNDD|> <@U0FIRSTMATE> C01RMPVUUK1 -")
)]
#[case("#data-science", "@firstmate hello", None)]
#[case("@firstmate", "see https://example.org/x.", Some("message see <https://example.org/x>. D0ANN im"))]
#[tokio::test]
async fn what_the_bot_hears_of_what_is_said(#[case] place: &str, #[case] text: &str, #[case] expected: Option<&str>) {
    let stage = Stage::new(empty).await;
    stage.play.as_("ann").in_(place).types(text).await;
    let heard = stage.heard().pop().map(|heard| {
        let envelope = heard.json();
        assert_eq!(
            (heard.path.as_str(), &envelope["type"], &envelope["team_id"]),
            ("/slack/events", &json!("event_callback"), &json!("T01SKMNPRUG"))
        );
        assert_eq!(envelope["authorizations"][0]["user_id"], "U0FIRSTMATE");
        let event = &envelope["event"];
        assert_eq!((&event["user"], &event["ts"]), (&json!("U0ANN"), &event["event_ts"]));
        let field = |name: &str| event[name].as_str().unwrap_or("-").to_owned();
        [field("type"), field("text"), field("channel"), field("channel_type")].join(" ")
    });
    assert_eq!(heard.as_deref(), expected);
}

#[tokio::test]
async fn an_event_in_a_thread_says_so_and_can_be_answered_there() {
    let stage = Stage::new(empty).await;
    let bob = stage.play.as_("bob").in_("#support");
    bob.types("How are you?").await;
    let root = bob.newest().unwrap();
    stage.play.as_("ann").in_("#support").in_thread(&root).types("@firstmate help").await;
    assert_eq!(stage.last().json()["event"]["thread_ts"], root.as_str());
    let answer = json!({"channel": "C01RMPVUUK1", "user": "U0ANN", "thread_ts": root, "text": "Two\nlines"});
    stage.call("chat.postEphemeral", answer).await;
    bob.types("Another").await;
    insta::assert_snapshot!(stage.play.as_("ann").reads("#support"), @"
    Bob Maintainer: How are you?
      ↳ Ann Newcomer: @firstmate help
      ↳ firstmate (only you): Two
            lines
    Bob Maintainer: Another
    ");
    insta::assert_snapshot!(bob.reads(), @"
    Bob Maintainer: How are you?
      ↳ Ann Newcomer: @firstmate help
    Bob Maintainer: Another
    ");
    stage.play.finish();
}

#[tokio::test]
async fn an_event_is_retried_three_times_with_the_reason() {
    let stage = Stage::new(|_| axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response()).await;
    stage.play.as_("ann").in_("@firstmate").types("hello").await;
    let retries: Vec<_> = stage
        .heard()
        .iter()
        .map(|heard| {
            (
                heard.header("x-slack-retry-num").map(str::to_owned),
                heard.header("x-slack-retry-reason").map(str::to_owned),
            )
        })
        .collect();
    let retry = |number: &str| (Some(number.to_owned()), Some("http_error".to_owned()));
    assert_eq!(retries, [(None, None), retry("1"), retry("2"), retry("3")]);
    let bodies: Vec<String> = stage.heard().into_iter().map(|heard| heard.body).collect();
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "a retry carries the same event");
}

#[tokio::test]
async fn a_bot_may_decline_retries() {
    let stage =
        Stage::new(|_| (axum::http::StatusCode::BAD_REQUEST, [("x-slack-no-retry", "1")]).into_response()).await;
    stage.play.as_("ann").in_("@firstmate").types("hello").await;
    assert_eq!(stage.heard().len(), 1);
}

#[tokio::test]
async fn a_time_out_is_retried_as_such() {
    let hang = |heard: &Heard| match heard.header("x-slack-retry-num") {
        None => {
            Response::new(axum::body::Body::from_stream(futures::stream::pending::<Result<String, std::io::Error>>()))
        }
        Some(_) => empty(heard),
    };
    let stage = Stage::with(hang, |setup| setup.answer_within = Duration::from_millis(500)).await;
    assert_eq!(stage.play.as_("ann").in_("@firstmate").types("hello").await.status, 200);
    assert_eq!(stage.last().header("x-slack-retry-reason"), Some("http_timeout"));
}

#[tokio::test]
async fn what_slack_repeats_and_echoes_can_be_played() {
    let stage = Stage::new(empty).await;
    let ann = stage.play.as_("ann").in_("@firstmate");
    ann.types("hello").await;
    let first = stage.last().json();
    stage.play.send_under_another_id(&stage.play.deliveries()[0]).await;
    let second = stage.last().json();
    assert_ne!(first["event_id"], second["event_id"]);
    assert_eq!(first["event"], second["event"]);
    assert_eq!(ann.echoes().await.status, 0, "the bot has said nothing");
    stage.call("chat.postMessage", json!({"channel": "D0ANN", "text": "hello Ann"})).await;
    assert_eq!(ann.echoes().await.status, 200);
    let event = &stage.last().json()["event"];
    assert_eq!((&event["bot_id"], &event["user"]), (&json!("B0FIRSTMATE"), &json!("U0FIRSTMATE")));
}

#[tokio::test]
async fn a_date_is_read_by_its_fallback() {
    let stage = Stage::new(empty).await;
    let text = "On <!date^1795613400^{date_long_pretty} at {time}|25 November, 13:30 UTC &amp; more>, \
                <!date^1795613400^{ago}^https://example.org/|soon>, <!here>";
    let post = json!({"channel": "C01RT0NNCP7", "text": text});
    stage.call("chat.postMessage", post).await;
    insta::assert_snapshot!(stage.play.as_("ann").reads("#announcements"), @"firstmate: On 25 November, 13:30 UTC & more, soon, @here");
}

#[tokio::test]
async fn slack_morphism_reads_what_is_sent_and_answered() {
    use slack_morphism::prelude::{
        SlackApiChatGetPermalinkResponse, SlackApiConversationsHistoryResponse, SlackApiConversationsInfoResponse,
        SlackApiUsersInfoResponse, SlackApiViewsOpenResponse, SlackApiViewsUpdateResponse, SlackBlock,
        SlackEventCallbackBody, SlackInteractionEvent, SlackPushEvent,
    };
    let stage = Stage::new(|heard| match heard.path.as_str() {
        "/slack/commands" => json_answer(&json!({"text": "No.", "blocks": blocks()})),
        _ => empty(heard),
    })
    .await;
    let ann = stage.play.as_("ann");
    for (place, text) in [("#support", "@firstmate hello"), ("@firstmate", "hello")] {
        ann.in_(place).types(text).await;
        match serde_json::from_value(stage.last().json()).unwrap() {
            SlackPushEvent::EventCallback(event) => assert!(matches!(
                event.event,
                SlackEventCallbackBody::AppMention(_) | SlackEventCallbackBody::Message(_)
            )),
            other => panic!("{other:?}"),
        }
    }
    ann.in_("#support").types("/onboard").await;
    let trigger = stage.last().field("trigger_id");
    ann.in_("#support").presses("Show everyone").await;
    let press: SlackInteractionEvent = serde_json::from_value(stage.last().payload()).unwrap();
    assert!(matches!(press, SlackInteractionEvent::BlockActions(_)));
    let opened = stage.call("views.open", json!({"trigger_id": trigger, "view": view()})).await;
    let opened: SlackApiViewsOpenResponse = serde_json::from_value(opened).unwrap();
    assert!(!opened.view.state_params.id.0.is_empty());
    let update = json!({"view_id": opened.view.state_params.id, "view": view()});
    let updated: SlackApiViewsUpdateResponse =
        serde_json::from_value(stage.call("views.update", update).await).unwrap();
    assert_eq!(updated.view.state_params.id, opened.view.state_params.id);
    ann.presses("Preview").await;
    let press: SlackInteractionEvent = serde_json::from_value(stage.last().payload()).unwrap();
    assert!(matches!(press, SlackInteractionEvent::BlockActions(_)));
    ann.submits(&[("Where", "Infra"), ("Tags", "Later")]).await;
    let submission: SlackInteractionEvent = serde_json::from_value(stage.last().payload()).unwrap();
    assert!(matches!(submission, SlackInteractionEvent::ViewSubmission(_)));
    let said = ann.in_("#support").newest().unwrap();
    ann.in_("#support").shortcut("Add to the agenda", said).await;
    let shortcut: SlackInteractionEvent = serde_json::from_value(stage.last().payload()).unwrap();
    assert!(matches!(shortcut, SlackInteractionEvent::MessageAction(_)));
    let user = stage.call("users.info", json!({"user": "U0ANN"})).await;
    let _: SlackApiUsersInfoResponse = serde_json::from_value(user).unwrap();
    for channel in ["C0OPSPRIV1", "D0ANN"] {
        let info = stage.call("conversations.info", json!({"channel": channel})).await;
        let _: SlackApiConversationsInfoResponse = serde_json::from_value(info).unwrap();
    }
    let root = ann.in_("#support").newest().unwrap();
    let link = stage.call("chat.getPermalink", json!({"channel": "C01RMPVUUK1", "message_ts": root})).await;
    let _: SlackApiChatGetPermalinkResponse = serde_json::from_value(link).unwrap();
    stage.call("chat.postMessage", json!({"channel": "C01RMPVUUK1", "text": "x", "blocks": blocks()})).await;
    let history = stage.call("conversations.history", json!({"channel": "C01RMPVUUK1"})).await;
    let history: SlackApiConversationsHistoryResponse = serde_json::from_value(history).unwrap();
    let blocks = history.messages[0].content.blocks.clone().unwrap();
    assert!(!blocks.iter().any(|block| matches!(block, SlackBlock::Unknown(_))));
    stage.play.finish();
}
