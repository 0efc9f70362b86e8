//! Whether what stands where a secret could stand is one: not a placeholder, not a reference, not prose.

use std::sync::LazyLock;

use regex::Regex;

use super::words::{ENDINGS, FILLERS, PLACEHOLDERS, PROSE, SELF, TECHNICAL, TYPES};

/// Something that stands where a secret could stand.
pub(super) struct Candidate<'a> {
    pub(super) value: &'a str,
    pub(super) quoted: bool,
    /// What the rule matched before it: the name, and how it was joined.
    pub(super) before: &'a str,
    /// The rest of its line.
    pub(super) after: &'a str,
}

/// Shorter ones cannot be told from ordinary words and numbers.
const SHORTEST_PASSWORD: usize = 3;
const SHORTEST_TOKEN: usize = 8;
/// A password of letters and others that nothing but its neighbourhood gives away.
const SHORTEST_MIXED: usize = 6;
/// From here on a run of letters is no word of a language.
const LONGEST_WORD: usize = 20;
/// From here on a number is no time and no count.
const LONGEST_NUMBER: usize = 16;
/// In random letters every second one changes its case; in names such as `ServiceAccount` far fewer do.
const RANDOM_CHANGES_OF_CASE: f64 = 0.3;

/// Where a bare value ends within a run without spaces: before the next pair, and without the sentence's punctuation.
pub(super) fn bare_length(run: &str) -> usize {
    static END: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"["`”“»」』。，、；）]|\\[nrt"']|</|&(?:amp;)?[\w.-]+=|[;,][\w .-]*\w["']?[=:]|[,;.]\p{Han}|['"][,;:)\]}|]|'$"#)
            .expect("a constant")
    });
    let mut value = END.find(run).map_or(run, |end| &run[..end.start()]);
    while let Some(last) = value.chars().next_back() {
        let opener = match last {
            ')' => Some('('),
            ']' => Some('['),
            '}' => Some('{'),
            '>' => Some('<'),
            '.' | ',' | ';' | ':' | '\\' => None,
            _ => break,
        };
        if opener.is_some_and(|opener| value.contains(opener)) {
            break;
        }
        value = &value[..value.len() - last.len_utf8()];
    }
    value.len()
}

/// A thing of an unmistakable shape: only those are left that consist of words, as in `xoxb-your-token-here`.
pub(super) fn has_shape(candidate: &Candidate<'_>) -> bool {
    let tail = candidate.value.rsplit_once("://").map_or(candidate.value, |(_, tail)| tail);
    !is_masked(tail)
        && !tail
            .split(['-', '_', '.', '/', '~'])
            .all(|part| part.chars().all(|c| c.is_ascii_lowercase()) && part.len() <= LONGEST_WORD)
        && !(tail.split(['-', '_']).any(is_placeholder_word) && !tail.contains(|c: char| c.is_ascii_digit()))
}

/// As `has_shape`, for shapes that names of things have too, as in `sk-learn-pipelines`.
pub(super) fn has_shape_and_digit(candidate: &Candidate<'_>) -> bool {
    has_shape(candidate) && candidate.value.contains(|c: char| c.is_ascii_digit())
}

/// As `has_shape`, where many capitals or letters in a row are as good as digits.
pub(super) fn has_shape_and_digit_or_capitals(candidate: &Candidate<'_>) -> bool {
    let capitals = candidate.value.chars().filter(char::is_ascii_uppercase).count();
    has_shape(candidate)
        && (candidate.value.contains(|c: char| c.is_ascii_digit())
            || capitals >= SHORTEST_TOKEN
            || candidate.value.split(['-', '_']).any(|part| part.len() > LONGEST_WORD))
}

/// What stands in quotes where only a password can stand.
pub(super) fn is_filled_in_and_no_reference(candidate: &Candidate<'_>) -> bool {
    !is_placeholder(candidate.value) && !is_reference(candidate.value)
}

/// As that, and no further option.
pub(super) fn is_option(candidate: &Candidate<'_>) -> bool {
    is_filled_in_and_no_reference(candidate) && (candidate.quoted || !candidate.value.starts_with('-'))
}

/// Several words that are a secret together.
pub(super) fn is_phrase(candidate: &Candidate<'_>) -> bool {
    !is_placeholder(candidate.value)
        && !is_reference(candidate.value)
        && !is_sentence(candidate.value)
        && !PROSE.contains(&candidate.value.to_lowercase().as_str())
}

/// A password with a line of its own.
pub(super) fn stands_alone(candidate: &Candidate<'_>) -> bool {
    let rest = candidate.after.trim_matches(['`', ' ', '"', '\'', '\r']);
    rest.is_empty() && stands_out(candidate)
}

