//! Which objects are meant: selectors of labels and of fields, as a server reads them. Pure; it must not know where objects come from.

use super::kinds::Kind;

/// What labels must be like. <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/>
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Labels(Vec<Requirement>);

#[derive(Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    /// The values that are meant; none at all if it only has to be there.
    values: Vec<String>,
    /// Is it the others that are meant?
    other: bool,
}

/// What fields must be like. <https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/>
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Fields(Vec<(String, String, bool)>);

/// What a selector is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    /// `=`, `==`, `!=`, `!`, `,`, `(`, `)`.
    Mark(&'static str),
}

impl Token {
    fn shown(&self) -> &str {
        match self {
            Self::Word(word) => word,
            Self::Mark(mark) => mark,
        }
    }
}

/// The longer ones first.
const MARKS: &[&str] = &["==", "!=", "=", "!", ",", "(", ")"];

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        if let Some(mark) = MARKS.iter().find(|mark| rest.starts_with(**mark)) {
            tokens.push(Token::Mark(mark));
            rest = rest[mark.len()..].trim_start();
            continue;
        }
        let end = rest.find([' ', '\t', '=', '!', ',', '(', ')']).unwrap_or(rest.len());
        tokens.push(Token::Word(rest[..end].to_owned()));
        rest = rest[end..].trim_start();
    }
    tokens
}

impl Labels {
    /// Reads a selector; the error is the server's.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let tokens = tokens(text);
        let mut at = tokens.iter().peekable();
        let mut requirements = Vec::new();
        while at.peek().is_some() {
            requirements.push(requirement(&mut at).map_err(|why| format!("unable to parse requirement: {why}"))?);
            match at.next() {
                None => {}
                Some(Token::Mark(",")) if at.peek().is_some() => {}
                Some(Token::Mark(",")) => {
                    return Err("unable to parse requirement: found '', expected: identifier after ','".to_owned());
                }
                Some(other) => return Err(format!("found '{}', expected: ',' or 'end of string'", other.shown())),
            }
        }
        Ok(Self(requirements))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `label` gives the value of a label.
    pub(super) fn matches(&self, label: impl Fn(&str) -> Option<String>) -> bool {
        self.0.iter().all(|Requirement { key, values, other }| {
            let meant = label(key).is_some_and(|value| values.is_empty() || values.contains(&value));
            meant != *other
        })
    }
}

fn requirement<'a>(at: &mut std::iter::Peekable<impl Iterator<Item = &'a Token>>) -> Result<Requirement, String> {
    let absent = at.next_if_eq(&&Token::Mark("!")).is_some();
    let key = match at.next() {
        Some(Token::Word(key)) => key.clone(),
        other => return Err(format!("found '{}', expected: identifier", other.map_or("", Token::shown))),
    };
    if absent || at.peek().is_none_or(|next| **next == Token::Mark(",")) {
        return Ok(Requirement { key, values: Vec::new(), other: absent });
    }
    let (several, other) = match at.next() {
        Some(Token::Mark("=" | "==")) => (false, false),
        Some(Token::Mark("!=")) => (false, true),
        Some(Token::Word(word)) if word == "in" => (true, false),
        Some(Token::Word(word)) if word == "notin" => (true, true),
        other => {
            let found = other.map_or("", Token::shown);
            return Err(format!("found '{found}', expected: in, notin, =, ==, !=, gt, lt"));
        }
    };
    let values = if several { set(at)? } else { vec![value(at)] };
    Ok(Requirement { key, values, other })
}

/// A value; an empty one need not be written.
fn value<'a>(at: &mut std::iter::Peekable<impl Iterator<Item = &'a Token>>) -> String {
    match at.next_if(|next| matches!(next, Token::Word(_))) {
        Some(Token::Word(word)) => word.clone(),
        _ => String::new(),
    }
}

fn set<'a>(at: &mut std::iter::Peekable<impl Iterator<Item = &'a Token>>) -> Result<Vec<String>, String> {
    let wrong = |found: Option<&Token>, expected: &str| {
        Err(format!("found '{}', expected: {expected}", found.map_or("", Token::shown)))
    };
    match at.next() {
        Some(Token::Mark("(")) => {}
        other => return wrong(other, "'('"),
    }
    let mut values = Vec::new();
    loop {
        values.push(value(at));
        match at.next() {
            Some(Token::Mark(",")) => {}
            Some(Token::Mark(")")) => return Ok(values),
            other => return wrong(other, "',', or ')'"),
        }
    }
}

