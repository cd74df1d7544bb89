//! Whoever wants to see each attempt as it went over the wire.

use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::pin::pin;
use std::time::Duration;

use hyper::Request;
use hyper::http::response;
use tokio::time::{Instant, interval_at};

use super::Reply;
use crate::injection::Applied;
use crate::net::body::AppBody;
use crate::net::names::Names;
use crate::net::transcript::{as_came, status_line};
use crate::net::upstream::{Destination, HeadSource, Trace};
use crate::store::deliveries::Message;

/// Sees every attempt, after it was recorded as one.
pub trait Witness: Send + Sync + Debug {
    /// An attempt that has lasted a while and goes on. Must be short, and waits for nobody. What it
    /// gives is told it again with the same attempt; 0 where it did not look.
    fn looks_on(&self, lasting: Lasting<'_>) -> i64;

    /// An attempt that has ended. Must be short: the next one waits.
    fn saw(&self, seen: Seen<'_>);
}

/// What an attempt under way waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waits {
    /// A fault made on purpose holds it up.
    Delay,
    /// For somebody's word, at a breakpoint.
    Word,
    /// For a connection to the partner.
    Connection,
    /// For the head of the answer.
    Answer,
    /// For the rest of the answer.
    Rest,
}

/// An attempt under way.
#[derive(Debug)]
pub struct Lasting<'a> {
    /// What [`Witness::looks_on`] gave for it before; 0 the first time.
    pub number: i64,
    /// What is to be sent.
    pub message: &'a Message,
    /// Which attempt of the present round it is, from 1.
    pub attempt: u32,
    /// How far it came.
    pub trail: &'a Trail,
}

/// An attempt is shown before its end once it has lasted this long.
const SHOWN_AFTER: Duration = Duration::from_millis(100);

/// Waits for the end of an attempt and shows it meanwhile, whenever something about it is new. Gives
/// also what the witness knows it by.
pub(super) async fn watched<T>(
    sending: impl Future<Output = T>,
    witness: &dyn Witness,
    mut lasting: Lasting<'_>,
) -> (T, i64) {
    let mut sending = pin!(sending);
    let mut shown = None;
    let mut looks = interval_at(Instant::now() + SHOWN_AFTER, SHOWN_AFTER);
    loop {
        tokio::select! {
            biased;
            done = &mut sending => return (done, lasting.number),
            _ = looks.tick() => {}
        }
        let waits = lasting.trail.waits();
        if shown != Some(waits) {
            let number = witness.looks_on(Lasting { ..lasting });
            if number != 0 {
                (lasting.number, shown) = (number, Some(waits));
            }
        }
    }
}

/// One attempt.
#[derive(Debug)]
pub struct Seen<'a> {
    /// What [`Witness::looks_on`] gave for it; 0 where nobody looked on.
    pub number: i64,
    /// What was to be sent.
    pub message: &'a Message,
    /// Which attempt of the present round it was, from 1.
    pub attempt: u32,
    /// What came back.
    pub reply: &'a Reply,
    /// `pass`, `warn` or `fail`, where it was judged.
    pub verdict: Option<&'static str>,
    /// As JSON.
    pub findings: &'a str,
    /// How it went over the wire.
    pub trail: Trail,
    /// What was spoiled on purpose.
    pub applied: &'a Applied,
}

/// What an attempt leaves behind.
#[derive(Debug)]
pub struct Trail {
    /// When it began, in microseconds since 1970, by the machine's clock.
    pub at: i64,
    /// How far the simulated clock was ahead of the machine's then, in milliseconds.
    pub ahead_ms: i64,
    /// When it began, by the clock that is never set.
    pub begun: Instant,
    trace: Trace,
    is_delayed: Cell<bool>,
    held: RefCell<Option<Box<str>>>,
    wire: RefCell<Wire>,
}

