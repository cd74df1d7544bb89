//! The world changed at run time.

mod access;
mod apps;
mod command;
mod durable;
mod entries;
mod refusals;
mod stage;
mod told;
