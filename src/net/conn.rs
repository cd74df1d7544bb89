//! One connection from an app: who it is, what its gate has seen, and what the worker wants of it.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::task::{Poll, Waker};

use tokio::time::Instant;

use super::gate::{Fields, Requests};
use super::http2::Line;
use super::names::Names;
use super::spoil::Ending;

/// How a connection's requests reach the gateway.
#[derive(Debug, Clone)]
pub enum Entrance {
    /// The plaintext listener.
    Plain,
    /// The TLS listener; the name the client asked for, where it sent one.
    Tls {
        /// Server name, lower case.
        sni: Option<Box<str>>,
    },
    /// A CONNECT tunnel.
    Tunnel(Rc<Tunnel>),
}

/// What a CONNECT request said, and how the client went on.
#[derive(Debug)]
pub struct Tunnel {
    /// Host in lower case without a trailing dot; IPv6 in brackets. Where the target was an address and
    /// the handshake named a host, that host: the client has resolved it before it called.
    pub host: Box<str>,
    /// The port asked for.
    pub port: u16,
    /// `Proxy-Authorization` of the CONNECT request, as sent.
    pub proxy_authorization: Option<Box<[u8]>>,
    /// Whether TLS is spoken inside, and not plain HTTP.
    pub tls: bool,
    /// Server name of the inner handshake, where sent.
    pub sni: Option<Box<str>>,
}

impl Tunnel {
    /// Takes the server name of the inner handshake.
    pub(super) fn named(&mut self, sni: Option<Box<str>>) {
        if self.is_to_address()
            && let Some(name) = &sni
        {
            self.host.clone_from(name);
        }
        self.sni = sni;
    }

    /// Whether it leads to an address that nobody has named.
    pub fn is_to_address(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        bare.parse::<IpAddr>().is_ok()
    }
}

/// What the worker asks of a connection at its next poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Nothing.
    Serve,
    /// Leave hyper at the next rest.
    Park,
    /// The head took too long: answer 408 and close.
    TimeOut,
    /// Finish what is under way and close.
    Close,
    /// Drop it where it stands.
    Abort,
    /// The same, in a way that was asked for.
    End(Ending),
}

/// Shared by the socket's wrapper, the service and the worker's sweep; all on one thread.
#[derive(Debug)]
pub struct Conn<F: Fields> {
    /// This end.
    pub local: SocketAddr,
    /// Listener, server name or tunnel.
    pub entrance: Entrance,
    /// The strict automaton in front of hyper.
    pub gate: RefCell<Requests<F>>,
    pub(super) order: Cell<Order>,
    pub(super) waker: RefCell<Option<Waker>>,
    /// Requests handed to the service whose answer is not finished.
    pub(super) in_flight: Cell<u32>,
    /// Requests seen; the sweep compares it with what it saw last time.
    pub(super) served: Cell<u32>,
    pub(super) seen: Cell<u32>,
    /// Written and not flushed.
    pub(super) dirty: Cell<bool>,
    /// The last read found nothing, and nothing is held back.
    pub(super) quiet: Cell<bool>,
    /// A CONNECT head waits for the connection to be taken apart.
    pub(super) connect: Cell<bool>,
    /// The peer has finished sending; it still gets the answers it waits for.
    pub(super) finished: Cell<bool>,
    /// Since when the connection has been idle, or its head incomplete.
    pub(super) since: Cell<Instant>,
    /// Out of hyper's hands.
    pub(super) parked: Cell<bool>,
    /// Whether the worker's list of active connections has it.
    pub(super) listed: Cell<bool>,
    /// Successful writes; the sweep sees a writer that stalls.
    pub(super) writes: Cell<u32>,
    /// Of the answer that is being made, as the partner wrote them.
    pub names: RefCell<Names>,
    /// Answers whose heads hyper is about to write.
    pub(super) due: RefCell<Due>,
    /// Of one that speaks HTTP/2.
    pub(super) http2: OnceCell<Rc<Line>>,
}

