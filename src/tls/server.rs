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
    certificates: &Arc<Certificates>,
    name: &str,
) -> Option<Arc<ServerConfig>> {
    certificates.for_name(name)?;
    let mut config = base.clone();
    let certificates = Arc::clone(certificates);
    config.cert_resolver = Arc::new(Pinned { certificates, name: name.into() });
    Some(Arc::new(config))
}

/// The same configuration for connections to one address, of this machine or at the end of a tunnel: a
/// client that sends no name has called it by that address. Tickets are shared with `base`.
pub fn server_config_at(
    base: &ServerConfig,
    certificates: Arc<Certificates>,
    address: IpAddr,
) -> Arc<ServerConfig> {
    let mut config = base.clone();
    config.cert_resolver = Arc::new(At { certificates, address: address.to_canonical() });
    Arc::new(config)
}

#[derive(Debug)]
struct At {
    certificates: Arc<Certificates>,
    address: IpAddr,
}

impl ResolvesServerCert for At {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        match hello.server_name() {
            Some(name) => self.certificates.for_client(name, &hello),
            None if self.address.is_loopback() => {
                self.certificates.for_client(WITHOUT_NAME, &hello)
            }
            None => self.certificates.for_client(&self.address.to_string(), &hello),
        }
    }
}

#[derive(Debug)]
struct Pinned {
    certificates: Arc<Certificates>,
    name: Box<str>,
}

impl ResolvesServerCert for Pinned {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.certificates.for_client(&self.name, &hello)
    }
}