/// The value of something that is named a password.
pub(super) fn is_password(candidate: &Candidate<'_>) -> bool {
    let value = candidate.value;
    if is_placeholder(value) || is_reference(value) || is_path(value) {
        return false;
    }
    if candidate.quoted {
        return !is_sentence(value);
    }
    let compared = candidate.before.trim_end().ends_with("==");
    if compared || value.chars().count() < SHORTEST_PASSWORD || is_call(value, candidate.after) {
        return false;
    }
    !is_word(value) || !reads_as_prose(candidate)
}

/// What follows a short name that means other things too, as in `PASS: 120`.
pub(super) fn is_mixed_password(candidate: &Candidate<'_>) -> bool {
    is_password(candidate) && is_mixed(candidate.value)
}

/// What follows `my password is`.
pub(super) fn is_said(candidate: &Candidate<'_>) -> bool {
    if !is_password(candidate) {
        return false;
    }
    let ends_clause = candidate.after.trim_start_matches(['.', '!', '*', '_']).trim().is_empty();
    is_mixed(candidate.value)
        || (candidate.quoted && !candidate.value.contains(' '))
        || (is_word(candidate.value) && ends_clause && !describes(candidate.value))
}

/// A password without a space that stands alone on its line or after its name.
pub(super) fn stands_out(candidate: &Candidate<'_>) -> bool {
    is_password(candidate)
        && is_mixed(candidate.value)
        && !is_name(candidate.value)
        && !candidate.value.contains("://")
        && !candidate.value.ends_with(':')
        && !is_pair(candidate.value)
}

/// The value of an option as in `--password x`.
pub(super) fn is_option_value(candidate: &Candidate<'_>) -> bool {
    let next = candidate.after.trim_start();
    let ends = next.is_empty()
        || next.starts_with(['-', '|', '&', ';', '\\', '"', '\'', '`', '<', '>', ')'])
        || next.contains("://");
    is_password(candidate)
        && !candidate.value.starts_with('-')
        && (candidate.quoted || is_mixed(candidate.value) || ends)
}

/// The value of something that is named a token or a secret; the name of a Kubernetes Secret is none.
pub(super) fn is_token(candidate: &Candidate<'_>) -> bool {
    is_key(candidate) && !is_name(candidate.value)
}

/// The value of something that is named a key.
pub(super) fn is_key(candidate: &Candidate<'_>) -> bool {
    let value = candidate.value;
    let known = is_placeholder(value) || is_reference(value) || is_call(value, candidate.after) || is_path(value);
    !known && is_random(value)
}

/// What follows `Authorization: Bearer`.
pub(super) fn is_credential(candidate: &Candidate<'_>) -> bool {
    let value = candidate.value;
    if is_placeholder(value) || is_reference(value) || value.chars().count() < SHORTEST_TOKEN {
        return false;
    }
    is_random(value)
        || value.ends_with('=')
        || value.contains(char::is_lowercase) && value[1..].contains(char::is_uppercase)
}

/// Base64 as in `client-key-data`.
pub(super) fn is_base64(candidate: &Candidate<'_>) -> bool {
    !is_placeholder(candidate.value) && !is_masked(candidate.value)
}

/// The password in `scheme://user:password@host`, where documents write the word itself.
pub(super) fn is_user_info(candidate: &Candidate<'_>) -> bool {
    !is_placeholder(candidate.value) && !is_reference(candidate.value)
}

