//! Whether the evidence is enough: answer, ask back, or decline. A pure function of question and evidence; all its
//! thresholds stand here with their reasons.

use std::sync::Arc;

use super::entry::Answer;
use super::evidence::Evidence;
use super::question::Question;

/// An answer is given from this confidence on: a wrong answer costs a newcomer more than a choice of three.
const ENOUGH: f32 = 0.65;
/// Two answers nearer to each other than this share of the better one's score are a choice for the person: on the
/// development questions every second wrong answer had such a neighbour, and one right answer in fifteen.
const TOO_CLOSE: f32 = 0.04;
/// The same for a known unknown right behind the best answer.
const TOO_CLOSE_TO_UNKNOWN: f32 = 0.03;
/// Candidates are offered from this confidence on; below, they would be noise.
const WORTH_OFFERING: f32 = 0.3;
/// Least score of anything that is offered: below, a stray word in a long story is all there is.
const LEAST_SCORE: f32 = 0.12;
/// A known unknown speaks only when at least this much score is behind it; less is chance.
const WORTH_SAYING: f32 = 0.3;
/// Buttons shown when unsure, and answers listed beside the first.
pub const MOST_OTHERS: usize = 3;

/// What becomes of a question.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// One answer, with its confidence.
    Answered(Scored),
    /// Up to three candidates to choose from, best first.
    Unsure(Vec<Scored>),
    /// Nothing that is written down answers it.
    Declined {
        /// The entry that says that this is not documented, if there is one.
        known_unknown: Option<Arc<Answer>>,
    },
}

/// An answer and its score.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The answer.
    pub answer: Arc<Answer>,
    /// Confidence between 0 and 1.
    pub score: f32,
}

/// What the index says to a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// What becomes of it.
    pub outcome: Outcome,
    /// The next best answers that are documented, up to three, best first, whatever the outcome.
    pub others: Vec<Scored>,
    /// The question as it was read.
    pub question: Question,
    /// What spoke for each candidate, best first.
    pub evidence: Vec<Evidence>,
    /// How the outcome came about.
    pub verdict: Verdict,
}

/// How the outcome came about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verdict {
    /// Which rule decided.
    pub rule: Rule,
    /// How sure the best candidate is, between 0 and 1.
    pub confidence: f32,
    /// What it would have taken to answer.
    pub threshold: f32,
    /// How far the best answer stands before the next one that is documented, as a share of its own score.
    pub margin: f32,
}

/// What decided the outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Only courtesy, or nothing at all.
    NothingAsked,
    /// No answer shares a word with it.
    NothingFound,
    /// The best match says that this is not written down.
    KnownUnknown,
    /// Confidence below the threshold of offering candidates.
    TooLittle,
    /// Confidence between the thresholds.
    NotEnough,
    /// Another answer, or a known unknown, is as good.
    TooClose,
    /// Confidence reaches the threshold.
    Enough,
    /// A passage of the documents fills in for the catalogue.
    Passage,
}

/// What is decided, before answers are put to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Answer with the best that is documented.
    Answer,
    /// Offer the best.
    Offer,
    /// Decline; true when the best is a known unknown.
    Decline(bool),
}

/// Decides from the evidence, best first. `undocumented` tells which candidates are known unknowns.
#[must_use]
pub fn decide(
    question: &Question,
    evidence: &[Evidence],
    undocumented: impl Fn(&Evidence) -> bool,
) -> (Decision, Verdict) {
    let verdict = |rule, confidence, margin| Verdict { rule, confidence, threshold: ENOUGH, margin };
    if question.words.is_empty() {
        return (Decision::Decline(false), verdict(Rule::NothingAsked, 0.0, 0.0));
    }
    let Some(first) = evidence.first() else {
        return (Decision::Decline(false), verdict(Rule::NothingFound, 0.0, 0.0));
    };
    let mut documented = evidence.iter().filter(|evidence| !undocumented(evidence));
    let Some(best) = documented.next() else {
        return (Decision::Decline(first.score >= WORTH_SAYING), verdict(Rule::KnownUnknown, 0.0, 0.0));
    };
    let lead_over = |next: Option<&Evidence>| next.map_or(1.0, |next| lead(best, next));
    let margin = lead_over(documented.next());
    let before_unknown = lead_over(evidence.iter().find(|evidence| undocumented(evidence)));
    let confidence = confidence(question, best, before_unknown);
    if undocumented(first) && first.score >= WORTH_SAYING {
        return (Decision::Decline(true), verdict(Rule::KnownUnknown, confidence, margin));
    }
    let (decision, rule) = if confidence < WORTH_OFFERING || best.score < LEAST_SCORE {
        (Decision::Decline(false), Rule::TooLittle)
    } else if confidence < ENOUGH {
        (Decision::Offer, Rule::NotEnough)
    } else if margin < TOO_CLOSE || before_unknown < TOO_CLOSE_TO_UNKNOWN {
        (Decision::Offer, Rule::TooClose)
    } else {
        (Decision::Answer, Rule::Enough)
    };
    (decision, verdict(rule, confidence, margin))
}

