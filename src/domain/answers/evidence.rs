//! What speaks for an answer: how much of the question it covers, how closely one of its own ways of asking resembles
//! the question, and what nobody in the catalogue can explain. Numbers only; what they suffice for is decided in
//! `outcome`.

use super::asked::{Asked, Kinds};
use super::entry::Answer;
use super::question::{Question, Through};
use super::vocabulary::{TermId, Vocabulary};
use super::wording::plain;

/// What is known of an answer before anyone asks: its terms, worked out once.
#[derive(Debug, Clone)]
pub struct Subject {
    /// Its title and each of its ways of asking.
    pub asks: Vec<Outline>,
    /// Every term that it uses anywhere, sorted.
    pub whole: Box<[TermId]>,
    /// The kinds of answer that it gives, as far as its authors' ways of asking tell.
    pub kinds: Kinds,
    /// It says that something is not written down.
    pub undocumented: bool,
}

/// One way of asking, as terms.
#[derive(Debug, Clone)]
pub struct Outline {
    /// Terms in order, each with its weight there; each once.
    pub terms: Box<[(TermId, f32)]>,
    /// Sum of the weights.
    pub weight: f32,
    /// The kind of answer that it asks for.
    pub asked: Asked,
}

/// An answer that the index found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Number of the answer.
    pub subject: usize,
    /// BM25 of its best way of asking.
    pub ask_score: f32,
    /// BM25 of all that it says.
    pub whole_score: f32,
}

/// What speaks for one answer. Shares lie between 0 and 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Number of the answer.
    pub subject: usize,
    /// Its way of asking that is closest, as an index into [`Subject::asks`].
    pub ask: usize,
    /// Share of the question's weight that this way of asking covers.
    pub ask_cover: f32,
    /// Share of this way of asking's weight that the question covers: a short question that hits a long ask by one word
    /// has little.
    pub ask_focus: f32,
    /// Likeness of question and this way of asking: both shares, their order and the kind of answer asked for.
    pub likeness: f32,
    /// Mean likeness of its three closest ways of asking: one stray word in one ask does not make a topic.
    pub breadth: f32,
    /// Share of the question's weight that the answer covers with all it says.
    pub whole_cover: f32,
    /// BM25 of the best way of asking, over the question's weight.
    pub ask_score: f32,
    /// BM25 of all that it says, over the question's weight, as the logarithm of one more: the tenth mention of a word
    /// says little that the first did not.
    pub whole_score: f32,
    /// The answer holds the kind of answer that is asked for.
    pub fits: bool,
    /// All of it in one number, by which answers are ranked.
    pub score: f32,
}

impl Subject {
    /// Works out an answer's terms; beside them, all that it says as terms, each as often as it stands there.
    #[must_use]
    pub fn of(answer: &Answer, vocabulary: &Vocabulary) -> (Subject, Vec<TermId>) {
        let mut kinds = Kinds::default();
        let mut asks = Vec::with_capacity(answer.asks.len() + 1);
        let mut said = Vec::new();
        for ask in std::iter::once(&answer.title).chain(&answer.asks) {
            let plain = plain(ask);
            let terms = vocabulary.terms_of(&plain);
            said.extend(terms.iter().map(|(term, _)| *term));
            let outline = Outline::of(terms, Asked::of(plain.split_whitespace()));
            kinds.add(outline.asked);
            asks.push(outline);
        }
        said.extend(vocabulary.terms_of(&plain(&answer.text)).into_iter().map(|(term, _)| term));
        let mut whole = said.clone();
        whole.sort_unstable();
        whole.dedup();
        (Subject { asks, whole: whole.into(), kinds, undocumented: answer.undocumented }, said)
    }
}

impl Outline {
    fn of(all: Vec<(TermId, f32)>, asked: Asked) -> Outline {
        let mut terms: Vec<(TermId, f32)> = Vec::with_capacity(all.len());
        for (term, weight) in all {
            match terms.iter_mut().find(|(other, _)| *other == term) {
                Some((_, heavier)) => *heavier = heavier.max(weight),
                None => terms.push((term, weight)),
            }
        }
        let weight = terms.iter().map(|(_, weight)| weight).sum();
        Outline { terms: terms.into(), weight, asked }
    }
}

/// A question laid out for comparing it with many outlines: what each term of the vocabulary means to it.
pub struct Scales<'a> {
    question: &'a Question,
    /// The words' weights, side by side: they are summed for each outline.
    weights: Vec<f32>,
    /// By term: 1 + index into `matches`, 0 for none.
    slots: Vec<u16>,
    /// Word of the question and worth of the match.
    matches: Vec<(usize, f32)>,
}

