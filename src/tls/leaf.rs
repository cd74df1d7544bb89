//! One server certificate, signed by the local authority.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, RsaKeySize, SanType, SerialNumber,
};
use rustls::crypto::aws_lc_rs::sign::{any_ecdsa_type, any_supported_type};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::{CertifiedKey, SigningKey};
use time::OffsetDateTime;

use super::authority::Authority;
use super::name::Name;
use super::provider;

/// How long a leaf is valid. Public authorities are held to 200 days since March 2026, and
/// clients may come to expect it of private ones.
pub const LEAF_DAYS: u32 = 198;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// For clients whose clock is behind.
const BACK_DATED: Duration = Duration::from_secs(60 * 60);
/// How long before its end a leaf is replaced, where it lives long enough.
const RENEWED_BEFORE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A leaf, ready for rustls.
pub(super) struct Leaf {
    pub(super) key: CertifiedKey,
    /// From here on a new one is due.
    pub(super) renew_after: SystemTime,
}

/// Why no leaf came out.
#[derive(Debug, thiserror::Error)]
pub(super) enum MintError {
    #[error("the authority has expired")]
    AuthorityLapsed,
    #[error(transparent)]
    Certificate(#[from] rcgen::Error),
    #[error(transparent)]
    Key(#[from] rustls::Error),
}

/// A new key and a certificate for these names, the first of them in the subject too.
pub(super) fn mint(
    authority: &Authority,
    names: &[Name],
    now: SystemTime,
) -> Result<Leaf, MintError> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let der = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    signed(authority, names, now, &key, any_ecdsa_type(&der)?)
}

/// A key for clients that know no ECDSA. Making one takes a tenth of a second or several, so that all
/// leaves of a gateway have the same.
pub(super) struct RsaKey {
    pair: KeyPair,
    signing: Arc<dyn SigningKey>,
}

impl RsaKey {
    pub(super) fn generate() -> Result<Self, MintError> {
        let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?;
        let der = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(pair.serialize_der()));
        Ok(Self { signing: any_supported_type(&der)?, pair })
    }

    /// A certificate for these names with this key.
    pub(super) fn mint(
        &self,
        authority: &Authority,
        names: &[Name],
        now: SystemTime,
    ) -> Result<Leaf, MintError> {
        signed(authority, names, now, &self.pair, Arc::clone(&self.signing))
    }
}

fn signed(
    authority: &Authority,
    names: &[Name],
    now: SystemTime,
    key: &KeyPair,
    signing: Arc<dyn SigningKey>,
) -> Result<Leaf, MintError> {
    let (earliest, latest) = authority.validity();
    let until = latest.min(now + DAY * LEAF_DAYS);
    let life = until.duration_since(now).map_err(|_| MintError::AuthorityLapsed)?;
    let mut params = params(names)?;
    params.not_before = OffsetDateTime::from(earliest.max(now - BACK_DATED));
    params.not_after = OffsetDateTime::from(until);
    let certificate = params.signed_by(key, authority.issuer())?;
    let mut chain = vec![certificate.der().clone()];
    chain.extend_from_slice(authority.intermediates());
    Ok(Leaf {
        key: CertifiedKey::new(chain, signing),
        renew_after: until - RENEWED_BEFORE.min(life / 3),
    })
}

/// 128 random bits, the top one clear so that the number is positive in 16 bytes.
pub(super) fn random_serial() -> Option<SerialNumber> {
    let mut bytes = [0; 16];
    provider().secure_random.fill(&mut bytes).ok()?;
    bytes[0] = (bytes[0] & 0x7f) | 0x40;
    Some(SerialNumber::from_slice(&bytes))
}

fn params(names: &[Name]) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::default();
    params.distinguished_name = subject(names.first());
    params.subject_alt_names = names.iter().map(alternative).collect::<Result<_, _>>()?;
    params.serial_number = random_serial();
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

/// RFC 5280 leaves a common name 64 characters; longer names stand in the alternatives alone.
fn subject(name: Option<&Name>) -> DistinguishedName {
    let mut subject = DistinguishedName::new();
    subject.push(DnType::OrganizationName, "evotor-gateway");
    let common = match name {
        Some(Name::Dns(dns)) => dns.clone(),
        Some(Name::Ip(ip)) => ip.to_string(),
        None => String::new(),
    };
    if (1..=64).contains(&common.len()) {
        subject.push(DnType::CommonName, common);
    }
    subject
}

fn alternative(name: &Name) -> Result<SanType, rcgen::Error> {
    Ok(match name {
        Name::Dns(dns) => SanType::DnsName(dns.as_str().try_into()?),
        Name::Ip(ip) => SanType::IpAddress(*ip),
    })
}

impl Leaf {
    /// The part that rustls shares between connections.
    pub(super) fn shared(self) -> (Arc<CertifiedKey>, SystemTime) {
        (Arc::new(self.key), self.renew_after)
    }
}
