//! The passages of documents, searched behind the catalogue: only when no answer of it is good enough.

use std::sync::Arc;

use super::postings::Postings;
use crate::domain::answers::evidence::Scales;
use crate::domain::answers::vocabulary::parts;
use crate::domain::answers::{Answer, Candidate, Evidence, Names, Question, Scored, Subject, Vocabulary, Word};

/// Words of a question that are looked up, the rarest first: what a common word adds is not worth walking through
/// thousands of passages.
const MOST_WORDS: usize = 6;
/// A word that this share of all passages holds tells none of them from the others.
const COMMON_SHARE: usize = 20;
/// … unless there are so few passages that it costs nothing to look.
const FEW: usize = 100;
/// Passages whose evidence is weighed for one question.
const CANDIDATES: usize = 6;
/// Share of the question's weight that a passage must cover to be shown beside the catalogue's answers.
const WORTH_SHOWING: f32 = 0.5;

/// From this weight on a word tells something of a question's topic.
const WEIGHTY: f32 = 0.25;

/// Passages and the index over them.
pub(super) struct Library {
    passages: Vec<Arc<Answer>>,
    subjects: Vec<Subject>,
    vocabulary: Vocabulary,
    postings: Postings,
}

/// A passage found, and what speaks for it.
pub(super) struct Found {
    pub(super) scored: Scored,
    pub(super) evidence: Evidence,
    /// Words of the question with a weight of their own that the passage holds.
    pub(super) words: usize,
}

impl Library {
    pub(super) fn build(passages: Vec<Answer>, names: &Names) -> tantivy::Result<Library> {
        let vocabulary = Vocabulary::learn(names, passages.iter().map(parts));
        let mut subjects = Vec::with_capacity(passages.len());
        let documents = passages.iter().map(|passage| {
            let (subject, said) = Subject::of(passage, &vocabulary);
            subjects.push(subject);
            said
        });
        let postings = Postings::build(&vocabulary, documents)?;
        Ok(Library { passages: passages.into_iter().map(Arc::new).collect(), subjects, vocabulary, postings })
    }

    /// Passages that cover much of a question, best first.
    pub(super) fn find(&self, text: &str) -> Vec<Found> {
        let question = self.vocabulary.read(text);
        let mut rarest: Vec<(usize, usize)> = (0..question.words.len())
            .filter(|&word| !question.words[word].grammar)
            .filter_map(|word| {
                let held =
                    question.words[word].readings.iter().map(|reading| self.postings.holding(reading.term)).max()?;
                (held <= (self.passages.len() / COMMON_SHARE).max(FEW)).then_some((held, word))
            })
            .collect();
        rarest.sort_unstable();
        rarest.truncate(MOST_WORDS);
        let share = |word: usize| {
            if rarest.iter().any(|&(_, rare)| rare == word) { question.words[word].weight } else { 0.0 }
        };
        let mut scores = vec![0.0; self.passages.len()];
        self.postings.score(&question, share, &mut scores);
        let mut candidates: Vec<Candidate> = scores
            .iter()
            .enumerate()
            .filter(|&(_, &score)| score > 0.0)
            .map(|(subject, &score)| Candidate { subject, ask_score: 0.0, whole_score: score })
            .collect();
        let order =
            |a: &Candidate, b: &Candidate| b.whole_score.total_cmp(&a.whole_score).then(a.subject.cmp(&b.subject));
        if candidates.len() > CANDIDATES {
            candidates.select_nth_unstable_by(CANDIDATES, order);
            candidates.truncate(CANDIDATES);
        }
        candidates.sort_by(order);
        let scales = Scales::new(&question, self.vocabulary.len());
        let weighed = candidates
            .into_iter()
            .map(|candidate| (candidate.subject, scales.weigh(candidate, &self.subjects[candidate.subject], |_| true)));
        weighed
            .filter(|(_, evidence)| evidence.whole_cover >= WORTH_SHOWING)
            .map(|(subject, evidence)| Found {
                scored: Scored { answer: Arc::clone(&self.passages[subject]), score: evidence.whole_cover },
                words: self.words_held(&question, &self.subjects[subject]),
                evidence,
            })
            .collect()
    }

    fn words_held(&self, question: &Question, subject: &Subject) -> usize {
        let holds = |word: &&Word| {
            word.weight >= WEIGHTY
                && word.readings.iter().any(|reading| subject.whole.binary_search(&reading.term).is_ok())
        };
        question.words.iter().filter(holds).count()
    }
}
