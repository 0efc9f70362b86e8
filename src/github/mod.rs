//! GitHub: the few verbs that the bot needs, and the signed door for what GitHub sends. The one room that knows `octocrab`.

mod access;
mod client;
mod exchange;
mod failure;
mod forms;
mod hook;
mod issues;

pub use access::Access;
pub use client::GitHub;
pub use exchange::CALL_TIMEOUT;
pub use failure::Failure;
pub use forms::{Entry, Standing};
pub use hook::{Hook, HookVerifier, Signed};
pub use issues::{Comment, Issue, Wanted};
