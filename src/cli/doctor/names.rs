//! How requests find the gateway: the hosts file and proxy variables.

use std::net::{IpAddr, SocketAddr};

use super::{Check, Facts, Host};
use crate::cli::words::words;

/// Which allowed hosts lead to the gateway by the hosts file.
pub(super) fn hosts(facts: &Facts<'_>) -> Check {
    let led = |host: &&Host| {
        addresses(facts.hosts_file, &host.name).any(|ip| is_gateway(ip, facts.listen))
    };
    let led: Vec<_> = facts.hosts.iter().filter(led).collect();
    // The gateway asks the same file when it connects to the partner.
    let circular: Vec<_> =
        led.iter().filter(|host| !host.has_upstream).map(|host| host.name.as_str()).collect();
    if !circular.is_empty() {
        return Check::warn(
            "hosts file",
            words!(
                "points at the gateway for {hosts}, and the gateway itself would come back here too",
                hosts = circular.join(", ")
            ),
            words!("write under `upstreams:` where these requests really go"),
        );
    }
    match led.as_slice() {
        [] => Check::ok(
            "hosts file",
            words!("no allowed host points here; apps reach the gateway as an HTTP proxy"),
        ),
        led => {
            let names: Vec<_> = led.iter().map(|host| host.name.as_str()).collect();
            let hosts = names.join(", ");
            Check::ok("hosts file", words!("points at the gateway for {hosts}", hosts))
        }
    }
}

/// Variables that lead clients on this machine elsewhere.
pub(super) fn proxies(variable: &dyn Fn(&str) -> Option<String>) -> Check {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let names =
        ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let found: Vec<_> = names
        .into_iter()
        .filter_map(|name| Some(format!("{name}={}", bare(&set(name)?))))
        .collect();
    if found.is_empty() {
        return Check::ok("proxy", words!("no proxy variable is set"));
    }
    let except = set("NO_PROXY").or_else(|| set("no_proxy")).unwrap_or_default();
    let local = ["localhost", "127.0.0.1", "*"];
    if except.split(',').any(|entry| local.contains(&entry.trim())) {
        return Check::ok("proxy", words!("{set}, not for this machine", set = found.join(", ")));
    }
    Check::warn(
        "proxy",
        words!("{set}: clients that obey it bypass the gateway", set = found.join(", ")),
        words!("export NO_PROXY=localhost,127.0.0.1,::1, or point the variable at the gateway"),
    )
}

/// A proxy's URL may carry a password.
fn bare(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 <= at => {
            format!(
                "{}…{}",
                url.get(..scheme + 3).unwrap_or_default(),
                url.get(at..).unwrap_or_default()
            )
        }
        (None, Some(at)) => format!("…{}", url.get(at..).unwrap_or_default()),
        _ => url.to_owned(),
    }
}

fn addresses<'a>(hosts_file: &'a str, name: &'a str) -> impl Iterator<Item = IpAddr> + 'a {
    hosts_file.lines().filter_map(move |line| {
        let line = line.split('#').next().unwrap_or_default();
        let mut words = line.split_ascii_whitespace();
        let ip = words.next()?.parse().ok()?;
        words.any(|word| word.trim_end_matches('.').eq_ignore_ascii_case(name)).then_some(ip)
    })
}

fn is_gateway(ip: IpAddr, listen: &[(&str, SocketAddr)]) -> bool {
    ip.is_loopback() || ip.is_unspecified() || listen.iter().any(|(_, address)| address.ip() == ip)
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::SystemTime;

    use super::super::State;
    use super::*;
    use crate::net::descriptors::Shares;

    const FILE: &str = "127.0.0.1 localhost\n127.0.0.1\tLoyalty.Example.RU. crm.ru # mine\n\
                        # 127.0.0.1 off.ru\n10.0.0.9 far.ru\n";

    fn judged(hosts: &[(&str, bool)]) -> Check {
        let hosts: Vec<_> = hosts
            .iter()
            .map(|&(name, has_upstream)| Host { name: name.to_owned(), has_upstream })
            .collect();
        super::hosts(&Facts {
            config: Ok(String::new()),
            certs: &Path::new("certs").into(),
            readable: &[],
            running: None,
            listen: &[],
            hosts: &hosts,
            hosts_file: FILE,
            variable: &|_| None,
            now: SystemTime::UNIX_EPOCH,
            is_guarded: true,
            passwd: "",
            shares: Shares::of(None, 1, 1),
        })
    }

    #[test]
    fn hosts_that_lead_here_are_listed() {
        let check = judged(&[("loyalty.example.ru", true), ("far.ru", false), ("off.ru", false)]);
        assert_eq!(check.state, State::Ok);
        assert_eq!(check.detail, "points at the gateway for loyalty.example.ru");
        assert!(judged(&[("far.ru", false)]).detail.starts_with("no allowed host"));
    }

    #[test]
    fn a_host_that_would_come_back_is_a_warning() {
        let check = judged(&[("loyalty.example.ru", true), ("crm.ru", false)]);
        assert_eq!(check.state, State::Warn);
        assert!(check.detail.contains("crm.ru") && !check.detail.contains("loyalty"), "{check:?}");
        assert!(check.remedy.contains("upstreams"));
    }

    #[test]
    fn a_proxy_variable_is_told_without_its_password() {
        let with = |set: &'static [(&str, &str)]| {
            proxies(&|name| set.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
        };
        assert_eq!(with(&[]).state, State::Ok);
        let check = with(&[("https_proxy", "http://me:secret@proxy.lan:3128")]);
        assert_eq!(check.state, State::Warn);
        assert!(check.detail.contains("https_proxy=http://…@proxy.lan:3128"), "{check:?}");
        assert!(!with(&[("HTTP_PROXY", "me:secret@proxy:1")]).detail.contains("secret"));
        let excepted = with(&[("HTTP_PROXY", "http://p:1"), ("NO_PROXY", "a.ru, localhost")]);
        assert_eq!(excepted.state, State::Ok);
    }
}
