//! Exchanges that have not ended: what is known of each so far. They are in memory alone; what ends is
//! written as everything else, and what was under way when the gateway ended is gone with it.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::Serialize;

use super::exchange::{Exchange, Message};
use super::{Journal, Kept, News, Particulars, Recorded, Shared, Summary};
use crate::net::tape::Tape;

/// An exchange is shown before its end once it has lasted this long. Workers look ten times a second.
pub const SHOWN_AFTER: Duration = Duration::from_millis(100);

/// Exchanges under way that are shown; more are recorded at their end as ever.
const MOST: usize = 1000;

/// Bytes of the messages that are kept of all of them; beyond, only their rows are.
const MOST_BYTES: usize = 8 << 20;

/// What an exchange that has not ended waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Phase", inline)]
pub enum Phase {
    /// The caller's request comes in.
    ReadingRequest,
    /// For a connection to the receiver.
    Connecting,
    /// The request is out, or on its way; nothing has come back.
    WaitingForAnswer,
    /// The receiver's answer comes in.
    ReceivingAnswer,
    /// The caller takes the answer.
    SendingAnswer,
    /// A fault made on purpose holds it up.
    Delayed,
    /// It waits at a breakpoint for somebody's word.
    Held,
}

/// That an exchange has not ended.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Running {
    /// What it waits for.
    pub stage: Phase,
    /// Milliseconds since its beginning.
    pub for_ms: u64,
    /// At a breakpoint: the id by which `/api/held` knows it.
    pub held: Option<String>,
}

/// What is known of an exchange that has not ended.
#[derive(Debug)]
pub struct Pending {
    begun: Instant,
    phase: Phase,
    held: Option<String>,
    known: Recorded,
    weight: usize,
}

impl Pending {
    fn of(exchange: &Exchange, phase: Phase, begun: Instant, room: usize) -> Self {
        let weight = exchange.weight();
        let (stages, weight) = match weight <= room {
            true => (exchange.stages.each_ref().map(|at| at.as_ref().map(kept)), weight),
            false => ([const { None }; 4], 0),
        };
        let times = exchange.times;
        let particulars = Particulars {
            connected_us: times.connected,
            reused: times.reused,
            first_byte_us: times.first_byte,
            entrance: exchange.entrance.map(str::to_owned),
            to: exchange.to.clone(),
            notes: exchange.notes.clone(),
            findings: Vec::new(),
            ..Particulars::default()
        };
        let summary = Summary { id: exchange.number, ..Summary::of(exchange) };
        let held = exchange.held.as_deref().map(str::to_owned);
        Self { begun, phase, held, known: Recorded { summary, particulars, stages }, weight }
    }

    /// Its line, as of now.
    pub fn row(&self) -> Summary {
        let passed = self.begun.elapsed();
        let for_ms = u64::try_from(passed.as_millis()).unwrap_or(u64::MAX);
        Summary {
            took_us: i64::try_from(passed.as_micros()).unwrap_or(i64::MAX),
            running: Some(Running { stage: self.phase, for_ms, held: self.held.clone() }),
            ..self.known.summary.clone()
        }
    }

    /// All that is known.
    pub fn recorded(&self) -> Recorded {
        let mut known = self.known.clone();
        known.summary = self.row();
        known.particulars.done_us = known.summary.took_us.unsigned_abs();
        known
    }
}

/// A message of which more may come.
fn kept(message: &Message) -> Kept {
    let body = message.body.as_ref();
    Kept {
        head: message.head.clone(),
        body: body.map(|body| body.kept().to_vec()),
        bytes: body.map_or(0, Tape::bytes),
        sha256: None,
        broken: body.is_some_and(Tape::is_broken),
    }
}

/// The exchanges under way that are shown.
#[derive(Debug, Default)]
pub(super) struct UnderWay(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    by_number: BTreeMap<i64, Arc<Pending>>,
    weight: usize,
}

impl Inner {
    fn remove(&mut self, number: i64) -> Option<Arc<Pending>> {
        let gone = self.by_number.remove(&number)?;
        self.weight -= gone.weight;
        Some(gone)
    }
}

impl UnderWay {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes those that have ended away.
    pub(super) fn end(&self, numbers: impl Iterator<Item = i64>) {
        let mut numbers = numbers.filter(|number| *number > 0).peekable();
        if numbers.peek().is_some() {
            let mut inner = self.lock();
            numbers.for_each(|number| drop(inner.remove(number)));
        }
    }
}

impl Shared {
    /// The next number; none is given twice.
    pub(super) fn next_number(&self) -> i64 {
        self.numbers.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Forgets exchanges under way of which nothing will be written.
    pub(super) fn vanish(&self, numbers: impl Iterator<Item = i64>) {
        for number in numbers.filter(|number| *number > 0) {
            self.under_way.end(std::iter::once(number));
            self.tell(News::Gone(number));
        }
    }

    pub(super) fn tell(&self, news: News) {
        if self.heard.receiver_count() > 0 {
            // Nobody listening is as good.
            let _ = self.heard.send(Arc::new(news));
        }
    }
}

impl Journal {
    /// Shows what is known of an exchange that has not ended, and gives it its number the first time.
    /// Waits for nobody: `false` where it could not be shown now, or there is no room for it.
    pub fn show(&self, exchange: &mut Exchange, phase: Phase, begun: Instant) -> bool {
        let Ok(mut inner) = self.shared.under_way.0.try_lock() else { return false };
        if exchange.number == 0 {
            if inner.by_number.len() >= MOST {
                return false;
            }
            exchange.number = self.shared.next_number();
        }
        let number = exchange.number;
        inner.remove(number);
        let room = MOST_BYTES.saturating_sub(inner.weight);
        let pending = Arc::new(Pending::of(exchange, phase, begun, room));
        inner.weight += pending.weight;
        inner.by_number.insert(number, Arc::clone(&pending));
        drop(inner);
        if self.shared.heard.receiver_count() > 0 {
            self.shared.tell(News::Running(pending.row()));
        }
        true
    }

    /// Forgets an exchange under way that nobody will write.
    pub fn vanish(&self, number: i64) {
        self.shared.vanish(std::iter::once(number));
    }

    /// Exchanges under way that are shown.
    pub fn running(&self) -> Vec<Arc<Pending>> {
        self.shared.under_way.lock().by_number.values().map(Arc::clone).collect()
    }

    /// The number of the one that is held by something of this id.
    pub fn held(&self, id: &str) -> Option<i64> {
        let inner = self.shared.under_way.lock();
        let found = inner.by_number.iter().find(|(_, one)| one.held.as_deref() == Some(id));
        found.map(|(number, _)| *number)
    }

    /// The one of a number, if it is under way.
    pub fn pending(&self, number: i64) -> Option<Arc<Pending>> {
        self.shared.under_way.lock().by_number.get(&number).map(Arc::clone)
    }
}
