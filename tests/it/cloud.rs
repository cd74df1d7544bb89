//! The Cloud API as a partner's service calls it: the real program, a token it was handed, sockets.

mod access;
mod body;
mod cors;
mod extras;
mod goods;
mod loose;
mod name;
mod ofd;
mod quantities;
mod search;
mod spelling;
pub mod stage;
mod through;
mod whole;
