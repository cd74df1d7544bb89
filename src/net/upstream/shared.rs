//! The HTTP/2 connections to one destination: which one gets the next stream, and when there is one
//! more or one less.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::http2::{Connection, Standing, Stream};
use super::pool::Slot;
use super::{Terms, connect};
use crate::fault::Fault;

/// So many connections are opened beside those that make wait, before one of these is used.
const SPREAD: usize = 4;
/// What came on another connection so long after one went quiet shows that the partner is there: one
/// whose process was stopped is quiet on all of them within moments.
const PROVEN_AFTER: Duration = Duration::from_secs(2);
/// Between two tries to replace a connection that went silent.
const PROBE_EVERY: Duration = Duration::from_secs(5);

/// See the module.
#[derive(Default)]
pub(super) struct Shared {
    connections: RefCell<Vec<Rc<Connection>>>,
    openings: RefCell<Vec<Rc<Opening>>>,
    /// What the last connection allowed; 0 where the partner is not known to speak HTTP/2.
    streams_each: Cell<u32>,
    /// As the last connection was opened.
    terms: RefCell<Option<Terms>>,
    probed: Cell<Option<Instant>>,
}

/// A connection in the making, for those who wait for a stream of it.
#[derive(Default)]
pub(super) struct Opening {
    waiting: Cell<u32>,
    failed: RefCell<Option<Fault>>,
    done: Notify,
}

impl Shared {
    /// A stream of the first connection that has room and does not make wait.
    pub(super) fn stream(&self) -> Option<Stream> {
        let connections = self.connections.borrow();
        let mut second = None;
        for connection in connections.iter().filter(|connection| connection.has_room()) {
            match connection.standing() {
                Standing::Good => return Some(Stream::open(connection)),
                Standing::Quiet => second = second.or(Some(connection)),
                Standing::Silent => {}
            }
        }
        second.filter(|_| connections.len() >= SPREAD).map(Stream::open)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.connections.borrow().is_empty()
    }

    /// Takes a new connection in and opens its first stream.
    pub(super) fn add(&self, connection: Rc<Connection>, terms: &Terms) -> Stream {
        self.streams_each.set(connection.limit());
        *self.terms.borrow_mut() = Some(terms.clone());
        let stream = Stream::open(&connection);
        self.connections.borrow_mut().push(connection);
        stream
    }

    /// Notes that the partner speaks HTTP/1.
    pub(super) fn speaks_http1(&self) {
        self.streams_each.set(0);
    }

    /// Looks after the connections. Returns whether one is silent and nothing has yet shown that the
    /// partner can be reached in another way.
    pub(super) fn sweep(&self, idle_for: Duration, now: Instant) -> bool {
        let mut connections = self.connections.borrow_mut();
        if connections.is_empty() {
            return false;
        }
        for connection in connections.iter() {
            connection.sweep(now);
        }
        let heard = connections.iter().map(|connection| connection.heard()).max();
        let mut silent = false;
        for connection in connections.iter() {
            if connection.standing() == Standing::Silent {
                if heard.is_some_and(|heard| heard > connection.quiet_since() + PROVEN_AFTER) {
                    connection.abandon();
                } else {
                    silent = true;
                }
            }
        }
        connections
            .retain(|connection| !connection.is_over() && !connection.has_been_idle(idle_for, now));
        let due = self.probed.get().is_none_or(|probed| probed + PROBE_EVERY <= now);
        if silent && due && self.openings.borrow().is_empty() {
            self.probed.set(Some(now));
            return true;
        }
        false
    }

    /// A connection in the making that will have room for one more.
    fn joinable(&self) -> Option<Rc<Opening>> {
        let each = self.streams_each.get();
        let openings = self.openings.borrow();
        openings.iter().find(|opening| opening.waiting.get() + 1 < each).cloned()
    }

    /// Waits for a connection that somebody else is opening. Returns whether to look again for a
    /// stream: not where nobody is.
    pub(super) async fn join(&self) -> Result<bool, Fault> {
        let Some(opening) = self.joinable() else { return Ok(false) };
        opening.waiting.set(opening.waiting.get() + 1);
        opening.done.notified().await;
        let failed = opening.failed.borrow().clone();
        failed.map_or(Ok(true), Err)
    }

    /// Tells others of a connection in the making, until what is returned is dropped.
    pub(super) fn opening(&self) -> Making<'_> {
        let opening = Rc::new(Opening::default());
        self.openings.borrow_mut().push(Rc::clone(&opening));
        Making { shared: self, opening }
    }
}

/// See [`Shared::opening`].
pub(super) struct Making<'a> {
    shared: &'a Shared,
    opening: Rc<Opening>,
}

impl Making<'_> {
    pub(super) fn fail(&self, fault: &Fault) {
        *self.opening.failed.borrow_mut() = Some(fault.clone());
    }
}

impl Drop for Making<'_> {
    fn drop(&mut self) {
        let mut openings = self.shared.openings.borrow_mut();
        openings.retain(|opening| !Rc::ptr_eq(opening, &self.opening));
        self.opening.done.notify_waiters();
    }
}

/// Tries whether a partner with a silent connection answers on another one. If it does, the silent
/// one is given up; if not, what waits on it has its time.
pub(super) fn probe(slot: &Rc<Slot>) {
    let Some(terms) = slot.shared.terms.borrow().clone() else { return };
    let slot = Rc::clone(slot);
    tokio::task::spawn_local(async move {
        if let Err(fault) = connect::open(&slot, &terms).await {
            tracing::debug!(to = %slot.to, %fault, "No further connection");
        }
    });
}
