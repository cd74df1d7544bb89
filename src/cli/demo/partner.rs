//! A partner's service that answers everything and remembers what it received.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::CONTENT_TYPE;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(super) struct Received {
    /// The request line.
    pub(super) line: String,
    /// Name and value.
    pub(super) fields: Vec<(String, String)>,
    /// As text.
    pub(super) body: String,
}

/// The running service; it ends with the process.
#[derive(Debug)]
pub(super) struct Partner {
    address: SocketAddr,
    last: Arc<Mutex<Option<Received>>>,
}

impl Partner {
    pub(super) fn start() -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let last = Arc::new(Mutex::new(None));
        let known = Arc::clone(&last);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new()
            .name("partner".into())
            .spawn(move || runtime.block_on(serve(listener, known)))?;
        Ok(Self { address, last })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What has arrived since the last call.
    pub(super) fn take(&self) -> Option<Received> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

async fn serve(
    listener: std::net::TcpListener,
    last: Arc<Mutex<Option<Received>>>,
) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let last = Arc::clone(&last);
        let service = service_fn(move |request| answer(request, Arc::clone(&last)));
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        tokio::spawn(async move { drop(connection.await) });
    }
}

async fn answer(
    request: Request<Incoming>,
    last: Arc<Mutex<Option<Received>>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let received = Received {
        line: format!("{} {} {:?}", parts.method, parts.uri, parts.version),
        fields: parts
            .headers
            .iter()
            .map(|(name, value)| {
                (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    let text =
        serde_json::json!({"hello": "from the partner", "path": parts.uri.path()}).to_string();
    *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(received);
    let mut response = Response::new(Full::new(Bytes::from(text)));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static("application/json"));
    Ok(response)
}
