//! The webhook plane as a partner and an operator see it: the real program, its admin API, sockets.

mod answers;
mod api;
mod catalogue;
mod chain;
mod disk;
mod durable;
mod files;
mod form;
mod order;
mod portal;
mod scenarios;
mod schedule;
mod simplest;
pub mod stage;
mod switches;
