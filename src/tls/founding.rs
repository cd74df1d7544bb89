//! A new authority: its key, its certificate and the name people find it by.

use std::path::Path;
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SerialNumber,
};
use time::OffsetDateTime;
use x509_parser::x509::X509Name;

use super::constraint;
use super::leaf;
use super::name::Name;
use super::pair::{AuthorityError, Flaw, Pair, flawed};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long an authority is valid. Its key lies on a developer's machine: what is stolen there shall
/// not be of use for long.
pub(super) const DAYS: u32 = 730;
/// 2025-01-01: a machine that claims an earlier day has lost its clock.
const EARLIEST_CLOCK: Duration = Duration::from_secs(1_735_689_600);

/// The organization in the subject.
const TOOL: &str = "evotor-gateway";

/// Both files of an authority that is valid from yesterday for [`DAYS`], for servers alone and, where
/// `only` is given, for no other names. `file` is for the error.
pub(super) fn make(
    file: &Path,
    only: Option<&[Name]>,
    now: SystemTime,
) -> Result<Pair, AuthorityError> {
    let today = OffsetDateTime::from(now).date().to_string();
    if now < SystemTime::UNIX_EPOCH + EARLIEST_CLOCK {
        return Err(flawed(file, Flaw::Clock(today)));
    }
    let mut params = params(host_name().as_deref(), now);
    params.name_constraints = only.map(constraint::of);
    let signing = |error: rcgen::Error| flawed(file, Flaw::Signing(error.to_string()));
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(signing)?;
    let certificate = params.self_signed(&key).map_err(signing)?;
    Ok(Pair { certificate: certificate.pem().into_bytes(), key: key.serialize_pem().into_bytes() })
}

/// Whether a subject is one that [`make`] writes.
pub(super) fn is_ours(subject: &X509Name<'_>) -> bool {
    let mut organizations = subject.iter_organization();
    organizations.next().is_some_and(|name| name.as_str() == Ok(TOOL))
        && subject.iter().count() == 2
        && subject.iter_common_name().count() == 1
}

fn params(host: Option<&str>, now: SystemTime) -> CertificateParams {
    let mut params = CertificateParams::default();
    let serial = leaf::random_serial();
    let mark = serial.as_ref().map(SerialNumber::to_bytes).unwrap_or_default();
    let mut subject = DistinguishedName::new();
    subject.push(DnType::OrganizationName, TOOL);
    subject.push(DnType::CommonName, common_name(host, now, &mark));
    params.distinguished_name = subject;
    params.not_before = OffsetDateTime::from(now - DAY);
    params.not_after = OffsetDateTime::from(now - DAY + DAY * DAYS);
    params.serial_number = serial;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
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
