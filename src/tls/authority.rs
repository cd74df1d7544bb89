//! The local certificate authority: made on the first start, then the same for years.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use base64::Engine as _;
use rcgen::{Issuer, KeyPair};
use rustls::SupportedCipherSuite;
use rustls::crypto::aws_lc_rs::cipher_suite::TLS13_AES_128_GCM_SHA256;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use x509_parser::prelude::{FromDer, X509Certificate};

use super::constraint::Limits;
use super::founding;
use super::leaf;
use super::name::Name;
use super::pair::{self, AuthorityError, Flaw, Pair, flawed};
use super::place::Place;
use super::remarks;
use super::roots;
use crate::file;
use crate::text::{Text, text};

/// A certificate that clients trust, and the key that signs leaves with it.
#[derive(Debug)]
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    intermediates: Vec<CertificateDer<'static>>,
    validity: (SystemTime, SystemTime),
    file: PathBuf,
    key_file: PathBuf,
    limits: Option<String>,
    warnings: Vec<Text>,
}

impl Authority {
    /// The authority of this folder, made there if the folder has none.
    ///
    /// # Errors
    /// Whatever stands in the folder and is not a usable pair; it is left as it is.
    pub fn open(place: impl Into<Place>, now: SystemTime) -> Result<Self, AuthorityError> {
        let place = place.into();
        let fits = |pair: &Pair| Self::load(&place, pair, now).is_ok();
        let make = || founding::make(&place.certificate(), place.only.as_deref(), now);
        let pair = match &place.own {
            Some((certificate, key)) => {
                let dir = &place.dir;
                file::make_folder(dir)
                    .map_err(|error| flawed(dir, Flaw::System(text!("cannot be made"), error)))?;
                pair::read_own(certificate, key)?
            }
            None => pair::read_or_make(&place.dir, fits, make)?,
        };
        Self::load(&place, &pair, now)
    }

    /// The authority of this folder, if there is one; makes nothing.
    ///
    /// # Errors
    /// As [`Authority::open`].
    pub fn find(place: impl Into<Place>, now: SystemTime) -> Result<Option<Self>, AuthorityError> {
        let place = place.into();
        let pair = match &place.own {
            Some((certificate, key)) => Some(pair::read_own(certificate, key)?),
            None => pair::read(&place.dir)?,
        };
        pair.map(|pair| Self::load(&place, &pair, now)).transpose()
    }

    /// The certificate that clients have to trust.
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// Where the certificate lies.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Where its private key lies.
    pub fn key_file(&self) -> &Path {
        &self.key_file
    }

    /// The DNS names that it may sign for, with those below them; `None` is any name.
    pub fn limits(&self) -> Option<&str> {
        self.limits.as_deref()
    }

    /// First and last moment of the certificate.
    pub fn validity(&self) -> (SystemTime, SystemTime) {
        self.validity
    }

    /// Its subject, as people read it in a trust store.
    pub fn subject(&self) -> String {
        self.parsed().map(|parsed| parsed.subject().to_string()).unwrap_or_default()
    }

    /// Its serial number in hexadecimal digits.
    pub fn serial(&self) -> String {
        let bytes = self.parsed().map(|parsed| parsed.raw_serial().to_vec()).unwrap_or_default();
        hex(&bytes, "")
    }

    /// SHA-256 of the certificate, as `openssl x509 -fingerprint -sha256` prints it.
    pub fn fingerprint(&self) -> String {
        hex(&sha256(&self.certificate), ":")
    }

    /// The certificate in PEM form.
    pub fn pem(&self) -> String {
        pem(&self.certificate)
    }

    /// Whether this machine's trust store knows it; `None` where the store cannot be read. Takes
    /// some milliseconds.
    pub fn is_trusted_here(&self, now: SystemTime) -> Option<bool> {
        let leaf = leaf::mint(self, &[Name::Dns("localhost".to_owned())], now).ok()?;
        roots::is_trusted_by_system(&leaf.key.cert, now)
    }

    /// What is not wrong enough to stop, each with its remedy.
    pub fn warnings(&self) -> &[Text] {
        &self.warnings
    }

    /// In what one of an earlier version is behind those made now.
    pub fn outdated(&self) -> Vec<Text> {
        self.parsed().map_or_else(Vec::new, |parsed| remarks::outdated(&parsed))
    }

