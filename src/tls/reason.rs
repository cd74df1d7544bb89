//! A failed handshake with a partner, in words.

use std::borrow::Cow;
use std::io;

use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, Error, InvalidMessage};
use time::OffsetDateTime;

const LIST_OR_SKIP: &str =
    "list its authority's PEM file under `partner_ca:`, or set `insecure: true` on this upstream";
const RENEW: &str = "renew the partner's certificate, or set `insecure: true` on this upstream; \
                     if the date is fine, this machine's clock is wrong";
const NO_COMMON_GROUND: &str =
    "the partner has to offer TLS 1.2 or 1.3 with a current cipher suite";

/// Why a handshake failed and what to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandshakeFault {
    /// What happened; a sentence without a full stop.
    pub reason: Cow<'static, str>,
    /// What to change.
    pub hint: Cow<'static, str>,
}

/// Puts the error of a TLS connect into words.
pub fn client_fault_text(error: &io::Error) -> HandshakeFault {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    match inner {
        Some(error) => of_tls(error),
        None if is_end(error) => fault(
            "The partner closed the connection in the middle of the TLS handshake",
            "look into the partner's log; a server that does not know the name often does this",
        ),
        None => fault(format!("The connection failed during the TLS handshake: {error}"), ""),
    }
}

fn of_tls(error: &Error) -> HandshakeFault {
    match error {
        Error::InvalidCertificate(error) => of_certificate(error),
        Error::InvalidMessage(
            InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion,
        ) => fault(
            "The partner does not speak TLS at this port",
            "if it speaks plain HTTP there, write http:// in `upstreams`",
        ),
        Error::AlertReceived(alert) => of_alert(*alert),
        Error::PeerIncompatible(why) => {
            fault(format!("The partner's TLS is too old or too odd: {why:?}"), NO_COMMON_GROUND)
        }
        Error::General(why) if why.contains("No CA certificates") => fault(
            "This machine has no trust store",
            "install the package ca-certificates, or list authorities under `partner_ca:`",
        ),
        other => fault(format!("The TLS handshake failed: {other}"), ""),
    }
}

fn of_certificate(error: &CertificateError) -> HandshakeFault {
    match error {
        CertificateError::UnknownIssuer => fault(
            "The partner's certificate is not signed by an authority that this machine trusts",
            format!("{LIST_OR_SKIP}; a server that leaves out its intermediates looks the same"),
        ),
        CertificateError::ExpiredContext { not_after, .. } => {
            fault(format!("The partner's certificate has expired on {}", day(*not_after)), RENEW)
        }
        CertificateError::Expired => fault("The partner's certificate has expired", RENEW),
        CertificateError::NotValidYetContext { not_before, .. } => fault(
            format!("The partner's certificate is valid from {} only", day(*not_before)),
            RENEW,
        ),
        CertificateError::NotValidYet => fault("The partner's certificate is not valid yet", RENEW),
        CertificateError::NotValidForNameContext { expected, presented } => fault(
            format!(
                "The partner's certificate is issued for {}, not for {}",
                listed(presented),
                expected.to_str()
            ),
            "use one of its names in `upstreams`, or have it issued for this one",
        ),
        CertificateError::NotValidForName => fault(
            "The partner's certificate is issued for another name",
            "use one of its names in `upstreams`, or have it issued for this one",
        ),
        CertificateError::Revoked => {
            fault("The partner's certificate has been revoked", "have a new one issued")
        }
        other if format!("{other:?}").contains("CaUsedAsEndEntity") => fault(
            "The partner shows an authority's certificate as its own",
            "list that very certificate under `partner_ca:`, or issue one without the CA mark",
        ),
        other => {
            fault(format!("The partner's certificate cannot be accepted: {other}"), LIST_OR_SKIP)
        }
    }
}

fn of_alert(alert: AlertDescription) -> HandshakeFault {
    match alert {
        AlertDescription::UnrecognisedName => fault(
            "The partner knows no such host name",
            "the name in `upstreams` has to be one that the partner's server is set up for",
        ),
        AlertDescription::HandshakeFailure
        | AlertDescription::ProtocolVersion
        | AlertDescription::InsufficientSecurity => {
            fault(format!("The partner refused our TLS offer ({alert:?})"), NO_COMMON_GROUND)
        }
        AlertDescription::CertificateRequired | AlertDescription::BadCertificate => fault(
            "The partner wants a client certificate",
            "the vendor's cloud sends none; let the partner accept connections without one",
        ),
        AlertDescription::NoApplicationProtocol => fault(
            "The partner accepts neither HTTP/2 nor HTTP/1.1 by ALPN",
            "let the partner's server offer http/1.1",
        ),
        other => fault(
            format!("The partner ended the TLS handshake with the alert {other:?}"),
            "look into the partner's log",
        ),
    }
}

fn is_end(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), UnexpectedEof | ConnectionReset | ConnectionAborted | BrokenPipe)
}

fn day(at: UnixTime) -> String {
    i64::try_from(at.as_secs())
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .map_or_else(|| "an unknown day".to_owned(), |moment| moment.date().to_string())
}

/// The names of a certificate, the first three; rustls prints each as `DnsName("a.ru")`.
fn listed(presented: &[String]) -> String {
    let bare = |name: &String| name.split('"').nth(1).unwrap_or(name).to_owned();
    let mut names: Vec<_> = presented.iter().take(3).map(bare).collect();
    match presented.len() {
        0 => return "no name at all".to_owned(),
        4.. => names.push("…".to_owned()),
        _ => {}
    }
    names.join(", ")
}

fn fault(
    reason: impl Into<Cow<'static, str>>,
    hint: impl Into<Cow<'static, str>>,
) -> HandshakeFault {
    HandshakeFault { reason: reason.into(), hint: hint.into() }
}
