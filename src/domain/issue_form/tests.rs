//! The forms of the community and a few that have what those lack, and what else forms are asked.

mod answers;
mod malformed;
mod properties;
mod web;

use std::fs;
use std::path::Path;

use rstest::rstest;

use super::*;

/// Forms, answers, and bodies written by hand from GitHub's documentation.
const FORMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/issue-forms");

fn kept(name: &str) -> IssueForm {
    IssueForm::parse(&fs::read_to_string(Path::new(FORMS).join(format!("{name}.yaml"))).unwrap()).unwrap()
}

/// A form that asks the questions in `body`.
fn asking(body: &str) -> IssueForm {
    IssueForm::parse(&format!("name: A form\ndescription: For a test\nbody:\n{body}")).unwrap()
}

fn answered(json: &str) -> Answers {
    serde_json::from_str(json).unwrap()
}

#[test]
fn every_kept_form_has_the_body_that_is_written_beside_it() {
    let mut forms = 0;
    for entry in fs::read_dir(FORMS).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let form = IssueForm::parse(&fs::read_to_string(&path).unwrap()).unwrap();
            let answers = answered(&fs::read_to_string(path.with_extension("answers.json")).unwrap());
            let body = fs::read_to_string(path.with_extension("expected.md")).unwrap();
            assert_eq!(form.body(&answers).unwrap(), body, "{}", path.display());
            forms += 1;
        }
    }
    assert!(forms >= 12, "{forms}");
}

#[test]
fn a_form_says_what_it_is_and_what_it_asks() {
    let form = kept("4_onboarding_to_cluster");
    assert_eq!((form.name.as_str(), form.title.as_str()), ("Onboard to a cluster", "NEW PROJECT: <name>"));
    assert_eq!(form.labels, ["kind/onboarding", "script:scripts/onboarding.sh", "task-type:bash", "repo:apps"]);
    assert_eq!(form.assignees, ["first-operator"]);
    let asked: Vec<(&str, bool)> = form.fields().map(|field| (field.key(), field.required)).collect();
    let optional: Vec<&str> = asked.iter().filter(|(_, required)| !required).map(|(key, _)| *key).collect();
    assert_eq!((asked.len(), optional), (9, vec!["cluster", "custom-quota"]));
    assert!(matches!(form.elements.last(), Some(Element::Markdown(text)) if text.starts_with("---\n")));
}

#[test]
fn names_may_stand_in_a_list_or_between_commas() {
    let form = kept("delete_namespace");
    assert_eq!(form.labels, ["area/cluster", "kind/offboarding"]);
    assert_eq!(kept("topic_without_ids").assignees, ["first-operator", "tumido"]);
    assert_eq!(form.assignees, [""; 0]);
}

#[test]
fn a_form_knows_the_options_as_they_were_written() {
    let form = kept("pipeline_feedback");
    let kinds: Vec<&FieldKind> = form.fields().map(|field| &field.kind).collect();
    let written =
        ["1.10", "1.9.0", "0x1F", "2021-12-06", "null", "on", "none of \"these\""].map(str::to_owned).to_vec();
    assert_eq!(kinds[0], &FieldKind::Dropdown { options: written, multiple: true, default: None });
    assert!(matches!(kinds[1], FieldKind::Dropdown { multiple: false, default: Some(1), .. }));
    let lines = FieldKind::Textarea { placeholder: None, value: Some("1.\n2.\n".to_owned()), render: None };
    assert_eq!((kinds[2], kinds[3]), (&lines, &FieldKind::Upload));
    let FieldKind::Checkboxes { options } = kinds[4] else { panic!("{:?}", kinds[4]) };
    assert_eq!(options[2], Checkbox { label: "no".to_owned(), required: false });
}

#[rstest]
#[case("1.10")]
#[case("007")]
#[case("0o17")]
#[case("1_000")]
#[case("1e999")]
#[case(".inf")]
#[case(".NaN")]
#[case("99999999999999999999999")]
#[case("-0")]
#[case("Yes")]
#[case("NO")]
#[case("~")]
#[case("Null")]
#[case("2021-12-06T08:30:00Z")]
#[case("12:30")]
fn a_plain_word_keeps_its_spelling(#[case] word: &str) {
    let form = asking(&format!("- type: dropdown\n  attributes:\n    label: {word}x\n    options: [a, {word} , b]"));
    let FieldKind::Dropdown { options, .. } = &form.fields().next().unwrap().kind else { panic!("{form:?}") };
    assert_eq!(options[1], word);
}

#[test]
fn anchors_aliases_and_merges_are_what_they_stand_for() {
    let form = asking(
        "- &one\n  type: dropdown\n  attributes: &words {label: One, options: &all [1.0, yes]}\n- type: dropdown\n  attributes: {<<: *words, label: Two}\n- type: dropdown\n  attributes: {label: Three, options: *all}",
    );
    assert_eq!(form.fields().map(Field::key).collect::<Vec<_>>(), ["One", "Two", "Three"]);
    for field in form.fields() {
        assert!(matches!(&field.kind, FieldKind::Dropdown { options, .. } if options == &["1.0", "yes"]), "{field:?}");
    }
}

#[test]
fn labels_and_options_are_one_line() {
    let form = asking(
        "- type: checkboxes\n  attributes:\n    label: |\n      Why\n      so\n    options:\n    - label: >\n        yes,\n        really",
    );
    assert_eq!(form.body(&Answers::new()).unwrap(), "### Why so\n\n- [ ] yes, really");
}

#[rstest]
#[case("NEW PROJECT: <name>", "NEW PROJECT: <name>", true)]
#[case("NEW PROJECT: <name>", "NEW PROJECT: widgets", false)]
#[case("As a <role>, I <want to>, <so that>.", "As a user, I <want to>, so.", true)]
#[case("As a <role>, I <want to>, <so that>.", "As a user, I want <b>, so.", false)]
#[case("<your-issue-title>", "Support <your-issue-title>", true)]
#[case("", "What is <name>?", false)]
#[case("1 < 2 and <> and -> here", "1 < 2 and <> and -> here", false)]
#[case("a <b <c>", "d <c>", true)]
fn a_title_is_unfinished_while_it_holds_a_place_of_the_form(
    #[case] pattern: &str,
    #[case] title: &str,
    #[case] unfinished: bool,
) {
    let form = IssueForm { title: pattern.to_owned(), ..kept("1_question") };
    assert_eq!(form.unfinished_title(title), unfinished);
}

#[rstest]
#[case("script:scripts/onboarding.sh", true)]
#[case("Task-Type:bash", true)]
#[case(" repo:apps", true)]
#[case("kind/onboarding", false)]
#[case("transcript:yes", false)]
#[case("repository", false)]
fn labels_that_start_automation_are_reserved(#[case] label: &str, #[case] reserved: bool) {
    assert_eq!(is_reserved(label), reserved);
}
