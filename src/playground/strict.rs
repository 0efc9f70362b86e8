//! What Slack would refuse in messages, views, metadata and parameters; within their blocks, `walk` tells. Pure: it must not know
//! the state of the workspace, the wire or the time.
//!
//! It refuses more than Slack does in three places, so that a mistake shows in a test and not in a community's channel:
//! unknown parameters and response fields (Slack ignores them), blocks without plain `text` beside them (Slack only warns, but
//! a screen reader and a notification then have nothing to say), and metadata values that are not strings (clients with typed
//! metadata lose the whole page they stand on). Blocks and elements that are not in the tables are refused too, because
//! the page could not show them.

use serde_json::Value;

use super::kit::{ID, MODAL};
use super::problem::Problem;
use super::walk::Check;

/// Blocks in one message. <https://docs.slack.dev/reference/block-kit/blocks>
const BLOCKS_PER_MESSAGE: usize = 50;
/// Blocks in one modal. <https://docs.slack.dev/reference/block-kit/blocks>
const BLOCKS_PER_MODAL: usize = 100;
/// Slack truncates longer text. <https://docs.slack.dev/reference/methods/chat.postMessage>
const MESSAGE_TEXT: usize = 40_000;
/// Undocumented: measured between 13,100 and 13,300 characters. <https://github.com/slackapi/bolt-js/issues/2509>
const ALL_BLOCK_TEXT: usize = 13_000;
/// A whole view, as JSON. <https://docs.slack.dev/reference/methods/views.open>
const VIEW_BYTES: usize = 250 * 1024;

/// Judges what is about to be posted.
pub(super) fn message(text: Option<&str>, blocks: Option<&Value>, metadata: Option<&Value>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let text = text.unwrap_or_default();
    if text.chars().count() > MESSAGE_TEXT {
        problems.push(Problem::new("msg_too_long", "/text", format!("must be at most {MESSAGE_TEXT} characters")));
    }
    if text.trim().is_empty() {
        let what = if blocks.is_some() { "blocks need plain text beside them" } else { "nothing to say" };
        problems.push(Problem::new("no_text", "/text", what));
    }
    if let Some(blocks) = blocks {
        let mut check = Check::new("invalid_blocks");
        check.blocks(blocks, BLOCKS_PER_MESSAGE, false);
        if check.characters > ALL_BLOCK_TEXT {
            let what =
                format!("{} characters in all blocks together, at most {ALL_BLOCK_TEXT} are safe", check.characters);
            check.problems.push(Problem::new("msg_blocks_too_long", "/blocks", what));
        }
        problems.append(&mut check.problems);
    }
    problems.extend(metadata.into_iter().flat_map(self::metadata));
    problems
}

/// Judges a modal that is about to be opened, updated or pushed.
pub(super) fn view(view: &Value) -> Vec<Problem> {
    let mut check = Check::new("invalid_arguments");
    let Some(fields) = view.as_object() else {
        return vec![Problem::new("invalid_arguments", "/view", "must be an object")];
    };
    if view.to_string().len() > VIEW_BYTES {
        check.problems.push(Problem::new("view_too_large", "/view", "must be at most 250 kB"));
    }
    if fields.get("type").and_then(Value::as_str) != Some("modal") {
        check.wrong("/view/type", "must be \"modal\": the playground shows no other view");
    }
    check.fields(fields, &[MODAL], &["type", "blocks"], "/view");
    match fields.get("blocks") {
        Some(blocks) => check.blocks(blocks, BLOCKS_PER_MODAL, true),
        None => check.wrong("/view", "missing required field: blocks"),
    }
    let has_input = fields
        .get("blocks")
        .and_then(Value::as_array)
        .is_some_and(|all| all.iter().any(|block| block["type"] == "input"));
    if has_input && !fields.contains_key("submit") {
        check.wrong("/view/submit", "is required when an input is in the view");
    }
    check.problems
}

