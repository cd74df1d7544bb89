//! Counters of one worker. Only that worker writes them, so an addition is a load and a store.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::fault::Code;

/// Upper bounds of the time buckets, in seconds (the usual ones of HTTP metrics).
pub const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 10.0];

/// What became of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The partner's answer, by its status.
    Partner(u16),
    /// The gateway's own answer.
    Refused(Code),
}

/// See the module.
#[derive(Debug)]
pub struct Stats {
    classes: [AtomicU64; 6],
    refused: Vec<AtomicU64>,
    buckets: [AtomicU64; BUCKETS.len() + 1],
    micros: AtomicU64,
    lost: AtomicU64,
}

impl Default for Stats {
    fn default() -> Self {
        Self {
            classes: Default::default(),
            refused: Code::ALL.iter().map(|_| AtomicU64::new(0)).collect(),
            buckets: Default::default(),
            micros: AtomicU64::new(0),
            lost: AtomicU64::new(0),
        }
    }
}

impl Stats {
    /// Counts one exchange.
    pub fn count(&self, outcome: Outcome, took: Duration) {
        match outcome {
            Outcome::Partner(status) => add(self.classes.get(usize::from(status / 100)), 1),
            Outcome::Refused(code) => add(self.refused.get(code as usize), 1),
        }
        let seconds = took.as_secs_f64();
        let bucket = BUCKETS.iter().position(|bound| seconds <= *bound).unwrap_or(BUCKETS.len());
        add(self.buckets.get(bucket), 1);
        add(Some(&self.micros), u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }

    /// Counts records that never reached the log.
    pub fn lose(&self, records: usize) {
        add(Some(&self.lost), records as u64);
    }

    /// Answers of partners by the first digit of their status.
    pub fn class(&self, digit: usize) -> u64 {
        self.classes.get(digit).map_or(0, read)
    }

    /// Refusals of one kind.
    pub fn refused(&self, code: Code) -> u64 {
        self.refused.get(code as usize).map_or(0, read)
    }

    /// Exchanges within one time bucket; the last is everything slower.
    pub fn bucket(&self, at: usize) -> u64 {
        self.buckets.get(at).map_or(0, read)
    }

    /// All times together.
    pub fn seconds(&self) -> f64 {
        Duration::from_micros(read(&self.micros)).as_secs_f64()
    }

    /// Records that never reached the log.
    pub fn lost(&self) -> u64 {
        read(&self.lost)
    }
}

fn add(counter: Option<&AtomicU64>, n: u64) {
    if let Some(counter) = counter {
        counter.store(counter.load(Ordering::Relaxed).wrapping_add(n), Ordering::Relaxed);
    }
}

fn read(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}
