//! One binary for all integration tests. Most start the real program and talk to it over sockets.
#![allow(
    clippy::expect_used,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::type_complexity,
    clippy::unwrap_used
)]

// The way in.
mod connect;
mod http2;
mod http2_heads;
mod http2_peers;
mod identify;
mod ingress;
mod journal;
mod raw_targets;
mod tunnels;

// The decision.
mod allowlist;
mod framing;
mod methods;
mod refusals;
mod targets;

// The way through.
mod envelope;
mod forwarding;
mod header_names;
mod headers;
mod multiplexing;
mod partner_faults;
mod partner_http2;
mod pool;

// The process, and other people's clients.
mod access;
mod admin_listener;
mod admin_token;
mod cli;
mod clients;
mod commands;
mod connecting;
mod console_cli;
mod crash;
mod demo;
mod doctor;
mod fidelity;
mod files;
mod first_minutes;
mod har;
mod help;
mod log;
mod reload;
mod reports;
mod secrets;
mod shutdown;
mod status;
mod unheard;

// The operator's page.
mod console;

// The clouds' own APIs.
mod cloud;
mod cloud_v2;

// The webhook plane.
mod app_yaml;
mod breakpoints;
mod evotor_day;
mod faults;
mod simulate;
mod stubs;
mod webhooks;
mod world;

// ASNA.
mod asna;
mod asna_day;
mod base_url;

// The parts, from outside the crate.
mod config;
mod filter;
mod gate;
mod openapi;
mod packages;
mod patterns;
mod payloads;
mod schema;
mod tls;
mod vendor_facts;
mod verdicts;

// The tree.
mod floors;
mod hosted;
mod readme;
mod released;
mod texts;
mod tidy;

mod support;
