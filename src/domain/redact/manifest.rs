//! The values of Kubernetes Secrets, whose manifests people paste whole. Nothing tells such a value but its place:
//! <https://kubernetes.io/docs/concepts/configuration/secret>

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::pattern::Pattern;

/// Every value of every Secret in the text.
pub(super) fn values(text: &str) -> Vec<Range<usize>> {
    let mut found = in_yaml(text);
    found.extend(in_json(text));
    found.extend(in_commands(text));
    found
}

/// A line of YAML and its column, which is the indentation of its key: `- kind: x` and `  data:` have the same.
struct Line<'a> {
    start: usize,
    text: &'a str,
    column: usize,
    /// Whether it begins an entry of a list.
    opens: bool,
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    let line = |line: &'_ str| {
        let key = line.trim_start_matches(['>', ' ', '\t']);
        let entry = key.trim_start_matches("- ").trim_start();
        (line.len() - entry.len(), entry.len() < key.len())
    };
    text.split_inclusive('\n')
        .map(|text| {
            let (column, opens) = line(text);
            start += text.len();
            Line { start: start - text.len(), text: text.trim_end(), column, opens }
        })
        .collect()
}

fn in_yaml(text: &str) -> Vec<Range<usize>> {
    static KIND: LazyLock<Pattern> =
        LazyLock::new(|| Pattern::new(r#"^[>\s]*(?:-\s+)*["']?kind["']?:\s*["']?Secret["']?\s*(?:#.*)?$"#));
    let (lines, is_kind) = (lines(text), KIND.compiled());
    let mut found = Vec::new();
    let (mut searched, mut column) = (0..0, 0);
    for kind in (0..lines.len()).filter(|&at| is_kind.is_match(lines[at].text.as_bytes())) {
        // Manifests that nothing parts were searched together.
        if !searched.contains(&kind) || column != lines[kind].column {
            (searched, column) = (object_around(&lines, kind), lines[kind].column);
            found.extend(entries(&lines[searched.clone()], column));
        }
    }
    found
}

/// The lines of the object that has its `kind` at that line.
fn object_around(lines: &[Line<'_>], kind: usize) -> Range<usize> {
    let column = lines[kind].column;
    let begins = |line: &Line<'_>| line.opens && line.column == column;
    let ends = |line: &Line<'_>| {
        let text = line.text.trim_start_matches(['>', ' ']);
        text.starts_with("---") || text.starts_with("```") || line.column < column && !text.is_empty()
    };
    let mut start = kind;
    while start > 0 && !begins(&lines[start]) && !ends(&lines[start - 1]) {
        start -= 1;
    }
    let after = lines[kind + 1..].iter().position(|line| ends(line) || begins(line));
    start..after.map_or(lines.len(), |lines| kind + 1 + lines)
}

/// The values under `data` and `stringData` of an object whose keys stand at `column`.
fn entries(lines: &[Line<'_>], column: usize) -> Vec<Range<usize>> {
    static DATA: LazyLock<Pattern> =
        LazyLock::new(|| Pattern::new(r#"^[>\s]*(?:-\s+)*["']?(?:data|stringData)["']?:\s*(?:#.*)?$"#));
    static FLOW: LazyLock<Pattern> =
        LazyLock::new(|| Pattern::new(r#"^[>\s]*(?:-\s+)*["']?(?:data|stringData)["']?:\s*\{(.*)\}$"#));
    static PAIR: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r#":\s+["']?([^\s"',\x1a][^"',\x1a]*)"#));
    let (is_data, flow, pair) = (DATA.compiled(), FLOW.compiled(), PAIR.compiled());
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.column == column) {
        if is_data.is_match(line.text.as_bytes()) {
            let below = lines[at + 1..].iter().take_while(|line| line.column > column || line.text.is_empty());
            found.extend(values_of(below));
        } else if let Some(pairs) = flow.captures(line.text.as_bytes()).and_then(|captures| captures.get(1)) {
            found.extend(groups(&pair, &line.text[pairs.range()], line.start + pairs.start()));
        }
    }
    found
}

/// The values of a mapping, where each may go on over deeper lines.
fn values_of<'a>(lines: impl Iterator<Item = &'a Line<'a>>) -> Vec<Range<usize>> {
    static ENTRY: LazyLock<Pattern> =
        LazyLock::new(|| Pattern::new(r#"^[>\s]*["']?[\w.-]+["']?:\s+["']?([^\s"'\x1a][^\x1a]*?)["']?\s*$"#));
    let entry = ENTRY.compiled();
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut key = None;
    // Whether the last one found belongs to the key above.
    let mut begun = false;
    for line in lines.filter(|line| !line.text.is_empty() && !line.text.contains('\u{1a}')) {
        if key.is_some_and(|column| line.column > column) {
            let range = line.start + line.column..line.start + line.text.len();
            match found.last_mut().filter(|_| begun) {
                Some(last) => last.end = range.end,
                None => found.push(range),
            }
            begun = true;
            continue;
        }
        key = Some(line.column);
        let value = entry.captures(line.text.as_bytes()).and_then(|captures| captures.get(1));
        let value = value.filter(|value| !value.as_bytes().starts_with(b"|") && !value.as_bytes().starts_with(b">"));
        begun = value.is_some();
        found.extend(value.map(|value| line.start + value.start()..line.start + value.end()));
    }
    found
}

fn in_json(text: &str) -> Vec<Range<usize>> {
    static KIND: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r#"\\*"kind\\*"\s*:\s*\\*"Secret\\*""#));
    static DATA: LazyLock<Pattern> =
        LazyLock::new(|| Pattern::new(r#"\\*"(?:data|stringData)\\*"\s*:\s*\{([^{}]*)\}"#));
    static ENTRY: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r#":\s*\\*"([^"\\\x1a][^"\x1a]*?)\\*""#));
    if !KIND.is_match(text) {
        return Vec::new();
    }
    let (data, entry) = (DATA.compiled(), ENTRY.compiled());
    let objects = data.captures_iter(text.as_bytes()).filter_map(|captures| captures.get(1));
    objects.flat_map(|data| groups(&entry, &text[data.range()], data.start())).collect()
}

/// `kubectl create secret … --from-literal=key=value`
fn in_commands(text: &str) -> Vec<Range<usize>> {
    static COMMAND: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r"\bcreate\s+secret\b(?:[^\n\\]|\\\r?\n|\\.)*"));
    static LITERAL: LazyLock<Pattern> = LazyLock::new(|| {
        Pattern::new(
            r#"--from-literal(?:=|\s+)["']?[\w.-]+=(?:"([^"$\x1a]+)"|'([^'\x1a]+)'|([^\s"'$<\x1a][^\s"'\x1a]*))"#,
        )
    });
    let (command, literal) = (COMMAND.compiled(), LITERAL.compiled());
    let commands = command.find_iter(text.as_bytes());
    commands.flat_map(|command| groups(&literal, &text[command.range()], command.start())).collect()
}

fn groups(pattern: &Regex, text: &str, offset: usize) -> Vec<Range<usize>> {
    let values = pattern.captures_iter(text.as_bytes()).filter_map(|captures| captures.iter().skip(1).flatten().next());
    values.map(|value| offset + value.start()..offset + value.end()).collect()
}
