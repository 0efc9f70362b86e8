//! What a cluster holds, as people look at it: kinds, tables, and what is wrong with a workload; and who may look at it. Pure: whoever
//! reads a cluster hands in what it said. Knows neither how that is fetched nor who asked.

pub mod age;
pub mod describe;
pub mod kind;
pub mod known;
pub mod object;
pub mod owner;
pub mod policy;
pub mod quantity;
pub mod quota;
mod said;
pub mod status;
pub mod table;
pub mod verb;
pub mod why;

pub use said::{said, said_cell, said_lines};
