//! `firstmate ask`: answers questions from the terminal, by the same path as `/onboard`. Exit 0 for every outcome.

use std::io::{self, BufRead as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use chrono::NaiveDate;
use clap::Args;
use firstmate::domain::answers::{Answer, Outcome, Ranked, Scored};
use firstmate::search::{Index, passages};
use serde_json::{Value, json};

/// Answer one question, or one a line from standard input.
#[derive(Debug, Args)]
pub(crate) struct Ask {
    /// One JSON object a line: `question`, `outcome`, `answer`, `others`.
    #[arg(long)]
    json: bool,
    /// Show the evidence behind the outcome.
    #[arg(long)]
    explain: bool,
    /// Add a folder of Markdown, HTML or plain text, ranked below the catalogue. May be given several times.
    #[arg(long, value_name = "DIR")]
    docs: Vec<PathBuf>,
    /// The catalogue's folder; `commands/` here by default, else the copy in the binary.
    #[arg(long, value_name = "DIR")]
    commands: Option<PathBuf>,
    /// The question, or `-` for one a line from standard input.
    #[arg(required = true)]
    question: Vec<String>,
}

impl Ask {
    /// Answers and prints; `today` is the day by the clock.
    pub(crate) fn run(&self, today: NaiveDate) -> anyhow::Result<ExitCode> {
        let catalogue = super::catalogue(&super::files(self.commands.as_deref())?, today)?;
        let mut notes = Vec::new();
        let passages = passages::read(&self.docs, &mut notes).context("reading --docs")?;
        for note in notes {
            writeln!(io::stderr(), "{note}")?;
        }
        let index = Index::build(&catalogue.answers, &catalogue.names, passages)?;
        let mut out = io::stdout().lock();
        if self.question == ["-"] {
            for line in io::stdin().lock().split(b'\n') {
                let line = line?;
                let question = String::from_utf8_lossy(&line);
                let question = question.trim_end_matches('\r');
                if !question.trim().is_empty() {
                    self.answer(&index, question, today, &mut out)?;
                }
            }
        } else {
            self.answer(&index, &self.question.join(" "), today, &mut out)?;
        }
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }

    fn answer(
        &self,
        index: &Index,
        question: &str,
        today: NaiveDate,
        out: &mut impl io::Write,
    ) -> io::Result<()> {
        let ranked = index.ask(question);
        if self.json {
            let mut line = as_json(question, &ranked);
            if self.explain {
                line["explain"] = explanation(index, &ranked);
            }
            return writeln!(out, "{line}");
        }
        write!(out, "{}", as_text(&ranked, today))?;
        if self.explain {
            writeln!(out, "\n{:#}", explanation(index, &ranked))?;
        }
        writeln!(out)
    }
}

fn as_json(question: &str, ranked: &Ranked) -> Value {
    let (outcome, answer) = match &ranked.outcome {
        Outcome::Answered(scored) => ("answered", scored_json(scored)),
        Outcome::Unsure(_) => ("unsure", Value::Null),
        Outcome::Declined { .. } => ("declined", Value::Null),
    };
    let others: Vec<Value> = ranked.others.iter().map(scored_json).collect();
    json!({ "question": question, "outcome": outcome, "answer": answer, "others": others })
}

fn scored_json(scored: &Scored) -> Value {
    let answer = &scored.answer;
    let sources: Vec<Value> = answer
        .sources
        .iter()
        .map(|source| json!({ "title": source.title, "url": source.url, "dated": source.dated }))
        .collect();
    json!({
        "id": answer.id, "title": answer.title, "text": answer.text, "sources": sources,
        "score": (f64::from(scored.score) * 1000.0).round() / 1000.0,
    })
}

fn as_text(ranked: &Ranked, today: NaiveDate) -> String {
    let mut text = String::new();
    let mut line = |words: &str| {
        text.push_str(words);
        text.push('\n');
    };
    match &ranked.outcome {
        Outcome::Answered(scored) => {
            line(&scored.answer.title);
            line(&scored.answer.text);
            sources(&scored.answer)
                .iter()
                .for_each(|source| line(source));
            scored
                .answer
                .age_note(today)
                .iter()
                .for_each(|note| line(note));
        }
        Outcome::Unsure(_) => line("Not sure which of these is meant:"),
        Outcome::Declined {
            known_unknown: Some(entry),
        } => line(&entry.text),
        Outcome::Declined {
            known_unknown: None,
        } => line("Nothing that is written down answers this. People answer in #support."),
    }
    if !ranked.others.is_empty() {
        line(if matches!(ranked.outcome, Outcome::Unsure(_)) {
            ""
        } else {
            "\nNear to it:"
        });
        ranked
            .others
            .iter()
            .for_each(|other| line(&format!("- {} ({})", other.answer.title, other.answer.id)));
    }
    text
}

fn sources(answer: &Answer) -> Vec<String> {
    let dated = |source: &firstmate::domain::answers::Source| {
        source
            .dated
            .map(|day| format!(", {day}"))
            .unwrap_or_default()
    };
    answer
        .sources
        .iter()
        .map(|source| format!("Source: {} <{}>{}", source.title, source.url, dated(source)))
        .collect()
}

fn explanation(index: &Index, ranked: &Ranked) -> Value {
    let vocabulary = index.vocabulary();
    let words: Vec<Value> = ranked
        .question
        .words
        .iter()
        .map(|word| {
            let readings: Vec<Value> = word
                .readings
                .iter()
                .map(|reading| json!({
                    "term": vocabulary.stem(reading.term), "worth": reading.worth,
                    "through": firstmate::domain::answers::evidence::through(reading.through),
                }))
                .collect();
            json!({ "word": word.written, "weight": word.weight, "grammar": word.grammar, "known": !word.readings.is_empty(), "readings": readings })
        })
        .collect();
    let candidates: Vec<Value> = ranked
        .evidence
        .iter()
        .map(|evidence| {
            let answer = index.answer(evidence);
            let closest = evidence.ask.checked_sub(1).map_or(&answer.title, |ask| &answer.asks[ask]);
            json!({
                "id": answer.id, "undocumented": answer.undocumented, "closest": closest,
                "ask_cover": evidence.ask_cover, "ask_focus": evidence.ask_focus, "likeness": evidence.likeness, "breadth": evidence.breadth,
                "whole_cover": evidence.whole_cover, "ask_score": evidence.ask_score, "whole_score": evidence.whole_score,
                "fits": evidence.fits, "score": evidence.score,
            })
        })
        .collect();
    json!({
        "asked": format!("{:?}", ranked.question.asked).to_lowercase(),
        "weight": ranked.question.weight, "unknown": ranked.question.unknown, "words": words,
        "rule": format!("{:?}", ranked.verdict.rule), "confidence": ranked.verdict.confidence,
        "threshold": ranked.verdict.threshold, "margin": ranked.verdict.margin, "candidates": candidates,
    })
}
