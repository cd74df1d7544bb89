//! A trust store as Java reads it: PKCS#12 (RFC 7292) with certificates alone.
//!
//! They are public, so nothing is encrypted, and there is no MAC, which the standard leaves to the
//! writer: every JDK since 8 takes both. What makes a certificate an anchor is an attribute of
//! Oracle's (`sun.security.pkcs12.PKCS12KeyStore`, `TrustedKeyUsage_OID`).

use rustls::pki_types::CertificateDer;
use yasna::models::ObjectIdentifier;
use yasna::{DERWriter, DERWriterSet, Tag, construct_der};

/// What goes with the file wherever a password is asked for.
pub(super) const PASSWORD: &str = "changeit";

/// `data` of PKCS#7.
const DATA: &[u64] = &[1, 2, 840, 113_549, 1, 7, 1];
const CERT_BAG: &[u64] = &[1, 2, 840, 113_549, 1, 12, 10, 1, 3];
const X509_CERTIFICATE: &[u64] = &[1, 2, 840, 113_549, 1, 9, 22, 1];
const FRIENDLY_NAME: &[u64] = &[1, 2, 840, 113_549, 1, 9, 20];
const TRUSTED_KEY_USAGE: &[u64] = &[2, 16, 840, 1, 113_894, 746_875, 1, 1];
const ANY_EXTENDED_KEY_USAGE: &[u64] = &[2, 5, 29, 37, 0];

/// The bytes of one.
pub(super) fn trust_store(certificates: &[CertificateDer<'_>]) -> Vec<u8> {
    let bags = construct_der(|writer| {
        writer.write_sequence_of(|bags| {
            for (number, certificate) in certificates.iter().enumerate() {
                bag(bags.next(), &format!("ca-{number}"), certificate);
            }
        });
    });
    let safe = construct_der(|writer| {
        writer.write_sequence_of(|parts| content(parts.next(), &bags));
    });
    construct_der(|writer| {
        writer.write_sequence(|pfx| {
            pfx.next().write_u8(3);
            content(pfx.next(), &safe);
        });
    })
}

fn content(writer: DERWriter<'_>, bytes: &[u8]) {
    writer.write_sequence(|info| {
        info.next().write_oid(&oid(DATA));
        info.next().write_tagged(Tag::context(0), |inner| inner.write_bytes(bytes));
    });
}

fn bag(writer: DERWriter<'_>, name: &str, certificate: &[u8]) {
    writer.write_sequence(|bag| {
        bag.next().write_oid(&oid(CERT_BAG));
        bag.next().write_tagged(Tag::context(0), |inner| {
            inner.write_sequence(|parts| {
                parts.next().write_oid(&oid(X509_CERTIFICATE));
                parts.next().write_tagged(Tag::context(0), |inner| inner.write_bytes(certificate));
            });
        });
        bag.next().write_set_of(|attributes| {
            let text = |values: &mut DERWriterSet<'_>| values.next().write_bmp_string(name);
            attribute(attributes.next(), FRIENDLY_NAME, text);
            let usage = |values: &mut DERWriterSet<'_>| {
                values.next().write_oid(&oid(ANY_EXTENDED_KEY_USAGE));
            };
            attribute(attributes.next(), TRUSTED_KEY_USAGE, usage);
        });
    });
}

fn attribute(writer: DERWriter<'_>, name: &[u64], value: impl FnOnce(&mut DERWriterSet<'_>)) {
    writer.write_sequence(|parts| {
        parts.next().write_oid(&oid(name));
        parts.next().write_set(value);
    });
}

fn oid(parts: &[u64]) -> ObjectIdentifier {
    ObjectIdentifier::from_slice(parts)
}
