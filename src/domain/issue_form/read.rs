//! A form from its YAML. Keys that are not known are passed over, since GitHub adds some; what GitHub refuses is refused.

use std::collections::BTreeSet;

use super::malformed::Malformed;
use super::yaml::Node;
use super::{Checkbox, Element, Field, FieldKind, IssueForm};

/// What an element may be.
const TYPES: [&str; 6] = ["markdown", "input", "textarea", "dropdown", "checkboxes", "upload"];

pub(super) fn form(yaml: &str) -> Result<IssueForm, Malformed> {
    let form = Node::read(yaml)?;
    form.must_be_map("a form")?;
    Ok(IssueForm {
        name: line(&form, "name")?,
        description: line(&form, "description")?,
        title: line(&form, "title")?,
        labels: names(&form, "labels")?,
        assignees: names(&form, "assignees")?,
        elements: elements(&form)?,
    })
}

/// The text at `key` in one line, or an empty one.
pub(super) fn line(map: &Node, key: &str) -> Result<String, Malformed> {
    let Some(node) = map.entry(key) else { return Ok(String::new()) };
    Ok(one_line(node.text(&format!("`{key}`"))?))
}

/// The names at `key`, a list or a text with commas.
pub(super) fn names(map: &Node, key: &str) -> Result<Vec<String>, Malformed> {
    let what = format!("`{key}`");
    let Some(node) = map.entry(key) else { return Ok(Vec::new()) };
    let names: Vec<&str> = if node.is_list() {
        let items = node.list(&what)?.iter().filter(|item| !item.is_nothing());
        items.map(|item| item.text(&format!("each of {what}"))).collect::<Result<_, _>>()?
    } else {
        node.text(&what).map_err(|_| node.unlike(&what, "a list, or a text with commas"))?.split(',').collect()
    };
    Ok(names.into_iter().map(one_line).filter(|name| !name.is_empty()).collect())
}

fn elements(form: &Node) -> Result<Vec<Element>, Malformed> {
    let body = form.entry("body").ok_or_else(|| {
        Malformed::at(form.at, "the form has no `body`: it is a list of the questions that the form asks")
    })?;
    let mut keys = BTreeSet::new();
    let mut elements = Vec::new();
    for node in body.list("`body`")? {
        let element = element(node)?;
        if let Element::Field(field) = &element
            && !keys.insert(field.key().to_owned())
        {
            return Err(Malformed::at(node.at, twice(field)));
        }
        elements.push(element);
    }
    if keys.is_empty() {
        return Err(Malformed::at(body.at, "`body` asks nothing: a form needs one element that is not `markdown`"));
    }
    Ok(elements)
}

fn twice(field: &Field) -> String {
    match &field.id {
        Some(id) => format!("the id `{id}` is taken by another element: each needs its own"),
        None => format!("another element has the label “{}”: give each its own label, or an `id`", field.label),
    }
}

fn element(node: &Node) -> Result<Element, Malformed> {
    node.must_be_map("each element of `body`")?;
    let missing = |key: &str, hint: &str| Malformed::at(node.at, format!("the element has no `{key}`{hint}"));
    let kind = node.entry("type").ok_or_else(|| missing("type", &format!(": it may be {}", types())))?;
    let (at, kind) = (kind.at, kind.text("`type`")?);
    if !TYPES.contains(&kind) {
        return Err(Malformed::at(at, format!("an element cannot be of type `{kind}`: it may be {}", types())));
    }
    let attributes = node.entry("attributes").ok_or_else(|| missing("attributes", ", where its words belong"))?;
    attributes.must_be_map("`attributes`")?;
    if kind == "markdown" {
        let value = attributes.entry("value").ok_or_else(|| {
            Malformed::at(attributes.at, "`attributes` of an element of type `markdown` have no `value`")
        })?;
        return Ok(Element::Markdown(value.text("`value`")?.to_owned()));
    }
    let label = label(attributes, kind)?;
    let id = node.entry("id").map(id).transpose()?;
    let kind = field_kind(kind, &label, attributes)?;
    let required = match &kind {
        FieldKind::Checkboxes { options } => options.iter().any(|option| option.required),
        _ => required(node.entry("validations"))?,
    };
    Ok(Element::Field(Field { id, label, description: optional(attributes, "description")?, required, kind }))
}

/// What an element may be, for those who wrote another word.
fn types() -> String {
    TYPES.map(|kind| format!("`{kind}`")).join(", ")
}