impl Fields {
    /// Reads a selector of objects of this kind; the error is the server's.
    pub(super) fn read(kind: &Kind, text: &str) -> Result<Self, String> {
        let terms = text.split(',').filter(|term| !term.is_empty());
        let read = |term: &str| {
            let (field, value, equal) = term
                .split_once("!=")
                .map(|(field, value)| (field, value, false))
                .or_else(|| term.split_once("==").map(|(field, value)| (field, value, true)))
                .or_else(|| term.split_once('=').map(|(field, value)| (field, value, true)))
                .ok_or_else(|| format!("invalid selector: '{text}'; can't understand '{term}'"))?;
            if !["metadata.name", "metadata.namespace"].contains(&field) && !selectable(kind).contains(&field) {
                return Err(unknown(kind, field));
            }
            Ok((field.to_owned(), value.to_owned(), equal))
        };
        terms.map(read).collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `field` gives the value of a field, empty where there is none.
    pub(super) fn matches(&self, field: impl Fn(&str) -> String) -> bool {
        self.0.iter().all(|(name, value, equal)| (field(name) == *value) == *equal)
    }
}

/// The fields of a kind that can be selected by, beside name and namespace.
fn selectable(kind: &Kind) -> &'static [&'static str] {
    match kind.plural.as_str() {
        "pods" => &[
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "status.phase",
            "status.podIP",
        ],
        "events" => &[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type",
        ],
        "namespaces" => &["status.phase"],
        "nodes" => &["spec.unschedulable"],
        _ => &[],
    }
}

/// Kinds of the core have words of their own for it.
fn unknown(kind: &Kind, field: &str) -> String {
    match kind.group.as_str() {
        "" => format!("field label not supported: {field}"),
        _ => format!("\"{field}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::kinds;
    use super::{Fields, Labels};

    #[rstest]
    #[case("app=trino", true)]
    #[case("app==trino", true)]
    #[case("app = trino , tier != web", true)]
    #[case("app!=trino", false)]
    #[case("tier!=web", true)]
    #[case("app in (superset, trino)", true)]
    #[case("app notin (superset,trino)", false)]
    #[case("tier notin (web)", true)]
    #[case("app", true)]
    #[case("tier", false)]
    #[case("!tier", true)]
    #[case("!app", false)]
    #[case("empty=", true)]
    #[case("", true)]
    fn labels(#[case] selector: &str, #[case] meant: bool) {
        let label = |key: &str| match key {
            "app" => Some("trino".to_owned()),
            "empty" => Some(String::new()),
            _ => None,
        };
        assert_eq!(Labels::read(selector).unwrap().matches(label), meant);
    }

    #[rstest]
    #[case("a b===c", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt")]
    #[case("a=b c", "found 'c', expected: ',' or 'end of string'")]
    #[case("a in b", "unable to parse requirement: found 'b', expected: '('")]
    #[case("a in (b", "unable to parse requirement: found '', expected: ',', or ')'")]
    #[case("=b", "unable to parse requirement: found '=', expected: identifier")]
    #[case("a=b,", "unable to parse requirement: found '', expected: identifier after ','")]
    fn labels_that_are_none(#[case] selector: &str, #[case] why: &str) {
        assert_eq!(Labels::read(selector).unwrap_err(), why);
    }

    #[rstest]
    #[case("pods", "status.phase!=Running,spec.nodeName=a", Ok(true))]
    #[case("pods", "status.phase==Pending", Ok(true))]
    #[case("pods", "metadata.name=x", Ok(false))]
    #[case("pods", "spec.image=x", Err("field label not supported: spec.image"))]
    #[case("pods", "phase", Err("invalid selector: 'phase'; can't understand 'phase'"))]
    #[case("events", "involvedObject.name=trino", Ok(false))]
    fn fields(#[case] plural: &str, #[case] selector: &str, #[case] meant: Result<bool, &str>) {
        let field = |name: &str| match name {
            "status.phase" => "Pending".to_owned(),
            "spec.nodeName" => "a".to_owned(),
            _ => String::new(),
        };
        let read = Fields::read(kinds::find("", "v1", plural).unwrap(), selector);
        assert_eq!(read.map(|fields| fields.matches(field)), meant.map_err(str::to_owned));
    }
}
