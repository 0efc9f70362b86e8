//! The REST API of GitHub as the bot uses it: who it is there, what it asks, and what it remembers of what changes seldom.

use axum::body::Bytes;
use axum::http::{HeaderValue, StatusCode, header};
use moka::sync::Cache;
use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;

use super::access::{Access, Keys};
use super::exchange::{Answer, decode, send, within};
use super::failure::Failure;
use crate::domain::clock::Clock;
use crate::domain::silence::Silence;

/// Files and folders remembered with their ETags: the forms of some dozens of repositories.
const REMEMBERED: u64 = 1_000;

/// GitHub's interface, cheap to share.
pub struct GitHub {
    keys: Keys,
    pub(super) clock: Clock,
    me: OnceCell<String>,
    /// What was read, by path, with the tag by which GitHub says that it is still so.
    pub(super) read: Cache<String, Tagged>,
}

/// An answer that may be asked for again by its tag, which costs nothing of the rate limit
/// (<https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate>).
#[derive(Clone)]
pub(super) struct Tagged {
    tag: HeaderValue,
    body: Bytes,
}

impl GitHub {
    /// A client of the REST API at `api_url`, as in `https://api.github.com`. Nothing is asked of it yet.
    ///
    /// # Errors
    /// When the address or the app's key is none.
    pub fn new(api_url: &str, access: &Access, clock: Clock) -> anyhow::Result<Self> {
        let keys = Keys::new(api_url.trim_end_matches('/'), access)?;
        Ok(Self { keys, clock, me: OnceCell::new(), read: Cache::new(REMEMBERED) })
    }

    /// Whether there is anything to show GitHub.
    pub fn has_access(&self) -> bool {
        !matches!(self.keys, Keys::None)
    }

    /// The login under which the bot writes; asked once.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn me(&self) -> Result<&str, Failure> {
        #[derive(serde::Deserialize)]
        struct Me {
            login: Option<String>,
            slug: Option<String>,
        }
        let login = self.me.get_or_try_init(async || {
            let (client, path) = self.keys.own()?;
            let me: Me = send(client, "GET", path, None, None, self.clock.now()).await?.read()?;
            // An app writes as a user that is called after it.
            let login = me.login.or(me.slug.map(|slug| format!("{slug}[bot]")));
            login.ok_or(Failure::Unanswered(Silence::Server))
        });
        login.await.map(String::as_str)
    }

    /// Gets what a call about `repository` needs beforehand, so that the call itself is one: who the bot is, and a token.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn ready(&self, repository: &str) -> Result<(), Failure> {
        within(async {
            self.keys.of(repository, &self.clock).await?;
            self.me().await.map(drop)
        })
        .await
    }

    /// Asks something about `repository`.
    pub(super) async fn call<A: DeserializeOwned>(
        &self,
        repository: &str,
        method: &'static str,
        path: &str,
        body: Option<&serde_json::Value>,
    ) -> Result<A, Failure> {
        self.ask(repository, method, path, body).await?.read()
    }

    /// The same for what is answered without a word.
    pub(super) async fn ask(
        &self,
        repository: &str,
        method: &'static str,
        path: &str,
        body: Option<&serde_json::Value>,
    ) -> Result<Answer, Failure> {
        let answer = within(async {
            let client = self.keys.of(repository, &self.clock).await?;
            send(&client, method, path, body, None, self.clock.now()).await
        });
        let answer = answer.await;
        if matches!(answer, Err(Failure::Unauthorized)) {
            self.keys.forget(repository).await;
        }
        answer
    }

    /// Reads what changes seldom: asks whether what is remembered still holds.
    pub(super) async fn read<A: DeserializeOwned>(&self, repository: &str, path: &str) -> Result<A, Failure> {
        let known = self.read.get(path);
        let tag = known.as_ref().map(|known| &known.tag);
        let answer = within(async {
            let client = self.keys.of(repository, &self.clock).await?;
            send(&client, "GET", path, None, tag, self.clock.now()).await
        });
        let answer = answer.await?;
        match known {
            Some(known) if answer.status == StatusCode::NOT_MODIFIED => decode(&known.body),
            _ => {
                if let Some(tag) = answer.headers.get(header::ETAG) {
                    let tagged = Tagged { tag: tag.clone(), body: answer.body.clone() };
                    self.read.insert(path.to_owned(), tagged);
                }
                answer.read()
            }
        }
    }
}

impl std::fmt::Debug for GitHub {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("GitHub").field("access", &self.has_access()).finish_non_exhaustive()
    }
}
