//! A modal: what is in it, what a person entered, and what Slack's own client checks before it lets them submit.
//! Pure; it must not know who opened it or how it travels.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::blocks::{elements_mut, elements_of, is_day, is_time, options_of};
use super::people::{APP, BOT, TEAM};

/// An open modal.
#[derive(Debug, Clone)]
pub(super) struct View {
    pub(super) id: String,
    pub(super) hash: String,
    /// The first view of its stack.
    pub(super) root: String,
    /// The view below it.
    pub(super) previous: Option<String>,
    /// What the bot gave, with an id on every block and element.
    pub(super) json: Value,
    /// What the person filled in so far, by block and action.
    pub(super) entered: Value,
    /// What the bot said of the last submission, by block.
    pub(super) errors: BTreeMap<String, String>,
}

impl View {
    pub(super) fn blocks(&self) -> &Value {
        &self.json["blocks"]
    }

    /// The blocks as they stand before the person: inputs begin with what was filled in so far.
    pub(super) fn filled_in(&self) -> Value {
        let mut blocks = self.blocks().clone();
        for block in blocks.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
            let block_id = block.get("block_id").and_then(Value::as_str).unwrap_or_default().to_owned();
            for element in elements_mut(block).filter_map(Value::as_object_mut) {
                let action_id = element.get("action_id").and_then(Value::as_str).unwrap_or_default();
                let Some(entered) = self.entered.get(&block_id).and_then(|block| block.get(action_id)) else {
                    continue;
                };
                let (key, initial) = keys_of(element.get("type"));
                match &entered[key] {
                    Value::Null => element.remove(initial),
                    value => element.insert(initial.to_owned(), value.clone()),
                };
            }
        }
        blocks
    }

    /// What the page needs to show it.
    pub(super) fn for_page(&self) -> Value {
        let field = |name: &str| self.json.get(name).cloned().unwrap_or(Value::Null);
        json!({"id": self.id, "title": field("title"), "submit": field("submit"), "close": field("close"), "blocks": self.filled_in()})
    }

    /// As Slack writes it in answers and deliveries. <https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload>
    pub(super) fn on_wire(&self, values: &Value) -> Value {
        let field = |name: &str, otherwise: Value| self.json.get(name).cloned().unwrap_or(otherwise);
        json!({
            "id": self.id, "team_id": TEAM, "type": "modal",
            "title": field("title", Value::Null), "submit": field("submit", Value::Null), "close": field("close", Value::Null),
            "blocks": self.blocks(),
            "private_metadata": field("private_metadata", "".into()), "callback_id": field("callback_id", "".into()),
            "external_id": field("external_id", "".into()),
            "clear_on_close": field("clear_on_close", false.into()), "notify_on_close": field("notify_on_close", false.into()),
            "state": {"values": values}, "hash": self.hash, "root_view_id": self.root, "previous_view_id": self.previous,
            "app_id": APP, "app_installed_team_id": TEAM, "bot_id": BOT,
        })
    }

    /// The input blocks, each with its id and its element.
    pub(super) fn inputs(&self) -> impl Iterator<Item = (&Value, &str, &Value)> {
        let blocks = self.blocks().as_array().into_iter().flatten();
        blocks
            .filter(|block| block["type"] == "input")
            .map(|block| (block, block["block_id"].as_str().unwrap_or_default(), &block["element"]))
    }

    /// What stands in every input, menu and choice: what was entered, otherwise what it began with.
    pub(super) fn values(&self, entered: &Value) -> Value {
        values_of(&self.json, entered)
    }

    /// What Slack's client refuses to send: by block, a sentence for the person.
    pub(super) fn unfinished(&self, values: &Value) -> BTreeMap<String, String> {
        let mut errors = BTreeMap::new();
        for (block, block_id, element) in self.inputs() {
            let value = &values[block_id][element["action_id"].as_str().unwrap_or_default()];
            let text = value["value"].as_str().unwrap_or_default();
            let length = text.chars().count() as u64;
            let empty = match key_of(element) {
                "value" => text.trim().is_empty(),
                "selected_options" => value["selected_options"].as_array().is_none_or(Vec::is_empty),
                key => value[key].is_null(),
            };
            let most = element["max_length"].as_u64().unwrap_or(3_000);
            let least = element["min_length"].as_u64().unwrap_or(0);
            let error = match (empty, block["optional"] == true) {
                (true, true) => continue,
                (true, false) => "Please complete this required field.".to_owned(),
                _ if length > most => format!("Please write at most {most} characters."),
                _ if key_of(element) == "value" && length < least => {
                    format!("Please write at least {least} characters.")
                }
                _ if key_of(element) == "selected_date" && !is_day(&value["selected_date"]) => {
                    "Please choose a day.".to_owned()
                }
                _ if key_of(element) == "selected_time" && !is_time(&value["selected_time"]) => {
                    "Please choose a time.".to_owned()
                }
                _ if !offered(element, value) => "Please choose one of the options.".to_owned(),
                _ => continue,
            };
            errors.insert(block_id.to_owned(), error);
        }
        errors
    }
}

