//! TLS in both directions, made ready when it is first needed.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use rustls::server::ClientHello;
use rustls::{ClientConfig, ServerConfig};

use super::StartError;
use crate::net::upstream::PartnerTls;
use crate::net::worker::AppTls;
use crate::text::Text;
use crate::tls::{self, Certificates, Name};

/// Certificates toward apps. Made at the first handshake, or a little after the start: gathering the
/// entropy for session tickets takes longer than everything else that a start does.
pub(super) struct TowardApps {
    certificates: Arc<Certificates>,
    base: OnceLock<Result<Arc<ServerConfig>, String>>,
}

impl TowardApps {
    pub(super) fn new(certificates: &Arc<Certificates>) -> Self {
        Self { certificates: Arc::clone(certificates), base: OnceLock::new() }
    }
}

impl AppTls for TowardApps {
    fn listener(&self) -> Result<Arc<ServerConfig>, String> {
        let made = || tls::server_config(Arc::clone(&self.certificates), tls::HTTP2_AND_1);
        self.base.get_or_init(|| made().map_err(|error| error.to_string())).clone()
    }

    fn tunnel(&self, host: &str) -> Result<Arc<ServerConfig>, String> {
        let base = self.listener()?;
        if let Some(Name::Ip(address)) = Name::parse(host) {
            return Ok(tls::server_config_at(&base, Arc::clone(&self.certificates), address));
        }
        Ok(tls::server_config_for(&base, &self.certificates, host).unwrap_or(base))
    }

    fn due(&self, hello: &ClientHello<'_>) -> Option<Box<dyn FnOnce() + Send>> {
        if !self.certificates.lacks_key_for(hello) {
            return None;
        }
        let certificates = Arc::clone(&self.certificates);
        Some(Box::new(move || certificates.make_rsa_key()))
    }
}

/// TLS toward partners; what it needs is read when the first handshake does.
pub(super) struct TowardPartners {
    extra: Vec<rustls::pki_types::CertificateDer<'static>>,
    verifying: OnceLock<Result<Arc<ClientConfig>, String>>,
    insecure: OnceLock<Result<Arc<ClientConfig>, String>>,
}

impl TowardPartners {
    pub(super) fn new(files: &[PathBuf]) -> Result<Self, StartError> {
        let extra = tls::partner_ca(files)?;
        Ok(Self { extra, verifying: OnceLock::new(), insecure: OnceLock::new() })
    }
}

impl PartnerTls for TowardPartners {
    fn config(&self, insecure: bool) -> Result<Arc<ClientConfig>, String> {
        let cell = if insecure { &self.insecure } else { &self.verifying };
        cell.get_or_init(|| {
            tls::client_config(&self.extra, insecure, true).map_err(|error| error.to_string())
        })
        .clone()
    }

    fn explain(&self, error: &io::Error) -> (Text, Text) {
        let fault = tls::client_fault_text(error);
        (fault.reason, fault.hint)
    }
}
