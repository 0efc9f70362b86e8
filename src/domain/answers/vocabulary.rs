//! The words of the catalogue: each gets a number and a weight once, so that reading a question is a few look-ups.
//! A word stands for its stem, for the thing it names, for words that mean nearly the same and, when nobody here has
//! ever used it, for the words it may be a typing error of.

use std::collections::HashMap;
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};

use super::asked::Asked;
use super::entry::{Answer, Names};
use super::wording::{plain, without_courtesy};

/// Number of a term of the vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TermId(pub u32);

/// Words read of one question; more of them say nothing new, and the cost of a question stays bounded.
const MOST_WORDS: usize = 160;
/// Words of a question that are searched for typing errors: a question with more unknown words is not ours anyway.
const MOST_CORRECTIONS: usize = 8;
/// Most alternatives kept for one typing error.
const MOST_GUESSES: usize = 3;
/// What a match through a word alike is worth beside the word itself.
const ALIKE_WORTH: f32 = 0.6;
/// What a match through one typing error is worth; a second error costs the same again.
const TYPO_WORTH: f32 = 0.85;
/// What the single words of a name weigh where the name stands ("sprint" in "sprint planning").
const PART_OF_NAME: f32 = 0.3;
/// Weight of a word of grammar beside a word of substance. Not nothing: "what is it for" is all grammar.
const GRAMMAR: f32 = 0.1;
/// Weight of a question word; the kind of answer is judged apart.
const QUESTION_WORD: f32 = 0.2;
/// Least weight of a word that only words alike stand for here.
const ALIKE_ONLY: f32 = 0.5;
/// Weight of a word that nobody in the catalogue used; a word that one answer uses weighs 1.
const UNKNOWN: f32 = 0.9;

const GRAMMAR_WORDS: &str = "a an the this that these those it its is are was were be been being am do does did done doing has have had \
    having will would shall should can could may might must i you he she we they me him her us them my your his our their mine yours \
    ours of to in on at by for from with without into onto about as than then there here if or and but so not no nor any some all \
    just also too very really actually exactly already still yet ever even only please pls plz get got gets getting go goes going \
    let lets make makes want wants wanted need needs like know knows say says tell there's one ones up out off over per via \
    currently somehow anyway maybe perhaps probably basically simply kind sort bit lot thing things something anything someone \
    anyone anybody somebody everyone everybody own other another such both each every while during because since until whether \
    myself yourself ourselves themselves now right guys folks people yes ok okay well think thinking see look looking find use using used";
/// Most that an everyday word weighs: rare in a small catalogue by accident, and no sign of its topic.
const EVERYDAY: f32 = 0.4;
const EVERYDAY_WORDS: &str = "able actual again against ahead allowed almost alone along always anywhere apart around ask \
    asked asking away back bad become before begin behind being believe belong belongs best better between big bring bringing \
    bunch call called came care case certain check clear come comes coming common complete consider correct couple current \
    day days deal decide depend different difficult directly easy either else end enough entire especially everything exact \
    example exist expect explain extra fact fair far few fine first follow full further general give given gives giving good \
    great half happen happening happens hard haven hear hello help high hold hope important inside instead interest \
    interested itself keep keeps kept last late later least less likely little live long longer lost lots main many matter \
    may mean means mention might mind minute moment more most much must near necessary never new next nice nobody normal \
    nothing often old once otherwise people perhaps person place plenty point possible pretty problem properly provide put \
    question questions quick quickly quite rather reach read real reason regular related right same second seem seems seen \
    send set several short show side simple single small soon special specific state stay still stuff such suit suitable \
    suppose supposed sure take taken takes taking tell together told too took total towards try trying turn two type \
    understand usual usually various visit wait watch way ways went whole wonder wondering word words work worked working \
    works world worth wrong year years yours";
const QUESTION_WORDS: &str = "what which who whom whose when where why how";

/// All words that the catalogue uses.
#[derive(Debug)]
pub struct Vocabulary {
    /// Term of each word as written, so that known words need no stemming.
    written: HashMap<String, TermId>,
    terms: Vec<Term>,
    by_stem: HashMap<String, TermId>,
    /// Names of several or one plain words, by first word, longest first.
    names: HashMap<String, Vec<(Vec<String>, TermId)>>,
    alike: HashMap<TermId, Vec<TermId>>,
    /// Known words that a typing error may stand for, as written.
    spellings: Vec<Spelling>,
}

#[derive(Debug)]
struct Term {
    stem: String,
    weight: f32,
    used: bool,
}

