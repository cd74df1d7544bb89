//! The black-box suite: each test starts the real binary and talks to it over sockets.
#![allow(
    clippy::expect_used,
    clippy::print_stderr,
    clippy::unwrap_used,
    dead_code,
    missing_debug_implementations,
    missing_docs
)]

mod allowlist;
mod envelope;
mod forwarding;
mod framing;
mod headers;
mod identify;
mod ingress;
mod refusals;
mod support;
