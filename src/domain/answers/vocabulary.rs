//! The words of the catalogue: each gets a number and a weight once, so that reading a question is a few look-ups.
//! A word stands for its stem, for the thing it names and for words that mean nearly the same.

use std::collections::HashMap;

use rust_stemmers::{Algorithm, Stemmer};

use super::entry::{Answer, Names};
use super::light_words;
use super::spelling::Spellings;
use super::wording::plain;

/// Number of a term of the vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TermId(pub u32);

/// What the single words of a name weigh where the name stands ("sprint" in "sprint planning").
pub(super) const PART_OF_NAME: f32 = 0.3;
/// The first half of a compound is no shorter: "on" and "line" side by side are not "online".
const SHORTEST_HALF: usize = 3;
/// Two words together longer than this are no compound.
const LONGEST_COMPOUND: usize = 24;

/// All words that the catalogue uses.
#[derive(Debug, Default)]
pub struct Vocabulary {
    /// Term of each word as written, so that known words need no stemming.
    written: HashMap<String, TermId>,
    by_stem: HashMap<String, TermId>,
    terms: Vec<Term>,
    /// Ways of writing a name, by their first word, longest first.
    names: HashMap<String, Vec<(Vec<String>, TermId)>>,
    alike: HashMap<TermId, Vec<TermId>>,
    pub(super) spellings: Spellings,
}

#[derive(Debug)]
struct Term {
    stem: String,
    weight: f32,
    /// Number of answers that use it.
    used_in: u32,
}

impl Vocabulary {
    /// Learns the words of `texts` (one per answer or passage: the parts of all it says) and the community's names.
    #[must_use]
    pub fn learn<'a>(names: &Names, texts: impl Iterator<Item = Vec<&'a str>>) -> Vocabulary {
        let mut vocabulary = Vocabulary::default();
        let stemmer = Stemmer::create(Algorithm::English);
        vocabulary.learn_names(names, &stemmer);
        let mut documents = 0_u32;
        for parts in texts {
            documents += 1;
            let mut terms: Vec<TermId> = Vec::new();
            for part in parts {
                vocabulary.learn_text(&plain(part), &stemmer, &mut terms);
            }
            terms.sort_unstable();
            terms.dedup();
            for term in terms {
                vocabulary.terms[term.0 as usize].used_in += 1;
            }
        }
        vocabulary.weigh(documents);
        vocabulary.learn_alike(names, &stemmer);
        let used = vocabulary.written.iter().map(|(word, &term)| (word, term, vocabulary.used_in(term)));
        vocabulary.spellings = Spellings::of(used.filter(|(_, _, used_in)| *used_in > 0));
        vocabulary
    }

    /// The terms of a text of the catalogue in plain words, in order, and what each weighs there; names are followed by the words
    /// they consist of. Unknown words are left out: every word of the catalogue was learned.
    #[must_use]
    pub(super) fn terms_of(&self, plain: &str) -> Vec<(TermId, f32)> {
        let words: Vec<&str> = plain.split_whitespace().collect();
        let mut terms = Vec::with_capacity(words.len());
        let mut at = 0;
        while at < words.len() {
            let unit = self.unit_at(&words[at..]);
            let length = unit.map_or(1, |(_, length)| length);
            terms.extend(unit.map(|(term, _)| (term, self.weight(term))));
            if unit.is_none() || length > 1 {
                let part = if length > 1 { PART_OF_NAME } else { 1.0 };
                let known = words[at..at + length].iter().filter_map(|word| self.written.get(*word));
                terms.extend(known.map(|&term| (term, part * self.weight(term))));
            }
            at += length;
        }
        terms
    }

    /// The text by which the index knows a term.
    #[must_use]
    pub fn stem(&self, term: TermId) -> &str {
        &self.terms[term.0 as usize].stem
    }

    /// How much hangs on a term: near 1 for one that a single answer uses, near 0 for grammar.
    #[must_use]
    pub fn weight(&self, term: TermId) -> f32 {
        self.terms[term.0 as usize].weight
    }

    /// Number of terms; their ids are all smaller.
    #[must_use]
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// True when nothing was learned.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Number of answers that use a term; 0 for a word that only the names know.
    pub(super) fn used_in(&self, term: TermId) -> u32 {
        self.terms[term.0 as usize].used_in
    }

    /// The term of a word as written, or of another form of it.
    pub(super) fn term_of(&self, written: &str) -> Option<TermId> {
        let known = self.written.get(written).copied();
        known.or_else(|| self.by_stem.get(&stem(&Stemmer::create(Algorithm::English), written)).copied())
    }

    /// Terms of words that mean nearly the same.
    pub(super) fn alike(&self, term: TermId) -> &[TermId] {
        self.alike.get(&term).map_or(&[], Vec::as_slice)
    }

    /// The name or compound that begins with these words, and how many of them it takes.
    pub(super) fn unit_at(&self, words: &[&str]) -> Option<(TermId, usize)> {
        self.name_at(words).or_else(|| self.compound_at(words).map(|term| (term, 2)))
    }

    fn name_at(&self, words: &[&str]) -> Option<(TermId, usize)> {
        let names = self.names.get(*words.first()?)?;
        let fits = |(name, _): &&(Vec<String>, TermId)| {
            name.len() <= words.len() && name.iter().zip(words).all(|(a, b)| a == b)
        };
        names.iter().find(fits).map(|(name, term)| (*term, name.len()))
    }

    /// Two words that people also write as one ("back up", "home page").
    fn compound_at(&self, words: &[&str]) -> Option<TermId> {
        let [first, second, ..] = words else {
            return None;
        };
        if first.len() < SHORTEST_HALF || second.len() < 2 || first.len() + second.len() > LONGEST_COMPOUND {
            return None;
        }
        let mut joined = String::with_capacity(first.len() + second.len());
        joined.push_str(first);
        joined.push_str(second);
        let term = self.written.get(&joined).copied()?;
        (self.used_in(term) > 0 && light_words::weight(&joined).is_none()).then_some(term)
    }

    fn learn_names(&mut self, names: &Names, stemmer: &Stemmer) {
        for name in &names.names {
            let preferred = plain(&name.name);
            let mark: String = preferred.split_whitespace().collect::<Vec<_>>().join("_");
            // A name of one word is that word; a longer one gets a term of its own that nobody can type.
            let term = if mark.contains('_') { self.term(mark) } else { self.learn_word(&mark, stemmer) };
            for way in std::iter::once(&name.name).chain(&name.also) {
                let words: Vec<String> = plain(way).split_whitespace().map(str::to_owned).collect();
                if let Some(first) = words.first() {
                    self.names.entry(first.clone()).or_default().push((words, term));
                }
            }
        }
        self.names.values_mut().for_each(|ways| ways.sort_by_key(|(words, _)| std::cmp::Reverse(words.len())));
    }

    fn learn_text(&mut self, plain: &str, stemmer: &Stemmer, terms: &mut Vec<TermId>) {
        let words: Vec<&str> = plain.split_whitespace().collect();
        let mut at = 0;
        while at < words.len() {
            let named = self.name_at(&words[at..]);
            let length = named.map_or(1, |(_, length)| length);
            terms.extend(named.map(|(term, _)| term));
            if named.is_none() || length > 1 {
                for word in &words[at..at + length] {
                    terms.push(self.learn_word(word, stemmer));
                }
            }
            at += length;
        }
    }

    fn learn_word(&mut self, word: &str, stemmer: &Stemmer) -> TermId {
        if let Some(&term) = self.written.get(word) {
            return term;
        }
        let term = self.term(stem(stemmer, word));
        self.written.insert(word.to_owned(), term);
        term
    }

    fn term(&mut self, stem: String) -> TermId {
        if let Some(&term) = self.by_stem.get(&stem) {
            return term;
        }
        let term = TermId(u32::try_from(self.terms.len()).unwrap_or(u32::MAX));
        self.by_stem.insert(stem.clone(), term);
        self.terms.push(Term { stem, weight: 0.0, used_in: 0 });
        term
    }

    #[expect(clippy::cast_precision_loss, reason = "a weight needs few digits")]
    fn weigh(&mut self, documents: u32) {
        let most = (1.0 + documents as f32).ln().max(f32::MIN_POSITIVE);
        for term in &mut self.terms {
            term.weight = (1.0 + documents as f32 / term.used_in.max(1) as f32).ln() / most;
        }
        for (word, most) in light_words::all() {
            if let Some(term) = self.written.get(word) {
                let weight = &mut self.terms[term.0 as usize].weight;
                *weight = weight.min(most);
            }
        }
    }

    fn learn_alike(&mut self, names: &Names, stemmer: &Stemmer) {
        for group in &names.alike {
            let words = group.words.iter().map(|word| plain(word));
            let mut terms: Vec<TermId> = words.map(|word| self.learn_word(&word, stemmer)).collect();
            terms.sort_unstable();
            terms.dedup();
            for &term in &terms {
                let used: Vec<TermId> =
                    terms.iter().copied().filter(|&other| other != term && self.used_in(other) > 0).collect();
                self.alike.entry(term).or_default().extend(used);
            }
        }
    }
}

