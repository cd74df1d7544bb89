//! The first gateway.yaml of a service: it works as it stands.

use super::meant::Origin;
use super::value::origin::origin;
use crate::text::{Text, text};

/// What the file is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Starter {
    /// Where the partner's service listens.
    pub service: Origin,
    /// The hosts that the app's requests name; at least one.
    pub hosts: Vec<String>,
    /// Ports of loopback: plaintext and TLS for apps, console.
    pub ports: [u16; 3],
    /// The app's uuid.
    pub app: String,
    /// What authorises webhooks in the app's own name.
    pub token: String,
}

/// Where a service listens: `http://localhost:9000`, `localhost:9000` or `9000`.
///
/// # Errors
///
/// What to write instead.
pub fn service(text: &str) -> Result<Origin, Text> {
    let text = text.trim();
    let text = text.strip_suffix('/').unwrap_or(text);
    let is_port = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match (text.contains("://"), is_port) {
        (true, _) => origin(text),
        (false, true) => origin(&format!("http://localhost:{text}")),
        (false, false) => origin(&format!("http://{text}")),
    }
    .map_err(|why| text!("{why}; it is such as http://localhost:9000", why => why))
}

/// A host of an app's requests, in the one form it is compared in: `api.my.ru`, or a URL of it.
///
/// # Errors
///
/// What to write instead.
pub fn host(text: &str) -> Result<String, Text> {
    let text = text.trim();
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let name = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let found = origin(&format!("https://{name}"))
        .map_err(|_| text!("write the host of a URL, such as api.my.ru"))?;
    match found.port {
        80 | 443 => Ok(found.host),
        _ => Err(text!("leave out the port: apps reach 80 and 443 only")),
    }
}

impl Starter {
    /// The text of the file, for a folder that also has `gateway.schema.json`.
    pub fn text(&self) -> String {
        let Self { service, hosts, ports: [http, https, admin], app, token } = self;
        let name = self.name();
        let rules: String = hosts.iter().map(|host| rule(host)).collect();
        let lead = |host: &String| {
            format!("      'https://{host}': {service}\n      'http://{host}': {service}\n")
        };
        let upstreams: String = hosts.iter().map(lead).collect();
        format!(
            r#"# yaml-language-server: $schema=./gateway.schema.json
#
# Configuration of evotor-gateway. `evotor-gateway check` finds every mistake in it;
# `evotor-gateway init DIR` without more writes a sample that shows further keys.
version: 1

listen:
  http: 127.0.0.1:{http}          # the proxy of terminal apps
  https: 127.0.0.1:{https}
  admin: 127.0.0.1:{admin}         # console and admin API

certs: ./certs                  # the authority that apps have to trust is made here at the first start
state: sqlite:./data/gateway.db

users:                          # the simulated world: users own stores, stores devices and employees
  - id: 01-000000000000001
    stores:
      - uuid: 20240105-1A2B-40C3-80D4-E5F60718293A
        name: Кофейня на Лесной
        address: Москва, Лесная 5
        devices:
          - {{uuid: 20240105-9F8E-407D-80C6-B5A493827160, name: Касса 1}}
        employees:
          - {{uuid: 20240106-44AA-40BB-80CC-DDEEFF001122, name: Анна, role: ADMIN}}

apps:
  - id: {app}     # made up; the developer portal has the app's own
    name: {name}
    proxy: v2                   # v1 | v2
    allow:                      # java.util.regex, matched whole against scheme://host/path?query
{rules}    upstreams:                  # where requests really go
{upstreams}    webhooks:
      url: {service}   # the documented path of each event is appended, such as /api/v1/user/create
      auth: {{bearer: {token}}}   # made up; your service gets it with webhooks
"#
        )
    }

    /// What the app is called: the part of its host that says most.
    fn name(&self) -> String {
        let host = self.hosts.first().map_or("", String::as_str);
        let is_address = host.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok();
        let above = host.rsplit_once('.').map_or(host, |(above, _)| above);
        let mut parts = above.split('.').filter(|part| !GENERAL.contains(part));
        let part = parts.next().unwrap_or_default();
        // A word that YAML reads as one.
        let is_word = part.bytes().any(|byte| byte.is_ascii_alphabetic()) && !is_address;
        if is_word { format!("'{part}'") } else { "app".to_owned() }
    }
}

