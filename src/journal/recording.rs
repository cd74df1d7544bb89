//! An exchange while it happens, on the thread that serves it.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use tokio::time::Instant;

use super::Journal;
use super::exchange::{Exchange, Stage, Trouble};
use crate::net::body::Shortfall;
use crate::net::tape::Listener;
use crate::net::upstream::broken_off;

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
}

impl Recorder {
    /// For the thread that calls it.
    pub fn new(journal: Journal) -> Self {
        Self { journal, batch: RefCell::default(), held: Cell::new(0), passed_by: Cell::new(0) }
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
        Some(Rc::new(Recording {
            recorder: Rc::clone(self),
            begun: now,
            exchange: RefCell::new(Exchange { at, ..Exchange::default() }),
            forgotten: Cell::new(false),
        }))
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
    begun: Instant,
    exchange: RefCell<Exchange>,
    forgotten: Cell<bool>,
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
        Rc::new(Ear { recording: Rc::clone(self), stage })
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        let mut exchange = std::mem::take(self.exchange.get_mut());
        exchange.times.done = self.until(Instant::now());
        let kept = exchange.stages.iter().flatten().filter_map(|message| message.body.as_ref());
        let kept: usize = kept.map(|body| body.kept().len()).sum();
        self.recorder.held.set(self.recorder.held.get().saturating_sub(kept));
        if !self.forgotten.get() {
            self.recorder.finish(exchange);
        }
    }
}

#[derive(Debug)]
struct Ear {
    recording: Rc<Recording>,
    stage: Stage,
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
