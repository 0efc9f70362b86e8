//! What holds for every form and every answer.

use proptest::collection::vec;
use proptest::prelude::*;
use url::Url;

use super::*;

/// Words that no heading of a form begins like, so that sections can be told apart from without.
const WORDS: &str = "[^#\r]{0,40}";

fn field(number: usize, kind: FieldKind) -> Element {
    let id = number.is_multiple_of(2).then(|| format!("f{number}"));
    Element::Field(Field { id, label: format!("Question {number}"), description: None, required: true, kind })
}

/// A form with a field of each kind in turn, and an answer to each.
fn asked(texts: &[String]) -> (IssueForm, Answers) {
    let options = || vec!["Small".to_owned(), "X-Small".to_owned()];
    let boxes = || options().into_iter().map(|label| Checkbox { label, required: true }).collect();
    let kinds = [
        FieldKind::Input { placeholder: None, value: None },
        FieldKind::Textarea { placeholder: None, value: None, render: Some("sh".to_owned()) },
        FieldKind::Dropdown { options: options(), multiple: false, default: None },
        FieldKind::Dropdown { options: options(), multiple: true, default: None },
        FieldKind::Checkboxes { options: boxes() },
    ];
    let elements = (0..texts.len()).map(|number| field(number, kinds[number % kinds.len()].clone())).collect();
    let form = IssueForm { elements, ..kept("1_question") };
    let answer = |(field, text): (&Field, &String)| {
        let answer = match &field.kind {
            FieldKind::Dropdown { multiple: false, .. } => Answer::Text("X-Small".to_owned()),
            FieldKind::Dropdown { .. } | FieldKind::Checkboxes { .. } => Answer::Choices(options()),
            _ => Answer::Text(text.clone()),
        };
        (field.key().to_owned(), answer)
    };
    let answers = form.fields().zip(texts).map(answer).collect();
    (form, answers)
}

proptest! {
    #[test]
    fn a_body_splits_into_its_sections_again(texts in vec(WORDS, 1..12)) {
        let (form, answers) = asked(&texts);
        let body = form.body(&answers).unwrap();
        prop_assert!(!body.ends_with(char::is_whitespace));
        let sections: Vec<&str> = body.split("### ").skip(1).collect();
        prop_assert_eq!(sections.len(), texts.len());
        for ((section, field), text) in sections.iter().zip(form.fields()).zip(&texts) {
            let (heading, value) = section.split_once("\n\n").unwrap();
            prop_assert_eq!(heading, &field.label);
            let value = value.strip_suffix("\n\n").unwrap_or(value);
            let answer = if text.trim().is_empty() { "_No response_" } else { text.trim_end() };
            match &field.kind {
                FieldKind::Input { .. } => prop_assert_eq!(value, answer),
                FieldKind::Textarea { .. } => {
                    let (fence, rest) = value.split_once("sh\n").unwrap();
                    let within = rest.strip_suffix(fence).unwrap().strip_suffix('\n').unwrap();
                    prop_assert_eq!(within, text.trim_end());
                    prop_assert!(!within.lines().any(|line| line.trim_start().starts_with(fence)));
                }
                FieldKind::Dropdown { multiple, .. } => prop_assert_eq!(value, if *multiple { "Small, X-Small" } else { "X-Small" }),
                _ => prop_assert_eq!(value, "- [X] Small\n- [X] X-Small"),
            }
        }
    }

    #[test]
    fn any_text_is_a_form_or_told_why_not(yaml in "(?s).{0,200}", keys in "[-a-z:{}\\[\\]&*|>'\"#!~ \n\t0-9.]{0,200}") {
        for text in [yaml.clone(), keys.clone(), format!("body:\n- type: input\n  attributes: {keys}"), format!("---\n{keys}\n---\n{yaml}")] {
            for told in [IssueForm::parse(&text).err(), Chooser::parse(&text).err(), Template::parse("a.md", &text).err()] {
                prop_assert!(told.is_none_or(|told| !told.why.is_empty()));
            }
        }
    }

    #[test]
    fn a_plain_option_keeps_its_spelling(options in vec("[-+.a-zA-Z0-9]{1,12}", 1..6)) {
        let plain = |option: &String| !option.starts_with("---") && !option.starts_with("...") && option != "-";
        prop_assume!(options.iter().all(plain) && options.iter().collect::<std::collections::BTreeSet<_>>().len() == options.len());
        let form = asking(&format!("- type: dropdown\n  attributes:\n    label: A\n    options:\n    - {}", options.join("\n    - ")));
        let FieldKind::Dropdown { options: read, .. } = &form.fields().next().unwrap().kind else { panic!("{form:?}") };
        prop_assert_eq!(read, &options);
    }

    #[test]
    fn an_address_keeps_its_limit_and_what_it_says(texts in vec("(?s).{0,40}", 1..12), title in ".{0,20}", limit in 0_usize..600) {
        let (form, answers) = asked(&texts);
        let base = "https://github.com/operate-first/support";
        let address = form.prefilled(base, "a form.yaml", &title, &answers, limit);
        prop_assert!(address.chars().count() <= limit);
        if limit < 90 {
            return Ok(());
        }
        let address = Url::parse(&address).unwrap();
        let pairs: Vec<(String, String)> = address.query_pairs().into_owned().collect();
        prop_assert_eq!(address.path(), "/operate-first/support/issues/new");
        prop_assert_eq!(&pairs[0], &("template".to_owned(), "a form.yaml".to_owned()));
        for (key, value) in &pairs[1..] {
            let said = match answers.get(key) {
                Some(Answer::Text(text)) => text.replace("\r\n", "\n").trim_end().to_owned(),
                Some(Answer::Choices(_)) => panic!("{key} cannot be filled in"),
                None => title.clone(),
            };
            prop_assert_eq!(value, &said);
        }
    }
}
