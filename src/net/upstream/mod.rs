//! The partner's side: one exchange over a pooled connection.
//!
//! Each worker has a pool of its own, so nothing here is shared or locked. A connection of HTTP/1 is
//! used again only while its gate says that nothing is left over on it. Exchanges over HTTP/2 share
//! [connections](http2), of which there are as many as it takes for none to wait for another.

mod cause;
mod connect;
mod cut;
mod frames;
mod http2;
mod patience;
mod peer;
mod pool;
mod sending;
mod shared;
mod spelling;

use std::cell::Cell;
use std::fmt;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use hyper::{Method, Request, Response};
use rustls::ClientConfig;
use tokio::time::Instant;

use super::body::{AppBody, PartnerBody, Progress, Shortfall};
use super::raw_target;
use crate::config::meant::Origin;
use crate::fault::{Code, Fault};
use crate::text::{Text, text};
pub use cause::Cause;
pub use cut::cut_off;
use pool::Slot;
pub use pool::{Lease, Pool};
use sending::{Next, Sending};
pub use spelling::{ComposedHead, HeadSource, Spelling, announce_empty};

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
    fn explain(&self, error: &std::io::Error) -> (Text, Text);
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
    /// Where its head comes from.
    pub head: HeadSource<'a>,
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

/// How often a request is sent that HTTP/2 allows to send again.
const ATTEMPTS: u32 = 3;

/// Sends a request and waits for the head of the answer.
///
/// Over HTTP/1 a request is sent a second time only when the first went into a connection that had been
/// used before and was closed under it: either before a byte was written, or, for a method that may be
/// repeated and has no body, before a byte was answered. HTTP/2 says of more requests that the partner
/// has not worked on them (RFC 9113, 8.7): these are sent again whatever their method, where the body's
/// beginning is still known.
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
    let Outgoing { mut request, progress, again, trace, head } = outgoing;
    let repeatable = progress.is_none()
        && matches!(*request.method(), Method::GET | Method::PUT | Method::DELETE);
    let slot = pool.slot(to, raw_target::is_carried(request.uri()));
    let progress = progress.as_ref();
    let sending = Sending { pool, slot: &slot, terms, progress, repeatable, head };
    let mut attempts = 1;
    loop {
        // Once a request failed on it, no connection of HTTP/1 that rested is tried again.
        let taken = if attempts == 1 { slot.take() } else { slot.take_stream() };
        let link = match taken {
            Some(link) => link,
            None => connect(&slot, terms).await?,
        };
        if let Some(trace) = trace {
            trace.connected.set(Some((Instant::now(), link.used())));
        }
        let failed = match sending.exchange(link, request).await {
            Ok(response) => return Ok(response),
            Err(failed) => failed,
        };
        let next = match failed.next {
            _ if attempts == ATTEMPTS => None,
            Next::Never => None,
            Next::This(request) => Some(request),
            Next::Again => again(),
        };
        let Some(next) = next else { return Err(failed.fault) };
        request = next;
        attempts += 1;
    }
}

/// Boxed, so that a request that finds a connection does not carry a handshake's space with it.
fn connect<'a>(
    slot: &'a Rc<Slot>,
    terms: &'a Terms,
) -> Pin<Box<dyn Future<Output = Result<pool::Link, Fault>> + 'a>> {
    Box::pin(connect::open(slot, terms))
}

fn fault_of(
    error: &hyper::Error,
    link: &pool::Link,
    to: &Destination,
    progress: Option<&Rc<Progress>>,
) -> Fault {
    if let Some(shortfall) = progress.and_then(|progress| progress.shortfall.get()) {
        return app_fault(shortfall);
    }
    if let Some(stream) = link.stream() {
        return cause::fault(error, &stream.connection().peer, to);
    }
    if let Some(why) = link.broken_why() {
        return Fault::new(
            Code::PartnerProtocol,
            text!("The answer of {to} was refused: {why}.", to, why => why),
        );
    }
    if error.is_parse() {
        return Fault::new(
            Code::PartnerProtocol,
            text!("The answer of {to} could not be read: {error}.", to, error),
        );
    }
    closed(to)
}

fn closed(to: &Destination) -> Fault {
    Fault::new(Code::PartnerReset, text!("{to} closed the connection before it had answered.", to))
        .hint(text!("Look into the partner's log for a crash or a worker that was stopped."))
}

/// The fault of a partner's body that broke off.
pub fn broken_off(shortfall: Shortfall) -> Fault {
    match shortfall {
        Shortfall::Stalled => {
            Fault::new(Code::PartnerTimeout, text!("The partner's answer paused for too long."))
                .hint(text!("limits.body_timeout bounds the pause between two pieces."))
        }
        Shortfall::Http2(cause) => Fault::new(
            Code::PartnerProtocol,
            text!("The partner's answer broke off before its end: {cause}.", cause),
        )
        .hint(Text::fixed(cause.hint())),
        Shortfall::TooLarge | Shortfall::Broken | Shortfall::Cut(_) => {
            Fault::new(Code::PartnerReset, text!("The partner's answer broke off before its end."))
        }
    }
}

/// The fault of an app's body that did not arrive whole.
pub fn app_fault(shortfall: Shortfall) -> Fault {
    match shortfall {
        Shortfall::Stalled => {
            Fault::new(Code::RequestTimeout, text!("The request body paused for too long."))
                .hint(text!("limits.body_timeout bounds the pause between two pieces."))
        }
        Shortfall::TooLarge => {
            Fault::new(Code::BodyTooLarge, text!("The request body is over limits.max_body."))
        }
        Shortfall::Broken | Shortfall::Http2(_) | Shortfall::Cut(_) => Fault::new(
            Code::BadRequest,
            text!("The request body broke off or its framing is wrong."),
        ),
    }
}
