//! HTTP/2 over TLS, both ends.

use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::thread;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Frame as BodyFrame, Incoming};
use hyper::client::conn::http2::SendRequest;
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::ServerConfig;
use rustls::pki_types::ServerName;
use tokio::runtime::Runtime;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::secure;

/// A client with one HTTP/2 connection.
pub struct Client {
    runtime: Runtime,
    sender: SendRequest<Full<Bytes>>,
}

/// An answer to it.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub fields: HeaderMap,
    pub body: Bytes,
    pub trailers: Option<HeaderMap>,
}

impl Reply {
    pub fn code(&self) -> &str {
        self.fields.get("x-gateway-error").map_or("", |value| value.to_str().unwrap())
    }
}

impl Client {
    /// Connects to the TLS listener with `h2` alone on offer.
    #[track_caller]
    pub fn dial(addr: SocketAddr, name: &str, ca: &Path) -> Self {
        let config = secure::trusting(ca, &[b"h2"]);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let sender = runtime.block_on(async {
            let stream = tokio::net::TcpStream::connect(addr).await.unwrap();
            let stream = TlsConnector::from(config).connect(name, stream).await.unwrap();
            assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]), "ALPN");
            let io = TokioIo::new(stream);
            let handshake = hyper::client::conn::http2::handshake(TokioExecutor::new(), io);
            let (sender, connection) = Box::pin(handshake).await.unwrap();
            tokio::spawn(connection);
            sender
        });
        Self { runtime, sender }
    }

    /// One request; an error is a stream or connection error.
    pub fn ask(&mut self, request: Request<Full<Bytes>>) -> Result<Reply, hyper::Error> {
        self.all(vec![request]).pop().unwrap()
    }

    /// Several at once on the same connection; replies in the order of the requests.
    pub fn all(&mut self, requests: Vec<Request<Full<Bytes>>>) -> Vec<Result<Reply, hyper::Error>> {
        self.runtime.block_on(async {
            let mut pending = Vec::new();
            for request in requests {
                self.sender.ready().await.expect("the connection stands");
                pending.push(tokio::spawn(self.sender.send_request(request)));
            }
            let mut replies = Vec::new();
            for reply in pending {
                let reply = tokio::time::timeout(super::PATIENCE, reply);
                replies.push(match reply.await.expect("a reply in time").unwrap() {
                    Ok(reply) => read(reply).await,
                    Err(error) => Err(error),
                });
            }
            replies
        })
    }
}

/// `GET` of a URL at the sample partner's host.
pub fn get(target: &str) -> Request<Full<Bytes>> {
    request("GET", &format!("https://loyalty.example.ru{target}"), b"")
}

pub fn request(method: &str, url: &str, body: &'static [u8]) -> Request<Full<Bytes>> {
    Request::builder().method(method).uri(url).body(Full::from(body)).unwrap()
}

async fn read(reply: Response<Incoming>) -> Result<Reply, hyper::Error> {
    let (parts, body) = reply.into_parts();
    let body = body.collect().await?;
    let trailers = body.trailers().cloned();
    Ok(Reply {
        status: parts.status.as_u16(),
        fields: parts.headers,
        body: body.to_bytes(),
        trailers,
    })
}

/// What an HTTP/2 partner got: version, method, URL, fields, body.
#[derive(Debug, Clone)]
pub struct Seen {
    pub version: hyper::Version,
    pub method: String,
    pub path: String,
    pub authority: Option<String>,
    pub fields: HeaderMap,
    pub body: Bytes,
}

/// A partner that speaks whatever ALPN of its certificate's settings offers, and answers `ok over h2`.
pub struct Partner {
    pub addr: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    seen: Mutex<Vec<Seen>>,
    max_streams: Option<u32>,
    /// `/api/meet` is answered when so many have come.
    meeting: usize,
    meet: tokio::sync::Notify,
    met: AtomicUsize,
    /// Bytes of `/api/big` that were taken.
    taken: AtomicUsize,
    restart: tokio::sync::Notify,
}

/// Bytes of the answer to `/api/big`.
pub const BIG: usize = 64 << 20;

impl Partner {
    pub fn start(config: Arc<ServerConfig>) -> Self {
        Self::with(config, Shared::default())
    }

    /// Allows so many streams on a connection; `/api/meet` is answered when so many have met.
    pub fn limited(config: Arc<ServerConfig>, max_streams: u32, meeting: usize) -> Self {
        let max_streams = Some(max_streams);
        Self::with(config, Shared { max_streams, meeting, ..Shared::default() })
    }

    fn with(config: Arc<ServerConfig>, shared: Shared) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let addr = listener.local_addr().unwrap();
        let shared = Arc::new(shared);
        let theirs = Arc::clone(&shared);
        thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(serve(listener, config, theirs));
        });
        Self { addr, shared }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().unwrap().clone()
    }

    /// Bytes of big answers that were taken so far.
    pub fn taken(&self) -> usize {
        self.shared.taken.load(Ordering::Relaxed)
    }

    /// Says GOAWAY on every connection and ends it when its answers are out.
    pub fn restart(&self) {
        self.shared.restart.notify_waiters();
    }
}

async fn serve(listener: TcpListener, config: Arc<ServerConfig>, shared: Arc<Shared>) {
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    let acceptor = TlsAcceptor::from(config);
    while let Ok((stream, _)) = listener.accept().await {
        let (acceptor, shared) = (acceptor.clone(), Arc::clone(&shared));
        tokio::spawn(async move {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let theirs = Arc::clone(&shared);
            let service = service_fn(move |request| answer(request, Arc::clone(&theirs)));
            let mut builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
            if let Some(most) = shared.max_streams {
                builder.max_concurrent_streams(most);
            }
            let mut serving = Box::pin(builder.serve_connection(TokioIo::new(stream), service));
            tokio::select! {
                _ = &mut serving => return,
                () = shared.restart.notified() => serving.as_mut().graceful_shutdown(),
            }
            let _ = serving.await;
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    shared: Arc<Shared>,
) -> Result<Response<Answer>, hyper::Error> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let path = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    shared.seen.lock().unwrap().push(Seen {
        version: parts.version,
        method: parts.method.to_string(),
        path: path.clone(),
        authority: parts.uri.authority().map(ToString::to_string),
        fields: parts.headers,
        body,
    });
    if path == "/api/meet" {
        let arrived = shared.meet.notified();
        if shared.met.fetch_add(1, Ordering::Relaxed) + 1 == shared.meeting {
            shared.meet.notify_waiters();
        } else {
            arrived.await;
        }
    }
    let left = if path == "/api/big" { BIG } else { 0 };
    let text = (left == 0).then(|| Bytes::from("ok over h2"));
    let mut response = Response::new(Answer { text, left, shared });
    *response.status_mut() = StatusCode::OK;
    Ok(response)
}

/// A text, or many bytes that are counted as they go.
struct Answer {
    text: Option<Bytes>,
    left: usize,
    shared: Arc<Shared>,
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<BodyFrame<Bytes>, Infallible>>> {
        let this = self.get_mut();
        if let Some(text) = this.text.take() {
            return Poll::Ready(Some(Ok(BodyFrame::data(text))));
        }
        let piece = this.left.min(16 << 10);
        this.left -= piece;
        this.shared.taken.fetch_add(piece, Ordering::Relaxed);
        let piece = (piece > 0).then(|| Ok(BodyFrame::data(Bytes::from(vec![b'x'; piece]))));
        Poll::Ready(piece)
    }
}
