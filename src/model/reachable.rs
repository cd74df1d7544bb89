//! Whether the vendor's cloud could reach a host: it is not in the network of whoever runs this.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Why a host of a URL is reached from here at most, in a few words; `None` for all others.
pub fn only_from_here(host: &str) -> Option<&'static str> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => of_v4(ip),
        Ok(IpAddr::V6(ip)) => of_v6(ip),
        Err(_) => of_name(bare),
    }
}

fn of_name(name: &str) -> Option<&'static str> {
    let name = name.strip_suffix('.').unwrap_or(name);
    match name.rsplit_once('.').map_or(name, |(_, last)| last) {
        last if last.eq_ignore_ascii_case("localhost") => Some(THIS_MACHINE),
        last if name.contains('.') && last.eq_ignore_ascii_case("local") => {
            Some("a name of the local network")
        }
        _ if name.contains('.') || name.is_empty() => None,
        _ => Some("a name without a dot"),
    }
}

const THIS_MACHINE: &str = "this machine";
const PRIVATE: &str = "a private address";

fn of_v4(ip: Ipv4Addr) -> Option<&'static str> {
    let [a, b, ..] = ip.octets();
    match ip {
        _ if ip.is_loopback() || ip.is_unspecified() => Some(THIS_MACHINE),
        // RFC 1918, RFC 3927, and the carriers' own of RFC 6598.
        _ if ip.is_private() || ip.is_link_local() || (a == 100 && b & 0xc0 == 64) => Some(PRIVATE),
        _ => None,
    }
}

fn of_v6(ip: Ipv6Addr) -> Option<&'static str> {
    if let Some(v4) = ip.to_ipv4_mapped() {
        return of_v4(v4);
    }
    match ip {
        _ if ip.is_loopback() || ip.is_unspecified() => Some(THIS_MACHINE),
        _ if ip.is_unique_local() || ip.is_unicast_link_local() => Some(PRIVATE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_the_network_here_are_told_from_others() {
        for host in [
            "localhost",
            "shop.localhost",
            "127.0.0.1",
            "127.8.8.8",
            "0.0.0.0",
            "[::1]",
            "10.0.0.5",
            "172.16.1.1",
            "172.31.1.1",
            "192.168.1.2",
            "169.254.1.1",
            "100.64.0.1",
            "[fd00::1]",
            "[fe80::1]",
            "[::ffff:10.0.0.1]",
            "partner",
            "till.local",
            "PARTNER.",
        ] {
            assert!(only_from_here(host).is_some(), "{host}");
        }
        for host in [
            "loyalty.example.ru",
            "178.62.241.56",
            "172.32.0.1",
            "100.128.0.1",
            "[2001:db8::7]",
            "local.example.ru",
            "a.b",
            "",
        ] {
            assert_eq!(only_from_here(host), None, "{host}");
        }
    }
}
