//! A failed handshake with an app, in words: what the client said, and what follows from it.

use std::borrow::Cow;
use std::io;

use rustls::{AlertDescription, Error, PeerIncompatible};

use super::hello::Hello;
use super::reason::HandshakeFault;

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
            let named = hello
                .name
                .as_deref()
                .map_or("named no host".into(), |name| format!("named {name}"));
            format!("{why}; it {named} and offered {}", hello.offers())
        }
        None => why.into_owned(),
    };
    HandshakeFault { reason: reason.into(), hint }
}

type Words = (Cow<'static, str>, Cow<'static, str>);

fn why(said: &[u8], hello: Option<&Hello>, error: Option<&io::Error>) -> Words {
    let Some(error) = error else {
        return words(
            "The client did not finish the TLS handshake in time",
            "look into the client's log; limits.head_timeout bounds the handshake",
        );
    };
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(Error::AlertReceived(alert)) => of_alert(*alert),
        Some(_) if hello.is_some_and(|hello| hello.highest() < 0x0303) => {
            words("The client speaks no TLS version that is spoken here", SPOKEN)
        }
        Some(Error::PeerIncompatible(why)) => of_offer(why),
        Some(Error::General(why)) if why.contains("no server certificate") => words(
            "No certificate can be made for the host that the client named",
            "call the partner by a plain host name or an address",
        ),
        Some(other) if hello.is_none() => match said.first() {
            Some(0x80..) => words("The client began with the hello of SSL 2", SPOKEN),
            _ => words(
                format!("What the client began with is no TLS: {other}"),
                "send TLS, or plain HTTP to listen.http",
            ),
        },
        Some(other) => {
            words(format!("The TLS handshake failed: {other}"), "look into the client's log")
        }
        None => words(
            "The client closed the connection in the middle of the TLS handshake without saying why",
            "look into the client's log",
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
            format!("The client does not accept the gateway's certificate (alert {said})"),
            "let it trust the gateway's CA: `evotor-gateway ca show` and the console's page /connect \
             say how; a client that pins another certificate accepts none of the gateway's",
        ),
        AlertDescription::CertificateExpired | AlertDescription::CertificateRevoked => words(
            format!("The client does not accept the gateway's certificate (alert {said})"),
            "compare its clock with this machine's; `evotor-gateway ca show` has the CA's dates",
        ),
        AlertDescription::ProtocolVersion
        | AlertDescription::HandshakeFailure
        | AlertDescription::InsufficientSecurity => {
            words(format!("The client refused what was chosen (alert {said})"), SPOKEN)
        }
        _ => words(
            format!("The client ended the TLS handshake (alert {said})"),
            "look into the client's log",
        ),
    }
}

fn of_offer(why: &PeerIncompatible) -> Words {
    let lacks = match why {
        PeerIncompatible::NoCipherSuitesInCommon => {
            "offers no cipher suite that is spoken here".into()
        }
        PeerIncompatible::NoKxGroupsInCommon | PeerIncompatible::NamedGroupsExtensionRequired => {
            "offers no group for the key exchange that is spoken here (X25519, P-256, P-384)".into()
        }
        PeerIncompatible::NoSignatureSchemesInCommon
        | PeerIncompatible::SignatureAlgorithmsExtensionRequired => {
            "takes none of the signatures that are made here (ECDSA or RSA with SHA-2)".into()
        }
        other => format!("offers too little ({other:?})"),
    };
    words(format!("The client {lacks}"), SPOKEN)
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

fn words(why: impl Into<Cow<'static, str>>, hint: impl Into<Cow<'static, str>>) -> Words {
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
        let blames = |fault: &HandshakeFault| fault.hint.contains("trust");
        for (alert, name) in [
            (AlertDescription::UnknownCA, "unknown_ca"),
            (AlertDescription::BadCertificate, "bad_certificate"),
            (AlertDescription::CertificateUnknown, "certificate_unknown"),
        ] {
            let fault = of(Error::AlertReceived(alert));
            assert!(blames(&fault) && fault.reason.contains(name), "{fault:?}");
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
