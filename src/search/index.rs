//! The index that answers questions: the catalogue's answers first, passages of documents behind them.

use std::sync::Arc;

use thiserror::Error;

use super::library::{Found, Library};
use super::postings::Postings;
use crate::domain::answers::evidence::Scales;
use crate::domain::answers::outcome::{Decision, MOST_OTHERS, Rule, decide};
use crate::domain::answers::vocabulary::parts;
use crate::domain::answers::{
    Answer, Candidate, Evidence, Names, Outcome, Question, Ranked, Scored, Subject, TermId, Vocabulary,
};

/// Documented answers whose evidence is weighed for one question. The right one is among the first ten of the index for
/// nearly every question it is found for at all; more only cost time.
const DOCUMENTED: usize = 12;
/// Known unknowns whose evidence is weighed. Counted apart: around some topics there are so many that the answers beside
/// them would not be seen.
const UNDOCUMENTED: usize = 6;
/// What all that an answer says counts beside its best way of asking when candidates are chosen.
const WHOLE: f32 = 0.4;

/// The index could not be built.
#[derive(Debug, Error)]
#[error("the index over the answers cannot be built")]
pub struct IndexFault(#[from] tantivy::TantivyError);

/// Everything that can be found. Cheap to ask, from any number of threads.
pub struct Index {
    answers: Vec<Arc<Answer>>,
    subjects: Vec<Subject>,
    vocabulary: Vocabulary,
    /// One document a way of asking.
    asks: Postings,
    /// Where each answer's ways of asking begin among all of them, and where the last one's end.
    ask_begins: Vec<usize>,
    /// One document an answer.
    wholes: Postings,
    /// For each known unknown, the documented answers that lie nearest to what it says.
    neighbours: Vec<Vec<usize>>,
    /// Passages of documents; none without any.
    documents: Option<Library>,
}

impl Index {
    /// Indexes answers, and behind them passages of documents.
    ///
    /// # Errors
    ///
    /// When tantivy refuses, which it does for lack of memory only.
    pub fn build(answers: &[Answer], names: &Names, passages: Vec<Answer>) -> Result<Index, IndexFault> {
        let vocabulary = Vocabulary::learn(names, answers.iter().map(parts));
        let (subjects, wholes): (Vec<Subject>, Vec<Vec<TermId>>) =
            answers.iter().map(|answer| Subject::of(answer, &vocabulary)).unzip();
        let mut ask_begins = vec![0];
        let mut asks = Vec::new();
        for subject in &subjects {
            asks.extend(
                subject.asks.iter().map(|ask| ask.terms.iter().map(|(term, _)| *term).collect::<Vec<TermId>>()),
            );
            ask_begins.push(asks.len());
        }
        let documents = if passages.is_empty() { None } else { Some(Library::build(passages, names)?) };
        let mut index = Index {
            documents,
            neighbours: Vec::new(),
            asks: Postings::build(&vocabulary, asks.into_iter())?,
            wholes: Postings::build(&vocabulary, wholes.into_iter())?,
            ask_begins,
            answers: answers.iter().cloned().map(Arc::new).collect(),
            subjects,
            vocabulary,
        };
        index.neighbours = (0..answers.len()).map(|subject| index.nearest_documented(subject)).collect();
        Ok(index)
    }

    fn nearest_documented(&self, subject: usize) -> Vec<usize> {
        let answer = &self.answers[subject];
        if !answer.undocumented {
            return Vec::new();
        }
        let told = self.vocabulary.read(&format!("{} {}", answer.title, answer.text));
        let evidence = self.evidence(&told).into_iter().map(|evidence| evidence.subject);
        evidence.filter(|&other| !self.subjects[other].undocumented).take(MOST_OTHERS).collect()
    }

    /// Answers a question.
    #[must_use]
    pub fn ask(&self, text: &str) -> Ranked {
        let question = self.vocabulary.read(text);
        let evidence = self.evidence(&question);
        let (decision, verdict) = decide(&question, &evidence, |evidence| self.subjects[evidence.subject].undocumented);
        let scored =
            |evidence: &Evidence| Scored { answer: Arc::clone(&self.answers[evidence.subject]), score: evidence.score };
        let documented = || evidence.iter().filter(|evidence| !self.subjects[evidence.subject].undocumented);
        let first = documented().next();
        let (outcome, answered) = match decision {
            Decision::Answer => match first {
                Some(best) => {
                    (Outcome::Answered(Scored { score: verdict.confidence, ..scored(best) }), Some(best.subject))
                }
                None => (Outcome::Declined { known_unknown: None }, None),
            },
            Decision::Offer => (Outcome::Unsure(documented().take(MOST_OTHERS).map(scored).collect()), None),
            Decision::Decline(known) => {
                let known_unknown =
                    evidence.first().filter(|_| known).map(|first| Arc::clone(&self.answers[first.subject]));
                (Outcome::Declined { known_unknown }, None)
            }
        };
        let mut others: Vec<Scored> =
            documented().filter(|evidence| Some(evidence.subject) != answered).take(MOST_OTHERS).map(scored).collect();
        if let Outcome::Declined { known_unknown: Some(_) } = &outcome {
            self.add_neighbours(&evidence, &mut others);
        }
        let ranked = Ranked { outcome, others, question, evidence, verdict };
        match &self.documents {
            Some(documents) if fills_in(&ranked) => with_passages(ranked, documents.find(text)),
            _ => ranked,
        }
    }

    /// Fills up with what lies near the known unknown that won: it may share no word with the question.
    fn add_neighbours(&self, evidence: &[Evidence], others: &mut Vec<Scored>) {
        let near = evidence.first().map_or(&[][..], |first| self.neighbours[first.subject].as_slice());
        for answer in near.iter().map(|&subject| &self.answers[subject]) {
            if others.len() < MOST_OTHERS && !others.iter().any(|other| other.answer.id == answer.id) {
                others.push(Scored { answer: Arc::clone(answer), score: 0.0 });
            }
        }
    }

    /// The words that the index knows.
    #[must_use]
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// All answers, each once.
    #[must_use]
    pub fn answers(&self) -> &[Arc<Answer>] {
        &self.answers
    }

    /// The answer that a piece of evidence is about.
    #[must_use]
    pub fn answer(&self, evidence: &Evidence) -> &Arc<Answer> {
        &self.answers[evidence.subject]
    }

    fn evidence(&self, question: &Question) -> Vec<Evidence> {
        if question.words.is_empty() {
            return Vec::new();
        }
        let (by_ask, by_whole) = self.scores(question);
        let scales = Scales::new(question, self.vocabulary.len());
        let weigh = |candidate: Candidate| {
            // An ask without a score shares nothing with the question and need not be looked at.
            let asks = &by_ask[self.asks_of(candidate.subject)];
            scales.weigh(candidate, &self.subjects[candidate.subject], |ask| asks[ask] > 0.0)
        };
        let mut evidence: Vec<Evidence> = self.candidates(&by_ask, &by_whole).into_iter().map(weigh).collect();
        evidence.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.subject.cmp(&b.subject)));
        evidence
    }

    /// BM25 of each way of asking and of each answer as a whole.
    fn scores(&self, question: &Question) -> (Vec<f32>, Vec<f32>) {
        // Words of grammar stand everywhere and tell nothing, so they are not worth their long walks; unless there is
        // nothing else to go by.
        let only_grammar = question.words.iter().all(|word| word.grammar);
        let share = |index: usize| {
            let word = &question.words[index];
            if word.grammar && !only_grammar { 0.0 } else { word.weight }
        };
        let mut by_ask = vec![0.0; self.asks.documents()];
        let mut by_whole = vec![0.0; self.wholes.documents()];
        self.asks.score(question, share, &mut by_ask);
        self.wholes.score(question, share, &mut by_whole);
        (by_ask, by_whole)
    }

    fn candidates(&self, by_ask: &[f32], by_whole: &[f32]) -> Vec<Candidate> {
        let (mut documented, mut undocumented) = (Vec::new(), Vec::new());
        for (subject, &whole_score) in by_whole.iter().enumerate().filter(|&(_, &score)| score > 0.0) {
            let asks = &by_ask[self.asks_of(subject)];
            let ask_score = asks.iter().fold(0.0, |best, &score| if score > best { score } else { best });
            let kind = if self.subjects[subject].undocumented { &mut undocumented } else { &mut documented };
            kind.push(Candidate { subject, ask_score, whole_score });
        }
        keep_best(&mut documented, DOCUMENTED);
        keep_best(&mut undocumented, UNDOCUMENTED);
        documented.append(&mut undocumented);
        documented
    }

    fn asks_of(&self, subject: usize) -> std::ops::Range<usize> {
        self.ask_begins[subject]..self.ask_begins[subject + 1]
    }
}

