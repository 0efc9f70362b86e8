//! The values of Kubernetes Secrets, whose manifests people paste whole. Nothing tells such a value but its place:
//! https://kubernetes.io/docs/concepts/configuration/secret

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

fn constant(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant, and a test compiles each")
}

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
    static KIND: LazyLock<Regex> =
        LazyLock::new(|| constant(r#"^[>\s]*(?:-\s+)*["']?kind["']?:\s*["']?Secret["']?\s*(?:#.*)?$"#));
    static DATA: LazyLock<Regex> = LazyLock::new(|| constant(r#"^[>\s]*(?:-\s+)*["']?(?:data|stringData)["']?:\s*$"#));
    if !text.contains("Secret") {
        return Vec::new();
    }
    let lines = lines(text);
    let mut found = Vec::new();
    for kind in (0..lines.len()).filter(|&at| KIND.is_match(lines[at].text)) {
        let object = object_around(&lines, kind);
        for data in object.clone().filter(|&at| lines[at].column == lines[kind].column && DATA.is_match(lines[at].text))
        {
            found.extend(entries(&lines[data + 1..object.end], lines[data].column));
        }
    }
    found.sort_by_key(|range| range.start);
    found.dedup();
    found
}

/// The lines of the object that has its `kind` at that line.
fn object_around(lines: &[Line<'_>], kind: usize) -> Range<usize> {
    let column = lines[kind].column;
    let ends = |line: &Line<'_>| {
        let text = line.text.trim_start_matches(['>', ' ']);
        text.starts_with("---") || text.starts_with("```") || line.column < column && !text.is_empty()
    };
    let mut start = kind;
    while start > 0 && !(lines[start].opens && lines[start].column == column) && !ends(&lines[start - 1]) {
        start -= 1;
    }
    let mut end = kind + 1;
    while end < lines.len() && !ends(&lines[end]) && !(lines[end].opens && lines[end].column == column) {
        end += 1;
    }
    start..end
}

/// The values of the lines that are indented deeper than `column`.
fn entries(lines: &[Line<'_>], column: usize) -> Vec<Range<usize>> {
    static ENTRY: LazyLock<Regex> =
        LazyLock::new(|| constant(r#"^[>\s]*["']?[\w.-]+["']?:\s+["']?(?<secret>[^\s"'\x1a][^\x1a]*?)["']?\s*$"#));
    let mut found: Vec<Range<usize>> = Vec::new();
    // Where a value that goes on over lines began.
    let mut block: Option<(usize, bool)> = None;
    for line in lines.iter().take_while(|line| line.column > column || line.text.trim().is_empty()) {
        let key = block.map_or(line.column, |(column, _)| column);
        if line.column > key && !line.text.is_empty() {
            let range = line.start + line.column..line.start + line.text.len();
            match (&mut block, found.last_mut()) {
                (Some((_, begun)), Some(last)) if *begun => last.end = range.end,
                (Some((_, begun)), _) if !line.text.contains('\u{1a}') => {
                    *begun = true;
                    found.push(range);
                }
                _ => {}
            }
            continue;
        }
        if line.text.trim().is_empty() {
            continue;
        }
        let Some(value) = ENTRY.captures(line.text).and_then(|captures| captures.name("secret")) else {
            block = Some((line.column, false));
            continue;
        };
        let opens_block = value.as_str().starts_with(['|', '>']);
        block = Some((line.column, !opens_block));
        if !opens_block {
            found.push(line.start + value.start()..line.start + value.end());
        }
    }
    found
}

fn in_json(text: &str) -> Vec<Range<usize>> {
    static KIND: LazyLock<Regex> = LazyLock::new(|| constant(r#"\\*"kind\\*"\s*:\s*\\*"Secret\\*""#));
    static DATA: LazyLock<Regex> = LazyLock::new(|| constant(r#"\\*"(?:data|stringData)\\*"\s*:\s*\{([^{}]*)\}"#));
    static ENTRY: LazyLock<Regex> = LazyLock::new(|| constant(r#":\s*\\*"([^"\\\x1a][^"\x1a]*?)\\*""#));
    if !KIND.is_match(text) {
        return Vec::new();
    }
    let objects = DATA.captures_iter(text).filter_map(|captures| captures.get(1));
    objects.flat_map(|data| groups(&ENTRY, data.as_str(), data.start())).collect()
}

/// `kubectl create secret … --from-literal=key=value`
fn in_commands(text: &str) -> Vec<Range<usize>> {
    static COMMAND: LazyLock<Regex> = LazyLock::new(|| constant(r"\bcreate\s+secret\b(?:[^\n\\]|\\\r?\n|\\.)*"));
    static LITERAL: LazyLock<Regex> = LazyLock::new(|| {
        constant(r#"--from-literal(?:=|\s+)["']?[\w.-]+=(?:"([^"$\x1a]+)"|'([^'\x1a]+)'|([^\s"'$<\x1a][^\s"'\x1a]*))"#)
    });
    COMMAND.find_iter(text).flat_map(|command| groups(&LITERAL, command.as_str(), command.start())).collect()
}

fn groups(pattern: &Regex, text: &str, offset: usize) -> Vec<Range<usize>> {
    let values = pattern.captures_iter(text).filter_map(|captures| captures.iter().skip(1).flatten().next());
    values.map(|value| offset + value.start()..offset + value.end()).collect()
}
