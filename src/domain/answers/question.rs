//! Reading a question with the vocabulary: what each word stands for, and how much of the question hangs on it.

use super::asked::Asked;
use super::light_words;
use super::vocabulary::{PART_OF_NAME, TermId, Vocabulary};
use super::wording::{LONGEST_TEXT, plain, without_courtesy};

/// Words read of one question; more of them say nothing new, and the cost of a question stays bounded.
const MOST_WORDS: usize = 160;
/// Words of a question that are searched for typing errors: a question with more unknown words is not ours anyway.
const MOST_CORRECTIONS: usize = 8;
/// What a match through a word alike is worth beside the word itself.
const ALIKE_WORTH: f32 = 0.6;
/// What a match through one typing error is worth; a second error costs the same again.
const TYPO_WORTH: f32 = 0.85;
/// Least weight of a word that only words alike stand for here.
const ALIKE_ONLY: f32 = 0.5;
/// Weight of a word that nobody in the catalogue used; a word that one answer uses weighs 1.
const UNKNOWN: f32 = 0.9;
/// The same for a short one: more often a slip ("teh") or a fill-in than a thing.
const UNKNOWN_AND_SHORT: f32 = 0.4;
/// Longest word that is short.
const SHORT: usize = 3;
/// From this many words on, a text tells a story around its question.
const STORY: usize = 24;
/// What the sentences of a story weigh that ask nothing.
const CONTEXT: f32 = 0.5;
/// Halves of a word written in one are no shorter.
const SHORTEST_HALF: usize = 4;

/// A question as the vocabulary reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The words of substance and grammar, courtesy gone, each once.
    pub words: Vec<Word>,
    /// The kind of answer that is asked for.
    pub asked: Asked,
    /// Sum of the words' weights.
    pub weight: f32,
    /// Part of that weight whose words nobody in the catalogue ever used.
    pub unknown: f32,
}

/// One word of a question and what it may stand for.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// As typed, folded to plain text; a name with all its words.
    pub written: String,
    /// How much of the question hangs on it.
    pub weight: f32,
    /// It only holds the sentence together.
    pub grammar: bool,
    /// Terms it may stand for, best first; none when nobody here used it.
    pub readings: Vec<Reading>,
}

/// A term that a word may stand for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// The term.
    pub term: TermId,
    /// What a match through it is worth, 1 for the word itself.
    pub worth: f32,
    /// Why the word stands for it.
    pub through: Through,
}

/// Why a word stands for a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Through {
    /// The same word, or another form of it.
    Itself,
    /// Another name of the same thing.
    Name,
    /// A word that means nearly the same.
    Alike,
    /// A typing error.
    Correction,
}

/// A word before names are looked for: as typed, and as it was probably meant.
struct Token<'a> {
    typed: &'a str,
    meant: &'a str,
    /// Empty for known words.
    guesses: Vec<Reading>,
}

impl Vocabulary {
    /// Reads a question.
    #[must_use]
    pub fn read(&self, text: &str) -> Question {
        let mut question = Question { words: Vec::with_capacity(16), asked: Asked::Open, weight: 0.0, unknown: 0.0 };
        let text = text.char_indices().nth(LONGEST_TEXT).map_or(text, |(end, _)| &text[..end]);
        let sentences: Vec<(String, bool)> =
            sentences(text).map(|sentence| (plain(sentence), sentence.trim_end().ends_with('?'))).collect();
        let length: usize = sentences.iter().map(|(plain, _)| plain.split_whitespace().count()).sum();
        let is_story = length >= STORY && sentences.iter().any(|(_, asks)| *asks);
        let (mut left, mut corrections) = (MOST_WORDS, MOST_CORRECTIONS);
        for (plain, asks) in &sentences {
            let all: Vec<&str> = plain.split_whitespace().take(left).collect();
            left -= all.len();
            let words = without_courtesy(&all);
            // The last kind that is asked for counts: people come to their point at the end.
            let asked = Asked::of(words.iter().copied());
            if asked != Asked::Open && (*asks || question.asked == Asked::Open) {
                question.asked = asked;
            }
            let tokens: Vec<Token<'_>> = words.iter().map(|word| self.token(word, &mut corrections)).collect();
            self.read_sentence(&tokens, if is_story && !asks { CONTEXT } else { 1.0 }, &mut question);
        }
        question.weight = question.words.iter().map(|word| word.weight).sum();
        let unknown = question.words.iter().filter(|word| word.readings.is_empty());
        question.unknown = unknown.map(|word| word.weight).sum();
        question
    }

