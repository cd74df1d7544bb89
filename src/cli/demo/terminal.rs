//! A terminal app: sends what an Evotor terminal would send, through the gateway as its proxy.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::tls;

/// One sample request.
#[derive(Debug)]
pub(super) struct Ask {
    /// What it shows.
    pub(super) title: &'static str,
    /// The same in a word or two.
    pub(super) note: &'static str,
    /// The app's id.
    pub(super) app: &'static str,
    pub(super) method: &'static str,
    pub(super) url: &'static str,
    pub(super) body: &'static str,
    pub(super) expected: Expected,
}

/// How a sample should end.
#[derive(Debug, Clone, Copy)]
pub(super) enum Expected {
    /// The partner's own answer.
    Partner(u16),
    /// HTTP 200 with `{status, body}`.
    Envelope,
    /// By this name, without reaching the partner.
    Refused(&'static str),
}

impl Ask {
    /// What the partner receives of the URL: path and query.
    pub(super) fn target(&self) -> &'static str {
        self.parts().2
    }

    /// Whether it should reach the partner.
    pub(super) fn is_let_through(&self) -> bool {
        !matches!(self.expected, Expected::Refused(_))
    }

    /// Scheme, host, path and query.
    fn parts(&self) -> (&'static str, &'static str, &'static str) {
        let (scheme, rest) = self.url.split_once("://").unwrap_or_default();
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        (scheme, host, path)
    }
}

/// What went out and what came back.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) line: String,
    pub(super) fields: Vec<(String, String)>,
    pub(super) status: u16,
    pub(super) error: Option<String>,
    pub(super) answer: String,
}

impl Exchange {
    pub(super) fn is_as_expected(&self, ask: &Ask) -> bool {
        match ask.expected {
            Expected::Partner(status) => self.status == status && self.error.is_none(),
            Expected::Envelope => self.status == 200 && self.answer.starts_with("{\"status\":200,"),
            Expected::Refused(name) => self.error.as_deref() == Some(name),
        }
    }
}

/// Sends one sample and waits for its answer.
pub(super) fn send(ask: &Ask, proxy: SocketAddr, ca: &Path) -> io::Result<Exchange> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (scheme, host, path) = ask.parts();
        let stream = TcpStream::connect(proxy).await?;
        if scheme == "http" {
            return exchange(stream, ask, host, ask.url).await;
        }
        let stream = tunnel(stream, host, ca).await?;
        Box::pin(exchange(stream, ask, host, path)).await
    })
}

async fn tunnel(
    mut stream: TcpStream,
    host: &str,
    ca: &Path,
) -> io::Result<tokio_rustls::client::TlsStream<TcpStream>> {
    let connect = format!("CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n");
    stream.write_all(connect.as_bytes()).await?;
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(stream.read_u8().await?);
    }
    if !answer.starts_with(b"HTTP/1.1 200") {
        return Err(io::Error::other("the gateway refused CONNECT"));
    }
    let roots = tls::partner_ca(&[ca.to_owned()]).map_err(io::Error::other)?;
    let config = tls::client_config(&roots, false, false).map_err(io::Error::other)?;
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    TlsConnector::from(Arc::clone(&config)).connect(name, stream).await
}

async fn exchange<S>(stream: S, ask: &Ask, host: &str, target: &str) -> io::Result<Exchange>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let fields = [
        ("Host", host),
        ("Content-Type", "application/json"),
        ("X-Loyalty-Card", "17"),
        ("Authorization", "Bearer of-the-apps-own"),
        ("X-Device-UUID", "20240105-9F8E-407D-80C6-B5A493827160"),
        ("X-Shop-UUID", "20240105-1A2B-40C3-80D4-E5F60718293A"),
        ("X-User-ID", "01-000000000000001"),
        ("X-OAuth-Client-ID", ask.app),
        ("X-Device-Salt", "c2FsdA=="),
        ("X-Evotor-User-Id", "forged"),
    ];
    let mut request = Request::builder().method(ask.method).uri(target);
    for (name, value) in fields {
        request = request.header(name, value);
    }
    let request =
        request.body(Full::new(bytes::Bytes::from(ask.body))).map_err(io::Error::other)?;
    let (mut send, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    let served = tokio::spawn(connection);
    let response = send.send_request(request).await.map_err(io::Error::other)?;
    let error = response.headers().get("x-gateway-error").and_then(|name| name.to_str().ok());
    let (status, error) = (response.status().as_u16(), error.map(str::to_owned));
    let body = response.into_body().collect().await.map_err(io::Error::other)?.to_bytes();
    served.abort();
    Ok(Exchange {
        line: format!("{} {target}", ask.method),
        fields: fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        status,
        error,
        answer: String::from_utf8_lossy(&body).into_owned(),
    })
}
