//! TLS toward the app: on its own listener, and inside a CONNECT tunnel.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use http_body_util::BodyExt;
use hyper::Response;
use hyper::body::Body;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::conn::{Conn, Entrance, Tunnel};
use super::http2;
use super::inbound::Inbound;
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
    let Some(stream) = Box::pin(handshake(stream, worker.tls.listener(), &worker)).await else {
        return;
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
    let stream = Fronted { front, inner };
    tokio::task::spawn_local(inside(stream, tunnel, conn.local, worker, slot));
}

async fn inside<H: Handler>(
    stream: Fronted,
    mut tunnel: Tunnel,
    local: SocketAddr,
    worker: Rc<Worker<H>>,
    slot: Slot,
) {
    let config = worker.tls.tunnel(&tunnel.host);
    let Some(stream) = Box::pin(handshake(stream, config, &worker)).await else { return };
    tunnel.sni = server_name(&stream);
    let entrance = Entrance::Tunnel(Rc::new(tunnel));
    let conn = Rc::new(Conn::new(local, entrance, worker.handler.gate()));
    worker.register(&conn);
    if speaks_http2(&stream) {
        Box::pin(http2::serve(stream, &conn, &worker)).await;
    } else if let Some(next) = http1(Box::new(Inbound::new(stream, conn)), &worker).await {
        Box::pin(nested(next, &worker)).await;
    }
    drop(slot);
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

async fn handshake<S, H>(
    stream: S,
    config: Result<Arc<ServerConfig>, String>,
    worker: &Worker<H>,
) -> Option<TlsStream<S>>
where
    S: AsyncRead + AsyncWrite + Unpin,
    H: Handler,
{
    let config = match config {
        Ok(config) => config,
        Err(error) => {
            tracing::error!(error, "TLS toward apps cannot be set up");
            return None;
        }
    };
    let accept = TlsAcceptor::from(config).accept(stream);
    match tokio::time::timeout(worker.head_timeout(), accept).await {
        Ok(Ok(stream)) => Some(stream),
        Ok(Err(error)) => {
            tracing::info!(%error, "A TLS handshake with an app failed; does it trust the gateway's CA?");
            None
        }
        Err(_) => None,
    }
}

fn server_name<S>(stream: &TlsStream<S>) -> Option<Box<str>> {
    let name = stream.get_ref().1.server_name()?;
    Some(name.trim_end_matches('.').to_ascii_lowercase().into())
}

fn speaks_http2<S>(stream: &TlsStream<S>) -> bool {
    stream.get_ref().1.alpn_protocol() == Some(b"h2")
}

/// A stream with the bytes that came right behind the CONNECT head in front.
struct Fronted {
    front: Vec<u8>,
    inner: Box<dyn Wire>,
}

impl AsyncRead for Fronted {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.front.is_empty() {
            return Pin::new(&mut this.inner).poll_read(cx, buf);
        }
        let n = this.front.len().min(buf.remaining());
        buf.put_slice(this.front.get(..n).unwrap_or_default());
        this.front.drain(..n);
        if this.front.is_empty() {
            this.front = Vec::new();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Fronted {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}

impl Wire for Fronted {
    fn reset_when_dropped(&self) {
        self.inner.reset_when_dropped();
    }
}
