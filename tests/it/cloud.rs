//! The Cloud API as a partner's service calls it: the real program, a token it was handed, sockets.

mod access;
mod body;
mod goods;
mod name;
mod quantities;
mod search;
pub mod stage;
mod whole;
