//! A failed handshake with a partner, in words.

use std::io;

use crate::text::{Text, text};
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
    pub reason: Text,
    /// What to change.
    pub hint: Text,
}

/// Puts the error of a TLS connect into words.
pub fn client_fault_text(error: &io::Error) -> HandshakeFault {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    match inner {
        Some(error) => of_tls(error),
        None if is_end(error) => fault(
            text!("The partner closed the connection in the middle of the TLS handshake"),
            text!(
                "look into the partner's log; a server that does not know the name often does this"
            ),
        ),
        None => fault(
            text!("The connection failed during the TLS handshake: {error}", error),
            text!(""),
        ),
    }
}

fn of_tls(error: &Error) -> HandshakeFault {
    match error {
        Error::InvalidCertificate(error) => of_certificate(error),
        Error::InvalidMessage(
            InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion,
        ) => fault(
            text!("The partner does not speak TLS at this port"),
            text!("if it speaks plain HTTP there, write http:// in `upstreams`"),
        ),
        Error::AlertReceived(alert) => of_alert(*alert),
        Error::PeerIncompatible(why) => fault(
            text!("The partner's TLS is too old or too odd: {why}", why = format!("{why:?}")),
            Text::fixed(NO_COMMON_GROUND),
        ),
        Error::General(why) if why.contains("No CA certificates") => fault(
            text!("This machine has no trust store"),
            text!("install the package ca-certificates, or list authorities under `partner_ca:`"),
        ),
        other => fault(text!("The TLS handshake failed: {other}", other), text!("")),
    }
}

fn of_certificate(error: &CertificateError) -> HandshakeFault {
    match error {
        CertificateError::UnknownIssuer => fault(
            text!(
                "The partner's certificate is not signed by an authority that this machine trusts"
            ),
            text!(
                "{remedy}; a server that leaves out its intermediates looks the same",
                remedy => LIST_OR_SKIP
            ),
        ),
        CertificateError::ExpiredContext { not_after, .. } => fault(
            text!("The partner's certificate has expired on {day}", day => day(*not_after)),
            Text::fixed(RENEW),
        ),
        CertificateError::Expired => {
            fault(text!("The partner's certificate has expired"), Text::fixed(RENEW))
        }
        CertificateError::NotValidYetContext { not_before, .. } => fault(
            text!("The partner's certificate is valid from {day} only", day => day(*not_before)),
            Text::fixed(RENEW),
        ),
        CertificateError::NotValidYet => {
            fault(text!("The partner's certificate is not valid yet"), Text::fixed(RENEW))
        }
        CertificateError::NotValidForNameContext { expected, presented } => fault(
            text!(
                "The partner's certificate is issued for {names}, not for {name}",
                names => listed(presented), name = expected.to_str()
            ),
            text!("use one of its names in `upstreams`, or have it issued for this one"),
        ),
        CertificateError::NotValidForName => fault(
            text!("The partner's certificate is issued for another name"),
            text!("use one of its names in `upstreams`, or have it issued for this one"),
        ),
        CertificateError::Revoked => fault(
            text!("The partner's certificate has been revoked"),
            text!("have a new one issued"),
        ),
        other if format!("{other:?}").contains("CaUsedAsEndEntity") => fault(
            text!("The partner shows an authority's certificate as its own"),
            text!(
                "list that very certificate under `partner_ca:`, or issue one without the CA mark"
            ),
        ),
        other => fault(
            text!("The partner's certificate cannot be accepted: {other}", other),
            Text::fixed(LIST_OR_SKIP),
        ),
    }
}

fn of_alert(alert: AlertDescription) -> HandshakeFault {
    match alert {
        AlertDescription::UnrecognisedName => fault(
            text!("The partner knows no such host name"),
            text!("the name in `upstreams` has to be one that the partner's server is set up for"),
        ),
        AlertDescription::HandshakeFailure
        | AlertDescription::ProtocolVersion
        | AlertDescription::InsufficientSecurity => fault(
            text!("The partner refused our TLS offer ({alert})", alert = format!("{alert:?}")),
            Text::fixed(NO_COMMON_GROUND),
        ),
        AlertDescription::CertificateRequired | AlertDescription::BadCertificate => fault(
            text!("The partner wants a client certificate"),
            text!("the vendor's cloud sends none; let the partner accept connections without one"),
        ),
        AlertDescription::NoApplicationProtocol => fault(
            text!("The partner accepts neither HTTP/2 nor HTTP/1.1 by ALPN"),
            text!("let the partner's server offer http/1.1"),
        ),
        other => fault(
            text!(
                "The partner ended the TLS handshake with the alert {other}",
                other = format!("{other:?}")
            ),
            text!("look into the partner's log"),
        ),
    }
}

fn is_end(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), UnexpectedEof | ConnectionReset | ConnectionAborted | BrokenPipe)
}

fn day(at: UnixTime) -> Text {
    i64::try_from(at.as_secs())
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .map_or_else(|| text!("an unknown day"), |moment| Text::verbatim(moment.date().to_string()))
}

/// The names of a certificate, the first three; rustls prints each as `DnsName("a.ru")`.
fn listed(presented: &[String]) -> Text {
    let bare = |name: &String| name.split('"').nth(1).unwrap_or(name).to_owned();
    let mut names: Vec<_> = presented.iter().take(3).map(bare).collect();
    match presented.len() {
        0 => return text!("no name at all"),
        4.. => names.push("…".to_owned()),
        _ => {}
    }
    Text::verbatim(names.join(", "))
}

fn fault(reason: impl Into<Text>, hint: impl Into<Text>) -> HandshakeFault {
    HandshakeFault { reason: reason.into(), hint: hint.into() }
}