/// What hosts begin with whatever they are for.
const GENERAL: [&str; 4] = ["api", "app", "dev", "www"];

fn rule(host: &str) -> String {
    let literal: String = host
        .chars()
        .map(|letter| match letter {
            '.' | '[' | ']' => format!("\\{letter}"),
            letter => letter.to_string(),
        })
        .collect();
    format!("      - 'https?://{literal}/.*'\n")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::config::parse;

    fn starter(service_at: &str, hosts: &[&str]) -> Starter {
        Starter {
            service: service(service_at).unwrap(),
            hosts: hosts.iter().map(|text| host(text).unwrap()).collect(),
            ports: [8080, 8443, 4040],
            app: "5c0d1a35-8c5e-4f2b-9a52-0d6f3f0f7a11".to_owned(),
            token: "7f3a0d9e-0000-4000-8000-000000000001".to_owned(),
        }
    }

    #[test]
    fn a_service_and_a_host_are_taken_as_people_write_them() {
        for text in ["http://localhost:9000", "http://localhost:9000/", "localhost:9000", "9000"] {
            assert_eq!(service(text).unwrap().to_string(), "http://localhost:9000", "{text}");
        }
        for text in [
            "api.my.ru",
            "API.my.ru.",
            "https://api.my.ru/v1?x",
            "http://api.my.ru/",
            "api.my.ru:443",
        ] {
            assert_eq!(host(text).unwrap(), "api.my.ru", "{text}");
        }
        for text in ["", "http://", "localhost:9000/api", "ftp://a:1", "a b"] {
            assert!(service(text).is_err(), "{text}");
        }
        for text in ["", "api.my.ru:8443", "a b", "кафе.рф", "x@y"] {
            assert!(host(text).is_err(), "{text}");
        }
    }

    #[test]
    fn every_file_means_what_was_asked_for_and_leaves_no_doubt() {
        for (hosts, name) in [
            (&["api.my.ru"][..], "my"),
            (&["loyalty.example.ru", "cards.example.ru"], "loyalty"),
            (&["null.ru"], "null"),
            (&["api.ru"], "app"),
            (&["1.example.ru"], "app"),
        ] {
            let made = starter("http://127.0.0.1:9000", hosts);
            let loaded = parse(&made.text(), "gateway.yaml", Path::new("."), &|_| None).unwrap();
            assert!(loaded.warnings.is_empty(), "{hosts:?} {:?}", loaded.warnings);
            let app = &loaded.config.apps[0];
            assert_eq!(app.id, made.app);
            assert_eq!(app.name, name);
            assert_eq!(app.upstreams.len(), 2 * hosts.len());
            assert!(app.upstreams.iter().all(|own| own.to == made.service));
            let webhooks = app.webhooks.as_ref().unwrap();
            assert_eq!(webhooks.url, "http://127.0.0.1:9000");
            assert_eq!(webhooks.auth.as_ref().unwrap().expose(), format!("Bearer {}", made.token));
            assert!(webhooks.paths.is_empty());
            assert_eq!(loaded.config.listen.admin.port(), 4040);
            for host in hosts {
                for scheme in ["http", "https"] {
                    let url = format!("{scheme}://{host}/v1/x?a=1");
                    assert!(
                        app.allow.iter().any(|rule| rule.pattern.matches(&url) == Ok(true)),
                        "{url}"
                    );
                    let other = url.replacen('.', "x", 1);
                    assert!(!app.allow.iter().any(|rule| rule.pattern.matches(&other) == Ok(true)));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn whatever_host_is_taken_gives_a_file_that_is_read(text in "[a-z0-9.-]{1,20}|\\[[0-9a-f:]{2,9}\\]") {
            if let Ok(host) = host(&text) {
                let made = Starter { hosts: vec![host], ..starter("9000", &[]) };
                let read = parse(&made.text(), "gateway.yaml", Path::new("."), &|_| None);
                prop_assert!(read.is_ok(), "{}", made.text());
            }
        }
    }
}
