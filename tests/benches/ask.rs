//! What a question costs: the default catalogue alone, and with 100 to 10,000 passages of documents behind it.
//!
//! Two sets of questions: `all` is `dev.jsonl` in courtesy that varies; `declined` is the part of it for which the
//! catalogue has no answer, so that each of them goes through the passages.

use std::fs;
use std::path::PathBuf;

use chrono::NaiveDate;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use firstmate::catalogue::{Catalogue, Files};
use firstmate::domain::answers::{Answer, Outcome};
use firstmate::search::{Index, passages};

/// Words put around each question in turn.
const COURTESY: [(&str, &str); 4] =
    [("", ""), ("hi, ", ", thanks"), ("good morning, quick question, ", ""), ("", ", have a nice day")];

fn questions() -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/questions/dev.jsonl");
    let lines = fs::read_to_string(path).expect("the questions are part of the repository");
    let asked = lines.lines().filter_map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).ok()?;
        line["q"].as_str().map(str::to_owned)
    });
    let polite = asked.zip(COURTESY.iter().cycle());
    polite.map(|(question, (before, after))| format!("{before}{question}{after}")).collect()
}

/// `count` passages made of the test documents. Each round through them changes one word in five, so that the words of
/// the collection grow with it as they do in real documents.
fn varied(count: usize) -> Vec<Answer> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/docs"));
    let read = passages::read(&[folder], &mut Vec::new()).expect("the documents are part of the repository");
    let rounds = count.div_ceil(read.len());
    let all = (0..rounds).flat_map(|round| {
        read.iter().map(move |passage| Answer {
            id: format!("{round}/{}", passage.id),
            text: vary(&passage.text, round).into(),
            ..passage.clone()
        })
    });
    all.take(count).collect()
}

fn vary(text: &str, round: usize) -> String {
    let words = text.split(' ').enumerate().map(|(place, word)| {
        if round > 0 && (place + round).is_multiple_of(5) {
            format!("{word}{}", ["ing", "wise", "less", "ware", "ette"][round % 5].repeat(1 + round / 25))
        } else {
            word.to_owned()
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn ask(criterion: &mut Criterion) {
    let far = NaiveDate::from_ymd_opt(2099, 1, 1).expect("a date");
    let catalogue = Catalogue::load(&Files::embedded(), far).expect("the embedded catalogue is good");
    let all = questions();
    for count in [0, 100, 1_000, 10_000] {
        let index = Index::build(&catalogue.answers, &catalogue.names, varied(count)).expect("an index in memory");
        let alone = Index::build(&catalogue.answers, &catalogue.names, Vec::new()).expect("an index in memory");
        let declined: Vec<String> = all
            .iter()
            .filter(|question| !matches!(alone.ask(question).outcome, Outcome::Answered(_)))
            .cloned()
            .collect();
        for (name, questions) in [("all", &all), ("declined", &declined)] {
            let mut next = questions.iter().cycle();
            criterion.bench_with_input(BenchmarkId::new(name, count), &index, |bencher, index| {
                bencher.iter(|| index.ask(next.next().map_or("", String::as_str)));
            });
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(60).without_plots();
    targets = ask
}
criterion_main!(benches);
