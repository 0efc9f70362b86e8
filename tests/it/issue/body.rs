//! Forms of the community as windows, and the bodies that come of them: GitHub's own, byte for byte.

use std::collections::BTreeMap;

use firstmate::playground::{Person, Repository};
use rstest::rstest;
use serde_json::Value;

use super::{FORMS, OPERATORS, window};
use crate::bot::{Bot, Parts};

/// The community's own forms and some odd ones, each with answers and the body that GitHub makes of them.
#[rstest]
#[case("1_question")]
#[case("2_feature_request")]
#[case("3_report")]
#[case("4_onboarding_to_cluster")]
#[case("5_offboarding_from_a_cluster")]
#[case("8_request_cluster_resources")]
#[case("delete_namespace")]
#[case("service_logs")]
#[case("us_py_index_request")]
#[tokio::test]
async fn a_form_is_a_window_and_its_body_is_githubs(#[case] name: &str) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/issue-forms");
    let read = |end: &str| std::fs::read_to_string(folder.join(format!("{name}.{end}"))).unwrap();
    // The answers leave out what some forms want, to show what GitHub makes of nothing.
    let form = read("yaml").replace("required: true", "required: false");
    let mut repository = Repository::named(OPERATORS);
    repository.files = vec![(format!("{FORMS}/{name}.yaml"), form.clone())];
    let bot = Parts { repositories: vec![repository], ..Parts::default() }.start().await;
    let bob = bot.as_("bob");
    bob.in_("#support").types("/issue operators").await;
    bot.settle().await;
    let answers: BTreeMap<String, Value> = serde_json::from_str(&read("answers.json")).unwrap();
    answer(&bot, bob, &serde_saphyr::from_str(&form).unwrap(), &answers).await;
    bob.submits(&[]).await;
    bot.settle().await;
    let filed = bot.world.forge().issue_json(OPERATORS, 1).unwrap();
    // What would ping or close something is the one difference: it stands there without effect.
    let body = filed["body"].as_str().unwrap().replace('\u{200b}', "").replace("redirect.github", "github");
    assert_eq!(body, read("expected.md").trim_end_matches('\n'));
    bot.finish().await;
}

/// Fills in every page of a form, by what its own file says of its questions.
async fn answer(bot: &Bot, bob: Person<'_>, form: &Value, answers: &BTreeMap<String, Value>) {
    bob.submits(&[("What", form["name"].as_str().unwrap())]).await;
    while !window(bob).contains("[File it]") {
        let mut entered = vec![("Title".to_owned(), "A title of its own".to_owned())];
        for question in form["body"].as_array().unwrap() {
            let label = question["attributes"]["label"].as_str().unwrap_or_default();
            let key = question["id"].as_str().unwrap_or(label);
            let shown = |value: &Value| (label.to_owned(), shown(bob, question, value.as_str().unwrap()));
            match answers.get(key) {
                Some(Value::Array(list)) => entered.extend(list.iter().map(shown)),
                Some(Value::String(text)) if text.trim().is_empty() => {}
                Some(value) => entered.push(shown(value)),
                None => {}
            }
        }
        let view = window(bob);
        let entered: Vec<(&str, &str)> = entered
            .iter()
            .map(|(label, value)| (label.as_str(), value.as_str()))
            .filter(|(label, _)| [":", " (optional):"].iter().any(|end| view.contains(&format!("    {label}{end}"))))
            .collect();
        bob.submits(&entered).await;
        bot.settle().await;
        assert_ne!(window(bob), view, "the page was not taken");
    }
}

/// An answer as the window shows it: an option by its place, since long ones are cut.
fn shown(bob: Person<'_>, question: &Value, answer: &str) -> String {
    let options = question["attributes"]["options"].as_array();
    let is_it = |option: &Value| option == answer || option["label"] == answer;
    let Some(place) = options.and_then(|options| options.iter().position(is_it)) else {
        return answer.to_owned();
    };
    let view = bob.view_json().unwrap();
    let asks = |block: &&Value| block["label"]["text"] == question["attributes"]["label"];
    let block = view["blocks"].as_array().unwrap().iter().find(asks);
    block
        .map(|block| block["element"]["options"][place]["text"]["text"].as_str().unwrap().to_owned())
        .unwrap_or_default()
}
