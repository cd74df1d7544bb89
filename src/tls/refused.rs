//! A failed handshake with an app, in words: what the client said, and what follows from it.

use std::io;

use rustls::{AlertDescription, Error, PeerIncompatible};

use super::hello::Hello;
use super::reason::HandshakeFault;
use crate::text::{Text, text};

/// What is spoken toward apps.
const SPOKEN: &str = "TLS 1.2 and 1.3 are spoken here, with ECDHE and AES-GCM or ChaCha20; \
                      neither TLS 1.0 and 1.1 nor CBC";

/// The host that the hello in a client's first bytes names.
pub fn named(said: &[u8]) -> Option<String> {
    Hello::read(said)?.name
}

/// Puts a handshake that a client began with `said` into words; no `error` is one that took too long.
pub fn server_fault_text(said: &[u8], error: Option<&io::Error>) -> HandshakeFault {
    let hello = Hello::read(said);
    let (why, hint) = why(said, hello.as_ref(), error);
    let reason = match &hello {
        Some(hello) => {
            let offers = hello.offers();
            match hello.name.as_deref() {
                Some(name) => {
                    text!(
                        "{why}; it named {name} and offered {offers}",
                        why => why, name, offers => offers
                    )
                }
                None => {
                    text!("{why}; it named no host and offered {offers}", why => why, offers => offers)
                }
            }
        }
        None => why,
    };
    HandshakeFault { reason, hint }
}

type Words = (Text, Text);

fn why(said: &[u8], hello: Option<&Hello>, error: Option<&io::Error>) -> Words {
    let Some(error) = error else {
        return words(
            text!("The client did not finish the TLS handshake in time"),
            text!("look into the client's log; limits.head_timeout bounds the handshake"),
        );
    };
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(Error::AlertReceived(alert)) => of_alert(*alert),
        Some(_) if hello.is_some_and(|hello| hello.highest() < 0x0303) => words(
            text!("The client speaks no TLS version that is spoken here"),
            Text::fixed(SPOKEN),
        ),
        Some(Error::PeerIncompatible(why)) => of_offer(why),
        Some(Error::General(why)) if why.contains("no server certificate") => words(
            text!("No certificate can be made for the host that the client named"),
            text!("call the partner by a plain host name or an address"),
        ),
        Some(other) if hello.is_none() => match said.first() {
            Some(0x80..) => {
                words(text!("The client began with the hello of SSL 2"), Text::fixed(SPOKEN))
            }
            _ => words(
                text!("What the client began with is no TLS: {other}", other),
                text!("send TLS, or plain HTTP to listen.http"),
            ),
        },
        Some(other) => words(
            text!("The TLS handshake failed: {other}", other),
            text!("look into the client's log"),
        ),
        None => words(
            text!(
                "The client closed the connection in the middle of the TLS handshake without saying why"
            ),
            text!("look into the client's log"),
        ),
    }
}

/// Only these say that the certificate was looked at and not liked.
fn of_alert(alert: AlertDescription) -> Words {
    let said = snake_case(&format!("{alert:?}"));
    match alert {
        AlertDescription::UnknownCA
        | AlertDescription::BadCertificate
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnsupportedCertificate => words(
            text!("The client does not accept the gateway's certificate (alert {said})", said),
            text!(
                "let it trust the gateway's CA: `evotor-gateway ca show` and the console's page \
                 /connect say how; a client that pins another certificate accepts none of the \
                 gateway's"
            ),
        ),
        AlertDescription::CertificateExpired | AlertDescription::CertificateRevoked => words(
            text!("The client does not accept the gateway's certificate (alert {said})", said),
            text!(
                "compare its clock with this machine's; `evotor-gateway ca show` has the CA's dates"
            ),
        ),
        AlertDescription::ProtocolVersion
        | AlertDescription::HandshakeFailure
        | AlertDescription::InsufficientSecurity => words(
            text!("The client refused what was chosen (alert {said})", said),
            Text::fixed(SPOKEN),
        ),
        _ => words(
            text!("The client ended the TLS handshake (alert {said})", said),
            text!("look into the client's log"),
        ),
    }
}

fn of_offer(why: &PeerIncompatible) -> Words {
    let why = match why {
        PeerIncompatible::NoCipherSuitesInCommon => {
            text!("The client offers no cipher suite that is spoken here")
        }
        PeerIncompatible::NoKxGroupsInCommon | PeerIncompatible::NamedGroupsExtensionRequired => {
            text!(
                "The client offers no group for the key exchange that is spoken here (X25519, \
                 P-256, P-384)"
            )
        }
        PeerIncompatible::NoSignatureSchemesInCommon
        | PeerIncompatible::SignatureAlgorithmsExtensionRequired => {
            text!(
                "The client takes none of the signatures that are made here (ECDSA or RSA with SHA-2)"
            )
        }
        other => text!("The client offers too little ({other})", other = format!("{other:?}")),
    };
    words(why, Text::fixed(SPOKEN))
}

/// `UnknownCA` as RFC 8446 writes it: `unknown_ca`.
fn snake_case(name: &str) -> String {
    let mut text = String::new();
    let mut after_small = false;
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && after_small {
            text.push('_');
        }
        after_small = letter.is_ascii_lowercase();
        text.push(letter.to_ascii_lowercase());
    }
    text
}

fn words(why: impl Into<Text>, hint: impl Into<Text>) -> Words {
    (why.into(), hint.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(error: Error) -> HandshakeFault {
        server_fault_text(b"\x16\x03\x01", Some(&io::Error::other(error)))
    }

    #[test]
    fn only_alerts_about_certificates_blame_the_authority() {
        let blames = |fault: &HandshakeFault| fault.hint.to_string().contains("trust");
        for (alert, name) in [
            (AlertDescription::UnknownCA, "unknown_ca"),
            (AlertDescription::BadCertificate, "bad_certificate"),
            (AlertDescription::CertificateUnknown, "certificate_unknown"),
        ] {
            let fault = of(Error::AlertReceived(alert));
            assert!(blames(&fault) && fault.reason.to_string().contains(name), "{fault:?}");
        }
        for error in [
            Error::AlertReceived(AlertDescription::ProtocolVersion),
            Error::AlertReceived(AlertDescription::InternalError),
            Error::AlertReceived(AlertDescription::UserCanceled),
            Error::PeerIncompatible(PeerIncompatible::NoCipherSuitesInCommon),
            Error::DecryptError,
        ] {
            let fault = of(error);
            assert!(!blames(&fault), "{fault:?}");
        }
        assert!(!blames(&server_fault_text(b"", None)));
        assert!(!blames(&server_fault_text(b"", Some(&io::ErrorKind::UnexpectedEof.into()))));
    }
}
