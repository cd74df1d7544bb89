//! What kind of certificate a client can take, by what it offers.

use rustls::server::ClientHello;
use rustls::{CipherSuite, SignatureScheme};

/// The kind of key in a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// ECDSA with P-256.
    Ecdsa,
    /// RSA, for clients that take nothing else: Android 4, Java 6 and 7, embedded TLS of their years.
    Rsa,
}

const ECDHE_ECDSA: [CipherSuite; 3] = [
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
];
const ECDHE_RSA: [CipherSuite; 3] = [
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
];

impl Kind {
    /// ECDSA wherever the client can take it: in TLS 1.2 a suite has to say so beside the signatures.
    pub(super) fn of(hello: &ClientHello<'_>) -> Self {
        Self::offered(hello.signature_schemes(), hello.cipher_suites())
    }

    fn offered(schemes: &[SignatureScheme], suites: &[CipherSuite]) -> Self {
        let any = |known: &[CipherSuite]| suites.iter().any(|suite| known.contains(suite));
        let takes_ecdsa = schemes.contains(&SignatureScheme::ECDSA_NISTP256_SHA256)
            && (any(&ECDHE_ECDSA) || !any(&ECDHE_RSA));
        if !takes_ecdsa && schemes.iter().any(is_rsa) { Self::Rsa } else { Self::Ecdsa }
    }
}

fn is_rsa(scheme: &SignatureScheme) -> bool {
    matches!(
        scheme,
        SignatureScheme::RSA_PKCS1_SHA256
            | SignatureScheme::RSA_PKCS1_SHA384
            | SignatureScheme::RSA_PKCS1_SHA512
            | SignatureScheme::RSA_PSS_SHA256
            | SignatureScheme::RSA_PSS_SHA384
            | SignatureScheme::RSA_PSS_SHA512
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const TLS13: CipherSuite = CipherSuite::TLS13_AES_128_GCM_SHA256;
    const EC: SignatureScheme = SignatureScheme::ECDSA_NISTP256_SHA256;
    const RSA: SignatureScheme = SignatureScheme::RSA_PKCS1_SHA256;

    #[test]
    fn rsa_is_for_those_who_take_nothing_else() {
        let [ec_suite, rsa_suite] = [ECDHE_ECDSA[0], ECDHE_RSA[0]];
        for (schemes, suites, kind) in [
            (&[EC, RSA][..], &[TLS13, ec_suite, rsa_suite][..], Kind::Ecdsa),
            (&[EC, RSA], &[TLS13], Kind::Ecdsa),
            (&[EC], &[rsa_suite], Kind::Ecdsa),
            (&[], &[rsa_suite], Kind::Ecdsa),
            (&[RSA], &[ec_suite, rsa_suite], Kind::Rsa),
            (&[RSA], &[TLS13], Kind::Rsa),
            (&[EC, RSA], &[rsa_suite], Kind::Rsa),
            (&[SignatureScheme::ECDSA_NISTP384_SHA384, RSA], &[ec_suite, rsa_suite], Kind::Rsa),
        ] {
            assert_eq!(Kind::offered(schemes, suites), kind, "{schemes:?} {suites:?}");
        }
    }
}
