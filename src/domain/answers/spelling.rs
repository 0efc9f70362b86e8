//! Typing errors: which known words an unknown one may have been meant to be.

use super::vocabulary::TermId;

/// Words shorter than this have too many neighbours for a guess.
const SHORTEST: usize = 4;
/// Words shorter than this may hold one error; longer ones two.
const ONE_ERROR_BELOW: usize = 8;
/// Words longer than this are pasted, not mistyped.
const LONGEST: usize = 24;
/// Most guesses for one word.
const MOST_GUESSES: usize = 3;

/// Known words as they are written, sorted.
#[derive(Debug, Default)]
pub(super) struct Spellings {
    words: Vec<Spelling>,
}

#[derive(Debug)]
struct Spelling {
    written: String,
    letters: Vec<char>,
    present: u32,
    term: TermId,
    used_in: u32,
}

/// A known word that an unknown one may have been meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Guess<'a> {
    pub(super) written: &'a str,
    pub(super) term: TermId,
    /// Letters left out, put in, exchanged or swapped.
    pub(super) errors: usize,
}

impl Spellings {
    /// Known words, their terms, and the number of answers that use them.
    pub(super) fn of<'a>(words: impl Iterator<Item = (&'a String, TermId, u32)>) -> Spellings {
        let long_enough = words.filter(|(written, ..)| written.len() + 1 >= SHORTEST);
        let mut words: Vec<Spelling> = long_enough
            .map(|(written, term, used_in)| {
                let letters: Vec<char> = written.chars().collect();
                let present = present(&letters);
                Spelling { written: written.clone(), letters, present, term, used_in }
            })
            .collect();
        // Sorted, to find an initial's range, and because a map's order differs from run to run and guesses must not.
        words.sort_by(|a, b| a.letters.cmp(&b.letters));
        Spellings { words }
    }

    /// The nearest known words, those first that more answers use.
    pub(super) fn nearest(&self, written: &str) -> Vec<Guess<'_>> {
        let letters: Vec<char> = written.chars().collect();
        let most_errors = match letters.len() {
            ..SHORTEST => return Vec::new(),
            SHORTEST..ONE_ERROR_BELOW => 1,
            ONE_ERROR_BELOW..=LONGEST => 2,
            _ => return Vec::new(),
        };
        if letters.iter().any(char::is_ascii_digit) {
            return Vec::new();
        }
        let mask = present(&letters);
        let mut found: Vec<(usize, &Spelling)> = Vec::new();
        // People rarely mistype the first letter, and most of the words of a language have another one.
        let from = self.words.partition_point(|word| word.letters[0] < letters[0]);
        for word in self.words[from..].iter().take_while(|word| word.letters[0] == letters[0]) {
            // Each error changes at most two of the letters present.
            if letters.len().abs_diff(word.letters.len()) > most_errors
                || (mask ^ word.present).count_ones() as usize > 2 * most_errors
            {
                continue;
            }
            let errors = strsim::generic_damerau_levenshtein(&letters, &word.letters);
            if errors <= most_errors {
                found.push((errors, word));
            }
        }
        // The same letters in another order are likelier than another letter, a common word likelier than a rare one.
        let same_letters = |word: &Spelling| word.present == mask && word.letters.len() == letters.len();
        found.sort_by_key(|(errors, word)| (*errors, !same_letters(word), std::cmp::Reverse(word.used_in)));
        let fewest = found.first().map_or(0, |(errors, _)| *errors);
        let mut guesses: Vec<Guess<'_>> = Vec::new();
        for (errors, word) in found.into_iter().take_while(|(errors, _)| *errors == fewest) {
            if guesses.len() < MOST_GUESSES && !guesses.iter().any(|guess| guess.term == word.term) {
                guesses.push(Guess { written: &word.written, term: word.term, errors });
            }
        }
        guesses
    }
}

/// The letters present, one bit each; other characters share the remaining bits.
fn present(letters: &[char]) -> u32 {
    let bit = |c: char| match c {
        'a'..='z' => c as u32 - 'a' as u32,
        _ => 26 + c as u32 % 6,
    };
    letters.iter().fold(0, |mask, &c| mask | 1 << bit(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("pepole", &["people"])]
    #[case("obsevability", &["observability"])]
    #[case("meen", &["mean", "meet"])]
    #[case("lbas", &["labs"])]
    #[case("usres", &["users", "uses"])]
    #[case("cat", &[])]
    #[case("x\u{e9}", &[])]
    #[case("bitcoin", &[])]
    fn near_words_are_guessed(#[case] typed: &str, #[case] meant: &[&str]) {
        let known =
            ["people", "observability", "meet", "mean", "labs", "car", "coin", "uses", "users"].map(str::to_owned);
        let words = (0..).zip(&known).map(|(number, word)| (word, TermId(number), 20 + number));
        let spellings = Spellings::of(words);
        let guesses: Vec<&str> = spellings.nearest(typed).into_iter().map(|guess| guess.written).collect();
        assert_eq!(guesses, meant);
    }
}
