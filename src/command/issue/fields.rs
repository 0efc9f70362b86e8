//! The questions of a form as fields of a window, page by page, and what was filled in as answers. Knows GitHub's forms and Slack's
//! limits only as numbers.

use crate::domain::issue_form::{Answer, Answers, Checkbox, Element, Field, FieldKind, IssueForm};
use crate::domain::reply::{Choice, Choosable, Input, Look, Part, literal};

/// Questions on a page: more than a screen or two of them frighten people, and a window holds 100 blocks.
const A_PAGE: usize = 8;

/// Most characters that Slack takes in one field.
pub(super) const LONGEST_ANSWER: u64 = 3_000;

/// Most boxes below one label.
const BOXES: usize = 10;

/// Most characters of an option; what is longer stands above, whole.
const OPTION: usize = 75;

/// Most characters of the help below a field; what is longer stands above.
const HINT: usize = 2_000;

/// Most characters of one paragraph of the form's own words.
const PARAGRAPH: usize = 2_900;

/// The elements of each page. Words stand with the question that they precede; those at the end with the last.
pub(super) fn pages(form: &IssueForm) -> Vec<&[Element]> {
    let mut pages = Vec::new();
    let (mut start, mut questions) = (0, 0);
    for (place, element) in form.elements.iter().enumerate() {
        let full = questions >= A_PAGE || blocks(&form.elements[start..=place]) > MOST_BLOCKS;
        let rest_has_questions = form.elements[place..].iter().any(|element| matches!(element, Element::Field(_)));
        if full && rest_has_questions && place > start {
            pages.push(&form.elements[start..place]);
            (start, questions) = (place, 0);
        }
        questions += usize::from(matches!(element, Element::Field(_)));
    }
    if start < form.elements.len() || pages.is_empty() {
        pages.push(&form.elements[start..]);
    }
    pages
}

/// Blocks of a page, the title and the buttons left aside; a window of Slack holds 100.
const MOST_BLOCKS: usize = 80;

fn blocks(elements: &[Element]) -> usize {
    elements.iter().map(|element| parts(element, 0, &Answers::new(), "").len()).sum()
}

/// Whether every question of the form fits into a window, and all that stands in it at first.
pub(super) fn fits(form: &IssueForm) -> bool {
    let whole = |element: &Element| blocks(std::slice::from_ref(element)) <= MOST_BLOCKS;
    let given = |field: &Field| match &field.kind {
        FieldKind::Input { value: Some(value), .. } | FieldKind::Textarea { value: Some(value), .. } => {
            value.chars().count() as u64 <= LONGEST_ANSWER
        }
        _ => true,
    };
    form.elements.iter().all(whole) && form.fields().all(given)
}

/// The parts of page `page`, with what was answered before or what the form itself fills in. `web` is the address of GitHub's own
/// form, for what only that can take.
pub(super) fn page(form: &IssueForm, page: usize, answers: &Answers, web: &str) -> Vec<Part> {
    let pages = pages(form);
    let before: usize = pages[..page.min(pages.len())].iter().map(|elements| elements.len()).sum();
    let elements = pages.get(page).copied().unwrap_or_default();
    elements.iter().enumerate().flat_map(|(place, element)| parts(element, before + place, answers, web)).collect()
}

/// What was filled in on page `page`.
pub(super) fn answers(form: &IssueForm, page: usize, values: &[(String, String)]) -> Answers {
    let mut answers = Answers::new();
    each_field(form, page, |place, field| {
        let filled: Vec<&str> = values
            .iter()
            .filter(|(name, _)| {
                name == &id(place) || name.strip_prefix(&id(place)).is_some_and(|rest| rest.starts_with('.'))
            })
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
            .collect();
        answers.insert(field.key().to_owned(), answer(&field.kind, &filled));
    });
    answers
}

