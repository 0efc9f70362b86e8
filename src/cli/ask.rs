//! `firstmate ask`: answers questions from the terminal, by the same path as `/onboard`. Exit 0 for every outcome.

use std::io::{self, BufRead as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use clap::Args;
use firstmate::domain::answers::{Answer, Notice, Outcome, Ranked, Scored};
use firstmate::domain::calendar::Series;
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
    /// Answers and prints; `now` is the time by the clock.
    pub(crate) fn run(&self, now: DateTime<Utc>) -> anyhow::Result<ExitCode> {
        let today = now.date_naive();
        let catalogue = super::catalogue(&super::files(self.commands.as_deref())?, today)?;
        let mut notes = Vec::new();
        let passages = passages::read(&self.docs, &mut notes).context("reading --docs")?;
        for note in notes {
            writeln!(io::stderr(), "{note}")?;
        }
        let dates = Dates { meetings: &catalogue.meetings, notices: &catalogue.notices, now };
        let index = Index::build(&catalogue.answers, &catalogue.names, passages)?;
        let mut out = io::stdout().lock();
        if self.question == ["-"] {
            for line in io::stdin().lock().split(b'\n') {
                let line = line?;
                let question = String::from_utf8_lossy(&line);
                let question = question.trim_end_matches('\r');
                if !question.trim().is_empty() {
                    self.answer(&index, &dates, question, &mut out)?;
                }
            }
        } else {
            self.answer(&index, &dates, &self.question.join(" "), &mut out)?;
        }
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }

    fn answer(&self, index: &Index, dates: &Dates<'_>, question: &str, out: &mut impl io::Write) -> io::Result<()> {
        let ranked = index.ask(question);
        if self.json {
            let mut line = as_json(question, &ranked, dates);
            if self.explain {
                line["explain"] = explanation(index, &ranked);
            }
            return writeln!(out, "{line}");
        }
        write!(out, "{}", as_text(&ranked, dates))?;
        if self.explain {
            writeln!(out, "\n{:#}", explanation(index, &ranked))?;
        }
        writeln!(out)
    }
}

/// What stands on top of answers: the next dates of their meetings, computed, and, for people, the catalogue's notices.
struct Dates<'a> {
    meetings: &'a [Series],
    notices: &'a [Notice],
    now: DateTime<Utc>,
}

impl Dates<'_> {
    /// What happened since `answer` was written, a line each.
    fn notices(&self, answer: &Answer) -> Vec<String> {
        let today = self.now.date_naive();
        let holds = |notice: &&Notice| answer.tags.contains(&notice.tag) && notice.holds(today);
        let source = |notice: &Notice| notice.source.as_ref().map(|url| format!(" <{url}>")).unwrap_or_default();
        let said = |notice: &Notice| format!("Notice of {}: {}{}", notice.since, notice.text, source(notice));
        self.notices.iter().filter(holds).map(said).collect()
    }

    /// The text of `answer`, with the next dates of its meetings.
    fn text(&self, answer: &Answer) -> String {
        let next = |series: &Series| {
            let occurrence = series.next(self.now)?;
            Some(format!("- next {}: {}\n", series.title, super::meetings::as_text(&occurrence)))
        };
        let own = self.meetings.iter().filter(|series| answer.meetings.contains(&series.id));
        let dates: String = own.filter_map(next).collect();
        if dates.is_empty() { answer.text.to_string() } else { format!("{dates}\n{}", answer.text) }
    }
}

fn as_json(question: &str, ranked: &Ranked, dates: &Dates<'_>) -> Value {
    let (outcome, answer) = match &ranked.outcome {
        Outcome::Answered(scored) => ("answered", scored_json(scored, dates)),
        Outcome::Unsure(_) => ("unsure", Value::Null),
        Outcome::Declined { .. } => ("declined", Value::Null),
    };
    let others: Vec<Value> = ranked.others.iter().map(|other| scored_json(other, dates)).collect();
    json!({ "question": question, "outcome": outcome, "answer": answer, "others": others })
}

fn scored_json(scored: &Scored, dates: &Dates<'_>) -> Value {
    let answer = &scored.answer;
    let sources: Vec<Value> = answer
        .sources
        .iter()
        .map(|source| json!({ "title": source.title, "url": source.url, "dated": source.dated }))
        .collect();
    json!({
        "id": answer.id, "title": answer.title, "text": dates.text(answer), "sources": sources,
        "score": (f64::from(scored.score) * 1000.0).round() / 1000.0,
    })
}

fn as_text(ranked: &Ranked, dates: &Dates<'_>) -> String {
    let mut text = String::new();
    let mut line = |words: &str| {
        text.push_str(words);
        text.push('\n');
    };
    match &ranked.outcome {
        Outcome::Answered(scored) => {
            dates.notices(&scored.answer).iter().for_each(|notice| line(notice));
            line(&scored.answer.title);
            line(&dates.text(&scored.answer));
            sources(&scored.answer).iter().for_each(|source| line(source));
            scored.answer.age_note(dates.now.date_naive()).iter().for_each(|note| line(note));
        }
        Outcome::Unsure(_) => line("Not sure which of these is meant:"),
        Outcome::Declined { known_unknown: Some(entry) } => {
            dates.notices(entry).iter().for_each(|notice| line(notice));
            line(&entry.text);
        }
        Outcome::Declined { known_unknown: None } => {
            line("Nothing that is written down answers this. People answer in #support.")
        }
    }
    if !ranked.others.is_empty() {
        line(if matches!(ranked.outcome, Outcome::Unsure(_)) { "" } else { "\nNear to it:" });
        ranked.others.iter().for_each(|other| line(&format!("- {} ({})", other.answer.title, other.answer.id)));
    }
    text
}

fn sources(answer: &Answer) -> Vec<String> {
    let dated =
        |source: &firstmate::domain::answers::Source| source.dated.map(|day| format!(", {day}")).unwrap_or_default();
    answer.sources.iter().map(|source| format!("Source: {} <{}>{}", source.title, source.url, dated(source))).collect()
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
