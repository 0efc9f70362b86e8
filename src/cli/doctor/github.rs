//! What the bot was given for GitHub: who it is there, and what it may do in each repository of the catalogue.

use firstmate::app;
use firstmate::catalogue::Catalogue;
use firstmate::config::Config;
use firstmate::domain::clock::Clock;
use firstmate::github::{Failure, GitHub, HookVerifier};

use super::Finding;

pub(super) async fn findings(config: &Config, catalogue: &Catalogue, clock: &Clock) -> Vec<Finding> {
    let mut findings = vec![webhook_secret(config)];
    let access = match app::access(&config.github) {
        Ok(access) => access,
        Err(error) => {
            findings.push(Finding::wrong("github", format!("{error:#}"), "until then the bot does not start"));
            return findings;
        }
    };
    let github = match GitHub::new(&config.github.api_url, &access, clock.clone()) {
        Ok(github) => github,
        Err(error) => {
            findings.push(Finding::wrong("github", format!("{error:#}"), "until then the bot does not start"));
            return findings;
        }
    };
    if !github.has_access() {
        findings.push(Finding::missing(
            "github",
            "neither an app nor a token is set: issues cannot be filed",
            "make a GitHub App and set FIRSTMATE_GITHUB__APP_ID and FIRSTMATE_GITHUB__PRIVATE_KEY_FILE, or FIRSTMATE_GITHUB__TOKEN",
        ));
        return findings;
    }
    match github.me().await {
        Ok(login) => findings.push(Finding::fine("github", format!("is {login}"))),
        Err(failure) => {
            findings.push(Finding::wrong("github", failure.to_string(), mend(&failure)));
            return findings;
        }
    }
    for repository in &catalogue.repositories {
        findings.push(in_repository(&github, &repository.name).await);
    }
    findings
}

fn webhook_secret(config: &Config) -> Finding {
    const ABOUT: &str = "github.webhook_secret";
    match (&config.github.webhook_secret, HookVerifier::new(config.github.webhook_secret.as_ref())) {
        (None, _) => Finding::missing(
            ABOUT,
            "not set: webhooks are turned away, and changes of issues show within three minutes instead of at once",
            "make one with `openssl rand -hex 32`, and give it to GitHub and to FIRSTMATE_GITHUB__WEBHOOK_SECRET",
        ),
        (Some(_), Ok(_)) => Finding::fine(ABOUT, "is long enough"),
        (Some(_), Err(error)) => Finding::wrong(ABOUT, format!("{error:#}"), "until then the bot does not start"),
    }
}

/// Whether issues can be filed there: a token for it can be had, it can be read, and it takes issues.
async fn in_repository(github: &GitHub, name: &str) -> Finding {
    let about = format!("repository {name}");
    if let Err(failure) = github.ready(name).await {
        return Finding::wrong(about, failure.to_string(), mend(&failure));
    }
    match github.repository(name).await {
        Ok(standing) if standing.archived => {
            Finding::wrong(about, "is archived and takes no issues", "take it out of commands/issue/repositories.toml")
        }
        Ok(standing) if !standing.has_issues => Finding::wrong(
            about,
            "has its issues switched off",
            "switch them on, or take it out of commands/issue/repositories.toml",
        ),
        Ok(standing) if standing.permissions.is_some_and(|may| !may.push && !may.triage) => Finding::note(
            about,
            "takes issues; labels and assignees will be left out by GitHub, since the token may not set them there",
        ),
        Ok(_) => Finding::fine(about, "takes issues"),
        Err(failure) => Finding::wrong(about, failure.to_string(), mend(&failure)),
    }
}

fn mend(failure: &Failure) -> &'static str {
    match failure {
        Failure::Unauthorized => "give the bot a new key or token: this one is not, or no longer, accepted",
        Failure::Forbidden => "give the app or token Issues: read and write, Contents: read, Metadata: read there",
        Failure::Missing => "install the app there, or correct the name in commands/issue/repositories.toml",
        Failure::Unanswered(_) => "check github.api_url, and that this machine reaches it by HTTPS",
        Failure::Limited(_) => "run this again after that",
        _ => "look at the repository on GitHub",
    }
}
