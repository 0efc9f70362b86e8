//! What goes to the bot, and what a person sees of its answers.

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
#[case("#support", "hello there", None)]
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

// Buttons and views

#[tokio::test]
async fn a_press_on_an_ephemeral_message_edits_deletes_and_shows_everyone() {
    let stage = Stage::new(|heard| {
        if heard.path == "/slack/commands" {
            json_answer(&json!({"text": "No.", "blocks": blocks()}))
        } else {
            empty(heard)
        }
    })
    .await;
    let ann = stage.play.as_("ann").in_("#support");
    ann.types("/onboard sla").await;
    ann.presses("Show everyone").await;
    let payload = stage.last().payload();
    assert_eq!(
        (&payload["type"], &payload["container"]["is_ephemeral"], payload.get("message")),
        (&json!("block_actions"), &json!(true), None)
    );
    let action = &payload["actions"][0];
    assert_eq!(
        (&action["action_id"], &action["block_id"], &action["value"], &action["type"]),
        (&json!("all"), &json!("acts"), &json!("sla"), &json!("button"))
    );
    let url = payload["response_url"].as_str().unwrap();
    assert_eq!(stage.respond(url, json!({"text": "Changed", "replace_original": true})).await, (200, "ok".to_owned()));
    assert_eq!(ann.reads(), "firstmate (only you): Changed");
    assert_eq!(ann.messages()[0]["edited"], true);
    stage.respond(url, json!({"text": "For all", "delete_original": true, "response_type": "in_channel"})).await;
    assert_eq!(ann.reads(), "firstmate: For all");
    assert_eq!(stage.play.as_("bob").reads("#support"), "firstmate: For all");
    stage.play.finish();
}

#[tokio::test]
async fn a_press_on_a_public_message_carries_it() {
    let stage = Stage::new(empty).await;
    let posted =
        stage.call("chat.postMessage", json!({"channel": "C01RMPVUUK1", "text": "No.", "blocks": blocks()})).await;
    stage.play.as_("bob").in_("#support").presses("Suggest an edit").await;
    let payload = stage.last().payload();
    assert_eq!((&payload["message"]["ts"], &payload["user"]["id"]), (&posted["ts"], &json!("U0BOB")));
    assert_eq!(payload["actions"][0]["url"], "https://example.org/edit");
}

