//! The TLS side that calls partners.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use super::provider;
use super::roots::{Trusted, Unverified};
use super::server::HTTP2_AND_1;
use crate::file;
use crate::text::{Text, text};

/// Why no partner can be called over TLS.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// A file of `partner_ca`.
    #[error("{}: {why}", file.display())]
    File {
        /// The file to look at.
        file: PathBuf,
        /// What is wrong with it.
        why: Text,
    },
    /// The TLS library.
    #[error("TLS toward partners cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
}

impl ClientError {
    /// In words.
    pub fn text(&self) -> Text {
        match self {
            Self::File { file, why } => {
                text!("{file}: {why}", file = file.display(), why => why.clone())
            }
            Self::Tls(error) => text!("TLS toward partners cannot be set up: {error}", error),
        }
    }
}

/// The certificates of all `partner_ca` files, in order.
///
/// # Errors
/// A file that cannot be read, holds no certificate or one that cannot be understood.
pub fn partner_ca(files: &[PathBuf]) -> Result<Vec<CertificateDer<'static>>, ClientError> {
    let mut all = Vec::new();
    for file in files {
        all.extend(read(file)?);
    }
    Ok(all)
}

/// TLS toward partners, to be shared by as many connections as possible: sessions resume within it.
///
/// Trusts the system's roots and `extra`; with `insecure` anything at all. With `alpn` it offers
/// HTTP/2 before HTTP/1.1, without it nothing. Reads no trust store until the first handshake.
///
/// # Errors
/// A certificate of `extra` that cannot be an anchor of trust.
pub fn client_config(
    extra: &[CertificateDer<'static>],
    insecure: bool,
    alpn: bool,
) -> Result<Arc<ClientConfig>, ClientError> {
    let mut check = RootCertStore::empty();
    for certificate in extra {
        check.add(certificate.clone())?;
    }
    let verifier: Arc<dyn ServerCertVerifier> =
        if insecure { Arc::new(Unverified) } else { Trusted::new(extra) };
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    if alpn {
        config.alpn_protocols = HTTP2_AND_1.iter().map(|protocol| protocol.to_vec()).collect();
    }
    Ok(Arc::new(config))
}

/// TLS of a client that trusts one authority and nothing else.
///
/// # Errors
/// A certificate that cannot be an anchor of trust.
pub fn client_config_of(
    authority: &CertificateDer<'static>,
) -> Result<Arc<ClientConfig>, ClientError> {
    let mut roots = RootCertStore::empty();
    roots.add(authority.clone())?;
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn read(path: &Path) -> Result<Vec<CertificateDer<'static>>, ClientError> {
    let refuse = |why: Text| ClientError::File { file: path.to_owned(), why };
    let pem = file::read(path, file::PEM)
        .map_err(|error| refuse(text!("cannot be read ({error})", error)))?;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<_, _>>()
        .map_err(|error| refuse(text!("is not whole PEM ({error}); copy it again", error)))?;
    if certificates.is_empty() {
        return Err(refuse(text!("holds no certificate in PEM form")));
    }
    let mut check = RootCertStore::empty();
    for certificate in &certificates {
        check.add(certificate.clone()).map_err(|error| {
            refuse(text!("holds a certificate that cannot be read ({error})", error))
        })?;
    }
    Ok(certificates)
}
