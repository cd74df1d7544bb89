//! Connections that wait for their next request.

use foldhash::HashMap;
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1;
use hyper::{Method, Request, Response};
use tokio::time::Instant;

use super::http2::Stream;
use super::patience::Waiters;
use super::shared::Shared;
use super::{Destination, HeadSource};
use crate::net::body::AppBody;
use crate::net::names::Names;
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
    /// For requests that HTTP/2 cannot carry.
    http1_slots: RefCell<HashMap<Destination, Rc<Slot>>>,
    pub(super) waiters: Waiters,
}

impl Pool {
    /// The connections to a destination; `http1_only` are others, on which HTTP/2 is not offered.
    pub(super) fn slot(&self, to: &Destination, http1_only: bool) -> Rc<Slot> {
        let slots = if http1_only { &self.http1_slots } else { &self.slots };
        if let Some(slot) = slots.borrow().get(to) {
            return Rc::clone(slot);
        }
        let (idle, shared) = (RefCell::default(), Shared::default());
        let slot = Rc::new(Slot { to: to.clone(), http1_only, idle, shared });
        slots.borrow_mut().insert(to.clone(), Rc::clone(&slot));
        slot
    }

    /// Closes what has been idle for long, gives up what is silent, and forgets destinations without a
    /// connection.
    pub fn sweep(&self, now: Instant) {
        self.slots.borrow_mut().retain(|_, slot| sweep(slot, now));
        self.http1_slots.borrow_mut().retain(|_, slot| sweep(slot, now));
        self.waiters.sweep(now);
    }

    /// Closes every idle connection; a new configuration may trust other certificates.
    pub fn clear(&self) {
        self.slots.borrow_mut().clear();
        self.http1_slots.borrow_mut().clear();
    }
}

/// Looks after the connections to a destination; whether there are any.
fn sweep(slot: &Rc<Slot>, now: Instant) -> bool {
    slot.idle
        .borrow_mut()
        .retain_mut(|link| *link.idle_since.get_or_insert(now) + IDLE_FOR > now && link.reusable());
    if slot.shared.sweep(IDLE_FOR, now) {
        super::shared::probe(slot);
    }
    !slot.shared.is_empty() || !slot.idle.borrow().is_empty() || Rc::strong_count(slot) > 1
}

/// The connections to one destination.
pub struct Slot {
    pub(super) to: Destination,
    /// Whether HTTP/2 is not offered.
    pub(super) http1_only: bool,
    /// HTTP/1, without an exchange.
    idle: RefCell<Vec<Link>>,
    /// HTTP/2.
    pub(super) shared: Shared,
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").field("to", &self.to).finish_non_exhaustive()
    }
}

impl Slot {
    /// A stream of a connection, or the connection used last, if there is a good one.
    pub(super) fn take(&self) -> Option<Link> {
        if let Some(link) = self.take_stream() {
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

    /// A stream of a connection.
    pub(super) fn take_stream(&self) -> Option<Link> {
        self.shared.stream().map(Link::http2)
    }

    /// Closes what is idle: what was found dead on one connection holds for those that rested with it.
    pub(super) fn distrust_idle(&self) {
        self.idle.take();
    }
}

/// A connection, or a stream of one, in someone's hands.
pub(super) struct Link {
    wire: Wire,
    answers: Option<Rc<Answers>>,
    uses: u32,
    /// Set by the first sweep that finds it idle.
    idle_since: Option<Instant>,
}

enum Wire {
    Http1(http1::SendRequest<AppBody>),
    Http2(Stream),
}

impl Link {
    pub(super) fn http1(send: http1::SendRequest<AppBody>, answers: Rc<Answers>) -> Self {
        Self { wire: Wire::Http1(send), answers: Some(answers), uses: 0, idle_since: None }
    }

    pub(super) fn http2(stream: Stream) -> Self {
        let uses = u32::from(stream.reused);
        Self { wire: Wire::Http2(stream), answers: None, uses, idle_since: None }
    }

    /// Whether a request has gone over it before.
    pub(super) fn used(&self) -> bool {
        self.uses > 0
    }

    pub(super) fn stream(&self) -> Option<&Stream> {
        match &self.wire {
            Wire::Http1(_) => None,
            Wire::Http2(stream) => Some(stream),
        }
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
        mut request: Box<Request<AppBody>>,
        to: &Destination,
        head: HeadSource<'_>,
    ) -> Result<Response<Incoming>, TrySendError<Request<AppBody>>> {
        self.uses += 1;
        if let Some(answers) = &self.answers {
            answers.answered.set(false);
            answers.piece.set(usize::MAX);
            answers.gate.borrow_mut().expect(request.method() == Method::HEAD);
            head.prepare(&request, answers);
        } else {
            head.complete(&mut request);
        }
        match &mut self.wire {
            Wire::Http1(send) => send.try_send_request(*request).await,
            Wire::Http2(stream) => stream.send(*request, to).await,
        }
    }

    fn reusable(&self) -> bool {
        match &self.wire {
            Wire::Http1(send) => {
                send.is_ready() && self.answers.as_ref().is_some_and(|answers| answers.reusable())
            }
            Wire::Http2(_) => false,
        }
    }
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

    /// Reads the rest of the answer in pieces of at most so many bytes, so that little of it is held
    /// for who does not take it. HTTP/2 has windows for that.
    pub(in crate::net) fn read_in_pieces(&self, most: usize) {
        if let Some(answers) = &self.link.answers {
            answers.piece.set(most);
        }
    }

    /// Exchanges the names of the answer's fields as the partner wrote them over HTTP/1 for `other`.
    pub(in crate::net) fn swap_names(&self, other: &mut Names) {
        match &self.link.answers {
            Some(answers) => answers.gate.borrow_mut().swap_names(other),
            None => other.clear(),
        }
    }

    /// Whether it is a stream of HTTP/2.
    pub fn is_http2(&self) -> bool {
        self.link.stream().is_some()
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
