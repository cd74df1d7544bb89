//! Name constraints (RFC 5280, section 4.2.1.10): the names that an authority may sign for. A DNS
//! name covers every name below it.

use std::collections::BTreeSet;
use std::net::IpAddr;

use rcgen::{CidrSubnet, GeneralSubtree, NameConstraints};
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::X509Certificate;

use super::name::Name;
use super::resolver::{SPELLINGS, WITHOUT_NAME};

/// What a certificate is limited to.
#[derive(Debug, Default)]
pub(super) struct Limits {
    dns: Vec<String>,
    /// Address and mask, one behind the other.
    ip: Vec<Vec<u8>>,
}

/// The constraints of a new authority for `names` and for this machine's own.
///
/// Addresses are always among them: a certificate without any could sign for every address.
pub(super) fn of(names: &[Name]) -> NameConstraints {
    let own = std::iter::once(WITHOUT_NAME).chain(SPELLINGS).filter_map(Name::parse);
    let mut seen = BTreeSet::new();
    let all = names.iter().cloned().chain(own).filter(|name| seen.insert(text(name)));
    let permitted_subtrees = all.map(subtree).collect();
    NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() }
}

impl Limits {
    /// `None` for a certificate that may sign for any name.
    pub(super) fn of(certificate: &X509Certificate<'_>) -> Option<Self> {
        let extension = certificate.name_constraints().ok().flatten()?;
        let permitted = extension.value.permitted_subtrees.as_ref()?;
        let mut limits = Self::default();
        for subtree in permitted {
            match subtree.base {
                GeneralName::DNSName(name) => {
                    limits.dns.push(name.trim_start_matches('.').to_ascii_lowercase());
                }
                GeneralName::IPAddress(bytes) => limits.ip.push(bytes.to_vec()),
                _ => {}
            }
        }
        Some(limits)
    }

    /// Whether names and addresses both are limited.
    pub(super) fn is_whole(&self) -> bool {
        !self.dns.is_empty() && !self.ip.is_empty()
    }

    /// Those that it does not cover.
    pub(super) fn missing(&self, names: &[Name]) -> Vec<String> {
        names.iter().filter(|name| !self.covers(name)).map(text).collect()
    }

    /// The DNS names that it covers although none of `names`, nor this machine, needs them.
    pub(super) fn needless(&self, names: &[Name]) -> Vec<String> {
        let needed = |dns: &str| {
            dns == WITHOUT_NAME
                || names.iter().any(|name| matches!(name, Name::Dns(name) if is_below(name, dns)))
        };
        self.dns.iter().filter(|dns| !needed(dns)).cloned().collect()
    }

    /// As people read it.
    pub(super) fn text(&self) -> String {
        self.dns.join(", ")
    }

    fn covers(&self, name: &Name) -> bool {
        match name {
            Name::Dns(name) => {
                self.dns.is_empty() || self.dns.iter().any(|dns| is_below(name, dns))
            }
            Name::Ip(ip) => self.ip.is_empty() || self.ip.iter().any(|net| is_within(*ip, net)),
        }
    }
}

fn is_below(name: &str, dns: &str) -> bool {
    name.strip_suffix(dns).is_some_and(|front| front.is_empty() || front.ends_with('.'))
}

fn is_within(ip: IpAddr, net: &[u8]) -> bool {
    let octets = match ip {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    };
    if net.len() != octets.len() * 2 {
        return false;
    }
    let (base, mask) = net.split_at(octets.len());
    octets.iter().zip(base).zip(mask).all(|((octet, base), mask)| octet & mask == base & mask)
}

fn subtree(name: Name) -> GeneralSubtree {
    match name {
        Name::Dns(name) => GeneralSubtree::DnsName(name),
        Name::Ip(ip) => {
            let whole = if ip.is_ipv4() { 32 } else { 128 };
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(ip, whole))
        }
    }
}

fn text(name: &Name) -> String {
    match name {
        Name::Dns(name) => name.clone(),
        Name::Ip(ip) => ip.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_covers_those_below_it() {
        let limits =
            Limits { dns: vec!["shop.ru".into()], ip: vec![vec![10, 0, 0, 0, 255, 0, 0, 0]] };
        let names = ["shop.ru", "a.shop.ru", "myshop.ru", "ru", "10.1.2.3", "11.0.0.1", "::1"];
        let names: Vec<Name> = names.into_iter().filter_map(Name::parse).collect();
        assert_eq!(limits.missing(&names), ["myshop.ru", "ru", "11.0.0.1", "::1"]);
        assert!(limits.needless(&names).is_empty());
        assert_eq!(limits.needless(&names[2..]), ["shop.ru"]);
    }
}
