//! What can be filled in within a window, within Slack's limits (<https://docs.slack.dev/reference/block-kit/block-elements>).

use slack_morphism::prelude::*;

use super::fit::{LABEL, cut, plain};
use crate::domain::reply::{Choice, Choosable, Input, Look};

/// Most characters of what is asked for, and of the help below.
const ASKED: usize = 2_000;
/// Most characters of the pale text in an empty field.
const PLACEHOLDER: usize = 150;
/// Most options of a menu, or of one of its groups.
const OPTIONS: usize = 100;
/// Most boxes or radio buttons together.
const BOXES: usize = 10;

/// A field in which something is typed.
pub(super) fn input(field: &Input) -> SlackBlock {
    let mut element = SlackBlockPlainTextInputElement::new()
        .with_action_id(field.id.clone().into())
        .with_multiline(!field.one_line)
        .with_max_length(field.max_length);
    if !field.initial.is_empty() {
        element = element.with_initial_value(cut(&field.initial, usize::try_from(field.max_length).unwrap_or(0)));
    }
    if let Some(placeholder) = field.placeholder.as_deref().filter(|text| !text.is_empty()) {
        element = element.with_placeholder(plain(placeholder, PLACEHOLDER));
    }
    let asked = Asked { label: &field.label, id: &field.id, hint: field.hint.as_deref(), optional: field.optional };
    asked.block(element.into(), false)
}

/// Something to choose from.
pub(super) fn choice(choice: &Choice) -> SlackBlock {
    let asked = Asked { label: &choice.label, id: &choice.id, hint: choice.hint.as_deref(), optional: choice.optional };
    let element = match choice.look {
        Look::Menu => menu(choice).into(),
        Look::Several => several(choice).into(),
        Look::Radio => radio(choice).into(),
        Look::Boxes => boxes(choice).into(),
    };
    asked.block(element, choice.live)
}

/// What stands around every field.
struct Asked<'a> {
    label: &'a str,
    id: &'a str,
    hint: Option<&'a str>,
    optional: bool,
}

impl Asked<'_> {
    fn block(&self, element: SlackInputBlockElement, live: bool) -> SlackBlock {
        let mut block = SlackInputBlock::new(plain(self.label, ASKED), element).with_block_id(self.id.into());
        if let Some(hint) = self.hint.filter(|hint| !hint.is_empty()) {
            block = block.with_hint(plain(hint, ASKED));
        }
        block.optional = self.optional.then_some(true);
        block.dispatch_action = live.then_some(true);
        block.into()
    }
}

type Item = SlackBlockChoiceItem<SlackBlockPlainTextOnly>;
type MarkedItem = SlackBlockChoiceItem<SlackBlockText>;

fn item(one: &Choosable) -> Item {
    let item = SlackBlockChoiceItem::new(plain(&one.label, LABEL), one.value.clone());
    match &one.about {
        Some(about) => item.with_description(plain(about, LABEL)),
        None => item,
    }
}

fn marked(one: &Choosable) -> MarkedItem {
    let Item { value, description, url, .. } = item(one);
    let text = SlackBlockText::Plain(SlackBlockPlainText::new(cut(&one.label, LABEL)));
    MarkedItem { text, value, description, url }
}

/// The options of a menu: up to a hundred as they are, more of them in groups that are named after what they begin and end with.
fn groups(options: &[Choosable]) -> (Option<Vec<Item>>, Option<Vec<SlackBlockOptionGroup<SlackBlockPlainTextOnly>>>) {
    if options.len() <= OPTIONS {
        return (Some(options.iter().map(item).collect()), None);
    }
    let group = |chunk: &[Choosable]| {
        let ends = [chunk.first(), chunk.last()].map(|end| end.map_or("", |end| end.label.as_str()));
        let label = format!("{} – {}", cut(ends[0], LABEL / 2 - 2), cut(ends[1], LABEL / 2 - 2));
        SlackBlockOptionGroup::new(plain(&label, LABEL), chunk.iter().map(item).collect())
    };
    (None, Some(options.chunks(OPTIONS).take(OPTIONS).map(group).collect()))
}

fn chosen(choice: &Choice) -> impl Iterator<Item = &Choosable> {
    choice.options.iter().filter(|option| choice.chosen.contains(&option.value))
}

fn menu(choice: &Choice) -> SlackBlockStaticSelectElement {
    let mut element = SlackBlockStaticSelectElement::new().with_action_id(choice.id.clone().into());
    (element.options, element.option_groups) = groups(&choice.options);
    element.initial_option = chosen(choice).next().map(item);
    element
}

fn several(choice: &Choice) -> SlackBlockMultiStaticSelectElement {
    let mut element = SlackBlockMultiStaticSelectElement::new().with_action_id(choice.id.clone().into());
    (element.options, element.option_groups) = groups(&choice.options);
    element.initial_options = Some(chosen(choice).map(item).collect()).filter(|chosen: &Vec<_>| !chosen.is_empty());
    element
}

fn radio(choice: &Choice) -> SlackBlockRadioButtonsElement {
    let options = choice.options.iter().take(BOXES).map(marked).collect();
    let mut element = SlackBlockRadioButtonsElement::new(options).with_action_id(choice.id.clone().into());
    element.initial_option = chosen(choice).next().map(marked);
    element
}

fn boxes(choice: &Choice) -> SlackBlockCheckboxesElement {
    let options = choice.options.iter().take(BOXES).map(marked).collect();
    let mut element = SlackBlockCheckboxesElement::new(options).with_action_id(choice.id.clone().into());
    element.initial_options = Some(chosen(choice).map(marked).collect()).filter(|chosen: &Vec<_>| !chosen.is_empty());
    element
}
