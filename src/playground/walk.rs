//! One walk through blocks: what Slack would refuse in them and in their elements, read off the tables of `kit`. Pure; it must
//! not know what else is in a message or a modal.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::blocks::{elements_of, is_day, is_time, options_of};
use super::kit::Rule::{
    self, Choice, Choices, Confirm, Day, Element, Elements, Flag, Groups, Hidden, Link, Number, OneOf, Opaque, Options,
    Plain, Prose, Text, Texts, Ticks, Time, Words,
};
use super::kit::{BLOCKS, CONFIRM, ELEMENTS, Field, GROUP, GROUPS, ID, OPTION, TICK, may, must};
use super::problem::Problem;

/// One walk through blocks.
pub(super) struct Check {
    code: &'static str,
    pub(super) problems: Vec<Problem>,
    /// In all texts together.
    pub(super) characters: usize,
}

impl Check {
    pub(super) fn new(code: &'static str) -> Self {
        Self { code, problems: Vec::new(), characters: 0 }
    }

    pub(super) fn wrong(&mut self, at: &str, what: impl Into<String>) {
        self.problems.push(Problem::new(self.code, at, what));
    }

    pub(super) fn blocks(&mut self, blocks: &Value, most: usize, modal: bool) {
        let root = if modal { "/view/blocks" } else { "/blocks" };
        let Some(blocks) = blocks.as_array() else {
            return self.wrong(root, "must be a list");
        };
        if blocks.len() > most {
            self.wrong(root, format!("no more than {most} items allowed"));
        }
        let mut ids = HashSet::new();
        for (i, block) in blocks.iter().enumerate() {
            let at = format!("{root}/{i}");
            self.block(block, modal, &at);
            if let Some(id) = block.get("block_id").and_then(Value::as_str)
                && !ids.insert(id)
            {
                self.wrong(&at, format!("block_id \"{id}\" already exists"));
            }
        }
    }

    fn block(&mut self, block: &Value, modal: bool, at: &str) {
        let Some((fields, known)) = self.typed(block, BLOCKS, at) else {
            return;
        };
        self.fields(fields, &[known, &[may("block_id", Words(ID))]], &["type"], at);
        match fields["type"].as_str() {
            Some("section") if !fields.contains_key("text") && !fields.contains_key("fields") => {
                self.wrong(at, "text or fields must be there")
            }
            Some("input") if !modal => self.wrong(at, "the playground takes input blocks in modals only"),
            _ => {}
        }
        self.action_ids(block, at);
    }

    fn action_ids(&mut self, block: &Value, at: &str) {
        let mut ids = HashSet::new();
        for id in elements_of(block).filter_map(|element| element.get("action_id")?.as_str()) {
            if !ids.insert(id) {
                self.wrong(at, format!("action_id \"{id}\" already exists in this block"));
            }
        }
    }

