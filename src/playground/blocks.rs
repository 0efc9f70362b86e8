//! How blocks are read: their elements and options, the ids that tell those apart, and days and times as Slack writes them.
//! Pure; it must not know what is right in a block.

use chrono::{NaiveDate, NaiveTime};
use serde_json::{Map, Value};

/// The elements of a block, wherever its type keeps them.
pub(super) fn elements_of(block: &Value) -> impl Iterator<Item = &Value> {
    let listed = block.get("elements").and_then(Value::as_array).into_iter().flatten();
    listed.chain(block.get("accessory")).chain(block.get("element"))
}

/// The elements of a block, to be changed.
pub(super) fn elements_mut(block: &mut Map<String, Value>) -> impl Iterator<Item = &mut Value> {
    let mut elements: Vec<&mut Value> = Vec::new();
    for (name, value) in block.iter_mut() {
        match (name.as_str(), value) {
            ("elements", Value::Array(listed)) => elements.extend(listed),
            ("accessory" | "element", one) => elements.push(one),
            _ => {}
        }
    }
    elements.into_iter()
}

/// The options of an element, grouped or not.
pub(super) fn options_of(element: &Value) -> impl Iterator<Item = &Value> {
    let groups = element.get("option_groups").and_then(Value::as_array).into_iter().flatten();
    let grouped = groups.flat_map(|group| group["options"].as_array().into_iter().flatten());
    element.get("options").and_then(Value::as_array).into_iter().flatten().chain(grouped)
}

/// Slack gives an id to every block and element that has none; `serial` is where new ones come from.
pub(super) fn with_ids(mut blocks: Value, mut serial: impl FnMut() -> u64) -> Value {
    for block in blocks.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        if !block.contains_key("block_id") {
            block.insert("block_id".into(), format!("block{}", serial()).into());
        }
        // Lines of rich text are no elements that anybody could act on.
        if block.get("type").is_some_and(|kind| kind == "rich_text") {
            continue;
        }
        for element in elements_mut(block) {
            let acts = !["image", "plain_text", "mrkdwn"].contains(&element["type"].as_str().unwrap_or_default());
            if acts && element.get("action_id").is_none() {
                element["action_id"] = format!("action{}", serial()).into();
            }
        }
    }
    blocks
}

/// Is this a day as Slack writes it? <https://docs.slack.dev/reference/block-kit/block-elements/date-picker-element>
pub(super) fn is_day(value: &Value) -> bool {
    let written = value.as_str().filter(|text| text.len() == 10);
    written.is_some_and(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok())
}

/// Is this a time of day as Slack writes it? <https://docs.slack.dev/reference/block-kit/block-elements/time-picker-element>
pub(super) fn is_time(value: &Value) -> bool {
    let written = value.as_str().filter(|text| text.len() == 5);
    written.is_some_and(|text| NaiveTime::parse_from_str(text, "%H:%M").is_ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn blocks_and_elements_without_an_id_get_one() {
        let mut serial = 0;
        let next = || {
            serial += 1;
            serial
        };
        let given = json!([
            {"type": "section", "text": {"type": "plain_text", "text": "x"}, "accessory": {"type": "button"}},
            {"type": "actions", "block_id": "mine", "elements": [{"type": "button", "action_id": "a"}, {"type": "button"}]},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}]},
            {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]},
        ]);
        let blocks = super::with_ids(given, next);
        assert!(blocks[0]["block_id"].is_string() && blocks[0]["accessory"]["action_id"].is_string());
        assert_eq!((&blocks[1]["block_id"], &blocks[1]["elements"][0]["action_id"]), (&json!("mine"), &json!("a")));
        assert!(blocks[1]["elements"][1]["action_id"].is_string());
        assert_eq!(blocks[2]["elements"][0].get("action_id"), None);
        assert_eq!(blocks[3]["elements"][0].get("action_id"), None);
    }
}
