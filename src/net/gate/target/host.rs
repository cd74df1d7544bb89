//! Hosts and ports.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::from_utf8;

use super::super::grammar::{alphanumeric_and, prefix_len};
use super::TargetFault;

/// The longest name DNS can hold, in its written form without the trailing dot.
const MAX_NAME: usize = 253;

/// Vets `host` or `host:port`, as in Host, `:authority`, an absolute target and a CONNECT.
///
/// # Errors
/// Whatever two readers could take differently: see [`TargetFault`].
pub fn vet_authority(host_port: &[u8]) -> Result<(), TargetFault> {
    let (name, rest) =
        host_port.split_at_checked(prefix_len(&NAME, host_port)).ok_or(TargetFault::Host)?;
    if name.is_empty() && rest.first() == Some(&b'[') {
        return vet_literal(host_port);
    }
    match rest {
        [] => vet_name(name),
        [b':', port @ ..] if is_port(port) => vet_name(name),
        _ => Err(fault(name, rest)),
    }
}

/// What is wrong with bytes that stand behind a name and are no port.
#[cold]
fn fault(name: &[u8], rest: &[u8]) -> TargetFault {
    match (rest, odd_byte(rest)) {
        (_, Some(TargetFault::Userinfo)) => TargetFault::Userinfo,
        ([b':', port @ ..], _) if !port.contains(&b':') => match name {
            [] => TargetFault::EmptyHost,
            _ => TargetFault::Port,
        },
        (_, fault) => fault.unwrap_or(TargetFault::Host),
    }
}

fn vet_literal(host_port: &[u8]) -> Result<(), TargetFault> {
    let (host, port) = split_port(host_port);
    let [b'[', address @ .., b']'] = host else {
        return Err(odd_byte(host).unwrap_or(TargetFault::Host));
    };
    if !port.is_none_or(is_port) {
        return Err(fault(host, host_port.get(host.len()..).unwrap_or_default()));
    }
    match from_utf8(address).map(str::parse::<Ipv6Addr>) {
        Ok(Ok(_)) => Ok(()),
        _ => Err(TargetFault::Host),
    }
}

/// Splits at the colon in front of a port; colons inside brackets are none.
pub fn split_port(host_port: &[u8]) -> (&[u8], Option<&[u8]>) {
    let colon = host_port.iter().rposition(|byte| matches!(byte, b':' | b']'));
    match colon.and_then(|at| host_port.split_at_checked(at)) {
        Some((host, [b':', port @ ..])) => (host, Some(port)),
        _ => (host_port, None),
    }
}

fn is_port(port: &[u8]) -> bool {
    matches!(port, [b'1'..=b'9', ..])
        && from_utf8(port).is_ok_and(|digits| digits.parse::<u16>().is_ok())
}

/// Characters of a registered name.
static NAME: [bool; 256] = alphanumeric_and(b"-_.");

/// Vets what consists of the characters of a name already.
fn vet_name(name: &[u8]) -> Result<(), TargetFault> {
    let bare = name.strip_suffix(b".").unwrap_or(name);
    let Some(last) = bare.last() else {
        return Err(if name.is_empty() { TargetFault::EmptyHost } else { TargetFault::Host });
    };
    let empty_label = bare.windows(2).any(|pair| matches!(pair, [b'.', b'.']));
    if empty_label || bare.first() == Some(&b'.') || *last == b'.' || bare.len() > MAX_NAME {
        return Err(TargetFault::Host);
    }
    // A number ends in a digit, of either base, or in the x of an empty hexadecimal one.
    let maybe_number = last.is_ascii_hexdigit() || last.eq_ignore_ascii_case(&b'x');
    let last_label = || bare.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    if maybe_number && is_number(last_label()) && !is_ipv4(name) {
        return Err(TargetFault::Ipv4);
    }
    Ok(())
}

/// Whether readers of the WHATWG kind take a last label for a part of an IPv4 address.
fn is_number(label: &[u8]) -> bool {
    match label {
        [b'0', b'x' | b'X', digits @ ..] => digits.iter().all(u8::is_ascii_hexdigit),
        digits => digits.iter().all(u8::is_ascii_digit),
    }
}

fn is_ipv4(name: &[u8]) -> bool {
    from_utf8(name).is_ok_and(|name| name.parse::<Ipv4Addr>().is_ok())
}

