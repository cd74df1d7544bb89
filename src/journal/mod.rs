//! What the gateway has seen, kept to be looked at.

pub mod filter;
pub mod mask;
