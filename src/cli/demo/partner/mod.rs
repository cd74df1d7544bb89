//! A partner's service as the vendor's pages ask for one: it answers every webhook of the catalogue,
//! keeps what it was told, and is an app's own API on every other path. It can be told to misbehave.

mod accounts;
mod answer;
mod commodities;
mod events;
mod fields;
mod inventory;
mod mischief;
mod route;
mod service;

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::header::{AUTHORIZATION, CONNECTION, HeaderValue};
use hyper::{Request, StatusCode};
use tokio::sync::oneshot;

use crate::net::bounded::{self, Limits, Refused};
use answer::{Act, Response};
pub use mischief::Mischief;
use service::{Asked, Service};

/// The port that is tried first; if it is taken, the system chooses one.
const USUAL_PORT: u16 = 4041;

/// The largest body that is read, in bytes.
const MAX_BODY: usize = 16 << 20;

/// As patient as servers usually are.
const LIMITS: Limits = Limits {
    head_timeout: Duration::from_secs(10),
    idle_timeout: Duration::from_secs(75),
    body_timeout: Duration::from_secs(30),
    write_timeout: Duration::from_secs(30),
    max_connections: 512,
};

/// How many requests to the app's own API are remembered.
const REMEMBERED: usize = 64;

/// A request to the app's own API, as it arrived.
#[derive(Debug, Clone)]
pub struct Received {
    /// The request line.
    pub line: String,
    /// Path and query.
    pub target: String,
    /// Name and value.
    pub fields: Vec<(String, String)>,
    /// As text.
    pub body: String,
}

impl Received {
    /// The first field of a name, in any casing.
    pub fn field(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// The running service; it ends when this is dropped.
#[derive(Debug)]
pub struct Partner {
    address: SocketAddr,
    shared: Arc<Shared>,
    _alive: oneshot::Sender<()>,
}

#[derive(Debug)]
struct Shared {
    service: Mutex<Service>,
    received: Mutex<VecDeque<Received>>,
}

impl Partner {
    /// Starts on the loopback interface. `app_token` authorises what the cloud sends in the app's
    /// own name.
    ///
    /// # Errors
    ///
    /// When there is no port or no thread.
    pub fn start(app_token: &str) -> io::Result<Self> {
        let listen = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        let listener = listen(USUAL_PORT).or_else(|_| listen(0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            service: Mutex::new(Service::new(app_token)),
            received: Mutex::default(),
        });
        let theirs = Arc::clone(&shared);
        let (alive, ended) = oneshot::channel::<()>();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new().name("partner".into()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    served = serve(listener, theirs) => drop(served),
                    _ = ended => {}
                }
            });
        })?;
        Ok(Self { address, shared, _alive: alive })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The latest request to a path and query of the app's own API, once.
    pub fn take(&self, target: &str) -> Option<Received> {
        let mut all = self.shared.received.lock().unwrap_or_else(PoisonError::into_inner);
        let at = all.iter().rposition(|received| received.target == target)?;
        all.remove(at)
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) -> io::Result<Infallible> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let answer = move |_, request| answer(request, Arc::clone(&shared));
    Ok(bounded::serve(listener, LIMITS, refused, answer).await)
}

/// What a connection is told that is not served.
fn refused(why: Refused) -> hyper::Response<Full<Bytes>> {
    let (status, text) = match why {
        Refused::Head | Refused::Body => {
            (StatusCode::REQUEST_TIMEOUT, "the request took too long\n")
        }
        Refused::Full => (StatusCode::SERVICE_UNAVAILABLE, "there are too many connections\n"),
    };
    let mut response = hyper::Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

async fn answer(request: Request<bounded::Received>, shared: Arc<Shared>) -> io::Result<Response> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, MAX_BODY).collect().await;
    let body = body.map(http_body_util::Collected::to_bytes).map_err(io::Error::other)?;
    let authorization = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let asked = Asked {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or_default(),
        authorization,
        body: &body,
    };
    let (act, own) = {
        let mut service = shared.service.lock().unwrap_or_else(PoisonError::into_inner);
        service.answer(&asked)
    };
    if own {
        shared.remember(Received {
            line: format!("{} {} {:?}", parts.method, parts.uri, parts.version),
            target: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
            fields: texts(&parts.headers),
            body: String::from_utf8_lossy(&body).into_owned(),
        });
    }
    match act {
        Act::Answer(response) => Ok(response),
        Act::Hang => std::future::pending().await,
        Act::Close => Err(io::Error::other("told to close")),
    }
}

fn texts(fields: &hyper::HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    fields.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
}

impl Shared {
    fn remember(&self, received: Received) {
        let mut all = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() == REMEMBERED {
            all.pop_front();
        }
        all.push_back(received);
    }
}
