//! What is known of one HTTP/2 connection: its bytes both ways, and how long each thing has taken.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use tokio::time::Instant;

use super::frames::Frames;
use crate::net::conn::{Conn, Order};
use crate::net::gate::Fields;
use crate::net::sweep::KEEP_ALIVE;
use crate::net::worker::Bounds;

/// How long a peer may take to hear that the connection ends.
const FAREWELL: Duration = Duration::from_secs(1);
/// After so long without a byte a peer that has requests under way is asked whether it is there.
const PING_AFTER: Duration = Duration::from_secs(30);

/// Shared by the stream's wrapper, the exchanges and the worker's sweep.
#[derive(Debug)]
pub(in crate::net) struct Line {
    pub(super) frames: RefCell<Frames>,
    /// Bytes read since the connection was last polled.
    pub(super) read: Cell<usize>,
    /// Successful reads.
    pub(super) reads: Cell<u32>,
    /// The peer is to be asked whether it is there.
    pub(super) ping: Cell<bool>,
    head: Clock,
    idle: Clock,
    stuck: Clock,
    silent: Clock,
    closing: Clock,
}

/// Since when something has been as it is, as far as the sweep has seen.
#[derive(Debug)]
struct Clock {
    mark: Cell<u32>,
    since: Cell<Instant>,
}

impl Clock {
    fn new(now: Instant) -> Self {
        Self { mark: Cell::new(0), since: Cell::new(now) }
    }

    /// How long it has been so, and `mark` the same.
    fn age(&self, so: bool, mark: u32, now: Instant) -> Duration {
        if !so || self.mark.replace(mark) != mark {
            self.since.set(now);
        }
        now.saturating_duration_since(self.since.get())
    }
}

impl Line {
    pub(super) fn new(now: Instant) -> Self {
        let clock = || Clock::new(now);
        Self {
            frames: RefCell::default(),
            read: Cell::new(0),
            reads: Cell::new(0),
            ping: Cell::new(false),
            head: clock(),
            idle: clock(),
            stuck: clock(),
            silent: clock(),
            closing: clock(),
        }
    }

    /// What becomes of the connection. Only requests count as its use: other frames, however many,
    /// keep no connection.
    pub(in crate::net) fn judge<F: Fields>(
        &self,
        conn: &Conn<F>,
        bounds: &Bounds,
        now: Instant,
    ) -> Option<Order> {
        let busy = conn.in_flight.get() > 0;
        let (dirty, closes) = (conn.dirty.get(), conn.order.get() == Order::Close);
        let head = {
            let frames = self.frames.borrow();
            self.head.age(frames.waits(), frames.whole(), now)
        };
        let idle = self.idle.age(!busy, conn.served.get(), now);
        let stuck = self.stuck.age(dirty, conn.writes.get(), now);
        let silent = self.silent.age(busy, self.reads.get(), now);
        let closing = self.closing.age(closes, 0, now);
        match conn.order.get() {
            Order::Abort | Order::End(_) => None,
            _ if stuck > bounds.write_timeout || silent > KEEP_ALIVE => Some(Order::Abort),
            Order::Close => {
                let written = !dirty || idle >= FAREWELL;
                (!busy && written && closing >= FAREWELL).then_some(Order::Abort)
            }
            _ if head >= bounds.head_timeout || idle > KEEP_ALIVE => Some(Order::Close),
            Order::Serve | Order::Park | Order::TimeOut => {
                if silent > PING_AFTER {
                    self.ask(conn);
                }
                None
            }
        }
    }

    fn ask<F: Fields>(&self, conn: &Conn<F>) {
        if !self.ping.replace(true) {
            conn.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::net::conn::Entrance;
    use crate::net::gate::{Class, Requests};

    struct Nothing;

    impl Fields for Nothing {
        fn class(&self, _: &[u8]) -> Class {
            Class::Pass
        }
    }

    struct Peer {
        conn: Rc<Conn<Nothing>>,
        line: Line,
        now: Instant,
    }

    const BOUNDS: Bounds = Bounds {
        head_timeout: Duration::from_secs(10),
        write_timeout: Duration::from_secs(30),
        max_head: 1000,
        max_connections: 1,
    };

    impl Peer {
        /// One that has just connected.
        fn new() -> Self {
            let local = ([127, 0, 0, 1], 1).into();
            let conn = Conn::new(local, Entrance::Plain, Requests::new(Nothing, 1000));
            let now = Instant::now();
            Self { conn: Rc::new(conn), line: Line::new(now), now }
        }

        /// One that has greeted.
        fn greeted() -> Self {
            let peer = Self::new();
            let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
            peer.reads(&[&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], &settings].concat());
            peer
        }

        fn reads(&self, bytes: &[u8]) {
            self.line.reads.set(self.line.reads.get() + 1);
            self.line.frames.borrow_mut().feed(bytes);
        }

        /// Judges every second, doing something before; when it was told what.
        fn lives(&mut self, seconds: u64, mut each: impl FnMut(&Self)) -> Option<(u64, Order)> {
            (1..=seconds).find_map(|second| {
                self.now += Duration::from_secs(1);
                each(self);
                let order = self.line.judge(&self.conn, &BOUNDS, self.now)?;
                self.conn.tell(order);
                Some((second, order))
            })
        }
    }

    const PING: [u8; 17] = [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
    const HALF_A_HEAD: [u8; 10] = [0, 0, 1, 1, 0, 0, 0, 0, 1, 0x88];

    #[test]
    fn a_preface_and_a_head_have_their_time_whatever_drips() {
        assert_eq!(Peer::new().lives(20, |_| {}), Some((10, Order::Close)));
        let mut peer = Peer::greeted();
        assert_eq!(peer.lives(20, |_| {}), None);
        peer.reads(&HALF_A_HEAD);
        let on = [0, 0, 1, 9, 0, 0, 0, 0, 1, 0x88];
        assert_eq!(peer.lives(20, |peer| peer.reads(&on)), Some((11, Order::Close)));
    }

    #[test]
    fn frames_that_ask_for_nothing_keep_no_connection() {
        let mut peer = Peer::greeted();
        let told = peer.lives(100, |peer| {
            peer.reads(&PING);
            peer.conn.writes.set(peer.conn.writes.get() + 1);
        });
        assert_eq!(told, Some((76, Order::Close)));
    }

    #[test]
    fn requests_keep_it_and_silence_under_them_is_asked_about() {
        let mut peer = Peer::greeted();
        assert_eq!(peer.lives(200, |peer| drop(peer.conn.begin())), None);
        let _under_way = peer.conn.begin();
        assert_eq!(peer.lives(30, |_| {}), None);
        assert!(!peer.line.ping.get());
        assert_eq!(peer.lives(10, |_| {}), None);
        assert!(peer.line.ping.get());
        assert_eq!(peer.lives(100, |_| {}), Some((37, Order::Abort)));
    }

    #[test]
    fn what_is_not_taken_from_the_socket_ends_it() {
        let mut peer = Peer::greeted();
        let _under_way = peer.conn.begin();
        peer.conn.dirty.set(true);
        assert_eq!(peer.lives(100, |peer| peer.reads(&PING)), Some((31, Order::Abort)));
    }

    #[test]
    fn an_end_that_was_ordered_comes_with_the_last_answer() {
        let mut peer = Peer::greeted();
        let under_way = peer.conn.begin();
        peer.conn.tell(Order::Close);
        assert_eq!(peer.lives(20, |peer| peer.reads(&PING)), None);
        drop(under_way);
        assert_eq!(peer.lives(20, |peer| peer.reads(&PING)), Some((1, Order::Abort)));
    }
}
