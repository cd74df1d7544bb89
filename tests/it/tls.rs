//! Certificates and TLS, as clients and partners meet them.

mod authority;
mod certificates;
mod handshake;
mod partner;
mod support;
