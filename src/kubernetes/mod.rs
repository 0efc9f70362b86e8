//! Clusters: `kube` behind a few verbs that only look. The one room that knows `kube`.
//!
//! Whatever is asked, nothing but GET leaves: the client itself refuses all else, beneath every query (`access`). A cluster is treated
//! kindly: few requests at a time, the same question within moments is one request, and when it asks for rest it is given (`look`).
//! What it answers is bounded and cleaned before anybody sees it (`table`, `failure`).

mod access;
mod discovery;
mod failure;
mod look;
mod table;
#[cfg(test)]
mod tests;

pub use access::{Access, Refused};
pub use failure::Failure;
pub use look::{Cluster, Identity, LogWish, Look, Page, Patience, Selection};
