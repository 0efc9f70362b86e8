//! What GitHub offers where an issue may go: the forms of a repository, and issues that look alike.

use std::collections::HashSet;

use chrono::TimeDelta;
use futures::stream::{self, StreamExt};

use super::draft::{Alike, Draft, Offer, Offered, Similar, What};
use super::fields::{self, LONGEST_ANSWER};
use crate::command::{Caller, Ctx};
use crate::domain::issue::Repository;
use crate::domain::issue_form::{Chooser, IssueForm, Template};
use crate::github::{Entry, Failure};

/// Most forms that are read; a menu of Slack holds no more options.
const MOST_FORMS: usize = 90;

/// Most bytes of a form.
const LARGEST_FORM: u64 = 256 * 1024;

/// Files read at a time.
const AT_ONCE: usize = 8;

/// Issues that look alike and are shown.
const ALIKE: usize = 3;

/// How long what the bot filed is looked at for likeness: GitHub's search knows it by then.
const LATELY: TimeDelta = TimeDelta::days(2);

/// Words that two titles must share to look alike, as a part of the shorter one.
const SHARED: f64 = 0.5;

/// The repositories that `caller` may file in.
pub(super) fn repositories<'a>(ctx: &'a Ctx, draft: &Draft) -> Vec<&'a Repository> {
    let (person, channel) = (&draft.person, &draft.source.channel);
    let roles = ctx.knowledge.roles();
    ctx.knowledge.repositories().iter().filter(|one| one.allows(person, channel, roles).is_ok()).collect()
}

/// Asks the chosen repository what it offers.
pub(super) async fn ask(ctx: &Ctx, repository: &Repository) -> Offer {
    let name = &repository.name;
    let (standing, forms) = futures::join!(ctx.github.repository(name), forms(ctx, repository));
    let mut offer = Offer { blank: true, url: format!("https://github.com/{name}"), ..Offer::default() };
    match standing {
        Ok(standing) => {
            (offer.url, offer.public) = (standing.html_url, !standing.private);
            let closed = if standing.archived {
                Some(
                    "This repository is archived: it can be read, and nothing can be filed there any more. Choose another, or ask in the channel where it went.",
                )
            } else if !standing.has_issues {
                Some("This repository takes no issues: they are switched off there. Choose another.")
            } else if !standing.full_name.eq_ignore_ascii_case(name) {
                Some(
                    "This repository has moved. A maintainer gives its new name in commands/issue/repositories.toml; choose another until then.",
                )
            } else {
                None
            };
            (offer.closed, offer.trouble) = (closed.is_some(), closed.map(str::to_owned));
        }
        Err(failure) => (offer.closed, offer.trouble) = (!failure.passes(), Some(excuse(&failure).to_owned())),
    }
    match forms {
        Ok(found) => (offer.forms, offer.blank, offer.links) = (found.forms, found.blank, found.links),
        Err(failure) => offer.trouble = offer.trouble.or_else(|| Some(excuse(&failure).to_owned())),
    }
    offer
}

/// The forms of the repository, else those of its organisation.
async fn forms(ctx: &Ctx, repository: &Repository) -> Result<Offer, Failure> {
    let name = &repository.name;
    let mut home = name.clone();
    let mut entries = ctx.github.templates(name).await?;
    if entries.is_empty() {
        let owner = name.split('/').next().unwrap_or(name);
        if let Ok(defaults) = ctx.github.default_templates(owner).await {
            (home, entries) = defaults;
        }
    }
    let wanted =
        entries.into_iter().filter(|entry| is_chooser(&entry.name) || is_form(entry) && repository.offers(&entry.name));
    let texts = stream::iter(wanted.take(MOST_FORMS)).map(async |entry| {
        if entry.size > LARGEST_FORM {
            return Ok((entry.name, None));
        }
        let text = ctx.github.template(&home, &entry).await?;
        Ok((entry.name, Some(text)))
    });
    let texts: Vec<Result<(String, Option<String>), Failure>> = texts.buffered(AT_ONCE).collect().await;
    let mut offer = Offer { blank: true, ..Offer::default() };
    for text in texts {
        match text? {
            (name, Some(text)) if is_chooser(&name) => choose(&mut offer, &text),
            (name, Some(text)) => offer.forms.push(offered(&name, &text)),
            (name, None) => offer.forms.push(broken(&name, "its file is too large".to_owned())),
        }
    }
    Ok(offer)
}

fn choose(offer: &mut Offer, text: &str) {
    match Chooser::parse(text) {
        Ok(chooser) => {
            offer.blank = chooser.blank_issues;
            offer.links = chooser.links.into_iter().map(|link| (link.name, link.url, link.about)).collect();
        }
        Err(fault) => tracing::info!(%fault, "the chooser of a repository is malformed"),
    }
}

fn is_chooser(name: &str) -> bool {
    matches!(name, "config.yml" | "config.yaml")
}

fn is_form(entry: &Entry) -> bool {
    let name = entry.name.to_lowercase();
    !name.starts_with("config.") && [".yml", ".yaml", ".md"].iter().any(|end| name.ends_with(end))
}

