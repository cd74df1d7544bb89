//! The words of the vendor's world: events, identifiers, secrets, users with their stores and devices.

pub mod event;
pub mod fidelity;
pub mod learned;
pub mod subscription;
pub mod token;
pub mod world;
