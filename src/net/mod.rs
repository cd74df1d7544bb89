//! Machinery that knows HTTP and sockets and nothing of Evotor.

pub mod gate;
pub mod holder;
