//! Options that every JVM reads from `JAVA_TOOL_OPTIONS`.

use std::path::Path;

use super::trust_store::PASSWORD;

/// How the options begin and end.
pub(super) const ENDS: (&str, &str) =
    ("-Dhttp.proxyHost=", "-Djavax.net.ssl.trustStorePassword=changeit");

/// Proxy (`host:port`), the hosts that are met without it (as in `NO_PROXY`), trust store.
pub(super) fn options(proxy: &str, direct: &str, trust_store: &Path) -> String {
    let (host, port) = proxy.rsplit_once(':').unwrap_or((proxy, "80"));
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let options = [
        ("http.proxyHost", host.to_owned()),
        ("http.proxyPort", port.to_owned()),
        ("https.proxyHost", host.to_owned()),
        ("https.proxyPort", port.to_owned()),
        ("http.nonProxyHosts", non_proxy_hosts(direct)),
        ("javax.net.ssl.trustStore", trust_store.display().to_string()),
        ("javax.net.ssl.trustStoreType", "PKCS12".to_owned()),
        ("javax.net.ssl.trustStorePassword", PASSWORD.to_owned()),
    ];
    let words = options.map(|(name, value)| word(&format!("-D{name}={value}")));
    words.join(" ")
}

/// `NO_PROXY` means a name and all below it; Java compares whole names, with `*` at either end.
fn non_proxy_hosts(direct: &str) -> String {
    let mut hosts: Vec<String> = Vec::new();
    for entry in direct.split([',', ' ']).filter(|entry| !entry.is_empty()) {
        let name = entry.trim_start_matches("*.").trim_start_matches('.');
        match entry {
            "127.0.0.1" => hosts.push("127.*".to_owned()),
            "*" => hosts.push("*".to_owned()),
            // A block of addresses cannot be said.
            _ if name.is_empty() || name.contains('/') => {}
            _ if name.contains("::") || name.parse::<std::net::Ipv6Addr>().is_ok() => {
                hosts.push(format!("[{}]", name.trim_matches(['[', ']'])));
            }
            _ => {
                let name = name.split(':').next().unwrap_or(name);
                hosts.push(name.to_owned());
                if name.parse::<std::net::Ipv4Addr>().is_err() && name != "localhost" {
                    hosts.push(format!("*.{name}"));
                }
            }
        }
    }
    hosts.join("|")
}

/// The JVM splits at blanks and knows quotes, but no escape.
fn word(option: &str) -> String {
    match option.contains([' ', '\t', '\'', '"']) {
        true if option.contains('"') => format!("'{option}'"),
        true => format!("\"{option}\""),
        false => option.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direct_hosts_are_written_as_java_reads_them() {
        let direct =
            "localhost,127.0.0.1,::1,.intra.example,10.0.0.0/8,db:5432,10.1.2.3,*.x.example";
        assert_eq!(
            non_proxy_hosts(direct),
            "localhost|127.*|[::1]|intra.example|*.intra.example|db|*.db|10.1.2.3|x.example|*.x.example"
        );
        assert_eq!(non_proxy_hosts("*"), "*");
    }

    #[test]
    fn a_folder_with_a_blank_stays_one_word() {
        let options = options("[::1]:8080", "localhost", Path::new("/tmp/a b/trust.p12"));
        assert!(options.starts_with("-Dhttp.proxyHost=::1 -Dhttp.proxyPort=8080 "), "{options}");
        assert!(
            options.contains(" \"-Djavax.net.ssl.trustStore=/tmp/a b/trust.p12\" "),
            "{options}"
        );
    }
}