    fn read_sentence(&self, tokens: &[Token<'_>], share: f32, question: &mut Question) {
        let meant: Vec<&str> = tokens.iter().map(|token| token.meant).collect();
        let mut at = 0;
        while at < tokens.len() {
            let Some((term, length)) = self.unit_at(&meant[at..]) else {
                self.read_word(&tokens[at], share, question);
                at += 1;
                continue;
            };
            let own = &tokens[at..at + length];
            let is_itself = length == 1 && own[0].guesses.is_empty() && self.stem(term) == meant[at];
            let through = if is_itself { Through::Itself } else { Through::Name };
            let guessed = own.iter().filter_map(|token| token.guesses.first()).map(|guess| guess.worth);
            let worth = guessed.fold(1.0, f32::min);
            let written = own.iter().map(|token| token.typed).collect::<Vec<_>>().join(" ");
            question.add(self.word(written, Reading { term, worth, through }, share));
            if length > 1 {
                own.iter().for_each(|token| self.read_word(token, share * PART_OF_NAME, question));
            }
            at += length;
        }
    }

    fn token<'a>(&'a self, typed: &'a str, corrections: &mut usize) -> Token<'a> {
        let mut token = Token { typed, meant: typed, guesses: Vec::new() };
        if *corrections == 0 || light_words::weight(typed).is_some() || self.term_of(typed).is_some() {
            return token;
        }
        *corrections -= 1;
        for guess in self.spellings.nearest(typed) {
            if token.guesses.is_empty() {
                token.meant = guess.written;
            }
            let worth = TYPO_WORTH.powi(i32::try_from(guess.errors).unwrap_or(i32::MAX));
            token.guesses.push(Reading { term: guess.term, worth, through: Through::Correction });
        }
        token
    }

    fn read_word(&self, token: &Token<'_>, share: f32, question: &mut Question) {
        let written = token.typed.to_owned();
        let grammar = light_words::is_grammar(&written);
        if let Some(best) = token.guesses.first() {
            let weight = share * self.weight(best.term);
            question.add(Word { written, weight, grammar, readings: token.guesses.clone() });
            return;
        }
        let known = self.term_of(&written);
        let itself = |term| Reading { term, worth: 1.0, through: Through::Itself };
        if let Some(term) = known.filter(|&term| self.used_in(term) > 0) {
            question.add(self.word(written, itself(term), share));
            return;
        }
        if known.is_none()
            && let Some(halves) = self.halves(&written)
        {
            for term in halves {
                question.add(self.word(written.clone(), itself(term), share));
            }
            return;
        }
        let readings: Vec<Reading> = known.into_iter().flat_map(|term| self.readings_alike(term)).collect();
        let unknown = if written.len() <= SHORT { UNKNOWN_AND_SHORT } else { UNKNOWN };
        let weight = light_words::weight(&written)
            .unwrap_or_else(|| readings.first().map_or(unknown, |best| self.weight(best.term).max(ALIKE_ONLY)));
        question.add(Word { written, weight: share * weight, grammar, readings });
    }

    fn word(&self, written: String, itself: Reading, share: f32) -> Word {
        let grammar = light_words::is_grammar(&written);
        let readings = std::iter::once(itself).chain(self.readings_alike(itself.term)).collect();
        Word { written, weight: share * self.weight(itself.term), grammar, readings }
    }

    fn readings_alike(&self, term: TermId) -> impl Iterator<Item = Reading> {
        self.alike(term).iter().map(|&term| Reading { term, worth: ALIKE_WORTH, through: Through::Alike })
    }

    /// An unknown word that is two known ones ("mailinglist").
    fn halves(&self, written: &str) -> Option<[TermId; 2]> {
        if written.len() < 2 * SHORTEST_HALF || !written.is_ascii() {
            return None;
        }
        let known = |half: &str| self.term_of(half).filter(|&term| self.used_in(term) > 0);
        let mut places = SHORTEST_HALF..=written.len() - SHORTEST_HALF;
        places.find_map(|at| Some([known(&written[..at])?, known(&written[at..])?]))
    }
}

impl Question {
    /// Adds a word, or the heavier of its two weights when it was said before.
    fn add(&mut self, word: Word) {
        let same = |other: &Word| match (other.readings.first(), word.readings.first()) {
            (Some(a), Some(b)) => a.term == b.term,
            (None, None) => other.written == word.written,
            _ => false,
        };
        match self.words.iter_mut().find(|other| same(other)) {
            Some(other) => other.weight = other.weight.max(word.weight),
            None => self.words.push(word),
        }
    }
}

/// A text cut after each end of a sentence that a space follows ("operate-first.cloud" is no end).
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut ends = rest.match_indices(['.', '!', '?', '\n']).map(|(at, _)| at + 1);
        let end = ends.find(|&after| rest[after..].chars().next().is_none_or(char::is_whitespace));
        let (sentence, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        Some(sentence)
    })
}