/// Digits and ordinals beside the words that people write for them.
const NUMBERS: [(&str, &str); 9] = [
    ("1", "one"),
    ("2", "two"),
    ("3", "three"),
    ("4", "four"),
    ("5", "five"),
    ("6", "six"),
    ("1st", "first"),
    ("2nd", "second"),
    ("3rd", "third"),
];
/// British endings and their American twins. Applied to every word alike, so "promise" loses nothing by it.
const BRITISH: [(&str, &str); 7] = [
    ("isation", "ization"),
    ("isations", "izations"),
    ("ising", "izing"),
    ("ised", "ized"),
    ("ise", "ize"),
    ("ises", "izes"),
    ("our", "or"),
];
/// "hour" and "four" have no American twin.
const SHORTEST_BRITISH: usize = 6;

/// The stem of a word: endings cut, British spelling folded into American, small numbers written out.
fn stem(stemmer: &Stemmer, word: &str) -> String {
    if let Some((_, number)) = NUMBERS.iter().find(|(digit, _)| *digit == word) {
        return (*number).to_owned();
    }
    let mut british = BRITISH.iter().filter(|_| word.len() >= SHORTEST_BRITISH);
    let folded = british.find_map(|(ending, american)| Some(format!("{}{american}", word.strip_suffix(ending)?)));
    stemmer.stem(folded.as_deref().unwrap_or(word)).into_owned()
}

/// All that an answer says, as parts to learn from.
#[must_use]
pub fn parts(answer: &Answer) -> Vec<&str> {
    answer.asks.iter().map(String::as_str).chain([answer.title.as_str(), &*answer.text]).collect()
}
