//! One binary for all integration tests.

mod config;
mod gate;
mod schema;
mod tls;
