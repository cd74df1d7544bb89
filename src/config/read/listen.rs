//! `listen`.

use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Range;

use crate::config::keys::LISTEN;
use crate::config::meant::{Admin, Listen};
use crate::config::node::Node;
use crate::config::reader::Reader;
use crate::config::value::address::address;
use crate::text::text;

/// The three addresses, no two of which may collide; the console is not open to the world.
pub(super) fn listen(reader: &mut Reader<'_>, node: Option<&Node>, who: &Admin) -> Listen {
    let fields = node.and_then(|node| reader.fields(node, &LISTEN));
    let mut taken: Vec<(&str, SocketAddr, Option<Range<usize>>)> = Vec::new();
    for (name, port) in DEFAULTS {
        let node = fields.as_ref().and_then(|fields| fields.get(name));
        let written = node.and_then(|node| reader.parsed(node, "an address", address));
        let address = written.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        taken.push((name, address, node.map(|node| node.span.clone())));
    }
    note_collisions(reader, &taken);
    let open = taken.get(2).filter(|(_, at, _)| !at.ip().is_loopback() && !who.is_guarded());
    if let Some((_, admin, Some(at))) = open {
        let message = text!("the console on {admin} would be open to other machines", admin);
        reader.error(at, message, text!("write `admin: {token: auto}` as well, or use 127.0.0.1"));
    }
    let nth = |at: usize| taken.get(at).map_or(UNUSED, |(_, address, _)| *address);
    Listen { http: nth(0), https: nth(1), admin: nth(2) }
}

fn note_collisions(reader: &mut Reader<'_>, taken: &[(&str, SocketAddr, Option<Range<usize>>)]) {
    for (at, (name, address, place)) in taken.iter().enumerate() {
        let earlier = taken.iter().take(at).find(|(_, other, _)| collide(*address, *other));
        let Some((other, _, other_place)) = earlier else { continue };
        if let Some(place) = place.as_ref().or(other_place.as_ref()) {
            let message = text!(
                "`{other}` and `{name}` share port {port}",
                other,
                name,
                port = address.port()
            );
            reader.error(place, message, text!("give each a port of its own"));
        }
    }
}

fn collide(a: SocketAddr, b: SocketAddr) -> bool {
    let same_host = a.ip() == b.ip() || a.ip().is_unspecified() || b.ip().is_unspecified();
    a.port() == b.port() && a.port() != 0 && same_host
}

const DEFAULTS: [(&str, u16); 3] = [("http", 80), ("https", 443), ("admin", 4040)];
const UNUSED: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
