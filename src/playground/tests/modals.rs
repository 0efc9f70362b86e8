//! Modals that change while they are open: what the bot hears of what is filled in, and what stays when it updates them.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use super::{Stage, empty, json_answer};

fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "text": text})
}

fn option(name: &str) -> Value {
    json!({"text": plain(name), "value": name})
}

fn input(block_id: &str, element: Value) -> Value {
    json!({"type": "input", "block_id": block_id, "label": plain(block_id), "element": element})
}

fn dispatching(block_id: &str, element: Value) -> Value {
    let mut block = input(block_id, element);
    block["dispatch_action"] = true.into();
    block
}

fn form(title: &str, blocks: Value) -> Value {
    json!({"type": "modal", "external_id": "form", "title": plain(title), "submit": plain("File"), "blocks": blocks})
}

fn issue() -> Value {
    let menu = json!({"type": "static_select", "action_id": "pick", "options": [option("support"), option("apps")]});
    form(
        "New issue",
        json!([
            {"type": "section", "block_id": "repository", "text": plain("Where"), "accessory": menu},
            input("Title", json!({"type": "plain_text_input", "action_id": "a", "initial_value": "It"})),
            dispatching("Form", json!({"type": "radio_buttons", "action_id": "a", "options": [option("Bug"), option("Question")]})),
            dispatching("Search", json!({"type": "plain_text_input", "action_id": "a"})),
            input("Labels", json!({"type": "checkboxes", "action_id": "a", "options": [option("urgent"), option("later")]})),
            {"type": "actions", "block_id": "acts", "elements": [{"type": "button", "action_id": "preview", "text": plain("Preview")}]},
        ]),
    )
}

/// A stage on which Ann has this view before her; gives back its id.
async fn opened(view: Value) -> (Stage, String) {
    let stage = Stage::new(empty).await;
    stage.play.as_("ann").in_("#support").types("/onboard").await;
    let trigger = stage.last().field("trigger_id");
    let opened = stage.call("views.open", json!({"trigger_id": trigger, "view": view})).await;
    let id = opened["view"]["id"].as_str().unwrap_or_else(|| panic!("{opened}")).to_owned();
    (stage, id)
}

