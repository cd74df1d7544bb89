//! Whom the gateway believes when it calls a partner.

use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::provider;

/// The system's trust store and the files of `partner_ca`.
///
/// The store is read at the first handshake: some 150 certificates are not worth a slower start.
#[derive(Debug)]
pub(super) struct Trusted {
    extra: Vec<CertificateDer<'static>>,
    system: OnceLock<Result<Verifier, Error>>,
}

/// No certificate is looked at; that the partner holds its key still is.
#[derive(Debug)]
pub(super) struct Unverified;

impl Trusted {
    pub(super) fn new(extra: &[CertificateDer<'static>]) -> Arc<Self> {
        Arc::new(Self { extra: extra.to_vec(), system: OnceLock::new() })
    }

    fn system(&self) -> Result<&Verifier, Error> {
        self.system
            .get_or_init(|| Verifier::new_with_extra_roots(self.extra.iter().cloned(), provider()))
            .as_ref()
            .map_err(Clone::clone)
    }
}

impl ServerCertVerifier for Trusted {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        // `openssl req -x509` marks a server's own certificate as an authority, which no chain may
        // end with. Listed itself in `partner_ca`, it is as good as a chain.
        if self.extra.contains(&end_entity.clone().into_owned()) {
            return verify_listed(end_entity, server_name, now);
        }
        self.system()?.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        )
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Unverified.verify_tls12_signature(message, cert, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Unverified.verify_tls13_signature(message, cert, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        Unverified.supported_verify_schemes()
    }
}

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = provider().signature_verification_algorithms;
        verify_tls12_signature(message, cert, signed, &algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = provider().signature_verification_algorithms;
        verify_tls13_signature(message, cert, signed, &algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        provider().signature_verification_algorithms.supported_schemes()
    }
}

/// Whether the system's store alone accepts this chain for `localhost`; `None` where there is no
/// store to ask.
pub(super) fn is_trusted_by_system(
    chain: &[CertificateDer<'static>],
    now: SystemTime,
) -> Option<bool> {
    let (leaf, intermediates) = chain.split_first()?;
    let system = Verifier::new(provider()).ok()?;
    let name = ServerName::try_from("localhost").ok()?;
    let now = UnixTime::since_unix_epoch(now.duration_since(SystemTime::UNIX_EPOCH).ok()?);
    Some(system.verify_server_cert(leaf, intermediates, &name, &[], now).is_ok())
}

fn verify_listed(
    end_entity: &CertificateDer<'_>,
    server_name: &ServerName<'_>,
    now: UnixTime,
) -> Result<ServerCertVerified, Error> {
    verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
    let (_, parsed) = X509Certificate::from_der(end_entity)
        .map_err(|_| Error::InvalidCertificate(CertificateError::BadEncoding))?;
    let today = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    let validity = parsed.validity();
    if today > validity.not_after.timestamp() {
        return Err(CertificateError::Expired.into());
    }
    if today < validity.not_before.timestamp() {
        return Err(CertificateError::NotValidYet.into());
    }
    Ok(ServerCertVerified::assertion())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_store_is_read_at_the_first_handshake_and_not_before() {
        let trusted = Trusted::new(&[]);
        assert!(!trusted.supported_verify_schemes().is_empty());
        assert!(trusted.system.get().is_none());
        let name = ServerName::try_from("partner.ru").unwrap();
        let now = UnixTime::now();
        trusted
            .verify_server_cert(&CertificateDer::from(vec![0]), &[], &name, &[], now)
            .unwrap_err();
        assert!(trusted.system.get().is_some());
    }
}
