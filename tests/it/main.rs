//! The integration tests, one binary: the bot whole in a fake world, the catalogue, and the rules of the house.

mod answers;
mod bot;
mod catalogue;
mod database;
mod door;
mod layers;
mod onboard;
mod store;