    /// The fields of a typed object, and the table row for its type.
    fn typed<'a, 'b>(
        &mut self,
        value: &'a Value,
        table: &'b [(&str, &'b [Field])],
        at: &str,
    ) -> Option<(&'a Map<String, Value>, &'b [Field])> {
        let Some(fields) = value.as_object() else {
            self.wrong(at, "must be an object");
            return None;
        };
        let kind = fields.get("type").and_then(Value::as_str).unwrap_or_default();
        let row = table.iter().find(|(name, _)| *name == kind);
        if row.is_none() {
            self.wrong(at, format!("unsupported type: \"{kind}\""));
        }
        row.map(|(_, known)| (fields, *known))
    }

    pub(super) fn fields(&mut self, given: &Map<String, Value>, known: &[&[Field]], others: &[&str], at: &str) {
        let rows = || known.iter().flat_map(|part| part.iter());
        for (name, value) in given {
            match rows().find(|(known, ..)| known == name) {
                Some((_, _, rule)) => self.rule(*rule, value, &format!("{at}/{name}")),
                None if others.contains(&name.as_str()) => {}
                None => self.wrong(at, format!("no such field: {name}")),
            }
        }
        for (name, ..) in rows().filter(|(name, needed, _)| *needed && !given.contains_key(*name)) {
            self.wrong(at, format!("missing required field: {name}"));
        }
    }

    fn object(&mut self, value: &Value, known: &[Field], at: &str) {
        match value.as_object() {
            Some(fields) => self.fields(fields, &[known], &[], at),
            None => self.wrong(at, "must be an object"),
        }
    }

    fn list<'a>(&mut self, value: &'a Value, most: usize, at: &str) -> &'a [Value] {
        let Some(items) = value.as_array() else {
            self.wrong(at, "must be a list");
            return &[];
        };
        if items.is_empty() || items.len() > most {
            self.wrong(at, format!("must hold 1 to {most} items"));
        }
        items
    }

    fn string(&mut self, value: &Value, least: usize, most: usize, at: &str) {
        match value.as_str().map(|text| text.chars().count()) {
            Some(length) if length < least => self.wrong(at, "must be more than 0 characters"),
            Some(length) if length > most => self.wrong(at, format!("must be less than {} characters", most + 1)),
            Some(_) => {}
            None => self.wrong(at, "must be a string"),
        }
    }

    fn text(&mut self, value: &Value, most: usize, plain_only: bool, at: &str) {
        let kind = value.get("type").and_then(Value::as_str).unwrap_or_default();
        let extra = match kind {
            "plain_text" => may("emoji", Flag),
            "mrkdwn" if !plain_only => may("verbatim", Flag),
            _ => {
                return self.wrong(at, format!("a text object of type \"{kind}\" is not allowed here"));
            }
        };
        if let Some(fields) = value.as_object() {
            self.fields(fields, &[&[must("text", Prose(most)), extra]], &["type"], at);
        }
    }

    fn element(&mut self, value: &Value, kinds: &[&str], at: &str) {
        let kind = value.get("type").and_then(Value::as_str).unwrap_or_default();
        if !kinds.contains(&kind) {
            return self.wrong(at, format!("an element of type \"{kind}\" is not allowed here"));
        }
        if ["plain_text", "mrkdwn"].contains(&kind) {
            return self.text(value, 3_000, false, at);
        }
        let Some((fields, known)) = self.typed(value, ELEMENTS, at) else {
            return;
        };
        self.fields(fields, &[known], &["type"], at);
        if kind.ends_with("static_select") && fields.contains_key("options") == fields.contains_key("option_groups") {
            self.wrong(at, "exactly one of options and option_groups must be there");
        }
        self.initial(value, at);
        self.lengths(value, at);
    }

    /// What a menu begins with must be one of its options, to the letter.
    fn initial(&mut self, element: &Value, at: &str) {
        let several = element["initial_options"].as_array().into_iter().flatten();
        for chosen in element.get("initial_option").into_iter().chain(several) {
            if !options_of(element).any(|option| option == chosen) {
                self.wrong(at, "an initial option is not among the options");
            }
        }
    }

    /// What a text begins with must be what a person could send.
    fn lengths(&mut self, element: &Value, at: &str) {
        let bound = |name: &str| element[name].as_u64().and_then(|bound| usize::try_from(bound).ok());
        let length = element["initial_value"].as_str().map_or(0, |text| text.chars().count());
        let (least, most) = (bound("min_length").unwrap_or(0), bound("max_length").unwrap_or(usize::MAX));
        if length > most {
            self.wrong(at, format!("initial_value must be at most {most} characters"));
        }
        if least > most {
            self.wrong(at, "min_length must not be more than max_length");
        }
    }

    fn rule(&mut self, rule: Rule, value: &Value, at: &str) {
        match rule {
            Plain(most) => self.text(value, most, true, at),
            Text(most) => self.text(value, most, false, at),
            Words(most) => self.string(value, 1, most, at),
            Hidden(most) => self.string(value, 0, most, at),
            Prose(most) => {
                self.characters += value.as_str().map_or(0, |text| text.chars().count());
                self.string(value, 1, most, at);
            }
            Texts(most, each) => {
                for (i, item) in self.list(value, most, at).iter().enumerate() {
                    self.text(item, each, false, &format!("{at}/{i}"));
                }
            }
            Flag if value.is_boolean() => {}
            Flag => self.wrong(at, "must be true or false"),
            Number(low, high) if value.as_u64().is_some_and(|number| (low..=high).contains(&number)) => {}
            Number(low, high) => self.wrong(at, format!("must be a whole number from {low} to {high}")),
            Link => {
                self.string(value, 1, 3_000, at);
                if value.as_str().is_some_and(|link| url::Url::parse(link).is_err()) {
                    self.wrong(at, "must be an absolute address");
                }
            }
            OneOf(words) if value.as_str().is_some_and(|word| words.contains(&word)) => {}
            OneOf(words) => self.wrong(at, format!("must be one of {words:?}")),
            Element(kinds) => self.element(value, kinds, at),
            Elements(most, kinds) => {
                for (i, item) in self.list(value, most, at).iter().enumerate() {
                    self.element(item, kinds, &format!("{at}/{i}"));
                }
            }
            Options(most) => {
                for (i, item) in self.list(value, most, at).iter().enumerate() {
                    self.object(item, OPTION, &format!("{at}/{i}"));
                }
            }
            Ticks(most) => {
                for (i, item) in self.list(value, most, at).iter().enumerate() {
                    self.object(item, TICK, &format!("{at}/{i}"));
                }
            }
            Groups => {
                for (i, item) in self.list(value, GROUPS, at).iter().enumerate() {
                    self.object(item, GROUP, &format!("{at}/{i}"));
                }
            }
            Day if is_day(value) => {}
            Day => self.wrong(at, "must be a date as YYYY-MM-DD"),
            Time if is_time(value) => {}
            Time => self.wrong(at, "must be a time as HH:mm"),
            // That they are among the options is looked at with the element, and options were judged themselves.
            Choice if value.is_object() => {}
            Choices if value.is_array() => {}
            Choice => self.wrong(at, "must be an option"),
            Choices => self.wrong(at, "must be a list of options"),
            Confirm => self.object(value, CONFIRM, at),
            Opaque if value.is_object() => {}
            Opaque => self.wrong(at, "must be an object"),
        }
    }
}
