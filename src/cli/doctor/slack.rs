//! What the bot was given for the workspace: the signing secret, the token and its scopes, the channels that the catalogue names.

use std::collections::BTreeSet;

use firstmate::catalogue::Catalogue;
use firstmate::config::{self, Config};
use firstmate::slack::manifest::SCOPES;
use firstmate::slack::request::Verifier;
use firstmate::slack::socket::Socket;
use firstmate::slack::token::Token;
use firstmate::slack::{Failure, Slack};
use secrecy::SecretString;

use super::Finding;

const AGAIN: &str = "install the app anew from `firstmate manifest`, then give the bot the new token";

pub(super) async fn findings(config: &Config, catalogue: &Catalogue) -> Vec<Finding> {
    let mut findings = ways(&config.slack).await;
    let Some(token) = &config.slack.bot_token else {
        findings.push(Finding::missing(
            "slack.bot_token",
            "not set: slash commands are answered, mentions, messages, announcements and windows are not",
            "set FIRSTMATE_SLACK__BOT_TOKEN or …_FILE to the Bot User OAuth Token of the app's OAuth page",
        ));
        return findings;
    };
    match Token::ask(&config.slack.api_url, token).await {
        Ok(known) => {
            findings.push(Finding::fine("slack.bot_token", format!("is {} in {}", known.user, known.team)));
            findings.extend(scopes(known.scopes.as_ref()));
            findings.extend(channels(&config.slack.api_url, token, catalogue).await);
        }
        Err(failure @ Failure::Refused(_)) => {
            findings.push(Finding::wrong("slack.bot_token", failure.to_string(), AGAIN));
        }
        Err(failure) => findings.push(unanswered("slack.bot_token", &failure)),
    }
    findings
}

fn unanswered(about: &str, failure: &Failure) -> Finding {
    Finding::wrong(about, failure.to_string(), "check slack.api_url, and that this machine reaches it by HTTPS")
}

/// The ways by which Slack comes to the bot; one is enough.
async fn ways(slack: &config::Slack) -> Vec<Finding> {
    let config::Slack { signing_secret, app_token, api_url, .. } = slack;
    if signing_secret.is_none() && app_token.is_none() {
        return vec![Finding::wrong(
            "slack",
            "neither slack.signing_secret nor slack.app_token is set, so Slack has no way to the bot",
            "set FIRSTMATE_SLACK__SIGNING_SECRET for HTTP, or FIRSTMATE_SLACK__APP_TOKEN for Socket Mode; both are on the app's Basic Information page",
        )];
    }
    let mut findings = Vec::new();
    if let Some(secret) = signing_secret {
        findings.push(match Verifier::new(secret) {
            Ok(_) => Finding::fine(
                "slack.signing_secret",
                "is as long as Slack's are; whether it is the right one shows at the doors",
            ),
            Err(error) => {
                Finding::wrong("slack.signing_secret", format!("{error:#}"), "until then the bot does not start")
            }
        });
    }
    if let Some(token) = app_token {
        findings.push(socket(api_url, token).await);
    }
    findings
}

/// Whether a socket could be opened.
async fn socket(api_url: &str, token: &SecretString) -> Finding {
    const ABOUT: &str = "slack.app_token";
    let opened = match Socket::new(api_url, token) {
        Ok(socket) => socket.may_open().await,
        Err(error) => return Finding::wrong(ABOUT, format!("{error:#}"), "until then the bot does not start"),
    };
    match opened {
        Ok(()) => Finding::fine(ABOUT, "may open a socket to Slack"),
        Err(failure @ Failure::Unanswered(_)) => unanswered(ABOUT, &failure),
        Err(failure) => Finding::wrong(
            ABOUT,
            failure.to_string(),
            "make an app-level token with connections:write on the app's Basic Information page, and switch Socket Mode on",
        ),
    }
}

/// What the token may do beside what is needed.
fn scopes(given: Option<&BTreeSet<String>>) -> Vec<Finding> {
    let Some(given) = given else {
        return vec![Finding::note("scopes", "Slack does not say which the token has")];
    };
    let mut findings: Vec<Finding> = SCOPES
        .iter()
        .filter(|scope| !given.contains(scope.name))
        .map(|scope| Finding::missing("scopes", format!("`{}` is missing, {}", scope.name, scope.reason), AGAIN))
        .collect();
    let idle: Vec<&str> =
        given.iter().map(String::as_str).filter(|name| !SCOPES.iter().any(|scope| scope.name == *name)).collect();
    if !idle.is_empty() {
        let found = format!("{} is granted and never used: take it away", idle.join(", "));
        findings.push(Finding::note("scopes", found));
    }
    if findings.is_empty() {
        findings.push(Finding::fine("scopes", format!("all {} are granted, and none besides", SCOPES.len())));
    }
    findings
}

/// Whether the bot is in the channels where it is to speak.
async fn channels(api_url: &str, token: &SecretString, catalogue: &Catalogue) -> Vec<Finding> {
    let Ok(slack) = Slack::new(api_url, Some(token)) else { return Vec::new() };
    let meetings = catalogue.meetings.iter().map(|series| (series.channel.as_str(), "where meetings are announced"));
    let support = Some((catalogue.support.channel.as_str(), "where people are asked")).filter(|(id, _)| !id.is_empty());
    let mut wanted: Vec<(&str, &str)> = support.into_iter().chain(meetings).collect();
    wanted.sort_unstable();
    wanted.dedup_by_key(|(id, _)| *id);
    let mut findings = Vec::new();
    for (id, what) in wanted {
        let about = format!("channel {id}");
        findings.push(match slack.conversation(id).await {
            Ok(known) => {
                let name = known.name.as_deref().unwrap_or("without a name");
                if known.is_member {
                    Finding::fine(about, format!("#{name}, {what}: the bot is in it"))
                } else {
                    Finding::missing(
                        about,
                        format!("#{name}, {what}: the bot is not in it"),
                        "there: /invite @firstmate",
                    )
                }
            }
            Err(Failure::Refused(code)) if code == "channel_not_found" => Finding::wrong(
                about,
                format!("{what}: there is no such channel for the bot"),
                "correct the id in commands/, or invite the bot where the channel is private",
            ),
            Err(failure) => Finding::wrong(about, failure.to_string(), AGAIN),
        });
    }
    findings
}
