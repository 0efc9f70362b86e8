//! A fake GitHub on the wire, in small truthful parts: the REST calls that file and follow issues, the webhooks that tell of
//! them, and a page on which a visitor sees what was filed and acts as a maintainer. It must not know Slack's side.
//!
//! ```text
//! maintainer (tests)   page (browser) ── markdown     what people do on GitHub and see there
//!        └─────┬────────────┘ └── picture             (the same as plain text)
//!              ├── hook                               what the bot is told of it, signed
//!              │    wire ── calls ── outage           the REST API, for the bot; how a call is made to fail
//!              │    routes, access, asked, refusal    which calls, who may, with what, and GitHub's noes (quota: how many)
//!              └──┬──┘
//!               json                                  issues as GitHub's JSON
//!               host ── seed                          the state, pure, and what it begins with
//! ```

mod access;
mod asked;
mod calls;
mod hook;
mod host;
mod json;
mod maintainer;
mod markdown;
mod outage;
mod page;
mod picture;
mod quota;
mod refusal;
mod routes;
mod seed;
#[cfg(test)]
mod tests;
mod wire;

use std::sync::{Arc, Mutex};

use axum::Router;
use chrono::{DateTime, Utc};
use tokio_util::task::TaskTracker;

pub use maintainer::Forge;
pub use routes::route_names;
pub use seed::{Opened, Repository};

use super::setup::Setup;
use super::shared::{Shared, lock};
use access::Tokens;
use host::Host;
use quota::Quota;

pub(super) use seed::repositories;

/// What a call may look at and change.
struct Kept {
    host: Host,
    tokens: Tokens,
    quota: Quota,
}

/// The forge's part of a running playground.
pub(super) struct Ground {
    kept: Mutex<Kept>,
    token: String,
    webhook_secret: String,
    /// Webhooks on their way to the bot.
    hooks: TaskTracker,
}

impl Ground {
    pub(super) fn new(setup: &Setup) -> Self {
        Self {
            kept: Mutex::new(Kept {
                host: Host::new(&setup.repositories, (setup.now)().into()),
                tokens: Tokens::default(),
                quota: Quota::default(),
            }),
            token: setup.github_token.clone(),
            webhook_secret: setup.webhook_secret.clone(),
            hooks: TaskTracker::new(),
        }
    }
}

impl Shared {
    /// Looks at or changes the forge, now. Never held across an await.
    fn host<T>(&self, act: impl FnOnce(&mut Host, DateTime<Utc>) -> T) -> T {
        let now = (self.now)();
        act(&mut lock(&self.forge.kept).host, now.into())
    }
}

pub(super) fn routes() -> Router<Arc<Shared>> {
    wire::routes().merge(page::routes())
}
