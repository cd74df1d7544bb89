//! Ports that a first file can name.

use std::net::{Ipv4Addr, TcpListener};

use crate::config::meant::Origin;

/// The usual ones for apps, over TLS and for the console.
const USUAL: [u16; 3] = [8080, 8443, 4040];
/// How many above a usual one are tried.
const TRIED: u16 = 100;

/// Of each the usual one, or the next above it at which nobody listens now and the service will not.
pub(super) fn free(service: &Origin) -> [u16; 3] {
    let mut taken = vec![service.port];
    USUAL.map(|usual| {
        let port =
            chosen(usual, &taken, |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok());
        taken.push(port);
        port
    })
}

fn chosen(usual: u16, taken: &[u16], is_free: impl Fn(u16) -> bool) -> u16 {
    let mut tried = usual..usual + TRIED;
    tried.find(|port| !taken.contains(port) && is_free(*port)).unwrap_or(usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_port_is_left_to_who_has_it() {
        assert_eq!(chosen(8080, &[9000], |_| true), 8080);
        assert_eq!(chosen(8080, &[8080], |_| true), 8081);
        assert_eq!(chosen(8080, &[], |port| port > 8082), 8083);
        assert_eq!(chosen(8080, &[], |_| false), 8080);
    }
}