/// The fault of the first byte that has one of its own.
fn odd_byte(host_port: &[u8]) -> Option<TargetFault> {
    host_port.iter().find_map(|byte| match byte {
        b'@' => Some(TargetFault::Userinfo),
        b'\\' => Some(TargetFault::HostBackslash),
        b'#' => Some(TargetFault::HostFragment),
        0..=b' ' | 0x7f => Some(TargetFault::HostControl),
        0x80.. => Some(TargetFault::HostNonAscii),
        _ => None,
    })
}

/// Whether two vetted authorities name the same origin of a scheme: casing, a trailing dot and the
/// scheme's own port make no difference.
pub fn same_authority(one: &[u8], other: &[u8], https: bool) -> bool {
    let default: &[u8] = if https { b"443" } else { b"80" };
    let parts = |authority| {
        let (host, port) = split_port(authority);
        (host.strip_suffix(b".").unwrap_or(host), port.unwrap_or(default))
    };
    let ((host, port), (other_host, other_port)) = (parts(one), parts(other));
    port == other_port && host.eq_ignore_ascii_case(other_host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_hosts_pass() {
        for host in [
            "h",
            "loyalty.example.ru",
            "LOYALTY.example.ru.",
            "a_b-c.d",
            "xn--e1afmkfd.xn--p1ai",
            "1.2.3.4",
            "h:1",
            "h:80",
            "h:65535",
            "[::1]",
            "[::1]:443",
            "[2001:DB8::1]",
            "[::ffff:1.2.3.4]",
            "1a.2b",
            "3com",
            "127.0.0.1:8080",
            "0xg",
            "1.2.3.4a",
        ] {
            assert_eq!(vet_authority(host.as_bytes()), Ok(()), "{host}");
        }
        assert_eq!(vet_authority(&[b'a'; 253]), Ok(()));
    }

    #[test]
    fn hosts_that_readers_differ_on_are_refused() {
        for (host, fault) in [
            (&b""[..], TargetFault::EmptyHost),
            (b":80", TargetFault::EmptyHost),
            (b"h:", TargetFault::Port),
            (b"h:0", TargetFault::Port),
            (b"h:0443", TargetFault::Port),
            (b"h:65536", TargetFault::Port),
            (b"h:100000", TargetFault::Port),
            (b"h:+80", TargetFault::Port),
            (b"h:8a", TargetFault::Port),
            (b"h: 80", TargetFault::Port),
            (b"u@h", TargetFault::Userinfo),
            (b"u:p@h", TargetFault::Userinfo),
            (b"h@", TargetFault::Userinfo),
            (b"h%2e", TargetFault::Host),
            (b"h,i", TargetFault::Host),
            (b"h, i", TargetFault::HostControl),
            (b"h\\i", TargetFault::HostBackslash),
            (b"h\0", TargetFault::HostControl),
            (b"\xd0\xba.ru", TargetFault::HostNonAscii),
            (b".", TargetFault::Host),
            (b"a..b", TargetFault::Host),
            (b".a", TargetFault::Host),
            (b"a..", TargetFault::Host),
            (b"h:1:2", TargetFault::Host),
            (b"::1", TargetFault::Host),
            (b"[::1", TargetFault::Host),
            (b"[::1]x", TargetFault::Host),
            (b"[::1%25eth0]", TargetFault::Host),
            (b"[v1.x]", TargetFault::Host),
            (b"[]", TargetFault::Host),
            (b"2130706433", TargetFault::Ipv4),
            (b"0x7f.1", TargetFault::Ipv4),
            (b"127.1", TargetFault::Ipv4),
            (b"0x7f", TargetFault::Ipv4),
            (b"1.2.3.0x4", TargetFault::Ipv4),
            (b"1.2.3.04", TargetFault::Ipv4),
            (b"1.2.3.256", TargetFault::Ipv4),
            (b"1.2.3.4.5", TargetFault::Ipv4),
            (b"1.2.3.4.", TargetFault::Ipv4),
            (b"a.1", TargetFault::Ipv4),
        ] {
            assert_eq!(vet_authority(host), Err(fault), "{}", host.escape_ascii());
        }
        assert_eq!(vet_authority(&[b'a'; 254]), Err(TargetFault::Host));
    }

    #[test]
    fn an_origin_is_the_same_whatever_its_casing_dot_and_default_port() {
        assert!(same_authority(b"H.example", b"h.EXAMPLE.:80", false));
        assert!(same_authority(b"h:443", b"h", true));
        assert!(!same_authority(b"h:443", b"h", false));
        assert!(!same_authority(b"h", b"h2", false));
        assert!(same_authority(b"[::1]", b"[::1]:80", false));
    }
}
