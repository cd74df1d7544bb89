//! Where the running gateway is.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use super::client::Client;
use super::trouble::Trouble;
use super::{token_file, variable};
use crate::cli::words::talk_note;
use crate::config::{self, Loaded};
use crate::model::token::Token;
use crate::text::{Text, text};

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Reach {
    /// Configuration file; its listen.admin is where the gateway is expected.
    #[arg(
        short,
        long,
        global = true,
        value_name = "FILE",
        default_value = DEFAULT_FILE,
        env = "EVOTOR_GATEWAY_CONFIG"
    )]
    config: PathBuf,
    /// Admin address of the running gateway, overrides the configuration.
    #[arg(long, global = true, value_name = "ADDR", env = "EVOTOR_GATEWAY_ADMIN")]
    admin: Option<String>,
}

/// Where the environment has the token of the admin address.
pub(super) const TOKEN: &str = "EVOTOR_GATEWAY_TOKEN";
const DEFAULT_FILE: &str = "gateway.yaml";
const DEFAULT_ADMIN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 4040);

impl Reach {
    /// The gateway of a configuration.
    pub(super) fn of(config: &Path) -> Self {
        Self { config: config.to_owned(), admin: None }
    }

    /// The configuration's file.
    pub(super) fn config(&self) -> &Path {
        &self.config
    }

    /// A client of the gateway; nothing is connected yet.
    pub(super) fn client(&self) -> Result<Client, Trouble> {
        let own = variable(TOKEN).filter(|token| !token.is_empty()).map(Token::new);
        let Some(text) = self.admin.as_deref().filter(|text| !text.is_empty()) else {
            let (authority, token) = self.in_file()?;
            let token = own.or(token).or_else(|| token_file::read(&authority));
            return Ok(Client::of(authority, token));
        };
        let authority = authority(text).map_err(|why| {
            Trouble::usage(
                text!("the admin address {text} cannot be used: {why}", text, why => why),
                text!(""),
            )
        })?;
        let token =
            own.or_else(|| self.token_for(&authority)).or_else(|| token_file::read(&authority));
        Ok(Client::of(authority, token))
    }

    /// The file's token goes to this machine and to the address in the file, nowhere else.
    fn token_for(&self, authority: &str) -> Option<Token> {
        let config = config::load(&self.config, &variable).ok()?.config;
        let ip = authority.parse::<SocketAddr>().ok().map(|address| address.ip());
        let near = ip.map_or(authority.starts_with("localhost:"), |ip| {
            ip.is_loopback() || ip == config.listen.admin.ip()
        });
        config.admin.token.filter(|_| near)
    }

    fn in_file(&self) -> Result<(String, Option<Token>), Trouble> {
        let file = self.config.display();
        if !self.config.exists() && self.config == Path::new(DEFAULT_FILE) {
            // Whoever runs there may be another project's.
            let admin = DEFAULT_ADMIN;
            talk_note(&text!("there is no {file} here; talking to {admin}", file, admin));
            return Ok((DEFAULT_ADMIN.to_string(), None));
        }
        let Loaded { config, .. } = config::load(&self.config, &variable).map_err(|_| {
            Trouble::usage(
                text!("{file} does not say where the gateway is", file),
                text!(
                    "`evotor-gateway check -c {file}` says why; or name the admin address with \
                     --admin",
                    file
                ),
            )
        })?;
        let admin = config.listen.admin;
        if admin.port() == 0 {
            return Err(Trouble::usage(
                text!(
                    "listen.admin of {file} has port 0, so only the running gateway knows its port",
                    file
                ),
                text!("name the address that `evotor-gateway run` printed with --admin"),
            ));
        }
        Ok((reachable(admin).to_string(), config.admin.token))
    }
}

/// `IP:PORT`, a port, or `http://HOST:PORT`, as host and port.
fn authority(text: &str) -> Result<String, Text> {
    let form = || text!("write IP:PORT or a port, as in 127.0.0.1:4040");
    if text.starts_with("https://") {
        return Err(text!("the admin address speaks plain HTTP; write http:// or leave it out"));
    }
    let text = text.strip_prefix("http://").unwrap_or(text);
    let text = text.strip_suffix('/').unwrap_or(text);
    let port =
        |text: &str| text.parse().ok().filter(|port: &u16| *port != 0 && !text.starts_with('+'));
    if let Some(port) = port(text.strip_prefix(':').unwrap_or(text)) {
        return Ok(SocketAddr::new(DEFAULT_ADMIN.ip(), port).to_string());
    }
    if let Ok(address) = text.parse::<SocketAddr>() {
        return if address.port() == 0 { Err(form()) } else { Ok(reachable(address).to_string()) };
    }
    let is_name = |host: &str| {
        !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
    };
    match text.rsplit_once(':') {
        Some((host, digits)) if is_name(host) && port(digits).is_some() => Ok(text.to_owned()),
        _ => Err(form()),
    }
}

/// Whoever listens everywhere is met on loopback.
pub(in crate::cli) fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        named => named,
    };
    SocketAddr::new(ip, address.port())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_port_an_address_and_a_url_are_understood() {
        for text in ["4041", ":4041", "127.0.0.1:4041", "http://127.0.0.1:4041/", "0.0.0.0:4041"] {
            assert_eq!(authority(text).as_deref(), Ok("127.0.0.1:4041"), "{text}");
        }
        assert_eq!(authority("http://localhost:80").as_deref(), Ok("localhost:80"));
        assert_eq!(authority("[::1]:4040").as_deref(), Ok("[::1]:4040"));
        assert_eq!(authority("[::]:4040").as_deref(), Ok("[::1]:4040"));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "0",
            "127.0.0.1",
            "127.0.0.1:0",
            "70000",
            "+80",
            "x:+80",
            "a b:1",
            "https://127.0.0.1:1",
            "x:1/y",
        ] {
            assert!(authority(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_can_stand_in_a_host_header(text in ".{0,30}|[a-z.]{0,9}:[0-9]{0,6}") {
            if let Ok(authority) = authority(&text) {
                prop_assert!(hyper::header::HeaderValue::from_str(&authority).is_ok());
            }
        }
    }
}
