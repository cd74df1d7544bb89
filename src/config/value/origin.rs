//! Origins and URLs.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::config::meant::Origin;
use crate::text::{Text, text};

/// `scheme://host[:port]`, nothing behind it.
pub(in crate::config) fn origin(text: &str) -> Result<Origin, Text> {
    let (origin, rest) = split(text)?;
    match rest {
        "" => Ok(origin),
        "/" => Err(text!("leave out the `/` at the end")),
        _ => Err(text!("an origin is scheme://host[:port], without a path")),
    }
}

/// An absolute URL without query and fragment, as written but for a `/` at its end.
pub(in crate::config) fn base(text: &str) -> Result<String, Text> {
    let (_, rest) = split(text)?;
    if rest.contains(['?', '#']) {
        return Err(text!("leave out the query and the fragment"));
    }
    if rest.bytes().any(|byte| !byte.is_ascii_graphic() || byte == b'\\') {
        return Err(text!("percent-encode what is not a plain ASCII sign"));
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// An absolute path or URL.
pub(in crate::config) fn path(text: &str) -> Result<String, Text> {
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(text!("percent-encode what is not a plain ASCII sign"));
    }
    if !text.starts_with('/') {
        split(text).map_err(|_| text!("write a path that begins with `/`, or a whole URL"))?;
    }
    Ok(text.to_owned())
}

/// The origin of a URL and what follows it.
fn split(text: &str) -> Result<(Origin, &str), Text> {
    let Some((scheme, rest)) = text.split_once("://") else {
        return Err(text!("the scheme is missing, as in https://shop.example.ru"));
    };
    let tls = match scheme.to_ascii_lowercase().as_str() {
        "http" => false,
        "https" => true,
        _ => return Err(text!("the scheme is http or https")),
    };
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    if authority.contains('@') {
        return Err(text!("leave out the login; `authorization` and `auth` are for that"));
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let port = match port {
        None => {
            if tls {
                443
            } else {
                80
            }
        }
        Some(port) => port
            .parse()
            .ok()
            .filter(|number| *number != 0 && port.bytes().all(|b| b.is_ascii_digit()))
            .ok_or_else(|| text!("the port is a number from 1 to 65535"))?,
    };
    Ok((Origin { tls, host: normal(host)?, port }, rest))
}

/// A host in the one form it is compared in.
fn normal(host: &str) -> Result<String, Text> {
    if let Some(inner) = host.strip_prefix('[') {
        let address = inner.strip_suffix(']').and_then(|inner| inner.parse::<Ipv6Addr>().ok());
        return address
            .map(|address| format!("[{address}]"))
            .ok_or_else(|| text!("an IPv6 host looks like [2001:db8::1]"));
    }
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    if !host.is_ascii() {
        return Err(text!("write the host in its ASCII form, xn--…"));
    }
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let numeric =
        host.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    if !host.split('.').all(label) || numeric && host.parse::<Ipv4Addr>().is_err() {
        return Err(text!("write a host name or an IP address behind ://"));
    }
    Ok(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_origin_has_one_form() {
        let plain = origin("https://shop.example.ru").unwrap();
        assert_eq!(plain, origin("HTTPS://Shop.Example.RU.:443").unwrap());
        assert_eq!((plain.tls, plain.port), (true, 443));
        assert_eq!(origin("http://[2001:DB8:0::1]").unwrap().host, "[2001:db8::1]");
    }

    #[test]
    fn what_is_not_an_origin_is_refused() {
        for text in [
            "shop.example.ru",
            "ftp://a",
            "https://a/",
            "https://a/b",
            "https://a?x",
            "https://a#x",
            "https://u:p@a",
            "https://",
            "https://a:0",
            "https://a:+1",
            "https://a:99999",
            "https://a:",
            "https://a..b",
            "https://кафе.рф",
            "https://[::1",
            "https://127.1",
            "https://a b",
            "https://a\\b",
        ] {
            assert!(origin(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_base_keeps_its_path() {
        assert_eq!(base("http://a:9000/x/").unwrap(), "http://a:9000/x");
        assert!(base("http://a/?q").is_err() && base("http://a/ü").is_err() && base("/x").is_err());
    }

    #[test]
    fn a_path_is_absolute() {
        assert!(path("/crm/api/docs/").is_ok() && path("https://a/b?c=d").is_ok());
        assert!(path("crm").is_err() && path("/a b").is_err());
    }
}
