//! The integration tests, one binary: the bot whole in a fake world, and the rules of the house.
#![expect(missing_docs, reason = "tests")]

mod bot;
mod door;
mod layers;
mod onboard;
