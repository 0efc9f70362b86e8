//! Who calls: the bot by its own token, the app by a JWT, or an installation by a token that was made for some repositories and
//! an hour. It must not know what is called.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::host::{APP, BOT};
use super::refusal::Refusal;
use super::routes;

/// How long a token lasts. <https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app>
const LASTS: TimeDelta = TimeDelta::hours(1);
/// The longest time that a JWT may be good for, in seconds, and a minute for clocks that differ.
/// <https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app>
const JWT_LASTS: i64 = 10 * 60 + 60;
/// Tokens that are kept after they expired, so that an old one is told from a made-up one.
const KEPT: usize = 200;
/// What the app was installed with.
pub(super) const GRANTED: &[(&str, &str)] = &[("contents", "read"), ("issues", "write"), ("metadata", "read")];

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Access {
    Person,
    App,
    Installation(Grant),
}

/// What a token was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Grant {
    /// Ids of the repositories; none means all.
    pub(super) repositories: Option<Vec<u64>>,
    /// As in `issues:write`.
    pub(super) permissions: Vec<(String, String)>,
}

/// The tokens that were made so far.
#[derive(Debug, Default)]
pub(super) struct Tokens(Vec<(String, DateTime<Utc>, Grant)>);

impl Tokens {
    /// Makes a token; gives it and the time until which it is good.
    pub(super) fn make(&mut self, grant: Grant, now: DateTime<Utc>) -> (String, DateTime<Utc>) {
        let token = format!("ghs_playground{:032x}", rand::random::<u128>());
        let until = now + LASTS;
        if self.0.len() >= KEPT {
            self.0.remove(0);
        }
        self.0.push((token.clone(), until, grant));
        (token, until)
    }

    /// Looks at who calls: `own` is the bot's own token.
    pub(super) fn admit(&self, headers: &HeaderMap, own: &str, now: DateTime<Utc>) -> Result<Access, Refusal> {
        let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let given = header.strip_prefix("Bearer ").or_else(|| header.strip_prefix("token ")).unwrap_or_default();
        if given == own {
            return Ok(Access::Person);
        }
        match self.0.iter().find(|(token, ..)| token == given) {
            Some((_, until, grant)) if now < *until => Ok(Access::Installation(grant.clone())),
            // A token may run out between two calls.
            Some(_) => Err(Refusal::outcome(401, "Bad credentials")),
            None if is_jwt(given) => Ok(Access::App),
            None => Err(Refusal::fault(401, "Bad credentials")),
        }
    }
}

impl Access {
    /// Who is seen as the author of what is written.
    pub(super) fn login(&self) -> &'static str {
        match self {
            Self::Person => BOT,
            Self::App | Self::Installation(_) => APP,
        }
    }

    /// May this be called at all?
    pub(super) fn may(&self, needs: &str) -> Result<(), Refusal> {
        match self {
            Self::App if needs == routes::JWT => Ok(()),
            Self::App => Err(Refusal::fault(403, "Resource not accessible by integration")),
            _ if needs == routes::JWT => Err(Refusal::fault(401, "A JSON web token could not be decoded")),
            Self::Person => Ok(()),
            Self::Installation(grant) if grant.allows(needs) => Ok(()),
            Self::Installation(_) => Err(Refusal::fault(403, "Resource not accessible by integration")),
        }
    }

    /// Does it reach this repository?
    pub(super) fn reaches(&self, repository: u64) -> bool {
        match self {
            Self::Installation(Grant { repositories: Some(named), .. }) => named.contains(&repository),
            _ => true,
        }
    }
}

impl Grant {
    fn allows(&self, needs: &str) -> bool {
        let Some((name, level)) = needs.split_once(':') else { return false };
        let granted = self.permissions.iter().find(|(given, _)| given == name);
        name == "metadata" || granted.is_some_and(|(_, given)| given == level || given == "write")
    }
}

/// Does it have the shape of a JWT that GitHub would take? The signature is not looked at: the app's key is the bot's own.
fn is_jwt(given: &str) -> bool {
    let mut parts = given.split('.');
    let mut part = || -> Option<Vec<u8>> { URL_SAFE_NO_PAD.decode(parts.next()?).ok() };
    let (Some(header), Some(claims), Some(signature)) = (part(), part(), part()) else { return false };
    let (header, claims): (Value, Value) = match (serde_json::from_slice(&header), serde_json::from_slice(&claims)) {
        (Ok(header), Ok(claims)) => (header, claims),
        _ => return false,
    };
    let lasts = claims["exp"].as_i64().zip(claims["iat"].as_i64()).map(|(until, from)| until - from);
    let by = claims["iss"].is_u64() || claims["iss"].as_str().is_some_and(|by| !by.is_empty());
    header["alg"] == "RS256" && by && !signature.is_empty() && lasts.is_some_and(|lasts| lasts <= JWT_LASTS)
}