#[tokio::test]
async fn an_action_in_a_modal_carries_what_is_filled_in_so_far() {
    let (stage, view_id) = opened(issue()).await;
    let ann = stage.play.as_("ann");
    ann.fills(&[("Title", "It is slow"), ("Labels", "later")]).await;
    assert_eq!(stage.last().path, "/slack/commands", "what is only filled in is not sent");
    ann.picks("apps").await;
    ann.presses("Preview").await;
    let payload = stage.last().payload();
    assert_eq!(
        payload["view"]["state"]["values"],
        json!({
            "repository": {"pick": {"type": "static_select", "selected_option": option("apps")}},
            "Title": {"a": {"type": "plain_text_input", "value": "It is slow"}},
            "Form": {"a": {"type": "radio_buttons", "selected_option": null}},
            "Search": {"a": {"type": "plain_text_input", "value": null}},
            "Labels": {"a": {"type": "checkboxes", "selected_options": [option("later")]}},
        })
    );
    assert_eq!((&payload["response_urls"], &payload["container"]["view_id"]), (&json!([]), &json!(view_id)));
    insta::assert_snapshot!(ann.view().unwrap(), @"
    New issue
        Where
        [apps ▾]
        Title: [It is slow]
        Form: ( ) Bug  ( ) Question
        Search: []
        Labels: [ ] urgent  [x] later
        [Preview]
    [File]
    ");
    ann.submits(&[("Form", "Bug"), ("Search", "slow"), ("Labels", "urgent")]).await;
    let values = stage.last().payload()["view"]["state"]["values"].clone();
    assert_eq!(
        (&values["Title"]["a"]["value"], &values["Labels"]["a"]["selected_options"]),
        (&json!("It is slow"), &json!([option("urgent")]))
    );
    stage.play.finish();
}

#[rstest]
#[case("Form", "Question", json!({"type": "radio_buttons", "selected_option": option("Question")}))]
#[case("Search", "quota", json!({"type": "plain_text_input", "value": "quota"}))]
#[tokio::test]
async fn an_input_that_dispatches_sends_its_change(#[case] label: &str, #[case] value: &str, #[case] expected: Value) {
    let (stage, _) = opened(issue()).await;
    stage.play.as_("ann").fills(&[("Title", "Slow"), (label, value)]).await;
    let payload = stage.last().payload();
    let mut action = payload["actions"][0].clone();
    let sent = action.as_object_mut().unwrap();
    sent.remove("action_ts");
    let (block_id, action_id) = (sent.remove("block_id"), sent.remove("action_id"));
    assert_eq!(
        (payload["type"].as_str(), block_id, action_id),
        (Some("block_actions"), Some(label.into()), Some("a".into()))
    );
    assert_eq!(action, expected);
    let values = &payload["view"]["state"]["values"];
    assert_eq!((&values[label]["a"], &values["Title"]["a"]["value"]), (&expected, &json!("Slow")));
}

#[tokio::test]
async fn the_page_sends_what_is_filled_in_with_what_is_pressed() {
    let (stage, view_id) = opened(issue()).await;
    let values = json!({"Title": {"a": {"type": "plain_text_input", "value": "Slow"}}});
    let press = |more: Value| {
        let mut asked = json!({"as": "U0ANN", "view_id": view_id, "values": values});
        asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        stage.page("press", asked)
    };
    assert_eq!(
        press(json!({"block_id": "Title", "action_id": "a", "value": "x"})).await.0,
        400,
        "it does not dispatch"
    );
    assert_eq!(press(json!({"block_id": "Search", "action_id": "a", "value": "quota"})).await.0, 200);
    let url = format!("http://{}/api/stream?as=U0ANN", stage.play.address());
    let mut stream = stage.http.get(url).send().await.unwrap();
    let first = super::page::next_event(&mut stream).await;
    let blocks = &first["view"]["blocks"];
    assert_eq!(
        (&blocks[1]["element"]["initial_value"], &blocks[3]["element"]["initial_value"]),
        (&json!("Slow"), &json!("quota"))
    );
}

#[tokio::test]
async fn an_updated_view_keeps_what_is_still_there() {
    let (stage, view_id) = opened(issue()).await;
    let ann = stage.play.as_("ann");
    ann.fills(&[("Title", "It is slow"), ("Search", "quota"), ("Form", "Question")]).await;
    let menu = json!({"type": "static_select", "action_id": "pick", "options": [option("support")], "initial_option": option("support")});
    let next = form(
        "Question",
        json!([
            {"type": "section", "block_id": "repository", "text": plain("Where"), "accessory": menu},
            input("Title", json!({"type": "plain_text_input", "action_id": "a", "initial_value": "Another"})),
            input("Search", json!({"type": "plain_text_input", "action_id": "b"})),
            input("Form", json!({"type": "radio_buttons", "action_id": "a", "options": [option("Bug"), option("Idea")]})),
        ]),
    );
    let updated = stage.call("views.update", json!({"view_id": view_id, "view": next})).await;
    assert_eq!((&updated["ok"], &updated["view"]["id"]), (&json!(true), &json!(view_id)), "{updated}");
    insta::assert_snapshot!(ann.view().unwrap(), @"
    Question
        Where
        [ ▾]
        Title: [It is slow]
        Search: []
        Form: ( ) Bug  ( ) Idea
    [File]
    ");
    stage.play.finish();
}

#[tokio::test]
async fn an_update_by_submission_keeps_what_was_sent() {
    let stage = Stage::new(|heard| match heard.payload()["type"].as_str() {
        Some("view_submission") => json_answer(&json!({"response_action": "update", "view": issue()})),
        _ => empty(heard),
    })
    .await;
    let ann = stage.play.as_("ann");
    ann.in_("#support").types("/onboard").await;
    let trigger = stage.last().field("trigger_id");
    stage.call("views.open", json!({"trigger_id": trigger, "view": issue()})).await;
    ann.submits(&[("Title", "Slow"), ("Form", "Bug"), ("Search", "x"), ("Labels", "later")]).await;
    assert!(ann.view().unwrap().contains("Title: [Slow]"), "{:?}", ann.view());
    stage.play.finish();
}

#[rstest]
#[case::by_id(json!({"view_id": "OWN"}), "ok", false)]
#[case::by_external_id(json!({"external_id": "form"}), "ok", false)]
#[case::neither(json!({}), "invalid_arguments", true)]
#[case::both(json!({"view_id": "OWN", "external_id": "form"}), "invalid_arguments", true)]
#[case::made_up(json!({"view_id": "V1"}), "not_found", true)]
#[case::right_hash(json!({"view_id": "OWN", "hash": "HASH"}), "ok", false)]
#[case::old_hash(json!({"view_id": "OWN", "hash": "0.hash"}), "hash_conflict", false)]
#[case::no_view(json!({"view_id": "OWN", "view": null}), "invalid_arguments", true)]
#[case::wrong_view(json!({"view_id": "OWN", "view": {"type": "modal"}}), "invalid_arguments", true)]
#[case::unknown(json!({"view_id": "OWN", "trigger_id": "x"}), "invalid_arguments", true)]
#[tokio::test]
async fn what_an_update_of_a_view_is_refused_with(#[case] asked: Value, #[case] error: &str, #[case] fault: bool) {
    let (stage, view_id) = opened(form("Loading", json!([input("x", json!({"type": "plain_text_input"}))]))).await;
    let again =
        json!({"view_id": view_id, "view": form("Loaded", json!([input("x", json!({"type": "plain_text_input"}))]))});
    let hash = stage.call("views.update", again).await["view"]["hash"].clone();
    let mut parameters = json!({"view": form("Loaded", json!([input("y", json!({"type": "plain_text_input"}))]))});
    for (name, value) in asked.as_object().unwrap() {
        parameters[name] = match value.as_str() {
            Some("OWN") => view_id.as_str().into(),
            Some("HASH") => hash.clone(),
            _ => value.clone(),
        };
    }
    assert_eq!(stage.error_of("views.update", parameters).await, error);
    assert_eq!(!stage.play.faults().is_empty(), fault, "{:?}", stage.play.faults());
}

#[tokio::test]
async fn a_view_that_was_closed_is_not_found_and_that_is_no_fault() {
    let (stage, view_id) = opened(issue()).await;
    stage.play.as_("ann").closes().await;
    for id in [json!({"view_id": view_id, "view": issue()}), json!({"external_id": "form", "view": issue()})] {
        assert_eq!(stage.error_of("views.update", id).await, "not_found");
    }
    stage.play.finish();
}

#[tokio::test]
async fn no_two_open_views_share_their_external_id() {
    let (stage, _) = opened(issue()).await;
    stage.play.as_("bob").in_("#support").types("/onboard").await;
    let trigger = stage.last().field("trigger_id");
    let again = json!({"trigger_id": trigger, "view": issue()});
    assert_eq!(stage.error_of("views.open", again).await, "duplicate_external_id");
}

#[tokio::test]
async fn each_call_says_how_long_after_the_delivery_it_came() {
    let stage = Stage::new(empty).await;
    stage.call("auth.test", json!({})).await;
    stage.play.as_("ann").in_("#support").types("/onboard").await;
    stage.call("auth.test", json!({})).await;
    stage.call("users.info", json!({"user": "U0ANN"})).await;
    let calls = stage.play.calls_at();
    assert_eq!((calls[0].after, calls[1].after.is_some()), (None, true));
    assert!(calls[1].after <= calls[2].after && calls[1].at <= calls[2].at);
    assert!(calls[2].after < Some(Duration::from_secs(60)));
}