/// What is still missing on page `page`: the field's name in the window, and a sentence.
pub(super) fn missing(form: &IssueForm, page: usize, answers: &Answers) -> Vec<(String, String)> {
    let unanswered = form.unanswered(answers);
    let mut missing = Vec::new();
    each_field(form, page, |place, field| {
        if let Some((_, why)) = unanswered.iter().find(|(key, _)| key == field.key()) {
            let block =
                if matches!(field.kind, FieldKind::Checkboxes { .. }) { format!("{}.0", id(place)) } else { id(place) };
            missing.push((block, why.clone()));
        }
    });
    missing
}

fn each_field(form: &IssueForm, page: usize, mut each: impl FnMut(usize, &Field)) {
    let pages = pages(form);
    let before: usize = pages[..page.min(pages.len())].iter().map(|elements| elements.len()).sum();
    for (place, element) in pages.get(page).copied().unwrap_or_default().iter().enumerate() {
        if let Element::Field(field) = element {
            each(before + place, field);
        }
    }
}

/// The name of a question in the window.
fn id(place: usize) -> String {
    format!("f{place}")
}

fn answer(kind: &FieldKind, filled: &[&str]) -> Answer {
    let chosen = |labels: Vec<&String>| -> Vec<String> {
        let places: Vec<usize> = filled.iter().filter_map(|value| value.parse().ok()).collect();
        labels
            .into_iter()
            .enumerate()
            .filter(|(place, _)| places.contains(place))
            .map(|(_, label)| label.clone())
            .collect()
    };
    match kind {
        FieldKind::Dropdown { options, multiple: true, .. } => Answer::Choices(chosen(options.iter().collect())),
        FieldKind::Dropdown { options, .. } => {
            Answer::Text(chosen(options.iter().collect()).into_iter().next().unwrap_or_default())
        }
        FieldKind::Checkboxes { options } => {
            Answer::Choices(chosen(options.iter().map(|option| &option.label).collect()))
        }
        _ => Answer::Text(filled.first().copied().unwrap_or_default().to_owned()),
    }
}

fn parts(element: &Element, place: usize, answers: &Answers, web: &str) -> Vec<Part> {
    match element {
        Element::Markdown(words) => paragraphs(words),
        Element::Field(Field { label, kind: FieldKind::Upload, .. }) => vec![Part::note(format!(
            "**{}**: files can be added on [GitHub's own form]({web}) only, or below the issue once it is filed.",
            literal(label)
        ))],
        Element::Field(field) => {
            let mut parts = Vec::new();
            let help = field.description.as_deref().unwrap_or_default().trim();
            let long = help.chars().count() > HINT;
            if long {
                parts.extend(paragraphs(help));
            }
            parts.extend(question(field, place, answers.get(field.key()), if long { "" } else { help }));
            parts
        }
    }
}

/// The form's own words in pieces that Slack shows.
fn paragraphs(words: &str) -> Vec<Part> {
    let (mut parts, mut piece) = (Vec::new(), String::new());
    for line in words.trim().lines() {
        // A line across is a rule in Markdown, and nothing in Slack.
        if line.trim().chars().all(|c| c == '-') && line.trim().len() >= 3 {
            continue;
        }
        if piece.chars().count() + line.chars().count() > PARAGRAPH && !piece.is_empty() {
            parts.push(Part::text(std::mem::take(&mut piece)));
        }
        piece.extend(line.chars().take(PARAGRAPH));
        piece.push('\n');
    }
    if !piece.trim().is_empty() {
        parts.push(Part::text(piece));
    }
    parts
}