fn reads_as_prose(candidate: &Candidate<'_>) -> bool {
    let word = candidate.value.to_lowercase();
    if PROSE.contains(&word.as_str()) {
        return true;
    }
    let assigned = candidate.before.ends_with('=');
    let next = candidate.after.trim_start_matches([',', ';']).trim_start();
    // A sentence goes on with another word, a list of fields with a name and a colon.
    let sentence = next.split_whitespace().next().is_some_and(is_word);
    !assigned && sentence && (describes(&word) || candidate.value != word)
}

fn describes(word: &str) -> bool {
    let word = word.to_lowercase();
    PROSE.contains(&word.as_str()) || ENDINGS.iter().any(|ending| word.ends_with(ending))
}

/// Letters only, whatever the script.
fn is_word(text: &str) -> bool {
    let text = text.trim_end_matches(['.', ',', '!', '?', ':', ';', ')']);
    !text.is_empty() && text.chars().all(|c| c.is_alphabetic() || c == '\'' || c == '’')
}

/// Several words, two of five of which hold sentences together. Pass phrases are made of other words.
fn is_sentence(text: &str) -> bool {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let prose = words.iter().filter(|word| PROSE.contains(&word.as_str()));
    words.len() > 1 && prose.count() * 5 >= words.len() * 2
}

/// Letters and something else, and no term, version or hyphenated word.
fn is_mixed(value: &str) -> bool {
    let lower = value.to_lowercase();
    let joins = |c: char| {
        matches!(
            c,
            '-' | '_' | '\'' | '’' | '.' | '/' | ':' | ',' | '(' | ')' | '*' | '?' | '!' | '"' | '`' | '…' | '–' | '—'
        )
    };
    value.chars().count() >= SHORTEST_MIXED
        && value.contains(char::is_alphabetic)
        && value.contains(|c: char| !c.is_alphabetic() && !joins(c))
        && !TECHNICAL.contains(&lower.as_str())
        && !is_version(value)
}

fn is_version(value: &str) -> bool {
    let digits = value.trim_start_matches(['v', 'V']);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.contains('.')
        && digits.chars().all(|c| c.is_ascii_digit() || ".-+rcbeta".contains(c))
}

/// Whether it looks drawn by lot, not chosen as a word.
fn is_random(value: &str) -> bool {
    let length = value.chars().count();
    if length < SHORTEST_TOKEN || value.contains(' ') || value.contains("://") || is_masked(value) || is_version(value)
    {
        return false;
    }
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    match (letters, digits) {
        (0, _) => digits >= LONGEST_NUMBER,
        (_, 0) if letters < length => {
            // Words joined by signs are names, in one case each.
            value
                .split(['-', '_', '.', '/', ':', '+', '='])
                .any(|part| part.len() >= LONGEST_WORD || changes_of_case(part) > RANDOM_CHANGES_OF_CASE)
        }
        (_, 0) => {
            length >= LONGEST_WORD
                && !(0.0 < changes_of_case(value) && changes_of_case(value) <= RANDOM_CHANGES_OF_CASE)
                || length >= SHORTEST_TOKEN * 2 && value.chars().all(|c| c.is_ascii_uppercase())
        }
        _ => true,
    }
}

/// The share of neighbouring letters that differ in case.
fn changes_of_case(value: &str) -> f64 {
    let letters: Vec<char> = value.chars().filter(char::is_ascii_alphabetic).collect();
    let changes =
        letters.windows(2).filter(|pair| pair[0].is_ascii_uppercase() != pair[1].is_ascii_uppercase()).count();
    changes as f64 / letters.len().max(1) as f64
}

static UUID: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$").expect("a constant"));

/// Words joined by signs, with the suffixes that Kubernetes gives: `default-token-x7k2p`, `quay.io/opf/app:1.2`.
fn is_name(value: &str) -> bool {
    static NAME: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:[a-z]{1,16}|[A-Z]{2,16}|[A-Z][a-z]{1,15})(?:[-_./:](?:[a-z]{1,16}|[A-Z]{1,16}|[A-Z][a-z]{1,15}|[a-z]{0,10}[0-9]{1,4}|[a-z0-9]{1,10}))+$")
            .expect("a constant")
    });
    NAME.is_match(value) && !UUID.is_match(value)
}