#[cfg(test)]
mod tests {
    use super::super::entry::{Alike, Name, Names};
    use super::*;

    fn vocabulary() -> Vocabulary {
        let own = |words: &[&str]| words.iter().map(ToString::to_string).collect();
        let names = Names {
            names: vec![Name { name: "Mass Open Cloud".into(), also: own(&["moc"]) }],
            alike: vec![Alike { words: own(&["price", "fee"]) }],
        };
        let texts = ["the price of the mass open cloud", "backup of the volume", "a mailing list for three teams"];
        Vocabulary::learn(&names, texts.into_iter().map(|text| vec![text]))
    }

    #[rstest::rstest]
    #[case("moc", &[("moc", Through::Name)])]
    #[case("mass opne cluod", &[("mass opne cluod", Through::Name), ("mass", Through::Itself), ("opne", Through::Correction), ("cluod", Through::Correction)])]
    #[case("fees", &[("fees", Through::Alike)])]
    #[case("the back up", &[("the", Through::Itself), ("back up", Through::Name)])]
    #[case("mailinglist", &[("mailinglist", Through::Itself), ("mailinglist", Through::Itself)])]
    #[case("volmue", &[("volmue", Through::Correction)])]
    #[case("3 teams", &[("3", Through::Itself), ("teams", Through::Itself)])]
    fn words_stand_for_terms(#[case] text: &str, #[case] expected: &[(&str, Through)]) {
        let question = vocabulary().read(text);
        let known = question.words.iter().filter(|word| !word.readings.is_empty());
        let read: Vec<(&str, Through)> = known.map(|word| (word.written.as_str(), word.readings[0].through)).collect();
        assert_eq!(read, expected);
    }

    #[test]
    fn unknown_words_are_weighed_as_such() {
        let question = vocabulary().read("bitcoin price");
        assert!((question.unknown - UNKNOWN).abs() < f32::EPSILON);
        assert!(question.weight > question.unknown);
    }

    #[test]
    fn sentences_end_before_a_space() {
        let cut: Vec<&str> = sentences("See operate-first.cloud now. Why? ok").collect();
        assert_eq!(cut, ["See operate-first.cloud now.", " Why?", " ok"]);
    }
}
