//! The names a certificate may be minted for.

use std::borrow::Cow;
use std::net::IpAddr;

/// A host as it may stand in a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Name {
    /// Lower case, no trailing dot, at most 253 characters of letters, digits, `-`, `_` and dots.
    Dns(String),
    /// An address.
    Ip(IpAddr),
}

impl Name {
    /// A host from a URL, a `Host` field or a server name indication; `None` where no certificate
    /// could carry it.
    pub fn parse(host: &str) -> Option<Self> {
        let host = canonical(host);
        if let Ok(ip) = host.parse::<IpAddr>() {
            return Some(Self::Ip(ip));
        }
        is_dns_name(&host).then(|| Self::Dns(host.into_owned()))
    }
}

/// One spelling for each host: lower case, without brackets and the trailing dot.
pub(super) fn canonical(host: &str) -> Cow<'_, str> {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    let bare = bare.strip_suffix('.').unwrap_or(bare);
    if bare.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(bare.to_ascii_lowercase())
    } else {
        Cow::Borrowed(bare)
    }
}

fn is_dns_name(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    // A last label of digits alone would be read as an address by some parsers.
    host.len() <= 253
        && host.split('.').all(is_label)
        && !last.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_host_has_one_spelling() {
        let expected = Some(Name::Dns("loyalty.example.ru".to_owned()));
        for host in ["loyalty.example.ru", "Loyalty.Example.RU", "loyalty.example.ru."] {
            assert_eq!(Name::parse(host), expected, "{host}");
        }
        assert_eq!(Name::parse("[::1]"), Some(Name::Ip("::1".parse().unwrap())));
        assert_eq!(Name::parse("127.0.0.1"), Some(Name::Ip("127.0.0.1".parse().unwrap())));
        assert_eq!(Name::parse("web_1"), Some(Name::Dns("web_1".to_owned())));
    }

    #[test]
    fn what_no_certificate_could_carry_is_refused() {
        let long = format!("{}.ru", "a".repeat(64));
        let longer = ["a".repeat(60).as_str(); 5].join(".");
        let hosts =
            ["", ".", "a..b", "-a.ru", "a-.ru", "a b", "a\0b", "*.ru", "пример.рф", "1.2.3", "a/b"];
        for host in hosts.into_iter().chain([long.as_str(), longer.as_str()]) {
            assert_eq!(Name::parse(host), None, "{host:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_taken_is_clean(host in "\\PC{0,300}") {
            if let Some(Name::Dns(name)) = Name::parse(&host) {
                prop_assert!(name.len() <= 253);
                prop_assert!(!name.bytes().any(|b| b.is_ascii_uppercase() || b <= b' ' || b > 0x7e));
                prop_assert_eq!(canonical(&name), name.as_str());
            }
        }
    }
}
