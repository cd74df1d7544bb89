//! Opening a connection to a partner: names, addresses, TLS, the protocol spoken.

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;

use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;

use super::pool::{Link, Slot};
use super::{Destination, Terms, http2};
use crate::fault::{Code, Fault};
use crate::net::outbound::{Answers, Outbound};
use crate::text::text;

/// Bytes hyper may hold of an answer that is being read.
const READ_BUFFER: usize = 64 << 10;

/// A new connection, ready for its first request, or a stream of one that was being opened.
pub(super) async fn open(slot: &Rc<Slot>, terms: &Terms) -> Result<Link, Fault> {
    while slot.shared.join().await? {
        if let Some(link) = slot.take() {
            return Ok(link);
        }
    }
    let making = slot.shared.opening();
    let made = make(slot, terms).await;
    if let Err(fault) = &made {
        making.fail(fault);
    }
    made
}

async fn make(slot: &Rc<Slot>, terms: &Terms) -> Result<Link, Fault> {
    let deadline = Instant::now() + terms.connect;
    let to = &slot.to;
    let tcp = dial(to, terms, deadline).await?;
    if !to.origin.tls {
        return speak_http1(tcp, to).await;
    }
    let tls = match timeout_at(deadline, secure(tcp, to, terms, slot.http1_only)).await {
        Ok(tls) => tls?,
        Err(_) => {
            return Err(Fault::new(
                Code::PartnerTls,
                text!(
                    "The TLS handshake with {to} did not end within {connect}.",
                    to,
                    connect = format!("{:?}", terms.connect)
                ),
            )
            .hint(text!(
                "A server that speaks plain HTTP there waits for more: is `https` right in \
                 `upstreams`?"
            )));
        }
    };
    if tls.get_ref().1.alpn_protocol() != Some(b"h2") {
        slot.shared.speaks_http1();
        return speak_http1(tls, to).await;
    }
    let connection = Box::pin(http2::begin(tls, to, terms, deadline)).await?;
    Ok(Link::http2(slot.shared.add(connection, terms)))
}

pub(super) async fn dial(
    to: &Destination,
    terms: &Terms,
    deadline: Instant,
) -> Result<TcpStream, Fault> {
    let addresses = resolve(to, deadline).await?;
    if addresses.iter().any(|address| is_own(*address, &terms.own)) {
        return Err(Fault::new(
            Code::LoopDetected,
            text!("{to} is an address of the gateway itself.", to),
        )
        .hint(text!(
            "Add an entry under the app's `upstreams` that says where the partner really listens."
        )));
    }
    let mut failure = None;
    let mut left = u32::try_from(addresses.len()).unwrap_or(u32::MAX);
    for address in addresses {
        let share = deadline.saturating_duration_since(Instant::now()) / left.max(1);
        left -= 1;
        match timeout_at(Instant::now() + share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                // A socket without TCP_NODELAY is slower, not wrong.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Ok(Err(error)) => failure = Some((address, error)),
            Err(_) => failure = Some((address, io::ErrorKind::TimedOut.into())),
        }
    }
    Err(unreachable(to, failure))
}

fn unreachable(to: &Destination, failure: Option<(SocketAddr, io::Error)>) -> Fault {
    let Some((address, error)) = failure else {
        return Fault::new(
            Code::PartnerDns,
            text!("{host} has no address.", host = to.origin.host),
        );
    };
    if error.kind() == io::ErrorKind::TimedOut {
        let text = text!("{address} did not accept a connection in time.", address);
        return Fault::new(Code::PartnerTimeout, text).hint(text!(
            "A firewall that drops packets looks like this; limits.connect_timeout bounds it."
        ));
    }
    Fault::new(
        Code::PartnerUnreachable,
        text!("{address} refused the connection: {error}.", address, error),
    )
    .hint(text!(
        "Nothing listens on {address}. Is the partner's service running on that port?",
        address
    ))
}