/// How far one stands before another, as a share of its own score.
fn lead(one: &Evidence, other: &Evidence) -> f32 {
    (one.score - other.score) / one.score.max(f32::MIN_POSITIVE)
}

/// How likely the best documented answer is right, by a logistic model whose weights `tests/data/questions/fit.py` fitted
/// on the development questions.
fn confidence(question: &Question, best: &Evidence, lead: f32) -> f32 {
    const ALWAYS: f32 = -1.3;
    const LEAD: f32 = 1.3;
    /// Where no known unknown is near, that says little: most of what is asked in the world is not among them.
    const LARGEST_LEAD: f32 = 0.4;
    const SCORE: f32 = 1.5;
    const ASK_COVER: f32 = 1.7;
    const BREADTH: f32 = 1.4;
    const UNKNOWN_WORDS: f32 = -1.2;
    const MISFIT: f32 = -1.4;
    /// A long question covers less and says more: the same share of it weighs heavier.
    const LENGTH: f32 = 1.0;
    let unknown = question.unknown / question.weight.max(f32::MIN_POSITIVE);
    let evidence = ALWAYS
        + LEAD * lead.clamp(-1.0, LARGEST_LEAD)
        + SCORE * best.score
        + ASK_COVER * best.ask_cover
        + BREADTH * best.breadth
        + UNKNOWN_WORDS * unknown
        + if best.fits { 0.0 } else { MISFIT }
        + LENGTH * question.weight.max(0.3).ln();
    1.0 / (1.0 + (-evidence).exp())
}

#[cfg(test)]
mod tests {
    use super::super::asked::Asked;
    use super::super::question::Word;
    use super::*;

    fn question(weight: f32, unknown: f32) -> Question {
        let word = Word { written: "word".into(), weight, grammar: false, readings: Vec::new() };
        Question { words: vec![word], asked: Asked::Open, weight, unknown }
    }

    /// Evidence of one strength throughout.
    fn evidence(subject: usize, strength: f32) -> Evidence {
        Evidence {
            subject,
            ask: 0,
            ask_cover: strength,
            ask_focus: strength,
            likeness: strength,
            breadth: strength,
            whole_cover: strength,
            ask_score: strength,
            whole_score: strength,
            fits: true,
            score: strength,
        }
    }

    /// Candidates by strength; those of 100 and more are known unknowns.
    #[rstest::rstest]
    #[case(&[], Decision::Decline(false), Rule::NothingFound)]
    #[case(&[(1, 0.9), (2, 0.5)], Decision::Answer, Rule::Enough)]
    #[case(&[(1, 0.9), (2, 0.88)], Decision::Offer, Rule::TooClose)]
    #[case(&[(1, 0.9), (100, 0.89), (2, 0.5)], Decision::Offer, Rule::TooClose)]
    #[case(&[(100, 0.91), (1, 0.9), (2, 0.5)], Decision::Decline(true), Rule::KnownUnknown)]
    #[case(&[(100, 0.9)], Decision::Decline(true), Rule::KnownUnknown)]
    #[case(&[(1, 0.25), (2, 0.1)], Decision::Offer, Rule::NotEnough)]
    #[case(&[(1, 0.05)], Decision::Decline(false), Rule::TooLittle)]
    #[case(&[(100, 0.06), (1, 0.05)], Decision::Decline(false), Rule::TooLittle)]
    fn evidence_decides(#[case] candidates: &[(usize, f32)], #[case] decision: Decision, #[case] rule: Rule) {
        let evidence: Vec<Evidence> =
            candidates.iter().map(|&(subject, strength)| evidence(subject, strength)).collect();
        let (decided, verdict) = decide(&question(1.0, 0.0), &evidence, |evidence| evidence.subject >= 100);
        assert_eq!((decided, verdict.rule), (decision, rule), "{verdict:?}");
    }

    #[test]
    fn unknown_words_and_the_wrong_kind_of_answer_lower_confidence() {
        let sure = confidence(&question(2.0, 0.0), &evidence(1, 0.6), 0.2);
        assert!(confidence(&question(2.0, 1.0), &evidence(1, 0.6), 0.2) < sure);
        assert!(confidence(&question(2.0, 0.0), &Evidence { fits: false, ..evidence(1, 0.6) }, 0.2) < sure);
        assert!(confidence(&question(2.0, 0.0), &evidence(1, 0.6), -0.2) < sure);
    }

    #[test]
    fn nothing_asked_is_nothing_answered() {
        let empty = Question { words: Vec::new(), ..question(0.0, 0.0) };
        assert_eq!(decide(&empty, &[evidence(1, 0.9)], |_| false).1.rule, Rule::NothingAsked);
    }
}
