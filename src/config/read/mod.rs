//! Sections of the file, one reader each: nodes in, meaning out.

mod admin;
mod allow;
mod app;
mod asna;
mod certs;
mod cors;
mod credential;
pub(super) mod employee;
mod faults;
mod file;
mod journal;
mod limits;
mod listen;
mod retry;
mod rule;
mod terminal;
mod upstream;
mod webhooks;
mod world;

pub(super) use app::one as app;
pub(super) use file::file;
pub(super) use world::Users;
