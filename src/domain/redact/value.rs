//! What a value looks like by itself: drawn by lot, chosen by a person, a placeholder, a reference, a name, prose.

use std::sync::LazyLock;

use super::pattern::Pattern;
use super::words::{ENDINGS, FILLERS, PLACEHOLDERS, PROSE, SELF, TECHNICAL, TYPES};

/// Shorter ones cannot be told from abbreviations and numbers.
const SHORTEST_RANDOM: usize = 8;
/// Shorter ones, letters and digits together, are versions, units and names.
const SHORTEST_MIXED: usize = 6;
/// From here on a run of letters is no word of a language.
const LONGEST_WORD: usize = 20;
/// From here on a word in capitals is no name of a variable.
const LONGEST_CAPITALS: usize = 16;
/// From here on a number is no time and no count.
const LONGEST_NUMBER: usize = 16;
/// From here on a part of a path is no name.
const LONGEST_PATH_PART: usize = 40;
/// The share of neighbouring letters that differ in case: about a half in random ones, few in names such as `ServiceAccount`.
const RANDOM_CASE: f64 = 0.3;

/// Where a bare value ends within a run without spaces: before the next pair, and without the sentence's punctuation.
pub(super) fn bare_length(run: &str) -> usize {
    static END: LazyLock<Pattern> = LazyLock::new(|| {
        Pattern::new(
            r#"(?u:["`”“»」』。，、；）\s])|\\[nrt"']|</|&(?:amp;)?[\w.-]+=|[;,][\w .-]*\w["']?[=:]|(?u:[,;.]\p{Han})
            |['"][,;:)\]}|]|'$"#,
        )
    });
    let mut value = END.compiled().find(run.as_bytes()).map_or(run, |end| &run[..end.start()]);
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

/// Whether it looks drawn by lot, not chosen as a word.
pub(super) fn is_random(value: &str) -> bool {
    let length = value.chars().count();
    if length < SHORTEST_RANDOM || value.contains([' ', '\t']) || is_masked(value) || is_version(value) {
        return false;
    }
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    match (letters, digits) {
        (0, _) => digits >= LONGEST_NUMBER,
        // Words that signs join are a name, each in one case.
        (_, 0) if letters < length => value
            .split(['-', '_', '.', '/', ':', '+', '='])
            .any(|part| has_letters_in_a_row(part) || case_changes(part) > RANDOM_CASE),
        (_, 0) => {
            let capitals = value.chars().all(|c| c.is_ascii_uppercase()) && length >= LONGEST_CAPITALS;
            let share = case_changes(value);
            capitals || length >= LONGEST_WORD && (share == 0.0 || share > RANDOM_CASE)
        }
        _ => true,
    }
}

/// Letters and something else, and no term, version or hyphenated word.
pub(super) fn is_mixed(value: &str) -> bool {
    let other = |c: char| !c.is_alphabetic() && !"-_'’./:,()*?!\"`…–—".contains(c);
    value.chars().count() >= SHORTEST_MIXED
        && value.contains(char::is_alphabetic)
        && value.contains(other)
        && !TECHNICAL.contains(value.to_lowercase().as_str())
        && !is_version(value)
}

/// More of them than a word has.
pub(super) fn has_letters_in_a_row(part: &str) -> bool {
    part.len() >= LONGEST_WORD
}

/// Small letters, and a capital that is not the first one: base64 without a digit.
pub(super) fn changes_its_case(value: &str) -> bool {
    value.contains(char::is_lowercase) && value.chars().skip(1).any(char::is_uppercase)
}

fn case_changes(value: &str) -> f64 {
    let letters: Vec<bool> = value.chars().filter(char::is_ascii_alphabetic).map(|c| c.is_ascii_uppercase()).collect();
    letters.windows(2).filter(|pair| pair[0] != pair[1]).count() as f64 / letters.len().max(1) as f64
}

fn is_version(value: &str) -> bool {
    static VERSION: LazyLock<Pattern> =
        LazyLock::new(|| Pattern::new(r"^[vV]?\d+\.[\d.]+(?:[-+.]?(?:rc|a|b|alpha|beta)[\d.]*)?$"));
    VERSION.is_match(value)
}

/// Words joined by signs, with the suffixes that Kubernetes gives: `default-token-x7k2p`, `quay.io/opf/app:1.2`.
pub(super) fn is_name(value: &str) -> bool {
    static NAME: LazyLock<Pattern> = LazyLock::new(|| {
        Pattern::new(
            r"^(?:[a-z]{1,16}|[A-Z]{2,16}|[A-Z][a-z]{1,15})
            (?:[-_./:](?:[a-z]{1,16}|[A-Z]{1,16}|[A-Z][a-z]{1,15}|[a-z]{0,10}[0-9]{1,4}|[a-z0-9]{1,10}))+$",
        )
    });
    static UUID: LazyLock<Pattern> =
        LazyLock::new(|| Pattern::new(r"^(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$"));
    NAME.is_match(value) && !UUID.is_match(value)
}

/// A word and its number, as in `keycloak2`.
pub(super) fn is_numbered(value: &str) -> bool {
    let word = value.trim_end_matches(|c: char| c.is_ascii_digit());
    value.len() - word.len() <= 2 && !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase())
}

/// The next field, as in `password autocomplete=off`.
pub(super) fn is_pair(value: &str) -> bool {
    let named = |name: &str| name.chars().all(|c| c.is_alphabetic() || c == '-' || c == '_');
    value.split_once('=').is_some_and(|(name, _)| named(name))
}

/// What somebody else has to replace: `<your-password>`, `changeme`, `********`; or nothing, as `null`.
pub(super) fn is_placeholder(value: &str) -> bool {
    let lower = value.trim().to_lowercase();
    let word = lower.trim_matches(|c: char| !c.is_alphanumeric());
    if word.is_empty() || is_masked(value) || SELF.contains(word) || TYPES.contains(word) {
        return true;
    }
    let in_brackets = lower.strip_prefix("&lt;").or_else(|| lower.strip_prefix(['<', '[']));
    if in_brackets.is_some_and(|inside| inside.starts_with(char::is_alphabetic)) {
        return true;
    }
    let words = || lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let fillers = words().all(|word| is_placeholder_word(word) || FILLERS.contains(word));
    fillers && (words().any(is_placeholder_word) || words().eq(["change", "me"]))
}

/// One of the words that say so.
pub(super) fn is_placeholder_word(word: &str) -> bool {
    PLACEHOLDERS.contains(word.to_lowercase().as_str())
}

/// One sign again and again, or a part of it left out.
pub(super) fn is_masked(value: &str) -> bool {
    let left_out = ["***", "•••", "…", "..."].iter().any(|sign| value.contains(sign));
    let tail = value.rsplit(['_', '-', '.', '/', '~']).next().unwrap_or(value).trim_start_matches("AKIA");
    let only = |signs: &str| tail.chars().count() >= 3 && tail.chars().all(|c| signs.contains(c));
    left_out || only("xX") || only("*•●█?#")
}

/// Where the secret is: a variable, a template, an entry in a vault, a member in a program; or its type.
pub(super) fn is_reference(value: &str) -> bool {
    static REFERENCE: LazyLock<Pattern> = LazyLock::new(|| {
        Pattern::new(
            r"^(?://|\$[({]|\$\$|\{\{|\{%|%\(|<%|![A-Za-z]{2,}|https?://|\$[A-Z_]{2,}\b)
            |^(?:\$[A-Z_][A-Z0-9_]*|\$[a-z_]+|\$env:\w+|\$\d|%[A-Za-z_]+%|@[A-Z_]+@)$
            |^(?:ref\+|vault:|op://|arn:|file:|env:|(?i:enc)\[|secretsmanager:|secretRef:)
            |^(?:self|this|args?|config|cfg|conf|settings|os|process|env|environ|request|req|opts|options|params|ctx
            |secrets|vars?|local|module|data|inputs?|values|\.Values|github|credentials|creds|user|app|kwargs|props
            |event)[.\[(?]
            |^(?:Optional|Option|List|Vec|Array|Union|Secret|Box|Arc|Cow)[<\[]|^&'?\w*\s?str\b",
        )
    });
    REFERENCE.is_match(value)
}

/// A call or an index in a program, as in `password = getpass("…")`. A bare value ends before the quote.
pub(super) fn is_call(value: &str, after: &str) -> bool {
    static CALL: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r"^[A-Za-z_][\w.:]*[(\[]"));
    let opens = value.ends_with(['(', '[']) || after.starts_with('(') || value.contains("()");
    let whole = format!("{value}{}", &after[..usize::from(after.starts_with('('))]);
    opens && CALL.is_match(&whole)
}

/// Where a file is.
pub(super) fn is_path(value: &str) -> bool {
    let rooted = ["/", "./", "../", "~/"].iter().any(|root| value.starts_with(root));
    let named = |part: &str| part.chars().all(|c| c.is_alphanumeric() || "._- ".contains(c));
    let parts = || value.trim_start_matches(['.', '~']).split('/');
    rooted && parts().all(|part| part.len() <= LONGEST_PATH_PART && named(part) && case_changes(part) <= RANDOM_CASE)
}

/// Letters only, whatever the script, with the sentence's punctuation.
pub(super) fn is_word(text: &str) -> bool {
    let text = text.trim_end_matches(['.', ',', '!', '?', ':', ';', ')']);
    !text.is_empty() && text.chars().all(|c| c.is_alphabetic() || c == '\'' || c == '’')
}

/// At least three words joined by one sign, as generators of pass phrases do; `up-to-date` is a piece of a sentence.
pub(super) fn are_joined_words(value: &str) -> bool {
    let joined = |sign: char| {
        let words = value.replace(sign, " ");
        words.split(' ').count() > 2 && words.split(' ').all(is_word) && !is_sentence(&words)
    };
    ['-', '_', '.'].into_iter().any(joined)
}

/// Says something about a password, as in `the password is expired`.
pub(super) fn describes(word: &str) -> bool {
    let word = word.to_lowercase();
    PROSE.contains(word.as_str()) || ENDINGS.iter().any(|ending| word.ends_with(ending))
}

/// Several words, two of five of which hold sentences together. Pass phrases are made of other words.
pub(super) fn is_sentence(text: &str) -> bool {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let prose = words.iter().filter(|word| PROSE.contains(word.as_str()));
    words.len() > 1 && prose.count() * 5 >= words.len() * 2
}
