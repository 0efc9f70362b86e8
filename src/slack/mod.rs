//! Slack: the signed door, the socket, the Web API, and how a reply looks there. The one room that knows `slack-morphism`.

pub mod blocks;
pub mod client;
pub mod delivery;
mod fields;
mod find;
mod fit;
pub mod manifest;
pub mod mrkdwn;
mod read;
pub mod request;
pub mod socket;
pub mod token;
mod upload;
pub mod window;

pub use client::{Failure, Mark, Shown, Slack};
pub use find::Look;
pub use read::Conversation;
pub use upload::Upload;
