//! What a cluster holds, as people look at it: kinds, tables, and what is wrong with a workload. Pure: whoever reads a cluster hands
//! in what it said. Knows neither how that is fetched nor who asked.

pub mod age;
pub mod kind;
pub mod known;
pub mod policy;
pub mod said;
pub mod table;
pub mod verb;