/// Every element that holds a value, with the id of its block. Slack has menus and choices outside of inputs among them.
fn holders(view: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let blocks = view["blocks"].as_array().into_iter().flatten();
    let all = blocks
        .flat_map(|block| elements_of(block).map(|element| (block["block_id"].as_str().unwrap_or_default(), element)));
    all.filter(|(_, element)| {
        let kind = element["type"].as_str().unwrap_or_default();
        kind == "plain_text_input" || key_of(element) != "value"
    })
}

fn values_of(view: &Value, entered: &Value) -> Value {
    let mut values = json!({});
    for (block_id, element) in holders(view) {
        let action_id = element["action_id"].as_str().unwrap_or_default();
        let given = entered.get(block_id).and_then(|block| block.get(action_id));
        values[block_id][action_id] = given.map_or_else(|| initial(element), |given| normal(element, given));
    }
    values
}

/// What stood in a view before it was updated and goes on standing there, touched or not: Slack goes by block, action and type,
/// and an option must still be on offer. Who wants an input to begin anew gives it another id. <https://docs.slack.dev/surfaces/modals#updating_views>
pub(super) fn kept(before: &Value, entered: &Value, after: &Value) -> Value {
    let (stood, mut kept) = (values_of(before, entered), json!({}));
    for (block_id, element) in holders(after) {
        let action_id = element["action_id"].as_str().unwrap_or_default();
        let value = &stood[block_id][action_id];
        if value["type"] == element["type"] && offered(element, value) {
            kept[block_id][action_id] = value.clone();
        }
    }
    kept
}

/// Where an element keeps what was entered. <https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload>
pub(super) fn key_of(element: &Value) -> &'static str {
    keys_of(element.get("type")).0
}

/// Where an element of this type keeps what was entered, and what it begins with.
fn keys_of(kind: Option<&Value>) -> (&'static str, &'static str) {
    match kind.and_then(Value::as_str) {
        Some("multi_static_select" | "checkboxes") => ("selected_options", "initial_options"),
        Some("static_select" | "radio_buttons") => ("selected_option", "initial_option"),
        Some("datepicker") => ("selected_date", "initial_date"),
        Some("timepicker") => ("selected_time", "initial_time"),
        _ => ("value", "initial_value"),
    }
}

fn initial(element: &Value) -> Value {
    let (key, initial) = keys_of(element.get("type"));
    let otherwise = if key == "selected_options" { json!([]) } else { Value::Null };
    let found = element.get(initial).cloned().unwrap_or(otherwise);
    json!({"type": element["type"], key: found})
}

/// Only what Slack would send is kept of what the page sent; an empty text is null, as Slack has it.
fn normal(element: &Value, given: &Value) -> Value {
    let key = key_of(element);
    let value = match given.get(key) {
        Some(Value::String(text)) if text.is_empty() => Value::Null,
        Some(value) => value.clone(),
        None if key == "selected_options" => json!([]),
        None => Value::Null,
    };
    json!({"type": element["type"], key: value})
}

/// Is everything that was chosen among the options?
pub(super) fn offered(element: &Value, value: &Value) -> bool {
    let chosen = value["selected_options"].as_array().into_iter().flatten().chain(value.get("selected_option"));
    chosen
        .into_iter()
        .all(|chosen| chosen.is_null() || options_of(element).any(|option| option["value"] == chosen["value"]))
}
