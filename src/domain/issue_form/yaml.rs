//! YAML as it was written: texts, lists and maps, each with its place. Knows nothing of forms.
//!
//! People write `1.10`, `yes`, `null` and `2021-12-06` among the options of a form and mean these very letters, so what YAML
//! would take for a number, a date or nothing keeps its spelling here.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::options::NonFiniteFloatPolicy;
use serde_saphyr::{Error, Location, Options, Spanned};

use super::malformed::{Malformed, Position};

/// Largest file that is read: the community's largest form has 5 KiB, and one that fills an issue of 64 KiB needs no more.
pub(super) const LARGEST: usize = 256 * 1024;
/// Deepest nesting that is read. A form needs five levels; what nests deeper is no form.
const DEEPEST: usize = 32;
/// Most values that are read, and most that aliases may repeat: a form of 100 questions with 100 options each.
const MOST_VALUES: usize = 20_000;

/// A value with its place.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) at: Position,
    value: Value,
}

#[derive(Clone, Debug)]
enum Value {
    /// Quoted, or of no other meaning.
    Text(String),
    /// As written, where YAML would see a number, a truth value or nothing.
    Word(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    /// Reads one document.
    pub(super) fn read(yaml: &str) -> Result<Self, Malformed> {
        if yaml.len() > LARGEST {
            let why = format!("the file is larger than {} KiB, too large for a form", LARGEST / 1024);
            return Err(Malformed::whole(why));
        }
        let shape = serde_saphyr::from_str_with_options::<Spanned<Shape>>(yaml, options());
        Ok(Self::spelled(shape.map_err(|error| unreadable(&error))?, yaml))
    }

    /// The shape with the words of `yaml` put in where the reader saw something else than text.
    fn spelled(shape: Spanned<Shape>, yaml: &str) -> Self {
        let at = Position { line: shape.referenced.line(), column: shape.referenced.column() };
        let value = match shape.value {
            Shape::Text(text) => Value::Text(text),
            Shape::Word => Value::Word(written(shape.defined, yaml).trim().to_owned()),
            Shape::List(items) => Value::List(items.into_iter().map(|item| Self::spelled(item, yaml)).collect()),
            Shape::Map(entries) => {
                Value::Map(entries.into_iter().map(|(key, item)| (key, Self::spelled(item, yaml))).collect())
            }
        };
        Self { at, value }
    }

    /// Whether nothing stands here.
    pub(super) fn is_nothing(&self) -> bool {
        matches!(&self.value, Value::Word(word) if word.is_empty() || word == "~" || word.eq_ignore_ascii_case("null"))
    }

    /// What stands at `key` of a map, if anything does.
    pub(super) fn entry(&self, key: &str) -> Option<&Self> {
        let Value::Map(entries) = &self.value else { return None };
        entries.iter().find(|(name, value)| name == key && !value.is_nothing()).map(|(_, value)| value)
    }

    /// That this is a map; `what` it is for opens the sentence that says otherwise.
    pub(super) fn must_be_map(&self, what: &str) -> Result<(), Malformed> {
        if matches!(self.value, Value::Map(_)) { Ok(()) } else { Err(self.unlike(what, "a map of keys and values")) }
    }

    /// The items of a list.
    pub(super) fn list(&self, what: &str) -> Result<&[Self], Malformed> {
        if let Value::List(items) = &self.value { Ok(items) } else { Err(self.unlike(what, "a list")) }
    }

    /// Whether this is a list.
    pub(super) fn is_list(&self) -> bool {
        matches!(self.value, Value::List(_))
    }

    /// The text, as it was written.
    pub(super) fn text(&self, what: &str) -> Result<&str, Malformed> {
        match &self.value {
            Value::Text(text) | Value::Word(text) => Ok(text),
            Value::List(_) | Value::Map(_) => Err(self.unlike(what, "a text")),
        }
    }

    /// True or false in all of YAML's older spellings, which GitHub knows
    /// (<https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/common-validation-errors-when-creating-issue-forms#forbidden-keys>).
    pub(super) fn flag(&self, what: &str) -> Result<bool, Malformed> {
        let word = self.text(what).unwrap_or_default().to_ascii_lowercase();
        match word.as_str() {
            "true" | "yes" | "on" | "y" => Ok(true),
            "false" | "no" | "off" | "n" => Ok(false),
            _ => Err(Malformed::at(self.at, format!("{what} must be `true` or `false`"))),
        }
    }

    /// That something else was wanted here.
    pub(super) fn unlike(&self, what: &str, wanted: &str) -> Malformed {
        let found = match &self.value {
            _ if self.is_nothing() => "nothing stands here",
            Value::Text(_) | Value::Word(_) => "this is a text",
            Value::List(_) => "this is a list",
            Value::Map(_) => "this is a map",
        };
        Malformed::at(self.at, format!("{what} must be {wanted}, but {found}"))
    }
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_depth: DEEPEST, flow_nesting_limit: DEEPEST, max_nodes: MOST_VALUES },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MOST_VALUES },
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        ignore_binary_tag_for_string: true,
        with_snippet: false,
    }
}

/// What stands at a place.
fn written(place: Location, yaml: &str) -> &str {
    let span = place.span();
    let bytes = span.byte_offset().zip(span.byte_len()).and_then(|(offset, length)| {
        let start = usize::try_from(offset).ok()?;
        Some(start..start.checked_add(usize::try_from(length).ok()?)?)
    });
    bytes.and_then(|bytes| yaml.get(bytes)).unwrap_or_default()
}

fn unreadable(error: &Error) -> Malformed {
    let at = error.location().filter(|place| place.line() > 0);
    let at = at.map(|place| Position { line: place.line(), column: place.column() });
    let why = match error {
        Error::Budget { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => {
            format!("the file nests deeper than {DEEPEST} levels or holds more than {MOST_VALUES} values, too much for a form")
        }
        Error::AliasError { error, .. } => return Malformed { at, ..unreadable(error) },
        Error::RecursiveReferencesRequireWeakTypes { .. } => "an alias (`*name`) repeats what it stands in".to_owned(),
        Error::UnknownAnchor { .. } => "an alias (`*name`) has no anchor (`&name`): a text that begins with `*` needs quotes".to_owned(),
        Error::DuplicateMappingKey { key: Some(key), .. } => format!("the key `{key}` stands here twice"),
        Error::MultipleDocuments { .. } => "a second document begins (`---`), but a form is one".to_owned(),
        _ => "this is no YAML: see that the lines are indented alike, and that texts with `: `, ` #` or quotes in them stand in quotes".to_owned(),
    };
    Malformed { at, why }
}

/// A value before its words are looked up.
#[derive(Debug)]
enum Shape {
    Text(String),
    Word,
    List(Vec<Spanned<Shape>>),
    Map(Vec<(String, Spanned<Shape>)>),
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Anything)
    }
}

struct Anything;

impl<'de> Visitor<'de> for Anything {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a list or a map")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Shape, E> {
        Ok(Shape::Word)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Shape, E> {
        Ok(Shape::Word)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Shape, E> {
        Ok(Shape::Word)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Shape, E> {
        Ok(Shape::Word)
    }

    fn visit_unit<E>(self) -> Result<Shape, E> {
        Ok(Shape::Word)
    }

    fn visit_str<E>(self, text: &str) -> Result<Shape, E> {
        Ok(Shape::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Shape, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Shape::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Shape, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Shape::Map(map))
    }
}