fn question(field: &Field, place: usize, answered: Option<&Answer>, help: &str) -> Vec<Part> {
    let hint = Some(plain(help)).filter(|hint| !hint.is_empty());
    let optional = !field.required;
    match &field.kind {
        FieldKind::Input { placeholder, value } | FieldKind::Textarea { placeholder, value, .. } => {
            vec![Part::Input(Input {
                id: id(place),
                label: field.label.clone(),
                hint,
                placeholder: placeholder.as_deref().map(plain),
                initial: text(answered).or_else(|| value.clone()).unwrap_or_default(),
                max_length: LONGEST_ANSWER,
                one_line: matches!(field.kind, FieldKind::Input { .. }),
                optional,
            })]
        }
        FieldKind::Dropdown { options, multiple, default } => {
            let look = if *multiple { Look::Several } else { Look::Menu };
            let chosen = chosen(answered, options).unwrap_or_else(|| default.iter().map(usize::to_string).collect());
            let options = options.iter().enumerate().map(|(place, option)| Choosable::new(place.to_string(), option));
            let label = field.label.clone();
            let options = options.collect();
            vec![Part::Choice(Choice { id: id(place), label, hint, options, chosen, look, optional, live: false })]
        }
        FieldKind::Checkboxes { options } => boxes(field, place, answered, hint, options),
        // Told by a link, see `parts`.
        FieldKind::Upload => Vec::new(),
    }
}

/// Boxes in groups of as many as Slack shows together; a long label stands whole above its group.
fn boxes(
    field: &Field,
    place: usize,
    answered: Option<&Answer>,
    hint: Option<String>,
    options: &[Checkbox],
) -> Vec<Part> {
    let labels: Vec<String> = options.iter().map(|option| option.label.clone()).collect();
    let ticked = chosen(answered, &labels).unwrap_or_default();
    let mut parts = Vec::new();
    for (group, boxes) in options.chunks(BOXES).enumerate() {
        let first = group * BOXES;
        let option = |(place, option): (usize, &Checkbox)| {
            let star = if option.required { " (required)" } else { "" };
            Choosable::new((first + place).to_string(), format!("{}{star}", read(&option.label)))
        };
        let long = |option: &&Checkbox| plain(&option.label).chars().count() + " (required)".len() > OPTION;
        parts.extend(boxes.iter().filter(long).map(|option| Part::text(option.label.clone())));
        parts.push(Part::Choice(Choice {
            id: format!("{}.{group}", id(place)),
            label: if group == 0 { field.label.clone() } else { format!("{} (more)", field.label) },
            hint: hint.clone().filter(|_| group == 0),
            options: boxes.iter().enumerate().map(option).collect(),
            chosen: ticked.clone(),
            look: Look::Boxes,
            // Slack can only ask that some box is ticked; which ones must be is looked at when it is sent.
            optional: !boxes.iter().any(|option| option.required),
            live: false,
        }));
    }
    parts
}

fn text(answered: Option<&Answer>) -> Option<String> {
    match answered? {
        Answer::Text(text) => Some(text.clone()),
        Answer::Choices(_) => None,
    }
}

/// The places of what was chosen before; none where nothing was answered yet.
fn chosen(answered: Option<&Answer>, options: &[String]) -> Option<Vec<String>> {
    let chosen: Vec<&String> = match answered? {
        Answer::Text(text) => vec![text],
        Answer::Choices(choices) => choices.iter().collect(),
    };
    let place = |choice: &String| options.iter().position(|option| option == choice).map(|place| place.to_string());
    Some(chosen.into_iter().filter_map(place).collect())
}

/// A label as people read it; one that is nothing but markup as it is written, since Slack takes no empty one.
fn read(label: &str) -> String {
    Some(plain(label)).filter(|words| !words.is_empty()).unwrap_or_else(|| label.to_owned())
}

