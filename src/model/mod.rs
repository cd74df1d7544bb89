//! The words of the vendor's world: events, identifiers, secrets, users with their stores and devices,
//! what they sell and a shift comes to; what follows from an identifier where nothing else says it; and how often they may
//! call.

pub mod event;
pub mod fidelity;
pub mod finding;
pub mod goods;
pub mod held;
pub mod injected;
pub mod injection;
pub mod learned;
pub mod moment;
pub mod notes;
pub mod quota;
pub mod reachable;
pub mod seeded;
pub mod shift;
pub mod source;
pub mod subscription;
pub mod token;
pub mod traits;
pub mod wildcard;
pub mod world;