    pub(super) fn issuer(&self) -> &Issuer<'static, KeyPair> {
        &self.issuer
    }

    /// What a server sends after the leaf; empty for a root.
    pub(super) fn intermediates(&self) -> &[CertificateDer<'static>] {
        &self.intermediates
    }

    fn parsed(&self) -> Option<X509Certificate<'_>> {
        X509Certificate::from_der(&self.certificate).ok().map(|(_, parsed)| parsed)
    }

    fn load(place: &Place, pair: &Pair, now: SystemTime) -> Result<Self, AuthorityError> {
        let (file, key_file) = (place.certificate(), place.key());
        let garbled = || flawed(&file, Flaw::Garbled(text!("holds no certificate in PEM form")));
        let chain = read_chain(&pair.certificate).ok_or_else(garbled)?;
        let first = chain.first().ok_or_else(garbled)?;
        let (_, parsed) = X509Certificate::from_der(first).map_err(|_| garbled())?;
        let key = read_key(&pair.key).map_err(|flaw| flawed(&key_file, flaw))?;
        if parsed.public_key().subject_public_key.data.as_ref() != key.public_key_raw() {
            return Err(flawed(&key_file, Flaw::Mismatch));
        }
        check_authority(&parsed).map_err(|flaw| flawed(&file, flaw))?;
        let validity = check_validity(&parsed, now).map_err(|flaw| flawed(&file, flaw))?;
        let limits = Limits::of(&parsed);
        if place.only.is_some() && !limits.as_ref().is_some_and(Limits::is_whole) {
            return Err(flawed(&file, Flaw::Unconstrained));
        }
        let issuer =
            Issuer::from_ca_cert_der(first, key).map_err(|_| flawed(&file, Flaw::OddSubject))?;
        let authority = Self {
            issuer,
            certificate: first.clone().into_owned(),
            intermediates: chain.iter().filter(|der| !is_root(der)).cloned().collect(),
            validity,
            warnings: remarks::pressing(&parsed, &key_file, place.only.as_deref(), now),
            limits: limits.map(|limits| limits.text()),
            key_file,
            file,
        };
        // One of our own is known to be good, and minting would wait for the random generator, which
        // takes longer than the rest of a start.
        if !founding::is_ours(parsed.subject()) {
            authority.check_issuer_name(parsed.subject().as_raw(), now)?;
        }
        Ok(authority)
    }

    /// A subject that is not repeated byte for byte leaves clients looking for another issuer.
    fn check_issuer_name(&self, subject: &[u8], now: SystemTime) -> Result<(), AuthorityError> {
        let leaf = leaf::mint(self, &[], now)
            .map_err(|error| flawed(&self.file, Flaw::Signing(error.to_string())))?;
        let der = leaf.key.cert.first().map(AsRef::as_ref).unwrap_or_default();
        match X509Certificate::from_der(der) {
            Ok((_, parsed)) if parsed.issuer().as_raw() == subject => Ok(()),
            _ => Err(flawed(&self.file, Flaw::OddSubject)),
        }
    }
}

fn read_chain(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().ok()
}

fn read_key(pem: &[u8]) -> Result<KeyPair, Flaw> {
    // Both forms of a key behind a passphrase say so: the section's name or a Proc-Type line.
    if pem.windows(9).any(|word| word == b"ENCRYPTED") {
        return Err(Flaw::UnusableKey(text!("it is behind a passphrase")));
    }
    let der = PrivateKeyDer::from_pem_slice(pem)
        .map_err(|_| Flaw::Garbled(text!("holds no private key in PEM form")))?;
    KeyPair::try_from(&der).map_err(|error| Flaw::UnusableKey(Text::verbatim(error.to_string())))
}

fn check_authority(certificate: &X509Certificate<'_>) -> Result<(), Flaw> {
    let basic = certificate.basic_constraints().ok().flatten();
    if !basic.is_some_and(|constraints| constraints.value.ca) {
        return Err(Flaw::NotAnAuthority(text!("it lacks the CA mark")));
    }
    let usage = certificate.key_usage().ok().flatten();
    if usage.is_some_and(|usage| !usage.value.key_cert_sign()) {
        return Err(Flaw::NotAnAuthority(text!("its key usage leaves out signing certificates")));
    }
    Ok(())
}

fn check_validity(
    certificate: &X509Certificate<'_>,
    now: SystemTime,
) -> Result<(SystemTime, SystemTime), Flaw> {
    let from = certificate.validity().not_before.to_datetime();
    let until = certificate.validity().not_after.to_datetime();
    if now < SystemTime::from(from) {
        return Err(Flaw::Lapsed(text!("is valid from {day} only", day = from.date())));
    }
    if now > SystemTime::from(until) {
        return Err(Flaw::Lapsed(text!("has expired on {day}", day = until.date())));
    }
    Ok((from.into(), until.into()))
}

fn is_root(der: &CertificateDer<'_>) -> bool {
    X509Certificate::from_der(der)
        .is_ok_and(|(_, parsed)| parsed.subject().as_raw() == parsed.issuer().as_raw())
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    let SupportedCipherSuite::Tls13(suite) = TLS13_AES_128_GCM_SHA256 else { return Vec::new() };
    suite.common.hash_provider.hash(bytes).as_ref().to_vec()
}

fn hex(bytes: &[u8], between: &str) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(between)
}

/// A certificate in PEM form (RFC 7468).
pub fn pem(certificate: &[u8]) -> String {
    let body = base64::engine::general_purpose::STANDARD.encode(certificate);
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    for line in body.as_bytes().chunks(64) {
        pem.push_str(&String::from_utf8_lossy(line));
        pem.push('\n');
    }
    pem + "-----END CERTIFICATE-----\n"
}
