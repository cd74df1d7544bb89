//! Certificates and TLS, as clients and partners meet them.

mod authority;
mod certificates;
mod clients;
mod handshake;
mod partner;
mod support;
