//! Words that tell little about what a question is about, and how little. A small catalogue cannot learn this from itself:
//! a word that one entry happens to use looks rare and telling there.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Weight of a word of grammar. Not nothing: "what is it for" is all grammar.
const GRAMMAR: f32 = 0.1;
/// Weight of a question word; the kind of answer that it asks for is judged apart.
const QUESTION_WORD: f32 = 0.2;
/// Weight of an everyday word.
const EVERYDAY: f32 = 0.4;

/// Articles, pronouns, prepositions, auxiliaries, and what people strew in.
const GRAMMAR_WORDS: &str = "\
    a an the this that these those it its is are was were be been being am do does did done \
    doing has have had having will would shall should can could may might must i you he she we \
    they me him her us them my your his our their mine yours ours of to in on at by for from \
    with without into onto about as than then there here if or and but so not no nor any some \
    all just also too very really actually exactly already still yet ever even only please pls \
    plz get got gets getting go goes going let lets make makes want wants wanted need needs like \
    know knows say says tell one ones up out off over per via currently somehow anyway maybe \
    perhaps probably basically simply kind sort bit lot thing things something anything someone \
    anyone anybody somebody everyone everybody own other another such both each every while \
    during because since until whether myself yourself ourselves themselves now right guys folks \
    people yes ok okay well think thinking see look looking find use using used";

/// They tell the kind of answer.
const QUESTION_WORDS: &str = "\
    what which who whom whose when where why how";

/// Verbs and nouns of any talk.
const EVERYDAY_WORDS: &str = "\
    address link links url urls able actual again against ahead allowed almost alone along always anywhere apart around ask \
    asked asking away back bad become before begin behind being believe belong belongs best \
    better between big bring bringing bunch call called came care case certain check clear come \
    comes coming common complete consider correct couple current day days deal decide depend \
    different difficult directly easy either else end enough entire especially everything exact \
    example exist expect explain extra fact fair far few fine first follow full further general \
    give given gives giving good great half happen happening happens hard haven hear hello help \
    high hold hope important inside instead interest interested itself keep keeps kept last late \
    later least less likely little live long longer lost lots main many matter may mean means \
    mention might mind minute moment more most much must near necessary never new next nice \
    nobody normal nothing often old once otherwise people perhaps person place plenty point \
    possible pretty problem properly provide put question questions quick quickly quite rather \
    reach read real reason regular related right same second seem seems seen send set several \
    short show side simple single small soon special specific state stay still stuff such suit \
    suitable suppose supposed sure take taken takes taking tell together told too took total \
    towards try trying turn two type understand usual usually various visit wait watch way ways \
    went whole wonder wondering word words work worked working works world worth wrong year \
    years yours";

static LIGHT_WORDS: LazyLock<HashMap<&'static str, f32>> = LazyLock::new(|| {
    let weigh = |words: &'static str, weight| words.split_whitespace().map(move |word| (word, weight));
    // The last one counts where a word stands in two lists.
    weigh(EVERYDAY_WORDS, EVERYDAY)
        .chain(weigh(GRAMMAR_WORDS, GRAMMAR))
        .chain(weigh(QUESTION_WORDS, QUESTION_WORD))
        .collect()
});

/// All words that weigh little, with the most that they weigh.
pub(super) fn all() -> impl Iterator<Item = (&'static str, f32)> {
    LIGHT_WORDS.iter().map(|(word, weight)| (*word, *weight))
}

/// The most that a word weighs, when it is one of these.
pub(super) fn weight(word: &str) -> Option<f32> {
    LIGHT_WORDS.get(word).copied()
}

/// Whether a word only holds a sentence together.
pub(super) fn is_grammar(word: &str) -> bool {
    weight(word).is_some_and(|weight| weight < EVERYDAY)
}
