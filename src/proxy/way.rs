//! Whether a request may ask for its URL on the connection it came over: what the TLS handshake named
//! and where a tunnel leads hold for all that is inside.

use super::asked::{Asked, bad_target};
use crate::fault::{Code, Fault};
use crate::net::conn::{Conn, Entrance, Tunnel};
use crate::net::gate::Fields;
use crate::text::{Text, text};

/// Holds a request's URL against its connection. `absolute` says that the request's target is a URL: a
/// proxy that speaks TLS has a name of its own.
///
/// # Errors
///
/// `bad_target`, `misdirected_request`, and `bad_request` for plain HTTP in a tunnel for TLS.
pub(super) fn agrees<F: Fields>(
    asked: &Asked,
    conn: &Conn<F>,
    absolute: bool,
) -> Result<(), Fault> {
    match &conn.entrance {
        Entrance::Plain => Ok(()),
        Entrance::Tls { sni } if !absolute => as_named(asked, sni.as_deref()),
        Entrance::Tls { .. } => Ok(()),
        Entrance::Tunnel(tunnel) if !tunnel.tls && tunnel.port != 80 => Err(no_tls(tunnel)),
        Entrance::Tunnel(tunnel) => {
            if !absolute {
                as_named(asked, tunnel.sni.as_deref())?;
            }
            inside(asked, tunnel)
        }
    }
}

fn as_named(asked: &Asked, sni: Option<&str>) -> Result<(), Fault> {
    match sni {
        Some(name) if name != asked.host() => {
            Err(bad_target("the TLS handshake named another host (SNI) than the request"))
        }
        Some(_) | None => Ok(()),
    }
}

/// In a tunnel to an address plain HTTP names the host in Host alone, as TLS does in its handshake: the
/// client has resolved it before it called.
fn inside(asked: &Asked, tunnel: &Tunnel) -> Result<(), Fault> {
    let named = *tunnel.host == *asked.host() || !tunnel.tls && tunnel.is_to_address();
    if named && asked.tls == tunnel.tls && asked.port == tunnel.port {
        return Ok(());
    }
    let scheme = if tunnel.tls { "https" } else { "http" };
    let hint = if tunnel.tls && tunnel.is_to_address() {
        "Open a tunnel of its own for each host; in one to an address, name the host in the TLS handshake (SNI)."
    } else {
        "Open a tunnel of its own for each host."
    };
    Err(Fault::new(
        Code::MisdirectedRequest,
        text!(
            "The tunnel leads to {host}:{port} and carries {scheme}, the request inside it asks \
             for {origin}.",
            host = tunnel.host,
            port = tunnel.port,
            scheme,
            origin = asked.origin()
        ),
    )
    .hint(Text::fixed(hint)))
}

fn no_tls(tunnel: &Tunnel) -> Fault {
    let (host, port) = (&tunnel.host, tunnel.port);
    Fault::new(
        Code::BadRequest,
        text!("Plain HTTP came in the tunnel to {host}:{port}.", host, port),
    )
    .hint(text!(
        "Begin TLS in it, as https://{host} wants, or CONNECT to {host}:80 for http://{host}.",
        host
    ))
}
