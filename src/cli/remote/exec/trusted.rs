//! Whom programs of this environment trust: the system's authorities, those of files that variables
//! name, and the gateway's.

use std::collections::HashSet;
use std::io;
use std::path::Path;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::super::variable;
use crate::cli::words::talk_note;
use crate::file;
use crate::text::text;
use crate::tls::pem;

/// Variables that name a file of authorities, of which a program uses that one alone.
pub(super) const NAMING: [&str; 9] = [
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "PIP_CERT",
    "CARGO_HTTP_CAINFO",
    "PERL_LWP_SSL_CA_FILE",
    "NODE_EXTRA_CA_CERTS",
    "DENO_CERT",
];

/// Certificates, each once.
#[derive(Debug, Default)]
pub(super) struct Trusted(Vec<CertificateDer<'static>>);

impl Trusted {
    /// What is trusted now, and one more. `SSL_CERT_FILE` and `SSL_CERT_DIR` stand for the system's.
    pub(super) fn with(own: CertificateDer<'static>) -> Self {
        let mut all = rustls_native_certs::load_native_certs().certs;
        if all.is_empty() {
            talk_note(&text!(
                "none of the system's authorities were found; only the gateway's is trusted"
            ));
        }
        for name in NAMING {
            let Some(path) = variable(name).filter(|path| !path.is_empty()) else { continue };
            match named(Path::new(&path)) {
                Ok(certificates) => all.extend(certificates),
                Err(error) => talk_note(&text!("{name} names {path}: {error}", name, path, error)),
            }
        }
        all.push(own);
        let mut known = HashSet::new();
        all.retain(|certificate| known.insert(certificate.clone()));
        Self(all)
    }

    pub(super) fn certificates(&self) -> &[CertificateDer<'static>] {
        &self.0
    }

    /// As programs other than Java read them.
    pub(super) fn pem(&self) -> String {
        self.0.iter().map(|certificate| pem(certificate)).collect()
    }
}

/// requests takes a folder too, of names as OpenSSL's `c_rehash` makes them.
fn named(path: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
    if path.is_dir() {
        return Ok(rustls_native_certs::load_certs_from_paths(None, Some(path)).certs);
    }
    let text = file::read(path, file::PEM)?;
    Ok(CertificateDer::pem_slice_iter(&text).filter_map(Result::ok).collect())
}
