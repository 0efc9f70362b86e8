//! The address of GitHub's own form, and the files beside the forms.

use insta::assert_snapshot;
use rstest::rstest;

use super::*;

const SUPPORT: &str = "https://github.com/operate-first/support";

fn offboarding(limit: usize) -> String {
    let answers = answered(r#"{"cluster": "MOC/Smaug", "team-name": "a b&c", "project-name": "widgets"}"#);
    kept("5_offboarding_from_a_cluster").prefilled(SUPPORT, "5_off.yaml", "Off board: <ä>", &answers, limit)
}

#[test]
fn a_form_is_filled_in_by_its_address() {
    assert_snapshot!(offboarding(8000), @"https://github.com/operate-first/support/issues/new?template=5_off.yaml&title=Off+board%3A+%3C%C3%A4%3E&cluster=MOC%2FSmaug&team-name=a+b%26c&project-name=widgets");
}

#[test]
fn the_longest_answers_are_left_out_first_and_the_title_last() {
    let whole = offboarding(8000).len();
    assert_snapshot!(offboarding(whole - 1), @"https://github.com/operate-first/support/issues/new?template=5_off.yaml&title=Off+board%3A+%3C%C3%A4%3E&team-name=a+b%26c&project-name=widgets");
    assert_snapshot!(offboarding(120), @"https://github.com/operate-first/support/issues/new?template=5_off.yaml&title=Off+board%3A+%3C%C3%A4%3E");
    assert_snapshot!(offboarding(80), @"https://github.com/operate-first/support/issues/new?template=5_off.yaml");
    assert_snapshot!(offboarding(70), @"");
}

#[test]
fn only_what_github_can_fill_in_is_in_the_address() {
    let form = asking(
        "- {type: input, id: title, attributes: {label: A}}\n- {type: input, attributes: {label: B}}\n- {type: input, id: c, attributes: {label: C}}\n- {type: checkboxes, id: d, attributes: {label: D, options: [{label: e}]}}\n- {type: dropdown, id: f, attributes: {label: F, multiple: true, options: [g]}}\n- {type: dropdown, id: h, attributes: {label: H, options: [i]}}",
    );
    let answers = answered(r#"{"title": "a", "B": "b", "c": "c\r\nc ", "d": ["e"], "f": ["g"], "h": "no option"}"#);
    assert_snapshot!(form.prefilled(SUPPORT, "a.yaml", " ", &answers, 8000), @"https://github.com/operate-first/support/issues/new?template=a.yaml&c=c%0Ac");
}

#[test]
fn a_chooser_says_where_else_to_turn_to() {
    let chooser = Chooser::parse(
        "blank_issues_enabled: false\ncontact_links:\n- name: Slack\n  url: https://operatefirst.slack.com\n  about: Ask us",
    );
    let link = ContactLink {
        name: "Slack".to_owned(),
        url: "https://operatefirst.slack.com".to_owned(),
        about: "Ask us".to_owned(),
    };
    assert_eq!(chooser, Ok(Chooser { blank_issues: false, links: vec![link] }));
    assert_eq!(Chooser::parse("# nothing\n"), Ok(Chooser::default()));
    assert_eq!(Chooser::parse("contact_links:\nnew: 1"), Ok(Chooser { blank_issues: true, links: Vec::new() }));
}

#[rstest]
#[case("- a", "line 1, column 1: the file must be a map of keys and values, but this is a list")]
#[case("blank_issues_enabled: perhaps", "line 1, column 23: `blank_issues_enabled` must be `true` or `false`")]
#[case("contact_links: none", "line 1, column 16: `contact_links` must be a list, but this is a text")]
#[case(
    "contact_links: [a]",
    "line 1, column 17: each of `contact_links` must be a map of keys and values, but this is a text"
)]
#[case("contact_links:\n- name: A\n  url: https://a.org", "line 2, column 3: a contact link has no `about`")]
#[case(
    "contact_links:\n- {name: A, url: 'javascript:alert(1)', about: B}",
    "line 2, column 3: the `url` of the contact link “A” is no address that begins with https://"
)]
fn a_chooser_that_is_none(#[case] yaml: &str, #[case] words: &str) {
    assert_eq!(Chooser::parse(yaml).unwrap_err().to_string(), words);
}

#[test]
fn a_template_of_the_older_kind_has_front_matter() {
    let template = Template::parse(
        "bug.md",
        "---\r\nname: 🐞 Bug\r\nabout: File a bug\r\ntitle: '[BUG] <title>'\r\nlabels: Bug, Needs Triage\r\nassignees: ''\r\n\r\n---\r\n\r\n### Now\r\n\r\n---\r\nmore\r\n",
    );
    assert_eq!(
        template,
        Ok(Template {
            name: "🐞 Bug".to_owned(),
            about: "File a bug".to_owned(),
            title: "[BUG] <title>".to_owned(),
            labels: vec!["Bug".to_owned(), "Needs Triage".to_owned()],
            assignees: Vec::new(),
            body: "### Now\n\n---\nmore\n".to_owned(),
        })
    );
}

#[rstest]
#[case::none("### Now\n", "### Now\n")]
#[case::open("---\nname: A\n", "---\nname: A\n")]
#[case::empty("---\n---\n### Now", "### Now")]
#[case::a_rule_later("### Now\n---\nname: A\n---\n", "### Now\n---\nname: A\n---\n")]
fn a_template_without_a_name_is_named_by_its_file(#[case] markdown: &str, #[case] body: &str) {
    let template = Template::parse(".github/ISSUE_TEMPLATE/incident.md", markdown).unwrap();
    assert_eq!((template.name.as_str(), template.body.as_str()), ("incident", body));
}

#[rstest]
#[case("---\nname: [A]\n---\n", "line 2, column 7: `name` must be a text, but this is a list")]
#[case("---\n- a\n---\n", "line 2, column 1: the front matter must be a map of keys and values, but this is a list")]
fn front_matter_that_is_none(#[case] markdown: &str, #[case] words: &str) {
    assert_eq!(Template::parse("a.md", markdown).unwrap_err().to_string(), words);
}
