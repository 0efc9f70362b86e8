//! Answers that do not go with their questions, and those that are missing.

use insta::assert_snapshot;
use rstest::rstest;

use super::*;

#[rstest]
#[case(
    r#"{"Team name": "widgets"}"#,
    "the form asks nothing called “Team name”: it asks “cluster”, “team-name”, “project-name”"
)]
#[case(
    r#"{"cluster": "Smaug"}"#,
    "“cluster” has no option “Smaug”: it has “MOC/Infra”, “MOC/Smaug”, “EMEA/Jerry”, “OSC/osc-cl1”, “OSC/osc-cl2”"
)]
#[case(r#"{"cluster": ["MOC/Smaug"]}"#, "“cluster” takes one text, not a list")]
#[case(r#"{"team-name": ["widgets"]}"#, "“team-name” takes one text, not a list")]
fn an_answer_that_does_not_go_with_its_question(#[case] answers: &str, #[case] words: &str) {
    assert_eq!(kept("5_offboarding_from_a_cluster").body(&answered(answers)).unwrap_err().to_string(), words);
}

#[rstest]
#[case(r#"{"versions": "1.10"}"#, "“versions” takes a list of the options chosen, not one text")]
#[case(r#"{"versions": ["1.9.0", "1.9.0"]}"#, "“versions” has “1.9.0” chosen twice")]
#[case(
    r#"{"versions": ["1.1"]}"#,
    "“versions” has no option “1.1”: it has “1.10”, “1.9.0”, “0x1F”, “2021-12-06”, “null”, “on”, “none of \"these\"”"
)]
#[case(r#"{"areas": "storage"}"#, "“areas” takes a list of the options chosen, not one text")]
#[case(r#"{"areas": ["storage", "roof"]}"#, "“areas” has no option “roof”: it has “storage”, “network [slow]”, “no”")]
#[case(r#"{"steps": ["1.", "2."]}"#, "“steps” takes one text, not a list")]
fn a_choice_that_does_not_go_with_its_question(#[case] answers: &str, #[case] words: &str) {
    assert_eq!(kept("pipeline_feedback").body(&answered(answers)).unwrap_err().to_string(), words);
}

#[rstest]
#[case(r#"{}"#)]
#[case(r#"{"versions": [], "tier": "", "steps": "\r\n\t", "areas": []}"#)]
#[case(r#"{"versions": "", "tier": [], "steps": [], "areas": " "}"#)]
fn nothing_is_nothing_however_it_is_said(#[case] answers: &str) {
    let form = kept("pipeline_feedback");
    assert_eq!(form.body(&answered(answers)), form.body(&Answers::new()));
}

#[test]
fn links_to_files_stand_in_the_section_of_an_upload() {
    let body = asking("- {type: upload, id: shot, attributes: {label: Screenshot}}");
    let body = body.body(&answered(r#"{"shot": "![a](https://example.org/a.png)"}"#));
    assert_eq!(body.unwrap(), "### Screenshot\n\n![a](https://example.org/a.png)");
}

#[rstest]
#[case("a\n```", "````sh\na\n```\n````")]
#[case("  ```` ", "`````sh\n  ````\n`````")]
#[case("echo ```", "```sh\necho ```\n```")]
#[case("``", "```sh\n``\n```")]
#[case("~~~", "```sh\n~~~\n```")]
fn a_fence_in_the_answer_does_not_end_the_code_block(#[case] answer: &str, #[case] block: &str) {
    let form = asking("- {type: textarea, id: log, attributes: {label: Log, render: sh}}");
    let answers = Answers::from([("log".to_owned(), Answer::Text(answer.to_owned()))]);
    assert_eq!(form.body(&answers).unwrap(), format!("### Log\n\n{block}"));
}

#[test]
fn what_is_missing_is_told_by_its_field() {
    let told = |name: &str, answers: &str| {
        let missing = kept(name).unanswered(&answered(answers));
        missing.iter().map(|(key, why)| format!("{key}: {why}")).collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(told("delete_namespace", r#"{"namespace": " ", "sure": ["Tell me when it is done"]}"#), @r"
    cluster: “Cluster” wants an answer
    namespace: “Namespace” wants an answer
    sure: “I am an admin of this namespace” has to be ticked
    sure: “I have kept what I need, since there is no backup” has to be ticked
    ");
    assert_snapshot!(told("topic_without_ids", "{}"), @"Rules: “I have read the rules” has to be ticked");
    let all = fs::read_to_string(Path::new(FORMS).join("4_onboarding_to_cluster.answers.json")).unwrap();
    assert_snapshot!(told("4_onboarding_to_cluster", &all), @"");
}
