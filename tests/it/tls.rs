//! Certificates and TLS, as clients and partners meet them.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test ends by panicking and says what it skips"
)]

mod authority;
mod certificates;
mod clients;
mod commands;
mod foreign;
mod handshake;
mod limits;
mod old_clients;
mod partner;
mod support;
