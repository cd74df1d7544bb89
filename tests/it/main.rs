//! One binary for all integration tests.

mod config;
mod gate;
mod readme;
mod schema;
mod tls;
