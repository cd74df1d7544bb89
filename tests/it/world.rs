//! The world changed at run time.

mod access;
mod apps;
mod command;
mod durable;
mod entries;
mod refusals;
mod restored;
mod stage;
mod told;
