//! One binary for all integration tests.

mod allowlist;
mod cli;
mod clients;
mod config;
mod connect;
mod envelope;
mod floors;
mod forwarding;
mod framing;
mod gate;
mod headers;
mod http2;
mod identify;
mod ingress;
mod partner_faults;
mod patterns;
mod pool;
mod readme;
mod refusals;
mod reload;
mod schema;
mod shutdown;
mod support;
mod targets;
mod tidy;
mod tls;
