//! What is said of files that are no forms.

use rstest::rstest;

use super::*;

const FIELD: &str = "- type: input\n  attributes:\n    label: A";

fn said(yaml: &str) -> String {
    IssueForm::parse(yaml).expect_err("a form after all").to_string()
}

#[rstest]
#[case::no_yaml(
    "name: [",
    "line 1, column 7: this is no YAML: see that the lines are indented alike, and that texts with `: `, ` #` or quotes in them stand in quotes"
)]
#[case::tabs(
    "body:\n\t- type: input",
    "line 2, column 2: this is no YAML: see that the lines are indented alike, and that texts with `: `, ` #` or quotes in them stand in quotes"
)]
#[case::empty("", "line 1, column 1: a form must be a map of keys and values, but nothing stands here")]
#[case::list_at_the_top("- name: A", "line 1, column 1: a form must be a map of keys and values, but this is a list")]
#[case::text_at_the_top("just words", "line 1, column 1: a form must be a map of keys and values, but this is a text")]
#[case::two_documents("name: A\n---\nname: B", "line 3, column 1: a second document begins (`---`), but a form is one")]
#[case::key_twice("name: A\nname: B", "line 2, column 1: the key `name` stands here twice")]
#[case::name_a_list("name: [A]\nbody: []", "line 1, column 7: `name` must be a text, but this is a list")]
#[case::labels_a_map(
    "labels: {a: b}\nbody: []",
    "line 1, column 9: `labels` must be a list, or a text with commas, but this is a map"
)]
#[case::no_body(
    "name: A",
    "line 1, column 1: the form has no `body`: it is a list of the questions that the form asks"
)]
#[case::body_nothing(
    "name: A\nbody:",
    "line 1, column 1: the form has no `body`: it is a list of the questions that the form asks"
)]
#[case::body_a_text("body: words", "line 1, column 7: `body` must be a list, but this is a text")]
#[case::body_empty(
    "body: []",
    "line 1, column 7: `body` asks nothing: a form needs one element that is not `markdown`"
)]
#[case::unknown_anchor(
    "body: *all",
    "line 1, column 7: an alias (`*name`) has no anchor (`&name`): a text that begins with `*` needs quotes"
)]
#[case::within_itself("body: &all [*all]", "line 1, column 13: an alias (`*name`) repeats what it stands in")]
fn a_file_that_is_no_form(#[case] yaml: &str, #[case] words: &str) {
    assert_eq!(said(yaml), words);
}

#[rstest]
#[case::only_markdown(
    "- type: markdown\n  attributes:\n    value: Hello",
    "line 2, column 3: `body` asks nothing: a form needs one element that is not `markdown`"
)]
#[case::element_a_text(
    "- input",
    "line 2, column 3: each element of `body` must be a map of keys and values, but this is a text"
)]
#[case::no_type(
    "- attributes: {label: A}",
    "line 2, column 3: the element has no `type`: it may be `markdown`, `input`, `textarea`, `dropdown`, `checkboxes`, `upload`"
)]
#[case::unknown_type(
    "- type: slider\n  attributes: {label: A}",
    "line 2, column 9: an element cannot be of type `slider`: it may be `markdown`, `input`, `textarea`, `dropdown`, `checkboxes`, `upload`"
)]
#[case::type_with_ticks(
    "- type: 'input`, `textarea'\n  attributes: {label: A}",
    "line 2, column 9: an element cannot be of type `input`, `textarea`: it may be `markdown`, `input`, `textarea`, `dropdown`, `checkboxes`, `upload`"
)]
#[case::no_attributes(
    "- type: input\n  id: a",
    "line 2, column 3: the element has no `attributes`, where its words belong"
)]
#[case::no_value(
    "- type: markdown\n  attributes: {label: A}",
    "line 3, column 15: `attributes` of an element of type `markdown` have no `value`"
)]
#[case::no_label(
    "- type: input\n  attributes:\n    placeholder: a",
    "line 4, column 5: an element of type `input` needs a `label`"
)]
#[case::label_blank(
    "- type: input\n  attributes:\n    label: ' '",
    "line 4, column 12: an element of type `input` needs a `label`"
)]
#[case::label_a_list(
    "- type: input\n  attributes:\n    label: [A]",
    "line 4, column 12: `label` must be a text, but this is a list"
)]
#[case::id_twice(
    "- {type: input, id: a, attributes: {label: A}}\n- {type: input, id: a, attributes: {label: B}}",
    "line 3, column 3: the id `a` is taken by another element: each needs its own"
)]
#[case::id_is_a_label(
    "- {type: input, attributes: {label: a}}\n- {type: input, id: a, attributes: {label: B}}",
    "line 3, column 3: the id `a` is taken by another element: each needs its own"
)]
#[case::label_twice(
    "- {type: input, attributes: {label: A}}\n- {type: input, attributes: {label: A}}",
    "line 3, column 3: another element has the label “A”: give each its own label, or an `id`"
)]
#[case::bad_id(
    "- {type: input, id: team name, attributes: {label: A}}",
    "line 2, column 21: the id `team name` may hold letters, digits, `-` and `_` only"
)]
#[case::required_a_word(
    "- type: input\n  attributes: {label: A}\n  validations: {required: always}",
    "line 4, column 27: `required` must be `true` or `false`"
)]
#[case::required_a_list(
    "- type: input\n  attributes: {label: A}\n  validations: {required: [yes]}",
    "line 4, column 27: `required` must be `true` or `false`"
)]
fn an_element_that_is_none(#[case] body: &str, #[case] words: &str) {
    assert_eq!(said(&format!("body:\n{body}")), words);
}