impl<'a> Scales<'a> {
    /// Lays out a question that was read with a vocabulary of `terms` terms.
    #[must_use]
    pub fn new(question: &'a Question, terms: usize) -> Scales<'a> {
        let weights = question.words.iter().map(|word| word.weight).collect();
        let mut scales = Scales { question, weights, slots: vec![0; terms], matches: Vec::with_capacity(32) };
        for (index, word) in question.words.iter().enumerate() {
            for reading in &word.readings {
                let slot = &mut scales.slots[reading.term.0 as usize];
                if *slot == 0 {
                    scales.matches.push((index, reading.worth));
                    *slot = u16::try_from(scales.matches.len()).unwrap_or(0);
                } else if scales.matches[*slot as usize - 1].1 < reading.worth {
                    scales.matches[*slot as usize - 1] = (index, reading.worth);
                }
            }
        }
        scales
    }

    /// Weighs one answer that the index found. `looks_near` tells which of its ways of asking are worth comparing.
    #[must_use]
    pub fn weigh(&self, candidate: Candidate, subject: &Subject, looks_near: impl Fn(usize) -> bool) -> Evidence {
        let question = self.question.weight.max(f32::MIN_POSITIVE);
        let mut hits = vec![0.0_f32; self.question.words.len()];
        let mut best = (0, Resemblance::default(), 0.0);
        let mut closest = [0.0_f32; 3];
        for (index, outline) in subject.asks.iter().enumerate().filter(|(index, _)| looks_near(*index)) {
            let resemblance = self.resemblance(outline, &mut hits);
            let likeness = resemblance.likeness();
            if likeness > best.2 {
                best = (index, resemblance, likeness);
            }
            if likeness > closest[2] {
                closest[2] = likeness;
                closest.sort_by(|a, b| b.total_cmp(a));
            }
        }
        hits.fill(0.0);
        for &(word, worth) in subject.whole.iter().filter_map(|&term| self.meaning(term)) {
            hits[word] = hits[word].max(worth);
        }
        let (ask, resemblance, likeness) = best;
        let mut evidence = Evidence {
            subject: candidate.subject,
            ask,
            ask_cover: resemblance.cover,
            ask_focus: resemblance.focus,
            likeness,
            breadth: closest.iter().sum::<f32>() / 3.0,
            whole_cover: self.covered(&hits),
            ask_score: candidate.ask_score / question,
            whole_score: (candidate.whole_score / question).ln_1p(),
            fits: subject.kinds.hold(self.question.asked),
            score: 0.0,
        };
        evidence.score = evidence.sum();
        evidence
    }

    fn resemblance(&self, outline: &Outline, hits: &mut [f32]) -> Resemblance {
        hits.fill(0.0);
        let (mut focus, mut pairs, mut earlier) = (0.0, 0, usize::MAX);
        for &(term, weight) in &*outline.terms {
            let Some(&(word, worth)) = self.meaning(term) else {
                earlier = usize::MAX;
                continue;
            };
            focus += weight * worth;
            pairs += usize::from(earlier != usize::MAX && earlier + 1 == word);
            earlier = word;
            hits[word] = hits[word].max(worth);
        }
        let most_pairs = self.question.words.len().saturating_sub(1).max(1);
        #[expect(clippy::cast_precision_loss, reason = "a question has few words")]
        let order = pairs as f32 / most_pairs as f32;
        Resemblance {
            cover: self.covered(hits),
            focus: focus / outline.weight.max(f32::MIN_POSITIVE),
            order,
            same_kind: self.question.asked != Asked::Open && self.question.asked == outline.asked,
        }
    }

    fn covered(&self, hits: &[f32]) -> f32 {
        let covered: f32 = hits.iter().zip(&self.weights).map(|(worth, weight)| worth * weight).sum();
        covered / self.question.weight.max(f32::MIN_POSITIVE)
    }

    fn meaning(&self, term: TermId) -> Option<&(usize, f32)> {
        match self.slots[term.0 as usize] {
            0 => None,
            slot => self.matches.get(slot as usize - 1),
        }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Resemblance {
    cover: f32,
    focus: f32,
    order: f32,
    same_kind: bool,
}

impl Resemblance {
    /// Harmonic mean of both covers, so that neither a one-word ask nor a chatty question wins by half.
    fn likeness(self) -> f32 {
        let sum = self.cover + self.focus;
        if sum <= 0.0 {
            return 0.0;
        }
        let kind = if self.same_kind { SAME_KIND * self.cover } else { 0.0 };
        2.0 * self.cover * self.focus / sum + ORDER * self.order + kind
    }
}

/// Side by side words count little: they tell apart what is otherwise equal.
const ORDER: f32 = 0.1;
/// An ask for the same kind of answer ("how many …") is nearer than one for another kind, as far as its words match at all.
const SAME_KIND: f32 = 0.15;
/// Weights of the evidence in an answer's score, fitted by `tests/data/questions/fit.py` and rounded. The BM25 of the best
/// way of asking is not among them: once likeness is known it adds nothing, and serves to choose candidates only.
const LIKENESS: f32 = 0.20;
const ASK_COVER: f32 = 0.13;
const BREADTH: f32 = 0.20;
const WHOLE_COVER: f32 = 0.20;
const WHOLE_SCORE: f32 = 0.20;
const MISFIT: f32 = 0.08;

impl Evidence {
    fn sum(&self) -> f32 {
        LIKENESS * self.likeness
            + ASK_COVER * self.ask_cover
            + BREADTH * self.breadth
            + WHOLE_COVER * self.whole_cover
            + WHOLE_SCORE * self.whole_score
            - if self.fits { 0.0 } else { MISFIT }
    }
}

/// How a word of the question counted for an answer, in words for people.
#[must_use]
pub fn through(through: Through) -> &'static str {
    match through {
        Through::Itself => "itself",
        Through::Name => "another name",
        Through::Alike => "a word alike",
        Through::Correction => "a correction",
    }
}
