//! The default catalogue against questions as newcomers type them: the table by kind, and the lines below which we do not
//! fall. Then what must hold for any text at all.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::sync::LazyLock;

use chrono::NaiveDate;
use firstmate::catalogue::{Catalogue, Files};
use firstmate::domain::answers::{Answer, Outcome, Ranked, Rule};
use firstmate::search::{Index, passages};
use regex::{Regex, RegexBuilder};
use serde::Deserialize;

/// Shares that must hold on each file of questions, with the thresholds as shipped.
struct Limits {
    right: f64,
    wrong: f64,
    found: f64,
    out_of_scope_answered: f64,
}

const DEV: Limits = Limits { right: 0.75, wrong: 0.08, found: 0.95, out_of_scope_answered: 0.15 };
const HELD_OUT: Limits = Limits { right: 0.75, wrong: 0.08, found: 0.95, out_of_scope_answered: 0.15 };

#[derive(Deserialize)]
struct Asked {
    q: String,
    kind: String,
    accept: Vec<Vec<String>>,
}

#[derive(Default)]
struct Tally {
    asked: u32,
    right: u32,
    wrong: u32,
    found: u32,
    unsure: u32,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let far = NaiveDate::from_ymd_opt(2099, 1, 1).unwrap();
    let catalogue = Catalogue::load(&Files::embedded(), far).unwrap();
    Index::build(&catalogue.answers, &catalogue.names, Vec::new()).unwrap()
});

fn is_right(accept: &[Vec<Regex>], answer: &Answer) -> bool {
    let links: Vec<&str> = answer.sources.iter().map(|source| source.url.as_str()).collect();
    let told = format!("{}\n{}\n{}", answer.title, answer.text, links.join("\n"));
    accept.iter().all(|group| group.iter().any(|pattern| pattern.is_match(&told)))
}

fn pattern(pattern: &str) -> Regex {
    RegexBuilder::new(pattern).case_insensitive(true).build().unwrap()
}

fn tally(file: &str) -> BTreeMap<String, Tally> {
    let path = format!("{}/tests/data/questions/{file}", env!("CARGO_MANIFEST_DIR"));
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for line in fs::read_to_string(path).unwrap().lines() {
        let asked: Asked = serde_json::from_str(line).unwrap();
        let accept: Vec<Vec<Regex>> =
            asked.accept.iter().map(|group| group.iter().map(|text| pattern(text)).collect()).collect();
        let ranked = INDEX.ask(&asked.q);
        let right = |answer: &Answer| !accept.is_empty() && is_right(&accept, answer);
        let answer = match &ranked.outcome {
            Outcome::Answered(scored) => Some(&scored.answer),
            _ => None,
        };
        let all = if accept.is_empty() { "= out of scope" } else { "= in scope" };
        for kind in [asked.kind.as_str(), all] {
            let tally = tallies.entry(kind.to_owned()).or_default();
            tally.asked += 1;
            tally.right += u32::from(answer.is_some_and(|answer| right(answer)));
            tally.wrong += u32::from(answer.is_some_and(|answer| !right(answer)));
            tally.found += u32::from(
                answer.into_iter().chain(ranked.others.iter().map(|other| &other.answer)).any(|answer| right(answer)),
            );
            tally.unsure += u32::from(matches!(ranked.outcome, Outcome::Unsure(_)));
        }
    }
    tallies
}

fn table(file: &str, tallies: &BTreeMap<String, Tally>) -> String {
    let mut table =
        format!("{file}\n{:<16}{:>6}{:>8}{:>8}{:>8}{:>8}\n", "kind", "asked", "right", "wrong", "found", "unsure");
    for (kind, tally) in tallies {
        let Tally { asked, right, wrong, found, unsure } = tally;
        writeln!(table, "{kind:<16}{asked:>6}{right:>8}{wrong:>8}{found:>8}{unsure:>8}").unwrap();
    }
    table
}

#[rstest::rstest]
#[case("dev.jsonl", DEV)]
#[case("held-out.jsonl", HELD_OUT)]
fn table_by_kind(#[case] file: &str, #[case] limits: Limits) {
    let tallies = tally(file);
    let table = table(file, &tallies);
    write!(std::io::stdout(), "{table}").unwrap();
    let share = |count: u32, of: &Tally| f64::from(count) / f64::from(of.asked);
    let (within, without) = (&tallies["= in scope"], &tallies["= out of scope"]);
    assert!(share(within.right, within) >= limits.right, "too few right\n{table}");
    assert!(share(within.wrong, within) <= limits.wrong, "too many wrong\n{table}");
    assert!(share(within.found, within) >= limits.found, "too few found\n{table}");
    assert!(
        share(without.wrong, without) <= limits.out_of_scope_answered,
        "too many answered that are out of scope\n{table}"
    );
}

