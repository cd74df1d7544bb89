//! An exchange while it happens, on the thread that serves it.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use tokio::time::Instant;

use super::exchange::{Exchange, Message, Stage, Trouble};
use super::under_way::Recordings;
use super::{Journal, Phase, SHOWN_AFTER};
use crate::net::body::Shortfall;
use crate::net::tape::Listener;
use crate::net::upstream::{Trace, broken_off};

/// Exchanges are handed over in batches of this many, or when the owner flushes.
const BATCH: usize = 64;

/// Bytes of bodies that one worker's exchanges may keep while they are under way.
const MOST_HELD: usize = 32 << 20;

/// One worker's way to the journal.
#[derive(Debug)]
pub struct Recorder {
    journal: Journal,
    batch: RefCell<Vec<Exchange>>,
    held: Cell<usize>,
    passed_by: Cell<usize>,
    under_way: RefCell<Recordings>,
}

impl Recorder {
    /// For the thread that calls it.
    pub fn new(journal: Journal) -> Self {
        Self {
            journal,
            batch: RefCell::default(),
            held: Cell::new(0),
            passed_by: Cell::new(0),
            under_way: RefCell::default(),
        }
    }

    /// The journal behind it.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Begins to record, unless the journal is behind: then the exchange is only counted.
    pub fn begin(self: &Rc<Self>, now: Instant) -> Option<Rc<Recording>> {
        if !self.journal.has_room() {
            self.passed_by.set(self.passed_by.get() + 1);
            return None;
        }
        let at = jiff::Timestamp::now().as_microsecond();
        let mut under_way = self.under_way.borrow_mut();
        let place = under_way.take();
        let recording = Rc::new(Recording {
            recorder: Rc::clone(self),
            place,
            begun: now,
            exchange: RefCell::new(Exchange { at, ..Exchange::default() }),
            trace: Trace::default(),
            forgotten: Cell::new(false),
            shown: Cell::new(None),
            is_read: Cell::new(true),
            is_delayed: Cell::new(false),
            is_answered: Cell::new(false),
        });
        under_way.fill(place, &recording);
        Some(recording)
    }

    /// Shows those that are still under way and have lasted, as far as something about them is new.
    pub fn show_lasting(&self, now: Instant) {
        for recording in self.under_way.borrow().iter() {
            recording.show_lasting(now);
        }
    }

    /// Hands over what is finished.
    pub fn flush(&self) {
        let lost = self.passed_by.take();
        if lost > 0 {
            self.journal.lose(lost);
        }
        let batch = self.batch.take();
        if !batch.is_empty() {
            self.journal.record(batch);
        }
    }

    fn finish(&self, exchange: Exchange) {
        let mut batch = self.batch.borrow_mut();
        batch.push(exchange);
        let full = batch.len() >= BATCH;
        drop(batch);
        if full {
            self.flush();
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.flush();
    }
}

/// An exchange under way. It ends when the last who knows of it lets go of it.
pub struct Recording {
    recorder: Rc<Recorder>,
    /// Among those under way.
    place: usize,
    begun: Instant,
    exchange: RefCell<Exchange>,
    trace: Trace,
    forgotten: Cell<bool>,
    /// What it was last shown to wait for.
    shown: Cell<Option<Phase>>,
    /// Whether all of the caller's request has come.
    is_read: Cell<bool>,
    is_delayed: Cell<bool>,
    /// Whether the caller is given an answer.
    is_answered: Cell<bool>,
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recording")
    }
}

impl Recording {
    /// Writes something down. `write` must not come back here.
    pub fn note(&self, write: impl FnOnce(&mut Exchange)) {
        write(&mut self.exchange.borrow_mut());
    }

    /// How it comes to its connection, to be told while that happens.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// A fault made on purpose holds it up, or does no longer.
    pub fn delay(&self, is_delayed: bool) {
        self.is_delayed.set(is_delayed);
    }

    /// It is held by something of this id, or no longer by any.
    pub fn hold(&self, by: Option<&str>) {
        self.note(|exchange| exchange.held = by.map(Into::into));
        self.shown.set(None);
    }

