//! What the bot is about, pure: no input or output, no clock (`now` is an argument), neither Slack nor HTTP.

pub mod answers;
pub mod calendar;
pub mod clock;
pub mod cluster;
pub mod effect;
pub mod inert;
pub mod issue;
pub mod issue_form;
pub mod markdown;
pub mod person;
pub mod query;
pub mod redact;
pub mod reply;
pub mod silence;
pub mod transcript;
pub mod usage;
