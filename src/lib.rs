//! The gateway.

pub mod admin;
pub mod cli;
pub mod config;
pub mod fault;
pub mod gateway;
pub mod model;
pub mod net;
pub mod pattern;
pub mod proxy;
pub mod telemetry;
pub mod tls;
