//! firstmate, the Slack bot of the Operate First community.
//!
//! The modules in layer order, each knowing only those below it (`tests/it/layers.rs` reads the sources and fails on any
//! other arrow):
//!
//! ```text
//! main → app → config → { http, schedule } → { command, jobs }
//!      → { slack, github, kubernetes, store, catalogue, search } → { domain, measure }
//! main → playground, which knows nothing of ours
//! ```

pub mod app;
pub mod config;

pub mod http;
pub mod schedule;

pub mod command;
pub mod jobs;

pub mod catalogue;
pub mod github;
pub mod kubernetes;
pub mod search;
pub mod slack;
pub mod store;

pub mod domain;
pub mod measure;

pub mod playground;
