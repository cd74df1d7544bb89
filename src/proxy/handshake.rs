//! A TLS handshake with an app that came to nothing, told on the timeline and in the log.

use super::asked::Asked;
use super::{Proxy, record};
use crate::fault::{Code, Fault};
use crate::net::conn::Tunnel;
use crate::net::handshake::{FailedHandshake, Why};
use crate::text::{Text, text};
use crate::tls;

/// Tells of it, unless the client has said nothing at all: it only looked whether somebody is there.
pub(super) fn failed(proxy: &Proxy, failed: &FailedHandshake<'_>) -> Fault {
    let fault = proxy.told(fault(failed));
    if failed.said.is_empty() {
        return fault;
    }
    let (why, hint) = (&fault.detail, &fault.hint);
    tracing::info!(%why, %hint, "A TLS handshake with an app failed");
    let entrance = if failed.tunnel.is_some() { "tunnel" } else { "https" };
    let name = tls::named(failed.said);
    record::handshake(proxy, &fault, entrance, url(failed.tunnel, name.as_deref()));
    fault
}

fn fault(failed: &FailedHandshake<'_>) -> Fault {
    let error = match failed.why {
        Why::Failed(error) => Some(error),
        Why::Late => None,
        Why::PlainText => {
            let detail = "Plain HTTP came to the listener for TLS, listen.https.";
            return Fault::new(Code::BadRequest, Text::fixed(detail))
                .hint(text!("Speak TLS there, or send plain HTTP to listen.http."));
        }
    };
    let told = tls::server_fault_text(failed.said, error);
    Fault::new(Code::BadRequest, told.reason.sentence()).hint(told.hint.sentence())
}

/// Where the client wanted to go, as far as it has said.
fn url(tunnel: Option<&Tunnel>, name: Option<&str>) -> String {
    let (host, port) = match tunnel {
        Some(tunnel) => {
            (name.filter(|_| tunnel.is_to_address()).unwrap_or(&tunnel.host), tunnel.port)
        }
        None => match name {
            Some(name) => (name, 443),
            None => return String::new(),
        },
    };
    Asked::new(true, &format!("{host}:{port}"), "").url
}