async fn resolve(to: &Destination, deadline: Instant) -> Result<Vec<SocketAddr>, Fault> {
    let host = to.origin.host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, to.origin.port)]);
    }
    let found = timeout_at(deadline, tokio::net::lookup_host((host, to.origin.port))).await;
    let failed = |why: String| {
        Err(Fault::new(Code::PartnerDns, text!("{host} does not resolve: {why}.", host, why))
            .hint(text!("Add an entry under the app's `upstreams`, or correct the name.")))
    };
    match found {
        Ok(Ok(addresses)) => Ok(alternate(addresses.collect())),
        Ok(Err(error)) => failed(error.to_string()),
        Err(_) => failed("the resolver did not answer in time".into()),
    }
}

/// Address families in turn, so that one broken family costs one attempt and not all (RFC 8305).
fn alternate(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (mut first, mut second): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|address| address.is_ipv6() == first_is_v6);
    first.reverse();
    second.reverse();
    let mut turns = Vec::with_capacity(first.len() + second.len());
    while !first.is_empty() || !second.is_empty() {
        turns.extend(first.pop());
        turns.extend(second.pop());
    }
    turns
}

/// Whether a connection to `address` would come back to one of the gateway's listeners.
fn is_own(address: SocketAddr, own: &[SocketAddr]) -> bool {
    let ip = plain(address.ip());
    own.iter().any(|listener| {
        let at = plain(listener.ip());
        listener.port() == address.port()
            && (at == ip
                || ip.is_unspecified()
                || at.is_unspecified() && (ip.is_loopback() || is_local(ip)))
    })
}

/// Whether an address belongs to this machine: only then can a socket be bound to it.
fn is_local(ip: IpAddr) -> bool {
    std::net::UdpSocket::bind((ip, 0)).is_ok()
}

fn plain(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V6(v6) if v6 == Ipv6Addr::LOCALHOST => ip,
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(ip, IpAddr::V4),
        IpAddr::V4(_) => ip,
    }
}

pub(super) async fn secure(
    tcp: TcpStream,
    to: &Destination,
    terms: &Terms,
    http1_only: bool,
) -> Result<tokio_rustls::client::TlsStream<TcpStream>, Fault> {
    let mut config = terms
        .tls
        .config(to.insecure)
        .map_err(|why| Fault::new(Code::PartnerTls, text!("TLS cannot be set up: {why}", why)))?;
    if http1_only {
        Arc::make_mut(&mut config).alpn_protocols = vec![b"http/1.1".to_vec()];
    }
    let host = to.origin.host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let name = ServerName::try_from(host).map_err(|_| {
        Fault::new(Code::PartnerTls, text!("{to} is no name for a certificate.", to))
    })?;
    TlsConnector::from(config).connect(name, tcp).await.map_err(|error| {
        let (why, hint) = terms.tls.explain(&error);
        Fault::new(
            Code::PartnerTls,
            text!("The TLS handshake with {to} failed: {why}.", to, why => why),
        )
        .hint(hint)
    })
}

async fn speak_http1<S>(stream: S, to: &Destination) -> Result<Link, Fault>
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let answers = Answers::new();
    let io = TokioIo::new(Outbound::new(stream, Rc::clone(&answers)));
    let (send, connection) = http1::Builder::new()
        .writev(true)
        .max_buf_size(READ_BUFFER)
        .handshake(io)
        .await
        .map_err(|error| broken(to, &error))?;
    // How it ended is told to whoever waits for the answer.
    tokio::task::spawn_local(async move { drop(connection.await) });
    Ok(Link::http1(send, answers))
}

fn broken(to: &Destination, error: &hyper::Error) -> Fault {
    Fault::new(Code::PartnerProtocol, text!("{to} does not speak HTTP: {error}.", to, error))
}

/// Spawns on the worker's own thread.
#[derive(Debug, Clone, Copy)]
pub(super) struct Local;

impl<F> hyper::rt::Executor<F> for Local
where
    F: Future + 'static,
    F::Output: 'static,
{
    fn execute(&self, future: F) {
        tokio::task::spawn_local(future);
    }
}
