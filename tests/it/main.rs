//! One binary for all integration tests.

mod gate;
mod tls;