#[derive(Debug)]
struct Spelling {
    letters: Vec<char>,
    present: u32,
    term: TermId,
}

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
    /// As typed, folded to plain text; a name in the way the community writes it.
    pub written: String,
    /// How much of the question hangs on it.
    pub weight: f32,
    /// True for the words of grammar.
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

impl Vocabulary {
    /// Learns the words of `texts` (one per answer or passage: all it says) and the community's names.
    #[must_use]
    pub fn learn<'a>(names: &Names, texts: impl Iterator<Item = Vec<&'a str>>) -> Vocabulary {
        let mut vocabulary = Vocabulary {
            written: HashMap::new(),
            terms: Vec::new(),
            by_stem: HashMap::new(),
            names: HashMap::new(),
            alike: HashMap::new(),
            spellings: Vec::new(),
        };
        let stemmer = Stemmer::create(Algorithm::English);
        vocabulary.learn_names(names, &stemmer);
        let mut used_in: Vec<u32> = Vec::new();
        let mut documents = 0_u32;
        for parts in texts {
            documents += 1;
            let mut terms: Vec<TermId> = Vec::new();
            for part in parts {
                vocabulary.learn_text(&plain(part), &stemmer, &mut terms);
            }
            terms.sort_unstable();
            terms.dedup();
            used_in.resize(vocabulary.terms.len(), 0);
            for term in terms {
                used_in[term.0 as usize] += 1;
            }
        }
        used_in.resize(vocabulary.terms.len(), 0);
        vocabulary.weigh(&used_in, documents);
        vocabulary.learn_alike(names, &stemmer);
        vocabulary.learn_spellings();
        vocabulary
    }

    /// The terms of a text of the catalogue, in order, and what each weighs there; names are followed by the words they
    /// consist of. Unknown words are left out: every word of the catalogue was learned.
    #[must_use]
    pub fn terms_of(&self, text: &str) -> Vec<(TermId, f32)> {
        let plain = plain(text);
        let words: Vec<&str> = plain.split_whitespace().collect();
        let mut terms = Vec::with_capacity(words.len());
        let mut at = 0;
        while at < words.len() {
            let named = self.name_at(&words[at..]);
            let length = named.map_or(1, |(_, length)| length);
            terms.extend(named.map(|(term, _)| (term, self.weight(term))));
            if named.is_none() || length > 1 {
                let part = if length > 1 { PART_OF_NAME } else { 1.0 };
                let known = words[at..at + length]
                    .iter()
                    .filter_map(|word| self.written.get(*word));
                terms.extend(known.map(|&term| (term, part * self.weight(term))));
            }
            at += length;
        }
        terms
    }

    /// Reads a question.
    #[must_use]
    pub fn read(&self, text: &str) -> Question {
        let plain = plain(text);
        let all: Vec<&str> = plain.split_whitespace().take(MOST_WORDS).collect();
        let words = without_courtesy(&all);
        let asked = Asked::of(words.iter().copied());
        let mut question = Question {
            words: Vec::with_capacity(words.len()),
            asked,
            weight: 0.0,
            unknown: 0.0,
        };
        let mut corrections = 0;
        let mut at = 0;
        while at < words.len() {
            if let Some((term, length)) = self.name_at(&words[at..]) {
                let through = if length == 1 && self.stem(term) == words[at] {
                    Through::Itself
                } else {
                    Through::Name
                };
                question.add(self.word(&words[at..at + length].join(" "), term, 1.0, through));
                if length > 1 {
                    for part in &words[at..at + length] {
                        if let Some(&term) = self.written.get(*part) {
                            question.add(self.word(part, term, PART_OF_NAME, Through::Itself));
                        }
                    }
                }
                at += length;
                continue;
            }
            question.add(self.read_word(words[at], &mut corrections));
            at += 1;
        }
        question.weight = question.words.iter().map(|word| word.weight).sum();
        question.unknown = question
            .words
            .iter()
            .filter(|word| word.readings.is_empty())
            .map(|word| word.weight)
            .sum();
        question
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

    fn read_word(&self, written: &str, corrections: &mut usize) -> Word {
        let known = self.written.get(written).copied().or_else(|| {
            let stem = Stemmer::create(Algorithm::English)
                .stem(written)
                .into_owned();
            self.by_stem.get(&stem).copied()
        });
        if let Some(term) = known.filter(|term| self.terms[term.0 as usize].used) {
            return self.word(written, term, 1.0, Through::Itself);
        }
        let light = LIGHT_WORDS.get(written).copied();
        let grammar = is_grammar(written);
        let mut readings = Vec::new();
        if let Some(term) = known {
            readings.extend(self.alike_readings(term));
        }
        if readings.is_empty() && light.is_none() && *corrections < MOST_CORRECTIONS {
            *corrections += 1;
            readings = self.corrections(written);
        }
        let weight = match readings.first() {
            Some(best) if best.through == Through::Correction => self.weight(best.term),
            best => light.unwrap_or_else(|| {
                best.map_or(UNKNOWN, |best| self.weight(best.term).max(ALIKE_ONLY))
            }),
        };
        Word {
            written: written.to_owned(),
            weight,
            grammar,
            readings,
        }
    }

    fn word(&self, written: &str, term: TermId, part: f32, through: Through) -> Word {
        let itself = Reading {
            term,
            worth: 1.0,
            through,
        };
        let grammar = is_grammar(written);
        let readings = std::iter::once(itself)
            .chain(self.alike_readings(term))
            .collect();
        Word {
            written: written.to_owned(),
            weight: part * self.weight(term),
            grammar,
            readings,
        }
    }

    fn alike_readings(&self, term: TermId) -> impl Iterator<Item = Reading> {
        let alike = self.alike.get(&term).map_or(&[][..], Vec::as_slice);
        alike.iter().map(|&term| Reading {
            term,
            worth: ALIKE_WORTH,
            through: Through::Alike,
        })
    }

    fn name_at(&self, words: &[&str]) -> Option<(TermId, usize)> {
        let names = self.names.get(*words.first()?)?;
        let fits = |(name, _): &&(Vec<String>, TermId)| {
            name.len() <= words.len() && name.iter().zip(words).all(|(a, b)| a == b)
        };
        names
            .iter()
            .find(fits)
            .map(|(name, term)| (*term, name.len()))
    }

    fn learn_names(&mut self, names: &Names, stemmer: &Stemmer) {
        for name in &names.names {
            let preferred = plain(&name.name);
            let mark: String = preferred.split_whitespace().collect::<Vec<_>>().join("_");
            // A name of one word is that word; a longer one gets a term of its own that nobody can type.
            let term = if mark.contains('_') {
                self.term(mark)
            } else {
                self.learn_word(&mark, stemmer)
            };
            for way in std::iter::once(&name.name).chain(&name.also) {
                let words: Vec<String> = plain(way).split_whitespace().map(str::to_owned).collect();
                if let Some(first) = words.first() {
                    self.names
                        .entry(first.clone())
                        .or_default()
                        .push((words, term));
                }
            }
        }
        self.names
            .values_mut()
            .for_each(|some| some.sort_by_key(|(words, _)| std::cmp::Reverse(words.len())));
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
        let term = self.term(stemmer.stem(word).into_owned());
        self.written.insert(word.to_owned(), term);
        term
    }

    fn term(&mut self, stem: String) -> TermId {
        if let Some(&term) = self.by_stem.get(&stem) {
            return term;
        }
        let term = TermId(u32::try_from(self.terms.len()).unwrap_or(u32::MAX));
        self.by_stem.insert(stem.clone(), term);
        self.terms.push(Term {
            stem,
            weight: 0.0,
            used: false,
        });
        term
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of answers are small")]
    fn weigh(&mut self, used_in: &[u32], documents: u32) {
        let most = (1.0 + documents as f32).ln().max(f32::MIN_POSITIVE);
        for (term, &used) in self.terms.iter_mut().zip(used_in) {
            term.used = used > 0;
            term.weight = (1.0 + documents as f32 / used.max(1) as f32).ln() / most;
        }
        for (word, &share) in LIGHT_WORDS.iter() {
            if let Some(term) = self.written.get(*word) {
                let weight = &mut self.terms[term.0 as usize].weight;
                *weight = weight.min(share);
            }
        }
    }

    fn learn_alike(&mut self, names: &Names, stemmer: &Stemmer) {
        for group in &names.alike {
            let mut terms: Vec<TermId> = group
                .words
                .iter()
                .map(|word| self.learn_word(&plain(word), stemmer))
                .collect();
            terms.sort_unstable();
            terms.dedup();
            for &term in &terms {
                let others = terms
                    .iter()
                    .filter(|&&other| other != term && self.terms[other.0 as usize].used);
                self.alike.entry(term).or_default().extend(others.copied());
            }
        }
    }

    fn learn_spellings(&mut self) {
        for (word, &term) in &self.written {
            if self.terms[term.0 as usize].used && word.len() >= SHORTEST_CORRECTED - 1 {
                let letters: Vec<char> = word.chars().collect();
                self.spellings.push(Spelling {
                    present: present(&letters),
                    letters,
                    term,
                });
            }
        }
        // Sorted, because a map's order differs from run to run and guesses must not, and to find an initial's range.
        self.spellings.sort_by(|a, b| a.letters.cmp(&b.letters));
    }

    /// Terms that an unknown word may be a typing error of, nearest first.
    fn corrections(&self, written: &str) -> Vec<Reading> {
        let letters: Vec<char> = written.chars().collect();
        let Some(most) = errors_allowed(letters.len()) else {
            return Vec::new();
        };
        if letters.len() > LONGEST_CORRECTED || letters.iter().any(char::is_ascii_digit) {
            return Vec::new();
        }
        let mask = present(&letters);
        let mut guesses: Vec<(usize, TermId)> = Vec::new();
        // People rarely mistype the first letter, and most of the words of a language have another one.
        let from = self
            .spellings
            .partition_point(|spelling| spelling.letters[0] < letters[0]);
        for spelling in self.spellings[from..]
            .iter()
            .take_while(|spelling| spelling.letters[0] == letters[0])
        {
            // Each error changes at most two of the letters present.
            if letters.len().abs_diff(spelling.letters.len()) > most
                || (mask ^ spelling.present).count_ones() as usize > 2 * most
            {
                continue;
            }
            let errors = strsim::generic_damerau_levenshtein(&letters, &spelling.letters);
            if errors <= most {
                guesses.push((errors, spelling.term));
            }
        }
        guesses.sort_unstable();
        let Some(&(fewest, ..)) = guesses.first() else {
            return Vec::new();
        };
        let mut readings: Vec<Reading> = Vec::new();
        for (errors, term) in guesses.into_iter().filter(|guess| guess.0 == fewest) {
            if readings.len() < MOST_GUESSES && !readings.iter().any(|reading| reading.term == term)
            {
                let worth = TYPO_WORTH.powi(i32::try_from(errors).unwrap_or(i32::MAX));
                readings.push(Reading {
                    term,
                    worth,
                    through: Through::Correction,
                });
            }
        }
        readings
    }
}

/// Words shorter than this have too many neighbours for a guess.
const SHORTEST_CORRECTED: usize = 4;
/// Words longer than this are pasted, not mistyped.
const LONGEST_CORRECTED: usize = 24;

fn errors_allowed(letters: usize) -> Option<usize> {
    match letters {
        0..SHORTEST_CORRECTED => None,
        SHORTEST_CORRECTED..8 => Some(1),
        _ => Some(2),
    }
}

/// The letters present, one bit each; other characters share the remaining bits.
fn present(letters: &[char]) -> u32 {
    letters.iter().fold(0, |mask, &c| {
        mask | if c.is_ascii_lowercase() {
            1 << (c as u32 - 'a' as u32)
        } else {
            1 << (26 + c as u32 % 6)
        }
    })
}

/// Words of grammar and question words, with their weights.
static LIGHT_WORDS: LazyLock<HashMap<&'static str, f32>> = LazyLock::new(|| {
    let grammar = GRAMMAR_WORDS.split_whitespace().map(|word| (word, GRAMMAR));
    let asking = QUESTION_WORDS
        .split_whitespace()
        .map(|word| (word, QUESTION_WORD));
    let everyday = EVERYDAY_WORDS
        .split_whitespace()
        .map(|word| (word, EVERYDAY));
    everyday.chain(grammar).chain(asking).collect()
});

fn is_grammar(word: &str) -> bool {
    LIGHT_WORDS
        .get(word)
        .is_some_and(|&weight| weight < EVERYDAY)
}

impl Question {
    fn add(&mut self, word: Word) {
        let heard = |other: &Word| match (other.readings.first(), word.readings.first()) {
            (Some(a), Some(b)) => a.term == b.term,
            (None, None) => other.written == word.written,
            _ => false,
        };
        match self.words.iter_mut().find(|other| heard(other)) {
            Some(other) => other.weight = other.weight.max(word.weight),
            None => self.words.push(word),
        }
    }
}

/// All that an answer says, as parts to learn from.
#[must_use]
pub fn parts(answer: &Answer) -> Vec<&str> {
    answer
        .asks
        .iter()
        .map(String::as_str)
        .chain([answer.title.as_str(), answer.text.as_str()])
        .collect()
}
