//! The timeline on the command line: the real program beside a real gateway and a real partner.

mod diff;
mod exec;
mod export;
mod late;
mod open;
mod russian;
mod show;
mod stage;
mod tail;
mod terminal;
mod verify;