    /// From now on the caller is given the answer.
    pub fn answer(&self) {
        self.is_answered.set(true);
    }

    /// What it waits for.
    fn phase(&self) -> Phase {
        let exchange = self.exchange.borrow();
        let [_, passed, answered, _] = &exchange.stages;
        let has_head = |at: &Option<Message>| at.as_ref().is_some_and(|at| !at.head.is_empty());
        if exchange.held.is_some() {
            Phase::Held
        } else if self.is_answered.get() {
            Phase::SendingAnswer
        } else if self.is_delayed.get() {
            Phase::Delayed
        } else if has_head(answered) {
            Phase::ReceivingAnswer
        } else if has_head(passed) && self.trace.connected.get().is_none() {
            Phase::Connecting
        } else if !self.is_read.get() {
            Phase::ReadingRequest
        } else {
            Phase::WaitingForAnswer
        }
    }

    fn show_lasting(&self, now: Instant) {
        let phase = self.phase();
        let is_new = self.shown.get() != Some(phase);
        let lasts = now.saturating_duration_since(self.begun) >= SHOWN_AFTER;
        if !is_new || !lasts || self.forgotten.get() {
            return;
        }
        let mut exchange = self.exchange.borrow_mut();
        if self.recorder.journal.show(&mut exchange, phase, self.begun.into_std()) {
            self.shown.set(Some(phase));
        }
    }

    /// Lets it pass unrecorded: somebody else records it.
    pub fn forget(&self) {
        self.forgotten.set(true);
    }

    /// Bytes kept of each body.
    pub fn body(&self) -> usize {
        self.recorder.journal.body()
    }

    /// Microseconds from the beginning to a moment.
    pub fn until(&self, moment: Instant) -> u64 {
        let passed = moment.saturating_duration_since(self.begun);
        u64::try_from(passed.as_micros()).unwrap_or(u64::MAX)
    }

    /// Who is to be told of a body that passes at a stage.
    pub fn listener(self: &Rc<Self>, stage: Stage) -> Rc<dyn Listener> {
        self.note(|exchange| {
            exchange.stage(stage).body.get_or_insert_default();
        });
        if stage == Stage::Asked {
            self.is_read.set(false);
        }
        Rc::new(Ear { recording: Rc::clone(self), stage })
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        self.recorder.under_way.borrow_mut().leave(self.place);
        let mut exchange = std::mem::take(self.exchange.get_mut());
        exchange.times.done = self.until(Instant::now());
        let kept = exchange.stages.iter().flatten().filter_map(|message| message.body.as_ref());
        let kept: usize = kept.map(|body| body.kept().len()).sum();
        self.recorder.held.set(self.recorder.held.get().saturating_sub(kept));
        if self.forgotten.get() {
            self.recorder.journal.vanish(exchange.number);
            return;
        }
        if !self.is_answered.get() {
            exchange.note_abort();
        }
        self.recorder.finish(exchange);
    }
}

#[derive(Debug)]
struct Ear {
    recording: Rc<Recording>,
    stage: Stage,
}

/// Whoever takes a body in lets go of it at its end.
impl Drop for Ear {
    fn drop(&mut self) {
        if self.stage == Stage::Asked {
            self.recording.is_read.set(true);
        }
    }
}

impl Listener for Ear {
    fn hear(&self, piece: &[u8]) {
        let held = &self.recording.recorder.held;
        let room = MOST_HELD.saturating_sub(held.get());
        let most = self.recording.body();
        self.recording.note(|exchange| {
            let tape = exchange.stage(self.stage).body.get_or_insert_default();
            let most = most.min(tape.kept().len() + room);
            held.set(held.get() + tape.hear(piece, most));
        });
    }

    fn break_off(&self, why: Option<Shortfall>) {
        let fault = why.filter(|_| self.stage == Stage::Answered).map(broken_off);
        self.recording.note(|exchange| {
            exchange.stage(self.stage).body.get_or_insert_default().break_off();
            if let Some(fault) = &fault
                && exchange.trouble.is_none()
            {
                exchange.trouble = Some(Trouble::of(fault));
            }
        });
    }
}
