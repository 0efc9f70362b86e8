//! Clusters: `kube` behind a few verbs that only look. The one room that knows `kube`.
//!
//! Whatever is asked, nothing but GET leaves: the client itself refuses all else, beneath every query (`access`). A cluster is treated
//! kindly: few requests at a time, the same question within moments is one request, and when it asks for rest it is given (`wire`).
//! What it answers is bounded and cleaned before anybody sees it (`table`, `failure`).
//!
//! ```text
//! look                    what can be asked: kinds, lists, objects, logs
//! discovery  table        what comes of the answers
//! access  wire  address   how a cluster is reached, requests, and where things are
//! failure                 why there is no answer
//! ```

mod access;
mod address;
mod discovery;
mod failure;
mod look;
mod table;
#[cfg(test)]
mod tests;
mod wire;

pub use access::{Access, Refused};
pub use address::{LogWish, Selection};
pub use failure::Failure;
pub use look::{Cluster, Look, Patience};
pub use table::Page;
pub use wire::Identity;
