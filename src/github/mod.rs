//! GitHub: the few verbs that the bot needs, and the signed door for what GitHub sends. The one room that knows `octocrab`.

mod access;
mod client;
mod failure;
mod forms;
mod hook;
mod issues;

pub use access::Access;
pub use client::{CALL_TIMEOUT, GitHub};
pub use failure::{Failure, Silence};
pub use forms::{Entry, Standing};
pub use hook::{Hook, HookVerifier, Signed};
pub use issues::{Comment, Issue, Wanted};
