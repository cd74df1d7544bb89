//! The partner's side: one exchange over a pooled connection.
//!
//! Each worker has a pool of its own, so nothing here is shared or locked. A connection is used again
//! only while its gate says that nothing is left over on it.

mod connect;
mod cut;
mod patience;
mod pool;

use std::cell::Cell;
use std::fmt;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use hyper::{Method, Request, Response};
use rustls::ClientConfig;
use tokio::time::Instant;

use super::body::{AppBody, PartnerBody, Progress, Shortfall};
use crate::config::meant::Origin;
use crate::fault::{Code, Fault};
pub use cut::cut_off;
use pool::Slot;
pub use pool::{Lease, Pool};

/// What is connected to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Destination {
    /// Scheme, host and port.
    pub origin: Origin,
    /// Whether its certificate is taken unseen.
    pub insecure: bool,
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.origin.tls { "https" } else { "http" };
        write!(f, "{scheme}://{}:{}", self.origin.host, self.origin.port)
    }
}

/// TLS toward partners, built when it is first needed.
pub trait PartnerTls: Send + Sync {
    /// The configuration, verifying or not. The error is a sentence.
    fn config(&self, insecure: bool) -> Result<Arc<ClientConfig>, String>;
    /// Reason and remedy of a failed handshake.
    fn explain(&self, error: &std::io::Error) -> (String, String);
}

/// What holds for every exchange until the configuration changes.
#[derive(Clone)]
pub struct Terms {
    /// For connecting, TLS included.
    pub connect: Duration,
    /// From the request sent to the head of the answer.
    pub response: Duration,
    /// Between two pieces of a body.
    pub body: Duration,
    /// Whether header names are written as `Content-Type` over HTTP/1.1, and not in lower case.
    pub title_case: bool,
    /// The gateway's own listeners, which are never connected to.
    pub own: Arc<[SocketAddr]>,
    /// TLS toward partners.
    pub tls: Arc<dyn PartnerTls>,
}

impl fmt::Debug for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Terms").field("own", &self.own).finish_non_exhaustive()
    }
}

/// A request on its way, and how to make it a second time.
pub struct Outgoing<'a> {
    /// Origin-form, with `Host`, hop-by-hop fields removed.
    pub request: Box<Request<AppBody>>,
    /// Of the request's body, where there is one.
    pub progress: Option<Rc<Progress>>,
    /// The same request again; asked only of one without a body.
    pub again: &'a dyn Fn() -> Option<Box<Request<AppBody>>>,
    /// Where somebody wants to know how it went.
    pub trace: Option<&'a Trace>,
}

/// How a request came to its connection.
#[derive(Debug, Default)]
pub struct Trace {
    /// When the connection was at hand, and whether it had been used before.
    pub connected: Cell<Option<(Instant, bool)>>,
}

impl fmt::Debug for Outgoing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing").field("request", &self.request).finish_non_exhaustive()
    }
}

/// Sends a request and waits for the head of the answer.
///
/// A request is sent a second time only when the first went into a connection that had been used
/// before and was closed under it: either before a byte was written, or, for a method that may be
/// repeated and has no body, before a byte was answered.
///
/// # Errors
///
/// Every `partner_*` fault, `loop_detected`, and what befell the app's own body.
pub async fn send(
    pool: &Pool,
    to: &Destination,
    terms: &Terms,
    outgoing: Outgoing<'_>,
) -> Result<Response<PartnerBody>, Fault> {
    let Outgoing { mut request, progress, again, trace } = outgoing;
    let repeatable = progress.is_none()
        && matches!(*request.method(), Method::GET | Method::PUT | Method::DELETE);
    let slot = pool.slot(to);
    let mut link = match slot.take() {
        Some(link) => link,
        None => connect(&slot, terms).await?,
    };
    loop {
        let reused = link.used();
        if let Some(trace) = trace {
            trace.connected.set(Some((Instant::now(), reused)));
        }
        let failed = match exchange(pool, link, request, &slot, terms, progress.as_ref()).await {
            Ok(response) => return Ok(response),
            Err(failed) => failed,
        };
        let unsent = failed.unsent.filter(|_| reused);
        let next = match unsent {
            Some(unsent) => Some(unsent),
            None if reused && repeatable && failed.untouched => again(),
            None => None,
        };
        let Some(next) = next else { return Err(failed.fault) };
        request = next;
        link = connect(&slot, terms).await?;
    }
}

/// Boxed, so that a request that finds a connection does not carry a handshake's space with it.
fn connect<'a>(
    slot: &'a Rc<Slot>,
    terms: &'a Terms,
) -> Pin<Box<dyn Future<Output = Result<pool::Link, Fault>> + 'a>> {
    Box::pin(connect::open(slot, terms))
}

struct Failed {
    fault: Fault,
    /// The request, where not a byte of it was written.
    unsent: Option<Box<Request<AppBody>>>,
    /// Whether the connection ended without a byte of an answer.
    untouched: bool,
}

async fn exchange(
    pool: &Pool,
    mut link: pool::Link,
    request: Box<Request<AppBody>>,
    slot: &Rc<Slot>,
    terms: &Terms,
    progress: Option<&Rc<Progress>>,
) -> Result<Response<PartnerBody>, Failed> {
    let wait = pool.waiters.wait(terms.response, progress);
    let outcome = wait.for_answer(pin!(link.send(request, &slot.to))).await;
    match outcome {
        Some(Ok(response)) => {
            let lease = Lease::new(link, slot);
            Ok(response.map(|incoming| PartnerBody::new(incoming, lease, terms.body)))
        }
        Some(Err(mut error)) => Err(Failed {
            unsent: error.take_message().map(Box::new),
            untouched: !link.answered(),
            fault: fault_of(error.error(), &link, &slot.to, progress.map(Rc::as_ref)),
        }),
        None => Err(Failed { fault: late(&slot.to, terms), unsent: None, untouched: false }),
    }
}

fn late(to: &Destination, terms: &Terms) -> Fault {
    Fault::new(
        Code::PartnerTimeout,
        format!("{to} took the request and sent no answer for {:?}.", terms.response),
    )
    .hint("Look for what the partner's handler waits for, or raise limits.response_timeout.")
}

fn fault_of(
    error: &hyper::Error,
    link: &pool::Link,
    to: &Destination,
    progress: Option<&Progress>,
) -> Fault {
    if let Some(shortfall) = progress.and_then(|progress| progress.shortfall.get()) {
        return app_fault(shortfall);
    }
    if let Some(why) = link.broken_why() {
        return Fault::new(
            Code::PartnerProtocol,
            format!("The answer of {to} was refused: {why}."),
        );
    }
    if error.is_parse() {
        return Fault::new(
            Code::PartnerProtocol,
            format!("The answer of {to} could not be read: {error}."),
        );
    }
    Fault::new(Code::PartnerReset, format!("{to} closed the connection before it had answered."))
        .hint("Look into the partner's log for a crash or a worker that was stopped.")
}

/// The fault of an app's body that did not arrive whole.
pub fn app_fault(shortfall: Shortfall) -> Fault {
    match shortfall {
        Shortfall::Stalled => {
            Fault::new(Code::RequestTimeout, "The request body paused for too long.")
                .hint("limits.body_timeout bounds the pause between two pieces.")
        }
        Shortfall::TooLarge => {
            Fault::new(Code::BodyTooLarge, "The request body is over limits.max_body.")
        }
        Shortfall::Broken | Shortfall::Cut(_) => {
            Fault::new(Code::BadRequest, "The request body broke off or its framing is wrong.")
        }
    }
}