#[rstest]
#[case::none("dropdown", "x: y", "line 2, column 32: “A” has no `options` to choose from")]
#[case::none("checkboxes", "x: y", "line 2, column 34: “A” has no `options` to choose from")]
#[case::nothing("dropdown", "options: []", "line 2, column 52: “A” has no `options` to choose from")]
#[case::nothing("checkboxes", "options: []", "line 2, column 54: “A” has no `options` to choose from")]
#[case::a_text("dropdown", "options: a", "line 2, column 52: `options` of “A” must be a list, but this is a text")]
#[case::empty("dropdown", "options: [a, '']", "line 2, column 56: an option of “A” is empty")]
#[case::twice("dropdown", "options: [a, b, a]", "line 2, column 59: “A” has the option “a” twice")]
#[case::a_map(
    "dropdown",
    "options: [{label: a}]",
    "line 2, column 53: each option of “A” must be a text, but this is a map"
)]
#[case::multiple("dropdown", "options: [a], multiple: many", "line 2, column 67: `multiple` must be `true` or `false`")]
#[case::default_beyond(
    "dropdown",
    "options: [a, b], default: 2",
    "line 2, column 69: `default` of “A” must be the number of an option, 0 for the first to 1 for the last"
)]
#[case::default_before(
    "dropdown",
    "options: [a, b], default: -1",
    "line 2, column 69: `default` of “A” must be the number of an option, 0 for the first to 1 for the last"
)]
#[case::default_a_word(
    "dropdown",
    "options: [a, b], default: a",
    "line 2, column 69: `default` of “A” must be the number of an option, 0 for the first to 1 for the last"
)]
#[case::a_text(
    "checkboxes",
    "options: [a]",
    "line 2, column 55: each option of the checkboxes “A” must be a map of keys and values, but this is a text"
)]
#[case::no_label(
    "checkboxes",
    "options: [{required: true}]",
    "line 2, column 55: an option of the checkboxes “A” has no `label`"
)]
#[case::twice("checkboxes", "options: [{label: a}, {label: a}]", "line 2, column 67: “A” has the option “a” twice")]
fn options_that_are_none(#[case] kind: &str, #[case] attributes: &str, #[case] words: &str) {
    assert_eq!(said(&format!("body:\n- {{type: {kind}, attributes: {{label: A, {attributes}}}}}")), words);
}

#[test]
fn a_file_too_large_for_a_form() {
    let words = "the file is larger than 256 KiB, too large for a form";
    assert_eq!(said(&format!("body:\n{FIELD}\n# {}", "x".repeat(256 * 1024))), words);
}

#[test]
fn nesting_and_aliases_that_would_fill_the_memory() {
    let much = "the file nests deeper than 32 levels or holds more than 20000 values, too much for a form";
    let laughs = (1..9).map(|at| format!("a{at}: &a{at} [{}]\n", vec![format!("*a{}", at - 1); 9].join(", ")));
    let laughs = format!("a0: &a0 [ha]\n{}body:\n{FIELD}", laughs.collect::<String>());
    let blocks: String = (0..60).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    for yaml in [laughs, blocks, format!("body: [{}]", "a, ".repeat(30_000))] {
        assert!(said(&yaml).ends_with(much), "{}", said(&yaml));
    }
    let deep = format!("body: {}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(IssueForm::parse(&deep).is_err());
}

#[test]
fn what_github_may_add_is_passed_over() {
    let form = asking("- type: input\n  new: 1\n  attributes: {label: A, colour: red}\n  validations: {minlength: 3}");
    assert_eq!(form, IssueForm { elements: form.elements.clone(), ..asking(FIELD) });
}