fn answered(ranked: &Ranked) -> Option<&str> {
    match &ranked.outcome {
        Outcome::Answered(scored) => Some(&scored.answer.id),
        _ => None,
    }
}

/// Courtesy around a question, as people vary it, must not change the answer.
#[rstest::rstest]
#[case("is there an SLA?")]
#[case("which mailing list should I join?")]
#[case("when is the next coordination meeting?")]
fn courtesy_changes_nothing(#[case] question: &str) {
    let plain = INDEX.ask(question);
    assert!(answered(&plain).is_some());
    for (before, after) in [
        ("hi, ", ", thanks"),
        ("good morning, I am new here, ", ", have a nice day"),
        ("<!channel> hello everyone, ", ""),
    ] {
        let polite = INDEX.ask(&format!("{before}{question}{after}"));
        assert_eq!(answered(&polite), answered(&plain), "{before}…{after}");
    }
}

#[test]
fn nothing_asked_is_declined() {
    for text in ["", "   ", "?!", "thanks a lot", "<!channel>", "\u{202e}\u{0}"] {
        let ranked = INDEX.ask(text);
        assert_eq!(ranked.verdict.rule, Rule::NothingAsked, "{text:?}");
        assert_eq!(ranked.outcome, Outcome::Declined { known_unknown: None });
    }
}

#[test]
fn a_known_unknown_is_declined_with_its_text_and_its_neighbours() {
    let ranked = INDEX.ask("how do I get a bigger quota");
    let Outcome::Declined { known_unknown: Some(entry) } = &ranked.outcome else { panic!("{:?}", ranked.outcome) };
    assert!(entry.undocumented);
    assert!(!ranked.others.is_empty() && ranked.others.iter().all(|other| !other.answer.undocumented));
}

#[test]
fn passages_fill_in_behind_the_catalogue() {
    let far = NaiveDate::from_ymd_opt(2099, 1, 1).unwrap();
    let catalogue = Catalogue::load(&Files::embedded(), far).unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("parrot.md"),
        "# Feeding the parrot\nThe office parrot eats sunflower seeds at noon.\n",
    )
    .unwrap();
    let passages = passages::read(&[folder.path().to_owned()], &mut Vec::new()).unwrap();
    let index = Index::build(&catalogue.answers, &catalogue.names, passages).unwrap();
    let ranked = index.ask("which sunflower seeds does the office parrot eat");
    assert_eq!(answered(&ranked), Some("parrot.md#feeding-the-parrot"));
    assert_eq!(ranked.verdict.rule, Rule::Passage);
    assert_eq!(answered(&index.ask("is there an SLA")), answered(&INDEX.ask("is there an SLA")));
}

#[test]
fn a_catalogue_without_answers_declines() {
    let index = Index::build(&[], &catalogue_names(), Vec::new()).unwrap();
    assert_eq!(index.ask("is there an SLA").outcome, Outcome::Declined { known_unknown: None });
}

fn catalogue_names() -> firstmate::domain::answers::Names {
    Catalogue::load(&Files::embedded(), NaiveDate::from_ymd_opt(2099, 1, 1).unwrap()).unwrap().names
}

#[test]
fn what_is_read_of_ten_thousand_characters_is_bounded() {
    for text in [
        "quota gpu namespace ".repeat(500),
        "a".repeat(10_000),
        "xqzvw yqzvw ".repeat(833),
        "\u{1d4d0}\u{202e}<".repeat(3_333),
    ] {
        let ranked = INDEX.ask(&text);
        assert!(ranked.question.words.len() <= 160, "{} words of {text:.20}…", ranked.question.words.len());
    }
}

proptest::proptest! {
    #[test]
    fn any_text_has_one_outcome(text in "(\\PC|[\u{0}-\u{7f}]|<@U1>|quota |sla |\u{202e}){0,400}") {
        let (once, again) = (INDEX.ask(&text), INDEX.ask(&text));
        proptest::prop_assert_eq!(&once, &again);
        proptest::prop_assert!(once.others.len() <= 3);
        if let Outcome::Unsure(candidates) = &once.outcome {
            proptest::prop_assert!((1..=3).contains(&candidates.len()));
        }
        for other in &once.others {
            proptest::prop_assert!(Some(other.answer.id.as_str()) != answered(&once));
        }
    }
}