impl<F: Fields> Conn<F> {
    /// A connection that has just been accepted.
    pub fn new(local: SocketAddr, entrance: Entrance, gate: Requests<F>) -> Self {
        Self {
            local,
            entrance,
            gate: RefCell::new(gate),
            order: Cell::new(Order::Serve),
            waker: RefCell::new(None),
            in_flight: Cell::new(0),
            served: Cell::new(0),
            seen: Cell::new(0),
            dirty: Cell::new(false),
            quiet: Cell::new(false),
            connect: Cell::new(false),
            finished: Cell::new(false),
            since: Cell::new(Instant::now()),
            parked: Cell::new(true),
            listed: Cell::new(false),
            writes: Cell::new(0),
            names: RefCell::default(),
            due: RefCell::default(),
            http2: OnceCell::new(),
        }
    }

    /// What the worker wants of it.
    pub fn order(&self) -> Order {
        self.order.get()
    }

    /// Marks one more exchange as under way until the guard is dropped.
    pub fn begin(self: &Rc<Self>) -> InFlight<F> {
        self.in_flight.set(self.in_flight.get() + 1);
        self.served.set(self.served.get().wrapping_add(1));
        if self.order.get() == Order::Park {
            self.order.set(Order::Serve);
        }
        InFlight(Rc::clone(self))
    }

    pub(super) fn unpark(&self, now: Instant) {
        self.parked.set(false);
        self.since.set(now);
        if self.order.get() == Order::Park {
            self.order.set(Order::Serve);
        }
    }

    /// How long nothing has happened, as far as the sweep has seen.
    pub(super) fn age(&self, now: Instant) -> std::time::Duration {
        let marks = self.served.get().wrapping_add(self.writes.get());
        if marks != self.seen.get() {
            self.seen.set(marks);
            self.since.set(now);
        }
        now.duration_since(self.since.get())
    }

    /// A peer that shuts its sending side between two messages waits for its answers: hyper, which
    /// would drop them, hears of the end only when they are written.
    pub(super) fn after_the_end(&self) -> Poll<io::Result<()>> {
        if self.in_flight.get() > 0 && self.gate.borrow().at_boundary() {
            self.quiet.set(true);
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }

    pub(super) fn at_rest(&self) -> bool {
        self.in_flight.get() == 0 && !self.dirty.get() && self.quiet.get()
    }

    /// An order that ends everything stands.
    pub(super) fn tell(&self, order: Order) {
        if !matches!(self.order.get(), Order::Abort | Order::End(_)) {
            self.order.set(order);
        }
        self.wake();
    }

    pub(super) fn wake(&self) {
        if let Some(waker) = self.waker.borrow().as_ref() {
            waker.wake_by_ref();
        }
    }

    pub(super) fn listen(&self, waker: &Waker) {
        let mut known = self.waker.borrow_mut();
        if !known.as_ref().is_some_and(|known| known.will_wake(waker)) {
            *known = Some(waker.clone());
        }
    }
}

/// The names of answers whose heads hyper is about to write, one after the other.
#[derive(Debug, Default)]
pub(super) struct Due {
    heads: VecDeque<Names>,
    spare: Names,
}

impl Due {
    pub(super) fn any(&self) -> bool {
        !self.heads.is_empty()
    }

    /// The answer is made: its head follows.
    fn push(&mut self, made: &mut Names) {
        self.heads.push_back(std::mem::replace(made, std::mem::take(&mut self.spare)));
    }

    /// Has `with` put the head that is next.
    pub(super) fn next(&mut self, with: impl FnOnce(&Names) -> usize) -> usize {
        let mut names = self.heads.pop_front().unwrap_or_default();
        let len = with(&names);
        names.clear();
        self.spare = names;
        len
    }
}

/// An exchange under way.
#[derive(Debug)]
pub struct InFlight<F: Fields>(Rc<Conn<F>>);

impl<F: Fields> InFlight<F> {
    /// Its answer is made, and hyper writes the head next.
    pub(super) fn answered(&self) {
        self.0.due.borrow_mut().push(&mut self.0.names.borrow_mut());
    }

    /// Ends the connection in this way, with everything that is under way on it.
    pub(super) fn end(&self, ending: Ending) {
        self.0.tell(Order::End(ending));
    }
}

impl<F: Fields> Drop for InFlight<F> {
    fn drop(&mut self) {
        self.0.in_flight.set(self.0.in_flight.get().saturating_sub(1));
    }
}