fn label(attributes: &Node, kind: &str) -> Result<String, Malformed> {
    let missing = |node: &Node| Malformed::at(node.at, format!("an element of type `{kind}` needs a `label`"));
    let node = attributes.entry("label").ok_or_else(|| missing(attributes))?;
    let label = one_line(node.text("`label`")?);
    if label.is_empty() { Err(missing(node)) } else { Ok(label) }
}

fn id(node: &Node) -> Result<String, Malformed> {
    let id = node.text("`id`")?;
    if !id.is_empty() && id.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter)) {
        return Ok(id.to_owned());
    }
    Err(Malformed::at(node.at, format!("the id `{id}` may hold letters, digits, `-` and `_` only")))
}

fn field_kind(kind: &str, label: &str, attributes: &Node) -> Result<FieldKind, Malformed> {
    let placeholder = || optional(attributes, "placeholder");
    let value = || optional(attributes, "value");
    match kind {
        "input" => Ok(FieldKind::Input { placeholder: placeholder()?, value: value()? }),
        "textarea" => {
            let render = optional(attributes, "render")?.map(|language| one_line(&language));
            Ok(FieldKind::Textarea { placeholder: placeholder()?, value: value()?, render })
        }
        "dropdown" => dropdown(label, attributes),
        "checkboxes" => checkboxes(label, attributes),
        _ => Ok(FieldKind::Upload),
    }
}

fn dropdown(label: &str, attributes: &Node) -> Result<FieldKind, Malformed> {
    let mut options = Vec::new();
    for node in choices(label, attributes)? {
        options.push(distinct(node, node, label, &options)?);
    }
    let multiple = attributes.entry("multiple").map(|node| node.flag("`multiple`")).transpose()?.unwrap_or_default();
    let default = attributes.entry("default").map(|node| {
        let chosen = node.text("`default`")?.parse().ok().filter(|chosen| *chosen < options.len());
        let last = options.len().saturating_sub(1);
        let why = || {
            format!("`default` of “{label}” must be the number of an option, 0 for the first to {last} for the last")
        };
        chosen.ok_or_else(|| Malformed::at(node.at, why()))
    });
    Ok(FieldKind::Dropdown { multiple, default: default.transpose()?, options })
}

fn checkboxes(label: &str, attributes: &Node) -> Result<FieldKind, Malformed> {
    let mut labels = Vec::new();
    let mut options = Vec::new();
    for node in choices(label, attributes)? {
        node.must_be_map(&format!("each option of the checkboxes “{label}”"))?;
        let missing = || Malformed::at(node.at, format!("an option of the checkboxes “{label}” has no `label`"));
        let text = distinct(node.entry("label").ok_or_else(missing)?, node, label, &labels)?;
        labels.push(text.clone());
        options.push(Checkbox { label: text, required: required(Some(node))? });
    }
    Ok(FieldKind::Checkboxes { options })
}

fn choices<'a>(label: &str, attributes: &'a Node) -> Result<&'a [Node], Malformed> {
    let none = |node: &Node| Malformed::at(node.at, format!("“{label}” has no `options` to choose from"));
    let node = attributes.entry("options").ok_or_else(|| none(attributes))?;
    let options = node.list(&format!("`options` of “{label}”"))?;
    if options.is_empty() { Err(none(node)) } else { Ok(options) }
}

/// The words of an option, which must differ from those before it.
fn distinct(text: &Node, option: &Node, label: &str, before: &[String]) -> Result<String, Malformed> {
    let words = one_line(text.text(&format!("each option of “{label}”"))?);
    if words.is_empty() {
        return Err(Malformed::at(option.at, format!("an option of “{label}” is empty")));
    }
    if before.contains(&words) {
        return Err(Malformed::at(option.at, format!("“{label}” has the option “{words}” twice")));
    }
    Ok(words)
}

fn required(holder: Option<&Node>) -> Result<bool, Malformed> {
    let flag = holder.and_then(|holder| holder.entry("required"));
    Ok(flag.map(|flag| flag.flag("`required`")).transpose()?.unwrap_or_default())
}

/// The text at `key` as it was written, if there is more of it than white space.
fn optional(map: &Node, key: &str) -> Result<Option<String>, Malformed> {
    let text = map.entry(key).map(|node| node.text(&format!("`{key}`"))).transpose()?;
    Ok(text.filter(|text| !text.trim().is_empty()).map(str::to_owned))
}

/// A text in one line: block scalars end with a line break, which is no part of a heading or an option.
fn one_line(text: &str) -> String {
    text.trim().lines().map(str::trim).collect::<Vec<_>>().join(" ")
}