/// The next field, as in `password autocomplete=off`.
fn is_pair(value: &str) -> bool {
    value.split_once('=').is_some_and(|(name, _)| name.chars().all(|c| c.is_alphabetic() || c == '-' || c == '_'))
}

fn is_placeholder_word(word: &str) -> bool {
    PLACEHOLDERS.contains(&word.to_lowercase().as_str())
}

/// One sign again and again, or some of it hidden by stars.
fn is_masked(value: &str) -> bool {
    let hidden = value.contains("***") || value.contains("•••") || value.contains('…') || value.contains("...");
    let tail = value.rsplit(['_', '-', '.', '/', '~']).next().unwrap_or(value).trim_start_matches("AKIA");
    let one_sign = |signs: &[char]| tail.chars().count() >= 3 && tail.chars().all(|c| signs.contains(&c));
    hidden || one_sign(&['x', 'X']) || one_sign(&['*', '•', '●', '█', '?', '.', '-', '_', '#'])
}

/// What somebody else has to replace: `<your-password>`, `changeme`, `********`, `null`.
fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    let lower = value.to_lowercase();
    let word = lower.trim_matches(|c: char| !c.is_alphanumeric());
    if word.is_empty() || is_masked(value) || SELF.contains(&word) || TYPES.contains(&word) {
        return true;
    }
    let bracketed =
        lower.starts_with(['<', '[']) && lower[1..].starts_with(char::is_alphabetic) || lower.starts_with("&lt;");
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let known = |word: &&str| PLACEHOLDERS.contains(word) || FILLERS.contains(word);
    bracketed
        || words.iter().any(|word| is_placeholder_word(word)) && words.iter().all(known)
        || lower == "change_me"
        || lower == "change-me"
}

/// A name of where the secret is: a variable, a template, an entry in a vault.
fn is_reference(value: &str) -> bool {
    static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(concat!(
            r"^(?://|\$[({]|\$\$|\{\{|\{%|%\(|<%)|^\$(?:[A-Z_][A-Z0-9_]*|[a-z_]+|env:\w+|\d)$|^\$[A-Z_]{2,}\b|^%[A-Za-z_]+%$|^@[A-Z_]+@$",
            r"|^![A-Za-z]{2,}|^(?:ref\+|vault:|op://|arn:|file:|env:|enc\[|ENC\[|secretsmanager:|secretRef:|https?://)",
            r"|^(?:self|this|args?|config|cfg|conf|settings|os|process|env|environ|request|req|opts|options|params|ctx|secrets|vars?|local|module|data|inputs|values|\.Values|github|input|credentials|creds|user|app|kwargs|props|event)[.\[(?]",
            r"|^(?:Optional|Option|List|Vec|Array|Union|Secret|Box|Arc|Cow)[<\[]|^&'?\w*\s?str\b"
        ))
        .expect("a constant")
    });
    REFERENCE.is_match(value)
}

/// A call in a program, as in `password = getpass("…")`, or the name of a member.
fn is_call(value: &str, after: &str) -> bool {
    static CALL: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"^(?:new\s+|await\s+)?[A-Za-z_][\w.:]*(?:\(|\[["'])"#).expect("a constant"));
    // The value of a bare one was cut at the quote that follows.
    let whole = format!("{value}{}", after.chars().take(2).collect::<String>());
    let ends_so = value.ends_with(['(', '['])
        || value.contains("()")
        || whole.starts_with(value) && (after.starts_with('(') || after.starts_with("[\"") || after.starts_with("['"));
    CALL.is_match(&whole) && ends_so
}

fn is_path(value: &str) -> bool {
    let rooted =
        value.starts_with('/') || value.starts_with("./") || value.starts_with("../") || value.starts_with("~/");
    rooted
        && value.trim_start_matches(['.', '~']).split('/').all(|part| {
            part.len() <= 40
                && part.chars().all(|c| c.is_alphanumeric() || "._- ".contains(c))
                && changes_of_case(part) <= RANDOM_CHANGES_OF_CASE
        })
}