/// Markdown in plain words on one line: hints and labels of Slack know no markup.
fn plain(markdown: &str) -> String {
    use pulldown_cmark::{Event, Parser, Tag, TagEnd};
    let (mut words, mut link) = (String::new(), None);
    for event in Parser::new(markdown) {
        match event {
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph | TagEnd::Item) => words.push(' '),
            Event::Start(Tag::Link { dest_url, .. }) => link = Some((dest_url.into_string(), words.len())),
            Event::End(TagEnd::Link) => {
                if let Some((url, start)) = link.take()
                    && words[start..] != url
                {
                    words.push_str(&format!(" ({url})"));
                }
            }
            _ => {}
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(yaml: &str) -> IssueForm {
        IssueForm::parse(yaml).unwrap()
    }

    fn long(fields: usize) -> IssueForm {
        let body: String = (0..fields)
            .map(|n| format!("- {{type: textarea, id: q{n}, attributes: {{label: Question {n}}}}}\n"))
            .collect();
        form(&format!("name: Long\ndescription: d\nbody:\n{body}"))
    }

    #[test]
    fn a_long_form_goes_over_pages_and_loses_nothing() {
        let form = long(12);
        assert_eq!(pages(&form).iter().map(|page| page.len()).collect::<Vec<_>>(), [8, 4]);
        let mut all = Answers::new();
        for page in 0..2 {
            let values: Vec<(String, String)> =
                (0..12).map(|n| (format!("f{n}"), format!("answer {n} {}", "x".repeat(2_900)))).collect();
            all.extend(answers(&form, page, &values));
        }
        let body = form.body(&all).unwrap();
        assert!((0..12).all(|n| body.contains(&format!("### Question {n}\n\nanswer {n} "))), "{body:.200}");
    }

    #[test]
    fn boxes_are_split_and_come_back_by_their_places() {
        let boxes: String = (0..23).map(|n| format!("      - label: Box {n}\n")).collect();
        let form = form(&format!(
            "name: n\ndescription: d\nbody:\n- type: checkboxes\n  id: b\n  attributes:\n    label: Boxes\n    options:\n{boxes}"
        ));
        let parts = page(&form, 0, &Answers::new(), "");
        let sizes: Vec<usize> =
            parts.iter().map(|part| if let Part::Choice(choice) = part { choice.options.len() } else { 0 }).collect();
        assert_eq!(sizes, [10, 10, 3]);
        let values = [("f0.0", "3"), ("f0.2", "22")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let got = answers(&form, 0, &values);
        assert_eq!(got["b"], Answer::Choices(vec!["Box 3".to_owned(), "Box 22".to_owned()]));
        let Part::Choice(first) = &page(&form, 0, &got, "")[0] else { panic!("boxes") };
        assert_eq!(first.chosen, ["3", "22"]);
    }

    #[test]
    fn what_stands_in_a_field_at_first_is_the_forms_own_and_later_the_persons() {
        let form = form(
            "name: n\ndescription: d\nbody:\n- {type: input, id: a, attributes: {label: A, value: given}}\n- {type: dropdown, id: b, attributes: {label: B, options: [x, y], default: 1}}\n",
        );
        let at_first = page(&form, 0, &Answers::new(), "");
        assert!(matches!(&at_first[0], Part::Input(input) if input.initial == "given"));
        assert!(matches!(&at_first[1], Part::Choice(choice) if choice.chosen == ["1"]));
        let mine = answers(&form, 0, &[("f0".to_owned(), "mine".to_owned())]);
        let later = page(&form, 0, &mine, "");
        assert!(matches!(&later[0], Part::Input(input) if input.initial == "mine"));
        assert!(matches!(&later[1], Part::Choice(choice) if choice.chosen.is_empty()), "{later:?}");
    }

    #[test]
    fn files_are_for_githubs_own_form() {
        let form = form(
            "name: n\ndescription: d\nbody:\n- {type: upload, id: u, attributes: {label: Shots}}\n- {type: input, id: a, attributes: {label: A}}\n",
        );
        let parts = page(&form, 0, &Answers::new(), "https://forge.example/new");
        assert!(matches!(&parts[0], Part::Note(note) if note.contains("(https://forge.example/new)")), "{parts:?}");
    }

    #[test]
    fn help_is_told_in_plain_words() {
        assert_eq!(
            plain("See [the page](https://a.example/x).\n\nTwo\nlines."),
            "See the page (https://a.example/x). Two lines."
        );
    }
}
