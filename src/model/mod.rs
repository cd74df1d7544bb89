//! The words of the vendor's world: identifiers, secrets, users with their stores and devices.

pub mod event;
pub mod subscription;
pub mod token;
pub mod world;
