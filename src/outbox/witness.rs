//! Whoever wants to see each attempt as it went over the wire.

use std::fmt::Debug;

use hyper::Request;
use hyper::http::response;
use tokio::time::Instant;

use super::Reply;
use crate::injection::Applied;
use crate::net::body::AppBody;
use crate::net::names::Names;
use crate::net::transcript::{as_came, status_line};
use crate::net::upstream::{Destination, Spelling, Trace};
use crate::store::deliveries::Message;

/// Sees every attempt, after it was recorded as one.
pub trait Witness: Send + Sync + Debug {
    /// An attempt that has ended. Must be short: the next one waits.
    fn saw(&self, seen: Seen<'_>);
}

/// One attempt.
#[derive(Debug)]
pub struct Seen<'a> {
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
    begun: Instant,
    trace: Trace,
    first_byte: Option<Instant>,
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
}

impl Trail {
    /// At the beginning of an attempt.
    pub(super) fn new() -> Self {
        Self {
            at: jiff::Timestamp::now().as_microsecond(),
            begun: Instant::now(),
            trace: Trace::default(),
            first_byte: None,
            took: 0,
            to: None,
            sent: Vec::new(),
            body: None,
            answered: Vec::new(),
        }
    }

    pub(super) fn trace(&self) -> &Trace {
        &self.trace
    }

    pub(super) fn send(&mut self, request: &Request<AppBody>, to: &Destination) {
        self.sent = Spelling::default().head(request);
        self.to = Some(to.to_string());
    }

    pub(super) fn answer(&mut self, answer: &response::Parts, names: &Names) {
        self.first_byte = Some(Instant::now());
        let line = status_line(answer.version, answer.status);
        self.answered = as_came(&line, &answer.headers, names);
    }

    pub(super) fn end(&mut self) {
        self.took = self.until(Instant::now());
    }

    /// Microseconds until the connection was at hand, and whether it had been used before.
    pub fn connected(&self) -> Option<(u64, bool)> {
        self.trace.connected.get().map(|(at, reused)| (self.until(at), reused))
    }

    /// Microseconds until the head of the answer had come.
    pub fn first_byte(&self) -> Option<u64> {
        self.first_byte.map(|at| self.until(at))
    }

    fn until(&self, moment: Instant) -> u64 {
        let passed = moment.saturating_duration_since(self.begun);
        u64::try_from(passed.as_micros()).unwrap_or(u64::MAX)
    }
}
