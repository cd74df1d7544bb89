//! The TLS handshake with an app.

use std::io;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::server::Acceptor;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout_at};
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::server::TlsStream;

use super::aside::aside;
use super::conn::Tunnel;
use super::opening::{Opening, is_text};
use super::serve::{Handler, finish};
use super::worker::Worker;

/// A handshake that came to nothing.
#[derive(Debug)]
pub struct FailedHandshake<'a> {
    /// The tunnel it was begun in.
    pub tunnel: Option<&'a Tunnel>,
    /// What the client said, from its first byte on, up to the length of a record.
    pub said: &'a [u8],
    /// Why.
    pub why: Why<'a>,
}

/// Why a handshake came to nothing.
#[derive(Debug, Clone, Copy)]
pub enum Why<'a> {
    /// The TLS library or the stream failed.
    Failed(&'a io::Error),
    /// The client took too long.
    Late,
    /// The client speaks plain HTTP.
    PlainText,
}

/// What a connection began with.
pub(super) enum Began<S> {
    /// TLS, and the handshake is done.
    Tls(Box<TlsStream<Opening<S>>>),
    /// Text, of which nothing is taken yet.
    Text(Opening<S>),
}

/// Looks at the first byte of a connection and, where it is one of TLS, makes the handshake. `None` is
/// a connection that is over.
pub(super) async fn begin<S, H>(
    mut stream: Opening<S>,
    tunnel: Option<&Tunnel>,
    worker: &Worker<H>,
) -> Option<Began<S>>
where
    S: AsyncRead + AsyncWrite + Unpin,
    H: Handler,
{
    let deadline = Instant::now() + worker.head_timeout();
    let first = timeout_at(deadline, stream.first()).await.ok()?.ok()??;
    if is_text(first) {
        return Some(Began::Text(stream));
    }
    let host = tunnel.map(|tunnel| &*tunnel.host);
    let config = match host.map_or_else(|| worker.tls.listener(), |host| worker.tls.tunnel(host)) {
        Ok(config) => config,
        Err(error) => {
            tracing::error!(error, "TLS toward apps cannot be set up");
            return None;
        }
    };
    let said = stream.listen();
    let failed = |why: Why<'_>| {
        worker.handler.handshake_failed(&FailedHandshake { tunnel, said: &said.borrow(), why });
    };
    match timeout_at(deadline, shake(stream, config, worker)).await {
        Ok(Ok(mut stream)) => {
            stream.get_mut().0.unheard();
            Some(Began::Tls(Box::new(stream)))
        }
        Ok(Err((error, stream))) => {
            failed(Why::Failed(&error));
            if let Some(mut stream) = stream {
                // Bytes left unread would reset the connection, and the alert be lost.
                finish(&mut stream).await;
            }
            None
        }
        Err(_) => {
            failed(Why::Late);
            None
        }
    }
}

async fn shake<S, H>(
    stream: Opening<S>,
    config: Arc<ServerConfig>,
    worker: &Worker<H>,
) -> Result<TlsStream<Opening<S>>, (io::Error, Option<Opening<S>>)>
where
    S: AsyncRead + AsyncWrite + Unpin,
    H: Handler,
{
    let mut hello = LazyConfigAcceptor::new(Acceptor::default(), stream);
    let start = match (&mut hello).await {
        Ok(start) => start,
        Err(error) => return Err((error, hello.take_io())),
    };
    if let Some(work) = worker.tls.due(&start.client_hello()) {
        aside(true, work).await;
    }
    let accept = start.into_stream(config).into_fallible();
    accept.await.map_err(|(error, stream)| (error, Some(stream)))
}
