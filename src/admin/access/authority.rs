//! A host with its port, as `Host` and `Origin` name it. Nothing is repaired: what a browser does not
//! write is not understood.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::HeaderMap;
use axum::http::header::{HOST, HeaderName};

/// `host[:port]` of RFC 9110, section 7.2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Authority {
    pub(super) host: Host,
    pub(super) port: Option<u16>,
}

/// What is in front of the port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Host {
    /// It cannot be made to lead elsewhere.
    Ip(IpAddr),
    /// In lower case, without a dot at its end.
    Name(String),
}

/// RFC 1035, section 2.3.4.
const LONGEST: usize = 253;

impl Authority {
    /// Of the one field `Host`.
    pub(super) fn of_host(fields: &HeaderMap) -> Option<Self> {
        Self::parse(only(fields, &HOST)?)
    }

    /// Of a page's origin, `http://host[:port]` or `https://host[:port]`.
    pub(super) fn of_origin(text: &str) -> Option<Self> {
        Self::parse(text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"))?)
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let (host, port) = match text.strip_prefix('[') {
            Some(rest) => {
                let (inner, port) = rest.split_once(']')?;
                (Host::Ip(inner.parse::<Ipv6Addr>().ok()?.into()), port)
            }
            None => {
                let (name, port) = text.split_at(text.find(':').unwrap_or(text.len()));
                (Host::parse(name)?, port)
            }
        };
        let port = match port {
            "" => None,
            _ => Some(number(port.strip_prefix(':')?)?),
        };
        Some(Self { host, port })
    }
}

impl Host {
    /// What has no brackets. An address is written in full, `127.0.0.1` and not `127.1`; otherwise it is
    /// a name, if a strange one.
    fn parse(text: &str) -> Option<Self> {
        if let Ok(ip) = text.parse::<IpAddr>() {
            return Some(Self::Ip(ip));
        }
        let name = text.strip_suffix('.').unwrap_or(text);
        let label = |label: &str| {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            !label.is_empty() && label.bytes().all(fits)
        };
        // With a dot at its end an address is neither.
        let is_ip = name.parse::<IpAddr>().is_ok();
        let fits = !is_ip && name.len() <= LONGEST && name.split('.').all(label);
        fits.then(|| Self::Name(name.to_ascii_lowercase()))
    }
}

/// The value of a field that stands once; one that stands twice has none.
pub(super) fn only<'a>(fields: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = fields.get_all(name).iter();
    let value = values.next()?.to_str().ok();
    if values.next().is_some() { None } else { value }
}

fn number(digits: &str) -> Option<u16> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.len() <= 5;
    if plain { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ip(text: &str, port: Option<u16>) -> Option<Authority> {
        Some(Authority { host: Host::Ip(text.parse().unwrap()), port })
    }

    fn name(text: &str, port: Option<u16>) -> Option<Authority> {
        Some(Authority { host: Host::Name(text.to_owned()), port })
    }

    #[test]
    fn hosts_are_read_as_browsers_write_them() {
        let table = [
            ("localhost", name("localhost", None)),
            ("LocalHost:4040", name("localhost", Some(4040))),
            ("localhost.:4040", name("localhost", Some(4040))),
            ("127.0.0.1", ip("127.0.0.1", None)),
            ("127.0.0.1:65535", ip("127.0.0.1", Some(65535))),
            ("[::1]", ip("::1", None)),
            ("[::1]:4040", ip("::1", Some(4040))),
            ("[::ffff:127.0.0.1]:1", ip("::ffff:127.0.0.1", Some(1))),
            // Names: whoever can make them lead here must be told in `admin.hosts`.
            ("127.1", name("127.1", None)),
            ("2130706433", name("2130706433", None)),
            ("0x7f.0.0.1", name("0x7f.0.0.1", None)),
            ("127.0.0.01", name("127.0.0.01", None)),
            ("localhost.evil.example", name("localhost.evil.example", None)),
        ];
        for (text, wanted) in table {
            assert_eq!(Authority::parse(text), wanted, "{text}");
        }
    }

    #[test]
    fn what_browsers_do_not_write_is_not_understood() {
        for text in [
            "",
            ".",
            ":",
            ":1",
            "[::1].evil",
            "[::1]evil",
            "[::1]:",
            "[::1]4040",
            "[::1",
            "::1]",
            "[127.0.0.1]",
            "[localhost]",
            "[::1%25lo]",
            "[::1%lo]:1",
            "[[::1]]",
            "[]",
            "[]:1",
            "localhost:",
            "localhost:65536",
            "localhost:+1",
            "localhost:1:2",
            "localhost:a",
            "localhost:000080",
            "user@localhost",
            "localhost@evil.example",
            "localhost/x",
            "localhost#x",
            "localhost?x",
            "localhost\\x",
            "local host",
            " localhost",
            "localhost ",
            "localhost..",
            ".localhost",
            "a..b",
            "ключ",
            "localhost\u{3002}",
            "http://localhost",
            "localhost,localhost",
            "*",
            "%6cocalhost",
            "::1",
            "::1:4040",
            "127.0.0.1.",
        ] {
            assert_eq!(Authority::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_origin_is_a_scheme_and_a_host_and_nothing_more() {
        assert_eq!(Authority::of_origin("http://localhost:4040"), name("localhost", Some(4040)));
        assert_eq!(Authority::of_origin("https://[::1]"), ip("::1", None));
        for text in [
            "null",
            "localhost",
            "http://",
            "ftp://localhost",
            "http://localhost/",
            "HTTP://localhost",
        ] {
            assert_eq!(Authority::of_origin(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_all_of_the_text(
            text in r"(\[?[0-9a-fA-F:.]{0,12}\]?|[a-zA-Z0-9._-]{0,12}|localhost|\[::1\]|127\.0\.0\.1)[:.@/a-z0-9\[\]]{0,8}"
        ) {
            if let Some(Authority { host, port }) = Authority::parse(&text) {
                let host = match host {
                    Host::Ip(IpAddr::V6(ip)) => format!("[{ip}]"),
                    Host::Ip(ip) => ip.to_string(),
                    Host::Name(name) => name,
                };
                let written = port.map_or(host.clone(), |port| format!("{host}:{port}"));
                prop_assert_eq!(Authority::parse(&written), Authority::parse(&text), "{}", text);
                // Nothing that follows the host may be dropped.
                let tail = |text: &str| text.bytes().filter(u8::is_ascii_alphabetic).count();
                let is_v6 = text.starts_with('[');
                prop_assert!(is_v6 || tail(&written) == tail(&text), "{} is {}", text, written);
            }
        }

        #[test]
        fn only_loopback_is_taken_for_loopback(end in r"[.@:/\[\]a-z0-9]{1,8}") {
            let text = format!("[::1]{end}");
            let is_port = end.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
            prop_assert_eq!(Authority::parse(&text).is_some(), is_port && end.len() <= 6, "{}", text);
        }
    }
}