fn offered(file: &str, text: &str) -> Offered {
    let named = |name: String| if name.trim().is_empty() { file.to_owned() } else { name };
    if file.to_lowercase().ends_with(".md") {
        return match Template::parse(file, text) {
            Ok(Template { body, .. }) if body.chars().count() as u64 > LONGEST_ANSWER => {
                broken(file, "its text is longer than a field of Slack takes".to_owned())
            }
            Ok(Template { name, about, title, labels, assignees, body }) => {
                let what = What::Template { title, labels, assignees, body };
                Offered { file: file.to_owned(), name: named(name), about, what }
            }
            Err(fault) => broken(file, fault.to_string()),
        };
    }
    match IssueForm::parse(text) {
        Ok(form) if !fields::fits(&form) => broken(
            file,
            "one of its questions, or what stands in one at first, is larger than Slack can show".to_owned(),
        ),
        Ok(form) => Offered {
            file: file.to_owned(),
            name: named(form.name.clone()),
            about: form.description.clone(),
            what: What::Form(Box::new(form)),
        },
        Err(fault) => broken(file, fault.to_string()),
    }
}

fn broken(file: &str, why: String) -> Offered {
    Offered { file: file.to_owned(), name: file.to_owned(), about: String::new(), what: What::Broken(why) }
}

fn excuse(failure: &Failure) -> &'static str {
    match failure {
        Failure::Missing => {
            "GitHub does not show me this repository: it is gone, or I was not given access to it. Choose another, and tell a maintainer."
        }
        Failure::Moved => {
            "This repository has moved. A maintainer gives its new name in commands/issue/repositories.toml; choose another until then."
        }
        Failure::NoAccess | Failure::Unauthorized | Failure::Forbidden => {
            "I have no access to GitHub for this repository right now; whoever runs me has to mend that. Choose another, or file it on GitHub yourself."
        }
        failure if failure.passes() => {
            "GitHub does not answer right now, so I cannot show the forms. Press *Try again*, or go on without a form: I keep what you write and file it as soon as GitHub answers."
        }
        _ => "GitHub does not let me into this repository. Choose another, and tell a maintainer.",
    }
}

/// Looks for issues that are about the same: what was filed here lately, which GitHub's search does not know yet, and what that finds.
/// It is asked for the title alone, which is meant for it; how a thread begins is not, before somebody said yes.
pub(super) async fn alike(ctx: &Ctx, caller: &Caller, draft: &Draft) -> Alike {
    let (repository, words) = (draft.repository.clone(), draft.words());
    let mut alike = Alike { repository, words, titled: draft.is_titled(), issues: Vec::new() };
    let telling = telling(&alike.words);
    if telling.is_empty() {
        return alike;
    }
    let lately = ctx.store.filed_lately(&alike.repository, caller.at - LATELY).await.unwrap_or_else(|error| {
        tracing::error!(error = format!("{error:#}"), "what was filed lately cannot be read");
        Vec::new()
    });
    let own = lately.iter().filter(|filed| shares(&telling, &filed.title)).map(|filed| Similar {
        number: filed.number,
        title: filed.title.clone(),
        url: filed.url.clone(),
        open: filed.state.is_open(),
    });
    alike.issues.extend(own);
    if !alike.titled {
        alike.issues.truncate(ALIKE);
        return alike;
    }
    let query: Vec<&str> = telling.iter().map(String::as_str).take(MOST_WORDS).collect();
    match ctx.github.search(&alike.repository, &query.join(" "), ALIKE).await {
        Ok(found) => alike.issues.extend(found.into_iter().map(|issue| Similar {
            number: issue.number,
            title: issue.title,
            url: issue.html_url,
            open: issue.state == "open",
        })),
        Err(failure) => tracing::info!(%failure, "issues that look alike could not be searched for"),
    }
    let mut seen = HashSet::new();
    alike.issues.retain(|issue| seen.insert(issue.number));
    alike.issues.truncate(ALIKE);
    alike
}

/// Words that a search begins with. GitHub wants all of them in an issue, so more would find less.
const MOST_WORDS: usize = 4;

/// The words that tell what something is about: the longest ones, each once, in the order written.
fn telling(words: &str) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut all: Vec<String> = words
        .split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_')
        .map(str::to_lowercase)
        .filter(|word| word.chars().count() > 3 && !COMMON.contains(&word.as_str()) && seen.insert(word.clone()))
        .collect();
    all.truncate(12);
    all
}

/// Words of more than three letters that tell nothing.
const COMMON: [&str; 36] = [
    "about", "after", "again", "anybody", "because", "been", "could", "does", "doing", "from", "have", "hello", "help",
    "here", "into", "just", "know", "like", "need", "please", "problem", "some", "somebody", "thanks", "that", "their",
    "there", "they", "this", "want", "what", "when", "where", "with", "would", "your",
];

fn shares(words: &[String], title: &str) -> bool {
    let other = telling(title);
    let shared = words.iter().filter(|word| other.contains(word)).count();
    let shorter = words.len().min(other.len());
    #[expect(clippy::cast_precision_loss, reason = "a dozen words")]
    let part = shared as f64 / shorter.max(1) as f64;
    shared > 0 && part >= SHARED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_nothing_is_no_reason_to_look_alike() {
        let words = telling("Hello, I need help: the smaug console does not load");
        assert_eq!(words, ["smaug", "console", "load"]);
        assert!(shares(&words, "Console on smaug is blank"));
        assert!(!shares(&words, "I need help with this"));
        assert!(!shares(&words, "Quota for the team"));
    }
}
