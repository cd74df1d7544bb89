//! The TLS side that apps connect to.

use std::net::IpAddr;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs::Ticketer;
use rustls::server::{ClientHello, NoServerSessionStorage, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{Error, ServerConfig};

use super::provider;
use super::resolver::{Certificates, WITHOUT_NAME};

/// Protocols by ALPN, HTTP/2 preferred.
pub const HTTP2_AND_1: &[&[u8]] = &[b"h2", b"http/1.1"];
/// HTTP/1.1 alone.
pub const HTTP1: &[&[u8]] = &[b"http/1.1"];

/// TLS 1.2 and 1.3, the certificate by server name.
///
/// Sessions resume from one stateless ticket: nothing is stored per client, so that nothing grows
/// and workers that share this configuration share no lock.
///
/// # Errors
/// When the random source fails.
pub fn server_config(
    certificates: Arc<Certificates>,
    alpn: &[&[u8]],
) -> Result<Arc<ServerConfig>, Error> {
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(certificates);
    config.alpn_protocols = alpn.iter().map(|protocol| protocol.to_vec()).collect();
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.ticketer = Ticketer::new()?;
    config.send_tls13_tickets = 1;
    Ok(Arc::new(config))
}

/// The same configuration with one name's certificate, whatever the client asks for: the inside of
/// a CONNECT tunnel, or a listener whose clients send no name. Tickets are shared with `base`.
///
/// `None` where no certificate could carry the name.
pub fn server_config_for(
    base: &ServerConfig,
    certificates: &Certificates,
    name: &str,
) -> Option<Arc<ServerConfig>> {
    let mut config = base.clone();
    config.cert_resolver = Arc::new(Pinned(certificates.for_name(name)?));
    Some(Arc::new(config))
}

/// The same configuration for connections that arrive at one address of this machine: a client that
/// sends no name has called it by that address. Tickets are shared with `base`.
pub fn server_config_at(
    base: &ServerConfig,
    certificates: Arc<Certificates>,
    local: IpAddr,
) -> Arc<ServerConfig> {
    let mut config = base.clone();
    config.cert_resolver = Arc::new(At { certificates, local: local.to_canonical() });
    Arc::new(config)
}

#[derive(Debug)]
struct At {
    certificates: Arc<Certificates>,
    local: IpAddr,
}

impl ResolvesServerCert for At {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        match hello.server_name() {
            Some(name) => self.certificates.for_name(name),
            None if self.local.is_loopback() => self.certificates.for_name(WITHOUT_NAME),
            None => self.certificates.for_name(&self.local.to_string()),
        }
    }
}

#[derive(Debug)]
struct Pinned(Arc<CertifiedKey>);

impl ResolvesServerCert for Pinned {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }
}
