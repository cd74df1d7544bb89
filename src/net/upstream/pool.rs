//! Connections that wait for their next request.

use foldhash::HashMap;
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::{http1, http2};
use hyper::header::{HOST, TRANSFER_ENCODING};
use hyper::http::uri::{Authority, Scheme, Uri};
use hyper::{Method, Request, Response};
use tokio::time::Instant;

use super::Destination;
use super::patience::Waiters;
use crate::net::body::AppBody;
use crate::net::outbound::Answers;

/// How many idle connections one worker keeps to one destination.
const IDLE_PER_DESTINATION: usize = 256;

/// How long an idle connection is kept: below the keep-alive time of common servers (5 to 75 s for
/// most, Node's 5 s being the shortest), a stale one costs a retry.
const IDLE_FOR: Duration = Duration::from_secs(30);

/// All connections of one worker to partners.
#[derive(Debug, Default)]
pub struct Pool {
    slots: RefCell<HashMap<Destination, Rc<Slot>>>,
    pub(super) waiters: Waiters,
}

impl Pool {
    pub(super) fn slot(&self, to: &Destination) -> Rc<Slot> {
        if let Some(slot) = self.slots.borrow().get(to) {
            return Rc::clone(slot);
        }
        let slot =
            Rc::new(Slot { to: to.clone(), idle: RefCell::default(), shared: RefCell::default() });
        self.slots.borrow_mut().insert(to.clone(), Rc::clone(&slot));
        slot
    }

    /// Closes what has been idle for long and forgets destinations without a connection.
    pub fn sweep(&self, now: Instant) {
        self.waiters.sweep(now);
        self.slots.borrow_mut().retain(|_, slot| {
            slot.idle.borrow_mut().retain_mut(|link| {
                *link.idle_since.get_or_insert(now) + IDLE_FOR > now && link.reusable()
            });
            let mut shared = slot.shared.borrow_mut();
            if shared.as_ref().is_some_and(http2::SendRequest::is_closed) {
                *shared = None;
            }
            shared.is_some() || !slot.idle.borrow().is_empty() || Rc::strong_count(slot) > 1
        });
    }

    /// Closes every idle connection; a new configuration may trust other certificates.
    pub fn clear(&self) {
        self.slots.borrow_mut().clear();
    }
}

/// The connections to one destination.
pub struct Slot {
    pub(super) to: Destination,
    idle: RefCell<Vec<Link>>,
    pub(super) shared: RefCell<Option<http2::SendRequest<AppBody>>>,
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").field("to", &self.to).finish_non_exhaustive()
    }
}

impl Slot {
    /// The connection used last, if it is still good.
    pub(super) fn take(&self) -> Option<Link> {
        if let Some(send) = self.shared.borrow().as_ref().filter(|send| !send.is_closed()) {
            let mut link = Link::new(Wire::Http2(send.clone()), None);
            link.uses = 1;
            return Some(link);
        }
        let mut idle = self.idle.borrow_mut();
        while let Some(link) = idle.pop() {
            if link.reusable() {
                return Some(link);
            }
        }
        None
    }
}

/// A connection in someone's hands.
pub(super) struct Link {
    wire: Wire,
    answers: Option<Rc<Answers>>,
    uses: u32,
    /// Set by the first sweep that finds it idle.
    idle_since: Option<Instant>,
}

pub(super) enum Wire {
    Http1(http1::SendRequest<AppBody>),
    Http2(http2::SendRequest<AppBody>),
}

impl Link {
    pub(super) fn new(wire: Wire, answers: Option<Rc<Answers>>) -> Self {
        Self { wire, answers, uses: 0, idle_since: None }
    }

    /// Whether a request has gone over it before.
    pub(super) fn used(&self) -> bool {
        self.uses > 0
    }

    /// Whether a byte of the present answer has come.
    pub(super) fn answered(&self) -> bool {
        self.answers.as_ref().is_some_and(|answers| answers.answered.get())
    }

    pub(super) fn broken_why(&self) -> Option<&'static str> {
        self.answers.as_ref().and_then(|answers| answers.gate.borrow().broken_why())
    }

    pub(super) async fn send(
        &mut self,
        request: Box<Request<AppBody>>,
        to: &Destination,
    ) -> Result<Response<Incoming>, TrySendError<Request<AppBody>>> {
        self.uses += 1;
        if let Some(answers) = &self.answers {
            answers.answered.set(false);
            answers.narrow.set(false);
            answers.gate.borrow_mut().expect(request.method() == Method::HEAD);
        }
        match &mut self.wire {
            Wire::Http1(send) => send.try_send_request(*request).await,
            Wire::Http2(send) => send.try_send_request(for_http2(*request, to)).await,
        }
    }

    fn reusable(&self) -> bool {
        match &self.wire {
            Wire::Http1(send) => {
                send.is_ready()
                    && self.answers.as_ref().is_some_and(|answers| answers.gate.borrow().reusable())
            }
            Wire::Http2(_) => false,
        }
    }
}

/// HTTP/2 carries the authority in the target and frames by itself.
fn for_http2(mut request: Request<AppBody>, to: &Destination) -> Request<AppBody> {
    let host = request.headers_mut().remove(HOST);
    request.headers_mut().remove(TRANSFER_ENCODING);
    let mut parts = std::mem::take(request.uri_mut()).into_parts();
    parts.scheme = Some(if to.origin.tls { Scheme::HTTPS } else { Scheme::HTTP });
    parts.authority = host.and_then(|host| Authority::try_from(host.as_bytes()).ok());
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
    *request.version_mut() = hyper::Version::HTTP_2;
    request
}

/// A connection that goes back to its slot when its answer has ended.
pub struct Lease {
    link: Link,
    slot: Rc<Slot>,
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lease").field("slot", &self.slot).finish_non_exhaustive()
    }
}

impl Lease {
    pub(super) fn new(link: Link, slot: &Rc<Slot>) -> Self {
        Self { link, slot: Rc::clone(slot) }
    }

    /// Reads the rest of the answer in small pieces, so that little of it is held for who does not
    /// take it. HTTP/2 has windows for that.
    pub(in crate::net) fn narrow(&self) {
        if let Some(answers) = &self.link.answers {
            answers.narrow.set(true);
        }
    }

    /// Keeps the connection for the next request. Whether it is still good is asked when it is taken.
    pub fn give_back(mut self) {
        let mut idle = self.slot.idle.borrow_mut();
        if matches!(self.link.wire, Wire::Http1(_)) && idle.len() < IDLE_PER_DESTINATION {
            self.link.idle_since = None;
            idle.push(self.link);
        }
    }
}
