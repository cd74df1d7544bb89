//! The cloud's side toward a partner: what its answers mean, and the documented sequences of events.

pub mod judge;
pub mod scenario;