#[tokio::test]
async fn a_view_is_opened_filled_in_refused_and_closed() {
    let stage =
        Stage::new(|heard| match heard.payload()["view"]["state"]["values"]["words"]["text"]["value"].as_str() {
            Some("bad") => json_answer(&json!({"response_action": "errors", "errors": {"words": "Say more."}})),
            _ => empty(heard),
        })
        .await;
    let ann = stage.play.as_("ann");
    ann.in_("#support").types("/onboard").await;
    let trigger = stage.last().field("trigger_id");
    let opened = stage.call("views.open", json!({"trigger_id": trigger, "view": view()})).await;
    assert_eq!(opened["ok"], true, "{opened}");
    assert_eq!(opened["view"]["root_view_id"], opened["view"]["id"]);
    insta::assert_snapshot!(ann.view().unwrap(), @"
    Ask a human
        This will be posted.
        Your question: [why]
        Where: [ ▾]
        Tags (optional): [ ] Urgent  [ ] Later
        [Preview]
    [Send] [Cancel]
    ");
    assert_eq!(stage.play.as_("bob").view(), None);
    ann.presses("Preview").await;
    assert_eq!(stage.last().payload()["container"]["view_id"], opened["view"]["id"]);

    let heard = stage.heard().len();
    ann.submits(&[("Your question", "")]).await;
    assert_eq!(stage.heard().len(), heard, "what is not complete is not sent");
    insta::assert_snapshot!(ann.view().unwrap(), @"
    Ask a human
        This will be posted.
        Your question: [why]
        ! Please complete this required field.
        Where: [ ▾]
        ! Please complete this required field.
        Tags (optional): [ ] Urgent  [ ] Later
        [Preview]
    [Send] [Cancel]
    ");
    ann.submits(&[("Your question", "bad"), ("Where", "Smaug")]).await;
    assert!(ann.view().unwrap().contains("! Say more."));
    ann.submits(&[("Your question", "good"), ("Where", "Smaug"), ("Tags", "Urgent"), ("Tags", "Later")]).await;
    assert_eq!(ann.view(), None);
    let payload = stage.last().payload();
    assert_eq!(
        (&payload["type"], &payload["view"]["private_metadata"], &payload["response_urls"]),
        (&json!("view_submission"), &json!("m"), &json!([]))
    );
    let values = &payload["view"]["state"]["values"];
    assert_eq!(
        (
            &values["where"]["pick"]["selected_option"]["value"],
            &values["tags"]["ticked"]["selected_options"][1]["value"]
        ),
        (&json!("smaug"), &json!("later"))
    );
    stage.play.finish();
}

#[tokio::test]
async fn a_submission_may_update_push_and_clear() {
    let stage = Stage::new(|heard| {
        let other = json!({"type": "modal", "title": {"type": "plain_text", "text": "Next"}, "submit": {"type": "plain_text", "text": "Go"}, "blocks": [{"type": "divider"}]});
        let payload = heard.payload();
        match (payload["view"]["title"]["text"].as_str(), payload["view"]["previous_view_id"].is_null()) {
            (Some("Ask a human"), _) => json_answer(&json!({"response_action": "update", "view": other})),
            (Some("Next"), true) => json_answer(&json!({"response_action": "push", "view": other})),
            (Some("Next"), false) => json_answer(&json!({"response_action": "clear"})),
            _ => empty(heard),
        }
    })
    .await;
    let ann = stage.play.as_("ann");
    ann.in_("#support").types("/onboard").await;
    stage.call("views.open", json!({"trigger_id": stage.last().field("trigger_id"), "view": view()})).await;
    ann.submits(&[("Where", "Infra")]).await;
    assert_eq!(ann.view().as_deref(), Some("Next\n    ---\n[Go]"));
    ann.submits(&[]).await;
    assert_eq!(ann.view().as_deref(), Some("Next\n    ---\n[Go]"));
    ann.submits(&[]).await;
    assert_eq!(ann.view(), None);
    stage.play.finish();
}

#[tokio::test]
async fn the_bot_hears_of_a_closed_view_only_if_it_asked() {
    let stage = Stage::new(empty).await;
    let ann = stage.play.as_("ann");
    for (notify, expected) in [(false, "/slack/commands"), (true, "/slack/interactions")] {
        let mut view = view();
        view["notify_on_close"] = notify.into();
        ann.in_("#support").types("/onboard").await;
        stage.call("views.open", json!({"trigger_id": stage.last().field("trigger_id"), "view": view})).await;
        ann.closes().await;
        assert_eq!((ann.view(), stage.last().path.as_str()), (None, expected));
    }
    assert_eq!(stage.last().payload()["type"], "view_closed");
}

#[tokio::test]
async fn wrong_answers_to_a_submission_are_faults() {
    let stage = Stage::new(|heard| match heard.path.as_str() {
        "/slack/interactions" => json_answer(&json!({"response_action": "errors", "errors": {"nowhere": "x"}})),
        _ => empty(heard),
    })
    .await;
    let ann = stage.play.as_("ann");
    ann.in_("#support").types("/onboard").await;
    stage.call("views.open", json!({"trigger_id": stage.last().field("trigger_id"), "view": view()})).await;
    ann.submits(&[("Where", "Infra")]).await;
    assert!(ann.view().is_some());
    assert_eq!(stage.play.faults(), ["view_submission: an error for a block that is no input: nowhere"]);
    assert_eq!(ann.hears(), ["Sending this didn't work: the app's answer was refused (invalid_response)"]);
}

#[tokio::test]
async fn a_shortcut_gives_the_message_and_a_way_to_answer() {
    let stage = Stage::new(empty).await;
    let bob = stage.play.as_("bob").in_("#support");
    bob.types("Who pays for this?").await;
    let root = bob.newest().unwrap();
    bob.clone().in_thread(&root).types("And how much?").await;
    let reply = bob.messages()[1]["ts"].as_str().unwrap().to_owned();
    stage.pass(Duration::from_secs(60));
    let ann = stage.play.as_("ann");
    let delivered = ann.in_("#support").shortcut("Add to the agenda", &reply).await;
    assert_eq!((delivered.status, stage.last().path.as_str()), (200, "/slack/interactions"));
    let mut payload = stage.last().payload();
    for (name, least) in [("trigger_id", 40), ("response_url", 60)] {
        let secret = payload.as_object_mut().unwrap().remove(name).unwrap();
        assert!(secret.as_str().unwrap().len() > least, "{name}: {secret}");
    }
    let now = format!("{}.000000", START + 60);
    assert_eq!(
        payload,
        json!({
            "type": "message_action", "callback_id": "agenda", "message_ts": reply, "action_ts": now,
            "message": {
                "type": "message", "user": "U0BOB", "ts": reply, "text": "And how much?", "team": "T01SKMNPRUG", "thread_ts": root,
                "client_msg_id": payload["message"]["client_msg_id"],
            },
            "channel": {"id": "C01RMPVUUK1", "name": "support"},
            "user": {"id": "U0ANN", "username": "ann", "name": "ann", "team_id": "T01SKMNPRUG"},
            "team": {"id": "T01SKMNPRUG", "domain": "operatefirst"}, "api_app_id": "A0FIRSTMATE", "token": "not-used-any-more",
            "enterprise": null, "is_enterprise_install": false,
        })
    );
    let payload = stage.last().payload();
    let opened = json!({"trigger_id": payload["trigger_id"], "view": view()});
    assert_eq!(stage.call("views.open", opened).await["ok"], true);
    assert!(ann.view().is_some());
    let url = payload["response_url"].as_str().unwrap();
    stage.respond(url, json!({"text": "Taken"})).await;
    assert!(ann.reads("#support").contains("firstmate (only you): Taken"));
    stage.play.finish();
}

#[tokio::test]
async fn a_shortcut_that_is_not_taken_says_so_and_its_answer_has_no_body() {
    let stage = Stage::new(|heard| match heard.payload()["user"]["id"].as_str() {
        Some("U0BOB") => axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        _ => json_answer(&json!({"text": "Taken"})),
    })
    .await;
    let bob = stage.play.as_("bob").in_("#data-science");
    bob.types("Who pays for this?").await;
    let ts = bob.newest().unwrap();
    bob.shortcut("Add to the agenda", &ts).await;
    assert_eq!(
        stage.play.as_("bob").hears(),
        ["\"Add to the agenda\" didn't work: the app answered with status 500 (dispatch_failed)"]
    );
    let ann = stage.play.as_("ann").in_("#data-science");
    ann.shortcut("Add to the agenda", &ts).await;
    assert_eq!(stage.play.faults(), [r#"message_action: Slack ignores the body of this answer: {"text":"Taken"}"#]);
}

#[tokio::test]
#[should_panic(expected = "This message is gone.")]
async fn what_only_one_person_sees_has_no_shortcuts() {
    let stage = Stage::new(|_| "psst".into_response()).await;
    let ann = stage.play.as_("ann").in_("#support");
    ann.types("/onboard").await;
    let ts = ann.messages()[0]["ts"].as_str().unwrap().to_owned();
    ann.shortcut("Add to the agenda", ts).await;
}

#[tokio::test]
async fn a_form_takes_choices_days_and_times() {
    let stage = Stage::new(empty).await;
    let plain = |text: &str| json!({"type": "plain_text", "text": text});
    let option = |name: &str| json!({"text": plain(name), "value": name});
    let input = |label: &str, element: serde_json::Value| json!({"type": "input", "block_id": label, "label": plain(label), "element": element});
    let form = json!({
        "type": "modal", "title": plain("Move"), "submit": plain("Move it"),
        "blocks": [
            input("Meeting", json!({"type": "static_select", "action_id": "a", "options": [option("Sprint"), option("SIG")]})),
            input("Day", json!({"type": "datepicker", "action_id": "a", "initial_date": "2026-12-23"})),
            input("Time", json!({"type": "timepicker", "action_id": "a", "placeholder": plain("When?")})),
            input("Reason", json!({"type": "plain_text_input", "action_id": "a", "multiline": true})),
        ],
    });
    let ann = stage.play.as_("ann");
    ann.in_("#support").types("/onboard").await;
    let trigger = stage.last().field("trigger_id");
    let opened = json!({"trigger_id": trigger, "view": form});
    assert_eq!(stage.call("views.open", opened).await["ok"], true);
    ann.submits(&[("Meeting", "SIG"), ("Day", "23.12."), ("Time", "25:00"), ("Reason", "x")]).await;
    insta::assert_snapshot!(ann.view().unwrap(), @"
    Move
        Meeting: [ ▾]
        Day: [2026-12-23 ▾]
        ! Please choose a day.
        Time: [When? ▾]
        ! Please choose a time.
        Reason: []
    [Move it]
    ");
    ann.submits(&[("Meeting", "SIG"), ("Time", "08:30"), ("Reason", "holidays")]).await;
    assert_eq!(ann.view(), None);
    let payload = stage.last().payload();
    assert_eq!(
        payload["view"]["state"]["values"],
        json!({
            "Meeting": {"a": {"type": "static_select", "selected_option": option("SIG")}},
            "Day": {"a": {"type": "datepicker", "selected_date": "2026-12-23"}},
            "Time": {"a": {"type": "timepicker", "selected_time": "08:30"}},
            "Reason": {"a": {"type": "plain_text_input", "value": "holidays"}},
        })
    );
    stage.play.finish();
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
        SlackApiConversationsHistoryResponse, SlackApiViewsOpenResponse, SlackBlock, SlackEventCallbackBody,
        SlackInteractionEvent, SlackPushEvent,
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
    ann.submits(&[("Where", "Infra"), ("Tags", "Later")]).await;
    let submission: SlackInteractionEvent = serde_json::from_value(stage.last().payload()).unwrap();
    assert!(matches!(submission, SlackInteractionEvent::ViewSubmission(_)));
    let said = ann.in_("#support").newest().unwrap();
    ann.in_("#support").shortcut("Add to the agenda", said).await;
    let shortcut: SlackInteractionEvent = serde_json::from_value(stage.last().payload()).unwrap();
    assert!(matches!(shortcut, SlackInteractionEvent::MessageAction(_)));
    stage.call("chat.postMessage", json!({"channel": "C01RMPVUUK1", "text": "x", "blocks": blocks()})).await;
    let history = stage.call("conversations.history", json!({"channel": "C01RMPVUUK1"})).await;
    let history: SlackApiConversationsHistoryResponse = serde_json::from_value(history).unwrap();
    let blocks = history.messages[0].content.blocks.clone().unwrap();
    assert!(!blocks.iter().any(|block| matches!(block, SlackBlock::Unknown(_))));
    stage.play.finish();
}
