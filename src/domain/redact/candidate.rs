//! Whether what a rule found is a secret, by its value and by what stands beside it. One function for each place at
//! which secrets stand; the stricter, the more often ordinary text has that form.

use super::value::{
    are_joined_words, changes_its_case, describes, has_letters_in_a_row, is_call, is_masked, is_mixed, is_name,
    is_numbered, is_pair, is_path, is_placeholder, is_placeholder_word, is_random, is_reference, is_sentence, is_word,
};
use super::words::{LINKS, PROSE};

/// Something that stands where a secret could stand.
pub(super) struct Candidate<'a> {
    pub(super) value: &'a str,
    pub(super) quoted: bool,
    /// What the rule matched before it: the name, and how the two are joined.
    pub(super) before: &'a str,
    /// The rest of its line.
    pub(super) after: &'a str,
}

/// A rule's last word.
pub(super) type Check = fn(&Candidate<'_>) -> bool;

/// Shorter bare ones are numbers, initials and punctuation.
const SHORTEST_PASSWORD: usize = 3;
/// Shorter ones do not stand in headers.
const SHORTEST_CREDENTIAL: usize = 8;
/// A word that is not called a password is one only if it is long.
const SHORTEST_CHOSEN: usize = 6;
/// Shorter ones may be the key of any entry.
const SHORTEST_UNNAMED: usize = 16;
/// So many capitals are an abbreviation: `password: LDAP`.
const LONGEST_ABBREVIATION: usize = 4;
/// So many capitals are no abbreviation.
const MANY_CAPITALS: usize = 8;

/// A thing of an unmistakable shape; only words in that shape are none, as in `xoxb-your-token-here`.
pub(super) fn has_shape(candidate: &Candidate<'_>) -> bool {
    let tail = candidate.value.rsplit_once("://").map_or(candidate.value, |(_, tail)| tail);
    let parts = || tail.split(['-', '_', '.', '/', '~']);
    let reads = parts().all(|part| part.chars().all(|c| c.is_ascii_lowercase()) && !has_letters_in_a_row(part));
    let filled_in = has_digit(tail) || !parts().any(is_placeholder_word);
    !is_masked(tail) && !reads && filled_in
}

/// As `has_shape`, for shapes that names of things have too, as in `sk-learn-Pipelines`.
pub(super) fn has_rare_shape(candidate: &Candidate<'_>) -> bool {
    let capitals = candidate.value.chars().filter(char::is_ascii_uppercase).count();
    let in_a_row = candidate.value.split(['-', '_']).any(has_letters_in_a_row);
    has_shape(candidate) && (has_digit(candidate.value) || capitals >= MANY_CAPITALS || in_a_row)
}

/// A password that a program drew: the shape alone is that of some names too.
pub(super) fn has_drawn_shape(candidate: &Candidate<'_>) -> bool {
    let has = |kind: fn(&char) -> bool| candidate.value.chars().any(|c| kind(&c));
    let drawn = has(char::is_ascii_uppercase) && (has(char::is_ascii_lowercase) || has(char::is_ascii_digit));
    drawn && has_shape(candidate)
}

/// The value of a cookie by which a server knows its visitor.
pub(super) fn is_session(candidate: &Candidate<'_>) -> bool {
    let long = candidate.value.chars().count() >= SHORTEST_CHOSEN;
    long && is_filled_in(candidate) && !describes(candidate.value)
}

/// Anything but a placeholder, where nothing else than a secret can stand.
pub(super) fn is_filled_in(candidate: &Candidate<'_>) -> bool {
    !is_placeholder(candidate.value) && !is_reference(candidate.value)
}

/// As `is_filled_in`, on a command line, where another option can come first.
pub(super) fn is_argument(candidate: &Candidate<'_>) -> bool {
    is_filled_in(candidate) && (candidate.quoted || !candidate.value.starts_with('-'))
}

/// Several words that are a secret together.
pub(super) fn is_phrase(candidate: &Candidate<'_>) -> bool {
    let word = candidate.value.to_lowercase();
    is_filled_in(candidate) && !is_sentence(candidate.value) && !PROSE.contains(word.as_str())
}

/// The value of something that is named a password.
pub(super) fn is_password(candidate: &Candidate<'_>) -> bool {
    let value = candidate.value;
    if !is_filled_in(candidate) || is_path(value) {
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
    let value = candidate.value;
    let ends = candidate.after.trim_start_matches(['.', '!', '*', '_']).trim().is_empty();
    let word = is_word(value) && !describes(value) && is_about_itself(candidate.before);
    let named = if candidate.quoted { !value.contains(' ') && (word || !is_word(value)) } else { ends && word };
    is_password(candidate) && (named || is_mixed(value) || ends && are_joined_words(value))
}

/// `the password for x is`, not `the password page is`, before which anything may stand.
fn is_about_itself(before: &str) -> bool {
    let mut words = before.split_whitespace().skip(1).map(|word| word.trim_matches(|c: char| !c.is_alphabetic()));
    words.find(|word| !word.is_empty()).is_none_or(|word| LINKS.contains(word.to_lowercase().as_str()))
}

/// What somebody is let in with, if it has been said who.
pub(super) fn is_chosen(candidate: &Candidate<'_>) -> bool {
    let long = candidate.value.chars().count() >= SHORTEST_CHOSEN;
    long && is_argument(candidate) && !describes(candidate.value) && (candidate.quoted || !is_pair(candidate.value))
}

/// A password without a space that nothing joins to its name.
pub(super) fn stands_out(candidate: &Candidate<'_>) -> bool {
    let value = candidate.value;
    let is_other = is_name(value) || is_pair(value) || value.contains("://") || value.ends_with(':');
    is_mixed_password(candidate) && !is_other
}

/// A password with a line of its own.
pub(super) fn stands_alone(candidate: &Candidate<'_>) -> bool {
    candidate.after.trim_matches(['`', ' ', '"', '\'', '\r']).is_empty() && stands_out(candidate)
}

/// The value of an option, as in `--password x`; people also write about options.
pub(super) fn is_option(candidate: &Candidate<'_>) -> bool {
    let next = candidate.after.trim_start();
    let signs = ['-', '|', '&', ';', '\\', '"', '\'', '`', '<', '>', ')'];
    let ends = next.is_empty() || next.starts_with(signs) || next.contains("://");
    let fits = candidate.quoted || is_mixed(candidate.value) || ends;
    fits && is_password(candidate) && !candidate.value.starts_with('-')
}

/// The value of something that is named a token or a secret; the name of a Kubernetes Secret is none.
pub(super) fn is_token(candidate: &Candidate<'_>) -> bool {
    is_key(candidate) && !is_name(candidate.value)
}

/// What follows `this key`, which may be any key of any map.
pub(super) fn is_long_token(candidate: &Candidate<'_>) -> bool {
    candidate.value.chars().count() >= SHORTEST_UNNAMED && is_said_token(candidate)
}

/// What stands in a sentence about a token.
pub(super) fn is_said_token(candidate: &Candidate<'_>) -> bool {
    is_token(candidate) && !is_numbered(candidate.value)
}

/// The value of something that cannot be a name.
fn is_key(candidate: &Candidate<'_>) -> bool {
    let value = candidate.value;
    is_filled_in(candidate) && !is_call(value, candidate.after) && !is_path(value) && is_random(value)
}

/// The value of something that is named a secret between programs, as in `JWT_SECRET`. People choose words for it too.
pub(super) fn is_shared_secret(candidate: &Candidate<'_>) -> bool {
    let long = candidate.value.chars().count() >= SHORTEST_CHOSEN;
    is_key(candidate) || long && !is_name(candidate.value) && is_password(candidate)
}

/// What follows `Authorization: Bearer`.
pub(super) fn is_credential(candidate: &Candidate<'_>) -> bool {
    let value = candidate.value;
    let long = value.chars().count() >= SHORTEST_CREDENTIAL;
    let encoded = value.ends_with('=') || changes_its_case(value);
    is_filled_in(candidate) && long && (encoded || is_random(value))
}

fn has_digit(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
}

fn reads_as_prose(candidate: &Candidate<'_>) -> bool {
    let word = candidate.value.to_lowercase();
    let assigned = candidate.before.ends_with('=');
    let short = word.chars().count() <= LONGEST_ABBREVIATION;
    if PROSE.contains(word.as_str()) || !assigned && short && candidate.value.chars().all(char::is_uppercase) {
        return true;
    }
    // A sentence goes on with another word, a list of fields with a name and a colon.
    let next = candidate.after.trim_start_matches([',', ';']).split_whitespace().next();
    let goes_on = !assigned && next.is_some_and(is_word);
    goes_on && (describes(&word) || candidate.value != word)
}
