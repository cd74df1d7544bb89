//! The local certificate authority: made on the first start, then the same for years.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SerialNumber,
};
use rustls::SupportedCipherSuite;
use rustls::crypto::aws_lc_rs::cipher_suite::TLS13_AES_128_GCM_SHA256;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use time::OffsetDateTime;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::leaf;
use super::name::Name;
use super::pair::{
    self, AuthorityError, CERTIFICATE_FILE, Flaw, KEY_FILE, Pair, flawed, is_open_to_others,
};
use super::roots;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const YEARS_10: u32 = 3652;
/// 2025-01-01: a machine that claims an earlier day has lost its clock.
const EARLIEST_CLOCK: Duration = Duration::from_secs(1_735_689_600);

/// A certificate that clients trust, and the key that signs leaves with it.
#[derive(Debug)]
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    intermediates: Vec<CertificateDer<'static>>,
    validity: (SystemTime, SystemTime),
    file: PathBuf,
    warnings: Vec<String>,
}

impl Authority {
    /// The authority of this folder, made there if the folder has none.
    ///
    /// # Errors
    /// Whatever stands in the folder and is not a usable pair; it is left as it is.
    pub fn open(dir: &Path, now: SystemTime) -> Result<Self, AuthorityError> {
        let fits = |pair: &Pair| Self::load(dir, pair, now).is_ok();
        let pair = pair::read_or_make(dir, fits, || make(&dir.join(CERTIFICATE_FILE), now))?;
        Self::load(dir, &pair, now)
    }

    /// The authority of this folder, if there is one; makes nothing.
    ///
    /// # Errors
    /// As [`Authority::open`].
    pub fn find(dir: &Path, now: SystemTime) -> Result<Option<Self>, AuthorityError> {
        pair::read(dir)?.map(|pair| Self::load(dir, &pair, now)).transpose()
    }

    /// The certificate that clients have to trust.
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// Where the certificate lies.
    pub fn file(&self) -> &Path {
        &self.file
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
        let body = base64::engine::general_purpose::STANDARD.encode(&self.certificate);
        let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
        for line in body.as_bytes().chunks(64) {
            pem.push_str(&String::from_utf8_lossy(line));
            pem.push('\n');
        }
        pem + "-----END CERTIFICATE-----\n"
    }

    /// Whether this machine's trust store knows it; `None` where the store cannot be read. Takes some
    /// milliseconds.
    pub fn is_trusted_here(&self, now: SystemTime) -> Option<bool> {
        let leaf = leaf::mint(self, &[Name::Dns("localhost".to_owned())], now).ok()?;
        roots::is_trusted_by_system(&leaf.key.cert, now)
    }

    /// What is not wrong enough to stop, each with its remedy.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
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

    fn load(dir: &Path, pair: &Pair, now: SystemTime) -> Result<Self, AuthorityError> {
        let (file, key_file) = (dir.join(CERTIFICATE_FILE), dir.join(KEY_FILE));
        let garbled = || flawed(&file, Flaw::Garbled("certificate"));
        let chain = read_chain(&pair.certificate).ok_or_else(garbled)?;
        let first = chain.first().ok_or_else(garbled)?;
        let (_, parsed) = X509Certificate::from_der(first).map_err(|_| garbled())?;
        let key = read_key(&pair.key).map_err(|flaw| flawed(&key_file, flaw))?;
        if parsed.public_key().subject_public_key.data.as_ref() != key.public_key_raw() {
            return Err(flawed(&key_file, Flaw::Mismatch));
        }
        check_authority(&parsed).map_err(|flaw| flawed(&file, flaw))?;
        let validity = check_validity(&parsed, now).map_err(|flaw| flawed(&file, flaw))?;
        let issuer = Issuer::from_ca_cert_der(first, key)
            .map_err(|error| flawed(&file, Flaw::Signing(error.to_string())))?;
        let authority = Self {
            issuer,
            certificate: first.clone().into_owned(),
            intermediates: chain.iter().filter(|der| !is_root(der)).cloned().collect(),
            validity,
            warnings: warnings(&parsed, &key_file),
            file,
        };
        authority.check_issuer_name(parsed.subject().as_raw(), now)?;
        Ok(authority)
    }

    /// A subject in some rare encoding is not repeated byte for byte, and clients would not find the issuer.
    fn check_issuer_name(&self, subject: &[u8], now: SystemTime) -> Result<(), AuthorityError> {
        let refuse = |why: &str| flawed(&self.file, Flaw::Signing(why.to_owned()));
        let leaf = leaf::mint(self, &[], now).map_err(|error| refuse(&error.to_string()))?;
        let der = leaf.key.cert.first().map(AsRef::as_ref).unwrap_or_default();
        match X509Certificate::from_der(der) {
            Ok((_, parsed)) if parsed.issuer().as_raw() == subject => Ok(()),
            _ => Err(refuse(
                "its subject is encoded in a way that leaves cannot repeat; have a new authority made",
            )),
        }
    }
}

