//! Which request targets and hosts are let in: those that every URL reader splits the same way.
//!
//! HTTP/1 asks through the gate; the HTTP/2 service asks here for `:path` and `:authority`.

mod host;
mod path;

use std::fmt;
use std::ops::Range;

pub use host::{same_authority, split_port, vet_authority};
pub use path::vet_path;

/// What is wrong with a target or a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TargetFault {
    /// Neither a path nor an `http://` or `https://` URL.
    Form,
    /// A control character or a space.
    Control,
    /// A byte outside ASCII.
    NonAscii,
    /// An ASCII character that RFC 3986 does not allow where it stands.
    Character,
    /// A backslash.
    Backslash,
    /// A `#`.
    Fragment,
    /// A percent sign without two hexadecimal digits, or `%00`.
    Percent,
    /// A segment that is `.` or `..`, raw or encoded.
    DotSegment,
    /// A query right behind the host.
    NoPath,
    /// A user name in front of the host.
    Userinfo,
    /// No host.
    EmptyHost,
    /// A host that is no plain name, IPv4 or bracketed IPv6 address.
    Host,
    /// A host with a control character or a space.
    HostControl,
    /// A host with a byte outside ASCII.
    HostNonAscii,
    /// A host with a backslash.
    HostBackslash,
    /// A host with a `#`.
    HostFragment,
    /// A host that some readers take for an IPv4 address and others do not.
    Ipv4,
    /// A port that is empty, above 65535, zero or padded.
    Port,
    /// A CONNECT target without a port.
    NoPort,
    /// A repeated Host.
    RepeatedHost,
    /// No Host.
    NoHost,
    /// A Host that is not the authority of the target.
    OtherHost,
}

impl TargetFault {
    /// One short sentence without a full stop.
    pub fn text(self) -> &'static str {
        match self {
            Self::Form => "the target is neither a path nor an http or https URL",
            Self::Control => "the target holds a control character or a space",
            Self::NonAscii => "the target holds a byte outside ASCII, which has to be sent encoded",
            Self::Character => "the target holds a character that URLs must encode",
            Self::Backslash => "the target holds a backslash",
            Self::Fragment => "the target holds a fragment",
            Self::Percent => "the target holds a percent sign that encodes nothing, or %00",
            Self::DotSegment => "the path holds a dot segment",
            Self::NoPath => "the query follows the host without a path",
            Self::Userinfo => "a user name stands in front of the host",
            Self::EmptyHost => "the host is empty",
            Self::Host => "the host is neither a plain ASCII name nor an address",
            Self::HostControl => "the host holds a control character or a space",
            Self::HostNonAscii => "the host holds a byte outside ASCII; send its ASCII form, xn--…",
            Self::HostBackslash => "a backslash stands in the host",
            Self::HostFragment => "a # stands in the host",
            Self::Ipv4 => "the host ends in a number but is no dotted decimal IPv4 address",
            Self::Port => "the port is not a plain number from 1 to 65535",
            Self::NoPort => "the CONNECT target has no port",
            Self::RepeatedHost => "Host is repeated",
            Self::NoHost => "Host is missing",
            Self::OtherHost => "Host differs from the authority of the target",
        }
    }
}

/// What RFC 3986 does not allow in a path or query and public clients send as it stands. Every reader
/// splits it the same way, so that it is let in; whoever reads strictly refuses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unusual {
    /// One of `| ^ { } [ ]` and the backtick, which OkHttp and HttpURLConnection leave as they are.
    Character,
    /// A path that begins with two slashes: what a base URL with a final slash leads to.
    DoubleSlash,
}

impl Unusual {
    /// One short sentence without a full stop.
    pub fn text(self) -> &'static str {
        match self {
            Self::Character => {
                "the target holds one of | ^ { } [ ] or a backtick, which URLs must encode"
            }
            Self::DoubleSlash => "the path begins with two slashes",
        }
    }
}

impl fmt::Display for TargetFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl std::error::Error for TargetFault {}

/// The parts of an absolute-form target, as places in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absolute {
    /// Whether the scheme is https.
    pub https: bool,
    /// Host and port, not vetted.
    pub authority: Range<usize>,
    /// Path and query, not vetted; empty where the URL ends with the authority.
    pub path: Range<usize>,
}

/// Splits an `http://` or `https://` URL, the scheme in any casing; `None` for anything else.
pub fn split_absolute(target: &[u8]) -> Option<Absolute> {
    let colon = target.iter().take(6).position(|byte| *byte == b':')?;
    let (scheme, rest) = target.split_at_checked(colon)?;
    let https = scheme.eq_ignore_ascii_case(b"https");
    if !https && !scheme.eq_ignore_ascii_case(b"http") {
        return None;
    }
    let rest = rest.strip_prefix(b"://")?;
    let from = target.len() - rest.len();
    let len = rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
    Some(Absolute { https, authority: from..from + len, path: from + len..target.len() })
}

/// A vetted absolute-form target: its parts, and what is unusual about it.
pub(super) type VettedAbsolute = (Absolute, Option<Unusual>);

/// Vets an absolute-form target as a whole; `None` if it is not one.
pub(super) fn vet_absolute(target: &[u8]) -> Option<Result<VettedAbsolute, TargetFault>> {
    let parts = split_absolute(target)?;
    let authority = target.get(parts.authority.clone()).unwrap_or_default();
    let path = target.get(parts.path.clone()).unwrap_or_default();
    let vetted = vet_authority(authority).and_then(|()| match path {
        [] => Ok(None),
        [b'?', ..] => Err(TargetFault::NoPath),
        path => vet_path(path),
    });
    Some(vetted.map(|unusual| (parts, unusual)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_split_behind_its_authority() {
        let target = b"HTTPS://h.example:8443/a?b=://c";
        let parts = split_absolute(target).unwrap();
        assert!(parts.https);
        assert_eq!(&target[parts.authority], b"h.example:8443");
        assert_eq!(&target[parts.path], b"/a?b=://c");
        assert!(split_absolute(b"http://h").unwrap().path.is_empty());
        for other in
            ["/a", "ftp://h/", "httpss://h/", "http:/h", "http//h", "://h", "", "*", "h:80"]
        {
            assert_eq!(split_absolute(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn an_absolute_target_is_vetted_in_all_its_parts() {
        let vet = |target: &str| vet_absolute(target.as_bytes()).unwrap().map(|vetted| vetted.1);
        assert_eq!(vet("http://h"), Ok(None));
        assert_eq!(vet("http://h/a?b"), Ok(None));
        assert_eq!(vet("http:///a"), Err(TargetFault::EmptyHost));
        assert_eq!(vet("http://h?b"), Err(TargetFault::NoPath));
        assert_eq!(vet("http://h#b"), Err(TargetFault::Fragment));
        assert_eq!(vet("http://h//b"), Ok(Some(Unusual::DoubleSlash)));
        assert_eq!(vet("http://h/a|b"), Ok(Some(Unusual::Character)));
        assert_eq!(vet("http://u:p@h/"), Err(TargetFault::Userinfo));
        assert_eq!(vet("http://h\\@other/"), Err(TargetFault::HostBackslash));
    }
}
