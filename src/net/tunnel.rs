//! TLS toward the app on its own listener, and what is inside a CONNECT tunnel: TLS or plain HTTP.

use std::net::SocketAddr;
use std::rc::Rc;

use http_body_util::BodyExt;
use hyper::Response;
use hyper::body::Body;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use super::conn::{Conn, Entrance, Tunnel};
use super::handshake::{self, Began, FailedHandshake, Why};
use super::http2;
use super::inbound::Inbound;
use super::opening::Opening;
use super::serve::{Handler, finish, http1};
use super::transcript;
use super::wire::Wire;
use super::worker::{Slot, Worker};

/// Serves a connection of the TLS listener.
pub(super) async fn tls<H: Handler>(
    stream: TcpStream,
    local: SocketAddr,
    worker: Rc<Worker<H>>,
    slot: Slot,
) {
    let stream = Opening::new(Vec::new(), stream);
    let stream = match Box::pin(handshake::begin(stream, None, &worker)).await {
        Some(Began::Tls(stream)) => *stream,
        Some(Began::Text(stream)) => return Box::pin(plain_text(stream, &worker)).await,
        None => return,
    };
    let entrance = Entrance::Tls { sni: server_name(&stream) };
    let conn = Rc::new(Conn::new(local, entrance, worker.handler.gate()));
    worker.register(&conn);
    if speaks_http2(&stream) {
        return Box::pin(http2::serve(stream, &conn, &worker)).await;
    }
    if let Some(next) = http1(Box::new(Inbound::new(stream, conn)), &worker).await {
        Box::pin(open(next, worker, slot)).await;
    }
}

/// Tells a client of the TLS listener in its own language that it has to speak another one.
async fn plain_text<H: Handler>(mut stream: Opening<TcpStream>, worker: &Rc<Worker<H>>) {
    let failed = FailedHandshake { tunnel: None, said: stream.front(), why: Why::PlainText };
    let response = worker.handler.handshake_failed(&failed);
    let to_head = stream.front().starts_with(b"HEAD ");
    write_answer(&mut stream, response, to_head).await;
}

/// Answers a CONNECT request and serves what is inside the tunnel.
pub(super) async fn open<S, H>(io: Box<Inbound<S, H::Fields>>, worker: Rc<Worker<H>>, slot: Slot)
where
    S: Wire,
    H: Handler,
{
    let Inbound { mut stream, conn, held, .. } = *io;
    let (head, len) = {
        let mut gate = conn.gate.borrow_mut();
        (gate.take_head(), gate.connect_head_len())
    };
    let (Some(head), Some(len)) = (head, len) else { return };
    let tunnel = match worker.handler.connect(&conn, &head) {
        Ok(tunnel) => tunnel,
        Err(response) => return write_answer(&mut stream, *response, false).await,
    };
    if stream.write_all(b"HTTP/1.1 200 Connection Established\r\n\r\n").await.is_err() {
        return;
    }
    let front = held.get(len..).unwrap_or_default().to_vec();
    let inner: Box<dyn Wire> = Box::new(stream);
    let stream = Opening::new(front, inner);
    tokio::task::spawn_local(inside(stream, tunnel, conn.local, worker, slot));
}

/// Serves what a client speaks in its tunnel.
async fn inside<H: Handler>(
    stream: Opening<Box<dyn Wire>>,
    mut tunnel: Tunnel,
    local: SocketAddr,
    worker: Rc<Worker<H>>,
    slot: Slot,
) {
    match Box::pin(handshake::begin(stream, Some(&tunnel), &worker)).await {
        Some(Began::Tls(stream)) => {
            tunnel.tls = true;
            tunnel.named(server_name(&stream));
            let http2 = speaks_http2(&stream);
            carried(*stream, http2, tunnel, local, &worker).await;
        }
        Some(Began::Text(stream)) => carried(stream, false, tunnel, local, &worker).await,
        None => {}
    }
    drop(slot);
}

async fn carried<S: Wire, H: Handler>(
    stream: S,
    http2: bool,
    tunnel: Tunnel,
    local: SocketAddr,
    worker: &Rc<Worker<H>>,
) {
    let entrance = Entrance::Tunnel(Rc::new(tunnel));
    let conn = Rc::new(Conn::new(local, entrance, worker.handler.gate()));
    worker.register(&conn);
    if http2 {
        Box::pin(http2::serve(stream, &conn, worker)).await;
    } else if let Some(next) = http1(Box::new(Inbound::new(stream, conn)), worker).await {
        Box::pin(nested(next, worker)).await;
    }
}

/// A tunnel inside a tunnel: the handler says why not.
async fn nested<S, H>(mut io: Box<Inbound<S, H::Fields>>, worker: &Rc<Worker<H>>)
where
    S: AsyncRead + AsyncWrite + Unpin,
    H: Handler,
{
    let Some(head) = io.conn.gate.borrow_mut().take_head() else { return };
    if let Err(response) = worker.handler.connect(&io.conn, &head) {
        write_answer(&mut io.stream, *response, false).await;
    }
}

/// Writes a whole answer by hand: the connection is no longer hyper's. One to HEAD has no content.
pub(super) async fn write_answer<S, B>(stream: &mut S, response: Response<B>, to_head: bool)
where
    S: AsyncRead + AsyncWrite + Unpin,
    B: Body,
{
    let (parts, body) = response.into_parts();
    let Ok(body) = body.collect().await.map(http_body_util::Collected::to_bytes) else { return };
    let reason = parts.status.canonical_reason().unwrap_or_default();
    let line = format!("HTTP/1.1 {} {reason}", parts.status.as_u16());
    let mut text = transcript::head(&line, &parts.headers, true);
    text.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
    if !to_head {
        text.extend_from_slice(&body);
    }
    // The client may be gone; nobody is left to tell.
    let _ = stream.write_all(&text).await;
    finish(stream).await;
}

fn server_name<S>(stream: &TlsStream<S>) -> Option<Box<str>> {
    let name = stream.get_ref().1.server_name()?;
    Some(name.trim_end_matches('.').to_ascii_lowercase().into())
}

fn speaks_http2<S>(stream: &TlsStream<S>) -> bool {
    stream.get_ref().1.alpn_protocol() == Some(b"h2")
}
