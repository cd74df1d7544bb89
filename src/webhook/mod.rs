//! The cloud's side of the webhooks: what it sends to a partner.
//!
//! The parts here are pure: a request is composed from the simulated world, a time and a seed, and
//! the same three give the same bytes. Delivering it is not their concern.

pub mod amend;
pub mod payload;
