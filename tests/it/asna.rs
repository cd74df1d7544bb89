//! ASNA's API as a pharmacy's program meets it: the real process, its admin address, sockets.

mod clients;
mod commands;
mod events;
pub mod packages;
pub mod stage;
mod tokens;
mod webhooks;
