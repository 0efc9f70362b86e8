//! Buttons, views and shortcuts: what the bot hears of them, and what a person sees of its answers.

use std::time::Duration;

use axum::response::IntoResponse;
use serde_json::json;

use super::{START, Stage, blocks, empty, json_answer, view};

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
                "blocks": [{"type": "rich_text", "block_id": payload["message"]["blocks"][0]["block_id"], "elements": [
                    {"type": "rich_text_section", "elements": [{"type": "text", "text": "And how much?"}]},
                ]}],
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