fn make(file: &Path, now: SystemTime) -> Result<Pair, AuthorityError> {
    let today = OffsetDateTime::from(now).date().to_string();
    if now < SystemTime::UNIX_EPOCH + EARLIEST_CLOCK {
        return Err(flawed(file, Flaw::Clock(today)));
    }
    let params = params(host_name().as_deref(), now);
    let signing = |error: rcgen::Error| flawed(file, Flaw::Signing(error.to_string()));
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(signing)?;
    let certificate = params.self_signed(&key).map_err(signing)?;
    Ok(Pair { certificate: certificate.pem().into_bytes(), key: key.serialize_pem().into_bytes() })
}

fn params(host: Option<&str>, now: SystemTime) -> CertificateParams {
    let mut params = CertificateParams::default();
    let serial = leaf::random_serial();
    let mark = serial.as_ref().map(SerialNumber::to_bytes).unwrap_or_default();
    let mut subject = DistinguishedName::new();
    subject.push(DnType::OrganizationName, "evotor-gateway");
    subject.push(DnType::CommonName, common_name(host, now, &mark));
    params.distinguished_name = subject;
    params.not_before = OffsetDateTime::from(now - DAY);
    params.not_after = OffsetDateTime::from(now + DAY * YEARS_10);
    params.serial_number = serial;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// What people will look for in their trust store, in the 64 characters that RFC 5280 allows.
///
/// `mark` makes it unique: with two authorities of one name, clients report a bad signature where
/// they mean that they trust the other one.
fn common_name(host: Option<&str>, now: SystemTime, mark: &[u8]) -> String {
    let host: String = host
        .unwrap_or_default()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
        .take(24)
        .collect();
    let on = if host.is_empty() { String::new() } else { format!(" on {host}") };
    let day = OffsetDateTime::from(now).date();
    let mark: String = mark.iter().rev().take(3).map(|byte| format!("{byte:02x}")).collect();
    format!("evotor-gateway CA{on}, {day} {mark}")
}

fn host_name() -> Option<String> {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .ok()
        .or_else(|| std::env::var("HOSTNAME").ok())
        .or_else(|| std::env::var("COMPUTERNAME").ok())
}

fn read_chain(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().ok()
}

fn read_key(pem: &[u8]) -> Result<KeyPair, Flaw> {
    let der = PrivateKeyDer::from_pem_slice(pem).map_err(|_| Flaw::Garbled("private key"))?;
    KeyPair::try_from(&der).map_err(|error| Flaw::UnusableKey(error.to_string()))
}

fn check_authority(certificate: &X509Certificate<'_>) -> Result<(), Flaw> {
    let basic = certificate.basic_constraints().ok().flatten();
    if !basic.is_some_and(|constraints| constraints.value.ca) {
        return Err(Flaw::NotAnAuthority("it lacks the CA mark"));
    }
    let usage = certificate.key_usage().ok().flatten();
    if usage.is_some_and(|usage| !usage.value.key_cert_sign()) {
        return Err(Flaw::NotAnAuthority("its key usage leaves out signing certificates"));
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
        return Err(Flaw::Lapsed(format!("is valid from {} only", from.date())));
    }
    if now > SystemTime::from(until) {
        return Err(Flaw::Lapsed(format!("has expired on {}", until.date())));
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

fn warnings(certificate: &X509Certificate<'_>, key_file: &Path) -> Vec<String> {
    let mut warnings = Vec::new();
    if is_open_to_others(key_file) {
        let file = key_file.display();
        warnings.push(format!("{file}: other users can read this key; run: chmod 600 {file}"));
    }
    if certificate.name_constraints().ok().flatten().is_some() {
        warnings.push(
            "The authority is limited to certain names; clients refuse it for any other".to_owned(),
        );
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_common_name_fits_whatever_the_host_is_called() {
        let now = SystemTime::UNIX_EPOCH + EARLIEST_CLOCK;
        let name =
            common_name(Some("касса\n1.very-long-host-name.lan.example.org"), now, &[1, 2, 3]);
        assert_eq!(name, "evotor-gateway CA on 1.very-long-host-name.la, 2025-01-01 030201");
        assert_eq!(name.len(), 64);
        assert_eq!(common_name(None, now, &[]), "evotor-gateway CA, 2025-01-01 ");
    }
}
