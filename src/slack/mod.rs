//! Slack: the signed door, the Web API, and how a reply looks there. The one room that knows `slack-morphism`.

pub mod blocks;
pub mod client;
pub mod delivery;
mod fields;
mod fit;
pub mod mrkdwn;
pub mod request;
mod upload;
pub mod window;

pub use client::{Conversation, Failure, Look, Mark, Shown, Slack};
pub use upload::Upload;
