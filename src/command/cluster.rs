//! Clusters in words.

mod explain;
