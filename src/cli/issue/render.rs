//! `firstmate issue render`: the body that GitHub makes of answers to a form.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;
use firstmate::domain::issue_form::{Answer, Answers, IssueForm};
use serde_json::{Map, Value};

/// Print the body that GitHub itself would make of these answers to an issue form.
#[derive(Debug, Args)]
pub(crate) struct Render {
    /// The form, as in `.github/ISSUE_TEMPLATE`.
    #[arg(value_name = "FORM.yaml")]
    form: PathBuf,
    /// An object with the answers by the fields' ids (by label where a field has none): a text, or a list of the options chosen.
    #[arg(value_name = "ANSWERS.json")]
    answers: PathBuf,
}

impl Render {
    /// Prints the body, and nothing behind it.
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let form = IssueForm::parse(&read(&self.form)?).with_context(|| self.form.display().to_string())?;
        let body = read(&self.answers).and_then(|json| {
            let body = answers(&json).and_then(|answers| Ok(form.body(&answers)?));
            body.with_context(|| self.answers.display().to_string())
        })?;
        let mut out = io::stdout().lock();
        out.write_all(body.as_bytes())?;
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}

fn read(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))
}

fn answers(json: &str) -> anyhow::Result<Answers> {
    let answers: Map<String, Value> =
        serde_json::from_str(json.trim_start_matches('\u{FEFF}')).context("the answers are no JSON object")?;
    answers.into_iter().map(|(key, value)| Ok((key.clone(), answer(&key, value)?))).collect()
}

fn answer(key: &str, value: Value) -> anyhow::Result<Answer> {
    match value {
        Value::Null => Ok(Answer::Text(String::new())),
        Value::String(text) => Ok(Answer::Text(text)),
        Value::Array(items) => {
            let texts = items.into_iter().map(|item| if let Value::String(text) = item { Some(text) } else { None });
            texts.collect::<Option<_>>().map(Answer::Choices).with_context(|| format!("“{key}” may list texts only"))
        }
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => {
            bail!("“{key}” must be answered with a text in quotes or a list of texts, not with {value}")
        }
    }
}