/// How an attempt went over the wire.
#[derive(Debug, Clone, Default)]
pub struct Wire {
    /// Microseconds until the head of the answer had come.
    pub first_byte: Option<u64>,
    /// Microseconds to the end of the answer.
    pub took: u64,
    /// What was connected to.
    pub to: Option<String>,
    /// Start line and fields of the request, as they were written.
    pub sent: Vec<u8>,
    /// What was sent in place of the message's body.
    pub body: Option<Vec<u8>>,
    /// Status line and fields of the answer, as they came.
    pub answered: Vec<u8>,
    /// Head and body of a request that was edited before it was sent.
    pub before: Option<(Vec<u8>, Vec<u8>)>,
    /// Status and body of an answer that was edited before it was taken.
    pub came: Option<(u16, Vec<u8>)>,
}

impl Trail {
    /// At the beginning of an attempt.
    pub(super) fn new(ahead_ms: i64) -> Self {
        Self {
            at: jiff::Timestamp::now().as_microsecond(),
            ahead_ms,
            begun: Instant::now(),
            trace: Trace::default(),
            is_delayed: Cell::new(false),
            held: RefCell::default(),
            wire: RefCell::default(),
        }
    }

    pub(super) fn trace(&self) -> &Trace {
        &self.trace
    }

    pub(super) fn send(&self, request: &Request<AppBody>, to: &Destination) {
        let mut wire = self.wire.borrow_mut();
        wire.sent = HeadSource::default().text(request);
        wire.to = Some(to.to_string());
    }

    /// Another body than the message's.
    pub(super) fn replace_body(&self, body: &[u8]) {
        self.wire.borrow_mut().body = Some(body.to_vec());
    }

    pub(super) fn answer(&self, answer: &response::Parts, names: &Names) {
        let mut wire = self.wire.borrow_mut();
        wire.first_byte = Some(self.until(Instant::now()));
        let line = status_line(answer.version, answer.status);
        wire.answered = as_came(&line, &answer.headers, names);
    }

    /// The answer is held up on purpose.
    pub(super) fn delay(&self) {
        self.is_delayed.set(true);
    }

    /// It is held by something of this id, or no longer by any.
    pub(super) fn hold(&self, by: Option<&str>) {
        *self.held.borrow_mut() = by.map(Into::into);
    }

    /// By what it is held, if it is.
    pub fn held(&self) -> Option<Box<str>> {
        self.held.borrow().clone()
    }

    /// What the request was before somebody edited it.
    pub(super) fn edit_request(&self, request: &Request<AppBody>, body: &[u8]) {
        let head = HeadSource::default().text(request);
        self.wire.borrow_mut().before = Some((head, body.to_vec()));
    }

    /// What the answer was before somebody edited it.
    pub(super) fn edit_answer(&self, status: u16, body: Vec<u8>) {
        self.wire.borrow_mut().came = Some((status, body));
    }

    pub(super) fn end(&self) {
        self.wire.borrow_mut().took = self.until(Instant::now());
    }

    /// How it has gone so far.
    pub fn wire(&self) -> Wire {
        self.wire.borrow().clone()
    }

    /// What it waits for.
    pub fn waits(&self) -> Waits {
        let wire = self.wire.borrow();
        match (self.trace.connected.get().is_some(), wire.answered.is_empty()) {
            _ if self.held.borrow().is_some() => Waits::Word,
            _ if wire.sent.is_empty() || self.is_delayed.get() => Waits::Delay,
            (_, false) => Waits::Rest,
            (true, true) => Waits::Answer,
            (false, true) => Waits::Connection,
        }
    }

    /// Microseconds until the connection was at hand, and whether it had been used before.
    pub fn connected(&self) -> Option<(u64, bool)> {
        self.trace.connected.get().map(|(at, reused)| (self.until(at), reused))
    }

    fn until(&self, moment: Instant) -> u64 {
        let passed = moment.saturating_duration_since(self.begun);
        u64::try_from(passed.as_micros()).unwrap_or(u64::MAX)
    }
}
