//! What the tests share: the real binary in a folder of its own, a partner that records bytes, raw
//! clients on both listeners. Nothing here sleeps: every wait ends with an event or a time limit.
#![allow(dead_code)]

pub mod admin;
pub mod browser;
pub mod codes;
pub mod copied;
pub mod frames;
pub mod gateway;
pub mod h2;
pub mod h2_raw;
pub mod journal;
pub mod message;
pub mod partner;
pub mod pipe;
pub mod raw;
pub mod reader;
mod rehearsal;
pub mod relay;
pub mod secure;
pub mod service;
pub mod stage;
pub mod terminal;
pub mod world;

use std::time::Duration;

/// How long anything may take before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(10);

pub use gateway::Gateway;
pub use message::{Answer, get, head_of, post};
pub use partner::{Call, Latch, Partner, Received, ok};
pub use raw::Raw;
pub use stage::Stage;
pub use world::World;
