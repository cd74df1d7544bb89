//! The webhook plane: what the cloud sends a partner, and what the partner's answers change.
//!
//! [`payload`], [`amend`], [`judge`] and [`scenario`] are pure: a request is composed from the
//! simulated world, a time and a seed, and the same three give the same bytes. [`plane`] brings them
//! together with the store and the outbox.

pub mod amend;
pub mod fidelity;
pub mod judge;
pub mod payload;
pub mod plane;
pub mod scenario;
