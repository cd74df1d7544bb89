//! Listening addresses.

use crate::text::{Text, text};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// `IP:PORT`, `localhost:PORT`, or a port alone, which means loopback.
pub(in crate::config) fn address(text: &str) -> Result<SocketAddr, Text> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
    let port = port.parse::<u16>().ok().filter(|_| !port.starts_with('+'));
    match (host, port) {
        ("" | "localhost", Some(port)) => Ok(SocketAddr::new(LOOPBACK, port)),
        ("*", Some(port)) => Err(text!("every address of this machine is 0.0.0.0:{port}", port)),
        (host, Some(port)) if host.contains(':') => {
            Err(text!("IPv6 goes in brackets, as in [::1]:{port}", port))
        }
        (_, Some(port)) => {
            Err(text!("write an IP address and a port, as in 127.0.0.1:{port}", port))
        }
        (host, None) if host.parse::<IpAddr>().is_ok() => {
            Err(text!("the port is a number from 0 to 65535"))
        }
        (_, None) if text.parse::<IpAddr>().is_ok() => {
            Err(text!("the port is missing, as in 127.0.0.1:8080"))
        }
        _ => Err(text!("write an IP address and a port, as in 127.0.0.1:8080, or a port alone")),
    }
}

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_alone_means_loopback() {
        for text in ["8080", ":8080", "localhost:8080"] {
            assert_eq!(address(text).unwrap().to_string(), "127.0.0.1:8080");
        }
        assert_eq!(address("[::1]:0").unwrap().to_string(), "[::1]:0");
    }

    #[test]
    fn the_remedy_is_named() {
        assert!(address("*:80").unwrap_err().to_string().contains("0.0.0.0:80"));
        assert!(address("::1:80").unwrap_err().to_string().contains("brackets"));
        assert!(address("127.0.0.1").unwrap_err().to_string().contains("missing"));
        assert!(address("127.0.0.1:99999").unwrap_err().to_string().contains("65535"));
        assert!(address("example.ru:80").unwrap_err().to_string().contains("127.0.0.1:80"));
        assert!(address("99999").is_err() && address(":+80").is_err() && address("").is_err());
    }
}
