//! The integration tests, one binary: the bot whole in a fake world, the catalogue, and the rules of the house.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(unreachable_pub, reason = "a program of tests has no public side")]

mod answers;
mod bot;
mod calendar;
mod catalogue;
mod cluster;
mod cluster_role;
mod database;
mod deploy;
mod doctor;
mod door;
mod follow;
mod front;
mod issue;
mod jumps;
mod layers;
mod manifest;
mod meetings;
mod onboard;
mod people;
mod promises;
mod socket;
mod start;
mod step;
mod store;
mod traces;
mod transcript;
