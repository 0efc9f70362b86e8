//! How the bot shows GitHub who it is: a token, or an app whose key makes tokens of an hour, each for one repository and for no
//! more than the bot needs there.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use octocrab::models::AppId;
use octocrab::{Octocrab, OctocrabBuilder};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;

use super::exchange::{Answer, send};
use super::failure::Failure;
use crate::domain::clock::Clock;

/// How long before its end a token is replaced: longer than a call that was begun with it may take.
const BEFORE_THE_END: TimeDelta = TimeDelta::minutes(2);

/// What the bot asks of each repository
/// (<https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app>).
const PERMISSIONS: [(&str, &str); 3] = [("contents", "read"), ("issues", "write"), ("metadata", "read")];

/// What the operator gave the bot to show.
#[derive(Clone, Debug)]
pub enum Access {
    /// Nothing.
    None,
    /// A token of a user.
    Token(SecretString),
    /// An app and its private key, PEM.
    App {
        /// The app's number.
        id: u64,
        /// Its key.
        key: SecretString,
    },
}

/// Clients that show who the bot is.
pub(super) enum Keys {
    None,
    Token(Octocrab),
    App { app: Octocrab, base: String, made: Mutex<HashMap<String, Made>> },
}

/// A client for one repository, until its token ends.
pub(super) struct Made {
    client: Octocrab,
    ends: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Installation {
    id: u64,
}

#[derive(Deserialize)]
struct Token {
    token: SecretString,
    expires_at: Option<DateTime<Utc>>,
}

impl Keys {
    pub(super) fn new(base: &str, access: &Access) -> anyhow::Result<Self> {
        Ok(match access {
            Access::None => Self::None,
            Access::Token(token) => Self::Token(with_token(base, token)?),
            Access::App { id, key } => {
                let app = builder(base)?.app_from_rsa_pem(AppId(*id), key.expose_secret().trim()).map_err(|_| {
                    anyhow::anyhow!(
                        "github.private_key is no RSA key in PEM form: give the file that GitHub made for the app"
                    )
                })?;
                Self::App { app: app.build()?, base: base.to_owned(), made: Mutex::default() }
            }
        })
    }

    /// The client that may work on `repository`, as in `operate-first/support`.
    pub(super) async fn of(&self, repository: &str, clock: &Clock) -> Result<Octocrab, Failure> {
        match self {
            Self::None => Err(Failure::NoAccess),
            Self::Token(client) => Ok(client.clone()),
            Self::App { app, base, made } => {
                // Held while a token is made, so that a crowd makes one.
                let mut made = made.lock().await;
                let now = clock.now();
                if let Some(made) = made.get(repository).filter(|made| now + BEFORE_THE_END < made.ends) {
                    return Ok(made.client.clone());
                }
                let fresh = make(app, base, repository, now).await?;
                let client = fresh.client.clone();
                made.insert(repository.to_owned(), fresh);
                Ok(client)
            }
        }
    }

    /// The client that says who the bot is: the app itself, or the token's user.
    pub(super) fn own(&self) -> Result<(&Octocrab, &'static str), Failure> {
        match self {
            Self::None => Err(Failure::NoAccess),
            Self::Token(client) => Ok((client, "/user")),
            Self::App { app, .. } => Ok((app, "/app")),
        }
    }

    /// Forgets the token for `repository`, which GitHub did not accept.
    pub(super) async fn forget(&self, repository: &str) {
        if let Self::App { made, .. } = self {
            made.lock().await.remove(repository);
        }
    }
}

async fn make(app: &Octocrab, base: &str, repository: &str, now: DateTime<Utc>) -> Result<Made, Failure> {
    let found: Answer = send(app, "GET", &format!("/repos/{repository}/installation"), None, None, now).await?;
    let Installation { id } = found.read()?;
    let name = repository.rsplit('/').next().unwrap_or(repository);
    let permissions: serde_json::Map<_, _> =
        PERMISSIONS.iter().map(|(what, how)| ((*what).to_owned(), (*how).into())).collect();
    let wish = serde_json::json!({ "repositories": [name], "permissions": permissions });
    let path = format!("/app/installations/{id}/access_tokens");
    let made = send(app, "POST", &path, Some(&wish), None, now).await.map_err(|failure| match failure {
        // The app was not given what it asks for: an operator's affair, and no word about what somebody wrote.
        Failure::Invalid(_) => Failure::Forbidden,
        failure => failure,
    });
    let Token { token, expires_at } = made?.read()?;
    let client = with_token(base, &token).map_err(|_| Failure::NoAccess)?;
    Ok(Made { client, ends: expires_at.unwrap_or(now + TimeDelta::hours(1)) })
}

fn builder(
    base: &str,
) -> anyhow::Result<
    OctocrabBuilder<octocrab::NoSvc, octocrab::DefaultOctocrabBuilderConfig, octocrab::NoAuth, octocrab::NotLayerReady>,
> {
    Octocrab::builder().base_uri(base).map_err(|_| anyhow::anyhow!("github.api_url is no address"))
}

fn with_token(base: &str, token: &SecretString) -> anyhow::Result<Octocrab> {
    Ok(builder(base)?.personal_token(token.expose_secret().trim().to_owned()).build()?)
}