fn keep_best(candidates: &mut Vec<Candidate>, most: usize) {
    if candidates.len() > most {
        let rank = |candidate: &Candidate| candidate.ask_score + WHOLE * candidate.whole_score;
        candidates.select_nth_unstable_by(most, |a, b| rank(b).total_cmp(&rank(a)).then(a.subject.cmp(&b.subject)));
        candidates.truncate(most);
    }
}

/// Share of the question's weight that a passage must cover to stand as the answer. High, since no author vouched for it.
const PASSAGE_COVER: f32 = 0.75;
/// Words of weight that such a passage must hold; one word in common is chance.
const PASSAGE_WORDS: usize = 2;

/// Whether passages have a say: never before an answer of the catalogue.
fn fills_in(ranked: &Ranked) -> bool {
    !matches!(ranked.outcome, Outcome::Answered(_)) && ranked.verdict.rule != Rule::NothingAsked
}

fn with_passages(mut ranked: Ranked, found: Vec<Found>) -> Ranked {
    let enough = |found: &Found| found.evidence.whole_cover >= PASSAGE_COVER && found.words >= PASSAGE_WORDS;
    let mut passages = found;
    if let Some(best) = passages.iter().position(enough) {
        let best = passages.remove(best);
        ranked.verdict.rule = Rule::Passage;
        ranked.verdict.confidence = best.scored.score;
        ranked.verdict.threshold = PASSAGE_COVER;
        ranked.outcome = Outcome::Answered(best.scored);
    }
    // Below the catalogue's answers, but not out of sight: the last place is for the best passage.
    if let Some(next) = passages.into_iter().next() {
        ranked.others.truncate(MOST_OTHERS - 1);
        ranked.others.push(next.scored);
    }
    ranked
}
