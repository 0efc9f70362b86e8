//! Block Kit as tables: which fields each block, element and view knows, and how long each may be. Data only; `strict` reads it.

/// `action_id`, `block_id`, `callback_id`, `external_id`. <https://docs.slack.dev/reference/block-kit/blocks>
pub(super) const ID: usize = 255;
/// `private_metadata` of a view. <https://docs.slack.dev/reference/views/modal-views>
const PRIVATE_METADATA: usize = 3_000;

/// What a field may hold.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    /// A `plain_text` object of at most so many characters.
    Plain(usize),
    /// A `plain_text` or `mrkdwn` object of at most so many characters.
    Text(usize),
    /// A list of at most so many text objects, each at most so long.
    Texts(usize, usize),
    /// A string, not empty, of at most so many characters.
    Words(usize),
    /// A string that is shown, so it counts towards the sum of all text.
    Prose(usize),
    /// A string, perhaps empty, of at most so many characters.
    Hidden(usize),
    /// `true` or `false`.
    Flag,
    /// A whole number in this range, ends included.
    Number(u64, u64),
    /// An absolute address. <https://docs.slack.dev/reference/block-kit/block-elements/button-element>
    Link,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// One element of these types.
    Element(&'static [&'static str]),
    /// A list of at most so many elements of these types.
    Elements(usize, &'static [&'static str]),
    /// A list of at most so many options of a menu.
    Options(usize),
    /// A list of at most so many options to be ticked, whose text may be marked up.
    Ticks(usize),
    /// A list of labelled lists of options.
    Groups,
    /// One of the element's own options.
    Choice,
    /// Some of the element's own options.
    Choices,
    /// A confirmation dialog.
    Confirm,
    /// A day, as in `2026-12-23`.
    Day,
    /// A time of day, as in `08:30`.
    Time,
    /// An object that is not looked into.
    Opaque,
}

use Rule::{
    Choice, Choices, Confirm, Day, Element, Elements, Flag, Groups, Hidden, Link, Number, OneOf, Opaque, Options,
    Plain, Prose, Text, Texts, Ticks, Time, Words,
};