/// Judges the metadata of a message. <https://docs.slack.dev/messaging/message-metadata>
fn metadata(metadata: &Value) -> Vec<Problem> {
    let wrong = |at: &str, what: &str| Problem::new("invalid_metadata_format", format!("/metadata{at}"), what);
    let Some(fields) = metadata.as_object() else {
        return vec![wrong("", "must be an object")];
    };
    let mut problems = Vec::new();
    for name in fields.keys().filter(|name| !["event_type", "event_payload"].contains(&name.as_str())) {
        problems.push(wrong("", &format!("no such field: {name}")));
    }
    match fields.get("event_type").and_then(Value::as_str) {
        Some(kind) if (1..=ID).contains(&kind.chars().count()) => {}
        _ => problems.push(wrong("/event_type", "must be a string of 1 to 255 characters")),
    }
    match fields.get("event_payload").and_then(Value::as_object) {
        Some(payload) => {
            for (name, _) in payload.iter().filter(|(_, value)| !value.is_string()) {
                problems.push(wrong(&format!("/event_payload/{name}"), "must be a string"));
            }
        }
        None => problems.push(wrong("/event_payload", "must be an object")),
    }
    problems
}

/// Judges the names of parameters or of an answer's fields.
pub(super) fn names<'a>(given: impl IntoIterator<Item = &'a String>, known: &[&str]) -> Vec<Problem> {
    let unknown = given.into_iter().filter(|name| !known.contains(&name.as_str()));
    unknown
        .map(|name| Problem::new("invalid_arguments", format!("/{name}"), format!("no such parameter: {name}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    fn long(length: usize) -> String {
        "x".repeat(length)
    }

    fn plain(length: usize) -> Value {
        json!({"type": "plain_text", "text": long(length)})
    }

    fn mrkdwn(length: usize) -> Value {
        json!({"type": "mrkdwn", "text": long(length)})
    }

    fn button(field: &str, value: Value) -> Value {
        let mut button = json!({"type": "button", "text": plain(1), "action_id": "a"});
        button[field] = value;
        json!({"type": "actions", "elements": [button]})
    }

    fn buttons(count: usize) -> Value {
        let one = |i| json!({"type": "button", "text": plain(1), "action_id": format!("a{i}")});
        json!({"type": "actions", "elements": (0..count).map(one).collect::<Vec<_>>()})
    }

    fn options(count: usize, text: usize, value: usize) -> Vec<Value> {
        (0..count).map(|_| json!({"text": plain(text), "value": long(value)})).collect()
    }

    fn input(element: Value) -> Value {
        json!({"type": "input", "label": plain(1), "element": element})
    }

    fn select(options: Vec<Value>) -> Value {
        input(json!({"type": "static_select", "options": options}))
    }

    fn group(label: usize) -> Value {
        input(json!({"type": "static_select", "option_groups": [{"label": plain(label), "options": options(1, 1, 1)}]}))
    }

    fn groups(count: usize) -> Value {
        let groups = vec![json!({"label": plain(1), "options": options(1, 1, 1)}); count];
        input(json!({"type": "static_select", "option_groups": groups}))
    }

    fn several(count: usize) -> Value {
        input(json!({"type": "multi_static_select", "options": options(count, 1, 1)}))
    }

    fn ticks(option: Value) -> Value {
        input(json!({"type": "checkboxes", "options": [option]}))
    }

    fn hinted(length: usize) -> Value {
        let mut block = input(json!({"type": "plain_text_input"}));
        block["hint"] = plain(length);
        block
    }

    fn radio(action_id: &str) -> Value {
        json!({"type": "radio_buttons", "action_id": action_id, "options": options(1, 1, 1)})
    }

    fn rich(element: Value) -> Value {
        json!({"type": "rich_text", "elements": [element]})
    }

    fn codes(problems: &[super::Problem]) -> Vec<&'static str> {
        problems.iter().map(|problem| problem.code).collect()
    }

    /// Each limit at its edge: just right, and one too many.
    #[rstest]
    #[case::section(json!({"type": "section", "text": mrkdwn(3_000)}), json!({"type": "section", "text": mrkdwn(3_001)}))]
    #[case::section_empty(json!({"type": "section", "text": plain(1)}), json!({"type": "section", "text": plain(0)}))]
    #[case::fields(json!({"type": "section", "fields": vec![plain(1); 10]}), json!({"type": "section", "fields": vec![plain(1); 11]}))]
    #[case::field(json!({"type": "section", "fields": [mrkdwn(2_000)]}), json!({"type": "section", "fields": [mrkdwn(2_001)]}))]
    #[case::section_bare(json!({"type": "section", "fields": [plain(1)]}), json!({"type": "section"}))]
    #[case::header(json!({"type": "header", "text": plain(150)}), json!({"type": "header", "text": plain(151)}))]
    #[case::header_mrkdwn(json!({"type": "header", "text": plain(1)}), json!({"type": "header", "text": mrkdwn(1)}))]
    #[case::context(json!({"type": "context", "elements": vec![mrkdwn(1); 10]}), json!({"type": "context", "elements": vec![mrkdwn(1); 11]}))]
    #[case::context_button(json!({"type": "context", "elements": [plain(1)]}), json!({"type": "context", "elements": [{"type": "button", "text": plain(1)}]}))]
    #[case::actions(buttons(25), buttons(26))]
    #[case::actions_empty(buttons(1), buttons(0))]
    #[case::actions_input(buttons(1), json!({"type": "actions", "elements": [{"type": "plain_text_input"}]}))]
    #[case::button_text(button("text", plain(75)), button("text", plain(76)))]
    #[case::button_value(button("value", long(2_000).into()), button("value", long(2_001).into()))]
    #[case::button_url(button("url", format!("https://e.org/{}", long(2_986)).into()), button("url", format!("https://e.org/{}", long(2_987)).into()))]
    #[case::button_address(button("url", "https://e.org".into()), button("url", "e.org".into()))]
    #[case::button_style(button("style", "danger".into()), button("style", "default".into()))]
    #[case::button_spoken(button("accessibility_label", long(75).into()), button("accessibility_label", long(76).into()))]
    #[case::button_field(button("value", "v".into()), button("colour", "red".into()))]
    #[case::action_id(button("action_id", long(255).into()), button("action_id", long(256).into()))]
    #[case::block_id(json!({"type": "divider", "block_id": long(255)}), json!({"type": "divider", "block_id": long(256)}))]
    #[case::block_type(json!({"type": "divider"}), json!({"type": "carousel"}))]
    #[case::block_field(json!({"type": "divider"}), json!({"type": "divider", "text": plain(1)}))]
    #[case::block_object(json!({"type": "divider"}), json!("divider"))]
    #[case::text_field(json!({"type": "header", "text": {"type": "plain_text", "text": "x", "emoji": true}}), json!({"type": "header", "text": {"type": "plain_text", "text": "x", "verbatim": true}}))]
    #[case::null(json!({"type": "section", "text": plain(1)}), json!({"type": "section", "text": plain(1), "accessory": null}))]
    #[case::image(json!({"type": "image", "image_url": "https://e.org/i.png", "alt_text": long(2_000)}), json!({"type": "image", "image_url": "https://e.org/i.png", "alt_text": long(2_001)}))]
    #[case::image_alt(json!({"type": "image", "image_url": "https://e.org/i.png", "alt_text": "x"}), json!({"type": "image", "image_url": "https://e.org/i.png"}))]
    #[case::same_action(buttons(2), json!({"type": "actions", "elements": vec![json!({"type": "button", "text": plain(1), "action_id": "a"}); 2]}))]
    #[case::confirm(
        button("confirm", json!({"title": plain(100), "text": plain(300), "confirm": plain(30), "deny": plain(30)})),
        button("confirm", json!({"title": plain(101), "text": plain(300), "confirm": plain(30), "deny": plain(30)}))
    )]
    #[case::input_in_message(json!({"type": "divider"}), input(json!({"type": "plain_text_input"})))]
    fn limits_of_blocks_in_messages(#[case] right: Value, #[case] wrong: Value) {
        assert_eq!(super::message(Some("text"), Some(&json!([right])), None), []);
        let problems = super::message(Some("text"), Some(&json!([wrong])), None);
        assert!(!problems.is_empty());
        assert!(codes(&problems).iter().all(|code| *code == "invalid_blocks"), "{problems:?}");
    }

    #[rstest]
    #[case::label(json!({"type": "input", "label": plain(2_000), "element": {"type": "plain_text_input"}}), json!({"type": "input", "label": plain(2_001), "element": {"type": "plain_text_input"}}))]
    #[case::initial_value(input(json!({"type": "plain_text_input", "initial_value": long(3_000)})), input(json!({"type": "plain_text_input", "initial_value": long(3_001)})))]
    #[case::placeholder(input(json!({"type": "plain_text_input", "placeholder": plain(150)})), input(json!({"type": "plain_text_input", "placeholder": plain(151)})))]
    #[case::max_length(input(json!({"type": "plain_text_input", "max_length": 3_000})), input(json!({"type": "plain_text_input", "max_length": 3_001})))]
    #[case::options(select(options(100, 75, 150)), select(options(101, 75, 150)))]
    #[case::groups(groups(100), groups(101))]
    #[case::group_label(group(75), group(76))]
    #[case::group_or_options(group(1), input(json!({"type": "static_select", "options": options(1, 1, 1), "option_groups": [{"label": plain(1), "options": options(1, 1, 1)}]})))]
    #[case::menu_mrkdwn(select(options(1, 1, 1)), select(vec![json!({"text": mrkdwn(1), "value": "v"})]))]
    #[case::ticks_mrkdwn(ticks(json!({"text": mrkdwn(1), "value": "v"})), ticks(json!({"text": mrkdwn(76), "value": "v"})))]
    #[case::description(ticks(json!({"text": plain(1), "value": "v", "description": plain(75)})), ticks(json!({"text": plain(1), "value": "v", "description": plain(76)})))]
    #[case::several(several(100), several(101))]
    #[case::initial_options(
        input(json!({"type": "checkboxes", "options": options(2, 1, 1), "initial_options": options(1, 1, 1)})),
        input(json!({"type": "checkboxes", "options": options(2, 1, 1), "initial_options": options(1, 2, 1)}))
    )]
    #[case::within_max_length(
        input(json!({"type": "plain_text_input", "initial_value": long(5), "max_length": 5})),
        input(json!({"type": "plain_text_input", "initial_value": long(6), "max_length": 5}))
    )]
    #[case::min_length(
        input(json!({"type": "plain_text_input", "min_length": 5, "max_length": 5})),
        input(json!({"type": "plain_text_input", "min_length": 6, "max_length": 5}))
    )]
    #[case::hint(hinted(2_000), hinted(2_001))]
    #[case::action_ids(
        json!({"type": "actions", "elements": [radio("a"), radio("b")]}),
        json!({"type": "actions", "elements": [radio("a"), radio("a")]})
    )]
    #[case::text_in_actions(json!({"type": "actions", "elements": [radio("a")]}), json!({"type": "actions", "elements": [{"type": "plain_text_input"}]}))]
    #[case::list(
        rich(json!({"type": "rich_text_list", "style": "bullet", "indent": 8, "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}]})),
        rich(json!({"type": "rich_text_list", "style": "bullet", "indent": 9, "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}]}))
    )]
    #[case::option_text(select(options(1, 75, 1)), select(options(1, 76, 1)))]
    #[case::option_value(select(options(1, 1, 150)), select(options(1, 1, 151)))]
    #[case::options_missing(select(options(1, 1, 1)), input(json!({"type": "static_select"})))]
    #[case::initial_option(
        input(json!({"type": "static_select", "options": options(1, 1, 1), "initial_option": options(1, 1, 1)[0]})),
        input(json!({"type": "static_select", "options": options(1, 1, 1), "initial_option": options(1, 1, 2)[0]}))
    )]
    #[case::checkboxes(input(json!({"type": "checkboxes", "options": options(10, 1, 1)})), input(json!({"type": "checkboxes", "options": options(11, 1, 1)})))]
    #[case::radio(input(json!({"type": "radio_buttons", "options": options(10, 1, 1)})), input(json!({"type": "radio_buttons", "options": options(11, 1, 1)})))]
    #[case::day(input(json!({"type": "datepicker", "initial_date": "2028-02-29"})), input(json!({"type": "datepicker", "initial_date": "2027-02-29"})))]
    #[case::day_written(input(json!({"type": "datepicker"})), input(json!({"type": "datepicker", "initial_date": "2027-2-9"})))]
    #[case::time(input(json!({"type": "timepicker", "initial_time": "00:00"})), input(json!({"type": "timepicker", "initial_time": "24:00"})))]
    #[case::time_written(input(json!({"type": "timepicker"})), input(json!({"type": "timepicker", "initial_time": "8:30"})))]
    #[case::button_as_input(select(options(1, 1, 1)), input(json!({"type": "button", "text": plain(1)})))]
    fn limits_of_inputs_in_modals(#[case] right: Value, #[case] wrong: Value) {
        let view = |block: Value| json!({"type": "modal", "title": plain(1), "submit": plain(1), "blocks": [block]});
        assert_eq!(super::view(&view(right)), []);
        let problems = super::view(&view(wrong));
        assert!(!problems.is_empty());
        assert!(codes(&problems).iter().all(|code| *code == "invalid_arguments"), "{problems:?}");
    }

    #[rstest]
    #[case::title("title", plain(24), plain(25))]
    #[case::submit("submit", plain(24), plain(25))]
    #[case::close("close", plain(24), plain(25))]
    #[case::private_metadata("private_metadata", long(3_000).into(), long(3_001).into())]
    #[case::callback_id("callback_id", long(255).into(), long(256).into())]
    #[case::external_id("external_id", long(255).into(), long(256).into())]
    #[case::kind("type", "modal".into(), "home".into())]
    #[case::blocks("blocks", json!(vec![json!({"type": "divider"}); 100]), json!(vec![json!({"type": "divider"}); 101]))]
    #[case::submit_needed("blocks", json!([{"type": "divider"}]), json!([{"type": "input", "label": {"type": "plain_text", "text": "x"}, "element": {"type": "plain_text_input"}}]))]
    #[case::flag("notify_on_close", true.into(), "true".into())]
    fn limits_of_modals(#[case] field: &str, #[case] right: Value, #[case] wrong: Value) {
        let mut view = json!({"type": "modal", "title": plain(1), "blocks": []});
        view[field] = right;
        assert_eq!(super::view(&view), []);
        view[field] = wrong;
        assert_eq!(codes(&super::view(&view)), ["invalid_arguments"]);
    }

    #[test]
    fn a_modal_needs_title_and_blocks_and_knows_no_other_fields() {
        let view = json!({"type": "modal", "hash": "x"});
        assert_eq!(super::view(&view).len(), 3);
        assert_eq!(codes(&super::view(&json!("x"))), ["invalid_arguments"]);
        let big = json!({"type": "modal", "title": plain(1), "blocks": [], "private_metadata": long(256 * 1024)});
        assert!(codes(&super::view(&big)).contains(&"view_too_large"));
    }

    #[rstest]
    #[case::text(long(40_000), json!([]), vec![])]
    #[case::too_long(long(40_001), json!([]), vec!["msg_too_long"])]
    #[case::no_text(String::new(), json!([{"type": "divider"}]), vec!["no_text"])]
    #[case::blocks(long(1), json!(vec![json!({"type": "divider"}); 50]), vec![])]
    #[case::too_many_blocks(long(1), json!(vec![json!({"type": "divider"}); 51]), vec!["invalid_blocks"])]
    #[case::no_list(long(1), json!({}), vec!["invalid_blocks"])]
    #[case::together(long(1), json!([{"type": "section", "fields": vec![mrkdwn(1_300); 10]}]), vec![])]
    #[case::too_much_together(long(1), json!([{"type": "section", "fields": vec![mrkdwn(1_300); 10]}, {"type": "header", "text": plain(1)}]), vec!["msg_blocks_too_long"])]
    #[case::same_block_id(long(1), json!([{"type": "divider", "block_id": "b"}, {"type": "divider", "block_id": "b"}]), vec!["invalid_blocks"])]
    fn limits_of_messages(#[case] text: String, #[case] blocks: Value, #[case] expected: Vec<&str>) {
        assert_eq!(codes(&super::message(Some(&text), Some(&blocks), None)), expected);
    }

    #[test]
    fn characters_are_counted_not_bytes() {
        let blocks = json!([{"type": "header", "text": {"type": "plain_text", "text": "ü".repeat(150)}}]);
        assert_eq!(super::message(Some("x"), Some(&blocks), None), []);
    }

    #[rstest]
    #[case(json!({"event_type": "answer", "event_payload": {"key": "k"}}), 0)]
    #[case(json!({"event_type": "answer", "event_payload": {"key": 1, "other": null}}), 2)]
    #[case(json!({"event_type": "answer", "event_payload": ["k"]}), 1)]
    #[case(json!({"event_payload": {}}), 1)]
    #[case(json!({"event_type": "answer", "event_payload": {}, "more": "x"}), 1)]
    #[case(json!("answer"), 1)]
    fn metadata_holds_strings(#[case] metadata: Value, #[case] wrong: usize) {
        let problems = super::message(Some("x"), None, Some(&metadata));
        assert_eq!(codes(&problems), vec!["invalid_metadata_format"; wrong]);
    }

    #[test]
    fn a_problem_reads_as_slack_writes_it() {
        let problems = super::message(Some("x"), Some(&json!([{"type": "header", "text": plain(151)}])), None);
        assert_eq!(
            problems[0].to_string(),
            "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"
        );
    }
}
