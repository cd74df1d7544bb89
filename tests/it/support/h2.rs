//! HTTP/2 over TLS, both ends.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
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
    pub seen: Arc<Mutex<Vec<Seen>>>,
}

impl Partner {
    pub fn start(config: Arc<ServerConfig>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let addr = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let theirs = Arc::clone(&seen);
        thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(serve(listener, config, theirs));
        });
        Self { addr, seen }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

async fn serve(listener: TcpListener, config: Arc<ServerConfig>, seen: Arc<Mutex<Vec<Seen>>>) {
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    let acceptor = TlsAcceptor::from(config);
    while let Ok((stream, _)) = listener.accept().await {
        let (acceptor, seen) = (acceptor.clone(), Arc::clone(&seen));
        tokio::spawn(async move {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let service = service_fn(move |request| answer(request, Arc::clone(&seen)));
            let builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
            let _ = builder.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    seen: Arc<Mutex<Vec<Seen>>>,
) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    seen.lock().unwrap().push(Seen {
        version: parts.version,
        method: parts.method.to_string(),
        path: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
        authority: parts.uri.authority().map(ToString::to_string),
        fields: parts.headers,
        body,
    });
    let mut response = Response::new(Full::from("ok over h2"));
    *response.status_mut() = StatusCode::OK;
    Ok(response)
}