/// A field's name, whether it must be there, and its rule.
pub(super) type Field = (&'static str, bool, Rule);

pub(super) const fn must(name: &'static str, rule: Rule) -> Field {
    (name, true, rule)
}

pub(super) const fn may(name: &'static str, rule: Rule) -> Field {
    (name, false, rule)
}

/// What may stand beside the text of a section.
const ACCESSORIES: &[&str] = &[
    "button",
    "image",
    "static_select",
    "multi_static_select",
    "checkboxes",
    "radio_buttons",
    "datepicker",
    "timepicker",
];
/// What may stand in an actions block.
const ACTIONS: &[&str] = &["button", "static_select", "checkboxes", "radio_buttons", "datepicker", "timepicker"];
/// What may stand in a context block.
const CONTEXT: &[&str] = &["plain_text", "mrkdwn", "image"];
/// What may stand in a rich text block, as far as the playground knows it.
const RICH_TEXT: &[&str] = &["rich_text_section", "rich_text_quote", "rich_text_preformatted", "rich_text_list"];
/// What may stand in a line of rich text.
const RUNS: &[&str] = &["text", "link", "user", "channel", "emoji"];
/// What may stand in an input block.
const INPUTS: &[&str] = &[
    "plain_text_input",
    "static_select",
    "multi_static_select",
    "checkboxes",
    "radio_buttons",
    "datepicker",
    "timepicker",
];

/// The blocks that the playground can show (`block_id` goes without saying).
/// <https://docs.slack.dev/reference/block-kit/blocks>
pub(super) const BLOCKS: &[(&str, &[Field])] = &[
    (
        "section",
        &[
            may("text", Text(3_000)),
            may("fields", Texts(10, 2_000)),
            may("accessory", Element(ACCESSORIES)),
            may("expand", Flag),
        ],
    ),
    ("header", &[must("text", Plain(150)), may("level", Number(1, 4))]),
    ("divider", &[]),
    ("image", &[must("image_url", Link), must("alt_text", Words(2_000)), may("title", Plain(2_000))]),
    ("context", &[must("elements", Elements(10, CONTEXT))]),
    ("rich_text", &[must("elements", Elements(50, RICH_TEXT))]),
    ("actions", &[must("elements", Elements(25, ACTIONS))]),
    (
        "input",
        &[
            must("label", Plain(2_000)),
            must("element", Element(INPUTS)),
            may("hint", Plain(2_000)),
            may("optional", Flag),
            may("dispatch_action", Flag),
        ],
    ),
];

/// The elements that the playground can show. <https://docs.slack.dev/reference/block-kit/block-elements>
pub(super) const ELEMENTS: &[(&str, &[Field])] = &[
    ("image", &[must("image_url", Link), must("alt_text", Words(2_000))]),
    ("rich_text_section", &[must("elements", Elements(500, RUNS))]),
    ("rich_text_quote", &[must("elements", Elements(500, RUNS)), may("border", Number(0, 1))]),
    ("rich_text_preformatted", &[must("elements", Elements(500, RUNS)), may("border", Number(0, 1))]),
    (
        "rich_text_list",
        &[
            must("style", OneOf(&["bullet", "ordered"])),
            must("elements", Elements(500, &["rich_text_section"])),
            may("indent", Number(0, 8)),
            may("offset", Number(0, 10_000)),
            may("border", Number(0, 1)),
        ],
    ),
    ("text", &[must("text", Prose(4_000)), may("style", Opaque)]),
    ("link", &[must("url", Link), may("text", Prose(4_000)), may("unsafe", Flag), may("style", Opaque)]),
    ("user", &[must("user_id", Words(ID)), may("style", Opaque)]),
    ("channel", &[must("channel_id", Words(ID)), may("style", Opaque)]),
    ("emoji", &[must("name", Words(ID)), may("unicode", Words(ID)), may("style", Opaque)]),
    (
        "button",
        &[
            must("text", Plain(75)),
            may("action_id", Words(ID)),
            may("url", Link),
            may("value", Words(2_000)),
            may("style", OneOf(&["primary", "danger"])),
            may("confirm", Confirm),
            may("accessibility_label", Words(75)),
        ],
    ),
    (
        "plain_text_input",
        &[
            may("action_id", Words(ID)),
            may("placeholder", Plain(150)),
            may("initial_value", Hidden(3_000)),
            may("multiline", Flag),
            may("min_length", Number(0, 3_000)),
            may("max_length", Number(1, 3_000)),
            may("focus_on_load", Flag),
            may("dispatch_action_config", Opaque),
        ],
    ),
    (
        "static_select",
        &[
            may("action_id", Words(ID)),
            may("placeholder", Plain(150)),
            may("options", Options(100)),
            may("option_groups", Groups),
            may("initial_option", Choice),
            may("confirm", Confirm),
            may("focus_on_load", Flag),
        ],
    ),
    (
        "multi_static_select",
        &[
            may("action_id", Words(ID)),
            may("placeholder", Plain(150)),
            may("options", Options(100)),
            may("option_groups", Groups),
            may("initial_options", Choices),
            may("max_selected_items", Number(1, 100)),
            may("confirm", Confirm),
            may("focus_on_load", Flag),
        ],
    ),
    (
        "checkboxes",
        &[
            may("action_id", Words(ID)),
            must("options", Ticks(10)),
            may("initial_options", Choices),
            may("confirm", Confirm),
            may("focus_on_load", Flag),
        ],
    ),
    (
        "radio_buttons",
        &[
            may("action_id", Words(ID)),
            must("options", Ticks(10)),
            may("initial_option", Choice),
            may("confirm", Confirm),
            may("focus_on_load", Flag),
        ],
    ),
    (
        "datepicker",
        &[
            may("action_id", Words(ID)),
            may("placeholder", Plain(150)),
            may("initial_date", Day),
            may("confirm", Confirm),
            may("focus_on_load", Flag),
        ],
    ),
    (
        "timepicker",
        &[
            may("action_id", Words(ID)),
            may("placeholder", Plain(150)),
            may("initial_time", Time),
            may("confirm", Confirm),
            may("focus_on_load", Flag),
        ],
    ),
];

/// An option of a menu. <https://docs.slack.dev/reference/block-kit/composition-objects/option-object>
pub(super) const OPTION: &[Field] =
    &[must("text", Plain(75)), must("value", Words(150)), may("description", Plain(75))];
/// An option to be ticked.
pub(super) const TICK: &[Field] = &[must("text", Text(75)), must("value", Words(150)), may("description", Text(75))];
/// Groups of options. <https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element>
pub(super) const GROUPS: usize = 100;
/// <https://docs.slack.dev/reference/block-kit/composition-objects/option-group-object>
pub(super) const GROUP: &[Field] = &[must("label", Plain(75)), must("options", Options(100))];
/// <https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object>
pub(super) const CONFIRM: &[Field] = &[
    must("title", Plain(100)),
    must("text", Text(300)),
    must("confirm", Plain(30)),
    must("deny", Plain(30)),
    may("style", OneOf(&["primary", "danger"])),
];
/// <https://docs.slack.dev/reference/views/modal-views> (`blocks` and `type` are judged apart)
pub(super) const MODAL: &[Field] = &[
    must("title", Plain(24)),
    may("submit", Plain(24)),
    may("close", Plain(24)),
    may("private_metadata", Hidden(PRIVATE_METADATA)),
    may("callback_id", Hidden(ID)),
    may("external_id", Hidden(ID)),
    may("clear_on_close", Flag),
    may("notify_on_close", Flag),
];
